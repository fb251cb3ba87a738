//! Conditions of CACAO steps that can be said in our language.
//!
//! CACAO 2.0 wants STIX patterning comparisons over `__variable__:value`; what people write ranges from that to prose.

use indexmap::IndexMap;

/// A variable of the playbook as conditions see it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    /// Its name in the Haetae document.
    pub(super) name: String,
    /// What is compared with it.
    pub(super) kind: Kind,
    /// Whether anything gives it a value: its first value, a start, a step.
    pub(super) set: bool,
}

/// How a variable's value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// true or false.
    Boolean,
    /// A number.
    Number,
    /// Anything else, as text.
    Text,
}

/// The variables by their CACAO name.
pub(super) type Variables = IndexMap<String, Variable>;

/// A condition in our language, with the variables it reads by their CACAO names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Translated {
    /// The expression.
    pub(super) expression: String,
    /// The CACAO names of the variables.
    pub(super) reads: Vec<String>,
}

/// Translates a condition; none when it is prose, or compares what is no variable of the playbook.
pub(super) fn translate(condition: &str, variables: &Variables) -> Option<Translated> {
    // Longer conditions only come from damaged documents; nesting is bounded by this too.
    if condition.len() > 4096 {
        return None;
    }
    let mut parser = Parser { tokens: tokens(condition)?, at: 0, depth: 0, variables, reads: Vec::new() };
    let expression = parser.any()?;
    (parser.at == parser.tokens.len()).then_some(Translated { expression, reads: parser.reads })
}

/// Returns the CACAO name in a reference such as `__x__:value`, `__x__`, `$$x$$`.
pub(super) fn reference(text: &str) -> Option<&str> {
    let text = text.trim();
    let name = text.strip_suffix(":value").or_else(|| text.strip_suffix(".value")).unwrap_or(text);
    is_variable(name).then_some(name)
}

fn is_variable(name: &str) -> bool {
    let inner = name.strip_prefix("__").and_then(|rest| rest.strip_suffix("__"));
    let inner = inner.or_else(|| name.strip_prefix("$$").and_then(|rest| rest.strip_suffix("$$")));
    inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(char::is_whitespace))
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Variable(String),
    Text(String),
    Word(String),
    Sign(&'static str),
}

const SIGNS: [&str; 13] = ["==", "!=", "<>", "<=", ">=", "&&", "||", "=", "<", ">", "(", ")", ","];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        if first == '\'' || first == '"' {
            let end = rest[1..].find(first)? + 1;
            found.push(Token::Text(rest[1..end].to_owned()));
            rest = &rest[end + 1..];
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            found.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "=!<>(),'\"&|".contains(c)).unwrap_or(rest.len());
            // A lone character that begins no word is nothing that is known.
            if end == 0 {
                return None;
            }
            let word = &rest[..end];
            found.push(match reference(word) {
                Some(name) => Token::Variable(name.to_owned()),
                None => Token::Word(word.to_owned()),
            });
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Some(found)
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    variables: &'a Variables,
    reads: Vec<String>,
}

