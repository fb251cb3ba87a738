//! Running a command of an app: over HTTP as its manifest says, or through what the program itself speaks.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use chrono::Utc;
use engine::message::{CommandCall, TaskError};
use reqwest::header::{HeaderName, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Map, Value as Json};
use tokio::sync::OnceCell;
use types::{Error, Language, SecretRef, Text};
use url::{Host, Url};
use vault::{Redactor, Secret, Vault};
use wire::app::ConnectionHealth;

use crate::app::{App, CompiledRequest};
use crate::builtin::Secrets;
use crate::connection::Connection;
use crate::error::{code, task_error, to_shown};
use crate::manifest::{Auth, Kind, RATE_OPTION};
use crate::rate::Limiter;
use crate::registry::Registry;
use crate::request::{self, Body, Inputs, Prepared};
use crate::response::{self, Received};
use crate::{mail, parameters, sample, sql};

/// The largest answer that is read.
const ANSWER_LIMIT: usize = 8 << 20;

/// How long a request may take in all; a task's `timeout` may end it sooner.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long connecting may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// How many redirects within the connection's own host are followed.
const REDIRECTS: usize = 5;

/// Runs the commands of the installed apps.
pub struct Runner {
    registry: Arc<Registry>,
    vault: Vault,
    /// Goes through the proxy of the environment, if there is one.
    outward: LateClient,
    /// Goes straight: a proxy cannot reach this computer's own services.
    direct: LateClient,
    limiter: Limiter,
    recorded: RwLock<Option<SocketAddr>>,
}

/// An HTTP client that is made when it is first needed: reading the computer's certificates takes a tenth of a second.
struct LateClient {
    patience: Duration,
    is_direct: bool,
    client: OnceCell<Client>,
}

impl LateClient {
    fn new(patience: Duration, is_direct: bool) -> Self {
        Self { patience, is_direct, client: OnceCell::new() }
    }

    async fn get(&self) -> Result<&Client, TaskError> {
        let (patience, is_direct) = (self.patience, self.is_direct);
        let make = || async move {
            let made = tokio::task::spawn_blocking(move || {
                let client = Client::builder()
                    .user_agent(concat!("Haetae/", env!("CARGO_PKG_VERSION")))
                    // A redirect is followed by hand, and never to another host.
                    .redirect(Policy::none())
                    .connect_timeout(CONNECT_PATIENCE.min(patience))
                    .timeout(patience)
                    .referer(false);
                if is_direct { client.no_proxy().build() } else { client.build() }
            });
            let unusable = |error: String| {
                let ko = format!("HTTPS 연결을 준비할 수 없습니다: {error}");
                TaskError::new(code::CONNECTION, Text::both(ko, format!("HTTPS connections cannot be prepared: {error}")))
            };
            made.await.map_err(|error| unusable(error.to_string()))?.map_err(|error| unusable(error.to_string()))
        };
        self.client.get_or_try_init(make).await
    }
}

impl Runner {
    /// Returns a runner for these apps that takes secrets from this vault.
    pub fn new(registry: Arc<Registry>, vault: Vault) -> Self {
        Self::with_patience(registry, vault, PATIENCE)
    }

    /// Returns a runner that gives up on a request after `patience`.
    pub fn with_patience(registry: Arc<Registry>, vault: Vault, patience: Duration) -> Self {
        Self {
            registry,
            vault,
            outward: LateClient::new(patience, false),
            direct: LateClient::new(patience, true),
            limiter: Limiter::default(),
            recorded: RwLock::new(None),
        }
    }

    /// Returns the installed apps.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// Says where the recorded services of the sample listen; connections of the sample go there.
    pub fn use_recorded(&self, address: Option<SocketAddr>) {
        *self.recorded.write().unwrap_or_else(PoisonError::into_inner) = address;
    }

