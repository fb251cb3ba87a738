//! How an append stands in one row of the journal: compact JSON, because a durable byte costs more than a computed one.
//!
//! A task run is a list by position, cut after its last value that is not the usual one; its times are milliseconds after the record's.

use std::fmt::Write as _;

use engine::message::{Attempt, TaskError, TaskRun};
use playbook::Outcome;
use serde::de::IgnoredAny;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use types::{TaskId, TaskStatus, Time};
use wire::execution::LinkState;
use wire::watch::{AttemptMark, TaskMark};

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

/// Unpacks one task's run, when it is among those that are packed.
pub(crate) fn unpack_run(text: &str, at: Time, task: &str) -> Result<Option<TaskRun>> {
    // Most records are about other tasks, and a run begins with its task.
    let begins = format!("[{},", serde_json::to_string(task)?);
    if !text.contains(&begins) && !text.contains('{') {
        return Ok(None);
    }
    let runs: Vec<&RawValue> = serde_json::from_str(text)?;
    for run in runs.iter().rev().map(|run| run.get()).filter(|run| run.starts_with(&begins) || run.starts_with('{')) {
        let run = match serde_json::from_str(run)? {
            Stored::Packed(run) => run.unpack(at),
            Stored::Whole(run) => *run,
        };
        if run.id.as_str() == task {
            return Ok(Some(run));
        }
    }
    Ok(None)
}

/// Unpacks task runs without reading their inputs and outputs.
pub(crate) fn unpack_marks(text: &str, at: Time) -> Result<Vec<TaskMark>> {
    let runs: Vec<StoredMark<'_>> = serde_json::from_str(text)?;
    let unpacked = runs.into_iter().map(|run| match run {
        StoredMark::Packed(run) => run.unpack(at),
        StoredMark::Whole(run) => TaskMark { progress: progress(&run.kind, &run.output.to_string()), ..TaskMark::from(&*run) },
    });
    Ok(unpacked.collect())
}

/// The fates of all links after an append, and the places of those that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// The fate of every link, by its place in the document.
    pub now: Vec<LinkState>,
    /// The places of the links whose fate changed, ascending.
    pub changed: Vec<usize>,
}

/// Packs the fates of links: all of them, a letter each, or `3f7-9d` for those that changed where that is shorter.
pub(crate) fn pack_links(links: &Links) -> String {
    let mut packed = String::new();
    let mut changed = links.changed.iter().copied().peekable();
    while let Some(first) = changed.next() {
        let Some(fate) = links.now.get(first) else { continue };
        let mut last = first;
        while let Some(next) = changed.next_if(|next| *next == last + 1 && links.now.get(*next) == Some(fate)) {
            last = next;
        }
        // Writing to a String cannot fail.
        let _ = if last > first { write!(packed, "{first}-{last}") } else { write!(packed, "{first}") };
        packed.push(letter(*fate));
        if packed.len() >= links.now.len() {
            return letters(&links.now);
        }
    }
    packed
}

/// Brings the fates of links up to a record.
pub(crate) fn unpack_links(text: &str, links: &mut Vec<LinkState>) {
    if text.is_empty() {
        return;
    }
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        links.clear();
        links.extend(text.bytes().map(fate));
        return;
    }
    for part in text.split_inclusive(|sign: char| sign.is_ascii_lowercase()) {
        let (places, letter) = part.split_at(part.len() - 1);
        let (first, last) = places.split_once('-').unwrap_or((places, places));
        // A place beyond any playbook is a damaged record, not a reason to fill the memory.
        let (Ok(first), Ok(last)) = (first.parse::<usize>(), last.parse::<usize>()) else { continue };
        if first > last || last >= MOST_LINKS {
            continue;
        }
        if links.len() <= last {
            links.resize(last + 1, LinkState::Open);
        }
        links[first..=last].fill(fate(letter.as_bytes()[0]));
    }
}

/// More links than this no playbook has.
const MOST_LINKS: usize = 10_000_000;

/// Writes the fates of links, a letter each.
pub(crate) fn letters(links: &[LinkState]) -> String {
    links.iter().copied().map(letter).collect()
}

fn letter(link: LinkState) -> char {
    match link {
        LinkState::Open => 'o',
        LinkState::Fired => 'f',
        LinkState::Dead => 'd',
    }
}

fn fate(letter: u8) -> LinkState {
    match letter {
        b'f' => LinkState::Fired,
        b'd' => LinkState::Dead,
        _ => LinkState::Open,
    }
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

/// A task run as it was packed, by position, without what takes long to read.
#[derive(Deserialize)]
struct UnpackedMark<'a>(
    String,
    String,
    TaskStatus,
    #[serde(default)] u32,
    #[serde(default)] Option<Moment>,
    #[serde(default)] Option<Moment>,
    #[serde(default)] IgnoredAny,
    #[serde(borrow, default)] Option<&'a RawValue>,
    #[serde(default)] Option<Outcome>,
    #[serde(default)] Option<Code>,
    #[serde(default)] Option<Vec<UnpackedAttempt>>,
    #[serde(default)] Option<Moment>,
    #[serde(default)] Option<String>,
    #[serde(default)] bool,
);

