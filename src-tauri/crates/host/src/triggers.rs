//! What starts playbooks besides people: schedules, new tickets, changes of tickets; and whose turn it is.
//!
//! One look does everything that is due and says when to look again. What a trigger has seen is stored in the transaction that starts the
//! execution, so that nothing is started twice for the same moment or the same change, whatever happens in between.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use chrono::TimeDelta;
use engine::Plan;
use expression::{Context, JsonTemplate, Program, Value};
use indexmap::IndexMap;
use ipnet::IpNet;
use playbook::document::Input;
use playbook::{Concurrency, ConcurrencyPolicy, Schedule, Trigger, ValueType};
use serde_json::{Map, Value as Json, json};
use store::{Key, NewExecution, Origin, Outcome, TicketChange, Turn};
use tokio::sync::Notify;
use types::{Error, ExecutionId, PlaybookId, Text, TicketId, Time};
use wire::trigger::{ListTriggers, TriggerDetail, TriggerOutcome, TriggerResult, Triggers};

use crate::actor::tagged;
use crate::ready::Ready;
use crate::{Host, Inner, lock_of};

/// Who starts what nobody started.
const HAETAE: &str = "haetae";

/// A time that passed while the program was off or the computer asleep still starts its playbook within this.
const GRACE: TimeDelta = TimeDelta::hours(1);

/// What a schedule has decided may lie this far ahead, after a clock was set back; beyond it the clock had been wrong.
const AHEAD: TimeDelta = TimeDelta::hours(25);

/// Changes of tickets that are looked at in one transaction.
const CHANGES: u32 = 200;

/// The code of a start that an execution for the same thing stands in the way of.
const RUNNING: &str = "TRIGGER-RUNNING";

/// The code of times that passed while nobody was there.
const MISSED: &str = "TRIGGER-MISSED";

/// The longest key.
const KEY: usize = 500;

/// Says when to look at triggers again.
#[derive(Default)]
pub(crate) struct Wake {
    pub(crate) look: Notify,
    /// Whether executions wait for others to end.
    waiting: AtomicBool,
}

impl Wake {
    /// Tells that an execution has come to rest: it may be the turn of another.
    pub(crate) fn rested(&self) {
        if self.waiting.load(Ordering::Acquire) {
            self.look.notify_one();
        }
    }

    /// Tells that executions wait for others to end.
    pub(crate) fn wait(&self) {
        self.waiting.store(true, Ordering::Release);
        // The other may have ended just now.
        self.look.notify_one();
    }
}

/// The triggers of saved playbooks under one state of the configuration.
#[derive(Default)]
pub(crate) struct Known {
    configuration: Option<u64>,
    playbooks: Arc<Vec<Triggered>>,
    looking: Arc<tokio::sync::Mutex<()>>,
}

/// A playbook with triggers.
struct Triggered {
    id: String,
    name: Text,
    enabled: bool,
    triggers: Vec<Trigger>,
}

/// What keeps the executions of a playbook apart.
pub(crate) struct Apart {
    key: JsonTemplate,
    queue: bool,
}

impl Apart {
    /// Compiles what a document says; none where it says nothing that can be used.
    pub(crate) fn of(concurrency: Option<&Concurrency>) -> Option<Self> {
        let concurrency = concurrency?;
        let key = JsonTemplate::compile(&Json::String(concurrency.key.clone())).ok()?;
        Some(Self { key, queue: concurrency.policy == ConcurrencyPolicy::Queue })
    }

