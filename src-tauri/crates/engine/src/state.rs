//! Where one execution stands, and what can be asked about it.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;

use chrono::DateTime;
use chrono_tz::Tz;
use expression::{Context, Map, Scope, Value};
use indexmap::IndexMap;
use playbook::{Outcome, ValueType};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use types::{ExecutionId, ExecutionStatus, Language, TaskId, TaskStatus, Time};

use crate::message::{Attempt, ChildCall, CommandCall, CommandFacts, Effect, Question, QuestionNumber, TaskError, TaskRun, TimerNumber};
use crate::plan::{Calling, Plan, PlannedTask, Work};

/// What became of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkFate {
    /// Not known yet.
    Open,
    /// Its outcome happened.
    Fired,
    /// It cannot happen any more.
    Dead,
}

/// Where one execution stands; the same journal always gives the same state.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub(crate) started_at: Option<Time>,
    pub(crate) ended_at: Option<Time>,
    pub(crate) ended: Option<ExecutionStatus>,
    pub(crate) ending: Option<Ending>,
    pub(crate) failure: Option<usize>,
    pub(crate) paused: bool,
    pub(crate) act_alone: bool,
    /// The language of what leaves the program.
    pub(crate) language: Language,
    /// How many call tasks stand above it.
    pub(crate) depth: u32,
    /// `now` is the time of the newest event.
    pub(crate) context: Context,
    pub(crate) seed: u64,
    /// Evaluations so far; each draws its own random numbers.
    pub(crate) evaluations: u64,
    pub(crate) inputs: Value,
    pub(crate) variables: Map,
    /// `tasks` of the expressions: outputs and errors of the tasks that some expression reads.
    pub(crate) results: Value,
    pub(crate) tasks: Vec<TaskState>,
    pub(crate) links: Vec<LinkFate>,
    pub(crate) timers: BTreeMap<TimerNumber, Timer>,
    pub(crate) newest_timer: TimerNumber,
    /// Every question so far; question number n stands at n - 1.
    pub(crate) questions: Vec<Asked>,
    /// The commands that people released.
    pub(crate) released: Vec<(usize, CommandCall)>,
    /// Tasks that need nothing from outside and are ready; they go first, so that a failure among them starts no effect.
    pub(crate) ready_pure: VecDeque<usize>,
    /// The other tasks that are ready.
    pub(crate) ready: VecDeque<usize>,
    /// How many tasks have each status, by the number of the status.
    pub(crate) counts: [u32; 8],
    /// Tasks in the order in which they began.
    pub(crate) begun: Vec<usize>,
}

/// Why no new task starts any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Failed,
    Cancelled,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TaskState {
    pub(crate) status: TaskStatus,
    pub(crate) phase: Phase,
    /// Incoming links whose fate is not known.
    pub(crate) open: u32,
    /// Incoming links that fired.
    pub(crate) fired: u32,
    pub(crate) facts: CommandFacts,
    pub(crate) attempts: u32,
    /// Attempts that do not count against the retry: those done again after an interruption.
    pub(crate) uncounted: u32,
    pub(crate) started_at: Option<Time>,
    pub(crate) ended_at: Option<Time>,
    pub(crate) call: Option<Box<CommandCall>>,
    pub(crate) question: Option<QuestionNumber>,
    pub(crate) seconds: Option<f64>,
    pub(crate) output: Value,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) error: Option<Box<TaskError>>,
    pub(crate) history: Vec<Attempt>,
    pub(crate) answered_by: Option<Box<str>>,
    /// What a call task has started.
    pub(crate) calls: Option<Box<Calls>>,
    /// The recorded input of a task whose result was taken over.
    pub(crate) carried: Option<Box<Json>>,
    /// Changed within the current step.
    pub(crate) is_touched: bool,
}

/// The items of a call task and the executions that it waits for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Calls {
    /// One for a call that runs once.
    pub(crate) items: Vec<Item>,
    /// The first item that may not have been started in this attempt.
    pub(crate) next: usize,
    /// The number of the newest invocation.
    pub(crate) newest: u32,
    /// The executions that have not ended, by their invocation.
    pub(crate) open: BTreeMap<u32, Child>,
    /// Why no further item starts.
    pub(crate) stop: Option<Stop>,
    /// It stands in the queue of what goes on after a pause.
    pub(crate) is_queued: bool,
}

