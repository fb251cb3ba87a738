//! Haetae's own commands: the blocklist, tickets, assets, the incident report.

use std::net::IpAddr;
use std::sync::Arc;

use apps::Registry;
use chrono::TimeDelta;
use engine::message::{CommandCall, TaskError};
use serde_json::{Map, Value as Json, json};
use store::{NewBlock, Store, TimelineLine};
use types::{Error, Language, TicketId, Time};
use wire::casework::{Asset, QueryResult, Verdict};

use crate::blocking::{self, Protected};
use crate::error::{task, to_task};
use crate::late::LateEvents;
use crate::push::Pushes;
use crate::report;
use crate::runner::Cause;

/// Rows that a query task takes at most: they become part of the execution's record.
const QUERY_ROWS: usize = 10_000;

/// The longest block: whoever wants it for good decides again after ten years.
const LONGEST_DAYS: i64 = 3650;

/// Haetae's own commands.
pub(crate) struct OwnCommands {
    pub(crate) registry: Arc<Registry>,
    pub(crate) events: Arc<LateEvents>,
}

/// What stands around a command that runs.
pub(crate) struct Surroundings<'a> {
    pub(crate) store: &'a Store,
    pub(crate) pushes: &'a Pushes,
    pub(crate) now: Time,
    pub(crate) zone: String,
}

impl OwnCommands {
    /// Runs an own command. All of them may be done twice: the second time changes nothing.
    pub(crate) async fn run(&self, around: &Surroundings<'_>, call: CommandCall, cause: Cause) -> Result<Json, TaskError> {
        let unknown = || task(apps::code::UNKNOWN, format!("Haetae has no command `{}`.", call.command));
        let app = self.registry.app(&call.app).ok_or_else(unknown)?;
        let declared = app.manifest().commands.get(&call.command).ok_or_else(unknown)?;
        let parameters = Parameters { values: apps::parameters::check(&declared.parameters, &call.parameters)?, cause };
        match call.command.as_str() {
            "find-asset" => self.find_asset(around.store, &parameters).await,
            "add-to-blocklist" => self.block(around, &parameters).await,
            "remove-from-blocklist" => self.unblock(around, &parameters).await,
            "comment-ticket" => self.comment(around, &parameters).await,
            "close-ticket" => self.close(around, &parameters).await,
            "query" => self.query(&parameters).await,
            "write-report" => self.report(around, &parameters).await,
            _ => Err(unknown()),
        }
    }

    /// Refuses a command of a vendor's app that would block what is never blocked.
    pub(crate) async fn check_blocking(&self, store: &Store, call: &CommandCall) -> Result<(), TaskError> {
        let Some(parameter) = self.registry.blocked_parameter(&call.app, &call.command) else { return Ok(()) };
        let Some(value) = call.parameters.get(parameter) else { return Ok(()) };
        protected(store).await?.check_value(value)
    }

    async fn find_asset(&self, store: &Store, parameters: &Parameters) -> Result<Json, TaskError> {
        let (ip, host) = (parameters.text("ip"), parameters.text("host"));
        if ip.is_none() && host.is_none() {
            return Ok(asset_output(None));
        }
        let assets = store.read(|db| db.assets()).await.map_err(|error| to_task(&error))?;
        let address = ip.and_then(|ip| ip.parse::<IpAddr>().ok());
        let found = assets.into_iter().find(|asset| {
            let has_address =
                address.is_some_and(|address| blocking::own_networks(std::slice::from_ref(asset)).iter().any(|own| own.contains(&address)));
            let has_name = host.is_some_and(|host| {
                let short = host.split('.').next().unwrap_or(host);
                asset.host.eq_ignore_ascii_case(host) || asset.host.eq_ignore_ascii_case(short)
            });
            has_address || has_name
        });
        Ok(asset_output(found))
    }

