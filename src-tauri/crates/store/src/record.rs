//! How an append stands in one row of the journal: compact JSON, because a durable byte costs more than a computed one.
//!
//! A task run is a list by position, cut after its last value that is not the usual one; its times are milliseconds after the record's.

use engine::message::{Attempt, TaskError, TaskRun};
use playbook::Outcome;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use types::{TaskId, TaskStatus, Time};
use wire::execution::LinkState;

use crate::error::Result;

/// Packs task runs.
pub(crate) fn pack_runs(runs: &[TaskRun], at: Time) -> Result<String> {
    let packed: Vec<Packed<'_>> = runs.iter().map(|run| Packed { run, at }).collect();
    Ok(serde_json::to_string(&packed)?)
}

/// Unpacks task runs, of this format or of the first, which wrote objects.
pub(crate) fn unpack_runs(text: &str, at: Time) -> Result<Vec<TaskRun>> {
    let runs: Vec<Stored> = serde_json::from_str(text)?;
    let unpacked = runs.into_iter().map(|run| match run {
        Stored::Packed(run) => run.unpack(at),
        Stored::Whole(run) => *run,
    });
    Ok(unpacked.collect())
}

/// Packs the fates of links, a letter each.
pub(crate) fn pack_links(links: &[LinkState]) -> String {
    let letter = |link: &LinkState| match link {
        LinkState::Open => 'o',
        LinkState::Fired => 'f',
        LinkState::Dead => 'd',
    };
    links.iter().map(letter).collect()
}

/// Unpacks the fates of links.
pub(crate) fn unpack_links(text: &str) -> Vec<LinkState> {
    let state = |letter| match letter {
        b'f' => LinkState::Fired,
        b'd' => LinkState::Dead,
        _ => LinkState::Open,
    };
    text.bytes().map(state).collect()
}

struct Packed<'a> {
    run: &'a TaskRun,
    at: Time,
}

/// A moment: milliseconds after the record's, or a text where that would lose something.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Moment {
    After(i64),
    Exact(Time),
}

impl Moment {
    fn new(time: Time, at: Time) -> Self {
        let after = Moment::After(time.timestamp_millis() - at.timestamp_millis());
        if after.time(at) == time { after } else { Moment::Exact(time) }
    }

    fn time(&self, at: Time) -> Time {
        match self {
            Moment::After(milliseconds) => Time::from_timestamp_millis(at.timestamp_millis() + milliseconds).unwrap_or(at),
            Moment::Exact(time) => *time,
        }
    }
}

/// What a task that was tried once has for a history.
fn usual_history(attempts: u32, started_at: Option<Time>, ended_at: Option<Time>, error: Option<&TaskError>) -> Vec<Attempt> {
    match started_at {
        Some(started_at) if attempts > 0 => vec![Attempt { number: attempts, started_at, ended_at, error: error.cloned() }],
        _ => Vec::new(),
    }
}

impl Serialize for Packed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Packed { run, at } = *self;
        let moment = |time: Option<Time>| time.map(|time| Moment::new(time, at));
        let history =
            Some(&run.history).filter(|history| **history != usual_history(run.attempts, run.started_at, run.ended_at, run.error.as_ref()));
        // The last that is not the usual decides how many are written.
        let unusual = [
            run.attempts != 0,
            run.started_at.is_some(),
            run.ended_at.is_some(),
            !run.input.is_null(),
            !run.output.is_null(),
            run.outcome.is_some(),
            run.error.is_some(),
            history.is_some(),
            run.until.is_some(),
            run.answered_by.is_some(),
            run.carried,
        ];
        let length = unusual.iter().rposition(|unusual| *unusual).map_or(0, |last| last + 1);
        let mut list = serializer.serialize_seq(None)?;
        list.serialize_element(&run.id)?;
        list.serialize_element(&run.kind)?;
        list.serialize_element(&run.status)?;
        for position in 0..length {
            match position {
                0 => list.serialize_element(&run.attempts)?,
                1 => list.serialize_element(&moment(run.started_at))?,
                2 => list.serialize_element(&moment(run.ended_at))?,
                3 => list.serialize_element(&run.input)?,
                4 => list.serialize_element(&run.output)?,
                5 => list.serialize_element(&run.outcome)?,
                6 => list.serialize_element(&run.error)?,
                7 => list.serialize_element(&history)?,
                8 => list.serialize_element(&moment(run.until))?,
                9 => list.serialize_element(&run.answered_by)?,
                _ => list.serialize_element(&run.carried)?,
            }
        }
        list.end()
    }
}

/// A task run as it was packed, by position.
#[derive(Deserialize)]
struct Unpacked(
    TaskId,
    String,
    TaskStatus,
    #[serde(default)] u32,
    #[serde(default)] Option<Moment>,
    #[serde(default)] Option<Moment>,
    #[serde(default)] Value,
    #[serde(default)] Value,
    #[serde(default)] Option<Outcome>,
    #[serde(default)] Option<TaskError>,
    #[serde(default)] Option<Vec<Attempt>>,
    #[serde(default)] Option<Moment>,
    #[serde(default)] Option<String>,
    #[serde(default)] bool,
);

