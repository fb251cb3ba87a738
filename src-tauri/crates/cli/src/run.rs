//! `haetae run`: one playbook, in real time over a data directory, or on a simulated clock with replies.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use engine::{Answer, QuestionKind};
use futures::StreamExt;
use host::simulate::{Library, Replies, RunReport, Simulation, called, simulate};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};
use types::{Error, ExecutionStatus, TaskStatus};
use wire::Push;
use wire::execution::{AnswerQuestions, ExecutionDetail, ExecutionRef, ExecutionSummary, ListChildren, StartExecution};
use wire::operation::{ExecutionChildren, ExecutionShow, ExecutionStart, PlaybookSave, PlaybookShow, QuestionAnswer};
use wire::playbook::{Document, SavePlaybook, ShowPlaybook};

use super::backend::{Advance, Backend};
use super::playbook::{catalog, complain_diagnostic, parse};
use super::terminal::{complain, harmless, say_json, say_table};
use super::{Failure, Outcome, Settings};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A playbook file, or the id of a playbook in the data directory
    playbook: String,
    /// The inputs: a JSON object, or @FILE
    #[arg(long, value_name = "JSON|@FILE")]
    input: Option<String>,
    /// An answer given ahead: TASK=JSON, such as approve1='{"approved": true}'
    #[arg(long = "answer", value_name = "[PLAYBOOK:]TASK=JSON")]
    answers: Vec<String>,
    /// Run on a simulated clock with recorded replies; nothing touches the network
    #[arg(long, value_name = "FILE")]
    replies: Option<PathBuf>,
}

pub(crate) async fn run(arguments: Arguments, settings: &Settings) -> Outcome {
    let input = match &arguments.input {
        None => Map::new(),
        Some(given) => match json_argument("--input", given)? {
            Json::Object(object) => object,
            _ => return Err(usage("--input은 JSON 객체여야 합니다.", "--input wants a JSON object.")),
        },
    };
    let answers = arguments.answers.iter().map(|given| parse_answer(given)).collect::<Result<IndexMap<_, _>, _>>()?;
    match &arguments.replies {
        Some(replies) => simulated(&arguments.playbook, input, answers, replies, settings).await,
        None => real(&arguments.playbook, input, answers, settings).await,
    }
}

/// Reads `@FILE` or JSON text.
pub(crate) fn json_argument(name: &str, given: &str) -> Result<Json, Failure> {
    match given.strip_prefix('@') {
        Some(file) => parse(Path::new(file)),
        None => serde_json::from_str(given)
            .map_err(|error| usage(&format!("{name}: JSON이 아닙니다: {error}"), &format!("{name}: this is not JSON: {error}"))),
    }
}

fn usage(ko: &str, en: &str) -> Failure {
    Failure::invalid(Error::new("CLI-USAGE", ko, en))
}

fn parse_answer(given: &str) -> Result<(String, Answer), Failure> {
    let wrong = |why: &str| {
        usage(
            &format!("--answer {given}: {why} TASK='{{\"approved\": true}}' 또는 TASK='{{\"value\": …}}'처럼 쓰세요."),
            &format!("--answer {given}: {why} Write TASK='{{\"approved\": true}}' or TASK='{{\"value\": …}}'."),
        )
    };
    let (task, json) = given.split_once('=').ok_or_else(|| wrong("no '='."))?;
    let answer = serde_json::from_str(json).map_err(|error| wrong(&format!("{error}.")))?;
    Ok((task.to_owned(), answer))
}

