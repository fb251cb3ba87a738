//! `haetae app …`

use std::path::PathBuf;

use clap::Subcommand;
use types::Error;
use wire::Nothing;
use wire::app::ConnectionRef;
use wire::operation::{AppList, ConnectionTest};

use super::backend::{Advance, Backend};
use super::terminal::{complain, say, say_json, say_table};
use super::{Exit, Failure, Outcome, Settings};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List the apps with their commands
    List,
    /// Check an app's manifest
    Check {
        /// The app.toml
        file: PathBuf,
    },
    /// Ask a vendor whether a connection works
    Test {
        /// APP or APP/NAME, such as virustotal/default
        connection: String,
    },
}

pub(crate) async fn run(command: Command, settings: &Settings) -> Outcome {
    if let Command::Check { file } = command {
        return check(&file, settings);
    }
    let backend = Backend::open(settings, Advance::Nothing).await?;
    let outcome = answer(&backend, command, settings).await;
    backend.close().await;
    outcome
}

async fn answer(backend: &Backend, command: Command, settings: &Settings) -> Outcome {
    match command {
        Command::List => {
            let apps = backend.call::<AppList>(Nothing {}).await?;
            if settings.json {
                say_json(&apps);
            } else {
                let rows: Vec<Vec<String>> = apps
                    .apps
                    .iter()
                    .map(|app| {
                        let commands: Vec<&str> = app.commands.iter().map(|command| command.id.as_str()).collect();
                        vec![app.id.clone(), app.name.get(settings.language).to_owned(), app.vendor.clone(), commands.join(", ")]
                    })
                    .collect();
                say_table(&["APP", "NAME", "VENDOR", "COMMANDS"], &rows);
            }
            Ok(Exit::Done)
        }
        Command::Test { connection } => {
            let (app, name) = connection.split_once('/').unwrap_or((&connection, "default"));
            let health = backend.call::<ConnectionTest>(ConnectionRef { app: app.to_owned(), name: name.to_owned() }).await?;
            if settings.json {
                say_json(&health);
            } else if health.error.is_none() {
                say(&format!("{app}/{name} ok {} ms", health.milliseconds));
            }
            match health.error {
                Some(error) => {
                    complain(&error.to_line(settings.language));
                    Ok(Exit::Failed)
                }
                None => Ok(Exit::Done),
            }
        }
        Command::Check { .. } => Ok(Exit::Done), // answered without a data directory
    }
}

fn check(file: &std::path::Path, settings: &Settings) -> Outcome {
    let text = std::fs::read_to_string(file).map_err(|error| {
        let shown = file.display();
        Failure::invalid(
            Error::new("APP-FILE", format!("{shown} 파일을 읽을 수 없습니다: {error}"), format!("Cannot read {shown}: {error}"))
                .target(shown.to_string()),
        )
    })?;
    let (_, diagnostics) = apps::manifest::read(&text);
    if settings.json {
        say_json(&diagnostics);
    } else {
        for diagnostic in &diagnostics {
            super::playbook::say_diagnostic(&file.display().to_string(), diagnostic, settings);
        }
    }
    Ok(if diagnostics.iter().any(types::Diagnostic::is_error) { Exit::Failed } else { Exit::Done })
}
