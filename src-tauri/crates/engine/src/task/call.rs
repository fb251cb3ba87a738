//! A call starts executions of another playbook, one per item of its list, and waits for them.
//!
//! Every execution has an invocation number of its own, so that items, attempts and late reports are never mixed up. Whatever stops a call
//! (a failed item, a timeout, the end of the execution) cancels what is open and waits for its end: nothing is left behind.

use expression::{Map, Value};
use indexmap::IndexMap;
use serde_json::Value as Json;
use types::{ExecutionStatus, TaskId, TaskStatus};

use crate::attempt::evaluation;
use crate::message::{Attempt, Effect, TaskError};
use crate::plan::{Calling, Work};
use crate::refusal::{self, Refusal};
use crate::state::{Calls, Child, Item, ItemEnd, Phase, Purpose, Stop};
use crate::step::Machine;

/// How many call tasks may stand above one another; a playbook that calls itself ends here.
pub(crate) const DEEPEST: u32 = 8;

/// The most items of one call.
pub(crate) const MOST_ITEMS: usize = 10_000;

impl Machine<'_> {
    /// Renders every item before the first one starts, so that a mistake in the last one does not leave half of the work done.
    pub(crate) fn begin_call(&mut self, position: usize, calling: &Calling) {
        if self.state.depth >= DEEPEST {
            return self.fail(position, refusal::too_deep(DEEPEST));
        }
        match self.render_items(calling) {
            Ok(items) if items.is_empty() => {
                self.state.tasks[position].attempts = 1;
                self.succeeded(position, collected(&[]));
            }
            Ok(items) => {
                self.state.tasks[position].calls = Some(Box::new(Calls { items, ..Calls::default() }));
                self.attempt(position);
            }
            Err(error) => self.fail(position, error),
        }
    }

    fn render_items(&mut self, calling: &Calling) -> Result<Vec<Item>, TaskError> {
        let Some(each) = &calling.each else {
            let inputs = self.render_inputs(calling, None)?;
            return Ok(vec![Item { value: Value::Null, inputs, end: None }]);
        };
        let list = self
            .state
            .evaluate(None, |names, context| each.list.evaluate(names, context))
            .map_err(|error| evaluation("each.in", &error))?;
        let values: Vec<Value> = match &list {
            Value::Array(items) => items.to_vec(),
            // A variable that nothing has set: there is nothing to do.
            Value::Null => Vec::new(),
            other => return Err(refusal::not_a_list(other.type_name().unwrap_or("null"))),
        };
        if values.len() > MOST_ITEMS {
            return Err(refusal::too_many_items(values.len(), MOST_ITEMS));
        }
        let mut items = Vec::with_capacity(values.len());
        for value in values {
            let inputs = self.render_inputs(calling, Some((&each.variable, &value)))?;
            items.push(Item { value, inputs, end: None });
        }
        Ok(items)
    }

    fn render_inputs(&mut self, calling: &Calling, item: Option<(&str, &Value)>) -> Result<IndexMap<String, Json>, TaskError> {
        let mut inputs = IndexMap::with_capacity(calling.inputs.len());
        for (name, template) in &calling.inputs {
            let value = self
                .state
                .evaluate_with(None, item, |names, context| template.evaluate(names, context))
                .map_err(|error| evaluation(&format!("inputs.{name}"), &error))?;
            inputs.insert(name.clone(), value.to_tagged_json(self.state.context.zone));
        }
        Ok(inputs)
    }

    /// Makes an attempt: every item that has not been done yet gets its execution.
    pub(crate) fn call(&mut self, position: usize) {
        let planned = &self.plan.tasks[position];
        let timeout = planned.timeout.map(|timeout| self.set_timer(position, Purpose::Timeout, self.after(timeout.delta())));
        let at = self.at;
        let task = &mut self.state.tasks[position];
        let number = task.attempts;
        task.history.push(Attempt { number, started_at: at, ended_at: None, error: None });
        task.phase = Phase::Calling { timeout };
        if let Some(calls) = &mut task.calls {
            calls.next = 0;
            calls.stop = None;
            for item in &mut calls.items {
                // What was done in an earlier attempt is not done again.
                item.end.take_if(|end| end.status != ExecutionStatus::Done);
            }
        }
        self.set_status(position, TaskStatus::Running);
        self.start_items(position);
    }

    /// Starts items while the concurrency allows it.
    fn start_items(&mut self, position: usize) {
        let plan = self.plan;
        let planned = &plan.tasks[position];
        let Work::Call(calling) = &planned.work else { return };
        let concurrency = calling.each.as_ref().map_or(1, |each| each.concurrency);
        loop {
            let Some(calls) = self.state.tasks[position].calls.as_deref_mut() else { return };
            if calls.stop.is_some() || calls.open.len() >= concurrency {
                return;
            }
            let Some(offset) = calls.items[calls.next..].iter().position(|item| item.end.is_none()) else {
                calls.next = calls.items.len();
                return;
            };
            let item = calls.next + offset;
            calls.next = item + 1;
            calls.newest += 1;
            let invocation = calls.newest;
            calls.open.insert(invocation, Child { item, status: ExecutionStatus::Queued, held: false, cancelled: false });
            let child = self.state.child_call(planned, position, invocation);
            self.effects.extend(child.map(|child| Effect::StartChild { child }));
        }
    }

    pub(crate) fn child_moved(&mut self, task: &TaskId, invocation: u32, status: ExecutionStatus) -> Result<(), Refusal> {
        let position = self.calling(task)?;
        let child = self.child(position, invocation).ok_or_else(refusal::stale)?;
        if child.status == status || status.is_final() {
            return Err(refusal::stale());
        }
        child.status = status;
        self.show_calling(position);
        Ok(())
    }

    pub(crate) fn child_ended(&mut self, task: &TaskId, invocation: u32, end: ItemEnd) -> Result<(), Refusal> {
        let position = self.calling(task)?;
        let plan = self.plan;
        let Work::Call(calling) = &plan.tasks[position].work else { return Err(refusal::stale()) };
        let calls = self.state.tasks[position].calls.as_deref_mut().ok_or_else(refusal::stale)?;
        let child = calls.open.remove(&invocation).ok_or_else(refusal::stale)?;
        let error = match end.status {
            ExecutionStatus::Done => None,
            ExecutionStatus::Cancelled => Some(refusal::call_cancelled(&calling.playbook, end.execution)),
            _ => Some(refusal::call_failed(&calling.playbook, end.execution, end.error.as_ref())),
        };
        calls.items[child.item].end = Some(end);
        let collects = calling.each.as_ref().is_some_and(|each| each.collect);
        match error {
            Some(error) if !collects => self.stop_calling(position, Stop::Failed(error)),
            _ => self.go_on_calling(position),
        }
        Ok(())
    }

    /// Starts what can start now, or ends the attempt when nothing is open and nothing is left; while paused it waits in the queue.
    pub(crate) fn go_on_calling(&mut self, position: usize) {
        let is_paused = self.state.paused;
        let Some(calls) = self.state.tasks[position].calls.as_deref_mut() else { return };
        let has_more = calls.stop.is_none() && calls.items[calls.next..].iter().any(|item| item.end.is_none());
        if has_more && is_paused {
            if !std::mem::replace(&mut calls.is_queued, true) {
                self.enqueue(position);
            }
        } else if has_more {
            calls.is_queued = false;
            self.start_items(position);
        } else if calls.open.is_empty() {
            return self.end_calling(position);
        }
        self.show_calling(position);
    }

    /// Starts no further item, cancels what is open, and waits for its end.
    pub(crate) fn stop_calling(&mut self, position: usize, stop: Stop) {
        let task = self.plan.tasks[position].id.clone();
        let Some(calls) = self.state.tasks[position].calls.as_deref_mut() else { return };
        // The first reason stands, but an execution that ends does not try again.
        if calls.stop.is_none() || stop == Stop::Ending {
            calls.stop = Some(stop);
        }
        calls.is_queued = false;
        for (&invocation, child) in &mut calls.open {
            if !std::mem::replace(&mut child.cancelled, true) {
                // Nothing is left to let go on when this execution is resumed.
                child.held = false;
                self.effects.push(Effect::CancelChild { task: task.clone(), invocation });
            }
        }
        let timeout = match &mut self.state.tasks[position].phase {
            Phase::Calling { timeout } => timeout.take(),
            _ => None,
        };
        if let Some(timer) = timeout {
            self.clear_timer(timer);
        }
        if self.state.tasks[position].calls.as_deref().is_some_and(|calls| calls.open.is_empty()) {
            self.end_calling(position);
        } else {
            self.show_calling(position);
        }
    }

    /// Nothing is open any more: the attempt has ended.
    fn end_calling(&mut self, position: usize) {
        let Work::Call(calling) = &self.plan.tasks[position].work else { return };
        let Some(calls) = self.state.tasks[position].calls.as_deref_mut() else { return };
        let all_done = calls.items.iter().all(|item| item.end.as_ref().is_some_and(|end| end.status == ExecutionStatus::Done));
        let stop = calls.stop.take();
        let output = match (&calling.each, calls.items.first()) {
            (None, Some(Item { end: Some(end), .. })) => end.variables.clone(),
            _ => collected(&calls.items),
        };
        match stop {
            Some(Stop::Failed(error)) if !all_done => self.attempt_failed(position, error),
            Some(Stop::Ending) if !all_done => {
                self.close_attempt(position, None);
                self.over(position, TaskStatus::Cancelled, None);
            }
            _ => {
                self.close_attempt(position, None);
                self.succeeded(position, output);
            }
        }
    }

    /// Shows the task as waiting when all that is open waits for people.
    fn show_calling(&mut self, position: usize) {
        let Some(calls) = self.state.tasks[position].calls.as_deref() else { return };
        let rests =
            |status: ExecutionStatus| matches!(status, ExecutionStatus::Waiting | ExecutionStatus::NeedsReview | ExecutionStatus::Paused);
        let is_waiting = !calls.open.is_empty() && calls.open.values().all(|child| rests(child.status) && !child.cancelled);
        let status = if is_waiting { TaskStatus::Waiting } else { TaskStatus::Running };
        if self.state.tasks[position].status != status {
            self.set_status(position, status);
        }
    }

    /// Holds what call tasks have started, because this execution is held.
    pub(crate) fn pause_children(&mut self) {
        self.each_child(|task, invocation, child| {
            let pauses = !child.cancelled && !child.held && child.status != ExecutionStatus::Paused;
            pauses.then(|| {
                child.held = true;
                Effect::PauseChild { task, invocation }
            })
        });
    }

    /// Lets go on what was held with this execution.
    pub(crate) fn resume_children(&mut self) {
        self.each_child(|task, invocation, child| std::mem::take(&mut child.held).then_some(Effect::ResumeChild { task, invocation }));
    }

    fn each_child(&mut self, mut tell: impl FnMut(TaskId, u32, &mut Child) -> Option<Effect>) {
        for (task, planned) in self.state.tasks.iter_mut().zip(&self.plan.tasks) {
            if let (Phase::Calling { .. }, Some(calls)) = (task.phase, &mut task.calls) {
                let told = calls.open.iter_mut().filter_map(|(&invocation, child)| tell(planned.id.clone(), invocation, child));
                self.effects.extend(told);
            }
        }
    }

    /// Finds the call task that waits for executions.
    fn calling(&self, task: &TaskId) -> Result<usize, Refusal> {
        let position = self.plan.position(task).ok_or_else(|| refusal::unknown_task(task))?;
        match self.state.tasks[position].phase {
            Phase::Calling { .. } => Ok(position),
            _ => Err(refusal::stale()),
        }
    }

    fn child(&mut self, position: usize, invocation: u32) -> Option<&mut Child> {
        self.state.tasks[position].calls.as_deref_mut()?.open.get_mut(&invocation)
    }
}

