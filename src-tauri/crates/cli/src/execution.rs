//! `haetae execution …`

use clap::Subcommand;
use host::simulate::RunReport;
use serde_json::Value as Json;
use types::{ExecutionId, ExecutionStatus};
use wire::Nothing;
use wire::execution::{ExecutionDetail, ExecutionRef, ExecutionSummary, ListExecutions, RerunExecution, RerunPreview, RerunVersion};
use wire::operation::{
    ExecutionCancel, ExecutionList, ExecutionReport, ExecutionRerun, ExecutionRerunPreview, ExecutionShow, ExecutionValue, WorkspaceShow,
};
use wire::record::{ShowValue, ValueField};

use super::backend::{Advance, Backend};
use super::terminal::{harmless, say, say_json, say_table};
use super::{Exit, Failure, Outcome, Settings};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List executions, newest first
    List {
        /// Only of this playbook
        #[arg(long)]
        playbook: Option<String>,
        /// At most this many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Show one execution with every task
    Show {
        /// The number, such as 12 or '#12'
        id: ExecutionId,
    },
    /// Print what a task was given or what it gave, whole
    Value {
        /// The number
        id: ExecutionId,
        /// The task
        task: String,
        /// What it was given, or what it gave
        #[arg(long, value_enum, default_value_t = Field::Output)]
        field: Field,
        /// As it was in this attempt, from 1
        #[arg(long)]
        attempt: Option<u32>,
        /// Of a call over a list: this item, from 0
        #[arg(long)]
        item: Option<u32>,
        /// A part of it as a JSON pointer, such as /data/hits/0
        #[arg(long, value_name = "POINTER")]
        path: Option<String>,
    },
    /// Run an execution again, as a new one
    Rerun {
        /// The number
        id: ExecutionId,
        /// From this task on, with the recorded outputs of the tasks before it
        #[arg(long, value_name = "TASK")]
        from: Option<String>,
        /// Which version runs: the one that ran, or the newest one
        #[arg(long, value_enum, default_value_t = Version::Same)]
        version: Version,
        /// Only tell what differs, what is taken over and what runs again
        #[arg(long)]
        preview: bool,
    },
    /// Write the report of an execution: Markdown, HTML or PDF
    Report {
        /// The number
        id: ExecutionId,
        #[command(flatten)]
        report: super::report::Arguments,
    },
    /// End an execution; effects in flight finish and are recorded
    Cancel {
        /// The number
        id: ExecutionId,
    },
}

/// Which version runs again.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Version {
    /// The one that ran
    Same,
    /// The newest one
    Current,
}

/// A value of a task run.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Field {
    /// What was rendered for it
    Input,
    /// What it gave
    Output,
}

pub(crate) async fn run(command: Command, settings: &Settings) -> Outcome {
    // Cancelling and running again are steps of an execution, so somebody has to advance it.
    let advances = matches!(command, Command::Cancel { .. } | Command::Rerun { preview: false, .. });
    let advance = if advances { Advance::Executions } else { Advance::Nothing };
    let backend = Backend::open(settings, advance).await?;
    let outcome = answer(&backend, command, settings).await;
    backend.close().await;
    outcome
}

async fn answer(backend: &Backend, command: Command, settings: &Settings) -> Outcome {
    match command {
        Command::List { playbook, limit } => {
            let page = backend.call::<ExecutionList>(ListExecutions { playbook, limit: Some(limit), ..Default::default() }).await?;
            if settings.json {
                say_json(&page);
            } else {
                let rows: Vec<Vec<String>> = page.executions.iter().map(|execution| row(execution, settings)).collect();
                say_table(&["ID", "STATUS", "PLAYBOOK", "VERSION", "TICKET", "TASK", "STARTED", "BY"], &rows);
            }
        }
        Command::Show { id } => {
            let detail = backend.call::<ExecutionShow>(ExecutionRef { id: id.0 }).await?;
            show(detail, settings);
        }
        Command::Value { id, task, field, attempt, item, path } => {
            let field = match field {
                Field::Input => ValueField::Input,
                Field::Output => ValueField::Output,
            };
            let ask = ShowValue { id: id.0, task, field, attempt, item, path, offset: None, limit: None };
            say_json(&whole(backend, ask).await?);
        }
        Command::Rerun { id, from, version, preview } => {
            let version = match version {
                Version::Same => RerunVersion::Same,
                Version::Current => RerunVersion::Current,
            };
            let request = RerunExecution { id: id.0, from, version, wait: Some(true) };
            if preview {
                return Ok(say_preview(&backend.call::<ExecutionRerunPreview>(request).await?, settings));
            }
            let detail = backend.call::<ExecutionRerun>(request).await?;
            let status = detail.summary.status;
            show(detail, settings);
            return Ok(exit_of(status));
        }
        Command::Report { id, report } => return super::report::write::<ExecutionReport>(backend, id.0, report, settings).await,
        Command::Cancel { id } => cancel(backend, id).await?,
    }
    Ok(Exit::Done)
}

