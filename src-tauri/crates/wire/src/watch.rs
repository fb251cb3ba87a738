//! An execution as a screen watches it: its drawing once, then where its tasks stand, in few bytes.

use engine::message::{Attempt, TaskError, TaskRun};
use playbook::Outcome;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use ts_rs::TS;
use types::{Language, TaskStatus, Text, Time};

use crate::execution::{CallCounts, ExecutionSummary, OpenQuestion};

/// Asks for an execution as a screen watches it: whole at first, then only what has changed since.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct WatchExecution {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// The `sequence` of the last answer: only what has changed since is told.
    #[serde(default)]
    #[ts(type = "number", optional)]
    pub after: Option<i64>,
    /// The drawings that the asker has already in the language that it asks for, by their keys: none of these is told again.
    #[serde(default)]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub drawn: Vec<String>,
    /// The language of the names in the drawing; both when none is named.
    #[serde(default)]
    #[ts(optional)]
    pub language: Option<Language>,
}

/// An execution as a screen watches it: without inputs and outputs, which `execution.task` has.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WatchedExecution {
    /// What the list says; its current task goes by its id, because the document has the names.
    pub summary: ExecutionSummary,
    /// The last place in the journal that this includes.
    #[ts(type = "number")]
    pub sequence: i64,
    /// The key of its drawing: executions of one document have one.
    pub drawing_key: String,
    /// Its drawing; null when the asker has it, or asked with `after`.
    pub drawing: Option<Box<Drawing>>,
    /// The tasks that have begun or were passed over, with `after` those that have moved since; the others are pending, and skipped
    /// once the execution has ended. Each stands in one of the two: nearly all in columns, those with more to tell in `tasks`.
    pub plain: PlainRuns,
    /// The tasks of which there is more to tell.
    pub tasks: Vec<TaskMark>,
    /// What became of links, in order: all of them a letter each (`o`pen, `f`ired, `d`ead), or `3f7-9d` for those that changed, by
    /// their places in the document.
    pub links: Vec<String>,
    /// Its open questions.
    pub questions: Vec<OpenQuestion>,
    /// The call tasks that have started executions, with how many there are.
    pub calls: Vec<CallCounts>,
    /// Whether retention keeps it because a person said so.
    pub kept: bool,
}

/// What the picture of an execution shows of its playbook version's document; what a task does in full comes with `execution.task`.
///
/// In columns, because ten thousand tasks are read in a fraction of the time so; values are as the document has them.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Drawing {
    /// The tasks' ids, in the order of the document.
    pub tasks: Vec<String>,
    /// The types that there are, each once.
    #[ts(type = "Array<string>")]
    pub types: Vec<Box<RawValue>>,
    /// The place in `types` of each task's type.
    pub type_of: Vec<Option<u32>>,
    /// What people call them, plain in the language that was asked for.
    pub names: Vec<Option<Text>>,
    /// Where their corners stand from the left; null for a task that the document does not place.
    #[ts(type = "Array<number | null>")]
    pub x: Vec<Option<Box<RawValue>>>,
    /// And from the top.
    #[ts(type = "Array<number | null>")]
    pub y: Vec<Option<Box<RawValue>>>,
    /// The places in `tasks` of those that start at the first link that fires.
    pub any: Vec<u32>,
    /// The places in `tasks` of those that are switched off.
    pub disabled: Vec<u32>,
    /// The places in `tasks` of those that the links leave, in the order of the document: -1 for the start, null for what is no task.
    pub from: Vec<Option<i32>>,
    /// And of those that they lead to.
    pub to: Vec<Option<i32>>,
    /// The outcomes of the links that name one, by their places.
    #[ts(type = "Array<[number, Outcome]>")]
    pub outcomes: Vec<(u32, Box<RawValue>)>,
    /// Notes and frames.
    #[ts(type = "unknown")]
    pub notes: Option<Box<RawValue>>,
}

/// A task run without its input and output; what is usual is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct TaskMark {
    /// The task.
    pub id: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// Attempts so far; absent for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(as = "Option<u32>", optional)]
    pub attempts: u32,
    /// When the first attempt started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "string", optional)]
    pub started_at: Option<Time>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "string", optional)]
    pub ended_at: Option<Time>,
    /// When its timer or backoff ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "string", optional)]
    pub until: Option<Time>,
    /// How it ended, as links name it; absent for what is simply done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The code of its failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// Every attempt, in order; absent when there is at most one and its times are those of the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<AttemptMark>>,
    /// Who answered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// Its result was taken over from the execution that this one runs again; absent when it was not.
    #[serde(default, skip_serializing_if = "is_false")]
    #[ts(as = "Option<bool>", optional)]
    pub carried: bool,
    /// Of a call over a list: how many of its items are finished, and of how many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<(u32, u32)>,
}

/// Task runs of which there is nothing to tell but where they stand and when they began and ended, in columns: ten thousand of them take
/// a seventh of the bytes so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct PlainRuns {
    /// The tasks.
    pub tasks: Vec<String>,
    /// Where they stand, the first letter of each status: pending, running, waiting, done, failed, skipped, cancelled, needs review.
    pub status: String,
    /// The moment that the others count from, in milliseconds since the epoch.
    #[ts(type = "number")]
    pub since: i64,
    /// When the one attempt of each started, in milliseconds; null for a task without one.
    #[ts(type = "Array<number | null>")]
    pub started: Vec<Option<i64>>,
    /// When they ended, in milliseconds.
    #[ts(type = "Array<number | null>")]
    pub ended: Vec<Option<i64>>,
}

