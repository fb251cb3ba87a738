//! Scrubbing secrets from what comes back from a vendor.

use std::borrow::Cow;
use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

use crate::Secret;

/// What stands where a secret was.
pub const MASK: &str = "[secret]";

/// The shortest text that is scrubbed: a shorter secret would tear holes into words that are none.
const SHORTEST: usize = 4;

/// RFC 3986's unreserved characters, which `encodeURIComponent` and form encoders leave as they are.
const NOT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Finds secrets in texts: as they are, in base64 at any alignment, URL-encoded, JSON-escaped and in hex.
#[derive(Clone)]
pub struct Redactor {
    forms: Option<AhoCorasick>,
}

impl Redactor {
    /// Returns a redactor for these secrets; secrets of fewer than four bytes are left alone.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let forms: BTreeSet<String> =
            secrets.into_iter().flat_map(|secret| forms(secret.expose())).filter(|form| form.len() >= SHORTEST).collect();
        let forms = (!forms.is_empty()).then(|| {
            AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(&forms)
                .expect("a few short patterns stay far below the automaton's limits")
        });
        Self { forms }
    }

    /// Returns the text with every secret masked.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match &self.forms {
            Some(forms) if forms.is_match(text) => {
                let mut clean = String::with_capacity(text.len());
                forms.replace_all_with(text, &mut clean, |_, _, clean| {
                    clean.push_str(MASK);
                    true
                });
                Cow::Owned(clean)
            }
            _ => Cow::Borrowed(text),
        }
    }

    /// Masks every secret in the texts, keys and numbers of a JSON value.
    pub fn json(&self, json: &mut Json) {
        if self.forms.is_none() {
            return;
        }
        match json {
            Json::Null | Json::Bool(_) => {}
            Json::Number(number) => {
                if let Cow::Owned(masked) = self.text(&number.to_string()) {
                    *json = Json::String(masked);
                }
            }
            Json::String(text) => {
                if let Cow::Owned(masked) = self.text(text) {
                    *text = masked;
                }
            }
            Json::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Json::Object(entries) => {
                entries.values_mut().for_each(|value| self.json(value));
                if entries.keys().any(|key| matches!(self.text(key), Cow::Owned(_))) {
                    *entries = std::mem::take(entries).into_iter().map(|(key, value)| (self.text(&key).into_owned(), value)).collect();
                }
            }
        }
    }
}

/// Returns every form in which a secret may come back.
fn forms(secret: &str) -> Vec<String> {
    if secret.len() < SHORTEST {
        return Vec::new();
    }
    let mut forms = vec![secret.to_owned()];
    for escaped in [json_escaped(secret), ascii_json_escaped(secret)] {
        // PHP's writer escapes the slash too.
        forms.extend([escaped.replace('/', "\\/"), escaped]);
    }
    for set in [NOT_UNRESERVED, NON_ALPHANUMERIC] {
        let encoded = utf8_percent_encode(secret, set).to_string();
        forms.extend([lower_percent(&encoded), encoded.replace("%20", "+"), encoded]);
    }
    forms.extend([hex::encode(secret), hex::encode_upper(secret)]);
    forms.extend(base64_forms(secret.as_bytes()));
    forms
}

/// Returns what is certain of the base64 of any text that contains `secret`: for each of the three alignments, the characters that depend
/// on nothing but the secret.
fn base64_forms(secret: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3_usize {
        let padded = [vec![0; before], secret.to_vec()].concat();
        // A character holds 6 bits; the first that holds none of the bits before the secret, and the last that is filled by it.
        let first = (before * 8).div_ceil(6);
        let last = padded.len() * 8 / 6;
        for engine in [&STANDARD, &URL_SAFE] {
            let encoded = engine.encode(&padded);
            forms.extend(encoded.get(first..last).map(str::to_owned));
        }
    }
    forms
}

fn lower_percent(encoded: &str) -> String {
    let mut lower = String::with_capacity(encoded.len());
    let mut digits = 0;
    for sign in encoded.chars() {
        digits = if sign == '%' { 3 } else { digits };
        lower.push(if digits > 0 { sign.to_ascii_lowercase() } else { sign });
        digits = usize::saturating_sub(digits, 1);
    }
    lower
}

/// Returns what stands between the quotes when the text is written as JSON.
fn json_escaped(secret: &str) -> String {
    let quoted = Json::from(secret).to_string();
    quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&quoted).to_owned()
}

/// Returns the same as JSON writers in pure ASCII escape it (Python's default).
fn ascii_json_escaped(secret: &str) -> String {
    let mut ascii = String::new();
    for unit in json_escaped(secret).encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => ascii.push(char::from(byte)),
            _ => ascii.push_str(&format!("\\u{unit:04x}")),
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SECRET: &str = "p@ss/w\"örd+42%";

    fn redactor() -> Redactor {
        Redactor::new([&Secret::new(SECRET)])
    }

    /// Checks that nothing of the secret is left in a text that carries it.
    fn scrubs(carrier: &str) {
        let clean = redactor().text(carrier).into_owned();
        assert!(clean.contains(MASK), "{carrier}");
    }

    #[test]
    fn plain_and_escaped_forms_are_scrubbed() {
        scrubs(&format!("refused {SECRET} for you"));
        scrubs(&json!({ "key": SECRET }).to_string());
        scrubs(r#"{"key": "p@ss\/w\"\u00f6rd+42%"}"#);
        scrubs("https://vendor.example/?key=p%40ss%2Fw%22%C3%B6rd%2B42%25&x=1");
        scrubs("https://vendor.example/?key=p%40ss%2fw%22%c3%b6rd%2b42%25");
        scrubs(&hex::encode(SECRET));
    }

    #[test]
    fn base64_is_scrubbed_at_every_alignment() {
        for before in ["", "u", "us", "user:", "admin:x"] {
            for after in ["", "1", "22", "333"] {
                let text = format!("{before}{SECRET}{after}");
                scrubs(&format!("Basic {}", STANDARD.encode(&text)));
                scrubs(&format!("Basic {}", URL_SAFE.encode(&text)));
            }
        }
    }

    #[test]
    fn what_is_left_does_not_decode_to_the_secret() {
        let clean = redactor().text(&STANDARD.encode(format!("user:{SECRET}"))).into_owned();
        let rest: Vec<u8> = clean.split(MASK).flat_map(|part| STANDARD.decode(&part[..part.len() / 4 * 4]).unwrap_or_default()).collect();
        assert!(!String::from_utf8_lossy(&rest).contains("ss/w"));
    }

    #[test]
    fn json_values_keys_and_numbers_are_scrubbed() {
        let redactor = Redactor::new([&Secret::new("12345678"), &Secret::new("topsecret")]);
        let mut json = json!({"a topsecret key": [{"pin": 12345678, "deep": ["x topsecret y", true, null, 5]}]});
        redactor.json(&mut json);
        assert_eq!(json, json!({"a [secret] key": [{"pin": "[secret]", "deep": ["x [secret] y", true, null, 5]}]}));
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        assert!(matches!(redactor().text("nothing to see"), Cow::Borrowed(_)));
        assert!(matches!(Redactor::new([]).text("nothing"), Cow::Borrowed(_)));
        assert_eq!(Redactor::new([&Secret::new("abc")]).text("abc abc"), "abc abc");
    }
}