/// One item of a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) value: Value,
    pub(crate) inputs: IndexMap<String, Json>,
    pub(crate) end: Option<ItemEnd>,
}

/// How an item's execution ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ItemEnd {
    pub(crate) execution: Option<ExecutionId>,
    pub(crate) status: ExecutionStatus,
    pub(crate) variables: Value,
    pub(crate) error: Option<TaskError>,
}

/// An execution that a call waits for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Child {
    pub(crate) item: usize,
    pub(crate) status: ExecutionStatus,
    /// Paused by us, so resumed by us.
    pub(crate) held: bool,
    pub(crate) cancelled: bool,
}

/// Why a call starts no further item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stop {
    /// The attempt failed: a child did, or its time was up.
    Failed(TaskError),
    /// The execution ends.
    Ending,
}

/// What a task is doing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Phase {
    /// Its links have not decided yet.
    Idle,
    /// It may begin; while the execution is paused it stands in the queue.
    Ready,
    /// Its next attempt may start.
    Cleared,
    /// An attempt is under way at the host.
    InFlight { timeout: Option<TimerNumber> },
    /// Executions that it started are under way.
    Calling { timeout: Option<TimerNumber> },
    /// It waits before its next attempt.
    BackingOff { timer: TimerNumber, until: Time },
    /// It waits because that is its work.
    Sleeping { timer: TimerNumber, until: Time },
    /// It asks a person.
    Asking { question: QuestionNumber, deadline: Option<TimerNumber> },
    /// It asks whether its destructive command may run.
    Gated { question: QuestionNumber },
    /// Nobody knows whether its last attempt happened.
    Reviewed,
    /// It has ended, or it was skipped.
    Over,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Timer {
    pub(crate) at: Time,
    pub(crate) task: usize,
    pub(crate) purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Timeout,
    Backoff,
    Wait,
    Deadline,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) task: usize,
    pub(crate) question: Question,
    pub(crate) end: Option<QuestionEnd>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum QuestionEnd {
    Answered { by: String, approved: Option<bool> },
    Expired,
    Withdrawn,
}

impl TaskState {
    fn new(open: u32, work: &Work) -> Self {
        Self {
            status: TaskStatus::Pending,
            phase: Phase::Idle,
            open,
            fired: 0,
            // What commands of apps are is written in the journal; mails and queries are what they are.
            facts: CommandFacts { idempotent: matches!(work, Work::Query(_)), destructive: false },
            attempts: 0,
            uncounted: 0,
            started_at: None,
            ended_at: None,
            call: None,
            question: None,
            seconds: None,
            output: Value::Null,
            outcome: None,
            error: None,
            history: Vec::new(),
            answered_by: None,
            calls: None,
            carried: None,
            is_touched: false,
        }
    }
}

impl State {
    /// Returns the state of an execution that has not started: every task pending, every link open.
    pub fn new(plan: &Plan) -> State {
        let mut counts = [0; 8];
        counts[TaskStatus::Pending as usize] = u32::try_from(plan.tasks.len()).unwrap_or(u32::MAX);
        State {
            started_at: None,
            ended_at: None,
            ended: None,
            ending: None,
            failure: None,
            paused: false,
            act_alone: false,
            language: Language::En,
            depth: 0,
            context: Context::new(DateTime::UNIX_EPOCH, Tz::UTC, "", 0),
            seed: 0,
            evaluations: 0,
            inputs: Value::map(Map::new()),
            variables: Map::new(),
            results: Value::map(Map::new()),
            tasks: plan.tasks.iter().map(|task| TaskState::new(task.incoming, &task.work)).collect(),
            links: vec![LinkFate::Open; plan.links.len()],
            timers: BTreeMap::new(),
            newest_timer: 0,
            questions: Vec::new(),
            released: Vec::new(),
            ready_pure: VecDeque::new(),
            ready: VecDeque::new(),
            counts,
            begun: Vec::new(),
        }
    }

