//! Executions and the questions they put to people.

use engine::message::{Answer, CommandCall, Question, Review, TaskError, TaskRun};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;
use types::{Error, ExecutionStatus, Severity, TaskStatus, Text, Time};

use crate::playbook::Document;
use crate::record::{ExecutionMatch, ExecutionSort, TaskFilter, ValueField};

/// Starts a playbook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct StartExecution {
    /// Its id.
    pub playbook: String,
    /// The version; the newest where absent.
    #[serde(default)]
    pub version: Option<u32>,
    /// The inputs by name. A `ticket` input may be a ticket's number.
    #[serde(default)]
    #[ts(type = "Record<string, unknown>", optional)]
    pub input: serde_json::Map<String, Json>,
    /// The ticket it belongs to.
    #[serde(default)]
    pub ticket: Option<i64>,
    /// Answer only when it has ended or only people are awaited.
    #[serde(default)]
    pub wait: Option<bool>,
}

/// Names an execution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct ExecutionRef {
    /// Its number.
    pub id: i64,
}

/// Asks for executions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ListExecutions {
    /// Of this playbook.
    pub playbook: Option<String>,
    /// Of this ticket.
    pub ticket: Option<i64>,
    /// In one of these statuses.
    pub status: Option<Vec<ExecutionStatus>>,
    /// Words, or "phrases in quotes", that all occur in inputs, outputs, errors, questions, answers, opinions, the playbook's name
    /// or the ticket's title; or an execution's number.
    pub search: Option<String>,
    /// True: only executions that no call task started.
    pub roots: Option<bool>,
    /// Of one of these playbooks.
    pub playbooks: Option<Vec<String>>,
    /// Of this version.
    pub version: Option<u32>,
    /// Started by one of these: `person`, `ticket`, `schedule`, `call`, `rerun`, `sample`.
    pub trigger: Option<Vec<String>>,
    /// Started by this person.
    pub started_by: Option<String>,
    /// With this error code.
    pub error_code: Option<String>,
    /// Queued at or after this.
    #[ts(type = "string", optional)]
    pub queued_from: Option<Time>,
    /// Queued before this.
    #[ts(type = "string", optional)]
    pub queued_to: Option<Time>,
    /// Started at or after this.
    #[ts(type = "string", optional)]
    pub started_from: Option<Time>,
    /// Started before this.
    #[ts(type = "string", optional)]
    pub started_to: Option<Time>,
    /// Ended at or after this.
    #[ts(type = "string", optional)]
    pub ended_from: Option<Time>,
    /// Ended before this.
    #[ts(type = "string", optional)]
    pub ended_to: Option<Time>,
    /// With a task like this.
    pub task: Option<TaskFilter>,
    /// True: only those marked to be kept.
    pub kept: Option<bool>,
    /// The order; by number where absent.
    pub sort: Option<ExecutionSort>,
    /// True: smallest, oldest or shortest first.
    pub ascending: Option<bool>,
    /// Rows to skip.
    pub offset: Option<u32>,
    /// Rows at most, 200 where absent, 1,000 at most.
    pub limit: Option<u32>,
}

/// A page of executions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ExecutionPage {
    /// In the order that was asked for; newest first where none was.
    pub executions: Vec<ExecutionSummary>,
    /// How many there are in all; of a search that goes over several pages only an estimate, see `exact`.
    pub total: u32,
    /// Whether `total` is exact.
    #[serde(default)]
    pub exact: bool,
    /// The `offset` of the next page; null when this is the last one. A search may skip rows, so do not compute it.
    #[serde(default)]
    pub next_offset: Option<u32>,
    /// Where the text of the search was found, at most three places per execution.
    #[serde(default)]
    pub matches: Vec<ExecutionMatch>,
    /// The executions of this page that are marked to be kept.
    #[serde(default)]
    #[ts(type = "Array<number>")]
    pub kept: Vec<i64>,
}

/// An execution in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ExecutionSummary {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// The playbook.
    pub playbook: String,
    /// What people call it.
    pub name: Text,
    /// The playbook's version.
    pub version: u32,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// What started it: `person`, `ticket`, `schedule`, `call`, `rerun` or `sample`.
    pub trigger: String,
    /// The ticket it belongs to.
    #[ts(type = "number | null")]
    pub ticket: Option<i64>,
    /// The ticket's title.
    pub ticket_title: Option<String>,
    /// The task it is at.
    pub current_task: Option<CurrentTask>,
    /// The error that failed it, or the newest failed task's.
    pub error_code: Option<String>,
    /// When it was queued.
    #[ts(type = "string")]
    pub queued_at: Time,
    /// When it started; null while queued.
    #[ts(type = "string | null")]
    pub started_at: Option<Time>,
    /// When it ended.
    #[ts(type = "string | null")]
    pub ended_at: Option<Time>,
    /// Who started it.
    pub started_by: String,
    /// The call task that started it.
    #[serde(default)]
    pub parent: Option<ParentRef>,
    /// The execution that it runs again.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub rerun_of: Option<i64>,
}

