//! The store over a real database in a temporary directory.

use std::path::Path;

use casework::TicketGroup;
use engine::message::{Answer, Event, Question, QuestionKind, TaskRun, What};
use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use store::{Append, Appended, NewBlock, NewExecution, QuestionClosed, Store, TimelineLine};
use types::{Artifact, ArtifactKind, ExecutionId, ExecutionStatus, QuestionId, Severity, TaskId, TaskStatus, Text, TicketId, Time};
use wire::casework::{ListTickets, TicketStatus, Verdict};
use wire::execution::{LinkState, ListExecutions};

struct Fixture {
    store: Store,
    folder: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    Fixture { store: Store::open(&folder.path().join("haetae.db")).unwrap(), folder }
}

fn at(second: i64) -> Time {
    Time::from_timestamp(1_790_000_000 + second, 0).unwrap()
}

fn document() -> Value {
    json!({"format": 1, "id": "p", "tasks": {
        "second": {"type": "formula", "name": {"ko": "둘", "en": "Two"}, "variable": "x", "expression": "1"},
        "first": {"type": "approval", "name": "One", "question": "?"}
    }, "links": [{"from": "start", "to": "first"}, {"from": "first", "outcome": "approved", "to": "second"}]})
}

fn queue(store: &Store, ticket: Option<TicketId>) -> ExecutionId {
    let text = document().to_string();
    store
        .write_blocking(move |db| {
            let hash = db.keep_document(&text)?;
            db.queue_execution(&NewExecution {
                playbook: "p".into(),
                version: 1,
                document: hash,
                name: Text::both("플레이북", "Playbook"),
                trigger: "person".into(),
                ticket,
                input: Map::from_iter([("ip".to_owned(), json!({"$ip": "1.2.3.4"}))]),
                started_by: "kim".into(),
                queued_at: at(0),
                sample: false,
                origin: Default::default(),
            })
        })
        .unwrap()
}

fn started(second: i64) -> Event {
    Event {
        at: at(second),
        what: What::Started {
            input: IndexMap::new(),
            act_alone: false,
            seed: 1,
            zone: "UTC".into(),
            by: "kim".into(),
            commands: IndexMap::new(),
            language: Default::default(),
            depth: 0,
            carried: Vec::new(),
        },
    }
}

fn append_of(execution: ExecutionId, sequence: i64, events: Vec<Event>) -> Append {
    Append {
        execution,
        sequence,
        events,
        tasks: Vec::new(),
        status: ExecutionStatus::Running,
        current_task: None,
        error_code: None,
        ended_at: None,
        input: None,
        variables: None,
        links: None,
        asked: Vec::new(),
        closed: Vec::new(),
        timers_set: Vec::new(),
        timers_gone: Vec::new(),
        held: false,
    }
}

fn approval(number: u32) -> Question {
    Question {
        number,
        task: TaskId::new("first"),
        text: Text::from("Block it?"),
        assignee: None,
        deadline: Some(at(600)),
        kind: QuestionKind::Approval { releases: Vec::new(), hash: "h".into() },
    }
}

fn task_run(id: &str, status: TaskStatus) -> TaskRun {
    TaskRun {
        id: TaskId::new(id),
        kind: "approval".into(),
        status,
        attempts: 1,
        started_at: Some(at(1)),
        ended_at: None,
        until: None,
        input: Value::Null,
        output: Value::Null,
        outcome: None,
        error: None,
        history: Vec::new(),
        answered_by: None,
        carried: false,
    }
}

fn ask(store: &Store, execution: ExecutionId) -> Appended {
    let append = Append {
        tasks: vec![task_run("first", TaskStatus::Waiting)],
        status: ExecutionStatus::Waiting,
        current_task: Some(TaskId::new("first")),
        asked: vec![approval(1)],
        timers_set: vec![(1, at(600))],
        ..append_of(execution, 0, vec![started(1)])
    };
    store.write_blocking(move |db| db.append(&append)).unwrap()
}

fn answer(approved: bool, by: &str) -> QuestionClosed {
    QuestionClosed { number: 1, answer: Some((Answer::Approval { approved, opinion: "yes".into(), hash: None }, by.into())) }
}

