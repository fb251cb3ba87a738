//! `haetae playbook …`

use std::path::{Path, PathBuf};

use clap::Subcommand;
use playbook::{Catalog, CheckOptions};
use serde_json::{Value as Json, json};
use types::{Diagnostic, DiagnosticLevel, Error, Language};
use wire::Nothing;
use wire::operation::{CatalogShow, PlaybookAddShipped, PlaybookShipped};
use wire::shipped::AddShipped;

use super::backend::{Advance, Backend};
use super::terminal::{complain, harmless, say, say_json};
use super::{Exit, Failure, Outcome, Settings};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print the diagnostics of playbook files; exit 1 when any is an error
    Check {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Read a CACAO 1.x or 2.0 playbook into a Haetae document; the loss report goes to stderr, exit 2 when it is not CACAO
    Import {
        /// The CACAO file
        file: PathBuf,
        /// The Haetae document to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Write a playbook in another format to stdout; what the format cannot say goes to stderr
    Export {
        /// The playbook file
        file: PathBuf,
        /// The format
        #[arg(long, value_parser = ["cacao", "json"])]
        format: String,
    },
    /// Add playbooks that come with Haetae to the data directory, and those that they call; without an ID, list them
    Add {
        /// Their ids
        ids: Vec<String>,
        /// Add every one of them
        #[arg(long, conflicts_with = "ids")]
        all: bool,
    },
    /// Run playbooks against their recorded replies and compare with what is expected
    Rehearse {
        /// Playbooks (NAME.rehearsal.json and rehearsals/NAME.*.json beside them), or single rehearsals
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

pub(crate) async fn run(command: Command, settings: &Settings) -> Outcome {
    match command {
        Command::Check { files } => check(&files, settings).await,
        Command::Import { file, out } => import(&file, &out, settings),
        Command::Export { file, format } => export(&file, &format, settings),
        Command::Add { ids, all } => add(ids, all, settings).await,
        Command::Rehearse { files } => rehearse(&files, settings).await,
    }
}

/// Reads a file of at most 64 MB as text.
pub(crate) fn read_file(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let refuse = |ko: String, en: String| Failure::invalid(Error::new("CLI-FILE", ko, en).target(shown.to_string()));
    let size = std::fs::metadata(path).map(|metadata| metadata.len()).unwrap_or_default();
    if size > 64 << 20 {
        return Err(refuse(format!("{shown} 파일이 64 MB보다 큽니다."), format!("{shown} is larger than 64 MB.")));
    }
    std::fs::read_to_string(path)
        .map_err(|error| refuse(format!("{shown} 파일을 읽을 수 없습니다: {error}"), format!("Cannot read {shown}: {error}")))
}

/// Returns what playbooks may use: the data directory's catalog where there is one, else the bundled apps with unknown connections.
pub(crate) async fn catalog(settings: &Settings) -> Result<(Catalog, bool), Failure> {
    let exists = settings.data.join("haetae.db").exists();
    if !exists {
        return Ok((apps::Registry::bundled().catalog(&[]), false));
    }
    let backend = Backend::open(settings, Advance::Nothing).await?;
    let catalog = backend.call::<CatalogShow>(Nothing {}).await;
    backend.close().await;
    Ok((catalog?.catalog, true))
}

async fn check(files: &[PathBuf], settings: &Settings) -> Outcome {
    let (mut catalog, connections_known) = catalog(settings).await?;
    let mut reports = Vec::new();
    let (mut errors, mut unreadable) = (false, false);
    for file in files {
        let diagnostics = match read_file(file) {
            Ok(text) => {
                add_neighbours(&mut catalog, file);
                let document = serde_json::from_str(&text).unwrap_or_default();
                let library = super::run::library(&document, file, settings).await?;
                catalog.calls = library.iter().map(|(id, document)| (id.clone(), host::simulate::called(document))).collect();
                diagnose(&text, &catalog, connections_known)
            }
            Err(failure) => {
                unreadable = true;
                vec![Diagnostic { message: failure.error.message.clone(), ..Diagnostic::error(failure.error.code.clone(), "", "") }]
            }
        };
        errors |= diagnostics.iter().any(Diagnostic::is_error);
        if !settings.json {
            for diagnostic in &diagnostics {
                say_diagnostic(&file.display().to_string(), diagnostic, settings);
            }
        }
        reports.push(json!({"file": file, "diagnostics": diagnostics}));
    }
    if settings.json {
        say_json(&json!({ "files": reports }));
    }
    Ok(if unreadable {
        Exit::Invalid
    } else if errors {
        Exit::Failed
    } else {
        Exit::Done
    })
}

/// Checks a document; where no workspace exists nobody can know which connections there will be, so those are warnings.
fn diagnose(text: &str, catalog: &Catalog, connections_known: bool) -> Vec<Diagnostic> {
    let document = match serde_json::from_str::<Json>(text) {
        Ok(document) => document,
        Err(_) => return playbook::read_text(text).diagnostics,
    };
    let (_, mut diagnostics) = playbook::diagnose(&document, catalog, CheckOptions::default());
    if !connections_known {
        for diagnostic in diagnostics.iter_mut().filter(|diagnostic| diagnostic.code == "PBK-014") {
            diagnostic.level = DiagnosticLevel::Warning;
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.level);
    }
    diagnostics
}

/// A called playbook may stand beside the file as `ID.json`.
fn add_neighbours(catalog: &mut Catalog, file: &Path) {
    let folder = file.parent().unwrap_or(Path::new("."));
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if let Some(id) = entry.file_name().to_str().and_then(|name| name.strip_suffix(".json"))
            && !catalog.playbooks.iter().any(|known| known == id)
        {
            catalog.playbooks.push(id.to_owned());
        }
    }
}

/// Prints a diagnostic as part of the result.
pub(crate) fn say_diagnostic(file: &str, diagnostic: &Diagnostic, settings: &Settings) {
    say(&harmless(&line_of(file, diagnostic, settings)));
}

/// Prints a diagnostic as a remark.
pub(crate) fn complain_diagnostic(file: &str, diagnostic: &Diagnostic, settings: &Settings) {
    complain(&line_of(file, diagnostic, settings));
}

/// `FILE: error PBK-010 [task.field] message hint`
fn line_of(file: &str, diagnostic: &Diagnostic, settings: &Settings) -> String {
    let level = match diagnostic.level {
        DiagnosticLevel::Error => "error",
        DiagnosticLevel::Warning => "warning",
    };
    let place =
        [diagnostic.target.task.clone(), diagnostic.target.link.map(|link| format!("links[{link}]")), diagnostic.target.field.clone()];
    let mut place = place.into_iter().flatten().collect::<Vec<_>>().join(".");
    if let Some(span) = diagnostic.span {
        place.push_str(&format!(":{}-{}", span.start, span.end));
    }
    let hint = diagnostic.hint.as_ref().map(|hint| format!(" {}", hint.get(settings.language))).unwrap_or_default();
    format!("{file}: {level} {} [{place}] {}{hint}", diagnostic.code, diagnostic.message.get(settings.language))
}

fn import(file: &Path, out: &Path, settings: &Settings) -> Outcome {
    let document: Json = parse(file)?;
    let shown = file.display().to_string();
    if !playbook::cacao::is_cacao(&document) {
        let error =
            Error::new("PLAYBOOK-FORMAT", format!("{shown}은(는) CACAO 플레이북이 아닙니다."), format!("{shown} is not a CACAO playbook."));
        return Err(Failure::invalid(
            error.hint("CACAO 파일은 type이 playbook입니다.", "The type of a CACAO file is playbook.").target(shown),
        ));
    }
    let imported = playbook::cacao::import(&document).map_err(Failure::invalid)?;
    let text = serde_json::to_string_pretty(&imported.document).unwrap_or_default() + "\n";
    std::fs::write(out, text).map_err(|error| {
        let out = out.display();
        Failure::invalid(
            Error::new("CLI-FILE", format!("{out} 파일을 쓸 수 없습니다: {error}"), format!("Cannot write {out}: {error}"))
                .target(out.to_string()),
        )
    })?;
    complain_losses(&shown, &imported.losses, settings);
    if settings.json {
        say_json(&json!({"file": file, "out": out, "id": imported.document["id"], "losses": imported.losses}));
    }
    Ok(Exit::Done)
}

fn export(file: &Path, format: &str, settings: &Settings) -> Outcome {
    let document: Json = parse(file)?;
    // Only what can be read as a playbook at all is written; half drawn ones are.
    if let Some(error) = playbook::read(&document).diagnostics.into_iter().find(|one| ["PBK-001", "PBK-002"].contains(&one.code.as_str())) {
        return Err(Failure::invalid(Error {
            code: error.code,
            message: error.message,
            hint: error.hint,
            target: Some(file.display().to_string()),
            details: None,
        }));
    }
    if format == "json" {
        say(&serde_json::to_string_pretty(&document).unwrap_or_default());
        return Ok(Exit::Done);
    }
    // The time of the file, so that the same file gives the same bytes.
    let modified = std::fs::metadata(file).and_then(|metadata| metadata.modified()).map(types::Time::from).unwrap_or_default();
    let exported = playbook::cacao::export(&document, modified);
    complain_losses(&file.display().to_string(), &exported.losses, settings);
    say(&serde_json::to_string_pretty(&exported.document).unwrap_or_default());
    Ok(Exit::Done)
}

/// Prints what was lost as remarks: `FILE: CODE [place] message`.
fn complain_losses(file: &str, losses: &[playbook::cacao::Loss], settings: &Settings) {
    for loss in losses {
        let task = loss.task.as_ref().map(|task| format!(" ({task})")).unwrap_or_default();
        complain(&harmless(&format!("{file}: {} [{}]{task} {}", loss.code, loss.place, loss.message.get(settings.language))));
    }
}

async fn add(ids: Vec<String>, all: bool, settings: &Settings) -> Outcome {
    let backend = Backend::open(settings, Advance::Nothing).await?;
    let done = add_with(&backend, ids, all, settings).await;
    backend.close().await;
    done
}

async fn add_with(backend: &Backend, ids: Vec<String>, all: bool, settings: &Settings) -> Outcome {
    let shipped = backend.call::<PlaybookShipped>(Nothing {}).await?;
    if ids.is_empty() && !all {
        if settings.json {
            say_json(&shipped);
        } else {
            for own in &shipped.playbooks {
                say(&format!("{}{:<20} {}", if own.present { "* " } else { "  " }, own.id, own.name.get(settings.language)));
            }
        }
        return Ok(Exit::Done);
    }
    let ids = if all { shipped.playbooks.into_iter().map(|own| own.id).collect() } else { ids };
    let added = backend.call::<PlaybookAddShipped>(AddShipped { ids }).await?;
    if settings.json {
        say_json(&added);
    } else {
        added.added.iter().for_each(|id| say(id));
        for id in &added.kept {
            complain(&match settings.language {
                Language::Ko => format!("{id}: 이미 있어 그대로 둡니다."),
                Language::En => format!("{id}: it is there already and stays as it is."),
            });
        }
    }
    Ok(Exit::Done)
}

async fn rehearse(files: &[PathBuf], settings: &Settings) -> Outcome {
    let registry = apps::Registry::bundled();
    let catalog = registry.catalog(&[]);
    let mut failed = false;
    let mut reports = Vec::new();
    for (playbook_file, rehearsal_file) in files.iter().flat_map(|file| rehearsals_of(file)) {
        let document: Json = parse(&playbook_file)?;
        let rehearsal: Json = parse(&rehearsal_file)?;
        let library = super::run::library(&document, &playbook_file, settings).await?;
        let rehearsed = host::simulate::rehearse(&document, &rehearsal, &catalog, &library, rehearsal_start(), "Asia/Seoul")
            .map_err(Failure::invalid)?;
        let differences = rehearsed.differences;
        failed |= !differences.is_empty();
        if settings.json {
            reports.push(json!({"file": rehearsal_file, "differences": differences}));
        } else if differences.is_empty() {
            say(&format!("{}: ok", rehearsal_file.display()));
        } else {
            for difference in &differences {
                complain(&format!("{}: {difference}", rehearsal_file.display()));
            }
        }
    }
    if settings.json {
        say_json(&json!({ "rehearsals": reports }));
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

/// A rehearsal that depended on today's date would break tomorrow.
fn rehearsal_start() -> types::Time {
    types::Time::from_timestamp_nanos(1_767_225_600_000_000_000)
}

/// Returns the playbook and the rehearsal, or all rehearsals of the playbook that was named.
fn rehearsals_of(file: &Path) -> Vec<(PathBuf, PathBuf)> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = file.parent().unwrap_or(Path::new(""));
    if let Some(stem) = name.strip_suffix(".rehearsal.json") {
        return vec![(folder.join(format!("{stem}.json")), file.to_owned())];
    }
    if folder.file_name().is_some_and(|folder| folder == "rehearsals")
        && let Some((stem, _case)) = name.split_once('.')
    {
        return vec![(folder.with_file_name(format!("{stem}.json")), file.to_owned())];
    }
    let stem = name.strip_suffix(".json").unwrap_or(&name);
    let more = std::fs::read_dir(folder.join("rehearsals")).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut more: Vec<PathBuf> = more
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(&format!("{stem}.")) && name.to_string_lossy().ends_with(".json"))
        })
        .collect();
    more.sort();
    more.insert(0, folder.join(format!("{stem}.rehearsal.json")));
    more.into_iter().map(|rehearsal| (file.to_owned(), rehearsal)).collect()
}

/// Reads a JSON file.
pub(crate) fn parse(path: &Path) -> Result<Json, Failure> {
    let text = read_file(path)?;
    serde_json::from_str(&text).map_err(|error| {
        let shown = path.display();
        Failure::invalid(
            Error::new("CLI-JSON", format!("{shown}은(는) JSON이 아닙니다: {error}"), format!("{shown} is not JSON: {error}"))
                .target(shown.to_string()),
        )
    })
}
