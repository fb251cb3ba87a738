//! Calls of other playbooks, re-runs and answers given ahead, over a real data directory with a runner that the test plays.

use chrono::TimeDelta;
use engine::Answer;
use host::{Host, Run};
use serde_json::{Value as Json, json};
use testkit::{Workspace, person};
use types::{ExecutionId, ExecutionStatus, TaskStatus};
use wire::execution::{ChildSummary, ExecutionDetail, ExecutionRef, ListChildren, RerunExecution, RerunVersion};
use wire::record::{ShowValue, ValueField};
use wire::workspace::SettingsPatch;
use wire::{Caller, Push};

fn kim() -> Caller {
    person("kim")
}

/// Looks an address up; the name of the playbook is `look`.
fn look() -> Json {
    json!({"format": 1, "id": "look", "inputs": [{"name": "ip", "type": "ip", "required": true}],
        "tasks": {"look": {"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "{{ ip }}"}, "assign": {"score": "output.malicious"}}},
        "links": [{"from": "start", "to": "look"}]})
}

/// Asks about an address and looks it up once that is approved.
fn ask() -> Json {
    let mut ask = look();
    ask["id"] = json!("ask");
    ask["tasks"]["sure"] = json!({"type": "approval", "question": "{{ ip }}?"});
    ask["links"] = json!([{"from": "start", "to": "sure"}, {"from": "sure", "outcome": "approved", "to": "look"}]);
    ask
}

fn caller(playbook: &str, more: Json) -> Json {
    let mut call = json!({"type": "call", "playbook": playbook, "inputs": {"ip": "{{ ip }}"}, "assign": {"result": "output"}});
    call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"format": 1, "id": "caller", "inputs": [{"name": "ip", "type": "ip"}, {"name": "ips", "type": "list"}],
        "tasks": {"call": call}, "links": [{"from": "start", "to": "call"}]})
}

fn each(more: Json) -> Json {
    let mut each = json!({"variable": "ip", "in": "ips"});
    each.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut document = caller("look", json!({"each": each}));
    document["inputs"] = json!([{"name": "ips", "type": "list"}]);
    document
}

fn ips() -> Json {
    json!({"ips": ["45.83.64.1", "45.83.64.2", "45.83.64.3"]})
}

async fn world(documents: impl IntoIterator<Item = Json>) -> Workspace {
    let world = Workspace::with_connections(&["virustotal"]).await;
    for document in documents {
        world.save(document).await;
    }
    world
}

async fn children(host: &Host, id: ExecutionId) -> Vec<ChildSummary> {
    host.execution_children(ListChildren { id: id.0, ..ListChildren::default() }).await.unwrap().children
}

async fn ended(world: &Workspace, id: ExecutionId) -> ExecutionDetail {
    world.until(id, |detail| detail.summary.status.is_final()).await
}

fn error_of(detail: &ExecutionDetail, task: &str) -> String {
    let run = detail.tasks.iter().find(|run| run.id.as_str() == task).unwrap();
    run.error.as_ref().map(|error| error.code.clone()).unwrap_or_default()
}

#[tokio::test]
async fn a_call_runs_the_other_playbook_and_takes_its_variables() {
    let world = world([look(), caller("look", json!({}))]).await;
    let id = world.start("caller", json!({"ip": "45.83.64.1"})).await;
    let command = world.runner.next().await;
    assert_eq!(command.call.parameters["ip"], json!("45.83.64.1"));
    command.give(json!({"malicious": 7}));
    let detail = ended(&world, id).await;
    assert_eq!((detail.summary.status, &detail.variables["result"]), (ExecutionStatus::Done, &json!({"score": 7})));
    let children = children(&world.host, id).await;
    let child = &children[0].execution;
    assert_eq!((children.len(), child.playbook.as_str(), child.version, child.trigger.as_str()), (1, "look", 1, "call"));
    assert_eq!(child.parent.as_ref().map(|parent| (parent.execution, parent.task.as_str(), parent.item)), Some((id.0, "call", None)));
    assert_eq!((detail.calls[0].task.as_str(), detail.calls[0].total), ("call", 1));
}

