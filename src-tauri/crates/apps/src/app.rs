//! An app whose manifest has no faults, with its expressions compiled.

use expression::{JsonTemplate, Program};
use indexmap::IndexMap;
use playbook::catalog;
use serde_json::Value as Json;
use wire::app::AppDetail;

use crate::manifest::{Answer, Kind, Manifest, Method};

/// An app, ready to run.
pub struct App {
    pub(crate) manifest: Manifest,
    pub(crate) errors: CompiledErrors,
    pub(crate) test: Option<CompiledRequest>,
    pub(crate) commands: IndexMap<String, CompiledCommand>,
}

pub(crate) struct CompiledErrors {
    pub(crate) message: Option<Program>,
    pub(crate) retry_after: Option<Program>,
    pub(crate) when: Option<Program>,
}

pub(crate) struct CompiledCommand {
    pub(crate) skip_when: Option<Program>,
    pub(crate) request: Option<CompiledRequest>,
    pub(crate) output: IndexMap<String, CompiledOutput>,
}

pub(crate) struct CompiledOutput {
    pub(crate) program: Option<Program>,
    pub(crate) required: bool,
    pub(crate) default: Option<Json>,
}

pub(crate) struct CompiledRequest {
    pub(crate) method: Method,
    pub(crate) path: Vec<PathPart>,
    pub(crate) query: Option<JsonTemplate>,
    pub(crate) headers: Option<JsonTemplate>,
    pub(crate) json: Option<JsonTemplate>,
    pub(crate) form: Option<JsonTemplate>,
    pub(crate) answer: Answer,
}

/// A segment of a request's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PathPart {
    Text(String),
    Parameter(String),
    Option(String),
}

impl App {
    /// Returns the manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Tells whether a task needs a connection to use it.
    pub fn needs_connection(&self) -> bool {
        self.manifest.kind != Kind::Own
    }

    /// Returns the app as the catalog of playbooks holds it.
    pub fn to_catalog(&self) -> catalog::App {
        catalog::App {
            id: self.manifest.id.clone(),
            name: self.manifest.name.clone(),
            vendor: self.manifest.vendor.clone(),
            needs_connection: self.needs_connection(),
            commands: self.catalog_commands().map(|command| (command.id.clone(), command)).collect(),
        }
    }

    /// Returns the app as the Apps screen shows it.
    pub fn to_detail(&self) -> AppDetail {
        AppDetail {
            id: self.manifest.id.clone(),
            name: self.manifest.name.clone(),
            vendor: self.manifest.vendor.clone(),
            description: self.manifest.description.clone(),
            options: self.manifest.options.clone(),
            credential_fields: self.manifest.credential.clone(),
            commands: self.catalog_commands().collect(),
        }
    }

    fn catalog_commands(&self) -> impl Iterator<Item = catalog::Command> {
        self.manifest.commands.iter().map(|(id, command)| catalog::Command {
            id: id.clone(),
            name: command.name.clone(),
            description: command.description.clone(),
            idempotent: command.idempotent,
            destructive: command.destructive,
            undo: command.undo.clone(),
            parameters: command.parameters.clone(),
            output: command
                .output
                .iter()
                .map(|(name, field)| catalog::OutputField { name: name.clone(), kind: field.kind, description: field.description.clone() })
                .collect(),
        })
    }
}
