//! One event in, everything that follows from it out.

use chrono::TimeDelta;
use chrono_tz::Tz;
use expression::{Map, Value};
use types::{Error, ExecutionStatus, TaskId, TaskStatus, Time};

use crate::message::{Effect, Event, TimerNumber, What};
use crate::plan::Plan;
use crate::refusal::{self, Refusal};
use crate::state::{Ending, ItemEnd, Phase, Purpose, State, Timer, typed};

/// What an event caused.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    /// What the host has to do once the event is durable, in order.
    pub effects: Vec<Effect>,
    /// The tasks whose task run changed.
    pub changed: Vec<TaskId>,
    /// Why the event was refused. It changed nothing and does not belong in the journal.
    pub ignored: Option<Error>,
}

/// Applies an event to a state; every task that needs nothing from outside advances within the same step.
///
/// An event that is stale or impossible changes nothing and comes back as `ignored`.
pub fn step(plan: &Plan, state: &mut State, event: &Event) -> Step {
    let before = state.context.now;
    // A host's clock may be set back; inside an execution time never goes back.
    state.context.now = before.max(event.at);
    let at = state.context.now;
    let mut machine = Machine { plan, state, at, effects: Vec::new(), changed: Vec::new(), dying: Vec::new() };
    match machine.apply(&event.what) {
        Ok(()) => {
            machine.advance();
            machine.conclude();
            machine.finish()
        }
        Err(error) => {
            machine.state.context.now = before;
            Step { ignored: Some(*error), ..Step::default() }
        }
    }
}

/// Returns the state that a journal leads to.
pub fn replay<'e>(plan: &Plan, events: impl IntoIterator<Item = &'e Event>) -> State {
    let mut state = State::new(plan);
    for event in events {
        step(plan, &mut state, event);
    }
    state
}

/// One step under way.
pub(crate) struct Machine<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) state: &'a mut State,
    pub(crate) at: Time,
    pub(crate) effects: Vec<Effect>,
    pub(crate) changed: Vec<usize>,
    /// Tasks that were skipped and whose links have not died yet.
    pub(crate) dying: Vec<usize>,
}

