//! The playbooks that come with the program.

use apps::{Connection, Registry, sample, shipped};
use playbook::Catalog;
use playbook::document::{Playbook, TaskKind};
use serde_json::Value as Json;

/// What tasks may use where every app has its sample connection and every shipped playbook is there.
fn catalog(registry: &Registry, connections: &[Connection]) -> Catalog {
    let mut catalog = registry.catalog(connections);
    catalog.playbooks = shipped::PLAYBOOKS.iter().map(|own| own.id.to_owned()).collect();
    catalog
}

#[test]
fn the_playbooks_use_only_what_the_sample_has() {
    let registry = Registry::bundled();
    let connections = sample::connections(&registry);
    let catalog = catalog(&registry, &connections);
    for own in shipped::PLAYBOOKS {
        let playbook: Playbook = serde_json::from_str(own.document).unwrap_or_else(|error| panic!("{}: {error}", own.id));
        assert_eq!(playbook.id.as_str(), own.id);
        for (id, task) in &playbook.tasks {
            assert!(playbook.layout.tasks.contains_key(id), "{} {id} has no place on the canvas", own.id);
            let TaskKind::Action { app, connection, command, parameters, .. } = &task.kind else { continue };
            let known = catalog.command(app, command).unwrap_or_else(|| panic!("{} {id}: {app} {command}", own.id));
            assert!(catalog.has_connection(app, connection.as_deref().unwrap_or("default")), "{} {id}", own.id);
            for name in parameters.keys() {
                assert!(known.parameters.iter().any(|parameter| &parameter.name == name), "{} {id}: {name}", own.id);
            }
            for parameter in known.parameters.iter().filter(|parameter| parameter.required) {
                assert!(parameters.contains_key(&parameter.name), "{} {id} lacks {}", own.id, parameter.name);
            }
        }
    }
}

#[test]
fn the_playbooks_have_no_diagnostics() {
    let registry = Registry::bundled();
    let catalog = catalog(&registry, &sample::connections(&registry));
    for own in shipped::PLAYBOOKS {
        let json: Json = serde_json::from_str(own.document).expect("it is JSON");
        let (_, diagnostics) = playbook::diagnose(&json, &catalog, playbook::CheckOptions::default());
        assert!(diagnostics.is_empty(), "{}: {diagnostics:#?}", own.id);
    }
}

#[test]
fn they_speak_both_languages_everywhere() {
    for own in shipped::PLAYBOOKS {
        let document: Json = serde_json::from_str(own.document).expect("it is JSON");
        let tasks = document["tasks"].as_object().expect("tasks are a map");
        let mut texts = vec![("name", &document["name"]), ("description", &document["description"])];
        for task in tasks.values() {
            texts.push(("task name", &task["name"]));
            for field in ["question", "note", "subject", "body"] {
                texts.extend(task.get(field).map(|text| (field, text)));
            }
            for choice in task["choices"].as_array().into_iter().flatten() {
                texts.push(("choice", &choice["label"]));
            }
        }
        for (what, text) in texts {
            for language in ["ko", "en"] {
                assert!(
                    text[language].as_str().is_some_and(|text| !text.trim().is_empty()),
                    "{}: a {what} has no {language}: {text}",
                    own.id
                );
            }
        }
    }
}
