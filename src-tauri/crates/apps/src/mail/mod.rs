//! Apps of kind `smtp`: mail through a server.
//!
//! The conversation is held step by step, not by lettre's transport, because that gives up on a mail when one of its recipients is refused.

mod html;
mod message;

use std::time::Duration;

use engine::message::TaskError;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Noop, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use serde_json::{Map, Value as Json, json};
use vault::Secret;

use crate::builtin::{Secrets, option_text, time_limit};
use crate::error::{code, task_error, words_of};

use message::Prepared;

/// The commands that apps of this kind can have.
pub(crate) const COMMANDS: [&str; 1] = ["send"];

/// How long connecting may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// How much of a server's own words an error carries.
const SERVER_WORDS: usize = 300;

/// How a connection is made private.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Security {
    None,
    StartTls,
    Tls,
}

/// Tells whether a connection logs in.
pub(crate) fn logs_in(options: &Map<String, Json>) -> bool {
    option_text(options, "authentication") != Some("none")
}

/// Sends a mail and tells who it was taken for.
pub(crate) async fn send(parameters: &Map<String, Json>, options: &Map<String, Json>, secrets: &Secrets) -> Result<Json, TaskError> {
    let prepared = message::prepare(parameters, option_text(options, "from").unwrap_or_default())?;
    within(options, async {
        let mut server = Server::connect(options, secrets).await?;
        let sent = server.deliver(&prepared).await;
        server.leave().await;
        sent
    })
    .await
}

/// What a connection of the sample answers: the mail is put together and goes nowhere.
pub(crate) fn pretend(parameters: &Map<String, Json>) -> Result<Json, TaskError> {
    let prepared = message::prepare(parameters, "Haetae <sample@haetae.invalid>")?;
    Ok(output(&prepared, &prepared.recipients, &[]))
}

/// Connects, logs in and leaves.
pub(crate) async fn test(options: &Map<String, Json>, secrets: &Secrets) -> Result<(), TaskError> {
    message::sender(option_text(options, "from").unwrap_or_default())?;
    within(options, async {
        let mut server = Server::connect(options, secrets).await?;
        let answered = server.connection.command(Noop).await.map_err(|error| failed(&server.name, &error));
        server.leave().await;
        answered.map(drop)
    })
    .await
}

async fn within<T>(options: &Map<String, Json>, talk: impl Future<Output = Result<T, TaskError>>) -> Result<T, TaskError> {
    let limit = time_limit(options);
    tokio::time::timeout(limit, talk).await.unwrap_or_else(|_| {
        let seconds = limit.as_secs();
        Err(task_error(
            code::NO_ANSWER,
            format!("The mail server did not answer within {seconds} s; whether the mail went out is not known."),
        ))
    })
}

struct Server {
    name: String,
    connection: AsyncSmtpConnection,
}

impl Server {
    async fn connect(options: &Map<String, Json>, secrets: &Secrets) -> Result<Self, TaskError> {
        let host = option_text(options, "host").unwrap_or_default().to_owned();
        let port = options.get("port").and_then(Json::as_u64).and_then(|port| u16::try_from(port).ok()).filter(|port| *port != 0);
        let Some(port) = port.filter(|_| !host.is_empty()) else {
            return Err(task_error(code::CONNECTION, "The connection has no mail server, or its port is not from 1 to 65535."));
        };
        let name = format!("{host}:{port}");
        let security = match option_text(options, "security") {
            Some("none") => Security::None,
            Some("tls") => Security::Tls,
            _ => Security::StartTls,
        };
        let tls = if security == Security::None { None } else { Some(tls(&host, options)?) };
        let hello = ClientId::default();
        let implicit = tls.clone().filter(|_| security == Security::Tls);
        let connected = AsyncSmtpConnection::connect_tokio1((host.as_str(), port), Some(CONNECT_PATIENCE), &hello, implicit, None).await;
        let connection = connected.map_err(|error| failed(&name, &error))?;
        let mut server = Self { name, connection };
        if let Some(tls) = tls.filter(|_| security == Security::StartTls) {
            if !server.connection.can_starttls() {
                server.leave().await;
                return Err(task_error(code::TLS, format!("{} offers no STARTTLS, and nothing is sent without it.", server.name)));
            }
            server.connection.starttls(tls, &hello).await.map_err(|error| failed(&server.name, &error))?;
        }
        if logs_in(options) {
            server.log_in(secrets).await?;
        }
        Ok(server)
    }

