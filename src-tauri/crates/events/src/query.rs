//! SQL over the event store, for people and for query tasks: one SELECT, read only, bounded in time, memory and size.
//!
//! What keeps hostile SQL harmless, from the outside in: the database is opened without access to files, network and
//! extensions and with its configuration locked (`store.rs`); the text is handed to DuckDB's own `query()` function, which
//! parses it and takes exactly one SELECT; the transaction is read only; a watchdog interrupts what runs too long.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, SecondsFormat};
use duckdb::types::{TimeUnit, Value};
use duckdb::{Connection, Rows};
use serde_json::{Map, Number, Value as Json, json};
use types::Error;
use wire::casework::QueryResult;

use crate::bind::bind;
use crate::error;
use crate::store::EventStore;

/// How long a query may run.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The longest SQL text, in bytes.
const LONGEST_SQL: usize = 100_000;

/// The size of the values returned at which a result is cut, in bytes.
const LARGEST_RESULT: usize = 64 * 1024 * 1024;

/// The most rows of one result.
const MOST_ROWS: usize = 100_000;

impl EventStore {
    /// Runs one SELECT over the view `events` and returns at most `limit` rows (100,000 at most).
    ///
    /// Binary values come as `{"$binary": "hex"}`, times as RFC 3339, numbers beyond 2^53 as text.
    /// Errors: `EVENTS-QUERY` (DuckDB's own message), `EVENTS-READ-ONLY`, `EVENTS-QUERY-TIME`, `EVENTS-QUERY-MEMORY`.
    pub fn query(&self, sql: &str, limit: usize) -> Result<QueryResult, Error> {
        self.query_within(sql, limit, TIME_LIMIT)
    }

    /// Runs one SELECT as [`EventStore::query`] does, with the values of its `$name` parameters.
    ///
    /// Errors: those of [`EventStore::query`], and `EVENTS-PARAMETER` for a parameter without a value.
    pub fn query_with(&self, sql: &str, parameters: &Map<String, Json>, limit: usize) -> Result<QueryResult, Error> {
        self.query(&bind(sql, parameters)?, limit)
    }

    /// Runs one SELECT as [`EventStore::query`] does, within a time of the caller's.
    pub fn query_within(&self, sql: &str, limit: usize, time_limit: Duration) -> Result<QueryResult, Error> {
        let limit = limit.min(MOST_ROWS);
        if sql.trim().is_empty() {
            return Err(refused("쿼리가 비어 있습니다.", "The query is empty."));
        }
        if sql.len() > LONGEST_SQL || sql.contains('\0') {
            return Err(refused("쿼리가 너무 길거나 쓸 수 없는 글자가 있습니다.", "The query is too long or holds a null character."));
        }
        let reader = self.reader()?;
        let watchdog = Watchdog::start(&reader, time_limit);
        // A result type that the driver cannot hand over makes it panic; that must end the query, not the program.
        let result = catch_unwind(AssertUnwindSafe(|| select(&reader, sql, limit)));
        let expired = watchdog.stop();
        match result {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(fault)) => Err(explain(&fault.to_string(), expired)),
            Err(_) => Err(refused("결과에 다룰 수 없는 형식의 열이 있습니다.", "The result has a column of a type that cannot be shown.")
                .hint("그 열을 CAST(... AS VARCHAR)로 바꾸십시오.", "Turn that column into text with CAST(... AS VARCHAR).")),
        }
    }
}

fn select(reader: &Connection, sql: &str, limit: usize) -> duckdb::Result<QueryResult> {
    reader.execute_batch("BEGIN TRANSACTION READ ONLY")?;
    let mut statement = reader.prepare(&format!("SELECT * FROM query('{}') LIMIT {}", sql.replace('\'', "''"), limit + 1))?;
    let mut rows = statement.query([])?;
    let columns = rows.as_ref().map(duckdb::Statement::column_names).unwrap_or_default();
    let (rows, truncated) = collect(&mut rows, columns.len(), limit)?;
    Ok(QueryResult { columns, rows, truncated })
}

fn collect(rows: &mut Rows<'_>, width: usize, limit: usize) -> duckdb::Result<(Vec<Vec<Json>>, bool)> {
    let mut collected = Vec::new();
    let mut size = 0;
    while let Some(row) = rows.next()? {
        if collected.len() == limit || size > LARGEST_RESULT {
            return Ok((collected, true));
        }
        let values: Vec<Json> = (0..width).map(|index| row.get::<_, Value>(index).map(to_json)).collect::<duckdb::Result<_>>()?;
        size += values.iter().map(size_of_json).sum::<usize>();
        collected.push(values);
    }
    Ok((collected, false))
}

/// Interrupts a connection after a time unless it is stopped before.
struct Watchdog {
    stop: mpsc::Sender<()>,
    thread: thread::JoinHandle<bool>,
}

impl Watchdog {
    fn start(connection: &Connection, after: Duration) -> Self {
        let handle = connection.interrupt_handle();
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let expired = matches!(stopped.recv_timeout(after), Err(mpsc::RecvTimeoutError::Timeout));
            if expired {
                handle.interrupt();
            }
            expired
        });
        Self { stop, thread }
    }

    /// Returns whether it had to interrupt.
    fn stop(self) -> bool {
        drop(self.stop);
        self.thread.join().unwrap_or(false)
    }
}

