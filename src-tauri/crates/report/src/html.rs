//! HTML in one file: no scripts, nothing from elsewhere, every text escaped.

use std::fmt::Write;

use types::Language;

use crate::document::{Block, Cell, Report};
use crate::markdown::is_hidden;
use crate::words::say;

/// For screens of both colour schemes, and for paper.
const STYLE: &str = "
:root{color-scheme:light dark}
body{font:15px/1.5 Pretendard,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #8886}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #8886;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#8882}code{font-family:'JetBrains Mono',Consolas,monospace;font-size:.9em}
.who{white-space:nowrap}.person{font-weight:600}
@media print{body{max-width:none;margin:0;font-size:10pt}h2{break-after:avoid}tr{break-inside:avoid}}
";

/// Writes a report as one file of HTML.
pub fn html(report: &Report) -> String {
    let mut out = String::new();
    let language = match report.language {
        Language::Ko => "ko",
        Language::En => "en",
    };
    let title = text(&report.title);
    // Writing to a String cannot fail, so the results of `write!` are dropped.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    if !report.facts.is_empty() {
        out.push_str("<table>\n");
        for (name, value) in &report.facts {
            let _ = writeln!(out, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", text(name), cell(value, report.language));
        }
        out.push_str("</table>\n");
    }
    for section in &report.sections {
        let _ = writeln!(out, "<h2>{}</h2>", text(&section.heading));
        for block in &section.blocks {
            match block {
                Block::Paragraph(paragraph) => {
                    let _ = writeln!(out, "<p>{}</p>", text(paragraph));
                }
                Block::Table(heads, rows) => {
                    out.push_str("<table>\n<thead><tr>");
                    for head in heads {
                        let _ = write!(out, "<th scope=\"col\">{}</th>", text(head));
                    }
                    out.push_str("</tr></thead>\n<tbody>\n");
                    for row in rows {
                        out.push_str("<tr>");
                        for value in row {
                            let _ = write!(out, "<td>{}</td>", cell(value, report.language));
                        }
                        out.push_str("</tr>\n");
                    }
                    out.push_str("</tbody>\n</table>\n");
                }
                Block::List(entries) => {
                    out.push_str("<ul>\n");
                    for entry in entries {
                        let parts: Vec<String> = entry.iter().map(|value| cell(value, report.language)).collect();
                        let _ = writeln!(out, "<li>{}</li>", parts.join(" · "));
                    }
                    out.push_str("</ul>\n");
                }
            }
        }
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn cell(cell: &Cell, language: Language) -> String {
    match cell {
        Cell::Text(value) => text(value),
        Cell::Strong(value) => format!("<strong>{}</strong>", text(value)),
        Cell::Code(value) => format!("<code>{}</code>", text(value)),
        Cell::Machine(value) => format!("<span class=\"who\"><span aria-hidden=\"true\">⚙</span> {}</span>", text(value)),
        Cell::Person(value) => {
            let label = say(language, "사람", "person");
            format!("<span class=\"who person\"><span role=\"img\" aria-label=\"{label}\">👤</span> {}</span>", text(value))
        }
    }
}

fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            character if is_hidden(character) => {}
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Section;

    #[test]
    fn hostile_text_opens_no_element_and_no_attribute() {
        let bad = "</title><script>alert(1)</script>\"' onload=x";
        let block = Block::List(vec![vec![Cell::Code(bad.into()), Cell::Person(bad.into()), Cell::Strong(bad.into())]]);
        let section = Section { heading: bad.into(), blocks: vec![block, Block::Paragraph(bad.into())] };
        let report = Report {
            title: bad.into(),
            language: Language::En,
            facts: vec![(bad.into(), Cell::Text(bad.into()))],
            sections: vec![section],
        };
        let page = html(&report);
        assert!(!page.contains("<script") && !page.contains("' onload"), "{page}");
        assert_eq!(page.matches("&lt;script&gt;").count(), 9);
    }
}
