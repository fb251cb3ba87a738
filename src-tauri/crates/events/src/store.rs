//! The DuckDB file: one table of events, opened so that no SQL can reach anything outside it.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;
use duckdb::types::{TimeUnit, Value};
use duckdb::{Config, Connection, Row, ToSql, params};
use serde_json::Value as Json;
use types::{Error, Severity, Time};
use wire::casework::{EventDetail, EventSummary};

use crate::error;
use crate::eve::Record;

/// The version of the table; a file with a higher one is refused.
const SCHEMA: i64 = 1;

/// `event` is ours to change, the view `events` is what people query and stays as it is.
/// The time of an event is `time` in SQL, because `at` is a reserved word there.
/// There is no primary key on purpose: DuckDB would keep an index of all ids in memory, while looking a batch's ids up by
/// one join costs milliseconds at millions of rows.
const CREATE: &str = "
BEGIN TRANSACTION;
CREATE TABLE meta (name VARCHAR NOT NULL, value BIGINT NOT NULL);
CREATE TABLE event (
    id VARCHAR NOT NULL,
    time TIMESTAMP NOT NULL,
    signature_id BIGINT NOT NULL,
    signature VARCHAR NOT NULL,
    category VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    src_ip VARCHAR,
    src_port USMALLINT,
    dest_ip VARCHAR,
    dest_port USMALLINT,
    protocol VARCHAR,
    app_proto VARCHAR,
    action VARCHAR,
    host VARCHAR,
    url VARCHAR,
    http_method VARCHAR,
    user_agent VARCHAR,
    flow_id BIGINT,
    community_id VARCHAR,
    sensor VARCHAR,
    source_file VARCHAR NOT NULL,
    ingested_at TIMESTAMP NOT NULL,
    payload BLOB,
    raw VARCHAR NOT NULL
);
CREATE VIEW events AS SELECT * FROM event;
INSERT INTO meta VALUES ('schema', 1);
COMMIT;";

const SUMMARY: &str = "id, time, signature, signature_id, category, severity, src_ip, src_port, dest_ip, dest_port, protocol, action";

/// The store of all events, one file. Safe to share between threads: one writes, any number read.
pub struct EventStore {
    writer: Mutex<Connection>,
    /// Never runs anything itself; readers are cloned from it, so that none waits for a long write.
    origin: Mutex<Connection>,
}

impl EventStore {
    /// Opens the store in the file `path`, creating it when it is not there.
    ///
    /// Errors: `EVENTS-LOCKED`, `EVENTS-NEWER`, `EVENTS-CORRUPT`, `EVENTS-DISK-FULL`, `EVENTS-OPEN`.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |fault: duckdb::Error| error::opening(path, &fault);
        let connection = Connection::open_with_flags(path, safe_config().map_err(failed)?).map_err(failed)?;
        // From here on no statement can widen what the configuration allows.
        connection.execute_batch("SET lock_configuration = true").map_err(failed)?;
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM duckdb_tables() WHERE table_name IN ('meta', 'event')", [], |row| row.get(0))
            .map_err(failed)?;
        if tables == 0 {
            connection.execute_batch(CREATE).map_err(failed)?;
        }
        let schema: i64 =
            connection.query_row("SELECT max(value) FROM meta WHERE name = 'schema'", [], |row| row.get(0)).map_err(failed)?;
        if schema > SCHEMA {
            return Err(error::newer().target(path.display().to_string()));
        }
        let origin = connection.try_clone().map_err(failed)?;
        Ok(Self { writer: Mutex::new(connection), origin: Mutex::new(origin) })
    }

    /// Returns how many events there are.
    pub fn count(&self) -> Result<u64, Error> {
        let reader = self.reader()?;
        reader.query_row("SELECT count(*) FROM event", [], |row| row.get(0)).map_err(|fault| error::storing(&fault))
    }

    /// Returns one event whole; `EVENTS-404` when there is none of that id.
    pub fn show(&self, id: &str) -> Result<EventDetail, Error> {
        let reader = self.reader()?;
        let mut statement = reader
            .prepare(&format!("SELECT {SUMMARY}, raw, payload FROM event WHERE id = ? LIMIT 1"))
            .map_err(|fault| error::storing(&fault))?;
        let read = |row: &Row<'_>| Ok((summary(row)?, row.get::<_, String>(12)?, row.get::<_, Option<Vec<u8>>>(13)?));
        let mut rows = statement.query_map([id], read).map_err(|fault| error::storing(&fault))?;
        match rows.next() {
            Some(Ok((summary, raw, payload))) => Ok(EventDetail {
                summary,
                // The text was JSON when it was stored; should it not be now, it is still shown.
                raw: serde_json::from_str(&raw).unwrap_or(Json::String(raw)),
                payload: payload.map(|bytes| STANDARD.encode(bytes)),
            }),
            Some(Err(fault)) => Err(error::storing(&fault)),
            None => Err(Error::new("EVENTS-404", "그런 이벤트가 없습니다.", "There is no such event.").target(id)),
        }
    }

    /// Returns the summaries of the events of these ids, newest first; ids that are not there are passed over.
    pub fn summaries(&self, ids: &[String]) -> Result<Vec<EventSummary>, Error> {
        let reader = self.reader()?;
        let sql = format!("SELECT {SUMMARY} FROM event WHERE id IN (SELECT unnest(string_split(?, ','))) ORDER BY time DESC, id");
        let mut statement = reader.prepare(&sql).map_err(|fault| error::storing(&fault))?;
        let rows = statement.query_map([ids.join(",")], summary).map_err(|fault| error::storing(&fault))?;
        rows.collect::<Result<_, _>>().map_err(|fault| error::storing(&fault))
    }

    /// Removes the events that were first stored from the file of this path, and returns how many; for taking a sample back.
    pub fn remove_file(&self, file: &Path) -> Result<u64, Error> {
        let removed = lock(&self.writer).execute("DELETE FROM event WHERE source_file = ?", [file.display().to_string()]);
        removed.map(|count| count as u64).map_err(|fault| error::storing(&fault))
    }

    /// Stores those records that are not there yet and returns how many were; `before_commit` sees the new ones before
    /// they are committed and takes everything back by failing.
    pub(crate) fn append(
        &self,
        records: Vec<(Record, &str)>,
        now: Time,
        before_commit: impl FnOnce(&[casework::Event]) -> Result<(), Error>,
    ) -> Result<usize, Error> {
        let writer = lock(&self.writer);
        let mut known = ids_known(&writer, &records).map_err(|fault| error::storing(&fault))?;
        let new: Vec<(Record, &str)> = records.into_iter().filter(|(record, _)| known.insert(record.event.summary.id.clone())).collect();
        if new.is_empty() {
            return Ok(0);
        }
        let transaction = writer.unchecked_transaction().map_err(|fault| error::storing(&fault))?;
        append_rows(&writer, &new, now).map_err(|fault| error::storing(&fault))?;
        let stored = new.len();
        let events: Vec<casework::Event> = new.into_iter().map(|(record, _)| record.event).collect();
        before_commit(&events)?;
        transaction.commit().map_err(|fault| error::storing(&fault))?;
        Ok(stored)
    }

    /// Returns a connection of its own for reading.
    pub(crate) fn reader(&self) -> Result<Connection, Error> {
        lock(&self.origin).try_clone().map_err(|fault| error::storing(&fault))
    }
}

