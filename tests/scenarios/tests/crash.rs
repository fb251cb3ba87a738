//! The process dies at any point: nothing is lost, and nothing that must not be done twice is done twice.
//!
//! `HAETAE_CRASHES` says how often (100 where absent), `HAETAE_CRASH_SEED` repeats a run.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use api::Client;
use engine::message::Review;
use host::{Host, Options};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value as Json, json};
use store::ConnectionRow;
use types::{Error, ExecutionStatus, TaskStatus};
use wire::execution::{ExecutionRef, ExecutionSummary, ListExecutions, ListQuestions, ReviewTask, StartExecution};
use wire::operation::{ExecutionList, ExecutionReview, ExecutionShow, ExecutionStart, QuestionList};
use wire::playbook::{AllowPlaybook, Document, SavePlaybook};
use wire::{Caller, Door};

/// Commands of one execution, in a row: those of odd number must not be done twice.
const TASKS: usize = 6;

/// Executions that a call task of the playbook `calls` starts, all at once.
const ITEMS: usize = 2;

/// The playbooks that are started: one that acts by itself, and one that calls it between two acts of its own.
const PLAYBOOKS: [&str; 2] = ["row", "calls"];

/// A restart may take this long until executions go on.
const RESUMED: Duration = Duration::from_secs(5);

fn number_of(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn is_unsafe(task: &str) -> bool {
    task.trim_start_matches('t').parse::<usize>().is_ok_and(|number| number % 2 == 1)
}

// ---- the server that counts

/// At which moment of an effect the process dies.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// The request is there, nothing has happened.
    Before,
    /// It has happened, nobody knows.
    Unanswered,
    /// It has happened, and the process may know.
    Answered,
}

/// The effect at which the process dies.
struct Fatal {
    left: usize,
    moment: Moment,
    reached: mpsc::Sender<()>,
}

/// A loopback HTTP server whose every request is an effect.
struct Effects {
    address: String,
    counts: Arc<Mutex<HashMap<(i64, String), u32>>>,
    fatal: Arc<Mutex<Option<Fatal>>>,
}

impl Effects {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let effects = Self { address: listener.local_addr().unwrap().to_string(), counts: Arc::default(), fatal: Arc::default() };
        let (counts, fatal) = (effects.counts.clone(), effects.fatal.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (counts, fatal) = (counts.clone(), fatal.clone());
                std::thread::spawn(move || Self::take(stream, &counts, &fatal));
            }
        });
        effects
    }

    fn take(mut stream: TcpStream, counts: &Mutex<HashMap<(i64, String), u32>>, fatal: &Mutex<Option<Fatal>>) -> Option<()> {
        let mut line = String::new();
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        reader.read_line(&mut line).ok()?;
        while {
            let mut head = String::new();
            reader.read_line(&mut head).ok()? > 2
        } {}
        let (execution, task) = line.strip_prefix("POST /")?.strip_suffix(" HTTP/1.1\r\n")?.split_once('/')?;
        let key = (execution.parse().ok()?, task.to_owned());
        let dying = {
            let mut fatal = fatal.lock().unwrap();
            let is_due = fatal.as_mut().is_some_and(|fatal| {
                fatal.left -= 1;
                fatal.left == 0
            });
            if is_due { fatal.take() } else { None }
        };
        let moment = dying.as_ref().map(|dying| dying.moment);
        let gone = |stream: &mut TcpStream| drop(stream.read_to_end(&mut Vec::new()));
        if let (Some(Moment::Before), Some(dying)) = (moment, &dying) {
            dying.reached.send(()).ok()?;
            gone(&mut stream);
            return None;
        }
        *counts.lock().unwrap().entry(key).or_default() += 1;
        if let (Some(Moment::Unanswered), Some(dying)) = (moment, &dying) {
            dying.reached.send(()).ok()?;
            gone(&mut stream);
            return None;
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok()?;
        drop((stream, reader));
        if let Some(dying) = dying {
            dying.reached.send(()).ok()?;
        }
        Some(())
    }

    /// Returns what tells that the `number`th effect from now has come to its `moment`.
    fn expect(&self, number: usize, moment: Moment) -> mpsc::Receiver<()> {
        let (reached, receiver) = mpsc::channel();
        *self.fatal.lock().unwrap() = Some(Fatal { left: number, moment, reached });
        receiver
    }

    fn count(&self, execution: i64, task: &str) -> u32 {
        self.counts.lock().unwrap().get(&(execution, task.to_owned())).copied().unwrap_or_default()
    }
}

