//! The runner against hostile and broken services.

use std::sync::Arc;
use std::time::Duration;

use apps::{Connection, Registry, Runner, manifest};
use engine::message::{CommandCall, TaskError};
use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};
use types::SecretRef;
use vault::{Secret, Vault};
use wiremock::matchers::{body_json, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn said(error: &TaskError) -> &str {
    error.message.get(types::Language::En)
}

const SECRET: &str = "s3cr3t/key+with\"signs";

const APP: &str = r#"
format = 1
id = "vendor"
vendor = "Vendor"
name = "Vendor"
description = "An app for tests."
options = [{ name = "url", type = "string", required = true }]
credential = [{ name = "api_key", label = "Key" }]
auth = { kind = "header", name = "x-key", field = "api_key" }
errors = { message = "body.error", when = "body.status == \"error\"" }
test = { method = "GET", path = "/ping" }

[commands.look]
name = "Look"
idempotent = true
destructive = false
parameters = [{ name = "what", type = "string", required = true }, { name = "tag", type = "string" }]
request = { method = "GET", path = "/look/{what}", query = { tag = "{{ tag }}" }, headers = { "x-tag" = "{{ tag }}" } }
[commands.look.output]
value = { value = "body.value", required = true }
asked = { value = "parameters.what" }

[commands.send]
name = "Send"
idempotent = false
destructive = false
parameters = [{ name = "what", type = "any" }, { name = "note", type = "string" }]
request = { method = "POST", path = "/send", json = { what = "{{ what }}", note = "{{ note }}", fixed = { deep = ["{{ note }}"] } }, answer = "nothing" }
[commands.send.output]
status = { value = "status" }
"#;

fn vault() -> Vault {
    let vault = Vault::in_memory();
    vault.set(&SecretRef { credential: "vendor-main".into(), field: "api_key".into() }, Secret::new(SECRET)).expect("memory takes it");
    vault
}

fn runner(text: &str, vault: Vault) -> Runner {
    let (app, diagnostics) = manifest::read(text);
    let app = app.unwrap_or_else(|| panic!("{diagnostics:?}"));
    // Long enough for a busy machine, short enough to try a service that never answers.
    Runner::with_patience(Arc::new(Registry::of([app])), vault, Duration::from_secs(3))
}

fn connection(url: &str) -> Connection {
    Connection {
        app: "vendor".into(),
        name: "main".into(),
        options: IndexMap::from_iter([("url".to_owned(), json!(url))]),
        credential: Some("vendor-main".into()),
        sample: false,
    }
}

async fn run(url: &str, command: &str, parameters: Json) -> Result<Json, TaskError> {
    let parameters: Map<String, Json> = serde_json::from_value(parameters).expect("an object");
    let call = CommandCall { app: "vendor".into(), connection: "main".into(), command: command.into(), parameters };
    runner(APP, vault()).run(&call, &connection(url)).await
}

async fn look(server: &MockServer) -> Result<Json, TaskError> {
    run(&server.uri(), "look", json!({"what": "x"})).await
}

/// A service that gives one answer to everything.
async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(wiremock::matchers::any()).respond_with(answer).mount(&server).await;
    server
}

/// Checks the code of what comes of one answer, and that no form of the secret is in the message.
async fn fails(answer: ResponseTemplate, code: &str) -> TaskError {
    let server = answering(answer).await;
    let error = look(&server).await.expect_err("it fails");
    assert_eq!(error.code, code, "{}", said(&error));
    assert!(!said(&error).contains(SECRET) && !said(&error).contains("s3cr3t"), "{}", said(&error));
    error
}

#[tokio::test]
async fn a_request_carries_the_key_the_query_and_the_path() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/base/look/a%2Fb%20c"))
        .and(query_param("tag", "t&1"))
        .and(header("x-tag", "t&1"))
        .and(header("x-key", SECRET))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"value": 1.5})))
        .expect(1)
        .mount(&server)
        .await;
    let output = run(&format!("{}/base/", server.uri()), "look", json!({"what": "a/b c", "tag": "t&1"})).await;
    assert_eq!(output, Ok(json!({"value": 1.5, "asked": "a/b c"})));
}

#[tokio::test]
async fn a_body_keeps_types_and_leaves_nulls_out() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(body_json(json!({"what": [1, {"a": true}], "fixed": {"deep": [null]}})))
        .respond_with(ResponseTemplate::new(201))
        .expect(1)
        .mount(&server)
        .await;
    assert_eq!(run(&server.uri(), "send", json!({"what": [1, {"a": true}]})).await, Ok(json!({"status": 201})));
}

#[tokio::test]
async fn a_vendor_that_echoes_the_key_leaks_nothing() {
    let encoded = "https://v.example/?key=s3cr3t%2Fkey%2Bwith%22signs";
    let body = json!({"value": {"your key": SECRET, "link": encoded, "nested": [{ SECRET: 1 }]}});
    let server = answering(ResponseTemplate::new(200).set_body_json(body)).await;
    let output = look(&server).await.expect("it works").to_string();
    assert!(!output.contains("s3cr3t"), "{output}");
    assert!(output.contains("[secret]"), "{output}");
    let refusal = ResponseTemplate::new(401).set_body_json(json!({"error": format!("the key {SECRET} is wrong")}));
    assert_eq!(said(&fails(refusal, "APP-004").await), "Vendor refused the key (status 401). It says: the key [secret] is wrong");
}

