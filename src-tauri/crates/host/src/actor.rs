//! One execution under way: takes its events one after the other, makes them durable, then performs what follows.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use engine::message::{Effect, Event, Review, TaskError, What};
use engine::{LinkFate, Plan, State, Step};
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value as Json};
use store::{Append, ExecutionRow, QuestionClosed, TimelineLine};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use types::{Error, ExecutionId, ExecutionStatus, TaskId, TaskStatus, Time};
use wire::Push;
use wire::execution::LinkState;
use wire::operation::TaskTransition;

use crate::executor::Executor;
use crate::runner::Cause;

/// How long to wait before storing again what could not be stored, such as on a full disk.
const STORE_AGAIN: Duration = Duration::from_secs(1);

pub(crate) type Reply = oneshot::Sender<Result<(), Error>>;

/// What an actor is told.
pub(crate) enum Command {
    /// Look what an earlier process left.
    Wake,
    /// There is a place: start.
    Start,
    /// An attempt has ended.
    Ended { task: TaskId, attempt: u32, result: Result<Json, TaskError> },
    /// A timer's moment came.
    Timer(u32),
    /// A person answered a question.
    Answer { question: u32, answer: engine::Answer, by: String, reply: Reply },
    /// A person decided about a task.
    Review { task: TaskId, decision: Review, by: String, reply: Reply },
    /// A person holds it.
    Pause { by: String, reply: Reply },
    /// A person lets it go on.
    Resume { by: String, reply: Reply },
    /// A person ends it.
    Cancel { by: String, reply: Reply },
    /// All actions were stopped.
    Hold { by: String },
    /// All actions may go on.
    Release { by: String },
}

pub(crate) struct Actor {
    executor: Arc<Executor>,
    id: ExecutionId,
    row: ExecutionRow,
    plan: Arc<Plan>,
    state: State,
    held: bool,
    error_code: Option<String>,
    last_at: Time,
    in_flight: HashMap<(TaskId, u32), Option<AbortHandle>>,
}

/// What steps have caused since the last append.
#[derive(Default)]
struct Batch {
    events: Vec<Event>,
    effects: Vec<Effect>,
    changed: IndexSet<TaskId>,
    input: Option<Map<String, Json>>,
    /// What is answered once the batch is durable; a refusal too, because it may rest on an event of the same batch.
    replies: Vec<(Reply, Result<(), Error>)>,
}

impl Actor {
    pub(crate) async fn run(executor: Arc<Executor>, id: ExecutionId, mut receiver: mpsc::UnboundedReceiver<Command>) {
        let mut actor = match Self::load(executor.clone(), id).await {
            Ok(actor) => actor,
            Err(error) => {
                tracing::error!(execution = id.0, "the execution cannot be taken up: {error}");
                Self::refuse(&executor, id, &error, &mut receiver).await;
                return;
            }
        };
        actor.take_up().await;
        loop {
            let command = if actor.in_flight.is_empty() {
                match receiver.try_recv() {
                    Ok(command) => Some(command),
                    Err(_) => executor.retire(id, &mut receiver),
                }
            } else {
                receiver.recv().await
            };
            let Some(command) = command else { return };
            let mut commands = vec![command];
            while let Ok(more) = receiver.try_recv() {
                commands.push(more);
            }
            actor.handle(commands).await;
        }
    }

    /// Tells everybody who asks why the execution cannot be taken up.
    async fn refuse(executor: &Arc<Executor>, id: ExecutionId, error: &Error, receiver: &mut mpsc::UnboundedReceiver<Command>) {
        while let Some(command) = executor.retire(id, receiver) {
            match command {
                Command::Answer { reply, .. }
                | Command::Review { reply, .. }
                | Command::Pause { reply, .. }
                | Command::Resume { reply, .. }
                | Command::Cancel { reply, .. } => drop(reply.send(Err(error.clone()))),
                Command::Start => {
                    let (code, at) = (error.code.clone(), executor.clock.now());
                    if let Err(error) = executor.store.write(move |db| db.fail_queued(id, &code, at)).await {
                        tracing::error!(execution = id.0, "its failure cannot be stored either: {error}");
                    }
                    executor.pushes.send(Push::Transition { execution: id.0, status: ExecutionStatus::Failed, tasks: Vec::new(), at });
                }
                Command::Wake | Command::Ended { .. } | Command::Timer(_) | Command::Hold { .. } | Command::Release { .. } => {}
            }
        }
        executor.set_busy(id, false);
    }

