//! The event store over real files in a temporary folder: ingesting, duplicates, rejects, crashes, queries, refusals.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use casework::Event;
use events::EventStore;
use serde_json::{Value as Json, json};
use types::{Error, Time};
use wire::casework::IngestReport;

/// A store in a folder of its own.
struct Desk {
    folder: tempfile::TempDir,
    store: EventStore,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = EventStore::open(&folder.path().join("events.duckdb")).unwrap();
        Self { folder, store }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn ingest_with(&self, files: &[PathBuf], on_new: impl FnMut(&[Event]) -> Result<(), Error>) -> Result<IngestReport, Error> {
        self.store.ingest(files, &self.path("rejects"), now(), on_new, |_| ())
    }

    fn ingest(&self, text: impl AsRef<[u8]>) -> IngestReport {
        self.ingest_with(&[self.file("alerts.ndjson", text)], |_| Ok(())).unwrap()
    }

    fn rows(&self, sql: &str) -> Json {
        json!(self.store.query(sql, 1000).unwrap().rows)
    }

    fn refusal(&self, sql: &str) -> String {
        match self.store.query(sql, 1000) {
            Ok(result) => panic!("{sql} gave {:?}", result.rows),
            Err(refusal) => refusal.code,
        }
    }
}

fn now() -> Time {
    "2026-11-22T06:00:00Z".parse().unwrap()
}

/// A synthetic alert on one line; `number` is its source port and the second of its time.
fn alert(number: u32) -> String {
    format!(
        r#"{{"timestamp":"2026-01-02T03:04:{:02}.250000+0000","event_type":"alert","src_ip":"198.51.100.7","src_port":{number},"dest_ip":"10.0.0.5","dest_port":443,"proto":"TCP","flow_id":1374195536821504999,"alert":{{"signature_id":9000001,"signature":"TEST it's","category":"Test","severity":1}},"payload":"AP8="}}"#,
        number % 60
    )
}

fn alerts(numbers: impl IntoIterator<Item = u32>) -> String {
    numbers.into_iter().map(|number| alert(number) + "\n").collect()
}

#[test]
fn events_are_stored_once_however_often_they_come() {
    let desk = Desk::new();
    let first = desk.ingest(alerts([1, 2, 2, 3]));
    assert_eq!((first.files, first.lines, first.stored, first.duplicates, first.rejected), (1, 4, 3, 1, 0));
    let second = desk.ingest(alerts([3, 4, 1]));
    assert_eq!((second.stored, second.duplicates), (1, 2));
    assert_eq!(desk.store.count().unwrap(), 4);
    assert_eq!(first.rejects_file, None);
}

#[test]
fn an_event_comes_back_as_the_detector_wrote_it() {
    let desk = Desk::new();
    let mut ids = Vec::new();
    let file = desk.file("a.ndjson", alerts([1, 2]));
    desk.ingest_with(&[file], |events| {
        ids.extend(events.iter().map(|event| event.summary.id.clone()));
        Ok(())
    })
    .unwrap();
    let detail = desk.store.show(&ids[0]).unwrap();
    assert_eq!(detail.raw, serde_json::from_str::<Json>(&alert(1)).unwrap());
    assert_eq!(detail.payload.as_deref(), Some("AP8="));
    assert_eq!(detail.summary.at.to_rfc3339(), "2026-01-02T03:04:01.250+00:00");
    assert_eq!((detail.summary.src_port, detail.summary.severity), (Some(1), types::Severity::High));
    assert_eq!(desk.store.show("nothing").unwrap_err().code, "EVENTS-404");
    let summaries = desk.store.summaries(&[ids[0].clone(), "x".into(), ids[1].clone()]).unwrap();
    assert_eq!(summaries.iter().map(|summary| &summary.id).collect::<Vec<_>>(), [&ids[1], &ids[0]], "newest first");
}

