//! The other side of the local door: how the command line asks the process that owns the data directory.

use std::path::Path;

use futures::StreamExt;
use serde_json::Value as Json;
use types::Error;
use wire::{Operation, Push};

use crate::Reply;
use crate::door::{Endpoint, endpoint};

/// A connection to the owner of a data directory.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Client {
    /// Connects to the local door of a data directory; `None` when nobody answers there.
    pub async fn connect(data: &Path) -> Option<Self> {
        let client = match endpoint(data) {
            #[cfg(unix)]
            // Making a client takes a tenth of a second: it reads the computer's certificates.
            Endpoint::Socket(path) if !path.exists() => return None,
            #[cfg(unix)]
            Endpoint::Socket(path) => {
                let http = reqwest::Client::builder().unix_socket(path).no_proxy().build().ok()?;
                Self { http, base: "http://localhost".to_owned(), token: None }
            }
            #[cfg(not(unix))]
            Endpoint::Socket(_) => return None,
            Endpoint::PortFile(path) => {
                let text = std::fs::read_to_string(path).ok()?;
                let (address, token) = text.split_once(' ')?;
                let http = reqwest::Client::builder().no_proxy().build().ok()?;
                Self { http, base: format!("http://{address}"), token: Some(token.to_owned()) }
            }
        };
        client.call_json("workspace.show", Json::Null).await.ok().map(|_| client)
    }

    /// Connects to an HTTP door.
    pub fn http(base: impl Into<String>, token: impl Into<String>) -> Result<Self, Error> {
        let http = reqwest::Client::builder().no_proxy().build().map_err(|error| gone(&error))?;
        Ok(Self { http, base: base.into(), token: Some(token.into()) })
    }

    /// Runs an operation there.
    pub async fn call<O: Operation>(&self, request: O::Request) -> Result<O::Response, Error> {
        let request = serde_json::to_value(request).map_err(|error| malformed(O::NAME, &error))?;
        let ok = self.call_json(O::NAME, request).await?;
        serde_json::from_value(ok).map_err(|error| malformed(O::NAME, &error))
    }

    /// Runs an operation by name.
    pub async fn call_json(&self, operation: &str, request: Json) -> Result<Json, Error> {
        let mut asked = self.http.post(format!("{}/api/{operation}", self.base)).json(&request);
        if let Some(token) = &self.token {
            asked = asked.bearer_auth(token);
        }
        let response = asked.send().await.map_err(|error| gone(&error))?;
        match response.json::<Reply>().await.map_err(|error| gone(&error))? {
            Reply::Ok { ok, .. } => Ok(ok),
            Reply::Error { error } => Err(error),
        }
    }

    /// Follows what is pushed; the stream ends when the owner does.
    pub async fn subscribe(&self) -> Result<impl futures::Stream<Item = Push> + Send + use<>, Error> {
        let mut asked = self.http.get(format!("{}/api/events", self.base));
        if let Some(token) = &self.token {
            asked = asked.bearer_auth(token);
        }
        let response = asked.send().await.map_err(|error| gone(&error))?;
        let bytes = response.bytes_stream();
        Ok(futures::stream::unfold((bytes.boxed(), Vec::new()), |(mut bytes, mut buffer)| async move {
            loop {
                if let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = buffer.drain(..=end).collect();
                    let push = line.strip_prefix(b"data:").and_then(|data| serde_json::from_slice::<Push>(data.trim_ascii()).ok());
                    if let Some(push) = push {
                        return Some((push, (bytes, buffer)));
                    }
                } else {
                    buffer.extend_from_slice(&bytes.next().await?.ok()?);
                }
            }
        }))
    }
}

fn gone(error: &reqwest::Error) -> Error {
    Error::new(
        "API-GONE",
        format!("데이터 폴더의 주인이 답하지 않습니다: {error}"),
        format!("The owner of the data directory does not answer: {error}"),
    )
    .hint("해태 창이나 haetae serve가 아직 실행 중인지 확인하세요.", "Check that the Haetae window or haetae serve is still running.")
}

fn malformed(operation: &str, error: &serde_json::Error) -> Error {
    Error::new(
        "API-REPLY",
        format!("{operation}의 답을 읽을 수 없습니다: {error}"),
        format!("The answer of {operation} cannot be read: {error}"),
    )
    .hint("실행 중인 해태와 이 명령의 버전이 같은지 확인하세요.", "Check that the running Haetae and this command have the same version.")
}