    /// Runs a command and returns its output; neither the output nor the error ever holds the credential.
    ///
    /// Cancelling the future abandons the request. When the connection has a request limit the call waits its turn.
    ///
    /// # Errors
    /// One of the codes of [`crate::code`], or VAULT-NONE, VAULT-LOCKED, VAULT-DENIED when the secret cannot be read.
    pub async fn run(&self, call: &CommandCall, connection: &Connection) -> Result<Json, TaskError> {
        let app = self.app(&call.app)?;
        let unknown = || task_error(code::UNKNOWN, format!("The app `{}` has no command `{}`.", call.app, call.command));
        let declared = app.manifest.commands.get(&call.command).ok_or_else(unknown)?;
        let command = app.commands.get(&call.command).ok_or_else(unknown)?;
        let parameters = parameters::check(&declared.parameters, &call.parameters)?;
        if app.manifest.kind.commands().is_some() {
            return self.speak(app, connection, Some(parameters)).await;
        }
        let request = command.request.as_ref().ok_or_else(unknown)?;
        let inputs = Inputs::new(parameters, self.options(app, connection)?);
        if let Some(skip_when) = &command.skip_when {
            let skip = skip_when.evaluate(inputs.scope(), &request::context());
            if skip.is_ok_and(|skip| skip.truth()) {
                return Ok(response::nothing_known(command));
            }
        }
        let started = Instant::now();
        let (received, redactor) = self.send(app, request, &inputs, connection).await?;
        tracing::debug!(
            app = call.app,
            command = call.command,
            status = received.status,
            bytes = received.body.len(),
            milliseconds = started.elapsed().as_millis() as u64,
            "a vendor answered"
        );
        let vendor = vendor_name(app);
        let result = match response::judge(vendor, &app.errors, &received, request.answer) {
            Ok(body) => response::output(vendor, command, &received, &body.unwrap_or_default(), &inputs),
            Err(error) if response::is_nothing_known(&error, declared.not_found) => Ok(response::nothing_known(command)),
            Err(error) => Err(error),
        };
        match result {
            Ok(mut output) => {
                redactor.json(&mut output);
                Ok(output)
            }
            Err(error) => Err(scrubbed(error, &redactor)),
        }
    }

    /// Asks the vendor whether the connection works; harmless and cheap.
    pub async fn test(&self, connection: &Connection) -> ConnectionHealth {
        let started = Instant::now();
        let result = self.try_connection(connection).await;
        ConnectionHealth {
            tested_at: Utc::now(),
            milliseconds: started.elapsed().as_millis() as u64,
            error: result.err().map(|error| to_shown(&error, &connection.app, &connection.name)),
        }
    }

    async fn try_connection(&self, connection: &Connection) -> Result<(), TaskError> {
        let app = self.app(&connection.app)?;
        if app.manifest.kind.commands().is_some() {
            return self.speak(app, connection, None).await.map(drop);
        }
        // An app that runs inside Haetae has nothing to connect to, so it always works.
        let Some(request) = &app.test else { return Ok(()) };
        let inputs = Inputs::new(Map::new(), self.options(app, connection)?);
        let (received, redactor) = self.send(app, request, &inputs, connection).await?;
        match response::judge(vendor_name(app), &app.errors, &received, request.answer) {
            Ok(_) => Ok(()),
            Err(error) => Err(scrubbed(error, &redactor)),
        }
    }

    /// Runs the one command of an app that the program itself speaks for, or tests the connection where there are no parameters.
    async fn speak(&self, app: &App, connection: &Connection, parameters: Option<Map<String, Json>>) -> Result<Json, TaskError> {
        let options = request::options(&app.manifest.options, &connection.options)?;
        if connection.sample {
            return match (app.manifest.kind, parameters) {
                (Kind::Smtp, Some(parameters)) => mail::pretend(&parameters),
                (Kind::Smtp, None) => Ok(Json::Null),
                _ => Err(task_error(code::NO_ANSWER, "The sample has no such service.")),
            };
        }
        let asks = match app.manifest.kind {
            Kind::Smtp => mail::logs_in(&options),
            _ => sql::driver(&options) != sql::Driver::Sqlite,
        };
        let secrets = Secrets(if asks { self.secrets(app, connection).await? } else { Vec::new() });
        // A user name is no secret, and may rightly stand in what comes back.
        let redactor = Redactor::new(secrets.get("password"));
        let result = match (app.manifest.kind, &parameters) {
            (Kind::Smtp, Some(parameters)) => mail::send(parameters, &options, &secrets).await,
            (Kind::Smtp, None) => mail::test(&options, &secrets).await.map(|()| Json::Null),
            (_, Some(parameters)) => sql::query(parameters, &options, &secrets).await,
            (_, None) => sql::test(&options, &secrets).await.map(|()| Json::Null),
        };
        match result {
            Ok(mut output) => {
                redactor.json(&mut output);
                Ok(output)
            }
            Err(error) => Err(scrubbed(error, &redactor)),
        }
    }

