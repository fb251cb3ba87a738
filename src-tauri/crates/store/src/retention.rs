//! How long executions are kept, what they take on the disk, and giving space back.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, params, params_from_iter};
use types::{ExecutionId, ExecutionStatus, Time};
use wire::execution::StatusCount;
use wire::record::{LastPurge, PurgeReport, Retention, TableSize};

use crate::column::{At, Json, Word};
use crate::error::Result;
use crate::{Reader, Store, Writer};

const RETENTION: &str = "retention";
const LAST_PURGE: &str = "last_purge";

/// What the main file takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Bytes of all pages.
    pub bytes: u64,
    /// Bytes of the pages that nothing uses.
    pub free: u64,
}

/// A status with the moment before which its executions are old.
struct Old {
    status: &'static str,
    before: i64,
}

fn old(retention: &Retention, now: Time) -> Vec<Old> {
    let days = [
        (ExecutionStatus::Done, retention.done_days),
        (ExecutionStatus::Failed, retention.failed_days),
        (ExecutionStatus::Cancelled, retention.cancelled_days),
    ];
    let before = |days: u32| now.timestamp_millis().saturating_sub(i64::from(days).saturating_mul(86_400_000));
    days.into_iter().filter_map(|(status, days)| Some(Old { status: status.as_str(), before: before(days?) })).collect()
}

/// Only what has ended can be old. What a person marked, and what belongs to a ticket that is open, stays; so does what it has called.
const STAYS: &str = "EXISTS (SELECT 1 FROM execution_kept k WHERE k.execution IN (e.id, e.parent)) AS marked,
    EXISTS (SELECT 1 FROM ticket t WHERE t.id = e.ticket AND t.status <> 'closed') AS open";

/// What was called goes after what called it, however deep.
const IS_ROOT: &str = "NOT EXISTS (SELECT 1 FROM execution p WHERE p.id = e.parent)";

impl Reader<'_> {
    /// Returns how long executions are kept.
    pub fn retention(&self) -> Result<Retention> {
        Ok(self.setting(RETENTION)?.unwrap_or_default())
    }

    /// Returns when retention last deleted something.
    pub fn last_purge(&self) -> Result<Option<LastPurge>> {
        self.setting(LAST_PURGE)
    }

    /// Says what is older than `retention` allows, and what of it stays nevertheless.
    pub fn purge_preview(&self, retention: &Retention, now: Time) -> Result<PurgeReport> {
        let mut report =
            PurgeReport { executions: 0, statuses: Vec::new(), kept_for_ticket: 0, kept_by_mark: 0, oldest: None, deleted: false };
        for Old { status, before } in old(retention, now) {
            let mut statement = self.db.prepare_cached(&format!(
                "SELECT marked, open, count(*), min(ended_at) FROM
                   (SELECT {STAYS}, e.ended_at FROM execution e WHERE e.status = ?1 AND e.ended_at < ?2) GROUP BY marked, open"
            ))?;
            let mut rows = statement.query(params![status, before])?;
            while let Some(row) = rows.next()? {
                let (marked, open): (bool, bool) = (row.get(0)?, row.get(1)?);
                let count: u32 = row.get(2)?;
                match (marked, open) {
                    (true, _) => report.kept_by_mark += count,
                    (false, true) => report.kept_for_ticket += count,
                    (false, false) => {
                        report.executions += count;
                        let ended = row.get::<_, At>(3)?.0;
                        report.oldest = Some(report.oldest.map_or(ended, |oldest| oldest.min(ended)));
                        if let Ok(status) = serde_json::from_value(serde_json::Value::from(status)) {
                            report.statuses.push(StatusCount { status, count });
                        }
                    }
                }
            }
        }
        Ok(report)
    }

    /// Returns how many executions there are in each status.
    pub fn execution_counts(&self) -> Result<Vec<StatusCount>> {
        let mut statement = self.db.prepare_cached("SELECT status, count(*) FROM execution GROUP BY status ORDER BY status")?;
        let counts = statement
            .query_map([], |row| Ok(StatusCount { status: row.get::<_, Word<ExecutionStatus>>(0)?.0, count: row.get(1)? }))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(counts)
    }

    /// Returns how many executions are marked to be kept.
    pub fn kept_count(&self) -> Result<u32> {
        Ok(self.db.prepare_cached("SELECT count(*) FROM execution_kept")?.query_row([], |row| row.get(0))?)
    }

    /// Returns what the database and the search index take, without their logs.
    pub fn space(&self) -> Result<[Space; 2]> {
        let of = |schema: &str| -> Result<Space> {
            let value = |name: &str| -> Result<u64> {
                let value: i64 = self.db.query_row(&format!("PRAGMA {schema}.{name}"), [], |row| row.get(0))?;
                Ok(value.unsigned_abs())
            };
            let size = value("page_size")?;
            Ok(Space { bytes: value("page_count")? * size, free: value("freelist_count")? * size })
        };
        Ok([of("main")?, of("search")?])
    }

    /// Returns the tables with their sizes, indexes included, largest first. Reads the whole file.
    pub fn table_sizes(&self) -> Result<Vec<TableSize>> {
        let mut tables = Vec::new();
        for (schema, prefix) in [("main", ""), ("search", "search.")] {
            let mut statement = self.db.prepare(&format!(
                "SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d JOIN {schema}.sqlite_schema s ON s.name = d.name
                 WHERE d.schema = '{schema}' AND d.aggregate = TRUE GROUP BY s.tbl_name"
            ))?;
            let sizes = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
            for size in sizes {
                let (name, bytes) = size?;
                // A name of our own schema, so quoting it is enough.
                let rows: i64 = self.db.query_row(&format!("SELECT count(*) FROM {schema}.\"{name}\""), [], |row| row.get(0))?;
                tables.push(TableSize { name: format!("{prefix}{name}"), rows: rows.unsigned_abs(), bytes: bytes.unsigned_abs() });
            }
        }
        tables.sort_by_key(|table| std::cmp::Reverse(table.bytes));
        Ok(tables)
    }
}

