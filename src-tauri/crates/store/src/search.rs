//! The search index and the figures of tasks: derived from executions in the background, in a file of their own (`search.db`).
//!
//! Invariant: nothing here is needed to run an execution, and all of it can be derived again: a damaged or outdated file is thrown
//! away. What is written follows the marks of the journal ([`Reader::changed_executions`]), so a crash only means to go on from there.
//! Invariant: it holds no more than the journal does, whose values have passed the redactor before they were stored.
//!
//! A text is kept as the set of its grams: pairs of neighbouring characters where one of them is Korean, Chinese or Japanese (words of
//! two syllables are the rule there), else triples. An execution that has every gram of the wanted text is a candidate, and is looked
//! through before it is shown. So parts of addresses and of words are found, and the index is a fraction of what it indexes.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use engine::message::{Answer, Question, TaskRun};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Map, Value};
use types::{ExecutionId, TaskStatus, Text};
use wire::record::{ExecutionMatch, MatchField};

use crate::column::Json;
use crate::error::{Error, Result, missing};
use crate::execution::{plain, task_name};
use crate::{Reader, Store, Writer};

/// The format of the file; another one is thrown away.
const FORMAT: i64 = 1;

/// Records that are looked at in one go.
const RECORDS: usize = 256;

/// An execution's texts beyond this many bytes are not indexed.
const INDEXED: usize = 8 << 20;

/// Grams of a search beyond this number do not narrow it any more.
const GRAMS: usize = 48;

/// Words of a search.
const TERMS: usize = 16;

/// Places that are shown of an execution.
const PLACES: usize = 3;

/// Characters of a snippet, and how many of them stand before what was found.
const SNIPPET: usize = 160;
const BEFORE: usize = 48;

const SCHEMA: &str = "
    CREATE TABLE mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    -- The row is the execution's number.
    CREATE VIRTUAL TABLE gram USING fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
    CREATE TABLE task (
      execution INTEGER NOT NULL,
      task TEXT NOT NULL,
      kind TEXT NOT NULL,
      status TEXT NOT NULL,
      error_code TEXT,
      -- Milliseconds from start to end without waiting for people; null where it did not run to an end.
      machine INTEGER,
      -- Milliseconds that its questions were open.
      human INTEGER NOT NULL,
      PRIMARY KEY (execution, task)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX task_trouble ON task (status, task, execution) WHERE status NOT IN ('done', 'skipped', 'pending');
    CREATE INDEX task_error ON task (error_code, execution) WHERE error_code IS NOT NULL;
";

/// Returns where the file is that belongs to a database.
pub(crate) fn path_of(database: &Path) -> PathBuf {
    database.with_file_name("search.db")
}

/// Opens the file for writing; one that cannot be used is made anew.
pub(crate) fn open(database: &Path) -> Result<Connection> {
    let path = path_of(database);
    match open_file(&path, database) {
        Ok(connection) => Ok(connection),
        Err(error) => {
            tracing::warn!("the search index is made anew: {error}");
            for suffix in ["", "-wal", "-shm"] {
                let mut name = path.clone().into_os_string();
                name.push(suffix);
                // What is not there need not be removed; what cannot be is reported by the next step.
                let _ = std::fs::remove_file(name);
            }
            open_file(&path, database)
        }
    }
}

fn open_file(path: &Path, database: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == 0 {
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    } else if version != FORMAT {
        return Err(Error::Refused(crate::error::newer(version, FORMAT)));
    }
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    // What a power failure takes away is derived again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    if version == 0 {
        connection.execute_batch(&format!("BEGIN; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;"))?;
    }
    connection.execute("ATTACH DATABASE ?1 AS main_store", [database.to_string_lossy()])?;
    // A database that was restored from a copy has fewer records than were seen.
    let ahead: bool = connection.query_row(
        "SELECT coalesce((SELECT value FROM mark WHERE name = 'journal'), 0)
           > coalesce((SELECT seq FROM main_store.sqlite_sequence WHERE name = 'journal'), 0)",
        [],
        |row| row.get(0),
    )?;
    if ahead {
        connection.execute_batch("INSERT INTO gram (gram) VALUES ('delete-all'); DELETE FROM task; DELETE FROM mark;")?;
    }
    connection.execute_batch("DETACH DATABASE main_store")?;
    Ok(connection)
}

