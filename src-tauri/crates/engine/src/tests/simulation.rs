//! Random playbooks, random outcomes and delays, pauses, cancels, and a crash at any point.
//!
//! A world performs the effects the way a host does; it knows what really happened, which the machine after a crash does not.
//! Run more with `HAETAE_SEEDS=100000`, one with `HAETAE_SEED=17`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta};
use playbook::{Join, Outcome};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value as Json, json};
use types::{ExecutionStatus, TaskStatus, Time};

use super::rehearsal::{CATALOG, approval, branch, formula, playbook, wait, with};
use crate::message::{QuestionNumber, TimerNumber};
use crate::{
    Answer, CommandCall, Effect, Event, LinkFate, Plan, PlanOptions, Question, QuestionKind, Review, Start, State, TaskError, What, replay,
    step,
};

#[test]
fn every_execution_ends_and_nothing_is_lost_or_done_twice_against_policy() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("HAETAE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("HAETAE_SEEDS").unwrap_or(2_000),
    };
    let mut seen = Seen::default();
    for seed in seeds.clone() {
        if let Err(panic) = std::panic::catch_unwind(|| World::new(seed).run()).map(|run| seen.add(run)) {
            eprintln!("repeat with HAETAE_SEED={seed}");
            std::panic::resume_unwind(panic);
        }
    }
    // A simulation that never gets anywhere proves nothing.
    if seeds.end - seeds.start >= 1_000 {
        assert_eq!(seen.statuses, BTreeSet::from(["cancelled", "done", "failed"]));
        assert!(seen.crashes > 500 && seen.reviews > 50 && seen.repeats > 200 && seen.gates > 100 && seen.refused > 500, "{seen:?}");
        assert!(seen.children > 500 && seen.reruns > 500 && seen.carried > 500, "{seen:?}");
    }
}

/// What all runs together have met.
#[derive(Debug, Default)]
struct Seen {
    statuses: BTreeSet<&'static str>,
    crashes: u32,
    reviews: u32,
    repeats: u32,
    gates: u32,
    refused: u32,
    children: u32,
    reruns: u32,
    carried: u32,
}

impl Seen {
    fn add(&mut self, run: Seen) {
        self.statuses.extend(run.statuses);
        self.crashes += run.crashes;
        self.reviews += run.reviews;
        self.repeats += run.repeats;
        self.gates += run.gates;
        self.refused += run.refused;
        self.children += run.children;
        self.reruns += run.reruns;
        self.carried += run.carried;
    }
}

type Attempt = (String, u32);

/// How an attempt ended, as the world told the machine: what the policy about repeating goes by.
#[derive(Debug, Clone, PartialEq)]
enum Reported {
    Failed(String),
    TimedOut,
    Interrupted,
    SentAgain,
}

/// An execution that a call has started, as the host keeps it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Called {
    item: Option<u32>,
    status: ExecutionStatus,
    cancelled: bool,
    held: bool,
}

