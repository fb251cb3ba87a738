//! The values of the language.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use chrono_tz::Tz;
use indexmap::IndexMap;

/// A map with text keys that keeps the order of insertion.
pub type Map = IndexMap<Arc<str>, Value>;

/// How deeply arrays and maps may nest in a value; what is deeper is cut to null when it comes from outside.
///
/// Below the limit of serde_json (128), so that every value can be written to a journal and read again.
pub const VALUE_DEPTH: usize = 100;

/// A value; cloning is cheap, because everything large is shared.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// Nothing, and every missing path.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Double(f64),
    /// Unicode text; lengths and indexes count Unicode scalar values.
    String(Arc<str>),
    /// An address; an IPv4 address mapped into IPv6 is kept as IPv4.
    Ip(IpAddr),
    /// An instant with a precision of one millisecond.
    Date(DateTime<Utc>),
    /// Bytes.
    Binary(Arc<[u8]>),
    /// A list of values of any types.
    Array(Arc<Vec<Value>>),
    /// Text keys and values, in order of insertion.
    Map(Arc<Map>),
}

impl Value {
    /// Returns an array of the values.
    pub fn array(items: Vec<Value>) -> Value {
        Value::Array(Arc::new(items))
    }

    /// Returns a map of the entries.
    pub fn map(entries: Map) -> Value {
        Value::Map(Arc::new(entries))
    }

    /// Returns the instant cut to milliseconds.
    pub fn date(instant: DateTime<Utc>) -> Value {
        Value::Date(instant.trunc_subsecs(3))
    }

    /// Returns the address, IPv4 when it is one mapped into IPv6.
    pub fn ip(address: IpAddr) -> Value {
        Value::Ip(address.to_canonical())
    }

    /// Tells whether the value is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Returns the truth of the value: null and false are false, everything else (0, "" and [] too) is true.
    pub fn truth(&self) -> bool {
        !matches!(self, Value::Null | Value::Bool(false))
    }

