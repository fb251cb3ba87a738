//! What starts playbooks besides people: what each trigger has seen and done, and whose turn it is among executions for the same thing.

use rusqlite::{OptionalExtension, Row, params};
use types::{ExecutionId, ExecutionStatus, TicketId, Time};

use crate::column::{At, Json, Word};
use crate::error::Result;
use crate::{NewExecution, Reader, Writer};

/// Under this playbook's name stands how much of the timeline was looked at.
const TIMELINE: (&str, &str) = ("", "timeline");

/// What a start in turn gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is queued.
    Started(ExecutionId),
    /// It is queued and starts when this earlier one, and all before it, have ended.
    Waiting {
        /// The new execution.
        execution: ExecutionId,
        /// The one that it waits for.
        after: ExecutionId,
    },
    /// This one with the same key has not ended, so there is no new one.
    Skipped(ExecutionId),
}

/// What keeps executions for the same thing apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The text that is the same for the same thing.
    pub text: String,
    /// Whether a start waits for its turn, instead of being left out.
    pub queue: bool,
}

/// What a trigger did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The moment it was for.
    pub at: Time,
    /// `started`, `waiting`, `skipped`, `missed` or `failed`.
    pub result: String,
    /// Why not.
    pub code: Option<String>,
    /// The execution that was started, or the one that stood in the way.
    pub execution: Option<ExecutionId>,
}

/// What is known of a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerState {
    /// The playbook.
    pub playbook: String,
    /// Which of its triggers.
    pub trigger: String,
    /// Up to which moment the times of a schedule are decided.
    pub decided_to: Time,
    /// What it did last.
    pub last: Option<Outcome>,
    /// Where the execution of the last outcome stands.
    pub status: Option<ExecutionStatus>,
}

/// A line of a ticket's timeline that says what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketChange {
    /// Its number; later changes have higher ones.
    pub id: i64,
    /// The ticket.
    pub ticket: TicketId,
    /// Who changed it: a person's name, or a playbook's id.
    pub by: String,
    /// Whether a playbook did it.
    pub automatic: bool,
    /// What changed, such as `comment`.
    pub kind: String,
    /// The text; hostile.
    pub text: String,
    /// The execution that did it.
    pub execution: Option<ExecutionId>,
}

impl Writer<'_> {
    /// Queues an execution when it is its turn, decided here so that no two starts decide at once.
    pub fn start_in_turn(&self, new: &NewExecution, key: Option<&Key>, chain: &[String]) -> Result<Turn> {
        let before = match key {
            None => None,
            Some(key) => self
                .db
                .prepare_cached(
                    "SELECT e.id FROM execution_turn t JOIN execution e ON e.id = t.execution
                     WHERE t.playbook = ?1 AND t.key = ?2 AND e.status NOT IN ('done', 'failed', 'cancelled') ORDER BY e.id DESC LIMIT 1",
                )?
                .query_row(params![new.playbook, key.text], |row| row.get(0).map(ExecutionId))
                .optional()?,
        };
        if let (Some(before), Some(key)) = (before, key)
            && !key.queue
        {
            return Ok(Turn::Skipped(before));
        }
        let execution = self.queue_execution(new)?;
        if key.is_some() || !chain.is_empty() {
            self.db
                .prepare_cached("INSERT INTO execution_turn (execution, playbook, key, waiting, chain) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![execution.0, new.playbook, key.map(|key| &key.text), before.is_some(), Json(chain)])?;
        }
        Ok(match before {
            None => Turn::Started(execution),
            Some(after) => Turn::Waiting { execution, after },
        })
    }

    /// Gives those their turn that waited for executions which have ended, and tells which.
    pub fn give_turns(&self) -> Result<Vec<ExecutionId>> {
        let mut ready = self.db.prepare_cached(
            "SELECT w.execution FROM execution_turn w JOIN execution e ON e.id = w.execution
             WHERE w.waiting = 1 AND e.status = 'queued' AND NOT EXISTS (
               SELECT 1 FROM execution_turn o JOIN execution x ON x.id = o.execution
               WHERE o.playbook = w.playbook AND o.key = w.key AND o.execution < w.execution
                 AND x.status NOT IN ('done', 'failed', 'cancelled'))
             ORDER BY w.execution",
        )?;
        let ids = ready.query_map([], |row| row.get(0).map(ExecutionId))?.collect::<rusqlite::Result<Vec<_>>>()?;
        let mut done = self.db.prepare_cached("UPDATE execution_turn SET waiting = 0 WHERE execution = ?1")?;
        for id in &ids {
            done.execute([id.0])?;
        }
        Ok(ids)
    }

    /// Writes down what a trigger did.
    pub fn set_trigger_outcome(&self, playbook: &str, trigger: &str, outcome: &Outcome) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO trigger_state (playbook, trigger, last_at, result, code, execution) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET last_at = excluded.last_at, result = excluded.result, code = excluded.code,
                   execution = excluded.execution",
            )?
            .execute(params![
                playbook,
                trigger,
                At(outcome.at),
                outcome.result,
                outcome.code,
                outcome.execution.map(|execution| execution.0)
            ])?;
        Ok(())
    }

    /// Writes down that all times of a schedule up to `to` are decided.
    pub fn set_trigger_decided(&self, playbook: &str, trigger: &str, to: Time) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO trigger_state (playbook, trigger, decided_to) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET decided_to = excluded.decided_to",
            )?
            .execute(params![playbook, trigger, At(to)])?;
        Ok(())
    }

    /// Writes down how much of the timeline was looked at.
    pub fn set_timeline_seen(&self, id: i64) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO trigger_state (playbook, trigger, decided_to) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET decided_to = excluded.decided_to",
            )?
            .execute(params![TIMELINE.0, TIMELINE.1, id])?;
        Ok(())
    }

    /// Takes entries off the blocklist whose time is over, with a line on their tickets; returns what they blocked.
    pub fn expire_blocks(&self, now: Time) -> Result<Vec<String>> {
        let mut over = self
            .db
            .prepare_cached("SELECT id, value, ticket FROM blocklist_entry WHERE removed_at IS NULL AND expires_at <= ?1 ORDER BY id")?;
        let entries = over
            .query_map([At(now)], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<i64>>(2)?)))?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        for (id, value, ticket) in &entries {
            self.db
                .prepare_cached("UPDATE blocklist_entry SET removed_at = ?2, removed_by = 'haetae' WHERE id = ?1")?
                .execute(params![id, At(now)])?;
            let ticket = ticket.map(TicketId).filter(|ticket| self.ticket(*ticket).is_ok());
            if let Some(ticket) = ticket {
                let line = crate::TimelineLine {
                    at: now,
                    by: "haetae".to_owned(),
                    automatic: true,
                    kind: "blocked",
                    text: format!("− {value}"),
                    execution: None,
                    task: None,
                };
                self.comment_ticket(ticket, &line)?;
            }
            self.audit(now, "haetae", "blocklist.expire", Some(value), "")?;
        }
        Ok(entries.into_iter().map(|(_, value, _)| value).collect())
    }
}

