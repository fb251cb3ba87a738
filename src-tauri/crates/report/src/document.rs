//! A report before it has a format.

use types::Language;

/// A report: plain texts in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: Language,
    /// What stands at its head: names with values.
    pub facts: Vec<(String, Cell)>,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// What is in it.
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// A table: its heads and its rows, which are as long.
    Table(Vec<String>, Vec<Vec<Cell>>),
    /// A list of entries, each of several parts.
    List(Vec<Vec<Cell>>),
}

/// A text in a table or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// An important text.
    Strong(String),
    /// An address, a hash, a command: read character by character, never a link.
    Code(String),
    /// Done by the machine.
    Machine(String),
    /// Done by this person.
    Person(String),
}

impl Cell {
    /// Returns the text.
    pub fn text(&self) -> &str {
        let (Self::Text(text) | Self::Strong(text) | Self::Code(text) | Self::Machine(text) | Self::Person(text)) = self;
        text
    }

    fn text_mut(&mut self) -> &mut String {
        let (Self::Text(text) | Self::Strong(text) | Self::Code(text) | Self::Machine(text) | Self::Person(text)) = self;
        text
    }
}

impl Report {
    /// Visits every text that came from the record.
    pub(crate) fn each_text(&mut self, mut visit: impl FnMut(&mut String)) {
        visit(&mut self.title);
        self.facts.iter_mut().for_each(|(_, value)| visit(value.text_mut()));
        for block in self.sections.iter_mut().flat_map(|section| &mut section.blocks) {
            match block {
                Block::Paragraph(text) => visit(text),
                Block::Table(_, rows) => rows.iter_mut().flatten().for_each(|cell| visit(cell.text_mut())),
                Block::List(entries) => entries.iter_mut().flatten().for_each(|cell| visit(cell.text_mut())),
            }
        }
    }
}
