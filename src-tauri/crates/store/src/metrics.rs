//! The figures of a period: what ran, how long it took, who waited for whom. Task figures come from the search file.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate};
use chrono_tz::Tz;
use rusqlite::params;
use serde_json::Value;
use types::{ExecutionStatus, Seconds, TaskStatus, Text, Time};
use wire::execution::ListExecutions;
use wire::record::{
    DayCount, DurationFigure, ExecutionSort, Metrics, PlaybookFigure, SavedFigure, StatusFigure, TaskFigure, TaskFilter, TicketFigure,
};

use crate::Reader;
use crate::column::{At, Json, Word};
use crate::error::Result;
use crate::execution::task_name;

/// Days of a period that are told one by one.
const DAYS: u64 = 400;

/// Tasks of a list.
const TASKS: usize = 20;

/// Playbooks of the list.
const PLAYBOOKS: usize = 50;

/// Tickets that are named.
const TICKETS: usize = 100;

/// What the figures need of an execution.
struct Fact {
    playbook: usize,
    document: String,
    status: ExecutionStatus,
    queued_at: Time,
    ended_at: Option<Time>,
    human: i64,
    /// The manual durations that its tasks which were done state.
    by_tasks: i64,
}

/// By playbook and task.
type TaskSums = HashMap<(usize, String), TaskSum>;

/// What the figures need of a task of a playbook.
#[derive(Default)]
struct TaskSum {
    kind: String,
    machine: Vec<i64>,
    human: i64,
    failed: u32,
    runs: u32,
    codes: HashMap<String, u32>,
}

#[derive(Default)]
struct PlaybookSum {
    id: String,
    name: Option<Text>,
    document: String,
    count: u32,
    failed: u32,
    done: Vec<i64>,
}

/// The manual durations that a document states, in milliseconds.
#[derive(Default)]
struct Manual {
    whole: Option<i64>,
    tasks: HashMap<String, i64>,
}

impl Manual {
    fn of(document: &Value) -> Self {
        let duration = |value: Option<&Value>| value?.as_str()?.parse::<Seconds>().ok().map(Seconds::milliseconds);
        let tasks = document.get("tasks").and_then(Value::as_object).into_iter().flatten();
        Self {
            whole: duration(document.get("manual")),
            tasks: tasks.filter_map(|(id, task)| Some((id.clone(), duration(task.get("manual"))?))).collect(),
        }
    }

    fn is_stated(&self) -> bool {
        self.whole.is_some() || !self.tasks.is_empty()
    }
}

