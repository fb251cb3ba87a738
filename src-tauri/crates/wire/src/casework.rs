//! Tickets, events, the blocklist, assets, queries.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;
use types::{Artifact, Severity, Text, Time};

use crate::execution::ExecutionSummary;

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// Nobody has taken it.
    New,
    /// Somebody has.
    Assigned,
    /// Finished.
    Closed,
}

impl TicketStatus {
    /// Returns the word used in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            TicketStatus::New => "new",
            TicketStatus::Assigned => "assigned",
            TicketStatus::Closed => "closed",
        }
    }
}

/// What a ticket turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// An attack.
    TruePositive,
    /// A false alarm.
    FalsePositive,
    /// A person must look.
    NeedsAnalyst,
    /// Excepted by policy.
    Excepted,
}

impl Verdict {
    /// Returns the word used in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::TruePositive => "true_positive",
            Verdict::FalsePositive => "false_positive",
            Verdict::NeedsAnalyst => "needs_analyst",
            Verdict::Excepted => "excepted",
        }
    }
}

/// A ticket in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TicketSummary {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its type, such as `malware`; names the ticket rule's `type`.
    #[serde(rename = "type")]
    pub kind: String,
    /// How bad.
    pub severity: Severity,
    /// Where it stands.
    pub status: TicketStatus,
    /// What it turned out to be.
    pub verdict: Option<Verdict>,
    /// Who has it.
    pub assignee: Option<String>,
    /// The source address of its events.
    pub src_ip: Option<String>,
    /// The destination address of its first event.
    pub dest_ip: Option<String>,
    /// How many events are merged into it.
    pub event_count: u32,
    /// The event time of the first one.
    #[ts(type = "string | null")]
    pub first_event_at: Option<Time>,
    /// The event time of the last one.
    #[ts(type = "string | null")]
    pub last_event_at: Option<Time>,
    /// When it was opened.
    #[ts(type = "string")]
    pub opened_at: Time,
    /// When it last changed.
    #[ts(type = "string")]
    pub updated_at: Time,
    /// Whether it came with the sample.
    pub sample: bool,
}

/// Asks for tickets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ListTickets {
    /// In one of these statuses.
    pub status: Option<Vec<TicketStatus>>,
    /// Of one of these severities.
    pub severity: Option<Vec<Severity>>,
    /// Text in the title, an address or another artifact.
    pub search: Option<String>,
    /// Rows to skip.
    pub offset: Option<u32>,
    /// Rows at most, 200 where absent, 1,000 at most.
    pub limit: Option<u32>,
}

/// A page of tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TicketPage {
    /// Newest first.
    pub tickets: Vec<TicketSummary>,
    /// How many there are in all.
    pub total: u32,
}

/// Names a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct TicketRef {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
}

/// One ticket whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TicketDetail {
    /// What the list says.
    pub summary: TicketSummary,
    /// The signature of its events.
    pub signature: Option<String>,
    /// The signature's id.
    #[ts(type = "number | null")]
    pub signature_id: Option<i64>,
    /// The detector's category.
    pub category: Option<String>,
    /// Its artifacts, by kind then value.
    pub artifacts: Vec<Artifact>,
    /// Its newest events, at most 200.
    pub events: Vec<EventSummary>,
    /// What happened to it, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Its executions, newest first.
    pub executions: Vec<ExecutionSummary>,
    /// The incident report, Markdown.
    pub report: Option<String>,
}

/// An entry of a ticket's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TimelineEntry {
    /// When.
    #[ts(type = "string")]
    pub at: Time,
    /// Who: a person's name, or the playbook's id.
    pub by: String,
    /// Whether a playbook did it.
    pub automatic: bool,
    /// `opened`, `merged`, `assigned`, `comment`, `report`, `blocked`, `execution`, `closed` or `reopened`.
    pub kind: String,
    /// The text, Markdown for comments; hostile.
    pub text: String,
    /// The execution that did it.
    #[ts(type = "number | null")]
    pub execution: Option<i64>,
}

/// Adds a comment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CommentTicket {
    /// The ticket.
    #[ts(type = "number")]
    pub id: i64,
    /// Markdown, 1 to 100,000 characters.
    pub text: String,
}

/// Gives a ticket to somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AssignTicket {
    /// The ticket.
    #[ts(type = "number")]
    pub id: i64,
    /// Who; null gives it back.
    pub assignee: Option<String>,
}