async fn simulated(
    named: &str,
    input: Map<String, Json>,
    answers: IndexMap<String, Answer>,
    replies: &Path,
    settings: &Settings,
) -> Outcome {
    let replies = parse(replies)?;
    let (catalog, _) = catalog(settings).await?;
    let (document, version) = if Path::new(named).is_file() {
        (parse(Path::new(named))?, 0)
    } else {
        let backend = Backend::open(settings, Advance::Nothing).await?;
        let shown = backend.call::<PlaybookShow>(ShowPlaybook { id: named.to_owned(), version: None }).await;
        backend.close().await;
        let shown = shown.map_err(Failure::invalid)?;
        (shown.document.map(|document| document.0).unwrap_or_default(), shown.version)
    };
    let replies = Replies::read(&replies).map_err(Failure::invalid)?;
    let library = library(&document, Path::new(named), settings).await?;
    let zone = super::expression::zone_name(settings.language);
    let simulation = Simulation {
        document: &document,
        input: &input,
        answers: &answers,
        replies: &replies,
        catalog: &catalog,
        library: &library,
        at: chrono::Utc::now(),
        zone: &zone,
    };
    let mut simulated = simulate(&simulation).map_err(|error| invalid(error, named, settings))?;
    simulated.report.version = simulated.report.version.or((version > 0).then_some(version));
    for warning in simulated.warnings.iter().filter(|_| !settings.json) {
        complain_diagnostic(named, warning, settings);
    }
    if settings.json {
        say_json(&simulated.report)
    } else {
        say_report(&simulated.report)
    }
    Ok(super::execution::exit_of(simulated.report.status))
}

/// The playbooks that a document calls, directly or through others: from the data directory, else as ID.json beside its file.
pub(crate) async fn library(document: &Json, file: &Path, settings: &Settings) -> Result<Library, Failure> {
    let mut next = called(document);
    let mut library = Library::new();
    if next.is_empty() {
        return Ok(library);
    }
    let exists = settings.data.join("haetae.db").exists();
    let backend = if exists { Some(Backend::open(settings, Advance::Nothing).await?) } else { None };
    let mut asked = HashSet::new();
    while let Some(id) = next.pop() {
        if !asked.insert(id.clone()) {
            continue;
        }
        let saved = match &backend {
            Some(backend) => backend.call::<PlaybookShow>(ShowPlaybook { id: id.clone(), version: None }).await.ok(),
            None => None,
        };
        let saved = saved.filter(|shown| shown.version > 0).and_then(|shown| shown.document).map(|document| document.0);
        if let Some(found) = saved.or_else(|| beside(file, &id)) {
            next.extend(called(&found));
            library.insert(id, found);
        }
    }
    if let Some(backend) = backend {
        backend.close().await;
    }
    Ok(library)
}

/// Reads `ID.json` beside a file; an id that is no file name is not looked for.
fn beside(file: &Path, id: &str) -> Option<Json> {
    if !types::PlaybookId::new(id).is_valid() {
        return None;
    }
    let text = std::fs::read_to_string(file.with_file_name(format!("{id}.json"))).ok()?;
    serde_json::from_str(&text).ok()
}

/// Invalid input, with the diagnostics that refused it a line each.
fn invalid(error: Error, named: &str, settings: &Settings) -> Failure {
    let diagnostics = error.details.as_ref().and_then(|details| details.get("diagnostics")).cloned().unwrap_or_default();
    for diagnostic in serde_json::from_value::<Vec<types::Diagnostic>>(diagnostics).unwrap_or_default() {
        complain_diagnostic(named, &diagnostic, settings);
    }
    Failure::invalid(error)
}

async fn real(named: &str, input: Map<String, Json>, answers: IndexMap<String, Answer>, settings: &Settings) -> Outcome {
    let backend = Backend::open(settings, Advance::Executions).await?;
    let outcome = follow(&backend, named, input, answers, settings).await;
    backend.close().await;
    outcome
}

