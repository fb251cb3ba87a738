//! The timers of all executions, in one place; the store keeps them across restarts.
//!
//! They follow the wall clock: none fires before its moment by that clock, however the clock was set and however long the computer slept.
//! A moment that passed meanwhile, or while the program was not running, is made up for at once: a deadline has expired, a wait is over, a
//! retry is made; nothing is skipped and nothing comes twice.

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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::clock::FakeClock;

    fn start() -> Time {
        Time::from_timestamp(1_790_000_000, 0).unwrap()
    }

    /// Lets whatever can happen now happen, and tells which timers fired.
    async fn fired(timers: &Timers, clock: &FakeClock) -> Vec<u32> {
        let mut fired = Vec::new();
        loop {
            tokio::select! {
                biased;
                due = timers.due(clock) => fired.extend(due.into_iter().map(|(_, timer)| timer)),
                () = async { for _ in 0..10 { tokio::task::yield_now().await } } => return fired,
            }
        }
    }

    fn with(offsets: &[(u32, TimeDelta)]) -> (Timers, FakeClock) {
        let timers = Timers::default();
        for (timer, offset) in offsets {
            timers.set(ExecutionId(1), *timer, start() + *offset);
        }
        (timers, FakeClock::at(start()))
    }

    #[tokio::test]
    async fn a_clock_that_is_set_back_delays_and_one_set_forward_makes_up_for_it() {
        for shift in [TimeDelta::hours(1), TimeDelta::days(1)] {
            let (timers, clock) = with(&[(1, TimeDelta::minutes(30)), (2, TimeDelta::days(3))]);
            clock.advance(-shift);
            assert_eq!(fired(&timers, &clock).await, [] as [u32; 0]);
            clock.advance(TimeDelta::minutes(29));
            assert_eq!(fired(&timers, &clock).await, [] as [u32; 0], "a timer fired before its moment");
            clock.advance(shift + TimeDelta::minutes(1));
            assert_eq!(fired(&timers, &clock).await, [1]);
            assert_eq!(fired(&timers, &clock).await, [] as [u32; 0], "a timer fired twice");
            clock.advance(TimeDelta::days(3));
            assert_eq!(fired(&timers, &clock).await, [2]);
        }
    }

    #[tokio::test]
    async fn eight_hours_of_sleep_lose_no_timer() {
        let hours: Vec<_> = (1..=12).rev().map(|hour| (hour, TimeDelta::hours(hour.into()))).collect();
        let (timers, clock) = with(&hours);
        clock.advance(TimeDelta::hours(8));
        assert_eq!(fired(&timers, &clock).await, [1, 2, 3, 4, 5, 6, 7, 8]);
        clock.advance(TimeDelta::hours(4));
        assert_eq!(fired(&timers, &clock).await, [9, 10, 11, 12]);
    }
}