    fn app(&self, id: &str) -> Result<&App, TaskError> {
        let app = self.registry.app(id).ok_or_else(|| task_error(code::UNKNOWN, format!("The app `{id}` is not installed.")))?;
        match app.manifest.kind {
            Kind::Http | Kind::Smtp | Kind::Sql => Ok(app),
            Kind::Own => Err(task_error(code::UNKNOWN, format!("The commands of `{id}` are run inside Haetae and have no connection."))),
        }
    }

    fn options(&self, app: &App, connection: &Connection) -> Result<Map<String, Json>, TaskError> {
        let mut options = request::options(&app.manifest.options, &connection.options)?;
        if connection.sample {
            let address = *self.recorded.read().unwrap_or_else(PoisonError::into_inner);
            let address = address.ok_or_else(|| task_error(code::NO_ANSWER, "The recorded services of the sample are not running."))?;
            options.insert(crate::manifest::URL_OPTION.into(), Json::String(format!("http://{address}/{}", connection.app)));
        }
        Ok(options)
    }

    /// Sends a request with the connection's credential and reads the answer.
    async fn send(
        &self,
        app: &App,
        compiled: &CompiledRequest,
        inputs: &Inputs,
        connection: &Connection,
    ) -> Result<(Received, Redactor), TaskError> {
        let prepared = request::prepare(compiled, &request::base_url(&inputs.options)?, inputs)?;
        if let Some(per_minute) = inputs.options.get(RATE_OPTION).and_then(Json::as_f64).filter(|per_minute| *per_minute >= 1.0) {
            self.limiter.admit(&connection.app, &connection.name, per_minute.min(1e6) as u32).await;
        }
        let secrets = self.secrets(app, connection).await?;
        let redactor = Redactor::new(secrets.iter().map(|(_, secret)| secret));
        let method = Method::from_bytes(compiled.method.as_str().as_bytes())
            .map_err(|_| task_error(code::MALFORMED, "The manifest names an unknown HTTP method."))?;
        match self.exchange(app, method, prepared, &secrets).await {
            Ok(received) => Ok((received, redactor)),
            Err(error) => Err(scrubbed(error, &redactor)),
        }
    }

    async fn exchange(&self, app: &App, method: Method, prepared: Prepared, secrets: &[(String, Secret)]) -> Result<Received, TaskError> {
        let vendor = vendor_name(app);
        let Prepared { mut url, headers, body } = prepared;
        let client = if is_this_computer(&url) { &self.direct } else { &self.outward }.get().await?;
        for _ in 0..=REDIRECTS {
            let mut request = client.request(method.clone(), url.clone());
            for (name, value) in &headers {
                request = request.header(name, value);
            }
            request = match &body {
                Some(Body::Json(json)) => request.json(json),
                Some(Body::Form(form)) => request.form(form),
                None => request,
            };
            let request = authorised(request, app.manifest.auth.as_ref(), secrets)?;
            let response = request.send().await.map_err(|error| no_answer(vendor, error))?;
            // Only reading is sent again: a command that changes something must not be done twice by a redirect.
            match own_redirect(&response, &url).filter(|_| method == Method::GET) {
                Some(next) => url = next,
                None => return receive(vendor, response).await,
            }
        }
        Err(task_error(code::ELSEWHERE, format!("{vendor} redirects in a circle.")))
    }