/// How far the index has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    /// The last record of the journal that was seen.
    pub journal: i64,
    /// The highest number of an execution that was seen.
    pub execution: i64,
}

/// What the index keeps of an execution.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IndexEntry {
    execution: ExecutionId,
    grams: String,
    tasks: Vec<TaskFacts>,
}

#[derive(Debug, Clone, PartialEq)]
struct TaskFacts {
    task: String,
    kind: String,
    status: TaskStatus,
    error_code: Option<String>,
    machine: Option<i64>,
    human: i64,
}

impl Store {
    /// Forgets executions that were deleted while the index was not looked at: by the program that kept one file and restored the other.
    /// It looks at every entry, so it has its time in the background, once after a start.
    pub async fn tidy_index(&self) -> std::result::Result<(), types::Error> {
        let database = self.path().to_string_lossy().into_owned();
        self.with_index(move |connection| {
            connection.execute("ATTACH DATABASE ?1 AS main_store", [database])?;
            let tidied = connection.execute_batch(
                "DELETE FROM gram WHERE rowid IN (SELECT id FROM gram_docsize WHERE id NOT IN (SELECT id FROM main_store.execution));
                 DELETE FROM task WHERE execution NOT IN (SELECT id FROM main_store.execution);",
            );
            connection.execute_batch("DETACH DATABASE main_store")?;
            Ok(tidied?)
        })
        .await
    }

    /// Indexes what has changed since the last time, until there is nothing. Returns how many executions it looked at.
    pub async fn catch_up_index(&self) -> std::result::Result<usize, types::Error> {
        let mut count = 0;
        while let Some(more) = self.index_some().await? {
            count += more;
        }
        Ok(count)
    }

    /// Indexes some of what has changed since the last time. Returns how many executions it looked at; none when nothing has changed.
    pub async fn index_some(&self) -> std::result::Result<Option<usize>, types::Error> {
        let (entries, mark, is_all) = self
            .read(|db| {
                let mark = db.index_mark()?;
                let changed = db.changed_executions(mark.journal, RECORDS)?;
                let queued = db.executions_after(mark.execution, RECORDS)?;
                let next = Mark { journal: changed.mark, execution: queued.last().map_or(mark.execution, |last| last.0) };
                let mut ids = [changed.executions, queued].concat();
                ids.sort_unstable();
                ids.dedup();
                let entries = ids.iter().filter_map(|id| db.index_entry(*id).transpose()).collect::<Result<Vec<_>>>()?;
                Ok((entries, next, next == mark))
            })
            .await?;
        if is_all {
            return Ok(None);
        }
        let count = entries.len();
        self.write_index(move |db| db.keep_index(&entries, mark)).await?;
        Ok(Some(count))
    }
}

