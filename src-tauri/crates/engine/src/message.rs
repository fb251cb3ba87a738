//! What goes into the machine (events, past tense) and what comes out of it (effects, imperative).

use indexmap::IndexMap;
use playbook::Outcome;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;
use types::{ExecutionId, ExecutionStatus, Language, PlaybookId, TaskId, Text, Time};

/// The number of a timer inside its execution.
pub type TimerNumber = u32;

/// The number of a question inside its execution; the store gives it a global [`types::QuestionId`].
pub type QuestionNumber = u32;

/// Something that happened to an execution; the journal is a list of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When, by the host's clock; never earlier than the event before.
    pub at: Time,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// The execution was started.
    Started {
        /// The inputs by name, tagged JSON (`expression::Value::to_tagged_json`).
        input: IndexMap<String, Json>,
        /// The playbook is marked as allowed to act alone: no approval is needed.
        act_alone: bool,
        /// The seed of the functions that are random, so that a replay gives the same values.
        seed: u64,
        /// The IANA time zone that texts and dates use.
        zone: String,
        /// Who started it.
        by: String,
        /// What the catalog said about the commands of action tasks; [`crate::Plan::started`] fills it.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        commands: IndexMap<TaskId, CommandFacts>,
        /// The language of what leaves the program, such as mails.
        #[serde(default, skip_serializing_if = "is_english")]
        language: Language,
        /// How many call tasks stand above it; 0 for what a person, a ticket or a schedule started.
        #[serde(default, skip_serializing_if = "is_zero")]
        depth: u32,
        /// What a re-run takes over from the execution it runs again, in the order in which the tasks ended.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        carried: Vec<Carried>,
    },
    /// An attempt of a task gave its output.
    TaskSucceeded {
        /// The task.
        task: TaskId,
        /// The attempt, from 1.
        attempt: u32,
        /// The output.
        output: Json,
    },
    /// An attempt of a task failed.
    TaskFailed {
        /// The task.
        task: TaskId,
        /// The attempt, from 1.
        attempt: u32,
        /// Why.
        error: TaskError,
    },
    /// Nobody knows whether an attempt's effect happened: the program died while it was under way.
    TaskInterrupted {
        /// The task.
        task: TaskId,
        /// The attempt, from 1.
        attempt: u32,
    },
    /// A timer's moment came.
    TimerFired {
        /// The timer.
        timer: TimerNumber,
    },
    /// A person (or an answer given ahead) answered a question.
    QuestionAnswered {
        /// The question.
        question: QuestionNumber,
        /// The answer.
        answer: Answer,
        /// Who answered.
        by: String,
    },
    /// An execution that a call task started came to rest or moved on.
    ChildMoved {
        /// The call task.
        task: TaskId,
        /// The number of the invocation, from 1; a task never uses one twice.
        invocation: u32,
        /// Where it stands now.
        status: ExecutionStatus,
    },
    /// An execution that a call task started has ended, or could not be started.
    ChildEnded {
        /// The call task.
        task: TaskId,
        /// The number of the invocation.
        invocation: u32,
        /// The execution; none when it could not be started.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        execution: Option<ExecutionId>,
        /// The version of the playbook that ran: the newest at the time of the call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        version: Option<u32>,
        /// Done, failed or cancelled.
        status: ExecutionStatus,
        /// Its variables, plain JSON.
        #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
        variables: serde_json::Map<String, Json>,
        /// Why it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<TaskError>,
    },
    /// A person decided about a task that needs review.
    TaskReviewed {
        /// The task.
        task: TaskId,
        /// The decision.
        decision: Review,
        /// Who decided.
        by: String,
    },
    /// A person paused the execution: no new effect starts.
    Paused {
        /// Who.
        by: String,
    },
    /// A person let it go on.
    Resumed {
        /// Who.
        by: String,
    },
    /// A person cancelled it.
    Cancelled {
        /// Who.
        by: String,
    },
}

fn is_english(language: &Language) -> bool {
    *language == Language::En
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The recorded result of a task that a re-run takes over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Carried {
    /// What was recorded; its output stands in `output`.
    pub run: TaskRun,
    /// The output, tagged JSON (`expression::Value::to_tagged_json`).
    pub output: Json,
}

/// What the catalog says about a command as far as the machine depends on it.
///
/// Kept in the journal, so that another version of an app does not change what an execution has already decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandFacts {
    /// Doing it twice is the same as doing it once.
    pub idempotent: bool,
    /// It needs a release: an approval, a gate, or a playbook that may act alone.
    pub destructive: bool,
}

/// An order to the host, performed after the event that caused it is durable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Run a command and report TaskSucceeded or TaskFailed.
    RunTask {
        /// The task.
        task: TaskId,
        /// The attempt, from 1.
        attempt: u32,
        /// The command, rendered.
        call: CommandCall,
    },
    /// Stop an attempt that took too long, where that is possible; whatever it still reports is ignored.
    Abandon {
        /// The task.
        task: TaskId,
        /// The attempt, from 1.
        attempt: u32,
    },
    /// Report TimerFired at a time.
    SetTimer {
        /// The timer.
        timer: TimerNumber,
        /// When.
        at: Time,
    },
    /// Forget a timer.
    ClearTimer {
        /// The timer.
        timer: TimerNumber,
    },
    /// Put a question to a person and report QuestionAnswered.
    Ask {
        /// The question.
        question: Question,
    },
    /// Take a question back: it expired or the execution ended.
    Withdraw {
        /// The question.
        question: QuestionNumber,
    },
    /// See to it that an execution of another playbook exists for this invocation, and report ChildMoved and ChildEnded.
    StartChild {
        /// The execution.
        child: ChildCall,
    },
    /// Cancel the execution of an invocation; it still reports its end.
    CancelChild {
        /// The call task.
        task: TaskId,
        /// The number of the invocation.
        invocation: u32,
    },
    /// Hold the execution of an invocation, because this one is held.
    PauseChild {
        /// The call task.
        task: TaskId,
        /// The number of the invocation.
        invocation: u32,
    },
    /// Let the execution of an invocation go on.
    ResumeChild {
        /// The call task.
        task: TaskId,
        /// The number of the invocation.
        invocation: u32,
    },
    /// The execution ended; nothing follows.
    Finish {
        /// Done, failed or cancelled.
        status: ExecutionStatus,
    },
}

