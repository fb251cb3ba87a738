//! What starts playbooks besides people, on a fake clock.

use chrono::TimeDelta;
use host::clock::Clock;
use serde_json::{Value as Json, json};
use testkit::{Workspace, person};
use types::{ExecutionId, ExecutionStatus, Time};
use wire::casework::{AssignTicket, CloseTicket, CommentTicket, IngestEvents, ListTickets, TicketRef, Verdict};
use wire::execution::{ExecutionRef, ExecutionSummary, ListExecutions};
use wire::playbook::AllowPlaybook;
use wire::trigger::{ListTriggers, TriggerDetail, TriggerResult};

/// A playbook that ends at once.
fn quick(id: &str, more: Json) -> Json {
    with(
        json!({"format": 1, "id": id, "tasks": {"count": {"type": "formula", "variable": "n", "expression": "1"}}, "links": [{"from": "start", "to": "count"}]}),
        more,
    )
}

/// A playbook that waits for a person.
fn holding(id: &str, more: Json) -> Json {
    with(
        json!({"format": 1, "id": id, "tasks": {"ask": {"type": "input", "question": "Go on?", "kind": "boolean", "variable": "go"}},
            "links": [{"from": "start", "to": "ask"}]}),
        more,
    )
}

fn with(mut document: Json, more: Json) -> Json {
    document.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    document
}

fn on_ticket() -> Json {
    json!([{"name": "ticket", "type": "ticket"}])
}

async fn world() -> Workspace {
    let world = Workspace::with_connections(&[]).await;
    look(&world).await;
    world
}

async fn look(world: &Workspace) {
    world.host.trigger_look().await.unwrap();
}

/// Moves the clock and lets triggers do what is due.
async fn later(world: &Workspace, by: TimeDelta) {
    world.advance(by);
    look(world).await;
}

/// Moves the clock to a time.
async fn at(world: &Workspace, time: &str) {
    let time: Time = time.parse().unwrap();
    later(world, time - world.clock.now()).await;
}

/// The executions of a playbook, the oldest first.
async fn executions(world: &Workspace, playbook: &str) -> Vec<ExecutionSummary> {
    let list = ListExecutions { playbook: Some(playbook.to_owned()), ..ListExecutions::default() };
    let mut found = world.host.execution_list(list).await.unwrap().executions;
    found.sort_by_key(|execution| execution.id);
    found
}

async fn trigger(world: &Workspace, playbook: &str) -> TriggerDetail {
    let request = ListTriggers { playbook: Some(playbook.to_owned()) };
    world.host.trigger_list(request).await.unwrap().triggers.remove(0)
}

const ALERT: &str = r#"{"timestamp":"2026-11-21T05:11:40.000000+0000","event_type":"alert","src_ip":"45.83.64.1","src_port":80,"dest_ip":"10.20.30.17","dest_port":49200,"proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":9000001,"rev":1,"signature":"TEST MALWARE loader","category":"A Network Trojan was detected","severity":1}}"#;

const RULES: &str =
    r#"{"format": 1, "rules": [{"name": "test", "when": {"signature": "TEST *"}, "ticket": {"type": "malware", "playbook": "by-rule"}}]}"#;

/// Reads one alert; `minute` makes it another event.
async fn alert(world: &Workspace, minute: u32) -> u32 {
    std::fs::write(world.folder.path().join("ticket-rules.json"), RULES).unwrap();
    let file = world.folder.path().join(format!("alert{minute}.json"));
    std::fs::write(&file, ALERT.replace("05:11:40", &format!("05:{minute}:40"))).unwrap();
    let request = IngestEvents { files: vec![file.display().to_string()], run: None };
    let started = world.host.event_ingest(&person("kim"), request).await.unwrap().executions_started;
    look(world).await;
    started
}

async fn ticket(world: &Workspace) -> i64 {
    world.host.ticket_list(ListTickets::default()).await.unwrap().tickets[0].id
}

async fn comment(world: &Workspace, text: &str) {
    let request = CommentTicket { id: ticket(world).await, text: text.to_owned() };
    world.host.ticket_comment(&person("kim"), request).await.unwrap();
    look(world).await;
}

