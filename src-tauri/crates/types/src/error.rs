//! What a person sees when something is wrong.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Language, Text};

/// An error code such as `APP-004`; each has a page in docs/errors.
pub type Code = String;

/// A refusal or failure with its code, what happened, what to do, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Error {
    /// The code, such as `PLAYBOOK-CONFLICT`.
    pub code: Code,
    /// What happened, one sentence.
    pub message: Text,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<Text>,
    /// What it is about: an id, a path, a field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub target: Option<String>,
    /// More for programs, such as the current version in a conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub details: Option<serde_json::Value>,
}

impl Error {
    /// Returns an error with its message in both languages.
    pub fn new(code: impl Into<Code>, ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: code.into(), message: Text::both(ko, en), hint: None, target: None, details: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, ko: impl Into<String>, en: impl Into<String>) -> Self {
        self.hint = Some(Text::both(ko, en));
        self
    }

    /// Adds what it is about.
    #[must_use]
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }

    /// Adds data for programs.
    #[must_use]
    pub fn details(mut self, details: serde_json::Value) -> Self {
        self.details = Some(details);
        self
    }

    /// Returns `CODE message hint` in one language.
    pub fn to_line(&self, language: Language) -> String {
        let hint = self.hint.as_ref().map(|hint| format!(" {}", hint.get(language))).unwrap_or_default();
        format!("{} {}{hint}", self.code, self.message.get(language))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_line(Language::En))
    }
}

impl std::error::Error for Error {}

/// How bad a diagnostic is: an error refuses running, a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiagnosticLevel {
    /// The document cannot run.
    Error,
    /// Worth a look.
    Warning,
}

/// A place in a text: UTF-8 byte offsets, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// The part of a playbook that a diagnostic is about; all empty means the document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Target {
    /// The task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub task: Option<String>,
    /// The index into `links`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub link: Option<usize>,
    /// The field of the task or document, such as `parameters.ip`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub field: Option<String>,
}

/// The one obvious change that answers a diagnostic; the designer offers it as a quick fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "fix", rename_all = "snake_case")]
pub enum Fix {
    /// Add this link.
    Connect {
        /// The task it leaves, or `start`.
        from: String,
        /// The outcome it follows.
        outcome: String,
        /// The task it reaches; null where a person has to choose it.
        to: Option<String>,
    },
    /// Delete the link at this index of `links`.
    RemoveLink {
        /// The index.
        link: usize,
    },
    /// Delete a declared variable.
    RemoveVariable {
        /// Its name.
        name: String,
    },
    /// Put an approval before this task: links that reach it reach the approval, whose `approved` outcome leads to it.
    AddApproval {
        /// The task.
        task: String,
    },
    /// Write another text into a field of a task: a name that was meant.
    Replace {
        /// The task.
        task: String,
        /// The field, such as `app`.
        field: String,
        /// The new text.
        text: String,
    },
    /// Give a parameter another name, keeping its value.
    RenameParameter {
        /// The task.
        task: String,
        /// The parameter as it is written.
        from: String,
        /// The parameter that was meant.
        to: String,
    },
}

/// A remark on a document or an expression; a document with faults is a document with diagnostics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Diagnostic {
    /// The code, such as `PBK-014` or `EXP-003`.
    pub code: Code,
    /// Error or warning.
    pub level: DiagnosticLevel,
    /// What is wrong, one sentence.
    pub message: Text,
    /// What to do, such as "did you mean …".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<Text>,
    /// Where in the field's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub span: Option<Span>,
    /// Which part of the playbook.
    #[serde(default)]
    pub target: Target,
    /// The one obvious change that answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Returns an error with its message in both languages.
    pub fn error(code: impl Into<Code>, ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            level: DiagnosticLevel::Error,
            message: Text::both(ko, en),
            hint: None,
            span: None,
            target: Target::default(),
            fix: None,
        }
    }

    /// Returns a warning with its message in both languages.
    pub fn warning(code: impl Into<Code>, ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { level: DiagnosticLevel::Warning, ..Self::error(code, ko, en) }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, ko: impl Into<String>, en: impl Into<String>) -> Self {
        self.hint = Some(Text::both(ko, en));
        self
    }

    /// Adds the place in the text.
    #[must_use]
    pub fn at(mut self, start: usize, end: usize) -> Self {
        self.span = Some(Span { start, end });
        self
    }

    /// Adds the task and the field it is about.
    #[must_use]
    pub fn on(mut self, task: impl Into<String>, field: Option<&str>) -> Self {
        self.target.task = Some(task.into());
        self.target.field = field.map(str::to_owned);
        self
    }

    /// Adds the change that answers it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Tells whether it refuses running.
    pub fn is_error(&self) -> bool {
        self.level == DiagnosticLevel::Error
    }
}
