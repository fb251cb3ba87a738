//! Executions: their journal, and the projections that lists and screens read.

use engine::message::{Answer, Event, Question, TaskRun, What};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use serde_json::{Map, Value};
use types::{ExecutionId, ExecutionStatus, QuestionId, TaskId, TaskStatus, Text, TicketId, Time};
use wire::execution::{
    CurrentTask, ExecutionDetail, ExecutionPage, ExecutionSummary, LinkState, ListExecutions, LogEntry, ReviewItem, TransitionLog,
};
use wire::playbook::Document;

use crate::column::{At, Json, Word};
use crate::error::{Error, Result, missing};
use crate::{Reader, Writer};

/// Inputs and outputs longer than this are cut to a preview in [`Reader::execution`].
const PREVIEW: usize = 64 * 1024;

/// A new execution, queued.
#[derive(Debug, Clone)]
pub struct NewExecution {
    /// The playbook's id.
    pub playbook: String,
    /// Its version; 0 for a draft or a file.
    pub version: u32,
    /// The document's hash, of [`Writer::keep_document`].
    pub document: String,
    /// What people call the playbook.
    pub name: Text,
    /// What started it: `person`, `ticket` or `sample`.
    pub trigger: String,
    /// The ticket it belongs to.
    pub ticket: Option<TicketId>,
    /// The inputs by name, tagged JSON.
    pub input: Map<String, Value>,
    /// Who started it.
    pub started_by: String,
    /// When.
    pub queued_at: Time,
    /// Whether it came with the sample.
    pub sample: bool,
}

/// What the host needs to run an execution.
#[derive(Debug, Clone)]
pub struct ExecutionRow {
    /// Its number.
    pub id: ExecutionId,
    /// The playbook's id.
    pub playbook: String,
    /// Its version; 0 for a draft or a file.
    pub version: u32,
    /// The document's hash.
    pub document: String,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// The ticket it belongs to.
    pub ticket: Option<TicketId>,
    /// The inputs by name, tagged JSON.
    pub input: Map<String, Value>,
    /// Who started it.
    pub started_by: String,
    /// The last sequence number of its journal; 0 before the first event.
    pub sequence: i64,
    /// Whether "stop all actions" holds it.
    pub held: bool,
    /// The error that failed it, or the newest failed task's.
    pub error_code: Option<String>,
    /// Whether it came with the sample.
    pub sample: bool,
}

/// Events with what they changed: one job, before any effect.
#[derive(Debug, Clone)]
pub struct Append {
    /// The execution.
    pub execution: ExecutionId,
    /// The last sequence number that the caller knows; another one means that somebody else appended.
    pub sequence: i64,
    /// The events, in order.
    pub events: Vec<Event>,
    /// The task runs that changed.
    pub tasks: Vec<TaskRun>,
    /// Where the execution stands now.
    pub status: ExecutionStatus,
    /// The task it is at.
    pub current_task: Option<TaskId>,
    /// The error that failed it, or the newest failed task's.
    pub error_code: Option<String>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// The inputs by name, tagged JSON, when it starts: a ticket's number has become the ticket.
    pub input: Option<Map<String, Value>>,
    /// The variables, plain JSON, when they changed.
    pub variables: Option<Map<String, Value>>,
    /// The links' fates, when they changed.
    pub links: Option<Vec<LinkState>>,
    /// The questions that were asked.
    pub asked: Vec<Question>,
    /// The questions that were answered or withdrawn.
    pub closed: Vec<QuestionClosed>,
    /// The timers that were set.
    pub timers_set: Vec<(u32, Time)>,
    /// The timers that fired or were cleared.
    pub timers_gone: Vec<u32>,
    /// Whether "stop all actions" holds it.
    pub held: bool,
}

/// The end of a question.
#[derive(Debug, Clone)]
pub struct QuestionClosed {
    /// Its number inside the execution.
    pub number: u32,
    /// The answer and who gave it; none when the question was withdrawn.
    pub answer: Option<(Answer, String)>,
}

/// What an append gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The last sequence number of the journal now.
    pub sequence: i64,
    /// The global numbers of the questions asked, in order.
    pub questions: Vec<QuestionId>,
}

