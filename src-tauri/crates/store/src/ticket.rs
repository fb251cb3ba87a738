//! Tickets with their events, artifacts, timeline and report.

use casework::{ARTIFACTS_PER_TICKET, OpenTicket, TicketFacts, TicketGroup};
use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use types::{Artifact, ArtifactKind, ExecutionId, PlaybookId, Severity, TicketId, Time};
use wire::casework::{ListTickets, TicketPage, TicketStatus, TicketSummary, TimelineEntry, Verdict};

use crate::column::{At, Word};
use crate::error::{Result, missing};
use crate::{Reader, Writer};

/// A line for a ticket's timeline.
#[derive(Debug, Clone)]
pub struct TimelineLine {
    /// When.
    pub at: Time,
    /// Who: a person's name, or the playbook's id.
    pub by: String,
    /// Whether a playbook did it.
    pub automatic: bool,
    /// `opened`, `merged`, `assigned`, `comment`, `report`, `blocked`, `execution`, `closed` or `reopened`.
    pub kind: &'static str,
    /// The text, Markdown for comments; hostile.
    pub text: String,
    /// The execution that did it.
    pub execution: Option<ExecutionId>,
    /// The task that did it: one task writes one such line at most.
    pub task: Option<String>,
}

/// What recording a group of events did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedGroup {
    /// The ticket that was opened or joined; none when every event had a ticket already.
    pub ticket: Option<TicketId>,
    /// Whether the ticket is new.
    pub opened: bool,
    /// The playbooks of which the first that is there is started for a new ticket.
    pub playbooks: Vec<PlaybookId>,
    /// How many events were new to the ticket.
    pub events: u32,
}

/// What the store alone knows of a ticket; the host adds events and executions.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketRow {
    /// What the list says.
    pub summary: TicketSummary,
    /// The signature of its events.
    pub signature: Option<String>,
    /// The signature's id.
    pub signature_id: Option<i64>,
    /// The detector's category.
    pub category: Option<String>,
    /// The source port of its first event.
    pub src_port: Option<u16>,
    /// The destination port of its first event.
    pub dest_port: Option<u16>,
    /// The protocol of its first event.
    pub protocol: Option<String>,
    /// The incident report, Markdown.
    pub report: Option<String>,
}