fn nightly(more: Json) -> Json {
    with(json!({"triggers": [{"on": "schedule", "cron": "0 2 * * *", "timezone": "Asia/Seoul"}]}), more)
}

#[tokio::test]
async fn a_schedule_starts_its_playbook_once_for_each_of_its_times() {
    let world = world().await;
    at(&world, "2026-11-25T12:00:00Z").await;
    world.save(quick("night", nightly(json!({})))).await;
    look(&world).await;
    assert_eq!(trigger(&world, "night").await.next_at, Some("2026-11-25T17:00:00Z".parse().unwrap()));
    at(&world, "2026-11-25T16:59:59Z").await;
    assert_eq!(executions(&world, "night").await.len(), 0);
    at(&world, "2026-11-25T17:00:00Z").await;
    look(&world).await;
    let started = executions(&world, "night").await;
    assert_eq!((started.len(), started[0].trigger.as_str(), started[0].started_by.as_str()), (1, "schedule", "haetae"));
    world.reaches(ExecutionId(started[0].id), ExecutionStatus::Done).await;

    // Neither a restart nor a clock that was set back starts it again for the same moment.
    let world = world.restart().await;
    look(&world).await;
    at(&world, "2026-11-25T16:30:00Z").await;
    at(&world, "2026-11-25T17:00:00Z").await;
    assert_eq!(executions(&world, "night").await.len(), 1);
    at(&world, "2026-11-26T17:00:00Z").await;
    assert_eq!(executions(&world, "night").await.len(), 2);
    let last = trigger(&world, "night").await;
    assert_eq!(last.next_at, Some("2026-11-27T17:00:00Z".parse().unwrap()));
    assert_eq!(last.last.map(|last| last.result), Some(TriggerResult::Started));
}

#[tokio::test]
async fn what_was_missed_by_less_than_an_hour_runs_once_and_the_rest_is_told() {
    let world = world().await;
    at(&world, "2026-11-25T12:00:00Z").await;
    world.save(quick("night", nightly(json!({})))).await;
    look(&world).await;
    let Workspace { folder, clock, runner, host } = world;
    host.close().await;
    clock.advance("2026-11-27T17:45:00Z".parse::<Time>().unwrap() - clock.now());
    let host = Workspace::open(&folder, &clock, &runner).await.unwrap();
    let world = Workspace { folder, clock, runner, host };
    look(&world).await;
    assert_eq!(executions(&world, "night").await.len(), 1);
    let Workspace { folder, clock, runner, host } = world;
    host.close().await;
    clock.advance(TimeDelta::hours(26));
    let host = Workspace::open(&folder, &clock, &runner).await.unwrap();
    let world = Workspace { folder, clock, runner, host };
    look(&world).await;
    assert_eq!(executions(&world, "night").await.len(), 1);
    let last = trigger(&world, "night").await.last.unwrap();
    assert_eq!((last.result, last.code.as_deref()), (TriggerResult::Missed, Some("TRIGGER-MISSED")));
    assert_eq!(last.at, "2026-11-28T17:00:00Z".parse::<Time>().unwrap());
}

#[tokio::test]
async fn a_disabled_or_broken_playbook_is_not_started_and_says_so() {
    let world = world().await;
    at(&world, "2026-11-25T12:00:00Z").await;
    world.save(quick("off", nightly(json!({})))).await;
    world.save(quick("broken", nightly(json!({"inputs": [{"name": "days", "type": "number", "required": true}]})))).await;
    world.host.playbook_allow(&person("kim"), AllowPlaybook { id: "off".into(), enabled: Some(false), act_alone: None }).await.unwrap();
    look(&world).await;
    at(&world, "2026-11-25T17:00:00Z").await;
    assert_eq!((executions(&world, "off").await.len(), executions(&world, "broken").await.len()), (0, 0));
    assert_eq!(trigger(&world, "off").await.next_at, None);
    // Allowed again, it begins then.
    at(&world, "2026-11-25T17:10:00Z").await;
    world.host.playbook_allow(&person("kim"), AllowPlaybook { id: "off".into(), enabled: Some(true), act_alone: None }).await.unwrap();
    look(&world).await;
    assert_eq!(executions(&world, "off").await.len(), 0);
    let last = trigger(&world, "broken").await.last.unwrap();
    assert_eq!((last.result, last.code.as_deref()), (TriggerResult::Failed, Some("INPUT-MISSING")));
}