    /// Returns the key for these inputs; none when it comes out empty.
    fn key(&self, inputs: &[Input], given: &IndexMap<String, Json>, now: Time) -> Option<Key> {
        let mut scope: IndexMap<String, Value> = inputs
            .iter()
            .map(|input| {
                let value = given.get(&input.name).filter(|value| !value.is_null()).or(input.default.as_ref()).unwrap_or(&Json::Null);
                (input.name.clone(), Value::from_json(value))
            })
            .collect();
        let all = scope.iter().map(|(name, value)| (name.as_str().into(), value.clone())).collect();
        scope.insert("inputs".to_owned(), Value::map(all));
        let context = Context::new(now, chrono_tz::Tz::UTC, HAETAE, 0);
        let text = match self.key.evaluate(&scope, &context) {
            Ok(value) if value.is_null() => return None,
            Ok(value) => match value.to_json(chrono_tz::Tz::UTC) {
                Json::String(text) => text,
                other => other.to_string(),
            },
            Err(error) => {
                tracing::warn!(
                    "a concurrency key cannot be computed ({}); the execution counts as for nothing in particular",
                    error.code()
                );
                return None;
            }
        };
        let text: String = text.trim().chars().take(KEY).collect();
        (!text.is_empty()).then_some(Key { text, queue: self.queue })
    }
}

/// A playbook that a ticket may start, with what decides.
pub(crate) struct Candidate {
    pub(crate) ready: Arc<Ready>,
    /// Its conditions, by the trigger's name; a condition that is absent always holds.
    conditions: Vec<(String, Option<Program>)>,
}

/// What a ticket is to a condition.
pub(crate) struct Sight {
    pub(crate) ticket: Json,
    change: Option<Json>,
}

impl Candidate {
    /// Returns the name of the first trigger whose condition holds.
    fn holds(&self, sight: &Sight, now: Time) -> Option<&str> {
        let mut scope: IndexMap<String, Value> = IndexMap::from_iter([("ticket".to_owned(), Value::from_json(&sight.ticket))]);
        if let Some(change) = &sight.change {
            scope.insert("change".to_owned(), Value::from_json(change));
        }
        let context = Context::new(now, chrono_tz::Tz::UTC, HAETAE, 0);
        let holds = |condition: &Option<Program>| match condition {
            None => true,
            Some(program) => program.evaluate(&scope, &context).is_ok_and(|value| value.truth()),
        };
        self.conditions.iter().find(|(_, condition)| holds(condition)).map(|(name, _)| name.as_str())
    }

    /// Starts the playbook for a ticket when it is its turn. Without a key of its own, a ticket starts a playbook once at a time.
    pub(crate) fn start(&self, db: &store::Writer<'_>, ticket: TicketId, sight: &Sight, start: &TicketStart<'_>) -> store::Result<Turn> {
        let ready = &self.ready;
        let wanted = ready.inputs.iter().find(|input| input.kind == ValueType::Ticket).map(|input| input.name.clone());
        let given: IndexMap<String, Json> = wanted.iter().map(|name| (name.clone(), sight.ticket.clone())).collect();
        let own_key = ready.apart.as_ref().and_then(|apart| apart.key(&ready.inputs, &given, start.now));
        let key = own_key.unwrap_or_else(|| Key { text: format!("ticket {}", ticket.0), queue: false });
        let new = NewExecution {
            trigger: start.trigger.to_owned(),
            ticket: Some(ticket),
            input: wanted.into_iter().map(|name| (name, Json::from(ticket.0))).collect(),
            started_by: start.by.to_owned(),
            queued_at: start.now,
            sample: start.sample,
            ..blank(ready)
        };
        db.start_in_turn(&new, Some(&key), start.chain)
    }
}

/// How a ticket starts playbooks.
pub(crate) struct TicketStart<'a> {
    pub(crate) trigger: &'a str,
    pub(crate) by: &'a str,
    pub(crate) now: Time,
    pub(crate) sample: bool,
    pub(crate) chain: &'a [String],
}

fn blank(ready: &Ready) -> NewExecution {
    NewExecution {
        playbook: ready.id.clone(),
        version: ready.version,
        document: ready.hash.clone(),
        name: ready.name.clone(),
        trigger: String::new(),
        ticket: None,
        input: Map::new(),
        started_by: HAETAE.to_owned(),
        queued_at: Time::default(),
        sample: ready.sample,
        origin: Origin::default(),
    }
}

