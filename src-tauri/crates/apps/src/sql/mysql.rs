//! MySQL and MariaDB.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use engine::message::TaskError;
use mysql_async::consts::ColumnType;
use mysql_async::prelude::Queryable;
use mysql_async::{Column, Conn, Error, OptsBuilder, Params, SslOpts, TxOpts, Value};
use serde_json::{Value as Json, json};

use super::statement::Statement;
use super::{CONNECT_PATIENCE, Rows, Target, decimal, too_long, words};
use crate::error::{code, task_error};

/// The character set that means bytes.
const BINARY: u16 = 63;

pub(super) async fn run(target: Target, statement: Statement, limit: usize) -> Result<Rows, TaskError> {
    let seconds = target.limit.as_secs();
    let failed = |error: Error| failed(&error, seconds);
    let mut connection = connect(&target).await?;
    bound(&mut connection, &target, limit).await.map_err(failed)?;
    let mut options = TxOpts::new();
    options.with_readonly(true);
    let mut transaction = connection.start_transaction(options).await.map_err(failed)?;
    let values: Vec<Value> = statement.values.iter().map(given).collect();
    let values = if values.is_empty() { Params::Empty } else { Params::Positional(values) };
    let mut result = transaction.exec_iter(statement.text.as_str(), values).await.map_err(failed)?;
    let columns = result.columns().unwrap_or_default();
    let names: Vec<String> = columns.iter().map(|column| column.name_str().into_owned()).collect();
    let mut answer = Rows::of(names.iter().map(String::as_str));
    while let Some(row) = result.next().await.map_err(failed)? {
        let values = row.unwrap().into_iter().zip(columns.iter()).map(|(value, column)| read(value, column)).collect();
        if !answer.take(values, limit) {
            break;
        }
    }
    result.drop_result().await.map_err(failed)?;
    drop(transaction);
    // Saying goodbye is polite; the answer stands without it.
    connection.disconnect().await.ok();
    Ok(answer)
}

async fn connect(target: &Target) -> Result<Conn, TaskError> {
    let mut options = OptsBuilder::default()
        .ip_or_hostname(target.host.clone())
        .tcp_port(target.port)
        .db_name(Some(target.database.clone()))
        .user(Some(target.user.clone()))
        .pass(target.password.clone())
        // The connection goes where the options say, never on to a socket that the server names.
        .prefer_socket(false);
    if target.tls {
        let mut tls = SslOpts::default();
        if let Some(pem) = &target.authority {
            tls = tls.with_root_certs(vec![pem.clone().into()]);
        }
        options = options.ssl_opts(tls);
    }
    let connected = tokio::time::timeout(CONNECT_PATIENCE, Conn::new(options)).await;
    let connected =
        connected.map_err(|_| task_error(code::NO_ANSWER, format!("{}:{} did not answer in time.", target.host, target.port)))?;
    connected.map_err(|error| match failed(&error, target.limit.as_secs()) {
        error if error.code == code::NO_ANSWER => crate::error::at(&format!("{}:{}", target.host, target.port), error),
        error => error,
    })
}

/// Tells the server when to stop. MySQL and MariaDB have different names for the time.
async fn bound(connection: &mut Conn, target: &Target, limit: usize) -> Result<(), Error> {
    let version: Option<String> = connection.query_first("SELECT VERSION()").await?;
    let time = if version.is_some_and(|version| version.contains("MariaDB")) {
        format!("max_statement_time = {}", target.limit.as_secs())
    } else {
        format!("max_execution_time = {}", target.limit.as_millis())
    };
    // One row more than wanted tells whether there are more.
    connection.query_drop(format!("SET SESSION {time}, sql_select_limit = {}, time_zone = '+00:00'", limit + 1)).await
}

