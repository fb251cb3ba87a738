//! What reports are made from: records of the store. How they read and look is the crate `report`.

use ::report::{ExecutionRecord, Redaction, Report, Surroundings, TicketRecord};
use apps::Registry;
use store::Reader;
use types::{ExecutionId, Language, TicketId, Time};

/// What stands around a report, of the host.
pub(crate) struct Around<'a> {
    pub(crate) language: Language,
    pub(crate) zone: &'a str,
    pub(crate) now: Time,
    pub(crate) registry: &'a Registry,
    pub(crate) redaction: Redaction,
    /// The task that writes the report, which does not report on itself.
    pub(crate) own_task: Option<&'a str>,
}

/// Reads what is recorded of an execution.
pub(crate) fn execution_record(db: &Reader<'_>, id: ExecutionId) -> store::Result<ExecutionRecord> {
    Ok(ExecutionRecord { detail: db.execution(id)?, answers: db.answers(id)?, log: db.transitions(id, 0)?.entries })
}

/// Reads what is recorded of a ticket.
pub(crate) fn ticket_record(db: &Reader<'_>, id: TicketId) -> store::Result<TicketRecord> {
    let row = db.ticket(id)?;
    Ok(TicketRecord { summary: row.summary, signature: row.signature, artifacts: db.artifacts(id)?, timeline: db.timeline(id)? })
}

/// Reports on an execution.
pub(crate) fn of_execution(record: &ExecutionRecord, ticket: Option<&TicketRecord>, around: Around<'_>) -> Report {
    with(around, |around| ::report::of_execution(record, ticket, around))
}

/// Reports on a ticket.
pub(crate) fn of_ticket(ticket: &TicketRecord, executions: &[ExecutionRecord], title: Option<&str>, around: Around<'_>) -> Report {
    with(around, |around| ::report::of_ticket(ticket, executions, title, around))
}

fn with(around: Around<'_>, write: impl FnOnce(&Surroundings<'_>) -> Report) -> Report {
    let Around { language, zone, now, registry, redaction, own_task } = around;
    let catalog = registry.catalog([]);
    let zone = zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    write(&Surroundings { language, zone, now, catalog: &catalog, redaction, own_task })
}
