//! Texts with `{{ expression }}`.

use std::sync::Arc;

use types::Diagnostic;

use crate::ast::Expression;
use crate::diagnostics::{EvaluationError, Fault, Mistake, Report};
use crate::functions::present;
use crate::lexer::Place;
use crate::machine::{Layout, Machine, Outcome};
use crate::parser;
use crate::program::{Lowering, NameUse, Node, NodeKind};
use crate::value::VALUE_DEPTH;
use crate::{Context, Map, Scope, Value};

/// The longest text with placeholders, in bytes.
const TEMPLATE_LENGTH: usize = 512 << 10;

/// What a rendered text is for; decides how values are made safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Plain text and parameters: values as they are; a text that is one placeholder keeps the type of its value.
    Plain,
    /// Markdown: values cannot make links, code, tables or HTML.
    Markdown,
    /// HTML: values are escaped.
    Html,
}

#[derive(Debug)]
enum Segment {
    Text(String),
    Value(Node),
}

/// A parsed text with placeholders; rendered once per use, and what it renders is never read as a template again.
#[derive(Debug)]
pub struct Template {
    segments: Vec<Segment>,
    names: Vec<NameUse>,
}

/// A part of a text, before its expressions are turned into programs.
pub(crate) enum Part {
    Text(String),
    Expression(Expression),
}

