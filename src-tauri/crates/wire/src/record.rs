//! The record of what was done: search, saved views, export, reports, figures, decisions, retention, audit.

use engine::message::Answer;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;
use types::{Error, ExecutionStatus, Language, TaskStatus, Text, Time};

use crate::execution::{ListExecutions, StatusCount};

/// The order of a list of executions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ExecutionSort {
    /// By number: the order in which they were queued.
    #[default]
    Number,
    /// By their start; those that have not started come last.
    Started,
    /// By their end; those that have not ended come last.
    Ended,
    /// By their duration; those that have not ended come last.
    Duration,
}

/// Where the text of a search was found in an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ExecutionMatch {
    /// The execution.
    #[ts(type = "number")]
    pub execution: i64,
    /// In what.
    pub field: MatchField,
    /// The task; absent for what belongs to the whole execution.
    pub task: Option<String>,
    /// What people call the task.
    pub task_name: Option<Text>,
    /// The place inside an input or output, such as `data.hits[0].address`.
    pub path: String,
    /// The text around what was found, plain text.
    pub snippet: String,
    /// What was found: from and to in `snippet`, in UTF-16 units as JavaScript counts, in order and apart.
    #[ts(type = "Array<[number, number]>")]
    pub marks: Vec<(u32, u32)>,
}

/// What of an execution a search looks through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum MatchField {
    /// The playbook's name or id.
    Playbook,
    /// The ticket's title.
    Ticket,
    /// What a task, or the execution, was given.
    Input,
    /// What a task gave.
    Output,
    /// An error's code or message.
    Error,
    /// A question that was asked.
    Question,
    /// What a person answered.
    Answer,
    /// The opinion that a person gave.
    Opinion,
}

/// Names a screen whose views are saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ListViews {
    /// The screen, such as `executions`.
    pub screen: String,
}

/// The saved views of a screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SavedViews {
    /// By name.
    pub views: Vec<SavedView>,
}

/// A saved view: a name for a filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SavedView {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// The screen, such as `executions`.
    pub screen: String,
    /// Its name, unique on its screen.
    pub name: String,
    /// What the screen needs to show it again.
    #[ts(type = "unknown")]
    pub filter: Json,
    /// Who saved it.
    pub saved_by: String,
    /// When.
    #[ts(type = "string")]
    pub saved_at: Time,
}

/// Saves a view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct SaveView {
    /// The view to change; a new one where absent.
    #[serde(default)]
    #[ts(type = "number", optional)]
    pub id: Option<i64>,
    /// The screen.
    pub screen: String,
    /// Its name; VIEW-NAME when another view of the screen has it.
    pub name: String,
    /// What the screen needs to show it again, 64 KB at most.
    #[ts(type = "unknown")]
    pub filter: Json,
}

/// Names a saved view.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct ViewRef {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
}

/// Exports executions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ExportExecutions {
    /// Which ones, in which order. `offset` and `limit` (10,000 at most) choose the page of text; a file holds all.
    pub filter: ListExecutions,
    /// How.
    pub format: ExportFormat,
    /// The language of headings; English where absent.
    #[serde(default)]
    pub language: Option<Language>,
    /// Write everything to this new file instead of answering with text; refused at the HTTP door.
    #[serde(default)]
    pub path: Option<String>,
}

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// Rows with a heading, UTF-8 with a byte order mark; what a spreadsheet would take for a formula is made text.
    Csv,
    /// One array of objects, as `execution.list` gives them.
    Json,
}

/// An export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ExportedExecutions {
    /// How many rows it has.
    pub rows: u32,
    /// The text of this page; null when a file was written. Pages of CSV follow one another; pages of JSON are arrays of their own.
    pub text: Option<String>,
    /// Where the next page starts; null when there is none.
    pub next_offset: Option<u32>,
    /// A name for the file.
    pub file_name: String,
    /// The file that was written.
    pub path: Option<String>,
}