#[tokio::test]
async fn a_loop_does_not_wait_for_the_place_that_its_items_need() {
    let world = world([look(), each(json!({"concurrency": 3}))]).await;
    let patch = SettingsPatch { execution_limit: Some(1), ..SettingsPatch::default() };
    world.host.settings_save(&kim(), patch).await.unwrap();
    let id = world.start("caller", ips()).await;
    for score in 1..=3 {
        let command = world.runner.next().await;
        assert_eq!(world.runner.waiting(), 0, "more than one runs at a limit of one");
        command.give(json!({"malicious": score}));
    }
    let detail = ended(&world, id).await;
    let items = detail.variables["result"]["items"].as_array().unwrap();
    assert_eq!((detail.variables["result"]["failed"].clone(), items.len()), (json!(0), 3));
    let children = children(&world.host, id).await;
    let values: Vec<_> = children.iter().map(|child| (child.execution.parent.as_ref().unwrap().item, child.value.clone())).collect();
    assert_eq!(values, [(Some(0), json!("45.83.64.1")), (Some(1), json!("45.83.64.2")), (Some(2), json!("45.83.64.3"))]);
}

#[tokio::test]
async fn a_failed_item_stops_the_others_or_is_collected() {
    let world = world([look(), each(json!({}))]).await;
    let id = world.start("caller", ips()).await;
    world.runner.next().await.fail("APP-500");
    let detail = ended(&world, id).await;
    assert_eq!((detail.summary.status, error_of(&detail, "call").as_str()), (ExecutionStatus::Failed, "ENGINE-CALL-FAILED"));
    assert_eq!(children(&world.host, id).await.len(), 1);
    let mut collecting = each(json!({"on_failure": "collect"}));
    collecting["id"] = json!("collecting");
    world.save(collecting).await;
    let id = world.start("collecting", ips()).await;
    world.runner.next().await.fail("APP-500");
    world.runner.next().await.give(json!({"malicious": 1}));
    world.runner.next().await.give(json!({"malicious": 2}));
    let detail = ended(&world, id).await;
    assert_eq!((detail.summary.status, &detail.variables["result"]["failed"]), (ExecutionStatus::Done, &json!(1)));
    assert_eq!(detail.variables["result"]["items"][0]["error"]["code"], json!("APP-500"));
}

#[tokio::test]
async fn a_caller_waits_for_the_person_that_its_child_waits_for() {
    let world = world([ask(), caller("ask", json!({}))]).await;
    let id = world.start("caller", json!({"ip": "45.83.64.1"})).await;
    assert_eq!(world.host.execution_settled(id).await.unwrap(), ExecutionStatus::Waiting);
    let question = world.question().await;
    world.answer(question, json!({"approved": true}), "lee").await.unwrap();
    world.runner.next().await.give(json!({"malicious": 3}));
    assert_eq!(ended(&world, id).await.variables["result"]["score"], json!(3));
}

#[tokio::test]
async fn a_cancel_goes_down_and_a_cancelled_child_fails_its_call() {
    let world = world([ask(), caller("ask", json!({}))]).await;
    let id = world.start("caller", json!({"ip": "45.83.64.1"})).await;
    world.reaches(id, ExecutionStatus::Waiting).await;
    world.host.execution_cancel(&kim(), ExecutionRef { id: id.0 }).await.unwrap();
    assert_eq!(ended(&world, id).await.summary.status, ExecutionStatus::Cancelled);
    assert_eq!(children(&world.host, id).await[0].execution.status, ExecutionStatus::Cancelled);

    let id = world.start("caller", json!({"ip": "45.83.64.1"})).await;
    world.reaches(id, ExecutionStatus::Waiting).await;
    let child = children(&world.host, id).await[0].execution.id;
    world.host.execution_cancel(&kim(), ExecutionRef { id: child }).await.unwrap();
    let detail = ended(&world, id).await;
    assert_eq!((detail.summary.status, error_of(&detail, "call").as_str()), (ExecutionStatus::Failed, "ENGINE-CALL-CANCELLED"));
}

#[tokio::test]
async fn a_pause_goes_down_and_so_does_the_end_of_it() {
    let world = world([look(), each(json!({}))]).await;
    let id = world.start("caller", ips()).await;
    let command = world.runner.next().await;
    world.host.execution_pause(&kim(), ExecutionRef { id: id.0 }).await.unwrap();
    let child = ExecutionId(children(&world.host, id).await[0].execution.id);
    world.reaches(child, ExecutionStatus::Paused).await;
    command.give(json!({"malicious": 1}));
    world.until(child, |detail| detail.tasks[0].status == TaskStatus::Done).await;
    world.host.execution_resume(&kim(), ExecutionRef { id: id.0 }).await.unwrap();
    world.runner.next().await.give(json!({"malicious": 2}));
    world.runner.next().await.give(json!({"malicious": 3}));
    assert_eq!(ended(&world, id).await.summary.status, ExecutionStatus::Done);
}

