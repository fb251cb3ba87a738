//! Questions to people: put, answered, expired, taken back.

use expression::{Map, Target, Template, Value};
use playbook::Outcome;
use playbook::document::Choice;
use serde_json::Value as Json;
use types::{TaskStatus, Text};

use crate::attempt::evaluation;
use crate::message::{Answer, Effect, Question, QuestionKind, QuestionNumber, TaskError};
use crate::plan::{Asking, TextTemplate, Work};
use crate::refusal::{self, Refusal};
use crate::state::{Asked, Phase, Purpose, QuestionEnd};
use crate::step::Machine;

impl Machine<'_> {
    /// Puts the question of an input or approval task.
    pub(crate) fn ask(&mut self, position: usize, asking: &Asking, kind: QuestionKind) {
        let rendered = self.render_text(&asking.text).and_then(|text| {
            let assignee = asking.assignee.as_ref().map(|assignee| self.render(assignee, "assignee")).transpose()?.flatten();
            Ok((text, assignee))
        });
        let (text, assignee) = match rendered {
            Ok(rendered) => rendered,
            Err(error) => return self.fail(position, error),
        };
        let at = asking.deadline.map(|deadline| self.after(deadline.delta()));
        let question = self.put(position, text, assignee, at, kind);
        let deadline = at.map(|at| self.set_timer(position, Purpose::Deadline, at));
        let task = &mut self.state.tasks[position];
        task.attempts = 1;
        task.question = Some(question);
        task.phase = Phase::Asking { question, deadline };
        self.set_status(position, TaskStatus::Waiting);
    }

    pub(crate) fn put(
        &mut self,
        task: usize,
        text: Text,
        assignee: Option<String>,
        deadline: Option<types::Time>,
        kind: QuestionKind,
    ) -> QuestionNumber {
        let number = QuestionNumber::try_from(self.state.questions.len() + 1).unwrap_or(QuestionNumber::MAX);
        let question = Question { number, task: self.plan.tasks[task].id.clone(), text, assignee, deadline, kind };
        self.state.questions.push(Asked { task, question: question.clone(), end: None });
        self.effects.push(Effect::Ask { question });
        number
    }

    pub(crate) fn withdraw(&mut self, number: QuestionNumber) {
        self.state.questions[number as usize - 1].end = Some(QuestionEnd::Withdrawn);
        self.effects.push(Effect::Withdraw { question: number });
    }

    pub(crate) fn answered(&mut self, number: QuestionNumber, answer: &Answer, by: &str) -> Result<(), Refusal> {
        let index = (number as usize).checked_sub(1).ok_or_else(refusal::unknown_question)?;
        let asked = self.state.questions.get(index).ok_or_else(refusal::unknown_question)?;
        match &asked.end {
            Some(QuestionEnd::Answered { by, approved }) => return Err(refusal::already_answered(by, *approved)),
            Some(QuestionEnd::Expired) => return Err(refusal::question_expired()),
            Some(QuestionEnd::Withdrawn) => return Err(refusal::question_withdrawn()),
            None => {}
        }
        check(&asked.question.kind, answer)?;
        let position = asked.task;
        let approved = match answer {
            Answer::Approval { approved, .. } => Some(*approved),
            Answer::Value { .. } => None,
        };
        self.state.questions[index].end = Some(QuestionEnd::Answered { by: by.to_owned(), approved });
        self.state.tasks[position].answered_by = Some(by.into());
        self.touch(position);
        match (self.state.tasks[position].phase, answer) {
            (Phase::Gated { .. }, Answer::Approval { approved: true, .. }) => self.gate_opened(position),
            (Phase::Gated { .. }, Answer::Approval { opinion, .. }) => self.fail(position, refusal::rejected(by, opinion)),
            (Phase::Asking { deadline, .. }, _) => {
                if let Some(timer) = deadline {
                    self.clear_timer(timer);
                }
                match answer {
                    Answer::Approval { approved, opinion, .. } => self.decided(position, index, *approved, opinion, by),
                    Answer::Value { value } => self.given(position, value),
                }
            }
            // An open question belongs to a task that asks, and `check` has matched the answer to its kind.
            _ => {}
        }
        Ok(())
    }

    fn decided(&mut self, position: usize, question: usize, approved: bool, opinion: &str, by: &str) {
        if approved {
            self.release(question);
        }
        let entries = [("approved", Value::from(approved)), ("opinion", Value::from(opinion)), ("by", Value::from(by))];
        self.state.tasks[position].output = Value::map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>());
        self.done(position, if approved { Outcome::Approved } else { Outcome::Rejected });
    }

    fn given(&mut self, position: usize, value: &Json) {
        let value = Value::from_json(value);
        if let Work::Input(_, variable, _) = &self.plan.tasks[position].work {
            self.state.variables.insert(variable.clone(), value.clone());
        }
        self.succeeded(position, value);
    }

    pub(crate) fn deadline_passed(&mut self, position: usize) {
        if let Phase::Asking { question, .. } = self.state.tasks[position].phase {
            self.state.questions[question as usize - 1].end = Some(QuestionEnd::Expired);
            self.effects.push(Effect::Withdraw { question });
        }
        if self.plan.handles(position, Outcome::Expired) {
            self.done(position, Outcome::Expired);
        } else {
            self.fail(position, refusal::expired());
        }
    }

    fn render_text(&mut self, text: &TextTemplate) -> Result<Text, TaskError> {
        Ok(match text {
            TextTemplate::Plain(text) => Text::Plain(self.render(text, "question")?.unwrap_or_default()),
            TextTemplate::Localized { ko, en } => Text::Localized {
                ko: ko.as_ref().map(|text| self.render(text, "question")).transpose()?.map(Option::unwrap_or_default),
                en: en.as_ref().map(|text| self.render(text, "question")).transpose()?.map(Option::unwrap_or_default),
            },
        })
    }

    /// Returns the text; nothing when a text that is one placeholder gives null.
    fn render(&mut self, template: &Template, field: &str) -> Result<Option<String>, TaskError> {
        if let Some(text) = template.plain_text() {
            return Ok(Some(text.to_owned()));
        }
        let value = self
            .state
            .evaluate(None, |names, context| template.render(names, context, Target::Plain))
            .map_err(|error| evaluation(field, &error))?;
        Ok(value.to_text(self.state.context.zone))
    }
}

