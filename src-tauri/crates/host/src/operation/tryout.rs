//! `playbook.try` and `playbook.try_command`: a draft walked through before it is saved.
//!
//! A trial is a simulated run to its end, told frame by frame. It has no state between two requests: stepping, breakpoints and
//! edited outputs are a place in the frames of a run that always comes out the same.

use engine::message::{CommandCall, Question};
use engine::{Plan, State};
use playbook::Catalog;
use serde_json::{Map, Value as Json, json};
use types::{Error, TaskId, TaskStatus, Time};
use wire::tryout::{HeldTask, TriedCommand, TriedPlaybook, TryCommand, TryFrame, TryPlaybook};

use crate::Host;
use crate::operation::workspace::{settings_of, zone_of};
use crate::runner::connection_of;
use crate::simulate::{Replies, Simulation, Watcher, simulate_watched};

impl Host {
    /// `playbook.try`
    pub async fn playbook_try(&self, request: TryPlaybook) -> Result<TriedPlaybook, Error> {
        let catalog = self.catalog().await?;
        let zone = zone_of(&self.settings().await?);
        let at = self.now();
        // A long loop would keep other requests waiting.
        tokio::task::spawn_blocking(move || run(&request, &catalog, at, &zone)).await.map_err(|_| crate::error::closed())?
    }

    /// `playbook.try_command`
    pub async fn playbook_try_command(&self, request: TryCommand) -> Result<TriedCommand, Error> {
        let TryCommand { call, confirmed } = request;
        let catalog = self.catalog().await?;
        let name = format!("{} {}", call.app, call.command);
        let Some(command) = catalog.command(&call.app, &call.command).filter(|_| call.app != playbook::catalog::OWN_APP) else {
            let ko = format!("{name} 명령은 시험 실행에서 부를 수 없습니다.");
            return Err(crate::error::invalid_request(ko, format!("A trial cannot run the command {name}.")).target(name));
        };
        if command.destructive && !confirmed {
            return Err(Error::new(
                "TRY-CONFIRM",
                format!("{name} 명령은 장비를 바꿉니다. 확인이 필요합니다."),
                format!("The command {name} acts on devices and has to be confirmed."),
            )
            .hint("대신 출력을 적어 넣거나, 실제로 실행할지 확인하십시오.", "Write an output instead, or confirm that it really runs.")
            .target(name));
        }
        if self.store().read(settings_of).await?.actions_stopped {
            return Err(crate::error::actions_stopped());
        }
        let (app, connection) = (call.app.clone(), call.connection.clone());
        let row = self.store().read(move |db| db.connection(&app, &connection)).await?;
        match self.inner.apps.run(&call, &connection_of(row)).await {
            Ok(output) => Ok(TriedCommand { output }),
            Err(error) => Err(Error { message: error.message, ..Error::new(&error.code, "", "").target(name) }),
        }
    }
}

fn run(request: &TryPlaybook, catalog: &Catalog, at: Time, zone: &str) -> Result<TriedPlaybook, Error> {
    let mut replies = request.replies.clone();
    let document = with_pins(request, &mut replies);
    let replies = Replies::read(&json!({ "replies": replies }))?;
    let simulation =
        Simulation { document: &document, input: &request.input, answers: &request.answers, replies: &replies, catalog, at, zone };
    let mut walk = Walk { document: &document, catalog, frames: Vec::new(), held: Vec::new(), questions: Vec::new() };
    let simulated = simulate_watched(&simulation, Some(&mut walk))?;
    let Walk { frames, held, questions, .. } = walk;
    Ok(TriedPlaybook { frames, status: simulated.report.status, held, questions, warnings: simulated.warnings })
}

/// Returns the document with skipped tasks switched off and pinned values written in; other pins become replies.
fn with_pins(request: &TryPlaybook, replies: &mut Map<String, Json>) -> Json {
    let mut document = request.document.0.clone();
    let Some(tasks) = document.get_mut("tasks").and_then(Json::as_object_mut) else { return document };
    for (id, task) in tasks.iter_mut().filter_map(|(id, task)| Some((id, task.as_object_mut()?))) {
        if request.skip.contains(id) {
            task.insert("enabled".to_owned(), Json::Bool(false));
        }
        let Some(pin) = request.pins.get(id) else { continue };
        match task.get("type").and_then(Json::as_str) {
            Some("formula") => {
                task.insert("expression".to_owned(), expression::literal_of(pin).into());
            }
            Some("branch") => {
                task.insert("condition".to_owned(), expression::literal_of(pin).into());
            }
            _ => {
                replies.insert(id.clone(), json!([{"output": pin}]));
            }
        }
    }
    document
}

struct Walk<'a> {
    document: &'a Json,
    catalog: &'a Catalog,
    frames: Vec<TryFrame>,
    held: Vec<HeldTask>,
    questions: Vec<Question>,
}

impl Watcher for Walk<'_> {
    fn moved(&mut self, plan: &Plan, state: &State, at: Time, task: &TaskId) {
        let Some(run) = state.task_run(plan, task) else { return };
        let mut variables = Map::new();
        if run.status == TaskStatus::Done {
            let known = state.variables();
            for name in set_by(&self.document["tasks"][task.as_str()]) {
                if let Some(value) = known.get(name) {
                    variables.insert(name.to_owned(), value.clone());
                }
            }
        }
        self.frames.push(TryFrame { at, task: run, variables });
    }

    fn asked(&mut self, question: &Question) {
        self.questions.push(question.clone());
    }

    fn holds(&mut self, task: &TaskId, call: &CommandCall) -> bool {
        if !self.held.iter().any(|held| held.task == task.as_str()) {
            let destructive = self.catalog.command(&call.app, &call.command).is_some_and(|command| command.destructive);
            self.held.push(HeldTask { task: task.to_string(), call: call.clone(), destructive });
        }
        true
    }
}

/// Returns the variables that a task sets.
fn set_by(task: &Json) -> impl Iterator<Item = &str> {
    let assigned = task["assign"].as_object().into_iter().flat_map(|assign| assign.keys().map(String::as_str));
    task["variable"].as_str().into_iter().chain(assigned)
}
