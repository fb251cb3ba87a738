//! `sample.load` and `sample.remove`: one click in, one click out, nothing left.

use std::sync::Arc;

use apps::{Recorded, sample};
use store::ConnectionRow;
use types::{Error, ExecutionStatus};
use wire::Caller;
use wire::execution::ExecutionRef;
use wire::workspace::SampleReport;

use crate::operation::event::blocking;
use crate::{Host, lock_of};

/// Where the sample's alerts stand in the data directory; the event store knows them by this file.
const ALERTS: &str = "sample/alerts.ndjson";

impl Host {
    /// Starts the recorded services when the sample is loaded and this process runs executions.
    pub(crate) async fn serve_sample(&self) -> Result<(), Error> {
        if !self.inner.runs || lock_of(&self.inner.recorded).is_some() || !self.inner.store.read(|db| db.has_sample()).await? {
            return Ok(());
        }
        let recorded = Recorded::start(self.inner.registry.clone()).await.map_err(|error| {
            let ko = format!("샘플 서비스를 시작할 수 없습니다: {error}");
            Error::new("SAMPLE-SERVICES", ko, format!("The recorded services of the sample cannot start: {error}"))
                .hint("루프백 포트를 열 수 있는지 확인하십시오.", "Check that a loopback port can be opened.")
        })?;
        self.inner.apps.use_recorded(Some(recorded.address()));
        *lock_of(&self.inner.recorded) = Some(recorded);
        Ok(())
    }

    /// `sample.load`
    pub async fn sample_load(&self, caller: &Caller) -> Result<SampleReport, Error> {
        if self.inner.store.read(|db| db.has_sample()).await? {
            let error = Error::new("SAMPLE-LOADED", "샘플이 이미 있습니다.", "The sample is already loaded.");
            return Err(error.hint("먼저 샘플을 지우십시오.", "Remove it first."));
        }
        let (by, at, registry) = (caller.name.clone(), self.now(), self.inner.registry.clone());
        let mut report = self.inner.store.write(move |db| put(db, &registry, &by, at)).await?;
        self.catalog_changed();
        self.serve_sample().await?;
        let path = self.inner.data.join(ALERTS);
        let written = path.clone();
        blocking(move || {
            let folder = written.parent().unwrap_or(&written);
            std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(&written, sample::ALERTS))
                .map_err(|error| crate::error::directory(folder, &error))
        })
        .await?;
        let ingested = self.ingest(&caller.name, vec![path], true).await?;
        report.events = u32::try_from(ingested.stored).unwrap_or(u32::MAX);
        report.tickets = ingested.tickets_opened;
        report.executions = ingested.executions_started;
        Ok(report)
    }

    /// `sample.remove`
    pub async fn sample_remove(&self, caller: &Caller) -> Result<SampleReport, Error> {
        for id in self.inner.store.read(|db| db.sample_executions()).await? {
            match self.execution_cancel(caller, ExecutionRef { id: id.0 }).await {
                // It ended by itself meanwhile.
                Err(error) if error.code.starts_with("ENGINE-") => {}
                // Nobody advances executions here, so none of it is under way.
                Err(error) if error.code == "HOST-IDLE" => continue,
                result => result?,
            }
            self.execution_ended(id).await?;
        }
        let (by, at) = (caller.name.clone(), self.now());
        let report = self
            .inner
            .store
            .write(move |db| {
                let report = db.remove_sample()?;
                db.audit(at, &by, "sample.remove", None, "")?;
                Ok(report)
            })
            .await?;
        self.catalog_changed();
        self.inner.apps.use_recorded(None);
        drop(lock_of(&self.inner.recorded).take());
        let (events, path) = (self.inner.events.clone(), self.inner.data.join(ALERTS));
        blocking(move || {
            events.open()?.remove_file(&path)?;
            let folder = path.parent().unwrap_or(&path);
            match std::fs::remove_dir_all(folder) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(crate::error::directory(folder, &error)),
                _ => Ok(()),
            }
        })
        .await?;
        Ok(report)
    }

    /// Waits until an execution has ended: commands that were under way have reported.
    async fn execution_ended(&self, id: types::ExecutionId) -> Result<(), Error> {
        let executor = &self.inner.executor;
        loop {
            let rested = executor.rested.notified();
            tokio::pin!(rested);
            rested.as_mut().enable();
            let status: ExecutionStatus = self.inner.store.read(move |db| db.execution_row(id)).await?.status;
            if status.is_final() || !self.inner.runs {
                return Ok(());
            }
            rested.await;
        }
    }
}

/// Puts playbooks, connections and assets in; what a person already has under the same name stays as it is.
fn put(db: &store::Writer<'_>, registry: &Arc<apps::Registry>, by: &str, at: types::Time) -> store::Result<SampleReport> {
    let mut report = SampleReport::default();
    let playbooks = db.playbooks()?;
    for shipped in apps::shipped::of_the_sample() {
        if playbooks.iter().any(|playbook| playbook.id == shipped.id) {
            continue;
        }
        // A playbook of this id may have been deleted; its numbers go on.
        db.save_version(shipped.id, shipped.document, 0, "", by, at)?;
        db.allow_playbook(shipped.id, Some(true), Some(false), Some(true))?;
        report.playbooks += 1;
    }
    let connections = db.connections()?;
    for connection in sample::connections(registry) {
        if connections.iter().any(|row| row.app == connection.app && row.name == connection.name) {
            continue;
        }
        let apps::Connection { app, name, options, credential, sample } = connection;
        db.save_connection(&ConnectionRow { app, name, options, credential, health: None, sample })?;
        report.connections += 1;
    }
    let assets = db.assets()?;
    for mut asset in sample::assets() {
        if assets.iter().any(|own| own.host == asset.host) {
            continue;
        }
        asset.sample = true;
        db.save_asset(&asset)?;
        report.assets += 1;
    }
    db.audit(at, by, "sample.load", None, "")?;
    Ok(report)
}
