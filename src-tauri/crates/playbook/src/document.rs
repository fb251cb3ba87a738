//! The playbook document: what is stored, drawn and run (DESIGN.md, section 3).
//!
//! These types describe a *well-formed* document. A half-drawn or damaged one is read by [`crate::read`], which never fails
//! and reports diagnostics; what it does not understand stays in the stored JSON, because the JSON text is the document.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;
use types::{PlaybookId, Seconds, TaskId, Text};

use crate::trigger::{Concurrency, Trigger};

/// The newest format version that this program reads.
pub const FORMAT: u32 = 1;

/// The reserved id of the implicit first node.
pub const START: &str = "start";

/// A versioned graph of tasks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Playbook {
    /// The format version, 1.
    pub format: u32,
    /// The id, also its file name.
    pub id: PlaybookId,
    /// What people call it; the id where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<Text>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<Text>,
    /// What it is given when it starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Input>>", optional)]
    pub inputs: Vec<Input>,
    /// Types and first values of variables; formula, input and `assign` create variables without this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Variable>>", optional)]
    pub variables: Vec<Variable>,
    /// What starts it besides a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Trigger>>", optional)]
    pub triggers: Vec<Trigger>,
    /// Keeps executions for the same thing apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub concurrency: Option<Concurrency>,
    /// How long a person takes for the same work by hand; reports of time saved read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub manual: Option<Seconds>,
    /// The tasks by id, in the order they were drawn.
    #[serde(default)]
    #[ts(as = "std::collections::HashMap<String, Task>")]
    pub tasks: IndexMap<TaskId, Task>,
    /// The links.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Where things stand on the canvas.
    #[serde(default, skip_serializing_if = "Layout::is_empty")]
    #[ts(as = "Option<Layout>", optional)]
    pub layout: Layout,
    /// What an import from CACAO keeps so that an export gives it back; never changes what a playbook does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "unknown")]
    pub cacao: Option<Json>,
}

/// The type of an input or a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema, Default)]
#[serde(rename_all = "lowercase")]
pub enum ValueType {
    /// Text.
    String,
    /// An integer or a double.
    Number,
    /// true or false.
    Boolean,
    /// A list.
    List,
    /// A map.
    Object,
    /// An IPv4 or IPv6 address.
    Ip,
    /// An instant.
    Date,
    /// A ticket: its fields, `artifacts.KIND` lists, events.
    Ticket,
    /// An event.
    Event,
    /// Anything.
    #[default]
    Any,
}

/// One input of a playbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Input {
    /// Its name, read bare in expressions.
    pub name: String,
    /// Its type.
    #[serde(rename = "type", default)]
    pub kind: ValueType,
    /// Whether a start without it is refused.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub required: bool,
    /// Its value when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub default: Option<Json>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<Text>,
}

/// One declared variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type", default)]
    pub kind: ValueType,
    /// Its first value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub value: Option<Json>,
}

/// When a task with several incoming links starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema, Default)]
#[serde(rename_all = "lowercase")]
pub enum Join {
    /// When none is open and at least one fired.
    #[default]
    All,
    /// At the first that fires, once.
    Any,
}

/// How often and when a failed attempt is repeated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Retry {
    /// Attempts in all, the first one counted; at least 1.
    pub attempts: u32,
    /// The pause before the second attempt; doubles, at most five minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub backoff: Option<Seconds>,
    /// The error codes it is for; absent means every code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub on: Option<Vec<String>>,
}

/// A task: what every type has, and what its own type has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Task {
    /// The type and its fields.
    #[serde(flatten)]
    pub kind: TaskKind,
    /// What people call it; the id where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<Text>,
    /// A remark for designers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<Text>,
    /// False: the task does nothing, and its `done` (or first) outcome fires with a null output.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    #[ts(as = "Option<bool>", optional)]
    pub enabled: bool,
    /// When it starts.
    #[serde(default, skip_serializing_if = "is_all")]
    #[ts(as = "Option<Join>", optional)]
    pub join: Join,
    /// How long one attempt may take; then it fails with ENGINE-TIMEOUT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub timeout: Option<Seconds>,
    /// How failures are repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry: Option<Retry>,
    /// How long a person takes for the same work by hand; reports of time saved read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub manual: Option<Seconds>,
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

fn is_all(join: &Join) -> bool {
    *join == Join::All
}

