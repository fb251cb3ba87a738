use std::sync::Arc;

use expression::Program;
use playbook::Outcome;

use crate::attempt::evaluation;
use crate::step::Machine;

impl Machine<'_> {
    /// Evaluates an expression into a variable.
    pub(crate) fn run_formula(&mut self, position: usize, variable: &Arc<str>, expression: &Program) {
        self.state.tasks[position].attempts = 1;
        match self.state.evaluate(None, |names, context| expression.evaluate(names, context)) {
            Ok(value) => {
                self.state.variables.insert(variable.clone(), value.clone());
                self.state.tasks[position].output = value;
                self.done(position, Outcome::Done);
            }
            Err(error) => self.fail(position, evaluation("expression", &error)),
        }
    }
}