    async fn load(executor: Arc<Executor>, id: ExecutionId) -> Result<Self, Error> {
        let (row, journal) = executor.store.read(move |db| Ok((db.execution_row(id)?, db.journal(id)?))).await?;
        let plan = executor.plan(&row.document).await?;
        let state = engine::replay(&plan, &journal);
        let last_at = journal.last().map(|event| event.at).unwrap_or_default();
        let (held, error_code) = (row.held, row.error_code.clone());
        Ok(Self { executor, id, row, plan, state, held, error_code, last_at, in_flight: HashMap::new() })
    }

    /// Reports attempts that an earlier process had under way: nobody knows whether they happened.
    async fn take_up(&mut self) {
        let mut batch = Batch::default();
        for effect in self.state.pending_effects(&self.plan) {
            if let Effect::RunTask { task, attempt, .. } = effect {
                self.apply(&mut batch, What::TaskInterrupted { task, attempt }).ok();
            }
        }
        // Without anything to report it says nothing: an execution that is about to start keeps its place.
        if !batch.events.is_empty() {
            self.commit_for_certain(batch).await;
        }
    }

    async fn handle(&mut self, commands: Vec<Command>) {
        let mut batch = Batch::default();
        if self.executor.is_stopped() && !self.state.status().is_final() && self.state.started_at().is_some() {
            self.hold(&mut batch, "haetae");
        }
        for command in commands {
            let (what, reply) = match command {
                Command::Wake => continue,
                Command::Start => {
                    if self.state.started_at().is_none() && self.row.status == ExecutionStatus::Queued {
                        match self.start(&mut batch).await {
                            Ok(()) => {}
                            Err(error) => self.fail_to_start(&error).await,
                        }
                    }
                    continue;
                }
                Command::Ended { task, attempt, result } => {
                    self.in_flight.remove(&(task.clone(), attempt));
                    let what = match result {
                        Ok(output) => What::TaskSucceeded { task, attempt, output },
                        Err(error) => What::TaskFailed { task, attempt, error },
                    };
                    (what, None)
                }
                Command::Timer(timer) => (What::TimerFired { timer }, None),
                Command::Answer { question, answer, by, reply } => (What::QuestionAnswered { question, answer, by }, Some(reply)),
                Command::Review { task, decision, by, reply } => (What::TaskReviewed { task, decision, by }, Some(reply)),
                Command::Pause { by, reply } => {
                    self.held = false;
                    (What::Paused { by }, Some(reply))
                }
                Command::Resume { by, reply } => {
                    self.held = false;
                    (What::Resumed { by }, Some(reply))
                }
                Command::Cancel { by, reply } => (What::Cancelled { by }, Some(reply)),
                Command::Hold { by } => {
                    self.hold(&mut batch, &by);
                    continue;
                }
                Command::Release { by } => {
                    if self.held && self.state.status() == ExecutionStatus::Paused {
                        self.held = false;
                        self.apply(&mut batch, What::Resumed { by }).ok();
                    }
                    continue;
                }
            };
            match (self.apply(&mut batch, what), reply) {
                (result, Some(reply)) => batch.replies.push((reply, result)),
                (Err(error), None) => tracing::debug!(execution = self.id.0, "passed over: {error}"),
                (Ok(()), None) => {}
            }
        }
        self.commit_for_certain(batch).await;
    }

    /// Pauses for "stop all actions", unless a person has paused it already.
    fn hold(&mut self, batch: &mut Batch, by: &str) {
        if self.state.status() != ExecutionStatus::Paused && self.apply(batch, What::Paused { by: by.to_owned() }).is_ok() {
            self.held = true;
        }
    }

