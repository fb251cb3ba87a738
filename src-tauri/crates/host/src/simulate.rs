//! Simulated runs: a playbook with recorded replies, on a clock that jumps; and rehearsals, which compare such a run with what is expected.
//!
//! Nothing here touches the network, the disk or the real clock (DESIGN.md, section 7, "Replies").

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::TimeDelta;
use engine::message::{CommandCall, Effect, Event, Question, TaskError, TaskRun, What};
use engine::{Answer, Plan, PlanOptions, State};
use indexmap::IndexMap;
use playbook::catalog::OWN_APP;
use playbook::{Catalog, CheckOptions};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use types::{Diagnostic, Error, ExecutionStatus, TaskId, TaskStatus, Time};
use wire::execution::ExecutionDetail;

/// Events of one simulated run at most; a retry without end stops here instead of hanging.
const EVENTS: usize = 100_000;

/// What stands in for the network: replies by `TASK` or `PLAYBOOK:TASK`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Replies {
    /// One list per task.
    #[serde(default)]
    pub replies: IndexMap<String, Vec<Reply>>,
}

/// One reply: to one attempt, or to every attempt whose input matches.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// What the command gives.
    #[serde(default)]
    pub output: Option<Json>,
    /// Why it fails instead.
    #[serde(default)]
    pub error: Option<ReplyError>,
    /// How long the vendor asks to wait.
    #[serde(default)]
    pub retry_after_s: Option<f64>,
    /// How long the attempt takes.
    #[serde(default)]
    pub delay_s: Option<f64>,
    /// A subset of the task's input that it is for.
    #[serde(default, rename = "match")]
    pub matching: Option<Json>,
}

/// Why an attempt fails.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReplyError {
    /// The code, such as `APP-429`.
    pub code: String,
    /// What the vendor says.
    #[serde(default)]
    pub message: String,
}

impl Replies {
    /// Reads a file of replies; INVALID says what is wrong with it.
    pub fn read(json: &Json) -> Result<Self, Error> {
        let mut read: Self = serde_json::from_value(json.clone()).map_err(|error| unreadable("replies", &error))?;
        for (task, replies) in &read.replies {
            if replies.is_empty() || replies.iter().any(|reply| reply.output.is_some() == reply.error.is_some() && reply.error.is_some()) {
                let ko = format!("{task}의 회신에는 output이나 error가 하나씩 있어야 합니다.");
                return Err(crate::error::invalid_request(ko, format!("Each reply of {task} needs either output or error.")).target(task));
            }
            let seconds = replies.iter().flat_map(|reply| [reply.retry_after_s, reply.delay_s]).flatten();
            if let Some(bad) = seconds.into_iter().find(|seconds| !(0.0..=315_360_000.0).contains(seconds)) {
                let ko = format!("{task}의 {bad}은(는) 0에서 10년까지의 초가 아닙니다.");
                return Err(
                    crate::error::invalid_request(ko, format!("{bad} of {task} is no number of seconds from 0 to ten years.")).target(task)
                );
            }
        }
        read.replies.retain(|_, replies| !replies.is_empty());
        Ok(read)
    }

    fn of(&self, playbook: &str, task: &str) -> Option<&[Reply]> {
        self.replies.get(&format!("{playbook}:{task}")).or_else(|| self.replies.get(task)).map(Vec::as_slice)
    }

    /// The reply to an attempt: where replies say what they match, the first that does; otherwise one per attempt, the last one repeats.
    fn to(&self, playbook: &str, task: &str, attempt: u32, input: &Json) -> Option<&Reply> {
        let replies = self.of(playbook, task)?;
        if replies.iter().any(|reply| reply.matching.is_some()) {
            return replies.iter().find(|reply| reply.matching.as_ref().is_none_or(|matching| is_subset(matching, input)));
        }
        let position = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
        replies.get(position).or(replies.last())
    }
}

