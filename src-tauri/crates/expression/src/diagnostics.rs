//! Every mistake the language knows, with its code and its words in Korean and English.

use types::{Diagnostic, Language, Span, Text};

use crate::functions;
use crate::lexer::Place;

/// What is wrong with a text, found before it runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mistake {
    UnexpectedSign(char),
    UnclosedText,
    MalformedNumber,
    NumberTooLarge,
    BadEscape,
    ExpressionExpected(String),
    Unexpected(String),
    Unclosed(&'static str),
    ChainedComparison,
    LoneAssign,
    LambdaOutOfPlace,
    LambdaExpected(String),
    UnclosedPlaceholder,
    UnknownFunction { name: String, similar: Option<String> },
    ArgumentCount { name: String, signature: String, given: usize },
    OddPairs(String),
    NamedArgument { name: String, argument: String },
    LeftOut { name: String, ko: &'static str, en: &'static str },
    MissingService { name: String, service: &'static str },
    BadKey,
    BadPattern(String),
    PatternTooLarge,
    BadWord { word: String, ko: &'static str, en: &'static str, allowed: &'static str },
    TooDeep,
    TooLong(usize),
    UnknownName { name: String, similar: Option<String> },
    UnknownField { name: String, similar: Option<String> },
    ArgumentKind { function: String, parameter: Option<&'static str>, wanted: Text, given: Text },
    AlwaysFalse { left: Text, right: Text, negated: bool },
    NotBoolean(Text),
    MaybeUnset(String),
    Constant(bool),
}

/// When a code is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// When a text is saved; the text cannot run.
    Parse,
    /// While it runs, or before when its very size passes a limit.
    Evaluate,
    /// Advice; the text runs.
    Check,
}

/// An error code of the language and what it means; docs/errors has a page for each.
#[derive(Debug, Clone, Copy)]
pub struct CodeDoc {
    /// The code.
    pub code: &'static str,
    /// When it is found.
    pub stage: Stage,
    /// What it means, in Korean.
    pub ko: &'static str,
    /// What it means, in English.
    pub en: &'static str,
}

const fn code(code: &'static str, stage: Stage, ko: &'static str, en: &'static str) -> CodeDoc {
    CodeDoc { code, stage, ko, en }
}

/// Every code of the language.
pub static CODES: &[CodeDoc] = &[
    code("EXP-001", Stage::Parse, "표현식에 쓸 수 없는 문자", "A sign that has no meaning in an expression"),
    code("EXP-002", Stage::Parse, "닫히지 않은 문자열", "A text without its closing quote"),
    code("EXP-003", Stage::Parse, "잘못 쓴 숫자", "A number that is written wrongly"),
    code("EXP-004", Stage::Parse, "너무 큰 숫자", "A number beyond 64 bits"),
    code("EXP-005", Stage::Parse, "잘못된 이스케이프", "A \\u escape that is no character"),
    code("EXP-006", Stage::Parse, "값이 와야 할 자리", "A value is missing"),
    code("EXP-007", Stage::Parse, "예상하지 못한 부분", "A part that does not belong there"),
    code("EXP-008", Stage::Parse, "닫히지 않은 괄호", "A bracket that is not closed"),
    code("EXP-009", Stage::Parse, "이어 쓴 비교", "A chained comparison"),
    code("EXP-010", Stage::Parse, "홀로 쓴 =", "A lone ="),
    code("EXP-011", Stage::Parse, "=> 를 쓸 수 없는 자리", "A => where none is possible"),
    code("EXP-012", Stage::Parse, "x => …가 필요한 인자", "An argument that must be x => ..."),
    code("EXP-013", Stage::Parse, "닫히지 않은 {{", "A {{ without its }}"),
    code("EXP-020", Stage::Parse, "알 수 없는 함수", "An unknown function"),
    code("EXP-021", Stage::Parse, "인자 개수가 틀림", "A wrong number of arguments"),
    code("EXP-022", Stage::Parse, "이름 있는 인자를 받지 않음", "A named argument that the function does not have"),
    code("EXP-023", Stage::Parse, "플레이북에 없는 함수", "A function of the query language that playbooks leave out"),
    code("EXP-024", Stage::Parse, "연결되지 않은 서비스의 함수", "A function whose service is not available"),
    code("EXP-025", Stage::Parse, "잘못된 맵 키", "A map key that is not a text"),
    code("EXP-026", Stage::Parse, "잘못된 정규식", "A faulty regular expression"),
    code("EXP-027", Stage::Parse, "너무 큰 정규식", "A regular expression that is too large"),
    code("EXP-028", Stage::Parse, "알 수 없는 단위, 기간 또는 해시 이름", "An unknown unit, span or hash name"),
    code("EXP-040", Stage::Evaluate, "너무 깊은 중첩", "Nesting that is too deep"),
    code("EXP-041", Stage::Evaluate, "너무 긴 글", "A text that is too long"),
    code("EXP-050", Stage::Evaluate, "계산 단계 한도 초과", "The step limit was reached"),
    code("EXP-051", Stage::Evaluate, "메모리 한도 초과", "The memory limit was reached"),
    code("EXP-052", Stage::Evaluate, "문자열 길이 한도 초과", "A text passed the size limit"),
    code("EXP-053", Stage::Evaluate, "항목 수 한도 초과", "A list or map passed the size limit"),
    code("EXP-054", Stage::Evaluate, "값의 중첩 한도 초과", "A value nests too deeply"),
    code("EXP-055", Stage::Evaluate, "날짜 범위가 너무 큼", "A date range with too many items"),
    code("EXP-060", Stage::Evaluate, "조건이 참/거짓이 아님", "A condition that is not true, false or null"),
    code("EXP-070", Stage::Check, "알 수 없는 이름", "An unknown name"),
    code("EXP-071", Stage::Check, "알 수 없는 필드", "An unknown field"),
    code("EXP-072", Stage::Check, "맞지 않는 인자 종류", "An argument of the wrong kind"),
    code("EXP-073", Stage::Check, "결과가 정해진 비교", "A comparison that always has the same result"),
    code("EXP-074", Stage::Check, "참/거짓이 아닌 조건", "A condition that is not boolean"),
    code("EXP-075", Stage::Check, "아직 설정되지 않았을 수 있는 값", "A value that may not be set yet"),
    code("EXP-076", Stage::Check, "변하지 않는 조건", "A condition that never changes"),
];

/// Returns when the first error among the diagnostics is found: a limit passed while reading counts as evaluation.
///
/// `None` when there is no error.
pub fn stage_of(diagnostics: &[Diagnostic]) -> Option<Stage> {
    let stage =
        |diagnostic: &Diagnostic| CODES.iter().find(|known| known.code == diagnostic.code).map_or(Stage::Parse, |known| known.stage);
    let errors = || diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).map(stage);
    errors().find(|stage| *stage == Stage::Parse).or_else(|| errors().next())
}

/// How many diagnostics are kept for one text.
const MOST: usize = 50;

/// The mistakes found so far in one text.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Report {
    pub(crate) fn add(&mut self, mistake: Mistake, place: Place) {
        if self.diagnostics.len() < MOST {
            self.diagnostics.push(mistake.diagnostic(place));
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Returns what was found, in the order of the text.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| (span.start, span.end)));
        self.diagnostics
    }
}

