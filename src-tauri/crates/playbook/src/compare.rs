//! What differs between two documents: what is done, what it is called, where it stands.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use ts_rs::TS;
use types::TaskId;

use crate::document::{Link, Outcome, Playbook};
use crate::read::read;

/// The differences of two playbooks, in the order of the newer one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Comparison {
    /// What differs outside tasks, links and layout: `name`, `inputs.ticket`, `variables.score`, `triggers`, ...
    pub fields: Vec<FieldChange>,
    /// The tasks that differ.
    pub tasks: Vec<TaskChange>,
    /// The links that differ; one whose outcome changed is removed and added.
    pub links: Vec<LinkChange>,
    /// The tasks that stand elsewhere on the canvas.
    #[ts(as = "Vec<String>")]
    pub moved: Vec<TaskId>,
    /// Whether notes or frames differ.
    pub notes: bool,
    /// Whether an execution could notice: false when only names, descriptions, notes and places differ.
    pub meaning: bool,
}

impl Comparison {
    /// Tells whether nothing at all differs.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.tasks.is_empty() && self.links.is_empty() && self.moved.is_empty() && !self.notes
    }
}

/// A value that differs; absent on one side means that it was not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FieldChange {
    /// The field, such as `parameters.ip`.
    pub field: String,
    /// Its value before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "unknown")]
    pub before: Option<Json>,
    /// Its value after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "unknown")]
    pub after: Option<Json>,
}

/// Whether a thing came, went or differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only the newer playbook has it.
    Added,
    /// Only the older playbook has it.
    Removed,
    /// Both have it, and it differs.
    Changed,
}

/// A task that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskChange {
    /// Its id.
    #[ts(type = "string")]
    pub id: TaskId,
    /// Whether it came, went or differs.
    pub change: ChangeKind,
    /// The fields that differ; of an added or removed task, none.
    pub fields: Vec<FieldChange>,
}

/// A link that came or went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LinkChange {
    /// Whether it came or went.
    pub change: ChangeKind,
    /// The task it leaves, or `start`.
    #[ts(type = "string")]
    pub from: TaskId,
    /// The outcome it follows.
    pub outcome: Outcome,
    /// The task it reaches.
    #[ts(type = "string")]
    pub to: TaskId,
}

/// The fields that people read and executions do not.
const WORDS: [&str; 5] = ["name", "description", "note", "manual", "cacao"];

/// Compares two well-formed playbooks.
pub fn compare(before: &Playbook, after: &Playbook) -> Comparison {
    compare_documents(&to_json(before), &to_json(after))
}

/// Compares two stored documents, with what this program does not understand in them.
pub fn compare_documents(before: &Json, after: &Json) -> Comparison {
    let (before, after) = (normal(before), normal(after));
    let mut found = Comparison::default();
    for key in keys(&before, &after) {
        let (one, other) = (before.get(key), after.get(key));
        match key {
            "tasks" | "links" | "layout" | "format" | "id" => {}
            "inputs" | "variables" => named_changes(key, one, other, &mut found.fields),
            _ => changes(key, one, other, &mut found.fields),
        }
    }
    compare_tasks(map(before.get("tasks")), map(after.get("tasks")), &mut found.tasks);
    compare_links(&before, &after, &mut found.links);
    let (old, new) = (map(before.get("layout")), map(after.get("layout")));
    let (old_places, new_places) = (map(old.get("tasks")), map(new.get("tasks")));
    let moved = |id: &&String| old_places.get(id.as_str()).is_some_and(|place| Some(place) != new_places.get(id.as_str()));
    found.moved = new_places.keys().filter(moved).map(|id| TaskId::new(id.as_str())).collect();
    found.notes = old.get("notes") != new.get("notes");
    let means = |change: &FieldChange| !WORDS.contains(&change.field.split('.').next().unwrap_or_default());
    found.meaning = !found.links.is_empty()
        || found.fields.iter().any(means)
        || found.tasks.iter().any(|task| task.change != ChangeKind::Changed || task.fields.iter().any(means));
    found
}

fn compare_tasks(before: &Map<String, Json>, after: &Map<String, Json>, found: &mut Vec<TaskChange>) {
    for (id, task) in after {
        let mut fields = Vec::new();
        let change = match before.get(id) {
            None => ChangeKind::Added,
            Some(old) if old == task => continue,
            Some(old) => {
                changes("", Some(old), Some(task), &mut fields);
                ChangeKind::Changed
            }
        };
        if change == ChangeKind::Added || !fields.is_empty() {
            found.push(TaskChange { id: TaskId::new(id.as_str()), change, fields });
        }
    }
    for id in before.keys().filter(|id| !after.contains_key(*id)) {
        found.push(TaskChange { id: TaskId::new(id.as_str()), change: ChangeKind::Removed, fields: Vec::new() });
    }
}