fn failed(error: &Error, seconds: u64) -> TaskError {
    match error {
        Error::Server(said) => {
            let text = format!("{} (error {})", words(&said.message), said.code);
            match said.code {
                1044 | 1045 | 1698 => task_error(code::REFUSED, format!("MySQL refused the log-in: {text}.")),
                1049 => task_error(code::CONNECTION, format!("MySQL has no such database: {text}.")),
                1317 | 1969 | 3024 => too_long(seconds),
                1792 => task_error(code::SQL_STATEMENT, format!("The query would write, and it may only read: {text}.")),
                1040 | 1053 | 1203 | 1205 | 1213 => task_error(code::VENDOR_FAULT, format!("MySQL cannot do it now: {text}.")),
                _ => task_error(code::SQL_QUERY, format!("MySQL refused the query: {text}.")),
            }
        }
        Error::Io(mysql_async::IoError::Tls(error)) => {
            task_error(code::TLS, format!("No private connection to MySQL ({}).", words(&error.to_string())))
        }
        Error::Driver(mysql_async::DriverError::NoClientSslFlagFromServer) => {
            task_error(code::TLS, "MySQL offers no private connection, and nothing is sent without it.")
        }
        Error::Driver(error @ mysql_async::DriverError::StmtParamsMismatch { .. }) => {
            task_error(code::SQL_PARAMETER, format!("{}.", words(&error.to_string())))
        }
        other => task_error(code::NO_ANSWER, format!("MySQL cannot be reached ({}).", words(&other.to_string()))),
    }
}

/// Lists and maps are text to MySQL, which has functions for JSON.
fn given(value: &Json) -> Value {
    match value {
        Json::Null => Value::NULL,
        Json::Bool(truth) => Value::Int(i64::from(*truth)),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Int(whole),
            (None, Some(real)) => Value::Double(real),
            (None, None) => Value::Bytes(number.to_string().into_bytes()),
        },
        Json::String(text) => Value::Bytes(text.clone().into_bytes()),
        Json::Array(_) | Json::Object(_) => Value::Bytes(value.to_string().into_bytes()),
    }
}

fn read(value: Value, column: &Column) -> Json {
    use ColumnType::{MYSQL_TYPE_BIT, MYSQL_TYPE_DATE, MYSQL_TYPE_DECIMAL, MYSQL_TYPE_JSON, MYSQL_TYPE_NEWDECIMAL, MYSQL_TYPE_TIMESTAMP};
    let kind = column.column_type();
    match value {
        Value::NULL => Json::Null,
        Value::Int(whole) => json!(whole),
        Value::UInt(whole) => json!(whole),
        Value::Float(real) => decimal(&real.to_string()).as_f64().map_or(Json::Null, Json::from),
        Value::Double(real) => json!(real),
        Value::Bytes(bytes) => match kind {
            MYSQL_TYPE_DECIMAL | MYSQL_TYPE_NEWDECIMAL => decimal(&String::from_utf8_lossy(&bytes)),
            MYSQL_TYPE_JSON => {
                serde_json::from_slice(&bytes).unwrap_or_else(|_| Json::String(String::from_utf8_lossy(&bytes).into_owned()))
            }
            MYSQL_TYPE_BIT => bytes
                .iter()
                .try_fold(0_u64, |sum, byte| sum.checked_mul(256).map(|sum| sum + u64::from(*byte)))
                .map_or(Json::Null, Json::from),
            _ if column.character_set() == BINARY => Json::String(STANDARD.encode(&bytes)),
            _ => Json::String(String::from_utf8_lossy(&bytes).into_owned()),
        },
        Value::Date(year, month, day, ..) if kind == MYSQL_TYPE_DATE => json!(format!("{year:04}-{month:02}-{day:02}")),
        Value::Date(year, month, day, hour, minute, second, micros) => {
            let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
            // A TIMESTAMP is an instant, and the session's zone is UTC; a DATETIME has no zone.
            let zone = if kind == MYSQL_TYPE_TIMESTAMP { "Z" } else { "" };
            json!(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}"))
        }
        Value::Time(negative, days, hours, minutes, seconds, micros) => {
            let sign = if negative { "-" } else { "" };
            let hours = u64::from(days) * 24 + u64::from(hours);
            let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
            json!(format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{fraction}"))
        }
    }
}