    /// Returns where the execution stands.
    pub fn status(&self) -> ExecutionStatus {
        let has = |status: TaskStatus| self.counts[status as usize] > 0;
        if let Some(ended) = self.ended {
            ended
        } else if self.started_at.is_none() {
            ExecutionStatus::Queued
        } else if self.paused {
            ExecutionStatus::Paused
        } else if has(TaskStatus::Running) {
            ExecutionStatus::Running
        } else if has(TaskStatus::NeedsReview) {
            ExecutionStatus::NeedsReview
        } else if has(TaskStatus::Waiting) {
            ExecutionStatus::Waiting
        } else {
            ExecutionStatus::Running
        }
    }

    /// Returns when the execution started.
    pub fn started_at(&self) -> Option<Time> {
        self.started_at
    }

    /// Returns when the execution ended.
    pub fn ended_at(&self) -> Option<Time> {
        self.ended_at
    }

    /// Tells whether nothing new starts any more: it failed or was cancelled, and effects under way still have to report.
    pub fn is_ending(&self) -> bool {
        self.ending.is_some() && self.ended.is_none()
    }

    /// Returns every task of the plan, in the order of the document.
    pub fn task_runs(&self, plan: &Plan) -> Vec<TaskRun> {
        (0..plan.tasks.len()).map(|position| self.run_at(plan, position)).collect()
    }

    /// Returns one task.
    pub fn task_run(&self, plan: &Plan, task: &TaskId) -> Option<TaskRun> {
        Some(self.run_at(plan, plan.position(task)?))
    }

    /// Returns the fate of every link, in the order of the document.
    pub fn links(&self) -> &[LinkFate] {
        &self.links
    }

    /// Returns the variables as they stand, plain JSON.
    pub fn variables(&self) -> serde_json::Map<String, Json> {
        object(&self.variables, self.context.zone)
    }

    /// Returns the inputs with their defaults, plain JSON.
    pub fn input(&self) -> serde_json::Map<String, Json> {
        match &self.inputs {
            Value::Map(inputs) => object(inputs, self.context.zone),
            _ => serde_json::Map::new(),
        }
    }

    /// Returns the questions that wait for an answer, oldest first.
    pub fn open_questions(&self) -> Vec<Question> {
        self.questions.iter().filter(|asked| asked.end.is_none()).map(|asked| asked.question.clone()).collect()
    }

    /// Returns the command that a task sent or is about to send; for tasks that need review, what may have happened.
    pub fn call(&self, plan: &Plan, task: &TaskId) -> Option<&CommandCall> {
        self.tasks[plan.position(task)?].call.as_deref()
    }

    /// Returns what the catalog said about a task's command when the execution started.
    pub fn command_facts(&self, plan: &Plan, task: &TaskId) -> Option<CommandFacts> {
        Some(self.tasks[plan.position(task)?].facts)
    }