    async fn start(&mut self, batch: &mut Batch) -> Result<(), Error> {
        let row = &self.row;
        let mut input: IndexMap<String, Json> = row.input.clone().into_iter().collect();
        let (id, names) = (row.playbook.clone(), input.clone());
        let (document, ticket) = (row.document.clone(), row.ticket);
        let (act_alone, resolved) = self
            .executor
            .store
            .read(move |db| {
                let act_alone = db.playbook(&id).is_ok_and(|playbook| playbook.act_alone);
                let document = playbook::read_text(&db.document(&document)?).playbook;
                let own = crate::blocking::own_networks(&db.assets()?);
                let mut resolved = IndexMap::new();
                for wanted in document.inputs.iter().filter(|input| input.kind == playbook::ValueType::Ticket) {
                    let number = match names.get(&wanted.name) {
                        Some(Json::Number(number)) => number.as_i64().map(types::TicketId),
                        Some(Json::String(text)) => text.parse().ok(),
                        Some(Json::Object(_)) => continue,
                        _ => ticket,
                    };
                    if let Some(number) = number {
                        resolved.insert(wanted.name.clone(), db.ticket_facts(number)?.to_input(&own));
                    }
                }
                Ok((act_alone, resolved))
            })
            .await?;
        input.extend(resolved);
        let missing = self.plan.missing_inputs(&input);
        if !missing.is_empty() {
            return Err(crate::error::missing_inputs(&missing));
        }
        let stored = input.clone().into_iter().collect();
        // The journal keeps the seed, so that a replay draws the same numbers.
        let seed = rand::random::<u64>() >> 12;
        let what = self.plan.started(input, act_alone, seed, self.executor.zone(), self.row.started_by.clone());
        self.apply(batch, what)?;
        batch.input = Some(stored);
        Ok(())
    }

    async fn fail_to_start(&mut self, error: &Error) {
        let (id, code, at) = (self.id, error.code.clone(), self.executor.clock.now());
        tracing::warn!(execution = id.0, "the execution cannot start: {error}");
        if let Err(error) = self.executor.store.write(move |db| db.fail_queued(id, &code, at)).await {
            tracing::error!(execution = id.0, "its failure cannot be stored: {error}");
        }
        self.row.status = ExecutionStatus::Failed;
        self.executor.pushes.send(Push::Transition { execution: id.0, status: ExecutionStatus::Failed, tasks: Vec::new(), at });
        self.executor.set_busy(id, false);
    }

    /// Takes an event into the state and the batch.
    fn apply(&mut self, batch: &mut Batch, what: What) -> Result<(), Error> {
        let at = self.executor.clock.now().max(self.last_at);
        let event = Event { at, what };
        let Step { effects, changed, ignored } = engine::step(&self.plan, &mut self.state, &event);
        if let Some(error) = ignored {
            return Err(error);
        }
        self.last_at = at;
        batch.events.push(event);
        batch.effects.extend(effects);
        batch.changed.extend(changed);
        Ok(())
    }

    /// Makes the batch durable and performs its effects. What people asked for fails when it cannot be stored; what happened by itself
    /// is stored again until it can be.
    async fn commit_for_certain(&mut self, mut batch: Batch) {
        loop {
            if batch.events.is_empty() {
                answer(&mut batch.replies);
                self.executor.set_busy(self.id, !self.in_flight.is_empty());
                return;
            }
            let error = match self.commit(&mut batch).await {
                Ok(()) => return,
                Err(error) => error,
            };
            tracing::error!(execution = self.id.0, events = batch.events.len(), "events cannot be stored: {error}");
            for (reply, _) in batch.replies.drain(..) {
                drop(reply.send(Err(error.clone())));
            }
            let happened: Vec<Event> = batch.events.drain(..).filter(|event| happened_by_itself(&event.what)).collect();
            tokio::time::sleep(STORE_AGAIN).await;
            // The state has steps that the store does not know: go back to what it knows.
            match Self::load(self.executor.clone(), self.id).await {
                Ok(fresh) => {
                    let in_flight = std::mem::take(&mut self.in_flight);
                    *self = Self { in_flight, ..fresh };
                }
                Err(error) => {
                    tracing::error!(execution = self.id.0, "the execution cannot be read back: {error}");
                    batch.events = happened;
                    continue;
                }
            }
            batch = Batch::default();
            for event in happened {
                if matches!(event.what, What::Started { .. }) {
                    self.start(&mut batch).await.ok();
                } else {
                    self.apply(&mut batch, event.what).ok();
                }
            }
        }
    }