#[tokio::test]
async fn a_queued_child_of_a_paused_caller_does_not_start_when_its_turn_comes() {
    let mut document = caller("look", json!({}));
    document["tasks"]["first"] = json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "{{ ip }}"}});
    document["links"] = json!([{"from": "start", "to": "first"}, {"from": "first", "to": "call"}]);
    let mut world = world([look(), document]).await;
    let patch = SettingsPatch { execution_limit: Some(1), ..SettingsPatch::default() };
    world.host.settings_save(&kim(), patch).await.unwrap();
    // Somebody else stands before the child when there is a place again; then its caller is paused.
    let id = world.start("caller", json!({"ip": "45.83.64.1"})).await;
    let command = world.runner.next().await;
    world.start("look", json!({"ip": "198.51.100.1"})).await;
    command.give(json!({"malicious": 1}));
    let first = world.runner.next().await;
    assert_eq!(first.call.parameters["ip"], json!("198.51.100.1"));
    let child = ExecutionId(children(&world.host, id).await[0].execution.id);
    world.host.execution_pause(&kim(), ExecutionRef { id: id.0 }).await.unwrap();
    world.reaches(id, ExecutionStatus::Paused).await;
    let later = world.start("look", json!({"ip": "198.51.100.2"})).await;
    first.give(json!({"malicious": 1}));
    // Whoever came after it has the place now.
    let command = world.runner.next().await;
    assert_eq!(command.call.parameters["ip"], json!("198.51.100.2"));
    command.give(json!({"malicious": 1}));
    ended(&world, later).await;
    assert_eq!((world.show(child).await.summary.status, world.runner.waiting()), (ExecutionStatus::Queued, 0));

    // A restart does not let it go on either; the end of the pause does.
    world = world.restart().await;
    let last = world.start("look", json!({"ip": "198.51.100.3"})).await;
    let command = world.runner.next().await;
    assert_eq!(command.call.parameters["ip"], json!("198.51.100.3"));
    command.give(json!({"malicious": 1}));
    ended(&world, last).await;
    assert_eq!((world.show(child).await.summary.status, world.runner.waiting()), (ExecutionStatus::Queued, 0));
    world.host.execution_resume(&kim(), ExecutionRef { id: id.0 }).await.unwrap();
    let command = world.runner.next().await;
    assert_eq!(command.call.parameters["ip"], json!("45.83.64.1"));
    command.give(json!({"malicious": 7}));
    assert_eq!(ended(&world, id).await.variables["result"], json!({"score": 7}));
    assert_eq!(children(&world.host, id).await.len(), 1);
}

#[tokio::test]
async fn a_rerun_keeps_to_the_turns_of_its_playbook_and_a_call_does_not() {
    let keyed = |id: &str, policy: &str| {
        let mut document = look();
        document["id"] = json!(id);
        document["concurrency"] = json!({"key": "{{ ip }}", "policy": policy});
        document
    };
    let world = world([keyed("skips", "skip"), keyed("queues", "queue"), caller("skips", json!({}))]).await;
    let again = |id: ExecutionId| RerunExecution { id: id.0, ..RerunExecution::default() };
    for playbook in ["skips", "queues"] {
        let before = world.start(playbook, json!({"ip": "45.83.64.1"})).await;
        world.runner.next().await.give(json!({"malicious": 1}));
        ended(&world, before).await;
        let running = world.start(playbook, json!({"ip": "45.83.64.1"})).await;
        let command = world.runner.next().await;
        let result = world.host.execution_rerun(&kim(), again(before)).await;
        let rerun = match (playbook, result) {
            ("skips", Err(refused)) => {
                assert_eq!((refused.code.as_str(), refused.target), ("TRIGGER-RUNNING", Some(running.to_string())));
                // What is for another address has nothing to wait for, and neither has what a caller waits for.
                let id = world.start("caller", json!({"ip": "45.83.64.1"})).await;
                world.runner.next().await.give(json!({"malicious": 5}));
                assert_eq!(ended(&world, id).await.variables["result"], json!({"score": 5}));
                None
            }
            ("queues", Ok(rerun)) => Some(ExecutionId(rerun.summary.id)),
            (playbook, result) => panic!("{playbook}: {result:?}"),
        };
        if let Some(rerun) = rerun {
            world.host.trigger_look().await.unwrap();
            assert_eq!((world.show(rerun).await.summary.status, world.runner.waiting()), (ExecutionStatus::Queued, 0));
        }
        command.give(json!({"malicious": 1}));
        ended(&world, running).await;
        let rerun = match rerun {
            Some(rerun) => rerun,
            None => ExecutionId(world.host.execution_rerun(&kim(), again(before)).await.unwrap().summary.id),
        };
        world.runner.next().await.give(json!({"malicious": 2}));
        assert_eq!(ended(&world, rerun).await.variables["score"], json!(2));
    }
}

