//! PostgreSQL.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta};
use engine::message::TaskError;
use native_tls::{Certificate, TlsConnector};
use postgres_native_tls::MakeTlsConnector;
use serde_json::{Value as Json, json};
use tokio::task::JoinHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{Format, FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Config, NoTls};

use super::statement::Statement;
use super::{CONNECT_PATIENCE, Rows, Target, decimal, too_long, words};
use crate::error::{code, task_error};

type Fault = Box<dyn std::error::Error + Sync + Send>;

/// An open connection; its conversation ends with it.
struct Session {
    client: Client,
    conversation: JoinHandle<Result<(), tokio_postgres::Error>>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.conversation.abort();
    }
}

pub(super) async fn run(target: Target, statement: Statement, limit: usize) -> Result<Rows, TaskError> {
    let seconds = target.limit.as_secs();
    let failed = |error: tokio_postgres::Error| failed(&error, seconds);
    let mut session = connect(&target).await?;
    let transaction = session.client.build_transaction().read_only(true).start().await.map_err(failed)?;
    let prepared = transaction.prepare(&statement.text).await.map_err(failed)?;
    if let Some(column) = prepared.columns().iter().find(|column| !readable(column.type_())) {
        return Err(task_error(
            code::SQL_TYPE,
            format!("The column `{}` is of type {}, which cannot be read; write {}::text.", column.name(), column.type_(), column.name()),
        ));
    }
    if statement.values.len() != prepared.params().len() {
        return Err(task_error(
            code::SQL_PARAMETER,
            format!("The query takes {} parameters, and has {}.", prepared.params().len(), statement.values.len()),
        ));
    }
    let values: Vec<Written> =
        statement.values.iter().zip(prepared.params()).map(|(value, kind)| written(value, kind)).collect::<Result<_, _>>()?;
    let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
    let portal = transaction.bind(&prepared, &values).await.map_err(failed)?;
    let mut answer = Rows::of(prepared.columns().iter().map(tokio_postgres::Column::name));
    // One row more than wanted tells whether there are more.
    let most = i32::try_from(limit + 1).unwrap_or(i32::MAX);
    for row in transaction.query_portal(&portal, most).await.map_err(failed)? {
        let values = (0..row.len()).map(|column| row.try_get::<_, Option<Cell>>(column).map(|cell| cell.map_or(Json::Null, |cell| cell.0)));
        let values = values.collect::<Result<Vec<_>, _>>().map_err(|error| {
            let why = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            task_error(code::SQL_TYPE, format!("A value cannot be read ({}); write its column as text.", words(&why)))
        })?;
        if !answer.take(values, limit) {
            break;
        }
    }
    Ok(answer)
}

async fn connect(target: &Target) -> Result<Session, TaskError> {
    let mut config = Config::new();
    config
        .host(&target.host)
        .port(target.port)
        .dbname(&target.database)
        .user(&target.user)
        .application_name("Haetae")
        .connect_timeout(CONNECT_PATIENCE)
        .ssl_mode(if target.tls { SslMode::Require } else { SslMode::Disable })
        // Said before anything is asked, so that nothing the query does can outlast it.
        .options(format!(
            "-c default_transaction_read_only=on -c statement_timeout={} -c idle_in_transaction_session_timeout=60000",
            target.limit.as_millis()
        ));
    if let Some(password) = &target.password {
        config.password(password);
    }
    let unreachable = |error: tokio_postgres::Error| match failed(&error, target.limit.as_secs()) {
        error if error.code == code::NO_ANSWER => crate::error::at(&format!("{}:{}", target.host, target.port), error),
        error => error,
    };
    // The two connections differ in their type only.
    if target.tls {
        let mut builder = TlsConnector::builder();
        if let Some(pem) = &target.authority {
            let unusable = |_| task_error(code::CONNECTION, "The certificate authority file holds no PEM certificate.");
            builder.add_root_certificate(Certificate::from_pem(pem).map_err(unusable)?);
        }
        let connector = builder.build().map_err(|error| task_error(code::TLS, format!("TLS cannot be prepared: {error}.")))?;
        let (client, connection) = config.connect(MakeTlsConnector::new(connector)).await.map_err(unreachable)?;
        Ok(Session { client, conversation: tokio::spawn(connection) })
    } else {
        let (client, connection) = config.connect(NoTls).await.map_err(unreachable)?;
        Ok(Session { client, conversation: tokio::spawn(connection) })
    }
}