impl Writer<'_> {
    /// Queues an execution and returns its number.
    pub fn queue_execution(&self, new: &NewExecution) -> Result<ExecutionId> {
        self.db
            .prepare_cached(
                "INSERT INTO execution (playbook, version, document, name, status, trigger, ticket, input, started_by, queued_at, sample)
                 VALUES (?1, ?2, ?3, ?4, 'queued', ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                new.playbook,
                new.version,
                new.document,
                Json(&new.name),
                new.trigger,
                new.ticket.map(|ticket| ticket.0),
                Json(&new.input),
                new.started_by,
                At(new.queued_at),
                new.sample,
            ])?;
        Ok(ExecutionId(self.db.last_insert_rowid()))
    }

    /// Appends events to an execution's journal and brings its projections up to date.
    pub fn append(&self, append: &Append) -> Result<Appended> {
        let id = append.execution.0;
        let first = append.events.iter().find(|event| matches!(event.what, What::Started { .. })).map(|event| At(event.at));
        let last = append.sequence + i64::try_from(append.events.len()).unwrap_or(i64::MAX);
        let changed = self
            .db
            .prepare_cached(
                "UPDATE execution SET sequence = ?2, status = ?3, current_task = ?4, error_code = ?5, ended_at = ?6,
                   started_at = coalesce(started_at, ?7), variables = coalesce(?8, variables), links = coalesce(?9, links), held = ?10,
                   input = coalesce(?12, input)
                 WHERE id = ?1 AND sequence = ?11",
            )?
            .execute(params![
                id,
                last,
                append.status.as_str(),
                append.current_task.as_ref().map(TaskId::as_str),
                append.error_code,
                append.ended_at.map(At),
                first,
                append.variables.as_ref().map(Json),
                append.links.as_ref().map(Json),
                append.held,
                append.sequence,
                append.input.as_ref().map(Json),
            ])?;
        if changed == 0 {
            return Err(Error::Refused(moved_on(append.execution)));
        }
        let mut journal = self.db.prepare_cached("INSERT INTO journal (execution, sequence, at, event) VALUES (?1, ?2, ?3, ?4)")?;
        for (sequence, event) in (append.sequence + 1..).zip(&append.events) {
            journal.execute(params![id, sequence, At(event.at), Json(event)])?;
        }
        let mut run = self.db.prepare_cached(
            "INSERT INTO task_run (execution, task, status, ended_at, run) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET status = excluded.status, ended_at = excluded.ended_at, run = excluded.run",
        )?;
        for task in &append.tasks {
            run.execute(params![id, task.id.as_str(), task.status.as_str(), task.ended_at.map(At), Json(task)])?;
        }
        let at = append.events.last().map(|event| event.at).unwrap_or_default();
        let questions = append.asked.iter().map(|question| self.ask(append.execution, question, at)).collect::<Result<_>>()?;
        for closed in &append.closed {
            self.close_question(append.execution, closed, at)?;
        }
        for timer in &append.timers_gone {
            self.db.prepare_cached("DELETE FROM timer WHERE execution = ?1 AND timer = ?2")?.execute(params![id, timer])?;
        }
        for (timer, at) in &append.timers_set {
            self.db.prepare_cached("INSERT OR REPLACE INTO timer (execution, timer, at) VALUES (?1, ?2, ?3)")?.execute(params![
                id,
                timer,
                At(*at)
            ])?;
        }
        Ok(Appended { sequence: last, questions })
    }

    /// Ends an execution that never started; false when it has started meanwhile.
    pub fn cancel_queued(&self, id: ExecutionId, at: Time) -> Result<bool> {
        let changed = self
            .db
            .prepare_cached(
                "UPDATE execution SET status = 'cancelled', ended_at = ?2 WHERE id = ?1 AND status = 'queued' AND sequence = 0",
            )?
            .execute(params![id.0, At(at)])?;
        Ok(changed > 0)
    }

    /// Ends an execution whose document cannot run, such as one with errors.
    pub fn fail_queued(&self, id: ExecutionId, code: &str, at: Time) -> Result<()> {
        self.db
            .prepare_cached("UPDATE execution SET status = 'failed', error_code = ?2, ended_at = ?3 WHERE id = ?1 AND status = 'queued'")?
            .execute(params![id.0, code, At(at)])?;
        Ok(())
    }
}