/// Returns a ticket as conditions and keys see it: as playbooks do, with where it stands.
fn sight(db: &store::Reader<'_>, ticket: TicketId, change: Option<&TicketChange>, own: &[IpNet]) -> store::Result<Sight> {
    let mut seen = db.ticket_facts(ticket)?.to_input(own);
    let row = db.ticket(ticket)?;
    seen["status"] = json!(row.summary.status);
    seen["verdict"] = json!(row.summary.verdict);
    seen["assignee"] = json!(row.summary.assignee);
    let change = change.map(|change| json!({"kind": change.kind, "by": change.by, "automatic": change.automatic, "text": change.text}));
    Ok(Sight { ticket: seen, change })
}

/// Which trigger of a playbook it is, as the store names it.
fn name_of(trigger: &Trigger, zone: &str) -> String {
    match trigger {
        Trigger::TicketCreated { .. } => "ticket_created".to_owned(),
        Trigger::TicketChanged { when } => format!("ticket_changed {}", when.as_deref().unwrap_or_default()).trim_end().to_owned(),
        Trigger::Schedule { cron, timezone, .. } => format!("schedule {cron} {}", timezone.as_deref().unwrap_or(zone)),
        Trigger::Playbook {} => "playbook".to_owned(),
    }
}

fn outcome_of(turn: Turn, at: Time) -> Outcome {
    let (result, code, execution) = match turn {
        Turn::Started(execution) => ("started", None, execution),
        Turn::Waiting { execution, .. } => ("waiting", None, execution),
        Turn::Skipped(running) => ("skipped", Some(RUNNING.to_owned()), running),
    };
    Outcome { at, result: result.to_owned(), code, execution: Some(execution) }
}

/// Writes down what a trigger did; what was left out stands in the audit too.
fn record(db: &store::Writer<'_>, playbook: &str, trigger: &str, outcome: &Outcome, now: Time) -> store::Result<()> {
    db.set_trigger_outcome(playbook, trigger, outcome)?;
    if !matches!(outcome.result.as_str(), "started" | "waiting") {
        let code = outcome.code.as_deref().unwrap_or_default();
        let running = outcome.execution.map(|execution| format!(" {execution}")).unwrap_or_default();
        db.audit(now, HAETAE, "trigger.skip", Some(playbook), &format!("{trigger}: {} {code}{running}", outcome.result))?;
    }
    Ok(())
}

/// What is due of a schedule.
#[derive(Debug, PartialEq, Eq)]
struct Due {
    /// The newest time within the grace, which starts the playbook.
    run: Option<Time>,
    /// The first time that passed before the grace.
    missed: Option<Time>,
    /// Up to where everything is decided then.
    decided_to: Time,
}

/// Decides the times of a schedule between what is decided and now. Several times within the grace start the playbook once.
fn due(schedule: &Schedule, decided_to: Time, now: Time) -> Option<Due> {
    let first = schedule.next_after(decided_to).filter(|first| *first <= now)?;
    let late = now - GRACE;
    let missed = (first < late).then_some(first);
    // A moment before the grace, so that a time right at its start belongs to it.
    let within = if first < late { schedule.next_after(late - TimeDelta::milliseconds(1)).filter(|at| *at <= now) } else { Some(first) };
    let run = within.map(|mut run| {
        while let Some(next) = schedule.next_after(run).filter(|next| *next <= now) {
            run = next;
        }
        run
    });
    Some(Due { run, missed, decided_to: run.unwrap_or(now) })
}

/// Looks at triggers forever, while the host is there.
pub(crate) async fn keep_looking(inner: Weak<Inner>) {
    loop {
        let Some(host) = inner.upgrade().map(|inner| Host { inner }) else { return };
        let (pushes, clock) = (host.inner.pushes.clone(), host.inner.clock.clone());
        let next = match host.trigger_look().await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!("triggers cannot be looked at: {error}");
                Some(clock.now() + TimeDelta::minutes(1))
            }
        };
        drop(host);
        let sleep = async {
            match next {
                Some(at) => clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sleep => {}
            () = pushes.wake.look.notified() => {}
        }
    }
}