fn failed(error: &tokio_postgres::Error, seconds: u64) -> TaskError {
    if let Some(said) = error.as_db_error() {
        let state = said.code().code();
        let text = format!("{} (SQLSTATE {state})", words(said.message()));
        return match state {
            "28P01" | "28000" => task_error(code::REFUSED, format!("PostgreSQL refused the log-in: {text}.")),
            "57014" => too_long(seconds),
            "25006" => task_error(code::SQL_STATEMENT, format!("The query would write, and it may only read: {text}.")),
            "3D000" => task_error(code::CONNECTION, format!("PostgreSQL has no such database: {text}.")),
            _ if state.starts_with("53") || state.starts_with("57P") || state.starts_with("40") => {
                task_error(code::VENDOR_FAULT, format!("PostgreSQL cannot do it now: {text}."))
            }
            "22P02" | "22007" | "22008" => task_error(code::SQL_PARAMETER, format!("PostgreSQL refused a value: {text}.")),
            _ => task_error(code::SQL_QUERY, format!("PostgreSQL refused the query: {text}.")),
        };
    }
    let mut causes = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    let mut private = false;
    while let Some(inner) = source {
        private |= inner.is::<native_tls::Error>();
        causes.push(inner.to_string());
        source = inner.source();
    }
    let why = words(causes.last().map(String::as_str).unwrap_or_default());
    // The library has no kind for it that can be asked.
    if private || causes[0].contains("TLS") {
        return task_error(code::TLS, format!("No private connection to PostgreSQL ({why})."));
    }
    if causes[0].contains("authentication") || causes[0].contains("password") {
        return task_error(code::REFUSED, format!("PostgreSQL's log-in cannot be done ({why})."));
    }
    task_error(code::NO_ANSWER, format!("PostgreSQL cannot be reached ({why})."))
}

/// A value in PostgreSQL's own writing; the server reads it as the type that its place has, so that no type is guessed here.
#[derive(Debug)]
struct Written(Option<String>);

