//! SQLite: the journal of executions and its projections, and everything else that is not an event.
//!
//! Invariant: one writer. Every change is a job on its thread, and many jobs share one transaction (group commit); a caller is
//! answered only after that transaction is durable. Readers have connections of their own, which cannot write.
//! Invariant: no secret is ever stored, only the names of credentials and of their fields.

mod column;
mod drawing;
mod error;
mod execution;
pub mod failpoint;
mod history;
mod listing;
mod metrics;
mod origin;
mod playbook;
mod question;
mod record;
mod retention;
mod search;
mod ticket;
mod trigger;
mod workspace;
mod writer;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use tokio::sync::Semaphore;

pub use error::{Error, Result};
pub use execution::{Append, Appended, Changed, ExecutionRow, NewExecution, Packed, QuestionClosed, task_name};
pub use origin::{CallOrigin, ChildRow, Origin, RerunOrigin};
pub use playbook::{PlaybookRow, StoredVersion, VersionRow};
pub use question::{QuestionRow, QuestionState};
pub use record::Links;
pub use retention::Space;
pub use search::Mark;
pub use ticket::{RecordedGroup, TicketRow, TimelineLine};
pub use trigger::{Key, Outcome, TicketChange, TriggerState, Turn};
pub use workspace::{ConnectionRow, NewBlock};
pub use writer::Statistics;

static MIGRATIONS: LazyLock<Migrations<'static>> = LazyLock::new(|| {
    Migrations::new(vec![
        M::up(include_str!("../migrations/0001-first.sql")),
        M::up(include_str!("../migrations/0002-packed-journal.sql")),
        M::up(include_str!("../migrations/0003-history.sql")),
        M::up(include_str!("../migrations/0004-calls.sql")),
        M::up(include_str!("../migrations/0005-triggers.sql")),
        M::up(include_str!("../migrations/0006-lean-start.sql")),
    ])
});

/// The newest format of the database that this program knows.
pub const FORMAT: i64 = 6;

const READERS: usize = 4;

/// The database of a data directory; cheap to clone.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    writer: writer::Writer,
    /// The file of the search index; only the background writes it.
    index: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

/// What can be read, over one consistent snapshot.
pub struct Reader<'a> {
    pub(crate) db: &'a Connection,
}

