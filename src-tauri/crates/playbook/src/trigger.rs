//! What starts a playbook by itself, and how its executions keep out of each other's way.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use crate::document::Parameters;

/// What starts a playbook besides a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Trigger {
    /// A ticket was opened.
    TicketCreated {
        /// An expression that sees `ticket`; the playbook starts where it gives true. Absent means always.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        when: Option<String>,
    },
    /// A ticket was changed: new events, artifacts, severity, verdict, assignee or status.
    TicketChanged {
        /// An expression that sees `ticket` and `change` (kind, by, automatic, text); the playbook starts where it gives true.
        /// Absent means always.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        when: Option<String>,
    },
    /// The clock says so.
    Schedule {
        /// Minute, hour, day of month, month, day of week, such as `0 9 * * 1-5`.
        cron: String,
        /// The IANA time zone that the clock is read in; the workspace's where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        timezone: Option<String>,
        /// What the playbook is given.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        #[ts(as = "Option<std::collections::HashMap<String, serde_json::Value>>", optional)]
        input: Parameters,
    },
    /// Another playbook calls it; says what the playbook is for, and is never needed for a call.
    Playbook {},
}

/// Keeps executions for the same thing apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Concurrency {
    /// A text with `{{ }}` over the inputs; executions with the same text count as for the same thing, an empty text as for none.
    pub key: String,
    /// What happens to a start while another execution with the same key has not ended.
    #[serde(default)]
    #[ts(as = "Option<ConcurrencyPolicy>", optional)]
    pub policy: ConcurrencyPolicy,
}

/// What happens to a start while another execution with the same key has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema, Default)]
#[serde(rename_all = "lowercase")]
pub enum ConcurrencyPolicy {
    /// The new one is not started.
    #[default]
    Skip,
    /// The new one waits until the other has ended.
    Queue,
}

/// A schedule that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScheduleError {
    /// The cron text is not five fields that make sense.
    #[error("{cron:?} is not a schedule: {reason}")]
    Cron {
        /// The refused text.
        cron: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The time zone is not in the IANA database.
    #[error("{timezone:?} is not a time zone")]
    TimeZone {
        /// The refused name.
        timezone: String,
    },
}

/// A schedule that was understood.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: Cron,
    timezone: Tz,
}

impl Schedule {
    /// Reads five cron fields and an IANA time zone.
    pub fn parse(cron: &str, timezone: &str) -> Result<Self, ScheduleError> {
        let refused = |reason: String| ScheduleError::Cron { cron: cron.to_owned(), reason };
        // Longer texts only come from damaged documents; the parser expands lists.
        if cron.len() > 256 {
            return Err(refused("it is longer than 256 characters".to_owned()));
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(cron).map_err(|error| refused(error.to_string()))?;
        let timezone = Tz::from_str(timezone).map_err(|_| ScheduleError::TimeZone { timezone: timezone.to_owned() })?;
        Ok(Self { cron, timezone })
    }

    /// Returns the first time after `time` (exclusive), none when there is no further one.
    ///
    /// A wall clock time that daylight saving skips is taken at the end of the gap; one that comes twice is taken once.
    pub fn next_after(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = time.with_timezone(&self.timezone);
        self.cron.find_next_occurrence(&local, false).ok().map(|next| next.with_timezone(&Utc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_next(cron: &str, timezone: &str, after: &str, expected: &str) {
        let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let next = Schedule::parse(cron, timezone).unwrap().next_after(time(after));
        assert_eq!(next, Some(time(expected)));
    }

    #[test]
    fn a_schedule_follows_the_clock_of_its_zone() {
        // 9 o'clock in Seoul is midnight in UTC; 2026-11-20 is a Friday.
        check_next("0 9 * * 1-5", "Asia/Seoul", "2026-11-19T12:00:00Z", "2026-11-20T00:00:00Z");
        check_next("0 9 * * 1-5", "Asia/Seoul", "2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z");
        check_next("*/15 * * * *", "UTC", "2026-11-20T00:14:59Z", "2026-11-20T00:15:00Z");
        check_next("30 0 1 1 *", "Asia/Seoul", "2026-06-01T00:00:00Z", "2026-12-31T15:30:00Z");
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for cron in ["", "x", "* * * *", "0 0 9 * * 1", "60 * * * *", "0 25 * * *", "0 9 * * 1-", "0 9 32 * *"] {
            assert!(matches!(Schedule::parse(cron, "UTC"), Err(ScheduleError::Cron { .. })), "{cron}");
        }
        assert!(matches!(Schedule::parse(&"1,".repeat(1000), "UTC"), Err(ScheduleError::Cron { .. })));
        assert!(matches!(Schedule::parse("* * * * *", "Asia/Nowhere"), Err(ScheduleError::TimeZone { .. })));
    }

    #[test]
    fn a_day_that_never_comes_has_no_next_time() {
        let never = Schedule::parse("0 0 31 2 *", "UTC");
        let time = "2026-11-20T00:00:00Z".parse().unwrap();
        assert_eq!(never.ok().and_then(|never| never.next_after(time)), None);
    }
}
