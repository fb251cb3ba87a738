//! The background of the record: keeps the search index up with the journal, and deletes what retention says, once a day.
//!
//! Executions never wait for it. It follows the marks of the journal, so what a crash interrupted is taken up at the next start.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use store::Store;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use types::{Error, Time};
use wire::Push;
use wire::record::{LastPurge, Retention};

use crate::clock::Clock;
use crate::push::Pushes;

/// What happens within this time is looked at together.
const PAUSE: Duration = Duration::from_millis(500);

/// What was deleted behind the index's back is looked for when the start is over for everybody.
const TIDY: Duration = Duration::from_secs(10);

/// For one part of a processor's time the index leaves so many to others, so that a long execution is not indexed without end.
const SHARE: u32 = 8;

/// Executions that one job deletes; others write in between.
const PURGED: u32 = 100;

/// Documents that one job deletes.
const FORGOTTEN: u32 = 20;

/// Keeps the index up, forever.
pub(crate) async fn keep_up(store: Store, pushes: Arc<Pushes>) {
    let mut changes = pushes.subscribe();
    // The first executions after a start come first.
    tokio::time::sleep(PAUSE).await;
    loop {
        loop {
            let begun = Instant::now();
            match store.index_some().await {
                Ok(None) => break,
                Ok(Some(_)) => pushes.changed(["metrics"]),
                // The next change tries again.
                Err(error) => {
                    tracing::warn!(code = %error.code, "the search index stays behind: {error}");
                    break;
                }
            }
            tokio::time::sleep(begun.elapsed() * SHARE).await;
        }
        loop {
            match changes.recv().await {
                Ok(push) if concerns(&push) => break,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return,
            }
        }
        tokio::time::sleep(PAUSE).await;
        while !matches!(changes.try_recv(), Err(TryRecvError::Empty | TryRecvError::Closed)) {}
    }
}

fn concerns(push: &Push) -> bool {
    match push {
        Push::Transition { .. } => true,
        Push::Changed { tags } => tags.iter().any(|tag| tag == "executions"),
        Push::Progress { .. } => false,
    }
}

/// Tidies the index up, once.
pub(crate) async fn tidy_up(store: Store) {
    tokio::time::sleep(TIDY).await;
    if let Err(error) = store.tidy_index().await {
        tracing::warn!(code = %error.code, "the search index keeps what was deleted: {error}");
    }
}

/// Deletes what retention says, once a day, forever.
pub(crate) async fn keep_days(store: Store, clock: Arc<dyn Clock>, pushes: Arc<Pushes>) {
    loop {
        let now = clock.now();
        match due(&store, now).await {
            Ok(Some(retention)) => match purge(&store, &retention, now, "haetae", |_| {}).await {
                Ok(0) => {}
                Ok(_) => pushes.changed(["storage", "executions", "questions"]),
                Err(error) => tracing::warn!(code = %error.code, "retention failed: {error}"),
            },
            Ok(None) => {}
            Err(error) => tracing::warn!(code = %error.code, "retention failed: {error}"),
        }
        clock.sleep_until(now + TimeDelta::hours(1)).await;
    }
}

/// Returns the retention when something is to be deleted and a day has passed since the last time.
async fn due(store: &Store, now: Time) -> Result<Option<Retention>, Error> {
    store
        .read(move |db| {
            let retention = db.retention()?;
            let is_on = retention != Retention::default();
            let is_time = db.last_purge()?.is_none_or(|last| now - last.at >= TimeDelta::days(1));
            Ok((is_on && is_time).then_some(retention))
        })
        .await
}

/// Deletes executions that are older than `retention` allows, and returns how many.
pub(crate) async fn purge(store: &Store, retention: &Retention, now: Time, by: &str, mut progress: impl FnMut(u32)) -> Result<u32, Error> {
    let mut count = 0;
    loop {
        let retention = retention.clone();
        let purged = store.write(move |db| db.purge_some(&retention, now, PURGED)).await?;
        if purged.is_empty() {
            break;
        }
        count += purged.len() as u32;
        progress(count);
        store.write_index(move |db| db.forget_index(&purged)).await?;
    }
    let last = LastPurge { at: now, by: by.to_owned(), executions: count };
    store
        .write(move |db| {
            db.set_last_purge(&last)?;
            if last.executions > 0 {
                db.audit(now, &last.by, "storage.purge", None, &last.executions.to_string())?;
            }
            Ok(())
        })
        .await?;
    if count > 0 {
        while store.write(|db| db.forget_documents(FORGOTTEN)).await? == FORGOTTEN as usize {}
    }
    Ok(count)
}