struct World {
    random: StdRng,
    document: playbook::Playbook,
    plan: Plan,
    state: State,
    journal: Vec<String>,
    now: Time,
    act_alone: bool,
    /// Attempts that the world has been told to perform and has not reported.
    under_way: BTreeMap<Attempt, CommandCall>,
    /// Attempts that the machine gave up; they report late, and must be ignored.
    abandoned: Vec<Attempt>,
    timers: BTreeMap<TimerNumber, Time>,
    questions: BTreeMap<QuestionNumber, Question>,
    /// Answers to questions that are closed; a second one must be refused.
    closed: Vec<QuestionNumber>,
    reported: BTreeMap<Attempt, Reported>,
    /// Executions that calls have started and that have not ended, by task and invocation.
    children: BTreeMap<(String, u32), Called>,
    /// Those that have ended; another report must be refused.
    ended_children: Vec<(String, u32)>,
    /// Items that are done: none of them is started again.
    done_items: BTreeSet<(String, Option<u32>)>,
    /// Tasks whose results were taken over: none of them does anything.
    carried: BTreeSet<String>,
    /// Commands a person released, by what the question showed.
    granted: Vec<(String, CommandCall)>,
    finished: Vec<ExecutionStatus>,
    seen: Seen,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let document = random_playbook(&mut random);
        Self::over(random, document)
    }

    fn over(mut random: StdRng, document: playbook::Playbook) -> Self {
        let plan = Plan::new(&document, &CATALOG, PlanOptions::default()).expect("a random playbook can run");
        let state = State::new(&plan);
        let act_alone = random.random_bool(0.2);
        Self {
            random,
            document,
            plan,
            state,
            journal: Vec::new(),
            now: DateTime::from_timestamp(1_800_000_000, 0).expect("a valid time"),
            act_alone,
            under_way: BTreeMap::new(),
            abandoned: Vec::new(),
            timers: BTreeMap::new(),
            questions: BTreeMap::new(),
            closed: Vec::new(),
            reported: BTreeMap::new(),
            children: BTreeMap::new(),
            ended_children: Vec::new(),
            done_items: BTreeSet::new(),
            carried: BTreeSet::new(),
            granted: Vec::new(),
            finished: Vec::new(),
            seen: Seen::default(),
        }
    }

    fn run(mut self) -> Seen {
        let first = self.start(Vec::new());
        self.live(first);
        let again = self.random.random_bool(0.6).then(|| self.rerun()).flatten();
        let mut seen = self.seen;
        if let Some(again) = again {
            seen.add(again);
        }
        seen
    }

    fn start(&mut self, carried: Vec<crate::Carried>) -> What {
        let zone = "Asia/Seoul".to_owned();
        let (seed, act_alone) = (self.random.random(), self.act_alone);
        self.plan.start(Start {
            input: [("n".to_owned(), json!(3))].into(),
            act_alone,
            seed,
            zone,
            by: "kim".into(),
            carried,
            ..Start::default()
        })
    }

    /// Runs the execution again from a random task, on the same document or on one that has another first task.
    fn rerun(&mut self) -> Option<Seen> {
        let tasks: Vec<types::TaskId> = self.document.tasks.keys().cloned().collect();
        let from = tasks.choose(&mut self.random)?.clone();
        let mut document = self.document.clone();
        if self.random.random_bool(0.3) {
            document.tasks.insert("t0".into(), serde_json::from_value(formula("n", "n + 2")).expect("a task"));
            document.links.retain(|link| link.from.as_str() != "t0" || matches!(link.outcome(), Outcome::Done | Outcome::Failed));
        }
        let mut next = World::over(StdRng::seed_from_u64(self.random.random()), document);
        next.now = self.now;
        let carried = crate::carry(&next.plan, &self.plan, &self.state, Some(&from));
        for one in &carried {
            assert_ne!(one.run.id, from, "the task to run again was taken over");
            let before = self.state.task_run(&self.plan, &one.run.id).expect("what is taken over has run");
            assert_eq!((before.status, before.outcome), (one.run.status, one.run.outcome));
        }
        next.carried = carried.iter().map(|carried| carried.run.id.to_string()).collect();
        next.seen.reruns = 1;
        next.seen.carried = u32::try_from(carried.len()).unwrap_or(u32::MAX);
        let what = next.start(carried);
        next.live(what);
        for run in next.state.task_runs(&next.plan) {
            assert_eq!(run.carried, next.carried.contains(run.id.as_str()), "{}", run.id);
        }
        Some(next.seen)
    }

    fn live(&mut self, started: What) {
        self.happen(started);
        let mut wild = self.random.random_range(0..40);
        let mut turns = 0;
        while !self.state.status().is_final() {
            turns += 1;
            assert!(turns < 2_000, "the execution does not end: {:?}", self.state.task_runs(&self.plan));
            if wild > 0 {
                wild -= 1;
                self.disturb();
            }
            if !self.state.status().is_final() {
                self.go_on();
            }
        }
        self.check_end();
        self.seen.statuses.insert(self.state.status().as_str());
    }

    /// Something that need not happen: a crash, a pause, a cancel, a late or doubled message.
    fn disturb(&mut self) {
        match self.random.random_range(0..12) {
            0..=2 => self.crash(),
            3 if self.state.status() != ExecutionStatus::Paused => self.try_to(What::Paused { by: "lee".into() }),
            4 | 5 => self.try_to(What::Resumed { by: "lee".into() }),
            6 if self.random.random_bool(0.15) => self.try_to(What::Cancelled { by: "lee".into() }),
            7 => {
                if let Some((task, attempt)) = self.abandoned.choose(&mut self.random).cloned() {
                    self.refuse(What::TaskSucceeded { task: task.as_str().into(), attempt, output: json!("late") });
                }
            }
            8 => {
                if let Some(&question) = self.closed.choose(&mut self.random) {
                    self.refuse(What::QuestionAnswered { question, answer: yes(), by: "second".into() });
                }
            }
            9 => self.refuse(What::TimerFired { timer: 9_999 }),
            10 => {
                if let Some((task, invocation)) = self.ended_children.choose(&mut self.random).cloned() {
                    self.refuse(child_ended(&task, invocation, ExecutionStatus::Done));
                }
            }
            _ => {}
        }
    }

    /// One thing of those that may happen next.
    fn go_on(&mut self) {
        let reviews: Vec<String> = self.tasks_in(TaskStatus::NeedsReview);
        let mut choices = Vec::new();
        choices.extend((!self.under_way.is_empty()).then_some(0));
        choices.extend((!self.timers.is_empty()).then_some(1));
        choices.extend((!self.questions.is_empty()).then_some(2));
        choices.extend((!reviews.is_empty()).then_some(3));
        choices.extend((!self.children.is_empty()).then_some(4));
        match choices.choose(&mut self.random) {
            Some(0) => self.report(),
            Some(1) => self.fire(),
            Some(2) => self.answer(),
            Some(4) => self.move_child(),
            Some(_) => self.review(&reviews),
            None => {
                assert_eq!(self.state.status(), ExecutionStatus::Paused, "nothing can happen and the execution has not ended");
                self.happen(What::Resumed { by: "lee".into() });
            }
        }
    }

    fn report(&mut self) {
        let waiting: Vec<Attempt> = self.under_way.keys().cloned().collect();
        let (task, attempt) = waiting.choose(&mut self.random).cloned().expect("an attempt is under way");
        self.now += TimeDelta::milliseconds(self.random.random_range(0..5_000));
        self.under_way.remove(&(task.clone(), attempt));
        if self.random.random_bool(0.65) {
            let score = self.random.random_range(0..10);
            let output = match self.random.random_range(0..8) {
                0 => json!({"columns": ["score", "n"], "rows": [{"score": score}], "truncated": false}),
                1 => json!({"columns": ["score"], "rows": [{"score": score}, {"score": 1}]}),
                2 => json!({"columns": ["score"], "rows": [], "truncated": self.random.random_bool(0.5)}),
                _ => json!({"score": score, "ratio": self.random.random::<f64>(), "list": [1, "x", null]}),
            };
            self.happen(What::TaskSucceeded { task: task.as_str().into(), attempt, output });
        } else {
            let code = *["APP-429", "APP-500"].choose(&mut self.random).expect("codes");
            let retry_after_ms = self.random.random_bool(0.3).then(|| self.random.random_range(0..100_000));
            self.reported.insert((task.clone(), attempt), Reported::Failed(code.to_owned()));
            let error = TaskError { code: code.to_owned(), message: "no".into(), retry_after_ms };
            self.happen(What::TaskFailed { task: task.as_str().into(), attempt, error });
        }
    }

    /// An execution that a call has started moves or ends.
    fn move_child(&mut self) {
        let open: Vec<(String, u32)> = self.children.keys().cloned().collect();
        let key = open.choose(&mut self.random).cloned().expect("a child is open");
        let child = self.children[&key];
        self.now += TimeDelta::milliseconds(self.random.random_range(0..5_000));
        let next = match self.random.random_range(0..10) {
            // What was under way when the cancel came may still finish the work.
            0 if child.cancelled => ExecutionStatus::Done,
            _ if child.cancelled => ExecutionStatus::Cancelled,
            0 | 1 => ExecutionStatus::Running,
            2 => ExecutionStatus::Waiting,
            3 => ExecutionStatus::NeedsReview,
            4 | 5 => ExecutionStatus::Failed,
            6 if self.random.random_bool(0.3) => ExecutionStatus::Cancelled,
            _ => ExecutionStatus::Done,
        };
        if !next.is_final() {
            let what = What::ChildMoved { task: key.0.as_str().into(), invocation: key.1, status: next };
            if child.status == next {
                self.refuse(what);
            } else if let Some(child) = self.children.get_mut(&key) {
                child.status = next;
                self.happen(what);
            }
            return;
        }
        self.children.remove(&key);
        if next == ExecutionStatus::Done {
            self.done_items.insert((key.0.clone(), child.item));
        }
        self.ended_children.push(key.clone());
        self.happen(child_ended(&key.0, key.1, next));
    }

    fn check_child(&mut self, child: &crate::ChildCall, is_paused: bool, was_ending: bool) {
        assert!(!is_paused && !was_ending, "a call while paused or ending");
        assert_eq!(child.depth, 1);
        let task = child.task.to_string();
        assert!(!self.carried.contains(&task), "{task} was taken over and calls");
        assert!(!self.done_items.contains(&(task.clone(), child.item)), "an item of {task} is done twice");
        let playbook::TaskKind::Call { each, .. } = &self.document.tasks[task.as_str()].kind else { panic!("{task} is no call") };
        let most = each.as_ref().map_or(1, |each| each.concurrency.unwrap_or(1));
        assert_eq!(each.is_some(), child.item.is_some());
        let called = Called { item: child.item, status: ExecutionStatus::Queued, cancelled: false, held: false };
        assert_eq!(self.children.insert((task.clone(), child.invocation), called), None, "the same invocation twice");
        let of_task: Vec<_> = self.children.iter().filter(|(key, _)| key.0 == task).map(|(_, called)| called.item).collect();
        assert!(of_task.len() <= most as usize, "more at once than {most}");
        assert_eq!(of_task.iter().collect::<BTreeSet<_>>().len(), of_task.len(), "one item twice at once");
        self.seen.children += 1;
    }

    fn child_of(&mut self, task: &types::TaskId, invocation: u32) -> &mut Called {
        self.children.get_mut(&(task.to_string(), invocation)).expect("a child that is open")
    }

    fn fire(&mut self) {
        let (&timer, &at) = self.timers.iter().min_by_key(|(timer, at)| (**at, **timer)).expect("a timer is set");
        self.timers.remove(&timer);
        self.now = self.now.max(at);
        self.happen(What::TimerFired { timer });
    }

    fn answer(&mut self) {
        let open: Vec<QuestionNumber> = self.questions.keys().copied().collect();
        let question = self.questions[open.choose(&mut self.random).expect("a question is open")].clone();
        let answer = match &question.kind {
            QuestionKind::Boolean => Answer::Value { value: self.random.random_bool(0.5).into() },
            QuestionKind::String { .. } => Answer::Value { value: "text".into() },
            QuestionKind::Choice { .. } => Answer::Value { value: "x".into() },
            QuestionKind::Approval { releases, hash } | QuestionKind::Gate { releases, hash } => {
                let approved = self.random.random_bool(0.7);
                if approved {
                    self.granted.extend(releases.iter().map(|release| (release.task.to_string(), release.call.clone())));
                }
                Answer::Approval { approved, opinion: "because".into(), hash: Some(hash.clone()) }
            }
        };
        self.questions.remove(&question.number);
        self.closed.push(question.number);
        self.happen(What::QuestionAnswered { question: question.number, answer, by: "park".into() });
    }

    fn review(&mut self, tasks: &[String]) {
        let task = tasks.choose(&mut self.random).expect("a task needs review").clone();
        self.seen.reviews += 1;
        let decision = match self.random.random_range(0..3) {
            0 => Review::Happened { output: json!({"score": 1}) },
            1 => {
                let attempt = self.attempts_of(&task);
                self.reported.insert((task.clone(), attempt), Reported::SentAgain);
                Review::Again
            }
            _ => Review::Fail,
        };
        self.happen(What::TaskReviewed { task: task.as_str().into(), decision, by: "park".into() });
    }

    /// The program dies, sometimes again while it starts: all that is left is the journal and whatever the world has done.
    fn crash(&mut self) {
        self.restart();
        let mut unknown: Vec<Attempt> = self.under_way.keys().cloned().collect();
        // Nobody can tell which attempts happened: each is reported as interrupted.
        while let Some((task, attempt)) = unknown.pop() {
            self.under_way.remove(&(task.clone(), attempt));
            self.reported.insert((task.clone(), attempt), Reported::Interrupted);
            self.abandoned.push((task.clone(), attempt));
            self.happen(What::TaskInterrupted { task: task.as_str().into(), attempt });
            if self.random.random_bool(0.1) {
                self.restart();
                unknown = self.under_way.keys().cloned().collect();
            }
        }
    }

    fn restart(&mut self) {
        self.seen.crashes += 1;
        let events: Vec<Event> = self.journal.iter().map(|line| serde_json::from_str(line).expect("the journal reads back")).collect();
        // The plan too is built again, as after a restart.
        self.plan = Plan::compile(&self.document, &CATALOG).expect("the playbook still runs");
        let replayed = replay(&self.plan, &events);
        assert!(replayed == self.state, "the replay differs from the state before the crash");
        self.state = replayed;
        self.check_effects();
    }

    /// An event of a person, who may come too late.
    fn try_to(&mut self, what: What) {
        let is_possible = match what {
            What::Paused { .. } => !self.state.is_ending(),
            What::Resumed { .. } => self.state.status() == ExecutionStatus::Paused,
            _ => !self.state.is_ending(),
        };
        if is_possible {
            self.happen(what)
        } else if !matches!(what, What::Cancelled { .. }) {
            self.refuse(what)
        }
    }

    fn refuse(&mut self, what: What) {
        let before = self.state.clone();
        let step = step(&self.plan, &mut self.state, &Event { at: self.now, what });
        assert!(step.ignored.is_some() && step.effects.is_empty() && step.changed.is_empty(), "a stale event was taken");
        assert!(before == self.state, "a refused event changed the state");
        self.seen.refused += 1;
    }

    fn happen(&mut self, what: What) {
        let event = Event { at: self.now, what };
        let was_ending = self.state.is_ending();
        let step = step(&self.plan, &mut self.state, &event);
        assert_eq!(step.ignored, None, "{event:?} was refused");
        self.journal.push(serde_json::to_string(&event).expect("events serialise"));
        let is_paused = self.state.status() == ExecutionStatus::Paused;
        for effect in step.effects {
            assert!(self.finished.is_empty(), "an effect after the end: {effect:?}");
            match effect {
                Effect::RunTask { task, attempt, call } => {
                    assert!(!is_paused, "an attempt started while paused");
                    self.check_attempt(task.as_str(), attempt, &call, was_ending);
                    assert_eq!(self.under_way.insert((task.to_string(), attempt), call), None, "the same attempt twice");
                }
                Effect::Abandon { task, attempt } => {
                    assert!(
                        self.under_way.remove(&(task.to_string(), attempt)).is_some(),
                        "an attempt was abandoned that is not under way"
                    );
                    self.reported.insert((task.to_string(), attempt), Reported::TimedOut);
                    self.abandoned.push((task.to_string(), attempt));
                }
                Effect::SetTimer { timer, at } => {
                    assert!(at > event.at, "a timer in the past");
                    assert_eq!(self.timers.insert(timer, at), None);
                }
                Effect::ClearTimer { timer } => assert!(self.timers.remove(&timer).is_some(), "a timer was cleared that was not set"),
                Effect::Ask { question } => {
                    assert!(!is_paused && !was_ending, "a question while paused or ending");
                    self.seen.gates += u32::from(matches!(question.kind, QuestionKind::Gate { .. }));
                    self.questions.insert(question.number, question);
                }
                Effect::Withdraw { question } => {
                    assert!(self.questions.remove(&question).is_some(), "a question was withdrawn that was not open");
                    self.closed.push(question);
                }
                Effect::StartChild { child } => self.check_child(&child, is_paused, was_ending),
                Effect::CancelChild { task, invocation } => {
                    let child = self.child_of(&task, invocation);
                    assert!(!std::mem::replace(&mut child.cancelled, true), "a child was cancelled twice");
                    child.held = false;
                }
                Effect::PauseChild { task, invocation } => {
                    let child = self.child_of(&task, invocation);
                    assert!(is_paused && !child.cancelled && !std::mem::replace(&mut child.held, true), "a child was held in vain");
                }
                Effect::ResumeChild { task, invocation } => {
                    let child = self.child_of(&task, invocation);
                    assert!(!is_paused && std::mem::replace(&mut child.held, false), "a child was let go that was not held");
                }
                Effect::Finish { status } => self.finished.push(status),
            }
        }
        self.check_effects();
        self.check_joins();
    }

    /// Nothing is lost: what the machine believes to be under way is what it told the world.
    fn check_effects(&self) {
        let mut attempts = BTreeMap::new();
        let mut timers = BTreeMap::new();
        let mut questions = BTreeMap::new();
        let mut children = BTreeMap::new();
        for effect in self.state.pending_effects(&self.plan) {
            match effect {
                Effect::RunTask { task, attempt, call } => drop(attempts.insert((task.to_string(), attempt), call)),
                Effect::SetTimer { timer, at } => drop(timers.insert(timer, at)),
                Effect::Ask { question } => drop(questions.insert(question.number, question)),
                Effect::StartChild { child } => drop(children.insert((child.task.to_string(), child.invocation), (false, false))),
                Effect::CancelChild { task, invocation } => drop(children.insert((task.to_string(), invocation), (true, false))),
                Effect::PauseChild { task, invocation } => drop(children.insert((task.to_string(), invocation), (false, true))),
                other => panic!("{other:?} is never pending"),
            }
        }
        assert_eq!((&attempts, &timers, &questions), (&self.under_way, &self.timers, &self.questions));
        let open: BTreeMap<_, _> = self.children.iter().map(|(key, child)| (key.clone(), (child.cancelled, child.held))).collect();
        assert_eq!(children, open);
    }

    /// Nothing is repeated against policy, and nothing destructive runs that nobody released.
    fn check_attempt(&mut self, task: &str, attempt: u32, call: &CommandCall, was_ending: bool) {
        assert!(!self.carried.contains(task), "{task} was taken over and runs");
        let (idempotent, destructive) = match (call.app.as_str(), call.command.as_str()) {
            ("smtp", "send") => (false, false),
            ("sql" | "haetae", "query") => (true, false),
            (app, command) => {
                let command = CATALOG.command(app, command).expect("a command of the catalog");
                (command.idempotent, command.destructive)
            }
        };
        let is_granted = self.granted.iter().any(|(granted, same)| granted == task && same == call);
        assert!(!destructive || self.act_alone || is_granted, "{task} ran without a release");
        if attempt == 1 {
            assert!(!was_ending, "{task} began while the execution was ending");
            return;
        }
        self.seen.repeats += 1;
        let retry = self.document.tasks[task].retry.clone();
        let named =
            |code: &str| retry.as_ref().is_some_and(|retry| retry.on.as_ref().is_some_and(|codes| codes.iter().any(|on| on == code)));
        let any = retry.as_ref().is_some_and(|retry| retry.on.is_none());
        let counted = (1..attempt)
            .filter(|number| matches!(self.reported.get(&(task.to_owned(), *number)), Some(Reported::Failed(_) | Reported::TimedOut)))
            .count();
        let may_try = retry.as_ref().is_some_and(|retry| counted < retry.attempts as usize) && !was_ending;
        let allowed = match self.reported.get(&(task.to_owned(), attempt - 1)) {
            Some(Reported::Failed(code)) => may_try && (any || named(code)),
            Some(Reported::TimedOut) => may_try && (named("ENGINE-TIMEOUT") || (any && idempotent)),
            Some(Reported::Interrupted) => idempotent,
            Some(Reported::SentAgain) => true,
            None => false,
        };
        assert!(allowed, "attempt {attempt} of {task} after {:?}", self.reported.get(&(task.to_owned(), attempt - 1)));
    }

    /// A task that began had its links decided as its join demands.
    fn check_joins(&self) {
        if self.state.is_ending() || self.state.status().is_final() {
            return;
        }
        for task in self.state.order(&self.plan).into_iter().filter(|task| !self.carried.contains(task.as_str())) {
            let fates = self.incoming(task.as_str());
            assert!(fates.contains(&LinkFate::Fired), "{task} began and no link fired");
            if self.document.tasks[task.as_str()].join == Join::All {
                assert!(!fates.contains(&LinkFate::Open), "{task} began before all its links were decided");
            }
        }
    }

    fn check_end(&self) {
        assert_eq!(self.finished, [self.state.status()], "the end is announced once");
        assert!(self.state.pending_effects(&self.plan).is_empty());
        assert!(self.children.is_empty(), "the execution ended before what it called");
        assert!(self.state.links().iter().all(|fate| *fate != LinkFate::Open));
        let runs = self.state.task_runs(&self.plan);
        for run in &runs {
            assert!(run.status.is_final(), "{} is {:?} at the end", run.id, run.status);
            assert_eq!(run.ended_at.is_some(), run.status != TaskStatus::Skipped);
            assert!(run.started_at <= run.ended_at);
        }
        let is_unhandled = |run: &&crate::TaskRun| {
            let is_linked = self.document.links.iter().any(|link| link.from == run.id && link.outcome() == Outcome::Failed);
            run.status == TaskStatus::Failed && !is_linked
        };
        match self.state.status() {
            ExecutionStatus::Failed => {
                let (task, _) = self.state.failure(&self.plan).expect("a failed execution names its failure");
                assert!(runs.iter().filter(is_unhandled).any(|run| &run.id == task));
            }
            ExecutionStatus::Done => {
                assert_eq!(runs.iter().find(is_unhandled), None, "a failure was lost");
                for (link, fate) in self.document.links.iter().zip(self.state.links()) {
                    let from = runs.iter().find(|run| run.id == link.from);
                    let fired = from.is_none_or(|run| run.outcome == Some(link.outcome()));
                    assert_eq!(*fate, if fired { LinkFate::Fired } else { LinkFate::Dead }, "{link:?}");
                }
                for run in &runs {
                    let fired = self.incoming(run.id.as_str()).contains(&LinkFate::Fired);
                    assert_eq!(run.status != TaskStatus::Skipped, fired, "{} is {:?}", run.id, run.status);
                }
            }
            _ => {}
        }
    }

    fn incoming(&self, task: &str) -> Vec<LinkFate> {
        let links = self.document.links.iter().zip(self.state.links());
        links.filter(|(link, _)| link.to.as_str() == task).map(|(_, fate)| *fate).collect()
    }

    fn tasks_in(&self, status: TaskStatus) -> Vec<String> {
        self.state.task_runs(&self.plan).into_iter().filter(|run| run.status == status).map(|run| run.id.to_string()).collect()
    }

    fn attempts_of(&self, task: &str) -> u32 {
        self.state.task_run(&self.plan, &task.into()).map_or(0, |run| run.attempts)
    }
}

