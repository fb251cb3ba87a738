//! Markdown. Every text is escaped, so that a hostile one stays a text: no headings, links, images, HTML or table cells of its own.

use std::fmt::Write;

use crate::document::{Block, Cell, Report};

/// Writes a report as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail, so the results of `writeln!` are dropped.
    let _ = writeln!(out, "# {}\n", plain(&report.title));
    if let Some(((name, value), rest)) = report.facts.split_first() {
        let _ = writeln!(out, "| {} | {} |\n| --- | --- |", plain(name), cell(value));
        for (name, value) in rest {
            let _ = writeln!(out, "| {} | {} |", plain(name), cell(value));
        }
    }
    for section in &report.sections {
        let _ = writeln!(out, "\n## {}", plain(&section.heading));
        for block in &section.blocks {
            let _ = writeln!(out);
            match block {
                Block::Paragraph(text) => {
                    let _ = writeln!(out, "{}", plain(text));
                }
                Block::Table(heads, rows) => {
                    let heads: Vec<String> = heads.iter().map(|head| plain(head)).collect();
                    let _ = writeln!(out, "| {} |\n|{}", heads.join(" | "), "---|".repeat(heads.len()));
                    for row in rows {
                        let _ = writeln!(out, "| {} |", row.iter().map(cell).collect::<Vec<_>>().join(" | "));
                    }
                }
                Block::List(entries) => {
                    for entry in entries {
                        let _ = writeln!(out, "- {}", entry.iter().map(cell).collect::<Vec<_>>().join(" · "));
                    }
                }
            }
        }
    }
    out
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => plain(text),
        Cell::Strong(text) => format!("**{}**", plain(text)),
        // In code, so that no reader's program makes a link of a hostile address.
        Cell::Code(text) => format!("`{}`", code(text)),
        Cell::Machine(text) => format!("⚙ {}", plain(text)),
        Cell::Person(text) => format!("👤 {}", plain(text)),
    }
}

/// Escapes a text that came from outside, so that it stays a text on one line.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '~' | '&' | '$' => escaped.extend(['\\', character]),
            '\n' | '\r' | '\t' => escaped.push(' '),
            character if is_hidden(character) => {}
            character => escaped.push(character),
        }
    }
    // Readers make links of bare addresses; a character that takes no room keeps them apart.
    escaped.replace("://", ":\u{2060}//").replace("www.", "www\u{2060}.")
}

/// Control characters, and those that turn the direction of what follows.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control() || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Prepares a text for a code span inside a table.
fn code(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|character| !is_hidden(*character))
        .map(|character| if matches!(character, '`' | '|') { '\'' } else { character })
        .collect();
    if text.is_empty() { " ".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(plain("a|b\n# [x](y) <img>"), "a\\|b \\# \\[x\\](y) \\<img\\>");
        assert_eq!(plain("http://bad"), "http:\u{2060}//bad");
        assert_eq!(plain("a\u{202e}b"), "ab");
        assert_eq!(code("a`|b"), "a''b");
    }
}