fn group(key: &str, first: i64, last: i64, events: &[&str]) -> TicketGroup {
    TicketGroup {
        merge_key: key.into(),
        rule: "rule".into(),
        title: format!("Malware from {key}"),
        kind: "malware".into(),
        severity: Severity::Medium,
        playbooks: Vec::new(),
        signature: "ET MALWARE".into(),
        signature_id: 7,
        category: "trojan".into(),
        src_ip: Some("10.0.0.5".into()),
        src_port: Some(1234),
        dest_ip: Some("203.0.113.9".into()),
        dest_port: Some(443),
        protocol: Some("TCP".into()),
        first_event_at: at(first),
        last_event_at: at(last),
        event_ids: events.iter().map(|&event| event.to_owned()).collect(),
        artifacts: vec![
            Artifact { kind: ArtifactKind::Ip, value: "203.0.113.9".into() },
            Artifact { kind: ArtifactKind::Domain, value: "bad.example".into() },
        ],
        artifacts_left_out: 0,
    }
}

fn record(store: &Store, group: TicketGroup) -> store::RecordedGroup {
    store.write_blocking(move |db| db.record_groups(&[group], at(0), false)).unwrap().remove(0)
}

fn line(kind: &'static str, text: &str) -> TimelineLine {
    TimelineLine { at: at(9), by: "kim".into(), automatic: false, kind, text: text.into(), execution: None, task: None }
}

#[test]
fn a_new_database_is_durable_and_can_shrink() {
    let fixture = fixture();
    let path = fixture.folder.path().join("haetae.db");
    drop(fixture.store);
    let connection = rusqlite::Connection::open(path).unwrap();
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, rusqlite::types::Value>(0)).unwrap();
    assert_eq!(pragma("journal_mode"), rusqlite::types::Value::Text("wal".into()));
    assert_eq!(pragma("auto_vacuum"), rusqlite::types::Value::Integer(2));
    assert_eq!(pragma("user_version"), rusqlite::types::Value::Integer(store::FORMAT));
}

fn refused(path: &Path) -> String {
    Store::open(path).err().expect("the database must be refused").code
}

#[test]
fn a_newer_database_is_refused_and_not_touched() {
    let Fixture { store, folder } = fixture();
    let path = folder.path().join("haetae.db");
    drop(store);
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", store::FORMAT + 1).unwrap();
    connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(())).unwrap();
    drop(connection);
    let before = std::fs::read(&path).unwrap();
    assert_eq!(refused(&path), "STORE-NEWER");
    assert!(std::fs::read(&path).unwrap() == before, "the file changed");
}

#[test]
fn a_damaged_database_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("haetae.db");
    std::fs::write(&path, vec![b'x'; 8192]).unwrap();
    assert_eq!(refused(&path), "STORE-CORRUPT");
    assert!(std::fs::read(&path).unwrap() == vec![b'x'; 8192], "the file changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_jobs_share_few_transactions() {
    let Fixture { store, folder: _folder } = fixture();
    let before = store.statistics();
    // The first job holds the writer until all others wait.
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (begin, begun) = tokio::sync::oneshot::channel();
    let first = tokio::spawn({
        let store = store.clone();
        async move {
            store
                .write(move |_| {
                    begin.send(()).ok();
                    held.recv().ok();
                    Ok(())
                })
                .await
        }
    });
    begun.await.unwrap();
    let jobs: Vec<_> = (0..200)
        .map(|number| {
            let store = store.clone();
            // Submitting happens at the first poll, so every job is polled once here.
            let mut job = Box::pin(async move { store.write(move |db| db.set_setting(&format!("s{number}"), &number)).await });
            assert!(std::future::Future::poll(job.as_mut(), &mut std::task::Context::from_waker(std::task::Waker::noop())).is_pending());
            job
        })
        .collect();
    release.send(()).unwrap();
    first.await.unwrap().unwrap();
    for job in jobs {
        job.await.unwrap();
    }
    let after = store.statistics();
    assert_eq!(after.jobs - before.jobs, 201);
    assert!(after.commits - before.commits <= 3, "{} transactions", after.commits - before.commits);
}

