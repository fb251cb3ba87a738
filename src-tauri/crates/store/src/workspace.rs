//! Settings, counts, connections, names of credentials, assets, the blocklist, the audit, the sample.

use indexmap::IndexMap;
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use types::{Artifact, ArtifactKind, ExecutionId, Severity, Text, TicketId, Time};
use wire::app::{ConnectionHealth, CredentialDetail};
use wire::casework::{Asset, BlocklistEntry};
use wire::workspace::{Counts, SampleReport};

use crate::column::{At, Json, Word};
use crate::error::{Result, missing};
use crate::{Reader, Writer};

/// A configured connection; its credential is only named.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionRow {
    /// The app.
    pub app: String,
    /// Its name.
    pub name: String,
    /// Its options.
    pub options: IndexMap<String, Value>,
    /// The credential's name.
    pub credential: Option<String>,
    /// The last test.
    pub health: Option<ConnectionHealth>,
    /// Whether it came with the sample.
    pub sample: bool,
}

/// An observable for the blocklist.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBlock {
    /// The observable.
    pub artifact: Artifact,
    /// Why.
    pub reason: String,
    /// Who or which playbook.
    pub added_by: String,
    /// When.
    pub added_at: Time,
    /// When it ends.
    pub expires_at: Time,
    /// The ticket.
    pub ticket: Option<TicketId>,
    /// The execution.
    pub execution: Option<ExecutionId>,
    /// Whether it came with the sample.
    pub sample: bool,
}

