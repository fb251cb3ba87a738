//! SQLite files, opened for reading.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use engine::message::TaskError;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};
use serde_json::Value as Json;

use super::statement::Statement;
use super::{Rows, Target, too_long, words};
use crate::error::{code, task_error};

/// Stops the query of a connection when it is dropped.
struct Stop(rusqlite::InterruptHandle);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.interrupt();
    }
}

pub(super) async fn run(target: Target, statement: Statement, limit: usize) -> Result<Rows, TaskError> {
    let seconds = target.limit.as_secs();
    let late = Arc::new(AtomicBool::new(false));
    let file = target.file.clone();
    let open = tokio::task::spawn_blocking(move || open(&target.file)).await.map_err(|_| interrupted(&file))??;
    // A task that is abandoned drops this, and the thread below stops at its next row or step.
    let stop = Stop(open.get_interrupt_handle());
    let is_late = late.clone();
    let query = tokio::task::spawn_blocking(move || ask(&open, &statement, limit, &is_late, seconds));
    tokio::pin!(query);
    let result = tokio::select! {
        result = &mut query => result,
        () = tokio::time::sleep(target.limit) => {
            late.store(true, Ordering::Relaxed);
            stop.0.interrupt();
            query.await
        }
    };
    result.map_err(|_| interrupted(&file))?
}

fn interrupted(file: &str) -> TaskError {
    task_error(code::NO_ANSWER, format!("Reading {file} was interrupted."))
}

fn open(file: &str) -> Result<Connection, TaskError> {
    let unusable =
        |error: rusqlite::Error| task_error(code::CONNECTION, format!("The file {file} cannot be opened: {}.", words(&error.to_string())));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(unusable)?;
    connection.pragma_update(None, "query_only", true).map_err(unusable)?;
    // A schema from elsewhere may not call functions that do more than compute.
    connection.pragma_update(None, "trusted_schema", false).map_err(unusable)?;
    Ok(connection)
}

fn ask(db: &Connection, statement: &Statement, limit: usize, late: &AtomicBool, seconds: u64) -> Result<Rows, TaskError> {
    let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) if late.load(Ordering::Relaxed) => too_long(seconds),
        Some(ErrorCode::ReadOnly) => task_error(code::SQL_STATEMENT, "The query would write, and it may only read."),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            task_error(code::VENDOR_FAULT, "The database is locked by another program.")
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            task_error(code::CONNECTION, "The file is no SQLite database, or is damaged.")
        }
        _ => task_error(code::SQL_QUERY, format!("The database refused the query: {}.", words(&error.to_string()))),
    };
    let mut prepared = db.prepare(&statement.text).map_err(failed)?;
    if !prepared.readonly() {
        return Err(task_error(code::SQL_STATEMENT, "The query would write, and it may only read."));
    }
    let mut answer = Rows::of(prepared.column_names());
    let columns = prepared.column_count();
    let values = statement.values.iter().map(bound);
    let mut rows = prepared.query(params_from_iter(values)).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        if late.load(Ordering::Relaxed) {
            return Err(too_long(seconds));
        }
        let values = (0..columns).map(|column| row.get_ref(column).map(value)).collect::<Result<_, _>>().map_err(failed)?;
        if !answer.take(values, limit) {
            break;
        }
    }
    Ok(answer)
}

/// Lists and maps are text to SQLite, which has functions for JSON.
fn bound(value: &Json) -> impl ToSql {
    ToSqlOutput::Owned(match value {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Integer(i64::from(*truth)),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Integer(whole),
            (None, Some(real)) => Value::Real(real),
            (None, None) => Value::Text(number.to_string()),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(_) | Json::Object(_) => Value::Text(value.to_string()),
    })
}

fn value(value: ValueRef<'_>) -> Json {
    match value {
        ValueRef::Null => Json::Null,
        ValueRef::Integer(whole) => Json::from(whole),
        ValueRef::Real(real) => Json::from(real),
        ValueRef::Text(text) => Json::String(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Json::String(STANDARD.encode(bytes)),
    }
}
