//! The record of what was done: search, filters, views, export, retention, figures, decisions, reports.

use chrono::TimeDelta;
use engine::message::Answer;
use serde_json::{Value as Json, json};
use testkit::{Workspace, person, start};
use types::{ExecutionId, ExecutionStatus, Language, TaskStatus, Text};
use wire::casework::{IngestEvents, ListTickets};
use wire::execution::{ExecutionPage, ListExecutions, StartExecution};
use wire::record::{
    ExecutionMatch, ExecutionSort, ExportExecutions, ExportFormat, KeepExecutions, ListAudit, ListDecisions, ListViews, ManyExecutions,
    MatchField, PurgeStorage, ReportFormat, Retention, SaveView, ShowMetrics, ShowStorage, ShowValue, TaskFilter, ValueField, WriteReport,
};
use wire::{Caller, Door};

const ALERT: &str = r#"{"timestamp":"2026-11-21T05:11:40.000000+0000","event_type":"alert","src_ip":"45.83.64.1","src_port":80,"dest_ip":"10.20.30.17","dest_port":49200,"proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":9000001,"rev":1,"signature":"TEST MALWARE loader","category":"A Network Trojan was detected","severity":1}}"#;

const RULES: &str = r#"{"format": 1, "rules": [{"name": "test", "when": {"signature": "TEST *"}, "ticket": {"type": "malware"}}]}"#;

async fn world() -> Workspace {
    let world = Workspace::with_connections(&["virustotal"]).await;
    world.save(looking()).await;
    world.save(asking()).await;
    world
}

fn action() -> Json {
    json!({"type": "action", "app": "virustotal", "command": "ip-report", "name": {"ko": "평판 조회", "en": "Reputation"},
        "parameters": {"ip": "{{ ip }}"}})
}

fn looking() -> Json {
    json!({"format": 1, "id": "look", "name": {"ko": "평판", "en": "Look"}, "manual": "10m", "inputs": [{"name": "ip", "type": "ip"}],
        "tasks": {"look": action()}, "links": [{"from": "start", "to": "look"}]})
}

fn asking() -> Json {
    json!({"format": 1, "id": "ask", "inputs": [{"name": "ip", "type": "ip"}],
        "tasks": {"ask": {"type": "approval", "question": "{{ ip }} 주소를 볼까요?"}, "look": action()},
        "links": [{"from": "start", "to": "ask"}, {"from": "ask", "outcome": "approved", "to": "look"}]})
}

async fn look(world: &Workspace, ip: &str, output: Json) -> ExecutionId {
    let id = world.start("look", json!({"ip": ip})).await;
    world.runner.next().await.give(output);
    world.reaches(id, ExecutionStatus::Done).await;
    id
}

async fn look_in_vain(world: &Workspace, code: &str) -> ExecutionId {
    let id = world.start("look", json!({"ip": "192.0.2.1"})).await;
    world.runner.next().await.fail(code);
    world.reaches(id, ExecutionStatus::Failed).await;
    id
}

async fn decide(world: &Workspace, ip: &str, opinion: &str, by: &str) -> ExecutionId {
    let id = world.start("ask", json!({"ip": ip})).await;
    world.reaches(id, ExecutionStatus::Waiting).await;
    world.advance(TimeDelta::minutes(5));
    world.answer(world.question().await, json!({"approved": false, "opinion": opinion}), by).await.unwrap();
    world.reaches(id, ExecutionStatus::Done).await;
    id
}

async fn list(world: &Workspace, list: ListExecutions) -> ExecutionPage {
    world.host.catch_up_index().await.unwrap();
    world.host.execution_list(list).await.unwrap()
}

async fn ids(world: &Workspace, filter: ListExecutions) -> Vec<i64> {
    list(world, filter).await.executions.iter().map(|execution| execution.id).collect()
}

async fn search(world: &Workspace, text: &str) -> (Vec<i64>, Vec<ExecutionMatch>) {
    let page = list(world, ListExecutions { search: Some(text.to_owned()), ..Default::default() }).await;
    (page.executions.iter().map(|execution| execution.id).collect(), page.matches)
}

fn marked(found: &ExecutionMatch) -> Vec<String> {
    let units: Vec<u16> = found.snippet.encode_utf16().collect();
    found.marks.iter().map(|(from, to)| String::from_utf16(&units[*from as usize..*to as usize]).unwrap()).collect()
}