/// The call task that started an execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ParentRef {
    /// The execution whose task it is.
    #[ts(type = "number")]
    pub execution: i64,
    /// The call task.
    pub task: String,
    /// The item of its list, from 0; null for a call that runs once.
    pub item: Option<u32>,
}

/// The task an execution is at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CurrentTask {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: Text,
}

/// One execution whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ExecutionDetail {
    /// What the list says.
    pub summary: ExecutionSummary,
    /// The playbook version's document.
    pub document: Document,
    /// Every task of the playbook, in its order. Inputs and outputs over 64 KB are cut, see `truncated`.
    pub tasks: Vec<TaskRun>,
    /// The fate of each link of the document, by index: `open`, `fired` or `dead`.
    pub links: Vec<LinkState>,
    /// The variables as they stand, plain JSON.
    #[ts(type = "Record<string, unknown>")]
    pub variables: serde_json::Map<String, Json>,
    /// The inputs it was started with, plain JSON.
    #[ts(type = "Record<string, unknown>")]
    pub input: serde_json::Map<String, Json>,
    /// Tasks whose input or output was cut to a preview.
    pub truncated: Vec<String>,
    /// Its open questions.
    pub questions: Vec<OpenQuestion>,
    /// The call tasks that have started executions, with how many there are.
    #[serde(default)]
    pub calls: Vec<CallCounts>,
}

/// An execution that was started, as it stood when that was answered; `execution.show` has its tasks and its document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StartedExecution {
    /// What the list says.
    pub summary: ExecutionSummary,
    /// The variables as they stand, plain JSON.
    #[ts(type = "Record<string, unknown>")]
    pub variables: serde_json::Map<String, Json>,
    /// Its open questions.
    pub questions: Vec<OpenQuestion>,
    /// The tasks that have failed, whether or not a link handled that, in the order in which they began.
    pub failures: Vec<TaskFailure>,
}

/// A task that has failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskFailure {
    /// The task.
    pub task: String,
    /// Why.
    pub error: TaskError,
}

impl TaskFailure {
    /// Returns the failures among task runs.
    pub fn among<'a>(runs: impl IntoIterator<Item = &'a TaskRun>) -> Vec<Self> {
        let failed = runs.into_iter().filter(|run| run.status == TaskStatus::Failed);
        failed.filter_map(|run| Some(Self { task: run.id.to_string(), error: run.error.clone()? })).collect()
    }
}

/// Names a task of an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskRef {
    /// The execution.
    #[ts(type = "number")]
    pub id: i64,
    /// The task.
    pub task: String,
}

/// One task run whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskDetail {
    /// The task as the document has it.
    #[ts(type = "Task | null")]
    pub task: Json,
    /// What people call it.
    pub name: Text,
    /// The run; an input or output over 64 KB is cut to the first part of its text.
    pub run: TaskRun,
    /// Which of them were cut; `execution.value` has them whole.
    pub truncated: Vec<ValueField>,
}

/// What an execution was given and what it has made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ExecutionValues {
    /// The inputs it was started with, plain JSON.
    #[ts(type = "Record<string, unknown>")]
    pub input: serde_json::Map<String, Json>,
    /// The variables as they stand, plain JSON.
    #[ts(type = "Record<string, unknown>")]
    pub variables: serde_json::Map<String, Json>,
}

/// What became of the executions that a call task started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CallCounts {
    /// The call task.
    pub task: String,
    /// How many executions it has started.
    pub total: u32,
    /// How many of them have each status; statuses that none has are absent.
    pub counts: Vec<StatusCount>,
}

/// How many executions have a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StatusCount {
    /// The status.
    pub status: ExecutionStatus,
    /// How many.
    pub count: u32,
}

/// Asks for the executions that the call tasks of an execution started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ListChildren {
    /// The execution that called.
    #[ts(type = "number")]
    pub id: i64,
    /// Of this call task.
    #[serde(default)]
    pub task: Option<String>,
    /// In one of these statuses.
    #[serde(default)]
    pub status: Option<Vec<ExecutionStatus>>,
    /// Rows to skip.
    #[serde(default)]
    pub offset: Option<u32>,
    /// Rows at most, 200 where absent, 1,000 at most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A page of called executions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ChildPage {
    /// In the order in which they were started.
    pub children: Vec<ChildSummary>,
    /// How many there are in all.
    pub total: u32,
}