/// One attempt of a task, without what went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct AttemptMark {
    /// From 1.
    pub number: u32,
    /// When it started.
    #[ts(type = "string")]
    pub started_at: Time,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(type = "string", optional)]
    pub ended_at: Option<Time>,
    /// The code of its failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

fn is_false(value: &bool) -> bool {
    !*value
}

impl TaskMark {
    /// Returns the same with its attempts, unless they say nothing that the task does not say.
    pub fn with_history(self, history: Vec<AttemptMark>) -> Self {
        let is_usual = match history.as_slice() {
            [] => true,
            [only] => {
                let (started_at, ended_at, error_code) = (Some(only.started_at), only.ended_at, only.error_code.as_ref());
                (only.number, started_at, ended_at, error_code) == (self.attempts, self.started_at, self.ended_at, self.error_code.as_ref())
            }
            _ => false,
        };
        Self { history: (!is_usual).then_some(history), ..self }
    }
}

impl PlainRuns {
    /// Takes those out of task runs that fit into columns, and returns the rest beside them.
    pub fn among(marks: impl IntoIterator<Item = TaskMark>) -> (Self, Vec<TaskMark>) {
        let mut plain = Self::default();
        let mut others = Vec::new();
        for mark in marks {
            if !Self::fits(&mark) {
                others.push(mark);
                continue;
            }
            if plain.tasks.is_empty() {
                plain.since = mark.started_at.or(mark.ended_at).map_or(0, |time| time.timestamp_millis());
            }
            let since = plain.since;
            let after = |time: Option<Time>| time.map(|time| time.timestamp_millis() - since);
            plain.status.push(letter(mark.status));
            plain.started.push(after(mark.started_at));
            plain.ended.push(after(mark.ended_at));
            plain.tasks.push(mark.id);
        }
        (plain, others)
    }

    /// Returns the task runs that stand in the columns.
    pub fn marks(&self) -> impl Iterator<Item = TaskMark> + '_ {
        let Self { tasks, status, since, started, ended } = self;
        let time = |after: Option<i64>| Time::from_timestamp_millis(since.checked_add(after?)?);
        let columns = tasks.iter().zip(status.chars()).zip(started.iter().zip(ended));
        columns.filter_map(move |((id, letter), (started, ended))| {
            Some(TaskMark {
                id: id.clone(),
                status: self::status(letter)?,
                attempts: u32::from(started.is_some()),
                started_at: time(*started),
                ended_at: time(*ended),
                until: None,
                outcome: None,
                error_code: None,
                history: None,
                answered_by: None,
                carried: false,
                progress: None,
            })
        })
    }

    /// Tells whether columns say everything of a task run.
    fn fits(mark: &TaskMark) -> bool {
        let TaskMark {
            id: _,
            status: _,
            attempts,
            started_at,
            ended_at,
            until,
            outcome,
            error_code,
            history,
            answered_by,
            carried,
            progress,
        } = mark;
        let is_exact = |time: &Option<Time>| time.is_none_or(|time| Time::from_timestamp_millis(time.timestamp_millis()) == Some(time));
        *attempts == u32::from(started_at.is_some())
            && is_exact(started_at)
            && is_exact(ended_at)
            && (until.is_none() && outcome.is_none() && error_code.is_none() && history.is_none())
            && (answered_by.is_none() && !carried && progress.is_none())
    }
}

fn letter(status: TaskStatus) -> char {
    match status {
        TaskStatus::Pending => 'p',
        TaskStatus::Running => 'r',
        TaskStatus::Waiting => 'w',
        TaskStatus::Done => 'd',
        TaskStatus::Failed => 'f',
        TaskStatus::Skipped => 's',
        TaskStatus::Cancelled => 'c',
        TaskStatus::NeedsReview => 'n',
    }
}

fn status(letter: char) -> Option<TaskStatus> {
    let all = [
        TaskStatus::Pending,
        TaskStatus::Running,
        TaskStatus::Waiting,
        TaskStatus::Done,
        TaskStatus::Failed,
        TaskStatus::Skipped,
        TaskStatus::Cancelled,
        TaskStatus::NeedsReview,
    ];
    all.into_iter().find(|status| self::letter(*status) == letter)
}

impl WatchedExecution {
    /// Returns every task run that it tells of, those in columns too.
    pub fn marks(&self) -> Vec<TaskMark> {
        self.plain.marks().chain(self.tasks.iter().cloned()).collect()
    }
}

impl From<&TaskRun> for TaskMark {
    fn from(run: &TaskRun) -> Self {
        let code = |error: Option<&TaskError>| error.map(|error| error.code.clone());
        let attempt = |attempt: &Attempt| AttemptMark {
            number: attempt.number,
            started_at: attempt.started_at,
            ended_at: attempt.ended_at,
            error_code: code(attempt.error.as_ref()),
        };
        Self {
            id: run.id.to_string(),
            status: run.status,
            attempts: run.attempts,
            started_at: run.started_at,
            ended_at: run.ended_at,
            until: run.until,
            outcome: run.outcome.filter(|outcome| *outcome != Outcome::Done),
            error_code: code(run.error.as_ref()),
            history: None,
            answered_by: run.answered_by.clone(),
            carried: run.carried,
            progress: None,
        }
        .with_history(run.history.iter().map(attempt).collect())
    }
}