#[tokio::test]
async fn a_playbook_that_cannot_be_called_fails_its_call() {
    let world = world([caller("nowhere", json!({}))]).await;
    let id = world.start("caller", json!({"ip": "45.83.64.1"})).await;
    let detail = ended(&world, id).await;
    let message = detail.tasks[0].error.as_ref().unwrap().message.get(types::Language::En).to_owned();
    assert_eq!((error_of(&detail, "call").as_str(), message.contains("NOT-FOUND")), ("ENGINE-CALL-FAILED", true), "{message}");
}

#[tokio::test]
async fn a_restart_loses_no_child_and_doubles_none() {
    let mut world = world([look(), each(json!({"concurrency": 2}))]).await;
    let id = world.start("caller", ips()).await;
    let first = world.runner.next().await;
    drop(world.runner.next().await);
    drop(first);
    // Before anything has ended: both lookups may be done again, and are.
    world = world.restart().await;
    let mut commands = [world.runner.next().await, world.runner.next().await];
    commands.sort_by_key(|command| command.call.parameters["ip"].to_string());
    let [first, second] = commands;
    first.give(json!({"malicious": 1}));
    let third = world.runner.next().await;
    drop((second, third));
    // One has ended, two are under way.
    world = world.restart().await;
    for _ in 0..2 {
        world.runner.next().await.give(json!({"malicious": 2}));
    }
    let detail = ended(&world, id).await;
    assert_eq!((detail.summary.status, children(&world.host, id).await.len()), (ExecutionStatus::Done, 3));
}

#[tokio::test]
async fn a_restart_finds_the_child_that_waits_for_a_person() {
    let mut world = world([ask(), caller("ask", json!({}))]).await;
    let id = world.start("caller", json!({"ip": "45.83.64.1"})).await;
    world.reaches(id, ExecutionStatus::Waiting).await;
    world = world.restart().await;
    let question = world.question().await;
    world.answer(question, json!({"approved": false, "opinion": "ours"}), "lee").await.unwrap();
    let detail = ended(&world, id).await;
    assert_eq!((detail.summary.status, children(&world.host, id).await.len()), (ExecutionStatus::Done, 1));
}

#[tokio::test]
async fn answers_given_ahead_reach_called_playbooks_and_survive_a_restart() {
    let mut document = caller("ask", json!({}));
    document["tasks"]["first"] = json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "{{ ip }}"}});
    document["links"] = json!([{"from": "start", "to": "first"}, {"from": "first", "to": "call"}]);
    let mut world = world([ask()]).await;
    let approved: Answer = serde_json::from_value(json!({"approved": true})).unwrap();
    let run = Run {
        document,
        input: json!({"ip": "45.83.64.1"}).as_object().unwrap().clone(),
        answers: [("ask:sure".to_owned(), approved)].into(),
        trigger: "person",
        ..Run::default()
    };
    let id = world.host.execution_queue(&kim(), run).await.unwrap();
    drop(world.runner.next().await);
    world = world.restart().await;
    world.runner.next().await.give(json!({"malicious": 1}));
    world.runner.next().await.give(json!({"malicious": 2}));
    assert_eq!(ended(&world, id).await.variables["result"]["score"], json!(2));
}