impl Reader<'_> {
    /// Returns the figures of executions that were queued from `from` until `to`, of all playbooks or of one.
    pub fn metrics(&self, from: Time, to: Time, playbook: Option<&str>, zone: Tz) -> Result<Metrics> {
        let period = ListExecutions {
            playbook: playbook.map(str::to_owned),
            queued_from: Some(from),
            queued_to: Some(to),
            ..ListExecutions::default()
        };
        let mut playbooks: Vec<PlaybookSum> = Vec::new();
        let mut facts = self.facts(from, to, playbook, &mut playbooks)?;
        let mut manual: HashMap<String, Manual> = HashMap::new();
        for fact in facts.values() {
            if !manual.contains_key(&fact.document) {
                let document: Value = serde_json::from_str(&self.document(&fact.document)?)?;
                manual.insert(fact.document.clone(), Manual::of(&document));
            }
        }
        let (tasks, automatic) = self.task_sums(from, to, playbook, &mut facts, &manual)?;
        let done = |fact: &&Fact| fact.status == ExecutionStatus::Done;
        let durations = facts.values().filter(done).filter_map(|fact| Some((fact.ended_at? - fact.queued_at).num_milliseconds())).collect();
        let done_filter =
            ListExecutions { status: Some(vec![ExecutionStatus::Done]), sort: Some(ExecutionSort::Duration), ..period.clone() };
        let (count, mean_ms, median_ms, p90_ms) = spread(durations);
        Ok(Metrics {
            from,
            to,
            zone: zone.name().to_owned(),
            statuses: statuses(facts.values(), &period),
            days: days(&facts, from, to, zone, &period),
            executions: DurationFigure { count, mean_ms, median_ms, p90_ms, filter: done_filter.clone() },
            tickets: self.ticket_figure(from, to, playbook)?,
            automatic_ms: automatic,
            human_ms: facts.values().map(|fact| fact.human.unsigned_abs()).sum(),
            saved: saved(&facts, &manual, &playbooks, &done_filter),
            slowest: self.task_figures(&tasks, &playbooks, &period, false)?,
            failing: self.task_figures(&tasks, &playbooks, &period, true)?,
            playbooks: playbook_figures(playbooks, &period),
            behind: self.unindexed()?,
        })
    }

    fn facts(&self, from: Time, to: Time, playbook: Option<&str>, playbooks: &mut Vec<PlaybookSum>) -> Result<BTreeMap<i64, Fact>> {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut facts = BTreeMap::new();
        let mut statement = self.db.prepare_cached(
            "SELECT id, playbook, name, document, status, queued_at, ended_at FROM execution
             WHERE queued_at >= ?1 AND queued_at < ?2 AND (?3 IS NULL OR playbook = ?3) ORDER BY id",
        )?;
        let mut rows = statement.query(params![At(from), At(to), playbook])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(1)?;
            let number = *numbers.entry(id).or_insert_with_key(|id| {
                playbooks.push(PlaybookSum { id: id.clone(), ..PlaybookSum::default() });
                playbooks.len() - 1
            });
            let fact = Fact {
                playbook: number,
                document: row.get(3)?,
                status: row.get::<_, Word<ExecutionStatus>>(4)?.0,
                queued_at: row.get::<_, At>(5)?.0,
                ended_at: row.get::<_, Option<At>>(6)?.map(|at| at.0),
                human: 0,
                by_tasks: 0,
            };
            let sum = &mut playbooks[number];
            sum.count += 1;
            sum.failed += u32::from(fact.status == ExecutionStatus::Failed);
            // The newest document names the playbook and its tasks.
            if sum.document != fact.document {
                sum.name = Some(row.get::<_, Json<Text>>(2)?.0);
                sum.document.clone_from(&fact.document);
            }
            if let (ExecutionStatus::Done, Some(ended_at)) = (fact.status, fact.ended_at) {
                sum.done.push((ended_at - fact.queued_at).num_milliseconds());
            }
            facts.insert(row.get(0)?, fact);
        }
        Ok(facts)
    }

    /// Adds up the task runs by playbook and task, and returns how long the machine took in all.
    fn task_sums(
        &self,
        from: Time,
        to: Time,
        playbook: Option<&str>,
        facts: &mut BTreeMap<i64, Fact>,
        manual: &HashMap<String, Manual>,
    ) -> Result<(TaskSums, u64)> {
        let mut sums = TaskSums::new();
        let mut automatic = 0;
        let mut statement = self.db.prepare_cached(
            "SELECT s.execution, s.task, s.kind, s.status, s.error_code, s.machine, s.human
             FROM execution e CROSS JOIN search.task s ON s.execution = e.id
             WHERE e.queued_at >= ?1 AND e.queued_at < ?2 AND (?3 IS NULL OR e.playbook = ?3)",
        )?;
        let mut rows = statement.query(params![At(from), At(to), playbook])?;
        while let Some(row) = rows.next()? {
            let Some(fact) = facts.get_mut(&row.get(0)?) else { continue };
            let (task, kind): (String, String) = (row.get(1)?, row.get(2)?);
            let status = row.get::<_, Word<TaskStatus>>(3)?.0;
            let (machine, human): (Option<i64>, i64) = (row.get(5)?, row.get(6)?);
            fact.human += human;
            if status == TaskStatus::Done {
                fact.by_tasks += manual.get(&fact.document).and_then(|manual| manual.tasks.get(&task)).copied().unwrap_or_default();
            }
            let Some(machine) = machine else { continue };
            // A wait does nothing, and what a call does is counted where it was done.
            if kind != "wait" && kind != "call" {
                automatic += machine.unsigned_abs();
            }
            let sum = sums.entry((fact.playbook, task)).or_default();
            sum.kind = kind;
            sum.runs += 1;
            sum.machine.push(machine);
            sum.human += human;
            if status == TaskStatus::Failed {
                sum.failed += 1;
                if let Some(code) = row.get::<_, Option<String>>(4)? {
                    *sum.codes.entry(code).or_default() += 1;
                }
            }
        }
        Ok((sums, automatic))
    }

    fn task_figures(
        &self,
        sums: &HashMap<(usize, String), TaskSum>,
        playbooks: &[PlaybookSum],
        period: &ListExecutions,
        failing: bool,
    ) -> Result<Vec<TaskFigure>> {
        let mean = |sum: &TaskSum| sum.machine.iter().sum::<i64>() / i64::from(sum.runs.max(1));
        let wanted = |(_, sum): &(&(usize, String), &TaskSum)| if failing { sum.failed > 0 } else { sum.kind != "wait" && mean(sum) > 0 };
        let mut chosen: Vec<_> = sums.iter().filter(wanted).collect();
        chosen.sort_by_key(|(key, sum)| {
            let first = if failing { i64::from(sum.failed) } else { mean(sum) };
            (std::cmp::Reverse(first), playbooks[key.0].id.clone(), key.1.clone())
        });
        chosen.truncate(TASKS);
        let figure = |(key, sum): (&(usize, String), &TaskSum)| {
            let playbook = &playbooks[key.0];
            let (_, mean_ms, median_ms, p90_ms) = spread(sum.machine.clone());
            let status = failing.then(|| vec![TaskStatus::Failed]);
            Ok(TaskFigure {
                playbook: playbook.id.clone(),
                playbook_name: playbook.name.clone().unwrap_or_else(|| Text::from(playbook.id.as_str())),
                task: key.1.clone(),
                task_name: task_name(&key.1, &self.drawn(&playbook.document, &key.1)?),
                kind: sum.kind.clone(),
                runs: sum.runs,
                failed: sum.failed,
                mean_ms: mean_ms.unwrap_or_default(),
                median_ms: median_ms.unwrap_or_default(),
                p90_ms: p90_ms.unwrap_or_default(),
                human_ms: sum.human.unsigned_abs() / u64::from(sum.runs.max(1)),
                error_code: sum.codes.iter().max_by_key(|(code, count)| (**count, std::cmp::Reverse(*code))).map(|(code, _)| code.clone()),
                filter: ListExecutions {
                    playbook: Some(playbook.id.clone()),
                    task: Some(TaskFilter { task: Some(key.1.clone()), status, error_code: None }),
                    ..period.clone()
                },
            })
        };
        chosen.into_iter().map(figure).collect()
    }

    fn ticket_figure(&self, from: Time, to: Time, playbook: Option<&str>) -> Result<TicketFigure> {
        let mut statement = self.db.prepare_cached(
            "SELECT t.id, t.opened_at, (SELECT max(l.at) FROM timeline l WHERE l.ticket = t.id AND l.kind = 'closed') AS closed_at
             FROM ticket t WHERE t.status = 'closed' AND closed_at >= ?1 AND closed_at < ?2
               AND (?3 IS NULL OR EXISTS (SELECT 1 FROM execution e WHERE e.ticket = t.id AND e.playbook = ?3))",
        )?;
        let mut tickets: Vec<(i64, i64)> = statement
            .query_map(params![At(from), At(to), playbook], |row| {
                let (opened, closed): (i64, i64) = (row.get(1)?, row.get(2)?);
                Ok((row.get(0)?, (closed - opened).max(0)))
            })?
            .collect::<rusqlite::Result<_>>()?;
        tickets.sort_by_key(|(id, duration)| (std::cmp::Reverse(*duration), *id));
        let (count, mean_ms, median_ms, p90_ms) = spread(tickets.iter().map(|(_, duration)| *duration).collect());
        let longest = tickets.into_iter().take(TICKETS).map(|(id, _)| id).collect();
        Ok(TicketFigure { count, mean_ms, median_ms, p90_ms, longest })
    }
}