#[tokio::test]
async fn of_two_executions_with_one_key_the_second_is_left_out_or_waits() {
    let world = world().await;
    let inputs = json!([{"name": "host", "type": "string"}]);
    let keyed = |policy: &str| json!({"inputs": inputs, "concurrency": {"key": "{{ host }}", "policy": policy}});
    world.save(holding("skips", keyed("skip"))).await;
    world.save(holding("queues", keyed("queue"))).await;
    let first = world.start("skips", json!({"host": "web-01"})).await;
    let refused = world.try_start("skips", json!({"host": "web-01"})).await.unwrap_err();
    assert_eq!((refused.code.as_str(), refused.target), ("TRIGGER-RUNNING", Some(first.to_string())));
    world.start("skips", json!({"host": "web-02"})).await;
    world.start("skips", json!({})).await;
    world.start("skips", json!({})).await;

    let first = world.start("queues", json!({"host": "web-01"})).await;
    let second = world.start("queues", json!({"host": "web-01"})).await;
    let third = world.start("queues", json!({"host": "web-01"})).await;
    world.reaches(first, ExecutionStatus::Waiting).await;
    look(&world).await;
    assert_eq!(world.show(second).await.summary.status, ExecutionStatus::Queued);

    // Their turns survive a restart.
    let world = world.restart().await;
    look(&world).await;
    assert_eq!(world.show(second).await.summary.status, ExecutionStatus::Queued);
    let kim = person("kim");
    let cancel = |id: ExecutionId| world.host.execution_cancel(&kim, ExecutionRef { id: id.0 });
    cancel(first).await.unwrap();
    world.reaches(second, ExecutionStatus::Waiting).await;
    assert_eq!(world.show(third).await.summary.status, ExecutionStatus::Queued);
    cancel(second).await.unwrap();
    world.reaches(third, ExecutionStatus::Waiting).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_starts_at_once_give_one_execution() {
    let world = world().await;
    world.save(holding("skips", json!({"concurrency": {"key": "all"}}))).await;
    let starts = (0..8).map(|_| world.try_start("skips", json!({})));
    let mut started = 0;
    for start in futures_of(starts).await {
        match start {
            Ok(_) => started += 1,
            Err(error) => assert_eq!(error.code, "TRIGGER-RUNNING"),
        }
    }
    assert_eq!((started, executions(&world, "skips").await.len()), (1, 1));
}

/// Polls all at once.
async fn futures_of<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut pinned: Vec<_> = futures.map(|future| Some(Box::pin(future))).collect();
    let mut results: Vec<Option<F::Output>> = pinned.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (slot, result) in pinned.iter_mut().zip(&mut results) {
            if let Some(future) = slot
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                (*slot, *result) = (None, Some(output));
            }
        }
        if pinned.iter().all(Option::is_none) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    results.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_ticket_starts_what_its_rule_names_and_what_waits_for_it_each_once() {
    let world = world().await;
    let created = |when: &str| json!({"inputs": on_ticket(), "triggers": [{"on": "ticket_created", "when": when}]});
    world.save(holding("by-rule", created("true"))).await;
    world.save(quick("bad", created("ticket.severity == \"high\" and ticket.src_ip == \"45.83.64.1\""))).await;
    world.save(quick("other", created("ticket.severity == \"low\""))).await;
    assert_eq!(alert(&world, 11).await, 2);
    assert_eq!(executions(&world, "by-rule").await.len(), 1);
    let bad = executions(&world, "bad").await;
    assert_eq!((bad.len(), bad[0].trigger.as_str(), bad[0].ticket), (1, "ticket", Some(ticket(&world).await)));
    assert_eq!(executions(&world, "other").await.len(), 0);
    // The next event joins the ticket, which is not new any more.
    assert_eq!(alert(&world, 12).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_ticket_starts_what_waits_for_that_change() {
    let world = world().await;
    let changed = |when: &str| json!({"inputs": on_ticket(), "triggers": [{"on": "ticket_changed", "when": when}]});
    world.save(quick("closed", changed("ticket.status == \"closed\" and ticket.verdict == \"true_positive\""))).await;
    world.save(quick("merged", changed("change.kind == \"merged\""))).await;
    world.save(holding("asked", changed("contains(change.text, \"help\")"))).await;
    alert(&world, 11).await;
    let count = async |playbook: &str| executions(&world, playbook).await.len();
    assert_eq!((count("closed").await, count("merged").await, count("asked").await), (0, 0, 0));
    alert(&world, 12).await;
    assert_eq!(count("merged").await, 1);
    comment(&world, "please help").await;
    comment(&world, "no, thanks").await;
    assert_eq!(count("asked").await, 1);
    // One ticket starts a playbook once at a time, and what was left out says why.
    comment(&world, "help again").await;
    assert_eq!(count("asked").await, 1);
    let last = trigger(&world, "asked").await.last.unwrap();
    assert_eq!((last.result, last.execution), (TriggerResult::Skipped, Some(executions(&world, "asked").await[0].id)));
    let id = ticket(&world).await;
    world.host.ticket_assign(&person("kim"), AssignTicket { id, assignee: Some("lee".into()) }).await.unwrap();
    look(&world).await;
    assert_eq!(count("closed").await, 0);
    world.host.ticket_close(&person("kim"), CloseTicket { id, closed: true, verdict: Some(Verdict::TruePositive) }).await.unwrap();
    look(&world).await;
    look(&world).await;
    assert_eq!(count("closed").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_playbooks_write_never_goes_in_circles() {
    let world = world().await;
    let writes = |id: &str| {
        json!({"format": 1, "id": id, "inputs": on_ticket(), "triggers": [{"on": "ticket_changed"}],
            "tasks": {"note": {"type": "action", "app": "haetae", "command": "comment-ticket", "parameters": {"ticket": "{{ ticket.id }}", "text": id}}},
            "links": [{"from": "start", "to": "note"}]})
    };
    world.save(writes("ping")).await;
    world.save(writes("pong")).await;
    alert(&world, 11).await;
    comment(&world, "begin").await;
    // A person's comment starts both. Each one's comment may start the other once more, and there it ends.
    let settle = async || {
        for _ in 0..4 {
            world.host.all_settled().await.unwrap();
            look(&world).await;
        }
        (executions(&world, "ping").await, executions(&world, "pong").await)
    };
    let (ping, pong) = settle().await;
    assert!((1..=2).contains(&ping.len()) && (1..=2).contains(&pong.len()), "{} and {}", ping.len(), pong.len());
    let (later_ping, later_pong) = settle().await;
    assert_eq!((later_ping.len(), later_pong.len()), (ping.len(), pong.len()));
    assert!(later_ping.iter().chain(&later_pong).all(|execution| execution.status == ExecutionStatus::Done));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_block_whose_time_is_over_is_taken_off_and_told() {
    let world = world().await;
    alert(&world, 11).await;
    world
        .save(json!({"format": 1, "id": "block", "inputs": on_ticket(), "tasks": {"block": {"type": "action", "app": "haetae", "command": "add-to-blocklist",
            "parameters": {"artifact": "45.83.64.1", "reason": "bad", "days": 1, "ticket": "{{ ticket.id }}"}}}, "links": [{"from": "start", "to": "block"}]}))
        .await;
    world.host.playbook_allow(&person("kim"), AllowPlaybook { id: "block".into(), enabled: None, act_alone: Some(true) }).await.unwrap();
    let id = world.start("block", json!({"ticket": ticket(&world).await})).await;
    world.reaches(id, ExecutionStatus::Done).await;
    assert_eq!(world.host.blocklist_list().await.unwrap().entries.len(), 1);
    later(&world, TimeDelta::days(1) + TimeDelta::minutes(1)).await;
    assert_eq!(world.host.blocklist_list().await.unwrap().entries.len(), 0);
    let timeline = world.host.ticket_show(TicketRef { id: ticket(&world).await }).await.unwrap().timeline;
    let last = timeline.last().unwrap();
    assert_eq!((last.kind.as_str(), last.by.as_str(), last.text.as_str()), ("blocked", "haetae", "− 45.83.64.1"));
}
