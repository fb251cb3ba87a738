//! Apps, connections, credentials.

use indexmap::IndexMap;
use playbook::catalog::{Command, Parameter};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;
use types::{Error, Text, Time};

/// The apps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Apps {
    /// By name.
    pub apps: Vec<AppDetail>,
}

/// An app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct AppDetail {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: Text,
    /// Who makes it.
    pub vendor: String,
    /// What it is for.
    pub description: Text,
    /// The options of a connection, such as `url`.
    pub options: Vec<Parameter>,
    /// The fields of its credential, such as `api_key`; kept in the keyring.
    pub credential_fields: Vec<CredentialField>,
    /// Its commands.
    pub commands: Vec<Command>,
}

/// A field of a credential.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CredentialField {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: Text,
    /// Where to find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<Text>,
}

/// Names a connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct ConnectionRef {
    /// The app.
    pub app: String,
    /// Its name, such as `default`.
    pub name: String,
}

/// The connections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Connections {
    /// By app, then name.
    pub connections: Vec<ConnectionDetail>,
}

/// One configured instance of an app.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ConnectionDetail {
    /// The app.
    pub app: String,
    /// Its name.
    pub name: String,
    /// Its options.
    #[ts(type = "Record<string, unknown>")]
    pub options: IndexMap<String, Json>,
    /// The credential's name; absent for apps without one.
    pub credential: Option<String>,
    /// Which fields of the credential are in the keyring.
    pub credential_fields_set: Vec<String>,
    /// The last test.
    pub health: Option<ConnectionHealth>,
    /// Whether it answers from recorded replies of the sample.
    pub sample: bool,
}

/// The result of a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ConnectionHealth {
    /// When.
    #[ts(type = "string")]
    pub tested_at: Time,
    /// How long it took.
    #[ts(type = "number")]
    pub milliseconds: u64,
    /// Null when it works.
    pub error: Option<Error>,
}

/// Saves a connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SaveConnection {
    /// The app.
    pub app: String,
    /// Its name: letters, digits, `-`, `_`.
    pub name: String,
    /// Its options.
    #[ts(type = "Record<string, unknown>")]
    pub options: IndexMap<String, Json>,
    /// The credential's name; `APP-NAME` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub credential: Option<String>,
}

/// The credentials; never a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Credentials {
    /// By name.
    pub credentials: Vec<CredentialDetail>,
}

/// A credential's name and fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CredentialDetail {
    /// Its name.
    pub name: String,
    /// The fields that are set.
    pub fields: Vec<String>,
    /// When it last changed.
    #[ts(type = "string")]
    pub updated_at: Time,
}

/// Puts a secret into the keyring.
#[derive(Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SetCredential {
    /// The credential's name.
    pub name: String,
    /// The field, such as `api_key`.
    pub field: String,
    /// The secret.
    pub value: String,
}

impl std::fmt::Debug for SetCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetCredential").field("name", &self.name).field("field", &self.field).finish_non_exhaustive()
    }
}

/// Names a credential.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CredentialRef {
    /// Its name.
    pub name: String,
}
