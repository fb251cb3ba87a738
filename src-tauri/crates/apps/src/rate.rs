//! Keeping to a vendor's request limit by queueing, never by failing.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);

/// The start times of the newest requests, by connection.
#[derive(Default)]
pub(crate) struct Limiter {
    starts: Mutex<HashMap<(String, String), VecDeque<Instant>>>,
}

impl Limiter {
    /// Returns once a request of this connection may start: no more than `per_minute` start within any minute, first come, first served.
    pub(crate) async fn admit(&self, app: &str, connection: &str, per_minute: u32) {
        let start = self.reserve(app, connection, per_minute.max(1) as usize);
        tokio::time::sleep_until(start).await;
    }

    /// Reserves the next free start. A caller that goes away while it waits leaves its place unused, which only ever slows the next one.
    fn reserve(&self, app: &str, connection: &str, per_minute: usize) -> Instant {
        let now = Instant::now();
        let mut starts = self.starts.lock().unwrap_or_else(PoisonError::into_inner);
        let starts = starts.entry((app.to_owned(), connection.to_owned())).or_default();
        while starts.len() > per_minute {
            starts.pop_front();
        }
        let start = match starts.len() {
            full if full == per_minute => (starts[0] + MINUTE).max(now),
            _ => now,
        };
        if starts.len() == per_minute {
            starts.pop_front();
        }
        starts.push_back(start);
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_over_the_limit_wait_their_turn() {
        let limiter = Limiter::default();
        let begin = Instant::now();
        let mut waited = Vec::new();
        for _ in 0..7 {
            limiter.admit("virustotal", "default", 3).await;
            waited.push((Instant::now() - begin).as_secs());
        }
        assert_eq!(waited, [0, 0, 0, 60, 60, 60, 120]);
    }

    #[tokio::test(start_paused = true)]
    async fn connections_do_not_slow_one_another() {
        let limiter = Limiter::default();
        let begin = Instant::now();
        limiter.admit("virustotal", "default", 1).await;
        limiter.admit("virustotal", "second", 1).await;
        limiter.admit("abuseipdb", "default", 1).await;
        assert_eq!(Instant::now(), begin);
    }
}