fn did_you_mean(similar: Option<&String>) -> Option<(String, String)> {
    similar.map(|name| (format!("혹시 {name}인가요?"), format!("Did you mean {name}?")))
}

impl Mistake {
    fn diagnostic(self, place: Place) -> Diagnostic {
        let diagnostic = match self {
            Mistake::UnexpectedSign('$') => error("EXP-001", "$는 쓸 수 없습니다.", "There is no $ here.")
                .hint("플레이북 입력은 이름을 그대로 씁니다.", "An input of the playbook is read by its bare name."),
            Mistake::UnexpectedSign('\'') => error("EXP-001", "작은따옴표는 쓸 수 없습니다.", "Single quotes are not used.")
                .hint("문자열은 큰따옴표로 감쌉니다.", "Put texts in double quotes."),
            Mistake::UnexpectedSign('&' | '|' | '!') => error("EXP-001", "이 기호는 연산자가 아닙니다.", "This sign is not an operator.")
                .hint("and, or, not, != 를 쓰세요.", "Use and, or, not and !=."),
            Mistake::UnexpectedSign(sign) => with_hint(
                error("EXP-001", format!("문자 {sign}은(는) 표현식에 쓸 수 없습니다."), format!("The sign {sign} has no meaning here.")),
                match sign {
                    '%' => Some(("mod(a, b)를 쓰세요.".into(), "Use mod(a, b).".into())),
                    '?' => Some(("if(조건, 값, 다른 값)을 쓰세요.".into(), "Write if(condition, then, else).".into())),
                    _ => None,
                },
            ),
            Mistake::UnclosedText => error("EXP-002", "문자열이 닫히지 않았습니다.", "The text is not closed.")
                .hint("끝에 큰따옴표를 넣으세요.", "Add the closing double quote."),
            Mistake::MalformedNumber => error("EXP-003", "숫자를 읽을 수 없습니다.", "This is not a number.")
                .hint("42, 3.5, 1e3처럼 씁니다.", "Write it like 42, 3.5 or 1e3."),
            Mistake::NumberTooLarge => error("EXP-004", "숫자가 너무 큽니다.", "The number is too large.")
                .hint("정수는 9223372036854775807 까지입니다.", "Whole numbers go up to 9223372036854775807."),
            Mistake::BadEscape => error("EXP-005", "\\u 뒤의 코드는 문자가 아닙니다.", "The code after \\u is not a character.")
                .hint("서로게이트는 짝으로 씁니다.", "Surrogates come in pairs."),
            Mistake::ExpressionExpected(found) if found == END_OF_TEXT => {
                error("EXP-006", "값이 와야 하는데 식이 끝났습니다.", "A value is expected here, not the end.")
            }
            Mistake::ExpressionExpected(found) => error(
                "EXP-006",
                format!("값이 와야 하는데 {}이(가) 있습니다.", quoted(&found)),
                format!("A value is expected here, not {}.", quoted(&found)),
            ),
            Mistake::Unexpected(found) => {
                let hint = match found.as_str() {
                    "like" => ("이름 == \"a*\"처럼 씁니다.", "Write name == \"a*\"."),
                    "in" => ("in(값, 후보, …)으로 씁니다.", "Write in(value, candidate, ...)."),
                    "is" => ("isnull(…)이나 isnotnull(…)을 쓰세요.", "Use isnull(...) or isnotnull(...)."),
                    "then" | "else" => ("if(조건, 값, 다른 값)을 쓰세요.", "Write if(condition, then, else)."),
                    "{{" => ("이미 식입니다. {{ 와 }}를 빼세요.", "This is an expression already: leave out {{ and }}."),
                    _ => ("연산자나 쉼표가 빠졌는지 보세요.", "Look for a missing operator or comma."),
                };
                error(
                    "EXP-007",
                    format!("{}은(는) 여기에 올 수 없습니다.", quoted(&found)),
                    format!("{} does not belong here.", quoted(&found)),
                )
                .hint(hint.0, hint.1)
            }
            Mistake::Unclosed(bracket) => {
                error("EXP-008", format!("닫는 {bracket}이(가) 없습니다."), format!("The closing {bracket} is missing."))
            }
            Mistake::ChainedComparison => error("EXP-009", "비교는 이어 쓸 수 없습니다.", "Comparisons cannot be chained.")
                .hint("a < b and b < c처럼 나누어 쓰세요.", "Write a < b and b < c."),
            Mistake::LoneAssign => {
                error("EXP-010", "= 하나는 쓸 수 없습니다.", "There is no single = here.").hint("비교는 == 입니다.", "Compare with ==.")
            }
            Mistake::LambdaOutOfPlace => error("EXP-011", "여기에는 => 를 쓸 수 없습니다.", "There is no => here.").hint(
                "map, filter, any, all, sort_by, group_by의 두 번째 인자에만 씁니다.",
                "It is only for the second argument of map, filter, any, all, sort_by and group_by.",
            ),
            Mistake::LambdaExpected(name) => {
                error("EXP-012", format!("{name}의 두 번째 인자는 x => …입니다."), format!("The second argument of {name} is x => ..."))
                    .hint(format!("예: {name}(list, x => x.score)"), format!("For example {name}(list, x => x.score)"))
            }
            Mistake::UnclosedPlaceholder => error("EXP-013", "{{ 가 닫히지 않았습니다.", "This {{ is not closed.")
                .hint("}}를 넣으세요. {{ 자체를 쓰려면 {{ \"{{\" }}로 씁니다.", "Add }}. To write {{ itself use {{ \"{{\" }}."),
            Mistake::UnknownFunction { name, similar } => with_hint(
                error("EXP-020", format!("{name} 함수가 없습니다."), format!("There is no function {name}.")),
                did_you_mean(similar.as_ref()),
            ),
            Mistake::ArgumentCount { name, signature, given } => error(
                "EXP-021",
                format!("{name} 함수에 인자 {given}개는 맞지 않습니다."),
                format!("{name} does not take {given} argument{}.", if given == 1 { "" } else { "s" }),
            )
            .hint(signature.clone(), signature),
            Mistake::OddPairs(name) => error(
                "EXP-021",
                format!("{name}의 인자는 키와 값의 짝입니다."),
                format!("The arguments of {name} are pairs of a key and a value."),
            ),
            Mistake::NamedArgument { name, argument } => {
                error("EXP-022", format!("{name} 함수에 {argument}= 인자가 없습니다."), format!("{name} has no argument {argument}=."))
                    .hint("비교는 == 입니다.", "Compare with ==.")
            }
            Mistake::LeftOut { name, ko, en } => {
                error("EXP-023", format!("{name} 함수는 플레이북에서 쓸 수 없습니다."), format!("{name} is not available in playbooks."))
                    .hint(ko, en)
            }
            Mistake::MissingService { name, service } => error(
                "EXP-024",
                format!("{name} 함수에 필요한 {service} 서비스가 없습니다."),
                format!("{name} needs the service {service}, which is not available."),
            ),
            Mistake::BadKey => error("EXP-025", "맵의 키는 문자열이어야 합니다.", "The key of a map must be a text.")
                .hint("키를 큰따옴표로 감싸세요.", "Put the key in double quotes."),
            Mistake::BadPattern(reason) => {
                error("EXP-026", format!("정규식이 잘못되었습니다: {reason}"), format!("The regular expression is faulty: {reason}"))
                    .hint("앞뒤 탐색과 역참조는 지원하지 않습니다.", "Look-around and back-references are not supported.")
            }
            Mistake::PatternTooLarge => error("EXP-027", "정규식이 너무 큽니다.", "The regular expression is too large.")
                .hint("반복 횟수를 줄이세요.", "Use smaller repetition counts."),
            Mistake::BadWord { word, ko, en, allowed } => {
                error("EXP-028", format!("\"{word}\"은(는) {ko}이(가) 아닙니다."), format!("\"{word}\" is not {en}."))
                    .hint(format!("쓸 수 있는 것: {allowed}"), format!("Possible: {allowed}"))
            }
            Mistake::TooDeep => error("EXP-040", "표현식이 너무 깊게 중첩되어 있습니다.", "The expression nests too deeply.")
                .hint("수식 태스크로 나누세요.", "Split it over formula tasks."),
            Mistake::TooLong(limit) => {
                error("EXP-041", format!("글이 {limit} 바이트보다 깁니다."), format!("The text is longer than {limit} bytes."))
            }
            Mistake::UnknownName { name, similar } => {
                let signature = functions::find(&name).map(|function| function.doc.signature);
                with_hint(
                    warning(
                        "EXP-070",
                        format!("{} 무엇인지 알 수 없습니다.", particle(&name, "이", "가")),
                        format!("Nothing sets {name}."),
                    ),
                    match signature {
                        Some(signature) => Some((format!("함수입니다: {signature}"), format!("It is a function: {signature}"))),
                        None => did_you_mean(similar.as_ref()),
                    },
                )
            }
            Mistake::UnknownField { name, similar } => with_hint(
                warning("EXP-071", format!("{name} 필드가 없습니다."), format!("There is no field {name}.")),
                match name.as_str() {
                    "length" | "size" | "count" => Some(("개수는 len(…)으로 셉니다.".into(), "Count with len(...).".into())),
                    _ => did_you_mean(similar.as_ref()),
                },
            ),
            Mistake::ArgumentKind { function, parameter, wanted, given } => {
                let (ko, en) = match parameter {
                    Some(parameter) => (format!("{function}의 {parameter} 인자는"), format!("The argument {parameter} of {function}")),
                    None => (format!("{function}의 피연산자는"), format!("An operand of {function}")),
                };
                let (wanted_ko, wanted) = (wanted.get(Language::Ko), wanted.get(Language::En));
                let (given_ko, given) = (given.get(Language::Ko), given.get(Language::En));
                let hint = match (function.as_str(), wanted, given) {
                    ("+", ..) => ("문자열은 concat()으로 잇습니다.", "Join texts with concat()."),
                    (_, "binary", "text") => ("문자열의 바이트는 binary(…)로 만듭니다.", "Make bytes of a text with binary(...)."),
                    (_, "integer" | "number", "text") => {
                        ("문자열에서 수를 얻으려면 int(…)나 double(…)을 쓰세요.", "Read a number from a text with int(...) or double(...).")
                    }
                    (_, "date", "text") => ("문자열은 date(…, 형식)으로 읽습니다.", "Read a text with date(..., format)."),
                    _ => ("맞지 않는 종류의 인자는 null이 됩니다.", "An argument of the wrong kind gives null."),
                };
                warning(
                    "EXP-072",
                    format!("{ko} {wanted_ko} 종류여야 하는데 {given_ko} 종류입니다."),
                    format!("{en} should be {wanted}, not {given}."),
                )
                .hint(hint.0, hint.1)
            }
            Mistake::AlwaysFalse { left, right, negated } => {
                let diagnostic = warning(
                    "EXP-073",
                    format!(
                        "{} {}의 비교는 항상 {}입니다.",
                        particle(left.get(Language::Ko), "과", "와"),
                        right.get(Language::Ko),
                        if negated { "참" } else { "거짓" }
                    ),
                    format!("Comparing {} with {} is always {negated}.", left.get(Language::En), right.get(Language::En)),
                );
                match (left.get(Language::En), right.get(Language::En)) {
                    (_, "null") | ("null", _) => {
                        diagnostic.hint("null은 isnull(…)이나 isnotnull(…)로 묻습니다.", "Ask for null with isnull(...) or isnotnull(...).")
                    }
                    ("ip", "text") | ("text", "ip") => diagnostic.hint(
                        "주소가 아닌 글입니다. 대역은 network(주소, 24) == \"10.0.0.0\"처럼 비교합니다.",
                        "The text is no address. Compare a network like network(address, 24) == \"10.0.0.0\".",
                    ),
                    ("number" | "integer" | "double", "text") | ("text", "number" | "integer" | "double") => {
                        diagnostic.hint("숫자가 아닌 글입니다.", "The text is no number.")
                    }
                    _ => diagnostic,
                }
            }
            Mistake::NotBoolean(given) => warning(
                "EXP-074",
                format!("조건이 참/거짓이 아니라 {}입니다.", given.get(Language::Ko)),
                format!("The condition is {}, not true or false.", given.get(Language::En)),
            )
            .hint("비교를 쓰세요. 예: … > 0, isnotnull(…)", "Use a comparison, such as ... > 0 or isnotnull(...)."),
            Mistake::MaybeUnset(name) => warning(
                "EXP-075",
                format!("{name}은(는) 어떤 경로에서는 설정되지 않습니다."),
                format!("On some path nothing has set {name} yet."),
            )
            .hint("nvl(값, 기본값)으로 기본값을 주세요.", "Give a default with nvl(value, default)."),
            Mistake::Constant(value) => warning(
                "EXP-076",
                format!("이 조건은 항상 {}입니다.", if value { "참" } else { "거짓" }),
                format!("This condition is always {value}."),
            ),
        };
        diagnostic.at(place.start as usize, place.end as usize)
    }
}