fn refused(ko: &str, en: &str) -> Error {
    Error::new("EVENTS-QUERY", ko, en)
}

fn explain(text: &str, expired: bool) -> Error {
    let line = error::first_line(text);
    if expired {
        return Error::new("EVENTS-QUERY-TIME", "쿼리가 너무 오래 걸려 중단했습니다.", "The query took too long and was stopped.")
            .hint("기간이나 조건을 좁히십시오.", "Narrow the time range or the conditions.");
    }
    if text.contains("Out of Memory") || text.contains("could not allocate") {
        return Error::new("EVENTS-QUERY-MEMORY", "쿼리에 메모리가 너무 많이 필요합니다.", "The query needs too much memory.")
            .hint("기간이나 조건을 좁히십시오.", "Narrow the time range or the conditions.");
    }
    let reaches_out = ["Permission Error", "disabled by configuration", "single SELECT", "read-only", "file system operations"];
    if reaches_out.iter().any(|words| text.contains(words)) {
        return Error::new(
            "EVENTS-READ-ONLY",
            format!("SELECT 하나만 실행할 수 있습니다: {line}"),
            format!("Only one SELECT over events can run: {line}"),
        )
        .hint("파일, 확장, 설정, 쓰기는 쓸 수 없습니다.", "Files, extensions, settings and writing are out of reach.");
    }
    refused(&format!("쿼리를 실행할 수 없습니다: {line}"), &format!("The query cannot run: {line}"))
        .hint("`DESCRIBE`는 `SELECT * FROM (DESCRIBE events)`로 쓰십시오.", "The columns are listed by `SELECT * FROM (DESCRIBE events)`.")
}

fn to_json(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(value) => json!(value),
        Value::TinyInt(value) => json!(value),
        Value::SmallInt(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::UTinyInt(value) => json!(value),
        Value::USmallInt(value) => json!(value),
        Value::UInt(value) => json!(value),
        Value::BigInt(value) => integer(value.into()),
        Value::UBigInt(value) => integer(value.into()),
        Value::HugeInt(value) => integer(value),
        Value::UHugeInt(value) => i128::try_from(value).map_or_else(|_| json!(value.to_string()), integer),
        Value::Float(value) => Number::from_f64(value.into()).map_or(Json::Null, Json::Number),
        Value::Double(value) => Number::from_f64(value).map_or(Json::Null, Json::Number),
        Value::Decimal(value) => value.to_string().parse().ok().and_then(Number::from_f64).map_or(Json::Null, Json::Number),
        Value::Timestamp(unit, value) => time(unit.to_micros(value)),
        Value::Date32(days) => date(days),
        Value::Time64(unit, value) => time_of_day(unit, value),
        Value::Text(text) | Value::Enum(text) => Json::String(text),
        Value::Blob(bytes) | Value::Geometry(bytes) => json!({"$binary": hex::encode(bytes)}),
        Value::Interval { months, days, nanos } => json!(format!("{months} months {days} days {} s", nanos as f64 / 1e9)),
        Value::List(items) | Value::Array(items) => Json::Array(items.into_iter().map(to_json).collect()),
        Value::Struct(fields) => {
            Json::Object(fields.iter().map(|(name, value)| (name.clone(), to_json(value.clone()))).collect::<Map<_, _>>())
        }
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key_text(key), to_json(value.clone()))).collect::<Map<_, _>>())
        }
        Value::Union(value) => to_json(*value),
        // The driver may grow a kind of value; a query over it says so rather than failing.
        other => json!(format!("{other:?}")),
    }
}

/// JSON readers in browsers keep 53 bits of a number; flow ids have more.
fn integer(value: i128) -> Json {
    const SAFE: i128 = 1 << 53;
    match i64::try_from(value) {
        Ok(small) if (-SAFE..=SAFE).contains(&value) => json!(small),
        _ => json!(value.to_string()),
    }
}

fn key_text(key: &Value) -> String {
    match to_json(key.clone()) {
        Json::String(text) => text,
        other => other.to_string(),
    }
}

fn time(micros: i64) -> Json {
    DateTime::from_timestamp_micros(micros).map_or(Json::Null, |time| json!(time.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
}

fn date(days: i32) -> Json {
    // Day 719,163 is 1970-01-01 in chrono's count from the year 1.
    days.checked_add(719_163).and_then(NaiveDate::from_num_days_from_ce_opt).map_or(Json::Null, |date| json!(date.to_string()))
}

fn time_of_day(unit: TimeUnit, value: i64) -> Json {
    DateTime::from_timestamp_micros(unit.to_micros(value)).map_or(Json::Null, |time| json!(time.time().to_string()))
}

fn size_of_json(value: &Json) -> usize {
    match value {
        Json::String(text) => text.len() + 2,
        Json::Array(items) => items.iter().map(size_of_json).sum::<usize>() + 2,
        Json::Object(fields) => fields.iter().map(|(name, value)| name.len() + 4 + size_of_json(value)).sum::<usize>() + 2,
        _ => 8,
    }
}
