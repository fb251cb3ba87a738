//! `playbook.*` and `catalog.show`.

use indexmap::IndexMap;
use playbook::{Catalog, CheckOptions};
use serde_json::Value as Json;
use types::{Diagnostic, Error, PlaybookId, Text};
use wire::Caller;
use wire::playbook::{
    AllowPlaybook, CatalogDetail, CheckPlaybook, CheckedPlaybook, Document, PlaybookDetail, PlaybookRef, PlaybookSummary, Playbooks,
    SaveDraft, SavePlaybook, SavedDraft, SavedVersion, ShowPlaybook, VersionHistory,
};

use crate::simulate::called;
use crate::{Host, lock_of};

/// What a list shows of a document.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What people call it.
    pub name: Text,
    /// What it is for.
    pub description: Option<Text>,
    /// How many tasks it has.
    pub tasks: u32,
    /// How many errors.
    pub errors: u32,
    /// How many warnings.
    pub warnings: u32,
}

impl Host {
    /// Returns what tasks may use: apps, commands, connections, playbooks.
    pub async fn catalog(&self) -> Result<Catalog, Error> {
        self.inner.executor.catalog().await
    }

    /// Says that what tasks may use has changed, so that documents are checked again.
    pub(crate) fn catalog_changed(&self) {
        lock_of(&self.inner.checked).clear();
    }

    /// `catalog.show`
    pub async fn catalog_show(&self) -> Result<CatalogDetail, Error> {
        Ok(CatalogDetail { catalog: self.catalog().await? })
    }

    /// `playbook.list`
    pub async fn playbook_list(&self) -> Result<Playbooks, Error> {
        let catalog = self.catalog().await?;
        let rows = self.inner.store.read(|db| db.playbooks()).await?;
        let mut playbooks = Vec::with_capacity(rows.len());
        for row in rows {
            playbooks.push(self.summary(row, &catalog).await?);
        }
        Ok(Playbooks { playbooks })
    }

    async fn summary(&self, row: store::PlaybookRow, catalog: &Catalog) -> Result<PlaybookSummary, Error> {
        let checked = match &row.hash {
            Some(hash) => {
                let known = lock_of(&self.inner.checked).get(hash).cloned();
                match known {
                    Some(known) => known,
                    None => {
                        let wanted = hash.clone();
                        let text = self.inner.store.read(move |db| db.document(&wanted)).await?;
                        let document = serde_json::from_str(&text).unwrap_or_default();
                        let checked = look(&document, &row.id, &self.with_calls(catalog.clone(), &document).await?);
                        lock_of(&self.inner.checked).insert(hash.clone(), checked.clone());
                        checked
                    }
                }
            }
            None => {
                let id = row.id.clone();
                let draft = self.inner.store.read(move |db| db.draft(&id)).await?;
                let document = draft.map(|draft| draft.document.0).unwrap_or_default();
                look(&document, &row.id, &self.with_calls(catalog.clone(), &document).await?)
            }
        };
        Ok(PlaybookSummary {
            id: row.id,
            name: checked.name,
            description: checked.description,
            version: row.version,
            draft: row.draft,
            saved_at: row.saved_at,
            saved_by: row.saved_by,
            tasks: checked.tasks,
            errors: checked.errors,
            warnings: checked.warnings,
            enabled: row.enabled,
            act_alone: row.act_alone,
            sample: row.sample,
            last_execution_at: row.last_execution_at,
        })
    }

    /// `playbook.show`
    pub async fn playbook_show(&self, request: ShowPlaybook) -> Result<PlaybookDetail, Error> {
        let ShowPlaybook { id, version } = request;
        let (row, stored, draft) =
            self.inner.store.read(move |db| Ok((db.playbook(&id)?, db.version(&id, version)?, db.draft(&id)?))).await?;
        let summary = self.summary(row, &self.catalog().await?).await?;
        let version = stored.as_ref().map_or(0, |stored| stored.version);
        let document = stored.map(|stored| serde_json::from_str(&stored.text).map(Document)).transpose().map_err(store::Error::from)?;
        Ok(PlaybookDetail { summary, version, document, draft })
    }

    /// `playbook.check`
    pub async fn playbook_check(&self, request: CheckPlaybook) -> Result<CheckedPlaybook, Error> {
        Ok(CheckedPlaybook { diagnostics: self.diagnose(&request.document.0).await? })
    }

    /// Returns a document's diagnostics against what this directory has.
    pub async fn diagnose(&self, document: &Json) -> Result<Vec<Diagnostic>, Error> {
        let catalog = self.with_calls(self.catalog().await?, document).await?;
        Ok(playbook::diagnose(document, &catalog, CheckOptions::default()).1)
    }