impl Machine<'_> {
    /// Refuses before it changes anything.
    fn apply(&mut self, what: &What) -> Result<(), Refusal> {
        if let What::QuestionAnswered { question, answer, by } = what {
            return self.answered(*question, answer, by);
        }
        if self.state.ended.is_some() {
            return Err(refusal::has_ended());
        }
        if self.state.started_at.is_none() && !matches!(what, What::Started { .. } | What::Cancelled { .. }) {
            return Err(refusal::not_started());
        }
        match what {
            What::Started { .. } => self.started(what),
            What::TaskSucceeded { task, attempt, output } => {
                let position = self.in_flight(task, *attempt)?;
                self.close_attempt(position, None);
                self.replied(position, output);
                Ok(())
            }
            What::TaskFailed { task, attempt, error } => {
                let position = self.in_flight(task, *attempt)?;
                self.attempt_failed(position, error.clone());
                Ok(())
            }
            What::TaskInterrupted { task, attempt } => {
                let position = self.in_flight(task, *attempt)?;
                self.interrupted(position);
                Ok(())
            }
            What::TimerFired { timer } => self.timer_fired(*timer),
            What::ChildMoved { task, invocation, status } => self.child_moved(task, *invocation, *status),
            What::ChildEnded { task, invocation, execution, status, variables, error, .. } => {
                let variables = Value::map(variables.iter().map(|(name, value)| (name.as_str().into(), Value::from_json(value))).collect());
                let end = ItemEnd { execution: *execution, status: *status, variables, error: error.clone() };
                self.child_ended(task, *invocation, end)
            }
            What::QuestionAnswered { .. } => Ok(()),
            What::TaskReviewed { task, decision, by } => self.reviewed(task, decision, by),
            What::Paused { .. } => self.pause(),
            What::Resumed { .. } => self.resume(),
            What::Cancelled { .. } => self.cancel(),
        }
    }

    fn started(&mut self, what: &What) -> Result<(), Refusal> {
        let What::Started { input, act_alone, seed, zone, by, commands, language, depth, carried } = what else { return Ok(()) };
        if self.state.started_at.is_some() {
            return Err(refusal::already_started());
        }
        let mut inputs = Map::new();
        for (name, value) in input {
            let kind = self.plan.inputs.iter().find(|known| &*known.name == name).map(|known| known.kind).unwrap_or_default();
            inputs.insert(name.as_str().into(), typed(kind, Value::from_tagged_json(value)));
        }
        for known in &self.plan.inputs {
            if let Some(default) = &known.default
                && inputs.get(&known.name).is_none_or(Value::is_null)
            {
                inputs.insert(known.name.clone(), typed(known.kind, Value::from_json(default)));
            }
        }
        for (task, facts) in commands {
            if let Some(position) = self.plan.position(task) {
                self.state.tasks[position].facts = *facts;
            }
        }
        self.state.started_at = Some(self.at);
        self.state.act_alone = *act_alone;
        self.state.language = *language;
        self.state.depth = *depth;
        self.state.seed = *seed;
        self.state.context.user.clone_from(by);
        // The host has checked the name; a zone that a later version of the database dropped must not lose the execution.
        self.state.context.zone = zone.parse().unwrap_or(Tz::UTC);
        self.state.inputs = Value::map(inputs);
        self.state.variables.extend(self.plan.variables.iter().cloned());
        self.carry(carried);
        self.begin_links();
        self.settle_carried(carried);
        Ok(())
    }

    fn pause(&mut self) -> Result<(), Refusal> {
        if self.state.ending.is_some() {
            return Err(refusal::is_ending());
        }
        if self.state.paused {
            return Err(refusal::already_paused());
        }
        self.state.paused = true;
        self.pause_children();
        Ok(())
    }

    fn resume(&mut self) -> Result<(), Refusal> {
        if !self.state.paused {
            return Err(refusal::not_paused());
        }
        self.state.paused = false;
        self.resume_children();
        Ok(())
    }

    fn timer_fired(&mut self, number: TimerNumber) -> Result<(), Refusal> {
        let Timer { task, purpose, .. } = self.state.timers.remove(&number).ok_or_else(refusal::stale)?;
        match purpose {
            Purpose::Timeout => self.timed_out(task),
            Purpose::Backoff => self.clear(task),
            Purpose::Wait => self.succeeded(task, Value::Null),
            Purpose::Deadline => self.deadline_passed(task),
        }
        Ok(())
    }

    /// Starts what is ready until nothing is; while paused it stays in the queue.
    fn advance(&mut self) {
        while !self.state.paused {
            let Some(position) = self.state.ready_pure.pop_front().or_else(|| self.state.ready.pop_front()) else { break };
            match self.state.tasks[position].phase {
                Phase::Ready => self.begin(position),
                Phase::Cleared => self.attempt(position),
                Phase::Calling { .. } => self.go_on_calling(position),
                // Nothing else stands in the queues.
                _ => {}
            }
        }
    }

    /// Ends the execution when nothing is left that can run.
    fn conclude(&mut self) {
        let state = &*self.state;
        let is_busy =
            [TaskStatus::Running, TaskStatus::Waiting, TaskStatus::NeedsReview].iter().any(|&status| state.counts[status as usize] > 0);
        if is_busy || !state.ready.is_empty() || !state.ready_pure.is_empty() {
            return;
        }
        let status = match state.ending {
            Some(Ending::Failed) => ExecutionStatus::Failed,
            Some(Ending::Cancelled) => ExecutionStatus::Cancelled,
            None => ExecutionStatus::Done,
        };
        self.state.ended = Some(status);
        self.state.ended_at = Some(self.at);
        self.state.paused = false;
        self.effects.push(Effect::Finish { status });
    }

    fn finish(self) -> Step {
        let mut changed = Vec::with_capacity(self.changed.len());
        for position in self.changed {
            self.state.tasks[position].is_touched = false;
            changed.push(self.plan.tasks[position].id.clone());
        }
        Step { effects: self.effects, changed, ignored: None }
    }

    pub(crate) fn touch(&mut self, position: usize) {
        if !std::mem::replace(&mut self.state.tasks[position].is_touched, true) {
            self.changed.push(position);
        }
    }

    pub(crate) fn set_status(&mut self, position: usize, status: TaskStatus) {
        let before = std::mem::replace(&mut self.state.tasks[position].status, status);
        self.state.counts[before as usize] -= 1;
        self.state.counts[status as usize] += 1;
        self.touch(position);
    }

    /// Returns the moment that comes so much later.
    pub(crate) fn after(&self, delta: TimeDelta) -> Time {
        self.at.checked_add_signed(delta).unwrap_or(Time::MAX_UTC)
    }

    pub(crate) fn set_timer(&mut self, task: usize, purpose: Purpose, at: Time) -> TimerNumber {
        self.state.newest_timer += 1;
        let timer = self.state.newest_timer;
        self.state.timers.insert(timer, Timer { at, task, purpose });
        self.effects.push(Effect::SetTimer { timer, at });
        timer
    }

    pub(crate) fn clear_timer(&mut self, timer: TimerNumber) {
        if self.state.timers.remove(&timer).is_some() {
            self.effects.push(Effect::ClearTimer { timer });
        }
    }
}