impl Writer<'_> {
    /// Keeps what was derived from executions, and how far that goes. Only for [`crate::Store::write_index`].
    pub(crate) fn keep_index(&self, entries: &[IndexEntry], mark: Mark) -> Result<()> {
        let mut text = self.db.prepare_cached("INSERT OR REPLACE INTO gram (rowid, grams) VALUES (?1, ?2)")?;
        let mut clear = self.db.prepare_cached("DELETE FROM task WHERE execution = ?1")?;
        let mut task = self.db.prepare_cached(
            "INSERT INTO task (execution, task, kind, status, error_code, machine, human) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for entry in entries {
            let id = entry.execution.0;
            text.execute(params![id, entry.grams])?;
            clear.execute([id])?;
            for facts in &entry.tasks {
                task.execute(params![id, facts.task, facts.kind, facts.status.as_str(), facts.error_code, facts.machine, facts.human])?;
            }
        }
        let mut set = self.db.prepare_cached("INSERT OR REPLACE INTO mark (name, value) VALUES (?1, ?2)")?;
        set.execute(params!["journal", mark.journal])?;
        set.execute(params!["execution", mark.execution])?;
        Ok(())
    }

    /// Forgets executions that were deleted. Only for [`crate::Store::write_index`].
    pub fn forget_index(&self, executions: &[ExecutionId]) -> Result<()> {
        for id in executions {
            self.db.prepare_cached("DELETE FROM gram WHERE rowid = ?1")?.execute([id.0])?;
            self.db.prepare_cached("DELETE FROM task WHERE execution = ?1")?.execute([id.0])?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Returns how far the index has come.
    pub fn index_mark(&self) -> Result<Mark> {
        let value = |name: &str| -> Result<i64> {
            let value = self.db.prepare_cached("SELECT value FROM search.mark WHERE name = ?1")?.query_row([name], |row| row.get(0));
            Ok(value.optional()?.unwrap_or_default())
        };
        Ok(Mark { journal: value("journal")?, execution: value("execution")? })
    }

    /// Returns executions that were queued after a number, oldest first.
    pub(crate) fn executions_after(&self, execution: i64, limit: usize) -> Result<Vec<ExecutionId>> {
        let mut statement = self.db.prepare_cached("SELECT id FROM execution WHERE id > ?1 ORDER BY id LIMIT ?2")?;
        let ids = statement.query_map(params![execution, limit as i64], |row| row.get(0).map(ExecutionId))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns how many records and executions the index has not seen.
    pub fn unindexed(&self) -> Result<u32> {
        let mark = self.index_mark()?;
        let count = self
            .db
            .prepare_cached(
                "SELECT count(*) FROM (SELECT execution FROM journal WHERE id > ?1 UNION SELECT id FROM execution WHERE id > ?2)",
            )?
            .query_row([mark.journal, mark.execution], |row| row.get(0))?;
        Ok(count)
    }

    /// Derives what the index keeps of an execution; none when it was deleted meanwhile.
    pub(crate) fn index_entry(&self, execution: ExecutionId) -> Result<Option<IndexEntry>> {
        let Some(texts) = self.texts(execution)? else { return Ok(None) };
        let mut grams = HashSet::new();
        let mut left = INDEXED;
        texts.visit(&mut |piece| {
            if let Some(rest) = left.checked_sub(piece.text.len()) {
                left = rest;
                grams_of(piece.text, &mut grams);
            }
        });
        let mut tokens: Vec<String> = grams.into_iter().map(token).collect();
        tokens.sort_unstable();
        let human = self.human_times(execution)?;
        let facts = |run: &TaskRun| {
            let human = human.get(run.id.as_str()).copied().unwrap_or_default();
            let whole = run.started_at.zip(run.ended_at).map(|(start, end)| (end - start).num_milliseconds());
            TaskFacts {
                task: run.id.to_string(),
                kind: run.kind.clone(),
                status: run.status,
                error_code: run.error.as_ref().map(|error| error.code.clone()),
                machine: whole.map(|whole| (whole - human).max(0)),
                human,
            }
        };
        Ok(Some(IndexEntry { execution, grams: tokens.join(" "), tasks: texts.runs.iter().map(facts).collect() }))
    }

    /// Returns how long the questions of each task were open, in milliseconds; those that are still open do not count.
    fn human_times(&self, execution: ExecutionId) -> Result<HashMap<String, i64>> {
        let mut statement = self.db.prepare_cached(
            "SELECT task, sum(max(0, ended_at - asked_at)) FROM question WHERE execution = ?1 AND ended_at IS NOT NULL GROUP BY task",
        )?;
        let times = statement.query_map([execution.0], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        Ok(times)
    }

    fn texts(&self, execution: ExecutionId) -> Result<Option<Texts>> {
        let head = self
            .db
            .prepare_cached(
                "SELECT e.playbook, e.name, e.input, e.error_code, e.document, t.title
                 FROM execution e LEFT JOIN ticket t ON t.id = e.ticket WHERE e.id = ?1",
            )?
            .query_row([execution.0], |row| {
                Ok(Texts {
                    execution,
                    playbook: row.get(0)?,
                    name: row.get::<_, Json<Text>>(1)?.0,
                    input: row.get::<_, Json<Map<String, Value>>>(2)?.0.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
                    error_code: row.get(3)?,
                    document: row.get(4)?,
                    ticket: row.get(5)?,
                    runs: Vec::new(),
                    questions: Vec::new(),
                })
            })
            .optional()?;
        let Some(mut texts) = head else { return Ok(None) };
        texts.runs = self.task_runs(execution)?;
        let mut statement = self.db.prepare_cached("SELECT question, answer FROM question WHERE execution = ?1 ORDER BY number")?;
        texts.questions = statement
            .query_map([execution.0], |row| {
                Ok((row.get::<_, Json<Question>>(0)?.0, row.get::<_, Option<Json<Answer>>>(1)?.map(|answer| answer.0)))
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Some(texts))
    }

    /// Looks through an execution for what was searched; none when it is not there.
    pub(crate) fn matches(&self, execution: ExecutionId, query: &Query) -> Result<Option<Vec<ExecutionMatch>>> {
        let texts = self.texts(execution)?.ok_or_else(|| missing("실행", "execution", execution))?;
        let Some(mut matches) = query.look(&texts) else { return Ok(None) };
        for found in &mut matches {
            if let Some(task) = &found.task {
                found.task_name = Some(task_name(task, &self.drawn(&texts.document, task)?));
            }
        }
        Ok(Some(matches))
    }
}

/// Everything of an execution that a search looks through.
struct Texts {
    execution: ExecutionId,
    playbook: String,
    name: Text,
    document: String,
    ticket: Option<String>,
    input: Map<String, Value>,
    error_code: Option<String>,
    runs: Vec<TaskRun>,
    questions: Vec<(Question, Option<Answer>)>,
}

struct Piece<'a> {
    field: MatchField,
    task: Option<&'a str>,
    path: &'a str,
    text: &'a str,
}

impl Texts {
    fn visit(&self, visit: &mut dyn FnMut(Piece<'_>)) {
        let mut whole = |field, text: &str| visit(Piece { field, task: None, path: "", text });
        whole(MatchField::Playbook, &self.playbook);
        each_language(&self.name, |text| whole(MatchField::Playbook, text));
        if let Some(title) = &self.ticket {
            whole(MatchField::Ticket, title);
        }
        if let Some(code) = &self.error_code {
            whole(MatchField::Error, code);
        }
        for (name, value) in &self.input {
            let mut path = name.clone();
            leaves(value, &mut path, name, &mut |path, text| visit(Piece { field: MatchField::Input, task: None, path, text }));
        }
        // What people said before the outputs of their tasks, which repeat it.
        for (question, answer) in &self.questions {
            let task = Some(question.task.as_str());
            each_language(&question.text, |text| visit(Piece { field: MatchField::Question, task, path: "", text }));
            match answer {
                Some(Answer::Approval { approved, opinion, .. }) => {
                    let word = if *approved { "approved" } else { "rejected" };
                    visit(Piece { field: MatchField::Answer, task, path: "", text: word });
                    if !opinion.is_empty() {
                        visit(Piece { field: MatchField::Opinion, task, path: "", text: opinion });
                    }
                }
                Some(Answer::Value { value }) => {
                    leaves(value, &mut String::new(), "", &mut |path, text| visit(Piece { field: MatchField::Answer, task, path, text }));
                }
                None => {}
            }
        }
        for run in &self.runs {
            let task = Some(run.id.as_str());
            let mut path = String::new();
            leaves(&run.input, &mut path, "", &mut |path, text| visit(Piece { field: MatchField::Input, task, path, text }));
            leaves(&run.output, &mut path, "", &mut |path, text| visit(Piece { field: MatchField::Output, task, path, text }));
            let earlier =
                run.history.iter().filter_map(|attempt| attempt.error.as_ref()).filter(|error| run.error.as_ref() != Some(*error));
            for error in run.error.iter().chain(earlier) {
                each_language(&error.message, |message| {
                    visit(Piece { field: MatchField::Error, task, path: "", text: &format!("{}: {message}", error.code) });
                });
            }
        }
    }
}

fn each_language(text: &Text, mut visit: impl FnMut(&str)) {
    let (ko, en) = (text.get(types::Language::Ko), text.get(types::Language::En));
    visit(ko);
    if en != ko {
        visit(en);
    }
}

/// Visits every value that is not a list or a map, as `name: value`, and the names of lists and maps.
fn leaves(value: &Value, path: &mut String, name: &str, visit: &mut dyn FnMut(&str, &str)) {
    let length = path.len();
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                if matches!(value, Value::Object(_) | Value::Array(_)) {
                    visit(path, name);
                }
                leaves(value, path, name, visit);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            for (position, item) in items.iter().enumerate() {
                // Writing to a String cannot fail.
                let _ = write!(path, "[{position}]");
                leaves(item, path, name, visit);
                path.truncate(length);
            }
        }
        Value::Null => visit(path, name),
        Value::String(text) if name.is_empty() => visit(path, text),
        Value::String(text) => visit(path, &format!("{name}: {text}")),
        value if name.is_empty() => visit(path, &value.to_string()),
        value => visit(path, &format!("{name}: {value}")),
    }
}

/// A character as searches compare it: small, and every kind of space alike. One for one, so that places stay places.
fn fold(character: char) -> char {
    if character.is_whitespace() || character.is_control() {
        return ' ';
    }
    let mut small = character.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => character,
    }
}

fn is_dense(character: char) -> bool {
    matches!(character,
        '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ffff}')
}

/// Two or three characters in one number, 21 bits each.
fn grams_of(text: &str, grams: &mut HashSet<u64>) {
    let mut before: [Option<char>; 2] = [None, None];
    for character in text.chars().map(fold) {
        match before {
            [_, Some(last)] if is_dense(last) || is_dense(character) => {
                grams.insert(u64::from(u32::from(last)) << 21 | u64::from(u32::from(character)));
            }
            [Some(first), Some(last)] if !is_dense(first) => {
                let [first, last, character] = [first, last, character].map(|character| u64::from(u32::from(character)));
                grams.insert(first << 42 | last << 21 | character);
            }
            _ => {}
        }
        before = [before[1], Some(character)];
    }
}

/// Writes a gram so that it is one word for the index.
fn token(gram: u64) -> String {
    let mut token = String::with_capacity(12);
    for shift in [42, 21, 0] {
        let code = (gram >> shift & 0x1f_ffff) as u32;
        if let Some(character) = char::from_u32(code).filter(|_| code > 0) {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                let _ = write!(token, "{byte:02x}");
            }
        }
    }
    token
}