/// Returns how many values there are, their mean, the value at the middle and that at nine tenths (nearest rank).
fn spread(mut values: Vec<i64>) -> (u32, Option<u64>, Option<u64>, Option<u64>) {
    values.sort_unstable();
    let rank = |tenths: usize| {
        let position = (values.len() * tenths).div_ceil(10).max(1) - 1;
        values.get(position).map(|value| value.unsigned_abs())
    };
    let sum: i128 = values.iter().map(|value| i128::from(*value)).sum();
    let mean = (!values.is_empty()).then(|| u64::try_from(sum / values.len() as i128).unwrap_or_default());
    (u32::try_from(values.len()).unwrap_or(u32::MAX), mean, rank(5), rank(9))
}

fn statuses<'a>(facts: impl Iterator<Item = &'a Fact>, period: &ListExecutions) -> Vec<StatusFigure> {
    let mut counts: BTreeMap<&'static str, (ExecutionStatus, u32)> = BTreeMap::new();
    for fact in facts {
        counts.entry(fact.status.as_str()).or_insert((fact.status, 0)).1 += 1;
    }
    let figure = |(status, count)| StatusFigure { status, count, filter: ListExecutions { status: Some(vec![status]), ..period.clone() } };
    counts.into_values().map(figure).collect()
}