/// Splits a text at its placeholders; every placeholder is read, so that all mistakes are found.
pub(crate) fn split(text: &str, report: &mut Report) -> Vec<Part> {
    if text.len() > TEMPLATE_LENGTH {
        report.add(Mistake::TooLong(TEMPLATE_LENGTH), Place::new(0, text.len().min(u32::MAX as usize)));
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut position = 0;
    while let Some(offset) = text[position..].find("{{") {
        let open = position + offset;
        if offset > 0 {
            parts.push(Part::Text(text[position..open].to_owned()));
        }
        let before = report.diagnostics.len();
        let (expression, after) = parser::parse_placeholder(text, open + 2, report);
        parts.push(Part::Expression(expression));
        match after {
            Some(after) => position = after,
            None => {
                // The missing end is the cause; what reading on made of the rest would only confuse.
                report.diagnostics.truncate(before);
                report.add(Mistake::UnclosedPlaceholder, Place::new(open, open + 2));
                return parts;
            }
        }
    }
    if position < text.len() {
        parts.push(Part::Text(text[position..].to_owned()));
    }
    parts
}

impl Template {
    /// Reads a text; on failure returns every mistake in its placeholders, spans in UTF-8 byte offsets of `text`.
    pub fn compile(text: &str) -> Result<Template, Vec<Diagnostic>> {
        let mut report = Report::default();
        let parts = split(text, &mut report);
        let mut lowering = Lowering::new(&mut report);
        let segments = parts
            .into_iter()
            .map(|part| match part {
                Part::Text(text) => Segment::Text(text),
                Part::Expression(expression) => Segment::Value(lowering.lower(&expression)),
            })
            .collect();
        let names = lowering.names;
        if report.has_errors() { Err(report.finish()) } else { Ok(Template { segments, names }) }
    }

    /// Returns the text when it has no placeholder.
    pub fn plain_text(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [] => Some(""),
            [Segment::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Returns the rendered text; for [`Target::Plain`] a text that is exactly one placeholder gives the value itself.
    pub fn render(&self, scope: &dyn Scope, context: &Context, target: Target) -> Result<Value, EvaluationError> {
        let mut machine = Machine::new(scope, context);
        self.render_with(&mut machine, target).map_err(|fault| machine.error(fault))
    }

    pub(crate) fn render_with(&self, machine: &mut Machine<'_>, target: Target) -> Outcome<Value> {
        if let ([Segment::Value(node)], Target::Plain) = (self.segments.as_slice(), target) {
            return machine.run(node);
        }
        let layout = match target {
            Target::Plain => Layout::Plain,
            Target::Markdown => Layout::Markdown,
            Target::Html => Layout::Html,
        };
        let mut out = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => out.push_str(text),
                Segment::Value(node) => splice(machine, node, layout, &mut out)?,
            }
            if out.len() > machine.context.limits.text {
                return Err(Fault::TextSize);
            }
        }
        machine.make_text(out)
    }

    /// Returns the names that are read from the scope, in the order of the text.
    pub fn names(&self) -> &[NameUse] {
        &self.names
    }
}

/// Writes the value of a placeholder; a `table(...)` that is the whole value becomes a table of the target.
fn splice(machine: &mut Machine<'_>, node: &Node, layout: Layout, out: &mut String) -> Outcome<()> {
    let mut node = node;
    // `if(len(rows) > 0, table(rows), "none")`: the chosen branch is the value.
    while let NodeKind::Choose(branches, default) = &node.kind {
        match machine.choose(branches, default)? {
            Some(chosen) => node = chosen,
            None => return Ok(()),
        }
    }
    if let NodeKind::Table(rows, columns) = &node.kind {
        if let Some(table) = machine.table(rows, columns.as_deref(), layout)? {
            out.push_str(&table);
        }
        return Ok(());
    }
    let value = machine.evaluate(node)?;
    if let Some(text) = machine.text(&value)? {
        machine.room_for_text(text.len())?;
        present::escape(&text, layout, out);
    }
    Ok(())
}

/// A JSON value whose texts may hold placeholders, such as the parameters of an action; keys are plain text.
#[derive(Debug)]
pub struct JsonTemplate {
    root: JsonNode,
    names: Vec<NameUse>,
}

#[derive(Debug)]
enum JsonNode {
    Constant(Value),
    Template(Template),
    List(Vec<JsonNode>),
    Map(Vec<(Arc<str>, JsonNode)>),
}

impl JsonTemplate {
    /// Reads every text in the value; on failure returns all mistakes, each with its path (`hosts[0].name`) as the target's field.
    pub fn compile(json: &serde_json::Value) -> Result<JsonTemplate, Vec<Diagnostic>> {
        let mut reading = JsonReading { diagnostics: Vec::new(), names: Vec::new() };
        let root = reading.read(json, &mut String::new(), VALUE_DEPTH);
        let JsonReading { diagnostics, names } = reading;
        if diagnostics.is_empty() { Ok(JsonTemplate { root, names }) } else { Err(diagnostics) }
    }

    /// Returns the value with every placeholder filled in; plain JSON comes from [`Value::to_json`].
    pub fn evaluate(&self, scope: &dyn Scope, context: &Context) -> Result<Value, EvaluationError> {
        let mut machine = Machine::new(scope, context);
        fill(&self.root, &mut machine).map_err(|fault| machine.error(fault))
    }

    /// Returns the names that are read from the scope; spans are offsets in the text that holds the placeholder.
    pub fn names(&self) -> &[NameUse] {
        &self.names
    }
}

fn fill(node: &JsonNode, machine: &mut Machine<'_>) -> Outcome<Value> {
    match node {
        JsonNode::Constant(value) => Ok(value.clone()),
        JsonNode::Template(template) => template.render_with(machine, Target::Plain),
        JsonNode::List(items) => {
            let items = items.iter().map(|item| fill(item, machine)).collect::<Outcome<Vec<_>>>()?;
            machine.make_array(items)
        }
        JsonNode::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| Ok((key.clone(), fill(value, machine)?))).collect::<Outcome<Map>>()?;
            machine.make_map(entries)
        }
    }
}

struct JsonReading {
    diagnostics: Vec<Diagnostic>,
    names: Vec<NameUse>,
}

