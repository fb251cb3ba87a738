//! `ticket.*`

use store::TimelineLine;
use types::{Error, TicketId};
use wire::Caller;
use wire::casework::{AssignTicket, CloseTicket, CommentTicket, ListTickets, TicketDetail, TicketPage, TicketRef};
use wire::execution::ListExecutions;

use crate::Host;
use crate::error::invalid_request;

/// The longest comment.
const COMMENT: usize = 100_000;

/// A ticket shows its newest events up to this number.
const EVENTS: u32 = 200;

impl Host {
    /// `ticket.list`
    pub async fn ticket_list(&self, request: ListTickets) -> Result<TicketPage, Error> {
        self.inner.store.read(move |db| db.tickets(&request)).await
    }

    /// `ticket.show`
    pub async fn ticket_show(&self, request: TicketRef) -> Result<TicketDetail, Error> {
        let id = TicketId(request.id);
        let (row, mut artifacts, timeline, executions, event_ids) = self
            .inner
            .store
            .read(move |db| {
                let list = ListExecutions { ticket: Some(id.0), ..ListExecutions::default() };
                Ok((db.ticket(id)?, db.artifacts(id)?, db.timeline(id)?, db.executions(&list)?.executions, db.ticket_events(id, EVENTS)?))
            })
            .await?;
        artifacts.sort();
        Ok(TicketDetail {
            summary: row.summary,
            signature: row.signature,
            signature_id: row.signature_id,
            category: row.category,
            artifacts,
            events: self.events_of(event_ids).await?,
            timeline,
            executions,
            report: row.report,
        })
    }

    /// `ticket.comment`
    pub async fn ticket_comment(&self, caller: &Caller, request: CommentTicket) -> Result<(), Error> {
        let length = request.text.chars().count();
        if request.text.trim().is_empty() || length > COMMENT {
            return Err(invalid_request("의견은 1자에서 100,000자까지입니다.", "A comment has 1 to 100,000 characters."));
        }
        let line = self.line(caller, "comment", request.text);
        self.inner.store.write(move |db| db.comment_ticket(TicketId(request.id), &line)).await
    }

    /// `ticket.assign`
    pub async fn ticket_assign(&self, caller: &Caller, request: AssignTicket) -> Result<(), Error> {
        let assignee = request.assignee.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let line = self.line(caller, "assigned", assignee.clone().unwrap_or_default());
        self.inner.store.write(move |db| db.assign_ticket(TicketId(request.id), assignee.as_deref(), &line)).await
    }

    /// `ticket.close`
    pub async fn ticket_close(&self, caller: &Caller, request: CloseTicket) -> Result<(), Error> {
        let kind = if request.closed { "closed" } else { "reopened" };
        let text = request.verdict.filter(|_| request.closed).map(|verdict| verdict.as_str().to_owned()).unwrap_or_default();
        let line = self.line(caller, kind, text);
        self.inner.store.write(move |db| db.close_ticket(TicketId(request.id), request.closed, request.verdict, &line)).await
    }

    fn line(&self, caller: &Caller, kind: &'static str, text: String) -> TimelineLine {
        TimelineLine { at: self.now(), by: caller.name.clone(), automatic: false, kind, text, execution: None, task: None }
    }
}
