//! Simulated runs: a playbook with recorded replies, on a clock that jumps; and rehearsals, which compare such a run with what is expected.
//!
//! Nothing here touches the network, the disk or the real clock (DESIGN.md, section 7, "Replies").

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::TimeDelta;
use engine::message::{ChildCall, CommandCall, Effect, Event, Question, TaskError, TaskRun, What};
use engine::{Answer, Plan, PlanOptions, Start, State};
use indexmap::IndexMap;
use playbook::catalog::OWN_APP;
use playbook::document::Input;
use playbook::{Catalog, CheckOptions};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use types::{Diagnostic, Error, ExecutionStatus, TaskId, TaskStatus, Text, Time};
use wire::execution::ExecutionDetail;

use crate::actor::tagged;
use crate::calls::rests;
use crate::operation::execution::check_inputs;

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

    /// The reply to an attempt: where replies say what they match, the first that does; otherwise one per attempt, the last one repeats.
    fn to(&self, key: &str, attempt: u32, input: &Json) -> Option<&Reply> {
        let replies = self.replies.get(key)?;
        if replies.iter().any(|reply| reply.matching.is_some()) {
            return replies.iter().find(|reply| reply.matching.as_ref().is_none_or(|matching| is_subset(matching, input)));
        }
        let position = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
        replies.get(position).or(replies.last())
    }
}

/// Playbooks that a simulated run may call: their documents by id.
pub type Library = HashMap<String, Json>;

/// Collects the playbooks that a document calls, and those that they call in turn; what `find` does not find is left out.
pub fn library(document: &Json, mut find: impl FnMut(&str) -> Option<Json>) -> Library {
    let mut library = Library::new();
    let mut next: Vec<String> = called(document);
    while let Some(id) = next.pop() {
        if library.contains_key(&id) {
            continue;
        }
        if let Some(found) = find(&id) {
            next.extend(called(&found));
            library.insert(id, found);
        }
    }
    library
}

/// Returns the ids of the playbooks that a document calls.
pub fn called(document: &Json) -> Vec<String> {
    let tasks = document.get("tasks").and_then(Json::as_object);
    let calls = tasks.into_iter().flat_map(Map::values).filter(|task| task["type"] == "call");
    calls.filter_map(|task| task["playbook"].as_str().map(str::to_owned)).collect()
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
    /// The playbooks that can be called, see [`library`].
    pub library: &'a Library,
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
    /// The executions that call tasks started, in the order in which they did.
    pub called: Vec<RunReport>,
    /// The exit code: 0 done, 1 failed or cancelled, 3 waiting, paused or needs review.
    pub exit: u8,
    /// The tasks that ended done or failed, in the order in which they did; those of called playbooks as `PLAYBOOK:TASK`.
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

/// Runs a document as [`simulate`] does, and tells a watcher of every move of it; called executions are not told.
pub(crate) fn simulate_watched(simulation: &Simulation<'_>, watcher: Option<&mut dyn Watcher>) -> Result<Simulated, Error> {
    let (document, diagnostics) = playbook::diagnose(simulation.document, simulation.catalog, CheckOptions { replies: true });
    let id = document.playbook.id.clone();
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(crate::error::invalid_playbook(id.as_str(), &diagnostics));
    }
    let plan = Plan::new(&document.playbook, simulation.catalog, PlanOptions { allow_unknown: true })
        .map_err(|diagnostics| crate::error::invalid_playbook(id.as_str(), &diagnostics))?;
    check_inputs(&document.playbook.inputs, simulation.input, None)?;
    let input = simulation.input.iter().map(|(name, value)| (name.clone(), tagged(value))).collect();
    let mut world = World {
        simulation,
        runs: Vec::new(),
        playbooks: HashMap::new(),
        now: simulation.at,
        next: BTreeMap::new(),
        number: 0,
        order: Vec::new(),
        ended: HashSet::new(),
        used: HashSet::new(),
        warnings: diagnostics,
        watcher,
    };
    let started = world.begin(id.as_str(), Arc::new(plan), input, None);
    world.take(started)?;
    world.come_to_rest()?;
    Ok(world.finish())
}

/// At one moment results come before timers: an attempt that takes exactly as long as its timeout has made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Result,
    Timer,
}

