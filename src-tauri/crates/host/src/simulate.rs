//! Simulated runs: a playbook on a virtual clock with recorded replies; nothing touches the network (DESIGN.md, section 7).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use chrono::TimeDelta;
use engine::message::{Answer, CommandCall, Effect, Event, Question, TaskError, TaskRun, What};
use engine::{Plan, PlanOptions, State, step};
use expression::Value;
use indexmap::IndexMap;
use playbook::catalog::OWN_APP;
use playbook::{Catalog, CheckOptions};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use types::{Error, ExecutionStatus, TaskStatus, Time};

/// How far a simulated clock may run: nothing people wait for takes longer, and a reply may not hold a run for ever.
const HORIZON: TimeDelta = TimeDelta::days(3650);

/// One simulated run.
#[derive(Debug)]
pub struct Simulation<'a> {
    /// The playbook document.
    pub document: &'a Json,
    /// The version that the report names; 0 for a file.
    pub version: u32,
    /// The inputs by name, plain JSON.
    pub input: Map<String, Json>,
    /// Answers given ahead, by task or `PLAYBOOK:TASK`.
    pub answers: HashMap<String, Answer>,
    /// The replies: `{"replies": {TASK: [...]}}`, or that map itself.
    pub replies: &'a Json,
    /// What the commands are; apps that it does not know run from replies alone.
    pub catalog: &'a Catalog,
    /// When the simulated clock starts.
    pub start: Time,
    /// The IANA time zone for texts and dates.
    pub zone: String,
}

/// What a simulated run came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The playbook.
    pub playbook: String,
    /// Its version.
    pub version: u32,
    /// How it ended, or `waiting`.
    pub status: ExecutionStatus,
    /// When it started, simulated.
    pub started_at: Option<Time>,
    /// When it ended, simulated.
    pub ended_at: Option<Time>,
    /// The variables, plain JSON.
    pub variables: Map<String, Json>,
    /// Every task of the playbook.
    pub tasks: Vec<TaskRun>,
    /// The tasks that began, in order.
    pub order: Vec<String>,
    /// The questions that nobody answered.
    pub questions: Vec<Question>,
}

/// One recorded reply.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    #[serde(default)]
    output: Option<Json>,
    #[serde(default)]
    error: Option<RecordedError>,
    #[serde(default)]
    retry_after_s: Option<f64>,
    #[serde(default)]
    delay_s: Option<f64>,
    #[serde(default, rename = "match")]
    matches: Option<Json>,
}

#[derive(Debug, Clone, Deserialize)]
struct RecordedError {
    code: String,
    #[serde(default)]
    message: String,
}

type Replies = HashMap<String, Vec<Recorded>>;

impl Simulation<'_> {
    /// Runs until nothing is left that can happen without a person.
    pub fn run(&self) -> Result<Report, Error> {
        let (document, diagnostics) = playbook::diagnose(self.document, self.catalog, CheckOptions { replies: true });
        refuse(&diagnostics)?;
        let plan = Plan::new(&document.playbook, self.catalog, PlanOptions { allow_unknown: true }).map_err(|errors| refuse(&errors).err().unwrap_or_else(invalid))?;
        let replies = read_replies(self.replies)?;
        let input: IndexMap<String, Json> = self.input.iter().map(|(name, value)| (name.clone(), Value::from_json(value).to_tagged_json(chrono_tz::UTC))).collect();
        if let Some(missing) = plan.missing_inputs(&input).first() {
            return Err(missing_input(missing));
        }
        let mut world = World { simulation: self, plan: &plan, state: State::new(&plan), queue: BinaryHeap::new(), cleared: HashSet::new(), replies, sequence: 0 };
        world.expect(self.start, plan.started(input, false, 0, self.zone.clone(), "run".to_owned()), None);
        world.run()?;
        let state = world.state;
        let status = match state.status() {
            // Nothing is left to happen, so whatever is open waits for a person.
            ExecutionStatus::Running => ExecutionStatus::Waiting,
            status => status,
        };
        Ok(Report {
            playbook: document.playbook.id.to_string(),
            version: self.version,
            status,
            started_at: state.started_at(),
            ended_at: state.ended_at(),
            variables: state.variables(),
            tasks: state.task_runs(&plan),
            order: state.order(&plan).into_iter().map(ToString::to_string).collect(),
            questions: state.open_questions(),
        })
    }
}

impl Report {
    /// Returns the document of `haetae run --json`.
    pub fn to_json(&self) -> Json {
        run_document(Json::Null, &self.playbook, self.version, self.status, self.started_at, self.ended_at, &self.variables, &self.tasks)
    }

