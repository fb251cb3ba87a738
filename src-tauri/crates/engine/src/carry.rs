//! Running an execution again: what of it can be taken over, and taking it over.

use expression::Value;
use playbook::Outcome;
use types::{TaskId, TaskStatus};

use crate::attempt::evaluation;
use crate::message::{Carried, CommandCall};
use crate::plan::{Plan, Work};
use crate::state::{Phase, State};
use crate::step::Machine;

/// Returns the recorded results that a re-run from a task takes over, in the order in which the tasks ended.
///
/// `ran` with `state` is the execution that has ended, `plan` what runs again; they may be versions of one playbook. Taken over is every
/// task that the links of `plan` reach by what is taken over before it, that was done or failed in a way that a link handles, and that
/// does not come after `from` or after another task that has to run. Without `from` nothing is taken over.
pub fn carry(plan: &Plan, ran: &Plan, state: &State, from: Option<&TaskId>) -> Vec<Carried> {
    let Some(from) = from else { return Vec::new() };
    let mut carried: Vec<(usize, Carried)> = Vec::new();
    for (position, fate) in fates(plan, ran, state, from).into_iter().enumerate() {
        let id = &plan.tasks[position].id;
        let (Fate::Carried(_), Some(before), Some(mut run)) = (fate, ran.position(id), state.task_run(ran, id)) else { continue };
        run.output = serde_json::Value::Null;
        run.until = None;
        let rank = state.begun.iter().position(|&begun| begun == before).unwrap_or(usize::MAX);
        carried.push((rank, Carried { run, output: state.tasks[before].output.to_tagged_json(state.context.zone) }));
    }
    carried.sort_by_key(|(rank, carried)| (carried.run.ended_at, *rank));
    carried.into_iter().map(|(_, carried)| carried).collect()
}

/// What a re-run does with a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It runs, if the links before it say so.
    Again,
    /// Its result is taken over.
    Carried(Outcome),
    /// What is taken over before it does not lead to it.
    Skipped,
}

/// Decides in the order of the links; a task that is part of a cycle is never reached and would run.
fn fates(plan: &Plan, ran: &Plan, state: &State, from: &TaskId) -> Vec<Fate> {
    let mut fates = vec![Fate::Again; plan.tasks.len()];
    let mut open: Vec<u32> = plan.tasks.iter().map(|task| task.incoming).collect();
    let mut fired = vec![false; plan.tasks.len()];
    let mut after_again = vec![false; plan.tasks.len()];
    let mut next: Vec<usize> = (0..plan.tasks.len()).filter(|&position| open[position] == 0).collect();
    for &link in &plan.first {
        let to = plan.links[link].to;
        fired[to] = true;
        open[to] -= 1;
        if open[to] == 0 {
            next.push(to);
        }
    }
    while let Some(position) = next.pop() {
        let result = result_of(plan, ran, state, position).filter(|_| plan.tasks[position].id != *from);
        fates[position] = match result {
            _ if after_again[position] => Fate::Again,
            _ if !fired[position] => Fate::Skipped,
            Some(outcome) => Fate::Carried(outcome),
            None => Fate::Again,
        };
        for &link in &plan.tasks[position].outgoing {
            let to = plan.links[link].to;
            match fates[position] {
                Fate::Again => after_again[to] = true,
                Fate::Carried(outcome) => fired[to] |= plan.links[link].outcome == outcome,
                Fate::Skipped => {}
            }
            open[to] -= 1;
            if open[to] == 0 {
                next.push(to);
            }
        }
    }
    fates
}

/// Returns the outcome of a task that can be taken over: done, or failed where a link follows that.
fn result_of(plan: &Plan, ran: &Plan, state: &State, position: usize) -> Option<Outcome> {
    let task = &plan.tasks[position];
    let before = ran.position(&task.id)?;
    let is_usable = match state.tasks[before].status {
        TaskStatus::Done => true,
        TaskStatus::Failed => plan.handles(position, Outcome::Failed),
        TaskStatus::Pending
        | TaskStatus::Running
        | TaskStatus::Waiting
        | TaskStatus::Skipped
        | TaskStatus::Cancelled
        | TaskStatus::NeedsReview => false,
    };
    let is_same_work = ran.tasks[before].word == task.word && ran.tasks[before].enabled == task.enabled;
    state.tasks[before].outcome.filter(|_| is_usable && is_same_work)
}

impl State {
    /// Returns the command that a task sent last, for a re-run that shows what it would repeat.
    pub fn sent(&self, plan: &Plan, task: &TaskId) -> Option<&CommandCall> {
        let state = &self.tasks[plan.position(task)?];
        state.call.as_deref().filter(|_| state.attempts > 0)
    }
}

impl Machine<'_> {
    /// Puts recorded results in their tasks' place, before any link is decided. Releases are not taken over: what acts on a device asks
    /// again.
    pub(crate) fn carry(&mut self, carried: &[Carried]) {
        for Carried { run, output } in carried {
            let Some(position) = self.plan.position(&run.id) else { continue };
            let task = &mut self.state.tasks[position];
            if task.phase != Phase::Idle || !run.status.is_final() {
                continue;
            }
            task.phase = Phase::Over;
            task.attempts = run.attempts;
            task.started_at = run.started_at;
            task.ended_at = run.ended_at;
            task.output = Value::from_tagged_json(output);
            task.outcome = run.outcome;
            task.error = run.error.clone().map(Box::new);
            task.history = run.history.clone();
            task.answered_by = run.answered_by.as_deref().map(Into::into);
            task.carried = Some(Box::new(run.input.clone()));
            self.state.begun.push(position);
            self.set_status(position, run.status);
        }
    }

    /// Sets what the tasks that were taken over had set, and decides the links that leave them.
    pub(crate) fn settle_carried(&mut self, carried: &[Carried]) {
        for Carried { run, .. } in carried {
            let Some(position) = self.plan.position(&run.id) else { continue };
            if self.state.tasks[position].carried.is_none() || self.state.ending.is_some() {
                continue;
            }
            self.publish(position);
            if run.status == TaskStatus::Done
                && let Err(error) = self.assign_carried(position)
            {
                self.fail(position, error);
                continue;
            }
            if let Some(outcome) = run.outcome {
                self.settle(position, outcome);
            }
        }
    }

    fn assign_carried(&mut self, position: usize) -> Result<(), crate::message::TaskError> {
        let plan = self.plan;
        let planned = &plan.tasks[position];
        let output = self.state.tasks[position].output.clone();
        if !planned.enabled {
            return Ok(());
        }
        match &planned.work {
            Work::Formula { variable, .. } | Work::Input(_, variable, _) if self.state.tasks[position].outcome == Some(Outcome::Done) => {
                self.state.variables.insert(variable.clone(), output);
            }
            _ => {
                for (variable, program) in &planned.assign {
                    let value = self
                        .state
                        .evaluate(Some(&output), |names, context| program.evaluate(names, context))
                        .map_err(|error| evaluation(&format!("assign.{variable}"), &error))?;
                    self.state.variables.insert(variable.clone(), value);
                }
            }
        }
        Ok(())
    }
}
