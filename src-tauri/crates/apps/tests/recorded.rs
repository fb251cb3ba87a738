//! Every bundled command against the recorded services, willing and unwilling.

use std::sync::Arc;

use apps::recorded::Mood;
use apps::{Connection, Recorded, Registry, Runner, sample};
use engine::message::{CommandCall, TaskError};
use serde_json::{Map, Value as Json, json};
use vault::Vault;

fn said(error: &TaskError) -> &str {
    error.message.get(types::Language::En)
}

const LOADER: &str = "f877e559af568e9b056b00467ed83c72";
const UNKNOWN: &str = "00112233445566778899aabbccddeeff";

struct Stage {
    runner: Runner,
    connections: Vec<Connection>,
    _recorded: Recorded,
}

impl Stage {
    async fn new(mood: Mood) -> Self {
        let registry = Arc::new(Registry::bundled());
        let recorded = Recorded::start_in(registry.clone(), mood).await.expect("a free port");
        let runner = Runner::new(registry.clone(), Vault::in_memory());
        runner.use_recorded(Some(recorded.address()));
        Self { connections: sample::connections(&registry), runner, _recorded: recorded }
    }

    fn connection(&self, app: &str) -> &Connection {
        self.connections.iter().find(|connection| connection.app == app).expect("the sample has a connection for every app")
    }

    async fn run(&self, app: &str, command: &str, parameters: Json) -> Result<Json, TaskError> {
        let Json::Object(parameters) = parameters else { panic!("parameters are an object") };
        let call = CommandCall { app: app.into(), connection: "default".into(), command: command.into(), parameters };
        self.runner.run(&call, self.connection(app)).await
    }

    /// Runs a command and checks some fields of its output.
    async fn gives(&self, app: &str, command: &str, parameters: Json, wanted: Json) {
        let output = self.run(app, command, parameters).await.unwrap_or_else(|error| panic!("{app} {command}: {error:?}"));
        for (name, value) in wanted.as_object().expect("an object") {
            assert_eq!(&output[name], value, "{name} of {app} {command}: {output}");
        }
    }
}

#[tokio::test]
async fn reputation_depends_on_what_is_asked() {
    let stage = Stage::new(Mood::Willing).await;
    stage
        .gives(
            "virustotal",
            "ip-report",
            json!({"ip": "203.0.113.66"}),
            json!({"found": true, "malicious": 14, "network": "203.0.113.0/24"}),
        )
        .await;
    stage.gives("virustotal", "ip-report", json!({"ip": "192.0.2.10"}), json!({"found": true, "malicious": 0})).await;
    let file = json!({"found": true, "malicious": 52, "md5": LOADER, "label": "trojan.sampleloader/agent", "first_seen_at": "2026-11-18 00:00:00+0000"});
    stage.gives("virustotal", "file-report", json!({"hash": LOADER}), file).await;
    stage.gives("virustotal", "file-report", json!({"hash": UNKNOWN}), json!({"found": false, "malicious": null, "tags": []})).await;
    stage.gives("abuseipdb", "check", json!({"ip": "198.51.100.23"}), json!({"found": true, "score": 100, "reports": 2417})).await;
    stage.gives("abuseipdb", "check", json!({"ip": "192.0.2.10"}), json!({"found": true, "score": 0, "last_reported_at": null})).await;
    stage.gives("sandbox", "detonate", json!({"hash": LOADER}), json!({"found": true, "verdict": "malicious", "score": 96})).await;
    stage.gives("sandbox", "detonate", json!({"hash": UNKNOWN}), json!({"found": false, "verdict": null, "network": []})).await;
}

#[tokio::test]
async fn a_ticket_without_a_hash_asks_nobody() {
    // Every service refuses, so an answer proves that nothing was sent.
    let stage = Stage::new(Mood::Refusing).await;
    for (app, command, output) in [
        ("virustotal", "ip-report", json!({"found": false})),
        ("virustotal", "file-report", json!({"found": false})),
        ("abuseipdb", "check", json!({"found": false, "score": null})),
        ("sandbox", "detonate", json!({"found": false, "verdict": null})),
        ("edr", "scan-hosts", json!({"found": false, "hosts": []})),
        ("edr", "quarantine", json!({"hosts": [], "failed": []})),
        ("edr", "add-whitelist", json!({"added": false})),
        ("sharing", "share-sample", json!({"shared": false})),
    ] {
        stage.gives(app, command, json!({}), output).await;
    }
    stage.gives("edr", "quarantine", json!({"hash": LOADER, "hosts": []}), json!({"hosts": []})).await;
}

#[tokio::test]
async fn a_block_is_seen_in_the_group() {
    let stage = Stage::new(Mood::Willing).await;
    let block = json!({"address": "198.51.100.23", "comment": "T-1 \"quoted\"", "days": 7});
    stage.gives("firewall", "list-group", json!({}), json!({"group": "haetae-block", "addresses": [], "size": 0})).await;
    stage.gives("firewall", "add-address", block.clone(), json!({"added": true, "size": 1})).await;
    stage.gives("firewall", "add-address", block, json!({"added": false, "size": 1})).await;
    let entry = json!({"address": "198.51.100.23", "comment": "T-1 \"quoted\"", "expires_in_days": 7});
    stage.gives("firewall", "list-group", json!({}), json!({"addresses": ["198.51.100.23"], "entries": [entry]})).await;
    stage.gives("firewall", "remove-address", json!({"address": "198.51.100.23"}), json!({"removed": true, "size": 0})).await;
    stage.gives("firewall", "remove-address", json!({"address": "198.51.100.23"}), json!({"removed": false})).await;
}

