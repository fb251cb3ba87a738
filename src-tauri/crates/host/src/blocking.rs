//! What is never blocked: loopback, private and reserved addresses, our own assets, and what the lead's list names.

use std::net::IpAddr;

use engine::message::TaskError;
use ipnet::IpNet;
use serde_json::Value as Json;
use types::{Artifact, ArtifactKind};
use wire::casework::Asset;

/// The code of every refusal to block.
pub(crate) const REFUSED: &str = "BLOCK-REFUSED";

/// What blocking must respect.
#[derive(Debug, Clone, Default)]
pub(crate) struct Protected {
    own: Vec<IpNet>,
    hosts: Vec<String>,
    networks: Vec<IpNet>,
    names: Vec<String>,
}

/// Returns the addresses of our assets as networks.
pub(crate) fn own_networks(assets: &[Asset]) -> Vec<IpNet> {
    assets.iter().flat_map(|asset| &asset.addresses).filter_map(|address| network(address)).collect()
}

/// Reads an address or a network.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(|address| IpNet::from(address.to_canonical())))
}

/// Tells whether an entry of the never-block list is one: an address, a network, or a domain.
pub(crate) fn is_entry(text: &str) -> bool {
    network(text).is_some() || casework::normalise(ArtifactKind::Domain, text).is_some()
}

impl Protected {
    pub(crate) fn new(assets: &[Asset], never_block: &[String]) -> Self {
        let (networks, names): (Vec<_>, Vec<_>) =
            never_block.iter().map(|entry| (network(entry), entry)).partition(|(network, _)| network.is_some());
        Self {
            own: own_networks(assets),
            hosts: assets.iter().map(|asset| asset.host.to_lowercase()).collect(),
            networks: networks.into_iter().filter_map(|(network, _)| network).collect(),
            names: names.into_iter().map(|(_, name)| name.trim().trim_start_matches("*.").to_lowercase()).collect(),
        }
    }

    /// Returns why `artifact` must not be blocked.
    pub(crate) fn check(&self, artifact: &Artifact) -> Result<(), TaskError> {
        match artifact.kind {
            ArtifactKind::Ip => self.check_address(&artifact.value),
            ArtifactKind::Domain | ArtifactKind::Host => self.check_name(&artifact.value),
            ArtifactKind::Url => {
                let host = url_host(&artifact.value).unwrap_or_default();
                if host.parse::<IpAddr>().is_ok() { self.check_address(host) } else { self.check_name(host) }
            }
            ArtifactKind::Hash | ArtifactKind::Email | ArtifactKind::File | ArtifactKind::Registry | ArtifactKind::User => Ok(()),
        }
    }

    fn check_address(&self, text: &str) -> Result<(), TaskError> {
        let Ok(address) = text.parse::<IpAddr>() else { return Err(refused(text, "is not an address")) };
        let address = address.to_canonical();
        if self.own.iter().any(|network| network.contains(&address)) {
            return Err(refused(text, "belongs to one of our own assets"));
        }
        if self.networks.iter().any(|network| network.contains(&address)) {
            return Err(refused(text, "is on the list of what is never blocked"));
        }
        if !casework::is_external(text, &[]) {
            return Err(refused(text, "is a loopback, private or reserved address"));
        }
        Ok(())
    }

    fn check_name(&self, name: &str) -> Result<(), TaskError> {
        let name = name.trim_end_matches('.').to_lowercase();
        let within = |parent: &String| name == *parent || name.strip_suffix(parent.as_str()).is_some_and(|rest| rest.ends_with('.'));
        if name == "localhost" || name.ends_with(".localhost") {
            return Err(refused(&name, "is this computer"));
        }
        if self.hosts.contains(&name) {
            return Err(refused(&name, "is one of our own assets"));
        }
        if self.names.iter().any(within) {
            return Err(refused(&name, "is on the list of what is never blocked"));
        }
        Ok(())
    }

    /// Checks what a command of a vendor's app would block: a text, or a list of them.
    pub(crate) fn check_value(&self, value: &Json) -> Result<(), TaskError> {
        match value {
            Json::String(text) => observable(text).map_or(Ok(()), |artifact| self.check(&artifact)),
            Json::Array(items) => items.iter().try_for_each(|item| self.check_value(item)),
            _ => Ok(()),
        }
    }
}

fn refused(what: &str, why: &str) -> TaskError {
    crate::error::task(REFUSED, format!("{what} {why} and is not blocked."))
}

fn url_host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map(|(address, _)| address),
        None => Some(host.split_once(':').map_or(host, |(host, _)| host)),
    }
}

/// Returns what a text names: an address, a hash, a URL or a domain.
pub(crate) fn observable(text: &str) -> Option<Artifact> {
    let text = text.trim();
    let kind = if text.parse::<IpAddr>().is_ok() {
        ArtifactKind::Ip
    } else if text.contains("://") {
        ArtifactKind::Url
    } else if matches!(text.len(), 32 | 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        ArtifactKind::Hash
    } else {
        ArtifactKind::Domain
    };
    casework::normalise(kind, text)
}

#[cfg(test)]
mod tests {
    use types::Severity;

    use super::*;

    fn protected() -> Protected {
        let asset = Asset {
            host: "WEB-01".into(),
            addresses: vec!["192.0.9.7".into(), "198.18.4.0/24".into()],
            owner: None,
            os: None,
            role: None,
            criticality: Severity::High,
            sample: false,
        };
        Protected::new(&[asset], &["9.9.9.0/24".into(), "example.org".into(), "*.naver.com".into()])
    }

    fn allowed(text: &str) -> bool {
        let artifact = observable(text).unwrap_or_else(|| panic!("{text} is nothing that can be blocked"));
        protected().check(&artifact).is_ok()
    }

    #[test]
    fn private_own_and_listed_addresses_are_never_blocked() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "::1",
            "fe80::1",
            "192.0.9.7",
            "198.18.4.99",
            "9.9.9.9",
            "::ffff:10.0.0.1",
        ] {
            assert!(!allowed(address), "{address}");
        }
        for address in ["45.83.64.1", "2a00:1450:4001::1", "9.9.8.9"] {
            assert!(allowed(address), "{address}");
        }
    }

    #[test]
    fn names_are_judged_with_what_stands_above_them() {
        for name in
            ["example.org", "www.example.org", "mail.naver.com", "http://example.org:8080/x", "https://user@10.0.0.1/", "http://[::1]/x"]
        {
            assert!(!allowed(name), "{name}");
        }
        for name in ["badexample.org", "evil.example", "http://45.83.64.1/x", "d41d8cd98f00b204e9800998ecf8427e"] {
            assert!(allowed(name), "{name}");
        }
    }

    #[test]
    fn a_list_is_refused_when_one_of_it_is() {
        let error = protected().check_value(&serde_json::json!(["45.83.64.1", "10.0.0.1"])).unwrap_err();
        assert_eq!((error.code.as_str(), error.message.get(types::Language::En).contains("10.0.0.1")), (REFUSED, true));
    }
}