#[tokio::test]
async fn a_failing_job_does_not_disturb_the_others_of_its_transaction() {
    let Fixture { store, folder: _folder } = fixture();
    let good = store.write(|db| db.set_setting("a", &1));
    let bad = store.write(|db| {
        db.set_setting("b", &2)?;
        db.delete_connection("no", "such")
    });
    let other = store.write(|db| db.set_setting("c", &3));
    // The pinned futures are polled in turn by join, so that they may meet in one transaction.
    let (good, bad, other) = tokio::join!(good, bad, other);
    good.unwrap();
    other.unwrap();
    assert_eq!(bad.unwrap_err().code, "NOT-FOUND");
    let settings = store.read(|db| Ok((db.setting::<i64>("a")?, db.setting::<i64>("b")?, db.setting::<i64>("c")?))).await.unwrap();
    assert_eq!(settings, (Some(1), None, Some(3)));
}

#[test]
fn an_execution_shows_every_task_of_its_document_from_the_first_second() {
    let Fixture { store, folder: _folder } = fixture();
    let id = queue(&store, None);
    let detail = store.read_blocking(|db| db.execution(id)).unwrap();
    let tasks: Vec<_> = detail.tasks.iter().map(|run| (run.id.as_str(), run.status)).collect();
    assert_eq!(tasks, [("second", TaskStatus::Pending), ("first", TaskStatus::Pending)]);
    assert_eq!(detail.links, [LinkState::Open, LinkState::Open]);
    assert_eq!(detail.summary.status, ExecutionStatus::Queued);
    assert_eq!(detail.input, Map::from_iter([("ip".to_owned(), json!("1.2.3.4"))]));
}

#[test]
fn a_watched_execution_is_told_whole_and_then_what_changed() {
    let Fixture { store, folder: _folder } = fixture();
    let id = queue(&store, None);
    ask(&store, id);
    let watch = |after: Option<i64>| store.read_blocking(|db| db.watched(id, after)).unwrap();
    let drawn = |keys: &[String]| store.read_blocking(|db| db.drawing(id, keys, None)).unwrap().map(|drawing| drawing.tasks);
    let moved =
        |watched: &wire::watch::WatchedExecution| watched.marks().into_iter().map(|mark| (mark.id, mark.status)).collect::<Vec<_>>();
    let whole = watch(None);
    assert_eq!((whole.sequence, moved(&whole)), (1, vec![("first".to_owned(), TaskStatus::Waiting)]));
    assert!(!whole.questions.is_empty());
    assert_eq!(drawn(&["of another".to_owned()]), Some(vec!["second".to_owned(), "first".to_owned()]));
    assert_eq!(drawn(std::slice::from_ref(&whole.drawing_key)), None);
    assert_eq!(moved(&watch(Some(1))), []);

    let output = json!({"approved": true});
    let first = TaskRun { ended_at: Some(at(9)), output: output.clone(), ..task_run("first", TaskStatus::Done) };
    let links = store::Links { now: vec![LinkState::Fired, LinkState::Dead], changed: vec![0, 1] };
    let next = Append {
        tasks: vec![first, task_run("second", TaskStatus::Skipped)],
        links: Some(links),
        variables: Some(Map::from_iter([("seen".to_owned(), json!(1))])),
        ..append_of(id, 1, vec![Event { at: at(9), what: What::TimerFired { timer: 1 } }])
    };
    store.write_blocking(move |db| db.append(&next)).unwrap();
    let news = watch(Some(1));
    assert_eq!(moved(&news), [("first".to_owned(), TaskStatus::Done), ("second".to_owned(), TaskStatus::Skipped)]);
    assert_eq!((news.sequence, news.links, news.drawing.is_none()), (2, vec!["fd".to_owned()], true));
    assert_eq!(moved(&watch(None)), moved(&watch(Some(0))));

    let (detail, data) = store.read_blocking(|db| Ok((db.task_detail(id, "first")?, db.execution_values(id)?))).unwrap();
    assert_eq!((detail.run.output, detail.name, detail.truncated), (output, Text::from("One"), Vec::new()));
    assert_eq!(
        (data.variables, data.input),
        (Map::from_iter([("seen".to_owned(), json!(1))]), Map::from_iter([("ip".to_owned(), json!("1.2.3.4"))]))
    );
    assert_eq!(store.read_blocking(|db| db.task_detail(id, "nobody").map(drop)).unwrap_err().code, "NOT-FOUND");
    let log = |after| {
        store.read_blocking(|db| db.transitions(id, after)).unwrap().entries.into_iter().map(|entry| entry.sequence).collect::<Vec<_>>()
    };
    assert_eq!((log(0), log(1), log(2)), (vec![1, 2], vec![2], vec![]));
}

