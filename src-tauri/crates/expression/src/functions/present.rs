//! Lists and tables that people can read, for e-mail, Markdown and reports.

use std::sync::Arc;

use super::{Definition, Family, Form, p, x};
use crate::diagnostics::Fault;
use crate::machine::{Call, Layout, Machine, Outcome};
use crate::{Kinds, Value};

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::Text, "join", "join(list[, separator]) → string", Form::Plain(join))
        .takes(&[p("list", Kinds::ANY), p("separator", Kinds::STRING).optional()])
        .gives(Kinds::STRING)
        .says(
            "목록을 읽기 좋게 잇는다. 구분자 기본값은 \", \"이고 null 항목은 건너뛴다.",
            "The items of a list as one text, by default with \", \" between them; null items are skipped.",
        )
        .examples(&[x("join([\"a\", null, 3])", "\"a, 3\""), x("join([1, 2], \" | \")", "\"1 | 2\"")]),
    Definition::new(Family::Text, "table", "table(rows[, columns]) → string", Form::Table)
        .takes(&[p("rows", Kinds::ARRAY), p("columns", Kinds::ARRAY.or(Kinds::MAP)).optional()])
        .gives(Kinds::STRING)
        .says(
            "맵의 목록을 표로. 글의 종류에 따라 HTML, Markdown, 고정폭 표가 된다. columns는 키의 목록이나 {키: 제목} 맵이다.",
            "A list of maps as a table: HTML, Markdown or aligned text, as the text around it needs. columns is a list of keys or a map {key: heading}.",
        )
        .examples(&[x("table([{\"host\": \"srv1\", \"score\": 7}], [\"host\", \"score\"])", "\"host  score\\n----  -----\\nsrv1  7\\n\"")]),
];

fn join(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let separator = match call.text(1)? {
        Some(separator) => separator,
        None if call.given(1) => return Ok(Value::Null),
        None => ", ".into(),
    };
    let Value::Array(items) = call.get(0) else {
        return match call.text(0)? {
            Some(text) => call.make_text(text.into_owned()),
            None => Ok(Value::Null),
        };
    };
    let mut out = String::new();
    let mut first = true;
    for item in items.iter() {
        call.machine.spend(1)?;
        let Some(text) = call.machine.text(item)? else { continue };
        if !first {
            out.push_str(&separator);
        }
        first = false;
        out.push_str(&text);
        if out.len() > call.machine.context.limits.text {
            return Err(Fault::TextSize);
        }
    }
    call.make_text(out)
}

/// Writes a value so that it cannot become markup of the target.
///
/// In Markdown the signs that make links, code, tables and HTML are escaped; emphasis is left alone, because it does no harm
/// and escaping it would spoil names such as `svc_backup`.
pub(crate) fn escape(text: &str, layout: Layout, out: &mut String) {
    for sign in text.chars() {
        match (layout, sign) {
            (Layout::Html, '&') => out.push_str("&amp;"),
            (Layout::Html, '<') => out.push_str("&lt;"),
            (Layout::Html, '>') => out.push_str("&gt;"),
            (Layout::Html, '"') => out.push_str("&quot;"),
            (Layout::Html, '\'') => out.push_str("&#39;"),
            (Layout::Markdown, '\\' | '[' | ']' | '<' | '|' | '`') => {
                out.push('\\');
                out.push(sign);
            }
            _ => out.push(sign),
        }
    }
}

/// A column: the key in the rows and the heading.
struct Column {
    key: Arc<str>,
    heading: String,
}

/// Returns the rows as a table for the layout; `None` when they are no array.
pub(crate) fn lay_out(machine: &mut Machine<'_>, rows: &Value, columns: Option<&Value>, layout: Layout) -> Outcome<Option<String>> {
    let Value::Array(rows) = rows else { return Ok(None) };
    let columns = match columns {
        Some(columns) => given_columns(machine, columns)?,
        None => all_columns(machine, rows)?,
    };
    let mut cells = Vec::with_capacity(rows.len());
    let mut size = 0_usize;
    for row in rows.iter() {
        let mut line = Vec::with_capacity(columns.len());
        for (position, column) in columns.iter().enumerate() {
            machine.spend(2)?;
            let value = match row {
                Value::Map(entries) => entries.get(&column.key),
                Value::Array(items) => items.get(position),
                scalar if position == 0 => Some(scalar),
                _ => None,
            };
            let text = match value {
                Some(value) => machine.text(value)?.map(|text| text.into_owned()).unwrap_or_default(),
                None => String::new(),
            };
            size = size.saturating_add(text.len() + 24);
            if size > machine.context.limits.text {
                return Err(Fault::TextSize);
            }
            line.push(text);
        }
        cells.push(line);
    }
    machine.room_for_text(size)?;
    let table = match layout {
        Layout::Html => html(&columns, &cells),
        Layout::Markdown => markdown(&columns, &cells),
        Layout::Plain => aligned(&columns, &cells, machine.context.limits.text)?,
    };
    machine.room_for_text(table.len())?;
    Ok(Some(table))
}

