//! `execution.*`

use std::sync::Arc;

use engine::Answer;
use indexmap::IndexMap;
use playbook::document::Input;
use playbook::{CheckOptions, ValueType};
use serde_json::{Map, Value as Json};
use store::{NewExecution, Origin};
use tokio::sync::oneshot;
use types::{Error, ExecutionId, ExecutionStatus, TaskId, Text, TicketId};
use wire::Caller;
use wire::execution::{
    CurrentTask, ExecutionDetail, ExecutionPage, ExecutionRef, ExecutionSummary, ExecutionValues, ListExecutions, ListTransitions,
    OpenQuestion, ReviewTask, StartExecution, StartedExecution, TaskDetail, TaskFailure, TaskRef, TransitionLog,
};
use wire::watch::{WatchExecution, WatchedExecution};

use crate::Host;
use crate::actor::{Actor, Command, Opened, Opening, Reply, Rest, tagged};
use crate::executor::Reservation;
use crate::push::Pushes;
use crate::ready::Ready;

/// A document to run, with what people would be asked answered ahead.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The document; it need not be saved.
    pub document: Json,
    /// The version it is; 0 for a draft or a file.
    pub version: u32,
    /// The inputs by name, plain JSON.
    pub input: Map<String, Json>,
    /// The ticket it belongs to.
    pub ticket: Option<TicketId>,
    /// Answers by `TASK` or `PLAYBOOK:TASK`.
    pub answers: IndexMap<String, Answer>,
    /// What started it: `person`, `ticket` or `sample`.
    pub trigger: &'static str,
    /// Whether it belongs to the sample.
    pub sample: bool,
}

impl Host {
    /// `execution.start`
    pub async fn execution_start(&self, caller: &Caller, request: StartExecution) -> Result<StartedExecution, Error> {
        let wait = request.wait == Some(true);
        // Version 0 is the draft: a person may try it, a trigger never does.
        let ready = if request.version == Some(0) { None } else { self.ready(&request.playbook, request.version).await? };
        let id = match ready {
            Some(ready) => match self.open_execution(caller, &ready, request).await? {
                // A called playbook or a timer still runs: whoever waits, waits for it.
                Begun::Resting(started) if wait && started.summary.status == ExecutionStatus::Running => ExecutionId(started.summary.id),
                Begun::Resting(started) => return Ok(*started),
                Begun::Moving(id) => id,
            },
            None => self.start_draft(caller, request).await?,
        };
        if wait && self.inner.runs {
            self.execution_settled(id).await?;
        }
        self.inner.store.read(move |db| db.started(id)).await
    }

    async fn start_draft(&self, caller: &Caller, request: StartExecution) -> Result<ExecutionId, Error> {
        let StartExecution { playbook: id, input, ticket, .. } = request;
        let wanted = id.clone();
        let (row, draft) = self.inner.store.read(move |db| Ok((db.playbook(&wanted)?, db.draft(&wanted)?))).await?;
        if !row.enabled {
            return Err(crate::error::playbook_disabled(&id));
        }
        let document = draft.map(|draft| draft.document.0).unwrap_or_default();
        let run = Run { document, input, ticket: ticket.map(TicketId), trigger: "person", sample: row.sample, ..Run::default() };
        self.execution_queue(caller, run).await
    }