/// Returns `{items: [{item, execution, status, variables | error}], failed}`.
fn collected(items: &[Item]) -> Value {
    let text = |text: &str| Value::from(text);
    let entry = |item: &Item| {
        let mut fields = Map::new();
        fields.insert("item".into(), item.value.clone());
        if let Some(end) = &item.end {
            fields.insert("execution".into(), end.execution.map_or(Value::Null, |execution| Value::Int(execution.0)));
            fields.insert("status".into(), text(end.status.as_str()));
            if end.status == ExecutionStatus::Done {
                fields.insert("variables".into(), end.variables.clone());
            } else {
                let error = end.error.as_ref().map(|error| {
                    let fields = [("code", text(&error.code)), ("message", text(error.message.get(types::Language::En)))];
                    Value::map(fields.into_iter().map(|(key, value)| (key.into(), value)).collect())
                });
                fields.insert("error".into(), error.unwrap_or_default());
            }
        }
        Value::map(fields)
    };
    let failed = items.iter().filter(|item| item.end.as_ref().is_none_or(|end| end.status != ExecutionStatus::Done)).count();
    let failed = Value::Int(i64::try_from(failed).unwrap_or(i64::MAX));
    Value::map(Map::from_iter([("items".into(), Value::array(items.iter().map(entry).collect())), ("failed".into(), failed)]))
}
