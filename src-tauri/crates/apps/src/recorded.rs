//! Recorded services: a server on this computer that answers like the vendors, from the replies that come with the apps.
//!
//! The sample workspace talks to it, and so do tests. It is a stage set: it knows what the sample needs, keeps what it was told only in
//! memory, and marks every answer with the header `x-haetae-sample`.

mod state;

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use expression::{JsonTemplate, Value};
use indexmap::IndexMap;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::form_urlencoded;

use crate::app::{App, PathPart};
use crate::manifest::Auth;
use crate::registry::Registry;
use crate::{request, sample};
use state::State;

/// The header that marks an answer as recorded.
pub const MARK: &str = "x-haetae-sample";

/// The largest request that is read.
const REQUEST_LIMIT: usize = 1 << 20;

/// A running server; it stops when this is dropped.
pub struct Recorded {
    address: SocketAddr,
    server: JoinHandle<()>,
}

/// How the recorded services behave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mood {
    /// They answer what they are asked.
    #[default]
    Willing,
    /// They refuse the key.
    Refusing,
    /// They have had too many requests.
    Limiting,
    /// They answer nonsense.
    Malformed,
}

impl Mood {
    fn case(self) -> Case {
        match self {
            Mood::Willing => Case::Success,
            Mood::Refusing => Case::Refusal,
            Mood::Limiting => Case::RateLimit,
            Mood::Malformed => Case::Malformed,
        }
    }
}

impl Recorded {
    /// Starts the recorded services on a free port of 127.0.0.1; each app is below `/APP`.
    ///
    /// # Errors
    /// No port can be had.
    ///
    /// # Panics
    /// A bundled reply cannot be read; a test reads every one of them.
    pub async fn start(registry: Arc<Registry>) -> io::Result<Self> {
        Self::start_in(registry, Mood::Willing).await
    }

    /// Starts them in a mood, for tests of what goes wrong.
    ///
    /// # Errors
    /// No port can be had.
    ///
    /// # Panics
    /// A bundled reply cannot be read; a test reads every one of them.
    pub async fn start_in(registry: Arc<Registry>, mood: Mood) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let stage = Arc::new(Stage { registry, replies: replies(), mood, state: Mutex::default() });
        let router = Router::new().fallback(answer).with_state(stage);
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::warn!(%error, "the recorded services stopped");
            }
        });
        Ok(Self { address, server })
    }

    /// Returns where they listen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What every request sees.
struct Stage {
    registry: Arc<Registry>,
    replies: HashMap<&'static str, Vec<Reply>>,
    mood: Mood,
    state: Mutex<State>,
}

/// A recorded reply.
struct Reply {
    command: Option<String>,
    case: Case,
    when: Map<String, Json>,
    status: StatusCode,
    headers: IndexMap<String, String>,
    body: Content,
}

enum Content {
    Json(JsonTemplate),
    Text(String),
}

/// What kind of answer a reply is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Case {
    Success,
    Refusal,
    RateLimit,
    Malformed,
}

/// A reply as it is written; texts in `body` may hold `{{ expression }}` over what was asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyFile {
    command: Option<String>,
    case: Case,
    #[serde(default)]
    when: Map<String, Json>,
    status: u16,
    #[serde(default)]
    headers: IndexMap<String, String>,
    body: Option<Json>,
    text: Option<String>,
}

impl Reply {
    fn read(text: &str) -> Result<Reply, String> {
        let file: ReplyFile = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let body = match (file.body, file.text) {
            (Some(body), None) => Content::Json(JsonTemplate::compile(&body).map_err(|faults| format!("{faults:?}"))?),
            (None, Some(text)) => Content::Text(text),
            _ => return Err("a reply has either a body or a text".into()),
        };
        let status = StatusCode::from_u16(file.status).map_err(|error| error.to_string())?;
        Ok(Reply { command: file.command, case: file.case, when: file.when, status, headers: file.headers, body })
    }