    /// Starts a saved version: its first step is taken in memory and stored together with the execution, unless it has to wait for its
    /// turn.
    async fn open_execution(&self, caller: &Caller, ready: &Ready, request: StartExecution) -> Result<Begun, Error> {
        let ticket = request.ticket.map(TicketId);
        check_inputs(&ready.inputs, &request.input, ticket)?;
        let ticket = ticket.or_else(|| ticket_among(&ready.inputs, &request.input));
        if let Some(ticket) = ticket {
            self.inner.store.read(move |db| db.ticket(ticket).map(drop)).await?;
        }
        let mut new = NewExecution {
            playbook: ready.id.clone(),
            version: ready.version,
            document: ready.hash.clone(),
            name: ready.name.clone(),
            trigger: "person".to_owned(),
            ticket,
            input: request.input.iter().map(|(name, value)| (name.clone(), tagged(value))).collect(),
            started_by: caller.name.clone(),
            queued_at: self.now(),
            sample: ready.sample,
            origin: Default::default(),
        };
        if ready.apart.is_some() {
            return self.start_in_turn(ready, new).await.map(Begun::Moving);
        }
        let executor = &self.inner.executor;
        if self.inner.runs && !executor.is_stopped() {
            let mut input: IndexMap<String, Json> = new.input.clone().into_iter().collect();
            executor.resolve(&ready.plan, &mut input, ticket).await?;
            let queued = std::mem::replace(&mut new.input, input.clone().into_iter().collect());
            let first = Arc::new(new.clone());
            let opening = Actor::open(executor.clone(), first, ready.plan.clone(), input, ready.act_alone)?;
            let place = if opening.has_work() { executor.reserve() } else { None };
            if place.is_some() || !opening.has_work() {
                // Told even when the caller has gone before it is durable.
                let _news = News(&self.inner.pushes);
                let opened = if opening.is_over() { opening.commit().await? } else { self.commit_opening(opening, place).await? };
                return Ok(match opened.rest {
                    // The title of its ticket stands in the store.
                    Some(rest) if ticket.is_none() => Begun::Resting(Box::new(resting(opened.id, new, ready, rest))),
                    _ => Begun::Moving(opened.id),
                });
            }
            new.input = queued;
        }
        let id = self.inner.store.write(move |db| db.queue_execution(&new)).await?;
        self.executions_queued([id]);
        Ok(Begun::Moving(id))
    }

    /// Stores an execution with its first step, whatever becomes of the caller: what is durable is performed.
    async fn commit_opening(&self, opening: Opening, place: Option<Reservation>) -> Result<Opened, Error> {
        let (sender, receiver) = oneshot::channel();
        self.inner.executor.spawn(async move {
            let opened = opening.commit().await;
            drop(place);
            // The caller may have gone.
            let _ = sender.send(opened);
        });
        receiver.await.unwrap_or_else(|_| Err(crate::error::closed()))
    }

    /// Queues an execution of a document; refused with PLAYBOOK-INVALID when the document has errors.
    pub async fn execution_queue(&self, caller: &Caller, run: Run) -> Result<ExecutionId, Error> {
        let catalog = self.catalog().await?;
        let (document, diagnostics) = playbook::diagnose(&run.document, &catalog, CheckOptions::default());
        let playbook = document.playbook;
        if diagnostics.iter().any(types::Diagnostic::is_error) {
            return Err(crate::error::invalid_playbook(playbook.id.as_str(), &diagnostics));
        }
        check_inputs(&playbook.inputs, &run.input, run.ticket)?;
        let ticket = run.ticket.or_else(|| ticket_among(&playbook.inputs, &run.input));
        let text = serde_json::to_string_pretty(&run.document).map_err(store::Error::from)?;
        let mut new = NewExecution {
            playbook: playbook.id.to_string(),
            version: run.version,
            document: String::new(),
            name: playbook.name.unwrap_or_else(|| Text::from(playbook.id.as_str())),
            trigger: run.trigger.to_owned(),
            ticket,
            input: run.input.iter().map(|(name, value)| (name.clone(), tagged(value))).collect(),
            started_by: caller.name.clone(),
            queued_at: self.now(),
            sample: run.sample,
            origin: Origin { answers: run.answers, ..Origin::default() },
        };
        let id = self
            .inner
            .store
            .write(move |db| {
                if let Some(ticket) = new.ticket {
                    db.ticket(ticket)?;
                }
                new.document = db.keep_document(&text)?;
                db.queue_execution(&new)
            })
            .await?;
        self.executions_queued([id]);
        Ok(id)
    }

    /// Lets executions that were queued in the store have their turn.
    pub fn executions_queued(&self, ids: impl IntoIterator<Item = ExecutionId>) {
        if self.inner.runs {
            self.inner.executor.enqueue(ids);
        }
        self.inner.pushes.changed(["executions", "workspace"]);
    }

    /// Waits until an execution has ended, or only people are awaited, or it is held.
    pub async fn execution_settled(&self, id: ExecutionId) -> Result<ExecutionStatus, Error> {
        let executor = self.executor()?;
        loop {
            // Registered before looking, so that nothing slips in between.
            let settled = executor.when_settled(id);
            let row = self.inner.store.read(move |db| db.execution_row(id)).await?;
            let held = row.status == ExecutionStatus::Queued && executor.is_stopped();
            let moves = matches!(row.status, ExecutionStatus::Queued | ExecutionStatus::Running) || executor.is_answering(id);
            if moves && !held {
                settled.await.map_err(|_| crate::error::closed())?;
                continue;
            }
            // With answers given ahead it may have gone on between both looks.
            if row.origin.answers.is_empty() || self.inner.store.read(move |db| db.execution_row(id)).await?.sequence == row.sequence {
                return Ok(row.status);
            }
        }
    }

