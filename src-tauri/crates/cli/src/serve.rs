//! `haetae serve`: the engine, the local door and, if asked for, the HTTP door; no window.

use std::net::SocketAddr;

use api::door::{HttpDoor, LocalDoor};
use serde_json::json;

use super::backend::{Advance, open_api};
use super::terminal::{say, say_json};
use super::{Exit, Outcome, Settings};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Open the HTTP door on this loopback address; port 0 takes a free one
    #[arg(long, value_name = "127.0.0.1:PORT")]
    listen: Option<SocketAddr>,
}

pub(crate) async fn run(arguments: Arguments, settings: &Settings) -> Outcome {
    let api = open_api(&settings.data, Advance::Executions).await?;
    let local = LocalDoor::open(api.clone(), &settings.data).await?;
    let http = match arguments.listen {
        Some(address) => Some(HttpDoor::open(api.clone(), address, &settings.data, Some(super::assets::assets())).await?),
        None => None,
    };
    let address = http.as_ref().map(|door| format!("http://{}", door.address));
    let token_file = http.as_ref().map(|door| door.token_file.display().to_string());
    if settings.json {
        say_json(&json!({"data": settings.data, "address": address, "token_file": token_file}));
    } else {
        say(&format!("data {}", settings.data.display()));
        if let (Some(address), Some(token_file)) = (address, token_file) {
            say(&format!("address {address}"));
            say(&format!("token file {token_file}"));
        }
    }
    wait_for_end().await;
    drop(http);
    drop(local);
    api.host().clone().close().await;
    Ok(Exit::Done)
}

/// Returns at Ctrl-C or, on Unix, SIGTERM.
async fn wait_for_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
