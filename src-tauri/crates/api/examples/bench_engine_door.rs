//! Executions a second through the loopback HTTP door, beside what a bare SQLite program commits in the same run.
//!
//! The server is this program again as a process of its own. The load generator keeps its connections open and starts one execution
//! with each request; the answer comes when the execution is done. SQLite runs with `synchronous = FULL` on both sides.
//!
//! An argument such as `W3` or `W3/50` measures that work alone; the whole run also measures the start of the program that
//! `HAETAE_BINARY` names.

#![allow(clippy::print_stdout)] // The figures are its output.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use api::Api;
use api::door::HttpDoor;
use engine::message::{CommandCall, TaskError};
use host::clock::Pending;
use host::runner::{Cause, Runner};
use host::{Host, Options};
use rusqlite::Connection;
use serde_json::{Map, Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The data directory that the child serves.
const SERVE: &str = "HAETAE_BENCH_SERVE";

/// What Restate 1.7 (every step durable) and Node-RED 5 (nothing durable) reach with the same work at 50 at once, executions a second,
/// on a machine whose bare SQLite commits [`COMMITS`] single rows a second and [`ROWS`] rows a second, 100 a commit.
const PEERS: [(&str, f64, Option<f64>); 3] = [("W3", 456.0, Some(11_940.0)), ("W100", 33.9, None), ("WF", 31.0, Some(1_290.0))];
const COMMITS: f64 = 5_910.0;
const ROWS: f64 = 241_800.0;

const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_millis(300);
const LASTS: Duration = Duration::from_millis(1_500);

fn main() -> Outcome<()> {
    match std::env::var_os(SERVE) {
        Some(data) => serve(Path::new(&data)),
        None => tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure()),
    }
}

// ---- the server

/// Answers at once, so that only Haetae and the disk are measured.
struct AtOnce;

impl Runner for AtOnce {
    fn run(&self, _call: CommandCall, _cause: Cause) -> Pending<Result<Json, TaskError>> {
        Box::pin(async { Ok(json!({"malicious": 3, "found": true})) })
    }
}

/// Serves a data directory until its parent closes the standard input.
fn serve(data: &Path) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let host = Host::open(Options {
            vault: Some(vault::Vault::in_memory()),
            runner: Some(Arc::new(AtOnce)),
            operator: Some("bench".to_owned()),
            ..Options::new(data)
        })
        .await?;
        let door = HttpDoor::open(Api::new(host.clone()), ([127, 0, 0, 1], 0).into(), data, None).await?;
        println!("{} {}", door.address, door.token);
        std::io::stdout().flush()?;
        tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
        drop(door);
        let written = host.store().statistics();
        println!("{} {}", written.jobs, written.commits);
        host.close().await;
        Ok(())
    })
}

/// A server process.
struct Server {
    child: Child,
    output: BufReader<ChildStdout>,
    address: String,
    token: String,
}

impl Server {
    fn start(data: &Path) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.env(SERVE, data).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let (address, token) = line.trim().split_once(' ').ok_or("the server did not come up")?;
        Ok(Self { address: address.to_owned(), token: token.to_owned(), child, output })
    }

    /// Ends it, and returns how many jobs each of its commits had.
    fn stop(mut self) -> Outcome<f64> {
        drop(self.child.stdin.take());
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        self.child.wait()?;
        let (jobs, commits) = line.trim().split_once(' ').ok_or("the server did not end well")?;
        Ok(jobs.parse::<f64>()? / commits.parse::<f64>()?)
    }

    /// The processor time it has taken so far.
    fn processor(&self) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields = text.rsplit_once(')').map_or("", |(_, rest)| rest).split_ascii_whitespace().skip(11).take(2);
        // A clock tick is a hundredth of a second on every Linux that has /proc in this form.
        fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
    }

    fn kill(mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Memory in MB: `VmRSS` now, `VmHWM` at most.
    fn memory(&self, what: &str) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'));
        line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
    }

    /// Starts the program itself, as people install it.
    fn start_program(data: &Path) -> Outcome<Self> {
        let program = std::env::var_os("HAETAE_BINARY").ok_or("HAETAE_BINARY is not set: `cargo xtask bench engine` sets it")?;
        let mut command = Command::new(program);
        command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let mut said = String::new();
        // What it says is one object over several lines.
        while !said.trim_end().ends_with('}') && output.read_line(&mut said)? > 0 {}
        let said: Json = serde_json::from_str(&said)?;
        let address = said["address"].as_str().and_then(|address| address.strip_prefix("http://")).ok_or("the program did not come up")?;
        let token = std::fs::read_to_string(said["token_file"].as_str().unwrap_or_default())?;
        Ok(Self { address: address.to_owned(), token: token.trim().to_owned(), child, output })
    }

    async fn client(&self) -> Outcome<Client> {
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, head: format!("Host: {}\r\nAuthorization: Bearer {}\r\n", self.address, self.token), buffer: Vec::new() })
    }

    async fn call(&self, operation: &str, request: &Json) -> Outcome<Json> {
        let mut client = self.client().await?;
        let request = client.request(operation, &request.to_string());
        let reply: Json = serde_json::from_slice(client.send(&request).await?)?;
        if reply.get("error").is_some() {
            return Err(format!("{operation}: {reply}").into());
        }
        Ok(reply["ok"].clone())
    }
}