/// An error of which only the code is wanted.
#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct UnpackedAttempt {
    number: u32,
    started_at: Time,
    ended_at: Option<Time>,
    error: Option<Code>,
}

impl UnpackedMark<'_> {
    fn unpack(self, at: Time) -> TaskMark {
        let UnpackedMark(id, kind, status, attempts, started, ended, _, output, outcome, error, history, until, answered_by, carried) =
            self;
        let time = |moment: Option<Moment>| moment.map(|moment| moment.time(at));
        let attempt = |attempt: UnpackedAttempt| AttemptMark {
            number: attempt.number,
            started_at: attempt.started_at,
            ended_at: attempt.ended_at,
            error_code: attempt.error.map(|error| error.code),
        };
        let mark = TaskMark {
            progress: output.and_then(|output| progress(&kind, output.get())),
            id,
            status,
            attempts,
            started_at: time(started),
            ended_at: time(ended),
            until: time(until),
            outcome: outcome.filter(|outcome| *outcome != Outcome::Done),
            error_code: error.map(|error| error.code),
            history: None,
            answered_by,
            carried,
        };
        mark.with_history(history.unwrap_or_default().into_iter().map(attempt).collect())
    }
}

/// A call over a list says in its output how many items it has and how many are finished.
fn progress(kind: &str, output: &str) -> Option<(u32, u32)> {
    #[derive(Deserialize)]
    struct Items {
        total: u32,
        finished: u32,
    }
    if kind != "call" {
        return None;
    }
    serde_json::from_str(output).ok().map(|items: Items| (items.finished, items.total))
}

/// A task run in either format, without what takes long to read.
enum StoredMark<'a> {
    Packed(UnpackedMark<'a>),
    Whole(Box<TaskRun>),
}

impl<'de: 'a, 'a> Deserialize<'de> for StoredMark<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = StoredMark<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a task run")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, list: A) -> std::result::Result<Self::Value, A::Error> {
                UnpackedMark::deserialize(serde::de::value::SeqAccessDeserializer::new(list)).map(StoredMark::Packed)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> std::result::Result<Self::Value, A::Error> {
                TaskRun::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(|run| StoredMark::Whole(Box::new(run)))
            }
        }
        deserializer.deserialize_any(Visitor)
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
    use wire::watch::PlainRuns;

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

    fn fates(count: usize) -> impl Strategy<Value = Vec<LinkState>> {
        proptest::collection::vec(prop_oneof![Just(LinkState::Open), Just(LinkState::Fired), Just(LinkState::Dead)], count)
    }

    proptest! {
        #[test]
        fn links_that_are_packed_are_unpacked((before, now) in (0..60usize).prop_flat_map(|count| (fates(count), fates(count)))) {
            let changed = (0..now.len()).filter(|place| now[*place] != before[*place]).collect();
            let mut links = before;
            unpack_links(&pack_links(&Links { now: now.clone(), changed }), &mut links);
            prop_assert_eq!(links, now);
        }

        #[test]
        fn marks_say_what_runs_say(runs in proptest::collection::vec(run(), 0..5), at in time(), whole in any::<bool>()) {
            let text = if whole { serde_json::to_string(&runs).unwrap() } else { pack_runs(&runs, at).unwrap() };
            let marks = unpack_marks(&text, at).unwrap();
            let told: Vec<TaskMark> = runs.iter().map(TaskMark::from).collect();
            prop_assert_eq!(&marks, &told);
            let (plain, tasks) = PlainRuns::among(marks);
            let again: PlainRuns = serde_json::from_str(&serde_json::to_string(&plain).unwrap()).unwrap();
            let sorted = |mut marks: Vec<TaskMark>| {
                marks.sort_by_key(|mark| format!("{mark:?}"));
                marks
            };
            prop_assert_eq!(sorted(again.marks().chain(tasks).collect()), sorted(told));
            if let Some(run) = runs.first() {
                let last = runs.iter().rfind(|other| other.id == run.id).cloned();
                prop_assert_eq!(unpack_run(&text, at, run.id.as_str()).unwrap(), last);
            }
        }

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
    fn links_are_a_letter_each_or_what_has_changed() {
        use LinkState::{Dead, Fired, Open};
        #[track_caller]
        fn packs(now: &[LinkState], changed: &[usize], packed: &str) {
            assert_eq!(pack_links(&Links { now: now.to_vec(), changed: changed.to_vec() }), packed);
        }
        packs(&[Open, Fired, Dead], &[1, 2], "ofd");
        let mut many = vec![Open; 40];
        many[5..=31].fill(Fired);
        many[33] = Dead;
        packs(&many, &(5..=31).chain([33]).collect::<Vec<_>>(), "5-31f33d");
        let mut links = vec![Open; 40];
        unpack_links("5-31f33d", &mut links);
        assert_eq!(links, many);
        unpack_links("ofd", &mut links);
        assert_eq!(links, [Open, Fired, Dead]);
        for damaged in ["9-1f", "99999999999f", "1", "18446744073709551615d", "4-f"] {
            unpack_links(damaged, &mut links);
            assert!(links.len() < 100, "{damaged}");
        }
    }
}