/// Asks for a report of an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct WriteReport {
    /// The execution, or for `ticket.report` the ticket.
    #[ts(type = "number")]
    pub id: i64,
    /// How.
    pub format: ReportFormat,
    /// The language; that of the settings where absent.
    #[serde(default)]
    pub language: Option<Language>,
    /// What is left out: names of fields (`password`), paths (`look.output.owner`), or kinds (`kind:ip`, `kind:domain`, `kind:url`,
    /// `kind:hash`, `kind:email`, `kind:people`).
    #[serde(default)]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub redact: Vec<String>,
    /// Write to this new file instead of answering with the content; refused at the HTTP door.
    #[serde(default)]
    pub path: Option<String>,
}

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ReportFormat {
    /// Markdown.
    Markdown,
    /// One file of HTML without scripts and without anything from elsewhere.
    Html,
    /// PDF.
    Pdf,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WrittenReport {
    /// A name for the file.
    pub file_name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// Its text (Markdown, HTML); null for PDF and when a file was written.
    pub text: Option<String>,
    /// Its bytes in base64 (PDF); null otherwise.
    pub base64: Option<String>,
    /// How many bytes it has.
    #[ts(type = "number")]
    pub bytes: u64,
    /// The file that was written.
    pub path: Option<String>,
}

/// Asks for the figures of a period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ShowMetrics {
    /// From when, by the time an execution was queued; 30 days before `to` where absent.
    #[ts(type = "string", optional)]
    pub from: Option<Time>,
    /// Until when, not included; now where absent.
    #[ts(type = "string", optional)]
    pub to: Option<Time>,
    /// Only of this playbook.
    pub playbook: Option<String>,
}

/// The figures of a period. Every number comes with the filter that lists the executions behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Metrics {
    /// From when.
    #[ts(type = "string")]
    pub from: Time,
    /// Until when, not included.
    #[ts(type = "string")]
    pub to: Time,
    /// The time zone of the days.
    pub zone: String,
    /// How many executions there were in each status.
    pub statuses: Vec<StatusFigure>,
    /// By day, every day of the period, oldest first; at most the last 400 days.
    pub days: Vec<DayCount>,
    /// From being queued to the end, over executions that are done.
    pub executions: DurationFigure,
    /// From opening to closing, over tickets that were closed in the period (of the playbook's executions, where one is named).
    pub tickets: TicketFigure,
    /// Time that commands and decisions of the machine took, in milliseconds.
    #[ts(type = "number")]
    pub automatic_ms: u64,
    /// Time that was spent waiting for people, in milliseconds.
    #[ts(type = "number")]
    pub human_ms: u64,
    /// The time that was saved, where playbooks state how long their work takes by hand.
    pub saved: SavedFigure,
    /// The tasks that took the longest on average (without waiting for people), at most 20.
    pub slowest: Vec<TaskFigure>,
    /// The tasks that failed most often, at most 20.
    pub failing: Vec<TaskFigure>,
    /// By playbook, most executions first, at most 50.
    pub playbooks: Vec<PlaybookFigure>,
    /// Executions of the period that the background has not looked at yet; the figures lack them for a moment.
    pub behind: u32,
}

/// How many executions are in a status, with the filter that lists them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StatusFigure {
    /// The status.
    pub status: ExecutionStatus,
    /// How many.
    pub count: u32,
    /// The filter that lists them.
    pub filter: ListExecutions,
}

/// The executions of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DayCount {
    /// The day, such as `2026-11-22`.
    pub day: String,
    /// How many in each status that occurs.
    pub statuses: Vec<StatusFigure>,
}

/// Durations of executions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DurationFigure {
    /// How many.
    pub count: u32,
    /// The mean, in milliseconds.
    #[ts(type = "number | null")]
    pub mean_ms: Option<u64>,
    /// Half of them took no longer, in milliseconds.
    #[ts(type = "number | null")]
    pub median_ms: Option<u64>,
    /// Nine of ten took no longer, in milliseconds.
    #[ts(type = "number | null")]
    pub p90_ms: Option<u64>,
    /// The filter that lists them, longest first.
    pub filter: ListExecutions,
}