/// A connection that stays open.
struct Client {
    stream: TcpStream,
    head: String,
    buffer: Vec<u8>,
}

impl Client {
    fn request(&self, operation: &str, body: &str) -> Vec<u8> {
        format!("POST /api/{operation} HTTP/1.1\r\n{}Content-Length: {}\r\n\r\n{body}", self.head, body.len()).into_bytes()
    }

    /// Sends a request and returns the body of the reply.
    async fn send(&mut self, request: &[u8]) -> Outcome<&[u8]> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the connection was closed".into());
            }
            let Some(end) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|end| end + 4) else { continue };
            let head = std::str::from_utf8(&self.buffer[..end])?;
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).ok_or("no length")?.parse::<usize>()?;
            let is_ok = head.starts_with("HTTP/1.1 200");
            while self.buffer.len() < end + length {
                if self.stream.read_buf(&mut self.buffer).await? == 0 {
                    return Err("the connection was closed".into());
                }
            }
            let body = &self.buffer[end..];
            return if is_ok { Ok(body) } else { Err(String::from_utf8_lossy(body).into_owned().into()) };
        }
    }
}

// ---- the work

fn formula(number: usize) -> Json {
    json!({"type": "formula", "variable": format!("v{number}"), "expression": number.to_string()})
}

fn chain(id: &str, length: usize, task: impl Fn(usize) -> Json) -> Json {
    let tasks: Map<String, Json> = (0..length).map(|number| (format!("t{number}"), task(number))).collect();
    let link = |number: usize| match number.checked_sub(1) {
        None => json!({"from": "start", "to": "t0"}),
        Some(before) => json!({"from": format!("t{before}"), "to": format!("t{number}")}),
    };
    json!({"format": 1, "id": id, "name": id, "tasks": tasks, "links": (0..length).map(link).collect::<Vec<_>>()})
}

/// 50 at the same time, and a join.
fn fan(id: &str) -> Json {
    let mut tasks: Map<String, Json> = (0..50).map(|number| (format!("t{number}"), formula(number))).collect();
    tasks.insert("join".to_owned(), json!({"type": "formula", "variable": "x", "expression": "0"}));
    let mut links = Vec::new();
    for number in 0..50 {
        links.push(json!({"from": "start", "to": format!("t{number}")}));
        links.push(json!({"from": format!("t{number}"), "to": "join"}));
    }
    json!({"format": 1, "id": id, "name": id, "tasks": tasks, "links": links})
}

/// Waits for an answer.
fn asking(id: &str) -> Json {
    let tasks = json!({"ask": {"type": "input", "question": "go?", "kind": "boolean", "variable": "go"},
        "end": {"type": "formula", "variable": "x", "expression": "go"}});
    json!({"format": 1, "id": id, "name": id, "tasks": tasks, "links": [{"from": "start", "to": "ask"}, {"from": "ask", "to": "end"}]})
}

fn look(_: usize) -> Json {
    json!({"type": "action", "app": "virustotal", "command": "ip-report", "parameters": {"ip": "198.51.100.7"},
        "assign": {"score": "output.malicious"}})
}

// ---- what is measured