#[test]
fn lines_that_are_no_events_are_kept_with_their_number_and_reason() {
    let desk = Desk::new();
    let text = format!("{}\nnot json\n\n{{\"event_type\":\"dns\"}}\r\n{}\n\u{1}", alert(1), alert(2));
    let mut bytes = text.into_bytes();
    bytes.extend(b"\n{\"event_type\":\"\xff\"}\n");
    let report = desk.ingest(&bytes);
    assert_eq!((report.lines, report.stored, report.rejected), (6, 2, 4));
    let file = desk.path("alerts.ndjson").display().to_string();
    let listed: Vec<(u64, &str)> = report.rejects.iter().map(|reject| (reject.line, reject.reason.split(" (").next().unwrap())).collect();
    assert_eq!(listed, [(2, "not valid JSON"), (4, "not an alert"), (6, "not valid JSON"), (7, "not UTF-8 text")]);
    let kept = fs::read_to_string(report.rejects_file.unwrap()).unwrap();
    let kept: Vec<Json> = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(kept.len(), 4);
    assert_eq!(kept[1], json!({"file": file, "line": 4, "reason": "not an alert (event_type dns)", "text": "{\"event_type\":\"dns\"}"}));
}

#[test]
fn two_runs_in_one_second_keep_two_rejects_files() {
    let desk = Desk::new();
    let files: Vec<String> = (0..2).map(|_| desk.ingest("{\n").rejects_file.unwrap()).collect();
    assert!(files[0].ends_with("rejects-20261122T060000Z.ndjson") && files[1].ends_with("rejects-20261122T060000Z-2.ndjson"), "{files:?}");
}

#[test]
fn what_the_caller_refuses_is_not_stored_and_comes_again() {
    let desk = Desk::new();
    let file = desk.file("a.ndjson", alerts([1, 2]));
    let refused = desk.ingest_with(std::slice::from_ref(&file), |_| Err(Error::new("TEST-1", "안 됨", "no"))).unwrap_err();
    assert_eq!(refused.code, "TEST-1");
    assert_eq!(desk.store.count().unwrap(), 0);
    let mut seen = 0;
    desk.ingest_with(&[file], |events| {
        seen += events.len();
        Ok(())
    })
    .unwrap();
    assert_eq!((seen, desk.store.count().unwrap()), (2, 2));
}

#[test]
fn a_file_of_another_kind_refuses_the_whole() {
    let desk = Desk::new();
    let files = [desk.file("good.ndjson", alerts([1])), desk.file("bad.zip", b"PK\x03\x04")];
    assert_eq!(desk.ingest_with(&files, |_| Ok(())).unwrap_err().code, "EVENTS-FORMAT");
    assert_eq!(desk.ingest_with(&[desk.path("missing")], |_| Ok(())).unwrap_err().code, "EVENTS-FILE");
    assert_eq!(desk.store.count().unwrap(), 0);
}

#[test]
fn a_file_is_taken_back_without_what_was_there_before_it() {
    let desk = Desk::new();
    let (own, sample) = (desk.file("own.ndjson", alerts([1, 2])), desk.file("sample.ndjson", alerts([2, 3, 4])));
    desk.ingest_with(&[own, sample.clone()], |_| Ok(())).unwrap();
    assert_eq!(desk.store.remove_file(&sample).unwrap(), 2);
    assert_eq!(desk.rows("SELECT src_port FROM events ORDER BY src_port"), json!([[1], [2]]));
    assert_eq!(desk.ingest(alerts([3])).stored, 1, "and can come again");
}

#[test]
fn one_writes_while_others_read() {
    let desk = Desk::new();
    let file = desk.file("a.ndjson", alerts([1]));
    let mut seen = None;
    desk.ingest_with(&[file], |_| {
        // Inside the writer's transaction: a reader neither waits for it nor sees it.
        seen = Some(desk.store.query("SELECT count(*) FROM events", 1)?.rows);
        Ok(())
    })
    .unwrap();
    assert_eq!(json!(seen), json!([[0]]));
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&desk.store);
}

