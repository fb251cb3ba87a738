//! The functions of the language, one file per family; what each does is said beside it, with examples the tests run.

mod address;
mod cipher;
mod conditions;
mod conversion;
mod encoding;
mod format;
mod host;
pub(crate) mod lists;
mod numbers;
pub(crate) mod present;
mod prose;
mod text;
mod time;

use std::collections::HashMap;
use std::sync::OnceLock;

use types::Text;

use crate::Kinds;
use crate::machine::Function;

/// A group of functions in the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Reading names, making lists and maps.
    Reference,
    /// From one type to another, and asking for types.
    Conversion,
    /// Choosing and matching.
    Condition,
    /// Text.
    Text,
    /// Numbers.
    Number,
    /// Dates and times.
    Time,
    /// Addresses.
    Address,
    /// Encodings, hashes and ciphers.
    Encoding,
    /// Arrays and maps.
    List,
}

impl Family {
    /// Returns the heading of the group.
    pub fn label(self) -> Text {
        match self {
            Family::Reference => Text::both("참조와 실행 정보", "References and the run"),
            Family::Conversion => Text::both("형 변환과 검사", "Conversion and type checks"),
            Family::Condition => Text::both("조건", "Conditions"),
            Family::Text => Text::both("문자열", "Text"),
            Family::Number => Text::both("숫자", "Numbers"),
            Family::Time => Text::both("날짜와 시간", "Dates and times"),
            Family::Address => Text::both("IP 주소", "Addresses"),
            Family::Encoding => Text::both("인코딩과 암호", "Encoding and cryptography"),
            Family::List => Text::both("목록과 맵", "Lists and maps"),
        }
    }
}

/// A parameter of a function.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name in the signature.
    pub name: &'static str,
    /// The types it takes; others give null.
    pub kinds: Kinds,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it may be given any number of times.
    pub repeated: bool,
    /// Whether it may be given as `name=value`.
    pub named: bool,
}

impl Parameter {
    const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    const fn repeated(mut self) -> Self {
        self.repeated = true;
        self
    }

    const fn named(mut self) -> Self {
        self.named = true;
        self
    }
}

/// Returns a required parameter.
const fn p(name: &'static str, kinds: Kinds) -> Parameter {
    Parameter { name, kinds, required: true, repeated: false, named: false }
}

/// An example of a call: evaluated by the tests with an empty scope in the zone Asia/Seoul.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The expression.
    pub expression: &'static str,
    /// Its value as JSON, types that JSON lacks as in `{"$ip": "10.0.0.1"}`; `None` where it depends on the run.
    pub result: Option<&'static str>,
}

/// What a function does, for the reference, completion and hover.
#[derive(Debug, Clone, Copy)]
pub struct FunctionDoc {
    /// The name.
    pub name: &'static str,
    /// The group in the reference.
    pub family: Family,
    /// The call with its result, such as `left(text, count) → string`.
    pub signature: &'static str,
    /// The parameters in order.
    pub parameters: &'static [Parameter],
    /// The types the result may have, beside null.
    pub result: Kinds,
    /// What it does, in Korean.
    pub ko: &'static str,
    /// What it does, in English.
    pub en: &'static str,
    /// Calls and their values.
    pub examples: &'static [Example],
}

impl FunctionDoc {
    /// Returns what the function does.
    pub fn summary(&self) -> Text {
        Text::both(self.ko, self.en)
    }

    /// Returns what one of its parameters is for.
    pub fn explain(&self, parameter: &Parameter) -> Text {
        prose::of(self.name, parameter.name)
    }
}

/// How a function is evaluated.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// All arguments first, then the function.
    Plain(Function),
    Array,
    Dict,
    If,
    Case,
    Nvl,
    In,
    Field,
    Table,
    ForEach,
    Each(lists::Operation),
}

/// A check of a literal argument when the text is saved; the same fault in a computed value gives null.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    Pattern,
    /// A regular expression that has to match the whole text.
    WholePattern,
    /// A regular expression when the fourth argument is "re".
    ReplacePattern,
    Words {
        accepts: fn(&str) -> bool,
        ko: &'static str,
        en: &'static str,
        allowed: &'static str,
    },
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// A function: its doc, its form and the checks of its literal arguments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Definition {
    pub(crate) doc: FunctionDoc,
    pub(crate) form: Form,
    pub(crate) literals: &'static [(usize, Rule)],
}

