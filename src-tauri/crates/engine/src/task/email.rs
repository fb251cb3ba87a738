use expression::{Target, Template, Value};
use playbook::document::BodyFormat;
use serde_json::{Map, Value as Json, json};

use crate::attempt::evaluation;
use crate::message::{CommandCall, TaskError};
use crate::plan::Email;
use crate::refusal;
use crate::step::Machine;

impl Machine<'_> {
    /// Renders a mail and sends it through the app `smtp`.
    pub(crate) fn begin_email(&mut self, position: usize, email: &Email) {
        match self.render_email(email) {
            Ok(call) => {
                self.state.tasks[position].call = Some(Box::new(call));
                self.attempt(position);
            }
            Err(error) => self.fail(position, error),
        }
    }

    fn render_email(&mut self, email: &Email) -> Result<CommandCall, TaskError> {
        let mut parameters = Map::new();
        let to = self.addresses(&email.to, "to")?;
        if to.is_empty() {
            return Err(refusal::nobody_to_send_to());
        }
        parameters.insert("to".to_owned(), json!(to));
        if let Some(cc) = &email.cc {
            parameters.insert("cc".to_owned(), json!(self.addresses(cc, "cc")?));
        }
        let language = self.state.language;
        let target = match email.format {
            BodyFormat::Text => Target::Plain,
            BodyFormat::Markdown => Target::Markdown,
            BodyFormat::Html => Target::Html,
        };
        parameters.insert("subject".to_owned(), Json::String(self.mail_text(email.subject.get(language), "subject", Target::Plain)?));
        parameters.insert("body".to_owned(), Json::String(self.mail_text(email.body.get(language), "body", target)?));
        parameters.insert("format".to_owned(), json!(email.format));
        Ok(CommandCall { app: "smtp".to_owned(), connection: email.connection.clone(), command: "send".to_owned(), parameters })
    }

    /// One address, several in one text, or a list of either.
    fn addresses(&mut self, template: &expression::JsonTemplate, field: &str) -> Result<Vec<String>, TaskError> {
        let value =
            self.state.evaluate(None, |names, context| template.evaluate(names, context)).map_err(|error| evaluation(field, &error))?;
        let mut addresses = Vec::new();
        let mut add = |value: &Value| {
            let text = value.to_text(self.state.context.zone).unwrap_or_default();
            let single = text.split([',', ';']).map(str::trim).filter(|address| !address.is_empty());
            addresses.extend(single.map(str::to_owned));
        };
        match &value {
            Value::Array(items) => items.iter().for_each(&mut add),
            single => add(single),
        }
        Ok(addresses)
    }

    fn mail_text(&mut self, template: Option<&Template>, field: &str, target: Target) -> Result<String, TaskError> {
        let Some(template) = template else { return Ok(String::new()) };
        if let Some(text) = template.plain_text() {
            return Ok(text.to_owned());
        }
        let rendered = self
            .state
            .evaluate(None, |names, context| template.render(names, context, target))
            .map_err(|error| evaluation(field, &error))?;
        Ok(rendered.to_text(self.state.context.zone).unwrap_or_default())
    }
}
