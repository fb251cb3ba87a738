//! From a Haetae document to CACAO 2.0.
//!
//! CACAO has no place for most of what our tasks say, so each becomes a manual command that a person or another tool can
//! follow, and the document itself stands in an extension that an import reads back.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json, json};
use types::{Language, Text};

use super::repair::{repair, stamp};
use super::{Exported, HAETAE, LAYOUT, Loss, SCALE, derived_id, haetae_definition, import, is_identifier};
use crate::compare::compare_documents;
use crate::document::{Outcome, Playbook, START, Task, TaskKind, ValueType};
use crate::read::read;

/// Writes a document: an imported one that still does what it did as the playbook that it was, any other one anew.
pub(super) fn export(document: &Json, at: DateTime<Utc>) -> Exported {
    if let Some(source) = document.get("cacao").and_then(|cacao| cacao.get("source"))
        && let Ok(imported) = import::import(source)
    {
        let found = compare_documents(&imported.document, document);
        let outside = |field: &str| matches!(field.split('.').next(), Some("name" | "description" | "cacao"));
        if found.tasks.is_empty() && found.links.is_empty() && !found.notes && found.fields.iter().all(|change| outside(&change.field)) {
            let (mut playbook, losses) = repair(source, at);
            let shown = read(document).playbook;
            for (key, text) in [("name", &shown.name), ("description", &shown.description)] {
                if let Some(text) = text {
                    playbook.insert(key.to_owned(), json!(text.get(Language::En)));
                }
            }
            return Exported { document: Json::Object(playbook), losses };
        }
    }
    native(document, at)
}

/// Writes a document anew, with itself in the extension.
pub(super) fn native(document: &Json, at: DateTime<Utc>) -> Exported {
    let read = read(document);
    let mut writer = Writer {
        playbook: &read.playbook,
        originals: originals(document, at),
        steps: Map::new(),
        variables: Map::new(),
        losses: Vec::new(),
        ends: false,
    };
    for id in &read.unreadable {
        writer.losses.push(Loss::new(
            "CACAO-020",
            format!("tasks.{id}"),
            "읽을 수 없는 태스크라 확장에만 보관합니다.".to_owned(),
            "The task cannot be read; it stands in the extension only.".to_owned(),
        ));
    }
    let start = writer.write();
    let (steps, variables, losses) = (writer.steps, writer.variables, writer.losses);
    let name = |text: &Option<Text>| text.as_ref().map(|text| text.get(Language::En).to_owned());
    let id = read.playbook.id.as_str();
    let identity = derived_id("identity", "haetae");
    let mut playbook = Map::new();
    playbook.insert("type".into(), json!("playbook"));
    playbook.insert("spec_version".into(), json!("cacao-2.0"));
    playbook.insert("id".into(), json!(playbook_id(id)));
    playbook.insert("name".into(), json!(name(&read.playbook.name).unwrap_or_else(|| id.to_owned())));
    if let Some(description) = name(&read.playbook.description) {
        playbook.insert("description".into(), json!(description));
    }
    playbook.insert("created_by".into(), json!(identity));
    playbook.insert("created".into(), json!(stamp(at)));
    playbook.insert("modified".into(), json!(stamp(at)));
    if !variables.is_empty() {
        playbook.insert("playbook_variables".into(), Json::Object(variables));
    }
    playbook.insert("workflow_start".into(), json!(start));
    playbook.insert("workflow".into(), Json::Object(steps));
    playbook.insert("playbook_extensions".into(), json!({ HAETAE: {"type": "haetae", "document": document} }));
    playbook.insert(
        "agent_definitions".into(),
        json!({
            operators(): {"type": "organization", "name": "Operators"},
            haetae(): {"type": "security-category", "name": "Haetae", "category": ["orchestrator"]},
        }),
    );
    playbook.insert(
        "extension_definitions".into(),
        json!({
            LAYOUT: {
                "type": "extension-definition", "name": "CACAO Layout", "created_by": "identity--5abe695c-7bd5-4c31-8824-2528696cdbf1",
                "schema": "https://raw.githubusercontent.com/oasis-tcs/cacao/master/Extensions/layout/schemas/layout.json", "version": "1.0.0",
            },
            HAETAE: haetae_definition(),
        }),
    );
    add_source(&mut playbook, document, at);
    Exported { document: Json::Object(playbook), losses }
}