fn child_ended(task: &str, invocation: u32, status: ExecutionStatus) -> What {
    let error = (status == ExecutionStatus::Failed).then(|| TaskError::new("APP-500", "no"));
    let variables = json!({"score": invocation}).as_object().cloned().unwrap_or_default();
    What::ChildEnded { task: task.into(), invocation, execution: Some(types::ExecutionId(7)), version: Some(1), status, variables, error }
}

fn yes() -> Answer {
    Answer::Approval { approved: true, opinion: String::new(), hash: None }
}

fn random_playbook(random: &mut StdRng) -> playbook::Playbook {
    let count = random.random_range(1..16);
    let mut tasks = serde_json::Map::new();
    let mut links: Vec<String> = Vec::new();
    for index in 0..count {
        for _ in 0..random.random_range(1..4) {
            let from = random.random_range(0..=index);
            // Few unreachable tasks, but some.
            if from == index {
                if random.random_bool(0.9) {
                    links.push(format!("start>t{index}"));
                }
                continue;
            }
            let outcome = outcome_of(&tasks[&format!("t{from}")], random);
            links.push(format!("t{from}:{outcome}>t{index}"));
        }
        tasks.insert(format!("t{index}"), random_task(random));
    }
    links.sort();
    links.dedup();
    playbook(tasks.into(), &links.join(" "))
}

