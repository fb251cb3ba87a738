//! Apps: manifests of vendors' interfaces, the runners of their commands (HTTP, mail, databases), recorded services, and the content of
//! the sample workspace.
//!
//! Invariants: a secret is taken from the vault at the last moment and never leaves this crate, not in an output, an error or a log; a
//! request goes to the host of its connection and nowhere else.

mod app;
mod builtin;
mod connection;
mod error;
mod mail;
pub mod manifest;
pub mod parameters;
mod rate;
pub mod recorded;
mod registry;
mod request;
mod response;
mod runner;
pub mod sample;
pub mod shipped;
mod sql;

pub use app::App;
pub use connection::Connection;
pub use error::{code, to_shown};
pub use recorded::Recorded;
pub use registry::Registry;
pub use runner::Runner;
