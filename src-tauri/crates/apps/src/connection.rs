//! One configured instance of an app.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// A connection: its options, and the name of its credential, never the secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// The app's id.
    pub app: String,
    /// Its name, such as `default`.
    pub name: String,
    /// Its options, such as `url`.
    pub options: IndexMap<String, Json>,
    /// The credential's name in the keyring.
    pub credential: Option<String>,
    /// Whether it belongs to the sample: it then talks to the recorded services, with a key that is no secret.
    pub sample: bool,
}
