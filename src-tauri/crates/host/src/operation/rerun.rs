//! `execution.rerun`, `execution.rerun_preview` and `execution.children`.

use engine::{Plan, PlanOptions};
use playbook::compare::ChangeKind;
use playbook::{Catalog, CheckOptions, Comparison, Playbook};
use serde_json::Value as Json;
use store::{NewExecution, Origin, RerunOrigin, Turn};
use types::{Diagnostic, Error, ExecutionId, TaskId, Text};
use wire::Caller;
use wire::execution::{
    ChildPage, ExecutionDetail, ExecutionRef, ListChildren, RerunExecution, RerunPreview, RerunTask, RerunVersion, TaskChange,
    TaskChangeKind,
};

use crate::Host;
use crate::triggers::Apart;

/// An execution that has ended, and the document that would run again.
struct Again {
    detail: ExecutionDetail,
    row: store::ExecutionRow,
    version: u32,
    document: Json,
    enabled: bool,
}

impl Host {
    /// `execution.children`
    pub async fn execution_children(&self, request: ListChildren) -> Result<ChildPage, Error> {
        self.inner
            .store
            .read(move |db| {
                db.execution_row(ExecutionId(request.id))?;
                db.children(&request)
            })
            .await
    }

    /// `execution.rerun_preview`
    pub async fn execution_rerun_preview(&self, request: RerunExecution) -> Result<RerunPreview, Error> {
        let again = self.again(&request).await?;
        let catalog = self.catalog().await?;
        let (document, diagnostics) = playbook::diagnose(&again.document, &catalog, CheckOptions::default());
        let comparison = playbook::compare_documents(&again.detail.document.0, &again.document);
        let refusal = self.refusal(&again, &request, &diagnostics);
        let carried = match &refusal {
            None => self.carried(&again, &document.playbook, request.from.as_deref(), &catalog).await?,
            Some(_) => Vec::new(),
        };
        // Of what is refused nothing runs.
        let planned = document.playbook.tasks.iter().filter(|_| refusal.is_none());
        let tasks = planned.map(|(id, task)| {
            let run = again.detail.tasks.iter().find(|run| run.id == *id);
            RerunTask {
                task: id.to_string(),
                name: task.name.clone().unwrap_or_else(|| Text::from(id.as_str())),
                kind: task.kind.word().to_owned(),
                carried: carried.contains(id),
                status: run.map(|run| run.status),
                destructive: is_destructive(&task.kind, &catalog),
                repeats: !carried.contains(id) && acts(&task.kind) && run.is_some_and(|run| run.attempts > 0),
            }
        });
        Ok(RerunPreview {
            playbook: again.row.playbook.clone(),
            ran: again.row.version,
            runs: again.version,
            changes: changes(&comparison, &again.detail.document.0, &again.document),
            other_changes: !comparison.links.is_empty() || !comparison.fields.is_empty(),
            tasks: tasks.collect(),
            refusal,
        })
    }

    /// `execution.rerun`
    pub async fn execution_rerun(&self, caller: &Caller, request: RerunExecution) -> Result<ExecutionDetail, Error> {
        let again = self.again(&request).await?;
        let catalog = self.catalog().await?;
        let (document, diagnostics) = playbook::diagnose(&again.document, &catalog, CheckOptions::default());
        if let Some(refusal) = self.refusal(&again, &request, &diagnostics) {
            return Err(refusal);
        }
        let text = serde_json::to_string_pretty(&again.document).map_err(store::Error::from)?;
        let mut new = NewExecution {
            playbook: again.row.playbook.clone(),
            version: again.version,
            document: String::new(),
            name: document.playbook.name.clone().unwrap_or_else(|| Text::from(again.row.playbook.as_str())),
            trigger: "rerun".to_owned(),
            ticket: again.row.ticket,
            input: again.row.input,
            started_by: caller.name.clone(),
            queued_at: self.now(),
            sample: again.row.sample,
            origin: Origin {
                rerun: Some(RerunOrigin { of: ExecutionId(request.id), from: request.from.as_deref().map(TaskId::from) }),
                ..Origin::default()
            },
        };
        let key = match Apart::of(document.playbook.concurrency.as_ref()) {
            Some(apart) => {
                let plan = plan_of(&document.playbook, &catalog)?;
                self.key_of(&apart, &document.playbook.inputs, &plan, &new).await?
            }
            None => None,
        };
        let (at, by, of) = (self.now(), caller.name.clone(), request.id);
        let turn = self
            .inner
            .store
            .write(move |db| {
                new.document = db.keep_document(&text)?;
                let turn = db.start_in_turn(&new, key.as_ref(), &[])?;
                if let Turn::Started(id) | Turn::Waiting { execution: id, .. } = turn {
                    db.audit(at, &by, "execution.rerun", Some(&ExecutionId(of).to_string()), &id.to_string())?;
                }
                Ok(turn)
            })
            .await?;
        let id = self.turn_taken(turn)?;
        if request.wait == Some(true) && self.inner.runs {
            self.execution_settled(id).await?;
        }
        self.execution_show(ExecutionRef { id: id.0 }).await
    }

