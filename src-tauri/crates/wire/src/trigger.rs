//! What starts playbooks besides people.

use playbook::Trigger;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use types::{ExecutionStatus, Text, Time};

/// Asks for triggers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ListTriggers {
    /// Only those of this playbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub playbook: Option<String>,
}

/// The triggers of the saved playbooks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Triggers {
    /// By playbook, in the order of the document.
    pub triggers: Vec<TriggerDetail>,
}

/// One trigger of a playbook's newest version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TriggerDetail {
    /// The playbook's id.
    pub playbook: String,
    /// What people call the playbook.
    pub name: Text,
    /// Whether the playbook may run; one that may not starts nothing.
    pub enabled: bool,
    /// The trigger as the document has it.
    pub trigger: Trigger,
    /// The time zone that a schedule is read in.
    pub timezone: Option<String>,
    /// When a schedule starts the playbook next; null when it never does, and for other triggers.
    #[ts(type = "string | null")]
    pub next_at: Option<Time>,
    /// What it did last; null when it has done nothing yet.
    pub last: Option<TriggerOutcome>,
}

/// What a trigger did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TriggerOutcome {
    /// The moment it was for.
    #[ts(type = "string")]
    pub at: Time,
    /// What came of it.
    pub result: TriggerResult,
    /// The code of what stood in the way.
    pub code: Option<String>,
    /// The execution that was started, or the one that stood in the way.
    #[ts(type = "number | null")]
    pub execution: Option<i64>,
    /// Where that execution stands.
    pub status: Option<ExecutionStatus>,
}

/// What came of a trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum TriggerResult {
    /// An execution was started.
    Started,
    /// An execution is queued until an earlier one for the same thing has ended.
    Waiting,
    /// Nothing was started: an execution for the same thing had not ended.
    Skipped,
    /// Nothing was started: the program was off, or the computer asleep, for longer than the time of grace.
    Missed,
    /// Nothing was started: the playbook cannot run.
    Failed,
}
