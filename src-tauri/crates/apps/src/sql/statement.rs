//! Reading a statement: that it is one, that it only asks, and where its values go.
//!
//! A value never becomes part of the text. `:name` or `$name` is rewritten to the placeholder of the database, so strings, quoted names, comments
//! and casts have to be told from it; everything else stays as it was written.

use engine::message::TaskError;
use indexmap::IndexMap;
use serde_json::Value as Json;

use super::Driver;
use crate::error::{code, task_error};

/// What a statement may begin with. The transaction only reads as well; this keeps out what a transaction does not govern.
const READING: [&str; 9] = ["select", "with", "values", "table", "show", "explain", "describe", "desc", "("];

/// Words with which reading writes a file on the server (MySQL).
const WRITING: [&str; 2] = ["outfile", "dumpfile"];

/// The longest statement, in bytes.
const LONGEST: usize = 100_000;

/// A statement with the values of its placeholders, in their order.
#[derive(Debug, PartialEq)]
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) values: Vec<Json>,
}

/// A piece of a statement.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Piece<'a> {
    /// Text that is passed on: blanks, comments, strings, quoted names, signs.
    Other(&'a str),
    /// A comment.
    Comment(&'a str),
    /// A bare word or number.
    Word(&'a str),
    /// `:name` or `$name`
    Named(&'a str),
    /// `$1`, or `?` (0).
    Positional(usize),
    /// `;`
    End,
}

/// Reads a statement and puts its values where the database wants them.
///
/// # Errors
/// SQL-STATEMENT when it is not one statement that reads, SQL-PARAMETER when placeholders and values do not fit.
pub(crate) fn read(driver: Driver, text: &str, parameters: &Json) -> Result<Statement, TaskError> {
    if text.len() > LONGEST {
        return Err(task_error(code::SQL_STATEMENT, format!("The query is longer than {LONGEST} bytes.")));
    }
    let pieces = pieces(driver, text)?;
    check(driver, &pieces)?;
    match parameters {
        Json::Null => positional(driver, &pieces, &[]),
        Json::Array(values) => positional(driver, &pieces, values),
        Json::Object(values) if values.is_empty() => positional(driver, &pieces, &[]),
        Json::Object(values) => named(driver, &pieces, values),
        _ => Err(task_error(code::SQL_PARAMETER, "The parameters are neither a map nor a list.")),
    }
}

fn check(driver: Driver, pieces: &[Piece<'_>]) -> Result<(), TaskError> {
    let says = |piece: &Piece<'_>| match piece {
        Piece::Other(text) => !text.trim().is_empty(),
        Piece::Comment(_) => false,
        Piece::Word(_) | Piece::Named(_) | Piece::Positional(_) | Piece::End => true,
    };
    let mut said = pieces.iter().filter(|piece| says(piece));
    let first = match said.next() {
        Some(Piece::Word(word)) => word.to_lowercase(),
        Some(Piece::Other(sign)) => sign.trim().chars().take(1).collect(),
        Some(_) | None => String::new(),
    };
    if !READING.contains(&first.as_str()) {
        return Err(task_error(
            code::SQL_STATEMENT,
            "The query has to begin with SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN: it only reads.",
        ));
    }
    if let Some(end) = pieces.iter().position(|piece| *piece == Piece::End)
        && pieces[end + 1..].iter().any(says)
    {
        return Err(task_error(code::SQL_STATEMENT, "There is more than one statement; a query is one."));
    }
    let writes = |piece: &Piece<'_>| matches!(piece, Piece::Word(word) if WRITING.contains(&word.to_lowercase().as_str()));
    if driver == Driver::MySql && pieces.iter().any(writes) {
        return Err(task_error(code::SQL_STATEMENT, "A query that writes a file on the server is not run."));
    }
    // What MySQL runs although it stands in a comment has not been looked at.
    let runs = |piece: &Piece<'_>| matches!(piece, Piece::Comment(text) if text.starts_with("/*!") || text.starts_with("/*M!"));
    if driver == Driver::MySql && pieces.iter().any(runs) {
        return Err(task_error(code::SQL_STATEMENT, "A comment that the server would run is not sent."));
    }
    Ok(())
}

fn positional(driver: Driver, pieces: &[Piece<'_>], values: &[Json]) -> Result<Statement, TaskError> {
    let mut text = String::new();
    let (mut marks, mut highest) = (0, 0);
    for piece in pieces {
        match piece {
            Piece::Other(other) | Piece::Comment(other) | Piece::Word(other) => text.push_str(other),
            Piece::End => break,
            Piece::Named(name) => {
                return Err(task_error(
                    code::SQL_PARAMETER,
                    format!("The query has `:{name}`, but there is no map of parameters with it."),
                ));
            }
            Piece::Positional(0) => {
                marks += 1;
                text.push('?');
            }
            Piece::Positional(number) => {
                highest = highest.max(*number);
                text.push_str(&format!("${number}"));
            }
        }
    }
    let wanted = if driver == Driver::PostgreSql { highest } else { marks };
    if wanted != values.len() {
        return Err(task_error(
            code::SQL_PARAMETER,
            format!("The query has {wanted} placeholders, and the list has {} values.", values.len()),
        ));
    }
    Ok(Statement { text, values: values.to_vec() })
}

fn named(driver: Driver, pieces: &[Piece<'_>], given: &serde_json::Map<String, Json>) -> Result<Statement, TaskError> {
    let mut text = String::new();
    let mut order: IndexMap<&str, usize> = IndexMap::new();
    let mut values = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Other(other) | Piece::Comment(other) | Piece::Word(other) => text.push_str(other),
            Piece::End => break,
            Piece::Positional(_) => {
                return Err(task_error(code::SQL_PARAMETER, "The query has placeholders by position, and the parameters are a map."));
            }
            Piece::Named(name) => {
                let value = given.get(*name).ok_or_else(|| task_error(code::SQL_PARAMETER, format!("The parameters have no `{name}`.")))?;
                let known = order.len() + 1;
                let number = *order.entry(name).or_insert(known);
                // MySQL's placeholders have no numbers: a name that stands twice is sent twice.
                if number == known || driver == Driver::MySql {
                    values.push(value.clone());
                }
                match driver {
                    Driver::PostgreSql => text.push_str(&format!("${number}")),
                    Driver::Sqlite => text.push_str(&format!("?{number}")),
                    Driver::MySql => text.push('?'),
                }
            }
        }
    }
    match given.keys().find(|name| !order.contains_key(name.as_str())) {
        Some(unused) => Err(task_error(code::SQL_PARAMETER, format!("The query has no `:{unused}`."))),
        None => Ok(Statement { text, values }),
    }
}

/// Takes a statement apart.
fn pieces(driver: Driver, text: &str) -> Result<Vec<Piece<'_>>, TaskError> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(sign) = text[at..].chars().next() {
        let rest = &text[at..];
        let (piece, length) = piece(driver, rest, sign, text[..at].chars().next_back())?;
        pieces.push(piece);
        at += length;
    }
    Ok(pieces)
}

fn piece<'a>(driver: Driver, rest: &'a str, sign: char, before: Option<char>) -> Result<(Piece<'a>, usize), TaskError> {
    let other = |length: usize| Ok((Piece::Other(&rest[..length]), length));
    let comment = |length: usize| Ok((Piece::Comment(&rest[..length]), length));
    let unended = |what: &str| task_error(code::SQL_STATEMENT, format!("{what} in the query has no end."));
    match sign {
        '\'' | '"' | '`' => {
            // Only MySQL reads backslashes in its strings; PostgreSQL does after E, which is a word that ends right here.
            let escapes = match driver {
                Driver::MySql => sign != '`',
                Driver::PostgreSql => sign == '\'' && matches!(before, Some('e' | 'E')),
                Driver::Sqlite => false,
            };
            // A backtick is a quote for MySQL and SQLite only.
            if sign == '`' && driver == Driver::PostgreSql {
                return other(1);
            }
            other(quoted(rest, sign, escapes).ok_or_else(|| unended("A quoted text"))?)
        }
        '[' if driver == Driver::Sqlite => other(rest.find(']').ok_or_else(|| unended("A quoted name"))? + 1),
        '-' if starts_line_comment(driver, rest) => comment(line(rest)),
        '#' if driver == Driver::MySql => comment(line(rest)),
        '/' if rest.starts_with("/*") => comment(block(driver, rest).ok_or_else(|| unended("A comment"))?),
        ';' => Ok((Piece::End, 1)),
        '$' => match dollar(driver, rest) {
            Dollar::Number(number, length) => Ok((Piece::Positional(number), length)),
            Dollar::Quoted(Some(length)) => other(length),
            Dollar::Quoted(None) => Err(unended("A quoted text")),
            Dollar::Name(length) => Ok((Piece::Named(&rest[1..length]), length)),
            Dollar::Sign => other(1),
        },
        // In PostgreSQL a question mark is an operator.
        '?' if driver != Driver::PostgreSql => Ok((Piece::Positional(0), 1)),
        ':' if rest.starts_with("::") || rest.starts_with(":=") => other(2),
        ':' if rest[1..].starts_with(|next: char| next.is_ascii_alphabetic() || next == '_') => {
            let length = 1 + word(&rest[1..]);
            Ok((Piece::Named(&rest[1..length]), length))
        }
        sign if sign.is_alphanumeric() || sign == '_' => {
            let length = word(rest);
            Ok((Piece::Word(&rest[..length]), length))
        }
        sign => other(sign.len_utf8()),
    }
}

