//! What another process, and the death of this one, do to the event store. Each test runs this very program again as a child.

#![allow(clippy::print_stdout, reason = "the child process tells the test what it did")]

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use events::EventStore;
use types::Time;

const STORE: &str = "HAETAE_TEST_STORE";
const DEED: &str = "HAETAE_TEST_DEED";

const ALERTS: &str = concat!(
    r#"{"timestamp":"2026-01-02T03:04:05Z","event_type":"alert","src_ip":"198.51.100.7","alert":{"signature_id":9000001,"signature":"TEST one"}}"#,
    "\n",
    r#"{"timestamp":"2026-01-02T03:04:06Z","event_type":"alert","src_ip":"198.51.100.7","alert":{"signature_id":9000001,"signature":"TEST two"}}"#,
    "\n"
);

/// Runs [`child`] of this program in a process of its own.
fn start(deed: &str, store: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture"])
        .env(STORE, store)
        .env(DEED, deed)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Not a test of its own: what a child process does. It does nothing when nobody asked for a deed.
#[test]
fn child() {
    let (Some(store), Ok(deed)) = (std::env::var_os(STORE).map(PathBuf::from), std::env::var(DEED)) else { return };
    let events = EventStore::open(&store).unwrap();
    match deed.as_str() {
        "hold" => {
            println!("held");
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
        }
        "die before commit" => {
            let _ = ingest(&events, &store, || std::process::abort());
        }
        "die after commit" => {
            ingest(&events, &store, || ()).unwrap();
            std::process::abort();
        }
        other => panic!("{other}"),
    }
}

/// Ingests two alerts and returns how many were new.
fn ingest(events: &EventStore, store: &Path, mut before_commit: impl FnMut()) -> Result<u64, types::Error> {
    let file = store.with_extension("ndjson");
    std::fs::write(&file, ALERTS).unwrap();
    let on_new = |_: &[casework::Event]| {
        before_commit();
        Ok(())
    };
    Ok(events.ingest(&[file], store.parent().unwrap(), Time::UNIX_EPOCH, on_new, |_| ())?.stored)
}

#[test]
fn a_store_that_another_process_holds_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("events.duckdb");
    let mut holder = start("hold", &store);
    let said = BufReader::new(holder.stdout.as_mut().unwrap()).lines().map_while(Result::ok).any(|line| line.contains("held"));
    assert!(said, "the child opened the store");
    assert_eq!(EventStore::open(&store).err().unwrap().code, "EVENTS-LOCKED");
    drop(holder.stdin.take());
    assert!(holder.wait().unwrap().success());
    assert_eq!(EventStore::open(&store).unwrap().count().unwrap(), 0);
}

#[test]
fn death_before_the_commit_leaves_everything_to_be_ingested_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("events.duckdb");
    assert!(!start("die before commit", &store).wait().unwrap().success());
    let events = EventStore::open(&store).unwrap();
    assert_eq!(events.count().unwrap(), 0);
    assert_eq!(ingest(&events, &store, || ()).unwrap(), 2);
}

#[test]
fn death_after_the_commit_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("events.duckdb");
    assert!(!start("die after commit", &store).wait().unwrap().success());
    let events = EventStore::open(&store).unwrap();
    assert_eq!((events.count().unwrap(), ingest(&events, &store, || ()).unwrap()), (2, 0));
}
