//! Every operation with every kind of wrong argument: refused with a code that has a page, or harmless; never a panic, never a hang.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use api::{Api, Reply};
use host::{Host, Options};
use serde_json::{Map, Value as Json, json};
use wire::operation::TABLE;
use wire::{Caller, Door};

/// Every field name of the wire, from the generated types: hostile values are put into all of them at once.
fn fields() -> BTreeSet<&'static str> {
    let generated = include_str!("../../../../ui/src/generated/api.ts");
    let words = generated.split(|character: char| !(character.is_ascii_alphanumeric() || "_?:".contains(character)));
    words.filter_map(|word| word.strip_suffix("?:").or(word.strip_suffix(':'))).filter(|name| !name.is_empty()).collect()
}

/// A value as an attacker or a broken client sends it.
fn hostile() -> Vec<Json> {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    vec![
        Json::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e308),
        json!(""),
        json!("x"),
        json!("../../../../etc/passwd"),
        json!("/proc/self/environ"),
        json!("'; DROP TABLE execution; --"),
        json!("{{ 1 / 0 }}\u{202e}\u{1b}[2J\r\nSet-Cookie: a=b\0"),
        json!("해".repeat(20_000)),
        json!([]),
        json!(["x", -1, null]),
        json!({}),
        json!({"id": "x", "tasks": {"a": {"type": "?"}}, "links": [{"from": "a"}]}),
        deep,
    ]
}

fn requests() -> Vec<Json> {
    let fields = fields();
    let filled = |value: &Json| -> Json { fields.iter().map(|name| ((*name).to_owned(), value.clone())).collect::<Map<_, _>>().into() };
    let mut requests = hostile();
    requests.extend(hostile().iter().map(filled));
    // Kinds mixed by name, so that a request whose fields are of several types is reached too.
    let values = hostile();
    requests.extend((0..12).map(|turn: usize| {
        let value = |place: usize| values[(place * 7 + turn * 5) % values.len()].clone();
        fields.iter().enumerate().map(|(place, name)| ((*name).to_owned(), value(place))).collect::<Map<_, _>>().into()
    }));
    requests
}

fn has_a_page(code: &str) -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/errors").join(format!("{code}.md")).is_file()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_refuses_wrong_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { vault: Some(vault::Vault::in_memory()), operator: Some("kim".to_owned()), ..Options::new(folder.path()) };
    let api = Api::new(Host::open(options).await.unwrap());
    let requests = requests();
    let mut refused = 0;
    for declaration in TABLE {
        for (number, request) in requests.iter().enumerate() {
            let caller = Caller { name: "kim".to_owned(), door: Door::Window };
            let operation = declaration.name;
            let call = tokio::spawn({
                let (api, request) = (api.clone(), request.clone());
                async move { api.call(&caller, operation, request).await }
            });
            let reply = tokio::time::timeout(Duration::from_secs(60), call).await;
            let reply = reply.unwrap_or_else(|_| panic!("{operation}, request {number}: hangs"));
            match reply.unwrap_or_else(|_| panic!("{operation}, request {number}: panicked")) {
                Reply::Ok { .. } => {}
                Reply::Error { error } => {
                    refused += 1;
                    assert_ne!(error.code, "API-INTERNAL", "{operation}, request {number}: {error:?}");
                    assert!(has_a_page(&error.code), "{operation}, request {number}: {} has no page", error.code);
                }
            }
        }
    }
    assert!(refused > TABLE.len() * hostile().len(), "only {refused} were refused");
    // It still works: nothing above broke or wedged the workspace.
    let caller = Caller { name: "kim".to_owned(), door: Door::Window };
    let reply = api.call(&caller, "workspace.show", Json::Null).await;
    assert!(matches!(reply, Reply::Ok { .. }), "{reply:?}");
    api.host().clone().close().await;
}

#[tokio::test]
async fn nested_text_ends_at_the_depth_limit() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { vault: Some(vault::Vault::in_memory()), operator: Some("kim".to_owned()), ..Options::new(folder.path()) };
    let api = Api::new(Host::open(options).await.unwrap());
    let caller = Caller { name: "kim".to_owned(), door: Door::Http };
    let text = format!(r#"{{"text": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    for declaration in TABLE.iter().filter(|declaration| declaration.class != wire::Class::Secret) {
        // An operation that has no such field reads over it.
        if let Err(error) = api.call_text(&caller, declaration.name, text.as_bytes()).await {
            assert!(has_a_page(&error.code), "{}: {error:?}", declaration.name);
        }
    }
    api.host().clone().close().await;
}
