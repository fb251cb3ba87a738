//! One execution under way: takes its events one after the other, makes them durable, then performs what follows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use engine::message::{Effect, Event, Review, TaskError, TaskRun, What};
use engine::{Carried, LinkFate, Plan, Start, State, Step};
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value as Json};
use store::{Append, ExecutionRow, Links, NewExecution, QuestionClosed, RerunOrigin, TimelineLine};
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use types::{Error, ExecutionId, ExecutionStatus, QuestionId, TaskId, TaskStatus, Time};
use wire::Push;
use wire::execution::LinkState;
use wire::operation::TaskTransition;

use crate::calls::{Order, Told, rests};
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
    /// An execution that it called has moved or ended.
    Child(What),
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
    /// The execution, as long as the store does not know it.
    new: Option<Arc<NewExecution>>,
    plan: Arc<Plan>,
    state: State,
    kept: Kept,
    held: bool,
    act_alone: bool,
    error_code: Option<String>,
    last_at: Time,
    in_flight: HashMap<(TaskId, u32), Option<AbortHandle>>,
    /// What its caller knows of its status.
    told: ExecutionStatus,
    /// The questions that what was given ahead answers in a moment. Until then nobody is told that it has come to rest.
    ahead: HashSet<u32>,
}

/// The variables and the fates of links that the store knows; only what differs is written.
struct Kept {
    variables: Map<String, Json>,
    links: Vec<LinkFate>,
}

impl Kept {
    fn of(state: &State) -> Self {
        Self { variables: state.variables(), links: state.links().to_vec() }
    }

    /// Returns the fates of the links when one differs from what was kept before.
    fn links_since(&self, before: &Self) -> Option<Links> {
        let changed: Vec<usize> = (0..self.links.len()).filter(|place| self.links.get(*place) != before.links.get(*place)).collect();
        (!changed.is_empty()).then(|| Links { now: self.links.iter().map(link_state).collect(), changed })
    }
}

/// A new execution after its first step, nothing of it stored yet.
pub(crate) struct Opening {
    actor: Actor,
    batch: Batch,
}

/// A new execution that is durable.
pub(crate) struct Opened {
    /// Its number.
    pub(crate) id: ExecutionId,
    /// Where it stands, when it came to rest within its first step.
    pub(crate) rest: Option<Rest>,
}

/// An execution at rest.
pub(crate) struct Rest {
    pub(crate) status: ExecutionStatus,
    pub(crate) state: State,
    pub(crate) error_code: Option<String>,
    /// The tasks that have begun.
    pub(crate) runs: Vec<TaskRun>,
    /// The questions that were asked, by their numbers inside the execution and over all.
    pub(crate) questions: Vec<(u32, QuestionId)>,
}

/// What steps have caused since the last append.
#[derive(Default)]
struct Batch {
    events: Vec<Event>,
    effects: Vec<Effect>,
    changed: IndexSet<TaskId>,
    input: Option<Map<String, Json>>,
    /// Calls that cannot be made: what their failure is, once the batch is durable.
    uncalled: Vec<What>,
    /// What is answered once the batch is durable; a refusal too, because it may rest on an event of the same batch.
    replies: Vec<(Reply, Result<(), Error>)>,
}

/// What became durable.
struct Stored {
    /// The tasks that changed.
    changed: Vec<(TaskId, TaskStatus)>,
    /// The same as they stand now.
    runs: Vec<TaskRun>,
    /// The questions that were asked, by their numbers inside the execution and over all.
    questions: Vec<(u32, QuestionId)>,
    /// What becomes of the executions that it calls.
    children: Vec<Told>,
    /// What the actor of a new execution listens to.
    receiver: Option<mpsc::UnboundedReceiver<Command>>,
}