/// A called execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ChildSummary {
    /// What the list says; `parent` names the task and the item's place in its list.
    pub execution: ExecutionSummary,
    /// The item it was started for, plain JSON, cut to 4 KB; null for a call that runs once.
    #[ts(type = "unknown")]
    pub value: Json,
}

/// Which version of the playbook runs again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum RerunVersion {
    /// The document that ran.
    #[default]
    Same,
    /// The newest version that is saved.
    Current,
}

/// Runs an execution again, as a new one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct RerunExecution {
    /// The execution that has ended.
    #[ts(type = "number")]
    pub id: i64,
    /// From this task on, with the recorded outputs of the tasks before it; from the start where absent.
    #[serde(default)]
    pub from: Option<String>,
    /// On which version; the one that ran where absent.
    #[serde(default)]
    #[ts(as = "Option<RerunVersion>", optional)]
    pub version: RerunVersion,
    /// Answer only when it has ended or only people are awaited.
    #[serde(default)]
    pub wait: Option<bool>,
}

/// What a re-run would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RerunPreview {
    /// The playbook.
    pub playbook: String,
    /// The version that ran; 0 for a draft or a file.
    pub ran: u32,
    /// The version that would run.
    pub runs: u32,
    /// The tasks that differ between the two; empty for the same version.
    pub changes: Vec<TaskChange>,
    /// Whether links or inputs differ between the two.
    pub other_changes: bool,
    /// Every task of the version that would run, in its order.
    pub tasks: Vec<RerunTask>,
    /// Why it cannot be run again; null when it can.
    pub refusal: Option<Error>,
}

/// A task that differs between two versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TaskChange {
    /// The task.
    pub task: String,
    /// What people call it.
    pub name: Text,
    /// How it differs.
    pub change: TaskChangeKind,
}

/// How a task differs between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum TaskChangeKind {
    /// Only the version that would run has it.
    Added,
    /// Only the version that ran has it.
    Removed,
    /// Both have it and it differs in more than its place.
    Changed,
}

impl TaskChangeKind {
    /// Returns the word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            TaskChangeKind::Added => "added",
            TaskChangeKind::Removed => "removed",
            TaskChangeKind::Changed => "changed",
        }
    }
}

/// What a re-run does with a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RerunTask {
    /// The task.
    pub task: String,
    /// What people call it.
    pub name: Text,
    /// Its type, such as `action`.
    #[serde(rename = "type")]
    pub kind: String,
    /// True: its recorded result is taken over and it does not run. False: it runs if the links before it say so.
    pub carried: bool,
    /// Where it stood at the end of the execution; null where it was not in that version.
    pub status: Option<TaskStatus>,
    /// It runs a destructive command when it runs.
    pub destructive: bool,
    /// It has effects outside (an action, a mail, a call) and had them in the execution already.
    pub repeats: bool,
}

/// The fate of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum LinkState {
    /// Not known yet.
    Open,
    /// Its outcome happened.
    Fired,
    /// It cannot happen any more.
    Dead,
}

/// Asks for the transition log of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ListTransitions {
    /// The execution.
    #[ts(type = "number")]
    pub id: i64,
    /// Only the entries after this place in the journal.
    #[serde(default)]
    #[ts(type = "number", optional)]
    pub after: Option<i64>,
}

/// The transition log of an execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TransitionLog {
    /// In order.
    pub entries: Vec<LogEntry>,
}

/// One transition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LogEntry {
    /// Its place in the journal, from 1.
    #[ts(type = "number")]
    pub sequence: i64,
    /// When.
    #[ts(type = "string")]
    pub at: Time,
    /// The event's word, such as `task_succeeded`.
    pub event: String,
    /// The task it is about.
    pub task: Option<String>,
    /// Who, for what people did.
    pub by: Option<String>,
    /// Its details, such as the error code.
    pub text: Option<String>,
}

/// Decides about a task whose effect is unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReviewTask {
    /// The execution.
    #[ts(type = "number")]
    pub id: i64,
    /// The task.
    pub task: String,
    /// The decision.
    pub review: Review,
}

/// Asks for what waits for people.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ListQuestions {
    /// True: only what is asked of the operator or of nobody. False: everybody's.
    pub mine: Option<bool>,
}

/// A question that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OpenQuestion {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// The execution.
    #[ts(type = "number")]
    pub execution: i64,
    /// The question.
    pub question: Question,
    /// When it was asked.
    #[ts(type = "string")]
    pub asked_at: Time,
}

/// What waits for people, most urgent first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestionGroups {
    /// Equal questions of one playbook version's task, grouped: an answer may be given to all of them.
    pub groups: Vec<QuestionGroup>,
    /// Tasks that need review.
    pub reviews: Vec<ReviewItem>,
    /// New tickets with nobody assigned, the worst first and of equals the newest, at most 100.
    pub tickets: Vec<crate::casework::TicketSummary>,
    /// How many new tickets there are.
    pub new_tickets: u32,
}