/// An execution that a call task starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChildCall {
    /// The call task.
    pub task: TaskId,
    /// The number of the invocation, from 1: what tells the executions of one task apart, however often its items are tried.
    pub invocation: u32,
    /// The item of the list, from 0; none for a call that runs once.
    pub item: Option<u32>,
    /// The item, plain JSON.
    pub value: Json,
    /// The playbook.
    pub playbook: PlaybookId,
    /// Its inputs by name, tagged JSON.
    pub inputs: IndexMap<String, Json>,
    /// How many call tasks stand above it.
    pub depth: u32,
}

/// A command with its rendered parameters: what an action, email or query task does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CommandCall {
    /// The app's id.
    pub app: String,
    /// The connection's name.
    pub connection: String,
    /// The command's id.
    pub command: String,
    /// The parameters by name, plain JSON.
    #[ts(type = "Record<string, unknown>")]
    pub parameters: serde_json::Map<String, Json>,
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskError {
    /// The code, such as `APP-429` or `ENGINE-TIMEOUT`.
    pub code: String,
    /// What happened, never with a secret in it; what a vendor says is in the vendor's language.
    pub message: Text,
    /// How long the vendor asked us to wait, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub retry_after_ms: Option<i64>,
}

impl TaskError {
    /// Returns an error that says nothing about waiting.
    pub fn new(code: impl Into<String>, message: impl Into<Text>) -> Self {
        Self { code: code.into(), message: message.into(), retry_after_ms: None }
    }
}

/// A question to a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Question {
    /// Its number inside the execution.
    pub number: QuestionNumber,
    /// The task that asks.
    #[ts(type = "string")]
    pub task: TaskId,
    /// What is asked, rendered.
    pub text: Text,
    /// Who is asked; nobody in particular where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub assignee: Option<String>,
    /// When it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub deadline: Option<Time>,
    /// What kind of answer.
    pub kind: QuestionKind,
}

/// What kind of answer a question wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QuestionKind {
    /// Yes or no (an input task).
    Boolean,
    /// A text (an input task).
    String {
        /// The fewest characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        min_length: Option<u32>,
        /// The most characters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        max_length: Option<u32>,
        /// A regular expression that the whole text has to match.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pattern: Option<String>,
    },
    /// One or several of the choices (an input task).
    Choice {
        /// The choices.
        choices: Vec<playbook::document::Choice>,
        /// Whether several.
        multiple: bool,
    },
    /// Approve or reject (an approval task).
    Approval {
        /// The destructive commands that an approval releases, parameters as they stand.
        releases: Vec<Release>,
        /// The hash of that list; an answer carries it back.
        hash: String,
    },
    /// The gate before one destructive command that no approval has released with these parameters.
    Gate {
        /// The command, one entry.
        releases: Vec<Release>,
        /// The hash of that list.
        hash: String,
    },
}

/// A destructive command that an approval releases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Release {
    /// The task.
    #[ts(type = "string")]
    pub task: TaskId,
    /// The command with its parameters as they stand.
    pub call: CommandCall,
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Answer {
    /// To an approval or a gate.
    Approval {
        /// Yes or no.
        approved: bool,
        /// Why; required to reject.
        #[serde(default)]
        #[ts(as = "Option<String>", optional)]
        opinion: String,
        /// The hash that the person saw; absent for answers given ahead on the command line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        hash: Option<String>,
    },
    /// To an input task: a boolean, a text, a choice's value or a list of them.
    Value {
        /// The value.
        value: Json,
    },
}

/// What a person decides about a task that needs review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Review {
    /// It happened.
    Happened {
        /// With this output.
        output: Json,
    },
    /// Do it again.
    Again,
    /// Treat it as failed, code ENGINE-REVIEW-FAILED.
    Fail,
}

/// One task's attempt(s) inside an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskRun {
    /// The task.
    #[ts(type = "string")]
    pub id: TaskId,
    /// Its type, such as `action`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it stands.
    pub status: types::TaskStatus,
    /// Attempts so far.
    pub attempts: u32,
    /// When the first attempt started.
    #[ts(type = "string | null")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[ts(type = "string | null")]
    pub ended_at: Option<Time>,
    /// When its timer or backoff ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "string")]
    pub until: Option<Time>,
    /// What was rendered for it.
    #[ts(type = "unknown")]
    pub input: Json,
    /// What it gave.
    #[ts(type = "unknown")]
    pub output: Json,
    /// How it ended, as links name it.
    pub outcome: Option<Outcome>,
    /// Why it failed.
    pub error: Option<TaskError>,
    /// Every attempt, in order.
    #[serde(default)]
    pub history: Vec<Attempt>,
    /// Who answered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub answered_by: Option<String>,
    /// It did not run: its result was taken over from the execution that this one runs again.
    #[serde(default, skip_serializing_if = "is_false")]
    #[ts(as = "Option<bool>", optional)]
    pub carried: bool,
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// One attempt of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// When it started.
    #[ts(type = "string")]
    pub started_at: Time,
    /// When it ended.
    #[ts(type = "string | null")]
    pub ended_at: Option<Time>,
    /// Why it failed.
    pub error: Option<TaskError>,
}