impl Writer<'_> {
    /// Records groups of events: each opens a ticket or joins an open one. Events that have a ticket already are passed over, so that
    /// recording twice is the same as once.
    pub fn record_groups(&self, groups: &[TicketGroup], at: Time, sample: bool) -> Result<Vec<RecordedGroup>> {
        groups.iter().map(|group| self.record_group(group, at, sample)).collect()
    }

    fn record_group(&self, group: &TicketGroup, at: Time, sample: bool) -> Result<RecordedGroup> {
        let mut known = self.db.prepare_cached("SELECT 1 FROM ticket_event WHERE event = ?1")?;
        let mut events = Vec::with_capacity(group.event_ids.len());
        for event in &group.event_ids {
            if !known.exists([event])? {
                events.push(event);
            }
        }
        let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
        if count == 0 {
            return Ok(RecordedGroup { ticket: None, opened: false, playbooks: Vec::new(), events: 0 });
        }
        let joined = group.joins(&self.open_tickets(&group.merge_key, sample)?).map(TicketId);
        let ticket = match joined {
            Some(ticket) => {
                self.join_ticket(ticket, group, count, at)?;
                ticket
            }
            None => self.open_ticket(group, count, at, sample)?,
        };
        let mut insert = self.db.prepare_cached("INSERT INTO ticket_event (event, ticket) VALUES (?1, ?2)")?;
        for event in events {
            insert.execute(params![event, ticket.0])?;
        }
        self.add_artifacts(ticket, &group.artifacts)?;
        let kind = if joined.is_some() { "merged" } else { "opened" };
        if joined.is_none() || self.worth_a_line(ticket)? {
            self.add_timeline(ticket, &line_of(group, kind, count, at))?;
        }
        Ok(RecordedGroup { ticket: Some(ticket), opened: joined.is_none(), playbooks: group.playbooks.clone(), events: count })
    }

    /// A noisy ticket gets no more than fifty lines about merging; its count and last event say the rest.
    fn worth_a_line(&self, ticket: TicketId) -> Result<bool> {
        let lines: i64 = self
            .db
            .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM timeline WHERE ticket = ?1 AND kind = 'merged' LIMIT 50)")?
            .query_row([ticket.0], |row| row.get(0))?;
        Ok(lines < 50)
    }

    fn open_tickets(&self, merge_key: &str, sample: bool) -> Result<Vec<OpenTicket>> {
        // Sample events stay with sample tickets: removing the sample leaves nothing and takes nothing.
        let mut statement = self.db.prepare_cached(
            "SELECT id, first_event_at, last_event_at FROM ticket
             WHERE merge_key = ?1 AND status <> 'closed' AND sample = ?2 AND first_event_at IS NOT NULL AND last_event_at IS NOT NULL",
        )?;
        let tickets = statement.query_map(params![merge_key, sample], |row| {
            Ok(OpenTicket { id: row.get(0)?, first_event_at: row.get::<_, At>(1)?.0, last_event_at: row.get::<_, At>(2)?.0 })
        })?;
        Ok(tickets.collect::<rusqlite::Result<_>>()?)
    }

    fn open_ticket(&self, group: &TicketGroup, count: u32, at: Time, sample: bool) -> Result<TicketId> {
        self.db
            .prepare_cached(
                "INSERT INTO ticket (title, type, severity, status, merge_key, rule, src_ip, src_port, dest_ip, dest_port, protocol,
                   signature, signature_id, category, event_count, first_event_at, last_event_at, opened_at, updated_at, sample)
                 VALUES (?1, ?2, ?3, 'new', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?17, ?18)",
            )?
            .execute(params![
                group.title,
                group.kind,
                group.severity.as_str(),
                group.merge_key,
                group.rule,
                group.src_ip,
                group.src_port,
                group.dest_ip,
                group.dest_port,
                group.protocol,
                group.signature,
                group.signature_id,
                group.category,
                count,
                At(group.first_event_at),
                At(group.last_event_at),
                At(at),
                sample,
            ])?;
        Ok(TicketId(self.db.last_insert_rowid()))
    }

    fn join_ticket(&self, ticket: TicketId, group: &TicketGroup, count: u32, at: Time) -> Result<()> {
        let severity = self.ticket(ticket)?.summary.severity.max(group.severity);
        self.db
            .prepare_cached(
                "UPDATE ticket SET event_count = event_count + ?2, first_event_at = min(first_event_at, ?3), last_event_at = max(last_event_at, ?4),
                   updated_at = ?5, severity = ?6 WHERE id = ?1",
            )?
            .execute(params![ticket.0, count, At(group.first_event_at), At(group.last_event_at), At(at), severity.as_str()])?;
        Ok(())
    }

    /// Adds artifacts that the ticket does not have, up to the limit of a ticket.
    pub fn add_artifacts(&self, ticket: TicketId, artifacts: &[Artifact]) -> Result<()> {
        let held: i64 =
            self.db.prepare_cached("SELECT count(*) FROM artifact WHERE ticket = ?1")?.query_row([ticket.0], |row| row.get(0))?;
        let mut room = ARTIFACTS_PER_TICKET.saturating_sub(usize::try_from(held).unwrap_or(0));
        let mut insert = self.db.prepare_cached("INSERT OR IGNORE INTO artifact (ticket, kind, value) VALUES (?1, ?2, ?3)")?;
        for artifact in artifacts {
            if room == 0 {
                break;
            }
            room -= insert.execute(params![ticket.0, artifact.kind.as_str(), artifact.value])?;
        }
        Ok(())
    }

    /// Adds a line to a ticket's timeline; false when this task of this execution has written such a line already.
    pub fn add_timeline(&self, ticket: TicketId, line: &TimelineLine) -> Result<bool> {
        if let (Some(execution), Some(task)) = (line.execution, &line.task) {
            let mut written = self
                .db
                .prepare_cached("SELECT 1 FROM timeline WHERE ticket = ?1 AND execution = ?2 AND task = ?3 AND kind = ?4 AND text = ?5")?;
            if written.exists(params![ticket.0, execution.0, task, line.kind, line.text])? {
                return Ok(false);
            }
        }
        self.db
            .prepare_cached(
                "INSERT INTO timeline (ticket, at, by, automatic, kind, text, execution, task) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                ticket.0,
                At(line.at),
                line.by,
                line.automatic,
                line.kind,
                line.text,
                line.execution.map(|id| id.0),
                line.task
            ])?;
        Ok(true)
    }

    /// Writes a comment to a ticket.
    pub fn comment_ticket(&self, ticket: TicketId, line: &TimelineLine) -> Result<()> {
        self.ticket(ticket)?;
        self.add_timeline(ticket, line)?;
        self.touch_ticket(ticket, line.at)
    }

    /// Gives a ticket to somebody or to nobody.
    pub fn assign_ticket(&self, ticket: TicketId, assignee: Option<&str>, line: &TimelineLine) -> Result<()> {
        let row = self.ticket(ticket)?;
        if row.summary.assignee.as_deref() == assignee {
            return Ok(());
        }
        let status = match (row.summary.status, assignee) {
            (TicketStatus::Closed, _) => TicketStatus::Closed,
            (_, Some(_)) => TicketStatus::Assigned,
            (_, None) => TicketStatus::New,
        };
        self.db.prepare_cached("UPDATE ticket SET assignee = ?2, status = ?3 WHERE id = ?1")?.execute(params![
            ticket.0,
            assignee,
            status.as_str()
        ])?;
        self.add_timeline(ticket, line)?;
        self.touch_ticket(ticket, line.at)
    }

    /// Closes a ticket with a verdict, or opens it again; the timeline gets a line when that changes something.
    pub fn close_ticket(&self, ticket: TicketId, closed: bool, verdict: Option<Verdict>, line: &TimelineLine) -> Result<()> {
        let row = self.ticket(ticket)?;
        let status = match (closed, &row.summary.assignee) {
            (true, _) => TicketStatus::Closed,
            (false, Some(_)) => TicketStatus::Assigned,
            (false, None) => TicketStatus::New,
        };
        let verdict = if closed { verdict.or(row.summary.verdict) } else { None };
        let unchanged = (row.summary.status == TicketStatus::Closed) == closed && row.summary.verdict == verdict;
        if unchanged {
            return Ok(());
        }
        self.db.prepare_cached("UPDATE ticket SET status = ?2, verdict = ?3 WHERE id = ?1")?.execute(params![
            ticket.0,
            status.as_str(),
            verdict.map(Verdict::as_str)
        ])?;
        self.add_timeline(ticket, line)?;
        self.touch_ticket(ticket, line.at)
    }

    /// Puts the incident report on a ticket, in place of an older one.
    pub fn set_report(&self, ticket: TicketId, report: &str, line: &TimelineLine) -> Result<()> {
        self.ticket(ticket)?;
        self.db.prepare_cached("UPDATE ticket SET report = ?2 WHERE id = ?1")?.execute(params![ticket.0, report])?;
        self.add_timeline(ticket, line)?;
        self.touch_ticket(ticket, line.at)
    }

    fn touch_ticket(&self, ticket: TicketId, at: Time) -> Result<()> {
        self.db.prepare_cached("UPDATE ticket SET updated_at = max(updated_at, ?2) WHERE id = ?1")?.execute(params![ticket.0, At(at)])?;
        Ok(())
    }
}

