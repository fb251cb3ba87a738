//! The host over a real data directory, with a fake clock and a runner that the test plays.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use engine::message::Review;
use host::clock::Clock;
use host::{Host, Options, Run};
use serde_json::{Value as Json, json};
use testkit::{Workspace, person};
use types::{ExecutionId, ExecutionStatus, TaskStatus};
use vault::Vault;
use wire::Caller;
use wire::casework::{CommentTicket, IngestEvents, ListTickets, TicketRef, TicketStatus, Verdict};
use wire::execution::{ExecutionDetail, ExecutionRef, ListQuestions, ListTransitions, QuestionRef, ReviewTask};
use wire::playbook::AllowPlaybook;
use wire::record::ListAudit;
use wire::workspace::{SettingsPatch, StopActions};

async fn world() -> Workspace {
    Workspace::with_connections(&["virustotal", "firewall", "edr"]).await
}

async fn settled(world: &Workspace, id: ExecutionId) -> ExecutionDetail {
    world.host.execution_settled(id).await.unwrap();
    world.show(id).await
}

fn kim() -> Caller {
    person("kim")
}

fn look(more: Json) -> Json {
    let mut task = json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "{{ ip }}"},
        "assign": {"score": "output.malicious"}});
    task.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    task
}

fn document(id: &str, tasks: Json, links: Json) -> Json {
    json!({"format": 1, "id": id, "inputs": [{"name": "ip", "type": "ip"}], "tasks": tasks, "links": links})
}

fn looking() -> Json {
    document("look", json!({"look": look(json!({}))}), json!([{"from": "start", "to": "look"}]))
}

fn asking() -> Json {
    document(
        "ask",
        json!({"ask": {"type": "approval", "name": "Really?", "question": "Look at {{ ip }}?", "deadline": "1h"}, "look": look(json!({}))}),
        json!([{"from": "start", "to": "ask"}, {"from": "ask", "outcome": "approved", "to": "look"}]),
    )
}

fn blocking(address: &str) -> Json {
    document(
        "block",
        json!({"block": {"type": "action", "app": "haetae", "command": "add-to-blocklist", "parameters": {"artifact": address, "reason": "bad", "days": 7}}}),
        json!([{"from": "start", "to": "block"}]),
    )
}

fn status_of(detail: &ExecutionDetail, task: &str) -> TaskStatus {
    detail.tasks.iter().find(|run| run.id.as_str() == task).unwrap().status
}

#[tokio::test]
async fn a_second_owner_is_refused_and_told_who_owns_it() {
    let world = world().await;
    let error = Workspace::open(&world.folder, &world.clock, &world.runner).await.err().unwrap();
    assert_eq!(error.code, "HOST-LOCKED");
    assert!(error.message.get(types::Language::En).contains(&std::process::id().to_string()));
}

#[tokio::test]
async fn a_playbook_runs_to_its_end() {
    let world = world().await;
    world.save(looking()).await;
    let id = world.start("look", json!({"ip": "45.83.64.1"})).await;
    let command = world.runner.next().await;
    assert_eq!((command.call.command.as_str(), &command.call.parameters["ip"]), ("ip-report", &json!("45.83.64.1")));
    command.give(json!({"malicious": 7}));
    let detail = settled(&world, id).await;
    assert_eq!((detail.summary.status, &detail.variables["score"]), (ExecutionStatus::Done, &json!(7)));
    let log = world.host.execution_log(ListTransitions { id: id.0, after: None }).await.unwrap();
    assert_eq!(log.entries.iter().map(|entry| entry.event.as_str()).collect::<Vec<_>>(), ["started", "task_succeeded"]);
}

