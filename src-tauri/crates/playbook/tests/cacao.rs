//! CACAO playbooks of other people, and our own as CACAO.
//!
//! The folder of examples is shared between projects and is named by `HAETAE_SHARED`; where it is not there the tests say so.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use jsonschema::{Registry, Validator};
use playbook::{Catalog, CheckOptions, cacao, diagnose};
use serde_json::{Value as Json, json};

/// The folder of CACAO examples; none where it is not there.
fn examples() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let shared = std::env::var_os("HAETAE_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let folder = shared.join("data/cacao");
    if folder.join("INDEX.tsv").is_file() {
        return Some(folder);
    }
    let line = format!("SKIPPED: there are no CACAO examples at {}", folder.display());
    eprintln!("{line}");
    if let Some(file) = std::env::var_os("HAETAE_SKIPS") {
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("the file of skips can be written");
        writeln!(file, "{line}").expect("the file of skips can be written");
    }
    None
}

/// Every example: its name, whether the OASIS schemas accept it, the number of its steps, its text.
fn each_example(mut visit: impl FnMut(&str, bool, usize, &Json)) {
    let Some(folder) = examples() else { return };
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut count = 0;
    for line in index.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let text = std::fs::read_to_string(folder.join(cells[0])).unwrap();
        visit(cells[0], cells[1] == "valid", cells[2].parse().unwrap(), &serde_json::from_str(&text).unwrap());
        count += 1;
    }
    assert_eq!(count, 59);
}

