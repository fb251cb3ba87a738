//! Questions put to people.

use std::collections::HashMap;

use engine::message::{Answer, Question, QuestionKind};
use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;
use types::{ExecutionId, QuestionId, Severity, Text, Time};
use wire::execution::{Answered, OpenQuestion, QuestionGroup, QuestionSummary};

use crate::column::{At, Json, Word};
use crate::error::{Error, Result, missing};
use crate::execution::{QuestionClosed, task_name};
use crate::{Reader, Writer};

/// How many questions of a group are listed.
const LISTED: usize = 100;

/// Where a question stands.
#[derive(Debug, Clone, PartialEq)]
pub enum QuestionState {
    /// Nobody has answered.
    Open,
    /// Somebody has.
    Answered(Answered),
    /// It expired, or its execution ended.
    Withdrawn,
}

/// A question with what stands around it.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionRow {
    /// What the queue says.
    pub summary: QuestionSummary,
    /// The execution.
    pub execution: ExecutionId,
    /// The question.
    pub question: Question,
    /// The playbook's name.
    pub playbook: Text,
    /// Its version.
    pub version: u32,
    /// The hash of its document; equal questions have equal documents.
    pub document: String,
    /// Where it stands.
    pub state: QuestionState,
}

fn kind_word(kind: &QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Boolean | QuestionKind::String { .. } | QuestionKind::Choice { .. } => "input",
        QuestionKind::Approval { .. } => "approval",
        QuestionKind::Gate { .. } => "gate",
    }
}

impl Writer<'_> {
    pub(crate) fn ask(&self, execution: ExecutionId, question: &Question, at: Time) -> Result<QuestionId> {
        self.db
            .prepare_cached(
                "INSERT INTO question (execution, number, task, kind, state, text, question, assignee, deadline, asked_at)
                 VALUES (?1, ?2, ?3, ?4, 'open', ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                execution.0,
                question.number,
                question.task.as_str(),
                kind_word(&question.kind),
                Json(&question.text),
                Json(question),
                question.assignee,
                question.deadline.map(At),
                At(at),
            ])?;
        Ok(QuestionId(self.db.last_insert_rowid()))
    }

    /// Ends a question; an answer to one that is not open is refused, so that of two answers one stands.
    pub(crate) fn close_question(&self, execution: ExecutionId, closed: &QuestionClosed, at: Time) -> Result<()> {
        let (state, answer, by) = match &closed.answer {
            Some((answer, by)) => ("answered", Some(Json(answer)), Some(by)),
            None => ("withdrawn", None, None),
        };
        let changed = self
            .db
            .prepare_cached(
                "UPDATE question SET state = ?3, answer = ?4, ended_by = ?5, ended_at = ?6
                 WHERE execution = ?1 AND number = ?2 AND state = 'open'",
            )?
            .execute(params![execution.0, closed.number, state, answer, by, At(at)])?;
        if changed == 0 && closed.answer.is_some() {
            let error = types::Error::new("CONFLICT", "이미 답한 질문입니다.", "The question is not open any more.")
                .hint("다시 열어 누가 무엇을 정했는지 보십시오.", "Open it again to see who decided what.");
            return Err(Error::Refused(error));
        }
        Ok(())
    }
}

const COLUMNS: &str = "q.id, q.text, q.execution, e.ticket, t.title, t.severity, q.assignee, q.asked_at, q.deadline";
const TABLES: &str = "question q JOIN execution e ON e.id = q.execution LEFT JOIN ticket t ON t.id = e.ticket";

fn summary(row: &Row<'_>) -> rusqlite::Result<QuestionSummary> {
    Ok(QuestionSummary {
        id: row.get(0)?,
        text: row.get::<_, Json<Text>>(1)?.0,
        execution: row.get(2)?,
        ticket: row.get(3)?,
        ticket_title: row.get(4)?,
        severity: row.get::<_, Option<Word<Severity>>>(5)?.map(|word| word.0),
        assignee: row.get(6)?,
        asked_at: row.get::<_, At>(7)?.0,
        deadline: row.get::<_, Option<At>>(8)?.map(|at| at.0),
    })
}