    /// Adds what the playbooks call that a document calls, directly or through others, so that a circle is seen.
    async fn with_calls(&self, catalog: Catalog, document: &Json) -> Result<Catalog, Error> {
        let mut open = called(document);
        if open.is_empty() {
            return Ok(catalog);
        }
        let calls = self.inner.store.read(move |db| {
            let mut calls = IndexMap::new();
            while let Some(id) = open.pop() {
                if calls.contains_key(&id) {
                    continue;
                }
                let saved = db.version(&id, None)?.and_then(|row| serde_json::from_str::<Json>(&row.text).ok());
                let called = saved.as_ref().map(called).unwrap_or_default();
                open.extend(called.iter().cloned());
                calls.insert(id, called);
            }
            Ok(calls)
        });
        Ok(Catalog { calls: calls.await?, ..catalog })
    }

    /// `playbook.save_draft`
    pub async fn playbook_save_draft(&self, caller: &Caller, request: SaveDraft) -> Result<SavedDraft, Error> {
        let SaveDraft { id, document, base } = request;
        check_id(&id)?;
        let diagnostics = self.diagnose(&document.0).await?;
        let text = serde_json::to_string(&document).map_err(store::Error::from)?;
        let (by, at) = (caller.name.clone(), self.now());
        self.inner.store.write(move |db| db.keep_draft(&id, &text, base, &by, at)).await?;
        Ok(SavedDraft { saved_at: at, diagnostics })
    }

    /// `playbook.discard_draft`
    pub async fn playbook_discard_draft(&self, request: PlaybookRef) -> Result<(), Error> {
        self.inner.store.write(move |db| db.discard_draft(&request.id)).await
    }

    /// `playbook.save`
    pub async fn playbook_save(&self, caller: &Caller, request: SavePlaybook) -> Result<SavedVersion, Error> {
        let SavePlaybook { document, base, comment } = request;
        let id = document.0.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
        check_id(&id)?;
        // Indented, so that a person who reads the database or a difference sees lines.
        let text = serde_json::to_string_pretty(&document).map_err(store::Error::from)?;
        let (by, at, saved_id) = (caller.name.clone(), self.now(), id.clone());
        let saved = self.inner.store.write(move |db| db.save_version(&saved_id, &text, base, &comment, &by, at)).await?;
        self.catalog_changed();
        let diagnostics = self.diagnose(&document.0).await?;
        Ok(SavedVersion { id, version: saved.version, diagnostics })
    }

    /// `playbook.versions`
    pub async fn playbook_versions(&self, request: PlaybookRef) -> Result<VersionHistory, Error> {
        let versions = self.inner.store.read(move |db| db.playbook(&request.id).and_then(|row| db.versions(&row.id))).await?;
        Ok(VersionHistory { versions })
    }

    /// `playbook.allow`
    pub async fn playbook_allow(&self, caller: &Caller, request: AllowPlaybook) -> Result<(), Error> {
        let (by, at) = (caller.name.clone(), self.now());
        self.inner
            .store
            .write(move |db| {
                db.allow_playbook(&request.id, request.enabled, request.act_alone, None)?;
                let flags = [("enabled", request.enabled), ("act_alone", request.act_alone)];
                let text: Vec<_> = flags.iter().filter_map(|(name, flag)| flag.map(|flag| format!("{name}={flag}"))).collect();
                db.audit(at, &by, "playbook.allow", Some(&request.id), &text.join(" "))
            })
            .await
    }

    /// `playbook.delete`
    pub async fn playbook_delete(&self, caller: &Caller, request: PlaybookRef) -> Result<(), Error> {
        let (by, at) = (caller.name.clone(), self.now());
        self.inner
            .store
            .write(move |db| {
                db.delete_playbook(&request.id)?;
                db.audit(at, &by, "playbook.delete", Some(&request.id), "")
            })
            .await?;
        self.catalog_changed();
        Ok(())
    }
}

fn check_id(id: &str) -> Result<(), Error> {
    if PlaybookId::new(id).is_valid() {
        return Ok(());
    }
    let error = Error::new("PLAYBOOK-ID", format!("{id:?}은(는) 플레이북 id가 아닙니다."), format!("{id:?} is not a playbook id."));
    Err(error.hint(
        "영문자, 숫자, -, _, .으로 된 128자까지의 id를 쓰십시오.",
        "Use letters, digits, -, _ and ., at most 128 characters, starting with a letter or digit.",
    ))
}

fn look(document: &Json, id: &str, catalog: &Catalog) -> Checked {
    let (read, diagnostics) = playbook::diagnose(document, catalog, CheckOptions::default());
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Checked {
        name: read.playbook.name.unwrap_or_else(|| Text::from(id)),
        description: read.playbook.description,
        tasks: number(document.get("tasks").and_then(Json::as_object).map_or(0, serde_json::Map::len)),
        errors: number(errors),
        warnings: number(diagnostics.len() - errors),
    }
}