#[test]
fn progress_ends_at_the_whole() {
    let desk = Desk::new();
    let files = [desk.file("a.ndjson", alerts(0..1200)), desk.file("b.ndjson", alerts(1200..1300))];
    let mut steps = Vec::new();
    desk.store.ingest(&files, &desk.path("rejects"), now(), |_| Ok(()), |progress| steps.push(progress)).unwrap();
    assert!(steps.len() >= 4 && steps.is_sorted_by_key(|step| (step.bytes, step.lines)));
    let last = steps.last().unwrap();
    assert_eq!((last.bytes, last.lines), (last.total_bytes, 1300));
}

#[test]
fn the_store_is_there_again_after_a_restart() {
    let desk = Desk::new();
    desk.ingest(alerts([1, 2]));
    let Desk { folder, store } = desk;
    drop(store);
    let again = EventStore::open(&folder.path().join("events.duckdb")).unwrap();
    assert_eq!(again.count().unwrap(), 2);
}

#[test]
fn a_file_that_is_no_store_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.duckdb");
    fs::write(&path, "this is a text file, long enough to have a header ".repeat(400)).unwrap();
    let before = fs::read(&path).unwrap();
    assert_eq!(refused_opening(&path), "EVENTS-CORRUPT");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(refused_opening(&folder.path().join("no/such/folder/x.duckdb")), "EVENTS-OPEN");
}

#[test]
fn a_store_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.duckdb");
    drop(EventStore::open(&path).unwrap());
    let connection = duckdb::Connection::open(&path).unwrap();
    connection.execute_batch("INSERT INTO meta VALUES ('schema', 99)").unwrap();
    drop(connection);
    assert_eq!(refused_opening(&path), "EVENTS-NEWER");
}

fn refused_opening(path: &Path) -> String {
    EventStore::open(path).err().unwrap().code
}

#[test]
fn queries_answer_in_json() {
    let desk = Desk::new();
    desk.ingest(alerts([1, 2]));
    assert_eq!(
        desk.rows("SELECT src_port, time, payload, flow_id FROM events ORDER BY src_port LIMIT 1"),
        json!([[1, "2026-01-02T03:04:01.250Z", {"$binary": "00ff"}, "1374195536821504999"]])
    );
    assert_eq!(
        desk.rows("SELECT raw->>'$.alert.signature' FROM events WHERE signature = 'TEST it''s' AND src_port = 2"),
        json!([["TEST it's"]])
    );
    assert_eq!(
        desk.rows("SELECT [1, 2], {'a': NULL}, MAP {'k': 1.5}, DATE '2026-01-02', TIME '03:04:05', 1.25::DECIMAL(4,2), true"),
        json!([[[1, 2], {"a": null}, {"k": 1.5}, "2026-01-02", "03:04:05", 1.25, true]])
    );
    assert_eq!(desk.rows("WITH x AS (SELECT 1 AS n) SELECT n FROM x; -- the end"), json!([[1]]));
    assert_eq!(desk.rows("SELECT n FROM range(5) t(n) ORDER BY n DESC"), json!([[4], [3], [2], [1], [0]]));
    assert_eq!(desk.rows("SELECT count(*) FROM (DESCRIBE events)"), json!([[24]]));
    let cut = desk.store.query("SELECT 1 AS a, 2 AS b FROM range(1000)", 3).unwrap();
    assert_eq!((cut.columns, cut.rows.len(), cut.truncated), (vec!["a".to_owned(), "b".to_owned()], 3, true));
    assert!(!desk.store.query("SELECT 1 FROM range(3)", 3).unwrap().truncated);
}

