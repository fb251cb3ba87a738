use crate::attempt::evaluation;
use crate::plan::Action;
use crate::step::Machine;

impl Machine<'_> {
    /// Renders the command, passes the gate, runs it.
    pub(crate) fn begin_action(&mut self, position: usize, action: &Action) {
        let call = match self.render_call(action) {
            Ok(call) => call,
            // What cannot be rendered now cannot be rendered a second later either: no retry.
            Err((parameter, error)) => return self.fail(position, evaluation(&format!("parameters.{parameter}"), &error)),
        };
        if self.needs_gate(position, &call) {
            self.state.tasks[position].call = Some(Box::new(call.clone()));
            self.gate(position, action, call);
        } else {
            self.state.tasks[position].call = Some(Box::new(call));
            self.attempt(position);
        }
    }
}
