//! The timers of all executions, in one place; the store keeps them across restarts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

use tokio::sync::Notify;
use types::{ExecutionId, Time};

use crate::clock::Clock;

/// The timers that are set.
#[derive(Default)]
pub(crate) struct Timers {
    set: Mutex<Set>,
    earlier: Notify,
}

#[derive(Default)]
struct Set {
    by_time: BTreeSet<(Time, ExecutionId, u32)>,
    times: HashMap<(ExecutionId, u32), Time>,
}

impl Timers {
    pub(crate) fn set(&self, execution: ExecutionId, timer: u32, at: Time) {
        let mut set = crate::lock_of(&self.set);
        if let Some(before) = set.times.insert((execution, timer), at) {
            set.by_time.remove(&(before, execution, timer));
        }
        set.by_time.insert((at, execution, timer));
        if set.by_time.first().is_some_and(|first| first.0 == at) {
            self.earlier.notify_one();
        }
    }

    pub(crate) fn clear(&self, execution: ExecutionId, timer: u32) {
        let mut set = crate::lock_of(&self.set);
        if let Some(at) = set.times.remove(&(execution, timer)) {
            set.by_time.remove(&(at, execution, timer));
        }
    }

    /// Waits until a timer is due and takes out all that are.
    pub(crate) async fn due(&self, clock: &dyn Clock) -> Vec<(ExecutionId, u32)> {
        loop {
            let first = crate::lock_of(&self.set).by_time.first().map(|first| first.0);
            match first {
                None => self.earlier.notified().await,
                Some(at) if at > clock.now() => {
                    tokio::select! {
                        () = clock.sleep_until(at) => {}
                        () = self.earlier.notified() => {}
                    }
                }
                Some(_) => return self.take(clock.now()),
            }
        }
    }

    fn take(&self, now: Time) -> Vec<(ExecutionId, u32)> {
        let mut set = crate::lock_of(&self.set);
        let mut due = Vec::new();
        while let Some(&(at, execution, timer)) = set.by_time.first()
            && at <= now
        {
            set.by_time.pop_first();
            set.times.remove(&(execution, timer));
            due.push((execution, timer));
        }
        due
    }
}
