//! Playbooks, their versions and drafts, the catalog, expressions.

use playbook::{Catalog, Playbook};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;
use types::{Diagnostic, Span, Text, Time};

/// A playbook in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PlaybookSummary {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: Text,
    /// What it is for.
    pub description: Option<Text>,
    /// The newest version; 0 when only a draft exists.
    pub version: u32,
    /// Whether a draft differs from the newest version.
    pub draft: bool,
    /// When it was last saved.
    #[ts(type = "string | null")]
    pub saved_at: Option<Time>,
    /// Who saved it.
    pub saved_by: Option<String>,
    /// How many tasks it has.
    pub tasks: u32,
    /// Errors of the newest version (or the draft when there is no version).
    pub errors: u32,
    /// Warnings.
    pub warnings: u32,
    /// Whether it may run; an imported one starts false.
    pub enabled: bool,
    /// Whether its destructive commands run without an approval.
    pub act_alone: bool,
    /// Whether it came with the sample.
    pub sample: bool,
    /// When it last ran.
    #[ts(type = "string | null")]
    pub last_execution_at: Option<Time>,
}

/// The playbooks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Playbooks {
    /// By name.
    pub playbooks: Vec<PlaybookSummary>,
}

/// Names a playbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PlaybookRef {
    /// Its id.
    pub id: String,
}

/// Asks for a playbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ShowPlaybook {
    /// Its id.
    pub id: String,
    /// The version; the newest where absent.
    #[serde(default)]
    pub version: Option<u32>,
}

/// A playbook document: the JSON that is stored, with whatever the program does not understand kept in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct Document(#[ts(as = "Playbook")] pub Json);

/// A playbook whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PlaybookDetail {
    /// What the list says.
    pub summary: PlaybookSummary,
    /// The version that `document` is; 0 when there is only a draft.
    pub version: u32,
    /// The saved document; null when there is only a draft.
    pub document: Option<Document>,
    /// The draft.
    pub draft: Option<Draft>,
}

/// An unsaved document, kept within a second of each change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Draft {
    /// The document.
    pub document: Document,
    /// The version it started from; 0 for a new playbook.
    pub base: u32,
    /// When it was kept.
    #[ts(type = "string")]
    pub saved_at: Time,
}

/// Asks for diagnostics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CheckPlaybook {
    /// The document.
    pub document: Document,
}

/// A document's diagnostics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CheckedPlaybook {
    /// In the order of the document, errors first.
    pub diagnostics: Vec<Diagnostic>,
}

/// Keeps a draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SaveDraft {
    /// The playbook's id; it need not exist yet.
    pub id: String,
    /// The document.
    pub document: Document,
    /// The version it started from.
    pub base: u32,
}

/// A kept draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SavedDraft {
    /// When.
    #[ts(type = "string")]
    pub saved_at: Time,
    /// Its diagnostics.
    pub diagnostics: Vec<Diagnostic>,
}

/// Saves a version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SavePlaybook {
    /// The document; its `id` names the playbook.
    pub document: Document,
    /// The version it started from; 0 for a new playbook.
    pub base: u32,
    /// Why.
    #[serde(default)]
    #[ts(as = "Option<String>", optional)]
    pub comment: String,
}

/// A saved version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SavedVersion {
    /// The playbook.
    pub id: String,
    /// The new version.
    pub version: u32,
    /// Its diagnostics; errors refuse running, not saving.
    pub diagnostics: Vec<Diagnostic>,
}

/// One saved version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Version {
    /// Its number, from 1.
    pub version: u32,
    /// When.
    #[ts(type = "string")]
    pub saved_at: Time,
    /// Who.
    pub saved_by: String,
    /// Why.
    pub comment: String,
    /// The hash of the document, SHA-256 in hex.
    pub hash: String,
}

/// The versions of a playbook, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct VersionHistory {
    /// Newest first.
    pub versions: Vec<Version>,
}

/// Allows a playbook to run, or to act alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct AllowPlaybook {
    /// Its id.
    pub id: String,
    /// Whether it may run.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Whether its destructive commands run without an approval.
    #[serde(default)]
    pub act_alone: Option<bool>,
}

/// What tasks may use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CatalogDetail {
    /// Apps, commands, connections, playbooks.
    pub catalog: Catalog,
}