/// The steps of a workflow by id, however it is written.
fn steps(json: &Json) -> Vec<(&str, &Json)> {
    match &json["workflow"] {
        Json::Object(steps) => steps.iter().map(|(id, step)| (id.as_str(), step)).collect(),
        Json::Array(steps) => steps.iter().map(|step| (step["step_uuid"].as_str().unwrap(), step)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_example_becomes_a_playbook_without_errors() {
    each_example(|name, _, count, json| {
        assert!(cacao::is_cacao(json), "{name}");
        let imported = cacao::import(json).unwrap();
        let (document, diagnostics) = diagnose(&imported.document, &Catalog::default(), CheckOptions::default());
        let errors: Vec<_> = diagnostics.iter().filter(|one| one.is_error()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        // Every step but start and end has a task of its own.
        let working = steps(json).iter().filter(|(_, step)| !["start", "end"].contains(&step["type"].as_str().unwrap_or_default())).count();
        assert_eq!(steps(json).len(), count, "{name}");
        assert!(document.playbook.tasks.len() >= working, "{name}: {} tasks for {working} steps", document.playbook.tasks.len());
        eprintln!(
            "{name}: {count} steps, {} tasks, {} links, {} losses, {} warnings",
            document.playbook.tasks.len(),
            document.playbook.links.len(),
            imported.losses.len(),
            diagnostics.len()
        );
    });
}

#[test]
fn every_command_stands_in_a_question() {
    each_example(|name, _, _, json| {
        let imported = cacao::import(json).unwrap();
        let questions: Vec<String> = imported.document["tasks"]
            .as_object()
            .unwrap()
            .values()
            .filter_map(|task| task["question"]["en"].as_str())
            .map(|question| question.replace("{{ \"{{\" }}", "{{"))
            .collect();
        for (id, step) in steps(json) {
            let commands = step["commands"].as_array().into_iter().flatten();
            for text in commands.filter_map(|command| command["command"].as_str()) {
                assert!(questions.iter().any(|question| question.contains(text)), "{name}: {id}: {text}");
            }
        }
    });
}

/// The OASIS schema of a playbook with its parts, all read from the folder.
fn schema(folder: &Path) -> Validator {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    files(&folder.join("json-schema-2.0-cs01"), &mut paths);
    let mut main = Json::Null;
    let mut registry = Registry::new();
    for path in paths {
        let schema: Json = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        if path.ends_with("json-schema-2.0-cs01/playbook.json") {
            main = schema.clone();
        }
        let id = schema["$id"].as_str().unwrap().to_owned();
        registry = registry.add(id, schema).unwrap();
    }
    let registry = registry.prepare().unwrap();
    jsonschema::options().with_registry(&registry).build(&main).unwrap()
}

fn faults(schema: &Validator, json: &Json) -> Vec<String> {
    schema.iter_errors(json).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn at() -> chrono::DateTime<chrono::Utc> {
    "2026-11-22T00:00:00Z".parse().unwrap()
}

#[test]
fn the_schema_tells_valid_examples_from_others() {
    let Some(folder) = examples() else { return };
    let schema = schema(&folder);
    each_example(|name, valid, _, json| assert_eq!(schema.is_valid(json), valid, "{name}: {:?}", faults(&schema, json)));
}

#[test]
fn every_example_is_exported_again_with_every_step_and_text() {
    let Some(folder) = examples() else { return };
    let schema = schema(&folder);
    each_example(|name, valid, _, json| {
        let imported = cacao::import(json).unwrap();
        let exported = cacao::export(&imported.document, at());
        assert_eq!(faults(&schema, &exported.document), [] as [String; 0], "{name}");
        check_texts(name, json, &exported.document);
        if valid {
            for (id, step) in steps(json) {
                // Old files call every step `step--…`, in references too; the part after it stays. `target` is no field of 2.0.
                let suffix = id.split_once("--").unwrap().1;
                let (_, again) = steps(&exported.document).into_iter().find(|(id, _)| id.ends_with(suffix)).unwrap();
                for key in
                    step.as_object().unwrap().keys().filter(|key| !["step_extensions", "on_completion", "target"].contains(&key.as_str()))
                {
                    assert_eq!(again[key], step[key], "{name}: {id}.{key}");
                }
            }
        }
        let again = cacao::import(&exported.document).unwrap();
        assert_eq!(again.document["tasks"].as_object().unwrap().len(), imported.document["tasks"].as_object().unwrap().len(), "{name}");
        assert_eq!(again.document["links"].as_array().unwrap().len(), imported.document["links"].as_array().unwrap().len(), "{name}");
    });
}

/// Every condition and command text of `before` stands in `after`, in as many steps.
fn check_texts(name: &str, before: &Json, after: &Json) {
    let texts = |json: &Json| -> Vec<String> {
        let mut found = Vec::new();
        for (_, step) in steps(json) {
            for key in ["condition", "switch", "name", "description"] {
                found.extend(step[key].as_str().map(|text| format!("{key} {text}")));
            }
            for command in step["commands"].as_array().into_iter().flatten() {
                found.extend(
                    ["command", "command_b64", "content_b64", "content"]
                        .iter()
                        .filter_map(|key| Some(format!("{key} {}", command[key].as_str()?))),
                );
            }
        }
        found.sort();
        found
    };
    let (mut left, wanted) = (texts(after), texts(before));
    for text in wanted {
        let place = left.iter().position(|other| *other == text);
        assert!(place.is_some(), "{name}: {text}");
        left.remove(place.unwrap());
    }
}

#[test]
fn an_import_that_was_edited_is_exported_with_its_texts() {
    let Some(folder) = examples() else { return };
    let schema = schema(&folder);
    each_example(|name, _, _, json| {
        let mut document = cacao::import(json).unwrap().document;
        document["tasks"]["added"] = json!({"type": "formula", "variable": "added", "expression": "1"});
        document["links"].as_array_mut().unwrap().push(json!({"from": "start", "to": "added"}));
        let exported = cacao::export(&document, at());
        assert_eq!(faults(&schema, &exported.document), [] as [String; 0], "{name}");
        assert_eq!(cacao::import(&exported.document).unwrap().document, document, "{name}");
    });
}

#[test]
fn shipped_playbooks_come_back_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../playbooks");
    let schema = examples().map(|folder| schema(&folder));
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".json") || name.ends_with(".rehearsal.json") {
            continue;
        }
        let document: Json = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        check_round(&name, &document, schema.as_ref());
        count += 1;
    }
    assert!(count >= 3);
}

/// Exports a document, validates it, imports it again.
fn check_round(name: &str, document: &Json, schema: Option<&Validator>) {
    let exported = cacao::export(document, at());
    if let Some(schema) = schema {
        assert_eq!(faults(schema, &exported.document), [] as [String; 0], "{name}");
    }
    assert_eq!(exported, cacao::export(document, at()), "{name}");
    let imported = cacao::import(&exported.document).unwrap();
    assert_eq!((&imported.document, imported.losses.len()), (document, 0), "{name}");
    // Somebody else's change is not overlooked.
    let mut changed = exported.document;
    changed["name"] = json!("changed elsewhere");
    let imported = cacao::import(&changed).unwrap();
    assert_eq!((imported.losses[0].code.as_str(), &imported.document["name"]), ("CACAO-012", &json!("changed elsewhere")), "{name}");
    let (_, diagnostics) = diagnose(&imported.document, &Catalog::default(), CheckOptions::default());
    assert!(!diagnostics.iter().any(|one| one.is_error()), "{name}: {diagnostics:#?}");
}
