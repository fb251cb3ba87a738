//! The disk is full while executions run: whoever asks is told, nothing is lost or done twice, and all goes on when there is room.

use serde_json::{Value as Json, json};
use testkit::Workspace;
use types::{ExecutionId, ExecutionStatus, TaskStatus};

/// Executions that are under way when the disk is full.
const EXECUTIONS: usize = 3;

fn document() -> Json {
    let task = json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "{{ ip }}"}});
    json!({"format": 1, "id": "row", "inputs": [{"name": "ip", "type": "string"}], "tasks": {"first": task, "second": task},
        "links": [{"from": "start", "to": "first"}, {"from": "first", "to": "second"}]})
}

/// More than fits into the pages that are there.
fn much() -> String {
    "x".repeat(50_000)
}

async fn fill_disk(world: &Workspace, full: bool) {
    world.host.store().write(move |db| store::failpoint::fill_disk(db, full)).await.unwrap();
}

/// Waits until the writer has tried so many more jobs.
async fn tried(world: &Workspace, jobs: u64) {
    let before = world.host.store().statistics().jobs;
    while world.host.store().statistics().jobs < before + jobs {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_full_disk_holds_executions_up_and_loses_nothing() {
    let world = Workspace::with_connections(&["virustotal"]).await;
    world.save(document()).await;
    let mut ids: Vec<ExecutionId> = Vec::new();
    let mut commands = Vec::new();
    for number in 0..EXECUTIONS {
        ids.push(world.start("row", json!({"ip": format!("198.51.100.{number}")})).await);
        commands.push(world.runner.next().await);
    }
    fill_disk(&world, true).await;
    for command in commands {
        assert_eq!(command.cause.task.as_str(), "first");
        command.give(json!({"malicious": 1, "text": much()}));
    }
    tried(&world, EXECUTIONS as u64).await;
    let refused = world.try_start("row", json!({"ip": much()})).await.unwrap_err();
    assert_eq!(refused.code, "STORE-FULL");
    assert!(refused.hint.is_some());
    for id in &ids {
        let detail = world.show(*id).await;
        assert_eq!((detail.summary.status, detail.tasks[0].status), (ExecutionStatus::Running, TaskStatus::Running));
    }
    assert_eq!(world.runner.waiting(), 0, "an effect follows from what is not durable");

    fill_disk(&world, false).await;
    for _ in 0..EXECUTIONS {
        let command = world.runner.next().await;
        assert_eq!(command.cause.task.as_str(), "second", "the first was done before the disk was full");
        command.give(json!({"malicious": 2}));
    }
    for id in ids {
        let detail = world.reaches(id, ExecutionStatus::Done).await;
        assert_eq!((detail.tasks[0].attempts, detail.tasks[0].output["text"].as_str().map(str::len)), (1, Some(50_000)));
    }
    assert_eq!(world.runner.waiting(), 0);
}
