//! What is left out of a report.
//!
//! A value that is left out is nowhere in the report: neither where its field stands, nor in the question, the error or the comment
//! that repeats it.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use types::ArtifactKind;
use wire::execution::ExecutionDetail;

use crate::document::{Cell, Report};

/// What stands in place of what was left out.
const HIDDEN: &str = "█████";

/// A text that is shorter than this is not looked for elsewhere: it would be found in every second word.
const SHORTEST: usize = 4;

/// What is left out: fields by name or by path, observables by kind, people's names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redaction {
    /// Names of fields, and paths from the task on, such as `look.output.owner`; lower case.
    fields: BTreeSet<String>,
    kinds: BTreeSet<ArtifactKind>,
    people: bool,
}

impl Redaction {
    /// Reads fields, paths and kinds (`kind:ip`); what is no kind is given back as an error.
    pub fn read(words: &[String]) -> Result<Self, String> {
        let mut redaction = Self::default();
        for word in words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
            match word.strip_prefix("kind:") {
                None => drop(redaction.fields.insert(word.to_lowercase())),
                Some("people") => redaction.people = true,
                Some(kind) => {
                    let kind = serde_json::from_value(Json::from(kind)).map_err(|_| word.to_owned())?;
                    redaction.kinds.insert(kind);
                }
            }
        }
        Ok(redaction)
    }

    /// Returns a value with the fields left out that are to be.
    pub(crate) fn cleaned(&self, value: &Json, task: &str, field: &str) -> Json {
        let mut value = value.clone();
        if !self.fields.is_empty() {
            let path = format!("{task}.{field}").to_lowercase();
            if self.fields.contains(&path) || self.fields.contains(task) {
                return if value.is_null() { value } else { Json::from(HIDDEN) };
            }
            self.walk(&mut value, &path, &mut |hidden| *hidden = Json::from(HIDDEN));
        }
        value
    }

    /// Returns the texts of every field that is left out, to be left out wherever they stand.
    pub(crate) fn values(&self, detail: &ExecutionDetail) -> Vec<String> {
        let mut texts = Vec::new();
        if self.fields.is_empty() {
            return texts;
        }
        let mut gather = |value: &mut Json| collect(value, &mut texts);
        for run in &detail.tasks {
            for (field, value) in [("input", &run.input), ("output", &run.output)] {
                let path = format!("{}.{field}", run.id.as_str()).to_lowercase();
                let mut value = value.clone();
                if self.fields.contains(&path) || self.fields.contains(run.id.as_str()) {
                    gather(&mut value);
                } else {
                    self.walk(&mut value, &path, &mut gather);
                }
            }
        }
        for (name, value) in detail.input.iter().chain(&detail.variables) {
            let path = name.to_lowercase();
            let mut value = value.clone();
            if self.fields.contains(&path) { gather(&mut value) } else { self.walk(&mut value, &path, &mut gather) }
        }
        texts
    }

    fn walk(&self, value: &mut Json, path: &str, visit: &mut dyn FnMut(&mut Json)) {
        match value {
            Json::Object(fields) => {
                for (name, value) in fields {
                    let name = name.to_lowercase();
                    let path = format!("{path}.{name}");
                    if self.fields.contains(&name) || self.fields.contains(&path) { visit(value) } else { self.walk(value, &path, visit) }
                }
            }
            // A path names the fields of a list's entries without their places.
            Json::Array(items) => items.iter_mut().for_each(|item| self.walk(item, path, visit)),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
    }

    /// Leaves values, kinds and names out of every text of a report.
    pub(crate) fn apply(&self, report: &mut Report, hidden: &[String], people: &[String]) {
        let mut texts: Vec<&str> = hidden.iter().map(String::as_str).filter(|text| text.chars().count() >= SHORTEST).collect();
        // Longer ones first: a part of one would leave the rest.
        texts.sort_unstable_by_key(|text| std::cmp::Reverse(text.len()));
        texts.dedup();
        report.each_text(|text| {
            for hidden in &texts {
                if text.contains(hidden) {
                    *text = text.replace(hidden, HIDDEN);
                }
            }
            if !self.kinds.is_empty() {
                for artifact in casework::scan(text.as_bytes()) {
                    if self.kinds.contains(&artifact.kind) {
                        *text = text.replace(&artifact.value, HIDDEN);
                    }
                }
            }
        });
        if self.people {
            self.hide_people(report, people);
        }
    }

    fn hide_people(&self, report: &mut Report, people: &[String]) {
        let mut names: Vec<&str> = people.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        names.sort_unstable_by_key(|name| std::cmp::Reverse(name.len()));
        names.dedup();
        // A name that stands alone is always hidden; inside other texts only where it is no part of a word.
        report.each_text(|text| {
            for name in &names {
                if *text == **name {
                    HIDDEN.clone_into(text);
                } else if name.chars().count() >= 2 {
                    *text = without_word(text, name);
                }
            }
        });
        let cells = report.sections.iter_mut().flat_map(|section| &mut section.blocks).flat_map(|block| match block {
            crate::document::Block::Paragraph(_) => Vec::new(),
            crate::document::Block::Table(_, rows) => rows.iter_mut().flatten().collect::<Vec<_>>(),
            crate::document::Block::List(entries) => entries.iter_mut().flatten().collect(),
        });
        for cell in cells {
            if let Cell::Person(name) = cell {
                HIDDEN.clone_into(name);
            }
        }
    }
}