fn error(code: &str, ko: impl Into<String>, en: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, ko, en)
}

fn warning(code: &str, ko: impl Into<String>, en: impl Into<String>) -> Diagnostic {
    Diagnostic::warning(code, ko, en)
}

fn with_hint(diagnostic: Diagnostic, hint: Option<(String, String)>) -> Diagnostic {
    match hint {
        Some((ko, en)) => diagnostic.hint(ko, en),
        None => diagnostic,
    }
}

/// Returns a part of the text as messages show it; a text literal brings its own quotes.
fn quoted(found: &str) -> String {
    if found.starts_with('"') { found.into() } else { format!("\"{found}\"") }
}

/// Returns a word with its particle: the first after a closed syllable, the second after an open one, both where it is no Hangul.
fn particle(word: &str, closed: &str, open: &str) -> String {
    match word.chars().last().map(u32::from) {
        Some(sign @ 0xac00..=0xd7a3) => format!("{word}{}", if (sign - 0xac00) % 28 == 0 { open } else { closed }),
        // The open form of this pair is the one that is written first.
        _ if closed == "과" => format!("{word}{open}({closed})"),
        _ => format!("{word}{closed}({open})"),
    }
}

/// How a mistake names the end of the text.
pub(crate) const END_OF_TEXT: &str = "글의 끝";

