//! The workspace: who owns the data, settings, the sample.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use types::{Error, Language};

/// What the frame of the window shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Workspace {
    /// The program's version.
    pub version: String,
    /// The data directory.
    pub data_directory: String,
    /// The settings.
    pub settings: Settings,
    /// Null when the keyring works, else why not and what to do.
    pub keyring_problem: Option<Error>,
    /// Whether the sample workspace is loaded.
    pub sample: bool,
    /// Whether nothing at all is here yet: the window offers the sample.
    pub empty: bool,
    /// The counts of the rail.
    pub counts: Counts,
}

/// The counts of the rail and the top bar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Counts {
    /// Open questions, reviews and new tickets of the operator and of nobody.
    pub work: u32,
    /// Tickets that are not closed.
    pub tickets: u32,
    /// Executions that run (not queued, not waiting).
    pub running: u32,
    /// Executions that are queued.
    pub queued: u32,
}

/// The settings of this data directory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// The operator's display name.
    pub operator: String,
    /// The language; absent means the system's.
    pub language: Option<Language>,
    /// `system`, `light` or `dark`.
    pub theme: Theme,
    /// How many executions start at most at once.
    pub execution_limit: u32,
    /// How many commands run at most at once over all executions.
    pub task_limit: u32,
    /// Every execution is held before its next action.
    pub actions_stopped: bool,
    /// Addresses, networks and domains that are never blocked.
    pub never_block: Vec<String>,
    /// The IANA time zone for texts and dates; absent means the system's.
    pub time_zone: Option<String>,
}

/// The colours of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the desktop says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// New values of settings; absent fields stay.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct SettingsPatch {
    /// The operator's display name.
    pub operator: Option<String>,
    /// The language.
    pub language: Option<Language>,
    /// The colours.
    pub theme: Option<Theme>,
    /// How many executions start at most at once, 1 to 64.
    pub execution_limit: Option<u32>,
    /// How many commands run at most at once over all executions, 1 to 256.
    pub task_limit: Option<u32>,
    /// Addresses, networks and domains that are never blocked.
    pub never_block: Option<Vec<String>>,
    /// The IANA time zone.
    pub time_zone: Option<String>,
}

/// Stops or releases all actions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StopActions {
    /// True holds, false lets go on.
    pub stopped: bool,
}

/// What loading or removing the sample did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct SampleReport {
    /// Playbooks.
    pub playbooks: u32,
    /// Connections.
    pub connections: u32,
    /// Assets.
    pub assets: u32,
    /// Events.
    pub events: u32,
    /// Tickets.
    pub tickets: u32,
    /// Executions started or removed.
    pub executions: u32,
}
