//! The event store, opened when it is first needed: starting DuckDB takes longer than everything that the first execution needs.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use events::EventStore;
use types::Error;

/// The event store of a data directory, open or not.
pub(crate) struct LateEvents {
    path: PathBuf,
    store: Mutex<Option<Arc<EventStore>>>,
}

impl LateEvents {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, store: Mutex::default() }
    }

    /// Returns the store; what could not be opened is tried again the next time. Blocks while it is being opened.
    pub(crate) fn open(&self) -> Result<Arc<EventStore>, Error> {
        let mut store = crate::lock_of(&self.store);
        if let Some(store) = &*store {
            return Ok(store.clone());
        }
        let opened = Arc::new(EventStore::open(&self.path)?);
        *store = Some(opened.clone());
        Ok(opened)
    }
}