    async fn block(&self, around: &Surroundings<'_>, parameters: &Parameters) -> Result<Json, TaskError> {
        let Surroundings { store, pushes, now, .. } = *around;
        let text = parameters.required("artifact")?;
        let artifact = blocking::observable(text)
            .ok_or_else(|| task(apps::code::PARAMETER, format!("`{text}` is no address, domain, URL or file hash.")))?;
        protected(store).await?.check(&artifact)?;
        let days = parameters.values.get("days").and_then(Json::as_f64).unwrap_or(7.0).round() as i64;
        if !(1..=LONGEST_DAYS).contains(&days) {
            return Err(task(apps::code::PARAMETER, format!("The parameter `days` is {days}, which is not from 1 to {LONGEST_DAYS}.")));
        }
        let cause = &parameters.cause;
        let new = NewBlock {
            artifact,
            reason: parameters.required("reason")?.to_owned(),
            added_by: cause.playbook.clone(),
            added_at: now,
            expires_at: now + TimeDelta::days(days),
            ticket: parameters.ticket()?,
            execution: Some(cause.execution),
            sample: cause.sample,
        };
        let line = parameters.line(now, "blocked", format!("{} ({days} d)", new.artifact.value));
        let (entry, added) = store
            .write(move |db| {
                let present = db.blocklist(now)?.iter().any(|entry| !entry.expired && entry.artifact == new.artifact);
                let entry = db.block(&new)?;
                if let Some(ticket) = new.ticket
                    && !present
                {
                    db.comment_ticket(ticket, &line)?;
                }
                Ok((entry, !present))
            })
            .await
            .map_err(|error| to_task(&error))?;
        pushes.changed(["blocklist"]);
        parameters.pushed(pushes);
        Ok(json!({"entry": entry.id, "added": added, "expires_at": entry.expires_at}))
    }

    async fn unblock(&self, around: &Surroundings<'_>, parameters: &Parameters) -> Result<Json, TaskError> {
        let Surroundings { store, pushes, now, .. } = *around;
        let text = parameters.required("artifact")?;
        let Some(artifact) = blocking::observable(text) else { return Ok(json!({"removed": false})) };
        let by = parameters.cause.playbook.clone();
        let line = parameters.line(now, "blocked", format!("− {}", artifact.value));
        let ticket = parameters.ticket()?;
        let removed = store
            .write(move |db| {
                let removed = db.unblock_artifact(&artifact, &by, now)?;
                if let (true, Some(ticket)) = (removed, ticket) {
                    db.comment_ticket(ticket, &line)?;
                }
                Ok(removed)
            })
            .await
            .map_err(|error| to_task(&error))?;
        pushes.changed(["blocklist"]);
        parameters.pushed(pushes);
        Ok(json!({"removed": removed}))
    }

    async fn comment(&self, around: &Surroundings<'_>, parameters: &Parameters) -> Result<Json, TaskError> {
        let Surroundings { store, pushes, now, .. } = *around;
        let ticket = parameters.required_ticket()?;
        let line = parameters.line(now, "comment", parameters.required("text")?.to_owned());
        store.write(move |db| db.comment_ticket(ticket, &line)).await.map_err(|error| to_task(&error))?;
        parameters.pushed(pushes);
        Ok(json!({"ticket": ticket.0}))
    }

    async fn close(&self, around: &Surroundings<'_>, parameters: &Parameters) -> Result<Json, TaskError> {
        let Surroundings { store, pushes, now, .. } = *around;
        let ticket = parameters.required_ticket()?;
        let word = parameters.required("verdict")?;
        let verdict: Verdict = serde_json::from_value(json!(word))
            .map_err(|_| task(apps::code::PARAMETER, format!("The parameter `verdict` is `{word}`, which is no verdict.")))?;
        let line = parameters.line(now, "closed", word.to_owned());
        store.write(move |db| db.close_ticket(ticket, true, Some(verdict), &line)).await.map_err(|error| to_task(&error))?;
        parameters.pushed(pushes);
        Ok(json!({"ticket": ticket.0, "verdict": verdict}))
    }

    /// Runs a query over the event store, for query tasks.
    async fn query(&self, parameters: &Parameters) -> Result<Json, TaskError> {
        let sql = parameters.required("query")?.to_owned();
        let values = parameters.values.get("parameters").and_then(Json::as_object).cloned().unwrap_or_default();
        let events = self.events.clone();
        let result = crate::operation::event::blocking(move || events.open()?.query_with(&sql, &values, QUERY_ROWS)).await;
        let QueryResult { columns, rows, truncated } = result.map_err(|error| to_task(&error))?;
        let named = |row: Vec<Json>| Json::Object(columns.iter().cloned().zip(row).collect());
        Ok(json!({"rows": rows.into_iter().map(named).collect::<Vec<_>>(), "columns": columns, "truncated": truncated}))
    }

