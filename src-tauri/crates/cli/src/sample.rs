//! `haetae sample …`

use clap::Subcommand;
use wire::Nothing;
use wire::operation::{SampleLoad, SampleRemove};
use wire::workspace::SampleReport;

use super::backend::{Advance, Backend};
use super::terminal::{say_json, say_table};
use super::{Exit, Outcome, Settings};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Load recorded services, alerts, assets and three playbooks, all marked as samples
    Load,
    /// Remove the sample and everything that came from it
    Remove,
}

pub(crate) async fn run(command: Command, settings: &Settings) -> Outcome {
    let backend = Backend::open(settings, Advance::Nothing).await?;
    let report = match command {
        Command::Load => backend.call::<SampleLoad>(Nothing {}).await,
        Command::Remove => backend.call::<SampleRemove>(Nothing {}).await,
    };
    backend.close().await;
    say_report(&report?, settings);
    Ok(Exit::Done)
}

fn say_report(report: &SampleReport, settings: &Settings) {
    if settings.json {
        say_json(report);
        return;
    }
    let row = [report.playbooks, report.connections, report.assets, report.events, report.tickets, report.executions];
    say_table(&["PLAYBOOKS", "CONNECTIONS", "ASSETS", "EVENTS", "TICKETS", "EXECUTIONS"], &[row.iter().map(u32::to_string).collect()]);
}