/// The moment of an event that is planned, and its place among those of the same moment.
type Moment = (Time, Rank, u64);

/// One execution: that of the document, or one that a call task started.
struct Run {
    playbook: String,
    plan: Arc<Plan>,
    state: State,
    timers: HashMap<u32, Moment>,
    /// The execution that called it, with its task and the invocation.
    caller: Option<(usize, TaskId, u32)>,
    /// What its caller knows of its status.
    told: ExecutionStatus,
}

/// A playbook that can be called: ready to run, or why it cannot.
type Callable = Result<(Arc<Plan>, Vec<Input>), TaskError>;

struct World<'a, 'w> {
    simulation: &'a Simulation<'a>,
    /// The first one is that of the document.
    runs: Vec<Run>,
    playbooks: HashMap<String, Callable>,
    now: Time,
    /// What will happen, in the order in which it does.
    next: BTreeMap<Moment, (usize, What)>,
    number: u64,
    order: Vec<TaskId>,
    ended: HashSet<(usize, TaskId)>,
    /// Replies and answers that were used.
    used: HashSet<String>,
    warnings: Vec<Diagnostic>,
    watcher: Option<&'w mut dyn Watcher>,
}

impl World<'_, '_> {
    /// Adds an execution and returns the event that starts it.
    fn begin(
        &mut self,
        playbook: &str,
        plan: Arc<Plan>,
        input: IndexMap<String, Json>,
        call: Option<(usize, &ChildCall)>,
    ) -> (usize, What) {
        let zone = self.simulation.zone.to_owned();
        let depth = call.map_or(0, |(_, call)| call.depth);
        let what = plan.start(Start { input, zone, by: "rehearsal".to_owned(), depth, ..Start::default() });
        let caller = call.map(|(caller, call)| (caller, call.task.clone(), call.invocation));
        let state = State::new(&plan);
        self.runs.push(Run { playbook: playbook.to_owned(), plan, state, timers: HashMap::new(), caller, told: ExecutionStatus::Queued });
        (self.runs.len() - 1, what)
    }

    fn come_to_rest(&mut self) -> Result<(), Error> {
        for _ in 0..EVENTS {
            let Some(((at, _, _), event)) = self.next.pop_first() else { return Ok(()) };
            self.now = at;
            self.take(event)?;
        }
        let error = Error::new("RUN-TOO-LONG", "모의 실행이 끝나지 않습니다.", "The simulated run does not come to an end.");
        Err(error.hint("재시도와 대기를 줄이십시오.", "Reduce its retries and waits."))
    }

    /// Takes an event and everything that follows from it at the same moment: answers given ahead, calls, their ends.
    fn take(&mut self, event: (usize, What)) -> Result<(), Error> {
        let mut waiting = vec![event];
        while let Some((index, what)) = waiting.pop() {
            let is_answer = matches!(what, What::QuestionAnswered { .. });
            let event = Event { at: self.now, what };
            let run = &mut self.runs[index];
            let step = engine::step(&run.plan, &mut run.state, &event);
            match step.ignored {
                // An answer that the question does not take is a wrong input of the person who wrote it.
                Some(error) if is_answer => return Err(error),
                // A result after its timeout, a timer that was cleared at the same moment.
                Some(_) => continue,
                None => {}
            }
            for task in step.changed {
                self.moved(index, &task);
            }
            for effect in step.effects {
                waiting.extend(self.perform(index, effect));
            }
            waiting.extend(self.report(index));
        }
        Ok(())
    }

    fn moved(&mut self, index: usize, task: &TaskId) {
        let run = &self.runs[index];
        if let (0, Some(watcher)) = (index, &mut self.watcher) {
            watcher.moved(&run.plan, &run.state, self.now, task);
        }
        let status = run.state.task_run(&run.plan, task).map(|run| run.status);
        if matches!(status, Some(TaskStatus::Done | TaskStatus::Failed)) && self.ended.insert((index, task.clone())) {
            self.order.push(if index == 0 { task.clone() } else { TaskId::new(format!("{}:{task}", run.playbook)) });
        }
    }

