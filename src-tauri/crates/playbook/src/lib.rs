//! Playbooks: the document model, its diagnostics, the catalog of what tasks may use, versions and their differences.
//!
//! Invariant: no I/O, no clock, no randomness, no async. Reading never fails and never drops: it returns diagnostics.

pub mod catalog;
pub mod document;

pub use catalog::Catalog;
pub use document::{Join, Link, Outcome, Playbook, Retry, START, Task, TaskKind, ValueType};
