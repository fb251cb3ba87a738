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
use crate::simulate::{Library, Replies, Simulation, Watcher, library, simulate_watched};

impl Host {
    /// Returns the saved playbooks that a document calls, directly or through others.
    pub async fn library(&self, document: Json) -> Result<Library, Error> {
        let newest = |db: &store::Reader<'_>, id: &str| serde_json::from_str(&db.version(id, None).ok()??.text).ok();
        self.store().read(move |db| Ok(library(&document, |id| newest(db, id)))).await
    }

    /// `playbook.try`
    pub async fn playbook_try(&self, request: TryPlaybook) -> Result<TriedPlaybook, Error> {
        let catalog = self.catalog().await?;
        let zone = zone_of(&self.settings().await?);
        let at = self.now();
        let library = self.library(request.document.0.clone()).await?;
        // A long loop would keep other requests waiting.
        tokio::task::spawn_blocking(move || run(&request, &catalog, &library, at, &zone)).await.map_err(|_| crate::error::closed())?
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

fn run(request: &TryPlaybook, catalog: &Catalog, library: &Library, at: Time, zone: &str) -> Result<TriedPlaybook, Error> {
    let mut replies = request.replies.clone();
    let document = with_pins(request, &mut replies);
    let replies = Replies::read(&json!({ "replies": replies }))?;
    let simulation =
        Simulation { document: &document, input: &request.input, answers: &request.answers, replies: &replies, catalog, library, at, zone };
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

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Answer;

    fn request(tasks: Json, links: Json) -> TryPlaybook {
        let document = json!({"format": 1, "id": "p", "inputs": [{"name": "ip", "type": "string"}], "tasks": tasks, "links": links});
        serde_json::from_value(json!({"document": document, "input": {"ip": "192.0.2.7"}})).unwrap()
    }

    fn look() -> Json {
        json!({"type": "action", "app": "vendor", "command": "look", "parameters": {"ip": "{{ ip }}"}, "assign": {"score": "output.score"}})
    }

    /// A lookup, a branch on its score, and a formula on either side.
    fn triage() -> TryPlaybook {
        request(
            json!({
                "look": look(),
                "bad": {"type": "branch", "condition": "score >= 5"},
                "yes": {"type": "formula", "variable": "answer", "expression": "concat(ip, \" is bad\")"},
                "no": {"type": "formula", "variable": "answer", "expression": "\"fine\""},
            }),
            json!([{"from": "start", "to": "look"}, {"from": "look", "to": "bad"}, {"from": "bad", "outcome": "true", "to": "yes"},
                {"from": "bad", "outcome": "false", "to": "no"}]),
        )
    }

    fn tried(request: &TryPlaybook) -> TriedPlaybook {
        run(request, &Catalog::default(), &Library::new(), Time::UNIX_EPOCH, "UTC").unwrap()
    }

    /// Every frame as `task:status`.
    fn frames(tried: &TriedPlaybook) -> String {
        let words: Vec<String> = tried
            .frames
            .iter()
            .map(|frame| format!("{}:{}", frame.task.id, json!(frame.task.status).as_str().unwrap_or_default()))
            .collect();
        words.join(" ")
    }

    fn variable(tried: &TriedPlaybook, name: &str) -> Json {
        tried.frames.iter().rev().find_map(|frame| frame.variables.get(name)).cloned().unwrap_or_default()
    }

    #[test]
    fn a_command_without_a_reply_waits_for_an_output_and_sends_nothing() {
        let tried = tried(&triage());
        assert_eq!(frames(&tried), "look:running");
        assert_eq!(tried.held.len(), 1);
        assert_eq!((tried.held[0].task.as_str(), &tried.held[0].call.parameters["ip"]), ("look", &json!("192.0.2.7")));
        assert_eq!(tried.status, types::ExecutionStatus::Running);
    }

    #[test]
    fn a_pin_is_the_output_of_its_task_and_what_follows_runs_on_it() {
        let mut request = triage();
        request.pins.insert("look".into(), json!({"score": 9}));
        let first = tried(&request);
        assert_eq!(frames(&first), "look:running look:done bad:done no:skipped yes:done");
        assert_eq!(variable(&first, "answer"), json!("192.0.2.7 is bad"));
        assert_eq!(first, tried(&request), "the same request gives the same answer");
        request.pins.insert("look".into(), json!({"score": 1}));
        assert_eq!(variable(&tried(&request), "answer"), json!("fine"));
    }

    #[test]
    fn a_branch_and_a_formula_take_pins_too() {
        let mut request = triage();
        request.pins = serde_json::from_value(json!({"look": {"score": 9}, "bad": false, "no": {"said": "\"quoted\" {{ ip }}"}})).unwrap();
        assert_eq!(variable(&tried(&request), "answer"), json!({"said": "\"quoted\" {{ ip }}"}));
    }

    #[test]
    fn a_skipped_task_is_passed_through() {
        let mut request = triage();
        request.skip = vec!["look".into()];
        let tried = tried(&request);
        assert_eq!((frames(&tried).as_str(), tried.held.len()), ("look:done bad:done yes:skipped no:done", 0));
    }

    #[test]
    fn replies_are_taken_where_nothing_is_pinned() {
        let mut request = triage();
        request.replies.insert("look".into(), json!([{"error": {"code": "APP-500", "message": "no"}}]));
        let failed = tried(&request);
        assert_eq!((failed.status, failed.frames.last().map(|frame| frame.task.id.as_str())), (types::ExecutionStatus::Failed, Some("no")));
        request.pins.insert("look".into(), json!({"score": 0}));
        assert_eq!(tried(&request).status, types::ExecutionStatus::Done);
    }

    #[test]
    fn a_question_is_told_and_its_answer_taken() {
        let mut request = request(
            json!({"ask": {"type": "input", "question": "Sure about {{ ip }}?", "kind": "boolean", "variable": "sure"}}),
            json!([{"from": "start", "to": "ask"}]),
        );
        let asked = tried(&request);
        assert_eq!((frames(&asked).as_str(), asked.questions.len()), ("ask:waiting", 1));
        request.answers.insert("ask".into(), Answer::Value { value: json!(true) });
        let answered = tried(&request);
        assert_eq!((variable(&answered, "sure"), answered.questions.len()), (json!(true), 0));
    }

    #[test]
    fn a_document_with_errors_and_a_missing_input_are_refused() {
        let mut broken = triage();
        broken.document.0["tasks"]["bad"]["condition"] = json!("score >=");
        assert_eq!(run(&broken, &Catalog::default(), &Library::new(), Time::UNIX_EPOCH, "UTC").unwrap_err().code, "PLAYBOOK-INVALID");
        let mut missing = triage();
        missing.document.0["inputs"][0]["required"] = json!(true);
        missing.input.clear();
        assert_eq!(run(&missing, &Catalog::default(), &Library::new(), Time::UNIX_EPOCH, "UTC").unwrap_err().code, "INPUT-MISSING");
    }
}
