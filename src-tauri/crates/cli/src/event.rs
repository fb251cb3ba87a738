//! `haetae event ingest` and `haetae query`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use futures::StreamExt;
use types::Error;
use wire::Push;
use wire::casework::{IngestEvents, RunQuery};
use wire::operation::{EventIngest, QueryRun};

use super::backend::{Advance, Backend};
use super::terminal::{complain, say_json, say_table};
use super::{Exit, Failure, Outcome, Settings};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Read Suricata EVE JSON, plain or gzip; open tickets and queue their playbooks
    Ingest {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Run the executions that it starts before this command ends
        #[arg(long)]
        run: bool,
    },
}

#[derive(Args)]
pub(crate) struct Query {
    /// One SELECT over the table events
    sql: String,
    /// At most this many rows
    #[arg(long, default_value_t = 1000)]
    limit: u32,
}

pub(crate) async fn run(command: Command, settings: &Settings) -> Outcome {
    let Command::Ingest { files, run } = command;
    let mut absolute = Vec::with_capacity(files.len());
    for file in files {
        // The owner of the data directory may have another working directory.
        let path = std::fs::canonicalize(&file).map_err(|error| {
            let shown = file.display();
            Failure::invalid(
                Error::new("EVENTS-FILE", format!("{shown} 파일을 열 수 없습니다: {error}"), format!("Cannot open {shown}: {error}"))
                    .hint("경로와 권한을 확인하세요.", "Check the path and its permissions.")
                    .target(shown.to_string()),
            )
        })?;
        absolute.push(path.to_string_lossy().into_owned());
    }
    let backend = Backend::open(settings, if run { Advance::Executions } else { Advance::Nothing }).await?;
    let outcome = ingest(&backend, absolute, run, settings).await;
    backend.close().await;
    outcome
}

async fn ingest(backend: &Backend, files: Vec<String>, run: bool, settings: &Settings) -> Outcome {
    let mut pushes = backend.subscribe().await?;
    let ingest = backend.call::<EventIngest>(IngestEvents { files, run: Some(run) });
    tokio::pin!(ingest);
    let report = loop {
        tokio::select! {
            report = &mut ingest => break report,
            push = pushes.next() => match push {
                Some(Push::Progress { done, total, .. }) if !settings.json => {
                    complain(&total.map_or_else(|| format!("{done}"), |total| format!("{done} / {total}")));
                }
                Some(_) => {}
                None => break ingest.await,
            },
        }
    };
    report.map_err(Failure::from).map(|report| {
        if settings.json {
            let mut shown = serde_json::to_value(&report).unwrap_or_default();
            if let Some(object) = shown.as_object_mut() {
                object.remove("rejects");
            }
            say_json(&shown);
        } else {
            say_table(
                &["FILES", "LINES", "STORED", "DUPLICATES", "REJECTED", "TICKETS", "MERGED", "EXECUTIONS"],
                &[[
                    u64::from(report.files),
                    report.lines,
                    report.stored,
                    report.duplicates,
                    report.rejected,
                    u64::from(report.tickets_opened),
                    u64::from(report.tickets_merged),
                    u64::from(report.executions_started),
                ]
                .iter()
                .map(u64::to_string)
                .collect()],
            );
        }
        if report.tickets_opened > 0 && report.executions_started == 0 {
            // Tickets without their playbook would look like a job done.
            complain(match settings.language {
                types::Language::Ko => "시작된 플레이북이 없습니다. 티켓 규칙이 이름을 댄 플레이북이 없거나, 오류가 있거나(연결 프로파일이 없는 것 등), 꺼져 있습니다. haetae sample load로 샘플을 불러오거나 플레이북을 저장하세요.",
                types::Language::En => {
                    "No playbook was started: those that the ticket rules name are not here, have errors (such as a missing connection) or are switched off. Load the sample with haetae sample load, or save the playbooks."
                }
            });
        }
        for reject in &report.rejects {
            complain(&format!("{}:{}: {}", reject.file, reject.line, reject.reason));
        }
        if let Some(file) = &report.rejects_file
            && report.rejected > 0
        {
            complain(file);
        }
        if report.stored + report.duplicates == 0 { Exit::Failed } else { Exit::Done }
    })
}

pub(crate) async fn query(arguments: Query, settings: &Settings) -> Outcome {
    let backend = Backend::open(settings, Advance::Nothing).await?;
    let answer = backend.call::<QueryRun>(RunQuery { sql: arguments.sql, limit: Some(arguments.limit) }).await;
    backend.close().await;
    let result = answer?;
    if settings.json {
        say_json(&result);
    } else {
        let heads: Vec<&str> = result.columns.iter().map(String::as_str).collect();
        let rows: Vec<Vec<String>> = result
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned)).collect())
            .collect();
        say_table(&heads, &rows);
    }
    Ok(Exit::Done)
}
