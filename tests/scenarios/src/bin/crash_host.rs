//! A host that tests kill: `crash_host DATA EFFECTS` serves the data directory, and its commands are requests to the address EFFECTS.

#![allow(clippy::print_stdout, reason = "its address is its output")]

use std::io::Write;
use std::sync::Arc;

use api::Api;
use api::door::HttpDoor;
use engine::message::{CommandCall, TaskError};
use host::clock::Pending;
use host::runner::{Cause, Runner};
use host::{Host, Options};
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Every command is one request that names its execution and its task.
struct Effects {
    address: String,
}

impl Runner for Effects {
    fn run(&self, _call: CommandCall, cause: Cause) -> Pending<Result<Json, TaskError>> {
        let address = self.address.clone();
        Box::pin(async move {
            let request = format!("POST /{}/{} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\n\r\n", cause.execution.0, cause.task);
            let exchange = async {
                let mut stream = TcpStream::connect(&address).await?;
                stream.write_all(request.as_bytes()).await?;
                let mut reply = String::new();
                stream.read_to_string(&mut reply).await?;
                std::io::Result::Ok(reply)
            };
            match exchange.await {
                Ok(reply) if reply.starts_with("HTTP/1.1 200") => Ok(json!({"malicious": 3})),
                Ok(reply) => Err(TaskError::new("APP-500", reply)),
                Err(error) => Err(TaskError::new("APP-001", error.to_string())),
            }
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, effects] = arguments.as_slice() else { return Err("crash_host DATA EFFECTS".into()) };
    let options = Options {
        vault: Some(vault::Vault::in_memory()),
        runner: Some(Arc::new(Effects { address: effects.clone() })),
        operator: Some("kim".to_owned()),
        ..Options::new(data)
    };
    let host = Host::open(options).await?;
    let door = HttpDoor::open(Api::new(host.clone()), ([127, 0, 0, 1], 0).into(), data.as_ref(), None).await?;
    println!("http://{} {}", door.address, door.token);
    std::io::stdout().flush()?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
    drop(door);
    host.close().await;
    Ok(())
}
