//! The one API: dispatch of the operation table, and the doors that lead to it.
//!
//! The declarations are in `wire`, the bodies in [`bodies`], each a call of one `Host` method.
//! Invariant: the class of an operation is checked in [`Api::call`] and nowhere else.

pub mod bodies;
pub mod client;
pub mod door;

use host::Host;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use types::Error;
use wire::{Caller, Class, Door, Operation, Push};

pub use client::Client;

/// The operations over one host.
#[derive(Clone)]
pub struct Api {
    host: Host,
}

/// What a door answers: the response and the tags it depends on or changed, or an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Reply {
    /// It worked.
    Ok {
        /// The response.
        ok: Json,
        /// The tags.
        tags: Vec<String>,
    },
    /// It did not.
    Error {
        /// Why.
        error: Error,
    },
}

impl Api {
    /// Serves `host`.
    pub fn new(host: Host) -> Self {
        Self { host }
    }

    /// Returns the host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Returns the stream of everything that is pushed from now on.
    pub fn subscribe(&self) -> tokio::sync::broadcast::Receiver<Push> {
        self.host.subscribe()
    }

    /// Returns a caller for a door: the operator of this data directory.
    pub async fn caller(&self, door: Door) -> Caller {
        Caller { name: self.host.operator().await.unwrap_or_default(), door }
    }

    /// Runs an operation by name.
    pub async fn call(&self, caller: &Caller, operation: &str, request: Json) -> Reply {
        match self.dispatch(caller, operation, request).await {
            Ok((ok, tags)) => Reply::Ok { ok, tags },
            Err(error) => {
                tracing::info!(operation, code = %error.code, "refused");
                Reply::Error { error }
            }
        }
    }

    /// Runs one declared operation in this process.
    pub async fn run<O: bodies::Run>(&self, caller: &Caller, request: O::Request) -> Result<O::Response, Error> {
        let request = serde_json::to_value(request).map_err(|error| bad_request(O::NAME, &error))?;
        self.perform::<O>(caller, request).await.map(|(response, _)| response)
    }

    /// Runs an operation by name for a door that carries text: neither request nor response takes the way over a tree of values.
    pub async fn call_text(&self, caller: &Caller, operation: &str, request: &[u8]) -> Result<Vec<u8>, Error> {
        let result = self.dispatch_text(caller, operation, request).await;
        if let Err(error) = &result {
            tracing::info!(operation, code = %error.code, "refused");
        }
        result
    }

    async fn dispatch(&self, caller: &Caller, operation: &str, request: Json) -> Result<(Json, Vec<String>), Error> {
        macro_rules! dispatch {
            ($($name:ident),*) => {
                match operation {
                    $(wire::operation::$name::NAME => self.typed::<wire::operation::$name>(caller, request).await,)*
                    _ => Err(unknown(operation)),
                }
            };
        }
        wire::for_each_operation!(dispatch)
    }

    async fn dispatch_text(&self, caller: &Caller, operation: &str, request: &[u8]) -> Result<Vec<u8>, Error> {
        macro_rules! dispatch {
            ($($name:ident),*) => {
                match operation {
                    // Boxed, so that the future of a call is as large as that of its own operation and not of the largest.
                    $(wire::operation::$name::NAME => Box::pin(self.text::<wire::operation::$name>(caller, request)).await,)*
                    _ => Err(unknown(operation)),
                }
            };
        }
        wire::for_each_operation!(dispatch)
    }

    async fn text<O: bodies::Run>(&self, caller: &Caller, request: &[u8]) -> Result<Vec<u8>, Error> {
        #[derive(Serialize)]
        struct Answer<'a, T> {
            ok: &'a T,
            tags: &'a [String],
        }
        check_class(O::NAME, O::CLASS, caller)?;
        let request = if request.is_empty() || request == b"null" { b"{}" } else { request };
        let request: O::Request = serde_json::from_slice(request).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => bad_request(O::NAME, &error),
            _ => {
                let ko = format!("요청이 JSON이 아닙니다: {error}");
                Error::new("API-JSON", ko, format!("The request is not JSON: {error}")).target(O::NAME)
            }
        })?;
        let (response, tags) = self.carry_out::<O>(caller, request).await?;
        serde_json::to_vec(&Answer { ok: &response, tags: &tags }).map_err(|error| unwritable(&error))
    }

    async fn typed<O: bodies::Run>(&self, caller: &Caller, request: Json) -> Result<(Json, Vec<String>), Error> {
        let (response, tags) = self.perform::<O>(caller, request).await?;
        let ok = serde_json::to_value(response).map_err(|error| unwritable(&error))?;
        Ok((ok, tags))
    }

    /// Checks the class, runs the body and, after a write, tells every door which queries are stale.
    async fn perform<O: bodies::Run>(&self, caller: &Caller, request: Json) -> Result<(O::Response, Vec<String>), Error> {
        check_class(O::NAME, O::CLASS, caller)?;
        let request: O::Request = serde_json::from_value(if request.is_null() { Json::Object(serde_json::Map::new()) } else { request })
            .map_err(|error| bad_request(O::NAME, &error))?;
        self.carry_out::<O>(caller, request).await
    }

    async fn carry_out<O: bodies::Run>(&self, caller: &Caller, request: O::Request) -> Result<(O::Response, Vec<String>), Error> {
        // The tags may need the request, which the body consumes; requests are small beside what they do.
        let copy = request.clone();
        let response = O::run(&self.host, caller, request).await?;
        let tags = O::tags(&copy, &response);
        if O::CLASS != Class::Read {
            self.host.changed(&tags);
        }
        Ok((response, tags))
    }
}

/// Secrets come in through the window or the data directory's own socket, never over HTTP.
fn check_class(operation: &str, class: Class, caller: &Caller) -> Result<(), Error> {
    if class == Class::Secret && caller.door == Door::Http {
        return Err(Error::new(
            "API-SECRET",
            format!("{operation}은(는) HTTP로 받지 않습니다."),
            format!("{operation} is not taken over HTTP."),
        )
        .hint("창에서 넣거나 haetae credential set을 쓰세요.", "Use the window, or haetae credential set.")
        .target(operation));
    }
    Ok(())
}

fn unknown(operation: &str) -> Error {
    Error::new("API-UNKNOWN", format!("작업 {operation:?}이(가) 없습니다."), format!("There is no operation {operation:?}."))
        .hint("프로그램과 창의 버전이 같은지 확인하세요.", "Check that the program and the window have the same version.")
}

fn unwritable(error: &serde_json::Error) -> Error {
    Error::new("API-INTERNAL", format!("응답을 만들 수 없습니다: {error}"), format!("The response cannot be written: {error}"))
}

fn bad_request(operation: &str, error: &serde_json::Error) -> Error {
    Error::new(
        "API-REQUEST",
        format!("{operation} 요청이 잘못되었습니다: {error}"),
        format!("The request of {operation} is wrong: {error}"),
    )
    .hint(
        "창과 프로그램의 버전이 같은지, 요청의 항목 이름이 맞는지 확인하세요.",
        "Check that the window and the program have the same version, and the names of the request's fields.",
    )
    .target(operation)
}
