//! `event.*` and `query.run`: the event store, and the tickets and executions that new events cause.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use casework::Rules;
use store::Turn;
use types::Error;
use wire::Caller;
use wire::casework::{EventDetail, EventRef, EventSummary, IngestEvents, IngestReport, QueryResult, RunQuery};

use crate::Host;
use crate::error::invalid_request;
use crate::triggers::{Created, TicketStart};

/// Rows of a query where nothing is said.
const ROWS: u32 = 1000;

/// The file in the data directory that takes the place of the shipped ticket rules.
const RULES: &str = "ticket-rules.json";

impl Host {
    /// `event.show`
    pub async fn event_show(&self, request: EventRef) -> Result<EventDetail, Error> {
        let events = self.inner.events.clone();
        blocking(move || events.open()?.show(&request.id)).await
    }

    /// `query.run`
    pub async fn query_run(&self, request: RunQuery) -> Result<QueryResult, Error> {
        let events = self.inner.events.clone();
        let limit = request.limit.unwrap_or(ROWS) as usize;
        blocking(move || events.open()?.query(&request.sql, limit)).await
    }

    pub(crate) async fn events_of(&self, ids: Vec<String>) -> Result<Vec<EventSummary>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let events = self.inner.events.clone();
        blocking(move || events.open()?.summaries(&ids)).await
    }

    /// `event.ingest`; progress is pushed as the job `ingest`.
    pub async fn event_ingest(&self, caller: &Caller, request: IngestEvents) -> Result<IngestReport, Error> {
        if request.files.is_empty() {
            return Err(invalid_request("읽을 파일이 없습니다.", "There is no file to read."));
        }
        let run = request.run.unwrap_or(false);
        let executor_missing = run && !self.inner.runs;
        if executor_missing {
            return Err(crate::error::not_running());
        }
        let report = self.ingest(&caller.name, request.files.into_iter().map(PathBuf::from).collect(), false).await?;
        if run {
            self.all_settled().await?;
        }
        Ok(report)
    }

    pub(crate) async fn ingest(&self, by: &str, files: Vec<PathBuf>, sample: bool) -> Result<IngestReport, Error> {
        let rules = self.rules()?;
        let created = Arc::new(self.created(&rules).await?);
        let (host, by, now) = (self.clone(), by.to_owned(), self.now());
        blocking(move || {
            let mut opened = 0_u32;
            let mut merged = 0_u32;
            let mut started = 0_u32;
            let rejects = host.inner.data.join("rejects");
            let mut report = host.inner.events.open()?.ingest(
                &files,
                &rejects,
                now,
                |events| {
                    let plan = casework::plan(&rules, events);
                    let (recorded, turns) = host.record(plan.groups, sample, &by, created.clone())?;
                    for group in &recorded {
                        opened += u32::from(group.opened);
                        merged += group.events - u32::from(group.opened);
                    }
                    started += u32::try_from(turns.iter().filter(|turn| !matches!(turn, Turn::Skipped(_))).count()).unwrap_or(u32::MAX);
                    host.changed(["tickets", "events", "workspace"]);
                    host.turns_taken(&turns);
                    Ok(())
                },
                |progress| host.progress("ingest", progress.bytes, Some(progress.total_bytes)),
            )?;
            report.tickets_opened = opened;
            report.tickets_merged = merged;
            report.executions_started = started;
            Ok(report)
        })
        .await
    }

    /// Records a batch's tickets and starts their playbooks in one transaction.
    fn record(
        &self,
        groups: Vec<casework::TicketGroup>,
        sample: bool,
        by: &str,
        created: Arc<Created>,
    ) -> Result<(Vec<store::RecordedGroup>, Vec<Turn>), Error> {
        let (now, by) = (self.now(), by.to_owned());
        self.inner.store.write_blocking(move |db| {
            let recorded = db.record_groups(&groups, now, sample)?;
            let own = crate::blocking::own_networks(&db.assets()?);
            let trigger = if sample { "sample" } else { "ticket" };
            let start = TicketStart { trigger, by: &by, now, sample, chain: &[] };
            let mut turns = Vec::new();
            for group in recorded.iter().filter(|group| group.opened) {
                let Some(ticket) = group.ticket else { continue };
                turns.extend(created.start(db, ticket, &group.playbooks, &own, &start)?);
            }
            Ok((recorded, turns))
        })
    }

    fn rules(&self) -> Result<Rules, Error> {
        let path = self.inner.data.join(RULES);
        match std::fs::read_to_string(&path) {
            Ok(text) => Rules::from_file(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Rules::shipped()),
            Err(error) => Err(crate::error::directory(&path, &error)),
        }
    }

    /// What new tickets may start: the playbooks that the rules name, and those that wait for new tickets.
    async fn created(&self, rules: &Rules) -> Result<Created, Error> {
        let mut by_rule = HashMap::new();
        for id in rules.rules().iter().filter_map(|rule| rule.ticket.as_ref()).flat_map(|ticket| ticket.playbooks.clone()) {
            if !by_rule.contains_key(&id)
                && let Some(candidate) = self.candidate(id.as_str(), Vec::new()).await?
            {
                by_rule.insert(id, candidate);
            }
        }
        let by_trigger = self.candidates(|trigger| matches!(trigger, playbook::Trigger::TicketCreated { .. })).await?;
        Ok(Created { by_rule, by_trigger })
    }
}

/// Runs what may block on a thread of its own.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(crate::error::closed()),
    }
}