fn kim() -> Caller {
    person("kim")
}

#[tokio::test]
async fn a_search_says_which_task_and_field_has_it() {
    let world = world().await;
    let bad = look(&world, "45.83.64.1", json!({"owner": "Evil Corp", "hits": [{"host": "c2.bad.example"}]})).await;
    let other = look(&world, "198.51.100.7", json!({"owner": "Good"})).await;
    let failed = look_in_vain(&world, "APP-429").await;
    let decided = decide(&world, "203.0.113.9", "오탐으로 보임", "lee").await;

    let (found, matches) = search(&world, "c2.bad").await;
    assert_eq!(found, [bad.0]);
    assert_eq!(
        (matches[0].field, matches[0].task.as_deref(), matches[0].path.as_str()),
        (MatchField::Output, Some("look"), "hits[0].host")
    );
    assert_eq!((matches[0].task_name.as_ref().unwrap().get(Language::Ko), marked(&matches[0])), ("평판 조회", vec!["c2.bad".to_owned()]));

    assert_eq!(search(&world, "5.83.6").await.0, [bad.0]);
    assert_eq!(search(&world, "app-429").await.1[0].field, MatchField::Error);
    assert_eq!(search(&world, "APP-429").await.0, [failed.0]);
    // A Korean word of two syllables, inside a longer one.
    let (found, matches) = search(&world, "오탐").await;
    assert_eq!((found, matches[0].field), (vec![decided.0], MatchField::Opinion));
    assert_eq!(search(&world, "주소를").await.1[0].field, MatchField::Question);
    // Every word has to occur, in whichever field; a phrase as it stands.
    assert_eq!(search(&world, "evil 45.83").await.0, [bad.0]);
    assert_eq!(search(&world, "evil 198.51").await.0, [] as [i64; 0]);
    assert_eq!(search(&world, "\"evil corp\"").await.0, [bad.0]);
    assert_eq!(search(&world, "\"corp evil\"").await.0, [] as [i64; 0]);
    // The grams of both addresses together are not the address.
    assert_eq!(search(&world, "198.83.64").await.0, [] as [i64; 0]);
    assert_eq!(search(&world, &other.to_string()).await.0, [other.0]);
}

#[tokio::test]
async fn the_index_follows_an_execution_and_is_made_anew_when_its_file_is_gone() {
    let world = world().await;
    let id = world.start("ask", json!({"ip": "45.83.64.1"})).await;
    world.reaches(id, ExecutionStatus::Waiting).await;
    assert_eq!(search(&world, "later words").await.0, [] as [i64; 0]);
    world.answer(world.question().await, json!({"approved": false, "opinion": "later words"}), "kim").await.unwrap();
    world.reaches(id, ExecutionStatus::Done).await;
    assert_eq!(search(&world, "later words").await.0, [id.0]);

    let Workspace { folder, clock, runner, host } = world;
    host.close().await;
    std::fs::write(folder.path().join("search.db"), b"damaged").unwrap();
    let host = Workspace::open(&folder, &clock, &runner).await.unwrap();
    let world = Workspace { folder, clock, runner, host };
    assert_eq!(search(&world, "later words").await.0, [id.0]);
}

