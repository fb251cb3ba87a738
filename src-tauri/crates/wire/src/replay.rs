//! An execution as it went, for the slider that replays it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use types::{ExecutionStatus, TaskStatus, Time};

use crate::execution::LinkState;

/// An execution as it went: what each event of its journal changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Replay {
    /// In order; before the first one every task is pending and every link open.
    pub frames: Vec<Frame>,
}

/// What one event changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Frame {
    /// The event's place in the journal, from 1; the transition log has the same.
    #[ts(type = "number")]
    pub sequence: i64,
    /// When.
    #[ts(type = "string")]
    pub at: Time,
    /// Where the execution stood after it.
    pub status: ExecutionStatus,
    /// The tasks that it changed, as they stood after it.
    pub tasks: Vec<TaskFrame>,
    /// The links whose fate it decided.
    pub links: Vec<LinkFrame>,
}

/// A task after an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskFrame {
    /// The task.
    pub task: String,
    /// Its status.
    pub status: TaskStatus,
    /// Attempts so far.
    pub attempts: u32,
}

/// A link after an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LinkFrame {
    /// Its place in the document, from 0.
    pub link: u32,
    /// Its fate.
    pub state: LinkState,
}