impl Writer<'_> {
    /// Saves a setting.
    pub fn set_setting(&self, name: &str, value: &impl Serialize) -> Result<()> {
        self.db.prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)")?.execute(params![name, Json(value)])?;
        Ok(())
    }

    /// Forgets a setting.
    pub fn clear_setting(&self, name: &str) -> Result<()> {
        self.db.prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([name])?;
        Ok(())
    }

    /// Saves a connection; its last test is forgotten when anything changed.
    pub fn save_connection(&self, row: &ConnectionRow) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO connection (app, name, options, credential, health, sample) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![row.app, row.name, Json(&row.options), row.credential, row.health.as_ref().map(Json), row.sample])?;
        Ok(())
    }

    /// Deletes a connection.
    pub fn delete_connection(&self, app: &str, name: &str) -> Result<()> {
        let gone = self.db.prepare_cached("DELETE FROM connection WHERE app = ?1 AND name = ?2")?.execute([app, name])?;
        if gone == 0 { Err(missing("연결", "connection", format!("{app}/{name}"))) } else { Ok(()) }
    }

    /// Keeps the result of a connection's test.
    pub fn set_connection_health(&self, app: &str, name: &str, health: &ConnectionHealth) -> Result<()> {
        self.db.prepare_cached("UPDATE connection SET health = ?3 WHERE app = ?1 AND name = ?2")?.execute(params![
            app,
            name,
            Json(health)
        ])?;
        Ok(())
    }

    /// Remembers that a field of a credential is in the keyring.
    pub fn set_credential(&self, name: &str, field: &str, at: Time, sample: bool) -> Result<()> {
        self.db
            .prepare_cached("INSERT OR REPLACE INTO credential (name, field, updated_at, sample) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![name, field, At(at), sample])?;
        Ok(())
    }

    /// Forgets a credential's name and fields.
    pub fn delete_credential(&self, name: &str) -> Result<()> {
        self.db.prepare_cached("DELETE FROM credential WHERE name = ?1")?.execute([name])?;
        Ok(())
    }

    /// Saves an asset, in place of one with the same host name.
    pub fn save_asset(&self, asset: &Asset) -> Result<()> {
        self.db.prepare_cached("DELETE FROM asset WHERE host = ?1")?.execute([&asset.host])?;
        self.db
            .prepare_cached("INSERT INTO asset (host, owner, os, role, criticality, sample) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![asset.host, asset.owner, asset.os, asset.role.as_ref().map(Json), asset.criticality.as_str(), asset.sample])?;
        let mut insert = self.db.prepare_cached("INSERT INTO asset_address (host, position, address) VALUES (?1, ?2, ?3)")?;
        for (position, address) in asset.addresses.iter().enumerate() {
            insert.execute(params![asset.host, position as i64, address])?;
        }
        Ok(())
    }

    /// Puts an observable on the blocklist and returns the entry; one that is there already keeps its number and gets the later end.
    pub fn block(&self, new: &NewBlock) -> Result<BlocklistEntry> {
        let (kind, value) = (new.artifact.kind.as_str(), new.artifact.value.as_str());
        // An entry that has ended is history; blocking again is a new entry.
        self.db
            .prepare_cached(
                "UPDATE blocklist_entry SET removed_at = expires_at, removed_by = added_by
                 WHERE kind = ?1 AND value = ?2 AND removed_at IS NULL AND expires_at <= ?3",
            )?
            .execute(params![kind, value, At(new.added_at)])?;
        self.db
            .prepare_cached(
                "INSERT INTO blocklist_entry (kind, value, reason, added_by, added_at, expires_at, ticket, execution, sample)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (kind, value) WHERE removed_at IS NULL DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)",
            )?
            .execute(params![
                kind,
                value,
                new.reason,
                new.added_by,
                At(new.added_at),
                At(new.expires_at),
                new.ticket.map(|id| id.0),
                new.execution.map(|id| id.0),
                new.sample
            ])?;
        let entry = self
            .db
            .prepare_cached(&format!("{BLOCK} WHERE kind = ?2 AND value = ?3 AND removed_at IS NULL"))?
            .query_row(params![At(new.added_at), kind, value], block)?;
        Ok(entry)
    }

    /// Takes an entry off the blocklist and returns its observable.
    pub fn unblock(&self, id: i64, by: &str, at: Time) -> Result<Artifact> {
        self.db
            .prepare_cached(
                "UPDATE blocklist_entry SET removed_at = ?2, removed_by = ?3 WHERE id = ?1 AND removed_at IS NULL RETURNING kind, value",
            )?
            .query_row(params![id, At(at), by], |row| Ok(Artifact { kind: row.get::<_, Word<ArtifactKind>>(0)?.0, value: row.get(1)? }))
            .optional()?
            .ok_or_else(|| missing("차단 항목", "blocklist entry", id))
    }

    /// Takes an observable off the blocklist; false when it was not on it.
    pub fn unblock_artifact(&self, artifact: &Artifact, by: &str, at: Time) -> Result<bool> {
        let changed = self
            .db
            .prepare_cached(
                "UPDATE blocklist_entry SET removed_at = ?3, removed_by = ?4 WHERE kind = ?1 AND value = ?2 AND removed_at IS NULL",
            )?
            .execute(params![artifact.kind.as_str(), artifact.value, At(at), by])?;
        Ok(changed > 0)
    }

    /// Adds a line to the audit.
    pub fn audit(&self, at: Time, by: &str, operation: &str, target: Option<&str>, text: &str) -> Result<()> {
        self.db.prepare_cached("INSERT INTO audit (at, by, operation, target, text) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            At(at),
            by,
            operation,
            target,
            text
        ])?;
        Ok(())
    }

    /// Removes everything that came with the sample, and what happened to it since.
    pub fn remove_sample(&self) -> Result<SampleReport> {
        let count = |table: &str| -> Result<u32> {
            Ok(self.db.query_row(&format!("SELECT count(*) FROM {table} WHERE sample = 1"), [], |row| row.get(0))?)
        };
        let events =
            self.db.query_row("SELECT count(*) FROM ticket_event WHERE ticket IN (SELECT id FROM ticket WHERE sample = 1)", [], |row| {
                row.get(0)
            })?;
        // An execution that a person started by hand from a sample playbook belongs to the sample too.
        self.db.execute_batch(
            "UPDATE execution SET sample = 1 WHERE ticket IN (SELECT id FROM ticket WHERE sample = 1)
               OR playbook IN (SELECT id FROM playbook WHERE sample = 1);",
        )?;
        let report = SampleReport {
            playbooks: count("playbook")?,
            connections: count("connection")?,
            assets: count("asset")?,
            events,
            tickets: count("ticket")?,
            executions: count("execution")?,
        };
        self.db.execute_batch(
            "DELETE FROM blocklist_entry WHERE sample = 1 OR execution IN (SELECT id FROM execution WHERE sample = 1)
               OR ticket IN (SELECT id FROM ticket WHERE sample = 1);
             DELETE FROM execution WHERE sample = 1;
             DELETE FROM ticket WHERE sample = 1;
             DELETE FROM playbook_draft WHERE playbook IN (SELECT id FROM playbook WHERE sample = 1);
             DELETE FROM playbook_version WHERE playbook IN (SELECT id FROM playbook WHERE sample = 1);
             DELETE FROM playbook WHERE sample = 1;
             DELETE FROM document WHERE hash NOT IN (SELECT document FROM playbook_version UNION SELECT document FROM execution);
             DELETE FROM asset WHERE sample = 1;
             DELETE FROM connection WHERE sample = 1;
             DELETE FROM credential WHERE sample = 1;",
        )?;
        Ok(report)
    }
}

