//! One line per event: the only place of the tests that touches the machine's API.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta};
use indexmap::IndexMap;
use playbook::{Catalog, Playbook};
use serde_json::{Value as Json, json};
use types::{Diagnostic, ExecutionId, ExecutionStatus, Seconds, TaskId, Time};

use crate::message::TimerNumber;
use crate::{
    Answer, Effect, Event, Plan, PlanOptions, Question, QuestionKind, Release, Review, Start, State, Step, TaskError, TaskRun, What, carry,
    replay, step,
};

/// An app whose commands differ in the two things the machine cares about.
pub(crate) static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let command = |id: &str, idempotent: bool, destructive: bool| json!({"id": id, "name": id, "idempotent": idempotent, "destructive": destructive, "parameters": [], "output": []});
    serde_json::from_value(json!({
        "apps": {"edr": {"id": "edr", "name": "EDR", "vendor": "v", "needs_connection": false, "commands": {
            "scan": command("scan", true, false),
            "note": command("note", false, false),
            "isolate": command("isolate", true, true),
            "quarantine": command("quarantine", false, true),
        }}},
        "connections": {}, "playbooks": [],
    }))
    .expect("the test catalog is well formed")
});

/// Reads tasks and links such as `start>a a>b b:false>c` into a playbook.
pub(crate) fn playbook(tasks: Json, links: &str) -> Playbook {
    let links: Vec<Json> = links
        .split_whitespace()
        .map(|link| {
            let (from, to) = link.split_once('>').expect("a link is written from>to");
            match from.split_once(':') {
                Some((from, outcome)) => json!({"from": from, "outcome": outcome, "to": to}),
                None => json!({"from": from, "to": to}),
            }
        })
        .collect();
    serde_json::from_value(json!({"format": 1, "id": "test", "tasks": tasks, "links": links})).expect("the test playbook is well formed")
}

pub(crate) fn scan() -> Json {
    json!({"type": "action", "app": "edr", "command": "scan"})
}

pub(crate) fn note() -> Json {
    json!({"type": "action", "app": "edr", "command": "note"})
}

pub(crate) fn quarantine(host: &str) -> Json {
    json!({"type": "action", "app": "edr", "command": "quarantine", "parameters": {"host": host}})
}

pub(crate) fn formula(variable: &str, expression: &str) -> Json {
    json!({"type": "formula", "variable": variable, "expression": expression})
}

pub(crate) fn branch(condition: &str) -> Json {
    json!({"type": "branch", "condition": condition})
}

pub(crate) fn approval() -> Json {
    json!({"type": "approval", "question": "malicious?"})
}

pub(crate) fn wait(seconds: Json) -> Json {
    json!({"type": "wait", "seconds": seconds})
}

/// Adds fields to a task.
pub(crate) fn with(mut task: Json, fields: Json) -> Json {
    if let (Json::Object(task), Json::Object(fields)) = (&mut task, fields) {
        task.extend(fields);
    }
    task
}

/// An execution that a test drives line by line; after every event a replay of the journal has to give the same state.
pub(crate) struct Rehearsal {
    pub(crate) plan: Plan,
    pub(crate) state: State,
    pub(crate) last: Step,
    pub(crate) now: Time,
    act_alone: bool,
    journal: Vec<Event>,
    timers: BTreeMap<TimerNumber, Time>,
}

impl Rehearsal {
    pub(crate) fn of(tasks: Json, links: &str) -> Self {
        Self::of_playbook(&playbook(tasks, links))
    }

    pub(crate) fn of_playbook(playbook: &Playbook) -> Self {
        let plan = Plan::new(playbook, &CATALOG, PlanOptions::default()).expect("the test playbook can run");
        let state = State::new(&plan);
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a valid time");
        Self { plan, state, last: Step::default(), now, act_alone: false, journal: Vec::new(), timers: BTreeMap::new() }
    }

    pub(crate) fn act_alone(mut self) -> Self {
        self.act_alone = true;
        self
    }

    pub(crate) fn start(self) -> Self {
        self.start_with(json!({}))
    }

    pub(crate) fn start_with(self, input: Json) -> Self {
        let input: IndexMap<String, Json> = serde_json::from_value(input).expect("inputs are an object");
        let what = self.plan.started(input, self.act_alone, 7, "Asia/Seoul".into(), "kim".into());
        self.happen(what)
    }

    pub(crate) fn happen(mut self, what: What) -> Self {
        self.apply(what);
        assert_eq!(self.last.ignored, None, "the event was refused");
        self
    }

    /// The event has to be refused with this code, and change nothing.
    pub(crate) fn refuse(mut self, code: &str, what: What) -> Self {
        let before = self.state.clone();
        self.apply(what);
        assert_eq!(self.last.ignored.as_ref().map(|error| error.code.as_str()), Some(code));
        assert!(self.state == before, "a refused event changed the state");
        self
    }

