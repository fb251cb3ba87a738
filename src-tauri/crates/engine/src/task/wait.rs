use chrono::TimeDelta;
use expression::{JsonTemplate, Value};

use crate::attempt::evaluation;
use crate::refusal;
use crate::state::{Phase, Purpose};
use crate::step::Machine;
use types::TaskStatus;

/// Ten years, as for every duration of a playbook.
const LONGEST_SECONDS: f64 = 3_650.0 * 86_400.0;

impl Machine<'_> {
    /// Finds out how long to wait, and waits.
    pub(crate) fn begin_wait(&mut self, position: usize, seconds: &JsonTemplate) {
        let value = match self.state.evaluate(None, |names, context| seconds.evaluate(names, context)) {
            Ok(value) => value,
            Err(error) => return self.fail(position, evaluation("seconds", &error)),
        };
        let Some(seconds) = number(&value).filter(|seconds| (0.0..=LONGEST_SECONDS).contains(seconds)) else {
            let shown = value.to_text(self.state.context.zone).unwrap_or_else(|| "null".to_owned());
            return self.fail(position, refusal::bad_wait(&shown.chars().take(80).collect::<String>()));
        };
        self.state.tasks[position].seconds = Some(seconds);
        self.attempt(position);
    }

    /// Waits once; a timeout shorter than the wait fails it.
    pub(crate) fn sleep(&mut self, position: usize) {
        let seconds = self.state.tasks[position].seconds.unwrap_or_default();
        let wait = TimeDelta::milliseconds((seconds * 1000.0).round() as i64);
        if wait.is_zero() {
            return self.succeeded(position, Value::Null);
        }
        let (purpose, delta) = match self.plan.tasks[position].timeout {
            Some(timeout) if timeout.delta() < wait => (Purpose::Timeout, timeout.delta()),
            _ => (Purpose::Wait, wait),
        };
        let until = self.after(delta);
        let timer = self.set_timer(position, purpose, until);
        self.state.tasks[position].phase = Phase::Sleeping { timer, until };
        self.set_status(position, TaskStatus::Running);
    }
}

/// A number, or a text that is one: `"{{ minutes * 60 }}"` gives a number, `"{{ minutes }}0"` a text.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Double(number) => Some(*number),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
