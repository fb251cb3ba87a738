//! The execution state machine: events in, effects out.
//!
//! [`Plan`] is a playbook made ready to run, [`State`] is where one execution stands, [`step`] takes an event and returns what
//! the host has to do next, and [`replay`] rebuilds a state from its journal.
//!
//! Invariant: no clock, no I/O, no async, no randomness. Replaying a journal gives the same state.

mod attempt;
mod carry;
mod ending;
mod flow;
mod gate;
pub mod message;
mod plan;
mod question;
mod refusal;
mod state;
mod step;
mod task;
#[cfg(test)]
mod tests;

pub use carry::carry;
pub use message::{
    Answer, Attempt, Carried, ChildCall, CommandCall, CommandFacts, Effect, Event, Question, QuestionKind, Release, Review, TaskError,
    TaskRun, What,
};
pub use plan::{Plan, PlanOptions, Start};
pub use state::{LinkFate, State};
pub use step::{Step, replay, step};
