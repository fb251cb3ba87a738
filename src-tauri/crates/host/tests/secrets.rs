//! A secret stays in the vault: a vendor that sends it back in every form leaves no trace of it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use host::{Host, Options};
use serde_json::{Value as Json, json};
use testkit::person;
use vault::Vault;
use wire::app::{ConnectionRef, SaveConnection, SetCredential};
use wire::execution::{ExecutionRef, ListExecutions, ListTransitions, StartExecution};
use wire::playbook::{Document, SavePlaybook};
use wire::record::{ExportExecutions, ExportFormat, ReportFormat, WriteReport};

/// It differs from itself in every encoding.
const SECRET: &str = "k3y/9+w\"ord~of the=vault";

fn base64(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
            },
        )
        .collect()
}

/// How the secret may look wherever bytes are kept.
fn forms() -> Vec<(&'static str, String)> {
    let json = json!(SECRET).to_string();
    let inner = json.trim_matches('"').to_owned();
    vec![
        ("as it is", SECRET.to_owned()),
        ("in JSON", inner.clone()),
        ("in JSON in JSON", json!(inner).to_string().trim_matches('"').to_owned()),
        ("in base64", base64(SECRET).trim_end_matches('=').to_owned()),
        ("in percents", percent(SECRET)),
        ("in hex", hex::encode(SECRET)),
        ("in part", "w\"ord~of".to_owned()),
    ]
}

#[track_caller]
fn check_clean(place: &str, bytes: &[u8]) {
    for (form, secret) in forms() {
        let at = bytes.windows(secret.len()).position(|window| window == secret.as_bytes());
        assert!(at.is_none(), "{place} holds the secret {form}, at byte {}", at.unwrap_or_default());
    }
}

#[test]
fn the_search_finds_the_secret_in_every_form() {
    for (form, secret) in forms() {
        let bytes = format!("before {secret} after").into_bytes();
        assert!(std::panic::catch_unwind(|| check_clean("the bytes", &bytes)).is_err(), "{form}");
    }
}

/// A vendor that answers with the key it was given, as data and as an error.
fn gossip() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(gossip_to(stream))));
    address
}

fn gossip_to(mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut key, mut length) = (String::new(), String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => key = value.trim().trim_start_matches("Bearer ").to_owned(),
            "content-length" => length = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut asked = vec![0; length];
    reader.read_exact(&mut asked)?;
    assert_eq!(key, SECRET, "the vendor gets the real key");
    let fails = String::from_utf8_lossy(&asked).contains("fail");
    let said = format!("{key} {} {} {}", base64(&key), percent(&key), hex::encode(&key));
    let (status, body) = match fails {
        true => ("403 Forbidden", json!({"error": format!("the key {said} may not")})),
        false => ("200 OK", json!({"hosts": [{"host": said, "path": key, (key.clone()): 1}], "scanned": 3, "results": [said]})),
    };
    let body = body.to_string();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nX-Key: {key}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Everything that the program logs, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap().is_dir() {
            true => files(&entry.path(), found),
            false => found.push(entry.path()),
        }
    }
}