/// Tells whether an answer is one to this kind of question; a refused answer changes nothing.
fn check(kind: &QuestionKind, answer: &Answer) -> Result<(), Refusal> {
    match (kind, answer) {
        (
            QuestionKind::Approval { hash: shown, .. } | QuestionKind::Gate { hash: shown, .. },
            Answer::Approval { approved, opinion, hash },
        ) => {
            if hash.as_ref().is_some_and(|hash| hash != shown) {
                Err(refusal::other_releases())
            } else if !approved && opinion.trim().is_empty() {
                Err(refusal::opinion_missing())
            } else {
                Ok(())
            }
        }
        (QuestionKind::Boolean, Answer::Value { value: Json::Bool(_) }) => Ok(()),
        (QuestionKind::String { min_length, max_length, pattern }, Answer::Value { value: Json::String(text) }) => {
            let length = text.chars().count();
            let is_outside =
                min_length.is_some_and(|least| length < least as usize) || max_length.is_some_and(|most| length > most as usize);
            if is_outside {
                return Err(refusal::wrong_length(length, *min_length, *max_length));
            }
            // A pattern that cannot be read was refused with its document.
            let regex = pattern.as_deref().and_then(|pattern| playbook::answer_pattern(pattern).ok());
            match (regex, pattern) {
                (Some(regex), Some(pattern)) if !regex.is_match(text) => Err(refusal::wrong_form(pattern)),
                _ => Ok(()),
            }
        }
        (QuestionKind::Choice { choices, multiple }, Answer::Value { value }) => {
            let is_choice = |value: &Json| value.as_str().is_some_and(|text| choices.iter().any(|choice: &Choice| choice.value() == text));
            let is_valid = match value {
                Json::Array(values) if *multiple => {
                    let differ = (1..values.len()).all(|index| !values[..index].contains(&values[index]));
                    !values.is_empty() && differ && values.iter().all(is_choice)
                }
                value => !multiple && is_choice(value),
            };
            if is_valid {
                Ok(())
            } else if *multiple {
                Err(refusal::wrong_answer(
                    "주어진 값 가운데 하나 이상을 목록으로 고르세요.",
                    "Answer with a list of one or more of the choices.",
                ))
            } else {
                Err(refusal::wrong_answer("주어진 값 가운데 하나를 고르세요.", "Answer with one of the choices."))
            }
        }
        (QuestionKind::Boolean, _) => Err(refusal::wrong_answer("예 또는 아니오로 답하세요.", "Answer with true or false.")),
        (QuestionKind::String { .. }, _) => Err(refusal::wrong_answer("글로 답하세요.", "Answer with a text.")),
        (QuestionKind::Choice { .. }, _) => Err(refusal::wrong_answer("주어진 값 가운데에서 고르세요.", "Answer with a choice.")),
        (QuestionKind::Approval { .. } | QuestionKind::Gate { .. }, _) => {
            Err(refusal::wrong_answer("승인하거나 거부하세요.", "Approve or reject it."))
        }
    }
}