const BLOCK: &str = "SELECT id, kind, value, reason, added_by, added_at, expires_at, ticket, expires_at <= ?1 FROM blocklist_entry";

fn block(row: &Row<'_>) -> rusqlite::Result<BlocklistEntry> {
    Ok(BlocklistEntry {
        id: row.get(0)?,
        artifact: Artifact { kind: row.get::<_, Word<ArtifactKind>>(1)?.0, value: row.get(2)? },
        reason: row.get(3)?,
        added_by: row.get(4)?,
        added_at: row.get::<_, At>(5)?.0,
        expires_at: row.get::<_, At>(6)?.0,
        ticket: row.get(7)?,
        expired: row.get(8)?,
    })
}

fn connection(row: &Row<'_>) -> rusqlite::Result<ConnectionRow> {
    Ok(ConnectionRow {
        app: row.get(0)?,
        name: row.get(1)?,
        options: row.get::<_, Json<IndexMap<String, Value>>>(2)?.0,
        credential: row.get(3)?,
        health: row.get::<_, Option<Json<ConnectionHealth>>>(4)?.map(|json| json.0),
        sample: row.get(5)?,
    })
}

impl Reader<'_> {
    /// Returns a setting.
    pub fn setting<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let value = self
            .db
            .prepare_cached("SELECT value FROM setting WHERE name = ?1")?
            .query_row([name], |row| Ok(row.get::<_, Json<T>>(0)?.0))
            .optional()?;
        Ok(value)
    }

    /// Returns the counts of the rail, for one operator.
    pub fn counts(&self, operator: &str) -> Result<Counts> {
        let counts = self
            .db
            .prepare_cached(
                "SELECT
                   (SELECT count(*) FROM question WHERE state = 'open' AND (assignee IS NULL OR assignee = ?1))
                     + (SELECT count(*) FROM review)
                     + (SELECT count(*) FROM ticket WHERE status = 'new' AND assignee IS NULL),
                   (SELECT count(*) FROM ticket WHERE status IN ('new', 'assigned')),
                   (SELECT count(*) FROM execution WHERE status = 'running'),
                   (SELECT count(*) FROM execution WHERE status = 'queued')",
            )?
            .query_row([operator], |row| {
                Ok(Counts { work: row.get(0)?, tickets: row.get(1)?, running: row.get(2)?, queued: row.get(3)? })
            })?;
        Ok(counts)
    }

    /// Tells whether nothing at all is here yet.
    pub fn is_empty(&self) -> Result<bool> {
        let empty = self
            .db
            .prepare_cached(
                "SELECT NOT EXISTS (SELECT 1 FROM playbook) AND NOT EXISTS (SELECT 1 FROM ticket)
                   AND NOT EXISTS (SELECT 1 FROM execution) AND NOT EXISTS (SELECT 1 FROM connection)",
            )?
            .query_row([], |row| row.get(0))?;
        Ok(empty)
    }

    /// Tells whether the sample is loaded.
    pub fn has_sample(&self) -> Result<bool> {
        let loaded = self
            .db
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM playbook WHERE sample = 1) OR EXISTS (SELECT 1 FROM connection WHERE sample = 1)",
            )?
            .query_row([], |row| row.get(0))?;
        Ok(loaded)
    }

    /// Returns the ids of the events of sample tickets.
    pub fn sample_events(&self) -> Result<Vec<String>> {
        let mut statement =
            self.db.prepare_cached("SELECT event FROM ticket_event WHERE ticket IN (SELECT id FROM ticket WHERE sample = 1)")?;
        let events = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(events)
    }

    /// Returns the executions that belong to the sample and have not ended.
    pub fn sample_executions(&self) -> Result<Vec<ExecutionId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id FROM execution WHERE status NOT IN ('done', 'failed', 'cancelled')
               AND (sample = 1 OR ticket IN (SELECT id FROM ticket WHERE sample = 1) OR playbook IN (SELECT id FROM playbook WHERE sample = 1))",
        )?;
        let ids = statement.query_map([], |row| row.get(0).map(ExecutionId))?.collect::<rusqlite::Result<_>>()?;
        Ok(ids)
    }

    /// Returns the connections, by app and name.
    pub fn connections(&self) -> Result<Vec<ConnectionRow>> {
        let mut statement =
            self.db.prepare_cached("SELECT app, name, options, credential, health, sample FROM connection ORDER BY app, name")?;
        let rows = statement.query_map([], connection)?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// Returns a connection.
    pub fn connection(&self, app: &str, name: &str) -> Result<ConnectionRow> {
        self.db
            .prepare_cached("SELECT app, name, options, credential, health, sample FROM connection WHERE app = ?1 AND name = ?2")?
            .query_row([app, name], connection)
            .optional()?
            .ok_or_else(|| missing("연결", "connection", format!("{app}/{name}")))
    }

    /// Returns the credentials' names and fields, by name.
    pub fn credentials(&self) -> Result<Vec<CredentialDetail>> {
        let mut credentials: Vec<CredentialDetail> = Vec::new();
        let mut statement = self.db.prepare_cached("SELECT name, field, updated_at FROM credential ORDER BY name, field")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (name, field, At(updated_at)): (String, String, At) = (row.get(0)?, row.get(1)?, row.get(2)?);
            match credentials.last_mut().filter(|last| last.name == name) {
                Some(last) => {
                    last.fields.push(field);
                    last.updated_at = last.updated_at.max(updated_at);
                }
                None => credentials.push(CredentialDetail { name, fields: vec![field], updated_at }),
            }
        }
        Ok(credentials)
    }

    /// Returns the assets, by host name.
    pub fn assets(&self) -> Result<Vec<Asset>> {
        let mut statement = self.db.prepare_cached("SELECT host, owner, os, role, criticality, sample FROM asset ORDER BY host")?;
        let assets = statement.query_map([], |row| {
            Ok(Asset {
                host: row.get(0)?,
                addresses: Vec::new(),
                owner: row.get(1)?,
                os: row.get(2)?,
                role: row.get::<_, Option<Json<Text>>>(3)?.map(|json| json.0),
                criticality: row.get::<_, Word<Severity>>(4)?.0,
                sample: row.get(5)?,
            })
        })?;
        let mut assets: IndexMap<String, Asset> =
            assets.map(|asset| asset.map(|asset| (asset.host.clone(), asset))).collect::<rusqlite::Result<_>>()?;
        let mut statement = self.db.prepare_cached("SELECT host, address FROM asset_address ORDER BY host, position")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (host, address): (String, String) = (row.get(0)?, row.get(1)?);
            if let Some(asset) = assets.get_mut(&host) {
                asset.addresses.push(address);
            }
        }
        Ok(assets.into_values().collect())
    }

    /// Returns the blocklist, newest first; `now` decides what has ended.
    pub fn blocklist(&self, now: Time) -> Result<Vec<BlocklistEntry>> {
        let mut statement = self.db.prepare_cached(&format!("{BLOCK} WHERE removed_at IS NULL ORDER BY id DESC"))?;
        let entries = statement.query_map([At(now)], block)?.collect::<rusqlite::Result<_>>()?;
        Ok(entries)
    }
}
