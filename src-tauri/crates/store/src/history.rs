//! What people look back at: saved views, decisions, the audit, marks of what is kept.

use engine::message::Answer;
use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use types::{ExecutionId, Text, Time};
use wire::record::{AuditEntry, AuditPage, Decision, DecisionPage, ListAudit, ListDecisions, SaveView, SavedView};

use crate::column::{At, Json};
use crate::error::{Error, Result, missing};
use crate::execution::task_name;
use crate::ticket::contains;
use crate::{Reader, Writer};

const VIEW: &str = "SELECT id, screen, name, filter, saved_by, saved_at FROM saved_view";

fn view(row: &Row<'_>) -> rusqlite::Result<SavedView> {
    Ok(SavedView {
        id: row.get(0)?,
        screen: row.get(1)?,
        name: row.get(2)?,
        filter: row.get::<_, Json<serde_json::Value>>(3)?.0,
        saved_by: row.get(4)?,
        saved_at: row.get::<_, At>(5)?.0,
    })
}

impl Writer<'_> {
    /// Saves a view, new or changed; refused when another of its screen has the name.
    pub fn save_view(&self, save: &SaveView, by: &str, at: Time) -> Result<SavedView> {
        let other: Option<i64> = self
            .db
            .prepare_cached("SELECT id FROM saved_view WHERE screen = ?1 AND name = ?2 AND id IS NOT ?3")?
            .query_row(params![save.screen, save.name, save.id], |row| row.get(0))
            .optional()?;
        if other.is_some() {
            return Err(Error::Refused(name_taken(&save.name)));
        }
        let id = match save.id {
            Some(id) => {
                let changed = self
                    .db
                    .prepare_cached(
                        "UPDATE saved_view SET name = ?2, filter = ?3, saved_by = ?4, saved_at = ?5 WHERE id = ?1 AND screen = ?6",
                    )?
                    .execute(params![id, save.name, Json(&save.filter), by, At(at), save.screen])?;
                if changed == 0 {
                    return Err(missing("보기", "view", id));
                }
                id
            }
            None => {
                self.db
                    .prepare_cached("INSERT INTO saved_view (screen, name, filter, saved_by, saved_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
                    .execute(params![save.screen, save.name, Json(&save.filter), by, At(at)])?;
                self.db.last_insert_rowid()
            }
        };
        Ok(self.db.prepare_cached(&format!("{VIEW} WHERE id = ?1"))?.query_row([id], view)?)
    }

    /// Deletes a saved view.
    pub fn delete_view(&self, id: i64) -> Result<()> {
        let gone = self.db.prepare_cached("DELETE FROM saved_view WHERE id = ?1")?.execute([id])?;
        if gone == 0 { Err(missing("보기", "view", id)) } else { Ok(()) }
    }

    /// Marks an execution so that retention keeps it, or takes the mark off.
    pub fn keep_execution(&self, id: ExecutionId, keep: bool, by: &str, at: Time) -> Result<()> {
        self.execution_row(id)?;
        if keep {
            self.db
                .prepare_cached("INSERT OR IGNORE INTO execution_kept (execution, kept_by, kept_at) VALUES (?1, ?2, ?3)")?
                .execute(params![id.0, by, At(at)])?;
        } else {
            self.db.prepare_cached("DELETE FROM execution_kept WHERE execution = ?1")?.execute([id.0])?;
        }
        Ok(())
    }
}

fn name_taken(name: &str) -> types::Error {
    types::Error::new("VIEW-NAME", format!("보기 “{name}”이(가) 이미 있습니다."), format!("There is a view “{name}” already."))
        .hint("다른 이름을 쓰거나 그 보기를 고치십시오.", "Use another name, or change that view.")
        .target(name)
}