    /// Returns what `typeof` answers; `None` for null.
    pub fn type_name(&self) -> Option<&'static str> {
        Some(match self {
            Value::Null => return None,
            Value::Bool(_) => "bool",
            Value::Int(number) if i32::try_from(*number).is_ok() => "int",
            Value::Int(_) => "long",
            Value::Double(_) => "double",
            Value::String(_) => "string",
            Value::Ip(IpAddr::V4(_)) => "ipv4",
            Value::Ip(IpAddr::V6(_)) => "ipv6",
            Value::Date(_) => "date",
            Value::Binary(_) => "binary",
            Value::Array(_) => "array",
            Value::Map(_) => "map",
        })
    }

    /// Returns the text when the value is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the entry of a map by its key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(entries) => entries.get(key),
            _ => None,
        }
    }

    /// Returns the item of an array; a negative index counts from the end.
    pub fn index(&self, index: i64) -> Option<&Value> {
        let Value::Array(items) = self else { return None };
        let index = if index < 0 { index.checked_add(i64::try_from(items.len()).ok()?)? } else { index };
        items.get(usize::try_from(index).ok()?)
    }

    /// Reads plain JSON; no object is taken for an address or a date, because outside data must not choose its own type.
    ///
    /// Whatever nests deeper than [`VALUE_DEPTH`] becomes null.
    pub fn from_json(json: &serde_json::Value) -> Value {
        read_json(json, VALUE_DEPTH, false)
    }

    /// Reads what [`Value::to_tagged_json`] wrote; only for our own journals and commands.
    pub fn from_tagged_json(json: &serde_json::Value) -> Value {
        read_json(json, VALUE_DEPTH, true)
    }

    /// Returns the value as outputs show it: addresses and dates as text, bytes as hex, NaN and infinities as null.
    pub fn to_json(&self, zone: Tz) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Int(value) => (*value).into(),
            Value::Double(value) => serde_json::Number::from_f64(*value).map_or(serde_json::Value::Null, serde_json::Value::Number),
            Value::Array(items) => items.iter().map(|item| item.to_json(zone)).collect(),
            Value::Map(entries) => {
                serde_json::Value::Object(entries.iter().map(|(key, value)| (key.to_string(), value.to_json(zone))).collect())
            }
            Value::String(_) | Value::Ip(_) | Value::Date(_) | Value::Binary(_) => self.to_text(zone).into(),
        }
    }

    /// Returns the value with the types JSON lacks as `{"$ip"}`, `{"$date"}`, `{"$binary"}` and `{"$double"}`.
    ///
    /// A map that looks like one of these is wrapped in `{"$map"}`, so reading it back gives the same map.
    pub fn to_tagged_json(&self, zone: Tz) -> serde_json::Value {
        use serde_json::json;
        match self {
            Value::Double(value) if !value.is_finite() => json!({"$double": double_text(*value)}),
            Value::Ip(address) => json!({"$ip": address.to_string()}),
            Value::Date(instant) => json!({"$date": instant.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()}),
            Value::Binary(bytes) => json!({"$binary": hex::encode(bytes)}),
            Value::Array(items) => items.iter().map(|item| item.to_tagged_json(zone)).collect(),
            Value::Map(entries) => {
                let object =
                    serde_json::Value::Object(entries.iter().map(|(key, value)| (key.to_string(), value.to_tagged_json(zone))).collect());
                if entries.len() == 1 && entries.keys().any(|key| key.starts_with('$')) { json!({"$map": object}) } else { object }
            }
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Double(_) | Value::String(_) => self.to_json(zone),
        }
    }

    /// Returns the text form of the value; `None` for null.
    pub fn to_text(&self, zone: Tz) -> Option<String> {
        self.text(zone, usize::MAX).ok()?.map(Cow::into_owned)
    }

    /// Returns the text form, borrowed when the value is a text; an error when it would be longer than `limit` bytes.
    pub(crate) fn text(&self, zone: Tz, limit: usize) -> Result<Option<Cow<'_, str>>, TooLong> {
        Ok(Some(match self {
            Value::Null => return Ok(None),
            Value::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Value::Int(value) => Cow::Owned(value.to_string()),
            Value::Double(value) => Cow::Owned(double_text(*value)),
            Value::String(value) => Cow::Borrowed(value),
            Value::Ip(address) => Cow::Owned(address.to_string()),
            Value::Date(instant) => Cow::Owned(date_text(*instant, zone)),
            Value::Binary(bytes) if bytes.len() > limit / 2 => return Err(TooLong),
            Value::Binary(bytes) => Cow::Owned(hex::encode(bytes)),
            Value::Array(_) | Value::Map(_) => {
                let mut text = String::new();
                self.write_json(zone, limit, &mut text)?;
                Cow::Owned(text)
            }
        }))
    }

    /// Writes compact JSON; stops as soon as the text is longer than the limit, because shared parts can repeat without end.
    fn write_json(&self, zone: Tz, limit: usize, out: &mut String) -> Result<(), TooLong> {
        if out.len() > limit {
            return Err(TooLong);
        }
        match self {
            Value::Null => out.push_str("null"),
            Value::Double(value) if !value.is_finite() => out.push_str("null"),
            Value::Bool(_) | Value::Int(_) | Value::Double(_) => out.push_str(&self.text(zone, limit)?.unwrap_or_default()),
            Value::String(text) => write_json_text(text, out),
            Value::Ip(_) | Value::Date(_) | Value::Binary(_) => write_json_text(&self.text(zone, limit)?.unwrap_or_default(), out),
            Value::Array(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    item.write_json(zone, limit, out)?;
                }
                out.push(']');
            }
            Value::Map(entries) => {
                out.push('{');
                for (position, (key, value)) in entries.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    write_json_text(key, out);
                    out.push(':');
                    value.write_json(zone, limit, out)?;
                }
                out.push('}');
            }
        }
        if out.len() > limit { Err(TooLong) } else { Ok(()) }
    }
}

/// A text form that would exceed the size limit.
#[derive(Debug)]
pub(crate) struct TooLong;

/// Returns the shortest decimal form that reads back as the same number: no exponent, always a fraction.
pub(crate) fn double_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".into() } else { "-Infinity".into() };
    }
    let mut text = value.to_string();
    if !text.contains('.') {
        text.push_str(".0");
    }
    text
}

/// Returns the display form of a date, `yyyy-MM-dd HH:mm:ssZ`.
pub(crate) fn date_text(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S%z").to_string()
}

/// Returns an expression that has this plain JSON as its value.
pub fn literal_of(json: &serde_json::Value) -> String {
    let mut out = String::new();
    write_literal(json, &mut out);
    out
}

