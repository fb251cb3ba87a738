//! The playbooks that come with the program.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use ts_rs::TS;
use types::Text;

/// What comes with the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ShippedPlaybooks {
    /// In the order in which people see them.
    pub playbooks: Vec<ShippedPlaybook>,
}

/// A playbook that comes with the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ShippedPlaybook {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: Text,
    /// What it does.
    pub description: Text,
    /// How many tasks it has.
    pub tasks: u32,
    /// The apps whose commands it runs, Haetae's own left out.
    pub apps: Vec<String>,
    /// The playbooks it calls; they are added with it.
    pub calls: Vec<String>,
    /// Whether the workspace has a playbook of this id already.
    pub present: bool,
}

/// Which of them to add.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AddShipped {
    /// Their ids.
    pub ids: Vec<String>,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct AddedShipped {
    /// The playbooks that were added, called ones too.
    pub added: Vec<String>,
    /// The playbooks that were there already and stay as they are.
    pub kept: Vec<String>,
}

/// The recorded courses of a playbook that comes with the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ShippedRehearsals {
    /// The usual course first; none for a playbook that does not come with the program.
    pub rehearsals: Vec<ShippedRehearsal>,
}

/// One recorded course: what goes in, and what apps and people reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ShippedRehearsal {
    /// What is different about it, as a part of its file's name; absent for the usual course.
    pub case: Option<String>,
    /// The rehearsal: `input`, `answers`, `replies` and what is expected of it.
    #[ts(type = "Record<string, unknown>")]
    pub rehearsal: Map<String, Json>,
}
