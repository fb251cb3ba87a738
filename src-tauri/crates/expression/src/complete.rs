//! Completion: what could stand at a place of a text.

use types::{Span, Text};

use crate::diagnostics::Report;
use crate::lexer::{Lexer, TokenKind};
use crate::{ScopeShape, Shape, TextKind, functions};

/// The most completions that are offered at once.
const MOST: usize = 100;

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A name of the scope.
    Name,
    /// A field of the value before the dot.
    Field,
    /// A function.
    Function,
}

/// One completion.
#[derive(Debug, Clone, PartialEq)]
pub struct CompletionItem {
    /// What is inserted.
    pub insert: String,
    /// What it is.
    pub kind: CompletionKind,
    /// The expression that it makes, to show its value; the function's name for a function.
    pub path: String,
    /// Its type or signature.
    pub detail: Text,
    /// What it does.
    pub documentation: Option<Text>,
}

/// What could stand at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Completed {
    /// The part of the text that a completion replaces, in UTF-8 byte offsets.
    pub span: Span,
    /// Best first.
    pub items: Vec<CompletionItem>,
}

/// Returns what could stand at `cursor`, a UTF-8 byte offset; nothing inside a quoted text or outside `{{ }}`.
pub fn complete(text: &str, cursor: usize, kind: TextKind, scope: &ScopeShape) -> Completed {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let nothing = Completed { span: Span { start: cursor, end: cursor }, items: Vec::new() };
    let Some(before) = expression_before(&text[..cursor], kind) else { return nothing };
    let path_start = before.char_indices().rev().find(|(_, c)| !is_path(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    let path = &before[path_start..];
    let (base, word) = path.rsplit_once('.').map_or((None, path), |(base, word)| (Some(base), word));
    let span = Span { start: cursor - word.len(), end: cursor };
    let mut items = match base {
        Some(base) => match shape_at(base, scope) {
            Some(shape) => fields(base, &shape),
            None => return nothing,
        },
        None => names(scope),
    };
    items.retain(|item| rank(&item.insert, word).is_some());
    items.sort_by_key(|item| rank(&item.insert, word));
    items.truncate(MOST);
    Completed { span, items }
}

/// The call whose arguments are being written at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnclosingCall {
    /// The function's name as it stands there; it need not exist.
    pub function: String,
    /// The argument, from 0.
    pub argument: usize,
}

/// Returns the innermost call whose arguments are being written at `cursor`, a UTF-8 byte offset; inside a quoted text too.
pub fn enclosing_call(text: &str, cursor: usize, kind: TextKind) -> Option<EnclosingCall> {
    let before = placeholder_before(&text[..text.floor_char_boundary(cursor)], kind)?;
    if before.len() > crate::parser::EXPRESSION_LENGTH {
        return None;
    }
    let mut report = Report::default();
    let mut lexer = Lexer::new(before, 0);
    let mut open: Vec<Option<EnclosingCall>> = Vec::new();
    let mut name = None;
    loop {
        let token = lexer.next(&mut report);
        match token.kind {
            TokenKind::End => break,
            TokenKind::Open => open.push(name.take().map(|function| EnclosingCall { function, argument: 0 })),
            TokenKind::OpenBracket | TokenKind::OpenBrace => open.push(None),
            TokenKind::Close | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                open.pop();
            }
            TokenKind::Comma => {
                if let Some(Some(call)) = open.last_mut() {
                    call.argument += 1;
                }
            }
            _ => {}
        }
        name = if let TokenKind::Name(name) = token.kind { Some(name.to_string()) } else { None };
    }
    open.into_iter().rev().flatten().next()
}

/// The placeholder that is being written where `before` ends; the whole text where there are none.
fn placeholder_before(before: &str, kind: TextKind) -> Option<&str> {
    match kind {
        TextKind::Template => {
            let inside = &before[before.rfind("{{")? + 2..];
            (!inside.contains("}}")).then_some(inside)
        }
        TextKind::Expression | TextKind::Condition => Some(before),
    }
}

/// The expression that is being written where `before` ends, as far as it is written; nothing inside a quoted text.
fn expression_before(before: &str, kind: TextKind) -> Option<&str> {
    let expression = placeholder_before(before, kind)?;
    let mut quoted = false;
    let mut escaped = false;
    for c in expression.chars() {
        (quoted, escaped) = match c {
            '"' if !escaped => (!quoted, false),
            '\\' if quoted => (true, !escaped),
            _ => (quoted, false),
        };
    }
    (!quoted).then_some(expression)
}

fn is_path(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']')
}

/// The shape of a path such as `ticket.artifacts.ip[0]`.
fn shape_at(path: &str, scope: &ScopeShape) -> Option<Shape> {
    let mut shape: Option<Shape> = None;
    for step in path.split('.') {
        let (name, indexes) = step.split_once('[').map_or((step, ""), |(name, rest)| (name, rest));
        let mut next = match shape {
            None => scope.names.get(name).cloned()?,
            Some(shape) => shape.field(name)?,
        };
        if !indexes.is_empty() {
            for _ in 0..indexes.matches(']').count() {
                next = next.item();
            }
        }
        shape = Some(next);
    }
    shape
}

