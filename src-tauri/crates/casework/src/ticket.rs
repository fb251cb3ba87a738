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

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(src_ip: Option<&str>, dest_ip: Option<&str>, artifacts: &[(ArtifactKind, &str)]) -> TicketFacts {
        TicketFacts {
            id: 12,
            title: "Cerber check-in".into(),
            kind: "malware".into(),
            severity: Severity::High,
            signature: Some("ET TROJAN Cerber".into()),
            signature_id: Some(7),
            category: None,
            src_ip: src_ip.map(str::to_owned),
            src_port: Some(49_533),
            dest_ip: dest_ip.map(str::to_owned),
            dest_port: Some(443),
            protocol: Some("TCP".into()),
            event_count: 3,
            opened_at: Time::UNIX_EPOCH,
            first_event_at: Some(Time::UNIX_EPOCH),
            last_event_at: None,
            artifacts: artifacts.iter().map(|(kind, value)| Artifact { kind: *kind, value: (*value).to_owned() }).collect(),
        }
    }

    #[test]
    fn every_field_is_there() {
        let artifacts = [(ArtifactKind::Domain, "evil.example.com"), (ArtifactKind::Ip, "203.0.113.9"), (ArtifactKind::Ip, "10.0.0.5")];
        let ticket = facts(Some("10.0.0.5"), Some("198.51.100.7"), &artifacts).to_input(&[]);
        assert_eq!(
            ticket,
            json!({
                "id": 12, "number": "T-12", "title": "Cerber check-in", "type": "malware", "severity": "high",
                "signature": "ET TROJAN Cerber", "signature_id": 7, "category": null,
                "src_ip": "10.0.0.5", "src_port": 49_533, "dest_ip": "198.51.100.7", "dest_port": 443, "protocol": "TCP",
                "external_ip": "198.51.100.7", "internal_ip": "10.0.0.5", "event_count": 3,
                "opened_at": "1970-01-01T00:00:00Z", "first_event_at": "1970-01-01T00:00:00Z", "last_event_at": null,
                "artifacts": {
                    "ip": ["10.0.0.5", "198.51.100.7", "203.0.113.9"], "domain": ["evil.example.com"], "url": [], "hash": [],
                    "email": [], "file": [], "registry": [], "host": [], "user": []
                }
            })
        );
    }

    #[test]
    fn our_own_addresses_are_not_external() {
        let own: IpNet = "198.51.100.0/24".parse().unwrap();
        let ends = |ticket: &Json| (ticket["external_ip"].clone(), ticket["internal_ip"].clone());
        assert_eq!(ends(&facts(Some("10.0.0.5"), Some("198.51.100.7"), &[]).to_input(&[own])), (Json::Null, json!("10.0.0.5")));
        assert_eq!(
            ends(&facts(Some("203.0.113.9"), Some("198.51.100.7"), &[]).to_input(&[own])),
            (json!("203.0.113.9"), json!("198.51.100.7"))
        );
        assert_eq!(ends(&facts(None, None, &[]).to_input(&[])), (Json::Null, Json::Null));
    }
}