#[tokio::test]
async fn a_playbook_with_errors_opens_and_does_not_run() {
    let world = world().await;
    world
        .save(document(
            "broken",
            json!({"f": {"type": "formula", "variable": "x", "expression": "1 +"}}),
            json!([{"from": "start", "to": "f"}]),
        ))
        .await;
    let listed = world.host.playbook_list().await.unwrap().playbooks.remove(0);
    assert!(listed.errors > 0);
    assert_eq!(world.try_start("broken", json!({})).await.unwrap_err().code, "PLAYBOOK-INVALID");
}

#[tokio::test]
async fn a_forbidden_playbook_and_a_missing_input_are_refused() {
    let world = world().await;
    let mut wanting = looking();
    wanting["inputs"][0]["required"] = json!(true);
    world.save(wanting).await;
    assert_eq!(world.try_start("look", json!({})).await.unwrap_err().code, "INPUT-MISSING");
    let forbid = AllowPlaybook { id: "look".into(), enabled: Some(false), act_alone: None };
    world.host.playbook_allow(&kim(), forbid).await.unwrap();
    assert_eq!(world.try_start("look", json!({})).await.unwrap_err().code, "PLAYBOOK-DISABLED");
}

#[tokio::test]
async fn of_two_answers_one_stands_and_the_other_sees_it() {
    let world = world().await;
    world.save(asking()).await;
    let id = world.start("ask", json!({"ip": "45.83.64.1"})).await;
    settled(&world, id).await;
    let question = world.question().await;
    let (first, second) = tokio::join!(
        world.answer(question, json!({"approved": false, "opinion": "no"}), "kim"),
        world.answer(question, json!({"approved": false, "opinion": "never"}), "lee"),
    );
    let (stood, refused) = if first.is_ok() { (first, second) } else { (second, first) };
    assert_eq!(stood, Ok(1));
    let error = refused.unwrap_err();
    assert_eq!(error.code, "CONFLICT");
    let decided = error.details.unwrap()["answered"]["by"].as_str().unwrap().to_owned();
    let shown = world.host.question_show(QuestionRef { id: question }).await.unwrap().answered.unwrap();
    assert_eq!(shown.by, decided);
}

#[tokio::test]
async fn a_waiting_execution_survives_a_restart_and_goes_on_where_it_was() {
    let world = world().await;
    world.save(asking()).await;
    let id = world.start("ask", json!({"ip": "45.83.64.1"})).await;
    settled(&world, id).await;
    let world = world.restart().await;
    let question = world.question().await;
    assert_eq!(world.answer(question, json!({"approved": true}), "kim").await, Ok(1));
    world.runner.next().await.give(json!({"malicious": 0}));
    assert_eq!(settled(&world, id).await.summary.status, ExecutionStatus::Done);
}

#[tokio::test]
async fn a_deadline_passes_across_a_restart() {
    let world = world().await;
    world.save(asking()).await;
    let id = world.start("ask", json!({"ip": "45.83.64.1"})).await;
    settled(&world, id).await;
    let world = world.restart().await;
    world.advance(TimeDelta::minutes(61));
    let detail = world.reaches(id, ExecutionStatus::Failed).await;
    assert_eq!(detail.summary.error_code.as_deref(), Some("ENGINE-EXPIRED"));
    assert_eq!(world.host.question_list(ListQuestions::default()).await.unwrap().groups, []);
}

#[tokio::test]
async fn an_interrupted_idempotent_command_is_done_again() {
    let world = world().await;
    world.save(looking()).await;
    let id = world.start("look", json!({"ip": "45.83.64.1"})).await;
    drop(world.runner.next().await);
    let world = world.restart().await;
    let again = world.runner.next().await;
    assert_eq!(again.cause.attempt, 2);
    again.give(json!({"malicious": 1}));
    assert_eq!(settled(&world, id).await.summary.status, ExecutionStatus::Done);
}