    /// Returns the exit code that the status means.
    pub fn exit(&self) -> u8 {
        match self.status {
            ExecutionStatus::Done => 0,
            ExecutionStatus::Failed | ExecutionStatus::Cancelled => 1,
            _ => 3,
        }
    }
}

/// Returns the document of `haetae run --json` and `haetae execution show --json` (DESIGN.md, section 7).
#[allow(clippy::too_many_arguments, reason = "the document has these eight fields")]
pub fn run_document(
    execution: Json,
    playbook: &str,
    version: u32,
    status: ExecutionStatus,
    started_at: Option<Time>,
    ended_at: Option<Time>,
    variables: &Map<String, Json>,
    tasks: &[TaskRun],
) -> Json {
    let tasks: Vec<Json> = tasks
        .iter()
        .map(|task| {
            json!({
                "id": task.id, "type": task.kind, "status": task.status, "attempts": task.attempts,
                "started_at": task.started_at, "ended_at": task.ended_at, "input": task.input, "output": task.output,
                "outcome": task.outcome,
                "error": task.error.as_ref().map(|error| json!({"code": error.code, "message": error.message})),
            })
        })
        .collect();
    json!({
        "execution": execution, "playbook": playbook, "version": version, "status": status,
        "started_at": started_at, "ended_at": ended_at, "variables": variables, "tasks": tasks,
    })
}

struct World<'a> {
    simulation: &'a Simulation<'a>,
    plan: &'a Plan,
    state: State,
    queue: BinaryHeap<Reverse<Expected>>,
    cleared: HashSet<u32>,
    replies: Replies,
    sequence: u64,
}

/// Something that will happen, soonest first, in the order in which it was caused.
struct Expected {
    at: Time,
    sequence: u64,
    what: What,
    timer: Option<u32>,
}

impl PartialEq for Expected {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.sequence) == (other.at, other.sequence)
    }
}

impl Eq for Expected {}

impl PartialOrd for Expected {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Expected {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.sequence).cmp(&(other.at, other.sequence))
    }
}

impl World<'_> {
    fn expect(&mut self, at: Time, what: What, timer: Option<u32>) {
        self.sequence += 1;
        self.queue.push(Reverse(Expected { at, sequence: self.sequence, what, timer }));
    }

    fn run(&mut self) -> Result<(), Error> {
        let end = self.simulation.start + HORIZON;
        while let Some(Reverse(next)) = self.queue.pop() {
            if next.timer.is_some_and(|timer| self.cleared.contains(&timer)) || next.at > end {
                continue;
            }
            let answered = matches!(next.what, What::QuestionAnswered { .. });
            let happened = step(self.plan, &mut self.state, &Event { at: next.at, what: next.what });
            if let Some(refused) = happened.ignored
                && answered
            {
                return Err(refused);
            }
            for effect in happened.effects {
                self.perform(next.at, effect);
            }
        }
        Ok(())
    }

    fn perform(&mut self, now: Time, effect: Effect) {
        match effect {
            Effect::RunTask { task, attempt, call } => {
                let reply = self.reply(task.as_str(), attempt, &call);
                let at = now + seconds(reply.delay_s);
                let what = match reply.error {
                    Some(error) => What::TaskFailed {
                        task,
                        attempt,
                        error: TaskError {
                            code: error.code,
                            message: error.message,
                            retry_after_ms: reply.retry_after_s.map(|wait| seconds(Some(wait)).num_milliseconds()),
                        },
                    },
                    None => What::TaskSucceeded { task, attempt, output: reply.output.unwrap_or_default() },
                };
                self.expect(at, what, None);
            }
            Effect::SetTimer { timer, at } => self.expect(at, What::TimerFired { timer }, Some(timer)),
            Effect::ClearTimer { timer } => {
                self.cleared.insert(timer);
            }
            Effect::Ask { question } => {
                let task = question.task.as_str();
                let answers = &self.simulation.answers;
                if let Some(answer) = answers.get(task).or_else(|| answers.get(&format!("{}:{task}", self.plan.playbook()))) {
                    self.expect(now, What::QuestionAnswered { question: question.number, answer: answer.clone(), by: "run".to_owned() }, None);
                }
            }
            Effect::Abandon { .. } | Effect::Withdraw { .. } | Effect::Finish { .. } => {}
        }
    }

    /// The reply to an attempt: the first whose `match` fits, else the attempt's own, the last one repeating.
    fn reply(&self, task: &str, attempt: u32, call: &CommandCall) -> Recorded {
        let entries = self.replies.get(task).or_else(|| self.replies.get(&format!("{}:{task}", self.plan.playbook())));
        let input = Json::Object(call.parameters.clone());
        let chosen = entries.and_then(|entries| {
            let fits = |entry: &&Recorded| entry.matches.as_ref().is_some_and(|wanted| is_subset(wanted, &input));
            entries.iter().find(fits).or_else(|| {
                let plain: Vec<&Recorded> = entries.iter().filter(|entry| entry.matches.is_none()).collect();
                let index = (attempt.saturating_sub(1) as usize).min(plain.len().checked_sub(1)?);
                plain.get(index).copied()
            })
        });
        chosen.cloned().unwrap_or_else(|| unrecorded(task, call))
    }
}