impl Reader<'_> {
    /// Returns the saved views of a screen, by name.
    pub fn views(&self, screen: &str) -> Result<Vec<SavedView>> {
        let mut statement = self.db.prepare_cached(&format!("{VIEW} WHERE screen = ?1 ORDER BY name"))?;
        let views = statement.query_map([screen], view)?.collect::<rusqlite::Result<_>>()?;
        Ok(views)
    }

    pub(crate) fn kept_among(&self, ids: impl Iterator<Item = i64>) -> Result<Vec<i64>> {
        let mut statement = self.db.prepare_cached("SELECT 1 FROM execution_kept WHERE execution = ?1")?;
        let mut kept = Vec::new();
        for id in ids {
            if statement.exists([id])? {
                kept.push(id);
            }
        }
        Ok(kept)
    }

    /// Returns a page of what people decided, newest first; `by` limits it to one person.
    pub fn decisions(&self, list: &ListDecisions, by: Option<&str>) -> Result<DecisionPage> {
        let mut conditions = vec!["q.state = 'answered'".to_owned()];
        let mut values: Vec<Sql> = Vec::new();
        if let Some(by) = by {
            conditions.push("q.ended_by = ?".to_owned());
            values.push(by.to_owned().into());
        }
        if let Some(from) = list.from {
            conditions.push("q.ended_at >= ?".to_owned());
            values.push(from.timestamp_millis().into());
        }
        if let Some(to) = list.to {
            conditions.push("q.ended_at < ?".to_owned());
            values.push(to.timestamp_millis().into());
        }
        if let Some(text) = list.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            let columns = ["q.text", "q.answer", "e.name", "e.playbook", "t.title", "q.task"];
            let like: Vec<String> = columns.iter().map(|column| format!("{column} LIKE ? ESCAPE '\\'")).collect();
            conditions.push(format!("({})", like.join(" OR ")));
            values.extend(columns.iter().map(|_| Sql::from(contains(text))));
        }
        let from = format!(
            "FROM question q JOIN execution e ON e.id = q.execution LEFT JOIN ticket t ON t.id = e.ticket WHERE {}",
            conditions.join(" AND ")
        );
        let total = self.db.prepare_cached(&format!("SELECT count(*) {from}"))?.query_row(params_from_iter(&values), |row| row.get(0))?;
        values.extend([list.limit.unwrap_or(100).min(1000).into(), list.offset.unwrap_or(0).into()]);
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT q.id, q.text, q.kind, q.answer, q.ended_by, q.ended_at, q.assignee, q.asked_at, q.execution, e.playbook, e.name,
               q.task, e.ticket, t.title, e.document {from} ORDER BY q.ended_at DESC, q.id DESC LIMIT ? OFFSET ?"
        ))?;
        let rows = statement.query_map(params_from_iter(&values), |row| {
            let decision = Decision {
                question: row.get(0)?,
                text: row.get::<_, Json<Text>>(1)?.0,
                kind: row.get(2)?,
                answer: row.get::<_, Json<Answer>>(3)?.0,
                by: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
                at: row.get::<_, At>(5)?.0,
                assignee: row.get(6)?,
                asked_at: row.get::<_, At>(7)?.0,
                execution: row.get(8)?,
                playbook: row.get(9)?,
                playbook_name: row.get::<_, Json<Text>>(10)?.0,
                task: row.get(11)?,
                task_name: Text::from(""),
                ticket: row.get(12)?,
                ticket_title: row.get(13)?,
            };
            Ok((decision, row.get::<_, String>(14)?))
        })?;
        let mut decisions = Vec::new();
        for row in rows {
            let (mut decision, document) = row?;
            decision.task_name = task_name(&decision.task, &self.drawn(&document, &decision.task)?);
            decisions.push(decision);
        }
        Ok(DecisionPage { decisions, total })
    }

    /// Returns a page of the audit, newest first.
    pub fn audit_page(&self, list: &ListAudit) -> Result<AuditPage> {
        let mut conditions = vec!["1".to_owned()];
        let mut values: Vec<Sql> = Vec::new();
        if let Some(from) = list.from {
            conditions.push("at >= ?".to_owned());
            values.push(from.timestamp_millis().into());
        }
        if let Some(to) = list.to {
            conditions.push("at < ?".to_owned());
            values.push(to.timestamp_millis().into());
        }
        if let Some(operation) = &list.operation {
            conditions.push("operation = ?".to_owned());
            values.push(operation.clone().into());
        }
        if let Some(text) = list.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            conditions.push("(by LIKE ? ESCAPE '\\' OR target LIKE ? ESCAPE '\\' OR text LIKE ? ESCAPE '\\')".to_owned());
            values.extend((0..3).map(|_| Sql::from(contains(text))));
        }
        let from = format!("FROM audit WHERE {}", conditions.join(" AND "));
        let total = self.db.prepare_cached(&format!("SELECT count(*) {from}"))?.query_row(params_from_iter(&values), |row| row.get(0))?;
        values.extend([list.limit.unwrap_or(200).min(1000).into(), list.offset.unwrap_or(0).into()]);
        let entries = self
            .db
            .prepare_cached(&format!("SELECT id, at, by, operation, target, text {from} ORDER BY id DESC LIMIT ? OFFSET ?"))?
            .query_map(params_from_iter(&values), |row| {
                Ok(AuditEntry {
                    id: row.get(0)?,
                    at: row.get::<_, At>(1)?.0,
                    by: row.get(2)?,
                    operation: row.get(3)?,
                    target: row.get(4)?,
                    text: row.get(5)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(AuditPage { entries, total })
    }
}