#[test]
fn an_append_moves_journal_and_projections_together() {
    let Fixture { store, folder: _folder } = fixture();
    let id = queue(&store, None);
    let appended = ask(&store, id);
    assert_eq!(appended, Appended { sequence: 1, questions: vec![QuestionId(1)] });
    let (detail, journal, timers, counts) =
        store.read_blocking(|db| Ok((db.execution(id)?, db.journal(id)?, db.timers()?, db.counts("kim")?))).unwrap();
    assert_eq!(detail.summary.status, ExecutionStatus::Waiting);
    assert_eq!(detail.summary.started_at, Some(at(1)));
    assert_eq!(detail.summary.current_task.unwrap().name, Text::from("One"));
    let listed = store.read_blocking(|db| db.executions(&wire::execution::ListExecutions::default())).unwrap().executions;
    assert_eq!(listed[0].current_task.as_ref().map(|task| &task.name), Some(&Text::from("One")));
    assert_eq!(detail.questions.len(), 1);
    assert_eq!(journal, [started(1)]);
    assert_eq!(timers, [(id, 1, at(600))]);
    assert_eq!(counts.work, 1);
}

#[test]
fn an_append_that_knows_an_older_journal_is_refused_whole() {
    let Fixture { store, folder: _folder } = fixture();
    let id = queue(&store, None);
    ask(&store, id);
    let late = append_of(id, 0, vec![started(2)]);
    assert_eq!(store.write_blocking(move |db| db.append(&late)).unwrap_err().code, "CONFLICT");
    assert_eq!(store.read_blocking(|db| db.journal(id)).unwrap().len(), 1);
}

#[test]
fn of_two_answers_one_stands() {
    let Fixture { store, folder: _folder } = fixture();
    let id = queue(&store, None);
    let question = ask(&store, id).questions[0];
    let answered = |sequence, by: &str| Append {
        closed: vec![answer(by == "kim", by)],
        ..append_of(id, sequence, vec![Event { at: at(5), what: What::Resumed { by: by.into() } }])
    };
    let (first, second) = (answered(1, "kim"), answered(2, "lee"));
    store.write_blocking(move |db| db.append(&first)).unwrap();
    assert_eq!(store.write_blocking(move |db| db.append(&second)).unwrap_err().code, "CONFLICT");
    let row = store.read_blocking(|db| db.question(question)).unwrap();
    let store::QuestionState::Answered(given) = row.state else { panic!("not answered: {:?}", row.state) };
    assert_eq!((given.by.as_str(), given.at), ("kim", at(5)));
    assert_eq!(store.read_blocking(|db| db.journal(id)).unwrap().len(), 2, "the refused answer is not in the journal");
}

#[test]
fn equal_questions_are_one_group() {
    let Fixture { store, folder: _folder } = fixture();
    for _ in 0..3 {
        let id = queue(&store, None);
        ask(&store, id);
    }
    let groups = store.read_blocking(|db| db.question_groups(Some("kim"))).unwrap();
    assert_eq!(groups.len(), 1);
    let group = &groups[0];
    assert_eq!((group.kind.as_str(), group.count, group.questions.len(), group.deadline), ("approval", 3, 3, Some(at(600))));
    assert_eq!((&group.playbook, &group.task), (&Text::both("플레이북", "Playbook"), &Text::from("One")));
}