/// Named texts or values; strings in them may hold `{{ expression }}`.
pub type Parameters = IndexMap<String, Json>;

/// Variables to set, each from an expression that sees `output`.
pub type Assign = IndexMap<String, String>;

/// The nine task types.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum TaskKind {
    /// Runs a command of an app or of Haetae itself; outcome `done`.
    Action {
        /// The app's id; `haetae` for our own commands.
        app: String,
        /// The connection; `default` where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        connection: Option<String>,
        /// The command's id.
        command: String,
        /// The command's parameters.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        #[ts(as = "Option<std::collections::HashMap<String, Json>>", optional)]
        parameters: Parameters,
        /// What to keep of the output.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        #[ts(as = "Option<std::collections::HashMap<String, String>>", optional)]
        assign: Assign,
    },
    /// Evaluates a condition; outcomes `true` and `false`.
    Branch {
        /// An expression that gives true, false or null (null takes `false`).
        condition: String,
    },
    /// Evaluates an expression into a variable; outcome `done`.
    Formula {
        /// The variable.
        variable: String,
        /// The expression.
        expression: String,
    },
    /// Asks a person for a value; outcomes `done` and `expired`.
    Input {
        /// What is asked; may hold `{{ }}`.
        question: Text,
        /// The kind of answer.
        kind: AnswerKind,
        /// What can be chosen, for `choice`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<Choice>>", optional)]
        choices: Vec<Choice>,
        /// Whether several can be chosen.
        #[serde(default)]
        #[ts(as = "Option<bool>", optional)]
        multiple: bool,
        /// The fewest characters of an answer, for `string`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        min_length: Option<u32>,
        /// The most characters of an answer, for `string`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        max_length: Option<u32>,
        /// A regular expression that the whole answer must match, for `string`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        pattern: Option<String>,
        /// The variable that takes the answer.
        variable: String,
        /// Who is asked; nobody in particular where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        assignee: Option<String>,
        /// How long the question stands; then `expired`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        deadline: Option<Seconds>,
    },
    /// Asks a person to approve or reject; outcomes `approved`, `rejected`, `expired`.
    Approval {
        /// What is asked; may hold `{{ }}`.
        question: Text,
        /// Who is asked; nobody in particular where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        assignee: Option<String>,
        /// How long the question stands; then `expired`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        deadline: Option<Seconds>,
    },
    /// Waits; outcome `done`.
    Wait {
        /// A number of seconds, or a text whose `{{ expression }}` gives one.
        #[ts(type = "number | string")]
        seconds: Json,
    },
    /// Sends mail; outcome `done`.
    Email {
        /// The smtp connection; `default` where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        connection: Option<String>,
        /// One address, a list, or a text that gives one.
        #[ts(type = "string | Array<string>")]
        to: Json,
        /// Copies.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "string | Array<string>")]
        cc: Option<Json>,
        /// The subject; may hold `{{ }}`.
        subject: Text,
        /// The body; may hold `{{ }}`.
        body: Text,
        /// How the body is read.
        #[serde(default)]
        #[ts(as = "Option<BodyFormat>", optional)]
        format: BodyFormat,
    },
    /// Runs another playbook, once or per item; outcome `done`.
    Call {
        /// The other playbook.
        playbook: PlaybookId,
        /// Its inputs.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        #[ts(as = "Option<std::collections::HashMap<String, Json>>", optional)]
        inputs: Parameters,
        /// Once per item of a list.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        each: Option<Each>,
        /// What to keep of the output.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        #[ts(as = "Option<std::collections::HashMap<String, String>>", optional)]
        assign: Assign,
    },
    /// Runs a query; outcome `done`.
    Query {
        /// `events`, or the name of a sql connection.
        source: String,
        /// The query's text, with `$name` for its parameters.
        query: String,
        /// The query's parameters.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        #[ts(as = "Option<std::collections::HashMap<String, Json>>", optional)]
        parameters: Parameters,
        /// What to keep of the output.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        #[ts(as = "Option<std::collections::HashMap<String, String>>", optional)]
        assign: Assign,
    },
}

