//! Journals that earlier versions wrote, replayed: each has to lead to what that version showed.
//!
//! The files in `golden` are what the program of their time wrote and printed. They are never made anew: a difference is a mistake of today.

use std::path::Path;

use engine::{Event, Plan, PlanOptions, replay};
use playbook::Catalog;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use types::Language;

#[derive(Deserialize)]
struct Golden {
    playbook: Json,
    events: Vec<Event>,
    expect: Expected,
}

#[derive(Deserialize)]
struct Expected {
    status: Json,
    started_at: Json,
    ended_at: Json,
    variables: Map<String, Json>,
    tasks: Vec<Json>,
}

#[test]
fn journals_of_earlier_versions_lead_where_they_led() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the folder of old journals").map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() >= 4, "old journals are missing");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a readable file");
        let golden: Golden = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        check(&golden, &file.display().to_string());
    }
}

fn check(golden: &Golden, name: &str) {
    let playbook = playbook::read(&golden.playbook).playbook;
    // What its commands are stands in the journal; the apps of today do not matter.
    let plan = Plan::new(&playbook, &Catalog::default(), PlanOptions { allow_unknown: true }).expect("it could run then");
    let state = replay(&plan, &golden.events);
    assert_eq!(json!(state.status()), golden.expect.status, "{name}");
    assert_eq!(json!([state.started_at(), state.ended_at()]), json!([golden.expect.started_at, golden.expect.ended_at]), "{name}");
    assert_eq!(state.variables(), golden.expect.variables, "{name}");
    let tasks: Vec<Json> = state
        .task_runs(&plan)
        .into_iter()
        .map(|run| {
            let error = run.error.map(|error| json!({"code": error.code, "message": error.message.get(Language::En)}));
            json!({
                "id": run.id, "type": run.kind, "status": run.status, "attempts": run.attempts, "started_at": run.started_at,
                "ended_at": run.ended_at, "input": run.input, "output": run.output, "outcome": run.outcome, "error": error,
            })
        })
        .collect();
    assert_eq!(tasks, golden.expect.tasks, "{name}");
}
