//! CACAO playbooks of OASIS (Security Playbooks Version 2.0, Committee Specification 01): read and written.
//!
//! Importing never drops anything silently: what Haetae cannot do becomes a manual task with its text, and a loss says so.
//! The source stands in the document's `cacao` field, so that an export gives every step, condition and command back.

mod condition;
mod export;
mod import;
mod repair;
mod secrets;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use ts_rs::TS;
use types::{Error, Text};
use uuid::Uuid;

/// The layout extension of OASIS (CACAO Layout Extension Version 1.0).
const LAYOUT: &str = "extension-definition--418ee24c-9cb1-46d9-afa5-309e01aabc7f";

/// The extension that holds the Haetae document of a playbook.
const HAETAE: &str = "extension-definition--6f1c0c4e-5d0b-5f0c-9a3e-4b7a2f6d8c11";

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
///
/// One that Haetae wrote and nobody changed since gives back the very document that was written.
pub fn import(json: &Json) -> Result<Imported, Error> {
    let Some(document) = json.get("playbook_extensions").and_then(|all| all.get(HAETAE)?.get("document")) else {
        return import::import(json);
    };
    let written = json.get("modified").and_then(Json::as_str).and_then(|text| text.parse::<DateTime<Utc>>().ok());
    if let Some(at) = written
        && export::native(document, at).document == *json
    {
        return Ok(Imported { document: document.clone(), losses: Vec::new() });
    }
    let mut foreign = json.clone();
    foreign["playbook_extensions"].as_object_mut().into_iter().for_each(|all| drop(all.shift_remove(HAETAE)));
    let mut imported = import::import(&foreign)?;
    imported.losses.insert(
        0,
        Loss::new(
            "CACAO-012",
            "playbook_extensions",
            "해태가 내보낸 뒤 다른 도구에서 고친 파일이라, 해태의 확장 대신 CACAO 내용을 읽었습니다.".to_owned(),
            "The file was changed after Haetae wrote it, so its CACAO content was read in the place of Haetae's extension.".to_owned(),
        ),
    );
    Ok(imported)
}

/// Writes a document as a CACAO 2.0 playbook that the OASIS schemas accept; `at` is when this version was saved.
pub fn export(document: &Json, at: DateTime<Utc>) -> Exported {
    export::export(document, at)
}

/// Returns an id that is the same for the same name, everywhere.
fn derived_id(kind: &str, name: &str) -> String {
    format!("{kind}--{}", Uuid::new_v5(&Uuid::new_v5(&Uuid::NAMESPACE_URL, b"https://haetae/cacao"), name.as_bytes()))
}

/// Tells whether a text is `type--uuid` as the schemas want it.
fn is_identifier(text: &str) -> bool {
    let Some((kind, uuid)) = text.split_once("--") else { return false };
    let letters = kind.len() >= 3 && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let edges = kind.starts_with(|first: char| first.is_ascii_lowercase()) && !kind.ends_with('-');
    let parts: Vec<&str> = uuid.split('-').collect();
    let hex = parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    letters
        && edges
        && hex
        && matches!(parts[2].as_bytes()[0], b'1'..=b'5')
        && matches!(parts[3].as_bytes()[0], b'8' | b'9' | b'a' | b'b' | b'A' | b'B')
}

fn haetae_definition() -> Json {
    json!({
        "type": "extension-definition",
        "name": "Haetae",
        "description": "The Haetae document that the playbook was made of.",
        "created_by": derived_id("identity", "haetae"),
        "schema": "playbook.schema.json",
        "version": "1.0.0",
    })
}
