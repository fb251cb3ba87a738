//! The expressions and texts of a playbook, and the names that each of them sees.

use std::collections::HashSet;

use expression::{Program, Template};
use serde_json::Value as Json;
use types::{Diagnostic, Text};

use crate::Catalog;
use crate::document::{Playbook, TaskKind};
use crate::graph::Graph;

/// How a field's text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// An expression.
    Expression,
    /// A branch's condition.
    Condition,
    /// A text with `{{ }}`.
    Template,
}

/// One expression or text with placeholders.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldText<'a> {
    /// The field, such as `parameters.ip` or `assign.score`.
    pub field: String,
    /// How it is read.
    pub kind: TextKind,
    /// Its text.
    pub text: &'a str,
    /// Whether it sees `output`.
    pub assign: bool,
}

/// Returns every expression and text of a task.
pub fn texts(kind: &TaskKind) -> Vec<FieldText<'_>> {
    let mut found = Vec::new();
    let mut push = |field: &str, kind: TextKind, text| found.push(FieldText { field: field.to_owned(), kind, text, assign: false });
    match kind {
        TaskKind::Branch { condition } => push("condition", TextKind::Condition, condition),
        TaskKind::Formula { expression, .. } => push("expression", TextKind::Expression, expression),
        TaskKind::Input { question, assignee, .. } | TaskKind::Approval { question, assignee, .. } => {
            push_text("question", question, &mut push);
            if let Some(assignee) = assignee {
                push("assignee", TextKind::Template, assignee);
            }
        }
        TaskKind::Wait { seconds } => push_json("seconds", seconds, &mut push),
        TaskKind::Action { parameters, .. } => {
            for (name, value) in parameters {
                push_json(&format!("parameters.{name}"), value, &mut push);
            }
        }
        TaskKind::Email { to, cc, subject, body, .. } => {
            push_json("to", to, &mut push);
            if let Some(cc) = cc {
                push_json("cc", cc, &mut push);
            }
            push_text("subject", subject, &mut push);
            push_text("body", body, &mut push);
        }
        TaskKind::Call { inputs, each, .. } => {
            if let Some(each) = each {
                push("each.in", TextKind::Expression, &each.list);
            }
            for (name, value) in inputs {
                push_json(&format!("inputs.{name}"), value, &mut push);
            }
        }
        TaskKind::Query { parameters, .. } => {
            for (name, value) in parameters {
                push_json(&format!("parameters.{name}"), value, &mut push);
            }
        }
    }
    if let TaskKind::Action { assign, .. } | TaskKind::Call { assign, .. } | TaskKind::Query { assign, .. } = kind {
        found.extend(assign.iter().map(|(name, text)| FieldText {
            field: format!("assign.{name}"),
            kind: TextKind::Expression,
            text,
            assign: true,
        }));
    }
    found
}

fn push_text<'a>(field: &str, text: &'a Text, push: &mut impl FnMut(&str, TextKind, &'a str)) {
    match text {
        Text::Plain(text) => push(field, TextKind::Template, text),
        Text::Localized { ko, en } => {
            for (language, text) in [("ko", ko), ("en", en)] {
                if let Some(text) = text {
                    push(&format!("{field}.{language}"), TextKind::Template, text);
                }
            }
        }
    }
}

/// Nested values are walked with a list of what is left, because documents come from outside and may nest deeply.
fn push_json<'a>(field: &str, json: &'a Json, push: &mut impl FnMut(&str, TextKind, &'a str)) {
    let mut left = vec![(field.to_owned(), json)];
    while let Some((field, json)) = left.pop() {
        match json {
            Json::String(text) => push(&field, TextKind::Template, text),
            Json::Array(items) => left.extend(items.iter().enumerate().rev().map(|(index, item)| (format!("{field}[{index}]"), item))),
            Json::Object(entries) => left.extend(entries.iter().rev().map(|(name, value)| (format!("{field}.{name}"), value))),
            _ => {}
        }
    }
}

/// Checks every expression against what it sees, and finds variables that nothing reads.
pub(crate) fn check_expressions(playbook: &Playbook, _graph: &Graph<'_>, _catalog: &Catalog, diagnostics: &mut Vec<Diagnostic>) {
    let mut read: HashSet<String> = HashSet::new();
    for (id, task) in &playbook.tasks {
        for text in texts(&task.kind) {
            let faults = match text.kind {
                TextKind::Template => Template::compile(text.text).err(),
                TextKind::Expression | TextKind::Condition => Program::compile(text.text).err(),
            };
            diagnostics.extend(faults.into_iter().flatten().map(|fault| fault.on(id.as_str(), Some(&text.field))));
            read.extend(names(&text));
        }
    }
    for variable in playbook.variables.iter().filter(|variable| !read.contains(&variable.name)) {
        let mut warning = Diagnostic::warning(
            "PBK-033",
            format!("변수 {}을(를) 아무것도 읽지 않습니다.", variable.name),
            format!("Nothing reads the variable {}.", variable.name),
        );
        warning.target.field = Some(format!("variables.{}", variable.name));
        diagnostics.push(warning);
    }
}

fn names(text: &FieldText<'_>) -> Vec<String> {
    let names = match text.kind {
        TextKind::Template => Template::compile(text.text).map(|template| template.names().to_vec()),
        TextKind::Expression | TextKind::Condition => Program::compile(text.text).map(|program| program.names().to_vec()),
    };
    names.unwrap_or_default().into_iter().map(|name| name.name).collect()
}