/// Durations of tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TicketFigure {
    /// How many.
    pub count: u32,
    /// The mean (MTTR), in milliseconds.
    #[ts(type = "number | null")]
    pub mean_ms: Option<u64>,
    /// Half of them took no longer, in milliseconds.
    #[ts(type = "number | null")]
    pub median_ms: Option<u64>,
    /// Nine of ten took no longer, in milliseconds.
    #[ts(type = "number | null")]
    pub p90_ms: Option<u64>,
    /// The tickets that took the longest, at most 100.
    #[ts(type = "Array<number>")]
    pub longest: Vec<i64>,
}

/// The time that was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SavedFigure {
    /// Executions that are done and whose playbook states how long the work takes by hand.
    pub count: u32,
    /// What people would have needed for them, in milliseconds.
    #[ts(type = "number")]
    pub manual_ms: u64,
    /// What people did need for them: the time that questions were open, in milliseconds.
    #[ts(type = "number")]
    pub human_ms: u64,
    /// The difference, never less than zero for an execution, in milliseconds.
    #[ts(type = "number")]
    pub saved_ms: u64,
    /// The playbooks that state a manual duration.
    pub playbooks: Vec<String>,
    /// The filter that lists the executions of these playbooks.
    pub filter: ListExecutions,
}

/// The figures of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskFigure {
    /// The playbook.
    pub playbook: String,
    /// What people call it.
    pub playbook_name: Text,
    /// The task.
    pub task: String,
    /// What people call it.
    pub task_name: Text,
    /// Its type, such as `action`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How often it ended.
    pub runs: u32,
    /// How often it failed.
    pub failed: u32,
    /// Its mean duration without waiting for people, in milliseconds.
    #[ts(type = "number")]
    pub mean_ms: u64,
    /// Half of its runs took no longer, in milliseconds.
    #[ts(type = "number")]
    pub median_ms: u64,
    /// Nine of ten of its runs took no longer, in milliseconds.
    #[ts(type = "number")]
    pub p90_ms: u64,
    /// The mean of the time it waited for people, in milliseconds.
    #[ts(type = "number")]
    pub human_ms: u64,
    /// The error code that occurred most often.
    pub error_code: Option<String>,
    /// The filter that lists the executions in which it ran; for a failing task those in which it failed.
    pub filter: ListExecutions,
}

/// The figures of a playbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PlaybookFigure {
    /// The playbook.
    pub playbook: String,
    /// What people call it.
    pub name: Text,
    /// How many executions it had.
    pub count: u32,
    /// How many of them failed.
    pub failed: u32,
    /// Half of those that are done took no longer, in milliseconds.
    #[ts(type = "number | null")]
    pub median_ms: Option<u64>,
    /// The filter that lists them.
    pub filter: ListExecutions,
}

/// Asks for decisions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ListDecisions {
    /// True: only the operator's.
    pub mine: Option<bool>,
    /// From when.
    #[ts(type = "string", optional)]
    pub from: Option<Time>,
    /// Until when, not included.
    #[ts(type = "string", optional)]
    pub to: Option<Time>,
    /// Text in the question, the answer, the playbook's name or the ticket's title.
    pub search: Option<String>,
    /// Rows to skip.
    pub offset: Option<u32>,
    /// Rows at most, 100 where absent, 1,000 at most.
    pub limit: Option<u32>,
}

/// A page of decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DecisionPage {
    /// Newest first.
    pub decisions: Vec<Decision>,
    /// How many there are in all.
    pub total: u32,
}