impl Writer<'_> {
    /// Sets how long executions are kept.
    pub fn set_retention(&self, retention: &Retention) -> Result<()> {
        self.set_setting(RETENTION, retention)
    }

    /// Remembers a purge.
    pub fn set_last_purge(&self, purge: &LastPurge) -> Result<()> {
        self.set_setting(LAST_PURGE, purge)
    }

    /// Deletes at most `limit` executions that are older than `retention` allows, oldest first, with everything that hangs on them, and
    /// returns their numbers. What people decided in them goes to the audit first.
    pub fn purge_some(&self, retention: &Retention, now: Time, limit: u32) -> Result<Vec<ExecutionId>> {
        let mut purged = Vec::new();
        for Old { status, before } in old(retention, now) {
            let left = limit.saturating_sub(purged.len() as u32);
            let mut statement = self.db.prepare_cached(&format!(
                "SELECT id FROM (SELECT e.id, {STAYS} FROM execution e WHERE e.status = ?1 AND e.ended_at < ?2 AND {IS_ROOT})
                 WHERE NOT marked AND NOT open ORDER BY id LIMIT ?3"
            ))?;
            let ids = statement.query_map(params![status, before, left], |row| row.get(0).map(ExecutionId))?;
            purged.extend(ids.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        for id in &purged {
            self.audit_decisions(*id, now)?;
            self.db.prepare_cached("DELETE FROM execution WHERE id = ?1")?.execute([id.0])?;
        }
        Ok(purged)
    }

    fn audit_decisions(&self, id: ExecutionId, now: Time) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT task, answer, ended_by, ended_at FROM question WHERE execution = ?1 AND state = 'answered' ORDER BY id",
        )?;
        let mut rows = statement.query([id.0])?;
        while let Some(row) = rows.next()? {
            let answer = row.get::<_, Json<serde_json::Value>>(1)?.0;
            let line = serde_json::json!({
                "task": row.get::<_, String>(0)?, "answer": answer, "by": row.get::<_, Option<String>>(2)?, "at": row.get::<_, At>(3)?.0,
            });
            self.audit(now, "haetae", "storage.purge", Some(&id.to_string()), &line.to_string())?;
        }
        Ok(())
    }

    /// Deletes documents that neither a version nor an execution points at any more, at most `limit`, and returns how many: for each of
    /// them all executions are looked at.
    pub fn forget_documents(&self, limit: u32) -> Result<usize> {
        let forgotten = self.db.execute(
            "DELETE FROM document WHERE hash IN (SELECT hash FROM document
               WHERE hash NOT IN (SELECT document FROM playbook_version) AND hash NOT IN (SELECT document FROM execution) LIMIT ?1)",
            [limit],
        )?;
        Ok(forgotten)
    }

    /// Moves at most `pages` free pages to the end of the file and cuts them off; says how many are still free.
    pub fn vacuum_some(&self, pages: u32) -> Result<u64> {
        // It gives a row for each page, and goes on only when that is read.
        let mut statement = self.db.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
        let mut freed = statement.query([])?;
        while freed.next()?.is_some() {}
        let free: i64 = self.db.query_row("PRAGMA freelist_count", [], |row| row.get(0))?;
        Ok(free.unsigned_abs())
    }
}

impl Store {
    /// Moves the write-ahead logs into the files, so that the files have the size that they are said to have.
    pub async fn checkpoint(&self) -> std::result::Result<(), types::Error> {
        let path = self.path().to_owned();
        let work = move || -> Result<()> {
            checkpoint(&path)?;
            checkpoint(&crate::search::path_of(&path))
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result.map_err(Into::into),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Readers that are under way may hold a part of the log back; it goes with the next checkpoint.
fn checkpoint(path: &Path) -> Result<()> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", params_from_iter([] as [i64; 0]), |_| Ok(()))?;
    Ok(())
}