/// The length of a quoted text, whose quote is written twice inside.
fn quoted(rest: &str, quote: char, escapes: bool) -> Option<usize> {
    let mut signs = rest.char_indices().skip(1).peekable();
    while let Some((at, sign)) = signs.next() {
        if escapes && sign == '\\' {
            signs.next();
        } else if sign == quote {
            match signs.peek() {
                Some((_, next)) if *next == quote => drop(signs.next()),
                _ => return Some(at + 1),
            }
        }
    }
    None
}

/// MySQL reads two dashes as a comment only when a blank follows.
fn starts_line_comment(driver: Driver, rest: &str) -> bool {
    rest.strip_prefix("--").is_some_and(|after| driver != Driver::MySql || after.is_empty() || after.starts_with(char::is_whitespace))
}

fn line(rest: &str) -> usize {
    rest.find('\n').map_or(rest.len(), |end| end + 1)
}

/// The length of a comment; PostgreSQL's may hold others.
fn block(driver: Driver, rest: &str) -> Option<usize> {
    let (mut depth, mut at) = (1, 2);
    while let Some(next) = rest[at..].find(['*', '/']).map(|found| at + found) {
        if rest[next..].starts_with("*/") {
            depth -= 1;
            at = next + 2;
            if depth == 0 {
                return Some(at);
            }
        } else if driver == Driver::PostgreSql && rest[next..].starts_with("/*") {
            depth += 1;
            at = next + 2;
        } else {
            at = next + 1;
        }
    }
    None
}

