//! Advances executions: who is under way, who waits for a place, and what is performed.
//!
//! Every execution that moves has one actor, which alone knows its state ([`crate::actor`]). An actor that has nothing to do ends; the
//! next event brings it back from the journal, in the same way as after a restart. So recovery is not a special case.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use engine::message::{CommandCall, TaskError};
use engine::{Plan, PlanOptions};
use indexmap::IndexMap;
use playbook::{Catalog, ValueType};
use serde_json::Value as Json;
use store::Store;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};
use types::{Error, ExecutionId, ExecutionStatus, Language, TicketId};

use crate::actor::{Actor, Command, tagged};
use crate::clock::Clock;
use crate::own::{OwnCommands, Surroundings};
use crate::push::Pushes;
use crate::ready::ReadyVersions;
use crate::runner::{Cause, Runner, connection_of};
use crate::timers::Timers;
use crate::turns::{Fair, Turns};

/// Compiled playbooks that are kept.
const PLANS: usize = 256;

/// What all actors share.
pub(crate) struct Executor {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pushes: Arc<Pushes>,
    pub(crate) own: OwnCommands,
    pub(crate) timers: Timers,
    zone: Mutex<String>,
    language: Mutex<Language>,
    pub(crate) ready: Mutex<ReadyVersions>,
    runner: Arc<dyn Runner>,
    commands: Arc<Turns>,
    stopped: watch::Sender<bool>,
    actors: Mutex<HashMap<ExecutionId, mpsc::UnboundedSender<Command>>>,
    places: Mutex<Places>,
    limit: AtomicU32,
    plans: Mutex<HashMap<String, Arc<Plan>>>,
    /// Told whenever an execution comes to rest.
    pub(crate) rested: Notify,
    /// Who waits for which execution to come to rest.
    waiting: Mutex<HashMap<ExecutionId, Vec<oneshot::Sender<ExecutionStatus>>>>,
    answering: Mutex<Answering>,
    tasks: Mutex<Option<JoinSet<()>>>,
}

/// The executions whose open question an answer given ahead is about to answer: they look as if they waited for a person.
#[derive(Default)]
struct Answering {
    now: HashSet<ExecutionId>,
    /// How often that has begun.
    begun: u64,
}

/// Who started and who waits to.
#[derive(Default)]
struct Places {
    taken: HashSet<ExecutionId>,
    /// Places kept for executions that are being stored and have no number yet.
    reserved: usize,
    queue: Fair<ExecutionId>,
}

/// A place that is kept for a new execution; it is given back when this is dropped.
pub(crate) struct Reservation {
    executor: Arc<Executor>,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        crate::lock_of(&self.executor.places).reserved -= 1;
        self.executor.fill_places();
    }
}

