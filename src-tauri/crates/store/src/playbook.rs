//! Playbooks: documents, immutable versions, drafts and flags.

use rusqlite::{OptionalExtension, params};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use types::Time;
use wire::playbook::{Document, Draft, Version};

use crate::column::{At, Json};
use crate::error::{Error, Result, missing};
use crate::{Reader, Writer};

/// A playbook without its documents.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaybookRow {
    /// Its id.
    pub id: String,
    /// The newest version; 0 when only a draft exists.
    pub version: u32,
    /// Whether it may run.
    pub enabled: bool,
    /// Whether its destructive commands run without an approval.
    pub act_alone: bool,
    /// Whether it came with the sample.
    pub sample: bool,
    /// The hash of the newest version's document.
    pub hash: Option<String>,
    /// When it was last saved.
    pub saved_at: Option<Time>,
    /// Who saved it.
    pub saved_by: Option<String>,
    /// Whether there is a draft.
    pub draft: bool,
    /// When it last ran.
    pub last_execution_at: Option<Time>,
}

/// One version's document.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRow {
    /// The number, from 1.
    pub version: u32,
    /// The hash of the text.
    pub hash: String,
    /// The JSON text.
    pub text: String,
}

/// What saving a version gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// The new version's number.
    pub version: u32,
    /// The hash of its document.
    pub hash: String,
}