fn days(facts: &BTreeMap<i64, Fact>, from: Time, to: Time, zone: Tz, period: &ListExecutions) -> Vec<DayCount> {
    let day_of = |at: Time| at.with_timezone(&zone).date_naive();
    let mut by_day: BTreeMap<NaiveDate, Vec<&Fact>> = BTreeMap::new();
    for fact in facts.values() {
        by_day.entry(day_of(fact.queued_at)).or_default().push(fact);
    }
    let last = day_of(to - chrono::TimeDelta::milliseconds(1));
    let first = last.checked_sub_days(Days::new(DAYS - 1)).map_or(day_of(from), |earliest| earliest.max(day_of(from)));
    let day = |day: NaiveDate| {
        let start = |day: NaiveDate| midnight(day, zone);
        let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
        let of_day = ListExecutions { queued_from: Some(start(day).max(from)), queued_to: Some(start(next).min(to)), ..period.clone() };
        let facts = by_day.get(&day).into_iter().flatten().copied();
        DayCount { day: day.to_string(), statuses: statuses(facts, &of_day) }
    };
    first.iter_days().take_while(|day| *day <= last).map(day).collect()
}

/// The first moment of a day; where the clock jumps over midnight, the first that there is.
fn midnight(day: NaiveDate, zone: Tz) -> Time {
    let hours = (0..24).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
    let first = hours.into_iter().find_map(|local| local.and_local_timezone(zone).earliest());
    first.map_or_else(|| DateTime::from_naive_utc_and_offset(day.into(), chrono::Utc), |at| at.with_timezone(&chrono::Utc))
}

fn saved(facts: &BTreeMap<i64, Fact>, manual: &HashMap<String, Manual>, playbooks: &[PlaybookSum], done: &ListExecutions) -> SavedFigure {
    let mut figure =
        SavedFigure { count: 0, manual_ms: 0, human_ms: 0, saved_ms: 0, playbooks: Vec::new(), filter: ListExecutions::default() };
    let mut stated = HashSet::new();
    for fact in facts.values().filter(|fact| fact.status == ExecutionStatus::Done) {
        let Some(manual) = manual.get(&fact.document).filter(|manual| manual.is_stated()) else { continue };
        let by_hand = manual.whole.unwrap_or(fact.by_tasks);
        figure.count += 1;
        figure.manual_ms += by_hand.unsigned_abs();
        figure.human_ms += fact.human.unsigned_abs();
        figure.saved_ms += (by_hand - fact.human).max(0).unsigned_abs();
        stated.insert(fact.playbook);
    }
    figure.playbooks = stated.into_iter().map(|playbook| playbooks[playbook].id.clone()).collect();
    figure.playbooks.sort_unstable();
    figure.filter = ListExecutions { playbooks: Some(figure.playbooks.clone()), sort: None, ..done.clone() };
    figure
}

fn playbook_figures(mut playbooks: Vec<PlaybookSum>, period: &ListExecutions) -> Vec<PlaybookFigure> {
    playbooks.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.id.cmp(&other.id)));
    playbooks.truncate(PLAYBOOKS);
    let figure = |sum: PlaybookSum| PlaybookFigure {
        name: sum.name.unwrap_or_else(|| Text::from(sum.id.as_str())),
        count: sum.count,
        failed: sum.failed,
        median_ms: spread(sum.done).2,
        filter: ListExecutions { playbook: Some(sum.id.clone()), ..period.clone() },
        playbook: sum.id,
    };
    playbooks.into_iter().map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_nine_tenths_are_values_that_occur() {
        assert_eq!(spread(vec![]), (0, None, None, None));
        assert_eq!(spread(vec![7]), (1, Some(7), Some(7), Some(7)));
        assert_eq!(spread((1..=10).rev().collect()), (10, Some(5), Some(5), Some(9)));
        assert_eq!(spread((1..=11).collect()), (11, Some(6), Some(6), Some(10)));
    }

    #[test]
    fn a_day_starts_where_its_clock_starts() {
        let start = |day: &str, zone: Tz| midnight(day.parse().unwrap(), zone).to_rfc3339();
        assert_eq!(start("2026-11-22", chrono_tz::Asia::Seoul), "2026-11-21T15:00:00+00:00");
        // In this zone the clock went from 23:59:59 to 01:00:00.
        assert_eq!(start("2018-11-04", chrono_tz::America::Sao_Paulo), "2018-11-04T03:00:00+00:00");
    }

    #[test]
    fn manual_durations_stand_at_the_playbook_or_at_its_tasks() {
        let manual = Manual::of(&serde_json::json!({"manual": "15m", "tasks": {"a": {"manual": "1m"}, "b": {"manual": 3}, "c": {}}}));
        assert_eq!((manual.whole, manual.tasks), (Some(900_000), HashMap::from([("a".to_owned(), 60_000)])));
    }
}