impl TaskKind {
    /// The words of the nine types, as in the document.
    pub const WORDS: [&'static str; 9] = ["action", "branch", "formula", "input", "approval", "wait", "email", "call", "query"];

    /// Returns the word of the type.
    pub fn word(&self) -> &'static str {
        match self {
            TaskKind::Action { .. } => "action",
            TaskKind::Branch { .. } => "branch",
            TaskKind::Formula { .. } => "formula",
            TaskKind::Input { .. } => "input",
            TaskKind::Approval { .. } => "approval",
            TaskKind::Wait { .. } => "wait",
            TaskKind::Email { .. } => "email",
            TaskKind::Call { .. } => "call",
            TaskKind::Query { .. } => "query",
        }
    }

    /// Returns the outcomes of the type, the usual one first and `failed` last.
    pub fn outcomes(&self) -> &'static [Outcome] {
        match self {
            TaskKind::Branch { .. } => &[Outcome::True, Outcome::False, Outcome::Failed],
            TaskKind::Input { .. } => &[Outcome::Done, Outcome::Expired, Outcome::Failed],
            TaskKind::Approval { .. } => &[Outcome::Approved, Outcome::Rejected, Outcome::Expired, Outcome::Failed],
            _ => &[Outcome::Done, Outcome::Failed],
        }
    }
}

/// The kind of answer that an input task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AnswerKind {
    /// Yes or no.
    Boolean,
    /// A text.
    String,
    /// One or several of the choices.
    Choice,
}

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(untagged)]
pub enum Choice {
    /// The value, which is its own label.
    Value(String),
    /// A value with a label.
    Labelled {
        /// What the variable gets.
        value: String,
        /// What people read.
        label: Text,
    },
}

impl Choice {
    /// Returns what the variable gets.
    pub fn value(&self) -> &str {
        match self {
            Choice::Value(value) | Choice::Labelled { value, .. } => value,
        }
    }
}

/// How a mail's body is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema, Default)]
#[serde(rename_all = "lowercase")]
pub enum BodyFormat {
    /// As it is.
    #[default]
    Text,
    /// Markdown, sent as safe HTML and as text.
    Markdown,
    /// HTML; what is filled in is escaped.
    Html,
}

/// A call once per item of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Each {
    /// The loop variable.
    pub variable: String,
    /// An expression that gives the list.
    #[serde(rename = "in")]
    pub list: String,
    /// How many at once; 1 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub concurrency: Option<u32>,
    /// What a failed item does to the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub on_failure: Option<OnFailure>,
}

/// What a failed item of a loop does to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// No further items start and the task fails.
    Stop,
    /// All items run; failures stand in the output.
    Collect,
}

/// How a task ended, as links name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema, Default)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It worked.
    #[default]
    Done,
    /// A branch's condition held.
    True,
    /// It did not hold.
    False,
    /// A person approved.
    Approved,
    /// A person rejected.
    Rejected,
    /// Nobody answered in time.
    Expired,
    /// It failed.
    Failed,
}

impl Outcome {
    /// Returns the word used in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::True => "true",
            Outcome::False => "false",
            Outcome::Approved => "approved",
            Outcome::Rejected => "rejected",
            Outcome::Expired => "expired",
            Outcome::Failed => "failed",
        }
    }
}

/// A directed edge from one outcome of a task to another task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Link {
    /// The task it leaves, or `start`.
    pub from: TaskId,
    /// The outcome it follows; `done` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub outcome: Option<Outcome>,
    /// The task it reaches.
    pub to: TaskId,
}

impl Link {
    /// Returns the outcome, `done` where none is written.
    pub fn outcome(&self) -> Outcome {
        self.outcome.unwrap_or_default()
    }
}

/// Where things stand on the canvas; never changes what a playbook does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct Layout {
    /// The top left corner of each task.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[ts(as = "Option<std::collections::HashMap<String, Position>>", optional)]
    pub tasks: IndexMap<TaskId, Position>,
    /// Notes and frames.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Note>>", optional)]
    pub notes: Vec<Note>,
}

impl Layout {
    fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.notes.is_empty()
    }
}

/// A point on the canvas in pixels at 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Position {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// A note or a frame on the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Note {
    /// Its id among the notes.
    pub id: String,
    /// A note holds text; a frame stands behind tasks and names them.
    #[serde(default)]
    pub kind: NoteKind,
    /// Its text.
    #[serde(default)]
    pub text: String,
    /// The left edge.
    pub x: f64,
    /// The top edge.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

/// A note or a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NoteKind {
    /// A text.
    #[default]
    Note,
    /// A named rectangle behind tasks.
    Frame,
}