/// A run to simulate.
#[derive(Debug, Clone)]
pub struct Simulation<'a> {
    /// The playbook's document.
    pub document: &'a Json,
    /// The inputs by name, plain JSON.
    pub input: &'a Map<String, Json>,
    /// Answers by `TASK` or `PLAYBOOK:TASK`.
    pub answers: &'a IndexMap<String, Answer>,
    /// The replies.
    pub replies: &'a Replies,
    /// What is installed; what is not runs from its reply.
    pub catalog: &'a Catalog,
    /// When the simulated clock starts.
    pub at: Time,
    /// The IANA time zone of texts and dates.
    pub zone: &'a str,
}

/// What a simulated run gave.
#[derive(Debug, Clone)]
pub struct Simulated {
    /// The document that `haetae run --json` prints.
    pub report: RunReport,
    /// The exit code: 0 done, 1 failed or cancelled, 3 waiting, paused or needs review.
    pub exit: u8,
    /// The tasks that ended done or failed, in the order in which they did.
    pub order: Vec<TaskId>,
    /// What is worth a warning: unknown apps, unused replies and answers, the document's warnings.
    pub warnings: Vec<Diagnostic>,
}

/// A run as `haetae run --json` prints it (DESIGN.md, section 7).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunReport {
    /// The execution's number; null for a simulated run.
    pub execution: Option<i64>,
    /// The playbook's id.
    pub playbook: String,
    /// Its version; null for a file.
    pub version: Option<u32>,
    /// Where the execution stands.
    pub status: ExecutionStatus,
    /// When it started.
    pub started_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// The variables, plain JSON.
    pub variables: Map<String, Json>,
    /// Every task of the playbook.
    pub tasks: Vec<TaskReport>,
}

/// A task of a [`RunReport`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskReport {
    /// Its id.
    pub id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// Attempts so far, the first one counted.
    pub attempts: u32,
    /// When it started.
    pub started_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// What was rendered.
    pub input: Json,
    /// What it gave.
    pub output: Json,
    /// How it ended, as links name it.
    pub outcome: Option<playbook::Outcome>,
    /// Why it failed.
    pub error: Option<ErrorReport>,
}

/// The error of a [`TaskReport`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErrorReport {
    /// The code.
    pub code: String,
    /// What happened.
    pub message: String,
}

impl From<TaskRun> for TaskReport {
    fn from(run: TaskRun) -> Self {
        Self {
            id: run.id.to_string(),
            kind: run.kind,
            status: run.status,
            attempts: run.attempts,
            started_at: run.started_at,
            ended_at: run.ended_at,
            input: run.input,
            output: run.output,
            outcome: run.outcome,
            error: run.error.map(|error| ErrorReport { code: error.code, message: error.message.get(types::Language::En).to_owned() }),
        }
    }
}

impl From<ExecutionDetail> for RunReport {
    fn from(detail: ExecutionDetail) -> Self {
        Self {
            execution: Some(detail.summary.id),
            playbook: detail.summary.playbook,
            version: (detail.summary.version > 0).then_some(detail.summary.version),
            status: detail.summary.status,
            started_at: detail.summary.started_at,
            ended_at: detail.summary.ended_at,
            variables: detail.variables,
            tasks: detail.tasks.into_iter().map(TaskReport::from).collect(),
        }
    }
}

/// Returns the exit code of a run that came to rest in this status.
pub fn exit_code(status: ExecutionStatus) -> u8 {
    match status {
        ExecutionStatus::Done => 0,
        ExecutionStatus::Failed | ExecutionStatus::Cancelled => 1,
        ExecutionStatus::Queued
        | ExecutionStatus::Running
        | ExecutionStatus::Waiting
        | ExecutionStatus::Paused
        | ExecutionStatus::NeedsReview => 3,
    }
}

/// Follows a simulated run from task to task, and may hold what has no reply.
pub(crate) trait Watcher {
    /// A task's run changed.
    fn moved(&mut self, plan: &Plan, state: &State, at: Time, task: &TaskId);
    /// A question was put that no answer is given for.
    fn asked(&mut self, question: &Question);
    /// There is no reply for a command: tells whether its task waits for one instead of failing.
    fn holds(&mut self, task: &TaskId, call: &CommandCall) -> bool;
}

/// Runs a document with replies on a simulated clock; refused with PLAYBOOK-INVALID, INPUT-MISSING or INVALID (exit code 2).
pub fn simulate(simulation: &Simulation<'_>) -> Result<Simulated, Error> {
    simulate_watched(simulation, None)
}