    fn fits(&self, case: Case, command: &str, asked: &Map<String, Json>) -> bool {
        self.case == case
            && self.command.as_deref().is_none_or(|own| own == command)
            && self.when.iter().all(|(name, wanted)| {
                asked.get(name).is_some_and(|value| match wanted {
                    Json::Array(several) => several.contains(value),
                    one => one == value,
                })
            })
    }
}

macro_rules! bundled_replies {
    ($($app:literal: [$($name:literal),+ $(,)?]),+ $(,)?) => {
        /// The recorded replies by app: name and text.
        const REPLIES: &[(&str, &[(&str, &str)])] = &[
            $(($app, &[$(($name, include_str!(concat!("../../../apps/", $app, "/replies/", $name, ".json")))),+])),+
        ];
    };
}

bundled_replies! {
    "virustotal": [
        "ip-command-and-control", "ip-download-server", "ip-scanner", "ip-clean",
        "file-loader", "file-stealer", "file-updater", "file-unknown", "refusal", "rate-limit", "malformed",
    ],
    "abuseipdb": ["check-command-and-control", "check-scanner", "check-clean", "refusal", "rate-limit", "malformed"],
    "firewall": ["group", "address-added", "address-removed", "address-unknown", "refusal", "rate-limit", "malformed"],
    "edr": [
        "scan-loader", "scan-stealer", "scan-updater", "scan-nothing", "quarantined", "released", "quarantine-list",
        "whitelisted", "whitelist-removed", "whitelist-unknown", "hosts-isolated", "hosts-joined", "files-web-shell", "files-none", "refusal", "rate-limit", "malformed",
    ],
    "sandbox": ["analysis-loader", "analysis-stealer", "analysis-updater", "no-sample", "status", "refusal", "rate-limit", "malformed"],
    "sharing": ["sample-shared", "indicator-shared", "status", "refusal", "rate-limit", "malformed"],
    "mailgateway": [
        "messages-parcel", "messages-none", "quarantined", "released", "sender-blocked", "sender-unblocked", "status",
        "refusal", "rate-limit", "malformed",
    ],
    "directory": [
        "user-administrator", "user-person", "user-unknown", "logons-guessed", "logons-none", "user-disabled", "user-enabled", "status",
        "refusal", "rate-limit", "malformed",
    ],
    "scrubbing": ["traffic-flood", "traffic-usual", "diversion-started", "diversion-stopped", "status", "refusal", "rate-limit", "malformed"],
}

/// Returns the recorded replies of an app as they are written: name and JSON text.
pub fn texts(app: &str) -> &'static [(&'static str, &'static str)] {
    REPLIES.iter().find(|(id, _)| *id == app).map_or(&[], |(_, replies)| replies)
}

fn replies() -> HashMap<&'static str, Vec<Reply>> {
    let read = |app: &str, (name, text): &(&str, &str)| match Reply::read(text) {
        Ok(reply) => reply,
        Err(why) => panic!("the bundled reply {name} of {app} cannot be read: {why}"),
    };
    REPLIES.iter().map(|(app, files)| (*app, files.iter().map(|file| read(app, file)).collect())).collect()
}

async fn answer(Shared(stage): Shared<Arc<Stage>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, REQUEST_LIMIT).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, &json!({"error": "The request is too large."}));
    };
    let segments: Vec<String> =
        head.uri.path().split('/').skip(1).map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect();
    let Some((app, segments)) = segments.split_first().and_then(|(id, rest)| Some((stage.registry.app(id)?, rest))) else {
        return plain(StatusCode::NOT_IMPLEMENTED, &json!({"error": "There is no recorded service here."}));
    };
    let Some((command, mut asked)) = route(app, head.method.as_str(), segments) else {
        return plain(StatusCode::NOT_IMPLEMENTED, &json!({"error": "The recorded service has no such call."}));
    };
    let query = head.uri.query().unwrap_or_default();
    if let Ok(Json::Object(members)) = serde_json::from_slice(&body) {
        asked.extend(members);
    }
    for (name, value) in form_urlencoded::parse(query.as_bytes()).chain(form_urlencoded::parse(if asked.is_empty() { &body } else { b"" }))
    {
        asked.entry(name.into_owned()).or_insert_with(|| Json::String(value.into_owned()));
    }
    let id = app.manifest.id.as_str();
    let case = if authorised(app.manifest.auth.as_ref(), &head.headers, query) { stage.mood.case() } else { Case::Refusal };
    if case == Case::Success {
        stage.state.lock().unwrap_or_else(PoisonError::into_inner).act(id, command, &mut asked);
    }
    let reply = stage.replies.get(id).and_then(|replies| replies.iter().find(|reply| reply.fits(case, command, &asked)));
    match reply {
        Some(reply) => play(reply, &asked),
        None => plain(StatusCode::NOT_IMPLEMENTED, &json!({"error": "The recorded service has no reply to this."})),
    }
}