impl Host {
    /// `trigger.list`
    pub async fn trigger_list(&self, request: ListTriggers) -> Result<Triggers, Error> {
        let (playbooks, now, workspace) = (self.triggered().await?, self.now(), self.inner.executor.zone());
        let states = self.inner.store.read(|db| db.trigger_states()).await?;
        let mut states: HashMap<(String, String), _> =
            states.into_iter().map(|state| ((state.playbook.clone(), state.trigger.clone()), state)).collect();
        let wanted = |playbook: &&Triggered| request.playbook.as_ref().is_none_or(|wanted| *wanted == playbook.id);
        let mut triggers = Vec::new();
        for playbook in playbooks.iter().filter(wanted) {
            for trigger in &playbook.triggers {
                let state = states.remove(&(playbook.id.clone(), name_of(trigger, &workspace)));
                let decided_to = state.as_ref().map(|state| state.decided_to);
                let (timezone, next_at) = match trigger {
                    Trigger::Schedule { cron, timezone, .. } => {
                        let zone = timezone.clone().unwrap_or_else(|| workspace.clone());
                        let schedule = Schedule::parse(cron, &zone).ok().filter(|_| playbook.enabled);
                        let next = schedule.and_then(|schedule| schedule.next_after(decided_to.unwrap_or(now).max(now)));
                        (Some(zone), next)
                    }
                    _ => (None, None),
                };
                let last = state.and_then(|state| {
                    let last = state.last?;
                    let result: TriggerResult = serde_json::from_value(Json::String(last.result)).ok()?;
                    let execution = last.execution.map(|execution| execution.0);
                    Some(TriggerOutcome { at: last.at, result, code: last.code, execution, status: state.status })
                });
                triggers.push(TriggerDetail {
                    playbook: playbook.id.clone(),
                    name: playbook.name.clone(),
                    enabled: playbook.enabled,
                    trigger: trigger.clone(),
                    timezone,
                    next_at,
                    last,
                });
            }
        }
        Ok(Triggers { triggers })
    }

    /// Does what triggers have due now and gives waiting executions their turn; returns when to look again by itself.
    pub async fn trigger_look(&self) -> Result<Option<Time>, Error> {
        let looking = lock_of(&self.inner.triggers).looking.clone();
        let _alone = looking.lock().await;
        self.give_turns().await?;
        self.look_at_changes().await?;
        let schedules = self.look_at_schedules().await?;
        let blocks = self.look_at_blocks().await?;
        Ok(schedules.into_iter().chain(blocks).min())
    }

    async fn give_turns(&self) -> Result<(), Error> {
        let (given, still) = self.inner.store.write(|db| Ok((db.give_turns()?, !db.waiting_turns()?.is_empty()))).await?;
        self.inner.pushes.wake.waiting.store(still, Ordering::Release);
        if !given.is_empty() {
            self.executions_queued(given);
        }
        Ok(())
    }

