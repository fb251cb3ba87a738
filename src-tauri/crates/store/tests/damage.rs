//! Damaged database files: an error with a code or what is still readable, never a panic, never a fresh database in its place.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::{Map, json};
use store::{NewExecution, Reader, Store};
use types::{Error, ExecutionId, ExecutionStatus, Text, Time};
use wire::execution::ListExecutions;

const EXECUTIONS: usize = 40;
/// Half of them change bytes, half cut the file.
const PLACES: usize = 500;

/// A database with some executions whose inputs take more than a page, at rest in one file.
fn sound(folder: &Path) -> PathBuf {
    let path = folder.join("haetae.db");
    let store = Store::open(&path).unwrap();
    for _ in 0..EXECUTIONS {
        queue(&store).unwrap();
    }
    drop(store);
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    path
}

fn queue(store: &Store) -> Result<ExecutionId, Error> {
    store.write_blocking(|db| {
        let document = db.keep_document(r#"{"format": 1, "id": "p", "tasks": {}, "links": []}"#)?;
        db.queue_execution(&NewExecution {
            playbook: "p".into(),
            version: 1,
            document,
            name: Text::both("플레이북", "Playbook"),
            trigger: "person".into(),
            ticket: None,
            input: Map::from_iter([("text".to_owned(), json!("x".repeat(6_000)))]),
            started_by: "kim".into(),
            queued_at: Time::from_timestamp(1_790_000_000, 0).unwrap(),
            sample: false,
            origin: Default::default(),
        })
    })
}

#[test]
fn an_emptied_or_missing_file_is_not_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = sound(folder.path());
    fs::write(&path, b"").unwrap();
    assert_eq!(Store::open(&path).err().unwrap().code, "STORE-CORRUPT");
    assert_eq!(fs::read(&path).unwrap().len(), 0);
    fs::remove_file(&path).unwrap();
    assert_eq!(Store::open(&path).err().unwrap().code, "STORE-CORRUPT");
    assert!(!path.exists());
}

/// Reads everything that the start and the first screens read.
fn read_all(store: &Store) -> Vec<Error> {
    fn read<T>(store: &Store, errors: &mut Vec<Error>, what: impl FnOnce(&Reader<'_>) -> store::Result<T>) -> Option<T> {
        store.read_blocking(what).map_err(|error| errors.push(error)).ok()
    }
    let mut errors = Vec::new();
    let ids = read(store, &mut errors, |db| db.execution_ids(&[ExecutionStatus::Queued], ExecutionId(0), 1_000)).unwrap_or_default();
    for id in ids {
        read(store, &mut errors, |db| db.execution(id));
        read(store, &mut errors, |db| db.journal(id));
    }
    read(store, &mut errors, |db| db.executions(&ListExecutions::default()));
    read(store, &mut errors, |db| db.question_groups(None));
    read(store, &mut errors, |db| db.playbooks());
    read(store, &mut errors, |db| db.timers());
    read(store, &mut errors, |db| db.execution_counts());
    if let Err(error) = queue(store) {
        errors.push(error);
    }
    errors
}

/// Damages the file at a place, opens and reads it; returns the codes of what was refused.
fn survives(sound: &[u8], place: usize) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("haetae.db");
    // The places are spread over the file, denser where its header and schema stand.
    let spread = place / 2;
    let at = if spread.is_multiple_of(5) { spread * 20 } else { spread * sound.len() / (PLACES / 2) };
    let mut bytes = sound.to_vec();
    if place.is_multiple_of(2) {
        let end = (at + 16).min(bytes.len());
        bytes[at..end].iter_mut().for_each(|byte| *byte ^= 0xa5);
    } else {
        bytes.truncate(at.max(1));
    }
    fs::write(&path, &bytes).unwrap();
    let store = match Store::open(&path) {
        Ok(store) => store,
        Err(error) => {
            assert!(fs::read(&path).unwrap() == bytes, "place {place}: what could not be opened was changed");
            return vec![error.code];
        }
    };
    let errors = read_all(&store);
    drop(store);
    let rows = rusqlite::Connection::open(&path)
        .and_then(|db| db.query_row("SELECT count(*) FROM execution", [], |row| row.get::<_, i64>(0)))
        .unwrap_or(i64::MAX);
    assert!(rows > 1 || !errors.is_empty(), "place {place}: taken for a new database");
    errors.into_iter().map(|error| error.code).collect()
}

#[test]
fn a_file_damaged_anywhere_is_told_and_never_taken_for_new() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = fs::read(sound(folder.path())).unwrap();
    let mut told = 0;
    for place in 0..PLACES {
        let codes = catch_unwind(AssertUnwindSafe(|| survives(&bytes, place))).unwrap_or_else(|_| panic!("place {place}: panicked"));
        for code in &codes {
            // A row that went with its page is not found.
            assert!(code.starts_with("STORE-") || code == "NOT-FOUND", "place {place}: {code}");
        }
        told += usize::from(!codes.is_empty());
    }
    // A changed byte within a text is no damage to the file; a cut always is.
    assert!(told >= PLACES / 2, "only {told} of {PLACES} were told");
}

#[test]
fn a_log_that_is_gone_costs_what_was_only_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = sound(folder.path());
    let store = Store::open(&path).unwrap();
    queue(&store).unwrap();
    let copy = folder.path().join("copy.db");
    fs::copy(&path, &copy).unwrap();
    drop(store);
    let store = Store::open(&copy).unwrap();
    assert_eq!(read_all(&store), Vec::new());
    let found = store.read_blocking(|db| db.execution_ids(&[ExecutionStatus::Queued], ExecutionId(0), 1_000)).unwrap();
    assert_eq!(found.len(), EXECUTIONS + 1, "those of the file and the one just written");
}