/// An edited import keeps the metadata and definitions of the playbook that it was.
fn add_source(playbook: &mut Map<String, Json>, document: &Json, at: DateTime<Utc>) {
    let Some(source) = document.get("cacao").and_then(|cacao| cacao.get("source")) else { return };
    let (repaired, _) = repair(source, at);
    for (key, value) in repaired {
        match (playbook.get_mut(&key), value) {
            (None, value) if key != "workflow_exception" && key != "signatures" => {
                playbook.insert(key, value);
            }
            (Some(Json::Object(own)), Json::Object(theirs)) if key.ends_with("_definitions") || key == "playbook_variables" => {
                for (id, value) in theirs {
                    own.entry(id).or_insert(value);
                }
            }
            (Some(own), value) if matches!(key.as_str(), "created" | "created_by") => *own = value,
            _ => {}
        }
    }
}

/// The action steps of the source whose tasks are still what the import made of them, by task.
fn originals(document: &Json, at: DateTime<Utc>) -> HashMap<String, Json> {
    let mut found = HashMap::new();
    let Some(source) = document.get("cacao").and_then(|cacao| cacao.get("source")) else { return found };
    let Ok(imported) = import::import(source) else { return found };
    let (repaired, _) = repair(source, at);
    let mut seen = HashSet::new();
    for (task, step) in imported.document["cacao"]["steps"].as_object().into_iter().flatten() {
        let kept = document["tasks"].get(task).is_some_and(|own| *own == imported.document["tasks"][task]);
        // The first task of a step carries its commands.
        if let (true, true, Some(step)) = (kept, seen.insert(step.clone()), step.as_str().and_then(|id| repaired.get("workflow")?.get(id)))
            && step["type"] == "action"
        {
            found.insert(task.clone(), step.clone());
        }
    }
    found
}

/// The CACAO id of a playbook; one that came from CACAO has it already.
fn playbook_id(id: &str) -> String {
    if id.starts_with("playbook--") && is_identifier(id) { id.to_owned() } else { derived_id("playbook", id) }
}

fn operators() -> String {
    derived_id("organization", "operators")
}

fn haetae() -> String {
    derived_id("security-category", "haetae")
}

struct Writer<'a> {
    playbook: &'a Playbook,
    originals: HashMap<String, Json>,
    steps: Map<String, Json>,
    variables: Map<String, Json>,
    losses: Vec<Loss>,
    ends: bool,
}