fn compare_links(before: &Map<String, Json>, after: &Map<String, Json>, found: &mut Vec<LinkChange>) {
    let read = |document: &Map<String, Json>| -> Vec<Link> {
        let links = document.get("links").and_then(Json::as_array).into_iter().flatten();
        links.filter_map(|link| serde_json::from_value(link.clone()).ok()).collect()
    };
    let key = |link: &Link| (link.from.clone(), link.outcome(), link.to.clone());
    let (before, after) = (read(before), read(after));
    for (change, here, there) in [(ChangeKind::Added, &after, &before), (ChangeKind::Removed, &before, &after)] {
        let there: HashSet<_> = there.iter().map(key).collect();
        let mut seen = HashSet::new();
        for link in here.iter().filter(|link| !there.contains(&key(link))) {
            if seen.insert(key(link)) {
                found.push(LinkChange { change, from: link.from.clone(), outcome: link.outcome(), to: link.to.clone() });
            }
        }
    }
}

/// Lists the differing fields of two values; objects are walked one level at a time, lists are compared whole.
fn changes(field: &str, before: Option<&Json>, after: Option<&Json>, found: &mut Vec<FieldChange>) {
    // Nested values are walked with a list of what is left, because documents come from outside and may nest deeply.
    let mut left = vec![(field.to_owned(), before, after)];
    while let Some((field, before, after)) = left.pop() {
        match (before, after) {
            (Some(Json::Object(old)), Some(Json::Object(new))) => {
                let inner = |key: &str| if field.is_empty() { key.to_owned() } else { format!("{field}.{key}") };
                left.extend(keys(old, new).into_iter().rev().map(|key| (inner(key), old.get(key), new.get(key))));
            }
            (before, after) if before != after => {
                found.push(FieldChange { field, before: before.cloned(), after: after.cloned() });
            }
            _ => {}
        }
    }
}

/// Compares lists of `{name, ...}` by name.
fn named_changes(key: &str, before: Option<&Json>, after: Option<&Json>, found: &mut Vec<FieldChange>) {
    let by_name = |list: Option<&Json>| -> Map<String, Json> {
        let items = list.and_then(Json::as_array).into_iter().flatten();
        items.filter_map(|item| Some((item.get("name")?.as_str()?.to_owned(), item.clone()))).collect()
    };
    let (old, new) = (by_name(before), by_name(after));
    for name in keys(&old, &new) {
        changes(&format!("{key}.{name}"), old.get(name), new.get(name), found);
    }
}

/// The keys of both, those of the newer one first.
fn keys<'a>(before: &'a Map<String, Json>, after: &'a Map<String, Json>) -> Vec<&'a str> {
    after.keys().chain(before.keys().filter(|key| !after.contains_key(*key))).map(String::as_str).collect()
}

fn map(json: Option<&Json>) -> &Map<String, Json> {
    static EMPTY: std::sync::LazyLock<Map<String, Json>> = std::sync::LazyLock::new(Map::new);
    json.and_then(Json::as_object).unwrap_or(&EMPTY)
}

fn to_json(playbook: &Playbook) -> Json {
    serde_json::to_value(playbook).unwrap_or_default()
}

/// The document as this program would write it, so that a default that is written and one that is left out are the same;
/// what it does not understand stays.
fn normal(document: &Json) -> Map<String, Json> {
    let understood = to_json(&read(document).playbook);
    let mut normal = map(Some(document)).clone();
    for (key, value) in map(Some(&understood)) {
        match key.as_str() {
            "tasks" => {
                let mut tasks = map(normal.get("tasks")).clone();
                for (id, task) in map(Some(value)) {
                    let Some(Json::Object(written)) = tasks.get(id) else { continue };
                    let mut merged = map(Some(task)).clone();
                    let unknown = written.iter().filter(|(key, value)| !is_default(key, value) && !merged.contains_key(*key));
                    let unknown: Vec<_> = unknown.map(|(key, value)| (key.clone(), value.clone())).collect();
                    merged.extend(unknown);
                    if merged.get("connection").and_then(Json::as_str) == Some("default") {
                        merged.remove("connection");
                    }
                    tasks.insert(id.clone(), Json::Object(merged));
                }
                normal.insert(key.clone(), Json::Object(tasks));
            }
            // Links that lead nowhere and unreadable inputs stay as they are written.
            "links" | "inputs" | "variables" | "layout" | "triggers" | "format" | "id" => {}
            _ => {
                normal.insert(key.clone(), value.clone());
            }
        }
    }
    normal.retain(|_, value| !value.is_null());
    normal
}

