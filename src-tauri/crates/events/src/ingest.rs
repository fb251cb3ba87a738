//! Ingesting: files in, new events stored, lines that are no events set aside.
//!
//! Three threads: one reads and unpacks, one parses, the caller's stores. Records are stored in batches; each batch is one
//! transaction, and what the caller does with its new events happens just before the commit. So a crash at any moment
//! loses nothing: what was not committed is found again when the same file is ingested again.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use serde_json::json;
use types::{Error, Time};
use wire::casework::{IngestReport, Reject};

use crate::error;
use crate::eve::{Record, Refusal, parse_alert};
use crate::reader::{RawRecord, Source};
use crate::store::EventStore;

/// How many records, and how many bytes of them, one transaction takes.
const BATCH_RECORDS: usize = 20_000;
const BATCH_BYTES: usize = 128 * 1024 * 1024;

/// How many records, and how many bytes of them, go from thread to thread at a time.
const CHUNK_RECORDS: usize = 500;
const CHUNK_BYTES: usize = 4 * 1024 * 1024;

/// How many rejects the report itself lists; the rejects file has all.
const LISTED_REJECTS: usize = 100;

/// How far ingesting has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the files read so far.
    pub bytes: u64,
    /// The size of all files.
    pub total_bytes: u64,
    /// Records read so far.
    pub lines: u64,
}

impl EventStore {
    /// Reads alert files and stores their events.
    ///
    /// - All files are opened before anything is stored, so a file of unknown format (`EVENTS-FORMAT`) or one that cannot be
    ///   read (`EVENTS-FILE`) refuses the whole.
    /// - `on_new_events` gets the new events of every batch just before they are committed; an error takes the batch back and
    ///   ends ingesting. It must be safe to repeat: after a crash between its own commit and ours it sees the events again.
    /// - `lines` of the report counts records that are not blank: stored, duplicates and rejected together. The fields about
    ///   tickets and executions are for the caller to fill.
    /// - Rejected lines are kept in a new file in `rejects_folder`, one JSON object a line: file, line, reason, text.
    pub fn ingest(
        &self,
        files: &[PathBuf],
        rejects_folder: &Path,
        now: Time,
        mut on_new_events: impl FnMut(&[casework::Event]) -> Result<(), Error>,
        mut on_progress: impl FnMut(Progress),
    ) -> Result<IngestReport, Error> {
        let sources: Vec<Source> = files.iter().map(|path| Source::open(path)).collect::<Result<_, _>>()?;
        let names: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
        let total_bytes = sources.iter().map(|source| source.size).sum();
        let mut rejects = Rejects::new(rejects_folder, now);
        let mut report = IngestReport { files: u32::try_from(files.len()).unwrap_or(u32::MAX), ..IngestReport::default() };
        let mut batch = Batch::default();
        let mut bytes_before = 0;
        for (source, name) in sources.into_iter().zip(&names) {
            let (position, size) = (Arc::clone(&source.position), source.size);
            for_each_chunk(source, &position, |chunk| {
                report.lines += (chunk.records.len() + chunk.rejected.len()) as u64;
                for rejected in chunk.rejected {
                    rejects.keep(name, rejected, &mut report)?;
                }
                for record in chunk.records {
                    batch.bytes += record.raw.len();
                    batch.records.push((record, name.as_str()));
                }
                if batch.is_full() {
                    self.store(&mut batch, now, &mut on_new_events, &mut report)?;
                }
                on_progress(Progress { bytes: bytes_before + chunk.position.min(size), total_bytes, lines: report.lines });
                Ok(())
            })?;
            bytes_before += size;
        }
        self.store(&mut batch, now, &mut on_new_events, &mut report)?;
        rejects.finish(&mut report)?;
        on_progress(Progress { bytes: total_bytes, total_bytes, lines: report.lines });
        Ok(report)
    }

    fn store(
        &self,
        batch: &mut Batch<'_>,
        now: Time,
        on_new_events: &mut impl FnMut(&[casework::Event]) -> Result<(), Error>,
        report: &mut IngestReport,
    ) -> Result<(), Error> {
        let records = std::mem::take(batch).records;
        let given = records.len();
        let stored = self.append(records, now, on_new_events)?;
        report.stored += stored as u64;
        report.duplicates += (given - stored) as u64;
        Ok(())
    }
}

/// What goes into one transaction.
#[derive(Default)]
struct Batch<'a> {
    records: Vec<(Record, &'a str)>,
    bytes: usize,
}

impl Batch<'_> {
    fn is_full(&self) -> bool {
        self.records.len() >= BATCH_RECORDS || self.bytes >= BATCH_BYTES
    }
}