    /// What a called execution tells its caller.
    fn report(&mut self, index: usize) -> Option<(usize, What)> {
        let run = &mut self.runs[index];
        let (caller, task, invocation) = run.caller.clone()?;
        let status = run.state.status();
        if status == run.told {
            return None;
        }
        let told = std::mem::replace(&mut run.told, status);
        let what = if status.is_final() {
            let error = run.state.failure(&run.plan).map(|(_, error)| error.clone());
            What::ChildEnded { task, invocation, execution: None, version: None, status, variables: run.state.variables(), error }
        } else if rests(status) || rests(told) {
            What::ChildMoved { task, invocation, status }
        } else {
            return None;
        };
        Some((caller, what))
    }

    fn perform(&mut self, index: usize, effect: Effect) -> Option<(usize, What)> {
        match effect {
            Effect::RunTask { task, attempt, call } => {
                let has_reply = self.reply_key(index, task.as_str()).is_some();
                if let (0, false, Some(watcher)) = (index, has_reply || call.app == OWN_APP, &mut self.watcher)
                    && watcher.holds(&task, &call)
                {
                    return None;
                }
                let (delay, result) = self.reply(index, &task, attempt, &call.parameters);
                let what = match result.unwrap_or_else(|| without_reply(&task, &call)) {
                    Ok(output) => What::TaskSucceeded { task, attempt, output },
                    Err(error) => What::TaskFailed { task, attempt, error },
                };
                self.plan_for(self.now + delay, Rank::Result, index, what);
            }
            Effect::SetTimer { timer, at } => {
                let moment = self.plan_for(at, Rank::Timer, index, What::TimerFired { timer });
                self.runs[index].timers.insert(timer, moment);
            }
            Effect::ClearTimer { timer } => {
                if let Some(moment) = self.runs[index].timers.remove(&timer) {
                    self.next.remove(&moment);
                }
            }
            Effect::Ask { question } => {
                let Some((key, answer)) = self.answer_to(index, question.task.as_str()) else {
                    if let (0, Some(watcher)) = (index, &mut self.watcher) {
                        watcher.asked(&question);
                    }
                    return None;
                };
                self.used.insert(format!("answer {key}"));
                return Some((index, What::QuestionAnswered { question: question.number, answer, by: "rehearsal".to_owned() }));
            }
            Effect::StartChild { child } => return self.call(index, &child),
            Effect::CancelChild { task, invocation } => {
                let called = |run: &Run| {
                    run.caller.as_ref().is_some_and(|(caller, by, number)| (*caller, by, *number) == (index, &task, invocation))
                };
                return self.runs.iter().position(called).map(|child| (child, What::Cancelled { by: "rehearsal".to_owned() }));
            }
            // Nobody pauses a simulated run, and a late result of an attempt that was given up is ignored by the machine itself.
            Effect::PauseChild { .. } | Effect::ResumeChild { .. } => {}
            Effect::Abandon { .. } | Effect::Withdraw { .. } | Effect::Finish { .. } => {}
        }
        None
    }

    /// Starts what a call task calls: its reply where it has one, else the playbook itself.
    fn call(&mut self, index: usize, child: &ChildCall) -> Option<(usize, What)> {
        let ended = |result: Result<Json, TaskError>| {
            let (status, variables, error) = match result {
                Ok(output) => (ExecutionStatus::Done, output.as_object().cloned().unwrap_or_default(), None),
                Err(error) => (ExecutionStatus::Failed, Map::new(), Some(error)),
            };
            let (task, invocation) = (child.task.clone(), child.invocation);
            What::ChildEnded { task, invocation, execution: None, version: None, status, variables, error }
        };
        let plain =
            |(name, value): (&String, &Json)| (name.clone(), expression::Value::from_tagged_json(value).to_json(chrono_tz::Tz::UTC));
        let inputs: Map<String, Json> = child.inputs.iter().map(plain).collect();
        let (delay, reply) = self.reply(index, &child.task, child.invocation, &inputs);
        if let Some(result) = reply {
            self.plan_for(self.now + delay, Rank::Result, index, ended(result));
            return None;
        }
        let playbook = child.playbook.as_str();
        let ready = self.callable(playbook).and_then(|(plan, wanted)| {
            let tagged = child.inputs.clone().into_iter().collect();
            check_inputs(&wanted, &tagged, None).map_err(|error| crate::error::to_task(&error))?;
            Ok(plan)
        });
        match ready {
            Ok(plan) => Some(self.begin(playbook, plan, child.inputs.clone(), Some((index, child)))),
            Err(error) => {
                self.plan_for(self.now, Rank::Result, index, ended(Err(error)));
                None
            }
        }
    }

