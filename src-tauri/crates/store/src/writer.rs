//! The one thread that writes, and its group commit.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::{Reader, Writer as Writing, failpoint};

/// More jobs than this wait for the next transaction, so that the first of them is not held up for long.
const GROUP: usize = 1024;

/// How much was written since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statistics {
    /// Jobs that were run.
    pub jobs: u64,
    /// Transactions that were committed.
    pub commits: u64,
}

/// The writer's end that callers hold.
pub(crate) struct Writer {
    jobs: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    counters: Arc<Counters>,
}

#[derive(Default)]
struct Counters {
    jobs: AtomicU64,
    commits: AtomicU64,
    /// Grows with every transaction that changed what is configured.
    configuration: AtomicU64,
}

/// A job whose result type is hidden from the thread.
trait Job: Send {
    /// Runs it inside a savepoint; false when it failed.
    fn run(&mut self, db: &Connection) -> bool;
    /// Tells whether only the disk can make it fail.
    fn is_sure(&self) -> bool;
    /// Returns why it failed.
    fn failure(&self) -> Option<types::Error>;
    /// Answers its caller, with `failure` instead of its own result when the whole transaction failed.
    fn answer(self: Box<Self>, failure: Option<&types::Error>);
}

struct Pending<T, F> {
    job: Option<F>,
    is_sure: bool,
    result: Option<std::result::Result<T, types::Error>>,
    reply: oneshot::Sender<std::result::Result<T, types::Error>>,
}