/// Parsed records of one file, in order.
struct Chunk {
    records: Vec<Record>,
    rejected: Vec<Rejected>,
    /// How much of the file had been read.
    position: u64,
}

/// A record that is no event.
struct Rejected {
    line: u64,
    reason: String,
    text: Vec<u8>,
}

/// Reads and parses on threads of their own, and hands the chunks over in the order of the file.
fn for_each_chunk(source: Source, position: &AtomicU64, mut take: impl FnMut(Chunk) -> Result<(), Error>) -> Result<(), Error> {
    thread::scope(|scope| {
        let (raw_out, raw_in) = mpsc::sync_channel::<(Vec<RawRecord>, u64)>(2);
        let (parsed_out, parsed_in) = mpsc::sync_channel::<Chunk>(2);
        scope.spawn(move || read_chunks(source, position, &raw_out));
        scope.spawn(move || {
            for (raw, position) in raw_in {
                // The receiver is gone when storing failed; then the rest need not be parsed.
                if parsed_out.send(parse_chunk(raw, position)).is_err() {
                    return;
                }
            }
        });
        parsed_in.into_iter().try_for_each(&mut take)
    })
}

fn read_chunks(mut source: Source, position: &AtomicU64, out: &mpsc::SyncSender<(Vec<RawRecord>, u64)>) {
    loop {
        let mut chunk = Vec::with_capacity(CHUNK_RECORDS);
        let mut bytes = 0;
        while chunk.len() < CHUNK_RECORDS && bytes < CHUNK_BYTES {
            let Some(record) = source.next() else { break };
            bytes += record.bytes.len();
            chunk.push(record);
        }
        if chunk.is_empty() || out.send((chunk, position.load(Ordering::Relaxed))).is_err() {
            return;
        }
    }
}

fn parse_chunk(raw: Vec<RawRecord>, position: u64) -> Chunk {
    let mut chunk = Chunk { records: Vec::with_capacity(raw.len()), rejected: Vec::new(), position };
    for RawRecord { line, bytes, fault } in raw {
        if let Some(reason) = fault {
            chunk.rejected.push(Rejected { line, reason, text: bytes });
            continue;
        }
        match String::from_utf8(bytes) {
            Ok(text) => match parse_alert(text) {
                Ok(record) => chunk.records.push(record),
                Err(Refusal { reason, raw }) => chunk.rejected.push(Rejected { line, reason, text: raw.into_bytes() }),
            },
            Err(fault) => chunk.rejected.push(Rejected { line, reason: "not UTF-8 text".into(), text: fault.into_bytes() }),
        }
    }
    chunk
}

/// The file of rejected lines, made when there is a first one.
struct Rejects<'a> {
    folder: &'a Path,
    now: Time,
    file: Option<(PathBuf, BufWriter<File>)>,
}

impl<'a> Rejects<'a> {
    fn new(folder: &'a Path, now: Time) -> Self {
        Self { folder, now, file: None }
    }

    fn keep(&mut self, name: &str, rejected: Rejected, report: &mut IngestReport) -> Result<(), Error> {
        let Rejected { line, reason, text } = rejected;
        let (path, file) = match &mut self.file {
            Some(open) => open,
            None => self.file.insert(create(self.folder, self.now)?),
        };
        let entry = json!({"file": name, "line": line, "reason": reason, "text": String::from_utf8_lossy(&text)});
        writeln!(file, "{entry}").map_err(|fault| error::file(path, &fault))?;
        report.rejected += 1;
        if report.rejects.len() < LISTED_REJECTS {
            report.rejects.push(Reject { file: name.to_owned(), line, reason });
        }
        Ok(())
    }

    fn finish(self, report: &mut IngestReport) -> Result<(), Error> {
        if let Some((path, mut file)) = self.file {
            file.flush().map_err(|fault| error::file(&path, &fault))?;
            report.rejects_file = Some(path.display().to_string());
        }
        Ok(())
    }
}

/// Makes `rejects-20261122T060605Z.ndjson`, with a number where two runs begin in the same second.
fn create(folder: &Path, now: Time) -> Result<(PathBuf, BufWriter<File>), Error> {
    fs::create_dir_all(folder).map_err(|fault| error::file(folder, &fault))?;
    let stem = now.format("rejects-%Y%m%dT%H%M%SZ").to_string();
    let mut number = 1_u32;
    loop {
        let name = if number == 1 { format!("{stem}.ndjson") } else { format!("{stem}-{number}.ndjson") };
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, BufWriter::new(file))),
            Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(fault) => return Err(error::file(&path, &fault)),
        }
    }
}
