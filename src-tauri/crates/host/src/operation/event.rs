//! `event.*` and `query.run`: the event store, and the tickets and executions that new events cause.

use std::collections::HashMap;
use std::path::PathBuf;

use casework::Rules;
use playbook::CheckOptions;
use serde_json::{Map, Value as Json};
use store::NewExecution;
use types::{Error, ExecutionId, PlaybookId, Text, TicketId};
use wire::Caller;
use wire::casework::{EventDetail, EventRef, EventSummary, IngestEvents, IngestReport, QueryResult, RunQuery};

use crate::Host;
use crate::error::invalid_request;

/// Rows of a query where nothing is said.
const ROWS: u32 = 1000;

/// The file in the data directory that takes the place of the shipped ticket rules.
const RULES: &str = "ticket-rules.json";

/// A playbook that ticket rules may start.
struct Startable {
    version: u32,
    hash: String,
    name: Text,
    /// The input that takes the ticket.
    input: Option<String>,
}

impl Host {
    /// `event.show`
    pub async fn event_show(&self, request: EventRef) -> Result<EventDetail, Error> {
        let events = self.inner.events.clone();
        blocking(move || events.show(&request.id)).await
    }

    /// `query.run`
    pub async fn query_run(&self, request: RunQuery) -> Result<QueryResult, Error> {
        let events = self.inner.events.clone();
        let limit = request.limit.unwrap_or(ROWS) as usize;
        blocking(move || events.query(&request.sql, limit)).await
    }

    pub(crate) async fn events_of(&self, ids: Vec<String>) -> Result<Vec<EventSummary>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let events = self.inner.events.clone();
        blocking(move || events.summaries(&ids)).await
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
        let startable = self.startable().await?;
        let (host, by, now) = (self.clone(), by.to_owned(), self.now());
        blocking(move || {
            let mut opened = 0_u32;
            let mut merged = 0_u32;
            let mut started = 0_u32;
            let rejects = host.inner.data.join("rejects");
            let mut report = host.inner.events.ingest(
                &files,
                &rejects,
                now,
                |events| {
                    let plan = casework::plan(&rules, events);
                    let new = |ticket: TicketId, playbook: &PlaybookId| {
                        let playbook = playbook.as_str();
                        let found = startable.get(playbook)?;
                        let input = found.input.as_ref().map(|name| (name.clone(), Json::from(ticket.0)));
                        Some(NewExecution {
                            playbook: playbook.to_owned(),
                            version: found.version,
                            document: found.hash.clone(),
                            name: found.name.clone(),
                            trigger: if sample { "sample" } else { "ticket" }.to_owned(),
                            ticket: Some(ticket),
                            input: input.into_iter().collect::<Map<_, _>>(),
                            started_by: by.clone(),
                            queued_at: now,
                            sample,
                        })
                    };
                    let (recorded, ids) = host.record(plan.groups, sample, new)?;
                    for group in &recorded {
                        opened += u32::from(group.opened);
                        merged += group.events - u32::from(group.opened);
                    }
                    started += u32::try_from(ids.len()).unwrap_or(u32::MAX);
                    host.changed(["tickets", "events", "workspace"]);
                    host.executions_queued(ids);
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

    /// Records a batch's tickets and queues their executions in one transaction.
    fn record(
        &self,
        groups: Vec<casework::TicketGroup>,
        sample: bool,
        new: impl Fn(TicketId, &PlaybookId) -> Option<NewExecution>,
    ) -> Result<(Vec<store::RecordedGroup>, Vec<ExecutionId>), Error> {
        let now = self.now();
        // What to start is known before the tickets have numbers; the numbers are filled in inside the transaction.
        let prepared: HashMap<PlaybookId, NewExecution> = groups
            .iter()
            .filter_map(|group| group.playbook.clone())
            .filter_map(|playbook| Some((playbook.clone(), new(TicketId(0), &playbook)?)))
            .collect();
        self.inner.store.write_blocking(move |db| {
            let recorded = db.record_groups(&groups, now, sample)?;
            let mut ids = Vec::new();
            for group in recorded.iter().filter(|group| group.opened) {
                let (Some(ticket), Some(new)) = (group.ticket, group.playbook.as_ref().and_then(|playbook| prepared.get(playbook))) else {
                    continue;
                };
                let mut new = new.clone();
                new.ticket = Some(ticket);
                new.input.values_mut().for_each(|number| *number = Json::from(ticket.0));
                ids.push(db.queue_execution(&new)?);
            }
            Ok((recorded, ids))
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

    /// The playbooks that may run and have no errors, by id.
    async fn startable(&self) -> Result<HashMap<String, Startable>, Error> {
        let catalog = self.catalog().await?;
        self.inner
            .store
            .read(move |db| {
                let mut startable = HashMap::new();
                for row in db.playbooks()?.into_iter().filter(|row| row.enabled) {
                    let Some(version) = db.version(&row.id, None)? else { continue };
                    let json = serde_json::from_str(&version.text)?;
                    let (document, diagnostics) = playbook::diagnose(&json, &catalog, CheckOptions::default());
                    if diagnostics.iter().any(types::Diagnostic::is_error) {
                        tracing::warn!(playbook = row.id, "has errors and is not started for tickets");
                        continue;
                    }
                    let inputs = &document.playbook.inputs;
                    let input = inputs.iter().find(|input| input.kind == playbook::ValueType::Ticket).map(|input| input.name.clone());
                    let name = document.playbook.name.clone().unwrap_or_else(|| Text::from(row.id.as_str()));
                    startable.insert(row.id, Startable { version: version.version, hash: version.hash, name, input });
                }
                Ok(startable)
            })
            .await
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