/// Closes or opens a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CloseTicket {
    /// The ticket.
    #[ts(type = "number")]
    pub id: i64,
    /// False opens it again.
    pub closed: bool,
    /// What it turned out to be.
    pub verdict: Option<Verdict>,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EventSummary {
    /// The hash that is its id, hex.
    pub id: String,
    /// When the detector saw it.
    #[ts(type = "string")]
    pub at: Time,
    /// The signature.
    pub signature: String,
    /// The signature's id.
    #[ts(type = "number")]
    pub signature_id: i64,
    /// The detector's category.
    pub category: String,
    /// How bad.
    pub severity: Severity,
    /// The source.
    pub src_ip: Option<String>,
    /// The source's port.
    pub src_port: Option<u16>,
    /// The destination.
    pub dest_ip: Option<String>,
    /// The destination's port.
    pub dest_port: Option<u16>,
    /// The protocol.
    pub protocol: Option<String>,
    /// What the detector did: `allowed` or `blocked`.
    pub action: Option<String>,
}

/// Names an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EventRef {
    /// The hash that is its id, hex.
    pub id: String,
}

/// An event whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct EventDetail {
    /// What the list says.
    pub summary: EventSummary,
    /// The record as the detector wrote it.
    #[ts(type = "unknown")]
    pub raw: Json,
    /// The payload, base64; null when there is none.
    pub payload: Option<String>,
}

/// Reads alert files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct IngestEvents {
    /// Absolute paths of files that the owner of the data directory can read.
    pub files: Vec<String>,
    /// Let the executions that it starts run to their end before answering.
    #[serde(default)]
    pub run: Option<bool>,
}

/// What ingesting did (DESIGN.md, section 7).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct IngestReport {
    /// Files read.
    pub files: u32,
    /// Lines read.
    #[ts(type = "number")]
    pub lines: u64,
    /// Events stored.
    #[ts(type = "number")]
    pub stored: u64,
    /// Events that were there already.
    #[ts(type = "number")]
    pub duplicates: u64,
    /// Lines that are no events.
    #[ts(type = "number")]
    pub rejected: u64,
    /// Where the rejected lines are kept.
    pub rejects_file: Option<String>,
    /// Tickets opened.
    pub tickets_opened: u32,
    /// Events merged into open tickets.
    pub tickets_merged: u32,
    /// Executions queued.
    pub executions_started: u32,
    /// The first rejected lines with their reason, at most 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejects: Vec<Reject>,
}

/// A line that is no event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Reject {
    /// The file.
    pub file: String,
    /// The line, from 1.
    #[ts(type = "number")]
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// Runs SQL over the event store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(optional_fields)]
pub struct RunQuery {
    /// One SELECT.
    pub sql: String,
    /// Rows at most, 1,000 where absent, 100,000 at most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QueryResult {
    /// The columns' names.
    pub columns: Vec<String>,
    /// The rows.
    #[ts(type = "Array<Array<unknown>>")]
    pub rows: Vec<Vec<Json>>,
    /// Whether there were more rows than the limit.
    pub truncated: bool,
}

/// The blocklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Blocklist {
    /// Newest first.
    pub entries: Vec<BlocklistEntry>,
}

/// An observable to be blocked on devices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct BlocklistEntry {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
    /// The observable.
    pub artifact: Artifact,
    /// Why.
    pub reason: String,
    /// Who or which playbook.
    pub added_by: String,
    /// When.
    #[ts(type = "string")]
    pub added_at: Time,
    /// When it ends.
    #[ts(type = "string")]
    pub expires_at: Time,
    /// The ticket.
    #[ts(type = "number | null")]
    pub ticket: Option<i64>,
    /// Whether it has ended.
    pub expired: bool,
}

/// Names a blocklist entry.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct BlocklistRef {
    /// Its number.
    #[ts(type = "number")]
    pub id: i64,
}

/// The assets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Assets {
    /// By name.
    pub assets: Vec<Asset>,
}

/// A host we own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Asset {
    /// Its host name, its id.
    pub host: String,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// Who owns it.
    pub owner: Option<String>,
    /// The operating system.
    pub os: Option<String>,
    /// What it is for.
    pub role: Option<Text>,
    /// How bad it is to cut it off.
    pub criticality: Severity,
    /// Whether it came with the sample.
    pub sample: bool,
}
