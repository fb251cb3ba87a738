//! The doors beside the window: the local socket in the data directory, and the opt-in loopback HTTP door.

mod http;
mod local;

pub use http::{Asset, Assets, HttpDoor};
pub use local::{Endpoint, LocalDoor, endpoint};

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::serve::Listener;
use futures::Stream;
use http_body_util::{BodyExt, Either, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use wire::Door;

use crate::{Api, Reply};
use http::Guard;

/// The largest request: a playbook document of 10 MB with room to spare.
const BODY_LIMIT: usize = 16 << 20;

struct Entrance {
    api: Api,
    door: Door,
    /// Who may come in; a socket's permissions say it where there is none.
    guard: Option<Guard>,
}

/// Answers `POST /api/OPERATION`, `GET /api/events` and what `more` has, on every connection that `listener` takes.
async fn serve<L: Listener>(mut listener: L, entrance: Entrance, more: Router) {
    let entrance = Arc::new(entrance);
    let events = Router::new()
        .route("/api/events", get(events))
        .route("/api/{operation}", any(async || StatusCode::METHOD_NOT_ALLOWED))
        .layer(axum::middleware::from_fn_with_state(entrance.clone(), check))
        .with_state(entrance.clone());
    let router = TowerToHyperService::new(events.merge(more));
    loop {
        let (stream, _) = listener.accept().await;
        let (entrance, router) = (entrance.clone(), router.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let (entrance, router) = (entrance.clone(), router.clone());
                async move {
                    // Nearly everything that comes in is an operation: it does not go through layers that are made for the rest.
                    if request.method() == Method::POST && operation_of(request.uri().path()).is_some() {
                        return Ok::<_, Infallible>(entrance.call(request).await);
                    }
                    Ok(router.call(request.map(Body::new)).await?.map(Either::Right))
                }
            });
            if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await {
                tracing::debug!(%error, "a connection ended");
            }
        });
    }
}

type Answer = hyper::Response<Either<Full<Bytes>, Body>>;

/// Returns the operation that a path names.
fn operation_of(path: &str) -> Option<&str> {
    path.strip_prefix("/api/").filter(|name| !name.contains('/'))
}

impl Entrance {
    async fn call(&self, request: Request<Incoming>) -> Answer {
        if let Some(error) = self.guard.as_ref().and_then(|guard| guard.refuse(request.headers())) {
            return answer(Reply::Error { error }).map(Either::Right);
        }
        let (head, body) = request.into_parts();
        let body = match Limited::new(body, BODY_LIMIT).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => {
                let status = if error.is::<LengthLimitError>() { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
                return (status, error.to_string()).into_response().map(Either::Right);
            }
        };
        let operation = operation_of(head.uri.path()).unwrap_or_default();
        let caller = self.api.caller(self.door).await;
        match self.api.call_text(&caller, operation, &body).await {
            Ok(text) => {
                let mut response = hyper::Response::new(Either::Left(Full::new(text.into())));
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response
            }
            Err(error) => answer(Reply::Error { error }).map(Either::Right),
        }
    }
}

async fn check(State(entrance): State<Arc<Entrance>>, request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    match entrance.guard.as_ref().and_then(|guard| guard.refuse(request.headers())) {
        Some(error) => answer(Reply::Error { error }),
        None => next.run(request).await,
    }
}

/// Errors keep their code in the body; the status is for tools that look no further.
fn answer(reply: Reply) -> Response {
    let status = match &reply {
        Reply::Ok { .. } => StatusCode::OK,
        Reply::Error { error } => match error.code.as_str() {
            "API-UNKNOWN" => StatusCode::NOT_FOUND,
            "API-JSON" | "API-REQUEST" => StatusCode::BAD_REQUEST,
            "API-TOKEN" => StatusCode::UNAUTHORIZED,
            "API-SECRET" | "API-ORIGIN" => StatusCode::FORBIDDEN,
            code if code.ends_with("CONFLICT") => StatusCode::CONFLICT,
            code if code.ends_with("NOT-FOUND") => StatusCode::NOT_FOUND,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        },
    };
    (status, Json(reply)).into_response()
}

async fn events(State(entrance): State<Arc<Entrance>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let receiver = entrance.api.subscribe();
    let stream = futures::stream::unfold(receiver, |mut receiver| async move {
        use tokio::sync::broadcast::error::RecvError;
        let event = match receiver.recv().await {
            Ok(push) => Event::default().json_data(&push).unwrap_or_default(),
            // A reader that fell behind has missed changes it cannot name: everything is stale.
            Err(RecvError::Lagged(_)) => Event::default().data(r#"{"push":"changed","tags":["*"]}"#),
            Err(RecvError::Closed) => return None,
        };
        Some((Ok(event), receiver))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