#[tokio::test]
async fn quarantine_and_whitelist_are_remembered() {
    let stage = Stage::new(Mood::Willing).await;
    stage
        .gives(
            "edr",
            "scan-hosts",
            json!({"hash": LOADER}),
            json!({"found": true, "hosts": ["desk-017", "desk-042", "file-02"], "scanned": 128}),
        )
        .await;
    stage.gives("edr", "scan-hosts", json!({"hash": UNKNOWN}), json!({"found": false, "hosts": []})).await;
    let hosts = json!({"hash": LOADER, "hosts": ["desk-017", "desk-042"]});
    stage.gives("edr", "quarantine", hosts.clone(), json!({"hosts": ["desk-017", "desk-042"], "failed": []})).await;
    stage.gives("edr", "list-quarantine", json!({}), json!({"size": 2})).await;
    stage.gives("edr", "release", hosts, json!({"hosts": ["desk-017", "desk-042"]})).await;
    stage.gives("edr", "list-quarantine", json!({}), json!({"entries": []})).await;
    stage.gives("edr", "add-whitelist", json!({"hash": UNKNOWN, "comment": "ours"}), json!({"added": true})).await;
    stage.gives("edr", "add-whitelist", json!({"hash": UNKNOWN}), json!({"added": false})).await;
    stage.gives("edr", "remove-whitelist", json!({"hash": UNKNOWN}), json!({"removed": true})).await;
    stage.gives("edr", "remove-whitelist", json!({"hash": UNKNOWN}), json!({"removed": false})).await;
}

#[tokio::test]
async fn sharing_gives_a_number() {
    let stage = Stage::new(Mood::Willing).await;
    stage
        .gives("sharing", "share-sample", json!({"hash": LOADER, "verdict": "malicious"}), json!({"shared": true, "id": "sample-0001"}))
        .await;
    stage
        .gives("sharing", "share-indicator", json!({"kind": "ip", "value": "203.0.113.66"}), json!({"shared": true, "id": "sample-0002"}))
        .await;
}

/// One command of each app that is sent whatever it is given.
fn asking() -> [(&'static str, &'static str, Json); 6] {
    [
        ("virustotal", "ip-report", json!({"ip": "203.0.113.66"})),
        ("abuseipdb", "check", json!({"ip": "203.0.113.66"})),
        ("firewall", "list-group", json!({})),
        ("edr", "scan-hosts", json!({"hash": LOADER})),
        ("sandbox", "detonate", json!({"hash": LOADER})),
        ("sharing", "share-sample", json!({"hash": LOADER})),
    ]
}

#[tokio::test]
async fn a_refused_key_is_app_004_with_the_vendors_words() {
    let stage = Stage::new(Mood::Refusing).await;
    for (app, command, parameters) in asking() {
        let error = stage.run(app, command, parameters).await.unwrap_err();
        assert_eq!(error.code, "APP-004", "{app}: {}", said(&error));
        assert!(said(&error).contains("refused the key (status 401). It says: "), "{}", said(&error));
        let health = stage.runner.test(stage.connection(app)).await;
        assert_eq!(health.error.map(|error| error.code).as_deref(), Some("APP-004"), "{app}");
    }
}

#[tokio::test]
async fn too_many_requests_are_app_429_with_the_wait() {
    let stage = Stage::new(Mood::Limiting).await;
    for (app, command, parameters) in asking() {
        let error = stage.run(app, command, parameters).await.unwrap_err();
        assert_eq!(error.code, "APP-429", "{app}: {}", said(&error));
        let wait = match app {
            // VirusTotal does not say how long; AbuseIPDB says it in a header, the generic apps in the body.
            "virustotal" => None,
            "abuseipdb" => Some(60_000),
            _ => Some(30_000),
        };
        assert_eq!(error.retry_after_ms, wait, "{app}");
    }
}

#[tokio::test]
async fn nonsense_is_app_006() {
    let stage = Stage::new(Mood::Malformed).await;
    for (app, command, parameters) in asking() {
        let error = stage.run(app, command, parameters).await.unwrap_err();
        assert_eq!(error.code, "APP-006", "{app}: {}", said(&error));
    }
}

#[tokio::test]
async fn every_connection_of_the_sample_passes_its_test() {
    let stage = Stage::new(Mood::Willing).await;
    assert_eq!(stage.connections.len(), 10);
    for connection in &stage.connections {
        assert_eq!(stage.runner.test(connection).await.error, None, "{}", connection.app);
    }
}

#[tokio::test]
async fn without_the_recorded_services_the_sample_says_so() {
    let stage = Stage::new(Mood::Willing).await;
    stage.runner.use_recorded(None);
    let error = stage.run("firewall", "list-group", json!({})).await.unwrap_err();
    assert_eq!(error.code, "APP-007");
}

#[tokio::test]
async fn what_is_not_there_is_app_001_and_bad_parameters_app_002() {
    let stage = Stage::new(Mood::Willing).await;
    assert_eq!(stage.run("virustotal", "no-such", json!({})).await.unwrap_err().code, "APP-001");
    assert_eq!(stage.run("virustotal", "ip-report", json!({"ip": "not an address"})).await.unwrap_err().code, "APP-002");
    assert_eq!(stage.run("virustotal", "ip-report", json!({"address": "192.0.2.1"})).await.unwrap_err().code, "APP-002");
    let own = CommandCall { app: "haetae".into(), connection: "default".into(), command: "find-asset".into(), parameters: Map::new() };
    assert_eq!(stage.runner.run(&own, stage.connection("edr")).await.unwrap_err().code, "APP-001");
}
