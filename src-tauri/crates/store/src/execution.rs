//! Executions: their journal, and the projections that lists and screens read.

use std::collections::HashMap;

use engine::message::{Answer, Event, Question, TaskRun, What};
use indexmap::IndexMap;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Map, Value};
use types::{ExecutionId, ExecutionStatus, Language, QuestionId, TaskId, TaskStatus, Text, TicketId, Time};
use wire::execution::{
    CurrentTask, ExecutionDetail, ExecutionSummary, ExecutionValues, LinkState, LogEntry, OpenQuestion, ParentRef, ReviewItem,
    StartedExecution, TaskDetail, TaskFailure, TransitionLog,
};
use wire::playbook::Document;
use wire::record::ValueField;
use wire::watch::{Drawing, PlainRuns, TaskMark, WatchedExecution};

use crate::column::{At, Json, Word};
use crate::error::{Error, Result, missing};
use crate::origin::Origin;
use crate::record::Links;
use crate::{Reader, Writer, drawing, record};

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
    /// Where it comes from.
    pub origin: Origin,
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
    /// Where it comes from.
    pub origin: Origin,
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
    /// The variables that changed, plain JSON.
    pub variables: Option<Map<String, Value>>,
    /// The fates of the links, when one changed.
    pub links: Option<Links>,
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

/// The texts of an append, made before it is the writer's turn: that thread works for everybody.
#[derive(Debug, Clone)]
pub struct Packed {
    at: Time,
    events: String,
    runs: Option<String>,
    variables: Option<String>,
    links: Option<String>,
}

impl Append {
    /// Makes the texts ready that the store keeps of it.
    pub fn pack(&self) -> Result<Packed> {
        let at = self.events.last().map(|event| event.at).unwrap_or_default();
        let variables = self.variables.as_ref().filter(|variables| !variables.is_empty());
        Ok(Packed {
            at,
            events: serde_json::to_string(&self.events)?,
            runs: if self.tasks.is_empty() { None } else { Some(record::pack_runs(&self.tasks, at)?) },
            variables: variables.map(serde_json::to_string).transpose()?,
            links: self.links.as_ref().map(record::pack_links),
        })
    }
}

/// Executions that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The executions, each once.
    pub executions: Vec<ExecutionId>,
    /// The mark to go on from.
    pub mark: i64,
}

