//! The list of executions: filters, order, pages, search.

use std::time::{Duration, Instant};

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, params_from_iter};
use types::{ExecutionId, TaskStatus};
use wire::execution::{ExecutionPage, ExecutionSummary, ListExecutions};
use wire::record::{ExecutionMatch, ExecutionSort, TaskFilter};

use crate::Reader;
use crate::column::At;
use crate::error::Result;
use crate::search::Query;
use crate::ticket::{contains, marks};

/// Rows of a page where the request does not say.
const PAGE: u32 = 200;

/// Rows of a page at most.
const LARGEST_PAGE: u32 = 1000;

/// A page of a search is looked for this long, and the next page goes on: text that many executions nearly have must not make it slow.
const PATIENCE: Duration = Duration::from_millis(40);

/// Candidates that a page looks through however long it takes.
const LOOKED_THROUGH: usize = 16;

/// Candidates beyond the page that are counted: who finds more than this does not look at all of them.
const CANDIDATES: i64 = 10_000;

/// Conditions with their values, in order.
#[derive(Default)]
struct Filter {
    conditions: Vec<String>,
    values: Vec<Sql>,
}

impl Filter {
    fn add(&mut self, condition: impl Into<String>, values: impl IntoIterator<Item = Sql>) {
        self.conditions.push(condition.into());
        self.values.extend(values);
    }

    fn any_of(&mut self, column: &str, words: impl ExactSizeIterator<Item = String>) {
        self.add(format!("{column} IN ({})", marks(words.len())), words.map(Sql::from).collect::<Vec<_>>());
    }

    fn clause(&self) -> String {
        if self.conditions.is_empty() { String::new() } else { format!(" WHERE {}", self.conditions.join(" AND ")) }
    }

    /// Reads everything but the search.
    fn read(list: &ListExecutions) -> Self {
        let mut filter = Self::default();
        if let Some(playbook) = &list.playbook {
            filter.add("e.playbook = ?", [playbook.clone().into()]);
        }
        if let Some(playbooks) = &list.playbooks {
            filter.any_of("e.playbook", playbooks.iter().cloned());
        }
        if let Some(version) = list.version {
            filter.add("e.version = ?", [version.into()]);
        }
        if let Some(ticket) = list.ticket {
            filter.add("e.ticket = ?", [ticket.into()]);
        }
        if let Some(statuses) = &list.status {
            filter.any_of("e.status", statuses.iter().map(|status| status.as_str().to_owned()));
        }
        if let Some(triggers) = &list.trigger {
            filter.any_of("e.trigger", triggers.iter().cloned());
        }
        if let Some(by) = &list.started_by {
            filter.add("e.started_by = ?", [by.clone().into()]);
        }
        if let Some(code) = &list.error_code {
            filter.add("e.error_code = ?", [code.clone().into()]);
        }
        if list.roots == Some(true) {
            filter.add("e.parent IS NULL", []);
        }
        let times = [
            ("e.queued_at >= ?", list.queued_from),
            ("e.queued_at < ?", list.queued_to),
            ("e.started_at >= ?", list.started_from),
            ("e.started_at < ?", list.started_to),
            ("e.ended_at >= ?", list.ended_from),
            ("e.ended_at < ?", list.ended_to),
        ];
        for (condition, time) in times {
            if let Some(time) = time {
                filter.add(condition, [time.timestamp_millis().into()]);
            }
        }
        if let Some(task) = &list.task {
            filter.with_task(task);
        }
        match list.kept {
            Some(true) => filter.add("e.id IN (SELECT execution FROM execution_kept)", []),
            Some(false) => filter.add("e.id NOT IN (SELECT execution FROM execution_kept)", []),
            None => {}
        }
        filter
    }

    fn with_task(&mut self, filter: &TaskFilter) {
        let mut conditions = Vec::new();
        let mut values: Vec<Sql> = Vec::new();
        if let Some(statuses) = &filter.status {
            conditions.push(format!("s.status IN ({})", marks(statuses.len())));
            values.extend(statuses.iter().map(|status| Sql::from(status.as_str().to_owned())));
        }
        if let Some(task) = &filter.task {
            conditions.push("s.task = ?".to_owned());
            values.push(task.clone().into());
        }
        if let Some(code) = &filter.error_code {
            conditions.push("s.error_code = ?".to_owned());
            values.push(code.clone().into());
        }
        let usual = [TaskStatus::Done, TaskStatus::Skipped, TaskStatus::Pending];
        let is_rare = filter.status.as_ref().is_some_and(|statuses| statuses.iter().all(|status| !usual.contains(status)));
        if is_rare {
            // The words of the partial index, so that SQLite sees that it may use it.
            conditions.push("s.status NOT IN ('done', 'skipped', 'pending')".to_owned());
        }
        let conditions = conditions.iter().map(|condition| format!(" AND {condition}")).collect::<String>();
        if is_rare || filter.error_code.is_some() {
            self.add(format!("e.id IN (SELECT s.execution FROM search.task s WHERE 1{conditions})"), values);
        } else {
            self.add(format!("EXISTS (SELECT 1 FROM search.task s WHERE s.execution = e.id{conditions})"), values);
        }
    }
}