// ---- the process that dies

struct Process {
    child: Child,
    client: Client,
}

impl Process {
    /// Starts it; none when it died before it was up.
    fn start(data: &Path, effects: &Effects, failpoint: Option<&str>) -> Option<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crash_host"));
        command.arg(data).arg(&effects.address).stdin(Stdio::piped()).stdout(Stdio::piped()).env_remove("HAETAE_FAILPOINT");
        if let Some(failpoint) = failpoint {
            command.env("HAETAE_FAILPOINT", failpoint).stderr(Stdio::null());
        }
        let begun = Instant::now();
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some((base, token)) = line.trim().split_once(' ') else {
            assert!(!child.wait().unwrap().success());
            return None;
        };
        assert!(begun.elapsed() < RESUMED, "it took {:?} to come up", begun.elapsed());
        Some(Self { client: Client::http(base, token).unwrap(), child })
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until a failpoint has ended it.
    fn died(mut self) {
        // Waiting closes the input, and a closed input tells it to end by itself.
        let input = self.child.stdin.take();
        assert!(!self.child.wait().unwrap().success());
        drop(input);
    }

    async fn start_execution(&self, playbook: &str) -> Result<i64, Error> {
        let request = StartExecution { playbook: playbook.to_owned(), version: None, input: Map::new(), ticket: None, wait: None };
        Ok(self.client.call::<ExecutionStart>(request).await?.summary.id)
    }

    /// Decides what needs review as a person would who can look at the server.
    async fn review(&self, effects: &Effects) -> Result<(), Error> {
        for item in self.client.call::<QuestionList>(ListQuestions::default()).await?.reviews {
            assert!(is_unsafe(&item.task), "what may be done again needs no person");
            let review = if effects.count(item.execution, &item.task) > 0 { Review::Happened { output: json!({}) } } else { Review::Again };
            self.client.call::<ExecutionReview>(ReviewTask { id: item.execution, task: item.task, review }).await?;
        }
        Ok(())
    }

    async fn executions(&self) -> Vec<ExecutionSummary> {
        let mut all = Vec::new();
        loop {
            let offset = u32::try_from(all.len()).unwrap();
            let list = ListExecutions { limit: Some(1000), offset: Some(offset), ..ListExecutions::default() };
            let page = self.client.call::<ExecutionList>(list).await.unwrap();
            if page.executions.is_empty() {
                return all;
            }
            all.extend(page.executions);
        }
    }
}

fn command(number: usize) -> Json {
    if number % 2 == 1 {
        json!({"type": "action", "app": "edr", "command": "quarantine", "parameters": {"hash": "44d88612fea8a8f36de82e1278abb02f", "hosts": ["a"]}})
    } else {
        json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "198.51.100.7"}})
    }
}

/// Tasks in a row.
fn document(id: &str, tasks: Vec<(String, Json)>) -> Json {
    let before = std::iter::once("start").chain(tasks.iter().map(|(id, _)| id.as_str()));
    let links: Vec<Json> = before.zip(&tasks).map(|(from, (to, _))| json!({"from": from, "to": to})).collect();
    json!({"format": 1, "id": id, "tasks": tasks.into_iter().collect::<Map<_, _>>(), "links": links})
}

fn documents() -> [Json; 2] {
    let own = |number: usize| (format!("t{number}"), command(number));
    let items: Vec<usize> = (0..ITEMS).collect();
    let each = json!({"variable": "item", "in": json!(items).to_string(), "concurrency": ITEMS});
    let call = ("call".to_owned(), json!({"type": "call", "playbook": "row", "each": each}));
    [document("row", (0..TASKS).map(own).collect()), document("calls", vec![own(0), call, own(1)])]
}