impl Parser<'_> {
    fn any(&mut self) -> Option<String> {
        let mut left = self.all()?;
        while self.takes(&["OR", "||"]) {
            left = format!("{left} or {}", self.all()?);
        }
        Some(left)
    }

    fn all(&mut self) -> Option<String> {
        let mut left = self.one()?;
        while self.takes(&["AND", "&&"]) {
            left = format!("{left} and {}", self.one()?);
        }
        Some(left)
    }

    fn one(&mut self) -> Option<String> {
        if self.takes(&["NOT"]) {
            let inner = self.nested(Self::one)?;
            return Some(format!("not({inner})"));
        }
        if self.takes(&["("]) {
            let inner = self.nested(Self::any)?;
            return self.takes(&[")"]).then(|| format!("({inner})"));
        }
        self.comparison()
    }

    fn nested(&mut self, parse: impl FnOnce(&mut Self) -> Option<String>) -> Option<String> {
        self.depth += 1;
        let inner = if self.depth > 32 { None } else { parse(self) };
        self.depth -= 1;
        inner
    }

    fn comparison(&mut self) -> Option<String> {
        let Token::Variable(name) = self.next()? else { return None };
        let variable = self.variables.get(&name)?.clone();
        let operator = match self.tokens.get(self.at) {
            Some(Token::Sign(sign @ ("==" | "=" | "!=" | "<>" | "<" | ">" | "<=" | ">="))) => *sign,
            // A yes-or-no variable may stand alone.
            _ if variable.kind == Kind::Boolean => {
                self.reads.push(name);
                return Some(format!("{} == true", variable.name));
            }
            _ => return None,
        };
        self.at += 1;
        let literal = match self.next()? {
            Token::Text(text) | Token::Word(text) => text,
            _ => return None,
        };
        // Bare words in a row are prose: `__x__ == not known yet`.
        if matches!(self.tokens.get(self.at), Some(Token::Word(word)) if !["AND", "OR"].contains(&word.to_uppercase().as_str())) {
            return None;
        }
        let operator = match operator {
            "=" => "==",
            "<>" => "!=",
            other => other,
        };
        let ordered = !["==", "!="].contains(&operator);
        let number = literal.trim().parse::<f64>().ok().filter(|number| number.is_finite()).map(|_| literal.trim());
        let expression = match variable.kind {
            Kind::Boolean => {
                let value = match literal.trim().to_lowercase().as_str() {
                    "true" | "1" | "yes" => "true",
                    "false" | "0" | "no" => "false",
                    _ => return None,
                };
                if ordered {
                    return None;
                }
                format!("{} {operator} {value}", variable.name)
            }
            Kind::Number => format!("{} {operator} {}", variable.name, number_literal(number?)?),
            Kind::Text if ordered => format!("double({}) {operator} {}", variable.name, number_literal(number?)?),
            Kind::Text => format!("{} {operator} {}", variable.name, quoted(&literal)),
        };
        self.reads.push(name);
        Some(expression)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    /// Steps over a sign or a word, whatever its case.
    fn takes(&mut self, words: &[&str]) -> bool {
        let matches = match self.tokens.get(self.at) {
            Some(Token::Word(word)) => words.iter().any(|other| word.eq_ignore_ascii_case(other)),
            Some(Token::Sign(sign)) => words.contains(sign),
            _ => false,
        };
        self.at += usize::from(matches);
        matches
    }
}

/// Numbers as our language reads them: no exponents, no leading point or plus.
fn number_literal(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.len() <= 15 && part.bytes().all(|byte| byte.is_ascii_digit());
    (plain(whole) && plain(fraction)).then_some(text)
}

/// A string literal of our language.
pub(super) fn quoted(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> Variables {
        let variable = |name: &str, kind| Variable { name: name.to_owned(), kind, set: true };
        [("__ok__", variable("ok", Kind::Boolean)), ("__n__", variable("n", Kind::Number)), ("$$t$$", variable("t", Kind::Text))]
            .into_iter()
            .map(|(name, variable)| (name.to_owned(), variable))
            .collect()
    }

    #[track_caller]
    fn check(condition: &str, expected: Option<&str>) {
        let found = translate(condition, &variables());
        assert_eq!(found.as_ref().map(|found| found.expression.as_str()), expected);
        if let Some(found) = found {
            expression::Program::compile(&found.expression).unwrap();
        }
    }

    #[test]
    fn comparisons_of_variables_are_translated() {
        check("__ok__:value == true", Some("ok == true"));
        check("__ok__.value == 1", Some("ok == true"));
        check("__ok__:value", Some("ok == true"));
        check("__n__:value <= 10", Some("n <= 10"));
        check("__n__ = '-2.5'", Some("n == -2.5"));
        check("$$t$$ != 'it\"s \\ x'", Some("t != \"it\\\"s \\\\ x\""));
        check("$$t$$:value = yes", Some("t == \"yes\""));
        check("$$t$$:value > 3", Some("double(t) > 3"));
        check("__ok__ == true AND (NOT __n__ > 1 or $$t$$ <> '')", Some("ok == true and (not(n > 1) or t != \"\")"));
    }

    #[test]
    fn prose_and_strangers_are_not() {
        for condition in [
            "",
            "Operator input to proceed",
            "\"response:status\" == 200",
            "__unknown__:value == 1",
            "__n__ == many",
            "__n__ == 1e400",
            "__n__",
            "$$t$$ == not known yet",
            "[ipv4-addr:value = '1.2.3.4']",
            "__ok__ == maybe",
            "__ok__ < true",
            "($$t$$ == 'a'",
            "$$t$$ == 'a",
            "$$t$$ == __ok__",
            "!$$t$$",
        ] {
            check(condition, None);
        }
        check(&"(".repeat(4000), None);
        check(&"NOT ".repeat(900), None);
    }
}