fn order(list: &ListExecutions) -> String {
    let direction = if list.ascending == Some(true) { "ASC" } else { "DESC" };
    match list.sort.unwrap_or_default() {
        ExecutionSort::Number => format!("e.id {direction}"),
        ExecutionSort::Started => format!("e.started_at {direction} NULLS LAST, e.id {direction}"),
        ExecutionSort::Ended => format!("e.ended_at {direction} NULLS LAST, e.id {direction}"),
        ExecutionSort::Duration => format!("e.ended_at - e.started_at {direction} NULLS LAST, e.id {direction}"),
    }
}

impl Reader<'_> {
    /// Returns a page of executions, newest first where no order is asked for.
    pub fn executions(&self, list: &ListExecutions) -> Result<ExecutionPage> {
        let limit = list.limit.unwrap_or(PAGE).min(LARGEST_PAGE);
        let mut page = match list.search.as_deref().and_then(Query::read) {
            Some(query) => self.searched(list, &query, limit)?,
            None => self.listed(list, limit)?,
        };
        page.kept = self.kept_among(page.executions.iter().map(|execution| execution.id))?;
        Ok(page)
    }

    fn listed(&self, list: &ListExecutions, limit: u32) -> Result<ExecutionPage> {
        let filter = Filter::read(list);
        let offset = list.offset.unwrap_or(0);
        let total = self
            .db
            .prepare_cached(&format!("SELECT count(*) FROM execution e{}", filter.clause()))?
            .query_row(params_from_iter(&filter.values), |row| row.get(0))?;
        // The numbers first: rows are read for the page only, not for what is sorted and skipped.
        let ids = format!("SELECT e.id FROM execution e{} ORDER BY {} LIMIT ? OFFSET ?", filter.clause(), order(list));
        let mut values = filter.values;
        values.extend([limit.into(), offset.into()]);
        let ids: Vec<i64> =
            self.db.prepare_cached(&ids)?.query_map(params_from_iter(&values), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut executions = ids.iter().map(|id| self.execution_head(ExecutionId(*id))).collect::<Result<Vec<_>>>()?;
        self.name_current_tasks(&mut executions)?;
        let next = offset.saturating_add(executions.len() as u32);
        let next_offset = (next < total && !executions.is_empty()).then_some(next);
        Ok(ExecutionPage { executions, total, exact: true, next_offset, matches: Vec::new(), kept: Vec::new() })
    }

    /// Looks through the candidates from `offset` on until the page is full. Here `offset` counts candidates.
    fn searched(&self, list: &ListExecutions, query: &Query, limit: u32) -> Result<ExecutionPage> {
        let candidates = self.candidates(list, query)?;
        let offset = list.offset.unwrap_or(0) as usize;
        let mut executions = Vec::new();
        let mut matches: Vec<ExecutionMatch> = Vec::new();
        let mut looked = offset.min(candidates.len());
        let begun = Instant::now();
        for id in candidates.iter().skip(offset) {
            if executions.len() as u32 >= limit || (looked - offset >= LOOKED_THROUGH && begun.elapsed() > PATIENCE) {
                break;
            }
            looked += 1;
            let id = ExecutionId(*id);
            if self.is_named(id, list) {
                executions.push(self.execution_head(id)?);
            } else if let Some(found) = self.matches(id, query)? {
                executions.push(self.execution_head(id)?);
                matches.extend(found);
            }
        }
        self.name_current_tasks(&mut executions)?;
        let exact = offset == 0 && looked == candidates.len();
        let total = if exact { executions.len() } else { candidates.len() };
        Ok(ExecutionPage {
            executions,
            total: u32::try_from(total).unwrap_or(u32::MAX),
            exact,
            next_offset: (looked < candidates.len()).then_some(u32::try_from(looked).unwrap_or(u32::MAX)),
            matches,
            kept: Vec::new(),
        })
    }

    /// Tells whether a search is the number of an execution.
    fn is_named(&self, id: ExecutionId, list: &ListExecutions) -> bool {
        list.search.as_deref().is_some_and(|text| text.trim().parse() == Ok(id))
    }

    /// Returns the executions that may hold what is searched, in the order of the list: those that the index names, and those that it
    /// has not seen yet.
    fn candidates(&self, list: &ListExecutions, query: &Query) -> Result<Vec<i64>> {
        let filter = Filter::read(list);
        let named = list.search.as_deref().and_then(|text| text.trim().parse::<ExecutionId>().ok());
        let Some(grams) = query.candidates() else {
            // Too short for the index: names only.
            return self.named_like(list, filter, named);
        };
        let seen = self.index_mark()?.execution;
        let mut ids: Vec<i64> = if list.sort.unwrap_or_default() == ExecutionSort::Number {
            let direction = if list.ascending == Some(true) { "ASC" } else { "DESC" };
            let conditions = filter.conditions.iter().map(|condition| format!(" AND {condition}")).collect::<String>();
            let mut statement = self.db.prepare_cached(&format!(
                "SELECT e.id FROM search.gram g CROSS JOIN execution e ON e.id = g.rowid
                 WHERE g.gram MATCH ? AND e.id <= ?{conditions} ORDER BY g.rowid {direction} LIMIT ?"
            ))?;
            let mut values: Vec<Sql> = vec![grams.into(), seen.into()];
            values.extend(filter.values.iter().cloned());
            values.push((i64::from(list.offset.unwrap_or(0)) + CANDIDATES).into());
            let indexed = statement.query_map(params_from_iter(&values), |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
            let mut unseen = filter;
            unseen.add("e.id > ?", [seen.into()]);
            let unseen = self.ids(&unseen, &order(list))?;
            if list.ascending == Some(true) { [indexed, unseen].concat() } else { [unseen, indexed].concat() }
        } else {
            let mut conditions = filter;
            conditions.add("(e.id IN (SELECT rowid FROM search.gram WHERE gram MATCH ?) OR e.id > ?)", [grams.into(), seen.into()]);
            self.ids(&conditions, &order(list))?
        };
        if let Some(named) = named.filter(|named| !ids.contains(&named.0)) {
            let mut conditions = Filter::read(list);
            conditions.add("e.id = ?", [named.0.into()]);
            ids.splice(0..0, self.ids(&conditions, "e.id")?);
        }
        Ok(ids)
    }

    fn named_like(&self, list: &ListExecutions, mut filter: Filter, named: Option<ExecutionId>) -> Result<Vec<i64>> {
        let pattern = contains(list.search.as_deref().unwrap_or_default().trim());
        filter.add(
            "(e.name LIKE ? ESCAPE '\\' OR e.playbook LIKE ? ESCAPE '\\' OR e.id = ?
               OR e.ticket IN (SELECT id FROM ticket WHERE title LIKE ? ESCAPE '\\'))",
            [pattern.clone().into(), pattern.clone().into(), named.map_or(Sql::Null, |id| id.0.into()), pattern.into()],
        );
        self.ids(&filter, &order(list))
    }

    fn ids(&self, filter: &Filter, order: &str) -> Result<Vec<i64>> {
        let mut statement = self.db.prepare_cached(&format!("SELECT e.id FROM execution e{} ORDER BY {order}", filter.clause()))?;
        let ids = statement.query_map(params_from_iter(&filter.values), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(ids)
    }

    /// Returns the numbers of all executions that match a filter, at most `limit` of them, in its order. A search is looked through.
    pub fn matching_executions(&self, list: &ListExecutions, limit: u32) -> Result<Vec<ExecutionSummary>> {
        let mut found = Vec::new();
        let mut page = ListExecutions { limit: Some(LARGEST_PAGE), offset: Some(0), ..list.clone() };
        while (found.len() as u32) < limit {
            let next = self.executions(&page)?;
            found.extend(next.executions);
            match next.next_offset {
                Some(offset) => page.offset = Some(offset),
                None => break,
            }
        }
        found.truncate(limit as usize);
        Ok(found)
    }

    /// Returns when an execution was queued, to find the day at which a list starts.
    pub fn oldest_execution(&self) -> Result<Option<types::Time>> {
        let oldest = self
            .db
            .prepare_cached("SELECT queued_at FROM execution ORDER BY id LIMIT 1")?
            .query_row([], |row| Ok(row.get::<_, At>(0)?.0))
            .optional()?;
        Ok(oldest)
    }
}
