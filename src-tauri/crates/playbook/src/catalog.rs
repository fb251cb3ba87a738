//! What playbooks may use: the apps, their commands and the connections that are configured.
//!
//! The apps crate fills it; diagnostics, the engine's gate and the designer's palette and forms read it.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use types::Text;

use crate::document::ValueType;

/// The id of the app that holds Haetae's own commands.
pub const OWN_APP: &str = "haetae";

/// Everything that tasks may name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Catalog {
    /// The apps by id.
    #[ts(as = "std::collections::HashMap<String, App>")]
    pub apps: IndexMap<String, App>,
    /// The configured connections: names by app id.
    #[ts(as = "std::collections::HashMap<String, Vec<String>>")]
    pub connections: IndexMap<String, Vec<String>>,
    /// The ids of the playbooks that can be called.
    pub playbooks: Vec<String>,
    /// What saved playbooks call, by id: those that a document which is checked can reach.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    #[ts(skip)]
    pub calls: IndexMap<String, Vec<String>>,
}

/// An app as the designer sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct App {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: Text,
    /// Who makes it.
    pub vendor: String,
    /// Whether it needs a connection; Haetae's own commands need none.
    pub needs_connection: bool,
    /// Its commands by id.
    #[ts(as = "std::collections::HashMap<String, Command>")]
    pub commands: IndexMap<String, Command>,
}

/// A command of an app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Command {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: Text,
    /// What it does, one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<Text>,
    /// Doing it twice is the same as doing it once.
    pub idempotent: bool,
    /// It blocks, isolates, quarantines, disables or deletes.
    pub destructive: bool,
    /// How to take it back, for destructive commands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub undo: Option<Text>,
    /// Its parameters, in the order of the form.
    pub parameters: Vec<Parameter>,
    /// The fields of its output.
    pub output: Vec<OutputField>,
}

/// A parameter of a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type", default)]
    pub kind: ValueType,
    /// Whether a task without it cannot run.
    #[serde(default)]
    pub required: bool,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub label: Option<Text>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<Text>,
    /// Its value when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub default: Option<serde_json::Value>,
    /// What it may be, when it is one of a few.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub choices: Option<Vec<String>>,
}

/// A field of a command's output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct OutputField {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type", default)]
    pub kind: ValueType,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<Text>,
}

impl Catalog {
    /// Returns a command, if the app and the command exist.
    pub fn command(&self, app: &str, command: &str) -> Option<&Command> {
        self.apps.get(app)?.commands.get(command)
    }

    /// Returns how calls lead from one playbook to another: the ids on the way, both ends among them.
    pub fn circle<'a>(&'a self, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
        let mut ways: IndexMap<&str, Option<usize>> = IndexMap::from([(from, None)]);
        let mut next = 0;
        while let Some((&id, _)) = ways.get_index(next) {
            if id == to {
                let mut way = vec![id];
                let mut at = next;
                while let Some((_, Some(before))) = ways.get_index(at) {
                    at = *before;
                    way.extend(ways.get_index(at).map(|(id, _)| *id));
                }
                way.reverse();
                return Some(way);
            }
            for called in self.calls.get(id).into_iter().flatten() {
                ways.entry(called).or_insert(Some(next));
            }
            next += 1;
        }
        None
    }

    /// Tells whether `connection` of `app` exists; apps without connections accept any name.
    pub fn has_connection(&self, app: &str, connection: &str) -> bool {
        match self.apps.get(app) {
            Some(app) if !app.needs_connection => true,
            _ => self.connections.get(app).is_some_and(|names| names.iter().any(|name| name == connection)),
        }
    }
}
