//! The bodies of the operations, one method of [`crate::Host`] each.

pub(crate) mod app;
pub(crate) mod blocklist;
pub(crate) mod event;
pub(crate) mod exchange;
pub(crate) mod execution;
pub(crate) mod expression;
pub(crate) mod playbook;
pub(crate) mod question;
pub(crate) mod record;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod rerun;
pub(crate) mod sample;
pub(crate) mod shipped;
pub(crate) mod ticket;
pub(crate) mod tryout;
pub(crate) mod workspace;
