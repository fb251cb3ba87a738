//! The host of a data directory: it runs executions over the store, and answers every operation on what the directory holds.
//!
//! Invariants: one process owns a data directory. An event and its projections are durable before any of its effects is performed.
//! Nothing destructive is done twice silently: an effect whose end is unknown after a crash is either idempotent or goes to a person.

mod actor;
mod blocking;
mod calls;
pub mod clock;
mod error;
mod executor;
mod indexer;
mod late;
mod lock;
mod operation;
mod own;
mod push;
mod ready;
mod report;
pub mod runner;
pub mod simulate;
mod timers;
mod triggers;
mod turns;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apps::Registry;
use store::Store;
use tokio::sync::broadcast;
use types::Error;
use vault::Vault;
use wire::Push;

use crate::clock::{Clock, SystemClock};
use crate::executor::Executor;
use crate::late::LateEvents;
use crate::own::OwnCommands;
use crate::push::Pushes;
use crate::runner::{AppRunner, Runner};

pub use operation::execution::Run;
pub use operation::playbook::Checked;

/// How to open a data directory.
pub struct Options {
    /// The directory; it is made when it is not there.
    pub data: PathBuf,
    /// Whether to advance executions; otherwise what is started stays queued.
    pub run_executions: bool,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The installed apps.
    pub registry: Arc<Registry>,
    /// Where secrets are; the keyring of the operating system where absent.
    pub vault: Option<Vault>,
    /// Who runs the commands of vendors' apps; the network where absent.
    pub runner: Option<Arc<dyn Runner>>,
    /// The operator's name until the settings say otherwise; the account's name where absent.
    pub operator: Option<String>,
}

impl Options {
    /// Returns the options of a program that works on `data` with the computer's clock, network and keyring.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            run_executions: true,
            clock: Arc::new(SystemClock),
            registry: Arc::new(Registry::bundled()),
            vault: None,
            runner: None,
            operator: None,
        }
    }
}

/// An open data directory; cheap to clone. When the last one is dropped, everything stops where it is and is recovered next time.
#[derive(Clone)]
pub struct Host {
    inner: Arc<Inner>,
}

struct Inner {
    data: PathBuf,
    store: Store,
    clock: Arc<dyn Clock>,
    pushes: Arc<Pushes>,
    registry: Arc<Registry>,
    apps: Arc<apps::Runner>,
    vault: Vault,
    operator: String,
    executor: Arc<Executor>,
    runs: bool,
    checked: Mutex<HashMap<String, Checked>>,
    settings: Mutex<Option<(u64, wire::workspace::Settings)>>,
    health: Mutex<Option<(std::time::Instant, Option<Error>)>>,
    events: Arc<LateEvents>,
    triggers: Mutex<triggers::Known>,
    recorded: Mutex<Option<apps::Recorded>>,
    _lock: lock::Lock,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Dropping the set aborts its tasks.
        drop(self.executor.take_tasks());
    }
}