fn line_of(group: &TicketGroup, kind: &'static str, count: u32, at: Time) -> TimelineLine {
    let left_out = if group.artifacts_left_out > 0 { format!("; {} artifacts left out", group.artifacts_left_out) } else { String::new() };
    let text = format!("{count} × {}{left_out}", group.signature);
    TimelineLine { at, by: group.rule.clone(), automatic: true, kind, text, execution: None, task: None }
}

const SUMMARY: &str = "SELECT id, title, type, severity, status, verdict, assignee, src_ip, dest_ip, event_count, first_event_at,
    last_event_at, opened_at, updated_at, sample FROM ticket";

fn summary(row: &Row<'_>) -> rusqlite::Result<TicketSummary> {
    Ok(TicketSummary {
        id: row.get(0)?,
        title: row.get(1)?,
        kind: row.get(2)?,
        severity: row.get::<_, Word<Severity>>(3)?.0,
        status: row.get::<_, Word<TicketStatus>>(4)?.0,
        verdict: row.get::<_, Option<Word<Verdict>>>(5)?.map(|word| word.0),
        assignee: row.get(6)?,
        src_ip: row.get(7)?,
        dest_ip: row.get(8)?,
        event_count: row.get(9)?,
        first_event_at: row.get::<_, Option<At>>(10)?.map(|at| at.0),
        last_event_at: row.get::<_, Option<At>>(11)?.map(|at| at.0),
        opened_at: row.get::<_, At>(12)?.0,
        updated_at: row.get::<_, At>(13)?.0,
        sample: row.get(14)?,
    })
}

