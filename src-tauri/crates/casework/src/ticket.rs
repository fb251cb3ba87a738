//! The `ticket` that a playbook reads: one JSON object whose fields are always there.

use ipnet::IpNet;
use serde_json::{Map, Value as Json, json};
use types::{Artifact, ArtifactKind, Severity, TicketId, Time};

use crate::artifact::is_external;

/// What is known about a ticket when its playbook starts.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketFacts {
    /// Its number.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its type.
    pub kind: String,
    /// How bad.
    pub severity: Severity,
    /// The signature of its events.
    pub signature: Option<String>,
    /// The signature's id.
    pub signature_id: Option<i64>,
    /// The detector's category.
    pub category: Option<String>,
    /// The source address.
    pub src_ip: Option<String>,
    /// The source port of its first event.
    pub src_port: Option<u16>,
    /// The destination address of its first event.
    pub dest_ip: Option<String>,
    /// The destination port of its first event.
    pub dest_port: Option<u16>,
    /// The protocol of its first event.
    pub protocol: Option<String>,
    /// How many events it holds.
    pub event_count: u32,
    /// When it was opened.
    pub opened_at: Time,
    /// The event time of the first event.
    pub first_event_at: Option<Time>,
    /// The event time of the last event.
    pub last_event_at: Option<Time>,
    /// Its artifacts, in the order in which they were seen.
    pub artifacts: Vec<Artifact>,
}

impl TicketFacts {
    /// Returns the object that a playbook's input of type `ticket` gets; `own` are the networks and addresses of our assets.
    ///
    /// `artifacts` has a list for every kind, empty where there is nothing, with the ticket's own addresses first in `ip`.
    /// `external_ip` is the first address that is neither reserved nor ours, `internal_ip` the first that is; both null where there is none.
    pub fn to_input(&self, own: &[IpNet]) -> Json {
        let mut addresses: Vec<&str> = Vec::new();
        let ends = [self.src_ip.as_deref(), self.dest_ip.as_deref()];
        let listed = self.artifacts.iter().filter(|artifact| artifact.kind == ArtifactKind::Ip).map(|artifact| artifact.value.as_str());
        for address in ends.into_iter().flatten().chain(listed) {
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        let external = addresses.iter().find(|address| is_external(address, own));
        let internal = addresses.iter().find(|address| !is_external(address, own));
        let artifacts: Map<String, Json> = ArtifactKind::ALL
            .into_iter()
            .map(|kind| {
                let values: Vec<&str> = match kind {
                    ArtifactKind::Ip => addresses.clone(),
                    _ => self.artifacts.iter().filter(|artifact| artifact.kind == kind).map(|artifact| artifact.value.as_str()).collect(),
                };
                (kind.as_str().to_owned(), json!(values))
            })
            .collect();
        json!({
            "id": self.id,
            "number": TicketId(self.id).to_string(),
            "title": self.title,
            "type": self.kind,
            "severity": self.severity,
            "signature": self.signature,
            "signature_id": self.signature_id,
            "category": self.category,
            "src_ip": self.src_ip,
            "src_port": self.src_port,
            "dest_ip": self.dest_ip,
            "dest_port": self.dest_port,
            "protocol": self.protocol,
            "external_ip": external,
            "internal_ip": internal,
            "event_count": self.event_count,
            "opened_at": self.opened_at,
            "first_event_at": self.first_event_at,
            "last_event_at": self.last_event_at,
            "artifacts": artifacts,
        })
    }
}
