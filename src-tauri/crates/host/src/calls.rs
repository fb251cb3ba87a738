//! Executions that call tasks start: found, stored, told and reported.

use std::sync::Arc;

use engine::message::{ChildCall, TaskError, What};
use indexmap::IndexMap;
use store::{CallOrigin, ExecutionRow, NewExecution, Origin, Writer};
use tokio::sync::oneshot;
use types::{Error, ExecutionId, ExecutionStatus, TaskId, TaskStatus};

use crate::actor::Command;
use crate::executor::Executor;

/// What an execution orders about one that it calls.
pub(crate) enum Order {
    Start(Box<NewExecution>),
    Cancel(TaskId, u32),
    Pause(TaskId, u32),
    Resume(TaskId, u32),
}

/// An order that is durable, with the execution that it is about.
pub(crate) enum Told {
    Start(ExecutionId),
    Cancel(ExecutionId),
    Pause(ExecutionId),
    Resume(ExecutionId),
}

/// Tells whether an execution only waits for people.
pub(crate) fn rests(status: ExecutionStatus) -> bool {
    matches!(status, ExecutionStatus::Waiting | ExecutionStatus::NeedsReview | ExecutionStatus::Paused)
}

/// Returns the end of an invocation that could not be started.
pub(crate) fn uncalled(child: &ChildCall, error: TaskError) -> What {
    What::ChildEnded {
        task: child.task.clone(),
        invocation: child.invocation,
        execution: None,
        version: None,
        status: ExecutionStatus::Failed,
        variables: serde_json::Map::new(),
        error: Some(error),
    }
}

impl Order {
    /// Stores what the order needs in the caller's own transaction, and finds whom it is about; nobody when that one has ended.
    pub(crate) fn carry_out(self, db: &Writer<'_>, parent: ExecutionId) -> store::Result<Option<Told>> {
        let (task, invocation, told): (TaskId, u32, fn(ExecutionId) -> Told) = match self {
            Order::Start(mut new) => {
                if let Some(call) = &mut new.origin.call {
                    // A caller that is stored in this very transaction has its number only now.
                    call.parent = parent;
                    if db.child(parent, &call.task, call.invocation)?.is_some() {
                        return Ok(None);
                    }
                }
                return Ok(Some(Told::Start(db.queue_execution(&new)?)));
            }
            Order::Cancel(task, invocation) => (task, invocation, Told::Cancel),
            Order::Pause(task, invocation) => (task, invocation, Told::Pause),
            Order::Resume(task, invocation) => (task, invocation, Told::Resume),
        };
        let child = db.child(parent, &task, invocation)?;
        Ok(child.filter(|child| !child.status.is_final()).map(|child| told(child.id)))
    }
}

impl Executor {
    /// Returns the execution that a call starts: the newest version of its playbook, checked as if a person started it.
    pub(crate) async fn child_of(&self, parent: &ExecutionRow, child: &ChildCall) -> Result<NewExecution, TaskError> {
        let ready = self.ready(child.playbook.as_str(), None).await.map_err(|error| crate::error::to_task(&error))?;
        let ready = ready.ok_or_else(|| crate::error::to_task(&crate::error::only_a_draft(child.playbook.as_str())))?;
        let input: serde_json::Map<_, _> = child.inputs.clone().into_iter().collect();
        crate::operation::execution::check_inputs(&ready.inputs, &input, parent.ticket).map_err(|error| crate::error::to_task(&error))?;
        let call = CallOrigin {
            parent: parent.id,
            task: child.task.clone(),
            invocation: child.invocation,
            item: child.item,
            value: child.value.clone(),
            depth: child.depth,
        };
        // What names no playbook is for the tasks of the caller.
        let answers: IndexMap<_, _> =
            parent.origin.answers.iter().filter(|(key, _)| key.contains(':')).map(|(key, answer)| (key.clone(), answer.clone())).collect();
        Ok(NewExecution {
            playbook: ready.id.clone(),
            version: ready.version,
            document: ready.hash.clone(),
            name: ready.name.clone(),
            trigger: "call".to_owned(),
            ticket: parent.ticket,
            input,
            started_by: parent.started_by.clone(),
            queued_at: self.clock.now(),
            sample: parent.sample,
            origin: Origin { call: Some(call), rerun: None, answers },
        })
    }