#[test]
fn executions_are_listed_newest_first_and_filtered() {
    let Fixture { store, folder: _folder } = fixture();
    let ids: Vec<_> = (0..5).map(|_| queue(&store, None)).collect();
    ask(&store, ids[2]);
    let list = |list: ListExecutions| {
        let page = store.read_blocking(|db| db.executions(&list)).unwrap();
        (page.total, page.executions.iter().map(|execution| execution.id).collect::<Vec<_>>())
    };
    assert_eq!(list(ListExecutions { limit: Some(2), ..Default::default() }), (5, vec![5, 4]));
    assert_eq!(list(ListExecutions { status: Some(vec![ExecutionStatus::Waiting]), ..Default::default() }), (1, vec![3]));
    assert_eq!(list(ListExecutions { search: Some("플레이".into()), offset: Some(4), ..Default::default() }), (5, vec![1]));
    assert_eq!(list(ListExecutions { search: Some("100%".into()), ..Default::default() }), (0, vec![]));
    assert_eq!(list(ListExecutions { status: Some(vec![]), ..Default::default() }), (0, vec![]));
}

#[test]
fn a_list_is_told_where_a_document_is_missing_or_spoilt() {
    let Fixture { store, folder } = fixture();
    let id = queue(&store, None);
    ask(&store, id);
    let told = || {
        let list = store.read_blocking(|db| db.executions(&ListExecutions::default())).unwrap();
        list.executions[0].current_task.clone().map(|task| task.name)
    };
    assert_eq!(told(), Some(Text::from("One")));
    let damage = |statement: &str| {
        let connection = rusqlite::Connection::open(folder.path().join("haetae.db")).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute(statement, []).unwrap();
    };
    damage("UPDATE document SET text = substr(text, 1, 9)");
    assert_eq!(told(), Some(Text::from("first")));
    damage("UPDATE document SET text = CAST(x'ff7b' AS TEXT)");
    assert_eq!(told(), Some(Text::from("first")));
    damage("DELETE FROM document");
    assert_eq!(told(), Some(Text::from("first")));
}

#[test]
fn events_within_an_hour_join_one_ticket_and_an_event_counts_once() {
    let Fixture { store, folder: _folder } = fixture();
    let opened = record(&store, group("k", 0, 10, &["a", "b"]));
    assert_eq!((opened.opened, opened.events), (true, 2));
    let joined = record(&store, TicketGroup { severity: Severity::High, ..group("k", 3000, 3000, &["b", "c"]) });
    assert_eq!((joined.ticket, joined.opened, joined.events), (opened.ticket, false, 1));
    assert_eq!(record(&store, group("k", 3000, 3000, &["b", "c"])).events, 0);
    let other = record(&store, group("k", 3000 + 3601, 9000, &["d"]));
    assert!(other.opened);
    let row = store.read_blocking(|db| db.ticket(opened.ticket.unwrap())).unwrap();
    assert_eq!((row.summary.event_count, row.summary.severity, row.summary.last_event_at), (3, Severity::High, Some(at(3000))));
}

#[test]
fn a_closed_ticket_is_not_joined() {
    let Fixture { store, folder: _folder } = fixture();
    let ticket = record(&store, group("k", 0, 0, &["a"])).ticket.unwrap();
    store.write_blocking(move |db| db.close_ticket(ticket, true, Some(Verdict::FalsePositive), &line("closed", "noise"))).unwrap();
    assert!(record(&store, group("k", 1, 1, &["b"])).opened);
    let row = store.read_blocking(|db| db.ticket(ticket)).unwrap();
    assert_eq!((row.summary.status, row.summary.verdict), (TicketStatus::Closed, Some(Verdict::FalsePositive)));
}

#[test]
fn tickets_are_found_by_title_address_and_artifact() {
    let Fixture { store, folder: _folder } = fixture();
    record(&store, group("k", 0, 0, &["a"]));
    let found =
        |text: &str| store.read_blocking(|db| db.tickets(&ListTickets { search: Some(text.into()), ..Default::default() })).unwrap().total;
    assert_eq!(["malware FROM", "203.0.113", "bad.exa", "T-1", "nothing"].map(found), [1, 1, 1, 1, 0]);
}