impl Reader<'_> {
    /// Returns the open questions, equal ones (same document, task and kind) grouped, most urgent first: worst severity, soonest
    /// deadline, oldest. With `operator` only what is asked of that person or of nobody.
    pub fn question_groups(&self, operator: Option<&str>) -> Result<Vec<QuestionGroup>> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {COLUMNS}, q.kind, q.task, e.document FROM {TABLES}
             WHERE q.state = 'open' AND (?1 IS NULL OR q.assignee IS NULL OR q.assignee = ?1) ORDER BY q.id"
        ))?;
        let mut groups: HashMap<(String, String, String), QuestionGroup> = HashMap::new();
        let mut rows = statement.query([operator])?;
        while let Some(row) = rows.next()? {
            let question = summary(row)?;
            let key: (String, String, String) = (row.get(11)?, row.get(10)?, row.get(9)?);
            let group = groups.entry(key).or_insert_with_key(|key| QuestionGroup {
                kind: key.2.clone(),
                questions: Vec::new(),
                count: 0,
                severity: None,
                deadline: None,
                playbook: Text::from(""),
                task: Text::from(""),
            });
            group.count += 1;
            group.severity = group.severity.max(question.severity);
            group.deadline = [group.deadline, question.deadline].into_iter().flatten().min();
            group.questions.push(question);
        }
        let mut groups = groups
            .into_iter()
            .map(|((document, task, _), mut group)| {
                let first = group.questions.first().map(|question| question.execution).unwrap_or_default();
                group.playbook = self
                    .db
                    .prepare_cached("SELECT name FROM execution WHERE id = ?1")?
                    .query_row([first], |row| Ok(row.get::<_, Json<Text>>(0)?.0))?;
                group.task = task_name(&task, &self.drawn(&document, &task)?);
                group.questions.sort_by_key(|question| (question.deadline.is_none(), question.deadline, question.id));
                group.questions.truncate(LISTED);
                Ok(group)
            })
            .collect::<Result<Vec<_>>>()?;
        groups.sort_by_key(|group| {
            let oldest = group.questions.iter().map(|question| question.id).min();
            (std::cmp::Reverse(group.severity), group.deadline.is_none(), group.deadline, oldest)
        });
        Ok(groups)
    }

    /// Returns a task as its document draws it; null where there is none.
    pub fn drawn(&self, document: &str, task: &str) -> Result<Value> {
        let drawn = self
            .db
            .prepare_cached("SELECT json_extract(text, '$.tasks.\"' || ?2 || '\"') FROM document WHERE hash = ?1")?
            .query_row([document, task], |row| Ok(row.get::<_, Option<Json<Value>>>(0)?.map(|drawn| drawn.0)))
            .optional()?;
        Ok(drawn.flatten().unwrap_or_default())
    }

    /// Returns a question with what stands around it.
    pub fn question(&self, id: QuestionId) -> Result<QuestionRow> {
        self.db
            .prepare_cached(&format!(
                "SELECT {COLUMNS}, q.question, e.name, e.version, e.document, q.state, q.answer, q.ended_by, q.ended_at FROM {TABLES} WHERE q.id = ?1"
            ))?
            .query_row([id.0], |row| {
                let answer = row.get::<_, Option<Json<Answer>>>(14)?;
                let state = match (row.get::<_, String>(13)?.as_str(), answer) {
                    ("open", _) => QuestionState::Open,
                    (_, Some(Json(answer))) => {
                        QuestionState::Answered(Answered { answer, by: row.get(15)?, at: row.get::<_, At>(16)?.0 })
                    }
                    _ => QuestionState::Withdrawn,
                };
                let summary = summary(row)?;
                Ok(QuestionRow {
                    execution: ExecutionId(summary.execution),
                    summary,
                    question: row.get::<_, Json<Question>>(9)?.0,
                    playbook: row.get::<_, Json<Text>>(10)?.0,
                    version: row.get(11)?,
                    document: row.get(12)?,
                    state,
                })
            })
            .optional()?
            .ok_or_else(|| missing("질문", "question", id))
    }

    pub(crate) fn open_questions_of(&self, execution: ExecutionId) -> Result<Vec<OpenQuestion>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, execution, question, asked_at FROM question WHERE execution = ?1 AND state = 'open' ORDER BY number",
        )?;
        let questions = statement.query_map([execution.0], |row| {
            Ok(OpenQuestion {
                id: row.get(0)?,
                execution: row.get(1)?,
                question: row.get::<_, Json<Question>>(2)?.0,
                asked_at: row.get::<_, At>(3)?.0,
            })
        })?;
        Ok(questions.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns what was answered in an execution, in order: the task, the question and the answer.
    pub fn answers(&self, execution: ExecutionId) -> Result<Vec<(String, Question, Answered)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT task, question, answer, ended_by, ended_at FROM question WHERE execution = ?1 AND state = 'answered' ORDER BY ended_at, number",
        )?;
        let answers = statement.query_map([execution.0], |row| {
            let answered = Answered { answer: row.get::<_, Json<Answer>>(2)?.0, by: row.get(3)?, at: row.get::<_, At>(4)?.0 };
            Ok((row.get(0)?, row.get::<_, Json<Question>>(1)?.0, answered))
        })?;
        Ok(answers.collect::<rusqlite::Result<_>>()?)
    }
}
