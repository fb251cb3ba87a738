//! Who answers a command: the process that owns the data directory, or this one.

use std::path::Path;

use api::bodies::Run;
use api::{Api, Client};
use futures::future::BoxFuture;
use futures::{Stream, StreamExt};
use host::Host;
use types::Error;
use wire::{Door, Push};

use super::Settings;

/// The operations, wherever they run.
pub(crate) enum Backend {
    /// Another process owns the data directory.
    Owner(Client),
    /// This process opened it.
    Own(Api),
}

/// Whether executions go on while this process has the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advance {
    /// They run.
    Executions,
    /// They stay queued.
    Nothing,
}

impl Backend {
    /// Asks the owner, or opens the data directory.
    pub(crate) async fn open(settings: &Settings, advance: Advance) -> Result<Self, Error> {
        if let Some(client) = Client::connect(&settings.data).await {
            return Ok(Backend::Owner(client));
        }
        Ok(Backend::Own(open_api(&settings.data, advance).await?))
    }

    /// Runs an operation.
    pub(crate) fn call<O: Run>(&self, request: O::Request) -> BoxFuture<'_, Result<O::Response, Error>> {
        Box::pin(async move {
            match self {
                Backend::Owner(client) => client.call::<O>(request).await,
                Backend::Own(api) => api.run::<O>(&api.caller(Door::Local).await, request).await,
            }
        })
    }

    /// Follows what is pushed.
    pub(crate) async fn subscribe(&self) -> Result<std::pin::Pin<Box<dyn Stream<Item = Push> + Send>>, Error> {
        match self {
            Backend::Owner(client) => Ok(Box::pin(client.subscribe().await?)),
            Backend::Own(api) => {
                let receiver = api.subscribe();
                let stream = futures::stream::unfold(receiver, |mut receiver| async move {
                    use tokio::sync::broadcast::error::RecvError;
                    match receiver.recv().await {
                        Ok(push) => Some((push, receiver)),
                        // Having missed some, look again at everything.
                        Err(RecvError::Lagged(_)) => Some((Push::Changed { tags: vec!["*".to_owned()] }, receiver)),
                        Err(RecvError::Closed) => None,
                    }
                });
                Ok(stream.boxed())
            }
        }
    }

    /// Lets the host write what it holds before the process ends.
    pub(crate) async fn close(self) {
        if let Backend::Own(api) = self {
            api.host().clone().close().await;
        }
    }
}

/// Opens a data directory in this process.
pub async fn open_api(data: &Path, advance: Advance) -> Result<Api, Error> {
    let mut options = host::Options::new(data);
    options.run_executions = advance == Advance::Executions;
    let host = Host::open(options).await?;
    Ok(Api::new(host))
}
