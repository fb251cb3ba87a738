//! Where executions come from: call tasks, re-runs, and the answers that were given with them.

use engine::message::Answer;
use indexmap::IndexMap;
use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use serde_json::Value;
use types::{ExecutionId, ExecutionStatus, TaskId};
use wire::execution::{CallCounts, ChildPage, ChildSummary, ListChildren, StatusCount};

use crate::column::{Json, Word};
use crate::error::Result;
use crate::{Reader, Writer};

/// Rows of a page where the request does not say.
const PAGE: u32 = 200;

/// Rows of a page at most.
const LARGEST_PAGE: u32 = 1000;

/// An item's value longer than this is cut in a list.
const ITEM: usize = 4096;

/// Where an execution comes from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    /// The call task that started it.
    pub call: Option<CallOrigin>,
    /// The execution that it runs again.
    pub rerun: Option<RerunOrigin>,
    /// Answers given ahead, by `TASK` or `PLAYBOOK:TASK`.
    pub answers: IndexMap<String, Answer>,
}

/// The call task that started an execution.
#[derive(Debug, Clone, PartialEq)]
pub struct CallOrigin {
    /// The execution whose task it is.
    pub parent: ExecutionId,
    /// The call task.
    pub task: TaskId,
    /// The number of the invocation.
    pub invocation: u32,
    /// The item of its list, from 0.
    pub item: Option<u32>,
    /// The item, plain JSON.
    pub value: Value,
    /// How many call tasks stand above.
    pub depth: u32,
}

/// The execution that another one runs again.
#[derive(Debug, Clone, PartialEq)]
pub struct RerunOrigin {
    /// That execution.
    pub of: ExecutionId,
    /// From this task on; from the start where absent.
    pub from: Option<TaskId>,
}

/// A called execution, as its caller needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChildRow {
    /// Its number.
    pub id: ExecutionId,
    /// The version of its playbook.
    pub version: u32,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// The error that failed it.
    pub error_code: Option<String>,
}

impl Origin {
    /// The columns that [`Origin::read`] reads, with `e` for the table.
    pub(crate) const COLUMNS: &'static str =
        "e.parent, e.parent_task, e.invocation, e.item, e.item_value, e.depth, e.rerun_of, e.rerun_from, e.answers";

    /// Reads [`Origin::COLUMNS`], the first of them at `first`.
    pub(crate) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let call = match (row.get::<_, Option<i64>>(first)?, row.get::<_, Option<String>>(first + 1)?) {
            (Some(parent), Some(task)) => Some(CallOrigin {
                parent: ExecutionId(parent),
                task: TaskId::new(task),
                invocation: row.get(first + 2)?,
                item: row.get(first + 3)?,
                value: row.get::<_, Option<Json<Value>>>(first + 4)?.map(|value| value.0).unwrap_or_default(),
                depth: row.get(first + 5)?,
            }),
            _ => None,
        };
        let from = row.get::<_, Option<String>>(first + 7)?.map(TaskId::new);
        let rerun = row.get::<_, Option<i64>>(first + 6)?.map(|of| RerunOrigin { of: ExecutionId(of), from });
        let answers = row.get::<_, Option<Json<IndexMap<String, Answer>>>>(first + 8)?.map(|answers| answers.0).unwrap_or_default();
        Ok(Self { call, rerun, answers })
    }
}