/// A limit that was passed, or a condition that is not one, while evaluating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Too many steps.
    Steps,
    /// Too many bytes made.
    Memory,
    /// A text or binary is too long.
    TextSize,
    /// An array or map has too many entries.
    Items,
    /// A value nests too deeply.
    Depth,
    /// `daterange` would have more than 100,000 items.
    DateRange,
    /// A condition is neither a bool nor null.
    Condition,
}

/// Why an evaluation ended without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} at {}..{}", self.code(), self.span.start, self.span.end)]
pub struct EvaluationError {
    /// What happened.
    pub fault: Fault,
    /// The part of the text that was being evaluated, in UTF-8 byte offsets.
    pub span: Span,
}

impl EvaluationError {
    /// Returns the error code.
    pub fn code(&self) -> &'static str {
        match self.fault {
            Fault::Steps => "EXP-050",
            Fault::Memory => "EXP-051",
            Fault::TextSize => "EXP-052",
            Fault::Items => "EXP-053",
            Fault::Depth => "EXP-054",
            Fault::DateRange => "EXP-055",
            Fault::Condition => "EXP-060",
        }
    }

    /// Returns what happened, one sentence.
    pub fn message(&self) -> Text {
        match self.fault {
            Fault::Steps => Text::both("계산이 너무 오래 걸려 멈추었습니다.", "The evaluation took too many steps and was stopped."),
            Fault::Memory => {
                Text::both("계산에 메모리가 너무 많이 들어 멈추었습니다.", "The evaluation made too much data and was stopped.")
            }
            Fault::TextSize => Text::both("문자열이 너무 길어집니다.", "A text would become too long."),
            Fault::Items => Text::both("목록이나 맵의 항목이 너무 많아집니다.", "A list or map would become too large."),
            Fault::Depth => Text::both("값이 너무 깊게 중첩됩니다.", "The value nests too deeply."),
            Fault::DateRange => Text::both("날짜 범위의 항목이 100,000개를 넘습니다.", "The date range has more than 100,000 items."),
            Fault::Condition => Text::both("조건의 값이 참, 거짓, null 중 하나가 아닙니다.", "The condition is not true, false or null."),
        }
    }

    /// Returns what to do about it.
    pub fn hint(&self) -> Text {
        match self.fault {
            Fault::Steps | Fault::Memory | Fault::TextSize | Fault::Items => {
                Text::both("다루는 데이터를 줄이거나 여러 태스크로 나누세요.", "Work on less data, or split the work over several tasks.")
            }
            Fault::Depth => Text::both("필요한 부분만 꺼내 쓰세요.", "Keep only the part that is needed."),
            Fault::DateRange => Text::both("간격을 늘리거나 범위를 줄이세요.", "Use a longer interval or a shorter range."),
            Fault::Condition => {
                Text::both("비교를 쓰세요. 예: … > 0, isnotnull(…)", "Use a comparison, such as ... > 0 or isnotnull(...).")
            }
        }
    }

    /// Returns the error as a diagnostic.
    pub fn diagnostic(&self) -> types::Diagnostic {
        Diagnostic {
            code: self.code().into(),
            level: types::DiagnosticLevel::Error,
            message: self.message(),
            hint: Some(self.hint()),
            span: Some(self.span),
            target: types::Target::default(),
            fix: None,
        }
    }
}
