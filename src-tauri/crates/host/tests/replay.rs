//! Replaying an execution: what each event changed adds up to where the execution stands.

use std::collections::HashMap;

use serde_json::{Value as Json, json};
use testkit::Workspace;
use types::{ExecutionId, ExecutionStatus, TaskStatus};
use wire::execution::{ExecutionRef, LinkState};

/// One task of every end: done, failed, rescued by a person, skipped.
fn ends() -> Json {
    let look = |ip: &str| json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": ip}});
    json!({"format": 1, "id": "ends", "inputs": [{"name": "ip", "type": "ip"}],
        "tasks": {"first": look("{{ ip }}"), "second": look("45.83.64.2"), "never": look("45.83.64.3"),
            "ask": {"type": "approval", "question": "Go on?"}},
        "links": [{"from": "start", "to": "first"}, {"from": "first", "to": "second"}, {"from": "second", "to": "never"},
            {"from": "second", "outcome": "failed", "to": "ask"}]})
}

async fn check_adds_up(world: &Workspace, id: ExecutionId) -> Vec<wire::replay::Frame> {
    let detail = world.show(id).await;
    let frames = world.host.execution_replay(ExecutionRef { id: id.0 }).await.unwrap().frames;
    let mut tasks: HashMap<String, (TaskStatus, u32)> = HashMap::new();
    let mut links = vec![LinkState::Open; detail.links.len()];
    for frame in &frames {
        tasks.extend(frame.tasks.iter().map(|task| (task.task.clone(), (task.status, task.attempts))));
        frame.links.iter().for_each(|link| links[link.link as usize] = link.state);
    }
    for run in &detail.tasks {
        let shown = tasks.get(run.id.as_str()).copied().unwrap_or((TaskStatus::Pending, 0));
        assert_eq!(shown, (run.status, run.attempts), "{}", run.id);
    }
    assert_eq!(links, detail.links);
    assert_eq!(frames.last().unwrap().status, detail.summary.status);
    frames
}

#[tokio::test]
async fn the_frames_of_a_replay_add_up_to_the_execution_at_every_moment() {
    let world = Workspace::with_connections(&["virustotal"]).await;
    world.save(ends()).await;
    let id = world.start("ends", json!({"ip": "45.83.64.1"})).await;
    let command = world.runner.next().await;
    check_adds_up(&world, id).await;
    command.give(json!({}));
    let command = world.runner.next().await;
    check_adds_up(&world, id).await;
    command.fail("APP-404");
    world.reaches(id, ExecutionStatus::Waiting).await;
    let frames = check_adds_up(&world, id).await;
    let second = |frame: &wire::replay::Frame| frame.tasks.iter().find(|task| task.task == "second").map(|task| task.status);
    assert_eq!(frames.iter().filter_map(second).collect::<Vec<_>>(), [TaskStatus::Running, TaskStatus::Failed]);
    world.answer(world.question().await, json!({"approved": false, "opinion": "no"}), "kim").await.unwrap();
    world.host.execution_settled(id).await.unwrap();
    check_adds_up(&world, id).await;
}