    /// Looks at what has changed on tickets since the last look.
    async fn look_at_changes(&self) -> Result<(), Error> {
        let is_changed = |trigger: &Trigger| matches!(trigger, Trigger::TicketChanged { .. });
        loop {
            let (seen, end) = self.inner.store.read(|db| Ok((db.timeline_seen()?, db.timeline_end()?))).await?;
            // The first look of all begins with what happens from now on; so does one after lines were taken away.
            let Some(seen) = seen.filter(|seen| *seen <= end) else {
                return self.inner.store.write(move |db| db.set_timeline_seen(end)).await;
            };
            if seen == end {
                return Ok(());
            }
            let candidates = self.candidates(is_changed).await?;
            let now = self.now();
            let started = self
                .inner
                .store
                .write(move |db| {
                    let changes = if candidates.is_empty() { Vec::new() } else { db.ticket_changes(seen, CHANGES)? };
                    let more = changes.len() == CHANGES as usize;
                    let last = changes.last().map(|change| change.id);
                    let own = crate::blocking::own_networks(&db.assets()?);
                    let mut turns = Vec::new();
                    for change in &changes {
                        // The ticket may have been taken away with the sample.
                        let Ok(sight) = sight(db, change.ticket, Some(change), &own) else { continue };
                        let chain = change.execution.map(|execution| db.chain(execution)).transpose()?.unwrap_or_default();
                        let by = if change.automatic { HAETAE } else { &change.by };
                        let sample = db.ticket(change.ticket)?.summary.sample;
                        for candidate in &candidates {
                            // What a playbook writes does not start it again, nor any that led to it.
                            if chain.contains(&candidate.ready.id) {
                                continue;
                            }
                            let Some(trigger) = candidate.holds(&sight, now) else { continue };
                            let start = TicketStart { trigger: "ticket", by, now, sample, chain: &chain };
                            let turn = candidate.start(db, change.ticket, &sight, &start)?;
                            record(db, &candidate.ready.id, trigger, &outcome_of(turn, now), now)?;
                            turns.push(turn);
                        }
                    }
                    db.set_timeline_seen(if more { last.unwrap_or(end) } else { end })?;
                    Ok(turns)
                })
                .await?;
            self.turns_taken(&started);
        }
    }

    /// Starts what the clock says, and returns when it says something again.
    async fn look_at_schedules(&self) -> Result<Option<Time>, Error> {
        let (playbooks, workspace) = (self.triggered().await?, self.inner.executor.zone());
        let has_schedule = |playbook: &&Triggered| playbook.triggers.iter().any(|trigger| matches!(trigger, Trigger::Schedule { .. }));
        if !playbooks.iter().any(|playbook| has_schedule(&playbook)) {
            return Ok(None);
        }
        let states = self.inner.store.read(|db| db.trigger_states()).await?;
        let states: HashMap<(String, String), Time> =
            states.into_iter().map(|state| ((state.playbook, state.trigger), state.decided_to)).collect();
        let mut next: Option<Time> = None;
        for playbook in playbooks.iter().filter(has_schedule) {
            for trigger in &playbook.triggers {
                let Trigger::Schedule { cron, timezone, input } = trigger else { continue };
                let Ok(schedule) = Schedule::parse(cron, timezone.as_deref().unwrap_or(&workspace)) else { continue };
                let (id, name, now) = (playbook.id.clone(), name_of(trigger, &workspace), self.now());
                let known = states.get(&(id.clone(), name.clone())).copied().filter(|decided_to| *decided_to > Time::default());
                if !playbook.enabled {
                    // When it is allowed again it begins then, and not with what passed meanwhile.
                    if known.is_some() {
                        self.inner.store.write(move |db| db.set_trigger_decided(&id, &name, Time::default())).await?;
                    }
                    continue;
                }
                // A trigger that nobody has seen begins now, and so does one whose clock had been far ahead.
                let known = known.filter(|decided_to| *decided_to <= now + AHEAD);
                let mut decided_to = known.unwrap_or(now);
                if known.is_none() {
                    self.inner.store.write(move |db| db.set_trigger_decided(&id, &name, now)).await?;
                } else if let Some(due) = due(&schedule, decided_to, now) {
                    decided_to = due.decided_to;
                    self.run_scheduled(playbook, name, input, due, now).await?;
                }
                next = next.into_iter().chain(schedule.next_after(decided_to)).min();
            }
        }
        Ok(next)
    }