fn names(scope: &ScopeShape) -> Vec<CompletionItem> {
    let names = scope.names.iter().map(|(name, shape)| CompletionItem {
        insert: name.clone(),
        kind: CompletionKind::Name,
        path: name.clone(),
        detail: shape.kinds.describe(),
        documentation: None,
    });
    let functions = functions().iter().map(|function| CompletionItem {
        insert: format!("{}(", function.name),
        kind: CompletionKind::Function,
        path: function.name.to_owned(),
        detail: Text::from(function.signature),
        documentation: Some(function.summary()),
    });
    names.chain(functions).collect()
}

fn fields(base: &str, shape: &Shape) -> Vec<CompletionItem> {
    let fields = shape.fields.iter().flatten();
    fields
        .map(|(name, field)| CompletionItem {
            insert: name.clone(),
            kind: CompletionKind::Field,
            path: format!("{base}.{name}"),
            detail: field.kinds.describe(),
            documentation: None,
        })
        .collect()
}

/// How well an item fits what was typed: the start first, then anywhere inside; case does not matter.
fn rank(item: &str, typed: &str) -> Option<u8> {
    let (item, typed) = (item.to_lowercase(), typed.to_lowercase());
    if item.starts_with(&typed) { Some(0) } else { item.contains(&typed).then_some(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kinds;

    /// Completes at the `|` of a text and lists what is offered first.
    fn offered(marked: &str, kind: TextKind) -> Vec<String> {
        let cursor = marked.find('|').unwrap();
        let text = marked.replace('|', "");
        let artifacts = Shape::map([("ip", Shape::array(Shape::map([("value", Shape::of(Kinds::STRING))])))]);
        let scope = ScopeShape::default()
            .with("score", Shape::of(Kinds::NUMBER))
            .with("ticket", Shape::map([("title", Shape::of(Kinds::STRING)), ("artifacts", artifacts)]));
        let completed = complete(&text, cursor, kind, &scope);
        let word = &text[completed.span.start..completed.span.end];
        assert!(completed.items.iter().all(|item| item.insert.contains(&word.to_lowercase())), "{word}");
        completed.items.into_iter().map(|item| item.insert).take(2).collect()
    }

    #[test]
    fn names_come_before_functions_that_fit_as_well() {
        assert_eq!(offered("sco|", TextKind::Expression), ["score"]);
        assert_eq!(offered("1 + ti|", TextKind::Expression)[0], "ticket");
        assert_eq!(offered("low|", TextKind::Expression)[0], "lower(");
    }

    #[test]
    fn after_a_dot_the_fields_are_offered() {
        assert_eq!(offered("ticket.|", TextKind::Expression), ["title", "artifacts"]);
        assert_eq!(offered("len(ticket.ar|", TextKind::Expression), ["artifacts"]);
        assert_eq!(offered("ticket.artifacts.ip[0].|", TextKind::Expression), ["value"]);
        assert!(offered("nothing.|", TextKind::Expression).is_empty());
    }

    #[test]
    fn a_text_completes_inside_its_placeholders_only() {
        assert_eq!(offered("T-{{ sc|", TextKind::Template), ["score"]);
        assert!(offered("sc|", TextKind::Template).is_empty());
        assert!(offered("{{ score }} sc|", TextKind::Template).is_empty());
    }

    #[test]
    fn nothing_is_offered_inside_a_quoted_text() {
        assert!(offered("contains(\"sc|", TextKind::Expression).is_empty());
        assert_eq!(offered("contains(\"a\\\"b\", sc|", TextKind::Expression), ["score"]);
    }

    #[test]
    fn the_call_around_a_place_is_found() {
        let around = |marked: &str, kind| {
            let cursor = marked.find('|').unwrap();
            enclosing_call(&marked.replace('|', ""), cursor, kind).map(|call| format!("{}:{}", call.function, call.argument))
        };
        for (marked, expected) in [
            ("left(|", Some("left:0")),
            ("left(title, |)", Some("left:1")),
            ("left(upper(title), |2)", Some("left:1")),
            ("left(upper(|title), 2)", Some("upper:0")),
            ("replace(x, \"a,(b\", \"|", Some("replace:2")),
            ("in(x, [1, 2, |3])", Some("in:1")),
            ("any(hits, h => h.score > |5)", Some("any:1")),
            ("left(title, 2)|", None),
            ("(1 + |2)", None),
            ("if((a), |b", Some("if:1")),
            ("|left(a)", None),
        ] {
            assert_eq!(around(marked, TextKind::Expression).as_deref(), expected, "{marked}");
        }
        assert_eq!(around("T {{ upper(a) }} ( {{ left(b, |", TextKind::Template).as_deref(), Some("left:1"));
        assert_eq!(around("left(b, | {{ x }}", TextKind::Template), None);
    }

    #[test]
    fn any_place_of_any_text_is_safe() {
        for cursor in 0..20 {
            complete("한글 {{ 티켓.", cursor, TextKind::Template, &ScopeShape::default());
            enclosing_call("한글 {{ 티켓(\"가,", cursor, TextKind::Template);
            enclosing_call("한글(티켓(\"가,", cursor, TextKind::Expression);
        }
    }
}
