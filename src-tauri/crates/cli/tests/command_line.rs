//! The command line from outside: the real program, its exit codes and what it prints.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// The root of the project.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// A data directory of its own, and the program over it.
struct Workbench {
    folder: TempDir,
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }
}

impl Workbench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_haetae"));
        command.args(arguments).env("HAETAE_DATA", self.data()).env("HAETAE_LANGUAGE", "en").current_dir(root());
        // No test may reach the developer's keyring.
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent").env_remove("DISPLAY");
        command
    }

    fn haetae(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).stdin(Stdio::null()).output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_string_lossy().into_owned()
    }
}

fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HAETAE_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let file = root.join(path);
    if file.exists() {
        return Some(file);
    }
    let line = format!("SKIPPED: no shared test data: {path}");
    eprintln!("{line}");
    if let Some(skips) = std::env::var_os("HAETAE_SKIPS") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(skips).unwrap();
        writeln!(file, "{line}").unwrap();
    }
    None
}

fn playbook(tasks: Json, links: Json) -> String {
    json!({"format": 1, "id": "demo", "tasks": tasks, "links": links}).to_string()
}

#[track_caller]
fn check_value(expression: &str, printed: &str) {
    let ran = Workbench::new().haetae(&["expression", "eval", expression, "--timezone", "Asia/Seoul", "--vars", r#"{"n": 3}"#]);
    assert_eq!((ran.code, ran.out.trim_end()), (0, printed), "{}", ran.err);
}

#[test]
fn expressions_print_as_tagged_json() {
    check_value("n * 2", "6");
    check_value(r#"ip("192.0.2.1")"#, r#"{"$ip":"192.0.2.1"}"#);
    check_value(r#"binary("AZ")"#, r#"{"$binary":"415a"}"#);
    check_value(r#"date("2026-01-02","yyyy-MM-dd")"#, r#"{"$date":"2026-01-02T00:00:00.000+09:00"}"#);
    check_value("log(-1)", r#"{"$double":"NaN"}"#);
}

#[test]
fn a_faulty_expression_exits_1_with_code_place_and_hint() {
    let ran = Workbench::new().haetae(&["expression", "eval", "lowr(n)"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.starts_with("EXP-020 [0-4]"), "{}", ran.err);
    assert!(ran.err.contains("lower"), "{}", ran.err);
}

#[test]
fn a_batch_prints_a_value_or_the_kind_of_error_per_line() {
    let bench = Workbench::new();
    let file = bench.file("rows.tsv", "a\t1 + 1\nb\t1 +\nc\tdaterange(epoch(0), epoch(9999999999), \"1m\")\n");
    let ran = bench.haetae(&["expression", "eval", "--batch", &file]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "a\t2\nb\t{\"$error\":\"parse\"}\nc\t{\"$error\":\"eval\"}\n"));
}

#[test]
fn every_conformance_row_prints_what_the_reference_expects() {
    let (Some(rows), Some(context)) = (shared("reference/expressions-conformance.tsv"), shared("reference/expressions-context.json"))
    else {
        return;
    };
    let bench = Workbench::new();
    let text = std::fs::read_to_string(rows).unwrap();
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|line| !line.starts_with("id\t") && !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    let batch: String = rows.iter().map(|row| format!("{}\t{}\n", row[0], row[2])).collect();
    let file = bench.file("rows.tsv", &batch);
    let vars = format!("@{}", context.display());
    let ran = bench.haetae(&["expression", "eval", "--batch", &file, "--vars", &vars, "--timezone", "Asia/Seoul"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let printed: Vec<(&str, &str)> = ran.out.lines().filter_map(|line| line.split_once('\t')).collect();
    assert_eq!(printed.len(), rows.len());
    for (row, (id, value)) in rows.iter().zip(printed) {
        assert_eq!(row[0], id);
        let (expected, found): (Json, Json) = (serde_json::from_str(row[3]).unwrap(), serde_json::from_str(value).unwrap());
        assert!(same(&expected, &found), "{} {}: expected {expected}, found {found}", row[0], row[2]);
    }
}

/// Equality as the reference defines it: numbers by value with a tolerance, dates by instant, map order ignored.
fn same(expected: &Json, found: &Json) -> bool {
    match (expected, found) {
        (Json::Number(a), Json::Number(b)) => {
            if let (Some(a), Some(b)) = (a.as_i64(), b.as_i64()) {
                return a == b;
            }
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            if let (Some(Json::String(a)), Some(Json::String(b))) = (a.get("$date"), b.get("$date")) {
                return chrono::DateTime::parse_from_rfc3339(a).unwrap() == chrono::DateTime::parse_from_rfc3339(b).unwrap();
            }
            a.len() == b.len() && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        _ => expected == found,
    }
}

#[test]
fn shipped_playbooks_are_sound_and_pass_their_rehearsals() {
    let bench = Workbench::new();
    // The list opens a data directory; without one, connections that are not there yet are only warned of.
    let ran = Workbench::new().haetae(&["playbook", "add", "--json"]);
    let shipped = ran.json()["playbooks"].as_array().expect("a list").clone();
    assert!(shipped.len() >= 12, "{shipped:?}");
    for id in shipped.iter().map(|own| own["id"].as_str().expect("an id")) {
        let ran = bench.haetae(&["playbook", "check", &format!("playbooks/{id}.json")]);
        assert_eq!(ran.code, 0, "{id}: {}{}", ran.out, ran.err);
        assert!(!ran.out.contains("PBK-031"), "{id}: {}", ran.out);
        let ran = bench.haetae(&["playbook", "rehearse", &format!("playbooks/{id}.json")]);
        assert_eq!(ran.code, 0, "{id}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn shipped_playbooks_are_added_with_those_that_they_call() {
    let bench = Workbench::new();
    let ran = bench.haetae(&["playbook", "add", "phishing-mail", "--json"]);
    assert_eq!(ran.json(), json!({"added": ["phishing-mail", "account-review"], "kept": []}), "{}", ran.err);
    let again = bench.haetae(&["playbook", "add", "account-review", "share-indicator", "--json"]);
    assert_eq!(again.json(), json!({"added": ["share-indicator"], "kept": ["account-review"]}), "{}", again.err);
    let unknown = bench.haetae(&["playbook", "add", "no-such-playbook"]);
    assert_eq!(unknown.code, 1, "{}", unknown.err);
    assert!(unknown.err.contains("NOT-FOUND"), "{}", unknown.err);
}

#[test]
fn checking_tells_errors_from_unreadable_files() {
    let bench = Workbench::new();
    let faulty = bench.file("faulty.json", &playbook(json!({"a": {"type": "branch"}}), json!([{"from": "start", "to": "b"}])));
    let ran = bench.haetae(&["playbook", "check", &faulty, "--json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let codes: Vec<Json> = ran.json()["files"][0]["diagnostics"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, [json!("PBK-007"), json!("PBK-010")]);
    assert_eq!(bench.haetae(&["playbook", "check", &bench.file("x.json", "{")]).code, 1);
    assert_eq!(bench.haetae(&["playbook", "check", "nowhere.json"]).code, 2);
    assert_eq!(bench.haetae(&["playbook", "chekc"]).code, 2);
    assert_eq!(bench.haetae(&["--help"]).code, 0);
}

#[test]
fn a_run_with_replies_needs_no_network_and_ends_with_the_exit_code_of_its_status() {
    let bench = Workbench::new();
    let tasks = json!({
        "look": {"type": "action", "app": "no-such-app", "command": "x", "parameters": {"ip": "{{ ip }}"}, "assign": {"score": "output.score"}, "retry": {"attempts": 2, "backoff": "2s"}},
        "bad": {"type": "branch", "condition": "score >= 5"},
        "ask": {"type": "approval", "question": {"ko": "차단할까요?", "en": "Block {{ ip }}?"}}
    });
    let links = json!([{"from": "start", "to": "look"}, {"from": "look", "to": "bad"}, {"from": "bad", "outcome": "true", "to": "ask"}]);
    let document =
        json!({"format": 1, "id": "demo", "inputs": [{"name": "ip", "type": "ip", "required": true}], "tasks": tasks, "links": links});
    let file = bench.file("demo.json", &document.to_string());
    let replies = bench.file("replies.json", r#"{"replies": {"look": [{"error": {"code": "APP-429"}}, {"output": {"score": 9}}]}}"#);
    let run = |more: &[&str]| bench.haetae(&[&["run", &file, "--replies", &replies, "--json"], more].concat());

    let waiting = run(&["--input", r#"{"ip": "192.0.2.9"}"#]);
    assert_eq!((waiting.code, &waiting.json()["status"]), (3, &json!("waiting")), "{}", waiting.err);
    let approved = run(&["--input", r#"{"ip": "192.0.2.9"}"#, "--answer", r#"ask={"approved": true, "opinion": "ok"}"#]);
    let report = approved.json();
    assert_eq!((approved.code, &report["status"], &report["variables"]["score"]), (0, &json!("done"), &json!(9)));
    assert_eq!(report["tasks"][0]["input"], json!({"ip": "192.0.2.9"}));
    assert_eq!(report["tasks"][0]["attempts"], json!(2));
    assert_eq!(report["tasks"][2]["outcome"], json!("approved"));

    assert_eq!(run(&[]).code, 2, "the required input is missing");
    assert_eq!(run(&["--input", "{"]).code, 2);
    assert_eq!(run(&["--input", r#"{"ip": "192.0.2.9"}"#, "--answer", "ask"]).code, 2);
    let none = bench.file("none.json", "{}");
    let failed = bench.haetae(&["run", &file, "--replies", &none, "--json", "--input", r#"{"ip": "192.0.2.9"}"#]);
    assert_eq!((failed.code, &failed.json()["tasks"][0]["error"]["code"]), (1, &json!("RUN-NO-REPLY")));
    let faulty = bench.file("faulty.json", &playbook(json!({"a": {"type": "branch"}}), json!([])));
    assert_eq!(bench.haetae(&["run", &faulty, "--replies", &none]).code, 2);
}

#[test]
fn a_run_over_a_data_directory_is_recorded() {
    let bench = Workbench::new();
    let tasks = json!({"n": {"type": "formula", "variable": "n", "expression": "6 * 7"}, "ask": {"type": "input", "question": "ok?", "kind": "boolean", "variable": "ok"}});
    let file = bench.file("demo.json", &playbook(tasks, json!([{"from": "start", "to": "n"}, {"from": "n", "to": "ask"}])));
    let waiting = bench.haetae(&["run", &file, "--json"]);
    assert_eq!(waiting.code, 3, "{}", waiting.err);
    let done = bench.haetae(&["run", &file, "--json", "--answer", r#"ask={"value": true}"#]);
    assert_eq!((done.code, &done.json()["variables"]), (0, &json!({"n": 42, "ok": true})), "{}", done.err);
    let list = bench.haetae(&["execution", "list", "--json"]).json();
    let statuses: Vec<&Json> = list["executions"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, [&json!("done"), &json!("waiting")]);
    let shown = bench.haetae(&["execution", "show", "1", "--json"]).json();
    assert_eq!((&shown["execution"], &shown["version"], &shown["tasks"][1]["status"]), (&json!(1), &json!(1), &json!("waiting")));
    assert_eq!(bench.haetae(&["execution", "cancel", "1"]).code, 0);
    assert_eq!(bench.haetae(&["execution", "show", "1", "--json"]).json()["status"], json!("cancelled"));
    assert_ne!(bench.haetae(&["execution", "show", "77"]).code, 0);
}

/// A playbook `asks` that asks, and `calls` that calls it for two addresses.
fn calling(bench: &Workbench) -> String {
    let inputs = json!([{"name": "ip", "type": "ip"}]);
    let sure = json!({"type": "input", "question": "{{ ip }}?", "kind": "boolean", "variable": "bad"});
    let asks = json!({"format": 1, "id": "asks", "inputs": inputs, "tasks": {"sure": sure}, "links": [{"from": "start", "to": "sure"}]});
    // A run of its own saves it; it stays open and must not be answered with the others.
    let asked = bench.haetae(&["run", &bench.file("asks.json", &asks.to_string()), "--input", r#"{"ip": "192.0.2.9"}"#]);
    assert_eq!(asked.code, 3, "{}", asked.err);
    let call = json!({
        "type": "call", "playbook": "asks", "inputs": {"ip": "{{ one }}"}, "assign": {"all": "output"},
        "each": {"variable": "one", "in": "[\"192.0.2.1\", \"192.0.2.2\"]", "concurrency": 2}
    });
    let calls = json!({"format": 1, "id": "calls", "tasks": {"call": call}, "links": [{"from": "start", "to": "call"}]});
    bench.file("calls.json", &calls.to_string())
}

#[track_caller]
fn check_statuses(bench: &Workbench, expected: &[&str]) {
    let list = bench.haetae(&["execution", "list", "--json"]).json();
    let statuses: Vec<&str> = list["executions"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, expected);
}

#[test]
fn answers_given_ahead_reach_called_playbooks_by_their_name() {
    let bench = Workbench::new();
    let calls = calling(&bench);
    let done = bench.haetae(&["run", &calls, "--json", "--answer", r#"asks:sure={"value": true}"#]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let items = &done.json()["variables"]["all"]["items"];
    assert!(items.as_array().is_some_and(|items| items.len() == 2 && items.iter().all(|item| item["variables"]["bad"] == true)), "{items}");
    check_statuses(&bench, &["done", "done", "done", "waiting"]);
    // What names no playbook is for the tasks of the one that runs.
    let waiting = bench.haetae(&["run", &calls, "--json", "--answer", r#"sure={"value": true}"#]);
    assert_eq!((waiting.code, &waiting.json()["status"]), (3, &json!("waiting")), "{}", waiting.err);
}

#[test]
fn cancelling_comes_back_when_everything_that_was_called_has_ended() {
    let bench = Workbench::new();
    let calls = calling(&bench);
    let waiting = bench.haetae(&["run", &calls, "--json"]);
    assert_eq!(waiting.code, 3, "{}", waiting.err);
    let id = waiting.json()["execution"].to_string();
    let cancelled = bench.haetae(&["execution", "cancel", &id]);
    assert_eq!(cancelled.code, 0, "{}", cancelled.err);
    check_statuses(&bench, &["cancelled", "cancelled", "cancelled", "waiting"]);
    assert_ne!(bench.haetae(&["execution", "cancel", &id]).code, 0, "it has ended");
}

#[test]
fn reports_are_written_as_text_and_as_files() {
    let bench = Workbench::new();
    let tasks = json!({"n": {"type": "formula", "name": "The answer", "variable": "n", "expression": "6 * 7"}});
    let ran = bench.haetae(&["run", &bench.file("demo.json", &playbook(tasks, json!([{"from": "start", "to": "n"}])))]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let text = bench.haetae(&["execution", "report", "1"]);
    assert!(text.code == 0 && text.out.starts_with('#') && text.out.contains("The answer"), "{}{}", text.out, text.err);
    let file = |name: &str| bench.folder.path().join(name).to_string_lossy().into_owned();
    for (name, start) in [("r.html", "<!doctype html>"), ("r.pdf", "%PDF-"), ("r.md", "#")] {
        let ran = bench.haetae(&["execution", "report", "1", "--out", &file(name)]);
        assert_eq!((ran.code, ran.out.trim_end()), (0, file(name).as_str()), "{}", ran.err);
        let bytes = std::fs::read(file(name)).unwrap();
        assert!(bytes.to_ascii_lowercase().starts_with(start.to_ascii_lowercase().as_bytes()), "{name}");
    }
    let nowhere = bench.haetae(&["execution", "report", "1", "--out", &file("no/such/folder/r.md")]);
    assert_eq!((nowhere.code, nowhere.out.as_str()), (1, ""), "{}", nowhere.err);
    assert_eq!(bench.haetae(&["execution", "report", "1", "--format", "pdf"]).code, 2);
    assert_eq!(bench.haetae(&["execution", "report", "1", "--format", "docx"]).code, 2);
    assert!(bench.haetae(&["execution", "report", "77"]).err.contains("NOT-FOUND"));
    assert!(bench.haetae(&["ticket", "report", "T-7"]).err.contains("NOT-FOUND"));
}

#[test]
fn playbooks_come_and_go_as_files() {
    let bench = Workbench::new();
    let exported = bench.haetae(&["playbook", "export", "playbooks/ip-triage.json", "--format", "cacao"]);
    assert_eq!(exported.code, 0, "{}", exported.err);
    let cacao = bench.file("cacao.json", &exported.out);
    let out = bench.folder.path().join("back.json").to_string_lossy().into_owned();
    let imported = bench.haetae(&["playbook", "import", &cacao, "--out", &out, "--json"]);
    assert_eq!((imported.code, &imported.json()["losses"]), (0, &json!([])), "{}", imported.err);
    let read = |path: &str| -> Json { serde_json::from_str(&std::fs::read_to_string(root().join(path)).unwrap()).unwrap() };
    let (own, back) = (read("playbooks/ip-triage.json"), read(&out));
    assert_eq!((&back["tasks"], &back["links"]), (&own["tasks"], &own["links"]));
    for (text, code) in
        [("{", 2), ("[]", 2), (r#"{"format": 1, "id": "x", "tasks": {}}"#, 2), (r#"{"type": "playbook", "spec_version": "cacao-9.0"}"#, 2)]
    {
        assert_eq!(bench.haetae(&["playbook", "import", &bench.file("bad.json", text), "--out", &out]).code, code, "{text}");
    }
    assert_eq!(read(&out), back, "what cannot be imported writes nothing");
    assert_eq!(bench.haetae(&["playbook", "import", &cacao, "--out", "/nowhere/x.json"]).code, 2);
    assert_eq!(
        bench.haetae(&["playbook", "export", &bench.file("newer.json", r#"{"format": 9, "id": "x"}"#), "--format", "cacao"]).code,
        2
    );
    assert_eq!(bench.haetae(&["playbook", "export", "playbooks/ip-triage.json", "--format", "bpmn"]).code, 2);
}

#[test]
fn a_circle_of_files_is_named() {
    let bench = Workbench::new();
    let calls = |id: &str, other: &str| {
        let document =
            json!({"format": 1, "id": id, "tasks": {"go": {"type": "call", "playbook": other}}, "links": [{"from": "start", "to": "go"}]});
        bench.file(&format!("{id}.json"), &document.to_string())
    };
    let (one, _) = (calls("one", "two"), calls("two", "one"));
    let ran = bench.haetae(&["playbook", "check", &one]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("PBK-037") && ran.out.contains("one → two → one"), "{}", ran.out);
}

/// `haetae serve` in the background.
struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Server {
    fn start(bench: &Workbench) -> Self {
        let mut child = bench.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut value = |name: &str| {
            let line = lines.next().expect("serve says where it listens").unwrap();
            line.strip_prefix(name).unwrap_or_else(|| panic!("{name}: {line}")).trim().to_owned()
        };
        value("data");
        let address = value("address");
        let token = std::fs::read_to_string(value("token file")).unwrap();
        Self { child, address, token }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_command_line_asks_the_owner_of_the_data_directory() {
    let bench = Workbench::new();
    let server = Server::start(&bench);
    assert_eq!(bench.haetae(&["ticket", "list", "--json"]).json()["total"], json!(0));
    let second = bench.haetae(&["serve"]);
    assert_eq!(second.code, 1);
    assert!(second.err.contains("HOST-LOCKED") && second.err.contains(&server.child.id().to_string()), "{}", second.err);
}

/// The loader takes longer for the window's libraries than an execution does from its start to its end.
#[test]
#[cfg(target_os = "linux")]
fn a_server_loads_nothing_of_the_window() {
    let bench = Workbench::new();
    let server = Server::start(&bench);
    let loaded = std::fs::read_to_string(format!("/proc/{}/maps", server.child.id())).unwrap();
    assert!(loaded.contains("libduckdb"), "{loaded}");
    for library in ["libgtk", "libwebkit", "libjavascriptcore"] {
        assert!(!loaded.contains(library), "{library}");
    }
}

#[test]
#[cfg(unix)]
fn without_a_command_the_program_beside_it_takes_its_place() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Workbench::new();
    let program = bench.folder.path().join("haetae");
    let original = env!("CARGO_BIN_EXE_haetae");
    std::fs::hard_link(original, &program).or_else(|_| std::fs::copy(original, &program).map(|_| ())).unwrap();
    let open = || Command::new(&program).args(["--data", "/some where", "--language", "ko"]).output().unwrap();

    let missing = open();
    assert_eq!(missing.status.code(), Some(1));
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(said.contains("CLI-WINDOW") && said.contains("haetae serve"), "{said}");

    let window = bench.file("haetae-window", "#!/bin/sh\nprintf '%s|' \"$@\"\nexit 7\n");
    std::fs::set_permissions(&window, std::fs::Permissions::from_mode(0o755)).unwrap();
    let opened = open();
    assert_eq!(opened.status.code(), Some(7));
    assert_eq!(String::from_utf8(opened.stdout).unwrap(), "--data|/some where|--language|ko|");
}

#[test]
fn the_http_door_wants_its_token() {
    let bench = Workbench::new();
    let server = Server::start(&bench);
    let curl = |token: &str, operation: &str| {
        let output = Command::new("curl")
            .args(["-s", "-X", "POST", "-H", &format!("Authorization: Bearer {token}"), "-d", "{}"])
            .arg(format!("{}/api/{operation}", server.address))
            .output()
            .unwrap();
        serde_json::from_slice::<Json>(&output.stdout).unwrap()
    };
    assert_eq!(curl("wrong", "workspace.show")["error"]["code"], json!("API-TOKEN"));
    assert_eq!(curl(&server.token, "workspace.show")["ok"]["sample"], json!(false));
    assert_eq!(curl(&server.token, "workspace.destroy")["error"]["code"], json!("API-UNKNOWN"));
    assert_eq!(curl(&server.token, "credential.set")["error"]["code"], json!("API-SECRET"));
}

#[test]
fn after_kill_9_the_next_start_goes_on_where_it_was() {
    let bench = Workbench::new();
    let tasks = json!({
        "first": {"type": "formula", "variable": "a", "expression": "1"},
        "pause": {"type": "wait", "seconds": 3600},
        "ask": {"type": "input", "question": "ok?", "kind": "boolean", "variable": "ok"}
    });
    let links = json!([{"from": "start", "to": "first"}, {"from": "first", "to": "pause"}, {"from": "first", "to": "ask"}]);
    let file = bench.file("demo.json", &playbook(tasks, links));
    let server = Server::start(&bench);
    // The run follows the timer in real time, so it is left behind on purpose.
    let mut run = bench.command(&["run", &file, "--json"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let is_waiting = |bench: &Workbench| {
        let shown = bench.haetae(&["execution", "show", "1", "--json"]);
        shown.code == 0 && shown.json()["tasks"][2]["status"] == json!("waiting")
    };
    let started = std::time::Instant::now();
    while !is_waiting(&bench) {
        assert!(started.elapsed().as_secs() < 60, "the execution never asked");
    }
    server.kill();
    let _ = run.kill();
    let _ = run.wait();
    let _server = Server::start(&bench);
    let shown = bench.haetae(&["execution", "show", "1", "--json"]).json();
    let statuses: Vec<&Json> = shown["tasks"].as_array().unwrap().iter().map(|task| &task["status"]).collect();
    assert_eq!(statuses, [&json!("done"), &json!("running"), &json!("waiting")]);
    assert_eq!(shown["variables"]["a"], json!(1));
}

#[test]
fn secrets_need_a_keyring_and_say_so() {
    let bench = Workbench::new();
    let mut child = bench.command(&["credential", "set", "x"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"tr0ub4dor\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.starts_with("VAULT-"), "{err}");
    for entry in std::fs::read_dir(bench.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(9).any(|window| window == b"tr0ub4dor"), "{}", path.display());
        }
    }
}

#[test]
fn malformed_lines_are_kept_and_the_rest_goes_in() {
    let bench = Workbench::new();
    let alert = |signature: &str, at: &str| {
        json!({"timestamp": at, "event_type": "alert", "src_ip": "198.51.100.7", "src_port": 4444, "dest_ip": "192.0.2.10", "dest_port": 80, "proto": "TCP",
            "alert": {"action": "allowed", "signature_id": 1, "rev": 1, "signature": signature, "category": "Misc activity", "severity": 3}})
        .to_string()
    };
    let first = alert("first", "2026-11-22T01:00:00.000000+0000");
    let text = format!("{first}\n{{\"broken\": \n{first}\n{}\n", alert("second", "2026-11-22T01:00:01.000000+0000"));
    let file = bench.file("alerts.ndjson", &text);
    let ran = bench.haetae(&["event", "ingest", &file, "--json"]);
    let report = ran.json();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(
        (&report["lines"], &report["stored"], &report["duplicates"], &report["rejected"]),
        (&json!(4), &json!(2), &json!(1), &json!(1))
    );
    assert!(ran.err.contains(":2:"), "the line number is told: {}", ran.err);
    let rejects = std::fs::read_to_string(report["rejects_file"].as_str().unwrap()).unwrap();
    assert!(rejects.contains("broken"), "{rejects}");
    let again = bench.haetae(&["event", "ingest", &file, "--json"]).json();
    assert_eq!((&again["stored"], &again["duplicates"]), (&json!(0), &json!(3)));
    let counted = bench.haetae(&["query", "SELECT count(*) AS n FROM events", "--json"]).json();
    assert_eq!(counted["rows"], json!([[2]]));
    let picture = bench.file("picture.png", "\u{89}PNG\r\n\u{1a}\n\0\0\0\rIHDR");
    let refused = bench.haetae(&["event", "ingest", &picture]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("EVENTS-"), "{}", refused.err);
}

#[test]
fn real_alerts_open_tickets_and_queue_their_playbooks() {
    let Some(file) = shared("data/eve/alerts-malicious.ndjson.gz") else { return };
    let bench = Workbench::new();
    assert_eq!(bench.haetae(&["sample", "load"]).code, 0);
    let before = bench.haetae(&["ticket", "list", "--json"]).json()["total"].as_u64().unwrap();
    let ran = bench.haetae(&["event", "ingest", &file.to_string_lossy(), "--json"]);
    let report = ran.json();
    assert_eq!((ran.code, &report["stored"], &report["rejected"]), (0, &json!(5288), &json!(0)), "{}", ran.err);
    let opened = report["tickets_opened"].as_u64().unwrap();
    assert!(opened > 100, "{report}");
    assert_eq!(bench.haetae(&["ticket", "list", "--json"]).json()["total"].as_u64().unwrap(), before + opened);
    assert!(report["executions_started"].as_u64().unwrap() > 0, "{report}");
}
