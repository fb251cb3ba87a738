//! Many executions in the queue: each is done, each of its commands once, never more at once than the limit, in little memory.
//!
//! `HAETAE_LOAD` says how many executions (1,000 where absent).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use engine::message::{CommandCall, TaskError};
use host::clock::Pending;
use host::runner::{Cause, Runner};
use host::{Host, Options};
use serde_json::{Map, Value as Json, json};
use store::ConnectionRow;
use tokio::sync::watch;
use types::ExecutionStatus;
use wire::execution::{ListExecutions, StartExecution};
use wire::playbook::{Document, SavePlaybook};
use wire::workspace::{SettingsPatch, StopActions};
use wire::{Caller, Door};

/// Commands of one execution, in a row.
const TASKS: usize = 20;

/// Executions that may run at once.
const AT_ONCE: usize = 50;

/// What the process may take at most, with the test itself.
const MEMORY_MB: u64 = 500;

#[derive(Default)]
struct Seen {
    /// How often each command was run, by execution and task.
    counts: HashMap<(i64, String), u32>,
    /// The executions whose command is under way.
    busy: HashMap<i64, u32>,
    most: usize,
}

/// Answers every command once the gate is open.
struct Counting {
    seen: Arc<Mutex<Seen>>,
    /// How many executions have a command under way.
    busy: watch::Sender<usize>,
    gate: watch::Receiver<bool>,
}

impl Runner for Counting {
    fn run(&self, _call: CommandCall, cause: Cause) -> Pending<Result<Json, TaskError>> {
        let (seen, mut gate, execution) = (self.seen.clone(), self.gate.clone(), cause.execution.0);
        {
            let mut seen = seen.lock().unwrap();
            *seen.counts.entry((execution, cause.task.to_string())).or_default() += 1;
            *seen.busy.entry(execution).or_default() += 1;
            seen.most = seen.most.max(seen.busy.len());
            self.busy.send_replace(seen.busy.len());
        }
        Box::pin(async move {
            gate.wait_for(|open| *open).await.map_err(|_| TaskError::new("APP-001", "the test has ended"))?;
            tokio::task::yield_now().await;
            let mut seen = seen.lock().unwrap();
            let left = seen.busy.get(&execution).map_or(0, |count| count - 1);
            if left == 0 {
                seen.busy.remove(&execution)
            } else {
                seen.busy.insert(execution, left)
            };
            Ok(json!({"malicious": 3}))
        })
    }
}

fn document() -> Json {
    let task = json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "198.51.100.7"},
        "assign": {"score": "output.malicious"}});
    let tasks: Map<String, Json> = (0..TASKS).map(|number| (format!("t{number}"), task.clone())).collect();
    let from = |number: usize| number.checked_sub(1).map_or_else(|| "start".to_owned(), |before| format!("t{before}"));
    let links: Vec<Json> = (0..TASKS).map(|number| json!({"from": from(number), "to": format!("t{number}")})).collect();
    json!({"format": 1, "id": "row", "tasks": tasks, "links": links})
}

async fn count(host: &Host, status: ExecutionStatus) -> usize {
    let list = ListExecutions { status: Some(vec![status]), limit: Some(1), ..ListExecutions::default() };
    host.execution_list(list).await.unwrap().total as usize
}

/// The most memory that this process ever had, where the system says so.
fn most_memory_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? / 1024)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_queued_executions_are_all_done_fifty_at_once() {
    let executions: usize = std::env::var("HAETAE_LOAD").ok().and_then(|number| number.parse().ok()).unwrap_or(1_000);
    let folder = tempfile::tempdir().unwrap();
    let (seen, (opened, gate), (busy, mut under_way)) = (Arc::<Mutex<Seen>>::default(), watch::channel(false), watch::channel(0));
    let host = Host::open(Options {
        vault: Some(vault::Vault::in_memory()),
        runner: Some(Arc::new(Counting { seen: seen.clone(), busy, gate })),
        operator: Some("kim".to_owned()),
        ..Options::new(folder.path().join("data"))
    })
    .await
    .unwrap();
    let kim = Caller { name: "kim".to_owned(), door: Door::Window };
    let (app, name) = ("virustotal".to_owned(), "default".to_owned());
    let row = ConnectionRow { app, name, options: Default::default(), credential: None, health: None, sample: false };
    host.store().write(move |db| db.save_connection(&row)).await.unwrap();
    host.playbook_save(&kim, SavePlaybook { document: Document(document()), base: 0, comment: String::new() }).await.unwrap();
    let patch = SettingsPatch { execution_limit: Some(AT_ONCE as u32), ..SettingsPatch::default() };
    host.settings_save(&kim, patch).await.unwrap();

    // While actions are stopped all of them stay in the queue.
    host.actions_stop(&kim, StopActions { stopped: true }).await.unwrap();
    for _ in 0..executions {
        let start = StartExecution { playbook: "row".to_owned(), version: None, input: Map::new(), ticket: None, wait: None };
        host.execution_start(&kim, start).await.unwrap();
    }
    assert_eq!((count(&host, ExecutionStatus::Queued).await, seen.lock().unwrap().counts.len()), (executions, 0));
    host.actions_stop(&kim, StopActions { stopped: false }).await.unwrap();
    under_way.wait_for(|busy| *busy == AT_ONCE).await.unwrap();
    opened.send_replace(true);
    host.all_settled().await.unwrap();

    assert_eq!(count(&host, ExecutionStatus::Done).await, executions, "executions are lost");
    {
        let seen = seen.lock().unwrap();
        assert_eq!(seen.most, AT_ONCE, "executions at once");
        assert_eq!(seen.counts.len(), executions * TASKS, "commands are lost");
        assert!(seen.counts.values().all(|count| *count == 1), "a command was run twice");
    }
    if let Some(memory) = most_memory_mb() {
        eprintln!("{executions} executions, {memory} MB at most");
        assert!(memory < MEMORY_MB, "{memory} MB");
    }
    host.close().await;
}