enum Dollar {
    Number(usize, usize),
    /// With its length, if it ends.
    Quoted(Option<usize>),
    /// With its length.
    Name(usize),
    Sign,
}

/// `$name`; for PostgreSQL also `$1`, or a text between `$$` or `$tag$`.
fn dollar(driver: Driver, rest: &str) -> Dollar {
    let name = |tag: usize| {
        if rest[1..].starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') { Dollar::Name(tag + 1) } else { Dollar::Sign }
    };
    if driver != Driver::PostgreSql {
        return name(word(&rest[1..]));
    }
    let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        // A number that no list can reach is refused when they are counted.
        return Dollar::Number(rest[1..=digits].parse().unwrap_or(usize::MAX), digits + 1);
    }
    let tag = rest[1..].chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').map(char::len_utf8).sum::<usize>();
    let Some(quote) = rest.get(..tag + 2).filter(|quote| quote.ends_with('$')) else { return name(tag) };
    Dollar::Quoted(rest[quote.len()..].find(quote).map(|end| end + 2 * quote.len()))
}

/// The length of a word; PostgreSQL's and MySQL's may hold dollar signs.
fn word(rest: &str) -> usize {
    rest.find(|sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == '$')).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(driver: Driver, query: &str, parameters: Json) -> Result<(String, Vec<Json>), String> {
        read(driver, query, &parameters).map(|statement| (statement.text, statement.values)).map_err(|error| error.code)
    }

    /// The rewritten text with the parameters `a` = 1 and `b` = 2, which both have to stand in it.
    fn rewritten(driver: Driver, query: &str) -> String {
        text(driver, query, json!({"a": 1, "b": 2})).unwrap().0
    }

    #[test]
    fn names_become_placeholders_of_the_database() {
        let query = "SELECT :b, :a, :b";
        assert_eq!(text(Driver::PostgreSql, query, json!({"a": 1, "b": 2})), Ok(("SELECT $1, $2, $1".into(), vec![json!(2), json!(1)])));
        assert_eq!(text(Driver::Sqlite, query, json!({"a": 1, "b": 2})), Ok(("SELECT ?1, ?2, ?1".into(), vec![json!(2), json!(1)])));
        assert_eq!(text(Driver::MySql, query, json!({"a": 1, "b": 2})), Ok(("SELECT ?, ?, ?".into(), vec![json!(2), json!(1), json!(2)])));
    }

    #[test]
    fn strings_comments_names_and_casts_stay_as_they_are() {
        let pg = |query| rewritten(Driver::PostgreSql, query);
        assert_eq!(pg("SELECT ':a', :a::text, \":b\", :b"), "SELECT ':a', $1::text, \":b\", $2");
        assert_eq!(
            pg("SELECT 'it''s :a' || :a -- :b\n, :b /* :a /* :b */ :a */"),
            "SELECT 'it''s :a' || $1 -- :b\n, $2 /* :a /* :b */ :a */"
        );
        assert_eq!(
            pg("SELECT E'\\':a' , $q$ :a ; $q$, $$:b$$, x[1:2], data ? 'k', :a, :b"),
            "SELECT E'\\':a' , $q$ :a ; $q$, $$:b$$, x[1:2], data ? 'k', $1, $2"
        );
        let my = |query| rewritten(Driver::MySql, query);
        assert_eq!(my("SELECT 'a\\':a', `:b`, 5--1, :a # :b\n, :b"), "SELECT 'a\\':a', `:b`, 5--1, ? # :b\n, ?");
        let lite = |query| rewritten(Driver::Sqlite, query);
        assert_eq!(lite("SELECT '\\', :a, [:b], :b"), "SELECT '\\', ?1, [:b], ?2");
    }

    #[test]
    fn a_name_may_also_stand_behind_a_dollar() {
        assert_eq!(rewritten(Driver::PostgreSql, "SELECT $a, $b$ :a $b$, $b::text"), "SELECT $1, $b$ :a $b$, $2::text");
        assert_eq!(rewritten(Driver::Sqlite, "SELECT $a, :b, '$a'"), "SELECT ?1, ?2, '$a'");
        assert_eq!(rewritten(Driver::MySql, "SELECT $a, x$y, $b"), "SELECT ?, x$y, ?");
    }

    #[test]
    fn a_list_is_for_the_databases_own_placeholders() {
        assert_eq!(text(Driver::PostgreSql, "SELECT $2, $1", json!([1, 2])), Ok(("SELECT $2, $1".into(), vec![json!(1), json!(2)])));
        assert_eq!(text(Driver::Sqlite, "SELECT ?, '?'", json!(["x"])), Ok(("SELECT ?, '?'".into(), vec![json!("x")])));
        for (query, parameters) in [
            ("SELECT $1", json!([])),
            ("SELECT $1", json!([1, 2])),
            ("SELECT 1", json!([1])),
            ("SELECT :a", json!([1])),
            ("SELECT :a", json!({"b": 1})),
            ("SELECT :a", json!({"a": 1, "b": 2})),
            ("SELECT $1", json!({"a": 1})),
            ("SELECT $99999999999999999999", json!([1])),
            ("SELECT :a", json!(null)),
            ("SELECT 1", json!("a")),
        ] {
            assert_eq!(text(Driver::PostgreSql, query, parameters.clone()).unwrap_err(), "SQL-PARAMETER", "{query} {parameters}");
        }
    }

    #[test]
    fn one_statement_that_reads() {
        let none = |query| text(Driver::PostgreSql, query, json!(null)).map(|(text, _)| text);
        assert_eq!(none("/* hi */ select 1 ; -- done\n"), Ok("/* hi */ select 1 ".into()));
        assert_eq!(none("(select 1)"), Ok("(select 1)".into()));
        for query in [
            "",
            ";",
            "-- nothing",
            "DELETE FROM t",
            "select 1; drop table t",
            "UPDATE t SET a = 1",
            "COMMIT",
            "set role x",
            "select 'a",
            "select /* x",
            "select $a$ x",
            "copy t to program 'x'",
            "call p()",
            "'select'",
        ] {
            assert_eq!(none(query).unwrap_err(), "SQL-STATEMENT", "{query}");
        }
        for query in ["SELECT 1 INTO OUTFILE '/tmp/x'", "SELECT /*! 1 */ 1"] {
            assert_eq!(text(Driver::MySql, query, json!(null)).unwrap_err(), "SQL-STATEMENT", "{query}");
        }
        assert_eq!(none("select 'a;b', ';'"), Ok("select 'a;b', ';'".into()));
        assert_eq!(none(&format!("select {}", "1,".repeat(60_000))).unwrap_err(), "SQL-STATEMENT");
    }
}