    /// Waits until no execution is queued or runs: each has ended, waits for people, or is held.
    pub async fn all_settled(&self) -> Result<(), Error> {
        let executor = self.executor()?;
        loop {
            let rested = executor.rested.notified();
            tokio::pin!(rested);
            rested.as_mut().enable();
            let answered = executor.answered_ahead();
            let moving = self
                .inner
                .store
                .read(|db| {
                    // Those that wait for others to end do not move by themselves.
                    let waiting = db.waiting_turns()?;
                    let statuses = [ExecutionStatus::Queued, ExecutionStatus::Running];
                    let mut moving = db.execution_ids(&statuses, ExecutionId(0), waiting.len() + 1)?;
                    moving.retain(|id| !waiting.contains(id));
                    Ok(moving)
                })
                .await?;
            let is_answering = answered.is_none() || executor.answered_ahead() != answered;
            if (moving.is_empty() && !is_answering) || executor.is_stopped() {
                return Ok(());
            }
            rested.await;
        }
    }

    /// `execution.list`
    pub async fn execution_list(&self, request: ListExecutions) -> Result<ExecutionPage, Error> {
        if request.search.is_some() {
            self.index_if_idle().await?;
        }
        self.inner.store.read(move |db| db.executions(&request)).await
    }

    /// `execution.show`
    pub async fn execution_show(&self, request: ExecutionRef) -> Result<ExecutionDetail, Error> {
        self.inner.store.read(move |db| db.execution(ExecutionId(request.id))).await
    }

    /// `execution.log`
    pub async fn execution_log(&self, request: ListTransitions) -> Result<TransitionLog, Error> {
        self.inner.store.read(move |db| db.transitions(ExecutionId(request.id), request.after.unwrap_or(0))).await
    }

    /// `execution.watch`
    pub async fn execution_watch(&self, request: WatchExecution) -> Result<WatchedExecution, Error> {
        let WatchExecution { id, after, drawn, language } = request;
        let id = ExecutionId(id);
        if after.is_some() {
            return self.inner.store.read(move |db| db.watched(id, after)).await;
        }
        // A document does not change: what is drawn of it can be read beside the records.
        let watched = self.inner.store.read(move |db| db.watched(id, None));
        let drawing = self.inner.store.read(move |db| db.drawing(id, &drawn, language));
        let (watched, drawing) = tokio::try_join!(watched, drawing)?;
        Ok(WatchedExecution { drawing, ..watched })
    }

    /// `execution.task`
    pub async fn execution_task(&self, request: TaskRef) -> Result<TaskDetail, Error> {
        self.inner.store.read(move |db| db.task_detail(ExecutionId(request.id), &request.task)).await
    }

    /// `execution.data`
    pub async fn execution_data(&self, request: ExecutionRef) -> Result<ExecutionValues, Error> {
        self.inner.store.read(move |db| db.execution_values(ExecutionId(request.id))).await
    }

    /// `execution.pause`
    pub async fn execution_pause(&self, caller: &Caller, request: ExecutionRef) -> Result<(), Error> {
        let by = caller.name.clone();
        self.tell(ExecutionId(request.id), |reply| Command::Pause { by, reply }).await
    }

    /// `execution.resume`
    pub async fn execution_resume(&self, caller: &Caller, request: ExecutionRef) -> Result<(), Error> {
        if self.inner.executor.is_stopped() {
            return Err(crate::error::actions_stopped());
        }
        let by = caller.name.clone();
        self.tell(ExecutionId(request.id), |reply| Command::Resume { by, reply }).await
    }