    /// Takes the secrets of a connection from the keyring, at the last moment.
    async fn secrets(&self, app: &App, connection: &Connection) -> Result<Vec<(String, Secret)>, TaskError> {
        let fields = app.manifest.credential.iter().map(|field| field.name.clone());
        if connection.sample {
            return Ok(fields.map(|field| (field, Secret::new(sample::KEY))).collect());
        }
        let fields: Vec<String> = fields.collect();
        if fields.is_empty() {
            return Ok(Vec::new());
        }
        let missing = |field: &str| {
            task_error(code::NO_CREDENTIAL, format!("The connection `{}` of {} has no `{field}`.", connection.name, vendor_name(app)))
        };
        let Some(credential) = connection.credential.clone() else { return Err(missing(&fields[0])) };
        let vault = self.vault.clone();
        // The keyring may ask the person for its password first.
        let read = tokio::task::spawn_blocking(move || {
            fields
                .into_iter()
                .map(|field| {
                    let secret = vault.get(&SecretRef { credential: credential.clone(), field: field.clone() })?;
                    Ok((field, secret))
                })
                .collect::<Result<Vec<_>, vault::Error>>()
        });
        let found = read
            .await
            .map_err(|_| task_error(code::NO_CREDENTIAL, "Reading the keyring was interrupted."))?
            .map_err(|error| task_error(error.code(), Error::from(error).message.get(Language::En)))?;
        found.into_iter().map(|(field, secret)| secret.map(|secret| (field.clone(), secret)).ok_or_else(|| missing(&field))).collect()
    }
}

fn vendor_name(app: &App) -> &str {
    app.manifest.name.get(Language::En)
}

fn scrubbed(error: TaskError, redactor: &Redactor) -> TaskError {
    TaskError { message: error.message.map(|text| redactor.text(text).into_owned()), ..error }
}

/// Tells whether a URL names this computer itself.
fn is_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        None => false,
    }
}

/// Returns where a redirect points when it stays on the same scheme, host and port.
fn own_redirect(response: &Response, from: &Url) -> Option<Url> {
    if !response.status().is_redirection() {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    from.join(location).ok().filter(|to| to.origin() == from.origin())
}

/// Adds the credential to a request.
fn authorised(request: RequestBuilder, auth: Option<&Auth>, secrets: &[(String, Secret)]) -> Result<RequestBuilder, TaskError> {
    let secret = |field: &str| {
        secrets
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, secret)| secret)
            .ok_or_else(|| task_error(code::NO_CREDENTIAL, format!("The credential has no `{field}`.")))
    };
    Ok(match auth {
        None => request,
        Some(Auth::Header { name, prefix, field }) => {
            let unusable =
                || task_error(code::NO_CREDENTIAL, format!("The `{field}` in the keyring holds characters that no HTTP header can carry."));
            let mut value = HeaderValue::from_str(&format!("{prefix}{}", secret(field)?.expose())).map_err(|_| unusable())?;
            value.set_sensitive(true);
            request.header(HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?, value)
        }
        Some(Auth::Query { name, field }) => request.query(&[(name, secret(field)?.expose())]),
        Some(Auth::Basic { user, password }) => request.basic_auth(secret(user)?.expose(), Some(secret(password)?.expose())),
    })
}

/// Reads an answer up to the limit.
async fn receive(vendor: &str, mut response: Response) -> Result<Received, TaskError> {
    let status = response.status().as_u16();
    let headers =
        response.headers().iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))).collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| no_answer(vendor, error))? {
        if body.len() + chunk.len() > ANSWER_LIMIT {
            return Err(task_error(code::TOO_LARGE, format!("{vendor} answered with more than {} MiB.", ANSWER_LIMIT >> 20)));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Received { status, headers, body })
}

/// Returns the error of a request that got no whole answer; the URL stays out of it, it may carry the key.
fn no_answer(vendor: &str, error: reqwest::Error) -> TaskError {
    let error = error.without_url();
    let what = if error.is_connect() {
        "cannot be reached"
    } else if error.is_timeout() {
        "did not answer in time"
    } else if error.is_decode() {
        return task_error(code::MALFORMED, format!("{vendor}'s answer cannot be unpacked."));
    } else {
        "broke off"
    };
    let mut causes = Vec::new();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        causes.push(inner.to_string());
        cause = inner.source();
    }
    let why = causes.last().map(|why| format!(" ({why})")).unwrap_or_default();
    task_error(code::NO_ANSWER, format!("{vendor} {what}{why}."))
}