    async fn commit(&mut self, batch: &mut Batch) -> Result<(), Error> {
        let runs: Vec<_> = batch.changed.iter().filter_map(|task| self.state.task_run(&self.plan, task)).collect();
        if let Some(failed) = runs.iter().rev().find(|run| run.status == TaskStatus::Failed) {
            self.error_code = failed.error.as_ref().map(|error| error.code.clone());
        }
        if let Some((_, error)) = self.state.failure(&self.plan) {
            self.error_code = Some(error.code.clone());
        }
        let status = self.state.status();
        let at = self.last_at;
        let append = Append {
            execution: self.id,
            sequence: self.row.sequence,
            events: batch.events.clone(),
            status,
            current_task: self.state.current_task(&self.plan).cloned(),
            error_code: self.error_code.clone(),
            ended_at: self.state.ended_at(),
            input: batch.input.take(),
            variables: Some(self.state.variables()),
            links: Some(self.state.links().iter().map(link_state).collect()),
            asked: asked(&batch.effects),
            closed: closed(&batch.events, &batch.effects),
            timers_set: timers_set(&batch.effects),
            timers_gone: timers_gone(&batch.events, &batch.effects),
            held: self.held,
            tasks: runs.clone(),
        };
        let has_questions = !append.asked.is_empty() || !append.closed.is_empty();
        let lines = self.timeline(batch, status, at);
        let ticket = self.row.ticket;
        let appended = self
            .executor
            .store
            .write(move |db| {
                let appended = db.append(&append)?;
                if let Some(ticket) = ticket {
                    for line in &lines {
                        db.add_timeline(ticket, line)?;
                    }
                }
                Ok(appended)
            })
            .await?;
        self.row.sequence = appended.sequence;
        self.row.status = status;
        answer(&mut batch.replies);
        let tasks = runs.iter().map(|run| TaskTransition { task: run.id.to_string(), status: run.status }).collect();
        self.executor.pushes.send(Push::Transition { execution: self.id.0, status, tasks, at });
        if has_questions || runs.iter().any(|run| run.status == TaskStatus::NeedsReview) {
            self.executor.pushes.changed(["questions", "workspace"]);
        }
        if let Some(ticket) = self.row.ticket
            && batch.events.iter().any(|event| matches!(event.what, What::Started { .. }))
        {
            self.executor.pushes.changed([format!("ticket:{}", ticket.0)]);
        }
        self.perform(std::mem::take(&mut batch.effects));
        batch.events.clear();
        self.executor.set_busy(self.id, !self.in_flight.is_empty());
        if !matches!(status, ExecutionStatus::Running | ExecutionStatus::Queued) {
            self.executor.rested.notify_waiters();
        }
        Ok(())
    }