#[tokio::test]
async fn an_interrupted_command_that_is_not_idempotent_goes_to_a_person() {
    let world = world().await;
    let quarantine = json!({"type": "action", "app": "edr", "command": "quarantine", "parameters": {"hash": "d41d8cd98f00b204e9800998ecf8427e", "hosts": ["desk-1"]}});
    world.save(document("once", json!({"quarantine": quarantine}), json!([{"from": "start", "to": "quarantine"}]))).await;
    world.host.playbook_allow(&kim(), AllowPlaybook { id: "once".into(), enabled: None, act_alone: Some(true) }).await.unwrap();
    let id = world.start("once", json!({})).await;
    world.runner.next().await;
    let world = world.restart().await;
    let detail = world.reaches(id, ExecutionStatus::NeedsReview).await;
    assert_eq!(status_of(&detail, "quarantine"), TaskStatus::NeedsReview);
    assert_eq!(world.runner.waiting(), 0, "nothing is silently done twice");
    let reviews = world.host.question_list(ListQuestions::default()).await.unwrap().reviews;
    assert_eq!((reviews.len(), reviews[0].execution, reviews[0].task.as_str()), (1, id.0, "quarantine"));
    let decision = ReviewTask { id: id.0, task: "quarantine".into(), review: Review::Happened { output: json!({"ok": true}) } };
    let audit = async || world.host.audit_list(ListAudit::default()).await.unwrap().entries;
    let (lines, jobs) = (audit().await.len(), world.host.store().statistics().jobs);
    world.host.execution_review(&kim(), decision.clone()).await.unwrap();
    assert_eq!(world.host.store().statistics().jobs, jobs + 1, "the decision and what the audit says of it are one");
    let entries = audit().await;
    assert_eq!(
        (entries.len(), entries[0].operation.as_str(), entries[0].text.as_str()),
        (lines + 1, "execution.review", "quarantine happened")
    );
    world.host.execution_review(&kim(), decision).await.unwrap_err();
    assert_eq!(audit().await.len(), lines + 1, "what was refused was not decided");
    assert_eq!(settled(&world, id).await.summary.status, ExecutionStatus::Done);
}

#[tokio::test]
async fn not_more_than_the_limit_start_and_waiting_ones_give_their_place_away() {
    let world = world().await;
    world.save(looking()).await;
    world.save(asking()).await;
    world.host.settings_save(&kim(), SettingsPatch { execution_limit: Some(2), ..Default::default() }).await.unwrap();
    for _ in 0..3 {
        let id = world.start("ask", json!({"ip": "45.83.64.1"})).await;
        assert_eq!(settled(&world, id).await.summary.status, ExecutionStatus::Waiting);
    }
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(world.start("look", json!({"ip": "45.83.64.1"})).await);
    }
    let (first, _second) = (world.runner.next().await, world.runner.next().await);
    assert_eq!(first.cause.execution, ids[0]);
    assert_eq!(world.show(ids[2]).await.summary.status, ExecutionStatus::Queued);
    assert_eq!(world.runner.waiting(), 0);
    first.give(json!({}));
    assert_eq!(world.runner.next().await.cause.execution, ids[2], "the queue is fair");
}