impl Reader<'_> {
    /// Returns what is known of every trigger.
    pub fn trigger_states(&self) -> Result<Vec<TriggerState>> {
        let mut statement = self.db.prepare_cached(
            "SELECT s.playbook, s.trigger, s.decided_to, s.last_at, s.result, s.code, s.execution, e.status
             FROM trigger_state s LEFT JOIN execution e ON e.id = s.execution WHERE s.playbook <> ''",
        )?;
        let states = statement.query_map([], state)?.collect::<rusqlite::Result<_>>()?;
        Ok(states)
    }

    /// Returns up to which line the timeline was looked at; none before the first look.
    pub fn timeline_seen(&self) -> Result<Option<i64>> {
        let seen = self
            .db
            .prepare_cached("SELECT decided_to FROM trigger_state WHERE playbook = ?1 AND trigger = ?2")?
            .query_row([TIMELINE.0, TIMELINE.1], |row| row.get(0))
            .optional()?;
        Ok(seen)
    }

    /// Returns the number of the newest line of all timelines.
    pub fn timeline_end(&self) -> Result<i64> {
        Ok(self.db.prepare_cached("SELECT coalesce(max(id), 0) FROM timeline")?.query_row([], |row| row.get(0))?)
    }

    /// Returns the changes of tickets after a line, the oldest first.
    ///
    /// Opening is none, and what executions write about themselves is none either.
    pub fn ticket_changes(&self, after: i64, limit: u32) -> Result<Vec<TicketChange>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, ticket, by, automatic, kind, text, execution FROM timeline
             WHERE id > ?1 AND kind NOT IN ('opened', 'execution') ORDER BY id LIMIT ?2",
        )?;
        let changes = statement.query_map(params![after, limit], |row| {
            Ok(TicketChange {
                id: row.get(0)?,
                ticket: TicketId(row.get(1)?),
                by: row.get(2)?,
                automatic: row.get(3)?,
                kind: row.get(4)?,
                text: row.get(5)?,
                execution: row.get::<_, Option<i64>>(6)?.map(ExecutionId),
            })
        })?;
        Ok(changes.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the playbooks whose writes led to an execution, its own the last.
    pub fn chain(&self, execution: ExecutionId) -> Result<Vec<String>> {
        let found = self
            .db
            .prepare_cached("SELECT e.playbook, t.chain FROM execution e LEFT JOIN execution_turn t ON t.execution = e.id WHERE e.id = ?1")?
            .query_row([execution.0], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<Json<Vec<String>>>>(1)?)))
            .optional()?;
        let Some((playbook, chain)) = found else { return Ok(Vec::new()) };
        let mut chain = chain.map(|chain| chain.0).unwrap_or_default();
        chain.push(playbook);
        Ok(chain)
    }

    /// Returns the executions that wait for their turn.
    pub fn waiting_turns(&self) -> Result<Vec<ExecutionId>> {
        let mut statement = self.db.prepare_cached(
            "SELECT t.execution FROM execution_turn t JOIN execution e ON e.id = t.execution WHERE t.waiting = 1 AND e.status = 'queued'",
        )?;
        let ids = statement.query_map([], |row| row.get(0).map(ExecutionId))?.collect::<rusqlite::Result<_>>()?;
        Ok(ids)
    }

    /// Returns when the next entry of the blocklist ends.
    pub fn next_expiry(&self) -> Result<Option<Time>> {
        let next = self
            .db
            .prepare_cached("SELECT min(expires_at) FROM blocklist_entry WHERE removed_at IS NULL")?
            .query_row([], |row| row.get::<_, Option<At>>(0))?;
        Ok(next.map(|at| at.0))
    }
}

fn state(row: &Row<'_>) -> rusqlite::Result<TriggerState> {
    let (at, result) = (row.get::<_, Option<At>>(3)?, row.get::<_, Option<String>>(4)?);
    let (code, execution) = (row.get(5)?, row.get::<_, Option<i64>>(6)?.map(ExecutionId));
    Ok(TriggerState {
        playbook: row.get(0)?,
        trigger: row.get(1)?,
        decided_to: row.get::<_, At>(2)?.0,
        last: at.zip(result).map(|(at, result)| Outcome { at: at.0, result, code, execution }),
        status: row.get::<_, Option<Word<ExecutionStatus>>>(7)?.map(|word| word.0),
    })
}