impl Opening {
    /// Tells whether a command follows, so that the execution needs a place among those that run.
    pub(crate) fn has_work(&self) -> bool {
        !self.batch.effects.iter().all(|effect| matches!(effect, Effect::Ask { .. } | Effect::SetTimer { .. } | Effect::Finish { .. }))
    }

    /// Tells whether its first step is its last.
    pub(crate) fn is_over(&self) -> bool {
        self.actor.state.status().is_final()
    }

    /// Makes the execution durable together with its first step: one row, one record, one commit shared with others.
    pub(crate) async fn commit(self) -> Result<Opened, Error> {
        let Self { mut actor, mut batch } = self;
        let stored = actor.store(&mut batch).await?;
        actor.follow(&mut batch, &stored);
        let (id, executor) = (actor.id, actor.executor.clone());
        let Some(mut receiver) = stored.receiver else { return Ok(actor.at_rest(stored.runs, stored.questions)) };
        let first = if actor.in_flight.is_empty() {
            match executor.retire(id, &mut receiver) {
                None => return Ok(actor.at_rest(stored.runs, stored.questions)),
                command => command,
            }
        } else {
            None
        };
        executor.spawn(actor.live(receiver, first));
        Ok(Opened { id, rest: None })
    }
}

impl Actor {
    fn at_rest(self, runs: Vec<TaskRun>, questions: Vec<(u32, QuestionId)>) -> Opened {
        let rest = Rest { status: self.row.status, state: self.state, error_code: self.error_code, runs, questions };
        Opened { id: self.id, rest: Some(rest) }
    }

    pub(crate) async fn run(executor: Arc<Executor>, id: ExecutionId, mut receiver: mpsc::UnboundedReceiver<Command>) {
        let mut actor = match Self::load(executor.clone(), id).await {
            Ok(actor) => actor,
            Err(error) => {
                tracing::error!(execution = id.0, "the execution cannot be taken up: {error}");
                Self::refuse(&executor, id, &error, &mut receiver).await;
                return;
            }
        };
        if !actor.row.status.is_final() {
            actor.take_up().await;
        }
        actor.live(receiver, None).await;
    }

    /// Takes commands, `first` before the others, until there is nothing to do and nothing under way.
    async fn live(mut self, mut receiver: mpsc::UnboundedReceiver<Command>, mut first: Option<Command>) {
        loop {
            let command = if let Some(first) = first.take() {
                Some(first)
            } else if self.in_flight.is_empty() {
                match receiver.try_recv() {
                    Ok(command) => Some(command),
                    Err(_) => self.executor.retire(self.id, &mut receiver),
                }
            } else {
                receiver.recv().await
            };
            let Some(command) = command else { return };
            let mut commands = vec![command];
            while let Ok(more) = receiver.try_recv() {
                commands.push(more);
            }
            self.handle(commands).await;
        }
    }

    /// Takes the first step of a new execution, in memory; `input` is tagged JSON.
    pub(crate) fn open(
        executor: Arc<Executor>,
        new: Arc<NewExecution>,
        plan: Arc<Plan>,
        input: IndexMap<String, Json>,
        act_alone: bool,
    ) -> Result<Opening, Error> {
        let row = ExecutionRow {
            id: ExecutionId(0),
            playbook: new.playbook.clone(),
            version: new.version,
            document: new.document.clone(),
            status: ExecutionStatus::Queued,
            ticket: new.ticket,
            input: Map::new(),
            started_by: new.started_by.clone(),
            sequence: 0,
            held: false,
            error_code: None,
            sample: new.sample,
            origin: new.origin.clone(),
        };
        let mut actor = Self::new(executor, row, plan, State::new, act_alone);
        actor.new = Some(new);
        let mut batch = Batch::default();
        let what = actor.started(input, Vec::new())?;
        actor.apply(&mut batch, what)?;
        Ok(Opening { actor, batch })
    }

