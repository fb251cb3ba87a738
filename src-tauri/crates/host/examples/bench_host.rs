//! Durable task runs per second: SQLite with synchronous = FULL, group commit across executions; no network, no window.

#![allow(clippy::print_stdout)] // The figures are its output.

use std::sync::Arc;
use std::time::Instant;

use engine::message::{CommandCall, TaskError};
use host::clock::Pending;
use host::runner::{Cause, Runner};
use host::{Host, Options, Run};
use serde_json::{Value as Json, json};
use store::ConnectionRow;
use wire::workspace::SettingsPatch;
use wire::{Caller, Door};

const EXECUTIONS: usize = 2_000;
const TASKS: usize = 5;

/// Answers at once, so that only the host and the disk are measured.
struct AtOnce;

impl Runner for AtOnce {
    fn run(&self, _call: CommandCall, _cause: Cause) -> Pending<Result<Json, TaskError>> {
        Box::pin(async { Ok(json!({"malicious": 3, "found": true})) })
    }
}

fn document() -> Json {
    let look = json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "198.51.100.7"},
        "assign": {"score": "output.malicious"}});
    let tasks: serde_json::Map<String, Json> = (0..TASKS).map(|number| (format!("look{number}"), look.clone())).collect();
    let links: Vec<Json> = (0..TASKS)
        .map(|number| {
            let from = number.checked_sub(1).map_or_else(|| "start".to_owned(), |before| format!("look{before}"));
            json!({"from": from, "to": format!("look{number}")})
        })
        .collect();
    json!({"format": 1, "id": "bench", "tasks": tasks, "links": links})
}

fn figure(measure: &str, value: f64, unit: &str, note: &str) {
    println!("{}", json!({"measure": measure, "value": value, "unit": unit, "note": note}));
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // In the working directory: the temporary folder may be in memory, where nothing is durable.
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let options = |run_executions| Options {
        run_executions,
        vault: Some(vault::Vault::in_memory()),
        runner: Some(Arc::new(AtOnce)),
        ..Options::new(folder.path())
    };
    let caller = Caller { name: "bench".to_owned(), door: Door::Local };
    let host = Host::open(options(false)).await?;
    let connection = ConnectionRow {
        app: "virustotal".to_owned(),
        name: "default".to_owned(),
        options: Default::default(),
        credential: None,
        health: None,
        sample: false,
    };
    host.store().write(move |db| db.save_connection(&connection)).await?;
    host.settings_save(&caller, SettingsPatch { execution_limit: Some(64), ..SettingsPatch::default() }).await?;

    let begun = Instant::now();
    let mut queued = tokio::task::JoinSet::new();
    for _ in 0..EXECUTIONS {
        let (host, caller) = (host.clone(), caller.clone());
        queued.spawn(async move { host.execution_queue(&caller, Run { document: document(), trigger: "person", ..Run::default() }).await });
    }
    while let Some(result) = queued.join_next().await {
        result??;
    }
    figure("executions queued", EXECUTIONS as f64 / begun.elapsed().as_secs_f64(), "executions/s", "");
    host.close().await;

    let begun = Instant::now();
    let host = Host::open(options(true)).await?;
    host.all_settled().await?;
    let seconds = begun.elapsed().as_secs_f64();
    let written = host.store().statistics();
    let note = format!("{EXECUTIONS} executions of {TASKS} tasks; {} jobs in {} transactions", written.jobs, written.commits);
    figure("durable task runs", (EXECUTIONS * TASKS) as f64 / seconds, "task runs/s", &note);

    let begun = Instant::now();
    let page = host.execution_list(Default::default()).await?;
    figure("list of executions", begun.elapsed().as_secs_f64() * 1000.0, "ms", &format!("200 of {}", page.total));
    host.close().await;
    Ok(())
}