    async fn run_scheduled(
        &self,
        playbook: &Triggered,
        trigger: String,
        input: &playbook::document::Parameters,
        due: Due,
        now: Time,
    ) -> Result<(), Error> {
        let id = playbook.id.clone();
        let input: Map<String, Json> = input.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let ready = match self.ready(&id, None).await {
            Ok(Some(ready)) => crate::operation::execution::check_inputs(&ready.inputs, &input, None).map(|()| Some(ready)),
            Ok(None) => return Ok(()),
            // What cannot be read now is looked at again; a playbook that cannot run is told.
            Err(error) if error.code.starts_with("STORE-") => return Err(error),
            Err(error) => Err(error),
        };
        let turn = self
            .inner
            .store
            .write(move |db| {
                db.set_trigger_decided(&id, &trigger, due.decided_to)?;
                if let Some(at) = due.missed {
                    let outcome = Outcome { at, result: "missed".to_owned(), code: Some(MISSED.to_owned()), execution: None };
                    record(db, &id, &trigger, &outcome, now)?;
                }
                let Some(at) = due.run else { return Ok(None) };
                let (outcome, turn) = match ready {
                    Ok(None) => return Ok(None),
                    Ok(Some(ready)) => {
                        let given: IndexMap<String, Json> = input.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
                        let key = ready.apart.as_ref().and_then(|apart| apart.key(&ready.inputs, &given, now));
                        let new = NewExecution {
                            trigger: "schedule".to_owned(),
                            input: input.iter().map(|(name, value)| (name.clone(), tagged(value))).collect(),
                            queued_at: now,
                            ..blank(&ready)
                        };
                        let turn = db.start_in_turn(&new, key.as_ref(), &[])?;
                        (outcome_of(turn, at), Some(turn))
                    }
                    Err(error) => (Outcome { at, result: "failed".to_owned(), code: Some(error.code), execution: None }, None),
                };
                record(db, &id, &trigger, &outcome, now)?;
                Ok(turn)
            })
            .await?;
        self.turns_taken(turn.as_slice());
        self.inner.pushes.changed(["triggers"]);
        Ok(())
    }

    /// Takes entries off the blocklist whose time is over, and returns when the next one's is.
    async fn look_at_blocks(&self) -> Result<Option<Time>, Error> {
        let now = self.now();
        let next = self.inner.store.read(|db| db.next_expiry()).await?;
        if next.is_none_or(|next| next > now) {
            return Ok(next);
        }
        let (gone, next) = self.inner.store.write(move |db| Ok((db.expire_blocks(now)?, db.next_expiry()?))).await?;
        tracing::info!(entries = gone.len(), "blocklist entries have ended");
        self.inner.pushes.changed(["blocklist", "tickets"]);
        Ok(next)
    }

    /// Lets executions that were started in turn go on.
    pub(crate) fn turns_taken(&self, turns: &[Turn]) {
        let started: Vec<ExecutionId> =
            turns.iter().filter_map(|turn| if let Turn::Started(id) = turn { Some(*id) } else { None }).collect();
        if turns.iter().any(|turn| matches!(turn, Turn::Waiting { .. })) {
            self.inner.pushes.wake.wait();
        }
        if !turns.is_empty() {
            self.inner.pushes.changed(["triggers"]);
            self.executions_queued(started);
        }
    }

    /// Starts an execution of a saved version that keeps to its turns; refused with TRIGGER-RUNNING when it is left out.
    pub(crate) async fn start_in_turn(&self, ready: &Ready, new: NewExecution) -> Result<ExecutionId, Error> {
        let key = match &ready.apart {
            Some(apart) => self.key_of(apart, &ready.inputs, &ready.plan, &new).await?,
            None => None,
        };
        let turn = self.inner.store.write(move |db| db.start_in_turn(&new, key.as_ref(), &[])).await?;
        self.turn_taken(turn)
    }

    /// Returns what a new execution has in common with those for the same thing.
    pub(crate) async fn key_of(&self, apart: &Apart, inputs: &[Input], plan: &Plan, new: &NewExecution) -> Result<Option<Key>, Error> {
        let mut input: IndexMap<String, Json> = new.input.clone().into_iter().collect();
        self.inner.executor.resolve(plan, &mut input, new.ticket).await?;
        let plain = |value: &Json| Value::from_tagged_json(value).to_json(chrono_tz::Tz::UTC);
        let given = input.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
        Ok(apart.key(inputs, &given, new.queued_at))
    }