/// Runs a document as [`simulate`] does, and tells a watcher of every move.
pub(crate) fn simulate_watched(simulation: &Simulation<'_>, watcher: Option<&mut dyn Watcher>) -> Result<Simulated, Error> {
    let (document, diagnostics) = playbook::diagnose(simulation.document, simulation.catalog, CheckOptions { replies: true });
    let id = document.playbook.id.clone();
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(crate::error::invalid_playbook(id.as_str(), &diagnostics));
    }
    let plan = Plan::new(&document.playbook, simulation.catalog, PlanOptions { allow_unknown: true })
        .map_err(|diagnostics| crate::error::invalid_playbook(id.as_str(), &diagnostics))?;
    let input: IndexMap<String, Json> = simulation
        .input
        .iter()
        .map(|(name, value)| (name.clone(), expression::Value::from_json(value).to_tagged_json(chrono_tz::Tz::UTC)))
        .collect();
    if let Some(unknown) = input.keys().find(|name| !document.playbook.inputs.iter().any(|input| input.name == **name)) {
        let ko = format!("플레이북에 {unknown} 입력이 없습니다.");
        return Err(crate::error::invalid_request(ko, format!("The playbook has no input {unknown}.")).target(unknown));
    }
    let missing = plan.missing_inputs(&input);
    if !missing.is_empty() {
        return Err(crate::error::missing_inputs(&missing));
    }
    let state = State::new(&plan);
    let mut run = Running {
        simulation,
        playbook: id.as_str(),
        plan: &plan,
        state,
        now: simulation.at,
        next: BTreeMap::new(),
        number: 0,
        timers: HashMap::new(),
        order: Vec::new(),
        ended: HashSet::new(),
        used: HashSet::new(),
        warnings: diagnostics,
        watcher,
    };
    let started = plan.started(input, false, 0, simulation.zone.to_owned(), "rehearsal".to_owned());
    run.take(started)?;
    run.come_to_rest()?;
    Ok(run.finish())
}

/// At one moment results come before timers: an attempt that takes exactly as long as its timeout has made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Result,
    Timer,
}

struct Running<'a, 'w> {
    simulation: &'a Simulation<'a>,
    playbook: &'a str,
    plan: &'a Plan,
    state: State,
    now: Time,
    /// What will happen, in the order in which it does.
    next: BTreeMap<(Time, Rank, u64), What>,
    number: u64,
    timers: HashMap<u32, (Time, Rank, u64)>,
    order: Vec<TaskId>,
    ended: HashSet<TaskId>,
    /// Replies and answers that were used.
    used: HashSet<String>,
    warnings: Vec<Diagnostic>,
    watcher: Option<&'w mut dyn Watcher>,
}

impl Running<'_, '_> {
    fn come_to_rest(&mut self) -> Result<(), Error> {
        for _ in 0..EVENTS {
            let Some(((at, _, _), what)) = self.next.pop_first() else { return Ok(()) };
            self.now = at;
            self.take(what)?;
        }
        let error = Error::new("RUN-TOO-LONG", "모의 실행이 끝나지 않습니다.", "The simulated run does not come to an end.");
        Err(error.hint("재시도와 대기를 줄이십시오.", "Reduce its retries and waits."))
    }

    /// Takes an event and everything that answers given ahead cause at the same moment.
    fn take(&mut self, what: What) -> Result<(), Error> {
        let mut waiting = vec![what];
        while let Some(what) = waiting.pop() {
            let is_answer = matches!(what, What::QuestionAnswered { .. });
            let event = Event { at: self.now, what };
            let step = engine::step(self.plan, &mut self.state, &event);
            match step.ignored {
                // An answer that the question does not take is a wrong input of the person who wrote it.
                Some(error) if is_answer => return Err(error),
                // A result after its timeout, a timer that was cleared at the same moment.
                Some(_) => continue,
                None => {}
            }
            for task in step.changed {
                if let Some(watcher) = &mut self.watcher {
                    watcher.moved(self.plan, &self.state, self.now, &task);
                }
                let status = self.state.task_run(self.plan, &task).map(|run| run.status);
                if matches!(status, Some(TaskStatus::Done | TaskStatus::Failed)) && self.ended.insert(task.clone()) {
                    self.order.push(task);
                }
            }
            for effect in step.effects {
                if let Some(answer) = self.perform(effect) {
                    waiting.push(answer);
                }
            }
        }
        Ok(())
    }

