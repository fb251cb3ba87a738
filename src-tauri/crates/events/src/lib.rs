//! The event store: reads what detectors write (Suricata EVE JSON), keeps every alert with its record and payload in
//! DuckDB, and answers SQL over it.
//!
//! Invariant: knows nothing of tickets' rows and of playbooks. What new events mean is said by `casework`; whoever calls
//! [`EventStore::ingest`] joins the two.

mod bind;
mod error;
mod eve;
mod ingest;
mod query;
mod reader;
mod store;
mod tree;

pub use eve::{Record, Refusal, parse_alert};
pub use ingest::Progress;
pub use reader::LONGEST_RECORD;
pub use store::EventStore;