impl Definition {
    const fn new(family: Family, name: &'static str, signature: &'static str, form: Form) -> Self {
        let doc = FunctionDoc { name, family, signature, parameters: &[], result: Kinds::ANY, ko: "", en: "", examples: &[] };
        Self { doc, form, literals: &[] }
    }

    const fn takes(mut self, parameters: &'static [Parameter]) -> Self {
        self.doc.parameters = parameters;
        self
    }

    const fn gives(mut self, result: Kinds) -> Self {
        self.doc.result = result;
        self
    }

    const fn says(mut self, ko: &'static str, en: &'static str) -> Self {
        self.doc.ko = ko;
        self.doc.en = en;
        self
    }

    const fn examples(mut self, examples: &'static [Example]) -> Self {
        self.doc.examples = examples;
        self
    }

    const fn literals(mut self, literals: &'static [(usize, Rule)]) -> Self {
        self.literals = literals;
        self
    }

    /// Returns the least number of arguments.
    pub(crate) fn least(&self) -> usize {
        self.doc.parameters.iter().filter(|parameter| parameter.required).count()
    }

    /// Returns the greatest number of arguments; `None` when there is none.
    pub(crate) fn most(&self) -> Option<usize> {
        let parameters = self.doc.parameters;
        if parameters.iter().any(|parameter| parameter.repeated) { None } else { Some(parameters.len()) }
    }
}

/// Returns an example with its value as JSON.
const fn x(expression: &'static str, result: &'static str) -> Example {
    Example { expression, result: Some(result) }
}

/// Returns an example whose value depends on the run.
const fn depends(expression: &'static str) -> Example {
    Example { expression, result: None }
}

static FAMILIES: [&[Definition]; 12] = [
    host::FUNCTIONS,
    conversion::FUNCTIONS,
    conditions::FUNCTIONS,
    text::FUNCTIONS,
    format::FUNCTIONS,
    present::FUNCTIONS,
    numbers::FUNCTIONS,
    time::FUNCTIONS,
    address::FUNCTIONS,
    encoding::FUNCTIONS,
    cipher::FUNCTIONS,
    lists::FUNCTIONS,
];

/// Functions of the query language that make no sense in a playbook, and what to do instead.
pub(crate) static LEFT_OUT: &[(&str, &str, &str)] = &[
    ("evtctxget", "이벤트 컨텍스트는 스트림 쿼리에만 있습니다.", "Event contexts exist in stream queries only."),
    ("evtctxgetvar", "이벤트 컨텍스트는 스트림 쿼리에만 있습니다.", "Event contexts exist in stream queries only."),
    ("evtctxsetvar", "이벤트 컨텍스트는 스트림 쿼리에만 있습니다.", "Event contexts exist in stream queries only."),
    ("matchfilter", "조건을 수식 태스크로 저장해 쓰세요.", "Keep the condition in a formula task instead."),
];

/// Functions that need a service, and its name.
pub(crate) static SERVICES: &[(&str, &str)] = &[
    ("matchfeed", "ThreatFeed"),
    ("matchblackip", "ObjectGroups"),
    ("matchnet", "ObjectGroups"),
    ("matchport", "ObjectGroups"),
    ("matchsig", "ObjectGroups"),
    ("matchbehavior", "ObjectGroups"),
    ("seq", "Sequence"),
];

fn table() -> &'static HashMap<&'static str, &'static Definition> {
    static TABLE: OnceLock<HashMap<&'static str, &'static Definition>> = OnceLock::new();
    TABLE.get_or_init(|| FAMILIES.iter().flat_map(|family| family.iter()).map(|definition| (definition.doc.name, definition)).collect())
}

/// Returns the function of a name.
pub(crate) fn find(name: &str) -> Option<&'static Definition> {
    table().get(name).copied()
}

/// Returns the names of all functions.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    table().keys().copied()
}

/// Returns the docs of every function, by family and then by name.
pub fn functions() -> &'static [FunctionDoc] {
    static DOCS: OnceLock<Vec<FunctionDoc>> = OnceLock::new();
    DOCS.get_or_init(|| {
        let mut docs: Vec<FunctionDoc> = FAMILIES.iter().flat_map(|family| family.iter()).map(|definition| definition.doc).collect();
        docs.sort_by_key(|doc| (doc.family as u8, doc.name));
        docs
    })
}

#[cfg(test)]
mod tests;
