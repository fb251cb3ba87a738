//! `app.toml`: what an app is called, how to connect to it, and what its commands send and read.
//!
//! Reading never stops at the first fault: it returns diagnostics, and an app only when none of them is an error.

mod check;

use indexmap::IndexMap;
use playbook::ValueType;
use playbook::catalog::Parameter;
use serde::Deserialize;
use serde_json::Value as Json;
use types::Text;
use wire::app::CredentialField;

pub use check::read;

/// The newest format version that this program reads.
pub const FORMAT: u32 = 1;

/// The option that holds the address of the vendor's service; every app of kind `http` has it.
pub const URL_OPTION: &str = "url";

/// The option that holds how many requests a minute the vendor allows; where absent, as many as come.
pub const RATE_OPTION: &str = "requests_per_minute";

/// An app's manifest as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The format version, 1.
    pub format: u32,
    /// The app's id, also the name of its folder.
    pub id: String,
    /// How its commands run.
    #[serde(default)]
    pub kind: Kind,
    /// Who makes it.
    pub vendor: String,
    /// What people call it.
    pub name: Text,
    /// What it is for, one sentence.
    pub description: Text,
    /// The vendor's page about the interface.
    #[serde(default)]
    pub documentation: Option<String>,
    /// The options of a connection.
    #[serde(default)]
    pub options: Vec<Parameter>,
    /// The fields of its credential.
    #[serde(default)]
    pub credential: Vec<CredentialField>,
    /// How a request carries the credential.
    #[serde(default)]
    pub auth: Option<Auth>,
    /// How the vendor says what went wrong.
    #[serde(default)]
    pub errors: Errors,
    /// What the *test* button sends: harmless, cheap, and refused without the right credential.
    #[serde(default)]
    pub test: Option<Request>,
    /// The commands by id.
    pub commands: IndexMap<String, Command>,
}

/// How an app's commands run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One HTTP request each.
    #[default]
    Http,
    /// Inside Haetae.
    Own,
    /// Mail through an SMTP server.
    Smtp,
    /// Queries on databases.
    Sql,
}

impl Kind {
    /// Returns the commands that the program can run for an app of this kind; none where the manifest describes them.
    pub(crate) fn commands(self) -> Option<&'static [&'static str]> {
        match self {
            Kind::Http | Kind::Own => None,
            Kind::Smtp => Some(&crate::mail::COMMANDS),
            Kind::Sql => Some(&crate::sql::COMMANDS),
        }
    }

    /// Returns the options without which the program cannot connect for an app of this kind.
    fn options(self) -> &'static [&'static str] {
        match self {
            Kind::Http => &[URL_OPTION],
            Kind::Own => &[],
            Kind::Smtp => &["host", "port", "security", "authentication", "from"],
            Kind::Sql => &["driver", "host", "port", "database", "file", "tls"],
        }
    }

    /// Returns the fields of the credential that the program reads for an app of this kind.
    fn credential(self) -> &'static [&'static str] {
        match self {
            Kind::Http | Kind::Own => &[],
            Kind::Smtp | Kind::Sql => &["user", "password"],
        }
    }
}

/// How a request carries the credential; the values are names of credential fields.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Auth {
    /// In a header.
    Header {
        /// The header's name.
        name: String,
        /// What stands before the secret, such as `Bearer `.
        #[serde(default)]
        prefix: String,
        /// The field that holds the secret.
        field: String,
    },
    /// In the query of the URL.
    Query {
        /// The query parameter.
        name: String,
        /// The field that holds the secret.
        field: String,
    },
    /// HTTP basic authentication.
    Basic {
        /// The field that holds the user name.
        user: String,
        /// The field that holds the password.
        password: String,
    },
}

/// How the vendor says what went wrong; expressions over `status`, `headers` and `body`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Errors {
    /// The vendor's own words.
    #[serde(default)]
    pub message: Option<String>,
    /// The seconds to wait after status 429, when the header `Retry-After` does not say.
    #[serde(default)]
    pub retry_after: Option<String>,
    /// True when an answer with a good status is an error all the same.
    #[serde(default)]
    pub when: Option<String>,
}

/// A command as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// What people call it.
    pub name: Text,
    /// What it does, one sentence.
    #[serde(default)]
    pub description: Option<Text>,
    /// Doing it twice is the same as doing it once.
    pub idempotent: bool,
    /// It blocks, isolates, quarantines, disables or deletes.
    pub destructive: bool,
    /// How to take it back; required for destructive commands.
    #[serde(default)]
    pub undo: Option<Text>,
    /// The parameter that holds what gets blocked, checked against the addresses that are never blocked.
    #[serde(default)]
    pub blocks: Option<String>,
    /// The parameters, in the order of the form.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// An expression over the parameters: when true, nothing is sent and the output is that of a vendor who knows nothing.
    #[serde(default)]
    pub skip_when: Option<String>,
    /// What is sent.
    #[serde(default)]
    pub request: Option<Request>,
    /// What status 404 means.
    #[serde(default)]
    pub not_found: NotFound,
    /// How the answer becomes output, in the order people read it.
    #[serde(default)]
    pub output: IndexMap<String, Output>,
}

/// What is sent; the texts in `query`, `headers`, `json` and `form` may hold `{{ expression }}` over the parameters and `options`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The path below the connection's URL; `{name}` is a parameter or an option, encoded so that it stays one segment.
    pub path: String,
    /// The query; a parameter that comes out null is left out.
    #[serde(default)]
    pub query: IndexMap<String, Json>,
    /// Headers; one that comes out null is left out.
    #[serde(default)]
    pub headers: IndexMap<String, Json>,
    /// A JSON body; a member of its top level that comes out null is left out.
    #[serde(default)]
    pub json: Option<Json>,
    /// A form body; a field that comes out null is left out.
    #[serde(default)]
    pub form: Option<IndexMap<String, Json>>,
    /// What the answer holds.
    #[serde(default)]
    pub answer: Answer,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Sends.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// Returns the word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// What an answer holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// JSON.
    #[default]
    Json,
    /// Text.
    Text,
    /// Nothing that is read.
    Nothing,
}

/// What status 404 means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotFound {
    /// The command fails with APP-404.
    #[default]
    Error,
    /// The vendor does not know it: `found` is false and every other field has its default.
    Output,
}

/// A field of a command's output.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its type.
    #[serde(rename = "type", default)]
    pub kind: ValueType,
    /// What it means.
    #[serde(default)]
    pub description: Option<Text>,
    /// An expression over `status`, `headers`, `body`, `parameters` and `options`; for apps of kind `http` only.
    #[serde(default)]
    pub value: Option<String>,
    /// An answer that lacks it is malformed.
    #[serde(default)]
    pub required: bool,
    /// Its value when the expression gives null.
    #[serde(default)]
    pub default: Option<Json>,
}