    fn perform(&mut self, effect: Effect) -> Option<What> {
        match effect {
            Effect::RunTask { task, attempt, call } => {
                let has_reply = self.simulation.replies.of(self.playbook, task.as_str()).is_some();
                if let (false, Some(watcher)) = (has_reply || call.app == OWN_APP, &mut self.watcher)
                    && watcher.holds(&task, &call)
                {
                    return None;
                }
                let (delay, result) = self.reply(&task, attempt, &call);
                let what = match result {
                    Ok(output) => What::TaskSucceeded { task, attempt, output },
                    Err(error) => What::TaskFailed { task, attempt, error },
                };
                self.plan_for(self.now + delay, Rank::Result, what);
            }
            Effect::SetTimer { timer, at } => {
                let key = self.plan_for(at, Rank::Timer, What::TimerFired { timer });
                self.timers.insert(timer, key);
            }
            Effect::ClearTimer { timer } => {
                if let Some(key) = self.timers.remove(&timer) {
                    self.next.remove(&key);
                }
            }
            Effect::Ask { question } => {
                let qualified = format!("{}:{}", self.playbook, question.task);
                let key = [qualified, question.task.to_string()].into_iter().find(|key| self.simulation.answers.contains_key(key));
                let Some(key) = key else {
                    if let Some(watcher) = &mut self.watcher {
                        watcher.asked(&question);
                    }
                    return None;
                };
                let answer = self.simulation.answers[&key].clone();
                self.used.insert(format!("answer {key}"));
                return Some(What::QuestionAnswered { question: question.number, answer, by: "rehearsal".to_owned() });
            }
            // A late result of an attempt that was given up is ignored by the machine itself.
            Effect::StartChild { .. } | Effect::CancelChild { .. } | Effect::PauseChild { .. } | Effect::ResumeChild { .. } => {}
            Effect::Abandon { .. } | Effect::Withdraw { .. } | Effect::Finish { .. } => {}
        }
        None
    }

    fn plan_for(&mut self, at: Time, rank: Rank, what: What) -> (Time, Rank, u64) {
        self.number += 1;
        let key = (at, rank, self.number);
        self.next.insert(key, what);
        key
    }

    fn reply(&mut self, task: &TaskId, attempt: u32, call: &CommandCall) -> (TimeDelta, Result<Json, TaskError>) {
        let replies = self.simulation.replies;
        for key in [format!("{}:{task}", self.playbook), task.to_string()] {
            if replies.replies.contains_key(&key) {
                self.used.insert(format!("reply {key}"));
                break;
            }
        }
        let input = Json::Object(call.parameters.clone());
        let Some(reply) = replies.to(self.playbook, task.as_str(), attempt, &input) else {
            return (TimeDelta::zero(), without_reply(task, call));
        };
        let result = match &reply.error {
            Some(error) => Err(TaskError {
                code: error.code.clone(),
                message: error.message.as_str().into(),
                retry_after_ms: reply.retry_after_s.map(|seconds| (seconds * 1000.0) as i64),
            }),
            None => Ok(reply.output.clone().unwrap_or_default()),
        };
        (TimeDelta::milliseconds((reply.delay_s.unwrap_or_default() * 1000.0) as i64), result)
    }

    fn finish(mut self) -> Simulated {
        let status = self.state.status();
        let given = self
            .simulation
            .replies
            .replies
            .keys()
            .map(|key| ("reply", key))
            .chain(self.simulation.answers.keys().map(|key| ("answer", key)));
        for (kind, key) in given {
            let task = key.rsplit(':').next().unwrap_or(key);
            if !self.used.contains(&format!("{kind} {key}")) && !self.plan.task_ids().any(|known| known.as_str() == task) {
                let ko = format!("{key}: 이런 태스크가 없어 쓰이지 않았습니다 ({kind}).");
                self.warnings.push(Diagnostic::warning("RUN-UNUSED", ko, format!("There is no task {key}; its {kind} was not used.")));
            }
        }
        let report = RunReport {
            execution: None,
            playbook: self.playbook.to_owned(),
            version: None,
            status,
            started_at: self.state.started_at(),
            ended_at: self.state.ended_at(),
            variables: self.state.variables(),
            tasks: self.state.task_runs(self.plan).into_iter().map(TaskReport::from).collect(),
        };
        Simulated { report, exit: exit_code(status), order: self.order, warnings: self.warnings }
    }
}

