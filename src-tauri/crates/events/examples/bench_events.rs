//! Lines per second of ingesting: `cargo run --release -p haetae-events --example bench_events [FILE]`.
//!
//! Measures reading, storing and planning tickets, without the rows of tickets themselves.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use casework::{Rules, plan};
use events::EventStore;
use types::Time;

#[allow(clippy::print_stdout, reason = "the figures are the point of this program")]
fn main() -> ExitCode {
    let shared = std::env::var("HAETAE_SHARED").unwrap_or_else(|_| "../shared".into());
    let file = std::env::args_os().nth(1).map_or_else(|| PathBuf::from(shared).join("data/eve/alerts-malicious.ndjson.gz"), PathBuf::from);
    match measure(&file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "the figures are the point of this program")]
fn measure(file: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let store = EventStore::open(&folder.path().join("events.duckdb"))?;
    let rules = Rules::shipped();
    for pass in ["first", "again"] {
        let mut planning = Duration::ZERO;
        let mut tickets = 0;
        let begun = Instant::now();
        let report = store.ingest(
            &[file.to_owned()],
            folder.path(),
            Time::UNIX_EPOCH,
            |events| {
                let begun = Instant::now();
                tickets += plan(&rules, events).groups.len();
                planning += begun.elapsed();
                Ok(())
            },
            |_| (),
        )?;
        let took = begun.elapsed();
        let note = format!(
            "{pass} pass over {} lines: {} stored, {} duplicates, {} rejected, {tickets} tickets planned in {:.2} s; {:.2} s in all",
            report.lines,
            report.stored,
            report.duplicates,
            report.rejected,
            planning.as_secs_f64(),
            took.as_secs_f64(),
        );
        let value = report.lines as f64 / took.as_secs_f64();
        println!(
            "{}",
            serde_json::json!({"measure": format!("ingest, {pass} pass"), "value": value.round(), "unit": "lines/s", "note": note})
        );
    }
    Ok(())
}