impl Unpacked {
    fn unpack(self, at: Time) -> TaskRun {
        let Unpacked(id, kind, status, attempts, started, ended, input, output, outcome, error, history, until, answered_by, carried) =
            self;
        let time = |moment: Option<Moment>| moment.map(|moment| moment.time(at));
        let (started_at, ended_at) = (time(started), time(ended));
        let history = history.unwrap_or_else(|| usual_history(attempts, started_at, ended_at, error.as_ref()));
        let until = time(until);
        TaskRun { id, kind, status, attempts, started_at, ended_at, until, input, output, outcome, error, history, answered_by, carried }
    }
}

#[expect(clippy::large_enum_variant, reason = "one lives for a moment, and the large one is the usual one")]
enum Stored {
    Packed(Unpacked),
    Whole(Box<TaskRun>),
}

impl<'de> Deserialize<'de> for Stored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Stored;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a task run")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, list: A) -> std::result::Result<Stored, A::Error> {
                Unpacked::deserialize(serde::de::value::SeqAccessDeserializer::new(list)).map(Stored::Packed)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> std::result::Result<Stored, A::Error> {
                TaskRun::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(|run| Stored::Whole(Box::new(run)))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn time() -> impl Strategy<Value = Time> {
        // Whole milliseconds, as hosts have them, and a moment between two.
        (0..4_000_000_000_000_i64, prop_oneof![9 => Just(0_u32), 1 => 1..999_999_u32]).prop_map(|(milliseconds, more)| {
            Time::from_timestamp_millis(milliseconds).unwrap() + chrono::TimeDelta::nanoseconds(more.into())
        })
    }

    fn error() -> impl Strategy<Value = TaskError> {
        ("[A-Z-]{1,12}", ".{0,20}", proptest::option::of(0..100_000_i64)).prop_map(|(code, message, retry_after_ms)| TaskError {
            code,
            message: message.into(),
            retry_after_ms,
        })
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![Just(Value::Null), any::<i64>().prop_map(Value::from), ".{0,20}".prop_map(|text| json!([text, {"a": text}, false]))]
    }

    fn status() -> impl Strategy<Value = TaskStatus> {
        prop_oneof![Just(TaskStatus::Done), Just(TaskStatus::Failed), Just(TaskStatus::Skipped), Just(TaskStatus::NeedsReview)]
    }

    prop_compose! {
        fn run()(
            names in ("[a-z]{1,8}", "[a-z]{1,8}", proptest::option::of(".{0,8}")), status in status(), attempts in 0..4_u32,
            started_at in proptest::option::of(time()), ended_at in proptest::option::of(time()), until in proptest::option::of(time()),
            input in value(), output in value(), outcome in proptest::option::of(prop_oneof![Just(Outcome::Done), Just(Outcome::Failed)]),
            error in proptest::option::of(error()), is_usual in any::<bool>(), carried in any::<bool>(),
            history in proptest::collection::vec((time(), proptest::option::of(time()), proptest::option::of(error())), 0..3),
        ) -> TaskRun {
            let history = if is_usual {
                usual_history(attempts, started_at, ended_at, error.as_ref())
            } else {
                let attempt = |(number, (started_at, ended_at, error))| Attempt { number, started_at, ended_at, error };
                (1..).zip(history).map(attempt).collect()
            };
            let (id, kind, answered_by) = names;
            let id = TaskId::new(id);
            TaskRun { id, kind, status, attempts, started_at, ended_at, until, input, output, outcome, error, history, answered_by, carried }
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(runs in proptest::collection::vec(run(), 0..5), at in time()) {
            prop_assert_eq!(unpack_runs(&pack_runs(&runs, at).unwrap(), at).unwrap(), runs);
        }

        #[test]
        fn what_the_first_format_wrote_is_read(runs in proptest::collection::vec(run(), 0..5), at in time()) {
            prop_assert_eq!(unpack_runs(&serde_json::to_string(&runs).unwrap(), at).unwrap(), runs);
        }
    }

    #[test]
    fn a_trivial_task_takes_few_bytes() {
        let at = Time::from_timestamp(1_790_000_000, 0).unwrap();
        let mut run = unpack_runs(r#"[["t1", "formula", "skipped"]]"#, at).unwrap().remove(0);
        assert_eq!(pack_runs(std::slice::from_ref(&run), at).unwrap(), r#"[["t1","formula","skipped"]]"#);
        run = TaskRun {
            status: TaskStatus::Done,
            attempts: 1,
            started_at: Some(at),
            ended_at: Some(at),
            input: json!({"expression": "1"}),
            output: json!(1),
            outcome: Some(Outcome::Done),
            history: usual_history(1, Some(at), Some(at), None),
            ..run
        };
        assert_eq!(pack_runs(&[run], at).unwrap(), r#"[["t1","formula","done",1,0,0,{"expression":"1"},1,"done"]]"#);
    }

    #[test]
    fn links_are_a_letter_each() {
        let links = [LinkState::Open, LinkState::Fired, LinkState::Dead];
        assert_eq!(pack_links(&links), "ofd");
        assert_eq!(unpack_links("ofd"), links);
    }
}