impl<T, F> Job for Pending<T, F>
where
    T: Send,
    F: FnOnce(&Writing<'_>) -> Result<T> + Send,
{
    fn run(&mut self, db: &Connection) -> bool {
        let Some(job) = self.job.take() else { return false };
        let result = job(&Writing { reader: Reader { db } });
        let ok = result.is_ok();
        self.result = Some(result.map_err(types::Error::from));
        ok
    }

    fn is_sure(&self) -> bool {
        self.is_sure
    }

    fn failure(&self) -> Option<types::Error> {
        self.result.as_ref()?.as_ref().err().cloned()
    }

    fn answer(mut self: Box<Self>, failure: Option<&types::Error>) {
        // What the job holds goes before its caller goes on.
        self.job = None;
        let result = match (failure, self.result) {
            // Its own failure says more than that of its transaction.
            (None, Some(result)) | (Some(_), Some(result @ Err(_))) => result,
            (Some(failure), _) => Err(failure.clone()),
            (None, None) => Err(crate::error::closed()),
        };
        // A caller that went away does not want to know.
        let _ = self.reply.send(result);
    }
}

impl Writer {
    pub(crate) fn start(connection: Connection) -> Result<Self> {
        let (jobs, receiver) = channel();
        let counters = Arc::new(Counters::default());
        let touched = watch_configuration(&connection)?;
        let thread = std::thread::Builder::new().name("store-writer".into()).spawn({
            let counters = counters.clone();
            move || run(connection, &receiver, &counters, &touched)
        });
        Ok(Self { jobs: Some(jobs), thread: thread.ok(), counters })
    }

    /// Hands a job over. One that is sure runs without a net: should it fail all the same, its whole transaction does.
    pub(crate) fn submit<T, F>(&self, job: F, is_sure: bool) -> oneshot::Receiver<std::result::Result<T, types::Error>>
    where
        T: Send + 'static,
        F: FnOnce(&Writing<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, receiver) = oneshot::channel();
        if let Some(jobs) = &self.jobs {
            // When the thread has ended the job is dropped, and its caller sees the closed channel.
            let _ = jobs.send(Box::new(Pending { job: Some(job), is_sure, result: None, reply }));
        }
        receiver
    }

    pub(crate) fn configuration(&self) -> u64 {
        self.counters.configuration.load(Ordering::Acquire)
    }

    pub(crate) fn statistics(&self) -> Statistics {
        Statistics { jobs: self.counters.jobs.load(Ordering::Relaxed), commits: self.counters.commits.load(Ordering::Relaxed) }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        // The last owner may be a job's caller on this very thread; a thread cannot wait for itself.
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

/// What executions are started from: it changes rarely, so what is computed from it may be kept until it does.
const CONFIGURATION: [&str; 6] = ["playbook", "playbook_version", "playbook_draft", "connection", "setting", "asset"];

/// Watches the tables of the configuration; the flag is set by any change, whoever makes it.
fn watch_configuration(connection: &Connection) -> Result<Arc<AtomicBool>> {
    let touched = Arc::new(AtomicBool::new(false));
    let flag = touched.clone();
    connection.create_scalar_function("haetae_configured", 0, FunctionFlags::SQLITE_UTF8, move |_| {
        flag.store(true, Ordering::Relaxed);
        Ok(rusqlite::types::Null)
    })?;
    for table in CONFIGURATION {
        for change in ["INSERT", "UPDATE", "DELETE"] {
            connection.execute_batch(&format!(
                "CREATE TEMP TRIGGER configured_{table}_{change} AFTER {change} ON main.{table} BEGIN SELECT haetae_configured(); END"
            ))?;
        }
    }
    Ok(touched)
}

fn run(connection: Connection, jobs: &Receiver<Box<dyn Job>>, counters: &Counters, touched: &AtomicBool) {
    let mut waiting = VecDeque::new();
    loop {
        if waiting.is_empty() {
            let Ok(first) = jobs.recv() else { break };
            waiting.push_back(first);
        }
        // Only who waits by now: whoever comes while these are written belongs to the next transaction, and those who are answered then
        // are busy while that one is written. Were all to wait for each other, one processor would be idle.
        waiting.extend(jobs.try_iter().take(GROUP.saturating_sub(waiting.len())));
        let mut group = Vec::with_capacity(waiting.len());
        let failure = transaction(&connection, &mut waiting, &mut group).err().map(|error| {
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
            types::Error::from(error)
        });
        if let Some(failure) = &failure {
            tracing::error!(code = %failure.code, jobs = group.len(), "the transaction failed: {failure}");
        }
        // Before anybody is answered: who has changed something sees it from then on.
        if touched.swap(false, Ordering::Relaxed) {
            counters.configuration.fetch_add(1, Ordering::Release);
        }
        counters.jobs.fetch_add(group.len() as u64, Ordering::Relaxed);
        counters.commits.fetch_add(u64::from(failure.is_none()), Ordering::Relaxed);
        for job in group {
            job.answer(failure.as_ref());
        }
    }
    // Leaves one file behind instead of three; what is in the log is safe either way.
    let _ = connection.execute_batch("PRAGMA incremental_vacuum(1000); PRAGMA wal_checkpoint(TRUNCATE);");
}

/// Runs who waits in one transaction; who was run is in `group` then, whatever became of it.
fn transaction(connection: &Connection, waiting: &mut VecDeque<Box<dyn Job>>, group: &mut Vec<Box<dyn Job>>) -> Result<()> {
    let begun = connection.prepare_cached("BEGIN IMMEDIATE").and_then(|mut statement| statement.execute([]));
    if let Err(error) = begun {
        group.extend(waiting.drain(..));
        return Err(error.into());
    }
    while let Some(mut job) = waiting.pop_front() {
        let run = savepoint(connection, job.as_mut());
        group.push(job);
        run?;
    }
    failpoint::pass("transaction-written");
    connection.prepare_cached("COMMIT")?.execute([])?;
    failpoint::pass("transaction-committed");
    Ok(())
}

fn savepoint(connection: &Connection, job: &mut dyn Job) -> Result<()> {
    // A savepoint copies every page that the job touches.
    if !job.is_sure() {
        connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    }
    if !job.run(connection) {
        if connection.is_autocommit() || job.is_sure() {
            // A full disk or a failing one makes SQLite roll back everything: the jobs before this one are lost with it.
            return Err(Error::Refused(job.failure().unwrap_or_else(crate::error::closed)));
        }
        connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
    }
    if !job.is_sure() {
        connection.prepare_cached("RELEASE job")?.execute([])?;
    }
    Ok(())
}