#[tokio::test]
async fn statuses_become_codes() {
    fails(ResponseTemplate::new(403), "APP-004").await;
    fails(ResponseTemplate::new(404), "APP-404").await;
    fails(ResponseTemplate::new(422).set_body_json(json!({"error": "no"})), "APP-400").await;
    fails(ResponseTemplate::new(500).set_body_string("<html>"), "APP-005").await;
    fails(ResponseTemplate::new(200).set_body_string("<html>"), "APP-006").await;
    fails(ResponseTemplate::new(200).set_body_json(json!({"other": 1})), "APP-006").await;
    fails(ResponseTemplate::new(200).set_body_string("[".repeat(100_000)), "APP-006").await;
    fails(ResponseTemplate::new(200).set_body_json(json!({"status": "error", "error": "quota"})), "APP-400").await;
    let limited = fails(ResponseTemplate::new(429).insert_header("retry-after", "7"), "APP-429").await;
    assert_eq!(limited.retry_after_ms, Some(7_000));
    let nonsense = fails(ResponseTemplate::new(429).insert_header("retry-after", "soon"), "APP-429").await;
    assert_eq!(nonsense.retry_after_ms, None);
    let eternal = fails(ResponseTemplate::new(503).insert_header("retry-after", "1e300"), "APP-005").await;
    assert_eq!(eternal.retry_after_ms, Some(24 * 3_600_000));
}

#[tokio::test]
async fn a_redirect_elsewhere_does_not_carry_the_key() {
    let elsewhere = answering(ResponseTemplate::new(200).set_body_json(json!({"value": 1}))).await;
    for status in [301, 302, 303, 307, 308] {
        fails(ResponseTemplate::new(status).insert_header("location", format!("{}/look/x", elsewhere.uri())), "APP-008").await;
    }
    assert!(elsewhere.received_requests().await.expect("requests are recorded").is_empty());
}

#[tokio::test]
async fn a_redirect_within_the_host_is_followed_for_reading_only() {
    let server = MockServer::start().await;
    Mock::given(path("/look/x")).respond_with(ResponseTemplate::new(302).insert_header("location", "/v2/look/x")).mount(&server).await;
    Mock::given(path("/v2/look/x"))
        .and(header("x-key", SECRET))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"value": 2})))
        .mount(&server)
        .await;
    Mock::given(path("/send")).respond_with(ResponseTemplate::new(307).insert_header("location", "/v2/send")).mount(&server).await;
    Mock::given(path("/v2/send")).respond_with(ResponseTemplate::new(200)).expect(0).mount(&server).await;
    assert_eq!(look(&server).await.map(|output| output["value"].clone()), Ok(json!(2)));
    assert_eq!(run(&server.uri(), "send", json!({})).await.unwrap_err().code, "APP-008");
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let error = fails(ResponseTemplate::new(302).insert_header("location", "/look/x"), "APP-008").await;
    assert_eq!(said(&error), "Vendor redirects in a circle.");
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    fails(ResponseTemplate::new(200).set_body_bytes(vec![b' '; (8 << 20) + 1]), "APP-009").await;
}

#[tokio::test]
async fn a_service_that_is_silent_or_gone_is_app_007() {
    fails(ResponseTemplate::new(200).set_delay(Duration::from_secs(600)), "APP-007").await;
    // A port that was free a moment ago: nobody listens there.
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.local_addr().expect("an address")
    };
    let error = run(&format!("http://{gone}"), "look", json!({"what": "x"})).await.unwrap_err();
    assert_eq!(error.code, "APP-007");
    assert!(said(&error).contains("cannot be reached"), "{}", said(&error));
}

#[tokio::test]
async fn without_a_credential_nothing_is_sent() {
    let server = answering(ResponseTemplate::new(200)).await;
    let call = CommandCall { app: "vendor".into(), connection: "main".into(), command: "send".into(), parameters: Map::new() };
    let empty = runner(APP, Vault::in_memory());
    assert_eq!(empty.run(&call, &connection(&server.uri())).await.unwrap_err().code, "APP-010");
    let unnamed = Connection { credential: None, ..connection(&server.uri()) };
    assert_eq!(empty.run(&call, &unnamed).await.unwrap_err().code, "APP-010");
    assert!(server.received_requests().await.expect("requests are recorded").is_empty());
}

#[tokio::test]
async fn a_key_in_the_query_stays_out_of_errors() {
    let text = APP.replace(r#"kind = "header", name = "x-key""#, r#"kind = "query", name = "apikey""#);
    let runner = runner(&text, vault());
    let call = CommandCall { app: "vendor".into(), connection: "main".into(), command: "send".into(), parameters: Map::new() };
    let server = MockServer::start().await;
    Mock::given(query_param("apikey", SECRET)).respond_with(ResponseTemplate::new(200)).expect(1).mount(&server).await;
    assert_eq!(runner.run(&call, &connection(&server.uri())).await, Ok(json!({"status": 200})));
    let gone = connection("http://127.0.0.1:1");
    let error = runner.run(&call, &gone).await.unwrap_err();
    assert!(!said(&error).contains("s3cr3t") && !said(&error).contains("apikey"), "{}", said(&error));
}