/// Makes a data directory with playbooks whose commands run without an approval.
async fn prepare(data: &Path) {
    let options = Options { vault: Some(vault::Vault::in_memory()), operator: Some("kim".to_owned()), ..Options::new(data) };
    let host = Host::open(options).await.unwrap();
    let kim = Caller { name: "kim".to_owned(), door: Door::Window };
    for app in ["virustotal", "edr"] {
        let (app, name) = (app.to_owned(), "default".to_owned());
        let row = ConnectionRow { app, name, options: Default::default(), credential: None, health: None, sample: false };
        host.store().write(move |db| db.save_connection(&row)).await.unwrap();
    }
    for (id, document) in PLAYBOOKS.into_iter().zip(documents()) {
        host.playbook_save(&kim, SavePlaybook { document: Document(document), base: 0, comment: String::new() }).await.unwrap();
        host.playbook_allow(&kim, AllowPlaybook { id: id.to_owned(), enabled: Some(true), act_alone: Some(true) }).await.unwrap();
    }
    host.close().await;
}

/// Lets everything come to its end, and compares what is stored with what happened.
async fn finish(data: &Path, effects: &Effects, started: &[i64]) {
    let process = Process::start(data, effects, None).expect("the process comes up");
    let all = loop {
        process.review(effects).await.unwrap();
        let all = process.executions().await;
        if all.iter().all(|execution| execution.status.is_final()) {
            break all;
        }
    };
    for id in started {
        assert!(all.iter().any(|execution| execution.id == *id), "execution {id} is lost");
    }
    for execution in &all {
        assert_eq!(execution.status, ExecutionStatus::Done, "execution {}", execution.id);
        let detail = process.client.call::<ExecutionShow>(ExecutionRef { id: execution.id }).await.unwrap();
        for run in &detail.tasks {
            assert_eq!(run.status, TaskStatus::Done, "execution {} task {}", execution.id, run.id);
            if run.kind == "call" {
                let called = all.iter().filter(|one| one.parent.as_ref().is_some_and(|parent| parent.execution == execution.id));
                assert_eq!(called.count(), ITEMS, "execution {} called", execution.id);
                continue;
            }
            let count = effects.count(execution.id, run.id.as_str());
            let expected = if is_unsafe(run.id.as_str()) { count == 1 } else { count >= 1 };
            assert!(expected, "execution {} task {} happened {count} times", execution.id, run.id);
        }
    }
    assert!(
        effects.counts.lock().unwrap().keys().all(|(execution, _)| all.iter().any(|one| one.id == *execution)),
        "an unknown execution acted"
    );
    process.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_at_any_effect_loses_nothing_and_repeats_nothing_unsafe() {
    let seed = number_of("HAETAE_CRASH_SEED").unwrap_or_else(rand::random);
    eprintln!("HAETAE_CRASH_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let (data, effects) = (folder.path().join("data"), Effects::start());
    prepare(&data).await;
    let mut started = Vec::new();
    for _ in 0..number_of("HAETAE_CRASHES").unwrap_or(100) {
        // Two new executions have more effects than this, whatever the older ones wait for.
        let number = random.random_range(1..=2 * TASKS);
        let moment = [Moment::Before, Moment::Unanswered, Moment::Answered][random.random_range(0..3)];
        let reached = effects.expect(number, moment);
        let process = Process::start(&data, &effects, None).expect("the process comes up");
        // The process may be dead before it answers: what was not acknowledged need not be there.
        let work = async {
            for playbook in PLAYBOOKS {
                started.push(process.start_execution(playbook).await?);
            }
            process.review(&effects).await
        };
        let dead = tokio::task::spawn_blocking(move || reached.recv_timeout(Duration::from_secs(60)));
        tokio::pin!(dead);
        let result = tokio::select! {
            result = &mut dead => result,
            _ = work => dead.await,
        };
        result.unwrap().expect("the effect was reached");
        process.kill();
    }
    finish(&data, &effects, &started).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_at_a_named_point_loses_nothing_and_repeats_nothing_unsafe() {
    let folder = tempfile::tempdir().unwrap();
    let (data, effects) = (folder.path().join("data"), Effects::start());
    prepare(&data).await;
    let mut started = Vec::new();
    for point in store::failpoint::POINTS {
        // The first pass, and some in the middle of a caller and of those that it called.
        for (playbook, number) in [("row", 1), ("row", 5), ("calls", 3), ("calls", 4), ("calls", 9)] {
            let Some(process) = Process::start(&data, &effects, Some(&format!("{point}:{number}"))) else { continue };
            started.extend(process.start_execution(playbook).await);
            let _ = process.review(&effects).await;
            process.died();
        }
    }
    finish(&data, &effects, &started).await;
}