/// What can be read and changed, inside one job; reads see the job's own changes.
pub struct Writer<'a> {
    reader: Reader<'a>,
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl Store {
    /// Opens the database file, creating or migrating it. A newer one (STORE-NEWER) or a damaged one (STORE-CORRUPT) is refused and
    /// nothing is touched.
    pub fn open(path: &Path) -> std::result::Result<Self, types::Error> {
        let connection = open_for_writing(path)?;
        let shared = Shared {
            path: path.to_owned(),
            writer: writer::Writer::start(connection)?,
            index: Mutex::new(search::open(path)?),
            readers: Mutex::new(Vec::new()),
            permits: Semaphore::new(READERS),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Runs a job in the writer's next transaction and answers once that is durable. A job that fails leaves nothing behind and does
    /// not disturb the others of its transaction.
    pub async fn write<T, F>(&self, job: F) -> std::result::Result<T, types::Error>
    where
        T: Send + 'static,
        F: FnOnce(&Writer<'_>) -> Result<T> + Send + 'static,
    {
        self.shared.writer.submit(job, false).await.unwrap_or_else(|_| Err(error::closed()))
    }

    /// As [`Store::write`], for a job that nothing but the disk can make fail: it costs less, and should it fail, all jobs of its
    /// transaction fail with it.
    pub async fn write_surely<T, F>(&self, job: F) -> std::result::Result<T, types::Error>
    where
        T: Send + 'static,
        F: FnOnce(&Writer<'_>) -> Result<T> + Send + 'static,
    {
        self.shared.writer.submit(job, true).await.unwrap_or_else(|_| Err(error::closed()))
    }

    /// As [`Store::write`], from a thread that may block (never from inside an asynchronous runtime).
    pub fn write_blocking<T, F>(&self, job: F) -> std::result::Result<T, types::Error>
    where
        T: Send + 'static,
        F: FnOnce(&Writer<'_>) -> Result<T> + Send + 'static,
    {
        self.shared.writer.submit(job, false).blocking_recv().unwrap_or_else(|_| Err(error::closed()))
    }

    /// Reads over one snapshot, on a thread that may block.
    pub async fn read<T, F>(&self, read: F) -> std::result::Result<T, types::Error>
    where
        T: Send + 'static,
        F: FnOnce(&Reader<'_>) -> Result<T> + Send + 'static,
    {
        let Ok(_permit) = self.shared.permits.acquire().await else { return Err(error::closed()) };
        let store = self.clone();
        match tokio::task::spawn_blocking(move || store.read_blocking(read)).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(reason) => std::panic::resume_unwind(reason),
                // The runtime ends before the read began.
                Err(_) => Err(error::closed()),
            },
        }
    }

    /// As [`Store::read`], from a thread that may block.
    pub fn read_blocking<T, F>(&self, read: F) -> std::result::Result<T, types::Error>
    where
        F: FnOnce(&Reader<'_>) -> Result<T>,
    {
        let idle = self.shared.readers.lock().ok().and_then(|mut readers| readers.pop());
        let connection = match idle {
            Some(connection) => connection,
            None => open_for_reading(&self.shared.path)?,
        };
        let result = snapshot(&connection, read);
        if let Ok(mut readers) = self.shared.readers.lock()
            && readers.len() < READERS
        {
            readers.push(connection);
        }
        result.map_err(Into::into)
    }

    /// Writes what was derived from executions into the file of the search index, on a thread that may block. Nobody who runs
    /// executions waits for it: the file has a lock of its own.
    pub async fn write_index<T, F>(&self, job: F) -> std::result::Result<T, types::Error>
    where
        T: Send + 'static,
        F: FnOnce(&Writer<'_>) -> Result<T> + Send + 'static,
    {
        self.with_index(move |connection| {
            let transaction = connection.unchecked_transaction()?;
            let result = job(&Writer { reader: Reader { db: &transaction } })?;
            transaction.commit()?;
            Ok(result)
        })
        .await
    }

    /// Works on the connection to the search index, on a thread that may block.
    pub(crate) async fn with_index<T, F>(&self, work: F) -> std::result::Result<T, types::Error>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let store = self.clone();
        let work = move || work(&store.shared.index.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result.map_err(Into::into),
            Err(error) => match error.try_into_panic() {
                Ok(reason) => std::panic::resume_unwind(reason),
                // The runtime ends before the read began.
                Err(_) => Err(error::closed()),
            },
        }
    }

    /// Returns where the database file is.
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Returns a number that grows whenever a playbook, a connection, a setting or an asset has changed.
    ///
    /// What was computed from reads that began after this number was asked for holds as long as the number stays.
    pub fn configuration(&self) -> u64 {
        self.shared.writer.configuration()
    }

    /// Returns how many jobs and transactions there were so far.
    pub fn statistics(&self) -> Statistics {
        self.shared.writer.statistics()
    }
}

fn snapshot<T>(connection: &Connection, read: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
    let transaction = connection.unchecked_transaction()?;
    read(&Reader { db: &transaction })
}

fn open_for_writing(path: &Path) -> Result<Connection> {
    refuse_a_lost_file(path)?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    // Read before anything is written: a newer or damaged database must stay as it is.
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > FORMAT {
        return Err(Error::Refused(error::newer(version, FORMAT)));
    }
    if version == 0 {
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 {
            return Err(Error::Refused(error::corrupt("its version is lost")));
        }
        // Only takes effect before the first table.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    } else {
        check(&connection)?;
    }
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // 16 MB of log before it is put into place: what executions write goes to the same ends of tables over and over.
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 4_000, |row| row.get::<_, i64>(0))?;
    // 16 MB: the ends of the tables that executions grow stay in memory.
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.set_prepared_statement_cache_capacity(256);
    MIGRATIONS.to_latest(&mut connection)?;
    Ok(connection)
}

/// SQLite takes an empty file for a new database and throws its log away: one that has a log or a search index was no new one.
fn refuse_a_lost_file(path: &Path) -> Result<()> {
    let length = |path: &Path| path.metadata().map_or(0, |metadata| metadata.len());
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    match length(path) {
        0 if length(Path::new(&log)) > 0 || length(&search::path_of(path)) > 0 => {
            Err(Error::Refused(error::corrupt("the file is empty or gone, but what belongs to it is there")))
        }
        1..512 => Err(Error::Refused(error::corrupt("the file is cut short"))),
        _ => Ok(()),
    }
}

/// A look at the schema and the first pages; a full check would read the whole file at every start.
fn check(connection: &Connection) -> Result<()> {
    let tables: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('execution', 'journal', 'ticket', 'setting')",
        [],
        |row| row.get(0),
    )?;
    if tables < 4 {
        return Err(Error::Refused(error::corrupt("tables are missing")));
    }
    connection.query_row("SELECT max(id) FROM execution", [], |_| Ok(()))?;
    connection.query_row("SELECT max(id) FROM ticket", [], |_| Ok(()))?;
    Ok(())
}

fn open_for_reading(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.execute("ATTACH DATABASE ?1 AS search", [search::path_of(path).to_string_lossy()])?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> (Store, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (Store::open(&folder.path().join("haetae.db")).unwrap(), folder)
    }

    #[test]
    fn a_full_disk_is_told_and_the_store_goes_on() {
        let (store, _folder) = open();
        // SQLite's own limit on pages gives the very error of a full disk.
        let limit = |db: &Writer<'_>, pages: i64| Ok(db.db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?);
        let error = store
            .write_blocking(move |db| {
                limit(db, 1)?;
                (0..10_000).try_for_each(|number| db.set_setting(&format!("setting{number}"), &"x".repeat(1000)))
            })
            .unwrap_err();
        assert_eq!(error.code, "STORE-FULL");
        store.write_blocking(move |db| limit(db, 1 << 30)).unwrap();
        store.write_blocking(|db| db.set_setting("operator", &"kim")).unwrap();
        let settings = store.read_blocking(|db| Ok((db.setting::<String>("setting1")?, db.setting::<String>("operator")?))).unwrap();
        assert_eq!(settings, (None, Some("kim".to_owned())));
    }

    #[test]
    fn a_disk_that_is_full_at_any_page_loses_nothing_that_was_durable() {
        let (store, _folder) = open();
        let new = NewExecution {
            playbook: "p".into(),
            version: 1,
            document: store.write_blocking(|db| db.keep_document("{}")).unwrap(),
            name: "P".into(),
            trigger: "person".into(),
            ticket: None,
            // More than a page, so that an insert may fail between any two of its pages.
            input: [("text".to_owned(), "x".repeat(6_000).into())].into_iter().collect(),
            started_by: "kim".into(),
            queued_at: types::Time::from_timestamp(1_790_000_000, 0).unwrap(),
            sample: false,
            origin: Origin::default(),
        };
        let limit = |pages: i64| {
            store.write_blocking(move |db| Ok(db.db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?)).unwrap();
        };
        let pages = || store.read_blocking(|db| Ok(db.db.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))?)).unwrap();
        let mut durable = Vec::new();
        for more in 0..12 {
            limit(pages() + more);
            let error = loop {
                let new = new.clone();
                match store.write_blocking(move |db| db.queue_execution(&new)) {
                    Ok(id) => durable.push(id),
                    Err(error) => break error,
                }
            };
            assert_eq!(error.code, "STORE-FULL");
            limit(1 << 30);
            let (found, sound) = store
                .read_blocking(|db| {
                    let found = db.execution_ids(&[types::ExecutionStatus::Queued], types::ExecutionId(0), 1000)?;
                    Ok((found, db.db.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))?))
                })
                .unwrap();
            assert_eq!((found, sound.as_str()), (durable.clone(), "ok"));
            let new = new.clone();
            durable.push(store.write_blocking(move |db| db.queue_execution(&new)).unwrap());
        }
    }

    #[test]
    fn a_sure_job_that_fails_all_the_same_leaves_nothing_behind() {
        let (store, _folder) = open();
        let job = |db: &Writer<'_>| {
            db.set_setting("operator", &"kim")?;
            Err::<(), _>(Error::Refused(error::corrupt("of the test")))
        };
        let error = store.shared.writer.submit(job, true).blocking_recv().unwrap().unwrap_err();
        assert_eq!(error.code, "STORE-CORRUPT");
        assert_eq!(store.read_blocking(|db| db.setting::<String>("operator")).unwrap(), None);
        let sure = store.shared.writer.submit(|db| db.set_setting("operator", &"lee"), true);
        sure.blocking_recv().unwrap().unwrap();
        assert_eq!(store.read_blocking(|db| db.setting::<String>("operator")).unwrap().as_deref(), Some("lee"));
    }

    #[test]
    fn readers_cannot_write() {
        let (store, _folder) = open();
        let error = store.read_blocking(|db| Ok(db.db.execute("DELETE FROM setting", [])?)).unwrap_err();
        assert_eq!(error.code, "STORE-UNREADABLE");
    }
}