#[derive(Default)]
struct Samples {
    a_second: Vec<f64>,
    p50: Vec<f64>,
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Commits rows of 250 bytes, `rows` a commit: rows a second, and the median of a commit in ms.
fn floor(folder: &Path, rows: usize) -> Outcome<(f64, f64)> {
    let path = folder.join(format!("floor{rows}.db"));
    let db = Connection::open(&path)?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.execute_batch("CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT")?;
    let data = vec![7_u8; 250];
    let mut insert = db.prepare("INSERT INTO row (data) VALUES (?1)")?;
    let (begun, mut times) = (Instant::now(), Vec::new());
    while begun.elapsed() < Duration::from_millis(1_000) {
        let commit = Instant::now();
        let transaction = db.unchecked_transaction()?;
        for _ in 0..rows {
            insert.execute([&data])?;
        }
        transaction.commit()?;
        times.push(commit.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(((times.len() * rows) as f64 / begun.elapsed().as_secs_f64(), median(&times)))
}

/// Starts executions over `at_once` connections for a while: executions a second, and the median of one in ms.
async fn load(server: &Server, playbook: &str, at_once: usize) -> Outcome<(f64, f64)> {
    let body = json!({"playbook": playbook, "wait": true}).to_string();
    let begun = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        let mut client = server.client().await?;
        let request = client.request("execution.start", &body);
        running.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < WARM_UP + LASTS {
                let sent = Instant::now();
                let reply = client.send(&request).await?;
                if !reply.windows(15).any(|bytes| bytes == br#""status":"done""#) {
                    return Err("an execution was not done".into());
                }
                if begun.elapsed() > WARM_UP {
                    times.push(sent.elapsed().as_secs_f64() * 1000.0);
                }
            }
            Outcome::Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(one) = running.join_next().await {
        times.extend(one??);
    }
    Ok((times.len() as f64 / LASTS.as_secs_f64(), median(&times)))
}

/// Starts a number of executions as fast as 50 connections can, and returns the replies.
async fn start_all(server: &Server, playbook: &str, count: usize, wait: bool) -> Outcome<Vec<i64>> {
    let body = json!({"playbook": playbook, "wait": wait}).to_string();
    let left = Arc::new(AtomicUsize::new(count));
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let mut client = server.client().await?;
        let (request, left) = (client.request("execution.start", &body), left.clone());
        running.spawn(async move {
            let mut questions = Vec::new();
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                let reply: Json = serde_json::from_slice(client.send(&request).await?)?;
                questions.extend(reply["ok"]["questions"][0]["id"].as_i64());
            }
            Outcome::Ok(questions)
        });
    }
    let mut questions = Vec::new();
    while let Some(one) = running.join_next().await {
        questions.extend(one??);
    }
    Ok(questions)
}

async fn count(server: &Server, playbook: &str, status: &str) -> Outcome<usize> {
    let list = json!({"playbook": playbook, "status": [status], "limit": 1});
    Ok(server.call("execution.list", &list).await?["total"].as_u64().unwrap_or_default() as usize)
}

async fn answer_all(server: &Server, questions: &[i64]) -> Outcome<()> {
    for some in questions.chunks(500) {
        let report = server.call("question.answer", &json!({"ids": some, "answer": {"value": true}})).await?;
        if report["answered"].as_u64() != Some(some.len() as u64) {
            return Err(format!("not all were answered: {report}").into());
        }
    }
    Ok(())
}

/// One figure; with a target it is said whether that is met.
fn figure(measure: &str, value: f64, unit: &str, target: Option<(&str, f64)>, note: &str) {
    let mut figure = json!({"measure": measure, "value": value, "unit": unit, "note": note});
    if let Some((sign, target)) = target {
        let met = if sign == "≥" { value >= target } else { value <= target };
        figure["target"] = json!(target);
        figure["sign"] = json!(sign);
        figure["met"] = json!(met);
    }
    println!("{figure}");
}

async fn measure() -> Outcome<()> {
    // In the working directory: the temporary folder may be in memory, where nothing is durable.
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let data = folder.path().join("data");
    let server = Server::start(&data)?;
    for document in [chain("w3", 3, formula), chain("w100", 100, formula), fan("wf"), asking("wa"), chain("a20", 20, look)] {
        server.call("playbook.save", &json!({"document": document, "base": 0, "comment": ""})).await?;
    }
    server.call("connection.save", &json!({"app": "virustotal", "name": "default", "options": {}})).await?;
    server.call("settings.save", &json!({"execution_limit": 50})).await?;

    let (mut commits, mut rows) = (Samples::default(), Samples::default());
    let mut loads: Vec<(&str, usize, usize, Samples)> = Vec::new();
    for (name, tasks) in [("W3", 3), ("W100", 100), ("WF", 51)] {
        loads.extend([1, 50].map(|at_once| (name, tasks, at_once, Samples::default())));
    }
    let only = std::env::args().nth(1);
    loads.retain(|(name, _, at_once, _)| only.as_ref().is_none_or(|only| [*name, &format!("{name}/{at_once}")].contains(&only.as_str())));
    for _ in 0..ROUNDS {
        for (samples, size) in [(&mut commits, 1), (&mut rows, 100)] {
            let (a_second, p50) = floor(folder.path(), size)?;
            samples.a_second.push(a_second);
            samples.p50.push(p50);
        }
        for (name, _, at_once, samples) in &mut loads {
            let (a_second, p50) = load(&server, &name.to_lowercase(), *at_once).await?;
            samples.a_second.push(a_second);
            samples.p50.push(p50);
        }
    }
    let (commit_rate, commit_time, row_rate) = (median(&commits.a_second), median(&commits.p50), median(&rows.a_second));
    figure("bare SQLite, 1 row a commit", commit_rate, "commits/s", None, &format!("p50 {commit_time:.2} ms"));
    figure("bare SQLite, 100 rows a commit", row_rate, "rows/s", None, "250 bytes a row");
    // Peers that commit are as fast as the disk, those that remember as fast as the processor.
    let (disk, processor) = (commit_rate / COMMITS, row_rate / ROWS);
    for (name, tasks, at_once, samples) in &loads {
        let (a_second, p50) = (median(&samples.a_second), median(&samples.p50));
        let (_, restate, node_red) = PEERS.iter().find(|peer| peer.0 == *name).copied().unwrap_or_default();
        let restate = (*at_once == 50).then_some(("≥", 20.0 * restate * disk));
        let note = format!("p50 {p50:.2} ms; {:.0} durable task runs/s", a_second * *tasks as f64);
        figure(&format!("{name}, {at_once} at once"), a_second, "executions/s", restate, &note);
        if let (50, Some(node_red)) = (*at_once, node_red) {
            figure(&format!("{name}, {at_once} at once, beside Node-RED"), a_second, "executions/s", Some(("≥", node_red * processor)), "");
        }
        if (*name, *at_once) == ("W100", 50) {
            let ratio = a_second * *tasks as f64 / row_rate;
            figure("durable task runs of W100 to rows of bare SQLite", ratio, "", Some(("≥", 0.25)), "the same run");
        }
        if (*name, *at_once) == ("W3", 1) {
            figure("W3 alone to one durable commit", p50 / commit_time, "", Some(("≤", 3.0)), "medians of the same run");
        }
    }

    if only.is_some() {
        let processor = server.processor();
        figure("processor time of the server", processor, "s", None, "the whole run");
        figure("jobs a commit", server.stop()?, "", None, "the whole run");
        return Ok(());
    }

    let idle = server.memory("VmRSS");
    figure("memory after load", idle, "MB", None, "");
    for (size, limit) in [(1_000, None), (10_000, Some(("≤", 3.0)))] {
        let begun = Instant::now();
        let questions = start_all(&server, "wa", size, true).await?;
        figure(&format!("{size} waiting executions started"), begun.elapsed().as_secs_f64(), "s", limit, "50 connections");
        if questions.len() != size || count(&server, "wa", "waiting").await? != size {
            return Err("executions are missing".into());
        }
        if size == 10_000 {
            figure("memory of 10,000 waiting executions", server.memory("VmRSS") - idle, "MB", Some(("≤", 100.0)), "");
        }
        let begun = Instant::now();
        answer_all(&server, &questions).await?;
        figure(&format!("{size} answered and done"), begun.elapsed().as_secs_f64(), "s", limit, "500 a request");
        if count(&server, "wa", "waiting").await? != 0 {
            return Err("answered executions are not done".into());
        }
    }

    let questions = start_all(&server, "wa", 10_000, true).await?;
    server.kill()?;
    let begun = Instant::now();
    let server = Server::start(&data)?;
    let waiting = count(&server, "wa", "waiting").await?;
    let (first, rest) = questions.split_at(1);
    answer_all(&server, first).await?;
    if waiting != 10_000 || count(&server, "wa", "waiting").await? != 9_999 {
        return Err("executions were lost by the restart".into());
    }
    figure(
        "10,000 waiting executions live again after a kill",
        begun.elapsed().as_secs_f64(),
        "s",
        Some(("≤", 2.0)),
        "one answered and done",
    );
    answer_all(&server, rest).await?;

    let begun = Instant::now();
    start_all(&server, "a20", 10_000, false).await?;
    while count(&server, "a20", "done").await? < 10_000 {
        // Seldom: to count them costs the server as much as some executions.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    figure("10,000 executions of 20 commands, 50 at once", 200_000.0 / seconds, "task runs/s", None, &format!("{seconds:.1} s, none lost"));
    figure("memory at most meanwhile", server.memory("VmHWM"), "MB", Some(("≤", 500.0)), "");
    server.stop()?;

    let mut starts = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        let server = Server::start_program(&data)?;
        server.call("execution.start", &json!({"playbook": "w3", "wait": true})).await?;
        starts.push(begun.elapsed().as_secs_f64() * 1000.0);
        server.kill()?;
    }
    figure(
        "process start to first execution served",
        median(&starts),
        "ms",
        Some(("≤", 150.0)),
        "`haetae serve`, over the data of this run, after a kill",
    );
    Ok(())
}
