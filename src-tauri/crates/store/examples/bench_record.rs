//! The record at size: search and lists over 100,000 executions, figures, and one execution with 10,000 task runs.
//!
//! With a folder as argument it only generates: the folder becomes a data directory with 100,000 executions, for other benches.

#![allow(clippy::print_stdout)] // The figures are its output.

use std::time::Instant;

use chrono::TimeDelta;
use engine::message::{Attempt, Event, TaskRun, What};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};
use store::{Append, NewExecution, Store};
use types::{ExecutionId, ExecutionStatus, Language, TaskId, TaskStatus, Text, Time};
use wire::execution::ListExecutions;
use wire::record::{ExecutionSort, TaskFilter};

const EXECUTIONS: usize = 100_000;
const TASKS: usize = 8;
const LONG: usize = 10_000;

/// Repeats of a measurement; the median is told.
const TIMES: usize = 15;

fn figure(measure: &str, value: f64, unit: &str, note: &str) {
    println!("{}", json!({"measure": measure, "value": value, "unit": unit, "note": note}));
}

fn document(tasks: usize) -> Json {
    let look = json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "{{ ip }}"},
        "name": {"ko": "평판 조회", "en": "Reputation"}, "manual": "2m"});
    let tasks: Map<String, Json> = (0..tasks).map(|number| (format!("look{number}"), look.clone())).collect();
    json!({"format": 1, "id": "bench", "tasks": tasks, "links": []})
}

/// Answers of a vendor that differ in what people search for.
fn output(number: usize) -> Json {
    let owners = ["Hanbit Telecom", "Example Hosting", "한국인터넷", "Northern Cloud", "Bulletproof Ltd"];
    json!({"data": {"id": address(number), "attributes": {"as_owner": owners[number % owners.len()], "country": "KR",
        "last_analysis_stats": {"malicious": number % 9, "harmless": 70, "undetected": number % 13},
        "tags": ["scanner", "tor"], "hash": format!("{:032x}", (number as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060))}}})
}

fn address(number: usize) -> String {
    format!("{}.{}.{}.{}", 11 + number % 190, number / 7 % 256, number / 190 % 256, number % 251)
}

fn run(number: usize, task: usize, at: Time, failed: bool) -> TaskRun {
    let ended = at + TimeDelta::milliseconds(200 + (number * 37 + task * 101) as i64 % 4000);
    let error = failed.then(|| engine::TaskError::new("APP-429", format!("The rate limit of key {} is used up.", number % 17)));
    TaskRun {
        id: TaskId::new(format!("look{task}")),
        kind: "action".to_owned(),
        status: if failed { TaskStatus::Failed } else { TaskStatus::Done },
        attempts: 1,
        started_at: Some(at),
        ended_at: Some(ended),
        until: None,
        input: json!({"app": "virustotal", "command": "ip-report", "parameters": {"ip": address(number + task)}}),
        output: if failed { Json::Null } else { output(number * TASKS + task) },
        outcome: None,
        error: error.clone(),
        history: vec![Attempt { number: 1, started_at: at, ended_at: Some(ended), error }],
        answered_by: None,
        carried: false,
    }
}

fn execution(hash: &str, number: usize, tasks: usize) -> (NewExecution, Append) {
    // Thirty days, evenly.
    let at = Time::from_timestamp(1_790_000_000 + (number as i64) * 26, 0).unwrap_or_default();
    let failed = number % 20 == 7;
    let input = Map::from_iter([("ip".to_owned(), json!({"$ip": address(number)}))]);
    let new = NewExecution {
        playbook: format!("bench{}", number % 5),
        version: 1,
        document: hash.to_owned(),
        name: Text::both("주소 평판 조회", "Address reputation"),
        trigger: "ticket".to_owned(),
        ticket: None,
        input,
        started_by: "bench".to_owned(),
        queued_at: at,
        sample: false,
        origin: Default::default(),
    };
    let started = What::Started {
        input: IndexMap::new(),
        act_alone: false,
        seed: 1,
        zone: "UTC".to_owned(),
        by: "bench".to_owned(),
        commands: IndexMap::new(),
        language: Default::default(),
        depth: 0,
        carried: Vec::new(),
    };
    let append = Append {
        execution: ExecutionId(0),
        sequence: 0,
        events: vec![Event { at, what: started }],
        tasks: (0..tasks).map(|task| run(number, task, at + TimeDelta::seconds(task as i64 % 60), failed && task + 1 == tasks)).collect(),
        status: if failed { ExecutionStatus::Failed } else { ExecutionStatus::Done },
        current_task: None,
        error_code: failed.then(|| "APP-429".to_owned()),
        ended_at: Some(at + TimeDelta::milliseconds(500 + (number as i64 * 131) % 90_000)),
        input: None,
        variables: None,
        links: None,
        asked: Vec::new(),
        closed: Vec::new(),
        timers_set: Vec::new(),
        timers_gone: Vec::new(),
        held: false,
    };
    (new, append)
}

/// Tells the median and the worst of several calls.
async fn measure<T, E: std::error::Error + 'static, F: Future<Output = Result<T, E>>>(
    name: &str,
    note: &str,
    call: impl Fn(usize) -> F,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut times = Vec::new();
    for turn in 0..TIMES {
        let begun = Instant::now();
        call(turn).await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    figure(name, times[TIMES / 2], "ms", &format!("{note}; worst of {TIMES}: {:.1} ms", times[TIMES - 1]));
    Ok(())
}

