//! What crosses a door: the declarations of every operation, their requests and responses, and what is pushed.
//!
//! One declaration gives dispatch, TypeScript, HTTP routes and help. The bodies are in the `api` crate
//! (docs/adr/0003-wire-crate.md says why the two are apart: everything below `api` may speak these types).

pub mod app;
pub mod casework;
pub mod exchange;
pub mod execution;
pub mod operation;
pub mod playbook;
pub mod record;
pub mod replay;
pub mod shipped;
pub mod trigger;
pub mod tryout;
pub mod watch;
pub mod workspace;

pub use operation::{Caller, Class, Declaration, Door, Nothing, Operation, Push, TABLE};
