//! `execution.replay`

use std::collections::HashMap;

use engine::{Event, Plan, State};
use playbook::Playbook;
use types::{Error, ExecutionId, TaskId};
use wire::execution::ExecutionRef;
use wire::replay::{Frame, LinkFrame, Replay, TaskFrame};

use crate::Host;
use crate::actor::link_state;

impl Host {
    /// `execution.replay`
    pub async fn execution_replay(&self, request: ExecutionRef) -> Result<Replay, Error> {
        let id = ExecutionId(request.id);
        let (hash, journal, text) = self
            .inner
            .store
            .read(move |db| {
                let row = db.execution_row(id)?;
                let text = db.document(&row.document)?;
                Ok((row.document, db.journal(id)?, text))
            })
            .await?;
        let plan = self.inner.executor.plan(&hash).await?;
        // Ten thousand tasks take a while, and a door has few threads.
        super::event::blocking(move || Ok(Replay { frames: frames(&plan, &playbook::read_text(&text).playbook, &journal) })).await
    }
}

/// Applies a journal event by event and keeps what each one changed.
fn frames(plan: &Plan, playbook: &Playbook, journal: &[Event]) -> Vec<Frame> {
    let mut leaving: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, link) in playbook.links.iter().enumerate() {
        leaving.entry(link.from.as_str()).or_default().push(place);
    }
    let mut state = State::new(plan);
    let mut fates = state.links().to_vec();
    let mut frames = Vec::with_capacity(journal.len());
    for (event, sequence) in journal.iter().zip(1..) {
        let changed = engine::step(plan, &mut state, event).changed;
        // Only an event that changes a task decides the links that leave it; the first one decides those that leave the start.
        let sources = changed.iter().map(TaskId::as_str).chain((sequence == 1).then_some(playbook::START));
        let mut links = Vec::new();
        for &place in sources.filter_map(|source| leaving.get(source)).flatten() {
            let Some(&fate) = state.links().get(place) else { continue };
            if std::mem::replace(&mut fates[place], fate) != fate {
                links.push(LinkFrame { link: u32::try_from(place).unwrap_or(u32::MAX), state: link_state(&fate) });
            }
        }
        let tasks = changed
            .iter()
            .filter_map(|task| state.task_run(plan, task))
            .map(|run| TaskFrame { task: run.id.to_string(), status: run.status, attempts: run.attempts })
            .collect();
        frames.push(Frame { sequence, at: event.at, status: state.status(), tasks, links });
    }
    frames
}
