//! Observables.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The kind of an observable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ArtifactKind {
    /// An IPv4 or IPv6 address.
    Ip,
    /// A URL.
    Url,
    /// A domain name.
    Domain,
    /// A file hash: MD5, SHA-1 or SHA-256, lower-case hex.
    Hash,
    /// An e-mail address.
    Email,
    /// A file name or path.
    File,
    /// A Windows registry key.
    Registry,
    /// A host name of ours.
    Host,
    /// A user account.
    User,
}

impl ArtifactKind {
    /// Every kind, in the order people read them.
    pub const ALL: [ArtifactKind; 9] = [
        ArtifactKind::Ip,
        ArtifactKind::Domain,
        ArtifactKind::Url,
        ArtifactKind::Hash,
        ArtifactKind::Email,
        ArtifactKind::File,
        ArtifactKind::Registry,
        ArtifactKind::Host,
        ArtifactKind::User,
    ];

    /// Returns the word used in JSON, SQL and `ticket.artifacts.WORD`.
    pub fn as_str(self) -> &'static str {
        match self {
            ArtifactKind::Ip => "ip",
            ArtifactKind::Url => "url",
            ArtifactKind::Domain => "domain",
            ArtifactKind::Hash => "hash",
            ArtifactKind::Email => "email",
            ArtifactKind::File => "file",
            ArtifactKind::Registry => "registry",
            ArtifactKind::Host => "host",
            ArtifactKind::User => "user",
        }
    }
}

/// An observable in a ticket, normalised so that equal things are equal texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
pub struct Artifact {
    /// What it is.
    pub kind: ArtifactKind,
    /// Its normal form: addresses per RFC 5952, domains and hashes in lower case.
    pub value: String,
}