impl Writer<'_> {
    fn id(&self, kind: &str, name: &str) -> String {
        derived_id(kind, &format!("{}/{name}", self.playbook.id))
    }

    fn step_of(&self, task: &str) -> String {
        let kind = match self.playbook.tasks.get(task).map(|task| &task.kind) {
            Some(TaskKind::Branch { .. }) => "if-condition",
            Some(TaskKind::Call { .. }) => "playbook-action",
            _ => "action",
        };
        self.id(kind, task)
    }

    /// Writes every step and returns the first one.
    fn write(&mut self) -> String {
        for input in &self.playbook.inputs {
            let text = input.description.as_ref().map(|text| text.get(Language::En));
            self.declare(&input.name, input.kind, input.default.as_ref(), true, text);
        }
        for variable in &self.playbook.variables {
            self.declare(&variable.name, variable.kind, variable.value.as_ref(), false, None);
        }
        let start = self.id("start", "");
        let next = self.follow(START, Outcome::Done);
        self.steps.insert(start.clone(), json!({"type": "start", "on_completion": next}));
        for (id, task) in &self.playbook.tasks {
            self.write_task(id.as_str(), task);
        }
        if self.ends {
            self.steps.insert(self.id("end", ""), json!({"type": "end"}));
        }
        start
    }

    fn declare(&mut self, name: &str, kind: ValueType, value: Option<&Json>, external: bool, description: Option<&str>) {
        let word = match kind {
            ValueType::Boolean => "bool",
            ValueType::Number => "float",
            ValueType::Object | ValueType::Ticket | ValueType::Event => "dictionary",
            ValueType::List => "list",
            ValueType::String | ValueType::Ip | ValueType::Date | ValueType::Any => "string",
        };
        let mut variable = json!({"type": word, "constant": false, "external": external});
        if let Some(value) = value {
            variable["value"] = value.as_str().map_or_else(|| json!(value.to_string()), |text| json!(text));
        }
        if let Some(description) = description {
            variable["description"] = json!(description);
        }
        self.variables.insert(format!("__{name}__"), variable);
    }

    /// Returns the step that an outcome leads to: the end where none is linked, a parallel step where several are.
    fn follow(&mut self, from: &str, outcome: Outcome) -> String {
        let links = self.playbook.links.iter().filter(|link| link.from.as_str() == from && link.outcome() == outcome);
        let mut targets: Vec<String> = links.map(|link| self.step_of(link.to.as_str())).collect();
        match targets.len() {
            0 => {
                self.ends = true;
                self.id("end", "")
            }
            1 => targets.remove(0),
            _ => {
                let id = self.id("parallel", &format!("{from}/{}", outcome.as_str()));
                self.steps.insert(id.clone(), json!({"type": "parallel", "next_steps": targets}));
                id
            }
        }
    }

    fn has(&self, from: &str, outcome: Outcome) -> bool {
        self.playbook.links.iter().any(|link| link.from.as_str() == from && link.outcome() == outcome)
    }

    fn write_task(&mut self, id: &str, task: &Task) {
        let mut step = Map::new();
        step.insert("type".into(), json!("action"));
        step.insert("name".into(), json!(task.name.as_ref().map_or(id, |name| name.get(Language::En))));
        if let Some(note) = &task.note {
            step.insert("description".into(), json!(note.get(Language::En)));
        }
        if let Some(timeout) = task.timeout {
            step.insert("timeout".into(), json!(timeout.delta().num_milliseconds()));
        }
        if let Some(at) = self.playbook.layout.tasks.get(id) {
            let coordinates = json!({"x": (at.x / SCALE).round(), "y": (at.y / SCALE).round()});
            step.insert("step_extensions".into(), json!({ LAYOUT: {"type": "layout", "coordinates": coordinates} }));
        }
        self.report(id, task);
        match &task.kind {
            TaskKind::Branch { condition } => {
                step.insert("type".into(), json!("if-condition"));
                step.insert("condition".into(), json!(condition));
                let (yes, no) = (self.follow(id, Outcome::True), self.follow(id, Outcome::False));
                step.insert("on_true".into(), json!(yes));
                step.insert("on_false".into(), json!(no));
            }
            TaskKind::Call { playbook, inputs, .. } => {
                step.insert("type".into(), json!("playbook-action"));
                step.insert("playbook_id".into(), json!(playbook_id(playbook.as_str())));
                let names: Vec<String> = inputs.keys().map(|name| format!("__{name}__")).collect();
                if !names.is_empty() {
                    step.insert("in_args".into(), json!(names));
                }
            }
            kind => {
                let people = matches!(kind, TaskKind::Input { .. } | TaskKind::Approval { .. });
                step.insert("commands".into(), json!([{"type": "manual", "command": command(kind)}]));
                step.insert("agent".into(), json!(if people { operators() } else { haetae() }));
            }
        }
        if let TaskKind::Wait { seconds } = &task.kind
            && let Some(delay) = seconds.as_f64().filter(|seconds| *seconds >= 0.001 && *seconds < 1e9)
        {
            step.insert("delay".into(), json!((delay * 1000.0).round() as i64));
        }
        if let Some(original) = self.originals.get(id).and_then(Json::as_object) {
            for key in ["commands", "agent", "targets", "external_references", "description", "owner", "in_args", "step_variables"] {
                if let Some(value) = original.get(key) {
                    step.insert(key.into(), value.clone());
                }
            }
        }
        let mut results: Vec<String> = sets(&task.kind);
        for name in &results {
            if !self.variables.contains_key(&format!("__{name}__")) {
                self.declare(name, ValueType::Any, None, false, None);
            }
        }
        let next = self.after_question(id, &task.kind, &mut results);
        if !results.is_empty() && !matches!(task.kind, TaskKind::Branch { .. }) {
            step.insert("out_args".into(), json!(results.iter().map(|name| format!("__{name}__")).collect::<Vec<_>>()));
        }
        let is_branch = matches!(task.kind, TaskKind::Branch { .. });
        if self.has(id, Outcome::Failed) {
            if !is_branch {
                step.insert("on_success".into(), json!(next));
            }
            let failure = self.follow(id, Outcome::Failed);
            step.insert("on_failure".into(), json!(failure));
        } else if !is_branch {
            step.insert("on_completion".into(), json!(next));
        }
        let key = self.step_of(id);
        self.steps.insert(key, Json::Object(step));
    }

    /// Returns what follows a task; a question with several outcomes is followed by conditions on its outcome.
    fn after_question(&mut self, id: &str, kind: &TaskKind, results: &mut Vec<String>) -> String {
        let outcomes: &[Outcome] = match kind {
            TaskKind::Branch { .. } => return String::new(),
            TaskKind::Approval { .. } => &[Outcome::Approved, Outcome::Rejected, Outcome::Expired],
            TaskKind::Input { .. } if self.has(id, Outcome::Expired) => &[Outcome::Done, Outcome::Expired],
            _ => return self.follow(id, Outcome::Done),
        };
        let variable = format!("{id}_outcome");
        self.declare(&variable, ValueType::String, None, false, None);
        results.push(variable.clone());
        let mut next = {
            self.ends = true;
            self.id("end", "")
        };
        for outcome in outcomes.iter().rev() {
            let target = self.follow(id, *outcome);
            let step = self.id("if-condition", &format!("{id}/{}", outcome.as_str()));
            let condition = format!("__{variable}__:value == '{}'", outcome.as_str());
            let name = format!("{id}: {}", outcome.as_str());
            self.steps.insert(
                step.clone(),
                json!({"type": "if-condition", "name": name, "condition": condition, "on_true": target, "on_false": next}),
            );
            next = step;
        }
        next
    }

    /// Says what of a task only the extension says.
    fn report(&mut self, id: &str, task: &Task) {
        let mut kept: Vec<&str> = Vec::new();
        let incoming = self.playbook.links.iter().filter(|link| link.to.as_str() == id).count();
        kept.extend((incoming > 1).then_some("join"));
        kept.extend((!task.enabled).then_some("enabled"));
        kept.extend(task.retry.is_some().then_some("retry"));
        match &task.kind {
            TaskKind::Branch { .. } => kept.push("condition"),
            TaskKind::Call { each, .. } => kept.extend(each.is_some().then_some("each")),
            other => kept.push(other.word()),
        }
        if !kept.is_empty() {
            let keys = kept.join(", ");
            self.losses.push(Loss {
                task: Some(id.to_owned()),
                ..Loss::new(
                    "CACAO-020",
                    format!("tasks.{id}"),
                    format!("CACAO로는 다 나타낼 수 없어 확장에 보관합니다: {keys}"),
                    format!("CACAO cannot say all of this; it stands in the extension: {keys}"),
                )
            });
        }
    }
}

