//! Playbooks: the document model, its diagnostics, the catalog of what tasks may use.
//!
//! Invariant: no I/O, no clock, no randomness, no async. Reading never fails and never drops: it returns diagnostics.

pub mod cacao;
pub mod catalog;
mod check;
pub mod compare;
pub mod document;
pub mod expressions;
pub mod graph;
mod read;
pub mod trigger;

pub use catalog::Catalog;
pub use check::{CheckOptions, check, diagnose};
pub use compare::{Comparison, compare, compare_documents};
pub use document::{Join, Link, Outcome, Playbook, Retry, START, Task, TaskKind, ValueType};
pub use read::{Document, answer_pattern, read, read_text};
pub use trigger::{Concurrency, ConcurrencyPolicy, Schedule, Trigger};
