//! Reports of executions and tickets, made from the record alone: Markdown, self-contained HTML and PDF.
//!
//! [`of_execution`] and [`of_ticket`] turn a record into a [`Report`], which holds plain texts only; each format escapes them in its own
//! way. What is to be left out is taken out of the report itself, so no format can forget it.

mod build;
mod document;
mod html;
mod markdown;
#[cfg(feature = "pdf")]
mod pdf;
mod redact;
mod words;

pub use build::{ExecutionRecord, Surroundings, TicketRecord, of_execution, of_ticket};
pub use document::{Block, Cell, Report, Section};
pub use html::html;
pub use markdown::markdown;
#[cfg(feature = "pdf")]
pub use pdf::{PdfError, pdf};
pub use redact::Redaction;
