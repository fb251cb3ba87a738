//! Durations as people write them in a playbook.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use ts_rs::TS;

/// A duration written as a number with s, m, h, d or w, such as `30s` or `1.5h`; kept in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(type = "string")]
pub struct Seconds {
    milliseconds: i64,
}

/// The longest duration: ten years, so that no sum of times overflows.
const LONGEST_MS: i64 = 3_650 * 86_400_000;

/// A text that is no duration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text:?} is not a duration; write a number with s, m, h, d or w, such as 30s (at most ten years)")]
pub struct DurationError {
    /// The refused text.
    pub text: String,
}

impl Seconds {
    /// Returns a duration of whole seconds.
    pub const fn new(seconds: i64) -> Self {
        Self { milliseconds: seconds * 1000 }
    }

    /// Returns a duration of milliseconds.
    pub const fn from_milliseconds(milliseconds: i64) -> Self {
        Self { milliseconds }
    }

    /// Returns the duration in milliseconds.
    pub const fn milliseconds(self) -> i64 {
        self.milliseconds
    }

    /// Returns the duration for arithmetic with times.
    pub fn delta(self) -> chrono::TimeDelta {
        chrono::TimeDelta::milliseconds(self.milliseconds)
    }
}

impl FromStr for Seconds {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let error = || DurationError { text: text.to_owned() };
        let unit = text.chars().next_back().ok_or_else(error)?;
        let factor = match unit {
            's' => 1_000.0,
            'm' => 60_000.0,
            'h' => 3_600_000.0,
            'd' => 86_400_000.0,
            'w' => 604_800_000.0,
            _ => return Err(error()),
        };
        let number = &text[..text.len() - 1];
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return Err(error());
        }
        let milliseconds = number.parse::<f64>().map_err(|_| error())? * factor;
        if !(0.0..=LONGEST_MS as f64).contains(&milliseconds) {
            return Err(error());
        }
        Ok(Self { milliseconds: milliseconds.round() as i64 })
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, factor) in [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
            if self.milliseconds != 0 && self.milliseconds % factor == 0 {
                return write!(f, "{}{unit}", self.milliseconds / factor);
            }
        }
        write!(f, "{}s", self.milliseconds as f64 / 1000.0)
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Seconds {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?[smhdw]$", "description": "a number with s, m, h, d or w"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_and_print() {
        for (text, milliseconds) in [("30s", 30_000), ("1.5h", 5_400_000), ("2w", 1_209_600_000), ("0s", 0), ("0.25s", 250)] {
            assert_eq!(text.parse::<Seconds>().unwrap().milliseconds(), milliseconds, "{text}");
        }
        assert_eq!("90m".parse::<Seconds>().unwrap().to_string(), "90m");
        assert_eq!("0.25s".parse::<Seconds>().unwrap().to_string(), "0.25s");
        for bad in ["", "s", "10", "-1s", "1e3s", "5x", "99999w", "1..2s", "٣s"] {
            assert!(bad.parse::<Seconds>().is_err(), "{bad}");
        }
    }
}
