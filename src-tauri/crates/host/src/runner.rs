//! Who runs the commands of action tasks.

use std::sync::Arc;

use engine::message::{CommandCall, TaskError};
use serde_json::Value as Json;
use store::Store;
use types::{ExecutionId, TaskId, TicketId};

use crate::clock::Pending;

/// On whose behalf a command runs.
#[derive(Debug, Clone)]
pub struct Cause {
    /// The execution.
    pub execution: ExecutionId,
    /// Its playbook.
    pub playbook: String,
    /// The task.
    pub task: TaskId,
    /// The attempt, from 1.
    pub attempt: u32,
    /// The ticket that the execution belongs to.
    pub ticket: Option<TicketId>,
    /// Whether the execution came with the sample.
    pub sample: bool,
}

/// Runs the commands of vendors' apps; Haetae's own are run by the host itself.
pub trait Runner: Send + Sync + 'static {
    /// Runs a command; dropping the future abandons it.
    fn run(&self, call: CommandCall, cause: Cause) -> Pending<Result<Json, TaskError>>;
}

/// Runs commands over the network, with the connections of the store.
pub(crate) struct AppRunner {
    pub(crate) apps: Arc<apps::Runner>,
    pub(crate) store: Store,
}

impl Runner for AppRunner {
    fn run(&self, call: CommandCall, _cause: Cause) -> Pending<Result<Json, TaskError>> {
        let (apps, store) = (self.apps.clone(), self.store.clone());
        Box::pin(async move {
            let (app, name) = (call.app.clone(), call.connection.clone());
            let row = store
                .read(move |db| db.connection(&app, &name))
                .await
                .map_err(|error| crate::error::task(apps::code::CONNECTION, error.message))?;
            apps.run(&call, &connection_of(row)).await
        })
    }
}

/// Returns a stored connection as the apps know it.
pub(crate) fn connection_of(row: store::ConnectionRow) -> apps::Connection {
    apps::Connection { app: row.app, name: row.name, options: row.options, credential: row.credential, sample: row.sample }
}