/// An outcome of the task; mostly not `failed`, so that failures are often not handled.
fn outcome_of(task: &Json, random: &mut StdRng) -> &'static str {
    let usual: &[&'static str] = match task["type"].as_str().unwrap_or_default() {
        "branch" => &["true", "false"],
        "approval" => &["approved", "approved", "rejected", "expired"],
        "input" => &["done", "done", "expired"],
        _ => &["done"],
    };
    if random.random_bool(0.2) { "failed" } else { usual.choose(random).expect("outcomes") }
}

fn random_task(random: &mut StdRng) -> Json {
    let task = match random.random_range(0..24) {
        0..=8 => random_action(random),
        9 | 10 => {
            formula("n", ["n + 1", "tasks.t0.output.score", "inputs.n * 2", "lpad(\"x\", 9000000)"].choose(random).expect("expressions"))
        }
        11..=13 => branch(["n > 3", "score >= 5", "true", "n"].choose(random).expect("conditions")),
        14 => wait([json!(5), json!(0), json!("{{ n }}"), json!("never")].choose(random).expect("waits").clone()),
        15 | 16 => json!({"type": "input", "question": "{{ n }}?", "kind": "boolean", "variable": "score"}),
        17 => json!({"type": "input", "question": "which?", "kind": "choice", "choices": ["x", "y"], "variable": "choice"}),
        18 => approval(),
        19 => {
            json!({"type": "email", "to": (["a@example.com", "{{ nobody }}"][random.random_range(0..2)]), "subject": "s", "body": "{{ n }}"})
        }
        20 => {
            json!({"type": "query", "source": (["events", "cmdb"][random.random_range(0..2)]), "query": "select 1", "assign": {"score": "output.score"}})
        }
        _ => random_call(random),
    };
    let mut more = serde_json::Map::new();
    if random.random_bool(0.3) {
        more.insert("join".into(), "any".into());
    }
    if random.random_bool(0.06) {
        more.insert("enabled".into(), false.into());
    }
    if random.random_bool(0.3) {
        more.insert("timeout".into(), "3s".into());
    }
    if matches!(task["type"].as_str(), Some("input" | "approval")) && random.random_bool(0.3) {
        more.insert("deadline".into(), "10m".into());
    }
    if random.random_bool(0.5) {
        let mut retry = json!({"attempts": random.random_range(1..4)});
        if random.random_bool(0.7) {
            retry["backoff"] = ["0s", "2s", "200s"].choose(random).copied().expect("pauses").into();
        }
        if random.random_bool(0.4) {
            retry["on"] = [json!(["APP-429"]), json!(["APP-500", "ENGINE-TIMEOUT"])].choose(random).expect("codes").clone();
        }
        more.insert("retry".into(), retry);
    }
    with(task, more.into())
}