    fn apply(&mut self, what: What) {
        let event = Event { at: self.now, what };
        self.last = step(&self.plan, &mut self.state, &event);
        for effect in &self.last.effects {
            match effect {
                Effect::SetTimer { timer, at } => {
                    self.timers.insert(*timer, *at);
                }
                Effect::ClearTimer { timer } => {
                    assert!(self.timers.remove(timer).is_some(), "a timer was cleared that was not set");
                }
                _ => {}
            }
        }
        if self.last.ignored.is_none() {
            self.journal.push(event);
            assert!(self.replayed() == self.state, "the replay differs");
        }
    }

    /// The state after the journal was written and read again.
    pub(crate) fn replayed(&self) -> State {
        let written = serde_json::to_string(&self.journal).expect("events serialise");
        replay(&self.plan, &serde_json::from_str::<Vec<Event>>(&written).expect("events read back"))
    }

    /// Goes on from the journal with a plan that was made anew.
    pub(crate) fn restart_with(mut self, plan: Plan) -> Self {
        self.plan = plan;
        self.state = self.replayed();
        self
    }

    fn attempt_of(&self, task: &str) -> u32 {
        self.run(task).attempts
    }

    pub(crate) fn succeeded(&self, task: &str, output: Json) -> What {
        What::TaskSucceeded { task: task.into(), attempt: self.attempt_of(task), output }
    }

    pub(crate) fn succeed(self, task: &str, output: Json) -> Self {
        let what = self.succeeded(task, output);
        self.happen(what)
    }

    pub(crate) fn fail(self, task: &str, code: &str) -> Self {
        self.fail_after(task, code, None)
    }

    pub(crate) fn fail_after(self, task: &str, code: &str, retry_after_ms: Option<i64>) -> Self {
        let error = TaskError { code: code.into(), message: "no".into(), retry_after_ms };
        let what = What::TaskFailed { task: task.into(), attempt: self.attempt_of(task), error };
        self.happen(what)
    }

    pub(crate) fn ended(&self, task: &str, invocation: u32, status: ExecutionStatus) -> What {
        What::ChildEnded {
            task: task.into(),
            invocation,
            execution: Some(ExecutionId(7)),
            version: Some(1),
            status,
            variables: Default::default(),
            error: None,
        }
    }

    pub(crate) fn child_ended(self, task: &str, invocation: u32, status: ExecutionStatus) -> Self {
        let what = self.ended(task, invocation, status);
        self.happen(what)
    }

    pub(crate) fn child_done(self, task: &str, invocation: u32, given: Json) -> Self {
        let mut what = self.ended(task, invocation, ExecutionStatus::Done);
        if let What::ChildEnded { variables, .. } = &mut what {
            *variables = given.as_object().expect("variables are an object").clone();
        }
        self.happen(what)
    }

    pub(crate) fn child_failed(self, task: &str, invocation: u32, code: &str) -> Self {
        let mut what = self.ended(task, invocation, ExecutionStatus::Failed);
        if let What::ChildEnded { error, .. } = &mut what {
            *error = Some(TaskError::new(code, "no"));
        }
        self.happen(what)
    }

    pub(crate) fn child_moved(self, task: &str, invocation: u32, status: ExecutionStatus) -> Self {
        self.happen(What::ChildMoved { task: task.into(), invocation, status })
    }

    /// Compares what the last event said about executions of calls, such as `start c/1 {"host":"pc1"} cancel c/2`.
    pub(crate) fn expect_children(self, line: &str) -> Self {
        let told = self.last.effects.iter().filter_map(|effect| match effect {
            Effect::StartChild { child } => Some(format!("start {}/{} {}", child.task, child.invocation, json!(child.inputs))),
            Effect::CancelChild { task, invocation } => Some(format!("cancel {task}/{invocation}")),
            Effect::PauseChild { task, invocation } => Some(format!("pause {task}/{invocation}")),
            Effect::ResumeChild { task, invocation } => Some(format!("resume {task}/{invocation}")),
            _ => None,
        });
        assert_eq!(told.collect::<Vec<_>>().join(" "), line);
        self
    }

    /// Runs it again from a task, as a new execution of the same document.
    pub(crate) fn rerun(self, from: &str) -> Self {
        let carried = carry(&self.plan, &self.plan, &self.state, Some(&from.into()));
        let what = self.plan.start(Start { zone: "Asia/Seoul".into(), by: "lee".into(), seed: 9, carried, ..Start::default() });
        let state = State::new(&self.plan);
        Self { state, journal: Vec::new(), timers: BTreeMap::new(), ..self }.happen(what)
    }

    pub(crate) fn interrupt(self, task: &str) -> Self {
        let what = What::TaskInterrupted { task: task.into(), attempt: self.attempt_of(task) };
        self.happen(what)
    }

    pub(crate) fn review(self, task: &str, decision: Review) -> Self {
        self.happen(What::TaskReviewed { task: task.into(), decision, by: "lee".into() })
    }

    pub(crate) fn pause(self) -> Self {
        self.happen(What::Paused { by: "lee".into() })
    }

    pub(crate) fn resume(self) -> Self {
        self.happen(What::Resumed { by: "lee".into() })
    }

    pub(crate) fn cancel(self) -> Self {
        self.happen(What::Cancelled { by: "lee".into() })
    }