/// What a person searches for: words and phrases that must all occur.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    /// Folded, not empty.
    terms: Vec<String>,
}

impl Query {
    /// Reads what was typed; none when there is nothing in it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut terms = Vec::new();
        for (position, part) in text.split('"').enumerate() {
            if position % 2 == 1 {
                terms.push(part.trim().to_owned());
            } else {
                terms.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        let terms: Vec<String> =
            terms.iter().filter(|term| !term.is_empty()).take(TERMS).map(|term| term.chars().map(fold).collect()).collect();
        if terms.is_empty() { None } else { Some(Self { terms }) }
    }

    /// Returns the question to the index; none when every word is too short for it.
    pub(crate) fn candidates(&self) -> Option<String> {
        let mut grams = HashSet::new();
        self.terms.iter().for_each(|term| grams_of(term, &mut grams));
        let mut tokens: Vec<String> = grams.into_iter().map(token).collect();
        if tokens.is_empty() {
            return None;
        }
        // Longer tokens are rarer: Korean, and signs that are not ASCII.
        tokens.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        tokens.truncate(GRAMS);
        Some(tokens.iter().map(|token| format!("\"{token}\"")).collect::<Vec<_>>().join(" AND "))
    }

    fn look(&self, texts: &Texts) -> Option<Vec<ExecutionMatch>> {
        let mut seen = vec![false; self.terms.len()];
        let mut found: Vec<(bool, ExecutionMatch)> = Vec::new();
        texts.visit(&mut |piece| {
            let folded: String = piece.text.chars().map(fold).collect();
            let here: Vec<usize> = (0..self.terms.len()).filter(|term| folded.contains(self.terms[*term].as_str())).collect();
            let is_news = here.iter().any(|term| !seen[*term]);
            if here.is_empty() || (found.len() >= PLACES && !is_news) {
                return;
            }
            here.iter().for_each(|term| seen[*term] = true);
            let (snippet, marks) = self.snippet(piece.text, &folded);
            let place = ExecutionMatch {
                execution: texts.execution.0,
                field: piece.field,
                task: piece.task.map(str::to_owned),
                task_name: None,
                path: piece.path.to_owned(),
                snippet,
                marks,
            };
            found.push((is_news, place));
        });
        // First the places that brought a word which those before lacked.
        found.sort_by_key(|(is_news, _)| !is_news);
        found.truncate(PLACES);
        seen.iter().all(|seen| *seen).then(|| found.into_iter().map(|(_, place)| place).collect())
    }

    /// Cuts the surroundings of what was found out of a text.
    fn snippet(&self, text: &str, folded: &str) -> (String, Vec<(u32, u32)>) {
        let mut places: Vec<(usize, usize)> = Vec::new();
        for term in &self.terms {
            let length = term.chars().count();
            let mut counted = (0, 0);
            places.extend(folded.match_indices(term.as_str()).take(20).map(|(byte, _)| {
                counted = (byte, counted.1 + folded[counted.0..byte].chars().count());
                (counted.1, counted.1 + length)
            }));
        }
        places.sort_unstable();
        let first = places.first().map_or(0, |place| place.0);
        let start = first.saturating_sub(BEFORE);
        let characters: Vec<char> = text.chars().skip(start).take(SNIPPET + 1).collect();
        let is_cut = characters.len() > SNIPPET;
        let mut snippet = if start > 0 { "…".to_owned() } else { String::new() };
        // Where each character stands, in UTF-16 units.
        let mut units = vec![snippet.encode_utf16().count() as u32];
        for character in characters.into_iter().take(SNIPPET) {
            let character = if character.is_control() { ' ' } else { character };
            snippet.push(character);
            units.push(units[units.len() - 1] + character.len_utf16() as u32);
        }
        if is_cut {
            snippet.push('…');
        }
        let mut marks: Vec<(u32, u32)> = Vec::new();
        for (from, to) in places {
            let last = units.len() - 1;
            let (from, to) = (from.saturating_sub(start).min(last), to.saturating_sub(start).min(last));
            let (from, to) = (units[from], units[to]);
            match marks.last_mut() {
                Some(mark) if from <= mark.1 => mark.1 = mark.1.max(to),
                _ if from < to => marks.push((from, to)),
                _ => {}
            }
        }
        (snippet, marks)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn grams(text: &str) -> HashSet<u64> {
        let mut grams = HashSet::new();
        grams_of(text, &mut grams);
        grams
    }

    #[track_caller]
    fn shows(search: &str, text: &str, snippet: &str, found: &[&str]) {
        let query = Query::read(search).unwrap();
        let folded: String = text.chars().map(fold).collect();
        let (shown, marks) = query.snippet(text, &folded);
        assert_eq!(shown, snippet);
        let units: Vec<u16> = shown.encode_utf16().collect();
        let marked: Vec<String> =
            marks.iter().map(|(from, to)| String::from_utf16(&units[*from as usize..*to as usize]).unwrap()).collect();
        assert_eq!(marked, found);
    }

    #[test]
    fn words_are_searched_alone_and_phrases_together() {
        let terms = |text| Query::read(text).map(|query| query.terms);
        assert_eq!(terms("45.83.64.1  Host").unwrap(), ["45.83.64.1", "host"]);
        assert_eq!(terms("\"rate limit\" 차단").unwrap(), ["rate limit", "차단"]);
        assert_eq!(terms(" \"\" "), None);
    }

    #[test]
    fn korean_words_of_two_syllables_and_parts_of_addresses_narrow() {
        assert!(Query::read("차단").unwrap().candidates().is_some());
        assert!(Query::read("3.64").unwrap().candidates().is_some());
        assert_eq!(Query::read("ab").unwrap().candidates(), None);
        assert_eq!(Query::read("가").unwrap().candidates(), None);
    }

    #[test]
    fn what_was_found_is_marked_where_it_stands() {
        shows("block", "Block it, BLOCKED", "Block it, BLOCKED", &["Block", "BLOCK"]);
        shows("차단", "🚫 주소를 차단했습니다", "🚫 주소를 차단했습니다", &["차단"]);
        shows("needle", &format!("{}needle", "x".repeat(60)), &format!("…{}needle", "x".repeat(48)), &["needle"]);
        shows("a\u{a0}b", "a b", "a b", &["a", "b"]);
        shows("abc bcd", "xabcdx", "xabcdx", &["abcd"]);
    }

    #[test]
    fn values_are_visited_with_their_places() {
        let mut seen = Vec::new();
        let value = json!({"data": {"hits": [{"ip": "1.2.3.4"}, 7]}, "none": null});
        leaves(&value, &mut String::new(), "", &mut |path, text| seen.push(format!("{path} | {text}")));
        let expected = ["data | data", "data.hits | hits", "data.hits[0].ip | ip: 1.2.3.4", "data.hits[1] | hits: 7", "none | none"];
        assert_eq!(seen, expected);
    }

    proptest! {
        #[test]
        fn a_part_of_a_text_has_no_gram_that_the_text_lacks(text in "[a-cA-C가나다 .0-1ßİ🚫]{0,24}", from in 0..24usize, length in 0..24usize) {
            let part: String = text.chars().skip(from).take(length).collect();
            prop_assert!(grams(&part).is_subset(&grams(&text)));
        }

        #[test]
        fn two_grams_are_never_the_same_word(one in "[ab가나🚫]{2,4}", other in "[ab가나🚫]{2,4}") {
            let tokens = |text: &str| grams(text).into_iter().map(token).collect::<HashSet<_>>();
            prop_assert_eq!(tokens(&one) == tokens(&other), grams(&one) == grams(&other));
        }

        #[test]
        fn snippets_never_panic_and_marks_are_in_order(text in ".{0,300}", search in ".{1,8}") {
            if let Some(query) = Query::read(&search) {
                let folded: String = text.chars().map(fold).collect();
                let (snippet, marks) = query.snippet(&text, &folded);
                let length = snippet.encode_utf16().count() as u32;
                prop_assert!(marks.windows(2).all(|pair| pair[0].1 < pair[1].0));
                prop_assert!(marks.iter().all(|(from, to)| from < to && *to <= length));
            }
        }
    }
}