    fn callable(&mut self, playbook: &str) -> Callable {
        if let Some(known) = self.playbooks.get(playbook) {
            return known.clone();
        }
        let callable = self.read_callable(playbook);
        self.playbooks.insert(playbook.to_owned(), callable.clone());
        callable
    }

    fn read_callable(&self, playbook: &str) -> Callable {
        let Some(json) = self.simulation.library.get(playbook) else {
            let ko = format!("호출할 플레이북 {playbook}을(를) 찾을 수 없고, 이 태스크의 회신도 없습니다.");
            let en = format!("The called playbook {playbook} is not found, and the replies hold none for its task.");
            return Err(TaskError::new("NOT-FOUND", Text::both(ko, en)));
        };
        let (document, diagnostics) = playbook::diagnose(json, self.simulation.catalog, CheckOptions { replies: true });
        let invalid = |diagnostics: &[Diagnostic]| crate::error::to_task(&crate::error::invalid_playbook(playbook, diagnostics));
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(invalid(&diagnostics));
        }
        let plan = Plan::new(&document.playbook, self.simulation.catalog, PlanOptions { allow_unknown: true })
            .map_err(|diagnostics| invalid(&diagnostics))?;
        Ok((Arc::new(plan), document.playbook.inputs))
    }

    fn plan_for(&mut self, at: Time, rank: Rank, index: usize, what: What) -> Moment {
        self.number += 1;
        let moment = (at, rank, self.number);
        self.next.insert(moment, (index, what));
        moment
    }

    /// The keys under which replies and answers for a task may stand; one without a playbook is for the document that runs.
    fn keys(&self, index: usize, task: &str) -> Vec<String> {
        let qualified = format!("{}:{task}", self.runs[index].playbook);
        if index == 0 { vec![qualified, task.to_owned()] } else { vec![qualified] }
    }

    fn reply_key(&self, index: usize, task: &str) -> Option<String> {
        self.keys(index, task).into_iter().find(|key| self.simulation.replies.replies.contains_key(key))
    }

    fn answer_to(&self, index: usize, task: &str) -> Option<(String, Answer)> {
        let answers = self.simulation.answers;
        self.keys(index, task).into_iter().find_map(|key| answers.get(&key).cloned().map(|answer| (key, answer)))
    }

    fn reply(
        &mut self,
        index: usize,
        task: &TaskId,
        attempt: u32,
        input: &Map<String, Json>,
    ) -> (TimeDelta, Option<Result<Json, TaskError>>) {
        let Some(key) = self.reply_key(index, task.as_str()) else { return (TimeDelta::zero(), None) };
        let replies = self.simulation.replies;
        let Some(reply) = replies.to(&key, attempt, &Json::Object(input.clone())) else { return (TimeDelta::zero(), None) };
        self.used.insert(format!("reply {key}"));
        let result = match &reply.error {
            Some(error) => Err(TaskError {
                code: error.code.clone(),
                message: error.message.as_str().into(),
                retry_after_ms: reply.retry_after_s.map(|seconds| (seconds * 1000.0) as i64),
            }),
            None => Ok(reply.output.clone().unwrap_or_default()),
        };
        (TimeDelta::milliseconds((reply.delay_s.unwrap_or_default() * 1000.0) as i64), Some(result))
    }

    fn finish(mut self) -> Simulated {
        let given = self
            .simulation
            .replies
            .replies
            .keys()
            .map(|key| ("reply", key))
            .chain(self.simulation.answers.keys().map(|key| ("answer", key)));
        for (kind, key) in given {
            let (playbook, task) = key.rsplit_once(':').map_or((None, key.as_str()), |(playbook, task)| (Some(playbook), task));
            let knows = |(index, run): (usize, &Run)| {
                playbook.map_or(index == 0, |playbook| playbook == run.playbook) && run.plan.task_ids().any(|known| known.as_str() == task)
            };
            let is_called = playbook.is_some_and(|playbook| {
                self.simulation.library.get(playbook).is_some_and(|document| document["tasks"].get(task).is_some())
            });
            if !self.used.contains(&format!("{kind} {key}")) && !is_called && !self.runs.iter().enumerate().any(knows) {
                let ko = format!("{key}: 이런 태스크가 없어 쓰이지 않았습니다 ({kind}).");
                self.warnings.push(Diagnostic::warning("RUN-UNUSED", ko, format!("There is no task {key}; its {kind} was not used.")));
            }
        }
        let report = self.runs[0].report();
        let called = self.runs[1..].iter().map(Run::report).collect();
        Simulated { exit: exit_code(report.status), report, called, order: self.order, warnings: self.warnings }
    }
}