impl JsonReading {
    fn read(&mut self, json: &serde_json::Value, path: &mut String, depth: usize) -> JsonNode {
        match json {
            serde_json::Value::String(text) if text.contains("{{") => match Template::compile(text) {
                Ok(template) => {
                    self.names.extend_from_slice(&template.names);
                    JsonNode::Template(template)
                }
                Err(diagnostics) => {
                    self.diagnostics.extend(diagnostics.into_iter().map(|mut diagnostic| {
                        diagnostic.target.field = Some(path.clone()).filter(|path| !path.is_empty());
                        diagnostic
                    }));
                    JsonNode::Constant(Value::Null)
                }
            },
            serde_json::Value::Array(_) | serde_json::Value::Object(_) if depth == 0 => JsonNode::Constant(Value::Null),
            serde_json::Value::Array(items) => JsonNode::List(
                items.iter().enumerate().map(|(index, item)| self.read_below(item, path, &format!("[{index}]"), depth)).collect(),
            ),
            serde_json::Value::Object(object) => JsonNode::Map(
                object
                    .iter()
                    .map(|(key, value)| {
                        let step = if path.is_empty() { key.clone() } else { format!(".{key}") };
                        (key.as_str().into(), self.read_below(value, path, &step, depth))
                    })
                    .collect(),
            ),
            constant => JsonNode::Constant(Value::from_json(constant)),
        }
    }

    fn read_below(&mut self, json: &serde_json::Value, path: &mut String, step: &str, depth: usize) -> JsonNode {
        let length = path.len();
        path.push_str(step);
        let node = self.read(json, path, depth - 1);
        path.truncate(length);
        node
    }
}

/// Calls back with the path and the text of every text that holds a placeholder.
pub(crate) fn each_text(json: &serde_json::Value, found: &mut dyn FnMut(&str, &str)) {
    fn walk(json: &serde_json::Value, path: &mut String, depth: usize, found: &mut dyn FnMut(&str, &str)) {
        let length = path.len();
        match json {
            serde_json::Value::String(text) if text.contains("{{") => found(path, text),
            serde_json::Value::Array(items) if depth > 0 => {
                for (index, item) in items.iter().enumerate() {
                    path.push_str(&format!("[{index}]"));
                    walk(item, path, depth - 1, found);
                    path.truncate(length);
                }
            }
            serde_json::Value::Object(object) if depth > 0 => {
                for (key, value) in object {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(key);
                    walk(value, path, depth - 1, found);
                    path.truncate(length);
                }
            }
            _ => {}
        }
    }
    walk(json, &mut String::new(), VALUE_DEPTH, found);
}