fn moved_on(execution: ExecutionId) -> types::Error {
    types::Error::new(
        "CONFLICT",
        format!("실행 {execution}이(가) 그 사이에 바뀌었습니다."),
        format!("Execution {execution} has moved on meanwhile."),
    )
    .hint("다시 열어 확인하십시오.", "Open it again and look.")
    .target(execution.to_string())
}

const SUMMARY: &str = "SELECT e.id, e.playbook, e.name, e.version, e.status, e.trigger, e.ticket, t.title, e.current_task, e.error_code,
    e.queued_at, e.started_at, e.ended_at, e.started_by,
    (SELECT json_extract(d.text, '$.tasks.\"' || e.current_task || '\".name') FROM document d WHERE e.current_task IS NOT NULL AND d.hash = e.document)
  FROM execution e LEFT JOIN ticket t ON t.id = e.ticket";

fn summary(row: &Row<'_>) -> rusqlite::Result<ExecutionSummary> {
    let current: Option<String> = row.get(8)?;
    // json_extract gives a plain text bare and an object as JSON.
    let current_name = match row.get_ref(14)? {
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text);
            if text.starts_with('{') { serde_json::from_str(&text).ok() } else { Some(Text::Plain(text.into_owned())) }
        }
        _ => None,
    };
    Ok(ExecutionSummary {
        id: row.get(0)?,
        playbook: row.get(1)?,
        name: row.get::<_, Json<Text>>(2)?.0,
        version: row.get(3)?,
        status: row.get::<_, Word<ExecutionStatus>>(4)?.0,
        trigger: row.get(5)?,
        ticket: row.get(6)?,
        ticket_title: row.get(7)?,
        current_task: current.map(|id| CurrentTask { name: current_name.unwrap_or_else(|| Text::from(id.as_str())), id }),
        error_code: row.get(9)?,
        queued_at: row.get::<_, At>(10)?.0,
        started_at: row.get::<_, Option<At>>(11)?.map(|at| at.0),
        ended_at: row.get::<_, Option<At>>(12)?.map(|at| at.0),
        started_by: row.get(13)?,
    })
}