    /// `execution.cancel`
    pub async fn execution_cancel(&self, caller: &Caller, request: ExecutionRef) -> Result<(), Error> {
        let (id, at, by) = (ExecutionId(request.id), self.now(), caller.name.clone());
        self.inner.executor.unqueue(id);
        let was_queued = self
            .inner
            .store
            .write(move |db| {
                let cancelled = db.execution_row(id)?.status == ExecutionStatus::Queued && db.cancel_queued(id, at)?;
                db.audit(at, &by, "execution.cancel", Some(&id.to_string()), "")?;
                Ok(cancelled)
            })
            .await?;
        if was_queued {
            self.inner.executor.settle(id, ExecutionStatus::Cancelled);
            self.inner.executor.never_started(id, ExecutionStatus::Cancelled, None).await;
            return Ok(());
        }
        let by = caller.name.clone();
        self.tell(id, |reply| Command::Cancel { by, reply }).await
    }

    /// `execution.review`
    pub async fn execution_review(&self, caller: &Caller, request: ReviewTask) -> Result<(), Error> {
        let ReviewTask { id, task, review } = request;
        let by = caller.name.clone();
        self.tell(ExecutionId(id), |reply| Command::Review { task: TaskId::new(task), decision: review, by, reply }).await
    }

    async fn tell(&self, id: ExecutionId, command: impl FnOnce(Reply) -> Command) -> Result<(), Error> {
        let executor = self.executor()?;
        self.inner.store.read(move |db| db.execution_row(id)).await?;
        executor.ask(id, command).await
    }
}

/// Says in the end that the executions have changed.
struct News<'a>(&'a Pushes);

impl Drop for News<'_> {
    fn drop(&mut self) {
        self.0.changed(["executions", "workspace"]);
    }
}

/// What became of a start.
enum Begun {
    /// It came to rest at once.
    Resting(Box<StartedExecution>),
    /// It runs, or waits for its turn.
    Moving(ExecutionId),
}

/// Returns an execution that came to rest within its first step, as the store would show it.
fn resting(id: ExecutionId, new: NewExecution, ready: &Ready, rest: Rest) -> StartedExecution {
    let (plan, state) = (&ready.plan, &rest.state);
    let current_task = state
        .current_task(plan)
        .map(|task| CurrentTask { id: task.to_string(), name: store::task_name(task.as_str(), &ready.document["tasks"][task.as_str()]) });
    let summary = ExecutionSummary {
        id: id.0,
        playbook: new.playbook,
        name: new.name,
        version: new.version,
        status: rest.status,
        trigger: new.trigger,
        ticket: None,
        ticket_title: None,
        current_task,
        error_code: rest.error_code.clone(),
        queued_at: new.queued_at,
        started_at: state.started_at(),
        ended_at: state.ended_at(),
        started_by: new.started_by,
        parent: None,
        rerun_of: None,
    };
    let questions = state.open_questions().into_iter().filter_map(|question| {
        let number = rest.questions.iter().find(|(number, _)| *number == question.number)?.1;
        Some(OpenQuestion { id: number.0, execution: id.0, asked_at: state.started_at().unwrap_or_default(), question })
    });
    StartedExecution { summary, variables: state.variables(), questions: questions.collect(), failures: TaskFailure::among(&rest.runs) }
}

/// Refuses inputs that the playbook does not have, and required ones that are missing.
pub(crate) fn check_inputs(inputs: &[Input], given: &Map<String, Json>, ticket: Option<TicketId>) -> Result<(), Error> {
    let is_given = |input: &Input| {
        let from_ticket = input.kind == ValueType::Ticket && ticket.is_some();
        from_ticket || input.default.is_some() || given.get(&input.name).is_some_and(|value| !value.is_null())
    };
    let missing: Vec<&str> = inputs.iter().filter(|input| input.required && !is_given(input)).map(|input| input.name.as_str()).collect();
    if !missing.is_empty() {
        return Err(crate::error::missing_inputs(&missing));
    }
    if let Some(unknown) = given.keys().find(|name| !inputs.iter().any(|input| input.name == **name)) {
        let ko = format!("플레이북에 {unknown} 입력이 없습니다.");
        return Err(crate::error::invalid_request(ko, format!("The playbook has no input {unknown}.")).target(unknown));
    }
    Ok(())
}

/// The ticket that an input of type ticket names by its number.
fn ticket_among(inputs: &[Input], input: &Map<String, Json>) -> Option<TicketId> {
    let wanted = inputs.iter().find(|input| input.kind == ValueType::Ticket)?;
    match input.get(&wanted.name)? {
        Json::Number(number) => number.as_i64().map(TicketId),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}