fn given_columns(machine: &mut Machine<'_>, columns: &Value) -> Outcome<Vec<Column>> {
    let mut given = Vec::new();
    match columns {
        Value::Map(entries) => {
            for (key, heading) in entries.iter() {
                let heading = machine.text(heading)?.map_or_else(|| key.to_string(), |heading| heading.into_owned());
                given.push(Column { key: key.clone(), heading });
            }
        }
        Value::Array(items) => {
            for item in items.iter() {
                if let Some(key) = machine.text(item)? {
                    given.push(Column { key: key.as_ref().into(), heading: key.into_owned() });
                }
            }
        }
        _ => {}
    }
    Ok(given)
}

/// Returns the keys of all rows, in order of first sight; numbers for rows that are lists.
fn all_columns(machine: &mut Machine<'_>, rows: &[Value]) -> Outcome<Vec<Column>> {
    let mut keys: indexmap::IndexSet<Arc<str>> = indexmap::IndexSet::new();
    for row in rows {
        match row {
            Value::Map(entries) => {
                machine.spend(entries.len() as u64)?;
                keys.extend(entries.keys().cloned());
            }
            Value::Array(items) => {
                machine.spend(items.len() as u64)?;
                keys.extend((1..=items.len()).map(|number| Arc::from(number.to_string())));
            }
            _ => {
                machine.spend(1)?;
                keys.insert("value".into());
            }
        }
    }
    Ok(keys.into_iter().map(|key| Column { heading: key.to_string(), key }).collect())
}

fn html(columns: &[Column], rows: &[Vec<String>]) -> String {
    let mut out = String::from("<table><thead><tr>");
    let cell = |tag: &str, text: &str, out: &mut String| {
        out.push_str(&format!("<{tag}>"));
        let mut escaped = String::new();
        escape(text, Layout::Html, &mut escaped);
        out.push_str(&escaped.replace('\n', "<br>"));
        out.push_str(&format!("</{tag}>"));
    };
    for column in columns {
        cell("th", &column.heading, &mut out);
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for text in row {
            cell("td", text, &mut out);
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    out
}

fn markdown(columns: &[Column], rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    let line = |cells: &mut dyn Iterator<Item = &str>, out: &mut String| {
        out.push('|');
        for cell in cells {
            out.push(' ');
            escape(&one_line(cell), Layout::Markdown, out);
            out.push_str(" |");
        }
        out.push('\n');
    };
    if columns.is_empty() {
        return out;
    }
    line(&mut columns.iter().map(|column| column.heading.as_str()), &mut out);
    out.push_str(&format!("|{}\n", " --- |".repeat(columns.len())));
    for row in rows {
        line(&mut row.iter().map(String::as_str), &mut out);
    }
    out
}

fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\n', '\r'], " ")
}

/// Returns the columns padded to one width each; Hangul, Kana and Han count double, as terminals and mail clients draw them.
fn aligned(columns: &[Column], rows: &[Vec<String>], limit: usize) -> Outcome<String> {
    let mut widths: Vec<usize> = columns.iter().map(|column| width(&one_line(&column.heading))).collect();
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(&one_line(cell)));
        }
    }
    // One long cell pads every row.
    let line_width: usize = widths.iter().map(|width| width + 2).sum();
    if line_width.saturating_mul(rows.len() + 2) > limit {
        return Err(Fault::TextSize);
    }
    let mut out = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        let mut text = String::new();
        for (cell, widest) in cells.zip(&widths) {
            let padding = widest + 2 - width(&cell);
            text.push_str(&cell);
            text.push_str(&" ".repeat(padding));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    };
    if columns.is_empty() {
        return Ok(out);
    }
    line(&mut columns.iter().map(|column| one_line(&column.heading)));
    line(&mut widths.iter().map(|width| "-".repeat(*width)));
    for row in rows {
        line(&mut row.iter().map(|cell| one_line(cell)));
    }
    Ok(out)
}

fn width(text: &str) -> usize {
    text.chars()
        .map(|sign| {
            1 + usize::from(
                matches!(u32::from(sign), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xff00..=0xff60),
            )
        })
        .sum()
}