/// Whether a written field of a task says what its absence says.
fn is_default(key: &str, value: &Json) -> bool {
    match key {
        "enabled" => value == &Json::Bool(true),
        "join" => value.as_str() == Some("all"),
        _ => value.is_null() || value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Json {
        json!({
            "format": 1, "id": "x", "name": "X",
            "inputs": [{"name": "ip", "type": "ip", "required": true}],
            "tasks": {
                "look": {"type": "action", "app": "firewall", "command": "look", "parameters": {"ip": "{{ ip }}", "deep": {"er": 1}}},
                "ask": {"type": "approval", "question": "?"}
            },
            "links": [{"from": "start", "to": "look"}, {"from": "look", "to": "ask"}],
            "layout": {"tasks": {"look": {"x": 1, "y": 2}}}
        })
    }

    /// Changes the document and lists the differences as words, with `!` first when they mean something.
    #[track_caller]
    fn check(change: impl FnOnce(&mut Json), expected: &[&str]) {
        let mut after = document();
        change(&mut after);
        let found = compare_documents(&document(), &after);
        let field = |change: &FieldChange| {
            let text = |value: &Option<Json>| value.as_ref().map_or("-".to_owned(), Json::to_string);
            format!("{} {} {}", change.field, text(&change.before), text(&change.after))
        };
        let word = |change: ChangeKind| serde_json::to_value(change).unwrap().as_str().unwrap().to_owned();
        let mut lines: Vec<String> = found.meaning.then(|| "!".to_owned()).into_iter().collect();
        lines.extend(found.fields.iter().map(field));
        for task in &found.tasks {
            lines.push(format!("{} {}", word(task.change), task.id));
            lines.extend(task.fields.iter().map(|change| format!("{}.{}", task.id, field(change))));
        }
        lines.extend(found.links.iter().map(|link| format!("{} {} {} {}", word(link.change), link.from, link.outcome.as_str(), link.to)));
        lines.extend(found.moved.iter().map(|id| format!("moved {id}")));
        lines.extend(found.notes.then(|| "notes".to_owned()));
        assert_eq!(lines, expected);
        assert_eq!(found.is_empty(), expected.is_empty());
    }

    #[test]
    fn the_same_document_has_none() {
        check(|_| {}, &[]);
    }

    #[test]
    fn defaults_that_are_written_are_no_difference() {
        check(
            |after| {
                after["tasks"]["look"]["enabled"] = json!(true);
                after["tasks"]["look"]["connection"] = json!("default");
                after["tasks"]["look"]["retry"] = json!(null);
                after["tasks"]["ask"]["join"] = json!("all");
                after["links"][1]["outcome"] = json!("done");
            },
            &[],
        );
    }

    #[test]
    fn changed_fields_show_both_values() {
        check(
            |after| {
                after["tasks"]["look"]["parameters"]["deep"]["er"] = json!(2);
                after["tasks"]["look"]["timeout"] = json!("30s");
                after["inputs"][0]["required"] = json!(false);
            },
            &["!", "inputs.ip.required true false", "changed look", "look.parameters.deep.er 1 2", "look.timeout - \"30s\""],
        );
    }

    #[test]
    fn names_and_places_mean_nothing() {
        check(
            |after| {
                after["name"] = json!({"ko": "엑스"});
                after["tasks"]["ask"]["name"] = json!("Ask");
                after["layout"]["tasks"]["look"]["x"] = json!(100);
                after["layout"]["tasks"]["ask"] = json!({"x": 5, "y": 5});
                after["layout"]["notes"] = json!([{"id": "n"}]);
            },
            &["name \"X\" {\"ko\":\"엑스\"}", "changed ask", "ask.name - \"Ask\"", "moved look", "notes"],
        );
    }

    #[test]
    fn tasks_and_links_come_and_go() {
        check(
            |after| {
                after["tasks"].as_object_mut().unwrap().shift_remove("ask");
                after["tasks"]["new"] = json!({"type": "teleport"});
                after["links"][1] = json!({"from": "look", "outcome": "failed", "to": "new"});
            },
            &["!", "added new", "removed ask", "added look failed new", "removed look done ask"],
        );
    }

    #[test]
    fn what_is_not_understood_is_compared_too() {
        check(|after| after["tasks"]["look"]["colour"] = json!("red"), &["!", "changed look", "look.colour - \"red\""]);
        check(|after| after["owner"] = json!("kim"), &["!", "owner - \"kim\""]);
    }
}