impl Writer<'_> {
    /// Keeps a document and returns its hash; the same text is kept once.
    pub fn keep_document(&self, text: &str) -> Result<String> {
        let hash = hex::encode(Sha256::digest(text.as_bytes()));
        self.db.prepare_cached("INSERT OR IGNORE INTO document (hash, text) VALUES (?1, ?2)")?.execute(params![hash, text])?;
        Ok(hash)
    }

    /// Saves a document as the next version; PLAYBOOK-CONFLICT when `base` is not the newest.
    ///
    /// A draft of the same content goes. One that differs is what somebody else is drawing, or what was drawn meanwhile: it is kept.
    pub fn save_version(&self, id: &str, text: &str, base: u32, comment: &str, by: &str, at: Time) -> Result<StoredVersion> {
        self.ensure_playbook(id)?;
        let (newest, deleted): (u32, bool) = self
            .db
            .prepare_cached("SELECT version, deleted FROM playbook WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if (if deleted { 0 } else { newest }) != base {
            return Err(Error::Refused(self.conflict(id, newest)?));
        }
        let version = newest + 1;
        let hash = self.keep_document(text)?;
        self.db
            .prepare_cached(
                "INSERT INTO playbook_version (playbook, version, document, saved_at, saved_by, comment) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![id, version, hash, At(at), by, comment])?;
        self.db.prepare_cached("UPDATE playbook SET version = ?2, deleted = 0 WHERE id = ?1")?.execute(params![id, version])?;
        self.drop_draft_of(id, text)?;
        Ok(StoredVersion { version, hash })
    }

    /// Throws the draft away when it says what `text` says, however it is spaced.
    fn drop_draft_of(&self, id: &str, text: &str) -> Result<()> {
        let mut statement = self.db.prepare_cached("SELECT text FROM playbook_draft WHERE playbook = ?1")?;
        let draft: Option<String> = statement.query_row([id], |row| row.get(0)).optional()?;
        let is_same = |draft: &str| {
            let read = |text| serde_json::from_str::<Value>(text).ok();
            draft == text || read(draft).is_some_and(|draft| Some(draft) == read(text))
        };
        if draft.is_some_and(|draft| is_same(&draft)) { self.discard_draft(id) } else { Ok(()) }
    }

    fn conflict(&self, id: &str, newest: u32) -> Result<types::Error> {
        let saved: Option<(String, At)> = self
            .db
            .prepare_cached("SELECT saved_by, saved_at FROM playbook_version WHERE playbook = ?1 AND version = ?2")?
            .query_row(params![id, newest], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let by = saved.as_ref().map(|(by, _)| by.clone()).unwrap_or_default();
        let error = types::Error::new(
            "PLAYBOOK-CONFLICT",
            format!("그 사이에 {by}이(가) 버전 {newest}을(를) 저장했습니다."),
            format!("{by} has saved version {newest} meanwhile."),
        )
        .hint(
            "두 문서를 비교한 뒤 새 버전 위에 저장하십시오. 초안은 그대로 있습니다.",
            "Compare the two and save on top of the new version. Your draft is kept.",
        )
        .target(id)
        .details(json!({"version": newest, "saved_by": by, "saved_at": saved.map(|(_, at)| at.0)}));
        Ok(error)
    }

    fn ensure_playbook(&self, id: &str) -> Result<()> {
        self.db.prepare_cached("INSERT OR IGNORE INTO playbook (id) VALUES (?1)")?.execute([id])?;
        Ok(())
    }

    /// Keeps a draft, in place of an older one; the playbook need not exist yet.
    pub fn keep_draft(&self, id: &str, text: &str, base: u32, by: &str, at: Time) -> Result<()> {
        self.ensure_playbook(id)?;
        self.db
            .prepare_cached("UPDATE playbook SET version = version, deleted = 0 WHERE id = ?1 AND deleted = 1 AND version = 0")?
            .execute([id])?;
        self.db
            .prepare_cached("INSERT OR REPLACE INTO playbook_draft (playbook, base, text, saved_at, saved_by) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![id, base, text, At(at), by])?;
        Ok(())
    }

    /// Throws the draft away, and the playbook with it when it never had a version.
    pub fn discard_draft(&self, id: &str) -> Result<()> {
        self.db.prepare_cached("DELETE FROM playbook_draft WHERE playbook = ?1")?.execute([id])?;
        self.db.prepare_cached("DELETE FROM playbook WHERE id = ?1 AND version = 0")?.execute([id])?;
        Ok(())
    }

    /// Returns `wanted`, or the first of `wanted-2`, `wanted-3`, ... that no playbook has or ever had: executions of a deleted one name it.
    pub fn free_playbook_id(&self, wanted: &str) -> Result<String> {
        let mut taken = self.db.prepare_cached("SELECT 1 FROM playbook WHERE id = ?1")?;
        let stem: String = wanted.chars().take(112).collect();
        let mut number = 1_u64;
        loop {
            let id = if number == 1 { wanted.to_owned() } else { format!("{stem}-{number}") };
            if !taken.exists([&id])? {
                return Ok(id);
            }
            number += 1;
        }
    }

    /// Allows or forbids a playbook to run and to act alone; absent flags stay.
    pub fn allow_playbook(&self, id: &str, enabled: Option<bool>, act_alone: Option<bool>, sample: Option<bool>) -> Result<()> {
        let changed = self
            .db
            .prepare_cached(
                "UPDATE playbook SET enabled = coalesce(?2, enabled), act_alone = coalesce(?3, act_alone), sample = coalesce(?4, sample)
                 WHERE id = ?1 AND deleted = 0",
            )?
            .execute(params![id, enabled, act_alone, sample])?;
        if changed == 0 { Err(missing("플레이북", "playbook", id)) } else { Ok(()) }
    }

    /// Deletes a playbook; its versions stay for the executions that ran them. Refused while an execution of it has not ended.
    pub fn delete_playbook(&self, id: &str) -> Result<()> {
        self.playbook(id)?;
        if self.is_running(id)? {
            let error = types::Error::new(
                "PLAYBOOK-RUNNING",
                "실행 중인 플레이북은 지울 수 없습니다.",
                "A playbook cannot be deleted while an execution of it has not ended.",
            )
            .hint("실행이 끝나기를 기다리거나 취소하십시오.", "Wait for its executions, or cancel them.")
            .target(id);
            return Err(Error::Refused(error));
        }
        self.db.prepare_cached("DELETE FROM playbook_draft WHERE playbook = ?1")?.execute([id])?;
        self.db.prepare_cached("DELETE FROM playbook WHERE id = ?1 AND version = 0")?.execute([id])?;
        self.db.prepare_cached("UPDATE playbook SET deleted = 1, act_alone = 0 WHERE id = ?1")?.execute([id])?;
        Ok(())
    }
}

const ROW: &str = "SELECT p.id, p.version, p.enabled, p.act_alone, p.sample, v.document, v.saved_at, v.saved_by,
    d.playbook IS NOT NULL, (SELECT e.started_at FROM execution e WHERE e.playbook = p.id ORDER BY e.id DESC LIMIT 1)
  FROM playbook p LEFT JOIN playbook_version v ON v.playbook = p.id AND v.version = p.version
  LEFT JOIN playbook_draft d ON d.playbook = p.id WHERE (p.deleted = 0 OR d.playbook IS NOT NULL)";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<PlaybookRow> {
    Ok(PlaybookRow {
        id: row.get(0)?,
        version: row.get(1)?,
        enabled: row.get(2)?,
        act_alone: row.get(3)?,
        sample: row.get(4)?,
        hash: row.get(5)?,
        saved_at: row.get::<_, Option<At>>(6)?.map(|at| at.0),
        saved_by: row.get(7)?,
        draft: row.get(8)?,
        last_execution_at: row.get::<_, Option<At>>(9)?.map(|at| at.0),
    })
}

impl Reader<'_> {
    /// Returns the playbooks that are not deleted, by id.
    pub fn playbooks(&self) -> Result<Vec<PlaybookRow>> {
        let mut statement = self.db.prepare_cached(&format!("{ROW} ORDER BY p.id"))?;
        let rows = statement.query_map([], row)?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// Returns a playbook that is not deleted.
    pub fn playbook(&self, id: &str) -> Result<PlaybookRow> {
        self.db
            .prepare_cached(&format!("{ROW} AND p.id = ?1"))?
            .query_row([id], row)
            .optional()?
            .ok_or_else(|| missing("플레이북", "playbook", id))
    }

    /// Returns a version of a playbook, the newest where none is named; none when there is only a draft.
    pub fn version(&self, id: &str, version: Option<u32>) -> Result<Option<VersionRow>> {
        let row = self
            .db
            .prepare_cached(
                "SELECT v.version, v.document, d.text FROM playbook_version v JOIN document d ON d.hash = v.document
                 WHERE v.playbook = ?1 AND (?2 IS NULL OR v.version = ?2) ORDER BY v.version DESC LIMIT 1",
            )?
            .query_row(params![id, version], |row| Ok(VersionRow { version: row.get(0)?, hash: row.get(1)?, text: row.get(2)? }))
            .optional()?;
        match (row, version) {
            (None, Some(version)) => Err(missing("플레이북 버전", "playbook version", format!("{id} {version}"))),
            (row, _) => Ok(row),
        }
    }

    /// Returns a document's text.
    pub fn document(&self, hash: &str) -> Result<String> {
        self.db
            .prepare_cached("SELECT text FROM document WHERE hash = ?1")?
            .query_row([hash], |row| row.get(0))
            .optional()?
            .ok_or_else(|| missing("문서", "document", hash))
    }

    /// Returns the draft of a playbook.
    pub fn draft(&self, id: &str) -> Result<Option<Draft>> {
        let draft = self
            .db
            .prepare_cached("SELECT text, base, saved_at FROM playbook_draft WHERE playbook = ?1")?
            .query_row([id], |row| {
                Ok(Draft { document: Document(row.get::<_, Json<Value>>(0)?.0), base: row.get(1)?, saved_at: row.get::<_, At>(2)?.0 })
            })
            .optional()?;
        Ok(draft)
    }

    /// Returns the versions of a playbook, newest first.
    pub fn versions(&self, id: &str) -> Result<Vec<Version>> {
        let mut statement = self.db.prepare_cached(
            "SELECT version, saved_at, saved_by, comment, document FROM playbook_version WHERE playbook = ?1 ORDER BY version DESC",
        )?;
        let versions = statement.query_map([id], |row| {
            Ok(Version {
                version: row.get(0)?,
                saved_at: row.get::<_, At>(1)?.0,
                saved_by: row.get(2)?,
                comment: row.get(3)?,
                hash: row.get(4)?,
            })
        })?;
        Ok(versions.collect::<rusqlite::Result<_>>()?)
    }
}
