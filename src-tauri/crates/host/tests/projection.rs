//! What is stored beside the journal is what the journal replays to, and a start is told as the store shows it.

use std::collections::BTreeMap;

use engine::{LinkFate, Plan, PlanOptions};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value as Json, json};
use testkit::{Workspace, person};
use types::{ExecutionId, ExecutionStatus, TaskStatus};
use wire::execution::{ExecutionDetail, LinkState, ListQuestions, StartExecution, TaskFailure};
use wire::watch::{TaskMark, WatchedExecution};

/// A playbook of up to ten tasks that only goes forward.
fn random_document(random: &mut StdRng, id: &str) -> Json {
    let count = random.random_range(1..=10);
    let mut tasks = Map::new();
    let mut links = Vec::new();
    for number in 0..count {
        let (task, outcomes): (Json, &[&str]) = match random.random_range(0..5) {
            0 => (json!({"type": "branch", "condition": format!("{} < 3", random.random_range(0..6))}), &["true", "false"]),
            1 => (json!({"type": "input", "question": "go?", "kind": "boolean", "variable": format!("v{number}")}), &["done"]),
            2 => (
                json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "198.51.100.7"},
                    "assign": {"score": "output.malicious"}}),
                &["done", "failed"],
            ),
            _ => (json!({"type": "formula", "variable": format!("v{number}"), "expression": number.to_string()}), &["done"]),
        };
        let join = if random.random_bool(0.5) { "all" } else { "any" };
        let mut task = task;
        task["join"] = json!(join);
        tasks.insert(format!("t{number}"), task);
        let targets: Vec<usize> = (number + 1..count).filter(|_| random.random_bool(0.4)).collect();
        for target in targets {
            let outcome = outcomes[random.random_range(0..outcomes.len())];
            links.push(json!({"from": format!("t{number}"), "outcome": outcome, "to": format!("t{target}")}));
        }
        if number == 0 || !links.iter().any(|link| link["to"] == format!("t{number}")) {
            links.push(json!({"from": "start", "to": format!("t{number}")}));
        }
    }
    json!({"format": 1, "id": id, "tasks": tasks, "links": links, "variables": [{"name": "score", "type": "number", "value": 0}]})
}

async fn check(world: &Workspace, id: ExecutionId) -> ExecutionStatus {
    let registry = world.host.registry().clone();
    let (row, journal, runs, detail, watched) = world
        .host
        .store()
        .read(move |db| {
            let watched: Vec<_> =
                (0..=db.execution_row(id)?.sequence).map(|after| db.watched(id, Some(after))).collect::<Result<_, _>>()?;
            Ok((db.execution_row(id)?, db.journal(id)?, db.task_runs(id)?, db.execution(id)?, watched))
        })
        .await
        .unwrap();
    let playbook = playbook::read(&detail.document.0).playbook;
    let plan = Plan::new(&playbook, &registry.catalog([]), PlanOptions { allow_unknown: true }).unwrap();
    let state = engine::replay(&plan, &journal);
    let by_id = |runs: Vec<engine::TaskRun>| runs.into_iter().map(|run| (run.id.to_string(), run)).collect::<BTreeMap<_, _>>();
    let begun: Vec<_> = state.task_runs(&plan).into_iter().filter(|run| run.status != TaskStatus::Pending).collect();
    // Whoever has followed from the start, or from any place, knows the same.
    let marks: BTreeMap<String, TaskMark> = begun.iter().map(|run| (run.id.to_string(), TaskMark::from(run))).collect();
    let told = |watched: &WatchedExecution| watched.marks().into_iter().map(|mark| (mark.id.clone(), mark)).collect::<BTreeMap<_, _>>();
    assert_eq!(told(&watched[0]), marks);
    for (after, news) in watched.iter().enumerate() {
        assert!(told(news).iter().all(|(task, mark)| marks[task] == *mark), "after {after}");
        assert_eq!(news.sequence, row.sequence);
    }
    assert!(watched.last().is_some_and(|nothing| nothing.marks().is_empty() && nothing.links.is_empty()));
    assert_eq!(by_id(runs), by_id(begun));
    assert_eq!(detail.variables, state.variables());
    let fate = |fate: &LinkFate| match fate {
        LinkFate::Open => LinkState::Open,
        LinkFate::Fired => LinkState::Fired,
        LinkFate::Dead => LinkState::Dead,
    };
    assert_eq!(detail.links, state.links().iter().map(fate).collect::<Vec<_>>());
    assert_eq!((row.status, row.sequence), (state.status(), i64::try_from(journal.len()).unwrap()));
    assert_eq!(detail.questions.iter().map(|open| open.question.clone()).collect::<Vec<_>>(), state.open_questions());
    row.status
}