/// What a person does in the place of a task.
fn command(kind: &TaskKind) -> String {
    let values =
        |map: &crate::document::Parameters| map.iter().map(|(name, value)| format!("\n{name}: {}", plain(value))).collect::<String>();
    match kind {
        TaskKind::Action { app, command, parameters, .. } => format!("Run {command} of {app}{}", values(parameters)),
        TaskKind::Formula { variable, expression } => format!("Set {variable} to {expression}"),
        TaskKind::Input { question, choices, .. } => {
            let choices: String = choices.iter().map(|choice| format!("\n- {}", choice.value())).collect();
            format!("{}{choices}", question.get(Language::En))
        }
        TaskKind::Approval { question, .. } => format!("Approve or reject: {}", question.get(Language::En)),
        TaskKind::Wait { seconds } => format!("Wait {} seconds", plain(seconds)),
        TaskKind::Email { to, subject, body, .. } => {
            format!("Send a mail to {}\n{}\n\n{}", plain(to), subject.get(Language::En), body.get(Language::En))
        }
        TaskKind::Query { source, query, parameters, .. } => format!("Run on {source}: {query}{}", values(parameters)),
        TaskKind::Branch { condition } => condition.clone(),
        TaskKind::Call { playbook, .. } => playbook.to_string(),
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn sets(kind: &TaskKind) -> Vec<String> {
    match kind {
        TaskKind::Formula { variable, .. } | TaskKind::Input { variable, .. } => vec![variable.clone()],
        TaskKind::Action { assign, .. } | TaskKind::Call { assign, .. } | TaskKind::Query { assign, .. } => {
            assign.keys().cloned().collect()
        }
        _ => Vec::new(),
    }
}