/// Fills a new store with executions, and indexes them.
async fn generate(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    let hash = {
        let text = document(TASKS).to_string();
        store.write(move |db| db.keep_document(&text)).await?
    };
    let begun = Instant::now();
    for chunk in 0..EXECUTIONS / 1000 {
        let hash = hash.clone();
        store
            .write(move |db| {
                for number in chunk * 1000..(chunk + 1) * 1000 {
                    let (new, append) = execution(&hash, number, TASKS);
                    db.start_execution(&new, &append)?;
                }
                Ok(())
            })
            .await?;
    }
    eprintln!("{EXECUTIONS} executions generated in {:.0} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    store.catch_up_index().await?;
    figure("executions indexed", EXECUTIONS as f64 / begun.elapsed().as_secs_f64(), "executions/s", "8 task runs each, in the background");
    store.checkpoint().await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if let Some(folder) = std::env::args_os().nth(1) {
        std::fs::create_dir_all(&folder)?;
        return generate(&Store::open(&std::path::Path::new(&folder).join("haetae.db"))?).await;
    }
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let store = Store::open(&folder.path().join("haetae.db"))?;
    generate(&store).await?;
    let size = |name: &str| std::fs::metadata(folder.path().join(name)).map_or(0, |file| file.len()) as f64 / 1e6;
    figure("database", size("haetae.db"), "MB", "100,000 executions of 8 task runs");
    figure("search index", size("search.db"), "MB", "with the figures of tasks");

    let all = ListExecutions { limit: Some(50), ..ListExecutions::default() };
    let list = |request: ListExecutions| {
        let store = store.clone();
        async move { store.read(move |db| db.executions(&request)).await }
    };
    let search = |text: String| ListExecutions { search: Some(text), ..all.clone() };
    measure("search, one address", "target under 100 ms", |turn| list(search(address(turn * 6_007)))).await?;
    measure("search, a Korean word in a fifth of them", "target under 100 ms", |_| list(search("인터넷".into()))).await?;
    measure("search, a word in all of them", "target under 100 ms", |_| list(search("malicious".into()))).await?;
    measure("search, two words", "target under 100 ms", |turn| list(search(format!("bulletproof {}", address(turn * 5))))).await?;
    // Each word is in many, both are in none: every candidate has to be looked through.
    measure("search, words that are never together", "target under 100 ms", |turn| {
        let part: Vec<String> = address(turn * 6_007 + 1).split('.').take(2).map(str::to_owned).collect();
        list(search(format!("bulletproof {}.999", part.join("."))))
    })
    .await?;
    measure("search, a part of a hash", "target under 100 ms", |turn| list(search(format!("{:x}", 0x9e37_79b9_u32 + turn as u32)))).await?;
    measure("search, nothing", "target under 100 ms", |turn| list(search(format!("nowhere-to-be-found-{turn}")))).await?;
    measure("search of failed ones, last 1,000 of the period", "target under 100 ms", |_| {
        list(ListExecutions { status: Some(vec![ExecutionStatus::Failed]), ..search("rate limit".into()) })
    })
    .await?;
    measure("list, first page", "100,000 executions", |_| list(all.clone())).await?;
    measure("list, page in the middle", "100,000 executions", |_| list(ListExecutions { offset: Some(50_000), ..all.clone() })).await?;
    measure("list by duration", "100,000 executions", |_| list(ListExecutions { sort: Some(ExecutionSort::Duration), ..all.clone() }))
        .await?;
    let failed = TaskFilter { task: Some("look7".into()), status: Some(vec![TaskStatus::Failed]), error_code: None };
    measure("list with a failed task", "100,000 executions", |_| list(ListExecutions { task: Some(failed.clone()), ..all.clone() }))
        .await?;
    let to = Time::from_timestamp(1_790_000_000 + EXECUTIONS as i64 * 26, 0).unwrap_or_default();
    measure("figures of a day", "3,323 executions", |_| {
        let store = store.clone();
        async move { store.read(move |db| db.metrics(to - TimeDelta::days(1), to, None, chrono_tz::Asia::Seoul)).await }
    })
    .await?;

    let text = document(LONG).to_string();
    let long = store
        .write(move |db| {
            let hash = db.keep_document(&text)?;
            let (new, append) = execution(&hash, 3, LONG);
            Ok(db.start_execution(&new, &append)?.0)
        })
        .await?;
    measure("an execution of 10,000 task runs whole", "with every input and output", |_| {
        let store = store.clone();
        async move { store.read(move |db| db.execution(long)).await }
    })
    .await?;
    measure("open an execution of 10,000 task runs", "as its screen does", |_| {
        let store = store.clone();
        async move {
            store
                .read(move |db| {
                    let drawing = db.drawing(long, &[], Some(Language::En))?;
                    Ok((serde_json::to_vec(&db.watched(long, None)?)?.len(), serde_json::to_vec(&drawing)?.len()))
                })
                .await
        }
    })
    .await?;
    measure("one of its task runs whole", "of 10,000 in one record", |turn| {
        let store = store.clone();
        async move { store.read(move |db| db.task_detail(long, &format!("look{}", turn * 600))).await }
    })
    .await?;
    let begun = Instant::now();
    store.catch_up_index().await?;
    figure("index an execution of 10,000 task runs", begun.elapsed().as_secs_f64() * 1000.0, "ms", "in the background");
    Ok(())
}
