//! The statuses of executions and task runs (DESIGN.md, section 3).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where one task of an execution stands; every task of the plan has a status from the first second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Not started.
    Pending,
    /// Working, on a timer, or waiting to be tried again.
    Running,
    /// Waiting for a person.
    Waiting,
    /// Finished.
    Done,
    /// Failed, with an error code.
    Failed,
    /// Never started because its branch was not taken.
    Skipped,
    /// Stopped by a person or by the end of the execution.
    Cancelled,
    /// Nobody knows whether its effect happened; a person decides.
    NeedsReview,
}

impl TaskStatus {
    /// Tells whether the task will not change any more.
    pub fn is_final(self) -> bool {
        matches!(self, TaskStatus::Done | TaskStatus::Failed | TaskStatus::Skipped | TaskStatus::Cancelled)
    }

    /// Returns the word used in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            TaskStatus::Pending => "pending",
            TaskStatus::Running => "running",
            TaskStatus::Waiting => "waiting",
            TaskStatus::Done => "done",
            TaskStatus::Failed => "failed",
            TaskStatus::Skipped => "skipped",
            TaskStatus::Cancelled => "cancelled",
            TaskStatus::NeedsReview => "needs_review",
        }
    }
}

/// Where an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionStatus {
    /// Stored, not started yet: nobody owns the data directory, or too many others run.
    Queued,
    /// Something runs or a timer does.
    Running,
    /// Only people are awaited.
    Waiting,
    /// Held by a person.
    Paused,
    /// A task needs review and nothing else runs.
    NeedsReview,
    /// Ended well.
    Done,
    /// Ended by a failure that no link handled.
    Failed,
    /// Ended by a person.
    Cancelled,
}

impl ExecutionStatus {
    /// Tells whether the execution has ended.
    pub fn is_final(self) -> bool {
        matches!(self, ExecutionStatus::Done | ExecutionStatus::Failed | ExecutionStatus::Cancelled)
    }

    /// Returns the word used in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            ExecutionStatus::Queued => "queued",
            ExecutionStatus::Running => "running",
            ExecutionStatus::Waiting => "waiting",
            ExecutionStatus::Paused => "paused",
            ExecutionStatus::NeedsReview => "needs_review",
            ExecutionStatus::Done => "done",
            ExecutionStatus::Failed => "failed",
            ExecutionStatus::Cancelled => "cancelled",
        }
    }
}