impl Reader<'_> {
    /// Returns a page of tickets, newest first, with the number of all that match.
    pub fn tickets(&self, list: &ListTickets) -> Result<TicketPage> {
        let mut conditions = Vec::new();
        let mut values: Vec<Sql> = Vec::new();
        if let Some(statuses) = &list.status {
            conditions.push(format!("status IN ({})", marks(statuses.len())));
            values.extend(statuses.iter().map(|status| Sql::from(status.as_str().to_owned())));
        }
        if let Some(severities) = &list.severity {
            conditions.push(format!("severity IN ({})", marks(severities.len())));
            values.extend(severities.iter().map(|severity| Sql::from(severity.as_str().to_owned())));
        }
        if let Some(text) = list.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            conditions.push(
                "(title LIKE ? ESCAPE '\\' OR src_ip LIKE ? ESCAPE '\\' OR dest_ip LIKE ? ESCAPE '\\' OR id = ?
                  OR id IN (SELECT ticket FROM artifact WHERE value LIKE ? ESCAPE '\\'))"
                    .to_owned(),
            );
            let pattern = contains(text);
            values.extend([pattern.clone().into(), pattern.clone().into(), pattern.clone().into()]);
            values.push(text.parse::<TicketId>().map_or(Sql::Null, |id| id.0.into()));
            values.push(pattern.into());
        }
        let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let total = self
            .db
            .prepare_cached(&format!("SELECT count(*) FROM ticket{filter}"))?
            .query_row(params_from_iter(&values), |row| row.get(0))?;
        values.push(list.limit.unwrap_or(200).min(1000).into());
        values.push(list.offset.unwrap_or(0).into());
        let tickets = self
            .db
            .prepare_cached(&format!("{SUMMARY}{filter} ORDER BY id DESC LIMIT ? OFFSET ?"))?
            .query_map(params_from_iter(&values), summary)?
            .collect::<rusqlite::Result<_>>()?;
        Ok(TicketPage { tickets, total })
    }

    /// Returns the new tickets that nobody has, the worst first and of equals the newest, at most a hundred, with the number of all.
    pub fn new_tickets(&self) -> Result<(Vec<TicketSummary>, u32)> {
        let mut statement = self.db.prepare_cached(&format!(
            "{SUMMARY} WHERE status = 'new' AND assignee IS NULL
             ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END, id DESC LIMIT 100"
        ))?;
        let tickets = statement.query_map([], summary)?.collect::<rusqlite::Result<_>>()?;
        let count = self
            .db
            .prepare_cached("SELECT count(*) FROM ticket WHERE status = 'new' AND assignee IS NULL")?
            .query_row([], |row| row.get(0))?;
        Ok((tickets, count))
    }

    /// Returns what the store knows of a ticket.
    pub fn ticket(&self, id: TicketId) -> Result<TicketRow> {
        let summary = self
            .db
            .prepare_cached(&format!("{SUMMARY} WHERE id = ?1"))?
            .query_row([id.0], summary)
            .optional()?
            .ok_or_else(|| missing("티켓", "ticket", id))?;
        let row = self
            .db
            .prepare_cached("SELECT signature, signature_id, category, src_port, dest_port, protocol, report FROM ticket WHERE id = ?1")?
            .query_row([id.0], |row| {
                Ok(TicketRow {
                    summary,
                    signature: row.get(0)?,
                    signature_id: row.get(1)?,
                    category: row.get(2)?,
                    src_port: row.get(3)?,
                    dest_port: row.get(4)?,
                    protocol: row.get(5)?,
                    report: row.get(6)?,
                })
            })?;
        Ok(row)
    }

    /// Returns what a playbook is told of a ticket.
    pub fn ticket_facts(&self, id: TicketId) -> Result<TicketFacts> {
        let TicketRow { summary, signature, signature_id, category, src_port, dest_port, protocol, .. } = self.ticket(id)?;
        Ok(TicketFacts {
            id: summary.id,
            title: summary.title,
            kind: summary.kind,
            severity: summary.severity,
            signature,
            signature_id,
            category,
            src_ip: summary.src_ip,
            src_port,
            dest_ip: summary.dest_ip,
            dest_port,
            protocol,
            event_count: summary.event_count,
            opened_at: summary.opened_at,
            first_event_at: summary.first_event_at,
            last_event_at: summary.last_event_at,
            artifacts: self.artifacts(id)?,
        })
    }

    /// Returns a ticket's artifacts in the order in which they were seen.
    pub fn artifacts(&self, id: TicketId) -> Result<Vec<Artifact>> {
        let mut statement = self.db.prepare_cached("SELECT kind, value FROM artifact WHERE ticket = ?1 ORDER BY id")?;
        let artifacts = statement
            .query_map([id.0], |row| Ok(Artifact { kind: row.get::<_, Word<ArtifactKind>>(0)?.0, value: row.get(1)? }))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(artifacts)
    }

    /// Returns the ids of a ticket's events, those that came last first.
    pub fn ticket_events(&self, id: TicketId, limit: u32) -> Result<Vec<String>> {
        let mut statement = self.db.prepare_cached("SELECT event FROM ticket_event WHERE ticket = ?1 ORDER BY id DESC LIMIT ?2")?;
        let events = statement.query_map(params![id.0, limit], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(events)
    }

    /// Returns a ticket's timeline, oldest first.
    pub fn timeline(&self, id: TicketId) -> Result<Vec<TimelineEntry>> {
        let mut statement =
            self.db.prepare_cached("SELECT at, by, automatic, kind, text, execution FROM timeline WHERE ticket = ?1 ORDER BY id")?;
        let entries = statement.query_map([id.0], |row| {
            Ok(TimelineEntry {
                at: row.get::<_, At>(0)?.0,
                by: row.get(1)?,
                automatic: row.get(2)?,
                kind: row.get(3)?,
                text: row.get(4)?,
                execution: row.get(5)?,
            })
        })?;
        Ok(entries.collect::<rusqlite::Result<_>>()?)
    }
}

/// Returns as many `?` as there are values; `NULL` where there are none, which matches nothing.
pub(crate) fn marks(count: usize) -> String {
    if count == 0 { "NULL".to_owned() } else { vec!["?"; count].join(", ") }
}

/// Returns the LIKE pattern for a text that stands anywhere.
pub(crate) fn contains(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}
