//! A JSON value that borrows from its text: an alert is read once, and both its fields and its identity come from it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use sha2::{Digest, Sha256};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree<'a> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Tree<'a>>),
    Object(Vec<(Cow<'a, str>, Tree<'a>)>),
}

impl<'a> Tree<'a> {
    /// Returns a field of an object, the last one of that name as JSON readers do; none for anything else.
    pub(crate) fn get(&self, name: &str) -> Option<&Tree<'a>> {
        match self {
            Tree::Object(fields) => fields.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Returns a text field that is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Tree::as_text).filter(|text| !text.is_empty())
    }

    /// Returns a number field; detectors and their forwarders write some numbers as text.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Tree::Unsigned(number) => i64::try_from(*number).ok(),
            Tree::Signed(number) => Some(*number),
            Tree::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Returns the items of a list field, or a lone value as its only item.
    pub(crate) fn items(&self, name: &str) -> &[Tree<'a>] {
        match self.get(name) {
            Some(Tree::List(items)) => items,
            Some(Tree::Null) | None => &[],
            Some(lone) => std::slice::from_ref(lone),
        }
    }

    /// Returns the text of a text value.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the identity of the content: 32 hex digits that do not change with the order of fields, white space, or
    /// the way characters are escaped, and change with any value.
    pub(crate) fn identity(&self) -> String {
        let mut hasher = Sha256::new();
        self.write_to(&mut hasher);
        hex::encode(&hasher.finalize()[..16])
    }

    /// Every value is preceded by its kind and its length, so that no two different contents give the same bytes.
    fn write_to(&self, hasher: &mut Sha256) {
        match self {
            Tree::Null => hasher.update(b"n"),
            Tree::Bool(value) => hasher.update(if *value { b"t" } else { b"f" }),
            Tree::Unsigned(value) => write_bytes(hasher, b'i', value.to_string().as_bytes()),
            Tree::Signed(value) => write_bytes(hasher, b'i', value.to_string().as_bytes()),
            Tree::Float(value) => write_bytes(hasher, b'd', value.to_string().as_bytes()),
            Tree::Text(text) => write_bytes(hasher, b's', text.as_bytes()),
            Tree::List(items) => {
                write_length(hasher, b'l', items.len());
                items.iter().for_each(|item| item.write_to(hasher));
            }
            Tree::Object(fields) => {
                let mut sorted: Vec<&(Cow<'_, str>, Tree<'_>)> = fields.iter().collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                write_length(hasher, b'o', sorted.len());
                for (key, value) in sorted {
                    write_bytes(hasher, b'k', key.as_bytes());
                    value.write_to(hasher);
                }
            }
        }
    }
}

fn write_length(hasher: &mut Sha256, kind: u8, length: usize) {
    hasher.update([kind]);
    hasher.update((length as u64).to_le_bytes());
}

fn write_bytes(hasher: &mut Sha256, kind: u8, bytes: &[u8]) {
    write_length(hasher, kind, bytes.len());
    hasher.update(bytes);
}

impl<'de> Deserialize<'de> for Tree<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree<'de>, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree<'de>, E> {
        Ok(Tree::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree<'de>, E> {
        Ok(Tree::Signed(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree<'de>, E> {
        Ok(Tree::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Tree<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some((Key(key), value)) = map.next_entry()? {
            fields.push((key, value));
        }
        Ok(Tree::Object(fields))
    }
}

/// A field's name, borrowed where it has no escapes (`Cow` alone always copies).
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field name")
            }

            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(value)))
            }

            fn visit_str<E>(self, value: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(value.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(text: &str) -> String {
        serde_json::from_str::<Tree<'_>>(text).unwrap().identity()
    }

    #[test]
    fn identity_ignores_how_a_record_is_written() {
        assert_eq!(identity(r#"{"a": 1, "b": {"c": "é", "d": [1, 2]}}"#), identity("{\"b\":{\"d\":[1,2],\"c\":\"\\u00e9\"},\n\"a\":1}"));
    }

    #[test]
    fn identity_changes_with_any_value() {
        let texts = [
            r#"{"a":1}"#,
            r#"{"a":-1}"#,
            r#"{"a":"1"}"#,
            r#"{"a":1.5}"#,
            r#"{"a":[1]}"#,
            r#"{"a":[[1]]}"#,
            r#"{"b":1}"#,
            r#"{"a":null}"#,
            r#"{"a":true}"#,
            r#"{"a":1,"b":1}"#,
            "{}",
            "[]",
        ];
        let identities: std::collections::HashSet<String> = texts.iter().map(|text| identity(text)).collect();
        assert_eq!(identities.len(), texts.len());
        assert_ne!(identity(r#"["ab","c"]"#), identity(r#"["a","bc"]"#));
    }

    #[test]
    fn a_deep_document_is_refused_not_followed() {
        assert!(serde_json::from_str::<Tree<'_>>(&"[".repeat(100_000)).is_err());
    }
}