#[test]
fn the_worst_new_ticket_stands_first_and_of_equals_the_newest() {
    let Fixture { store, folder: _folder } = fixture();
    let severities = [Severity::Low, Severity::Critical, Severity::Info, Severity::High, Severity::Medium, Severity::Critical];
    for (number, severity) in severities.into_iter().enumerate() {
        record(&store, TicketGroup { severity, ..group(&format!("k{number}"), 0, 0, &[&number.to_string()]) });
    }
    let (tickets, count) = store.read_blocking(|db| db.new_tickets()).unwrap();
    assert_eq!((tickets.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), count), (vec![6, 2, 4, 5, 1, 3], 6));
}

#[test]
fn a_ticket_keeps_its_artifacts_in_order_and_its_timeline() {
    let Fixture { store, folder: _folder } = fixture();
    let ticket = record(&store, group("k", 0, 0, &["a"])).ticket.unwrap();
    store.write_blocking(move |db| db.assign_ticket(ticket, Some("kim"), &line("assigned", "kim"))).unwrap();
    store.write_blocking(move |db| db.comment_ticket(ticket, &line("comment", "looks real"))).unwrap();
    let (facts, timeline, row) =
        store.read_blocking(|db| Ok((db.ticket_facts(ticket)?, db.timeline(ticket)?, db.ticket(ticket)?))).unwrap();
    assert_eq!(facts.artifacts.iter().map(|artifact| artifact.value.as_str()).collect::<Vec<_>>(), ["203.0.113.9", "bad.example"]);
    assert_eq!(timeline.iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>(), ["opened", "assigned", "comment"]);
    assert_eq!((row.summary.status, row.summary.assignee.as_deref()), (TicketStatus::Assigned, Some("kim")));
}

fn save(store: &Store, base: u32, by: &'static str) -> Result<u32, types::Error> {
    store.write_blocking(move |db| db.save_version("p", &document().to_string(), base, "", by, at(0))).map(|saved| saved.version)
}

#[test]
fn a_version_saved_from_an_older_one_is_a_conflict() {
    let Fixture { store, folder: _folder } = fixture();
    assert_eq!(save(&store, 0, "kim"), Ok(1));
    assert_eq!(save(&store, 1, "lee"), Ok(2));
    store.write_blocking(|db| db.keep_draft("p", "{}", 1, "kim", at(3))).unwrap();
    let error = save(&store, 1, "kim").unwrap_err();
    assert_eq!((error.code.as_str(), &error.details.unwrap()["saved_by"]), ("PLAYBOOK-CONFLICT", &json!("lee")));
    assert!(store.read_blocking(|db| db.draft("p")).unwrap().is_some(), "the draft is kept");
}

#[test]
fn only_the_draft_of_what_was_saved_goes_with_it() {
    let Fixture { store, folder: _folder } = fixture();
    let draft = |text: String, by: &'static str| {
        store.write_blocking(move |db| db.keep_draft("p", &text, 0, by, at(1))).unwrap();
    };
    let kept = || store.read_blocking(|db| db.draft("p")).unwrap().map(|draft| (draft.document.0, draft.base));
    // The same content, spaced otherwise.
    draft(serde_json::to_string_pretty(&document()).unwrap(), "kim");
    assert_eq!(save(&store, 0, "kim"), Ok(1));
    assert_eq!(kept(), None);
    // What somebody draws meanwhile stays, and still says what it started from.
    let mut newer = document();
    newer["tasks"]["second"]["expression"] = json!("2");
    draft(newer.to_string(), "lee");
    assert_eq!(save(&store, 1, "kim"), Ok(2));
    assert_eq!(kept(), Some((newer, 0)));
}