#[tokio::test]
async fn the_projections_are_what_the_journal_replays_to() {
    let seed = std::env::var("HAETAE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random);
    eprintln!("HAETAE_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut world = Workspace::with_connections(&["virustotal"]).await;
    let mut started = 0;
    for number in 0..60 {
        let id = format!("p{number}");
        world.save(random_document(&mut random, &id)).await;
        let execution = match world.try_start(&id, json!({})).await {
            Ok(execution) => execution,
            // A join that can never be satisfied is an error of the document.
            Err(error) => {
                assert_eq!(error.code, "PLAYBOOK-INVALID");
                continue;
            }
        };
        started += 1;
        loop {
            let status = world.host.execution_settled(execution);
            let status = tokio::select! {
                biased;
                command = world.runner.next() => {
                    if random.random_bool(0.2) { command.fail("APP-404") } else { command.give(json!({"malicious": random.random_range(0..9)})) }
                    continue;
                }
                status = status => status.unwrap(),
            };
            assert_eq!(check(&world, execution).await, status);
            if status.is_final() {
                break;
            }
            if random.random_bool(0.2) {
                world = world.restart().await;
                check(&world, execution).await;
            }
            let groups = world.host.question_list(ListQuestions::default()).await.unwrap().groups;
            for question in groups.iter().flat_map(|group| &group.questions) {
                world.answer(question.id, json!({"value": random.random_bool(0.5)}), "kim").await.unwrap();
            }
        }
    }
    assert!(started >= 20, "only {started} of the playbooks could run");
}

#[tokio::test]
async fn a_start_that_comes_to_rest_at_once_is_told_as_the_store_shows_it() {
    let world = Workspace::with_connections(&[]).await;
    let ask =
        json!({"type": "input", "name": {"ko": "물음", "en": "Question"}, "question": "{{ name }}?", "kind": "boolean", "variable": "go"});
    world.save(json!({"format": 1, "id": "rests", "name": "Rests", "inputs": [{"name": "name", "type": "string", "required": true}, {"name": "more", "type": "object"}],
        "tasks": {"sum": {"type": "formula", "variable": "x", "expression": "1 + 2"}, "ask": ask, "never": {"type": "formula", "variable": "y", "expression": "go"}},
        "links": [{"from": "start", "to": "sum"}, {"from": "sum", "to": "ask"}, {"from": "ask", "to": "never"}]})).await;
    let decide = json!({"type": "branch", "condition": "x"});
    let sum = json!({"type": "formula", "variable": "x", "expression": "1 + 2"});
    // Three is neither true nor false.
    let links = json!([{"from": "start", "to": "sum"}, {"from": "sum", "to": "decide"}]);
    world.save(json!({"format": 1, "id": "fails", "tasks": {"sum": sum, "decide": decide}, "links": links})).await;
    for (playbook, input, status, failed) in [
        ("rests", json!({"name": "Go", "more": {"$ip": "1.2.3.4"}}), ExecutionStatus::Waiting, Vec::new()),
        ("fails", json!({}), ExecutionStatus::Failed, vec!["decide"]),
    ] {
        let input = input.as_object().cloned().unwrap();
        let request = StartExecution { playbook: playbook.to_owned(), version: None, input: input.clone(), ticket: None, wait: Some(true) };
        let told = world.host.execution_start(&person("kim"), request).await.unwrap();
        let ExecutionDetail { summary, variables, questions, tasks, input: kept, .. } = world.show(ExecutionId(told.summary.id)).await;
        assert_eq!((summary.status, &kept), (status, &input), "data from outside stays what it is");
        assert_eq!((&told.summary, &told.variables, &told.questions), (&summary, &variables, &questions));
        let failures: Vec<&str> = told.failures.iter().map(|failure| failure.task.as_str()).collect();
        assert_eq!((failures, &told.failures), (failed, &TaskFailure::among(&tasks)));
        assert_eq!(world.host.store().read(move |db| db.started(ExecutionId(summary.id))).await.unwrap(), told);
    }
}
