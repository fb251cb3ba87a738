//! Playbooks that come and go as files, and the comparison of their versions.

use playbook::Comparison;
use playbook::cacao::Loss;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use types::Diagnostic;

use crate::playbook::Document;

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Compared {
    /// A saved version.
    Version(u32),
    /// The draft.
    Draft,
    /// A document that need not be stored.
    Document(Document),
}

/// Asks what differs between two documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ComparePlaybooks {
    /// The playbook; may be absent when both sides are documents.
    #[serde(default)]
    pub id: Option<String>,
    /// The older side.
    pub from: Compared,
    /// The newer side.
    pub to: Compared,
}

/// What differs, with both documents, so that a canvas can draw them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ComparedPlaybooks {
    /// The differences.
    pub comparison: Comparison,
    /// The older document.
    pub from: Document,
    /// The newer document.
    pub to: Document,
}

/// A file to import: a Haetae or a CACAO playbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ImportPlaybook {
    /// The text of the file.
    pub text: String,
    /// The name of the file, for the comment and, where the document has none, the id.
    #[serde(default)]
    pub name: Option<String>,
}

/// The format of a playbook's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ExchangeFormat {
    /// Haetae's own document.
    Json,
    /// CACAO 2.0.
    Cacao,
}

/// What an import gave. The playbook is saved as version 1 and disabled until `playbook.allow` enables it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ImportedPlaybook {
    /// The new playbook; never one that was there before.
    pub id: String,
    /// The id that the document asked for, when it was taken or could not be used.
    pub renamed_from: Option<String>,
    /// What the file was.
    pub format: ExchangeFormat,
    /// What could not be taken over as it was; nothing is dropped without standing here.
    pub losses: Vec<Loss>,
    /// What is wrong with the document that came out.
    pub diagnostics: Vec<Diagnostic>,
    /// What it would use, to be seen before it is enabled.
    pub uses: PlaybookUses,
}

/// What a playbook would use when it runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct PlaybookUses {
    /// The commands, in the order of the tasks.
    pub actions: Vec<ActionUse>,
    /// The connections, each once, with the host and the credential that they stand for.
    pub connections: Vec<ConnectionUse>,
    /// The playbooks that it calls.
    pub playbooks: Vec<String>,
    /// The hosts it would talk to, each once.
    pub hosts: Vec<String>,
    /// The credentials it would use, each once.
    pub credentials: Vec<String>,
}

/// A command that a playbook uses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ActionUse {
    /// The task.
    pub task: String,
    /// The app.
    pub app: String,
    /// The command.
    pub command: String,
    /// Whether it blocks, isolates, quarantines, disables or deletes.
    pub destructive: bool,
    /// Whether the app and the command are installed here.
    pub known: bool,
}

/// A connection that a playbook uses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ConnectionUse {
    /// The app.
    pub app: String,
    /// The connection's name.
    pub name: String,
    /// The host it leads to, where the connection exists and says so.
    pub host: Option<String>,
    /// The credential it uses.
    pub credential: Option<String>,
    /// Whether the connection exists here.
    pub known: bool,
}

/// Asks for a playbook as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ExportPlaybook {
    /// Its id.
    pub id: String,
    /// The version; the newest where absent, the draft where there is no version.
    #[serde(default)]
    pub version: Option<u32>,
    /// The format of the file.
    pub format: ExchangeFormat,
}

/// A playbook as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ExportedPlaybook {
    /// What to call the file.
    pub file_name: String,
    /// Its text.
    pub text: String,
    /// What the format cannot say; kept in an extension that Haetae reads back.
    pub losses: Vec<Loss>,
}