/// What an expression is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ExpressionKind {
    /// An expression.
    Expression,
    /// A branch's condition.
    Condition,
    /// A text with `{{ }}`.
    Template,
}

/// Asks for an expression's diagnostics and value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct CheckExpression {
    /// The expression or text.
    pub text: String,
    /// What it is for.
    pub kind: ExpressionKind,
    /// The playbook document it stands in, for the names in scope.
    #[serde(default)]
    pub document: Option<Document>,
    /// The playbook, for the last execution's data.
    #[serde(default)]
    pub playbook: Option<String>,
    /// The task it stands in.
    #[serde(default)]
    pub task: Option<String>,
    /// Whether it stands in `assign`, where it sees `output`.
    #[serde(default)]
    pub assign: Option<bool>,
}

/// An expression's diagnostics and value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CheckedExpression {
    /// The diagnostics.
    pub diagnostics: Vec<Diagnostic>,
    /// The value against the last execution's data, as text for people; null when there is none.
    pub value: Option<String>,
    /// The type of the value.
    pub value_type: Option<String>,
    /// The execution whose data was used; null also for a text that reads no data and has the same value in every execution.
    pub execution: Option<i64>,
}

/// Asks what could stand at a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct CompleteExpression {
    /// The expression or text.
    pub text: String,
    /// The place, a UTF-8 byte offset.
    pub cursor: usize,
    /// What it is for.
    pub kind: ExpressionKind,
    /// The playbook document it stands in.
    #[serde(default)]
    pub document: Option<Document>,
    /// The playbook, for the last execution's data.
    #[serde(default)]
    pub playbook: Option<String>,
    /// The task it stands in.
    #[serde(default)]
    pub task: Option<String>,
    /// Whether it stands in `assign`.
    #[serde(default)]
    pub assign: Option<bool>,
}

/// What could stand at a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Completions {
    /// The text that a completion replaces.
    pub span: Span,
    /// Best first.
    pub items: Vec<Completion>,
    /// The call whose arguments are being written there.
    pub call: Option<EnclosingCall>,
}

/// A call whose arguments are being written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EnclosingCall {
    /// The function's name; it need not exist.
    pub function: String,
    /// The argument, from 0.
    pub argument: u32,
}

/// One completion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Completion {
    /// What is inserted.
    pub insert: String,
    /// `function`, `input`, `variable`, `task` or `field`.
    pub kind: String,
    /// Its type or signature.
    pub detail: String,
    /// What it means.
    pub documentation: Option<Text>,
    /// Its value in the last execution, as text.
    pub value: Option<String>,
}

/// Asks for a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct EvaluateExpression {
    /// The expression.
    pub text: String,
    /// The variables by name.
    #[serde(default)]
    #[ts(type = "Record<string, unknown>", optional)]
    pub variables: serde_json::Map<String, Json>,
    /// The IANA time zone; the workspace's where absent.
    #[serde(default)]
    pub time_zone: Option<String>,
}

/// A value in tagged JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EvaluatedExpression {
    /// The value, with `$ip`, `$date`, `$binary`, `$double` tags.
    #[ts(type = "unknown")]
    pub value: Json,
}

/// The functions of the language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Functions {
    /// By family, then by name.
    pub functions: Vec<Function>,
}

/// One function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its family.
    pub family: String,
    /// What people call the family.
    pub family_label: Text,
    /// How it is called.
    pub signature: String,
    /// What it does.
    pub documentation: Text,
    /// What it takes, in order.
    pub parameters: Vec<FunctionParameter>,
    /// What it gives, beside null.
    pub result: Text,
    /// Expressions with their values.
    pub examples: Vec<FunctionExample>,
}

/// One parameter of a function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FunctionParameter {
    /// Its name.
    pub name: String,
    /// The types it takes, in words.
    pub kinds: Text,
    /// What it is for.
    pub documentation: Text,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it may be given any number of times.
    pub repeated: bool,
    /// Whether it may be given as `name=value`.
    pub named: bool,
}

/// One example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FunctionExample {
    /// The expression.
    pub expression: String,
    /// Its value as tagged JSON; null where it differs from run to run.
    pub value: Option<String>,
}