    async fn report(&self, around: &Surroundings<'_>, parameters: &Parameters) -> Result<Json, TaskError> {
        let Surroundings { store, pushes, now, .. } = *around;
        let ticket = parameters.required_ticket()?;
        let (execution, task_id) = (parameters.cause.execution, parameters.cause.task.clone());
        let (record, executions, language) = store
            .read(move |db| {
                let language = db.setting::<Language>("language")?.unwrap_or_default();
                Ok((report::ticket_record(db, ticket)?, [report::execution_record(db, execution)?], language))
            })
            .await
            .map_err(|error: Error| to_task(&error))?;
        let title = parameters.text("title").map(str::to_owned);
        let around = report::Around {
            language,
            zone: &around.zone,
            now,
            registry: &self.registry,
            redaction: ::report::Redaction::default(),
            own_task: Some(task_id.as_str()),
        };
        let text = ::report::markdown(&report::of_ticket(&record, &executions, title.as_deref(), around));
        let line = parameters.line(now, "report", title.unwrap_or_else(|| record.summary.title.clone()));
        let stored = text.clone();
        store.write(move |db| db.set_report(ticket, &stored, &line)).await.map_err(|error| to_task(&error))?;
        parameters.pushed(pushes);
        Ok(json!({"ticket": ticket.0, "report": text}))
    }
}

async fn protected(store: &Store) -> Result<Protected, TaskError> {
    let (assets, never_block) = store
        .read(|db| Ok((db.assets()?, db.setting::<Vec<String>>("never_block")?.unwrap_or_default())))
        .await
        .map_err(|error| to_task(&error))?;
    Ok(Protected::new(&assets, &never_block))
}

fn asset_output(asset: Option<Asset>) -> Json {
    let role = |asset: &Asset| asset.role.as_ref().map(|role| role.get(Language::En).to_owned());
    match asset {
        None => json!({"found": false, "host": null, "addresses": [], "owner": null, "os": null, "role": null, "criticality": null}),
        Some(asset) => json!({
            "found": true, "host": asset.host, "addresses": asset.addresses, "owner": asset.owner, "os": asset.os,
            "role": role(&asset), "criticality": asset.criticality,
        }),
    }
}

/// The checked parameters of one command, and on whose behalf it runs.
struct Parameters {
    values: Map<String, Json>,
    cause: Cause,
}

impl Parameters {
    fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    fn required(&self, name: &str) -> Result<&str, TaskError> {
        self.text(name).ok_or_else(|| task(apps::code::PARAMETER, format!("The parameter `{name}` has no value.")))
    }

    /// The ticket that is named, else that of the execution.
    fn ticket(&self) -> Result<Option<TicketId>, TaskError> {
        match self.values.get("ticket") {
            None | Some(Json::Null) => Ok(self.cause.ticket),
            Some(value) => {
                let number =
                    value.as_i64().ok_or_else(|| task(apps::code::PARAMETER, "The parameter `ticket` is not a ticket's number."))?;
                Ok(Some(TicketId(number)))
            }
        }
    }

    fn required_ticket(&self) -> Result<TicketId, TaskError> {
        self.ticket()?.ok_or_else(|| task(apps::code::PARAMETER, "The parameter `ticket` has no value."))
    }

    fn line(&self, at: Time, kind: &'static str, text: String) -> TimelineLine {
        TimelineLine {
            at,
            by: self.cause.playbook.clone(),
            automatic: true,
            kind,
            text,
            execution: Some(self.cause.execution),
            task: Some(self.cause.task.to_string()),
        }
    }

    fn pushed(&self, pushes: &Pushes) {
        if let Ok(Some(ticket)) = self.ticket() {
            pushes.changed([format!("ticket:{}", ticket.0), "tickets".to_owned()]);
        }
    }
}