/// A question that somebody decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Decision {
    /// The question's number.
    #[ts(type = "number")]
    pub question: i64,
    /// What was asked.
    pub text: Text,
    /// `approval`, `input` or `gate`.
    pub kind: String,
    /// The answer, with the opinion.
    pub answer: Answer,
    /// Who decided.
    pub by: String,
    /// When.
    #[ts(type = "string")]
    pub at: Time,
    /// Who was asked.
    pub assignee: Option<String>,
    /// When it was asked.
    #[ts(type = "string")]
    pub asked_at: Time,
    /// The execution.
    #[ts(type = "number")]
    pub execution: i64,
    /// The playbook.
    pub playbook: String,
    /// What people call it.
    pub playbook_name: Text,
    /// The task.
    pub task: String,
    /// What people call it.
    pub task_name: Text,
    /// The ticket.
    #[ts(type = "number | null")]
    pub ticket: Option<i64>,
    /// The ticket's title.
    pub ticket_title: Option<String>,
}

/// Asks for a value of a task beyond its preview.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ShowValue {
    /// The execution.
    #[ts(type = "number")]
    pub id: i64,
    /// The task.
    pub task: String,
    /// Which value.
    pub field: ValueField,
    /// As it was in this attempt, from 1; the last one where absent.
    #[serde(default)]
    pub attempt: Option<u32>,
    /// Of a call over a list: this item, from 0. Its input is what its execution was given, its output are that execution's variables; its
    /// attempts are the executions that were started for it.
    #[serde(default)]
    pub item: Option<u32>,
    /// The part of it as a JSON pointer (RFC 6901), such as `/data/hits/0`; the whole where absent.
    #[serde(default)]
    pub path: Option<String>,
    /// The first entry or UTF-8 byte of a long array or text that is wanted.
    #[serde(default)]
    #[ts(type = "number", optional)]
    pub offset: Option<u64>,
    /// Entries or bytes at most; as much as 4 MB holds where absent.
    #[serde(default)]
    #[ts(type = "number", optional)]
    pub limit: Option<u64>,
}

/// A value of a task run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ValueField {
    /// What was rendered for it.
    Input,
    /// What it gave.
    Output,
}

/// A value, or a part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskValue {
    /// The value, plain JSON; of an array the entries, of a text the part that was asked for.
    #[ts(type = "unknown")]
    pub value: Json,
    /// How many bytes the whole has as JSON.
    #[ts(type = "number")]
    pub bytes: u64,
    /// How many entries the array or object, or how many UTF-8 bytes the text has; null for other values.
    #[ts(type = "number | null")]
    pub length: Option<u64>,
    /// Where the next part of an array or text starts; null when this is its end.
    #[ts(type = "number | null")]
    pub next_offset: Option<u64>,
}

/// Marks executions so that retention keeps them, or takes the mark off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct KeepExecutions {
    /// The executions.
    #[ts(type = "Array<number>")]
    pub ids: Vec<i64>,
    /// True keeps.
    pub keep: bool,
}

/// How long executions are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Retention {
    /// Days after the end that executions which are done are kept; null for ever.
    pub done_days: Option<u32>,
    /// Days that failed ones are kept; null for ever.
    pub failed_days: Option<u32>,
    /// Days that cancelled ones are kept; null for ever.
    pub cancelled_days: Option<u32>,
}

/// Asks for the state of the storage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ShowStorage {
    /// Also the size of every table, which reads the whole database.
    pub tables: Option<bool>,
}

/// The state of the storage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Storage {
    /// The database's bytes, free pages included.
    #[ts(type = "number")]
    pub database_bytes: u64,
    /// The search index's bytes; it is derived and can be made anew.
    #[ts(type = "number")]
    pub search_bytes: u64,
    /// Bytes of pages that nothing uses, of both; `storage.compact` gives them back to the disk.
    #[ts(type = "number")]
    pub free_bytes: u64,
    /// Bytes of the write-ahead log.
    #[ts(type = "number")]
    pub log_bytes: u64,
    /// Bytes of the event store.
    #[ts(type = "number")]
    pub event_bytes: u64,
    /// Executions by status.
    pub executions: Vec<StatusCount>,
    /// Executions that are marked to be kept.
    pub kept: u32,
    /// When the oldest execution was queued.
    #[ts(type = "string | null")]
    pub oldest: Option<Time>,
    /// Executions that the search index does not hold as they stand.
    pub unindexed: u32,
    /// How long executions are kept.
    pub retention: Retention,
    /// When retention last deleted something, and how much.
    pub last_purge: Option<LastPurge>,
    /// The tables, largest first; null unless asked for.
    pub tables: Option<Vec<TableSize>>,
}

