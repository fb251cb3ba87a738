//! `$name` in a query becomes the literal of a parameter's value.
//!
//! DuckDB takes no bound values inside `query()`, which is what keeps hostile SQL harmless; so values are written as literals, by one rule
//! per kind, and only where a parameter stands: not inside strings, quoted names, comments or dollar quotes.

use serde_json::{Map, Value as Json};
use types::Error;

/// Returns the query with its parameters filled in; EVENTS-PARAMETER names one that is not given.
pub(crate) fn bind(sql: &str, parameters: &Map<String, Json>) -> Result<String, Error> {
    let mut bound = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let skipped = skipped(rest);
        if skipped > 0 {
            bound.push_str(&rest[..skipped]);
            rest = &rest[skipped..];
            continue;
        }
        let name = name_at(rest).filter(|_| !bound.ends_with(is_word));
        if let Some(name) = name {
            let value = parameters.get(name).ok_or_else(|| missing(name))?;
            write_literal(value, &mut bound)?;
            rest = &rest[1 + name.len()..];
        } else {
            bound.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    Ok(bound)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

/// The name of a parameter that starts here.
fn name_at(rest: &str) -> Option<&str> {
    let after = rest.strip_prefix('$')?;
    let length = after.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(after.len());
    let name = &after[..length];
    name.starts_with(|first: char| first.is_alphabetic() || first == '_').then_some(name)
}

/// How many bytes from here are a string, a quoted name, a comment or a dollar quote; what is not closed reaches to the end.
fn skipped(rest: &str) -> usize {
    let until = |start: usize, end: &str| rest[start..].find(end).map_or(rest.len(), |found| start + found + end.len());
    if rest.starts_with('\'') {
        // A doubled quote closes and opens again, which comes to the same.
        until(1, "'")
    } else if rest.starts_with("e'") || rest.starts_with("E'") {
        escaped(rest)
    } else if rest.starts_with('"') {
        until(1, "\"")
    } else if rest.starts_with("--") {
        until(2, "\n")
    } else if rest.starts_with("/*") {
        until(2, "*/")
    } else if let Some(after) = rest.strip_prefix('$') {
        let tag = after.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(after.len());
        if after[tag..].starts_with('$') { until(tag + 2, &rest[..tag + 2]) } else { 0 }
    } else {
        0
    }
}

/// The length of a string with backslashes, `e'...'`.
fn escaped(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(2);
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '\'' => return index + 1,
            _ => {}
        }
    }
    rest.len()
}

fn write_literal(value: &Json, out: &mut String) -> Result<(), Error> {
    match value {
        Json::Null => out.push_str("NULL"),
        Json::Bool(value) => out.push_str(if *value { "TRUE" } else { "FALSE" }),
        // In brackets: a minus before it is no comment.
        Json::Number(number) => out.push_str(&format!("({number})")),
        Json::String(text) => write_text(text, out)?,
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_literal(item, out)?;
            }
            out.push(']');
        }
        Json::Object(_) => write_text(&value.to_string(), out)?,
    }
    Ok(())
}

fn write_text(text: &str, out: &mut String) -> Result<(), Error> {
    if text.contains('\0') {
        return Err(Error::new(
            "EVENTS-PARAMETER",
            "쿼리 매개변수에 쓸 수 없는 글자가 있습니다.",
            "A parameter of the query holds a null character.",
        )
        .hint("그 글자를 빼고 넘기십시오.", "Leave the character out."));
    }
    out.push('\'');
    out.push_str(&text.replace('\'', "''"));
    out.push('\'');
    Ok(())
}

fn missing(name: &str) -> Error {
    Error::new(
        "EVENTS-PARAMETER",
        format!("쿼리의 매개변수 ${name}에 값이 없습니다."),
        format!("The parameter ${name} of the query has no value."),
    )
    .hint("쿼리 태스크의 매개변수에 이름과 값을 넣으십시오.", "Give it a value in the parameters of the query task.")
    .target(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(sql: &str, parameters: Json, expected: &str) {
        assert_eq!(bind(sql, parameters.as_object().unwrap()).as_deref(), Ok(expected));
    }

    #[test]
    fn values_become_literals() {
        check("select $a, $b", json!({"a": "it's", "b": -3}), "select 'it''s', (-3)");
        check("x in $list and y = $none", json!({"list": ["a", 1, null], "none": null}), "x in ['a',(1),NULL] and y = NULL");
        check("$yes", json!({"yes": true}), "TRUE");
        check("$map", json!({"map": {"k": "'"}}), "'{\"k\":\"''\"}'");
    }

    #[test]
    fn a_value_cannot_leave_its_string() {
        check("ip = $ip", json!({"ip": "' OR 1=1 --"}), "ip = ''' OR 1=1 --'");
        check("ip = $ip", json!({"ip": "\\' $ip $$"}), "ip = '\\'' $ip $$'");
    }

    #[test]
    fn what_stands_in_strings_names_and_comments_is_left_alone() {
        let text = "select '$a ''$a' as \"$a\", e'\\'$a' -- $a\n, $$ $a $$, $t$ $a $t$ /* $a */ , x$a";
        check(text, json!({}), text);
    }

    #[test]
    fn a_missing_value_is_named() {
        let error = bind("select $who", &Map::new()).unwrap_err();
        assert_eq!((error.code.as_str(), error.target.as_deref()), ("EVENTS-PARAMETER", Some("who")));
    }
}
