//! The time that executions live in.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use chrono::{SubsecRound, Utc};
use tokio::sync::watch;
use types::Time;

/// A future that a trait object can return.
pub type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Where the host gets its time from.
pub trait Clock: Send + Sync + 'static {
    /// Returns the time, in whole milliseconds.
    fn now(&self) -> Time;
    /// Returns when it is `at`.
    fn sleep_until(&self, at: Time) -> Pending<()>;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// A computer that slept, or whose clock was set, notices a moment that has passed within this time.
const LOOK_AGAIN: Duration = Duration::from_secs(20);

impl Clock for SystemClock {
    fn now(&self) -> Time {
        Utc::now().trunc_subsecs(3)
    }

    fn sleep_until(&self, at: Time) -> Pending<()> {
        Box::pin(async move {
            loop {
                let Ok(left) = (at - Utc::now()).to_std() else { return };
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left.min(LOOK_AGAIN)).await;
            }
        })
    }
}

/// A clock that stands still until somebody moves it: for tests.
#[derive(Debug, Clone)]
pub struct FakeClock {
    time: watch::Sender<Time>,
}

impl FakeClock {
    /// Returns a clock that shows `time`.
    pub fn at(time: Time) -> Self {
        Self { time: watch::Sender::new(time) }
    }

    /// Moves the clock forward; whoever sleeps until then wakes.
    pub fn advance(&self, by: chrono::TimeDelta) {
        self.time.send_modify(|time| *time += by);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Time {
        *self.time.borrow()
    }

    fn sleep_until(&self, at: Time) -> Pending<()> {
        let mut time = self.time.subscribe();
        Box::pin(async move {
            // A clock that is gone never shows that time.
            if time.wait_for(|now| *now >= at).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
