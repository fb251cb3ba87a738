//! What the kinds of apps that the program itself speaks for (mail, databases) have in common.

use std::time::Duration;

use engine::message::TaskError;
use serde_json::{Map, Value as Json};
use vault::Secret;

use crate::error::{code, task_error};

/// The largest file with a certificate authority.
const AUTHORITY_LIMIT: u64 = 1 << 20;

/// The secrets of a connection, by field.
pub(crate) struct Secrets(pub(crate) Vec<(String, Secret)>);

impl Secrets {
    pub(crate) fn get(&self, field: &str) -> Option<&Secret> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, secret)| secret)
    }
}

/// Returns an option that is a text with something in it.
pub(crate) fn option_text<'a>(options: &'a Map<String, Json>, name: &str) -> Option<&'a str> {
    options.get(name).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// Returns how long a connection's work may take in all: the option `timeout`, 1 second to 10 minutes, else 30 seconds.
pub(crate) fn time_limit(options: &Map<String, Json>) -> Duration {
    let seconds = options.get("timeout").and_then(Json::as_f64).filter(|seconds| seconds.is_finite()).unwrap_or(30.0);
    Duration::from_secs_f64(seconds.clamp(1.0, 600.0))
}

/// Reads the certificate authority that a connection names.
pub(crate) fn authority(options: &Map<String, Json>) -> Result<Option<Vec<u8>>, TaskError> {
    let Some(path) = option_text(options, "ca_file") else { return Ok(None) };
    let unusable = |why: String| task_error(code::CONNECTION, format!("The certificate authority file {path} cannot be read: {why}."));
    let size = std::fs::metadata(path).map_err(|error| unusable(error.to_string()))?.len();
    if size > AUTHORITY_LIMIT {
        return Err(unusable("it is too large".to_owned()));
    }
    std::fs::read(path).map(Some).map_err(|error| unusable(error.to_string()))
}