/// Haetae's own commands change nothing in a simulated run; a vendor's command without a reply fails rather than touch the network.
fn unrecorded(task: &str, call: &CommandCall) -> Recorded {
    let (output, error) = if call.app == OWN_APP {
        (Some(json!({ "dry_run": true })), None)
    } else {
        let message = format!("There is no recorded reply for the task {task} ({} {}); nothing was sent.", call.app, call.command);
        (None, Some(RecordedError { code: "RUN-NO-REPLY".to_owned(), message }))
    };
    Recorded { output, error, retry_after_s: None, delay_s: None, matches: None }
}

/// Seconds of a reply as a time span; nonsense and more than the horizon count as the horizon.
fn seconds(given: Option<f64>) -> TimeDelta {
    let milliseconds = (given.unwrap_or_default() * 1000.0).clamp(0.0, HORIZON.num_milliseconds() as f64);
    TimeDelta::milliseconds(milliseconds as i64)
}

/// Tells whether every part of `wanted` is in `found`: maps may have more keys, everything else is equal.
fn is_subset(wanted: &Json, found: &Json) -> bool {
    match (wanted, found) {
        (Json::Object(wanted), Json::Object(found)) => {
            wanted.iter().all(|(key, value)| found.get(key).is_some_and(|other| is_subset(value, other)))
        }
        (Json::Number(wanted), Json::Number(found)) => wanted == found || wanted.as_f64() == found.as_f64(),
        _ => wanted == found,
    }
}

fn read_replies(json: &Json) -> Result<Replies, Error> {
    let wrong = |why: String| {
        Error::new("RUN-REPLIES", format!("응답 파일이 잘못되었습니다: {why}"), format!("The replies are wrong: {why}")).hint(
            r#"{"replies": {"TASK": [{"output": {…}}, {"error": {"code": "APP-429"}}]}} 모양으로 쓰세요."#,
            r#"Write {"replies": {"TASK": [{"output": {…}}, {"error": {"code": "APP-429"}}]}}."#,
        )
    };
    let map = json.get("replies").unwrap_or(json);
    if map.is_null() {
        return Ok(Replies::new());
    }
    let map = map.as_object().ok_or_else(|| wrong("no object of lists by task".to_owned()))?;
    let mut replies = Replies::with_capacity(map.len());
    for (task, entries) in map {
        let entries: Vec<Recorded> = serde_json::from_value(entries.clone()).map_err(|error| wrong(format!("{task}: {error}")))?;
        if let Some(index) = entries.iter().position(|entry| entry.output.is_some() == entry.error.is_some() && entry.error.is_some()) {
            return Err(wrong(format!("{task}[{index}]: output and error together")));
        }
        replies.insert(task.clone(), entries);
    }
    Ok(replies)
}

fn invalid() -> Error {
    Error::new("PLAYBOOK-INVALID", "플레이북에 오류가 있어 실행하지 않습니다.", "The playbook has errors and does not run.")
}

/// Refuses a document whose diagnostics hold an error, naming the first.
pub(crate) fn refuse(diagnostics: &[types::Diagnostic]) -> Result<(), Error> {
    let errors: Vec<&types::Diagnostic> = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    let Some(first) = errors.first() else { return Ok(()) };
    let (ko, en) = (first.message.get(types::Language::Ko), first.message.get(types::Language::En));
    Err(Error::new(
        "PLAYBOOK-INVALID",
        format!("플레이북에 오류가 {}개 있어 실행하지 않습니다: {} {ko}", errors.len(), first.code),
        format!("The playbook has {} errors and does not run: {} {en}", errors.len(), first.code),
    )
    .hint("디자이너의 문제 목록이나 haetae playbook check를 보세요.", "See the designer's problems or haetae playbook check.")
    .details(json!({ "diagnostics": diagnostics })))
}

