//! `haetae ticket …`

use clap::Subcommand;
use types::TicketId;
use wire::casework::{ListTickets, TicketDetail, TicketRef};
use wire::operation::{TicketList, TicketReport, TicketShow};

use super::backend::{Advance, Backend};
use super::terminal::{harmless, say, say_json, say_table};
use super::{Exit, Outcome, Settings};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List tickets, newest first
    List {
        /// Text in the title or an artifact
        #[arg(long)]
        search: Option<String>,
        /// At most this many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show one ticket with artifacts and timeline
    Show {
        /// The number, such as 12 or T-12
        id: TicketId,
    },
    /// Write the report of a ticket and of what was run for it: Markdown, HTML or PDF
    Report {
        /// The number, such as 12 or T-12
        id: TicketId,
        #[command(flatten)]
        report: super::report::Arguments,
    },
}

pub(crate) async fn run(command: Command, settings: &Settings) -> Outcome {
    let backend = Backend::open(settings, Advance::Nothing).await?;
    let outcome = answer(&backend, command, settings).await;
    backend.close().await;
    outcome
}

async fn answer(backend: &Backend, command: Command, settings: &Settings) -> Outcome {
    match command {
        Command::List { search, limit } => {
            let page = backend.call::<TicketList>(ListTickets { search, limit: Some(limit), ..Default::default() }).await?;
            if settings.json {
                say_json(&page);
                return Ok(Exit::Done);
            }
            let rows: Vec<Vec<String>> = page
                .tickets
                .iter()
                .map(|ticket| {
                    vec![
                        TicketId(ticket.id).to_string(),
                        ticket.severity.as_str().to_owned(),
                        ticket.status.as_str().to_owned(),
                        ticket.kind.clone(),
                        ticket.event_count.to_string(),
                        ticket.src_ip.clone().unwrap_or_default(),
                        ticket.title.clone(),
                    ]
                })
                .collect();
            say_table(&["ID", "SEVERITY", "STATUS", "TYPE", "EVENTS", "SOURCE", "TITLE"], &rows);
            if page.total as usize > rows.len() {
                super::terminal::complain(&format!("{} / {}", rows.len(), page.total));
            }
        }
        Command::Report { id, report } => return super::report::write::<TicketReport>(backend, id.0, report, settings).await,
        Command::Show { id } => {
            let detail = backend.call::<TicketShow>(TicketRef { id: id.0 }).await?;
            if settings.json { say_json(&detail) } else { show(&detail) }
        }
    }
    Ok(Exit::Done)
}

fn show(detail: &TicketDetail) {
    let ticket = &detail.summary;
    say(&format!("{} {}", TicketId(ticket.id), harmless(&ticket.title)));
    say(&format!("{} · {} · {} · {} events", ticket.severity.as_str(), ticket.status.as_str(), harmless(&ticket.kind), ticket.event_count));
    let artifacts: Vec<Vec<String>> =
        detail.artifacts.iter().map(|artifact| vec![artifact.kind.as_str().to_owned(), artifact.value.clone()]).collect();
    say_table(&["ARTIFACT", "VALUE"], &artifacts);
    let timeline: Vec<Vec<String>> = detail
        .timeline
        .iter()
        .map(|entry| vec![entry.at.format("%Y-%m-%d %H:%M:%SZ").to_string(), entry.kind.clone(), entry.by.clone(), entry.text.clone()])
        .collect();
    say_table(&["AT", "WHAT", "BY", "TEXT"], &timeline);
    if let Some(report) = &detail.report {
        say("");
        say(&harmless(report));
    }
}