impl Run {
    fn report(&self) -> RunReport {
        RunReport {
            execution: None,
            playbook: self.playbook.clone(),
            version: None,
            status: self.state.status(),
            started_at: self.state.started_at(),
            ended_at: self.state.ended_at(),
            variables: self.state.variables(),
            tasks: self.state.task_runs(&self.plan).into_iter().map(TaskReport::from).collect(),
        }
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
pub fn rehearse(document: &Json, rehearsal: &Json, catalog: &Catalog, library: &Library, at: Time, zone: &str) -> Result<Rehearsed, Error> {
    let rehearsal: Rehearsal = serde_json::from_value(rehearsal.clone()).map_err(|error| unreadable("rehearsal", &error))?;
    let replies = match &rehearsal.replies {
        Json::Null => Replies::default(),
        replies => Replies::read(&json!({"replies": replies}))?,
    };
    let (input, answers) = (&rehearsal.input, &rehearsal.answers);
    let simulation = Simulation { document, input, answers, replies: &replies, catalog, library, at, zone };
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
        // Of a called playbook, what its last execution did.
        let found = match task.split_once(':') {
            Some((playbook, task)) => {
                let last = run.called.iter().rev().find(|called| called.playbook == playbook);
                last.and_then(|called| called.tasks.iter().find(|found| found.id == task))
            }
            None => run.report.tasks.iter().find(|found| found.id == *task),
        };
        let Some(found) = found else {
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
        rehearse(document, &rehearsal, &Catalog::default(), &Library::new(), at(), "UTC").unwrap()
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
        assert_eq!(rehearse(&ask, &answers, &Catalog::default(), &Library::new(), at(), "UTC").unwrap_err().code, "ENGINE-ANSWER");
    }

    fn caller() -> Json {
        document(
            json!({"all": {"type": "call", "playbook": "other", "inputs": {"ip": "{{ one }}"},
                "each": {"variable": "one", "in": "[ip, \"9.9.9.9\"]", "concurrency": 2, "on_failure": "collect"},
                "assign": {"failed": "output.failed", "scores": "map(output.items, i => i.variables.score)"}}}),
            json!([{"from": "start", "to": "all"}]),
        )
    }

    fn other() -> Json {
        let mut other = document(
            json!({"look": action("vendor", json!({"assign": {"score": "output.score"}})), "sure": {"type": "approval", "question": "{{ ip }}?"}}),
            json!([{"from": "start", "to": "look"}, {"from": "look", "to": "sure"}]),
        );
        other["id"] = json!("other");
        other
    }

    fn called_with(rehearsal: Json) -> Rehearsed {
        let library = library(&caller(), |id| (id == "other").then(other));
        rehearse(&caller(), &rehearsal, &Catalog::default(), &library, at(), "UTC").unwrap()
    }

    #[test]
    fn called_playbooks_run_with_their_own_replies_and_answers() {
        let run = called_with(json!({
            "input": {"ip": "1.2.3.4"},
            "answers": {"other:sure": {"approved": true}},
            "replies": {"other:look": [{"match": {"ip": "9.9.9.9"}, "error": {"code": "APP-500"}, "delay_s": 1}, {"output": {"score": 4}, "delay_s": 3}]},
            "expect": {"status": "done", "variables": {"failed": 1, "scores": [4, null]}, "order": ["other:look", "other:sure", "all"],
                "tasks": {"all": "done", "other:look": {"status": "failed", "error": {"code": "APP-500"}}}},
        }));
        assert_eq!(run.differences, []);
        let called: Vec<_> = run.run.called.iter().map(|called| (called.playbook.as_str(), called.status)).collect();
        assert_eq!(called, [("other", ExecutionStatus::Done), ("other", ExecutionStatus::Failed)]);
        assert_eq!(run.run.report.ended_at, Some(at() + TimeDelta::seconds(3)));
    }

    #[test]
    fn an_answer_without_a_playbook_is_not_for_a_called_one() {
        let replies = json!({"other:look": [{"output": {"score": 4}}]});
        let run = called_with(json!({"input": {"ip": "1.2.3.4"}, "answers": {"sure": {"approved": true}}, "replies": replies}));
        assert_eq!((run.run.report.status, run.run.exit), (ExecutionStatus::Waiting, 3));
        assert_eq!(run.run.warnings.iter().filter(|warning| warning.code == "RUN-UNUSED").count(), 1);
    }

    #[test]
    fn a_call_may_have_a_reply_of_its_own() {
        let rehearsal = json!({"input": {"ip": "1.2.3.4"}, "replies": {"all": [{"match": {"ip": "9.9.9.9"}, "output": {"score": 1}}, {"output": {"score": 2}}]},
            "expect": {"status": "done", "variables": {"scores": [2, 1], "failed": 0}}});
        assert_eq!(rehearse(&caller(), &rehearsal, &Catalog::default(), &Library::new(), at(), "UTC").unwrap().differences, []);
    }

    #[test]
    fn a_playbook_that_is_not_found_fails_its_call() {
        let mut caller = caller();
        caller["tasks"]["all"]["each"]["on_failure"] = json!("stop");
        let run = rehearsed(&caller, json!({"input": {"ip": "1.2.3.4"}}));
        assert_eq!((run.run.exit, task(&run, "all").error.as_ref().unwrap().code.as_str()), (1, "ENGINE-CALL-FAILED"));
    }

    #[test]
    fn a_playbook_that_calls_itself_ends() {
        let mut endless = document(json!({"again": {"type": "call", "playbook": "p"}}), json!([{"from": "start", "to": "again"}]));
        endless["inputs"] = json!([]);
        let library = library(&endless, |_| Some(endless.clone()));
        let run = rehearse(&endless, &json!({}), &Catalog::default(), &library, at(), "UTC").unwrap();
        assert_eq!((run.run.report.status, run.run.called.len()), (ExecutionStatus::Failed, 8));
    }

    #[test]
    fn mails_and_queries_take_their_replies() {
        let mail = json!({"type": "email", "to": "a@example.com", "subject": "{{ ip }}", "body": "b"});
        let query = json!({"type": "query", "source": "events", "query": "select 1", "assign": {"n": "output.n"}});
        let run = rehearsed(
            &document(json!({"m": mail, "q": query}), json!([{"from": "start", "to": "m"}, {"from": "m", "to": "q"}])),
            json!({"input": {"ip": "1.2.3.4"}, "replies": {"m": [{"output": {"message_id": "1"}}], "q": [{"output": {"columns": ["n"], "rows": [{"n": 3}]}}]},
                "expect": {"status": "done", "variables": {"n": 3}, "tasks": {"m": {"input": {"subject": "1.2.3.4", "to": ["a@example.com"]}}}}}),
        );
        assert_eq!(run.differences, []);
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
            let shipped_document =
                |id: &str| apps::shipped::PLAYBOOKS.iter().find(|shipped| shipped.id == id).map(|shipped| shipped.document);
            let library = library(&document, |id| serde_json::from_str(shipped_document(id)?).ok());
            let run = rehearse(&document, &rehearsal, &catalog, &library, at(), "Asia/Seoul")
                .unwrap_or_else(|error| panic!("{}: {error}", shipped.id));
            assert!(
                run.differences.is_empty(),
                "{}: {:#?}",
                shipped.id,
                run.differences.iter().map(ToString::to_string).collect::<Vec<_>>()
            );
        }
    }
}
