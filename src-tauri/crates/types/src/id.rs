//! Identifiers.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

/// Tells whether `text` is a name of a task or a variable: `[a-z][a-z0-9_]*`, at most 64 characters.
pub fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    matches!(bytes.next(), Some(b'a'..=b'z')) && text.len() <= 64 && bytes.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// A text that should be an identifier and is not.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text:?} is not a valid id")]
pub struct NameError {
    /// The refused text.
    pub text: String,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(String);

        impl $name {
            /// Wraps `text` without checking it; reading a document reports bad ids as diagnostics.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Returns the id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

text_id! {
    /// The id of a playbook, such as `malware-response`: letters, digits, `-`, `_`, `.`, at most 128 characters.
    PlaybookId
}
text_id! {
    /// The id of a task inside its playbook, a name ([`is_name`]); `start` is reserved.
    TaskId
}

impl PlaybookId {
    /// Tells whether the id may be a file name everywhere: no separators, no leading dot.
    pub fn is_valid(&self) -> bool {
        let text = &self.0;
        !text.is_empty()
            && text.len() <= 128
            && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    }
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
        #[serde(transparent)]
        #[ts(type = "number")]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            /// Reads the number, with or without its prefix.
            fn from_str(text: &str) -> Result<Self, NameError> {
                text.strip_prefix($prefix).unwrap_or(text).parse().map(Self).map_err(|_| NameError { text: text.to_owned() })
            }
        }
    };
}

number_id! {
    /// The number of an execution, shown as `#4187`.
    ExecutionId, "#"
}
number_id! {
    /// The number of a ticket, shown as `T-2091`.
    TicketId, "T-"
}
number_id! {
    /// The number of a question put to a person, shown as `Q-17`.
    QuestionId, "Q-"
}

/// A reference to a secret in the OS keyring: the name of a credential and of one of its fields. Never the secret itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
pub struct SecretRef {
    /// The credential's name.
    pub credential: String,
    /// The field of the credential, such as `api_key`.
    pub field: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_words() {
        assert!(is_name("ip_reputation2"));
        for bad in ["", "2x", "Ip", "a-b", "a b", "한글"] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn numbers_read_with_and_without_prefix() {
        assert_eq!("T-12".parse::<TicketId>().unwrap(), TicketId(12));
        assert_eq!("12".parse::<ExecutionId>().unwrap().to_string(), "#12");
        assert!("T-x".parse::<TicketId>().is_err());
    }

    #[test]
    fn a_playbook_id_is_a_safe_file_name() {
        assert!(PlaybookId::new("ip-triage").is_valid());
        for bad in ["", "../x", ".x", "a/b", "a\\b", "a b"] {
            assert!(!PlaybookId::new(bad).is_valid(), "{bad}");
        }
    }
}
