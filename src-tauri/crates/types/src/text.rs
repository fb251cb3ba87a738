//! Text that a person reads, in one language or in two.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A language of the window and the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, JsonSchema, Default)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Korean, `ko`.
    Ko,
    /// English, `en`.
    #[default]
    En,
}

/// A text for people: a plain string, or `{ko, en}` of which one may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(untagged)]
pub enum Text {
    /// The same text in every language.
    Plain(String),
    /// One text per language.
    Localized {
        /// The Korean text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        ko: Option<String>,
        /// The English text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        en: Option<String>,
    },
}

impl Text {
    /// Returns a text with both languages.
    pub fn both(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Text::Localized { ko: Some(ko.into()), en: Some(en.into()) }
    }

    /// Returns the text in `language`, else in the other one, else the empty string.
    pub fn get(&self, language: Language) -> &str {
        match self {
            Text::Plain(text) => text,
            Text::Localized { ko, en } => {
                let (first, second) = match language {
                    Language::Ko => (ko, en),
                    Language::En => (en, ko),
                };
                first.as_deref().or(second.as_deref()).unwrap_or_default()
            }
        }
    }

    /// Returns the text with `change` done to every language of it.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(&str) -> String) -> Self {
        match self {
            Text::Plain(text) => Text::Plain(change(text)),
            Text::Localized { ko, en } => Text::Localized { ko: ko.as_deref().map(&mut change), en: en.as_deref().map(&mut change) },
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text::Plain(text.to_owned())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text::Plain(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_language_falls_back_to_the_other() {
        let only_english: Text = serde_json::from_str(r#"{"en": "Block"}"#).unwrap();
        assert_eq!(only_english.get(Language::Ko), "Block");
        assert_eq!(Text::both("차단", "Block").get(Language::Ko), "차단");
        assert_eq!(Text::from("x").get(Language::En), "x");
    }
}
