//! The expressions and texts of a playbook, and the names that each of them sees.

use std::collections::{HashMap, HashSet};

use expression::{Kinds, Program, ScopeShape, Shape, Template, TextKind};
use serde_json::Value as Json;
use types::{Diagnostic, Text};

use crate::Catalog;
use crate::catalog::OutputField;
use crate::document::{Playbook, START, TaskKind, ValueType};
use crate::graph::Graph;

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

/// The variables that a task sets.
fn sets(kind: &TaskKind) -> Vec<&str> {
    match kind {
        TaskKind::Formula { variable, .. } | TaskKind::Input { variable, .. } => vec![variable],
        TaskKind::Action { assign, .. } | TaskKind::Call { assign, .. } | TaskKind::Query { assign, .. } => assign.keys().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Returns what the expressions of a task see; of no task, everything that the playbook ever sets.
pub fn scope_of(playbook: &Playbook, graph: &Graph<'_>, catalog: &Catalog, task: Option<&str>, assign: bool) -> ScopeShape {
    let mut shape = ScopeShape::default();
    let mut inputs = Shape::map();
    for input in &playbook.inputs {
        let of_input = of_type(input.kind, !input.required && input.default.is_none());
        inputs = inputs.field(&input.name, of_input.clone());
        shape.name(&input.name, of_input);
    }
    shape.name("inputs", inputs);
    let before: HashSet<&str> = match task {
        Some(task) => ancestors(graph, task),
        None => playbook.tasks.keys().map(|id| id.as_str()).collect(),
    };
    let certain = task.map(|task| certain_before(graph, task)).unwrap_or_default();
    for variable in &playbook.variables {
        let set_before = playbook.tasks.iter().any(|(id, task)| certain.contains(id.as_str()) && sets(&task.kind).contains(&variable.name.as_str()));
        shape.name(&variable.name, of_type(variable.kind, variable.value.is_none() && !set_before));
    }
    let mut maybe: HashMap<&str, bool> = HashMap::new();
    for (id, other) in playbook.tasks.iter().filter(|(id, _)| before.contains(id.as_str())) {
        for name in sets(&other.kind) {
            *maybe.entry(name).or_default() |= certain.contains(id.as_str());
        }
    }
    let is_declared = |name: &str| playbook.variables.iter().any(|variable| variable.name == name);
    for (name, is_certain) in maybe.into_iter().filter(|(name, _)| !is_declared(name)) {
        let any = Shape::any();
        shape.name(name, if is_certain || task.is_none() { any } else { any.maybe_unset() });
    }
    let mut tasks = Shape::map();
    for (id, other) in playbook.tasks.iter().filter(|(id, _)| before.contains(id.as_str()) && task != Some(id.as_str())) {
        let output = output_shape(&other.kind, catalog);
        tasks = tasks.field(id.as_str(), Shape::map().field("output", output).field("error", Shape::any()));
    }
    shape.name("tasks", tasks);
    if let Some(kind) = task.and_then(|task| playbook.tasks.get(task)).map(|task| &task.kind) {
        if assign {
            shape.name("output", output_shape(kind, catalog));
        }
        if let TaskKind::Call { each: Some(each), .. } = kind {
            shape.name(&each.variable, Shape::any());
        }
    }
    shape
}

fn ancestors<'a>(graph: &Graph<'a>, task: &str) -> HashSet<&'a str> {
    let mut seen = HashSet::new();
    let mut left: Vec<&str> = graph.before(task).to_vec();
    while let Some(id) = left.pop() {
        if id != START && seen.insert(id) {
            left.extend(graph.before(id));
        }
    }
    seen
}

/// The tasks that every path from start to `task` passes through by an outcome other than `failed`.
fn certain_before<'a>(graph: &Graph<'a>, task: &str) -> HashSet<&'a str> {
    let mut certain = HashSet::new();
    for candidate in ancestors(graph, task) {
        let without = graph.reachable(START, |id, outcome| id != candidate || outcome == crate::Outcome::Failed);
        if !without.contains(task) {
            certain.insert(candidate);
        }
    }
    certain
}

fn of_type(kind: ValueType, nullable: bool) -> Shape {
    let shape = match kind {
        ValueType::String => Shape::of(Kinds::STRING),
        ValueType::Number => Shape::of(Kinds::NUMBER),
        ValueType::Boolean => Shape::of(Kinds::BOOL),
        ValueType::List => Shape::of(Kinds::ARRAY),
        ValueType::Object => Shape::of(Kinds::MAP),
        // An address or date that came in as JSON is its text.
        ValueType::Ip => Shape::of(Kinds::IP.or(Kinds::STRING)),
        ValueType::Date => Shape::of(Kinds::DATE.or(Kinds::STRING)),
        ValueType::Ticket | ValueType::Event => Shape::of(Kinds::MAP),
        ValueType::Any => Shape::any(),
    };
    if nullable { shape.maybe_unset() } else { shape }
}

fn output_shape(kind: &TaskKind, catalog: &Catalog) -> Shape {
    match kind {
        TaskKind::Action { app, command, .. } => match catalog.command(app, command) {
            Some(command) if !command.output.is_empty() => {
                command.output.iter().fold(Shape::map(), |shape, field: &OutputField| shape.field(&field.name, of_type(field.kind, false)))
            }
            _ => Shape::any(),
        },
        TaskKind::Branch { .. } => Shape::of(Kinds::BOOL),
        TaskKind::Approval { .. } => Shape::map().field("approved", Shape::of(Kinds::BOOL)).field("opinion", Shape::of(Kinds::STRING)).field("by", Shape::of(Kinds::STRING)),
        _ => Shape::any(),
    }
}

/// Checks every expression against what it sees, and finds variables that nothing reads.
pub(crate) fn check_expressions(playbook: &Playbook, graph: &Graph<'_>, catalog: &Catalog, diagnostics: &mut Vec<Diagnostic>) {
    let mut read: HashSet<String> = HashSet::new();
    for (id, task) in &playbook.tasks {
        let (mut plain, mut assigning) = (None, None);
        for text in texts(&task.kind) {
            let cached = if text.assign { &mut assigning } else { &mut plain };
            let shape = cached.get_or_insert_with(|| scope_of(playbook, graph, catalog, Some(id.as_str()), text.assign));
            for diagnostic in expression::check(text.text, text.kind, shape) {
                diagnostics.push(diagnostic.on(id.as_str(), Some(&text.field)));
            }
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