/// Finds the command that sends this request, and what its path carries.
fn route<'a>(app: &'a App, method: &str, segments: &[String]) -> Option<(&'a str, Map<String, Json>)> {
    let commands = app.commands.iter().filter_map(|(id, command)| Some((id.as_str(), command.request.as_ref()?)));
    commands.chain(app.test.as_ref().map(|request| ("test", request))).find_map(|(id, request)| {
        let same_length = request.path.len() == segments.len();
        if !same_length || request.method.as_str() != method {
            return None;
        }
        let mut carried = Map::new();
        for (part, segment) in request.path.iter().zip(segments) {
            match part {
                PathPart::Text(text) if text == segment => {}
                PathPart::Text(_) => return None,
                PathPart::Parameter(name) | PathPart::Option(name) => {
                    carried.insert(name.clone(), Json::String(segment.clone()));
                }
            }
        }
        Some((id, carried))
    })
}

/// Tells whether a request carries the sample's key the way the app's manifest says.
fn authorised(auth: Option<&Auth>, headers: &HeaderMap, query: &str) -> bool {
    match auth {
        None => true,
        Some(Auth::Header { name, prefix, .. }) => {
            headers.get(name).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix(prefix.as_str()))
                == Some(sample::KEY)
        }
        Some(Auth::Query { name, .. }) => {
            form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == name.as_str() && value == sample::KEY)
        }
        Some(Auth::Basic { .. }) => headers.contains_key(header::AUTHORIZATION),
    }
}

fn play(reply: &Reply, asked: &Map<String, Json>) -> Response {
    let (kind, text) = match &reply.body {
        Content::Text(text) => ("text/html; charset=utf-8", text.clone()),
        Content::Json(template) => {
            let scope: IndexMap<String, Value> = asked.iter().map(|(name, value)| (name.clone(), Value::from_json(value))).collect();
            let context = request::context();
            match template.evaluate(&scope, &context) {
                Ok(body) => ("application/json", body.to_json(context.zone).to_string()),
                Err(error) => {
                    return plain(
                        StatusCode::NOT_IMPLEMENTED,
                        &json!({"error": format!("The reply cannot be filled in ({}).", error.code())}),
                    );
                }
            }
        }
    };
    let mut response = Response::builder().status(reply.status).header(MARK, "recorded").header(header::CONTENT_TYPE, kind);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(text)).unwrap_or_else(|_| plain(StatusCode::NOT_IMPLEMENTED, &json!({"error": "The reply has a bad header."})))
}

fn plain(status: StatusCode, body: &Json) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    headers.insert(MARK, header::HeaderValue::from_static("recorded"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_reply_is_of_a_command_that_exists() {
        let registry = Registry::bundled();
        for (app, replies) in replies() {
            let app = registry.app(app).expect("replies belong to an app");
            for reply in replies {
                let known = |command: &str| command == "test" || app.commands.contains_key(command);
                assert!(reply.command.as_deref().is_none_or(known), "{:?} of {}", reply.command, app.manifest.id);
            }
        }
    }

    #[test]
    fn every_app_has_all_four_cases() {
        for (app, replies) in replies() {
            for case in [Case::Success, Case::Refusal, Case::RateLimit, Case::Malformed] {
                assert!(replies.iter().any(|reply| reply.case == case), "{app} lacks {case:?}");
            }
        }
    }
}