    /// Returns what the host has to take up again after a restart: attempts under way, timers, open questions.
    ///
    /// An attempt among them may have happened or not. A host that cannot tell reports it as interrupted instead of running it.
    /// A child among them may exist already, and may have ended: the host reports what it finds.
    pub fn pending_effects(&self, plan: &Plan) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (task, planned) in self.tasks.iter().zip(&plan.tasks) {
            if let (Phase::InFlight { .. }, Some(call)) = (task.phase, &task.call) {
                effects.push(Effect::RunTask { task: planned.id.clone(), attempt: task.attempts, call: (**call).clone() });
            }
        }
        for (position, planned) in plan.tasks.iter().enumerate() {
            if matches!(self.tasks[position].phase, Phase::Calling { .. }) {
                self.pending_children(planned, position, &mut effects);
            }
        }
        effects.extend(self.timers.iter().map(|(&timer, set)| Effect::SetTimer { timer, at: set.at }));
        effects.extend(self.open_questions().into_iter().map(|question| Effect::Ask { question }));
        effects
    }

    fn pending_children(&self, planned: &PlannedTask, position: usize, effects: &mut Vec<Effect>) {
        let Some(calls) = self.tasks[position].calls.as_deref() else { return };
        for (&invocation, child) in &calls.open {
            let task = || planned.id.clone();
            effects.extend(self.child_call(planned, position, invocation).map(|child| Effect::StartChild { child }));
            if child.cancelled {
                effects.push(Effect::CancelChild { task: task(), invocation });
            } else if child.held {
                effects.push(Effect::PauseChild { task: task(), invocation });
            }
        }
    }

    /// Returns what an open invocation of a call task starts.
    pub(crate) fn child_call(&self, planned: &PlannedTask, position: usize, invocation: u32) -> Option<ChildCall> {
        let Work::Call(calling) = &planned.work else { return None };
        let calls = self.tasks[position].calls.as_deref()?;
        let index = calls.open.get(&invocation)?.item;
        let item = calls.items.get(index)?;
        Some(ChildCall {
            task: planned.id.clone(),
            invocation,
            item: calling.each.as_ref().and_then(|_| u32::try_from(index).ok()),
            value: item.value.to_json(self.context.zone),
            playbook: calling.playbook.clone(),
            inputs: item.inputs.clone(),
            depth: self.depth + 1,
        })
    }

    /// Returns the task that a list shows for the execution: what needs a person first, else what runs, else what failed it.
    pub fn current_task<'p>(&self, plan: &'p Plan) -> Option<&'p TaskId> {
        let newest = |status: TaskStatus| self.begun.iter().rev().copied().find(|&position| self.tasks[position].status == status);
        let position = newest(TaskStatus::NeedsReview)
            .or_else(|| newest(TaskStatus::Waiting))
            .or_else(|| newest(TaskStatus::Running))
            .or(self.failure)?;
        Some(&plan.tasks[position].id)
    }

    /// Returns the task whose failure failed the execution, with its error.
    pub fn failure<'p>(&self, plan: &'p Plan) -> Option<(&'p TaskId, &TaskError)> {
        let position = self.failure?;
        Some((&plan.tasks[position].id, self.tasks[position].error.as_deref()?))
    }

    /// Returns the tasks that have begun, in the order in which they did.
    pub fn order<'p>(&self, plan: &'p Plan) -> Vec<&'p TaskId> {
        self.begun.iter().map(|&position| &plan.tasks[position].id).collect()
    }

    fn run_at(&self, plan: &Plan, position: usize) -> TaskRun {
        let (task, planned) = (&self.tasks[position], &plan.tasks[position]);
        let until = match task.phase {
            Phase::BackingOff { until, .. } | Phase::Sleeping { until, .. } => Some(until),
            _ => None,
        };
        TaskRun {
            id: planned.id.clone(),
            kind: planned.word.to_owned(),
            status: task.status,
            attempts: task.attempts,
            started_at: task.started_at,
            ended_at: task.ended_at,
            until,
            input: self.input_of(plan, position),
            output: task.output.to_json(self.context.zone),
            outcome: task.outcome,
            error: task.error.as_deref().cloned(),
            history: self.history_of(task),
            answered_by: task.answered_by.as_deref().map(str::to_owned),
            carried: task.carried.is_some(),
        }
    }

    /// What was rendered for a task; null until it begins.
    fn input_of(&self, plan: &Plan, position: usize) -> Json {
        let task = &self.tasks[position];
        if let Some(carried) = &task.carried {
            return (**carried).clone();
        }
        if task.attempts == 0 && task.question.is_none() && task.call.is_none() {
            return Json::Null;
        }
        match &plan.tasks[position].work {
            Work::Action(_) | Work::Email(_) | Work::Query(_) => {
                task.call.as_ref().map_or(Json::Null, |call| Json::Object(call.parameters.clone()))
            }
            Work::Branch { text, .. } => json!({"condition": text, "value": task.output.to_json(self.context.zone)}),
            Work::Formula { text, .. } => json!({"expression": text}),
            Work::Input(..) | Work::Approval(..) => task
                .question
                .and_then(|number| self.questions.get(number as usize - 1))
                .and_then(|asked| serde_json::to_value(&asked.question).ok())
                .unwrap_or_default(),
            Work::Wait { .. } => json!({"seconds": task.seconds.map(shortest)}),
            Work::Call(calling) => task.calls.as_deref().map(|calls| self.call_input(calling, calls)).unwrap_or_default(),
        }
    }

    fn call_input(&self, calling: &Calling, calls: &Calls) -> Json {
        let inputs = |item: &Item| -> Json {
            let plain = |(name, value): (&String, &Json)| (name.clone(), Value::from_tagged_json(value).to_json(self.context.zone));
            Json::Object(item.inputs.iter().map(plain).collect())
        };
        match (&calling.each, calls.items.as_slice()) {
            (None, [once]) => json!({"playbook": calling.playbook, "inputs": inputs(once)}),
            (_, items) => {
                let items = items.iter().map(|item| json!({"item": item.value.to_json(self.context.zone), "inputs": inputs(item)}));
                json!({"playbook": calling.playbook, "items": items.collect::<Vec<_>>()})
            }
        }
    }

    /// Only attempts of commands are kept one by one; every other task has at most one.
    fn history_of(&self, task: &TaskState) -> Vec<Attempt> {
        match task.started_at {
            Some(started_at) if task.history.is_empty() && task.attempts > 0 => {
                vec![Attempt { number: task.attempts, started_at, ended_at: task.ended_at, error: task.error.as_deref().cloned() }]
            }
            _ => task.history.clone(),
        }
    }

    /// Runs an evaluation with the names this execution has, and `output` where the task has just given it.
    pub(crate) fn evaluate<T>(&mut self, output: Option<&Value>, run: impl FnOnce(&dyn Scope, &Context) -> T) -> T {
        self.evaluate_with(output, None, run)
    }

    /// Runs an evaluation that sees an item of a list by the loop variable's name, too.
    pub(crate) fn evaluate_with<T>(
        &mut self,
        output: Option<&Value>,
        item: Option<(&str, &Value)>,
        run: impl FnOnce(&dyn Scope, &Context) -> T,
    ) -> T {
        self.evaluations += 1;
        self.context.seed = scramble(self.seed ^ scramble(self.evaluations));
        let names = Names { inputs: &self.inputs, results: &self.results, variables: &self.variables, output, item };
        run(&names, &self.context)
    }
}