/// Replaces a name where letters or digits of the same script neither precede nor follow it; Korean particles may follow.
fn without_word(text: &str, name: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let joins = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric());
        let goes_on_before = joins(before.chars().next_back()) && joins(name.chars().next());
        let goes_on_after = joins(after.chars().next()) && joins(name.chars().next_back());
        let is_word = !goes_on_before && !goes_on_after;
        out.push_str(before);
        out.push_str(if is_word { HIDDEN } else { name });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Collects the texts of a value; numbers that are long enough too.
fn collect(value: &Json, texts: &mut Vec<String>) {
    match value {
        Json::String(text) => texts.push(text.clone()),
        Json::Number(number) => texts.push(number.to_string()),
        Json::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Json::Object(fields) => fields.values().for_each(|value| collect(value, texts)),
        Json::Null | Json::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use types::Language;

    use super::*;
    use crate::document::{Block, Section};

    fn read(words: &[&str]) -> Redaction {
        Redaction::read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    fn shown(redaction: &Redaction, text: &str, hidden: &[&str], people: &[&str]) -> String {
        let section = Section { heading: String::new(), blocks: vec![Block::Paragraph(text.to_owned())] };
        let mut report = Report { title: String::new(), language: Language::En, facts: Vec::new(), sections: vec![section] };
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        redaction.apply(&mut report, &owned(hidden), &owned(people));
        match report.sections.remove(0).blocks.remove(0) {
            Block::Paragraph(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn fields_are_named_or_reached_by_a_path() {
        let value = json!({"Owner": "Kim", "hits": [{"owner": "Lee", "ip": "1.2.3.4"}], "n": 1});
        let by_name = read(&["owner"]).cleaned(&value, "look", "output");
        assert_eq!(by_name, json!({"Owner": HIDDEN, "hits": [{"owner": HIDDEN, "ip": "1.2.3.4"}], "n": 1}));
        let by_path = read(&["look.output.hits.ip"]).cleaned(&value, "look", "output");
        assert_eq!(by_path["hits"][0], json!({"owner": "Lee", "ip": HIDDEN}));
        assert_eq!(read(&["look.output.hits.ip"]).cleaned(&value, "other", "output"), value);
        assert_eq!(read(&["look.output"]).cleaned(&value, "look", "output"), json!(HIDDEN));
    }

    #[test]
    fn a_hidden_value_is_hidden_wherever_it_stands() {
        assert_eq!(shown(&read(&["owner"]), "Ask Kim Chulsoo about it", &["Kim Chulsoo", "Kim"], &[]), format!("Ask {HIDDEN} about it"));
    }

    #[test]
    fn kinds_and_people_are_hidden() {
        assert_eq!(shown(&read(&["kind:ip"]), "from 45.83.64.1 to bad.example.org", &[], &[]), format!("from {HIDDEN} to bad.example.org"));
        assert_eq!(shown(&read(&["kind:people"]), "kim은 승인, kimchi는 아님", &[], &["kim"]), format!("{HIDDEN}은 승인, kimchi는 아님"));
        assert_eq!(Redaction::read(&["kind:shoe".to_owned()]), Err("kind:shoe".to_owned()));
    }
}
