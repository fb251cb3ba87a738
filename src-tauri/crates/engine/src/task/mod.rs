//! What each type of task does when it begins; one file per type.

mod action;
mod approval;
mod branch;
mod formula;
mod input;
mod wait;