impl ToSql for Written {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Fault> {
        match &self.0 {
            None => Ok(IsNull::Yes),
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

fn written(value: &Json, kind: &Type) -> Result<Written, TaskError> {
    let is_json = matches!(*kind, Type::JSON | Type::JSONB);
    let text = match (value, kind.kind()) {
        (Json::Null, _) => return Ok(Written(None)),
        (value, _) if is_json => value.to_string(),
        (Json::Array(items), Kind::Array(_)) => array(items)?,
        (Json::Array(_) | Json::Object(_), _) => {
            return Err(task_error(code::SQL_PARAMETER, format!("A list or a map cannot be a value of type {kind}.")));
        }
        (Json::String(text), _) => text.clone(),
        (other, _) => other.to_string(),
    };
    if text.contains('\0') {
        return Err(task_error(code::SQL_PARAMETER, "PostgreSQL takes no text with a zero byte."));
    }
    Ok(Written(Some(text)))
}

/// Writes an array, every item quoted.
fn array(items: &[Json]) -> Result<String, TaskError> {
    let mut parts = Vec::with_capacity(items.len());
    for item in items {
        parts.push(match item {
            Json::Null => "NULL".to_owned(),
            Json::Array(inner) => array(inner)?,
            Json::String(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Json::Object(_) => format!("\"{}\"", item.to_string().replace('\\', "\\\\").replace('"', "\\\"")),
            Json::Bool(_) | Json::Number(_) => item.to_string(),
        });
    }
    Ok(format!("{{{}}}", parts.join(",")))
}

/// A value of a row as JSON.
struct Cell(Json);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Fault> {
        read(kind, raw).map(Cell)
    }

    fn accepts(kind: &Type) -> bool {
        readable(kind)
    }
}

fn readable(kind: &Type) -> bool {
    match kind.kind() {
        Kind::Array(member) => readable(member),
        Kind::Domain(base) => readable(base),
        Kind::Enum(_) => true,
        Kind::Simple => matches!(
            *kind,
            Type::BOOL
                | Type::INT2
                | Type::INT4
                | Type::INT8
                | Type::OID
                | Type::FLOAT4
                | Type::FLOAT8
                | Type::NUMERIC
                | Type::TEXT
                | Type::VARCHAR
                | Type::BPCHAR
                | Type::NAME
                | Type::CHAR
                | Type::UNKNOWN
                | Type::BYTEA
                | Type::JSON
                | Type::JSONB
                | Type::UUID
                | Type::TIMESTAMP
                | Type::TIMESTAMPTZ
                | Type::DATE
                | Type::TIME
                | Type::INTERVAL
                | Type::INET
                | Type::CIDR
                | Type::MACADDR
        ),
        // VOID is what a function returns that returns nothing.
        Kind::Pseudo => *kind == Type::VOID,
        _ => false,
    }
}

fn read(kind: &Type, raw: &[u8]) -> Result<Json, Fault> {
    match kind.kind() {
        Kind::Array(_) => {
            let items = Vec::<Option<Cell>>::from_sql(kind, raw)?;
            return Ok(Json::Array(items.into_iter().map(|item| item.map_or(Json::Null, |item| item.0)).collect()));
        }
        Kind::Domain(base) => return read(base, raw),
        Kind::Enum(_) => return text(raw),
        _ => {}
    }
    let micros = |from: i64| TimeDelta::microseconds(from);
    let epoch = || NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default();
    Ok(match *kind {
        Type::BOOL => json!(raw.first().is_some_and(|byte| *byte != 0)),
        Type::INT2 => json!(i16::from_be_bytes(raw.try_into()?)),
        Type::INT4 => json!(i32::from_be_bytes(raw.try_into()?)),
        Type::INT8 => json!(i64::from_be_bytes(raw.try_into()?)),
        Type::OID => json!(u32::from_be_bytes(raw.try_into()?)),
        // The shortest text of a single keeps 0.1 what it is; its bits as a double do not.
        Type::FLOAT4 => decimal(&f32::from_be_bytes(raw.try_into()?).to_string()).as_f64().map_or(Json::Null, Json::from),
        Type::FLOAT8 => json!(f64::from_be_bytes(raw.try_into()?)),
        Type::NUMERIC => numeric(raw)?,
        Type::BYTEA => json!(STANDARD.encode(raw)),
        Type::JSON => serde_json::from_slice(raw)?,
        Type::JSONB => serde_json::from_slice(raw.get(1..).unwrap_or_default())?,
        Type::UUID => json!(uuid::Uuid::from_slice(raw)?.to_string()),
        Type::TIMESTAMPTZ => match i64::from_be_bytes(raw.try_into()?) {
            i64::MAX => json!("infinity"),
            i64::MIN => json!("-infinity"),
            at => {
                let at = epoch().and_time(NaiveTime::MIN).checked_add_signed(micros(at)).ok_or("a time beyond the calendar")?;
                let at = DateTime::<chrono::Utc>::from_naive_utc_and_offset(at, chrono::Utc);
                json!(at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
            }
        },
        Type::TIMESTAMP => match i64::from_be_bytes(raw.try_into()?) {
            i64::MAX => json!("infinity"),
            i64::MIN => json!("-infinity"),
            at => {
                let at = epoch().and_time(NaiveTime::MIN).checked_add_signed(micros(at)).ok_or("a time beyond the calendar")?;
                json!(at.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
            }
        },
        Type::DATE => match i32::from_be_bytes(raw.try_into()?) {
            i32::MAX => json!("infinity"),
            i32::MIN => json!("-infinity"),
            days => {
                let day = epoch().checked_add_signed(TimeDelta::days(i64::from(days))).ok_or("a day beyond the calendar")?;
                json!(day.format("%Y-%m-%d").to_string())
            }
        },
        Type::TIME => {
            let micros = i64::from_be_bytes(raw.try_into()?);
            // 24:00:00 is a time in PostgreSQL.
            if micros == 86_400_000_000 {
                json!("24:00:00")
            } else {
                json!((NaiveTime::MIN + TimeDelta::microseconds(micros)).format("%H:%M:%S%.f").to_string())
            }
        }
        Type::INTERVAL => interval(raw)?,
        Type::INET | Type::CIDR => inet(kind, raw)?,
        Type::MACADDR => json!(raw.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")),
        Type::VOID => Json::Null,
        _ => text(raw)?,
    })
}

fn text(raw: &[u8]) -> Result<Json, Fault> {
    Ok(Json::String(std::str::from_utf8(raw)?.to_owned()))
}

/// Reads a decimal: groups of four digits, the weight of the first, a sign, and how many digits stand after the point.
fn numeric(raw: &[u8]) -> Result<Json, Fault> {
    let word = |at: usize| -> Result<i16, Fault> {
        let bytes = raw.get(2 * at..2 * at + 2).ok_or("a number that is cut off")?;
        Ok(i16::from_be_bytes(bytes.try_into()?))
    };
    let (groups, weight, sign, scale) = (usize::try_from(word(0)?)?, i32::from(word(1)?), word(2)? as u16, usize::try_from(word(3)?)?);
    match sign {
        0x0000 | 0x4000 => {}
        0xD000 => return Ok(json!("Infinity")),
        0xF000 => return Ok(json!("-Infinity")),
        _ => return Ok(json!("NaN")),
    }
    let mut digits = Vec::with_capacity(groups);
    for group in 0..groups {
        digits.push(word(4 + group)?);
    }
    let group = |place: i32| usize::try_from(weight - place).ok().and_then(|at| digits.get(at)).copied().unwrap_or(0);
    let mut text = String::new();
    if sign == 0x4000 {
        text.push('-');
    }
    let whole: String = (0..=weight.max(0)).rev().map(|place| format!("{:04}", group(place))).collect();
    let whole = whole.trim_start_matches('0');
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if scale > 0 {
        let places = i32::try_from(scale.div_ceil(4))?;
        let fraction: String = (1..=places).map(|place| format!("{:04}", group(-place))).collect();
        text.push('.');
        text.push_str(&fraction[..scale]);
    }
    Ok(decimal(&text))
}

/// Writes an interval as ISO 8601 does.
fn interval(raw: &[u8]) -> Result<Json, Fault> {
    let (micros, rest) = raw.split_at_checked(8).ok_or("an interval that is cut off")?;
    let (days, months) = rest.split_at_checked(4).ok_or("an interval that is cut off")?;
    let (micros, days, months) =
        (i64::from_be_bytes(micros.try_into()?), i32::from_be_bytes(days.try_into()?), i32::from_be_bytes(months.try_into()?));
    let (years, months) = (months / 12, months % 12);
    let (hours, minutes, seconds, rest) = (micros / 3_600_000_000, micros / 60_000_000 % 60, micros / 1_000_000 % 60, micros % 1_000_000);
    let mut text = "P".to_owned();
    for (number, letter) in [(years, 'Y'), (months, 'M'), (days, 'D')] {
        if number != 0 {
            text.push_str(&format!("{number}{letter}"));
        }
    }
    if micros != 0 || text.len() == 1 {
        text.push('T');
        for (number, letter) in [(hours, 'H'), (minutes, 'M')] {
            if number != 0 {
                text.push_str(&format!("{number}{letter}"));
            }
        }
        if seconds != 0 || rest != 0 || (hours == 0 && minutes == 0) {
            let sign = if micros < 0 { "-" } else { "" };
            let fraction = if rest == 0 { String::new() } else { format!(".{:06}", rest.abs()) };
            text.push_str(&format!("{sign}{}{}S", seconds.abs(), fraction.trim_end_matches('0')));
        }
    }
    Ok(Json::String(text))
}

/// Reads an address: family, bits of the network, whether it is one, length, bytes.
fn inet(kind: &Type, raw: &[u8]) -> Result<Json, Fault> {
    let (&bits, bytes) = (raw.get(1).ok_or("an address that is cut off")?, raw.get(4..).unwrap_or_default());
    let (address, full): (std::net::IpAddr, u8) = match bytes.len() {
        4 => (<[u8; 4]>::try_from(bytes)?.into(), 32),
        16 => (<[u8; 16]>::try_from(bytes)?.into(), 128),
        _ => return Err("an address of unusual length".into()),
    };
    Ok(Json::String(if bits == full && *kind == Type::INET { address.to_string() } else { format!("{address}/{bits}") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_written_so_that_no_item_ends_them() {
        let kind = Type::TEXT_ARRAY;
        let value = json!(["a\"},{\"b", "c\\", null, 1, true]);
        assert_eq!(written(&value, &kind).unwrap().0.as_deref(), Some(r#"{"a\"},{\"b","c\\",NULL,1,true}"#));
        assert_eq!(written(&json!(["a"]), &Type::TEXT).unwrap_err().code, "SQL-PARAMETER");
        assert_eq!(written(&json!(["a"]), &Type::JSONB).unwrap().0.as_deref(), Some(r#"["a"]"#));
        assert_eq!(written(&json!("a\0"), &Type::TEXT).unwrap_err().code, "SQL-PARAMETER");
    }
}