    /// What a ticket's timeline says of its execution: that it started and how it ended.
    fn timeline(&self, batch: &Batch, status: ExecutionStatus, at: Time) -> Vec<TimelineLine> {
        let line = |text: String| TimelineLine {
            at,
            by: self.row.playbook.clone(),
            automatic: true,
            kind: "execution",
            text,
            execution: Some(self.id),
            task: None,
        };
        let mut lines = Vec::new();
        if batch.events.iter().any(|event| matches!(event.what, What::Started { .. })) {
            lines.push(line("started".to_owned()));
        }
        if batch.effects.iter().any(|effect| matches!(effect, Effect::Finish { .. })) {
            let code = self.error_code.as_ref().filter(|_| status == ExecutionStatus::Failed);
            lines.push(line(code.map_or_else(|| status.as_str().to_owned(), |code| format!("{} ({code})", status.as_str()))));
        }
        lines
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::RunTask { task, attempt, call } => {
                    let cause = Cause {
                        execution: self.id,
                        playbook: self.row.playbook.clone(),
                        task: task.clone(),
                        attempt,
                        ticket: self.row.ticket,
                        sample: self.row.sample,
                    };
                    let executor = self.executor.clone();
                    let (id, key) = (self.id, (task.clone(), attempt));
                    let handle = self.executor.spawn(async move {
                        let result = executor.perform(call, cause).await;
                        executor.send(id, Command::Ended { task, attempt, result });
                    });
                    self.in_flight.insert(key, handle);
                }
                Effect::Abandon { task, attempt } => {
                    if let Some(Some(handle)) = self.in_flight.remove(&(task, attempt)) {
                        handle.abort();
                    }
                }
                Effect::SetTimer { timer, at } => self.executor.timers.set(self.id, timer, at),
                Effect::ClearTimer { timer } => self.executor.timers.clear(self.id, timer),
                Effect::Ask { question } => {
                    if let Some(answer) = self.executor.ahead(self.id, &self.row.playbook, question.task.as_str()) {
                        let (reply, refusal) = oneshot::channel();
                        let by = self.row.started_by.clone();
                        self.executor.send(self.id, Command::Answer { question: question.number, answer, by, reply });
                        let (id, task) = (self.id, question.task);
                        self.executor.spawn(async move {
                            if let Ok(Err(error)) = refusal.await {
                                tracing::warn!(execution = id.0, task = task.as_str(), "the answer given ahead was refused: {error}");
                            }
                        });
                    }
                }
                Effect::Withdraw { .. } => {}
                Effect::Finish { .. } => self.executor.forget(self.id),
            }
        }
    }
}

fn answer(replies: &mut Vec<(Reply, Result<(), Error>)>) {
    for (reply, result) in replies.drain(..) {
        // Whoever asked may have gone.
        drop(reply.send(result));
    }
}

/// Results, timers and the start happened whether or not the disk was full; what a person asked for is told to that person instead.
fn happened_by_itself(what: &What) -> bool {
    match what {
        What::Started { .. }
        | What::TaskSucceeded { .. }
        | What::TaskFailed { .. }
        | What::TaskInterrupted { .. }
        | What::TimerFired { .. } => true,
        What::QuestionAnswered { .. } | What::TaskReviewed { .. } | What::Paused { .. } | What::Resumed { .. } | What::Cancelled { .. } => {
            false
        }
    }
}

fn link_state(fate: &LinkFate) -> LinkState {
    match fate {
        LinkFate::Open => LinkState::Open,
        LinkFate::Fired => LinkState::Fired,
        LinkFate::Dead => LinkState::Dead,
    }
}

fn asked(effects: &[Effect]) -> Vec<engine::Question> {
    let questions = effects.iter().filter_map(|effect| if let Effect::Ask { question } = effect { Some(question.clone()) } else { None });
    questions.collect()
}

/// The questions that ended: answered ones first, so that taking one back never covers its answer.
fn closed(events: &[Event], effects: &[Effect]) -> Vec<QuestionClosed> {
    let answered = events.iter().filter_map(|event| match &event.what {
        What::QuestionAnswered { question, answer, by } => {
            Some(QuestionClosed { number: *question, answer: Some((answer.clone(), by.clone())) })
        }
        _ => None,
    });
    let withdrawn = effects.iter().filter_map(|effect| match effect {
        Effect::Withdraw { question } => Some(QuestionClosed { number: *question, answer: None }),
        _ => None,
    });
    answered.chain(withdrawn).collect()
}

/// The timers that are set at the end of the batch.
fn timers_set(effects: &[Effect]) -> Vec<(u32, Time)> {
    let mut set: IndexMap<u32, Time> = IndexMap::new();
    for effect in effects {
        match effect {
            Effect::SetTimer { timer, at } => drop(set.insert(*timer, *at)),
            Effect::ClearTimer { timer } => drop(set.shift_remove(timer)),
            _ => {}
        }
    }
    set.into_iter().collect()
}

fn timers_gone(events: &[Event], effects: &[Effect]) -> Vec<u32> {
    let fired = events.iter().filter_map(|event| if let What::TimerFired { timer } = event.what { Some(timer) } else { None });
    let cleared = effects.iter().filter_map(|effect| if let Effect::ClearTimer { timer } = effect { Some(*timer) } else { None });
    fired.chain(cleared).collect()
}