impl Writer<'_> {
    /// Writes where a new execution comes from; most come from nowhere.
    pub(crate) fn keep_origin(&self, id: ExecutionId, origin: &Origin) -> Result<()> {
        if *origin == Origin::default() {
            return Ok(());
        }
        let (call, rerun) = (origin.call.as_ref(), origin.rerun.as_ref());
        self.db
            .prepare_cached(
                "UPDATE execution SET parent = ?2, parent_task = ?3, invocation = ?4, item = ?5, item_value = ?6, depth = ?7, rerun_of = ?8,
                   rerun_from = ?9, answers = ?10 WHERE id = ?1",
            )?
            .execute(params![
                id.0,
                call.map(|call| call.parent.0),
                call.map(|call| call.task.as_str()),
                call.map(|call| call.invocation),
                call.and_then(|call| call.item),
                call.map(|call| Json(&call.value)),
                call.map_or(0, |call| call.depth),
                rerun.map(|rerun| rerun.of.0),
                rerun.and_then(|rerun| rerun.from.as_ref().map(TaskId::as_str)),
                (!origin.answers.is_empty()).then_some(Json(&origin.answers)),
            ])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Returns the execution of an invocation of a call task.
    pub fn child(&self, parent: ExecutionId, task: &TaskId, invocation: u32) -> Result<Option<ChildRow>> {
        let child = self
            .db
            .prepare_cached(
                "SELECT id, version, status, error_code FROM execution WHERE parent = ?1 AND parent_task = ?2 AND invocation = ?3",
            )?
            .query_row(params![parent.0, task.as_str(), invocation], |row| {
                Ok(ChildRow {
                    id: ExecutionId(row.get(0)?),
                    version: row.get(1)?,
                    status: row.get::<_, Word<ExecutionStatus>>(2)?.0,
                    error_code: row.get(3)?,
                })
            })
            .optional()?;
        Ok(child)
    }

    /// Returns the execution that was started for an item of a call task's list: the newest, or the one of an attempt, from 1.
    pub fn item_execution(&self, parent: ExecutionId, task: &str, item: u32, attempt: Option<u32>) -> Result<Option<ExecutionId>> {
        let mut statement =
            self.db.prepare_cached("SELECT id FROM execution WHERE parent = ?1 AND parent_task = ?2 AND item = ?3 ORDER BY invocation")?;
        let mut started = statement.query_map(params![parent.0, task, item], |row| row.get(0).map(ExecutionId))?;
        let wanted = match attempt {
            None => started.last(),
            Some(attempt) => attempt.checked_sub(1).and_then(|before| started.nth(before as usize)),
        };
        Ok(wanted.transpose()?)
    }

    /// Returns a page of the executions that call tasks of an execution started, in the order in which they were.
    pub fn children(&self, list: &ListChildren) -> Result<ChildPage> {
        let mut filter = "parent = ?".to_owned();
        let mut values: Vec<Sql> = vec![list.id.into()];
        if let Some(task) = &list.task {
            filter.push_str(" AND parent_task = ?");
            values.push(task.clone().into());
        }
        if let Some(statuses) = &list.status {
            filter.push_str(&format!(" AND status IN ({})", crate::ticket::marks(statuses.len())));
            values.extend(statuses.iter().map(|status| Sql::from(status.as_str().to_owned())));
        }
        let total = self
            .db
            .prepare_cached(&format!("SELECT count(*) FROM execution WHERE {filter}"))?
            .query_row(params_from_iter(&values), |row| row.get(0))?;
        values.push(list.limit.unwrap_or(PAGE).min(LARGEST_PAGE).into());
        values.push(list.offset.unwrap_or(0).into());
        let mut statement =
            self.db.prepare_cached(&format!("SELECT id, item_value FROM execution WHERE {filter} ORDER BY id LIMIT ? OFFSET ?"))?;
        let rows = statement.query_map(params_from_iter(&values), |row| {
            Ok((ExecutionId(row.get(0)?), row.get::<_, Option<Json<Value>>>(1)?.map(|value| value.0).unwrap_or_default()))
        })?;
        let mut children = Vec::new();
        for row in rows {
            let (id, mut value) = row?;
            crate::execution::cut_to(&mut value, ITEM);
            children.push(ChildSummary { execution: self.execution_head(id)?, value });
        }
        self.name_current_tasks(children.iter_mut().map(|child| &mut child.execution))?;
        Ok(ChildPage { children, total })
    }

    /// Returns what became of the executions that each call task of an execution started.
    pub fn call_counts(&self, id: ExecutionId) -> Result<Vec<CallCounts>> {
        let mut statement = self.db.prepare_cached(
            "SELECT parent_task, status, count(*) FROM execution WHERE parent = ?1 GROUP BY parent_task, status ORDER BY 1, 2",
        )?;
        let rows = statement.query_map([id.0], |row| {
            Ok((row.get::<_, String>(0)?, StatusCount { status: row.get::<_, Word<ExecutionStatus>>(1)?.0, count: row.get(2)? }))
        })?;
        let mut calls: Vec<CallCounts> = Vec::new();
        for row in rows {
            let (task, count) = row?;
            match calls.last_mut().filter(|call| call.task == task) {
                Some(call) => {
                    call.total += count.count;
                    call.counts.push(count);
                }
                None => calls.push(CallCounts { task, total: count.count, counts: vec![count] }),
            }
        }
        Ok(calls)
    }

    /// Returns the executions that only wait for people and still have to be looked at after a restart: those that called others, and those
    /// with answers given ahead.
    pub fn waiting_with_work(&self) -> Result<Vec<ExecutionId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id FROM execution e WHERE status = 'waiting'
               AND (answers IS NOT NULL OR EXISTS (SELECT 1 FROM execution c WHERE c.parent = e.id)) ORDER BY id",
        )?;
        let ids = statement.query_map([], |row| row.get(0).map(ExecutionId))?.collect::<rusqlite::Result<_>>()?;
        Ok(ids)
    }

    /// Returns the queue: executions that have not started, oldest first, each with the execution that called it. Those whose caller is
    /// held are not in it.
    pub fn queued_executions(&self) -> Result<Vec<(ExecutionId, Option<ExecutionId>)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT e.id, e.parent FROM execution e LEFT JOIN execution p ON p.id = e.parent
             WHERE e.status = 'queued' AND (p.status IS NULL OR p.status <> 'paused')
               AND NOT EXISTS (SELECT 1 FROM execution_turn t WHERE t.execution = e.id AND t.waiting = 1) ORDER BY e.id",
        )?;
        let rows = statement.query_map([], |row| Ok((ExecutionId(row.get(0)?), row.get::<_, Option<i64>>(1)?.map(ExecutionId))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