#[test]
fn a_deleted_playbook_keeps_its_history_and_its_numbers_go_on() {
    let Fixture { store, folder: _folder } = fixture();
    save(&store, 0, "kim").unwrap();
    let running = queue(&store, None);
    assert_eq!(store.write_blocking(|db| db.delete_playbook("p")).unwrap_err().code, "PLAYBOOK-RUNNING");
    assert!(store.write_blocking(move |db| db.cancel_queued(running, at(1))).unwrap());
    store.write_blocking(|db| db.delete_playbook("p")).unwrap();
    assert_eq!(store.read_blocking(|db| db.playbooks()).unwrap(), []);
    assert_eq!(store.read_blocking(|db| db.execution(running)).unwrap().document.0, document());
    assert_eq!(save(&store, 0, "kim"), Ok(2));
}

#[test]
fn what_ended_in_the_queue_takes_no_first_step() {
    let Fixture { store, folder: _folder } = fixture();
    save(&store, 0, "kim").unwrap();
    let id = queue(&store, None);
    assert!(store.write_blocking(move |db| db.cancel_queued(id, at(1))).unwrap());
    let append = append_of(id, 0, Vec::new());
    assert_eq!(store.write_blocking(move |db| db.append(&append)).unwrap_err().code, "CONFLICT");
    assert_eq!(store.read_blocking(|db| db.execution(id)).unwrap().summary.status, ExecutionStatus::Cancelled);
}

fn block_until(store: &Store, now: i64, until: i64) -> i64 {
    let new = NewBlock {
        artifact: Artifact { kind: ArtifactKind::Ip, value: "203.0.113.9".into() },
        reason: "bad".into(),
        added_by: "p".into(),
        added_at: at(now),
        expires_at: at(until),
        ticket: None,
        execution: None,
        sample: false,
    };
    store.write_blocking(move |db| db.block(&new)).unwrap().id
}

#[test]
fn blocking_twice_is_one_entry_with_the_later_end() {
    let Fixture { store, folder: _folder } = fixture();
    let first = block_until(&store, 0, 100);
    assert_eq!(block_until(&store, 1, 50), first);
    let entry = store.read_blocking(|db| db.blocklist(at(99))).unwrap().remove(0);
    assert_eq!((entry.expires_at, entry.expired), (at(100), false));
    assert_ne!(block_until(&store, 100, 200), first, "an entry that ended is history");
    assert_eq!(store.read_blocking(|db| db.blocklist(at(100))).unwrap().len(), 1);
}

#[test]
fn what_was_committed_survives_a_store_that_is_not_closed() {
    let Fixture { store, folder } = fixture();
    let id = queue(&store, None);
    ask(&store, id);
    // A second connection sees exactly what a restart after a crash would see.
    let copy = tempfile::tempdir().unwrap();
    for name in ["haetae.db", "haetae.db-wal"] {
        std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let reopened = Store::open(&copy.path().join("haetae.db")).unwrap();
    assert_eq!(reopened.read_blocking(|db| db.journal(id)).unwrap(), [started(1)]);
    assert_eq!(reopened.read_blocking(|db| db.execution_row(id)).unwrap().sequence, 1);
}

#[test]
fn removing_the_sample_takes_what_came_with_it_and_nothing_else() {
    let Fixture { store, folder: _folder } = fixture();
    save(&store, 0, "kim").unwrap();
    let own = record(&store, group("own", 0, 0, &["own"])).ticket.unwrap();
    store
        .write_blocking(|db| {
            db.record_groups(&[group("own", 0, 0, &["sample"])], at(0), true)?;
            db.save_version("sample", "{}", 0, "", "kim", at(0))?;
            db.allow_playbook("sample", None, None, Some(true))
        })
        .unwrap();
    let report = store.write_blocking(|db| db.remove_sample()).unwrap();
    assert_eq!((report.tickets, report.playbooks, report.events), (1, 1, 1));
    let page = store.read_blocking(|db| db.tickets(&ListTickets::default())).unwrap();
    assert_eq!(page.tickets.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), [own.0]);
    assert_eq!(store.read_blocking(|db| db.playbooks()).unwrap().len(), 1);
    assert!(!store.read_blocking(|db| db.has_sample()).unwrap());
}