/// Asks for a value until all parts of it are there.
async fn whole(backend: &Backend, mut ask: ShowValue) -> Result<Json, Failure> {
    let mut whole = Json::Null;
    loop {
        let part = backend.call::<ExecutionValue>(ask.clone()).await?;
        match (&mut whole, part.value) {
            (Json::Array(entries), Json::Array(more)) => entries.extend(more),
            (Json::String(text), Json::String(more)) => text.push_str(&more),
            (whole, first) => *whole = first,
        }
        if part.next_offset.is_none() {
            return Ok(whole);
        }
        ask.offset = part.next_offset;
    }
}

/// Cancels an execution. Where this process owns the directory it stays until what was under way has been recorded and everything that was
/// called has ended; another owner does that by itself.
async fn cancel(backend: &Backend, id: ExecutionId) -> Result<(), Failure> {
    let mut pushes = backend.subscribe().await?;
    let execution = ExecutionRef { id: id.0 };
    backend.call::<ExecutionCancel>(execution).await?;
    // Commands that are held by "stop all actions" end when a person lets them.
    if matches!(backend, Backend::Owner(_)) || backend.call::<WorkspaceShow>(Nothing {}).await?.settings.actions_stopped {
        return Ok(());
    }
    while !backend.call::<ExecutionShow>(execution).await?.summary.status.is_final() {
        super::run::wait_for_change(&mut pushes, &[id.0].into()).await;
    }
    Ok(())
}

/// Prints what a re-run would do; exit 2 when it is refused.
fn say_preview(preview: &RerunPreview, settings: &Settings) -> Exit {
    if settings.json {
        say_json(preview);
    } else {
        for change in &preview.changes {
            say(&format!("{}: {}", change.change.as_str(), change.task));
        }
        let rows: Vec<Vec<String>> = preview
            .tasks
            .iter()
            .map(|task| {
                let word = |holds: bool, word: &str| if holds { word.to_owned() } else { String::new() };
                let plan = if task.carried { "recorded" } else { "runs" };
                vec![
                    task.task.clone(),
                    task.kind.clone(),
                    plan.to_owned(),
                    word(task.destructive, "destructive"),
                    word(task.repeats, "again"),
                ]
            })
            .collect();
        say_table(&["TASK", "TYPE", "RESULT", "", ""], &rows);
        if let Some(refusal) = &preview.refusal {
            super::terminal::complain(&refusal.to_line(settings.language));
        }
    }
    if preview.refusal.is_some() { Exit::Invalid } else { Exit::Done }
}

fn row(execution: &ExecutionSummary, settings: &Settings) -> Vec<String> {
    let language = settings.language;
    vec![
        ExecutionId(execution.id).to_string(),
        execution.status.as_str().to_owned(),
        execution.name.get(language).to_owned(),
        execution.version.to_string(),
        execution.ticket.map(|ticket| types::TicketId(ticket).to_string()).unwrap_or_default(),
        execution.current_task.as_ref().map(|task| task.name.get(language).to_owned()).unwrap_or_default(),
        execution.started_at.map(|at| at.format("%Y-%m-%d %H:%M:%SZ").to_string()).unwrap_or_default(),
        execution.started_by.clone(),
    ]
}

/// Prints an execution: the document of DESIGN.md section 7, or its head, a row per task and what is asked.
pub(crate) fn show(detail: ExecutionDetail, settings: &Settings) {
    if settings.json {
        return say_json(&RunReport::from(detail));
    }
    let summary = &detail.summary;
    let name = harmless(summary.name.get(settings.language)).into_owned();
    say(&format!("{} {name} v{}: {}", ExecutionId(summary.id), summary.version, summary.status.as_str()));
    let questions: Vec<String> = detail
        .questions
        .iter()
        .map(|open| {
            format!("{} {}: {}", types::QuestionId(open.id), open.question.task, harmless(open.question.text.get(settings.language)))
        })
        .collect();
    super::run::say_report(&RunReport::from(detail));
    for question in questions {
        say(&question);
    }
}

/// Returns the exit code that an execution's status means.
pub(crate) fn exit_of(status: ExecutionStatus) -> Exit {
    match status {
        ExecutionStatus::Done => Exit::Done,
        ExecutionStatus::Failed | ExecutionStatus::Cancelled => Exit::Failed,
        ExecutionStatus::Queued
        | ExecutionStatus::Running
        | ExecutionStatus::Waiting
        | ExecutionStatus::Paused
        | ExecutionStatus::NeedsReview => Exit::Waiting,
    }
}
