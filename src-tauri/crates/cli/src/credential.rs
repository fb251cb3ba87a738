//! `haetae credential …`

use std::io::{IsTerminal, Read};

use clap::Subcommand;
use types::Error;
use wire::Nothing;
use wire::app::{CredentialRef, SetCredential};
use wire::operation::{CredentialDelete, CredentialList, CredentialSet};

use super::backend::{Advance, Backend};
use super::terminal::{complain, say_json, say_table};
use super::{Exit, Failure, Outcome, Settings};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Put a secret into the OS keyring; its value comes from standard input
    Set {
        /// The credential, such as virustotal-default
        name: String,
        /// Its field
        #[arg(long, default_value = "api_key")]
        field: String,
    },
    /// List the names and fields of credentials; never a secret
    List,
    /// Delete a credential from the OS keyring
    Delete {
        /// The credential
        name: String,
    },
}

pub(crate) async fn run(command: Command, settings: &Settings) -> Outcome {
    let value = match &command {
        Command::Set { .. } => Some(read_secret()?),
        _ => None,
    };
    let backend = Backend::open(settings, Advance::Nothing).await?;
    let outcome = answer(&backend, command, value, settings).await;
    backend.close().await;
    outcome
}

async fn answer(backend: &Backend, command: Command, value: Option<String>, settings: &Settings) -> Outcome {
    match command {
        Command::Set { name, field } => {
            backend.call::<CredentialSet>(SetCredential { name, field, value: value.unwrap_or_default() }).await?;
        }
        Command::List => {
            let credentials = backend.call::<CredentialList>(Nothing {}).await?;
            if settings.json {
                say_json(&credentials);
            } else {
                let rows: Vec<Vec<String>> =
                    credentials.credentials.iter().map(|credential| vec![credential.name.clone(), credential.fields.join(", ")]).collect();
                say_table(&["NAME", "FIELDS"], &rows);
            }
        }
        Command::Delete { name } => {
            backend.call::<CredentialDelete>(CredentialRef { name }).await?;
        }
    }
    Ok(Exit::Done)
}

/// Reads one line; a secret on the command line would stand in the history and in the process list.
fn read_secret() -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        complain("value:");
    }
    let mut value = String::new();
    std::io::stdin().lock().take(64 << 10).read_to_string(&mut value).map_err(|error| {
        Failure::invalid(Error::new(
            "CLI-INPUT",
            format!("표준 입력을 읽을 수 없습니다: {error}"),
            format!("Standard input cannot be read: {error}"),
        ))
    })?;
    let value = value.trim_end_matches(['\r', '\n']).to_owned();
    if value.is_empty() {
        return Err(Failure::invalid(
            Error::new("CLI-INPUT", "표준 입력이 비어 있습니다.", "Standard input is empty.")
                .hint("printf %s \"$KEY\" | haetae credential set NAME", "printf %s \"$KEY\" | haetae credential set NAME"),
        ));
    }
    Ok(value)
}
