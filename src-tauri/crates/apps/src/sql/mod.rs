//! Apps of kind `sql`: one reading query on PostgreSQL, MySQL or a SQLite file.

mod mysql;
mod postgresql;
mod sqlite;
mod statement;

use std::time::Duration;

use engine::message::TaskError;
use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};
use vault::Secret;

use crate::builtin::{Secrets, option_text, time_limit};
use crate::error::{code, task_error};

use statement::Statement;

/// The commands that apps of this kind can have.
pub(crate) const COMMANDS: [&str; 1] = ["query"];

/// The most rows of one answer.
const MOST_ROWS: usize = 10_000;

/// Rows where nothing is said.
const ROWS: usize = 1_000;

/// The largest answer, in bytes of its JSON.
const ANSWER_LIMIT: usize = 8 << 20;

/// How long connecting may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// How much of a database's own words an error carries.
const DATABASE_WORDS: usize = 500;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Driver {
    PostgreSql,
    MySql,
    Sqlite,
}

/// Where a database is and how to get in; the password is in it, so it never prints.
struct Target {
    driver: Driver,
    host: String,
    port: u16,
    database: String,
    file: String,
    tls: bool,
    authority: Option<Vec<u8>>,
    user: String,
    password: Option<String>,
    limit: Duration,
}

/// The driver of a connection.
pub(crate) fn driver(options: &Map<String, Json>) -> Driver {
    match option_text(options, "driver") {
        Some("mysql") => Driver::MySql,
        Some("sqlite") => Driver::Sqlite,
        _ => Driver::PostgreSql,
    }
}

/// Runs a query.
pub(crate) async fn query(parameters: &Map<String, Json>, options: &Map<String, Json>, secrets: &Secrets) -> Result<Json, TaskError> {
    let target = target(options, secrets)?;
    let text = parameters.get("query").and_then(Json::as_str).unwrap_or_default();
    let statement = statement::read(target.driver, text, parameters.get("parameters").unwrap_or(&Json::Null))?;
    let limit = match parameters.get("limit").and_then(Json::as_f64) {
        None => ROWS,
        Some(limit) if limit >= 1.0 => (limit as usize).min(MOST_ROWS),
        Some(_) => return Err(task_error(code::PARAMETER, "The parameter `limit` has to be at least 1.")),
    };
    run(target, statement, limit).await.map(Rows::into_output)
}

/// Asks a database for nothing in particular.
pub(crate) async fn test(options: &Map<String, Json>, secrets: &Secrets) -> Result<(), TaskError> {
    let target = target(options, secrets)?;
    let text = match target.driver {
        // Opening a file reads nothing; this reads its first page, so that something else than a database is noticed.
        Driver::Sqlite => "SELECT count(*) FROM sqlite_schema",
        Driver::PostgreSql | Driver::MySql => "SELECT 1",
    };
    run(target, Statement { text: text.to_owned(), values: Vec::new() }, 1).await.map(drop)
}

async fn run(target: Target, statement: Statement, limit: usize) -> Result<Rows, TaskError> {
    // The database stops by itself first; this is for one that does not answer at all.
    let patience = target.limit + Duration::from_secs(5);
    let seconds = target.limit.as_secs();
    let running = async {
        match target.driver {
            Driver::PostgreSql => postgresql::run(target, statement, limit).await,
            Driver::MySql => mysql::run(target, statement, limit).await,
            Driver::Sqlite => sqlite::run(target, statement, limit).await,
        }
    };
    tokio::time::timeout(patience, running).await.unwrap_or_else(|_| Err(too_long(seconds)))
}

fn too_long(seconds: u64) -> TaskError {
    task_error(code::SQL_TIME, format!("The query took longer than {seconds} s and was stopped."))
}

fn target(options: &Map<String, Json>, secrets: &Secrets) -> Result<Target, TaskError> {
    let driver = driver(options);
    let text = |name: &str| option_text(options, name).unwrap_or_default().to_owned();
    let lacks = |what: &str| task_error(code::CONNECTION, format!("The connection has no {what}."));
    let default = if driver == Driver::MySql { 3306 } else { 5432 };
    let port = match options.get("port").and_then(Json::as_f64) {
        None => default,
        Some(port) if (1.0..=65_535.0).contains(&port) => port as u16,
        Some(_) => return Err(task_error(code::CONNECTION, "The connection's port is not from 1 to 65535.")),
    };
    let secret = |field: &str| secrets.get(field).map(|secret: &Secret| secret.expose().to_owned());
    let target = Target {
        driver,
        host: text("host"),
        port,
        database: text("database"),
        file: text("file"),
        tls: option_text(options, "tls") != Some("none"),
        authority: if driver == Driver::Sqlite { None } else { crate::builtin::authority(options)? },
        user: secret("user").unwrap_or_default(),
        password: secret("password"),
        limit: time_limit(options),
    };
    match driver {
        Driver::Sqlite if target.file.is_empty() => Err(lacks("file")),
        Driver::PostgreSql | Driver::MySql if target.host.is_empty() => Err(lacks("server")),
        Driver::PostgreSql | Driver::MySql if target.database.is_empty() => Err(lacks("database")),
        Driver::PostgreSql | Driver::MySql | Driver::Sqlite => Ok(target),
    }
}

