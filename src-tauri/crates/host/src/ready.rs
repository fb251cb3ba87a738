//! Saved playbooks made ready to start: read, checked and compiled once, until something that they depend on changes.

use std::collections::HashMap;
use std::sync::Arc;

use engine::Plan;
use playbook::CheckOptions;
use playbook::document::Input;
use serde_json::Value as Json;
use types::{Diagnostic, Error, Text};

use crate::executor::Executor;
use crate::triggers::Apart;
use crate::{Host, lock_of};

/// Versions that are kept ready.
const KEPT: usize = 64;

/// A saved version that may run.
pub(crate) struct Ready {
    pub(crate) id: String,
    pub(crate) version: u32,
    /// The hash of its document.
    pub(crate) hash: String,
    pub(crate) name: Text,
    pub(crate) inputs: Vec<Input>,
    pub(crate) act_alone: bool,
    pub(crate) sample: bool,
    pub(crate) plan: Arc<Plan>,
    pub(crate) document: Json,
    /// What keeps its executions for the same thing apart.
    pub(crate) apart: Option<Apart>,
}

/// The versions that are ready under one state of the configuration.
#[derive(Default)]
pub(crate) struct ReadyVersions {
    configuration: u64,
    versions: HashMap<(String, Option<u32>), Arc<Ready>>,
}

impl Host {
    /// Returns a saved version that may run, the newest where none is named; none when the playbook is only a draft.
    pub(crate) async fn ready(&self, id: &str, version: Option<u32>) -> Result<Option<Arc<Ready>>, Error> {
        self.inner.executor.ready(id, version).await
    }
}

impl Executor {
    /// Returns a saved version that may run, the newest where none is named; none when the playbook is only a draft.
    pub(crate) async fn ready(&self, id: &str, version: Option<u32>) -> Result<Option<Arc<Ready>>, Error> {
        let configuration = self.store.configuration();
        let key = (id.to_owned(), version);
        {
            let known = lock_of(&self.ready);
            if known.configuration == configuration
                && let Some(ready) = known.versions.get(&key)
            {
                return Ok(Some(ready.clone()));
            }
        }
        let wanted = id.to_owned();
        let (row, found) = self.store.read(move |db| Ok((db.playbook(&wanted)?, db.version(&wanted, version)?))).await?;
        if !row.enabled {
            return Err(crate::error::playbook_disabled(id));
        }
        let Some(found) = found else { return Ok(None) };
        let document: Json = serde_json::from_str(&found.text).map_err(store::Error::from)?;
        let (read, diagnostics) = playbook::diagnose(&document, &self.catalog().await?, CheckOptions::default());
        let playbook = read.playbook;
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(crate::error::invalid_playbook(playbook.id.as_str(), &diagnostics));
        }
        let ready = Arc::new(Ready {
            id: playbook.id.to_string(),
            version: found.version,
            plan: self.plan(&found.hash).await?,
            hash: found.hash,
            name: playbook.name.unwrap_or_else(|| Text::from(id)),
            inputs: playbook.inputs,
            act_alone: row.act_alone,
            sample: row.sample,
            apart: Apart::of(playbook.concurrency.as_ref()),
            document,
        });
        let mut known = lock_of(&self.ready);
        if known.configuration != configuration || known.versions.len() >= KEPT {
            *known = ReadyVersions { configuration, versions: HashMap::new() };
        }
        known.versions.insert(key, ready.clone());
        Ok(Some(ready))
    }
}
