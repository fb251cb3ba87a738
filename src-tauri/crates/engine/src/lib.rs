//! The execution state machine: events in, effects out.
//!
//! Invariant: no clock, no I/O, no async, no randomness. Replaying a journal gives the same state.

pub mod message;

pub use message::{Answer, CommandCall, Effect, Event, Question, QuestionKind, Release, Review, TaskError, TaskRun, What};