impl Reader<'_> {
    /// Returns a page of executions, newest first, with the number of all that match.
    pub fn executions(&self, list: &ListExecutions) -> Result<ExecutionPage> {
        let mut conditions = Vec::new();
        let mut values: Vec<Sql> = Vec::new();
        if let Some(playbook) = &list.playbook {
            conditions.push("e.playbook = ?".to_owned());
            values.push(playbook.clone().into());
        }
        if let Some(ticket) = list.ticket {
            conditions.push("e.ticket = ?".to_owned());
            values.push(ticket.into());
        }
        if let Some(statuses) = &list.status {
            conditions.push(format!("e.status IN ({})", crate::ticket::marks(statuses.len())));
            values.extend(statuses.iter().map(|status| Sql::from(status.as_str().to_owned())));
        }
        let search = list.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if let Some(text) = search {
            conditions
                .push("(e.name LIKE ? ESCAPE '\\' OR e.playbook LIKE ? ESCAPE '\\' OR t.title LIKE ? ESCAPE '\\' OR e.id = ?)".to_owned());
            let pattern = crate::ticket::contains(text);
            values.extend([pattern.clone().into(), pattern.clone().into(), pattern.into()]);
            values.push(text.parse::<ExecutionId>().map_or(Sql::Null, |id| id.0.into()));
        }
        let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        // The join costs a look-up per row, and only a search needs it for counting.
        let from = if search.is_some() { "execution e LEFT JOIN ticket t ON t.id = e.ticket" } else { "execution e" };
        let total = self
            .db
            .prepare_cached(&format!("SELECT count(*) FROM {from}{filter}"))?
            .query_row(params_from_iter(&values), |row| row.get(0))?;
        values.push(list.limit.unwrap_or(200).min(1000).into());
        values.push(list.offset.unwrap_or(0).into());
        let executions = self
            .db
            .prepare_cached(&format!("{SUMMARY}{filter} ORDER BY e.id DESC LIMIT ? OFFSET ?"))?
            .query_map(params_from_iter(&values), summary)?
            .collect::<rusqlite::Result<_>>()?;
        Ok(ExecutionPage { executions, total })
    }

    /// Returns an execution as the list shows it.
    pub fn execution_summary(&self, id: ExecutionId) -> Result<ExecutionSummary> {
        self.db
            .prepare_cached(&format!("{SUMMARY} WHERE e.id = ?1"))?
            .query_row([id.0], summary)
            .optional()?
            .ok_or_else(|| missing("실행", "execution", id))
    }

    /// Returns an execution whole: every task of its document, in the document's order.
    pub fn execution(&self, id: ExecutionId) -> Result<ExecutionDetail> {
        let summary = self.execution_summary(id)?;
        let (text, variables, links, input) = self
            .db
            .prepare_cached(
                "SELECT d.text, e.variables, e.links, e.input FROM execution e JOIN document d ON d.hash = e.document WHERE e.id = ?1",
            )?
            .query_row([id.0], |row| {
                Ok((
                    row.get::<_, Json<Value>>(0)?.0,
                    row.get::<_, Json<Map<String, Value>>>(1)?.0,
                    row.get::<_, Json<Vec<LinkState>>>(2)?.0,
                    row.get::<_, Json<Map<String, Value>>>(3)?.0,
                ))
            })?;
        let mut runs: std::collections::HashMap<String, TaskRun> =
            self.task_runs(id)?.into_iter().map(|run| (run.id.to_string(), run)).collect();
        let mut truncated = Vec::new();
        let mut tasks = Vec::new();
        if let Some(drawn) = text.get("tasks").and_then(Value::as_object) {
            for (task, drawn) in drawn {
                let mut run = runs.remove(task).unwrap_or_else(|| not_started(task, drawn, summary.status));
                let cut = [cut(&mut run.input), cut(&mut run.output)];
                if cut.contains(&true) {
                    truncated.push(task.clone());
                }
                tasks.push(run);
            }
        }
        let drawn_links = text.get("links").and_then(Value::as_array).map_or(0, Vec::len);
        let links = if links.len() == drawn_links { links } else { vec![LinkState::Open; drawn_links] };
        let input = input.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
        let questions = self.open_questions_of(id)?;
        Ok(ExecutionDetail { summary, document: Document(text), tasks, links, variables, input, truncated, questions })
    }

    /// Returns the task runs that have started, in no order, nothing cut.
    pub fn task_runs(&self, id: ExecutionId) -> Result<Vec<TaskRun>> {
        let mut statement = self.db.prepare_cached("SELECT run FROM task_run WHERE execution = ?1")?;
        let runs = statement.query_map([id.0], |row| Ok(row.get::<_, Json<TaskRun>>(0)?.0))?.collect::<rusqlite::Result<_>>()?;
        Ok(runs)
    }

    /// Returns what the host needs to run an execution.
    pub fn execution_row(&self, id: ExecutionId) -> Result<ExecutionRow> {
        self.db
            .prepare_cached(
                "SELECT playbook, version, document, status, ticket, input, started_by, sequence, held, sample, error_code FROM execution WHERE id = ?1",
            )?
            .query_row([id.0], |row| {
                Ok(ExecutionRow {
                    id,
                    playbook: row.get(0)?,
                    version: row.get(1)?,
                    document: row.get(2)?,
                    status: row.get::<_, Word<ExecutionStatus>>(3)?.0,
                    ticket: row.get::<_, Option<i64>>(4)?.map(TicketId),
                    input: row.get::<_, Json<Map<String, Value>>>(5)?.0,
                    started_by: row.get(6)?,
                    sequence: row.get(7)?,
                    held: row.get(8)?,
                    sample: row.get(9)?,
                    error_code: row.get(10)?,
                })
            })
            .optional()?
            .ok_or_else(|| missing("실행", "execution", id))
    }

    /// Returns an execution's journal, in order.
    pub fn journal(&self, id: ExecutionId) -> Result<Vec<Event>> {
        let mut statement = self.db.prepare_cached("SELECT event FROM journal WHERE execution = ?1 ORDER BY sequence")?;
        let events = statement.query_map([id.0], |row| Ok(row.get::<_, Json<Event>>(0)?.0))?.collect::<rusqlite::Result<_>>()?;
        Ok(events)
    }

    /// Returns an execution's journal as people read it.
    pub fn transitions(&self, id: ExecutionId) -> Result<TransitionLog> {
        self.execution_row(id)?;
        let mut statement = self.db.prepare_cached(
            "SELECT j.sequence, j.event, (SELECT q.task FROM question q WHERE q.execution = j.execution AND q.number = json_extract(j.event, '$.question'))
             FROM journal j WHERE j.execution = ?1 ORDER BY j.sequence",
        )?;
        let entries = statement
            .query_map([id.0], |row| Ok(log_entry(row.get(0)?, row.get::<_, Json<Event>>(1)?.0, row.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(TransitionLog { entries })
    }

    /// Returns the numbers of executions in one of these statuses, oldest first.
    pub fn execution_ids(&self, statuses: &[ExecutionStatus], after: ExecutionId, limit: usize) -> Result<Vec<ExecutionId>> {
        let mut ids = Vec::new();
        let mut statement = self.db.prepare_cached("SELECT id FROM execution WHERE status = ?1 AND id > ?2 ORDER BY id LIMIT ?3")?;
        for status in statuses {
            let rows = statement.query_map(params![status.as_str(), after.0, limit as i64], |row| row.get(0).map(ExecutionId))?;
            ids.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// Returns the executions that "stop all actions" holds.
    pub fn held_executions(&self) -> Result<Vec<ExecutionId>> {
        let mut statement = self.db.prepare_cached("SELECT id FROM execution WHERE status = 'paused' AND held = 1")?;
        let ids = statement.query_map([], |row| row.get(0).map(ExecutionId))?.collect::<rusqlite::Result<_>>()?;
        Ok(ids)
    }

    /// Returns every timer that is set: its execution, its number and its moment.
    pub fn timers(&self) -> Result<Vec<(ExecutionId, u32, Time)>> {
        let mut statement = self.db.prepare_cached("SELECT execution, timer, at FROM timer")?;
        let timers = statement
            .query_map([], |row| Ok((ExecutionId(row.get(0)?), row.get(1)?, row.get::<_, At>(2)?.0)))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(timers)
    }

    /// Returns the newest execution of a playbook, for example data.
    pub fn last_execution(&self, playbook: &str) -> Result<Option<ExecutionId>> {
        let id = self
            .db
            .prepare_cached("SELECT max(id) FROM execution WHERE playbook = ?1 AND started_at IS NOT NULL")?
            .query_row([playbook], |row| row.get::<_, Option<i64>>(0))?;
        Ok(id.map(ExecutionId))
    }

    /// Returns whether an execution of a playbook has not ended.
    pub fn is_running(&self, playbook: &str) -> Result<bool> {
        let found = self
            .db
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM execution WHERE playbook = ?1 AND status NOT IN ('done', 'failed', 'cancelled'))",
            )?
            .query_row([playbook], |row| row.get(0))?;
        Ok(found)
    }

    /// Returns the tasks that need review, oldest first.
    pub fn reviews(&self) -> Result<Vec<ReviewItem>> {
        let mut statement = self.db.prepare_cached(
            "SELECT r.execution, e.name, r.task, e.ticket, r.run, json_extract(d.text, '$.tasks.\"' || r.task || '\"')
             FROM task_run r JOIN execution e ON e.id = r.execution JOIN document d ON d.hash = e.document
             WHERE r.status = 'needs_review' ORDER BY r.execution, r.task",
        )?;
        let items = statement.query_map([], |row| {
            let run = row.get::<_, Json<TaskRun>>(4)?.0;
            let drawn = row.get::<_, Option<Json<Value>>>(5)?.map(|drawn| drawn.0).unwrap_or_default();
            let task: String = row.get(2)?;
            Ok(ReviewItem {
                execution: row.get(0)?,
                playbook: row.get::<_, Json<Text>>(1)?.0,
                task_name: task_name(&task, &drawn),
                ticket: row.get(3)?,
                since: run.history.last().map(|attempt| attempt.started_at).or(run.started_at).unwrap_or_default(),
                call: call_of(&run, &drawn),
                task,
            })
        })?;
        Ok(items.collect::<rusqlite::Result<_>>()?)
    }
}

/// Returns a task's name as people read it: its id where it has none.
pub(crate) fn task_name(id: &str, drawn: &Value) -> Text {
    drawn.get("name").and_then(|name| serde_json::from_value(name.clone()).ok()).unwrap_or_else(|| Text::from(id))
}

fn call_of(run: &TaskRun, drawn: &Value) -> Option<engine::message::CommandCall> {
    let word = |name: &str| drawn.get(name).and_then(Value::as_str);
    Some(engine::message::CommandCall {
        app: word("app")?.to_owned(),
        connection: word("connection").unwrap_or("default").to_owned(),
        command: word("command")?.to_owned(),
        parameters: run.input.get("parameters").unwrap_or(&run.input).as_object().cloned().unwrap_or_default(),
    })
}

/// A task without a row: pending while the execution lives; an execution that ended before its first step skipped all.
fn not_started(id: &str, drawn: &Value, status: ExecutionStatus) -> TaskRun {
    TaskRun {
        id: TaskId::new(id),
        kind: drawn.get("type").and_then(Value::as_str).unwrap_or_default().to_owned(),
        status: if status.is_final() { TaskStatus::Skipped } else { TaskStatus::Pending },
        attempts: 0,
        started_at: None,
        ended_at: None,
        until: None,
        input: Value::Null,
        output: Value::Null,
        outcome: None,
        error: None,
        history: Vec::new(),
        answered_by: None,
    }
}

/// Cuts a value that is too long for a screen to the first part of its text.
fn cut(value: &mut Value) -> bool {
    if !is_longer(value, PREVIEW) {
        return false;
    }
    let mut text = value.to_string();
    let end = (0..=PREVIEW).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.truncate(end);
    *value = Value::String(text);
    true
}

/// Tells whether a value's text is longer than `limit`, without writing it out when it is plainly short.
fn is_longer(value: &Value, limit: usize) -> bool {
    fn size(value: &Value, left: &mut usize) {
        let own = match value {
            Value::String(text) => text.len() + 2,
            Value::Array(items) => {
                items.iter().for_each(|item| size(item, left));
                2 + items.len()
            }
            Value::Object(entries) => {
                entries.iter().for_each(|(key, value)| {
                    *left = left.saturating_sub(key.len() + 4);
                    size(value, left);
                });
                2
            }
            _ => 8,
        };
        *left = left.saturating_sub(own);
    }
    let mut left = limit;
    size(value, &mut left);
    left == 0
}

/// Takes the type tags off.
fn plain(tagged: &Value) -> Value {
    expression::Value::from_tagged_json(tagged).to_json(chrono_tz::Tz::UTC)
}

fn log_entry(sequence: i64, event: Event, question_task: Option<String>) -> LogEntry {
    let (word, task, by, text) = match event.what {
        What::Started { by, .. } => ("started", None, Some(by), None),
        What::TaskSucceeded { task, attempt, .. } => ("task_succeeded", Some(task), None, attempt_text(attempt)),
        What::TaskFailed { task, error, .. } => ("task_failed", Some(task), None, Some(format!("{}: {}", error.code, error.message))),
        What::TaskInterrupted { task, attempt } => ("task_interrupted", Some(task), None, attempt_text(attempt)),
        What::TimerFired { timer } => ("timer_fired", None, None, Some(timer.to_string())),
        What::QuestionAnswered { answer, by, .. } => {
            ("question_answered", question_task.map(TaskId::new), Some(by), Some(answer_text(&answer)))
        }
        What::TaskReviewed { task, decision, by } => {
            let decision = serde_json::to_value(&decision).ok().and_then(|json| json.get("decision")?.as_str().map(str::to_owned));
            ("task_reviewed", Some(task), Some(by), decision)
        }
        What::Paused { by } => ("paused", None, Some(by), None),
        What::Resumed { by } => ("resumed", None, Some(by), None),
        What::Cancelled { by } => ("cancelled", None, Some(by), None),
    };
    LogEntry { sequence, at: event.at, event: word.to_owned(), task: task.map(|task| task.to_string()), by, text }
}

fn attempt_text(attempt: u32) -> Option<String> {
    (attempt > 1).then(|| format!("attempt {attempt}"))
}

fn answer_text(answer: &Answer) -> String {
    match answer {
        Answer::Approval { approved, opinion, .. } => {
            let word = if *approved { "approved" } else { "rejected" };
            if opinion.is_empty() { word.to_owned() } else { format!("{word}: {opinion}") }
        }
        Answer::Value { value: Value::String(text) } => text.clone(),
        Answer::Value { value } => value.to_string(),
    }
}