/// Haetae's own commands pretend; whatever would touch the network does not.
fn without_reply(task: &TaskId, call: &CommandCall) -> Result<Json, TaskError> {
    if call.app == OWN_APP {
        return Ok(json!({"dry_run": true, "command": call.command, "parameters": call.parameters}));
    }
    Err(crate::error::task(
        "RUN-NO-REPLY",
        format!(
            "The replies hold none for the task {task} ({} {}), and a simulated run does not touch the network.",
            call.app, call.command
        ),
    ))
}

/// Tells whether everything in `part` is in `whole`: objects by their fields, everything else whole. Numbers compare by value.
fn is_subset(part: &Json, whole: &Json) -> bool {
    match (part, whole) {
        (Json::Object(part), Json::Object(whole)) => {
            part.iter().all(|(name, value)| whole.get(name).is_some_and(|present| is_subset(value, present)))
        }
        (Json::Number(part), Json::Number(whole)) => part == whole || part.as_f64() == whole.as_f64(),
        (Json::Array(part), Json::Array(whole)) => {
            part.len() == whole.len() && part.iter().zip(whole).all(|(part, whole)| is_subset(part, whole))
        }
        _ => part == whole,
    }
}

/// A playbook's rehearsal: what goes in, and what has to come out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rehearsal {
    /// The inputs by name.
    #[serde(default)]
    pub input: Map<String, Json>,
    /// The answers by task.
    #[serde(default)]
    pub answers: IndexMap<String, Answer>,
    /// The replies by task.
    #[serde(default)]
    pub replies: Json,
    /// What is expected.
    #[serde(default)]
    pub expect: Expected,
}

/// What a rehearsal expects; what is absent is not compared.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The execution's status.
    #[serde(default)]
    pub status: Option<ExecutionStatus>,
    /// The exit code.
    #[serde(default)]
    pub exit: Option<u8>,
    /// Tasks in the order in which they ended, done or failed; others may stand between them.
    #[serde(default)]
    pub order: Option<Vec<String>>,
    /// By task: a status, or a subset of what `haetae run --json` says of it.
    #[serde(default)]
    pub tasks: IndexMap<String, Json>,
    /// Variables by name.
    #[serde(default)]
    pub variables: Map<String, Json>,
}

/// One difference between what is expected and what came out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Where, such as `tasks.block.status`.
    pub place: String,
    /// What is expected.
    pub expected: Json,
    /// What came out.
    pub found: Json,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: expected {}, found {}", self.place, self.expected, self.found)
    }
}

/// What a rehearsal gave.
#[derive(Debug, Clone)]
pub struct Rehearsed {
    /// Empty when it passes.
    pub differences: Vec<Difference>,
    /// The run.
    pub run: Simulated,
}

/// Runs a playbook as its rehearsal says and compares; refused when either cannot be read.
pub fn rehearse(document: &Json, rehearsal: &Json, catalog: &Catalog, at: Time, zone: &str) -> Result<Rehearsed, Error> {
    let rehearsal: Rehearsal = serde_json::from_value(rehearsal.clone()).map_err(|error| unreadable("rehearsal", &error))?;
    let replies = match &rehearsal.replies {
        Json::Null => Replies::default(),
        replies => Replies::read(&json!({"replies": replies}))?,
    };
    let simulation = Simulation { document, input: &rehearsal.input, answers: &rehearsal.answers, replies: &replies, catalog, at, zone };
    let run = simulate(&simulation)?;
    Ok(Rehearsed { differences: compare(&rehearsal.expect, &run)?, run })
}