/// The last time that retention deleted something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LastPurge {
    /// When.
    #[ts(type = "string")]
    pub at: Time,
    /// By whom; `haetae` in the background.
    pub by: String,
    /// How many executions.
    pub executions: u32,
}

/// The size of a table with its indexes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TableSize {
    /// Its name.
    pub name: String,
    /// Its rows.
    #[ts(type = "number")]
    pub rows: u64,
    /// Its bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// Deletes executions that are older than retention says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct PurgeStorage {
    /// Only say what would be deleted.
    pub preview: bool,
    /// Other days than the settings say, this once.
    pub retention: Option<Retention>,
}

/// What was deleted, or would be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PurgeReport {
    /// Executions, with their journals, task runs and questions.
    pub executions: u32,
    /// By status.
    pub statuses: Vec<StatusCount>,
    /// Executions that are old enough and stay because their ticket is open.
    pub kept_for_ticket: u32,
    /// Executions that are old enough and stay because they are marked.
    pub kept_by_mark: u32,
    /// When the oldest of them ended.
    #[ts(type = "string | null")]
    pub oldest: Option<Time>,
    /// Whether they are deleted.
    pub deleted: bool,
}

/// What compacting gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CompactReport {
    /// Bytes of the database before.
    #[ts(type = "number")]
    pub before_bytes: u64,
    /// Bytes of the database after.
    #[ts(type = "number")]
    pub after_bytes: u64,
}

/// Acts on several executions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ManyExecutions {
    /// These.
    #[ts(type = "Array<number>", optional)]
    pub ids: Option<Vec<i64>>,
    /// Or all that match, 10,000 at most.
    pub filter: Option<ListExecutions>,
    /// Only say which would be acted on.
    pub preview: bool,
}

/// What became of several executions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ManyReport {
    /// A row for each.
    pub rows: Vec<ManyRow>,
    /// How many it was done to, or would be.
    pub done: u32,
    /// How many were refused, or would be.
    pub refused: u32,
}

/// What became of one of several executions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ManyRow {
    /// The execution.
    #[ts(type = "number")]
    pub id: i64,
    /// The playbook's name.
    pub name: Option<Text>,
    /// Where it stood before.
    pub status: Option<ExecutionStatus>,
    /// The new execution, for what starts one.
    #[ts(type = "number | null")]
    pub started: Option<i64>,
    /// Why it was refused.
    pub error: Option<Error>,
    /// The tasks whose destructive commands would run again; only said before a re-run.
    #[serde(default)]
    pub destructive: Vec<Text>,
}

/// Asks for the audit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ListAudit {
    /// From when.
    #[ts(type = "string", optional)]
    pub from: Option<Time>,
    /// Until when, not included.
    #[ts(type = "string", optional)]
    pub to: Option<Time>,
    /// Only of this operation, such as `execution.cancel`.
    pub operation: Option<String>,
    /// Text in who, what or the details.
    pub search: Option<String>,
    /// Rows to skip.
    pub offset: Option<u32>,
    /// Rows at most, 200 where absent, 1,000 at most.
    pub limit: Option<u32>,
}

/// A page of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// How many there are in all.
    pub total: u32,
}

/// A line of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AuditEntry {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// When.
    #[ts(type = "string")]
    pub at: Time,
    /// Who.
    pub by: String,
    /// The operation.
    pub operation: String,
    /// What it was done to.
    pub target: Option<String>,
    /// Its details.
    pub text: String,
}

/// A task's status that a list of executions is filtered by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct TaskFilter {
    /// The task's id; any task where absent.
    #[serde(default)]
    pub task: Option<String>,
    /// In one of these statuses; any where absent.
    #[serde(default)]
    pub status: Option<Vec<TaskStatus>>,
    /// With this error code.
    #[serde(default)]
    pub error_code: Option<String>,
}