/// The refusal of a start that leaves out a required input.
pub(crate) fn missing_input(name: &str) -> Error {
    Error::new("RUN-INPUT", format!("필수 입력 {name}이(가) 없습니다."), format!("The required input {name} is missing."))
        .hint(format!("--input '{{\"{name}\": …}}'으로 주세요."), format!("Give it with --input '{{\"{name}\": …}}'."))
        .target(name)
}

/// What a rehearsal says: what to run and what to expect.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rehearsal {
    #[serde(default)]
    input: Map<String, Json>,
    #[serde(default)]
    answers: HashMap<String, Answer>,
    #[serde(default)]
    replies: Json,
    expect: Expectation,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    #[serde(default)]
    status: Option<ExecutionStatus>,
    #[serde(default)]
    exit: Option<u8>,
    #[serde(default)]
    order: Option<Vec<String>>,
    #[serde(default)]
    tasks: Map<String, Json>,
    #[serde(default)]
    variables: Map<String, Json>,
}

/// Runs a playbook against a rehearsal (or a list of them) and returns what came out differently, a line each.
pub fn rehearse(document: &Json, rehearsal: &Json, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let several = match rehearsal {
        Json::Array(several) => several.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut differences = Vec::new();
    for (index, one) in several.iter().enumerate() {
        let prefix = if several.len() > 1 { format!("[{index}] ") } else { String::new() };
        differences.extend(rehearse_one(document, one, catalog)?.into_iter().map(|line| format!("{prefix}{line}")));
    }
    Ok(differences)
}

fn rehearse_one(document: &Json, rehearsal: &Json, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let rehearsal: Rehearsal = Rehearsal::deserialize(rehearsal).map_err(|error| {
        Error::new("RUN-REHEARSAL", format!("리허설이 잘못되었습니다: {error}"), format!("The rehearsal is wrong: {error}"))
            .hint("{input, answers, replies, expect: {status, exit, order, tasks, variables}}", "{input, answers, replies, expect: {status, exit, order, tasks, variables}}")
    })?;
    let simulation = Simulation {
        document,
        version: 0,
        input: rehearsal.input,
        answers: rehearsal.answers,
        replies: &rehearsal.replies,
        catalog,
        // A rehearsal that depended on today's date would break tomorrow.
        start: Time::from_timestamp_nanos(1_767_225_600_000_000_000),
        zone: "Asia/Seoul".to_owned(),
    };
    let report = simulation.run()?;
    Ok(compare(&rehearsal.expect, &report))
}

fn compare(expect: &Expectation, report: &Report) -> Vec<String> {
    let mut differences = Vec::new();
    let mut differ = |what: &str, wanted: String, found: String| differences.push(format!("{what}: expected {wanted}, found {found}"));
    if let Some(status) = expect.status.filter(|status| *status != report.status) {
        differ("status", status.as_str().to_owned(), report.status.as_str().to_owned());
    }
    if let Some(exit) = expect.exit.filter(|exit| *exit != report.exit()) {
        differ("exit", exit.to_string(), report.exit().to_string());
    }
    if let Some(order) = expect.order.as_ref().filter(|order| **order != report.order) {
        differ("order", order.join(" "), report.order.join(" "));
    }
    for (id, wanted) in &expect.tasks {
        let Some(task) = report.tasks.iter().find(|task| task.id.as_str() == id) else {
            differ(id, wanted.to_string(), "no such task".to_owned());
            continue;
        };
        let mut found = json!(task);
        // A status alone is the usual expectation, and an error is known by its code.
        if let Some(status) = wanted.as_str() {
            if status != task.status.as_str() {
                differ(id, status.to_owned(), describe(task));
            }
            continue;
        }
        if wanted.get("error").is_some_and(Json::is_string) {
            found["error"] = json!(task.error.as_ref().map(|error| error.code.clone()));
        }
        for (key, value) in wanted.as_object().into_iter().flatten() {
            if !is_subset(value, &found[key.as_str()]) {
                differ(&format!("{id}.{key}"), value.to_string(), found[key.as_str()].to_string());
            }
        }
    }
    for (name, wanted) in &expect.variables {
        let found = report.variables.get(name).unwrap_or(&Json::Null);
        if !is_subset(wanted, found) {
            differ(&format!("variables.{name}"), wanted.to_string(), found.to_string());
        }
    }
    differences
}

fn describe(task: &TaskRun) -> String {
    let code = task.error.as_ref().filter(|_| task.status == TaskStatus::Failed).map(|error| format!(" {} {}", error.code, error.message));
    format!("{}{}", task.status.as_str(), code.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simulate(tasks: Json, links: Json, answers: Json, replies: Json) -> Report {
        let document = json!({"format": 1, "id": "x", "tasks": tasks, "links": links});
        Simulation {
            document: &document,
            version: 0,
            input: Map::new(),
            answers: serde_json::from_value(answers).unwrap(),
            replies: &json!({ "replies": replies }),
            catalog: &Catalog::default(),
            start: Time::UNIX_EPOCH,
            zone: "UTC".to_owned(),
        }
        .run()
        .unwrap()
    }

    fn look_up() -> Json {
        json!({"type": "action", "app": "vendor", "command": "look-up", "parameters": {"ip": "192.0.2.1"}})
    }

    fn from_start() -> Json {
        json!([{"from": "start", "to": "a"}])
    }

    #[test]
    fn attempts_take_the_replies_in_turn_on_the_simulated_clock() {
        let mut task = look_up();
        task["retry"] = json!({"attempts": 3, "backoff": "2s"});
        let replies = json!({"a": [{"error": {"code": "APP-429"}, "retry_after_s": 60}, {"output": {"score": 7}, "delay_s": 90}]});
        let report = simulate(json!({ "a": task }), from_start(), json!({}), replies);
        assert_eq!((report.status, report.exit()), (ExecutionStatus::Done, 0));
        assert_eq!((report.tasks[0].attempts, &report.tasks[0].output), (2, &json!({"score": 7})));
        assert_eq!(report.ended_at, Some(Time::UNIX_EPOCH + TimeDelta::seconds(150)));
    }

    #[test]
    fn the_first_matching_reply_is_taken() {
        let replies = json!({"a": [{"match": {"ip": "192.0.2.9"}, "output": 9}, {"match": {"ip": "192.0.2.1"}, "output": 1}, {"output": 0}]});
        assert_eq!(simulate(json!({ "a": look_up() }), from_start(), json!({}), replies).tasks[0].output, json!(1));
    }

    #[test]
    fn without_a_reply_nothing_is_sent() {
        let report = simulate(json!({ "a": look_up() }), from_start(), json!({}), json!({}));
        assert_eq!(report.status, ExecutionStatus::Failed);
        assert_eq!(report.tasks[0].error.as_ref().unwrap().code, "RUN-NO-REPLY");
    }

    #[test]
    fn an_unanswered_question_expires_only_with_a_deadline() {
        let ask = |deadline: Option<&str>| {
            let mut task = json!({"type": "input", "question": "?", "kind": "boolean", "variable": "v"});
            if let Some(deadline) = deadline {
                task["deadline"] = json!(deadline);
            }
            let links = json!([{"from": "start", "to": "a"}, {"from": "a", "outcome": "expired", "to": "b"}]);
            simulate(json!({"a": task, "b": {"type": "wait", "seconds": 5}}), links, json!({}), json!({}))
        };
        assert_eq!(ask(None).exit(), 3);
        assert_eq!(ask(Some("1h")).ended_at, Some(Time::UNIX_EPOCH + TimeDelta::seconds(3605)));
    }

    #[test]
    fn answers_are_given_ahead_and_wrong_ones_are_refused() {
        let task = json!({"a": {"type": "approval", "question": "?"}});
        let answered = simulate(task.clone(), from_start(), json!({"a": {"approved": true}}), json!({}));
        assert_eq!(answered.tasks[0].outcome, Some(playbook::Outcome::Approved));
        let document = json!({"format": 1, "id": "x", "tasks": task, "links": from_start()});
        let refused = rehearse(&document, &json!({"answers": {"a": {"approved": false}}, "expect": {}}), &Catalog::default());
        assert!(refused.is_err(), "a rejection needs an opinion");
    }

    #[test]
    fn a_rehearsal_names_what_differs() {
        let document = json!({"format": 1, "id": "x", "tasks": {"a": {"type": "formula", "variable": "v", "expression": "1 + 1"}}, "links": from_start()});
        let expect = |expect: Json| rehearse(&document, &json!({ "expect": expect }), &Catalog::default()).unwrap();
        assert!(expect(json!({"status": "done", "exit": 0, "order": ["a"], "tasks": {"a": "done"}, "variables": {"v": 2}})).is_empty());
        assert_eq!(expect(json!({"variables": {"v": 3}})), ["variables.v: expected 3, found 2"]);
        assert_eq!(expect(json!({"tasks": {"a": "skipped"}})), ["a: expected skipped, found done"]);
    }
}