/// What came of a query, up to its limits.
struct Rows {
    columns: Vec<String>,
    rows: Vec<Json>,
    truncated: bool,
    bytes: usize,
}

impl Rows {
    /// Returns an answer with these columns; names that stand twice get a number.
    fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut columns: Vec<String> = Vec::new();
        for name in names {
            let mut unique = name.to_owned();
            let mut number = 2;
            while columns.contains(&unique) {
                unique = format!("{name}_{number}");
                number += 1;
            }
            columns.push(unique);
        }
        Self { columns, rows: Vec::new(), truncated: false, bytes: 0 }
    }

    /// Takes a row; false when there is no room for it, and none after it is wanted.
    fn take(&mut self, values: Vec<Json>, limit: usize) -> bool {
        let bytes = values.iter().map(size_of).sum::<usize>();
        if self.rows.len() >= limit || self.bytes + bytes > ANSWER_LIMIT {
            self.truncated = true;
            return false;
        }
        self.bytes += bytes;
        let row: IndexMap<&String, Json> = self.columns.iter().zip(values).collect();
        self.rows.push(json!(row));
        true
    }

    fn into_output(self) -> Json {
        json!({"columns": self.columns, "rows": self.rows, "truncated": self.truncated})
    }
}

/// About how much room a value takes.
fn size_of(value: &Json) -> usize {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => 8,
        Json::String(text) => text.len() + 2,
        Json::Array(items) => items.iter().map(size_of).sum::<usize>() + 2,
        Json::Object(members) => members.iter().map(|(name, value)| name.len() + 3 + size_of(value)).sum::<usize>() + 2,
    }
}

/// Returns a decimal as a number when that loses nothing, else as its text.
fn decimal(text: &str) -> Json {
    if let Ok(whole) = text.parse::<i64>() {
        return Json::from(whole);
    }
    let exact = text.parse::<f64>().ok().filter(|number| number.is_finite()).filter(|number| {
        // The shortest text of a double names it alone, so the same digits mean the same number.
        significant(&format!("{number}")) == significant(text)
    });
    match exact.and_then(serde_json::Number::from_f64) {
        Some(number) => Json::Number(number),
        None => Json::String(text.to_owned()),
    }
}

/// A decimal without the zeros that mean nothing.
fn significant(text: &str) -> &str {
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    if text == "-0" { "0" } else { text }
}

fn words(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(DATABASE_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_lose_nothing() {
        assert_eq!(decimal("12345678901234567890.5"), json!("12345678901234567890.5"));
        assert_eq!(decimal("0.1"), json!(0.1));
        assert_eq!(decimal("1.50"), json!(1.5));
        assert_eq!(decimal("100.00"), json!(100.0));
        assert_eq!(decimal("-7"), json!(-7));
        assert_eq!(decimal("9007199254740993.0"), json!("9007199254740993.0"));
        assert_eq!(decimal("0.1000000000000000055511151231257827"), json!("0.1000000000000000055511151231257827"));
        assert_eq!(decimal("NaN"), json!("NaN"));
    }

    #[test]
    fn an_answer_has_its_limits() {
        let mut rows = Rows::of(["a", "a", "b", "a_2"]);
        assert_eq!(rows.columns, ["a", "a_2", "b", "a_2_2"]);
        assert!(rows.take(vec![json!(1); 4], 1));
        assert!(!rows.take(vec![json!(2); 4], 1));
        let output = rows.into_output();
        assert_eq!((output["rows"].as_array().map(Vec::len), &output["truncated"]), (Some(1), &json!(true)));
        let mut large = Rows::of(["text"]);
        let megabyte = || vec![Json::String("x".repeat(1 << 20))];
        assert_eq!((0..100).take_while(|_| large.take(megabyte(), 100)).count(), 7);
        assert!(large.truncated);
    }
}