fn compare(expected: &Expected, run: &Simulated) -> Result<Vec<Difference>, Error> {
    let mut differences = Vec::new();
    let mut differ = |place: String, expected: Json, found: Json| differences.push(Difference { place, expected, found });
    if let Some(status) = expected.status.filter(|status| *status != run.report.status) {
        differ("status".into(), json!(status), json!(run.report.status));
    }
    if let Some(exit) = expected.exit.filter(|exit| *exit != run.exit) {
        differ("exit".into(), json!(exit), json!(run.exit));
    }
    if let Some(order) = &expected.order {
        let mut ended = run.order.iter().map(TaskId::as_str);
        if !order.iter().all(|task| ended.any(|ended| ended == task)) {
            differ("order".into(), json!(order), json!(run.order));
        }
    }
    for (task, expected) in &expected.tasks {
        let Some(found) = run.report.tasks.iter().find(|found| found.id == *task) else {
            differ(format!("tasks.{task}"), expected.clone(), Json::Null);
            continue;
        };
        let found = serde_json::to_value(found).map_err(|error| unreadable("rehearsal", &error))?;
        match expected {
            Json::String(status) if found["status"] == *status => {}
            Json::String(status) => differ(format!("tasks.{task}.status"), json!(status), found["status"].clone()),
            Json::Object(fields) => {
                for (field, value) in fields {
                    if !found.get(field).is_some_and(|found| is_subset(value, found)) {
                        differ(format!("tasks.{task}.{field}"), value.clone(), found.get(field).cloned().unwrap_or_default());
                    }
                }
            }
            other => differ(format!("tasks.{task}"), other.clone(), found["status"].clone()),
        }
    }
    for (name, value) in &expected.variables {
        let found = run.report.variables.get(name).cloned().unwrap_or_default();
        if !is_subset(value, &found) {
            differ(format!("variables.{name}"), value.clone(), found);
        }
    }
    Ok(differences)
}