    /// The tasks whose results are taken over, as the execution will find them when it starts.
    async fn carried(&self, again: &Again, runs: &Playbook, from: Option<&str>, catalog: &Catalog) -> Result<Vec<TaskId>, Error> {
        let Some(from) = from.map(TaskId::from) else { return Ok(Vec::new()) };
        let ran = self.inner.executor.plan(&again.row.document).await?;
        let plan = plan_of(runs, catalog)?;
        let id = again.row.id;
        let journal = self.inner.store.read(move |db| db.journal(id)).await?;
        let state = engine::replay(&ran, &journal);
        Ok(engine::carry(&plan, &ran, &state, Some(&from)).into_iter().map(|carried| carried.run.id).collect())
    }

    async fn again(&self, request: &RerunExecution) -> Result<Again, Error> {
        let (id, wanted) = (ExecutionId(request.id), request.version);
        self.inner
            .store
            .read(move |db| {
                let (detail, row) = (db.execution(id)?, db.execution_row(id)?);
                let enabled = db.playbook(&row.playbook).map_or(row.version == 0, |playbook| playbook.enabled);
                let current = match wanted {
                    RerunVersion::Same => None,
                    RerunVersion::Current => db.version(&row.playbook, None)?,
                };
                let (version, document) = match current {
                    Some(current) => (current.version, serde_json::from_str(&current.text)?),
                    None => (row.version, detail.document.0.clone()),
                };
                Ok(Again { detail, row, version, document, enabled })
            })
            .await
    }

    fn refusal(&self, again: &Again, request: &RerunExecution, diagnostics: &[Diagnostic]) -> Option<Error> {
        let playbook = &again.row.playbook;
        if !again.row.status.is_final() {
            return Some(crate::error::not_ended(request.id));
        }
        if !again.enabled {
            return Some(crate::error::playbook_disabled(playbook));
        }
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Some(crate::error::invalid_playbook(playbook, diagnostics));
        }
        let from = request.from.as_deref()?;
        if again.document["tasks"].get(from).is_none() {
            return Some(crate::error::no_such_task(from));
        }
        None
    }
}

fn plan_of(playbook: &Playbook, catalog: &Catalog) -> Result<Plan, Error> {
    Plan::new(playbook, catalog, PlanOptions { allow_unknown: true })
        .map_err(|diagnostics| crate::error::invalid_playbook(playbook.id.as_str(), &diagnostics))
}

/// Tells whether a task has effects outside the execution.
fn acts(kind: &playbook::TaskKind) -> bool {
    use playbook::TaskKind::{Action, Approval, Branch, Call, Email, Formula, Input, Query, Wait};
    match kind {
        Action { .. } | Email { .. } | Call { .. } => true,
        Approval { .. } | Branch { .. } | Formula { .. } | Input { .. } | Query { .. } | Wait { .. } => false,
    }
}

fn is_destructive(kind: &playbook::TaskKind, catalog: &Catalog) -> bool {
    match kind {
        playbook::TaskKind::Action { app, command, .. } => catalog.command(app, command).is_some_and(|command| command.destructive),
        _ => false,
    }
}

/// Returns the tasks that differ in more than their place, in the order of the document that would run, then those that are gone.
fn changes(comparison: &Comparison, ran: &Json, runs: &Json) -> Vec<TaskChange> {
    let named = |task: &playbook::compare::TaskChange| {
        let (document, change) = match task.change {
            ChangeKind::Added => (runs, TaskChangeKind::Added),
            ChangeKind::Removed => (ran, TaskChangeKind::Removed),
            ChangeKind::Changed => (runs, TaskChangeKind::Changed),
        };
        let id = task.id.as_str();
        TaskChange { task: id.to_owned(), name: store::task_name(id, &document["tasks"][id]), change }
    };
    comparison.tasks.iter().map(named).collect()
}