#[tokio::test]
async fn what_is_cancelled_in_the_queue_never_starts_even_in_the_moment_of_its_turn() {
    let world = world().await;
    world.save(looking()).await;
    world.host.settings_save(&kim(), SettingsPatch { execution_limit: Some(1), ..Default::default() }).await.unwrap();
    for turn in 0..250 {
        world.start("look", json!({"ip": "45.83.64.1"})).await;
        let running = world.runner.next().await;
        let next = world.start("look", json!({"ip": "45.83.64.1"})).await;
        running.give(json!({}));
        // Its turn comes while somebody cancels it, a little later each time.
        let moment = Instant::now() + Duration::from_micros(10 * turn);
        while Instant::now() < moment {
            tokio::task::yield_now().await;
        }
        world.host.execution_cancel(&kim(), ExecutionRef { id: next.0 }).await.unwrap();
        let status = loop {
            if world.runner.waiting() > 0 {
                world.runner.next().await.give(json!({}));
            }
            let status = world.show(next).await.summary.status;
            if status.is_final() {
                break status;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(status, ExecutionStatus::Cancelled, "turn {turn}");
    }
}

#[tokio::test]
async fn stopping_all_actions_holds_what_runs_and_releasing_lets_it_go_on() {
    let world = world().await;
    world
        .save(document(
            "two",
            json!({"first": look(json!({})), "second": look(json!({}))}),
            json!([{"from": "start", "to": "first"}, {"from": "first", "to": "second"}]),
        ))
        .await;
    let id = world.start("two", json!({"ip": "45.83.64.1"})).await;
    let first = world.runner.next().await;
    world.host.actions_stop(&kim(), StopActions { stopped: true }).await.unwrap();
    world.reaches(id, ExecutionStatus::Paused).await;
    first.give(json!({}));
    world.until(id, |detail| status_of(detail, "first") == TaskStatus::Done).await;
    assert_eq!(world.runner.waiting(), 0);
    assert_eq!(world.host.execution_resume(&kim(), ExecutionRef { id: id.0 }).await.unwrap_err().code, "ACTIONS-STOPPED");
    let world = world.restart().await;
    world.host.actions_stop(&kim(), StopActions { stopped: false }).await.unwrap();
    world.runner.next().await.give(json!({}));
    assert_eq!(settled(&world, id).await.summary.status, ExecutionStatus::Done);
}

#[tokio::test]
async fn a_cancelled_execution_ends_when_its_command_has_reported() {
    let world = world().await;
    world.save(looking()).await;
    let id = world.start("look", json!({"ip": "45.83.64.1"})).await;
    let command = world.runner.next().await;
    world.host.execution_cancel(&kim(), ExecutionRef { id: id.0 }).await.unwrap();
    command.give(json!({"malicious": 3}));
    let detail = world.reaches(id, ExecutionStatus::Cancelled).await;
    assert_eq!(status_of(&detail, "look"), TaskStatus::Done);
}

#[tokio::test]
async fn a_destructive_command_waits_for_a_person_and_is_refused_for_private_addresses() {
    let world = world().await;
    world.save(blocking("45.83.64.1")).await;
    let id = world.start("block", json!({})).await;
    assert_eq!(settled(&world, id).await.summary.status, ExecutionStatus::Waiting);
    let question = world.question().await;
    assert_eq!(world.answer(question, json!({"approved": true}), "kim").await.unwrap_err().code, "QUESTION-HASH");
    let shown = world.host.question_show(QuestionRef { id: question }).await.unwrap();
    let kind = serde_json::to_value(&shown.question.kind).unwrap();
    assert_eq!((shown.releases.len(), kind["kind"].as_str()), (1, Some("gate")));
    world.answer(question, json!({"approved": true, "hash": kind["hash"]}), "kim").await.unwrap();
    assert_eq!(world.reaches(id, ExecutionStatus::Done).await.summary.status, ExecutionStatus::Done);
    let entry = world.host.blocklist_list().await.unwrap().entries.remove(0);
    assert_eq!((entry.artifact.value.as_str(), entry.expires_at), ("45.83.64.1", world.clock.now() + TimeDelta::days(7)));

    let private = Run { document: blocking("10.1.2.3"), trigger: "person", ..Run::default() };
    let id = world.host.execution_queue(&kim(), private).await.unwrap();
    world.reaches(id, ExecutionStatus::Waiting).await;
    let question = world.question().await;
    let shown = world.host.question_show(QuestionRef { id: question }).await.unwrap();
    let hash = serde_json::to_value(&shown.question.kind).unwrap()["hash"].clone();
    world.answer(question, json!({"approved": true, "hash": hash}), "kim").await.unwrap();
    let detail = world.reaches(id, ExecutionStatus::Failed).await;
    assert_eq!(detail.summary.error_code.as_deref(), Some("BLOCK-REFUSED"));
}

#[tokio::test]
async fn a_vendors_block_of_our_own_addresses_never_leaves_the_host() {
    let world = world().await;
    let block = json!({"block": {"type": "action", "app": "firewall", "command": "add-address", "parameters": {"address": "192.168.1.1"}}});
    world.save(document("wall", block, json!([{"from": "start", "to": "block"}]))).await;
    world.host.playbook_allow(&kim(), AllowPlaybook { id: "wall".into(), enabled: None, act_alone: Some(true) }).await.unwrap();
    let id = world.start("wall", json!({})).await;
    assert_eq!(settled(&world, id).await.summary.error_code.as_deref(), Some("BLOCK-REFUSED"));
    assert_eq!(world.runner.waiting(), 0);
}

const ALERT: &str = r#"{"timestamp":"2026-11-21T05:11:40.000000+0000","event_type":"alert","src_ip":"45.83.64.1","src_port":80,"dest_ip":"10.20.30.17","dest_port":49200,"proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":9000001,"rev":1,"signature":"TEST MALWARE loader","category":"A Network Trojan was detected","severity":1}}"#;

const RULES: &str =
    r#"{"format": 1, "rules": [{"name": "test", "when": {"signature": "TEST *"}, "ticket": {"type": "malware", "playbook": "care"}}]}"#;

fn caring() -> Json {
    json!({"format": 1, "id": "care", "inputs": [{"name": "ticket", "type": "ticket", "required": true}], "tasks": {
        "judge": {"type": "input", "name": "Judge", "question": "Is {{ ticket.src_ip }} bad?", "kind": "boolean", "variable": "bad"},
        "note": {"type": "action", "app": "haetae", "command": "comment-ticket", "parameters": {"ticket": "{{ ticket.id }}", "text": "judged: {{ bad }}"}},
        "report": {"type": "action", "app": "haetae", "command": "write-report", "parameters": {"ticket": "{{ ticket.id }}"}},
        "close": {"type": "action", "app": "haetae", "command": "close-ticket", "parameters": {"ticket": "{{ ticket.id }}", "verdict": "true_positive"}}
    }, "links": [{"from": "start", "to": "judge"}, {"from": "judge", "to": "note"}, {"from": "note", "to": "report"}, {"from": "report", "to": "close"}]})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_becomes_a_ticket_a_question_and_a_report() {
    let world = world().await;
    world.save(caring()).await;
    std::fs::write(world.folder.path().join("ticket-rules.json"), RULES).unwrap();
    let alerts = world.folder.path().join("alerts.json");
    std::fs::write(&alerts, format!("{ALERT}\nnot json\n{ALERT}\n")).unwrap();
    let request = || IngestEvents { files: vec![alerts.display().to_string()], run: Some(true) };
    let report = world.host.event_ingest(&kim(), request()).await.unwrap();
    assert_eq!((report.stored, report.duplicates, report.rejected), (1, 1, 1));
    assert_eq!((report.tickets_opened, report.tickets_merged, report.executions_started), (1, 0, 1));
    let again = world.host.event_ingest(&kim(), request()).await.unwrap();
    assert_eq!((again.stored, again.tickets_opened, again.executions_started), (0, 0, 0));

    let question = world.question().await;
    let shown = world.host.question_show(QuestionRef { id: question }).await.unwrap();
    assert_eq!(shown.summary.text.get(types::Language::En), "Is 45.83.64.1 bad?");
    world.answer(question, json!({"value": true}), "lee").await.unwrap();
    world.host.all_settled().await.unwrap();
    let ticket = world.host.ticket_list(ListTickets::default()).await.unwrap().tickets.remove(0);
    let detail = world.host.ticket_show(TicketRef { id: ticket.id }).await.unwrap();
    assert_eq!((detail.summary.status, detail.summary.verdict), (TicketStatus::Closed, Some(Verdict::TruePositive)));
    assert_eq!((detail.events.len(), detail.executions[0].status), (1, ExecutionStatus::Done));
    let kinds: Vec<_> = detail.timeline.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["opened", "execution", "comment", "report", "closed", "execution"]);
    let report = detail.report.unwrap();
    for part in ["# Incident report: ", "👤 lee", "⚙ automatic", "judged: true", "| ip | `45.83.64.1` |"] {
        assert!(report.contains(part), "{part} is missing in:\n{report}");
    }
}

#[tokio::test]
async fn a_comment_is_in_the_timeline_and_an_empty_one_is_refused() {
    let world = world().await;
    let error = world.host.ticket_comment(&kim(), CommentTicket { id: 1, text: " ".into() }).await.unwrap_err();
    assert_eq!(error.code, "INVALID");
    let error = world.host.ticket_comment(&kim(), CommentTicket { id: 1, text: "hello".into() }).await.unwrap_err();
    assert_eq!(error.code, "NOT-FOUND");
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let world = world().await;
    for patch in [
        SettingsPatch { execution_limit: Some(0), ..Default::default() },
        SettingsPatch { operator: Some("  ".into()), ..Default::default() },
        SettingsPatch { never_block: Some(vec!["not an address!".into()]), ..Default::default() },
        SettingsPatch { time_zone: Some("Mars/Base".into()), ..Default::default() },
    ] {
        assert_eq!(world.host.settings_save(&kim(), patch).await.unwrap_err().code, "INVALID");
    }
    let saved = world.host.settings_save(&kim(), SettingsPatch { operator: Some("박".into()), ..Default::default() }).await.unwrap();
    assert_eq!((saved.operator.as_str(), saved.execution_limit), ("박", 8));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_comes_and_goes_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let options = || Options { vault: Some(Vault::in_memory()), operator: Some("kim".into()), ..Options::new(folder.path()) };
    let host = Host::open(options()).await.unwrap();
    assert!(host.workspace_show().await.unwrap().empty);
    let loaded = host.sample_load(&kim()).await.unwrap();
    assert_eq!(loaded.playbooks, 3);
    assert!(loaded.tickets > 0 && loaded.executions > 0 && loaded.assets > 0, "{loaded:?}");
    assert_eq!(host.sample_load(&kim()).await.unwrap_err().code, "SAMPLE-LOADED");
    host.all_settled().await.unwrap();
    let workspace = host.workspace_show().await.unwrap();
    assert!(workspace.sample && workspace.counts.work > 0, "{workspace:?}");
    let removed = host.sample_remove(&kim()).await.unwrap();
    assert_eq!((removed.playbooks, removed.tickets), (loaded.playbooks, loaded.tickets));
    let workspace = host.workspace_show().await.unwrap();
    assert!(workspace.empty && !workspace.sample, "{workspace:?}");
    assert_eq!(host.events().unwrap().count().unwrap(), 0);
    assert_eq!(host.asset_list().await.unwrap().assets, []);
    assert!(!folder.path().join("sample").exists());
}

#[tokio::test]
async fn a_host_that_does_not_run_leaves_executions_queued() {
    let folder = tempfile::tempdir().unwrap();
    let options = |run_executions| Options {
        run_executions,
        vault: Some(Vault::in_memory()),
        operator: Some("kim".into()),
        ..Options::new(folder.path())
    };
    let formula =
        document("f", json!({"f": {"type": "formula", "variable": "x", "expression": "1 + 1"}}), json!([{"from": "start", "to": "f"}]));
    let host = Host::open(options(false)).await.unwrap();
    let id = host.execution_queue(&kim(), Run { document: formula, trigger: "person", ..Run::default() }).await.unwrap();
    assert_eq!(host.execution_show(ExecutionRef { id: id.0 }).await.unwrap().summary.status, ExecutionStatus::Queued);
    host.close().await;
    let host = Host::open(options(true)).await.unwrap();
    assert_eq!(host.execution_settled(id).await.unwrap(), ExecutionStatus::Done);
}
