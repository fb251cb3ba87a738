//! PDF by the typst library. The template is fixed and the report is data to it, so no text of a report is ever read as markup.

use std::sync::LazyLock;

use serde_json::{Value as Json, json};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use types::Language;

use crate::document::{Block, Cell, Report};
use crate::markdown::is_hidden;
use crate::words::say;

/// Why there is no PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfError {
    /// What typst said.
    pub message: String,
}

/// A run of characters without a place to break at is broken after this many.
const UNBROKEN: usize = 12;

const TEMPLATE: &str = include_str!("report.typ");

/// Pretendard (SIL Open Font License 1.1, fonts/LICENSE.txt): Korean and Latin of one design. PDF readers get the glyphs that occur.
static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 2] = [include_bytes!("../fonts/Pretendard-Regular.otf"), include_bytes!("../fonts/Pretendard-Bold.otf")];
    files.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect()
});

static BOOK: LazyLock<LazyHash<FontBook>> = LazyLock::new(|| LazyHash::new(FontBook::from_fonts(&*FONTS)));

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// Sets a report as PDF.
pub fn pdf(report: &Report) -> Result<Vec<u8>, PdfError> {
    let world = Paper { main: source()?, data_id: file("report.json")?, data: Bytes::from_string(data(report).to_string()) };
    let compiled = typst::compile::<PagedDocument>(&world);
    let told = |errors: typst::ecow::EcoVec<typst::diag::SourceDiagnostic>| PdfError {
        message: errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "),
    };
    let document = compiled.output.map_err(told)?;
    let bytes = typst_pdf::pdf(&document, &PdfOptions::default()).map_err(told);
    // What typst remembers between two compilations is of no use: reports differ.
    typst::comemo::evict(0);
    bytes
}

fn file(name: &str) -> Result<FileId, PdfError> {
    let path = VirtualPath::new(name).map_err(|error| PdfError { message: format!("{error:?}") })?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn source() -> Result<Source, PdfError> {
    Ok(Source::new(file("report.typ")?, TEMPLATE.to_owned()))
}

fn data(report: &Report) -> Json {
    let cell = |value: &Cell| {
        let kind = match value {
            Cell::Text(_) => "text",
            Cell::Strong(_) => "strong",
            Cell::Code(_) => "code",
            Cell::Machine(_) => "machine",
            Cell::Person(_) => "person",
        };
        json!({"kind": kind, "text": breakable(value.text())})
    };
    let row = |cells: &Vec<Cell>| Json::from(cells.iter().map(cell).collect::<Vec<_>>());
    let block = |block: &Block| match block {
        Block::Paragraph(text) => json!({"block": "paragraph", "text": breakable(text)}),
        Block::Table(heads, rows) => json!({"block": "table", "heads": heads, "rows": rows.iter().map(row).collect::<Vec<_>>()}),
        Block::List(entries) => json!({"block": "list", "entries": entries.iter().map(row).collect::<Vec<_>>()}),
    };
    let sections: Vec<Json> = report
        .sections
        .iter()
        .map(|section| json!({"heading": breakable(&section.heading), "blocks": section.blocks.iter().map(block).collect::<Vec<_>>()}))
        .collect();
    json!({
        "title": breakable(&report.title),
        "language": if report.language == Language::Ko { "ko" } else { "en" },
        "person": say(report.language, "사람", "person"),
        "facts": report.facts.iter().map(|(name, value)| json!([name, cell(value)])).collect::<Vec<_>>(),
        "sections": sections,
    })
}

/// Lets long addresses and hashes break, so that they stay on the page.
fn breakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut unbroken = 0;
    for character in text.chars() {
        if matches!(character, '\n' | '\r' | '\t') {
            out.push(' ');
            unbroken = 0;
            continue;
        }
        if is_hidden(character) {
            continue;
        }
        out.push(character);
        unbroken = if character.is_whitespace() { 0 } else { unbroken + 1 };
        if unbroken >= UNBROKEN && character.is_ascii() {
            out.push('\u{200b}');
            unbroken = 0;
        }
    }
    out
}

/// The world of one report: the template, its data, two fonts and nothing else.
struct Paper {
    main: Source,
    data_id: FileId,
    data: Bytes,
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &BOOK
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Section;

    #[test]
    fn a_korean_report_is_set_with_its_own_font() {
        let bad = "#import \"/etc/passwd\" $x$ *b* @ref \\ ${\"a\".repeat(200)} // <label>".to_owned();
        let hash = "0123456789abcdef".repeat(12);
        let rows = vec![vec![Cell::Machine("자동".into()), Cell::Person("김철수".into()), Cell::Code(hash)]; 60];
        let blocks = vec![
            Block::Paragraph(bad.clone()),
            Block::Table(vec!["수행".into(), "사람".into(), "값".into()], rows),
            Block::List(vec![vec![Cell::Strong("승인".into()), Cell::Text(bad.clone())]]),
        ];
        let report = Report {
            title: "사고 보고서: 웹 셸".into(),
            language: Language::Ko,
            facts: vec![("항목".into(), Cell::Text(bad))],
            sections: vec![Section { heading: "경과".into(), blocks }],
        };
        let bytes = pdf(&report).unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("Pretendard"));
        let pages = text.matches("/Type/Page/").count() + text.matches("/Type /Page\n").count();
        assert!(pages >= 2, "{pages} pages");
    }

    #[test]
    fn long_runs_may_break_and_hidden_characters_are_gone() {
        assert_eq!(breakable(&"a".repeat(13)), format!("{}\u{200b}a", "a".repeat(12)));
        assert_eq!(breakable("a\u{202e}b\nc"), "ab c");
    }
}