#[tokio::test]
async fn who_waits_hears_of_no_rest_while_an_answer_given_ahead_is_on_its_way() {
    let ask = json!({"type": "input", "question": "go?", "kind": "boolean", "variable": "go"});
    let asked = json!({"format": 1, "id": "asked", "tasks": {"go": ask}, "links": [{"from": "start", "to": "go"}]});
    let calls = json!({"format": 1, "id": "calls", "tasks": {"call": {"type": "call", "playbook": "asked", "inputs": {}}}, "links": [{"from": "start", "to": "call"}]});
    let world = world([asked.clone()]).await;
    let mut pushes = world.host.subscribe();
    let (yes, wrong) = (json!({"value": true}), json!({"value": "perhaps"}));
    for round in 0..10 {
        for (document, task, answer, ends) in [
            (&asked, "go", &yes, ExecutionStatus::Done),
            (&calls, "asked:go", &yes, ExecutionStatus::Done),
            (&asked, "asked:go", &wrong, ExecutionStatus::Waiting),
            (&calls, "asked:go", &wrong, ExecutionStatus::Waiting),
        ] {
            let answer: Answer = serde_json::from_value(answer.clone()).unwrap();
            let run = Run { document: document.clone(), answers: [(task.to_owned(), answer)].into(), trigger: "person", ..Run::default() };
            let id = world.host.execution_queue(&kim(), run).await.unwrap();
            assert_eq!(world.host.execution_settled(id).await.unwrap(), ends, "{task} in round {round}");
            let told = std::iter::from_fn(|| pushes.try_recv().ok());
            let rests =
                |push: &Push| matches!(push, Push::Transition { execution, status: ExecutionStatus::Waiting, .. } if *execution == id.0);
            let rested = told.filter(rests).count();
            assert!(
                document["id"] == "asked" || rested == usize::from(ends == ExecutionStatus::Waiting),
                "the caller rested {rested} times"
            );
        }
    }
}

#[tokio::test]
async fn a_value_is_read_of_an_item_and_of_an_attempt() {
    let mut twice = look();
    twice["id"] = json!("twice");
    twice["tasks"]["look"]["retry"] = json!({"attempts": 2, "backoff": "1s"});
    let world = world([look(), each(json!({})), twice]).await;
    let value = async |id: ExecutionId, task: &str, field, attempt, item| {
        let ask = ShowValue { id: id.0, task: task.to_owned(), field, attempt, item, path: None, offset: None, limit: None };
        world.host.execution_value(ask).await.unwrap().value
    };
    let id = world.start("caller", ips()).await;
    for score in [1, 2, 3] {
        world.runner.next().await.give(json!({"malicious": score}));
    }
    ended(&world, id).await;
    assert_eq!(value(id, "call", ValueField::Input, None, Some(1)).await, json!({"ip": "45.83.64.2"}));
    assert_eq!(value(id, "call", ValueField::Output, Some(1), Some(2)).await, json!({"score": 3}));
    assert_eq!(value(id, "call", ValueField::Output, Some(2), Some(2)).await, Json::Null, "it was started once");
    assert_eq!(value(id, "call", ValueField::Output, None, Some(3)).await, Json::Null, "there are three");

    let id = world.start("twice", json!({"ip": "45.83.64.1"})).await;
    world.runner.next().await.fail("APP-500");
    world.until(id, |detail| detail.tasks[0].until.is_some()).await;
    world.advance(TimeDelta::seconds(2));
    world.runner.next().await.give(json!({"malicious": 4}));
    ended(&world, id).await;
    for (attempt, output) in
        [(None, json!({"malicious": 4})), (Some(1), Json::Null), (Some(2), json!({"malicious": 4})), (Some(3), Json::Null)]
    {
        assert_eq!(value(id, "look", ValueField::Output, attempt, None).await, output, "attempt {attempt:?}");
    }
    assert_eq!(value(id, "look", ValueField::Input, Some(1), None).await, value(id, "look", ValueField::Input, None, None).await);
}