impl Host {
    /// Opens a data directory and takes up what was under way. Refused with HOST-LOCKED when another process owns it.
    pub async fn open(options: Options) -> Result<Self, Error> {
        let data = options.data;
        std::fs::create_dir_all(&data).map_err(|error| error::directory(&data, &error))?;
        restrict(&data);
        let lock = lock::Lock::take(&data)?;
        let store = Store::open(&data.join("haetae.db"))?;
        let vault = match options.vault {
            Some(vault) => vault,
            None => Vault::keyring(&namespace(&store).await?),
        };
        let apps = Arc::new(apps::Runner::new(options.registry.clone(), vault.clone()));
        let runner = options.runner.unwrap_or_else(|| Arc::new(AppRunner { apps: apps.clone(), store: store.clone() }));
        let pushes = Arc::new(Pushes::new());
        let settings = store.read(operation::workspace::settings_of).await?;
        let events = Arc::new(LateEvents::new(data.join("events.duckdb")));
        let executor = Executor::new(
            store.clone(),
            options.clock.clone(),
            pushes.clone(),
            OwnCommands { registry: options.registry.clone(), events: events.clone() },
            runner,
            operation::workspace::zone_of(&settings),
            settings.language.unwrap_or_default(),
            (settings.execution_limit, settings.task_limit),
            settings.actions_stopped,
        );
        executor.spawn({
            let pushes = pushes.clone();
            async move { pushes.flush().await }
        });
        let inner = Inner {
            data,
            store,
            clock: options.clock,
            pushes,
            registry: options.registry,
            apps,
            vault,
            operator: options.operator.unwrap_or_else(account),
            executor,
            runs: options.run_executions,
            checked: Mutex::default(),
            settings: Mutex::default(),
            health: Mutex::default(),
            events,
            recorded: Mutex::default(),
            triggers: Mutex::default(),
            _lock: lock,
        };
        let host = Self { inner: Arc::new(inner) };
        host.serve_sample().await?;
        if host.inner.runs {
            host.inner.executor.recover().await?;
            host.inner.executor.spawn(host.inner.executor.clone().keep_time());
            let inner = &host.inner;
            inner.executor.spawn(triggers::keep_looking(Arc::downgrade(inner)));
            inner.executor.spawn(indexer::keep_up(inner.store.clone(), inner.pushes.clone()));
            inner.executor.spawn(indexer::tidy_up(inner.store.clone()));
            inner.executor.spawn(indexer::keep_days(inner.store.clone(), inner.clock.clone(), inner.pushes.clone()));
        }
        Ok(host)
    }

    /// Stops everything and waits until nothing runs any more; what was under way is recovered when the directory is opened again.
    pub async fn close(self) {
        if let Some(mut tasks) = self.inner.executor.take_tasks() {
            tasks.shutdown().await;
        }
    }

    /// Returns the data directory.
    pub fn data(&self) -> &Path {
        &self.inner.data
    }

    /// Returns the database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Returns the installed apps.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.inner.registry
    }

    /// Returns the event store, opening it when nobody has needed it yet; on a thread that may block.
    pub fn events(&self) -> Result<Arc<events::EventStore>, Error> {
        self.inner.events.open()
    }

    /// Returns what is pushed from now on: transitions of executions, changed tags, progress.
    pub fn subscribe(&self) -> broadcast::Receiver<Push> {
        self.inner.pushes.subscribe()
    }

    /// Says that queries which depend on these tags are stale; many calls within a moment are one push.
    pub fn changed<T: AsRef<str>>(&self, tags: impl IntoIterator<Item = T>) {
        self.inner.pushes.changed(tags);
    }

    /// Says how far a long operation is.
    pub fn progress(&self, job: impl Into<String>, done: u64, total: Option<u64>) {
        self.inner.pushes.send(Push::Progress { job: job.into(), done, total });
    }

    /// Tells whether executions are advanced.
    pub fn runs_executions(&self) -> bool {
        self.inner.runs
    }

    fn executor(&self) -> Result<&Arc<Executor>, Error> {
        if self.inner.runs { Ok(&self.inner.executor) } else { Err(error::not_running()) }
    }

    fn now(&self) -> types::Time {
        self.inner.clock.now()
    }
}

/// Locks what no panic can leave half changed.
fn lock_of<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns what tells this directory's secrets from those of another, wherever it is moved.
async fn namespace(store: &Store) -> Result<String, Error> {
    store
        .write(|db| {
            if let Some(id) = db.setting::<String>("workspace_id")? {
                return Ok(id);
            }
            let id = uuid::Uuid::new_v4().to_string();
            db.set_setting("workspace_id", &id)?;
            Ok(id)
        })
        .await
}

fn account() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()))
        .unwrap_or_else(|| "operator".to_owned())
}

/// Alerts and tickets are for their owner only.
#[cfg(unix)]
fn restrict(data: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if let Err(error) = std::fs::set_permissions(data, std::fs::Permissions::from_mode(0o700)) {
        tracing::warn!("the permissions of the data directory cannot be set: {error}");
    }
}

#[cfg(not(unix))]
fn restrict(_data: &Path) {}
