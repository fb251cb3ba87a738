//! Trying a draft: a simulated run that can be walked through, with outputs of one's own.

use engine::Answer;
use engine::message::{CommandCall, Question, TaskRun};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use ts_rs::TS;
use types::{Diagnostic, ExecutionStatus, Time};

use crate::playbook::Document;

/// Runs a draft from its start on a simulated clock; nothing touches the network, and the same request gives the same answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TryPlaybook {
    /// The document.
    pub document: Document,
    /// The inputs by name.
    #[serde(default)]
    #[ts(optional, type = "Record<string, unknown>")]
    pub input: Map<String, Json>,
    /// Recorded replies by task, as in a rehearsal; a pin comes first.
    #[serde(default)]
    #[ts(optional, type = "Record<string, unknown[]>")]
    pub replies: Map<String, Json>,
    /// Outputs by task: the task gives this without being run. Of a formula it is the variable's value, of a branch true or false.
    #[serde(default)]
    #[ts(optional, type = "Record<string, unknown>")]
    pub pins: Map<String, Json>,
    /// Tasks that are passed through with their usual outcome, as if they were switched off.
    #[serde(default)]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub skip: Vec<String>,
    /// Answers to questions by task.
    #[serde(default)]
    #[ts(as = "Option<IndexMap<String, Answer>>", optional)]
    pub answers: IndexMap<String, Answer>,
}

/// A trial, walked through frame by frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TriedPlaybook {
    /// What happened, in order.
    pub frames: Vec<TryFrame>,
    /// Where the run came to rest.
    pub status: ExecutionStatus,
    /// Tasks that wait for an output, because no reply and no pin was given for them.
    pub held: Vec<HeldTask>,
    /// Questions that were not answered, those that expired on the simulated clock too.
    pub questions: Vec<Question>,
    /// What is worth a warning.
    pub warnings: Vec<Diagnostic>,
}

/// One task moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TryFrame {
    /// When, on the simulated clock.
    #[ts(type = "string")]
    pub at: Time,
    /// The task as it stood then.
    pub task: TaskRun,
    /// The variables that changed, plain JSON.
    #[ts(type = "Record<string, unknown>")]
    pub variables: Map<String, Json>,
}

/// A task that waits for an output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct HeldTask {
    /// The task.
    pub task: String,
    /// What it would run, parameters as they stand.
    pub call: CommandCall,
    /// Whether the command acts on devices, so that running it for real has to be confirmed.
    pub destructive: bool,
}

/// Runs one command of a trial for real.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TryCommand {
    /// The command with its parameters.
    pub call: CommandCall,
    /// A person confirmed that a destructive command runs.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub confirmed: bool,
}

/// What a command gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TriedCommand {
    /// Its output.
    #[ts(type = "unknown")]
    pub output: Json,
}