impl Executor {
    #[allow(clippy::too_many_arguments)] // One caller, one line per part.
    pub(crate) fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        pushes: Arc<Pushes>,
        own: OwnCommands,
        runner: Arc<dyn Runner>,
        zone: String,
        language: Language,
        limits: (u32, u32),
        stopped: bool,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            clock,
            pushes,
            own,
            timers: Timers::default(),
            zone: Mutex::new(zone),
            language: Mutex::new(language),
            ready: Mutex::default(),
            runner,
            commands: Turns::new(limits.1 as usize),
            stopped: watch::Sender::new(stopped),
            actors: Mutex::default(),
            places: Mutex::default(),
            limit: AtomicU32::new(limits.0),
            plans: Mutex::default(),
            rested: Notify::new(),
            waiting: Mutex::default(),
            answering: Mutex::default(),
            tasks: Mutex::new(Some(JoinSet::new())),
        })
    }

    /// Takes up what an earlier process left: timers, executions under way, the queue.
    pub(crate) async fn recover(self: &Arc<Self>) -> Result<(), Error> {
        let (timers, under_way, queued, held) = self
            .store
            .read(|db| {
                let all = |statuses: &[ExecutionStatus]| db.execution_ids(statuses, ExecutionId(0), usize::MAX >> 1);
                Ok((
                    db.timers()?,
                    [all(&[ExecutionStatus::Running, ExecutionStatus::Paused, ExecutionStatus::NeedsReview])?, db.waiting_with_work()?]
                        .concat(),
                    db.queued_executions()?,
                    db.held_executions()?,
                ))
            })
            .await?;
        for id in under_way {
            self.send(id, Command::Wake);
        }
        for (execution, timer, at) in timers {
            self.timers.set(execution, timer, at);
        }
        if !self.is_stopped() {
            // The program ended between the switch and the last execution.
            for id in held {
                self.send(id, Command::Release { by: "haetae".to_owned() });
            }
        }
        for (id, parent) in queued {
            crate::lock_of(&self.places).queue.push(parent.unwrap_or(id), id);
        }
        self.fill_places();
        Ok(())
    }

    /// Reports timers that are due, forever.
    pub(crate) async fn keep_time(self: Arc<Self>) {
        loop {
            for (execution, timer) in self.timers.due(self.clock.as_ref()).await {
                self.send(execution, Command::Timer(timer));
            }
        }
    }

    /// Gives an execution's actor something to do, bringing it to life when it rests.
    pub(crate) fn send(self: &Arc<Self>, id: ExecutionId, command: Command) {
        let mut actors = crate::lock_of(&self.actors);
        let command = match actors.get(&id) {
            Some(actor) => match actor.send(command) {
                Ok(()) => return,
                // It ended badly and could not say so; a new one takes over.
                Err(mpsc::error::SendError(command)) => command,
            },
            None => command,
        };
        let (sender, receiver) = mpsc::unbounded_channel();
        // The receiver is in hand, so this cannot fail.
        let _ = sender.send(command);
        actors.insert(id, sender);
        drop(actors);
        let executor = self.clone();
        self.spawn(async move { Actor::run(executor, id, receiver).await });
    }

    /// Sends and waits for the answer.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        id: ExecutionId,
        command: impl FnOnce(oneshot::Sender<Result<(), Error>>) -> Command,
    ) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        self.send(id, command(reply));
        answer.await.unwrap_or_else(|_| Err(crate::error::closed()))
    }

    /// Forgets a resting actor, unless something came for it meanwhile.
    pub(crate) fn retire(&self, id: ExecutionId, receiver: &mut mpsc::UnboundedReceiver<Command>) -> Option<Command> {
        let mut actors = crate::lock_of(&self.actors);
        match receiver.try_recv() {
            Ok(command) => Some(command),
            Err(_) => {
                actors.remove(&id);
                None
            }
        }
    }

    /// Runs something in the background until the host closes.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> Option<AbortHandle> {
        let mut tasks = crate::lock_of(&self.tasks);
        let tasks = tasks.as_mut()?;
        while tasks.try_join_next().is_some() {}
        Some(tasks.spawn(future))
    }

    /// Ends everything in the background; what was under way is recovered from the journal next time.
    pub(crate) fn take_tasks(&self) -> Option<JoinSet<()>> {
        crate::lock_of(&self.tasks).take()
    }

    /// Puts executions at the end of the queue.
    pub(crate) fn enqueue(self: &Arc<Self>, ids: impl IntoIterator<Item = ExecutionId>) {
        {
            let mut places = crate::lock_of(&self.places);
            for id in ids {
                places.queue.push(id, id);
            }
        }
        self.fill_places();
    }

    /// Queues executions that a call task started: all of one caller together have one turn a round.
    pub(crate) fn enqueue_children(self: &Arc<Self>, parent: ExecutionId, ids: &[ExecutionId]) {
        if ids.is_empty() {
            return;
        }
        {
            let mut places = crate::lock_of(&self.places);
            for id in ids {
                places.queue.push(parent, *id);
            }
        }
        self.fill_places();
    }

    /// Starts executions from the queue while there are places.
    fn fill_places(self: &Arc<Self>) {
        loop {
            if self.is_stopped() {
                return;
            }
            let next = {
                let mut places = crate::lock_of(&self.places);
                if places.taken.len() + places.reserved >= self.limit.load(Ordering::Relaxed) as usize {
                    return;
                }
                let Some(next) = places.queue.pop() else { return };
                places.taken.insert(next);
                next
            };
            self.send(next, Command::Start);
        }
    }

    /// Keeps a place for a new execution, when one is free and nobody waits for it.
    pub(crate) fn reserve(self: &Arc<Self>) -> Option<Reservation> {
        let mut places = crate::lock_of(&self.places);
        let is_free = places.queue.is_empty() && places.taken.len() + places.reserved < self.limit.load(Ordering::Relaxed) as usize;
        is_free.then(|| {
            places.reserved += 1;
            Reservation { executor: self.clone() }
        })
    }

    /// Gives a new execution its actor; the caller is that actor.
    pub(crate) fn adopt(&self, id: ExecutionId) -> mpsc::UnboundedReceiver<Command> {
        let (sender, receiver) = mpsc::unbounded_channel();
        crate::lock_of(&self.actors).insert(id, sender);
        receiver
    }

    /// Returns what tells when an execution has come to rest; whoever asks looks where it stands afterwards.
    pub(crate) fn when_settled(&self, id: ExecutionId) -> oneshot::Receiver<ExecutionStatus> {
        let (sender, receiver) = oneshot::channel();
        let mut waiting = crate::lock_of(&self.waiting);
        let waiting = waiting.entry(id).or_default();
        waiting.retain(|sender| !sender.is_closed());
        waiting.push(sender);
        receiver
    }

    /// Tells that an execution has come to rest.
    pub(crate) fn settle(&self, id: ExecutionId, status: ExecutionStatus) {
        for waiting in crate::lock_of(&self.waiting).remove(&id).into_iter().flatten() {
            // Whoever waited may have gone.
            let _ = waiting.send(status);
        }
        self.rested.notify_waiters();
        self.pushes.wake.rested();
    }

    /// Says whether an answer given ahead is on its way to an execution.
    pub(crate) fn set_answering(&self, id: ExecutionId, answering: bool) {
        let mut known = crate::lock_of(&self.answering);
        if !answering {
            known.now.remove(&id);
        } else if known.now.insert(id) {
            known.begun += 1;
        }
    }

    /// Tells whether an answer given ahead is on its way to an execution.
    pub(crate) fn is_answering(&self, id: ExecutionId) -> bool {
        crate::lock_of(&self.answering).now.contains(&id)
    }

    /// Returns how many answers given ahead have been on their way so far; none while there is one.
    pub(crate) fn answered_ahead(&self) -> Option<u64> {
        let known = crate::lock_of(&self.answering);
        known.now.is_empty().then_some(known.begun)
    }

    /// Puts the tickets that a playbook's inputs of type ticket name in the place of their numbers; `input` is tagged JSON.
    pub(crate) async fn resolve(&self, plan: &Plan, input: &mut IndexMap<String, Json>, ticket: Option<TicketId>) -> Result<(), Error> {
        let mut numbers = Vec::new();
        for name in plan.input_names(ValueType::Ticket) {
            let number = match input.get(name) {
                Some(Json::Number(number)) => number.as_i64().map(TicketId),
                Some(Json::String(text)) => text.parse().ok(),
                Some(Json::Object(_)) => continue,
                _ => ticket,
            };
            numbers.extend(number.map(|number| (name.to_owned(), number)));
        }
        if numbers.is_empty() {
            return Ok(());
        }
        let resolved = self
            .store
            .read(move |db| {
                let own = crate::blocking::own_networks(&db.assets()?);
                let resolve = |(name, number)| Ok((name, tagged(&db.ticket_facts(number)?.to_input(&own))));
                numbers.into_iter().map(resolve).collect::<store::Result<Vec<_>>>()
            })
            .await?;
        input.extend(resolved);
        Ok(())
    }

    /// Says whether an execution has commands under way; one that only waits gives its place to the next.
    pub(crate) fn set_busy(self: &Arc<Self>, id: ExecutionId, busy: bool) {
        let freed = {
            let mut places = crate::lock_of(&self.places);
            if busy {
                places.taken.insert(id);
                false
            } else {
                places.taken.remove(&id)
            }
        };
        if freed {
            self.rested.notify_waiters();
            self.fill_places();
        }
    }

    /// Takes an execution out of the queue.
    pub(crate) fn unqueue(&self, id: ExecutionId) {
        crate::lock_of(&self.places).queue.retain(|queued| *queued != id);
    }

    /// Changes how many executions and how many commands run at most at once; more than that may still be under way for a while.
    pub(crate) fn set_limits(self: &Arc<Self>, executions: Option<u32>, tasks: Option<u32>) {
        if let Some(limit) = executions {
            self.limit.store(limit, Ordering::Relaxed);
            self.fill_places();
        }
        if let Some(limit) = tasks {
            self.commands.set_most(limit as usize);
        }
    }

    pub(crate) fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// Returns the time zone of texts and dates.
    pub(crate) fn zone(&self) -> String {
        crate::lock_of(&self.zone).clone()
    }

    pub(crate) fn set_zone(&self, zone: String) {
        *crate::lock_of(&self.zone) = zone;
    }

    /// Holds every execution before its next action, or lets them go on.
    pub(crate) async fn stop(self: &Arc<Self>, stopped: bool, by: &str) -> Result<(), Error> {
        self.stopped.send_replace(stopped);
        if stopped {
            let running = self.store.read(|db| db.execution_ids(&[ExecutionStatus::Running], ExecutionId(0), usize::MAX >> 1)).await?;
            for id in running {
                self.send(id, Command::Hold { by: by.to_owned() });
            }
        } else {
            for id in self.store.read(|db| db.held_executions()).await? {
                self.send(id, Command::Release { by: by.to_owned() });
            }
            self.fill_places();
        }
        Ok(())
    }

    /// Returns the language of what leaves the program.
    pub(crate) fn language(&self) -> Language {
        *crate::lock_of(&self.language)
    }

    pub(crate) fn set_language(&self, language: Language) {
        *crate::lock_of(&self.language) = language;
    }

    /// Returns what tasks may use: apps, commands, connections, playbooks.
    pub(crate) async fn catalog(&self) -> Result<Catalog, Error> {
        let (connections, playbooks) = self.store.read(|db| Ok((db.connections()?, db.playbooks()?))).await?;
        let connections: Vec<_> = connections.into_iter().map(connection_of).collect();
        let mut catalog = self.own.registry.catalog(&connections);
        catalog.playbooks = playbooks.into_iter().filter(|playbook| playbook.version > 0).map(|playbook| playbook.id).collect();
        Ok(catalog)
    }

    /// Returns the compiled playbook of a document.
    ///
    /// Connections and apps that are gone do not matter here: an execution is bound to its document, and what its commands are was
    /// written down when it started.
    pub(crate) async fn plan(&self, document: &str) -> Result<Arc<Plan>, Error> {
        if let Some(plan) = crate::lock_of(&self.plans).get(document) {
            return Ok(plan.clone());
        }
        let hash = document.to_owned();
        let text = self.store.read(move |db| db.document(&hash)).await?;
        let read = playbook::read_text(&text);
        let catalog: Catalog = self.own.registry.catalog([]);
        let plan = Plan::new(&read.playbook, &catalog, PlanOptions { allow_unknown: true })
            .map_err(|diagnostics| crate::error::invalid_playbook(read.playbook.id.as_str(), &diagnostics))?;
        let plan = Arc::new(plan);
        let mut plans = crate::lock_of(&self.plans);
        if plans.len() >= PLANS {
            plans.clear();
        }
        plans.insert(document.to_owned(), plan.clone());
        Ok(plan)
    }

    /// Performs a command; while actions are stopped it waits before it begins.
    pub(crate) async fn perform(&self, call: CommandCall, cause: Cause) -> Result<Json, TaskError> {
        let mut stopped = self.stopped.subscribe();
        let closing = || crate::error::task("HOST-CLOSED", "Haetae is closing.");
        let _turn = self.commands.take(cause.execution).await;
        stopped.wait_for(|stopped| !stopped).await.map_err(|_| closing())?;
        if call.app == playbook::catalog::OWN_APP {
            let surroundings = Surroundings { store: &self.store, pushes: &self.pushes, now: self.clock.now(), zone: self.zone() };
            return self.own.run(&surroundings, call, cause).await;
        }
        self.own.check_blocking(&self.store, &call).await?;
        store::failpoint::pass("effect-next");
        let result = self.runner.run(call, cause).await;
        store::failpoint::pass("effect-done");
        result
    }
}