    async fn log_in(&mut self, secrets: &Secrets) -> Result<(), TaskError> {
        let exposed = |field: &str| secrets.get(field).map(Secret::expose).unwrap_or_default().to_owned();
        let credentials = Credentials::new(exposed("user"), exposed("password"));
        if self.connection.server_info().get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
            self.leave().await;
            return Err(task_error(code::REFUSED, format!("{} offers no log-in with a password.", self.name)));
        }
        match self.connection.auth(DEFAULT_MECHANISMS, &credentials).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let error = match failed(&self.name, &error) {
                    // Whatever number a server gives to it, a log-in that it refuses for good is a matter of the credential.
                    refused if refused.code == code::BAD_REQUEST => TaskError { code: code::REFUSED.to_owned(), ..refused },
                    other => other,
                };
                self.leave().await;
                Err(error)
            }
        }
    }

    async fn deliver(&mut self, mail: &Prepared) -> Result<Json, TaskError> {
        let mut options = Vec::new();
        let is_ascii = |address: &Address| address.to_string().is_ascii();
        if !mail.recipients.iter().chain([&mail.from]).all(is_ascii) {
            if !self.connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(task_error(code::MAIL_ADDRESS, format!("{} takes no addresses with letters beyond English ones.", self.name)));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        if !mail.bytes.is_ascii() {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        self.connection.command(Mail::new(Some(mail.from.clone()), options)).await.map_err(|error| failed(&self.name, &error))?;
        let (mut accepted, mut rejected) = (Vec::new(), Vec::new());
        let mut all_for_now = true;
        for recipient in &mail.recipients {
            match self.connection.command(Rcpt::new(recipient.clone(), Vec::new())).await {
                Ok(_) => accepted.push(recipient.clone()),
                Err(error) if error.status().is_some() => {
                    all_for_now &= error.is_transient();
                    let refusal = failed(&self.name, &error);
                    rejected.push((recipient.clone(), refusal));
                }
                Err(error) => return Err(failed(&self.name, &error)),
            }
        }
        if accepted.is_empty() {
            let why = rejected.first().map(|(_, refusal)| words_of(refusal)).unwrap_or_default();
            let code = if all_for_now { code::FOR_NOW } else { code::MAIL_RECIPIENTS };
            return Err(task_error(code, format!("The mail server refused every recipient. {why}")));
        }
        self.connection.command(Data).await.map_err(|error| failed(&self.name, &error))?;
        self.connection.message(&mail.bytes).await.map_err(|error| failed(&self.name, &error))?;
        Ok(output(mail, &accepted, &rejected))
    }

    /// Says goodbye; what was sent stands whether or not the server answers.
    async fn leave(&mut self) {
        self.connection.abort().await;
    }
}

fn output(mail: &Prepared, accepted: &[Address], rejected: &[(Address, TaskError)]) -> Json {
    let rejected: Vec<Json> = rejected
        .iter()
        .map(|(address, refusal)| json!({"address": address.to_string(), "code": refusal.code, "message": words_of(refusal)}))
        .collect();
    json!({
        "message_id": mail.id,
        "accepted": accepted.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "rejected": rejected,
    })
}

fn tls(host: &str, options: &Map<String, Json>) -> Result<TlsParameters, TaskError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = crate::builtin::authority(options)? {
        let certificate = Certificate::from_pem(&pem)
            .map_err(|_| task_error(code::CONNECTION, "The certificate authority file holds no PEM certificate."))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| task_error(code::TLS, format!("TLS cannot be prepared: {error}.")))
}

/// Returns the error of a step of the conversation, with the server's own words cut short.
fn failed(server: &str, error: &lettre::transport::smtp::Error) -> TaskError {
    let words: String = std::error::Error::source(error)
        .map(ToString::to_string)
        .unwrap_or_default()
        .chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .take(SERVER_WORDS)
        .collect();
    let says = if words.is_empty() { String::new() } else { format!(" It says: {words}") };
    let why = if words.is_empty() { String::new() } else { format!(" ({words})") };
    match error.status() {
        Some(status) if error.is_transient() => task_error(code::FOR_NOW, format!("{server} refused for now ({status}).{says}")),
        Some(status) if matches!(status.to_string().as_str(), "530" | "534" | "535" | "538") => {
            task_error(code::REFUSED, format!("{server} refused the log-in ({status}).{says}"))
        }
        Some(status) => task_error(code::BAD_REQUEST, format!("{server} refused ({status}).{says}")),
        None if error.is_tls() || is_tls(error) => task_error(code::TLS, format!("No private connection to {server}{why}.")),
        None if error.is_response() => task_error(code::MALFORMED, format!("{server} does not speak SMTP{why}.")),
        None if error.is_timeout() => task_error(code::NO_ANSWER, format!("{server} did not answer in time.")),
        None => task_error(code::NO_ANSWER, format!("{server} cannot be reached{why}.")),
    }
}

/// A handshake that fails comes as an error of the network with one of TLS inside.
fn is_tls(error: &lettre::transport::smtp::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<native_tls::Error>() {
            return true;
        }
        source = inner.source();
    }
    false
}
