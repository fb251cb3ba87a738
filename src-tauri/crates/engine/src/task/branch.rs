use expression::{Program, Value, as_condition};
use playbook::Outcome;

use crate::attempt::evaluation;
use crate::step::Machine;

impl Machine<'_> {
    /// Evaluates a condition: null takes `false`, anything but true, false and null fails.
    pub(crate) fn run_branch(&mut self, position: usize, condition: &Program) {
        self.state.tasks[position].attempts = 1;
        let decided = self.state.evaluate(None, |names, context| condition.evaluate(names, context)).and_then(|value| as_condition(&value));
        match decided {
            Ok(holds) => {
                self.state.tasks[position].output = Value::Bool(holds);
                self.done(position, if holds { Outcome::True } else { Outcome::False });
            }
            Err(error) => self.fail(position, evaluation("condition", &error)),
        }
    }
}
