//! Regular expressions with a bounded cost, and the wildcards of `==` and `in`.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

/// A regular expression and what one byte of text costs with it.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) regex: Regex,
    weight: u64,
    /// What compiling it cost, in the same measure as [`COMPILE_COST`].
    pub(crate) compile_cost: u64,
}

/// Why a regular expression is refused.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PatternError {
    Syntax(String),
    TooLarge,
}

/// Positions of the unrolled expression; each may be active at every byte of the text.
const POSITIONS: u64 = 2_000;

/// Character ranges of the unrolled expression; compiling takes time and memory in proportion.
pub(crate) const COMPILE_COST: u64 = 60_000;

/// A second fence behind our own measure: the largest compiled program, in bytes.
const PROGRAM_SIZE: usize = 8 << 20;

impl Pattern {
    /// Compiles an expression that costs no more than `budget`, in the measure of [`COMPILE_COST`].
    pub(crate) fn compile(text: &str, budget: u64) -> Result<Self, PatternError> {
        Self::build(text, text, budget)
    }

    /// Compiles an expression that has to match the whole text.
    pub(crate) fn compile_whole(text: &str, budget: u64) -> Result<Self, PatternError> {
        Self::build(text, &format!("\\A(?:{text})\\z"), budget)
    }

    fn build(text: &str, wrapped: &str, budget: u64) -> Result<Self, PatternError> {
        let hir =
            regex_syntax::ParserBuilder::new().nest_limit(60).build().parse(text).map_err(|error| PatternError::Syntax(reason(&error)))?;
        let (positions, compile_cost) = cost(&hir);
        if positions > POSITIONS || compile_cost > budget.min(COMPILE_COST) {
            return Err(PatternError::TooLarge);
        }
        let regex = RegexBuilder::new(wrapped).size_limit(PROGRAM_SIZE).dfa_size_limit(1 << 20).build().map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => PatternError::TooLarge,
            other => PatternError::Syntax(other.to_string()),
        })?;
        Ok(Self { regex, weight: positions, compile_cost })
    }

    /// Returns the steps of searching a text of so many bytes.
    pub(crate) fn steps(&self, bytes: usize) -> u64 {
        1 + (bytes as u64).saturating_mul(self.weight.max(4)) / 32
    }
}

/// Returns the last line of the message, which is the reason; the lines before it draw the place.
fn reason(error: &regex_syntax::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// Returns the positions and the compile cost of the unrolled expression.
fn cost(hir: &Hir) -> (u64, u64) {
    let sum = |parts: &[Hir]| {
        parts.iter().map(cost).fold((0_u64, 0_u64), |total, part| (total.0.saturating_add(part.0), total.1.saturating_add(part.1)))
    };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => (1, 1),
        HirKind::Literal(literal) => (literal.0.len() as u64, literal.0.len() as u64),
        HirKind::Class(Class::Unicode(class)) => (1, 1 + class.ranges().len() as u64),
        HirKind::Class(Class::Bytes(class)) => (1, 1 + class.ranges().len() as u64),
        HirKind::Repetition(repetition) => {
            let times = u64::from(repetition.max.unwrap_or(repetition.min).max(repetition.min).max(1));
            let (positions, compile) = cost(&repetition.sub);
            (positions.saturating_mul(times).saturating_add(1), compile.saturating_mul(times).saturating_add(1))
        }
        HirKind::Capture(capture) => cost(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(parts),
    }
}

/// A text literal with `*` on the right of `==` or in `in()`: `*` is any run, `\*` a plain star, everything else itself.
#[derive(Debug, PartialEq)]
pub(crate) struct Wildcard {
    /// The plain texts between the stars; one more than there are stars.
    parts: Vec<String>,
}

impl Wildcard {
    /// Returns the wildcard when the literal has a star, escaped or not.
    pub(crate) fn of(literal: &str) -> Option<Self> {
        if !literal.contains('*') {
            return None;
        }
        let mut parts = vec![String::new()];
        let mut backslashes = 0;
        for sign in literal.chars() {
            let Some(part) = parts.last_mut() else { continue };
            match sign {
                '\\' => {
                    backslashes += 1;
                    part.push('\\');
                }
                '*' => {
                    // Only before a star does a backslash escape; two of them are one plain backslash there.
                    part.truncate(part.len() - backslashes);
                    part.push_str(&"\\".repeat(backslashes / 2));
                    if backslashes % 2 == 1 {
                        part.push('*');
                    } else {
                        parts.push(String::new());
                    }
                    backslashes = 0;
                }
                other => {
                    part.push(other);
                    backslashes = 0;
                }
            }
        }
        Some(Self { parts })
    }

    /// Tells whether the whole text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.parts.as_slice() else {
            return self.parts.first().is_some_and(|only| only == text);
        };
        let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
        for part in middle {
            match rest.find(part.as_str()) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Wildcard::of(pattern).is_some_and(|wildcard| wildcard.matches(text))
    }

    #[test]
    fn wildcards_match_whole_texts() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*", "abc", true),
            ("a*", "xabc", false),
            ("*b*", "abc", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a**c", "abc", true),
            ("*ab*ab*", "abxab", true),
            ("*ab*ab*", "abxb", false),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("c:\\\\*", "c:\\x", true),
            ("a\\b*", "a\\bc", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        assert_eq!(Wildcard::of("plain"), None);
    }

    #[test]
    fn regex_bombs_are_refused() {
        for bomb in ["(?:a{1000}){1000}", "\\w{1000}", "((((a{9}){9}){9}){9}){9}", "[01]*1[01]{5000}"] {
            assert_eq!(Pattern::compile(bomb, COMPILE_COST).err(), Some(PatternError::TooLarge), "{bomb}");
        }
        let deep = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
        assert!(matches!(Pattern::compile(&deep, COMPILE_COST), Err(PatternError::Syntax(_))));
    }

    #[test]
    fn what_is_not_linear_is_a_syntax_error() {
        for text in ["(", "a(?=b)", "(a)\\1", "(?<!x)y"] {
            assert!(matches!(Pattern::compile(text, COMPILE_COST), Err(PatternError::Syntax(_))), "{text}");
        }
    }
}
