//! The life of a task: it begins, is attempted, is tried again, and ends.

use std::sync::Arc;

use expression::{EvaluationError, Value};
use playbook::Outcome;
use serde_json::Value as Json;
use types::{Seconds, TaskId, TaskStatus};

use crate::message::{Attempt, Effect, Review, TaskError};
use crate::plan::Work;
use crate::refusal::{self, Refusal};
use crate::state::{Ending, Phase, Purpose, Stop, result};
use crate::step::Machine;
use crate::task::query;

/// The pause before the second attempt where the retry does not say.
const BACKOFF: Seconds = Seconds::new(1);

/// The longest pause before an attempt, unless a vendor asks for more.
const LONGEST_BACKOFF: Seconds = Seconds::new(300);

/// The longest time a vendor can make an execution wait, so that no sum of times overflows: ten years.
const LONGEST_PAUSE: Seconds = Seconds::new(3_650 * 86_400);

impl Machine<'_> {
    /// Finds the task whose attempt is under way; anything else is a result that nothing waits for.
    pub(crate) fn in_flight(&self, task: &TaskId, attempt: u32) -> Result<usize, Refusal> {
        let position = self.plan.position(task).ok_or_else(|| refusal::unknown_task(task))?;
        let state = &self.state.tasks[position];
        match state.phase {
            Phase::InFlight { .. } if state.attempts == attempt => Ok(position),
            _ => Err(refusal::stale()),
        }
    }

    /// Begins a task that its links made ready.
    pub(crate) fn begin(&mut self, position: usize) {
        let plan = self.plan;
        let planned = &plan.tasks[position];
        self.state.begun.push(position);
        self.state.tasks[position].started_at = Some(self.at);
        self.touch(position);
        if !planned.enabled {
            self.done(position, planned.usual);
            return;
        }
        match &planned.work {
            Work::Action(action) => self.begin_action(position, action),
            Work::Branch { condition, .. } => self.run_branch(position, condition),
            Work::Formula { variable, expression, .. } => self.run_formula(position, variable, expression),
            Work::Input(asking, _, kind) => self.ask_input(position, asking, kind),
            Work::Approval(asking, actions) => self.ask_approval(position, asking, actions),
            Work::Wait { seconds } => self.begin_wait(position, seconds),
            Work::Email(email) => self.begin_email(position, email),
            Work::Call(calling) => self.begin_call(position, calling),
            Work::Query(query) => self.begin_query(position, query),
        }
    }

    /// Lets a task make its next attempt: at once, or when the execution goes on.
    pub(crate) fn clear(&mut self, position: usize) {
        self.state.tasks[position].phase = Phase::Cleared;
        self.set_status(position, TaskStatus::Running);
        if self.state.ending.is_some() {
            // What was under way before the failure is brought to its end.
            self.attempt(position);
        } else {
            self.enqueue(position);
        }
    }

    /// Makes the next attempt of a task.
    pub(crate) fn attempt(&mut self, position: usize) {
        self.state.tasks[position].attempts += 1;
        match self.plan.tasks[position].work {
            Work::Wait { .. } => self.sleep(position),
            Work::Call(_) => self.call(position),
            _ => self.run_command(position),
        }
    }

    fn run_command(&mut self, position: usize) {
        let planned = &self.plan.tasks[position];
        let task = &mut self.state.tasks[position];
        let Some(call) = task.call.as_deref().cloned() else { return };
        let attempt = task.attempts;
        // Nearly every task has one attempt.
        task.history.reserve_exact(1);
        task.history.push(Attempt { number: attempt, started_at: self.at, ended_at: None, error: None });
        self.effects.push(Effect::RunTask { task: planned.id.clone(), attempt, call });
        let timeout = planned.timeout.map(|timeout| self.set_timer(position, Purpose::Timeout, self.after(timeout.delta())));
        self.state.tasks[position].phase = Phase::InFlight { timeout };
        self.set_status(position, TaskStatus::Running);
    }

    /// Records how the attempt under way ended.
    pub(crate) fn close_attempt(&mut self, position: usize, error: Option<&TaskError>) {
        if let Phase::InFlight { timeout: Some(timer) } | Phase::Calling { timeout: Some(timer) } | Phase::Sleeping { timer, .. } =
            self.state.tasks[position].phase
        {
            self.clear_timer(timer);
        }
        let at = self.at;
        if let Some(attempt) = self.state.tasks[position].history.last_mut() {
            attempt.ended_at = Some(at);
            attempt.error = error.cloned();
        }
        self.touch(position);
    }

    /// Takes what a command gave.
    pub(crate) fn replied(&mut self, position: usize, output: &Json) {
        let output = match &self.plan.tasks[position].work {
            Work::Query(_) => query::output(output),
            _ => Ok(Value::from_json(output)),
        };
        match output {
            Ok(output) => self.succeeded(position, output),
            Err(error) => self.fail(position, error),
        }
    }

    /// Ends a task well: keeps its output and what it assigns. An assignment that fails, fails the task.
    pub(crate) fn succeeded(&mut self, position: usize, output: Value) {
        self.state.tasks[position].output = output.clone();
        self.state.tasks[position].error = None;
        let plan = self.plan;
        let assign = &plan.tasks[position].assign;
        if !assign.is_empty() {
            // All values are computed before one is set: a JSON object has no order.
            let mut values = Vec::with_capacity(assign.len());
            for (variable, program) in assign {
                match self.state.evaluate(Some(&output), |names, context| program.evaluate(names, context)) {
                    Ok(value) => values.push((variable.clone(), value)),
                    Err(error) => return self.fail(position, evaluation(&format!("assign.{variable}"), &error)),
                }
            }
            self.state.variables.extend(values);
        }
        self.done(position, Outcome::Done);
    }

    /// Ends a task with an outcome that is not `failed`.
    pub(crate) fn done(&mut self, position: usize, outcome: Outcome) {
        self.over(position, TaskStatus::Done, Some(outcome));
        self.settle(position, outcome);
    }

    /// Ends a task as failed; when no link follows that, the execution fails.
    pub(crate) fn fail(&mut self, position: usize, error: TaskError) {
        self.state.tasks[position].error = Some(Box::new(error));
        self.over(position, TaskStatus::Failed, Some(Outcome::Failed));
        let is_handled = self.plan.handles(position, Outcome::Failed);
        self.settle(position, Outcome::Failed);
        if !is_handled && self.state.ending.is_none() {
            self.state.failure = Some(position);
            self.end(Ending::Failed);
        }
    }

    pub(crate) fn over(&mut self, position: usize, status: TaskStatus, outcome: Option<Outcome>) {
        let task = &mut self.state.tasks[position];
        task.phase = Phase::Over;
        task.outcome = outcome;
        task.ended_at = Some(self.at);
        self.publish(position);
        self.set_status(position, status);
    }

    /// Lets expressions see what a task that has ended gave.
    pub(crate) fn publish(&mut self, position: usize) {
        let planned = &self.plan.tasks[position];
        let task = &self.state.tasks[position];
        if planned.is_read
            && let Value::Map(results) = &mut self.state.results
        {
            Arc::make_mut(results).insert(planned.key.clone(), result(&task.output, task.error.as_deref()));
        }
    }

    /// Tries again where the retry allows it, else fails the task.
    pub(crate) fn attempt_failed(&mut self, position: usize, error: TaskError) {
        self.close_attempt(position, Some(&error));
        let Some(pause) = self.pause_before_next(position, &error) else { return self.fail(position, error) };
        self.state.tasks[position].error = Some(Box::new(error));
        if pause.milliseconds() == 0 {
            return self.clear(position);
        }
        let until = self.after(pause.delta());
        let timer = self.set_timer(position, Purpose::Backoff, until);
        self.state.tasks[position].phase = Phase::BackingOff { timer, until };
        self.set_status(position, TaskStatus::Running);
    }

    /// Returns how long to wait before the next attempt; nothing when there is none.
    fn pause_before_next(&self, position: usize, error: &TaskError) -> Option<Seconds> {
        let retry = self.plan.tasks[position].retry.as_ref()?;
        let task = &self.state.tasks[position];
        let made = task.attempts - task.uncounted;
        if self.state.ending.is_some() || made >= retry.attempts {
            return None;
        }
        let is_named = retry.on.as_ref().map(|codes| codes.contains(&error.code));
        // After a timeout the command may still have happened; doing it twice has to be asked for by name.
        let may_repeat =
            error.code != refusal::TIMEOUT || task.facts.idempotent || matches!(self.plan.tasks[position].work, Work::Wait { .. });
        if !is_named.unwrap_or(may_repeat) {
            return None;
        }
        let first = retry.backoff.unwrap_or(BACKOFF).milliseconds();
        let doubled = first.saturating_mul(1_i64.checked_shl(made.saturating_sub(1).min(40)).unwrap_or(i64::MAX));
        let asked = error.retry_after_ms.unwrap_or(0).clamp(0, LONGEST_PAUSE.milliseconds());
        Some(Seconds::from_milliseconds(doubled.min(LONGEST_BACKOFF.milliseconds()).max(asked)))
    }

    pub(crate) fn timed_out(&mut self, position: usize) {
        let planned = &self.plan.tasks[position];
        if let Phase::Calling { timeout } = &mut self.state.tasks[position].phase {
            *timeout = None;
            // What its executions have under way is recorded before the attempt counts as failed.
            let milliseconds = planned.timeout.map_or(0, Seconds::milliseconds);
            return self.stop_calling(position, Stop::Failed(refusal::timeout(milliseconds)));
        }
        if matches!(self.state.tasks[position].phase, Phase::InFlight { .. }) {
            self.effects.push(Effect::Abandon { task: planned.id.clone(), attempt: self.state.tasks[position].attempts });
        }
        let milliseconds = planned.timeout.map_or(0, Seconds::milliseconds);
        self.attempt_failed(position, refusal::timeout(milliseconds));
    }

    /// The program died while an attempt was under way.
    pub(crate) fn interrupted(&mut self, position: usize) {
        let error = refusal::interrupted();
        self.close_attempt(position, Some(&error));
        if self.state.ending == Some(Ending::Cancelled) {
            self.state.tasks[position].error = Some(Box::new(error));
            self.over(position, TaskStatus::Cancelled, None);
        } else if self.state.tasks[position].facts.idempotent {
            self.state.tasks[position].uncounted += 1;
            self.clear(position);
        } else {
            self.state.tasks[position].error = Some(Box::new(error));
            self.state.tasks[position].phase = Phase::Reviewed;
            self.set_status(position, TaskStatus::NeedsReview);
        }
    }

    pub(crate) fn reviewed(&mut self, task: &TaskId, decision: &Review, by: &str) -> Result<(), Refusal> {
        let position = self.plan.position(task).ok_or_else(|| refusal::unknown_task(task))?;
        let state = &mut self.state.tasks[position];
        if state.phase != Phase::Reviewed {
            return Err(refusal::already_reviewed(state.answered_by.as_deref()));
        }
        state.answered_by = Some(by.into());
        match decision {
            Review::Happened { output } => self.replied(position, output),
            Review::Again => {
                state.uncounted += 1;
                self.clear(position);
            }
            Review::Fail => self.fail(position, refusal::review_failed(by)),
        }
        Ok(())
    }
}

/// Returns the failure of a task whose expression could not be evaluated.
pub(crate) fn evaluation(field: &str, error: &EvaluationError) -> TaskError {
    TaskError::new(error.code(), error.message().map(|message| format!("{field}: {message}")))
}