/// A panic while writing rolls its transaction back, so the connection stays good.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// No files but its own, no network, no extensions, a bounded memory and disk: SQL is typed by people and written by playbooks.
fn safe_config() -> duckdb::Result<Config> {
    Config::default()
        .enable_external_access(false)?
        .enable_autoload_extension(false)?
        .with("allow_community_extensions", "false")?
        .max_memory("1GB")?
        .with("max_temp_directory_size", "4GB")
}

fn ids_known(writer: &Connection, records: &[(Record, &str)]) -> duckdb::Result<HashSet<String>> {
    let times = || records.iter().map(|(record, _)| record.event.summary.at);
    let (Some(first), Some(last)) = (times().min(), times().max()) else { return Ok(HashSet::new()) };
    let ids: Vec<&str> = records.iter().map(|(record, _)| record.event.summary.id.as_str()).collect();
    // The range of times lets DuckDB pass over whole row groups.
    let mut statement =
        writer.prepare("SELECT id FROM event WHERE time BETWEEN ? AND ? AND id IN (SELECT unnest(string_split(?, ',')))")?;
    let rows = statement.query_map(params![timestamp(first), timestamp(last), ids.join(",")], |row| row.get::<_, String>(0))?;
    rows.collect()
}

fn append_rows(writer: &Connection, records: &[(Record, &str)], now: Time) -> duckdb::Result<()> {
    let ingested_at = timestamp(now);
    let mut appender = writer.appender("event")?;
    for (record, file) in records {
        let summary = &record.event.summary;
        let at = timestamp(summary.at);
        let severity = summary.severity.as_str();
        let payload: Option<&[u8]> = Some(record.event.payload.as_slice()).filter(|bytes| !bytes.is_empty());
        let row: [&dyn ToSql; 24] = [
            &summary.id,
            &at,
            &summary.signature_id,
            &summary.signature,
            &summary.category,
            &severity,
            &summary.src_ip,
            &summary.src_port,
            &summary.dest_ip,
            &summary.dest_port,
            &summary.protocol,
            &record.app_proto,
            &summary.action,
            &record.host,
            &record.url,
            &record.http_method,
            &record.user_agent,
            &record.flow_id,
            &record.community_id,
            &record.sensor,
            file,
            &ingested_at,
            &payload,
            &record.raw,
        ];
        appender.append_row(row)?;
    }
    appender.flush()
}

fn timestamp(time: Time) -> Value {
    Value::Timestamp(TimeUnit::Microsecond, time.timestamp_micros())
}

fn summary(row: &Row<'_>) -> duckdb::Result<EventSummary> {
    let micros = match row.get::<_, Value>(1)? {
        Value::Timestamp(unit, value) => unit.to_micros(value),
        _ => 0,
    };
    Ok(EventSummary {
        id: row.get(0)?,
        at: DateTime::from_timestamp_micros(micros).unwrap_or_default(),
        signature: row.get(2)?,
        signature_id: row.get(3)?,
        category: row.get(4)?,
        severity: severity(&row.get::<_, String>(5)?),
        src_ip: row.get(6)?,
        src_port: row.get(7)?,
        dest_ip: row.get(8)?,
        dest_port: row.get(9)?,
        protocol: row.get(10)?,
        action: row.get(11)?,
    })
}

/// A word that this version does not know counts as the least.
fn severity(word: &str) -> Severity {
    [Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
        .into_iter()
        .find(|severity| severity.as_str() == word)
        .unwrap_or(Severity::Info)
}