/// What an execution's records add up to.
struct Stand {
    runs: IndexMap<TaskId, TaskRun>,
    variables: Map<String, Value>,
    links: Vec<LinkState>,
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
        let id = ExecutionId(self.db.last_insert_rowid());
        self.keep_origin(id, &new.origin)?;
        Ok(id)
    }

    /// Stores an execution together with its first events: one that is done by then was never anything else.
    pub fn start_execution(&self, new: &NewExecution, first: &Append) -> Result<(ExecutionId, Appended)> {
        self.start_packed(new, first, &first.pack()?)
    }

    /// As [`Writer::start_execution`], with the texts of the append.
    pub fn start_packed(&self, new: &NewExecution, first: &Append, packed: &Packed) -> Result<(ExecutionId, Appended)> {
        let started = first.events.iter().find(|event| matches!(event.what, What::Started { .. })).map(|event| At(event.at));
        let sequence = length(&first.events);
        self.db
            .prepare_cached(
                "INSERT INTO execution (playbook, version, document, name, status, trigger, ticket, input, started_by, queued_at, sample,
                   sequence, current_task, error_code, started_at, ended_at, held)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?
            .execute(params![
                new.playbook,
                new.version,
                new.document,
                Json(&new.name),
                first.status.as_str(),
                new.trigger,
                new.ticket.map(|ticket| ticket.0),
                Json(first.input.as_ref().unwrap_or(&new.input)),
                new.started_by,
                At(new.queued_at),
                new.sample,
                sequence,
                first.current_task.as_ref().map(TaskId::as_str),
                first.error_code,
                started,
                first.ended_at.map(At),
                first.held,
            ])?;
        let id = ExecutionId(self.db.last_insert_rowid());
        self.keep_origin(id, &new.origin)?;
        let questions = self.record(id, sequence, first, packed, true)?;
        Ok((id, Appended { sequence, questions }))
    }

    /// Appends events to an execution's journal and brings its projections up to date; refused when it has moved on meanwhile, or has
    /// ended in the queue before its first step.
    pub fn append(&self, append: &Append) -> Result<Appended> {
        self.append_packed(append, &append.pack()?)
    }

    /// As [`Writer::append`], with the texts of the append.
    pub fn append_packed(&self, append: &Append, packed: &Packed) -> Result<Appended> {
        let first = append.events.iter().find(|event| matches!(event.what, What::Started { .. })).map(|event| At(event.at));
        let last = append.sequence + length(&append.events);
        let changed = self
            .db
            .prepare_cached(
                "UPDATE execution SET sequence = ?2, status = ?3, current_task = ?4, error_code = ?5, ended_at = ?6,
                   started_at = coalesce(started_at, ?7), held = ?8, input = coalesce(?10, input)
                 WHERE id = ?1 AND sequence = ?9 AND (?9 > 0 OR status = 'queued')",
            )?
            .execute(params![
                append.execution.0,
                last,
                append.status.as_str(),
                append.current_task.as_ref().map(TaskId::as_str),
                append.error_code,
                append.ended_at.map(At),
                first,
                append.held,
                append.sequence,
                append.input.as_ref().map(Json),
            ])?;
        if changed == 0 {
            return Err(Error::Refused(moved_on(append.execution)));
        }
        let questions = self.record(append.execution, last, append, packed, append.sequence == 0)?;
        Ok(Appended { sequence: last, questions })
    }

    /// Writes the record of an append, and what stands beside it: reviews, questions, timers.
    fn record(&self, id: ExecutionId, sequence: i64, append: &Append, packed: &Packed, is_first: bool) -> Result<Vec<QuestionId>> {
        let Packed { at, events, runs, variables, links } = packed;
        let at = *at;
        self.db
            .prepare_cached(
                "INSERT INTO journal (execution, sequence, at, events, runs, variables, links) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![id.0, sequence, At(at), events, runs, variables, links])?;
        self.keep_reviews(id, &append.tasks, is_first)?;
        let questions = append.asked.iter().map(|question| self.ask(id, question, at)).collect::<Result<_>>()?;
        for closed in &append.closed {
            self.close_question(id, closed, at)?;
        }
        for timer in &append.timers_gone {
            self.db.prepare_cached("DELETE FROM timer WHERE execution = ?1 AND timer = ?2")?.execute(params![id.0, timer])?;
        }
        for (timer, at) in &append.timers_set {
            self.db.prepare_cached("INSERT OR REPLACE INTO timer (execution, timer, at) VALUES (?1, ?2, ?3)")?.execute(params![
                id.0,
                timer,
                At(*at)
            ])?;
        }
        Ok(questions)
    }

    /// Keeps the list of tasks whose effect is unknown; nearly always it stays as empty as it is.
    fn keep_reviews(&self, id: ExecutionId, runs: &[TaskRun], is_first: bool) -> Result<()> {
        if !is_first {
            let mut statement = self.db.prepare_cached("SELECT task FROM review WHERE execution = ?1")?;
            let tasks: Vec<String> = statement.query_map([id.0], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            for task in tasks.iter().filter(|task| runs.iter().any(|run| run.id.as_str() == **task)) {
                self.db.prepare_cached("DELETE FROM review WHERE execution = ?1 AND task = ?2")?.execute(params![id.0, task])?;
            }
        }
        for run in runs.iter().filter(|run| run.status == TaskStatus::NeedsReview) {
            self.db.prepare_cached("INSERT INTO review (execution, task, run) VALUES (?1, ?2, ?3)")?.execute(params![
                id.0,
                run.id.as_str(),
                Json(run)
            ])?;
        }
        Ok(())
    }

    /// Ends an execution that never started; false when it has started meanwhile.
    pub fn cancel_queued(&self, id: ExecutionId, at: Time) -> Result<bool> {
        self.end_queued(id, ExecutionStatus::Cancelled, None, at)
    }

    /// Ends an execution whose document cannot run, such as one with errors.
    pub fn fail_queued(&self, id: ExecutionId, code: &str, at: Time) -> Result<()> {
        self.end_queued(id, ExecutionStatus::Failed, Some(code), at).map(drop)
    }

    fn end_queued(&self, id: ExecutionId, status: ExecutionStatus, code: Option<&str>, at: Time) -> Result<bool> {
        let changed = self
            .db
            .prepare_cached(
                "UPDATE execution SET status = ?2, error_code = ?3, ended_at = ?4 WHERE id = ?1 AND status = 'queued' AND sequence = 0",
            )?
            .execute(params![id.0, status.as_str(), code, At(at)])?;
        if changed == 0 {
            return Ok(false);
        }
        // A record without events, so that whoever follows the records sees the end.
        self.db
            .prepare_cached("INSERT INTO journal (execution, sequence, at, events) VALUES (?1, 0, ?2, '[]')")?
            .execute(params![id.0, At(at)])?;
        Ok(true)
    }
}

/// The number of events.
fn length(events: &[Event]) -> i64 {
    i64::try_from(events.len()).unwrap_or(i64::MAX)
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
    e.queued_at, e.started_at, e.ended_at, e.started_by, e.parent, e.parent_task, e.item, e.rerun_of
  FROM execution e LEFT JOIN ticket t ON t.id = e.ticket";

/// Reads what the list says; the current task goes by its id.
fn summary(row: &Row<'_>) -> rusqlite::Result<ExecutionSummary> {
    let current: Option<String> = row.get(8)?;
    Ok(ExecutionSummary {
        id: row.get(0)?,
        playbook: row.get(1)?,
        name: row.get::<_, Json<Text>>(2)?.0,
        version: row.get(3)?,
        status: row.get::<_, Word<ExecutionStatus>>(4)?.0,
        trigger: row.get(5)?,
        ticket: row.get(6)?,
        ticket_title: row.get(7)?,
        current_task: current.map(|id| CurrentTask { name: Text::from(id.as_str()), id }),
        error_code: row.get(9)?,
        queued_at: row.get::<_, At>(10)?.0,
        started_at: row.get::<_, Option<At>>(11)?.map(|at| at.0),
        ended_at: row.get::<_, Option<At>>(12)?.map(|at| at.0),
        started_by: row.get(13)?,
        parent: match (row.get::<_, Option<i64>>(14)?, row.get::<_, Option<String>>(15)?) {
            (Some(execution), Some(task)) => Some(ParentRef { execution, task, item: row.get(16)? }),
            _ => None,
        },
        rerun_of: row.get(17)?,
    })
}

impl Reader<'_> {
    /// Returns an execution as the list shows it.
    pub fn execution_summary(&self, id: ExecutionId) -> Result<ExecutionSummary> {
        let mut summary = self.execution_head(id)?;
        self.name_current_tasks([&mut summary])?;
        Ok(summary)
    }

    /// Gives the current tasks of executions their names. Each document is read once: in a large one that takes long.
    pub(crate) fn name_current_tasks<'a>(&self, executions: impl IntoIterator<Item = &'a mut ExecutionSummary>) -> Result<()> {
        let mut of_document: HashMap<String, Vec<&mut CurrentTask>> = HashMap::new();
        let mut document = self.db.prepare_cached("SELECT document FROM execution WHERE id = ?1")?;
        for execution in executions {
            if let Some(task) = &mut execution.current_task {
                of_document.entry(document.query_row([execution.id], |row| row.get(0))?).or_default().push(task);
            }
        }
        for (hash, tasks) in of_document {
            let wanted = tasks.iter().map(|task| task.id.clone()).collect();
            let names = match self.with_document(&hash, |text| drawing::names(text, &wanted)) {
                Ok(names) => names,
                // A list is worth more than the names in it: these tasks go by their ids.
                Err(error) if error.is_damage() => continue,
                Err(error) => return Err(error),
            };
            for task in tasks {
                if let Some(name) = names.get(&task.id) {
                    task.name = name.clone();
                }
            }
        }
        Ok(())
    }

    /// Reads the text of a document where it lies.
    fn with_document<T>(&self, hash: &str, read: impl FnOnce(&str) -> Result<T>) -> Result<T> {
        let mut statement = self.db.prepare_cached("SELECT text FROM document WHERE hash = ?1")?;
        let mut rows = statement.query([hash])?;
        let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        read(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)
    }

    /// Returns an execution as the list shows it, its current task by its id.
    pub(crate) fn execution_head(&self, id: ExecutionId) -> Result<ExecutionSummary> {
        self.db
            .prepare_cached(&format!("{SUMMARY} WHERE e.id = ?1"))?
            .query_row([id.0], summary)
            .optional()?
            .ok_or_else(|| missing("실행", "execution", id))
    }

    /// Returns an execution as its start is answered.
    pub fn started(&self, id: ExecutionId) -> Result<StartedExecution> {
        let Stand { runs, variables, .. } = self.stand(id)?;
        let (summary, questions) = (self.execution_summary(id)?, self.open_questions_of(id)?);
        Ok(StartedExecution { summary, variables, questions, failures: TaskFailure::among(runs.values()) })
    }

    /// Returns an execution whole: every task of its document, in the document's order.
    pub fn execution(&self, id: ExecutionId) -> Result<ExecutionDetail> {
        let summary = self.execution_summary(id)?;
        let (text, input) = self
            .db
            .prepare_cached("SELECT d.text, e.input FROM execution e JOIN document d ON d.hash = e.document WHERE e.id = ?1")?
            .query_row([id.0], |row| Ok((row.get::<_, Json<Value>>(0)?.0, row.get::<_, Json<Map<String, Value>>>(1)?.0)))?;
        let Stand { runs, variables, links } = self.stand(id)?;
        let calls = self.call_counts(id)?;
        Ok(ExecutionDetail { calls, ..whole(summary, text, runs, links, variables, &input, self.open_questions_of(id)?) })
    }

    /// Returns the drawing of an execution's document with the names in a language, unless it is among those that the screen has.
    pub fn drawing(&self, id: ExecutionId, drawn: &[String], language: Option<Language>) -> Result<Option<Box<Drawing>>> {
        let key = self.execution_row(id)?.document;
        if drawn.contains(&key) {
            return Ok(None);
        }
        Ok(Some(Box::new(self.with_document(&key, |text| drawing::of(text, language))?)))
    }

    /// Returns an execution as a screen watches it, without its drawing: without inputs and outputs, and after a place in the journal
    /// only what has changed.
    pub fn watched(&self, id: ExecutionId, after: Option<i64>) -> Result<WatchedExecution> {
        let mut statement = self
            .db
            .prepare_cached("SELECT sequence, at, runs, links FROM journal WHERE execution = ?1 AND sequence > ?2 ORDER BY sequence")?;
        let mut rows = statement.query(params![id.0, after.unwrap_or(0)])?;
        let mut sequence = after.unwrap_or(0);
        let mut tasks: IndexMap<String, TaskMark> = IndexMap::new();
        let mut links = Vec::new();
        let mut fates = Vec::new();
        while let Some(row) = rows.next()? {
            sequence = row.get(0)?;
            if let Some(runs) = row.get_ref(2)?.as_str_or_null().map_err(rusqlite::Error::from)? {
                let at = row.get::<_, At>(1)?.0;
                tasks.extend(record::unpack_marks(runs, at)?.into_iter().map(|mark| (mark.id.clone(), mark)));
            }
            match row.get_ref(3)?.as_str_or_null().map_err(rusqlite::Error::from)? {
                Some(changed) if after.is_some() => links.push(changed.to_owned()),
                Some(changed) => record::unpack_links(changed, &mut fates),
                None => {}
            }
        }
        if !fates.is_empty() {
            links.push(record::letters(&fates));
        }
        // After the records: where it stands may be newer than they are, never older.
        let summary = self.execution_head(id)?;
        let drawing_key: String =
            self.db.prepare_cached("SELECT document FROM execution WHERE id = ?1")?.query_row([id.0], |row| row.get(0))?;
        let (questions, calls) = (self.open_questions_of(id)?, self.call_counts(id)?);
        let kept = !self.kept_among(std::iter::once(id.0))?.is_empty();
        let (plain, tasks) = PlainRuns::among(tasks.into_values());
        Ok(WatchedExecution { summary, sequence, drawing_key, drawing: None, plain, tasks, links, questions, calls, kept })
    }

    /// Returns one task run as it stands, or as it stood at the end of an attempt, nothing cut; none when the task has not come to that.
    pub fn task_run(&self, id: ExecutionId, task: &str, attempt: Option<u32>) -> Result<Option<TaskRun>> {
        let mut statement =
            self.db.prepare_cached("SELECT at, runs FROM journal WHERE execution = ?1 AND runs IS NOT NULL ORDER BY sequence DESC")?;
        let mut rows = statement.query([id.0])?;
        while let Some(row) = rows.next()? {
            let runs = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
            if let Some(run) = record::unpack_run(runs, row.get::<_, At>(0)?.0, task)?
                && attempt.is_none_or(|attempt| attempt == run.attempts)
            {
                return Ok(Some(run));
            }
        }
        Ok(None)
    }

    /// Returns one task run as a screen shows it: long values cut, and a task that has not started too.
    pub fn task_detail(&self, id: ExecutionId, task: &str) -> Result<TaskDetail> {
        let row = self.execution_row(id)?;
        let drawn = self.drawn(&row.document, task)?;
        let mut run = match self.task_run(id, task, None)? {
            Some(run) => run,
            None if drawn.is_null() => return Err(missing("태스크", "task", task)),
            None => not_started(task, &drawn, row.status),
        };
        let mut truncated = Vec::new();
        if cut(&mut run.input) {
            truncated.push(ValueField::Input);
        }
        if cut(&mut run.output) {
            truncated.push(ValueField::Output);
        }
        Ok(TaskDetail { name: task_name(task, &drawn), task: drawn, run, truncated })
    }

    /// Returns the inputs and the variables of an execution.
    pub fn execution_values(&self, id: ExecutionId) -> Result<ExecutionValues> {
        let input = self.execution_row(id)?.input;
        let mut variables = Map::new();
        let mut statement =
            self.db.prepare_cached("SELECT variables FROM journal WHERE execution = ?1 AND variables IS NOT NULL ORDER BY sequence")?;
        for changed in statement.query_map([id.0], |row| Ok(row.get::<_, Json<Map<String, Value>>>(0)?.0))? {
            variables.extend(changed?);
        }
        Ok(ExecutionValues { input: input.iter().map(|(name, value)| (name.clone(), plain(value))).collect(), variables })
    }

    /// Returns the task runs that have started, in the order in which they did, nothing cut.
    pub fn task_runs(&self, id: ExecutionId) -> Result<Vec<TaskRun>> {
        Ok(self.stand(id)?.runs.into_values().collect())
    }

    /// Adds up an execution's records.
    fn stand(&self, id: ExecutionId) -> Result<Stand> {
        let mut stand = Stand { runs: IndexMap::new(), variables: Map::new(), links: Vec::new() };
        let mut statement =
            self.db.prepare_cached("SELECT at, runs, variables, links FROM journal WHERE execution = ?1 ORDER BY sequence")?;
        let mut rows = statement.query([id.0])?;
        while let Some(row) = rows.next()? {
            if let Some(runs) = row.get_ref(1)?.as_str_or_null().map_err(rusqlite::Error::from)? {
                let at = row.get::<_, At>(0)?.0;
                stand.runs.extend(record::unpack_runs(runs, at)?.into_iter().map(|run| (run.id.clone(), run)));
            }
            if let Some(Json(variables)) = row.get::<_, Option<Json<Map<String, Value>>>>(2)? {
                stand.variables.extend(variables);
            }
            if let Some(links) = row.get_ref(3)?.as_str_or_null().map_err(rusqlite::Error::from)? {
                record::unpack_links(links, &mut stand.links);
            }
        }
        Ok(stand)
    }

    /// Returns the executions whose records are newer than a mark, at most `limit` records at once; 0 is the mark before all.
    ///
    /// What is derived from executions in the background follows these marks: nothing is written for it while executions run.
    pub fn changed_executions(&self, mark: i64, limit: usize) -> Result<Changed> {
        let mut changed = Changed { executions: Vec::new(), mark };
        let mut statement = self.db.prepare_cached("SELECT id, execution FROM journal WHERE id > ?1 ORDER BY id LIMIT ?2")?;
        let mut rows = statement.query(params![mark, limit as i64])?;
        while let Some(row) = rows.next()? {
            changed.mark = row.get(0)?;
            changed.executions.push(ExecutionId(row.get(1)?));
        }
        changed.executions.sort_unstable();
        changed.executions.dedup();
        Ok(changed)
    }

    /// Returns what the host needs to run an execution.
    pub fn execution_row(&self, id: ExecutionId) -> Result<ExecutionRow> {
        self.db
            .prepare_cached(&format!(
                "SELECT playbook, version, document, status, ticket, input, started_by, sequence, held, sample, error_code, {} FROM execution e WHERE id = ?1",
                Origin::COLUMNS
            ))?
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
                    origin: Origin::read(row, 11)?,
                })
            })
            .optional()?
            .ok_or_else(|| missing("실행", "execution", id))
    }

    /// Returns an execution's journal, in order.
    pub fn journal(&self, id: ExecutionId) -> Result<Vec<Event>> {
        let mut statement = self.db.prepare_cached("SELECT events FROM journal WHERE execution = ?1 ORDER BY sequence")?;
        let mut events = Vec::new();
        for record in statement.query_map([id.0], |row| Ok(row.get::<_, Json<Vec<Event>>>(0)?.0))? {
            events.extend(record?);
        }
        Ok(events)
    }

    /// Returns an execution's journal as people read it, from the place after `after` on.
    pub fn transitions(&self, id: ExecutionId, after: i64) -> Result<TransitionLog> {
        self.execution_row(id)?;
        let mut statement = self.db.prepare_cached("SELECT number, task FROM question WHERE execution = ?1")?;
        let asked = statement.query_map([id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let asked: HashMap<u32, String> = asked.collect::<rusqlite::Result<_>>()?;
        let entry = |(sequence, event): (i64, Event)| {
            let question = match &event.what {
                What::QuestionAnswered { question, .. } => asked.get(question).cloned(),
                _ => None,
            };
            log_entry(sequence, event, question)
        };
        let mut entries = Vec::new();
        let mut statement =
            self.db.prepare_cached("SELECT sequence, events FROM journal WHERE execution = ?1 AND sequence > ?2 ORDER BY sequence")?;
        for record in statement.query_map([id.0, after], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Json<Vec<Event>>>(1)?.0)))? {
            let (last, events) = record?;
            entries.extend((last - length(&events) + 1..).zip(events).filter(|(sequence, _)| *sequence > after).map(entry));
        }
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
             FROM review r JOIN execution e ON e.id = r.execution JOIN document d ON d.hash = e.document ORDER BY r.execution, r.task",
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

/// Returns an execution whole from its parts: every task of its document, in the document's order, long values cut.
///
/// `runs` are the tasks that have started, `input` is tagged JSON.
fn whole(
    summary: ExecutionSummary,
    document: Value,
    mut runs: IndexMap<TaskId, TaskRun>,
    mut links: Vec<LinkState>,
    variables: Map<String, Value>,
    input: &Map<String, Value>,
    questions: Vec<OpenQuestion>,
) -> ExecutionDetail {
    let mut truncated = Vec::new();
    let mut tasks = Vec::new();
    if let Some(drawn) = document.get("tasks").and_then(Value::as_object) {
        tasks.reserve(drawn.len());
        for (task, drawn) in drawn {
            let mut run = runs.swap_remove(task.as_str()).unwrap_or_else(|| not_started(task, drawn, summary.status));
            let cut = [cut(&mut run.input), cut(&mut run.output)];
            if cut.contains(&true) {
                truncated.push(task.clone());
            }
            tasks.push(run);
        }
    }
    let drawn_links = document.get("links").and_then(Value::as_array).map_or(0, Vec::len);
    // Those that no record speaks of have not been decided.
    links.resize(drawn_links, LinkState::Open);
    let input = input.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
    ExecutionDetail { summary, document: Document(document), tasks, links, variables, input, truncated, questions, calls: Vec::new() }
}

/// Returns a task's name as people read it: its id where it has none.
pub fn task_name(id: &str, drawn: &Value) -> Text {
    drawn.get("name").and_then(|name| serde_json::from_value(name.clone()).ok()).unwrap_or_else(|| Text::from(id))
}

fn call_of(run: &TaskRun, drawn: &Value) -> Option<engine::message::CommandCall> {
    let word = |name: &str| drawn.get(name).and_then(Value::as_str);
    // A mail names neither: its task has one app and one command.
    let (app, command) = if run.kind == "email" { ("smtp", "send") } else { (word("app")?, word("command")?) };
    Some(engine::message::CommandCall {
        app: app.to_owned(),
        connection: word("connection").unwrap_or("default").to_owned(),
        command: command.to_owned(),
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
        carried: false,
    }
}

/// Cuts a value that is too long for a screen to the first part of its text.
fn cut(value: &mut Value) -> bool {
    cut_to(value, PREVIEW)
}

/// Cuts a value that is longer than `limit` bytes to the first part of its text.
pub(crate) fn cut_to(value: &mut Value, limit: usize) -> bool {
    if !is_longer(value, limit) {
        return false;
    }
    let mut text = value.to_string();
    let end = (0..=limit).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
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
pub(crate) fn plain(tagged: &Value) -> Value {
    expression::Value::from_tagged_json(tagged).to_json(chrono_tz::Tz::UTC)
}

fn log_entry(sequence: i64, event: Event, question_task: Option<String>) -> LogEntry {
    let (word, task, by, text) = match event.what {
        What::Started { by, .. } => ("started", None, Some(by), None),
        What::TaskSucceeded { task, attempt, .. } => ("task_succeeded", Some(task), None, attempt_text(attempt)),
        What::TaskFailed { task, error, .. } => {
            ("task_failed", Some(task), None, Some(format!("{}: {}", error.code, error.message.get(types::Language::En))))
        }
        What::TaskInterrupted { task, attempt } => ("task_interrupted", Some(task), None, attempt_text(attempt)),
        What::ChildMoved { task, status, .. } => ("child_moved", Some(task), None, Some(status.as_str().to_owned())),
        What::ChildEnded { task, execution, status, .. } => {
            let number = execution.map(|execution| format!("{execution} ")).unwrap_or_default();
            ("child_ended", Some(task), None, Some(format!("{number}{}", status.as_str())))
        }
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