/// Equal questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestionGroup {
    /// `approval`, `input` or `gate`.
    pub kind: String,
    /// The questions, soonest deadline first; at most 100 are listed.
    pub questions: Vec<QuestionSummary>,
    /// How many there are.
    pub count: u32,
    /// The worst severity of their tickets.
    pub severity: Option<Severity>,
    /// The soonest deadline.
    #[ts(type = "string | null")]
    pub deadline: Option<Time>,
    /// The playbook's name.
    pub playbook: Text,
    /// The task's name.
    pub task: Text,
}

/// A question in the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestionSummary {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// What is asked.
    pub text: Text,
    /// The execution.
    #[ts(type = "number")]
    pub execution: i64,
    /// The ticket.
    #[ts(type = "number | null")]
    pub ticket: Option<i64>,
    /// The ticket's title.
    pub ticket_title: Option<String>,
    /// The ticket's severity.
    pub severity: Option<Severity>,
    /// Who is asked.
    pub assignee: Option<String>,
    /// When it was asked.
    #[ts(type = "string")]
    pub asked_at: Time,
    /// When it expires.
    #[ts(type = "string | null")]
    pub deadline: Option<Time>,
}

/// A task that needs review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReviewItem {
    /// The execution.
    #[ts(type = "number")]
    pub execution: i64,
    /// The playbook's name.
    pub playbook: Text,
    /// The task's id.
    pub task: String,
    /// The task's name.
    pub task_name: Text,
    /// The ticket.
    #[ts(type = "number | null")]
    pub ticket: Option<i64>,
    /// Since when.
    #[ts(type = "string")]
    pub since: Time,
    /// What was sent and may or may not have happened.
    pub call: Option<CommandCall>,
}

/// Names a question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestionRef {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
}

/// A question with the data that led to it and what an answer does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestionDetail {
    /// What the queue says.
    pub summary: QuestionSummary,
    /// The question.
    pub question: Question,
    /// The playbook's name.
    pub playbook: Text,
    /// The playbook's version.
    pub version: u32,
    /// The task's name.
    pub task: Text,
    /// What was found before: finished tasks in order, with their outputs.
    pub evidence: Vec<Evidence>,
    /// Tasks before the question that failed, run or need review: what was not heard.
    pub missing: Vec<Evidence>,
    /// What an approval releases, with what each host or address is.
    pub releases: Vec<ReleaseDetail>,
    /// Tasks that follow `rejected` or `false`.
    pub if_rejected: Vec<Text>,
    /// Tasks that follow `expired`; empty means the execution fails.
    pub if_expired: Vec<Text>,
    /// The answer, once there is one.
    pub answered: Option<Answered>,
}

/// What a task before a question found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Evidence {
    /// The task's id.
    pub task: String,
    /// The task's name.
    pub name: Text,
    /// The app's name, for actions.
    pub app: Option<Text>,
    /// Where it stands.
    pub status: types::TaskStatus,
    /// The error's code.
    pub error_code: Option<String>,
    /// The output, plain JSON, cut to 4 KB.
    #[ts(type = "unknown")]
    pub output: Json,
    /// When it ended.
    #[ts(type = "string | null")]
    pub ended_at: Option<Time>,
}

/// A destructive command that an approval releases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ReleaseDetail {
    /// The task's id.
    pub task: String,
    /// The task's name.
    pub name: Text,
    /// The app's name.
    pub app: Text,
    /// The command's name.
    pub command_name: Text,
    /// The command with its parameters.
    pub call: CommandCall,
    /// How it can be taken back.
    pub undo: Option<Text>,
    /// The assets among its parameters.
    pub assets: Vec<crate::casework::Asset>,
}

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// Who.
    pub by: String,
    /// When.
    #[ts(type = "string")]
    pub at: Time,
}

/// Answers questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AnswerQuestions {
    /// The questions; several only when they are equal.
    #[ts(type = "Array<number>")]
    pub ids: Vec<i64>,
    /// The answer. For approvals `hash` must be the question's; with several questions it is checked per question from `hashes`.
    pub answer: Answer,
    /// For several approvals: each question's hash, in the order of `ids`.
    #[serde(default)]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub hashes: Vec<String>,
}

/// What became of answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AnswerReport {
    /// How many were taken.
    pub answered: u32,
    /// Those that were not, with the reason.
    pub refused: Vec<RefusedAnswer>,
}

/// An answer that was not taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RefusedAnswer {
    /// The question.
    #[ts(type = "number")]
    pub id: i64,
    /// Why.
    pub error: Error,
}
