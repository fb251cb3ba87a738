//! From a vendor's answer to a command's output, or to an error with a code.

use chrono::{DateTime, Utc};
use engine::message::TaskError;
use expression::{Context, Program, Value};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use crate::app::{CompiledCommand, CompiledErrors};
use crate::error::{code, task_error};
use crate::manifest::{Answer, NotFound};
use crate::request::Inputs;

/// The longest wait that a vendor can ask for: beyond it, somebody should look.
const LONGEST_WAIT_MS: i64 = 24 * 3_600_000;

/// How much of a vendor's own words an error carries.
const VENDOR_WORDS: usize = 300;

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// The answer as expressions see it.
struct Reading<'a> {
    vendor: &'a str,
    received: &'a Received,
    scope: IndexMap<String, Value>,
    context: Context,
}

/// Checks that an answer is good, and returns what its body holds.
///
/// # Errors
/// The code says what the vendor did; the message holds the vendor's own words, cut short.
pub(crate) fn judge(vendor: &str, errors: &CompiledErrors, received: &Received, answer: Answer) -> Result<Option<Json>, TaskError> {
    let good = (200..300).contains(&received.status);
    let body = read_body(received, answer);
    let reading =
        Reading { vendor, received, scope: scope(received, body.as_ref().ok().unwrap_or(&Json::Null)), context: crate::request::context() };
    if good {
        let body = body.map_err(|why| task_error(code::MALFORMED, format!("{vendor} answered something that is not {why}.")))?;
        return match errors.when.as_ref().and_then(|program| reading.value(program)) {
            Some(value) if value.truth() => Err(reading.failed(code::BAD_REQUEST, "reported an error", errors)),
            _ => Ok(Some(body)),
        };
    }
    Err(match received.status {
        401 | 403 => reading.failed(code::REFUSED, "refused the key", errors),
        404 => reading.failed(code::NOT_FOUND, "does not know it", errors),
        429 => {
            let mut error = reading.failed(code::RATE, "allows no more requests at the moment", errors);
            error.retry_after_ms = reading.retry_after(errors.retry_after.as_ref());
            error
        }
        300..400 => task_error(
            code::ELSEWHERE,
            format!("{vendor} sent the request elsewhere (status {}); it was not followed and the key did not go there.", received.status),
        ),
        400..500 => reading.failed(code::BAD_REQUEST, "refused the request", errors),
        500..600 => {
            let mut error = reading.failed(code::VENDOR_FAULT, "has a fault of its own", errors);
            error.retry_after_ms = reading.retry_after(None);
            error
        }
        status => task_error(code::MALFORMED, format!("{vendor} answered with the unusual status {status}.")),
    })
}

/// Returns a command's output from a good answer.
pub(crate) fn output(
    vendor: &str,
    command: &CompiledCommand,
    received: &Received,
    body: &Json,
    inputs: &Inputs,
) -> Result<Json, TaskError> {
    let mut scope = scope(received, body);
    for name in ["parameters", "options"] {
        if let Some(value) = inputs.scope().get(name) {
            scope.insert(name.to_owned(), value.clone());
        }
    }
    let context = crate::request::context();
    let mut output = Map::new();
    for (name, field) in &command.output {
        let value = match &field.program {
            None => Value::Null,
            Some(program) => program.evaluate(&scope, &context).map_err(|error| {
                task_error(code::MALFORMED, format!("The field `{name}` of {vendor}'s answer cannot be read ({}).", error.code()))
            })?,
        };
        if value.is_null() && field.required {
            return Err(task_error(code::MALFORMED, format!("{vendor}'s answer lacks what `{name}` is read from.")));
        }
        let value = if value.is_null() { field.default.clone().unwrap_or(Json::Null) } else { value.to_json(context.zone) };
        output.insert(name.clone(), value);
    }
    Ok(Json::Object(output))
}

/// Returns the output of a vendor who knows nothing: `found` is false, every other field has its default.
pub(crate) fn nothing_known(command: &CompiledCommand) -> Json {
    Json::Object(
        command
            .output
            .iter()
            .map(|(name, field)| match name.as_str() {
                "found" => (name.clone(), Json::Bool(false)),
                _ => (name.clone(), field.default.clone().unwrap_or(Json::Null)),
            })
            .collect(),
    )
}

/// Tells whether an error means that the vendor knows nothing, for a command that reads it as output.
pub(crate) fn is_nothing_known(error: &TaskError, not_found: NotFound) -> bool {
    not_found == NotFound::Output && error.code == code::NOT_FOUND
}

fn read_body(received: &Received, answer: Answer) -> Result<Json, &'static str> {
    match answer {
        Answer::Nothing => Ok(Json::Null),
        Answer::Text => Ok(Json::String(String::from_utf8_lossy(&received.body).into_owned())),
        Answer::Json if received.status == 204 => Ok(Json::Null),
        Answer::Json => serde_json::from_slice(&received.body).map_err(|_| "JSON"),
    }
}

fn scope(received: &Received, body: &Json) -> IndexMap<String, Value> {
    let headers = received.headers.iter().map(|(name, value)| (name.as_str().into(), Value::from(value.as_str()))).collect();
    IndexMap::from_iter([
        ("status".to_owned(), Value::from(i64::from(received.status))),
        ("headers".to_owned(), Value::map(headers)),
        ("body".to_owned(), Value::from_json(body)),
    ])
}

impl Reading<'_> {
    fn value(&self, program: &Program) -> Option<Value> {
        // What the vendor says about an error is a courtesy: when it cannot be read, the status says enough.
        program.evaluate(&self.scope, &self.context).ok().filter(|value| !value.is_null())
    }

    fn failed(&self, code: &str, what: &str, errors: &CompiledErrors) -> TaskError {
        let words = errors.message.as_ref().and_then(|program| self.value(program)).and_then(|value| value.to_text(self.context.zone));
        let words = words.map(|words| words.chars().filter(|sign| !sign.is_control()).take(VENDOR_WORDS).collect::<String>());
        let words = words.filter(|words| !words.is_empty()).map(|words| format!(" It says: {words}")).unwrap_or_default();
        task_error(code, format!("{} {what} (status {}).{words}", self.vendor, self.received.status))
    }

    /// Returns how long the vendor asks us to wait: the header `Retry-After` in seconds or as a date, else what the manifest reads.
    fn retry_after(&self, program: Option<&Program>) -> Option<i64> {
        let from_header = self.received.header("retry-after").and_then(|text| {
            let text = text.trim();
            match text.parse::<f64>() {
                Ok(seconds) => Some(seconds),
                Err(_) => DateTime::parse_from_rfc2822(text).ok().map(|at| (at.to_utc() - Utc::now()).num_seconds() as f64),
            }
        });
        let from_manifest = || match self.value(program?)? {
            Value::Int(seconds) => Some(seconds as f64),
            Value::Double(seconds) => Some(seconds),
            _ => None,
        };
        let seconds = from_header.or_else(from_manifest).filter(|seconds| seconds.is_finite())?;
        Some(((seconds * 1000.0) as i64).clamp(0, LONGEST_WAIT_MS))
    }
}