    fn new(executor: Arc<Executor>, row: ExecutionRow, plan: Arc<Plan>, state: impl FnOnce(&Plan) -> State, act_alone: bool) -> Self {
        let state = state(&plan);
        let (kept, held, error_code) = (Kept::of(&state), row.held, row.error_code.clone());
        let (in_flight, last_at, told, ahead) = (HashMap::new(), Time::default(), row.status, HashSet::new());
        Self { executor, id: row.id, row, new: None, plan, state, kept, held, act_alone, error_code, last_at, in_flight, told, ahead }
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
                    executor.settle(id, ExecutionStatus::Failed);
                    executor.could_not_start(id, error).await;
                }
                Command::Wake
                | Command::Ended { .. }
                | Command::Timer(_)
                | Command::Child(_)
                | Command::Hold { .. }
                | Command::Release { .. } => {}
            }
        }
        executor.set_busy(id, false);
    }

    async fn load(executor: Arc<Executor>, id: ExecutionId) -> Result<Self, Error> {
        let (row, journal, act_alone) = executor
            .store
            .read(move |db| {
                let row = db.execution_row(id)?;
                // Only what has not started asks the playbook; what has started keeps the answer in its journal.
                let act_alone = row.sequence == 0 && db.playbook(&row.playbook).is_ok_and(|playbook| playbook.act_alone);
                Ok((row, db.journal(id)?, act_alone))
            })
            .await?;
        let plan = executor.plan(&row.document).await?;
        let mut actor = Self::new(executor, row, plan, |plan| engine::replay(plan, &journal), act_alone);
        actor.last_at = journal.last().map(|event| event.at).unwrap_or_default();
        Ok(actor)
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
        // Before anything else: what is pending then is what the store knows.
        if commands.iter().any(|command| matches!(command, Command::Wake)) {
            self.reconcile(&mut batch).await;
        }
        for command in commands {
            let (what, reply) = match command {
                Command::Wake => continue,
                Command::Start => {
                    if self.is_queued_child() && self.is_held_by_caller().await {
                        // It left the queue in the moment of the pause; the end of the pause puts it back.
                        self.executor.set_busy(self.id, false);
                    } else if self.state.started_at().is_none() && self.row.status == ExecutionStatus::Queued {
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
                Command::Child(what) => (what, None),
                // A called execution that has not started waits outside the queue while its caller is held.
                Command::Pause { reply, .. } if self.is_queued_child() => {
                    self.executor.unqueue(self.id);
                    batch.replies.push((reply, Ok(())));
                    continue;
                }
                Command::Resume { reply, .. } if self.is_queued_child() => {
                    self.executor.requeue(&self.row);
                    batch.replies.push((reply, Ok(())));
                    continue;
                }
                Command::Answer { question, answer, by, reply } => {
                    // Whoever answered it: what was given ahead is refused after that.
                    self.ahead.remove(&question);
                    (What::QuestionAnswered { question, answer, by }, Some(reply))
                }
                Command::Review { task, decision, by, reply } => (What::TaskReviewed { task, decision, by }, Some(reply)),
                Command::Pause { by, reply } => {
                    self.held = false;
                    (What::Paused { by }, Some(reply))
                }
                Command::Resume { by, reply } => {
                    self.held = false;
                    (What::Resumed { by }, Some(reply))
                }
                Command::Cancel { by, reply } => {
                    self.executor.unqueue(self.id);
                    (What::Cancelled { by }, Some(reply))
                }
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
        let mut input: IndexMap<String, Json> = self.row.input.clone().into_iter().collect();
        self.executor.resolve(&self.plan, &mut input, self.row.ticket).await?;
        let stored = input.clone().into_iter().collect();
        let carried = self.carried().await?;
        let what = self.started(input, carried)?;
        self.apply(batch, what)?;
        batch.input = Some(stored);
        Ok(())
    }

    /// Returns what a re-run takes over: the execution that it runs again has ended, so this is always the same.
    async fn carried(&self) -> Result<Vec<Carried>, Error> {
        let Some(RerunOrigin { of, from: Some(from) }) = self.row.origin.rerun.clone() else { return Ok(Vec::new()) };
        let (row, journal) = self.executor.store.read(move |db| Ok((db.execution_row(of)?, db.journal(of)?))).await?;
        let ran = self.executor.plan(&row.document).await?;
        let state = engine::replay(&ran, &journal);
        Ok(engine::carry(&self.plan, &ran, &state, Some(&from)))
    }

    /// Returns the event that starts the execution; `input` is tagged JSON.
    fn started(&self, input: IndexMap<String, Json>, carried: Vec<Carried>) -> Result<What, Error> {
        let missing = self.plan.missing_inputs(&input);
        if !missing.is_empty() {
            return Err(crate::error::missing_inputs(&missing));
        }
        // The journal keeps the seed, so that a replay draws the same numbers.
        let seed = rand::random::<u64>() >> 12;
        Ok(self.plan.start(Start {
            input,
            act_alone: self.act_alone,
            seed,
            zone: self.executor.zone(),
            language: self.executor.language(),
            by: self.row.started_by.clone(),
            depth: self.row.origin.call.as_ref().map_or(0, |call| call.depth),
            carried,
        }))
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
        self.executor.settle(id, ExecutionStatus::Failed);
        self.executor.could_not_start(id, error).await;
    }

    /// Tells whether a call task started it and it waits for its turn.
    fn is_queued_child(&self) -> bool {
        self.row.origin.call.is_some() && self.state.started_at().is_none() && self.row.status == ExecutionStatus::Queued
    }

    /// Tells whether the execution that called it is paused.
    async fn is_held_by_caller(&self) -> bool {
        let Some(parent) = self.row.origin.call.as_ref().map(|call| call.parent) else { return false };
        // What cannot be read now cannot start either: its own row is in the same file.
        self.executor.store.read(move |db| db.execution_row(parent)).await.is_ok_and(|row| row.status == ExecutionStatus::Paused)
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
                // The answer given ahead was refused: now it does rest.
                if self.executor.is_answering(self.id) {
                    self.announce();
                }
                return;
            }
            let error = match self.commit(&mut batch).await {
                Ok(()) => return,
                Err(error) => error,
            };
            if self.has_ended_in_the_queue().await {
                return self.give_up(batch, &error);
            }
            tracing::error!(execution = self.id.0, events = batch.events.len(), "events cannot be stored: {error}");
            for (reply, _) in batch.replies.drain(..) {
                drop(reply.send(Err(error.clone())));
            }
            let happened: Vec<Event> = batch.events.drain(..).filter(|event| happened_by_itself(&event.what)).collect();
            tokio::time::sleep(STORE_AGAIN).await;
            // The state has steps that the store does not know: go back to what it knows.
            match Self::load(self.executor.clone(), self.id).await {
                Ok(fresh) => {
                    let (in_flight, ahead) = (std::mem::take(&mut self.in_flight), std::mem::take(&mut self.ahead));
                    *self = Self { in_flight, ahead, told: self.told, ..fresh };
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

    /// Whether somebody cancelled the execution in the queue, in the moment of its start.
    async fn has_ended_in_the_queue(&self) -> bool {
        let id = self.id;
        let is_over = |row: ExecutionRow| row.sequence == 0 && row.status.is_final();
        self.row.sequence == 0 && self.executor.store.read(move |db| db.execution_row(id)).await.is_ok_and(is_over)
    }

    /// Takes back a first step that others were quicker than: nothing of it has happened, and there is none after it.
    fn give_up(&mut self, batch: Batch, error: &Error) {
        for (reply, _) in batch.replies {
            // Whoever asked may have gone.
            let _ = reply.send(Err(error.clone()));
        }
        self.state = State::new(&self.plan);
        self.kept = Kept::of(&self.state);
        self.row.status = ExecutionStatus::Cancelled;
        self.executor.set_answering(self.id, false);
        self.executor.set_busy(self.id, false);
    }

    async fn commit(&mut self, batch: &mut Batch) -> Result<(), Error> {
        if batch.effects.iter().any(|effect| matches!(effect, Effect::Ask { question } if self.answer_for(question).is_some())) {
            // Before anybody can see it wait.
            self.executor.set_answering(self.id, true);
        }
        let stored = self.store(batch).await?;
        self.follow(batch, &stored);
        Ok(())
    }

    /// Makes a batch durable.
    async fn store(&mut self, batch: &mut Batch) -> Result<Stored, Error> {
        let runs: Vec<_> = batch.changed.iter().filter_map(|task| self.state.task_run(&self.plan, task)).collect();
        if let Some(failed) = runs.iter().rev().find(|run| run.status == TaskStatus::Failed) {
            self.error_code = failed.error.as_ref().map(|error| error.code.clone());
        }
        if let Some((_, error)) = self.state.failure(&self.plan) {
            self.error_code = Some(error.code.clone());
        }
        let status = self.state.status();
        let now = Kept::of(&self.state);
        let changed = now.variables.iter().filter(|(name, value)| self.kept.variables.get(*name) != Some(*value));
        let changed: Map<String, Json> = changed.map(|(name, value)| (name.clone(), value.clone())).collect();
        let transitions = runs.iter().map(|run| (run.id.clone(), run.status)).collect();
        let (closed, timers_gone) = (closed(&batch.events, &batch.effects), timers_gone(&batch.events, &batch.effects));
        let mut lines = self.timeline(batch, status, self.last_at);
        let reviewed = reviewed(&batch.events);
        let append = Append {
            execution: self.id,
            sequence: self.row.sequence,
            // They come back once they are written, or cannot be.
            events: std::mem::take(&mut batch.events),
            status,
            current_task: self.state.current_task(&self.plan).cloned(),
            error_code: self.error_code.clone(),
            ended_at: self.state.ended_at(),
            input: batch.input.take(),
            variables: (!changed.is_empty()).then_some(changed),
            links: now.links_since(&self.kept),
            asked: asked(&batch.effects),
            closed,
            timers_set: timers_set(&batch.effects),
            timers_gone,
            held: self.held,
            tasks: runs,
        };
        let orders = self.orders(batch).await;
        let numbers: Vec<u32> = append.asked.iter().map(|question| question.number).collect();
        let packed = match append.pack() {
            Ok(packed) => packed,
            Err(error) => {
                batch.events = append.events;
                return Err(error.into());
            }
        };
        let append = Arc::new(append);
        let written = append.clone();
        let (ticket, new, executor) = (self.row.ticket, self.new.clone(), self.executor.clone());
        store::failpoint::pass("step-taken");
        // A first step of its own touches nothing that others could have changed.
        let is_sure = new.is_some() && ticket.is_none() && orders.is_empty();
        let job = move |db: &store::Writer<'_>| {
            let (id, appended, receiver) = match &new {
                Some(new) => {
                    let (id, appended) = db.start_packed(new, &append, &packed)?;
                    // Before anybody can see it: from then on there is one actor, this one.
                    (id, appended, (!status.is_final()).then(|| executor.adopt(id)))
                }
                None => (append.execution, db.append_packed(&append, &packed)?, None),
            };
            if let Some(ticket) = ticket {
                for line in &mut lines {
                    line.execution = Some(id);
                    db.add_timeline(ticket, line)?;
                }
            }
            for (at, by, text) in reviewed {
                db.audit(at, &by, "execution.review", Some(&id.to_string()), &text)?;
            }
            let mut children = Vec::with_capacity(orders.len());
            for order in orders {
                children.extend(order.carry_out(db, id)?);
            }
            Ok((id, appended, receiver, children))
        };
        let store = &self.executor.store;
        let result = if is_sure { store.write_surely(job).await } else { store.write(job).await };
        // The writer's share is gone when it answers.
        let Append { events, tasks: runs, .. } = Arc::unwrap_or_clone(written);
        batch.events = events;
        let (id, appended, receiver, children) = result?;
        store::failpoint::pass("step-durable");
        self.new = None;
        (self.id, self.row.id) = (id, id);
        self.row.sequence = appended.sequence;
        self.row.status = status;
        self.kept = now;
        let questions = numbers.into_iter().zip(appended.questions).collect();
        Ok(Stored { changed: transitions, runs, questions, children, receiver })
    }

    /// Tells everybody what became durable, and performs what follows from it.
    fn follow(&mut self, batch: &mut Batch, stored: &Stored) {
        let (status, changed) = (self.row.status, &stored.changed);
        answer(&mut batch.replies);
        self.executor.pushes.send_with(|| Push::Transition {
            execution: self.id.0,
            status,
            tasks: changed.iter().map(|(task, status)| TaskTransition { task: task.to_string(), status: *status }).collect(),
            at: self.last_at,
        });
        let has_questions = batch.effects.iter().any(|effect| matches!(effect, Effect::Ask { .. } | Effect::Withdraw { .. }))
            || batch.events.iter().any(|event| matches!(event.what, What::QuestionAnswered { .. }));
        if has_questions || changed.iter().any(|(_, status)| *status == TaskStatus::NeedsReview) {
            self.executor.pushes.changed(["questions", "workspace"]);
        }
        if let Some(ticket) = self.row.ticket
            && batch.events.iter().any(|event| matches!(event.what, What::Started { .. }))
        {
            self.executor.pushes.changed([format!("ticket:{}", ticket.0)]);
        }
        self.perform(std::mem::take(&mut batch.effects));
        self.executor.tell_children(self.id, &stored.children);
        for what in batch.uncalled.drain(..) {
            self.executor.send(self.id, Command::Child(what));
        }
        batch.events.clear();
        self.executor.set_busy(self.id, !self.in_flight.is_empty());
        self.announce();
    }

    /// Tells its caller and who waits for it where it stands, unless an answer given ahead moves it on in a moment.
    fn announce(&mut self) {
        let status = self.row.status;
        if !self.ahead.is_empty() && !status.is_final() {
            return;
        }
        if !self.row.origin.answers.is_empty() {
            self.executor.set_answering(self.id, false);
        }
        self.report();
        if !matches!(status, ExecutionStatus::Running | ExecutionStatus::Queued) {
            self.executor.settle(self.id, status);
        }
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
                Effect::Ask { question } => self.answer_ahead(&question),
                // Executions of calls were stored with the event, and are told once all of it is performed.
                Effect::StartChild { .. } | Effect::CancelChild { .. } | Effect::PauseChild { .. } | Effect::ResumeChild { .. } => {}
                Effect::Withdraw { .. } | Effect::Finish { .. } => {}
            }
        }
    }

    /// Returns what was given ahead for a question's task.
    fn answer_for(&self, question: &engine::Question) -> Option<&engine::Answer> {
        let answers = &self.row.origin.answers;
        if answers.is_empty() {
            return None;
        }
        answers.get(&format!("{}:{}", self.row.playbook, question.task)).or_else(|| answers.get(question.task.as_str()))
    }

    /// Answers a question with what was given ahead for its task.
    fn answer_ahead(&mut self, question: &engine::Question) {
        let Some(answer) = self.answer_for(question).cloned() else { return };
        self.ahead.insert(question.number);
        let (reply, refusal) = oneshot::channel();
        let by = self.row.started_by.clone();
        self.executor.send(self.id, Command::Answer { question: question.number, answer, by, reply });
        let (id, task) = (self.id, question.task.clone());
        self.executor.spawn(async move {
            if let Ok(Err(error)) = refusal.await {
                tracing::warn!(execution = id.0, task = task.as_str(), "the answer given ahead was refused: {error}");
            }
        });
    }

    /// Returns what a batch orders about executions of calls; what cannot be started is reported after the batch.
    async fn orders(&self, batch: &mut Batch) -> Vec<Order> {
        let mut orders = Vec::new();
        for effect in &batch.effects {
            match effect {
                Effect::StartChild { child } => match self.executor.child_of(&self.row, child).await {
                    Ok(new) => orders.push(Order::Start(Box::new(new))),
                    Err(error) => batch.uncalled.push(crate::calls::uncalled(child, error)),
                },
                Effect::CancelChild { task, invocation } => orders.push(Order::Cancel(task.clone(), *invocation)),
                Effect::PauseChild { task, invocation } => orders.push(Order::Pause(task.clone(), *invocation)),
                Effect::ResumeChild { task, invocation } => orders.push(Order::Resume(task.clone(), *invocation)),
                _ => {}
            }
        }
        orders
    }

    /// Tells the execution that called this one how it stands: its end, and when it comes to rest or goes on.
    fn report(&mut self) {
        let Some(call) = &self.row.origin.call else { return };
        let (status, task, invocation) = (self.row.status, call.task.clone(), call.invocation);
        let what = if status.is_final() {
            let error = self.state.failure(&self.plan).map(|(_, error)| error.clone());
            let version = (self.row.version > 0).then_some(self.row.version);
            What::ChildEnded { task, invocation, execution: Some(self.id), version, status, variables: self.state.variables(), error }
        } else if status != self.told && (rests(status) || rests(self.told)) {
            What::ChildMoved { task, invocation, status }
        } else {
            return;
        };
        self.told = status;
        self.executor.pushes.changed([format!("execution:{}", call.parent.0)]);
        self.executor.send(call.parent, Command::Child(what));
    }

    /// After a restart: finds out what became of the executions that it called, and gives the answers that were given ahead.
    async fn reconcile(&mut self, batch: &mut Batch) {
        for effect in self.state.pending_effects(&self.plan) {
            match effect {
                Effect::StartChild { child } => match self.executor.find_child(&self.row, &child).await {
                    Ok(Some(what)) => drop(self.apply(batch, what)),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::error!(execution = self.id.0, task = child.task.as_str(), "a called execution is unknown: {error}")
                    }
                },
                Effect::CancelChild { task, invocation } => self.executor.tell_again(self.id, Order::Cancel(task, invocation)).await,
                Effect::PauseChild { task, invocation } => self.executor.tell_again(self.id, Order::Pause(task, invocation)).await,
                Effect::Ask { question } => self.answer_ahead(&question),
                _ => {}
            }
        }
    }
}

/// Data from outside never chooses a type: `{"$ip": ...}` stays a map.
pub(crate) fn tagged(value: &Json) -> Json {
    expression::Value::from_json(value).to_tagged_json(chrono_tz::Tz::UTC)
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
        | What::ChildMoved { .. }
        | What::ChildEnded { .. }
        | What::TimerFired { .. } => true,
        What::QuestionAnswered { .. } | What::TaskReviewed { .. } | What::Paused { .. } | What::Resumed { .. } | What::Cancelled { .. } => {
            false
        }
    }
}

/// What the audit says of decisions about tasks that needed review: when, who, and what.
fn reviewed(events: &[Event]) -> Vec<(Time, String, String)> {
    let line = |event: &Event| match &event.what {
        What::TaskReviewed { task, decision, by } => {
            let word = match decision {
                Review::Happened { .. } => "happened",
                Review::Again => "again",
                Review::Fail => "fail",
            };
            Some((event.at, by.clone(), format!("{task} {word}")))
        }
        _ => None,
    };
    events.iter().filter_map(line).collect()
}

pub(crate) fn link_state(fate: &LinkFate) -> LinkState {
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