async fn follow(
    backend: &Backend,
    named: &str,
    input: Map<String, Json>,
    answers: IndexMap<String, Answer>,
    settings: &Settings,
) -> Outcome {
    let (id, version) =
        if Path::new(named).is_file() { store(backend, Path::new(named), settings).await? } else { (named.to_owned(), None) };
    let mut pushes = backend.subscribe().await?;
    let start = StartExecution { playbook: id, version, input, ticket: None, wait: None };
    let started = backend.call::<ExecutionStart>(start).await.map_err(|error| invalid(error, named, settings))?;
    let execution = started.summary.id;
    let mut shown: HashMap<String, TaskStatus> = HashMap::new();
    let mut answered: HashSet<i64> = HashSet::new();
    // Answers of called playbooks name them; without any, what was called need not be looked at.
    let walks = answers.keys().any(|key| key.split_once(':').is_some_and(|(playbook, _)| playbook != started.summary.playbook));
    loop {
        let detail = backend.call::<ExecutionShow>(ExecutionRef { id: execution }).await?;
        if !settings.json {
            say_changes(&detail, &mut shown);
        }
        let called = if walks { called_by(backend, &detail).await? } else { Vec::new() };
        let mut gave_answer = false;
        for one in std::iter::once(&detail).chain(called.iter().filter_map(|called| called.waiting.as_deref())) {
            gave_answer |= answer_questions(backend, one, execution, &answers, &mut answered).await?;
        }
        let status = detail.summary.status;
        let rests = matches!(status, ExecutionStatus::Waiting | ExecutionStatus::Paused | ExecutionStatus::NeedsReview)
            && (!walks || is_at_rest(&detail, &called));
        if status.is_final() || (rests && !gave_answer) {
            super::execution::show(detail, settings);
            return Ok(super::execution::exit_of(status));
        }
        if !gave_answer {
            let ids = std::iter::once(execution).chain(called.iter().map(|called| called.summary.id)).collect();
            wait_for_change(&mut pushes, &ids).await;
        }
    }
}

/// Gives the answers that were given ahead to the open questions of an execution; true when there were any.
async fn answer_questions(
    backend: &Backend,
    detail: &ExecutionDetail,
    root: i64,
    answers: &IndexMap<String, Answer>,
    answered: &mut HashSet<i64>,
) -> Result<bool, Failure> {
    let mut gave_answer = false;
    for open in &detail.questions {
        let task = open.question.task.as_str();
        let prefixed = format!("{}:{task}", detail.summary.playbook);
        // What names no playbook is for the tasks of the one that was asked for.
        let own = if detail.summary.id == root { answers.get(task) } else { None };
        let Some(answer) = own.or_else(|| answers.get(&prefixed)) else { continue };
        if answered.insert(open.id) {
            // Who answers ahead releases whatever the approval lists.
            let hashes = match &open.question.kind {
                QuestionKind::Approval { hash, .. } | QuestionKind::Gate { hash, .. } => vec![hash.clone()],
                _ => Vec::new(),
            };
            let request = AnswerQuestions { ids: vec![open.id], answer: answer.clone(), hashes };
            match backend.call::<QuestionAnswer>(request).await {
                // Somebody was faster, or its execution ended meanwhile: there is nothing left to answer.
                Err(error) if ["CONFLICT", "ENGINE-ENDED", "ENGINE-STALE"].contains(&error.code.as_str()) => {}
                Err(error) => return Err(Failure::invalid(error)),
                Ok(_) => gave_answer = true,
            }
        }
    }
    Ok(gave_answer)
}

/// An execution that was called and has not ended.
struct Called {
    summary: ExecutionSummary,
    /// All of it, while it waits: for a person, or for one that it called itself.
    waiting: Option<Box<ExecutionDetail>>,
}

/// Returns what an execution called, directly or through others, and has not ended.
async fn called_by(backend: &Backend, root: &ExecutionDetail) -> Result<Vec<Called>, Failure> {
    let open = [
        ExecutionStatus::Queued,
        ExecutionStatus::Running,
        ExecutionStatus::Waiting,
        ExecutionStatus::Paused,
        ExecutionStatus::NeedsReview,
    ];
    let mut called = Vec::new();
    let mut callers: Vec<i64> = if root.calls.is_empty() { Vec::new() } else { vec![root.summary.id] };
    while let Some(id) = callers.pop() {
        let mut offset = 0;
        loop {
            let request = ListChildren { id, task: None, status: Some(open.to_vec()), offset: Some(offset), limit: Some(CHILDREN) };
            let page = backend.call::<ExecutionChildren>(request).await?;
            let found = u32::try_from(page.children.len()).unwrap_or(CHILDREN);
            for child in page.children {
                let summary = child.execution;
                callers.push(summary.id);
                let waiting = match summary.status {
                    ExecutionStatus::Waiting => Some(Box::new(backend.call::<ExecutionShow>(ExecutionRef { id: summary.id }).await?)),
                    _ => None,
                };
                called.push(Called { summary, waiting });
            }
            offset += found;
            if found < CHILDREN {
                break;
            }
        }
    }
    Ok(called)
}