fn random_call(random: &mut StdRng) -> Json {
    let mut call = json!({"type": "call", "playbook": "other", "inputs": {"n": "{{ n }}"}});
    if random.random_bool(0.7) {
        let list = ["[1, 2, 3, 4, 5]", "[1, \"x\", null]", "[]", "nothing", "n"].choose(random).expect("lists");
        call["each"] = json!({"variable": "item", "in": list});
        call["inputs"]["item"] = json!("{{ item }}");
        if random.random_bool(0.6) {
            call["each"]["concurrency"] = json!(random.random_range(1..6));
        }
        if random.random_bool(0.5) {
            call["each"]["on_failure"] = json!("collect");
        }
    }
    call["assign"] = json!({"score": (["output.score", "output.failed"][random.random_range(0..2)])});
    call
}

fn random_action(random: &mut StdRng) -> Json {
    let command = ["scan", "scan", "note", "isolate", "quarantine"].choose(random).expect("commands");
    let parameters = match random.random_range(0..3) {
        0 => json!({}),
        1 => json!({"host": "pc1"}),
        _ => json!({"host": "{{ score }}"}),
    };
    let assign = if random.random_bool(0.4) { json!({"score": "output.score"}) } else { json!({}) };
    json!({"type": "action", "app": "edr", "command": command, "parameters": parameters, "assign": assign})
}
