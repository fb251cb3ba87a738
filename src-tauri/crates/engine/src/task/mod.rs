//! What each type of task does when it begins; one file per type.

mod action;
mod approval;
mod branch;
mod call;
mod email;
mod formula;
mod input;
pub(crate) mod query;
mod wait;
