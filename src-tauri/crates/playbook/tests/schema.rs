//! The published JSON Schema says what reading says.

use std::path::Path;

use serde_json::{Value as Json, json};

fn read(path: &Path) -> Json {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn shipped_playbooks_satisfy_the_published_schema_and_damaged_ones_do_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let schema = jsonschema::validator_for(&read(&root.join("docs/playbook.schema.json"))).unwrap();
    let mut count = 0;
    for entry in std::fs::read_dir(root.join("playbooks")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".json") || name.ends_with(".rehearsal.json") {
            continue;
        }
        let faults: Vec<String> = schema.iter_errors(&read(&path)).map(|error| error.to_string()).collect();
        assert_eq!(faults, [] as [String; 0], "{name}");
        count += 1;
    }
    assert!(count >= 3);
    for (tasks, links) in [
        (json!({"a": {"type": "teleport"}}), json!([])),
        (json!({"a": {"type": "branch"}}), json!([])),
        (json!({}), json!([{"from": "start"}])),
    ] {
        assert!(!schema.is_valid(&json!({"format": 1, "id": "x", "tasks": tasks, "links": links})));
    }
}
