//! What the command line writes: results on stdout, remarks on stderr, hostile text made harmless.
#![allow(clippy::print_stdout, reason = "the command line's results belong on stdout")]

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;

/// Prints a line of the result. A reader that went away (`| head`) is no failure.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Prints a remark on stderr.
pub fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", harmless(line));
}

/// Prints a JSON document on stdout.
pub(crate) fn say_json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => say(&text),
        Err(error) => complain(&format!("CLI-JSON {error}")),
    }
}

/// Escapes control characters and direction overrides: attackers write much of what is printed here.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmful = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_harmful(c) { safe.extend(c.escape_unicode()) } else { safe.push(c) }
    }
    Cow::Owned(safe)
}

/// Prints rows under heads, columns as wide as their widest cell; Hangul counts two columns.
pub(crate) fn say_table(heads: &[&str], rows: &[Vec<String>]) {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| harmless(cell).replace(['\n', '\t'], " ")).collect()).collect();
    let mut widths: Vec<usize> = heads.iter().map(|head| width(head)).collect();
    for row in &rows {
        for (index, cell) in row.iter().enumerate().take(widths.len()) {
            widths[index] = widths[index].max(width(cell)).min(60);
        }
    }
    let print = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::new();
        for (cell, columns) in cells.zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(cell)) + 2));
        }
        say(line.trim_end());
    };
    print(&mut heads.iter().copied());
    for row in &rows {
        print(&mut row.iter().map(String::as_str));
    }
}

fn width(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}') { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_sequences_and_direction_overrides_are_shown_not_obeyed() {
        assert_eq!(harmless("\u{1b}[2Jcleared"), "\\u{1b}[2Jcleared");
        assert_eq!(harmless("exe.\u{202e}gpj"), "exe.\\u{202e}gpj");
        assert_eq!(harmless("평범한 글\n"), "평범한 글\n");
    }

    #[test]
    fn hangul_is_two_columns_wide() {
        assert_eq!(width("실행 a"), 6);
    }
}