fn document() -> Json {
    let scan = |hash: &str| json!({"type": "action", "app": "edr", "connection": "gossip", "command": "scan-hosts", "parameters": {"hash": hash}, "assign": {"hosts": "output"}});
    json!({"format": 1, "id": "gossip", "tasks": {
        "scan": scan("quiet"),
        "copy": {"type": "formula", "variable": "copy", "expression": "strjoin(\", \", tasks.scan.output.hosts)"},
        "refused": scan("fail"),
        "why": {"type": "formula", "variable": "why", "expression": "tasks.refused.error.message"},
        "ask": {"type": "approval", "question": "{{ copy }} {{ why }}?"}
    }, "links": [
        {"from": "start", "to": "scan"}, {"from": "scan", "to": "copy"}, {"from": "copy", "to": "refused"},
        {"from": "refused", "outcome": "failed", "to": "why"}, {"from": "refused", "to": "why"}, {"from": "why", "to": "ask"}
    ]})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_that_a_vendor_sends_back_is_nowhere() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).init();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let host = Host::open(Options { vault: Some(Vault::in_memory()), operator: Some("kim".into()), ..Options::new(&data) }).await.unwrap();
    let kim = person("kim");
    let options = [("url".to_owned(), json!(gossip()))].into();
    let connection = SaveConnection { app: "edr".into(), name: "gossip".into(), options, credential: Some("chatty".into()) };
    host.connection_save(&kim, connection).await.unwrap();
    let credential = SetCredential { name: "chatty".into(), field: "api_key".into(), value: SECRET.into() };
    assert!(!format!("{credential:?}").contains("k3y"));
    host.credential_set(&kim, credential).await.unwrap();
    let health = host.connection_test(ConnectionRef { app: "edr".into(), name: "gossip".into() }).await.unwrap();
    check_clean("the health of the connection", serde_json::to_string(&health).unwrap().as_bytes());

    let save = SavePlaybook { document: Document(document()), base: 0, comment: String::new() };
    host.playbook_save(&kim, save).await.unwrap();
    let start = StartExecution { playbook: "gossip".into(), version: None, input: Default::default(), ticket: None, wait: Some(true) };
    let id = host.execution_start(&kim, start).await.unwrap().summary.id;
    let shown = host.execution_show(ExecutionRef { id }).await.unwrap();
    // The vendor did speak: what it said stands there, masked.
    let said = shown.variables["copy"].as_str().unwrap();
    assert!(said.contains(vault::MASK), "{said}");
    assert!(shown.variables["why"].to_string().contains(vault::MASK), "{:?}", shown.variables["why"]);
    host.catch_up_index().await.unwrap();

    let mut outputs: Vec<(&str, String)> = vec![
        ("execution.show", serde_json::to_string(&shown).unwrap()),
        ("execution.log", serde_json::to_string(&host.execution_log(ListTransitions { id, after: None }).await.unwrap()).unwrap()),
        ("execution.replay", serde_json::to_string(&host.execution_replay(ExecutionRef { id }).await.unwrap()).unwrap()),
        ("question.list", serde_json::to_string(&host.question_list(Default::default()).await.unwrap()).unwrap()),
        ("connection.list", serde_json::to_string(&host.connection_list().await.unwrap()).unwrap()),
        ("audit.list", serde_json::to_string(&host.audit_list(Default::default()).await.unwrap()).unwrap()),
    ];
    for search in ["k3y", "chatty", "secret"] {
        let found = host.execution_list(ListExecutions { search: Some(search.into()), ..Default::default() }).await.unwrap();
        outputs.push(("execution.list", serde_json::to_string(&found).unwrap()));
    }
    for format in [ReportFormat::Markdown, ReportFormat::Html] {
        let report = WriteReport { id, format, language: None, redact: Vec::new(), path: None };
        outputs.push(("execution.report", serde_json::to_string(&host.execution_report(&kim, report).await.unwrap()).unwrap()));
    }
    for format in [ExportFormat::Csv, ExportFormat::Json] {
        let export = ExportExecutions { filter: ListExecutions::default(), format, language: None, path: None };
        outputs.push(("execution.export", serde_json::to_string(&host.execution_export(&kim, export).await.unwrap()).unwrap()));
    }
    outputs.iter().for_each(|(place, output)| check_clean(place, output.as_bytes()));

    host.close().await;
    let mut written = Vec::new();
    files(&data, &mut written);
    assert!(
        written.iter().any(|path| path.ends_with("haetae.db")) && written.iter().any(|path| path.ends_with("search.db")),
        "{written:?}"
    );
    for path in written {
        check_clean(&path.display().to_string(), &std::fs::read(&path).unwrap());
    }
    let log = log.0.lock().unwrap();
    assert!(!log.is_empty(), "nothing was logged");
    check_clean("the log", &log);
}
