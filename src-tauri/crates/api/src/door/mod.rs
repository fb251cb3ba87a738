//! The doors beside the window: the local socket in the data directory, and the opt-in loopback HTTP door.

mod http;
mod local;

pub use http::{Asset, Assets, HttpDoor};
pub use local::{Endpoint, LocalDoor, endpoint};

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures::Stream;
use wire::Door;

use crate::{Api, Reply};

/// The largest request: a playbook document of 10 MB with room to spare.
const BODY_LIMIT: usize = 16 << 20;

#[derive(Clone)]
struct Entrance {
    api: Api,
    door: Door,
}

/// `POST /api/OPERATION` and `GET /api/events`.
fn routes(api: Api, door: Door) -> Router {
    Router::new()
        .route("/api/events", get(events))
        .route("/api/{operation}", post(call))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(Arc::new(Entrance { api, door }))
}

async fn call(State(entrance): State<Arc<Entrance>>, Path(operation): Path<String>, body: Bytes) -> Response {
    let caller = entrance.api.caller(entrance.door).await;
    match entrance.api.call_text(&caller, &operation, &body).await {
        Ok(text) => ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response(),
        Err(error) => answer(Reply::Error { error }),
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
