//! `playbook.shipped`, `playbook.rehearsals` and `playbook.add_shipped`: the playbooks that come with the program.

use apps::shipped;
use indexmap::IndexSet;
use playbook::document::{Playbook, TaskKind};
use types::{Error, Text};
use wire::Caller;
use wire::shipped::{AddShipped, AddedShipped, ShippedPlaybook, ShippedPlaybooks, ShippedRehearsal, ShippedRehearsals};

use crate::Host;

impl Host {
    /// `playbook.shipped`
    pub async fn playbook_shipped(&self) -> Result<ShippedPlaybooks, Error> {
        let present = self.inner.store.read(|db| db.playbooks()).await?;
        let playbooks = shipped::PLAYBOOKS.iter().map(|own| {
            let playbook = read(own);
            let (mut apps, mut calls) = (IndexSet::new(), IndexSet::new());
            for task in playbook.tasks.values() {
                match &task.kind {
                    TaskKind::Action { app, .. } if app != "haetae" => drop(apps.insert(app.clone())),
                    TaskKind::Email { .. } => drop(apps.insert("smtp".to_owned())),
                    TaskKind::Call { playbook, .. } => drop(calls.insert(playbook.as_str().to_owned())),
                    _ => {}
                }
            }
            ShippedPlaybook {
                id: own.id.to_owned(),
                name: playbook.name.clone().unwrap_or_else(|| Text::from(own.id)),
                description: playbook.description.clone().unwrap_or_else(|| Text::from("")),
                tasks: u32::try_from(playbook.tasks.len()).unwrap_or(u32::MAX),
                apps: apps.into_iter().collect(),
                calls: calls.into_iter().collect(),
                present: present.iter().any(|row| row.id == own.id),
            }
        });
        Ok(ShippedPlaybooks { playbooks: playbooks.collect() })
    }

    /// `playbook.rehearsals`
    pub fn playbook_rehearsals(&self, id: &str) -> ShippedRehearsals {
        let courses = shipped::find(id).into_iter().flat_map(|own| {
            let others = own.more_rehearsals.iter().map(|(case, text)| (Some(*case), *text));
            std::iter::once((None, own.rehearsal)).chain(others)
        });
        let read = |text| serde_json::from_str(text).expect("a test reads every shipped rehearsal");
        let rehearsals = courses.map(|(case, text)| ShippedRehearsal { case: case.map(str::to_owned), rehearsal: read(text) });
        ShippedRehearsals { rehearsals: rehearsals.collect() }
    }

    /// `playbook.add_shipped`
    pub async fn playbook_add_shipped(&self, caller: &Caller, request: AddShipped) -> Result<AddedShipped, Error> {
        let mut wanted: IndexSet<String> = IndexSet::new();
        let mut open = request.ids;
        open.reverse();
        while let Some(id) = open.pop() {
            let Some(own) = shipped::find(&id) else {
                let error = Error::new(
                    "NOT-FOUND",
                    format!("제공되는 플레이북 가운데 {id}은(는) 없습니다."),
                    format!("No playbook {id} comes with the program."),
                );
                return Err(error.hint("목록에서 고르십시오.", "Choose one of the list.").target(id));
            };
            if wanted.insert(id) {
                open.extend(read(own).tasks.values().filter_map(|task| match &task.kind {
                    TaskKind::Call { playbook, .. } => Some(playbook.as_str().to_owned()),
                    _ => None,
                }));
            }
        }
        let (by, at) = (caller.name.clone(), self.now());
        let report = self
            .inner
            .store
            .write(move |db| {
                let present = db.playbooks()?;
                let mut report = AddedShipped::default();
                for own in wanted.iter().filter_map(|id| shipped::find(id)) {
                    if present.iter().any(|row| row.id == own.id) {
                        report.kept.push(own.id.to_owned());
                        continue;
                    }
                    // A playbook of this id may have been deleted; its numbers go on.
                    db.save_version(own.id, own.document, 0, "", &by, at)?;
                    db.allow_playbook(own.id, Some(true), Some(false), None)?;
                    db.audit(at, &by, "playbook.add_shipped", Some(own.id), "")?;
                    report.added.push(own.id.to_owned());
                }
                Ok(report)
            })
            .await?;
        self.catalog_changed();
        Ok(report)
    }
}

fn read(own: &shipped::ShippedPlaybook) -> Playbook {
    serde_json::from_str(own.document).expect("a test reads every shipped playbook")
}