#[test]
fn hostile_sql_is_refused() {
    let desk = Desk::new();
    desk.ingest(alerts([1]));
    let secret = desk.file("secret.csv", "a,b\n1,2\n");
    let secret = secret.display();
    for sql in [
        "DROP TABLE event",
        "DELETE FROM event",
        "UPDATE event SET category = 'x'",
        "INSERT INTO meta VALUES ('schema', 99)",
        "WITH x AS (SELECT 1) DELETE FROM event",
        "CREATE TABLE x (a INT)",
        "CREATE TEMP TABLE x (a INT)",
        "SELECT 1; DROP TABLE event",
        "SELECT 1) LIMIT 1; DROP TABLE event; SELECT * FROM (SELECT 1",
        "SELECT '); DROP TABLE event; --",
        "COMMIT; DROP TABLE event",
        "SET memory_limit = '100GB'",
        "RESET ALL",
        "PRAGMA enable_external_access",
        "ATTACH 'other.duckdb'",
        "COPY event TO 'x.csv'",
        "EXPORT DATABASE 'x'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CHECKPOINT",
        "CALL pragma_version()",
        "VACUUM",
        "EXPLAIN ANALYZE DELETE FROM event",
        &format!("SELECT * FROM '{secret}'"),
        &format!("SELECT * FROM read_csv('{secret}')"),
        &format!("SELECT * FROM read_text('{secret}')"),
        &format!("SELECT * FROM glob('{secret}')"),
        "SELECT * FROM read_json('https://example.com/x')",
        "SELECT * FROM query('DROP TABLE event')",
        "SELECT getenv('HOME')",
        "SELECT",
        "",
        "한글",
        "SELECT ?",
        "SELECT 'a\0b'",
    ] {
        let code = desk.refusal(sql);
        assert!(matches!(code.as_str(), "EVENTS-QUERY" | "EVENTS-READ-ONLY"), "{sql}: {code}");
    }
    assert_eq!(desk.store.count().unwrap(), 1);
    assert_eq!(desk.rows("SELECT max(value) FROM meta"), json!([[1]]));
    assert_eq!(desk.ingest(alerts([2])).stored, 1, "the store still takes events");
}

#[test]
fn a_query_that_does_not_end_is_stopped() {
    let desk = Desk::new();
    let endless = "SELECT count(*) FROM range(10000000000) a, range(10000000000) b";
    assert_eq!(desk.store.query_within(endless, 10, Duration::from_millis(200)).unwrap_err().code, "EVENTS-QUERY-TIME");
    assert_eq!(desk.refusal("SELECT list(i || repeat('x', 1000)) FROM range(100000000) t(i)"), "EVENTS-QUERY-MEMORY");
}

#[test]
fn every_type_of_duckdb_is_shown_or_refused() {
    let desk = Desk::new();
    for expression in [
        "INTERVAL 3 DAY",
        "uuid()",
        "'101'::BIT",
        "TIMETZ '03:04:05+09'",
        "TIMESTAMPTZ '2026-01-02 03:04:05+09'",
        "TIMESTAMP_NS '2026-01-02 03:04:05'",
        "TIMESTAMP_S '2026-01-02 03:04:05'",
        "'a'::ENUM('a','b')",
        "union_value(k := 1)",
        "[[1],[2]]",
        "array_value(1,2)",
        "340282366920938463463374607431768211455::UHUGEINT",
        "'nan'::DOUBLE",
        "'infinity'::TIMESTAMP",
        "'infinity'::DATE",
        "DATE '290000-01-01'",
        "'{\"a\":1}'::JSON",
        "[NULL]",
        "MAP {[1]: {'x': 'y'}}",
        "99999999999999999999999999999999999.5::DECIMAL(38,1)",
        "'12:00:00'::TIME",
        "struct_pack(a := [1], b := NULL)",
        "12345678901234567890::VARINT",
        "x -> x",
        "(1, 'a')",
    ] {
        match desk.store.query(&format!("SELECT {expression} AS v"), 10) {
            Ok(result) => assert_eq!((result.columns.len(), result.rows.len()), (1, 1), "{expression}"),
            Err(refusal) => assert_eq!(refusal.code, "EVENTS-QUERY", "{expression}: {refusal}"),
        }
    }
}
