//! The gate before destructive commands (DESIGN.md, section 5).
//!
//! A destructive command runs when an approval released this very call, when a person opens the gate for it, or when the
//! playbook may act alone.

use expression::EvaluationError;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use types::{Language, TaskStatus, Text};

use crate::message::{CommandCall, QuestionKind, Release};
use crate::plan::{Action, Work};
use crate::state::Phase;
use crate::step::Machine;

impl Machine<'_> {
    /// Returns the destructive commands among `actions` that have not begun, with their parameters as they stand.
    pub(crate) fn releases(&mut self, actions: &[usize]) -> Vec<Release> {
        let plan = self.plan;
        let mut releases = Vec::new();
        for &position in actions {
            let task = &self.state.tasks[position];
            if let (Work::Action(action), true, TaskStatus::Pending) = (&plan.tasks[position].work, task.facts.destructive, task.status) {
                releases.push(Release { task: plan.tasks[position].id.clone(), call: self.call_as_it_stands(action) });
            }
        }
        releases
    }

    /// A parameter that cannot be rendered yet is shown as it is written; its command then asks again before it runs.
    fn call_as_it_stands(&mut self, action: &Action) -> CommandCall {
        let mut parameters = serde_json::Map::new();
        for (name, written, template) in &action.parameters {
            let rendered = self.state.evaluate(None, |names, context| template.evaluate(names, context));
            parameters.insert(name.clone(), rendered.map_or_else(|_| written.clone(), |value| value.to_json(self.state.context.zone)));
        }
        call(action, parameters)
    }

    /// Renders the command of an action; the error comes with the parameter it is about.
    pub(crate) fn render_call(&mut self, action: &Action) -> Result<CommandCall, (String, EvaluationError)> {
        let mut parameters = serde_json::Map::new();
        for (name, _, template) in &action.parameters {
            let value =
                self.state.evaluate(None, |names, context| template.evaluate(names, context)).map_err(|error| (name.clone(), error))?;
            parameters.insert(name.clone(), value.to_json(self.state.context.zone));
        }
        Ok(call(action, parameters))
    }

    pub(crate) fn needs_gate(&self, position: usize, call: &CommandCall) -> bool {
        self.state.tasks[position].facts.destructive
            && !self.state.act_alone
            && !self.state.released.iter().any(|(released, same)| *released == position && same == call)
    }

    pub(crate) fn gate(&mut self, position: usize, action: &Action, call: CommandCall) {
        let name = |language| action.name.get(language);
        let text = Text::both(
            format!("승인되지 않은 명령입니다. 실행할까요? {}", name(Language::Ko)),
            format!("No approval covers this command. Run it? {}", name(Language::En)),
        );
        let releases = vec![Release { task: self.plan.tasks[position].id.clone(), call }];
        let hash = hash(&releases);
        let question = self.put(position, text, None, None, QuestionKind::Gate { releases, hash });
        self.state.tasks[position].phase = Phase::Gated { question };
        self.set_status(position, TaskStatus::Waiting);
    }

    pub(crate) fn gate_opened(&mut self, position: usize) {
        self.clear(position);
    }

    /// Remembers what the approval of a question released.
    pub(crate) fn release(&mut self, question: usize) {
        if let QuestionKind::Approval { releases, .. } = &self.state.questions[question].question.kind {
            let released = releases.iter().filter_map(|release| Some((self.plan.position(&release.task)?, release.call.clone())));
            self.state.released.extend(released);
        }
    }
}

fn call(action: &Action, parameters: serde_json::Map<String, Json>) -> CommandCall {
    CommandCall { app: action.app.clone(), connection: action.connection.clone(), command: action.command.clone(), parameters }
}

/// Returns the SHA-256 of the list as canonical JSON: keys sorted, no spaces.
pub(crate) fn hash(releases: &[Release]) -> String {
    let mut text = String::new();
    // A release holds texts and JSON only, so it always serialises.
    canonical(&serde_json::to_value(releases).unwrap_or_default(), &mut text);
    hex::encode(Sha256::digest(text))
}

fn canonical(json: &Json, out: &mut String) {
    match json {
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        Json::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Json::from(key.as_str()).to_string());
                out.push(':');
                canonical(value, out);
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}