/// The most called executions that are asked for at once.
const CHILDREN: u32 = 1000;

/// Tells whether only people can move an execution on. A caller hears of what it called a moment later, so its own word is not enough: it
/// may still say that it waits when what it waited for goes on or has ended.
fn is_at_rest(root: &ExecutionDetail, called: &[Called]) -> bool {
    let awaits_person = |detail: &ExecutionDetail| !detail.questions.is_empty();
    let is_held = |status| matches!(status, ExecutionStatus::Paused | ExecutionStatus::NeedsReview);
    let moves = |called: &Called| matches!(called.summary.status, ExecutionStatus::Queued | ExecutionStatus::Running);
    let holds = |called: &Called| is_held(called.summary.status) || called.waiting.as_deref().is_some_and(awaits_person);
    !called.iter().any(moves) && (awaits_person(root) || is_held(root.summary.status) || called.iter().any(holds))
}

/// Returns once something about one of the executions was pushed; a stream that ended lets the caller look again and fail there.
pub(super) async fn wait_for_change(pushes: &mut (impl StreamExt<Item = Push> + Unpin), executions: &HashSet<i64>) {
    while let Some(push) = pushes.next().await {
        let is_about = |tag: &String| {
            let execution = tag.strip_prefix("execution:").and_then(|id| id.parse().ok());
            tag == "*" || tag == "questions" || execution.is_some_and(|id| executions.contains(&id))
        };
        match push {
            Push::Transition { execution, .. } if executions.contains(&execution) => return,
            Push::Changed { tags } if tags.iter().any(is_about) => return,
            _ => {}
        }
    }
}

/// Saves a file as a version of its playbook, unless the newest version is the same document.
async fn store(backend: &Backend, file: &Path, settings: &Settings) -> Result<(String, Option<u32>), Failure> {
    let document = parse(file)?;
    let id = document.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
    let newest = backend.call::<PlaybookShow>(ShowPlaybook { id: id.clone(), version: None }).await.ok();
    if let Some(newest) = &newest
        && newest.document.as_ref().is_some_and(|saved| saved.0 == document)
    {
        return Ok((id, Some(newest.version)));
    }
    let base = newest.map_or(0, |newest| newest.version);
    let comment = format!("haetae run {}", file.display());
    let saved =
        backend.call::<PlaybookSave>(SavePlaybook { document: Document(document), base, comment }).await.map_err(Failure::invalid)?;
    for diagnostic in saved.diagnostics.iter().filter(|_| !settings.json) {
        complain_diagnostic(&file.display().to_string(), diagnostic, settings);
    }
    Ok((saved.id, Some(saved.version)))
}

fn say_changes(detail: &ExecutionDetail, shown: &mut HashMap<String, TaskStatus>) {
    for task in &detail.tasks {
        if task.status != TaskStatus::Pending && shown.insert(task.id.to_string(), task.status) != Some(task.status) {
            let code = task.error.as_ref().map(|error| format!(" {}", error.code)).unwrap_or_default();
            complain(&format!("{} {}{code}", task.id, task.status.as_str()));
        }
    }
}

/// Prints a row per task.
pub(crate) fn say_report(report: &RunReport) {
    let rows: Vec<Vec<String>> = report
        .tasks
        .iter()
        .map(|task| {
            vec![
                task.id.clone(),
                task.kind.clone(),
                task.status.as_str().to_owned(),
                task.outcome.map(|outcome| outcome.as_str().to_owned()).unwrap_or_default(),
                task.attempts.to_string(),
                task.started_at.map(|at| at.format("%H:%M:%S%.3fZ").to_string()).unwrap_or_default(),
                task.ended_at.map(|at| at.format("%H:%M:%S%.3fZ").to_string()).unwrap_or_default(),
                task.error.as_ref().map(|error| format!("{} {}", error.code, harmless(&error.message))).unwrap_or_default(),
            ]
        })
        .collect();
    say_table(&["TASK", "TYPE", "STATUS", "OUTCOME", "ATTEMPTS", "STARTED", "ENDED", "ERROR"], &rows);
}
