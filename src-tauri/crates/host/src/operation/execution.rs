//! `execution.*`

use engine::Answer;
use indexmap::IndexMap;
use playbook::{CheckOptions, ValueType};
use serde_json::{Map, Value as Json};
use store::NewExecution;
use types::{Error, ExecutionId, ExecutionStatus, TaskId, Text, TicketId};
use wire::Caller;
use wire::execution::{ExecutionDetail, ExecutionPage, ExecutionRef, ListExecutions, ReviewTask, StartExecution, TransitionLog};

use crate::Host;
use crate::actor::{Command, Reply};

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
    pub async fn execution_start(&self, caller: &Caller, request: StartExecution) -> Result<ExecutionDetail, Error> {
        let StartExecution { playbook: id, version, input, ticket, wait } = request;
        let wanted = id.clone();
        let (row, version, text) = self
            .inner
            .store
            .read(move |db| {
                let row = db.playbook(&wanted)?;
                // Version 0 is the draft: a person may try it, a trigger never does.
                let found = if version == Some(0) { None } else { db.version(&wanted, version)? };
                match found {
                    Some(found) => Ok((row, found.version, serde_json::from_str(&found.text)?)),
                    None => Ok((row, 0, db.draft(&wanted)?.map(|draft| draft.document.0).unwrap_or_default())),
                }
            })
            .await?;
        if !row.enabled {
            return Err(crate::error::playbook_disabled(&id));
        }
        let run =
            Run { document: text, version, input, ticket: ticket.map(TicketId), trigger: "person", sample: row.sample, ..Run::default() };
        let id = self.execution_queue(caller, run).await?;
        if wait == Some(true) && self.inner.runs {
            self.execution_settled(id).await?;
        }
        self.execution_show(ExecutionRef { id: id.0 }).await
    }

    /// Queues an execution of a document; refused with PLAYBOOK-INVALID when the document has errors.
    pub async fn execution_queue(&self, caller: &Caller, run: Run) -> Result<ExecutionId, Error> {
        let catalog = self.catalog().await?;
        let (document, diagnostics) = playbook::diagnose(&run.document, &catalog, CheckOptions::default());
        let playbook = document.playbook;
        if diagnostics.iter().any(types::Diagnostic::is_error) {
            return Err(crate::error::invalid_playbook(playbook.id.as_str(), &diagnostics));
        }
        let given = |input: &playbook::document::Input| {
            let from_ticket = input.kind == ValueType::Ticket && run.ticket.is_some();
            from_ticket || input.default.is_some() || run.input.get(&input.name).is_some_and(|value| !value.is_null())
        };
        let missing: Vec<&str> =
            playbook.inputs.iter().filter(|input| input.required && !given(input)).map(|input| input.name.as_str()).collect();
        if !missing.is_empty() {
            return Err(crate::error::missing_inputs(&missing));
        }
        if let Some(unknown) = run.input.keys().find(|name| !playbook.inputs.iter().any(|input| input.name == **name)) {
            let ko = format!("플레이북에 {unknown} 입력이 없습니다.");
            return Err(crate::error::invalid_request(ko, format!("The playbook has no input {unknown}.")).target(unknown));
        }
        let ticket = run.ticket.or_else(|| ticket_among(&playbook, &run.input));
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
        self.inner.executor.answer_ahead(id, run.answers);
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
            let rested = executor.rested.notified();
            tokio::pin!(rested);
            // Registered before looking, so that nothing slips in between.
            rested.as_mut().enable();
            let status = self.inner.store.read(move |db| db.execution_row(id)).await?.status;
            let held = status == ExecutionStatus::Queued && executor.is_stopped();
            if held || !matches!(status, ExecutionStatus::Queued | ExecutionStatus::Running) {
                return Ok(status);
            }
            rested.await;
        }
    }

    /// Waits until no execution is queued or runs: each has ended, waits for people, or is held.
    pub async fn all_settled(&self) -> Result<(), Error> {
        let executor = self.executor()?;
        loop {
            let rested = executor.rested.notified();
            tokio::pin!(rested);
            rested.as_mut().enable();
            let moving = self
                .inner
                .store
                .read(|db| db.execution_ids(&[ExecutionStatus::Queued, ExecutionStatus::Running], ExecutionId(0), 1))
                .await?;
            if moving.is_empty() || executor.is_stopped() {
                return Ok(());
            }
            rested.await;
        }
    }

    /// `execution.list`
    pub async fn execution_list(&self, request: ListExecutions) -> Result<ExecutionPage, Error> {
        self.inner.store.read(move |db| db.executions(&request)).await
    }

    /// `execution.show`
    pub async fn execution_show(&self, request: ExecutionRef) -> Result<ExecutionDetail, Error> {
        self.inner.store.read(move |db| db.execution(ExecutionId(request.id))).await
    }

    /// `execution.log`
    pub async fn execution_log(&self, request: ExecutionRef) -> Result<TransitionLog, Error> {
        self.inner.store.read(move |db| db.transitions(ExecutionId(request.id))).await
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
            self.inner.executor.rested.notify_waiters();
            return Ok(());
        }
        let by = caller.name.clone();
        self.tell(id, |reply| Command::Cancel { by, reply }).await
    }

    /// `execution.review`
    pub async fn execution_review(&self, caller: &Caller, request: ReviewTask) -> Result<(), Error> {
        let by = caller.name.clone();
        let ReviewTask { id, task, review } = request;
        self.tell(ExecutionId(id), |reply| Command::Review { task: TaskId::new(task), decision: review, by, reply }).await
    }

    async fn tell(&self, id: ExecutionId, command: impl FnOnce(Reply) -> Command) -> Result<(), Error> {
        let executor = self.executor()?;
        self.inner.store.read(move |db| db.execution_row(id)).await?;
        executor.ask(id, command).await
    }
}

/// Data from outside never chooses a type: `{"$ip": ...}` stays a map.
fn tagged(value: &Json) -> Json {
    expression::Value::from_json(value).to_tagged_json(chrono_tz::Tz::UTC)
}

/// The ticket that an input of type ticket names by its number.
fn ticket_among(playbook: &playbook::Playbook, input: &Map<String, Json>) -> Option<TicketId> {
    let wanted = playbook.inputs.iter().find(|input| input.kind == ValueType::Ticket)?;
    match input.get(&wanted.name)? {
        Json::Number(number) => number.as_i64().map(TicketId),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}