    /// Lets an execution that a person started in turn go on, and returns its number; refused with TRIGGER-RUNNING when it was left out.
    pub(crate) fn turn_taken(&self, turn: Turn) -> Result<ExecutionId, Error> {
        self.turns_taken(&[turn]);
        match turn {
            Turn::Started(id) | Turn::Waiting { execution: id, .. } => Ok(id),
            Turn::Skipped(running) => Err(Error::new(
                RUNNING,
                format!("같은 대상에 대한 실행 {running}이(가) 아직 끝나지 않았습니다."),
                format!("Execution {running} for the same thing has not ended yet."),
            )
            .hint("끝난 뒤에 다시 시작하십시오.", "Start it again when that one has ended.")
            .target(running.to_string())),
        }
    }

    /// The playbooks that may run and have no errors, by id, with their conditions for the triggers that `wanted` names.
    pub(crate) async fn candidates(&self, wanted: impl Fn(&Trigger) -> bool) -> Result<Vec<Candidate>, Error> {
        let mut candidates = Vec::new();
        let workspace = self.inner.executor.zone();
        for playbook in self.triggered().await?.iter().filter(|playbook| playbook.enabled) {
            let mut conditions = Vec::new();
            for trigger in playbook.triggers.iter().filter(|trigger| wanted(trigger)) {
                let when = match trigger {
                    Trigger::TicketCreated { when } | Trigger::TicketChanged { when } => when.as_deref(),
                    Trigger::Schedule { .. } | Trigger::Playbook {} => None,
                };
                match when.map(Program::compile).transpose() {
                    Ok(program) => conditions.push((name_of(trigger, &workspace), program)),
                    // The document has an error then, and does not run at all.
                    Err(_) => continue,
                }
            }
            if !conditions.is_empty() {
                candidates.extend(self.candidate(&playbook.id, conditions).await?);
            }
        }
        Ok(candidates)
    }

    /// One playbook that may run and has no errors; none with a warning when it has.
    pub(crate) async fn candidate(&self, id: &str, conditions: Vec<(String, Option<Program>)>) -> Result<Option<Candidate>, Error> {
        match self.ready(id, None).await {
            Ok(ready) => Ok(ready.map(|ready| Candidate { ready, conditions })),
            Err(error) if error.code.starts_with("STORE-") => Err(error),
            Err(error) => {
                // Rules may name what is not there or was switched off; only what is broken needs somebody.
                if error.code == "PLAYBOOK-INVALID" {
                    tracing::warn!(playbook = id, "is not started for tickets: {error}");
                }
                Ok(None)
            }
        }
    }

    /// Returns the saved playbooks that have triggers.
    async fn triggered(&self) -> Result<Arc<Vec<Triggered>>, Error> {
        let configuration = self.inner.store.configuration();
        {
            let known = lock_of(&self.inner.triggers);
            if known.configuration == Some(configuration) {
                return Ok(known.playbooks.clone());
            }
        }
        let playbooks = self
            .inner
            .store
            .read(|db| {
                let mut playbooks = Vec::new();
                for row in db.playbooks()? {
                    let Some(version) = db.version(&row.id, None)? else { continue };
                    let document = playbook::read_text(&version.text).playbook;
                    if !document.triggers.is_empty() {
                        let name = document.name.unwrap_or_else(|| Text::from(row.id.as_str()));
                        playbooks.push(Triggered { id: row.id, name, enabled: row.enabled, triggers: document.triggers });
                    }
                }
                Ok(playbooks)
            })
            .await?;
        let playbooks = Arc::new(playbooks);
        let mut known = lock_of(&self.inner.triggers);
        known.configuration = Some(configuration);
        known.playbooks = playbooks.clone();
        Ok(playbooks)
    }
}

/// The playbooks to start for each new ticket: what the ticket rules name, and what waits for new tickets, each once.
pub(crate) struct Created {
    /// By id, those that the rules may name.
    pub(crate) by_rule: HashMap<PlaybookId, Candidate>,
    /// Those with a trigger of their own.
    pub(crate) by_trigger: Vec<Candidate>,
}