fn unreadable(what: &str, error: &serde_json::Error) -> Error {
    crate::error::invalid_request(format!("{what}을(를) 읽을 수 없습니다: {error}"), format!("The {what} cannot be read: {error}"))
        .target(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Time {
        Time::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn action(app: &str, more: Json) -> Json {
        let mut task = json!({"type": "action", "app": app, "command": "look", "parameters": {"ip": "{{ ip }}"}});
        task.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        task
    }

    fn document(tasks: Json, links: Json) -> Json {
        json!({"format": 1, "id": "p", "inputs": [{"name": "ip", "type": "string"}], "tasks": tasks, "links": links})
    }

    fn rehearsed(document: &Json, rehearsal: Json) -> Rehearsed {
        rehearse(document, &rehearsal, &Catalog::default(), at(), "UTC").unwrap()
    }

    fn task<'a>(run: &'a Rehearsed, id: &str) -> &'a TaskReport {
        run.run.report.tasks.iter().find(|task| task.id == id).unwrap()
    }

    #[test]
    fn replies_are_given_one_per_attempt_and_backoff_passes_on_the_simulated_clock() {
        let look = document(
            json!({"look": action("vendor", json!({"retry": {"attempts": 3, "backoff": "2s"}}))}),
            json!([{"from": "start", "to": "look"}]),
        );
        let run = rehearsed(
            &look,
            json!({"input": {"ip": "1.2.3.4"}, "replies": {"look": [
                {"error": {"code": "APP-429", "message": "slow down"}, "retry_after_s": 15}, {"output": {"score": 3}, "delay_s": 1.5}]},
                "expect": {"status": "done", "exit": 0, "tasks": {"look": {"attempts": 2, "output": {"score": 3}}}}}),
        );
        assert_eq!(run.differences, []);
        assert_eq!(run.run.report.ended_at, Some(at() + TimeDelta::milliseconds(16_500)));
    }

    #[test]
    fn a_reply_that_matches_the_input_is_taken() {
        let look = document(json!({"look": action("vendor", json!({}))}), json!([{"from": "start", "to": "look"}]));
        let replies =
            json!({"look": [{"match": {"ip": "9.9.9.9"}, "output": 1}, {"match": {"ip": "1.2.3.4"}, "output": 2}, {"output": 3}]});
        for (ip, output) in [("1.2.3.4", 2), ("9.9.9.9", 1), ("5.5.5.5", 3)] {
            let run = rehearsed(&look, json!({"input": {"ip": ip}, "replies": replies}));
            assert_eq!(task(&run, "look").output, json!(output), "{ip}");
        }
    }

    #[test]
    fn a_task_without_a_reply_does_not_touch_the_network() {
        let look = document(json!({"look": action("vendor", json!({}))}), json!([{"from": "start", "to": "look"}]));
        let run = rehearsed(&look, json!({}));
        assert_eq!((run.run.exit, task(&run, "look").error.as_ref().unwrap().code.as_str()), (1, "RUN-NO-REPLY"));
    }

    #[test]
    fn a_question_without_a_deadline_stays_and_one_with_it_expires() {
        let ask = |deadline: Json| {
            let mut approval = json!({"type": "approval", "question": "Block {{ ip }}?"});
            approval.as_object_mut().unwrap().extend(deadline.as_object().unwrap().clone());
            document(
                json!({"ask": approval, "late": {"type": "formula", "variable": "late", "expression": "true"}, "yes": {"type": "formula", "variable": "yes", "expression": "true"}}),
                json!([{"from": "start", "to": "ask"}, {"from": "ask", "outcome": "approved", "to": "yes"}, {"from": "ask", "outcome": "expired", "to": "late"}]),
            )
        };
        let waiting =
            rehearsed(&ask(json!({})), json!({"expect": {"status": "waiting", "exit": 3, "tasks": {"ask": "waiting", "yes": "pending"}}}));
        assert_eq!(waiting.differences, []);
        let expired =
            rehearsed(&ask(json!({"deadline": "2h"})), json!({"expect": {"status": "done", "exit": 0, "variables": {"late": true}}}));
        assert_eq!(expired.differences, []);
        assert_eq!(expired.run.report.ended_at, Some(at() + TimeDelta::hours(2)));
        let answered = rehearsed(
            &ask(json!({})),
            json!({"answers": {"ask": {"approved": true}}, "expect": {"order": ["ask", "yes"], "variables": {"yes": true}}}),
        );
        assert_eq!(answered.differences, []);
    }

    #[test]
    fn an_answer_of_the_wrong_kind_is_refused() {
        let ask = document(
            json!({"ask": {"type": "input", "question": "?", "kind": "boolean", "variable": "v"}}),
            json!([{"from": "start", "to": "ask"}]),
        );
        let answers = json!({"answers": {"ask": {"value": "perhaps"}}});
        assert_eq!(rehearse(&ask, &answers, &Catalog::default(), at(), "UTC").unwrap_err().code, "ENGINE-ANSWER");
    }

    #[test]
    fn differences_say_where_what_was_expected_and_what_came() {
        let run = rehearsed(
            &document(json!({"f": {"type": "formula", "variable": "x", "expression": "1 + 1"}}), json!([{"from": "start", "to": "f"}])),
            json!({"expect": {"status": "failed", "exit": 1, "order": ["f", "g"], "tasks": {"f": "skipped", "g": "done"}, "variables": {"x": 3}}}),
        );
        let lines: Vec<String> = run.differences.iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "status: expected \"failed\", found \"done\"",
                "exit: expected 1, found 0",
                "order: expected [\"f\",\"g\"], found [\"f\"]",
                "tasks.f.status: expected \"skipped\", found \"done\"",
                "tasks.g: expected \"done\", found null",
                "variables.x: expected 3, found 2",
            ]
        );
    }

    #[test]
    fn the_shipped_playbooks_pass_their_rehearsals() {
        let registry = apps::Registry::bundled();
        let connections = apps::sample::connections(&registry);
        let catalog = registry.catalog(&connections);
        for shipped in apps::shipped::PLAYBOOKS {
            let document = serde_json::from_str(shipped.document).unwrap();
            let rehearsal = serde_json::from_str(shipped.rehearsal).unwrap();
            let run =
                rehearse(&document, &rehearsal, &catalog, at(), "Asia/Seoul").unwrap_or_else(|error| panic!("{}: {error}", shipped.id));
            assert!(
                run.differences.is_empty(),
                "{}: {:#?}",
                shipped.id,
                run.differences.iter().map(ToString::to_string).collect::<Vec<_>>()
            );
        }
    }
}