    pub(crate) fn answered(&self, task: &str, answer: Json) -> What {
        let asked = self.state.open_questions().into_iter().find(|question| question.task.as_str() == task);
        let question = asked.unwrap_or_else(|| panic!("{task} asks nothing")).number;
        What::QuestionAnswered { question, answer: serde_json::from_value(answer).expect("an answer"), by: "park".into() }
    }

    pub(crate) fn answer(self, task: &str, answer: Json) -> Self {
        let what = self.answered(task, answer);
        self.happen(what)
    }

    pub(crate) fn approve(self, task: &str) -> Self {
        self.answer(task, json!({"approved": true}))
    }

    pub(crate) fn reject(self, task: &str) -> Self {
        self.answer(task, json!({"approved": false, "opinion": "it is ours"}))
    }

    /// Lets time pass; timers fire in order, each at its moment.
    pub(crate) fn advance(mut self, duration: &str) -> Self {
        let end = self.now + duration.parse::<Seconds>().expect("a duration").delta();
        while let Some((&timer, &at)) = self.timers.iter().filter(|(_, at)| **at <= end).min_by_key(|(timer, at)| (**at, **timer)) {
            self.timers.remove(&timer);
            self.now = at;
            self = self.happen(What::TimerFired { timer });
        }
        self.now = end;
        self
    }

    pub(crate) fn run(&self, task: &str) -> TaskRun {
        self.state.task_run(&self.plan, &TaskId::from(task)).unwrap_or_else(|| panic!("no task {task}"))
    }

    pub(crate) fn question(&self, task: &str) -> Question {
        self.state.open_questions().into_iter().find(|question| question.task.as_str() == task).expect("an open question")
    }

    pub(crate) fn releases(&self, task: &str) -> Vec<Release> {
        match self.question(task).kind {
            QuestionKind::Approval { releases, .. } | QuestionKind::Gate { releases, .. } => releases,
            other => panic!("not an approval: {other:?}"),
        }
    }

    /// Compares with a line such as `a=done b=failed(APP-1) c=skipped | failed`: every task, then the execution.
    pub(crate) fn expect(self, line: &str) -> Self {
        assert_eq!(self.line(), line);
        self
    }

    fn line(&self) -> String {
        let tasks: Vec<String> = self.state.task_runs(&self.plan).iter().map(describe).collect();
        format!("{} | {}", tasks.join(" "), self.state.status().as_str())
    }

    /// Compares the attempts under way, such as `a#1 b#2`.
    pub(crate) fn expect_running(self, line: &str) -> Self {
        assert_eq!(attempts(&self.state.pending_effects(&self.plan)), line);
        self
    }

    /// Compares the attempts that the last event started.
    pub(crate) fn expect_started(self, line: &str) -> Self {
        assert_eq!(attempts(&self.last.effects), line);
        self
    }

    pub(crate) fn expect_variable(self, name: &str, value: Json) -> Self {
        assert_eq!(self.state.variables().get(name).cloned().unwrap_or_default(), value);
        self
    }

    pub(crate) fn expect_output(self, task: &str, value: Json) -> Self {
        assert_eq!(self.run(task).output, value);
        self
    }

    pub(crate) fn expect_input(self, task: &str, value: Json) -> Self {
        assert_eq!(self.run(task).input, value);
        self
    }

    /// Compares when a task's timer ends, counted from now.
    pub(crate) fn expect_until(self, task: &str, duration: &str) -> Self {
        let until = self.run(task).until.map(|until| until - self.now);
        assert_eq!(until, Some(duration.parse::<Seconds>().expect("a duration").delta()));
        self
    }

    pub(crate) fn expect_no_timers(self) -> Self {
        assert_eq!(self.timers, BTreeMap::new());
        self
    }
}

fn describe(run: &TaskRun) -> String {
    match (&run.error, run.outcome) {
        (Some(error), _) => format!("{}={}({})", run.id, run.status.as_str(), error.code),
        (None, Some(outcome)) if outcome != playbook::Outcome::Done => format!("{}={}:{}", run.id, run.status.as_str(), outcome.as_str()),
        _ => format!("{}={}", run.id, run.status.as_str()),
    }
}

fn attempts(effects: &[Effect]) -> String {
    let started = effects.iter().filter_map(|effect| match effect {
        Effect::RunTask { task, attempt, .. } => Some(format!("{task}#{attempt}")),
        _ => None,
    });
    started.collect::<Vec<_>>().join(" ")
}

/// Tells why a playbook cannot run.
pub(crate) fn refused(tasks: Json, links: &str) -> Vec<String> {
    let errors = Plan::new(&playbook(tasks, links), &CATALOG, PlanOptions::default()).err().unwrap_or_default();
    errors.iter().map(|Diagnostic { code, target, .. }| format!("{code} {}", target.task.as_deref().unwrap_or_default())).collect()
}

pub(crate) fn approved(hash: &str) -> Answer {
    Answer::Approval { approved: true, opinion: String::new(), hash: Some(hash.to_owned()) }
}

pub(crate) fn seconds(number: i64) -> TimeDelta {
    TimeDelta::seconds(number)
}