/// The names an expression sees; nothing is copied.
struct Names<'a> {
    inputs: &'a Value,
    results: &'a Value,
    variables: &'a Map,
    output: Option<&'a Value>,
    item: Option<(&'a str, &'a Value)>,
}

impl Scope for Names<'_> {
    fn lookup(&self, name: &str) -> Option<&Value> {
        if let Some((variable, item)) = self.item
            && variable == name
        {
            return Some(item);
        }
        match name {
            "inputs" => Some(self.inputs),
            "tasks" => Some(self.results),
            "output" if self.output.is_some() => self.output,
            _ => self.variables.get(name).or_else(|| self.inputs.get(name)),
        }
    }
}

/// SplitMix64's finaliser: neighbouring numbers give unrelated seeds.
fn scramble(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Returns a value given as text with the type that was declared for it, where the text can be read so.
pub(crate) fn typed(kind: ValueType, value: Value) -> Value {
    let read = match (kind, &value) {
        (ValueType::Ip, Value::String(text)) => text.parse::<IpAddr>().ok().map(Value::ip),
        (ValueType::Date, Value::String(text)) => DateTime::parse_from_rfc3339(text).ok().map(|date| Value::date(date.to_utc())),
        _ => None,
    };
    read.unwrap_or(value)
}

/// Returns `{output, error}` as `tasks.ID` shows it.
pub(crate) fn result(output: &Value, error: Option<&TaskError>) -> Value {
    let error = error.map(|error| {
        let entries = [("code", error.code.as_str()), ("message", error.message.get(Language::En))];
        entries.into_iter().map(|(key, text)| (Arc::from(key), Value::from(text))).collect::<Map>()
    });
    Value::map(Map::from_iter([(Arc::from("output"), output.clone()), (Arc::from("error"), Value::from(error))]))
}

fn object(entries: &Map, zone: Tz) -> serde_json::Map<String, Json> {
    entries.iter().map(|(name, value)| (name.to_string(), value.to_json(zone))).collect()
}

/// Whole seconds are shown without a fraction, as they were written.
fn shortest(seconds: f64) -> Json {
    if seconds.fract() == 0.0 { json!(seconds as i64) } else { json!(seconds) }
}