    /// Performs what became durable with the caller's event.
    pub(crate) fn tell_children(self: &Arc<Self>, parent: ExecutionId, children: &[Told]) {
        let mut started = Vec::new();
        for told in children {
            // Nobody waits for the answer: the end of the execution is what counts.
            let (reply, _) = oneshot::channel();
            let by = parent.to_string();
            match *told {
                Told::Start(id) => started.push(id),
                Told::Cancel(id) => self.send(id, Command::Cancel { by, reply }),
                Told::Pause(id) => self.send(id, Command::Pause { by, reply }),
                Told::Resume(id) => self.send(id, Command::Resume { by, reply }),
            }
        }
        if !started.is_empty() {
            self.pushes.changed(["executions".to_owned(), "workspace".to_owned(), format!("execution:{}", parent.0)]);
            self.enqueue_children(parent, &started);
        }
    }

    /// Gives an order once more: the program may have ended between the caller's event and the order.
    pub(crate) async fn tell_again(self: &Arc<Self>, parent: ExecutionId, order: Order) {
        match self.store.write(move |db| order.carry_out(db, parent)).await {
            Ok(told) => self.tell_children(parent, told.as_slice()),
            Err(error) => tracing::error!(execution = parent.0, "a called execution cannot be found: {error}"),
        }
    }

    /// Finds the execution of an invocation after a restart; it is started if the program ended before that. Returns what its caller has
    /// to be told.
    pub(crate) async fn find_child(self: &Arc<Self>, parent: &ExecutionRow, child: &ChildCall) -> Result<Option<What>, Error> {
        let (id, task, invocation) = (parent.id, child.task.clone(), child.invocation);
        let found = self
            .store
            .read(move |db| {
                let Some(row) = db.child(id, &task, invocation)? else { return Ok(None) };
                let detail = if row.status.is_final() { Some(db.execution(row.id)?) } else { None };
                Ok(Some((row, detail)))
            })
            .await?;
        let (task, invocation) = (child.task.clone(), child.invocation);
        Ok(match found {
            None => match self.child_of(parent, child).await {
                Ok(new) => {
                    self.tell_again(parent.id, Order::Start(Box::new(new))).await;
                    None
                }
                Err(error) => Some(uncalled(child, error)),
            },
            Some((row, Some(detail))) => {
                let failed = detail.tasks.into_iter().rev().find(|run| run.status == TaskStatus::Failed).and_then(|run| run.error);
                let error = row.error_code.filter(|_| row.status == ExecutionStatus::Failed).map(|code| match failed {
                    Some(error) if error.code == code => error,
                    _ => TaskError::new(code, ""),
                });
                let (status, version) = (row.status, (row.version > 0).then_some(row.version));
                Some(What::ChildEnded { task, invocation, execution: Some(row.id), version, status, variables: detail.variables, error })
            }
            Some((row, None)) if rests(row.status) => Some(What::ChildMoved { task, invocation, status: row.status }),
            Some(_) => None,
        })
    }

    /// Tells the caller of an execution that it ended before its first step.
    pub(crate) async fn never_started(self: &Arc<Self>, id: ExecutionId, status: ExecutionStatus, error: Option<TaskError>) {
        let row = match self.store.read(move |db| db.execution_row(id)).await {
            Ok(row) => row,
            Err(error) => return tracing::error!(execution = id.0, "its caller cannot be told: {error}"),
        };
        if let Some(call) = row.origin.call {
            let (execution, version) = (Some(id), (row.version > 0).then_some(row.version));
            let (task, invocation, variables) = (call.task, call.invocation, serde_json::Map::new());
            self.send(call.parent, Command::Child(What::ChildEnded { task, invocation, execution, version, status, variables, error }));
        }
    }

    /// Tells the caller of an execution why it could not start.
    pub(crate) async fn could_not_start(self: &Arc<Self>, id: ExecutionId, error: &Error) {
        self.never_started(id, ExecutionStatus::Failed, Some(crate::error::to_task(error))).await;
    }

    /// Lets a called execution that waited outside the queue have its turn.
    pub(crate) fn requeue(self: &Arc<Self>, row: &ExecutionRow) {
        // It may stand there already.
        self.unqueue(row.id);
        self.enqueue_children(row.origin.call.as_ref().map_or(row.id, |call| call.parent), &[row.id]);
    }
}
