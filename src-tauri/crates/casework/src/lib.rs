//! What an alert means for people: ticket rules, artifacts, merging, and the `ticket` that a playbook reads.
//!
//! Invariant: pure. No I/O, no clock; files are read and rows are written by those above (`events`, `store`, `host`).

mod artifact;
mod event;
mod plan;
mod rule;
mod scan;
mod ticket;

pub use artifact::{ARTIFACTS_PER_EVENT, ARTIFACTS_PER_TICKET, Extraction, extract, is_external, normalise};
pub use event::{Event, Observable};
pub use plan::{MERGE_WINDOW, OpenTicket, Plan, TicketGroup, plan};
pub use rule::{Condition, Decision, Rule, Rules, TicketTemplate, severity_of};
pub use scan::scan;
pub use ticket::TicketFacts;