#[tokio::test]
async fn a_rerun_takes_over_what_was_recorded() {
    let mut document = look();
    document["tasks"]["more"] = json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "{{ ip }}"}});
    document["tasks"]["sum"] = json!({"type": "formula", "variable": "sum", "expression": "score + 1"});
    document["links"] = json!([{"from": "start", "to": "look"}, {"from": "look", "to": "more"}, {"from": "more", "to": "sum"}]);
    let world = world([document.clone()]).await;
    let id = world.start("look", json!({"ip": "45.83.64.1"})).await;
    let running = RerunExecution { id: id.0, ..RerunExecution::default() };
    let refused = world.host.execution_rerun(&kim(), running.clone()).await.unwrap_err();
    assert_eq!(refused.code, "RERUN-RUNNING");
    let preview = world.host.execution_rerun_preview(running.clone()).await.unwrap();
    assert_eq!((preview.refusal.map(|refusal| refusal.code).as_deref(), preview.tasks.len()), (Some("RERUN-RUNNING"), 0));
    world.runner.next().await.give(json!({"malicious": 4}));
    world.runner.next().await.fail("APP-500");
    assert_eq!(ended(&world, id).await.summary.status, ExecutionStatus::Failed);

    document["tasks"]["sum"]["expression"] = json!("score + 2");
    // Written out or left out, a default is the same; so is where a task stands.
    document["tasks"]["look"]["enabled"] = json!(true);
    document["links"][1]["outcome"] = json!("done");
    document["layout"] = json!({"tasks": {"more": {"x": 1, "y": 2}}});
    world
        .host
        .playbook_save(
            &kim(),
            wire::playbook::SavePlaybook { document: wire::playbook::Document(document), base: 1, comment: String::new() },
        )
        .await
        .unwrap();
    let request = RerunExecution { from: Some("more".into()), version: RerunVersion::Current, ..running };
    let preview = world.host.execution_rerun_preview(request.clone()).await.unwrap();
    let carried: Vec<_> = preview.tasks.iter().map(|task| (task.task.as_str(), task.carried, task.repeats)).collect();
    assert_eq!(carried, [("look", true, false), ("more", false, true), ("sum", false, false)]);
    assert_eq!(preview.changes.iter().map(|change| change.task.as_str()).collect::<Vec<_>>(), ["sum"]);
    assert!(!preview.other_changes);
    assert_eq!((preview.ran, preview.runs, preview.refusal), (1, 2, None));

    let again = world.host.execution_rerun(&kim(), request).await.unwrap();
    assert_eq!((again.summary.rerun_of, again.summary.version), (Some(id.0), 2));
    world.runner.next().await.give(json!({}));
    let detail = ended(&world, ExecutionId(again.summary.id)).await;
    assert_eq!((detail.summary.status, &detail.variables["sum"]), (ExecutionStatus::Done, &json!(6)));
    assert!(detail.tasks[0].carried && !detail.tasks[1].carried);
}

#[tokio::test]
async fn a_query_asks_our_own_events() {
    let query =
        json!({"type": "query", "source": "events", "query": "select $ip as ip, 2 + $n as sum", "parameters": {"ip": "{{ ip }}", "n": 3}});
    let document = json!({"format": 1, "id": "q", "inputs": [{"name": "ip", "type": "ip"}], "tasks": {"q": query}, "links": [{"from": "start", "to": "q"}]});
    let world = world([document]).await;
    let id = world.start("q", json!({"ip": "45.83.64.1"})).await;
    let detail = ended(&world, id).await;
    assert_eq!(detail.tasks[0].output, json!({"ip": "45.83.64.1", "sum": 5}), "{:?}", detail.tasks[0].error);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_people_who_answer_at_once_one_decides() {
    // The usual run is short; HAETAE_RACES=10000 is the long one.
    let races = std::env::var("HAETAE_RACES").ok().and_then(|text| text.parse().ok()).unwrap_or(400_usize);
    let tasks: serde_json::Map<_, _> =
        (0..100).map(|index| (format!("t{index}"), json!({"type": "approval", "question": "yes?"}))).collect();
    let links: Vec<_> = tasks.keys().map(|task| json!({"from": "start", "to": task})).collect();
    let world = world([json!({"format": 1, "id": "many", "tasks": tasks, "links": links})]).await;
    let mut raced = 0;
    while raced < races {
        let id = world.start("many", json!({})).await;
        let questions = world.reaches(id, ExecutionStatus::Waiting).await.questions;
        assert_eq!(questions.len(), 100);
        for question in questions {
            let yes = world.answer(question.id, json!({"approved": true}), "lee");
            let no = world.answer(question.id, json!({"approved": false, "opinion": "ours"}), "park");
            let (yes, no) = tokio::join!(yes, no);
            let taken = |answer: Result<u32, types::Error>| answer.unwrap_or_default();
            assert_eq!(taken(yes) + taken(no), 1, "question {}", question.id);
            raced += 1;
        }
        let detail = ended(&world, id).await;
        let decided = |by: &str| detail.tasks.iter().filter(|run| run.answered_by.as_deref() == Some(by)).count();
        assert_eq!(decided("lee") + decided("park"), 100);
    }
}