#[tokio::test]
async fn pages_of_a_search_neither_miss_nor_repeat() {
    let world = world().await;
    let mut all = Vec::new();
    for number in 0..7 {
        all.push(look(&world, "45.83.64.1", json!({"number": number})).await.0);
    }
    all.reverse();
    let mut seen = Vec::new();
    let mut next = Some(0);
    while let Some(offset) = next {
        let page =
            list(&world, ListExecutions { search: Some("45.83.64.1".into()), offset: Some(offset), limit: Some(3), ..Default::default() })
                .await;
        seen.extend(page.executions.iter().map(|execution| execution.id));
        next = page.next_offset;
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn lists_are_filtered_and_sorted() {
    let world = world().await;
    let short = look(&world, "45.83.64.1", json!({})).await;
    let failed = look_in_vain(&world, "APP-429").await;
    world.advance(TimeDelta::hours(1));
    let decided = decide(&world, "203.0.113.9", "no", "lee").await;
    let long = world.start("look", json!({"ip": "192.0.2.1"})).await;
    let command = world.runner.next().await;
    world.advance(TimeDelta::minutes(30));
    command.give(json!({}));
    world.reaches(long, ExecutionStatus::Done).await;

    let all = ListExecutions::default;
    assert_eq!(ids(&world, ListExecutions { playbooks: Some(vec!["ask".into(), "none".into()]), ..all() }).await, [decided.0]);
    assert_eq!(ids(&world, ListExecutions { error_code: Some("APP-429".into()), ..all() }).await, [failed.0]);
    assert_eq!(ids(&world, ListExecutions { queued_from: Some(start() + TimeDelta::hours(1)), ..all() }).await, [long.0, decided.0]);
    assert_eq!(ids(&world, ListExecutions { ended_to: Some(start() + TimeDelta::minutes(1)), ..all() }).await, [failed.0, short.0]);
    assert_eq!(ids(&world, ListExecutions { version: Some(2), ..all() }).await, [] as [i64; 0]);
    assert_eq!(ids(&world, ListExecutions { trigger: Some(vec!["ticket".into()]), ..all() }).await, [] as [i64; 0]);
    assert_eq!(ids(&world, ListExecutions { started_by: Some("kim".into()), ..all() }).await.len(), 4);
    let task =
        |task: Option<&str>, status: TaskStatus| TaskFilter { task: task.map(str::to_owned), status: Some(vec![status]), error_code: None };
    assert_eq!(ids(&world, ListExecutions { task: Some(task(Some("look"), TaskStatus::Failed)), ..all() }).await, [failed.0]);
    assert_eq!(ids(&world, ListExecutions { task: Some(task(Some("look"), TaskStatus::Done)), ..all() }).await, [long.0, short.0]);
    assert_eq!(ids(&world, ListExecutions { task: Some(task(None, TaskStatus::Failed)), ..all() }).await, [failed.0]);
    let by = |sort| ListExecutions { sort: Some(sort), limit: Some(1), ..all() };
    assert_eq!(ids(&world, by(ExecutionSort::Duration)).await, [long.0]);
    assert_eq!(ids(&world, ListExecutions { ascending: Some(true), ..by(ExecutionSort::Started) }).await, [short.0]);
    let page = list(&world, ListExecutions { limit: Some(3), ..all() }).await;
    assert_eq!((page.total, page.exact, page.next_offset), (4, true, Some(3)));
}

#[tokio::test]
async fn a_view_has_a_name_of_its_own_on_its_screen() {
    let world = world().await;
    let view =
        |id, screen: &str, name: &str| SaveView { id, screen: screen.into(), name: name.into(), filter: json!({"status": ["failed"]}) };
    let saved = world.host.view_save(&kim(), view(None, "executions", " Failures ")).await.unwrap();
    assert_eq!((saved.name.as_str(), saved.saved_by.as_str()), ("Failures", "kim"));
    assert_eq!(world.host.view_save(&kim(), view(None, "executions", "Failures")).await.unwrap_err().code, "VIEW-NAME");
    world.host.view_save(&kim(), view(None, "tickets", "Failures")).await.unwrap();
    world.host.view_save(&kim(), view(Some(saved.id), "executions", "Failed")).await.unwrap();
    let views = world.host.view_list(ListViews { screen: "executions".into() }).await.unwrap().views;
    assert_eq!(views.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(), ["Failed"]);
    world.host.view_delete(wire::record::ViewRef { id: saved.id }).await.unwrap();
    assert_eq!(world.host.view_save(&kim(), view(Some(saved.id), "executions", "x")).await.unwrap_err().code, "NOT-FOUND");
}

#[tokio::test]
async fn an_export_holds_every_row_as_text_or_in_a_file() {
    let world = world().await;
    let mut hostile = looking();
    hostile["id"] = json!("hostile");
    hostile["name"] = json!("=HYPERLINK(\"http://bad\")");
    world.save(hostile).await;
    for _ in 0..3 {
        look(&world, "45.83.64.1", json!({})).await;
    }
    let id = world.start("hostile", json!({"ip": "192.0.2.1"})).await;
    world.runner.next().await.give(json!({}));
    world.reaches(id, ExecutionStatus::Done).await;

    let export = |format, filter, path| ExportExecutions { filter, format, language: Some(Language::Ko), path };
    let first = ListExecutions { limit: Some(2), ..Default::default() };
    let page = world.host.execution_export(&kim(), export(ExportFormat::Csv, first, None)).await.unwrap();
    assert_eq!((page.rows, page.next_offset), (2, Some(2)));
    let text = page.text.unwrap();
    assert!(text.starts_with("\u{feff}번호,상태,"), "{text}");
    assert!(text.contains(",\"'=HYPERLINK(\"\"http://bad\"\")\","), "{text}");

    let file = world.folder.path().join("out.json");
    let path = Some(file.display().to_string());
    let written = world.host.execution_export(&kim(), export(ExportFormat::Json, Default::default(), path.clone())).await.unwrap();
    assert_eq!((written.rows, written.text), (4, None));
    let rows: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(rows.iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>(), [4, 3, 2, 1]);

    let remote = Caller { name: "kim".into(), door: Door::Http };
    let refused = world.host.execution_export(&remote, export(ExportFormat::Json, Default::default(), path)).await.unwrap_err();
    assert_eq!(refused.code, "EXPORT-DOOR");
    let nowhere = Some(world.folder.path().join("none/out.csv").display().to_string());
    let refused = world.host.execution_export(&kim(), export(ExportFormat::Csv, Default::default(), nowhere)).await.unwrap_err();
    assert_eq!(refused.code, "EXPORT-FILE");
    let audit = world.host.audit_list(ListAudit { operation: Some("execution.export".into()), ..Default::default() }).await.unwrap();
    assert_eq!((audit.total, audit.entries[1].by.as_str()), (2, "kim"));
}

#[tokio::test]
async fn retention_deletes_what_is_old_and_nothing_that_is_needed() {
    let world = world().await;
    let long = "x".repeat(200_000);
    let mut old = Vec::new();
    for _ in 0..20 {
        old.push(look(&world, "45.83.64.1", json!({"long": long})).await);
    }
    let kept = look(&world, "45.83.64.1", json!({"mark": "kept"})).await;
    let decided = decide(&world, "203.0.113.9", "no", "lee").await;
    let waiting = world.start("ask", json!({"ip": "192.0.2.1"})).await;
    world.reaches(waiting, ExecutionStatus::Waiting).await;
    world.host.catch_up_index().await.unwrap();
    world.host.execution_keep(&kim(), KeepExecutions { ids: vec![kept.0], keep: true }).await.unwrap();
    assert_eq!(ids(&world, ListExecutions { kept: Some(true), ..Default::default() }).await, [kept.0]);
    world.advance(TimeDelta::days(31));
    let young = look(&world, "45.83.64.1", json!({})).await;
    // The background has had its turn of this day.
    assert_eq!(world.host.storage_purge(&kim(), PurgeStorage::default()).await.unwrap().executions, 0);

    let retention = Retention { done_days: Some(30), failed_days: Some(30), cancelled_days: None };
    world.host.retention_save(&kim(), retention.clone()).await.unwrap();
    let refused = world.host.retention_save(&kim(), Retention { done_days: Some(0), ..retention }).await.unwrap_err();
    assert_eq!(refused.code, "INVALID");
    let preview = world.host.storage_purge(&kim(), PurgeStorage { preview: true, retention: None }).await.unwrap();
    assert_eq!((preview.executions, preview.kept_by_mark, preview.deleted), (21, 1, false));
    let purged = world.host.storage_purge(&kim(), PurgeStorage::default()).await.unwrap();
    assert_eq!((purged.executions, purged.deleted), (21, true));
    assert_eq!(ids(&world, ListExecutions::default()).await, [young.0, waiting.0, kept.0]);
    assert_eq!(search(&world, "203.0.113").await.0, [] as [i64; 0]);
    // What was decided stays in the audit.
    let audit = world.host.audit_list(ListAudit { search: Some("\"by\":\"lee\"".into()), ..Default::default() }).await.unwrap();
    assert_eq!(audit.entries[0].target.as_deref(), Some(decided.to_string().as_str()));

    let file = || std::fs::metadata(world.folder.path().join("haetae.db")).unwrap().len();
    let storage = world.host.storage_show(ShowStorage { tables: Some(true) }).await.unwrap();
    assert!(storage.free_bytes > 20 * 200_000, "{storage:?}");
    assert!(storage.tables.unwrap().iter().any(|table| table.name == "journal" && table.rows > 0 && table.bytes > 0));
    world.host.store().checkpoint().await.unwrap();
    let before = file();
    let report = world.host.storage_compact(&kim()).await.unwrap();
    assert!(before - file() > 20 * 200_000, "{before} to {}, {report:?}", file());
    assert!(world.host.storage_show(ShowStorage::default()).await.unwrap().free_bytes < 200_000);
    // The kept one is as it was.
    let value = ShowValue {
        id: kept.0,
        task: "look".into(),
        field: ValueField::Output,
        attempt: None,
        item: None,
        path: Some("/mark".into()),
        offset: None,
        limit: None,
    };
    assert_eq!(world.host.execution_value(value).await.unwrap().value, json!("kept"));
}

#[tokio::test]
async fn every_figure_opens_the_rows_behind_it() {
    let world = world().await;
    for minutes in [1, 3] {
        let id = world.start("look", json!({"ip": "45.83.64.1"})).await;
        let command = world.runner.next().await;
        world.advance(TimeDelta::minutes(minutes));
        command.give(json!({}));
        world.reaches(id, ExecutionStatus::Done).await;
    }
    look_in_vain(&world, "APP-429").await;
    decide(&world, "203.0.113.9", "no", "lee").await;
    world.advance(TimeDelta::minutes(1));
    world.host.catch_up_index().await.unwrap();
    let metrics = world.host.execution_metrics(ShowMetrics::default()).await.unwrap();

    let minute = 60_000;
    let executions = &metrics.executions;
    assert_eq!(
        (executions.count, executions.mean_ms, executions.median_ms, executions.p90_ms),
        (3, Some(3 * minute), Some(3 * minute), Some(5 * minute))
    );
    assert_eq!((metrics.automatic_ms, metrics.human_ms), (4 * minute, 5 * minute));
    let saved = &metrics.saved;
    assert_eq!(
        (saved.count, saved.manual_ms, saved.saved_ms, saved.playbooks.as_slice()),
        (2, 20 * minute, 20 * minute, &["look".to_owned()][..])
    );
    assert_eq!((metrics.slowest[0].task.as_str(), metrics.slowest[0].runs), ("look", 3));
    let failing: Vec<_> = metrics.failing.iter().map(|task| (task.task.as_str(), task.failed, task.error_code.as_deref())).collect();
    assert!(failing.contains(&("look", 1, Some("APP-429"))), "{failing:?}");
    for status in &metrics.statuses {
        assert_eq!(list(&world, status.filter.clone()).await.total, status.count, "{status:?}");
    }
    let of_days: u32 = metrics.days.iter().flat_map(|day| &day.statuses).map(|status| status.count).sum();
    assert_eq!((of_days, metrics.behind), (4, 0));
    for task in &metrics.failing {
        assert_eq!(list(&world, task.filter.clone()).await.total, task.failed, "{task:?}");
    }
    assert_eq!(list(&world, saved.filter.clone()).await.total, saved.count);
    assert_eq!(list(&world, executions.filter.clone()).await.total, executions.count);
    let refused = world.host.execution_metrics(ShowMetrics { from: Some(start()), to: Some(start()), playbook: None }).await.unwrap_err();
    assert_eq!(refused.code, "INVALID");
}

#[tokio::test]
async fn decisions_are_found_by_who_and_by_what() {
    let world = world().await;
    let first = decide(&world, "203.0.113.9", "오탐으로 보임", "lee").await;
    let second = decide(&world, "203.0.113.10", "no", "kim").await;
    let history = |list| world.host.question_history(list);
    let all = history(ListDecisions::default()).await.unwrap();
    assert_eq!(all.decisions.iter().map(|decision| decision.execution).collect::<Vec<_>>(), [second.0, first.0]);
    assert!(matches!(&all.decisions[1].answer, Answer::Approval { approved: false, opinion, .. } if opinion == "오탐으로 보임"));
    assert_eq!((all.decisions[1].at - all.decisions[1].asked_at, all.decisions[1].by.as_str()), (TimeDelta::minutes(5), "lee"));
    let mine = history(ListDecisions { mine: Some(true), ..Default::default() }).await.unwrap();
    assert_eq!((mine.total, mine.decisions[0].by.as_str()), (1, "kim"));
    let found = history(ListDecisions { search: Some("오탐".into()), ..Default::default() }).await.unwrap();
    assert_eq!((found.total, found.decisions[0].execution), (1, first.0));
    let later = history(ListDecisions { from: Some(all.decisions[0].at), ..Default::default() }).await.unwrap();
    assert_eq!((later.total, later.decisions[0].execution), (1, second.0));
}

#[tokio::test]
async fn a_value_beyond_its_preview_is_read_in_parts() {
    let world = world().await;
    let entries: Vec<String> = (0..30_000).map(|number| format!("entry {number}")).collect();
    let id = look(&world, "45.83.64.1", json!({"entries": entries})).await;
    assert_eq!(world.show(id).await.truncated, ["look"]);
    let mut seen: Vec<Json> = Vec::new();
    let mut next = Some(0);
    while let Some(offset) = next {
        let ask = ShowValue {
            id: id.0,
            task: "look".into(),
            field: ValueField::Output,
            attempt: None,
            item: None,
            path: Some("/entries".into()),
            offset: Some(offset),
            limit: Some(12_000),
        };
        let part = world.host.execution_value(ask).await.unwrap();
        assert_eq!(part.length, Some(30_000));
        seen.extend(part.value.as_array().unwrap().iter().cloned());
        next = part.next_offset;
    }
    assert_eq!(Json::from(seen), json!(entries));
    let ask = ShowValue {
        id: id.0,
        task: "look".into(),
        field: ValueField::Input,
        attempt: None,
        item: None,
        path: Some("/none".into()),
        offset: None,
        limit: None,
    };
    assert_eq!(world.host.execution_value(ask).await.unwrap_err().code, "INVALID");
}

#[tokio::test]
async fn several_executions_are_cancelled_and_each_refusal_is_told() {
    let world = world().await;
    let done = look(&world, "45.83.64.1", json!({})).await;
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let id = world.start("ask", json!({"ip": "192.0.2.1"})).await;
        world.reaches(id, ExecutionStatus::Waiting).await;
        waiting.push(id);
    }
    let filter = ListExecutions { status: Some(vec![ExecutionStatus::Waiting]), ..Default::default() };
    let by_filter = |preview| ManyExecutions { ids: None, filter: Some(filter.clone()), preview };
    let preview = world.host.execution_cancel_many(&kim(), by_filter(true)).await.unwrap();
    assert_eq!((preview.done, preview.refused), (3, 0));
    assert_eq!(world.show(waiting[0]).await.summary.status, ExecutionStatus::Waiting);
    let report = world.host.execution_cancel_many(&kim(), by_filter(false)).await.unwrap();
    assert_eq!((report.done, report.refused), (3, 0));
    for id in &waiting {
        world.reaches(*id, ExecutionStatus::Cancelled).await;
    }
    let by_number = ManyExecutions { ids: Some(vec![done.0, 999]), ..Default::default() };
    let report = world.host.execution_cancel_many(&kim(), by_number).await.unwrap();
    let codes: Vec<_> = report.rows.iter().map(|row| row.error.as_ref().unwrap().code.as_str()).collect();
    assert_eq!(codes, ["ENGINE-ENDED", "NOT-FOUND"]);
    assert_eq!(world.host.execution_cancel_many(&kim(), ManyExecutions::default()).await.unwrap_err().code, "INVALID");
}

#[tokio::test]
async fn several_executions_run_again_and_what_would_be_destroyed_is_told_before() {
    let world = Workspace::with_connections(&["virustotal", "edr"]).await;
    world.save(looking()).await;
    let quarantine = json!({"type": "action", "app": "edr", "command": "quarantine", "name": {"ko": "격리", "en": "Quarantine"},
        "parameters": {"hash": "44d88612fea8a8f36de82e1278abb02f", "hosts": ["desk-1"]}});
    let gate = json!({"type": "approval", "question": "go?"});
    world
        .save(json!({"format": 1, "id": "acts", "tasks": {"gate": gate, "quarantine": quarantine},
        "links": [{"from": "start", "to": "gate"}, {"from": "gate", "outcome": "approved", "to": "quarantine"}]}))
        .await;
    let looked = look(&world, "45.83.64.1", json!({})).await;
    let acted = world.start("acts", json!({})).await;
    world.reaches(acted, ExecutionStatus::Waiting).await;
    world.answer(world.question().await, json!({"approved": false, "opinion": "no"}), "kim").await.unwrap();
    world.reaches(acted, ExecutionStatus::Done).await;
    let waiting = world.start("acts", json!({})).await;
    world.reaches(waiting, ExecutionStatus::Waiting).await;

    let all = |preview| ManyExecutions { ids: None, filter: Some(ListExecutions::default()), preview };
    let preview = world.host.execution_rerun_many(&kim(), all(true)).await.unwrap();
    assert_eq!((preview.done, preview.refused), (2, 1));
    let row = |id: ExecutionId| preview.rows.iter().find(|row| row.id == id.0).unwrap();
    assert_eq!(row(acted).destructive, [Text::both("격리", "Quarantine")]);
    assert!(row(looked).destructive.is_empty());
    assert_eq!(row(waiting).error.as_ref().unwrap().code, "RERUN-RUNNING");
    assert_eq!(ids(&world, ListExecutions::default()).await.len(), 3, "a preview starts nothing");

    let report =
        world.host.execution_rerun_many(&kim(), ManyExecutions { ids: Some(vec![looked.0, waiting.0]), ..Default::default() }).await;
    let rows = report.unwrap().rows;
    let started = ExecutionId(rows[0].started.unwrap());
    assert_eq!((rows[1].started, rows[1].error.as_ref().unwrap().code.as_str()), (None, "RERUN-RUNNING"));
    world.runner.next().await.give(json!({}));
    assert_eq!(world.reaches(started, ExecutionStatus::Done).await.summary.rerun_of, Some(looked.0));
}

#[tokio::test]
async fn a_report_tells_people_from_the_machine_and_leaves_out_what_it_should() {
    let world = world().await;
    let id = world.start("ask", json!({"ip": "45.83.64.1"})).await;
    world.reaches(id, ExecutionStatus::Waiting).await;
    world.answer(world.question().await, json!({"approved": true, "opinion": "owner is Evil Corp <b>"}), "lee").await.unwrap();
    world.runner.next().await.give(json!({"owner": "Evil Corp", "malicious": 7}));
    world.reaches(id, ExecutionStatus::Done).await;
    let report = async |format, redact: &[&str]| {
        let redact = redact.iter().map(|word| (*word).to_owned()).collect();
        let request = WriteReport { id: id.0, format, language: Some(Language::Ko), redact, path: None };
        world.host.execution_report(&kim(), request).await.unwrap()
    };
    let markdown = report(ReportFormat::Markdown, &[]).await.text.unwrap();
    for part in [
        "# 실행 보고서: ask",
        "👤 lee",
        "⚙ 자동",
        "owner=Evil Corp",
        "승인: owner is Evil Corp \\<b\\>",
        "자동 단계 1개, 사람이 한 단계 1개",
    ] {
        assert!(markdown.contains(part), "{part} is missing in:\n{markdown}");
    }
    let html = report(ReportFormat::Html, &[]).await.text.unwrap();
    assert!(html.contains("owner is Evil Corp &lt;b&gt;") && !html.contains("<b>"), "{html}");
    // Left out where the field stands, and in the opinion that repeats it.
    let redacted = report(ReportFormat::Markdown, &["owner", "kind:ip", "kind:people"]).await.text.unwrap();
    for gone in ["Evil Corp", "45.83.64.1", "lee", "kim"] {
        assert!(!redacted.contains(gone), "{gone} is in:\n{redacted}");
    }
    assert!(redacted.contains("malicious=7"));
    // A build without the typesetter says so instead.
    if cfg!(feature = "pdf") {
        let pdf = report(ReportFormat::Pdf, &[]).await;
        assert_eq!((pdf.file_name.as_str(), pdf.media_type.as_str(), pdf.text), ("haetae-execution-1.pdf", "application/pdf", None));
        assert!(pdf.base64.unwrap().starts_with("JVBERi0"));
    }
    let unknown = WriteReport { id: id.0, format: ReportFormat::Html, language: None, redact: vec!["kind:shoe".into()], path: None };
    assert_eq!(world.host.execution_report(&kim(), unknown).await.unwrap_err().code, "INVALID");
}

#[tokio::test]
async fn the_report_of_a_ticket_tells_its_executions_and_becomes_a_file() {
    let world = world().await;
    std::fs::write(world.folder.path().join("ticket-rules.json"), RULES).unwrap();
    let file = world.folder.path().join("alert.json");
    std::fs::write(&file, ALERT).unwrap();
    let alerts = IngestEvents { files: vec![file.display().to_string()], run: None };
    assert_eq!(world.host.event_ingest(&kim(), alerts).await.unwrap().tickets_opened, 1);
    let ticket = world.host.ticket_list(ListTickets::default()).await.unwrap().tickets[0].id;
    let input = json!({"ip": "45.83.64.1"}).as_object().cloned().unwrap();
    let request = StartExecution { playbook: "look".into(), version: None, input, ticket: Some(ticket), wait: None };
    let id = ExecutionId(world.host.execution_start(&kim(), request).await.unwrap().summary.id);
    world.runner.next().await.give(json!({"owner": "Evil Corp", "malicious": 7}));
    world.reaches(id, ExecutionStatus::Done).await;
    let report = |format, path| WriteReport { id: ticket, format, language: Some(Language::En), redact: Vec::new(), path };
    let told = world.host.ticket_report(&kim(), report(ReportFormat::Markdown, None)).await.unwrap();
    assert_eq!(told.file_name, format!("haetae-ticket-{ticket}.md"));
    let text = told.text.unwrap();
    for part in ["45.83.64.1", "owner=Evil Corp"] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    let (extension, format) = if cfg!(feature = "pdf") { ("pdf", ReportFormat::Pdf) } else { ("html", ReportFormat::Html) };
    let path = folder.path().join(format!("report.{extension}"));
    let written = world.host.ticket_report(&kim(), report(format, Some(path.display().to_string()))).await.unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!((written.bytes, written.base64, written.text), (bytes.len() as u64, None, None));
    assert!(bytes.starts_with(if cfg!(feature = "pdf") { b"%PDF-" } else { b"<!doctyp" }), "{:?}", &bytes[..9]);
    let browser = Caller { name: "kim".into(), door: Door::Http };
    let refused = world.host.ticket_report(&browser, report(format, Some(path.display().to_string()))).await.unwrap_err();
    assert_eq!(refused.code, "EXPORT-DOOR");
    let nowhere = Some(folder.path().join("no such folder/report").display().to_string());
    assert_eq!(world.host.ticket_report(&kim(), report(format, nowhere)).await.unwrap_err().code, "EXPORT-FILE");
}

#[tokio::test]
async fn what_is_too_old_is_deleted_once_a_day() {
    let world = world().await;
    world.host.retention_save(&kim(), Retention { done_days: Some(1), ..Retention::default() }).await.unwrap();
    let purged_at = async |hours: i64| loop {
        let last = world.host.storage_show(ShowStorage::default()).await.unwrap().last_purge;
        if last.is_some_and(|last| last.at == start() + TimeDelta::hours(hours)) {
            return;
        }
    };
    let first = look(&world, "45.83.64.1", json!({})).await;
    world.advance(TimeDelta::hours(10));
    purged_at(10).await;
    // Old enough now, but this day has had its turn.
    world.advance(TimeDelta::hours(15));
    let second = look(&world, "45.83.64.1", json!({})).await;
    assert_eq!(ids(&world, ListExecutions::default()).await, [second.0, first.0]);
    world.advance(TimeDelta::hours(10));
    purged_at(35).await;
    assert_eq!(ids(&world, ListExecutions::default()).await, [second.0]);
    world.advance(TimeDelta::hours(24));
    purged_at(59).await;
    assert!(ids(&world, ListExecutions::default()).await.is_empty());
    let audit = world.host.audit_list(ListAudit { operation: Some("storage.purge".into()), ..Default::default() }).await.unwrap();
    let turns: Vec<_> =
        audit.entries.iter().map(|entry| ((entry.at - start()).num_hours(), entry.text.as_str(), entry.by.as_str())).collect();
    assert_eq!(turns, [(59, "1", "haetae"), (35, "1", "haetae")]);
}