/// Fills in a JSON value once; keep the compiled [`JsonTemplate`] where the same value is filled in often.
pub fn render_json(json: &serde_json::Value, scope: &dyn Scope, context: &Context) -> Result<Value, Vec<Diagnostic>> {
    JsonTemplate::compile(json)?.evaluate(scope, context).map_err(|error| vec![error.diagnostic()])
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::*;

    fn context() -> Context {
        let now = DateTime::parse_from_rfc3339("2026-03-07T04:05:09Z").map(|now| now.to_utc()).unwrap_or_default();
        Context::new(now, chrono_tz::Tz::Asia__Seoul, "analyst1", 7)
    }

    fn scope() -> Value {
        Value::from_json(&json!({
            "ticket": {"id": 4711, "title": "<b>Brute & force</b>", "tags": ["vpn", "auth"], "assignee": null},
            "evil": "{{ ticket.id }}", "link": "[pay](http://bad)",
            "rows": [{"host": "srv1", "note": "a|b"}, {"host": "<i>", "note": null}],
        }))
    }

    #[track_caller]
    fn check(text: &str, target: Target, expected: serde_json::Value) {
        let template = Template::compile(text).unwrap_or_else(|diagnostics| panic!("{text}: {diagnostics:?}"));
        let value = template.render(&scope(), &context(), target).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(value.to_json(chrono_tz::Tz::Asia__Seoul), expected, "{text}");
    }

    #[test]
    fn one_placeholder_keeps_its_type() {
        check("{{ ticket.id }}", Target::Plain, json!(4711));
        check("{{ticket.tags}}", Target::Plain, json!(["vpn", "auth"]));
        check("{{ ticket.assignee }}", Target::Plain, json!(null));
        check("{{ {\"a\": {\"b\": 1}} }}", Target::Plain, json!({"a": {"b": 1}}));
        check("{{ {\"a\": {\"b\": 1}}}}", Target::Plain, json!({"a": {"b": 1}}));
    }

    #[test]
    fn more_than_one_placeholder_is_text() {
        check(" {{ ticket.id }}", Target::Plain, json!(" 4711"));
        check("#{{ ticket.id }} {{ ticket.tags }}{{ ticket.assignee }}.", Target::Plain, json!("#4711 [\"vpn\",\"auth\"]."));
        check("no placeholder } }} {", Target::Plain, json!("no placeholder } }} {"));
        check("", Target::Plain, json!(""));
        check("{{ \"{{\" }} stays", Target::Plain, json!("{{ stays"));
    }

    #[test]
    fn values_are_never_read_as_templates() {
        check("x {{ evil }}", Target::Plain, json!("x {{ ticket.id }}"));
        check("{{ evil }}", Target::Plain, json!("{{ ticket.id }}"));
    }

    #[test]
    fn values_are_escaped_for_the_target() {
        check("<p>{{ ticket.title }}</p>", Target::Html, json!("<p>&lt;b&gt;Brute &amp; force&lt;/b&gt;</p>"));
        check("{{ ticket.title }}", Target::Html, json!("&lt;b&gt;Brute &amp; force&lt;/b&gt;"));
        check("see {{ link }}", Target::Markdown, json!("see \\[pay\\](http://bad)"));
        check("see {{ link }}", Target::Plain, json!("see [pay](http://bad)"));
    }

    #[test]
    fn tables_fit_the_target() {
        check(
            "{{ table(rows) }}",
            Target::Html,
            json!(
                "<table><thead><tr><th>host</th><th>note</th></tr></thead><tbody><tr><td>srv1</td><td>a|b</td></tr><tr><td>&lt;i&gt;</td><td></td></tr></tbody></table>"
            ),
        );
        check("{{ table(rows, [\"note\"]) }}", Target::Markdown, json!("| note |\n| --- |\n| a\\|b |\n|  |\n"));
        check("{{ if(len(rows) > 5, table(rows), \"none\") }}", Target::Html, json!("none"));
        // Inside another function the table is plain text, and is escaped like any value.
        check("{{ upper(table(rows, [\"host\"])) }}", Target::Html, json!("HOST\n----\nSRV1\n&lt;I&gt;\n"));
    }

    #[test]
    fn every_placeholder_reports_its_mistakes() {
        let codes = |text: &str| match Template::compile(text) {
            Ok(_) => Vec::new(),
            Err(diagnostics) => {
                diagnostics.iter().map(|diagnostic| (diagnostic.code.clone(), diagnostic.span.map(|span| span.start))).collect()
            }
        };
        assert_eq!(codes("a {{ 1 + }} b {{ nope(1) }}"), [("EXP-006".into(), Some(9)), ("EXP-020".into(), Some(17))]);
        // Two braces that do not touch end nothing, and reading still gets past them.
        assert_eq!(codes("{{ 1 } } x }} b"), [("EXP-007".into(), Some(5))]);
        assert_eq!(codes("{{ ) } }"), [("EXP-013".into(), Some(0))]);
        assert_eq!(codes("a {{ ticket.id"), [("EXP-013".into(), Some(2))]);
        assert_eq!(codes("a {{ \"x }} b"), [("EXP-013".into(), Some(2))]);
    }

    #[test]
    fn json_is_filled_in_place() {
        let json = json!({"ip": "{{ ticket.id }}", "list": ["a {{ ticket.id }}", 5, {"{{ k }}": null}]});
        let value = render_json(&json, &scope(), &context()).map(|value| value.to_json(chrono_tz::Tz::UTC));
        assert_eq!(value, Ok(json!({"ip": 4711, "list": ["a 4711", 5, {"{{ k }}": null}]})));
        let broken = JsonTemplate::compile(&json!({"a": {"b": ["{{ 1 + }}"]}})).err().unwrap_or_default();
        assert_eq!(broken.first().and_then(|diagnostic| diagnostic.target.field.as_deref()), Some("a.b[0]"));
    }
}