impl Created {
    /// Starts what a new ticket starts.
    pub(crate) fn start(
        &self,
        db: &store::Writer<'_>,
        ticket: TicketId,
        by_rule: &[PlaybookId],
        own: &[IpNet],
        start: &TicketStart<'_>,
    ) -> store::Result<Vec<Turn>> {
        let named = by_rule.iter().find_map(|id| self.by_rule.get(id));
        // Thousands of tickets may come at once, and most playbooks need no look at them.
        let looks = !self.by_trigger.is_empty() || named.is_some_and(|named| named.ready.apart.is_some());
        let sight = if looks { sight(db, ticket, None, own)? } else { Sight { ticket: Json::Null, change: None } };
        let mut turns = Vec::new();
        if let Some(candidate) = named {
            turns.push(candidate.start(db, ticket, &sight, start)?);
        }
        for candidate in &self.by_trigger {
            let id = &candidate.ready.id;
            if named.is_some_and(|named| named.ready.id == *id) {
                continue;
            }
            let Some(trigger) = candidate.holds(&sight, start.now) else { continue };
            let turn = candidate.start(db, ticket, &sight, start)?;
            record(db, id, trigger, &outcome_of(turn, start.now), start.now)?;
            turns.push(turn);
        }
        Ok(turns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn decided(cron: &str, decided_to: &str, now: &str) -> Option<(Option<String>, Option<String>)> {
        let schedule = Schedule::parse(cron, "UTC").unwrap();
        let shown = |at: Option<Time>| at.map(|at| at.format("%H:%M").to_string());
        due(&schedule, time(decided_to), time(now)).map(|due| (shown(due.run), shown(due.missed)))
    }

    fn is(run: Option<&str>, missed: Option<&str>) -> Option<(Option<String>, Option<String>)> {
        Some((run.map(str::to_owned), missed.map(str::to_owned)))
    }

    #[test]
    fn a_time_that_passed_runs_once_within_an_hour_and_is_missed_after() {
        assert_eq!(decided("0 9 * * *", "2026-11-22T08:00:00Z", "2026-11-22T08:59:59Z"), None);
        assert_eq!(decided("0 9 * * *", "2026-11-22T08:00:00Z", "2026-11-22T09:00:00Z"), is(Some("09:00"), None));
        assert_eq!(decided("0 9 * * *", "2026-11-22T08:00:00Z", "2026-11-22T10:00:00Z"), is(Some("09:00"), None));
        assert_eq!(decided("0 9 * * *", "2026-11-22T08:00:00Z", "2026-11-22T10:00:01Z"), is(None, Some("09:00")));
        assert_eq!(decided("*/10 * * * *", "2026-11-22T08:00:00Z", "2026-11-22T08:45:00Z"), is(Some("08:40"), None));
        assert_eq!(decided("*/10 * * * *", "2026-11-20T08:00:00Z", "2026-11-22T08:45:00Z"), is(Some("08:40"), Some("08:10")));
    }

    #[test]
    fn local_times_that_do_not_exist_or_exist_twice_run_once() {
        let schedule = Schedule::parse("30 2 * * *", "Europe/Berlin").unwrap();
        let mut at = time("2027-03-26T12:00:00Z");
        let mut days = Vec::new();
        for _ in 0..4 {
            at = schedule.next_after(at).unwrap();
            days.push(at.format("%m-%dT%H:%M").to_string());
        }
        // On the 28th the clock goes from 2 to 3.
        assert_eq!(days, ["03-27T01:30", "03-28T01:00", "03-29T00:30", "03-30T00:30"]);
        let mut at = time("2026-10-23T12:00:00Z");
        let mut days = Vec::new();
        for _ in 0..4 {
            at = schedule.next_after(at).unwrap();
            days.push(at.format("%m-%dT%H:%M").to_string());
        }
        // On the 25th the clock goes from 3 back to 2.
        assert_eq!(days, ["10-24T00:30", "10-25T00:30", "10-26T01:30", "10-27T01:30"]);
    }
}
