//! How an execution ends before its time: by a failure that no link handles, or by a person.

use types::TaskStatus;

use crate::refusal::{self, Refusal};
use crate::state::{Ending, LinkFate, Phase, Stop};
use crate::step::Machine;

impl Machine<'_> {
    pub(crate) fn cancel(&mut self) -> Result<(), Refusal> {
        match self.state.ending {
            Some(Ending::Cancelled) => return Err(refusal::is_ending()),
            // It stays failed; only what still waits for a decision is dropped.
            Some(Ending::Failed) => self.stop(Ending::Cancelled),
            None => self.end(Ending::Cancelled),
        }
        Ok(())
    }

    /// Starts nothing any more: what never began is skipped, what waits is cancelled, what is under way is awaited.
    pub(crate) fn end(&mut self, ending: Ending) {
        self.state.ending = Some(ending);
        self.state.paused = false;
        self.state.ready.clear();
        self.state.ready_pure.clear();
        for fate in &mut self.state.links {
            if *fate == LinkFate::Open {
                *fate = LinkFate::Dead;
            }
        }
        self.stop(ending);
    }

    fn stop(&mut self, ending: Ending) {
        for position in 0..self.state.tasks.len() {
            match self.state.tasks[position].phase {
                Phase::Idle | Phase::Ready => {
                    self.state.tasks[position].phase = Phase::Over;
                    self.set_status(position, TaskStatus::Skipped);
                }
                Phase::BackingOff { timer, .. } | Phase::Sleeping { timer, .. } => {
                    self.clear_timer(timer);
                    self.over(position, TaskStatus::Cancelled, None);
                }
                Phase::Asking { question, deadline } => {
                    if let Some(timer) = deadline {
                        self.clear_timer(timer);
                    }
                    self.withdraw(question);
                    self.over(position, TaskStatus::Cancelled, None);
                }
                Phase::Gated { question } => {
                    self.withdraw(question);
                    self.over(position, TaskStatus::Cancelled, None);
                }
                Phase::Calling { .. } => self.stop_calling(position, Stop::Ending),
                Phase::Cleared => self.over(position, TaskStatus::Cancelled, None),
                // A failure leaves the review to a person; a person who cancels has decided.
                Phase::Reviewed if ending == Ending::Cancelled => self.over(position, TaskStatus::Cancelled, None),
                Phase::Reviewed | Phase::InFlight { .. } | Phase::Over => {}
            }
        }
    }
}