fn write_literal(json: &serde_json::Value, out: &mut String) {
    match json {
        serde_json::Value::String(text) => {
            out.push('"');
            for sign in text.chars() {
                match sign {
                    '"' | '\\' => out.extend(['\\', sign]),
                    control if u32::from(control) < 0x20 => {
                        let _ = write!(out, "\\u{:04x}", u32::from(control));
                    }
                    other => out.push(other),
                }
            }
            out.push('"');
        }
        serde_json::Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                write_literal(item, out);
            }
            out.push(']');
        }
        serde_json::Value::Object(entries) => {
            out.push('{');
            for (position, (key, value)) in entries.iter().enumerate() {
                out.push_str(if position > 0 { ", " } else { "" });
                write_literal(&serde_json::Value::String(key.clone()), out);
                out.push_str(": ");
                write_literal(value, out);
            }
            out.push('}');
        }
        // A whole number beyond 64 bits is a double to the language too.
        serde_json::Value::Number(number) if number.as_i64().is_none() => {
            let _ = write!(out, "{:e}", number.as_f64().unwrap_or_default());
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

fn write_json_text(text: &str, out: &mut String) {
    out.push('"');
    for sign in text.chars() {
        match sign {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if u32::from(control) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

fn read_json(json: &serde_json::Value, depth: usize, tagged: bool) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => number.as_i64().map_or_else(|| number.as_f64().map_or(Value::Null, Value::Double), Value::Int),
        serde_json::Value::String(text) => Value::String(text.as_str().into()),
        serde_json::Value::Array(_) | serde_json::Value::Object(_) if depth == 0 => Value::Null,
        serde_json::Value::Array(items) => Value::array(items.iter().map(|item| read_json(item, depth - 1, tagged)).collect()),
        serde_json::Value::Object(object) => {
            if let (true, 1, Some((key, inner))) = (tagged, object.len(), object.iter().next())
                && let Some(value) = read_tag(key, inner, depth)
            {
                return value;
            }
            Value::map(object.iter().map(|(key, value)| (key.as_str().into(), read_json(value, depth - 1, tagged))).collect())
        }
    }
}

fn read_tag(key: &str, inner: &serde_json::Value, depth: usize) -> Option<Value> {
    match (key, inner) {
        ("$ip", serde_json::Value::String(text)) => text.parse().ok().map(Value::ip),
        ("$date", serde_json::Value::String(text)) => DateTime::parse_from_rfc3339(text).ok().map(|date| Value::date(date.to_utc())),
        ("$binary", serde_json::Value::String(text)) => hex::decode(text).ok().map(|bytes| Value::Binary(bytes.into())),
        ("$double", serde_json::Value::String(text)) => match text.as_str() {
            "NaN" => Some(Value::Double(f64::NAN)),
            "Infinity" => Some(Value::Double(f64::INFINITY)),
            "-Infinity" => Some(Value::Double(f64::NEG_INFINITY)),
            _ => None,
        },
        ("$map", serde_json::Value::Object(object)) => {
            Some(Value::map(object.iter().map(|(key, value)| (key.as_str().into(), read_json(value, depth - 1, true))).collect()))
        }
        _ => None,
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Double(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::String(value.into())
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Value::array(items)
    }
}

impl From<Map> for Value {
    fn from(entries: Map) -> Self {
        Value::map(entries)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_print_without_exponent() {
        for (number, text) in [(3.0, "3.0"), (0.00001, "0.00001"), (1.2, "1.2"), (-0.5, "-0.5"), (1e21, "1000000000000000000000.0")] {
            assert_eq!(double_text(number), text);
        }
    }

    #[test]
    fn outside_json_never_chooses_a_type() {
        let json = json!({"$ip": "1.2.3.4"});
        assert_eq!(Value::from_json(&json).type_name(), Some("map"));
        assert_eq!(Value::from_json(&json).to_json(Tz::UTC), json);
    }

    #[test]
    fn tagged_json_round_trips() {
        let json = json!({
            "ip": {"$ip": "10.0.0.1"}, "date": {"$date": "2026-01-02T03:04:05.678+09:00"}, "bytes": {"$binary": "00ff"},
            "nan": {"$double": "-Infinity"}, "disguised": {"$map": {"$ip": "10.0.0.1"}}, "list": [1, 2.5, null, "x", true],
        });
        let value = Value::from_tagged_json(&json);
        assert_eq!(value.get("ip").and_then(Value::type_name), Some("ipv4"));
        assert_eq!(value.get("disguised").and_then(Value::type_name), Some("map"));
        assert_eq!(value.to_tagged_json(Tz::Asia__Seoul), json);
    }

    #[test]
    fn a_literal_has_the_value_it_was_made_from() {
        let context = crate::Context::new(DateTime::UNIX_EPOCH, Tz::UTC, "", 0);
        for json in [
            json!(null),
            json!({"a b": [1, -2, 2.5, -1e-7, 1e300, true, null], "\"\\\n\u{0}\u{8}": {"한": "c:\\users {{ x }} *"}, "": []}),
            json!(i64::MIN),
            json!("a*"),
        ] {
            let text = literal_of(&json);
            let program = crate::Program::compile(&text).unwrap_or_else(|mistakes| panic!("{text}: {mistakes:?}"));
            assert_eq!(program.evaluate(&Map::new(), &context).map(|value| value.to_json(Tz::UTC)), Ok(json), "{text}");
        }
    }

    #[test]
    fn outside_json_is_cut_below_the_depth_limit() {
        let mut json = json!(1);
        for _ in 0..10_000 {
            json = serde_json::Value::Array(vec![json]);
        }
        let mut value = &Value::from_json(&json);
        let mut depth = 0;
        while let Some(inner) = value.index(0) {
            (value, depth) = (inner, depth + 1);
        }
        assert!(value.is_null());
        assert_eq!(depth, VALUE_DEPTH);
        // serde_json drops recursively; take the levels off by hand so that this test itself is safe.
        while let serde_json::Value::Array(items) = &mut json {
            json = items.pop().unwrap_or_default();
        }
    }
}
