//! Databases of earlier formats: each is brought forward, opens, and shows what it showed before.
//!
//! `fixtures/schema-N.sql` is what `.dump` gave of a database of format N: the sample with executions that are done, wait for people
//! and need review, the program killed in the middle of a command.

use std::collections::BTreeMap;
use std::path::PathBuf;

use engine::message::{Event, TaskRun};
use rusqlite::Connection;
use serde_json::{Map, Value};
use store::Store;
use types::{ExecutionId, ExecutionStatus, TaskStatus};
use wire::execution::LinkState;

/// The formats that people may have: those in between were never released.
const FIXTURES: [i64; 1] = [1];

fn fixture(format: i64) -> PathBuf {
    PathBuf::from(format!("{}/tests/fixtures/schema-{format}.sql", env!("CARGO_MANIFEST_DIR")))
}

fn open_fixture(format: i64) -> (PathBuf, tempfile::TempDir) {
    let text = std::fs::read_to_string(fixture(format)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("haetae.db");
    Connection::open(&path).unwrap().execute_batch(&text).unwrap();
    (path, folder)
}

/// What the first format kept of an execution, a row per event and per task run.
struct Before {
    status: ExecutionStatus,
    events: Vec<Event>,
    runs: BTreeMap<String, TaskRun>,
    variables: Map<String, Value>,
    links: Vec<LinkState>,
}

fn first_format(path: &PathBuf) -> BTreeMap<i64, Before> {
    let db = Connection::open(path).unwrap();
    let texts = |sql: &str, id: i64| -> Vec<String> {
        db.prepare(sql).unwrap().query_map([id], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let one = |sql: &str, id: i64| texts(sql, id).remove(0);
    let ids: Vec<i64> =
        db.prepare("SELECT id FROM execution").unwrap().query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let before = |id: i64| {
        let runs = texts("SELECT run FROM task_run WHERE execution = ?1", id);
        let runs = runs.iter().map(|run| serde_json::from_str::<TaskRun>(run).unwrap());
        Before {
            status: serde_json::from_value(one("SELECT status FROM execution WHERE id = ?1", id).into()).unwrap(),
            events: texts("SELECT event FROM journal WHERE execution = ?1 ORDER BY sequence", id)
                .iter()
                .map(|event| serde_json::from_str(event).unwrap())
                .collect(),
            runs: runs.map(|run| (run.id.to_string(), run)).collect(),
            variables: serde_json::from_str(&one("SELECT variables FROM execution WHERE id = ?1", id)).unwrap(),
            links: serde_json::from_str(&one("SELECT links FROM execution WHERE id = ?1", id)).unwrap(),
        }
    };
    ids.into_iter().map(|id| (id, before(id))).collect()
}

#[test]
fn the_first_format_is_brought_forward_whole() {
    let (path, _folder) = open_fixture(1);
    let before = first_format(&path);
    assert_eq!(before.len(), 7);
    let store = Store::open(&path).unwrap();
    for (id, before) in before {
        let (detail, journal, runs, log) = store
            .read_blocking(|db| {
                let id = ExecutionId(id);
                Ok((db.execution(id)?, db.journal(id)?, db.task_runs(id)?, db.transitions(id, 0)?))
            })
            .unwrap();
        assert_eq!(detail.summary.status, before.status);
        assert_eq!(journal, before.events);
        assert_eq!(log.entries.len(), before.events.len());
        assert_eq!(runs.into_iter().map(|run| (run.id.to_string(), run)).collect::<BTreeMap<_, _>>(), before.runs);
        assert_eq!((detail.variables, detail.links), (before.variables, before.links));
    }
    let (groups, reviews, counts) =
        store.read_blocking(|db| Ok((db.question_groups(None)?, db.reviews()?, db.counts("operator")?))).unwrap();
    let waiting: Vec<i64> = groups.iter().flat_map(|group| &group.questions).map(|question| question.execution).collect();
    assert_eq!(waiting.len(), 3);
    assert!(waiting.iter().all(|execution| [2, 3, 5].contains(execution)), "{waiting:?}");
    assert_eq!(reviews.iter().map(|item| (item.execution, item.task.as_str())).collect::<Vec<_>>(), [(1, "quarantine")]);
    assert!(counts.work >= 4, "three questions and a review: {}", counts.work);
}

#[test]
fn every_earlier_format_opens_and_goes_on() {
    for format in FIXTURES {
        let (path, _folder) = open_fixture(format);
        let store = Store::open(&path).unwrap();
        let page = store.read_blocking(|db| db.executions(&Default::default())).unwrap();
        let waiting = page.executions.iter().find(|execution| execution.status == ExecutionStatus::Waiting).unwrap().id;
        let detail = store.read_blocking(move |db| db.execution(ExecutionId(waiting))).unwrap();
        assert!(!detail.questions.is_empty());
        assert!(detail.tasks.iter().any(|run| run.status == TaskStatus::Waiting));
        store.write_blocking(|db| db.set_setting("operator", &"lee")).unwrap();
        drop(store);
        assert!(Store::open(&path).is_ok(), "it opens again");
    }
}
