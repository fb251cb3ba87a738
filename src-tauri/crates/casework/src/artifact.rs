//! Artifacts: checking and normalising observables, and gathering those of an event.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use indexmap::IndexSet;
use ipnet::IpNet;
use types::{Artifact, ArtifactKind};
use url::Url;

use crate::event::Event;
use crate::scan::scan;

/// How many artifacts one event may give; a hostile payload can hold thousands of invented ones.
pub const ARTIFACTS_PER_EVENT: usize = 100;

/// How many artifacts one group of events may give a ticket.
pub const ARTIFACTS_PER_TICKET: usize = 1_000;

/// The longest URL kept, in bytes; longer ones are attack strings, not places.
const LONGEST_URL: usize = 2_048;

/// The longest file name, registry key, host or user kept, in characters.
const LONGEST_NAME: usize = 512;

/// The artifacts of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extraction {
    /// The first seen first: source, destination, the detector's fields, the payload.
    pub artifacts: Vec<Artifact>,
    /// How many more there were.
    pub left_out: u32,
}

/// Gathers the artifacts of an event: its addresses, what the detector named, and what its payload holds.
pub fn extract(event: &Event) -> Extraction {
    let ends = [&event.summary.src_ip, &event.summary.dest_ip].into_iter().flatten().map(|text| (ArtifactKind::Ip, text.as_str()));
    let named = event.observables.iter().map(|observable| (observable.kind, observable.text.as_str()));
    let mut artifacts: IndexSet<Artifact> = ends.chain(named).flat_map(|(kind, text)| with_host(kind, text)).collect();
    artifacts.extend(scan(&event.payload));
    let left_out = artifacts.len().saturating_sub(ARTIFACTS_PER_EVENT);
    artifacts.truncate(ARTIFACTS_PER_EVENT);
    Extraction { artifacts: artifacts.into_iter().collect(), left_out: u32::try_from(left_out).unwrap_or(u32::MAX) }
}

/// Returns what a text of a kind gives: itself in its normal form, and for a URL and an e-mail address the host too.
pub(crate) fn with_host(kind: ArtifactKind, text: &str) -> impl Iterator<Item = Artifact> {
    let artifact = normalise(kind, text);
    let host = artifact.as_ref().and_then(|artifact| match artifact.kind {
        ArtifactKind::Url => Url::parse(&artifact.value).ok().and_then(|url| url.host_str().and_then(host)),
        ArtifactKind::Email => artifact.value.rsplit_once('@').and_then(|(_, domain)| host(domain)),
        _ => None,
    });
    artifact.into_iter().chain(host)
}

/// Returns the observable in its normal form, so that equal things are equal texts; none when the text is no such thing.
///
/// A domain that turns out to be an address becomes an address: a detector's host field holds either.
pub fn normalise(kind: ArtifactKind, text: &str) -> Option<Artifact> {
    let text = text.trim();
    let value = match kind {
        ArtifactKind::Ip => address(text)?,
        ArtifactKind::Domain => return host(text),
        ArtifactKind::Url => url(text)?,
        ArtifactKind::Hash => hash(text)?,
        ArtifactKind::Email => email(text)?,
        ArtifactKind::File | ArtifactKind::Registry | ArtifactKind::Host | ArtifactKind::User => name(text)?,
    };
    Some(Artifact { kind, value })
}

/// Tells whether an address is one of the Internet at large: not reserved, private or local, and not in `own`.
pub fn is_external(text: &str, own: &[IpNet]) -> bool {
    let Ok(address) = text.parse::<IpAddr>() else { return false };
    let reserved = match address {
        IpAddr::V4(address) => is_reserved_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(inner) => is_reserved_v4(inner),
            None => is_reserved_v6(address),
        },
    };
    !reserved && !own.iter().any(|network| network.contains(&address))
}

/// The blocks of the IANA special-purpose registry that no remote host has. The documentation blocks are left out of
/// the list on purpose: samples and exercises use them in the place of real attackers.
fn is_reserved_v4(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
}

fn is_reserved_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
}

/// RFC 5952 text; an IPv4 address inside IPv6 becomes the IPv4 address it is.
fn address(text: &str) -> Option<String> {
    match text.parse::<IpAddr>().ok()? {
        IpAddr::V6(address) => Some(address.to_ipv4_mapped().map_or_else(|| address.to_string(), |inner| inner.to_string())),
        address => Some(address.to_string()),
    }
}

/// A host as detectors write it: a domain or an address, perhaps with a port, a final dot or brackets.
fn host(text: &str) -> Option<Artifact> {
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => match text.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => text,
        },
    };
    if let Some(value) = address(bare) {
        return Some(Artifact { kind: ArtifactKind::Ip, value });
    }
    Some(Artifact { kind: ArtifactKind::Domain, value: domain(bare)? })
}

/// Lower-case ASCII (IDNA) under a suffix of the public list.
fn domain(text: &str) -> Option<String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let text = if text.is_ascii() { text.to_ascii_lowercase() } else { url::Host::parse(text).ok()?.to_string() };
    let labels_are_sound = text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
                && !label.starts_with('-')
                && !label.ends_with('-')
        });
    // Reverse look-ups are names of addresses, not places.
    if !labels_are_sound || text.ends_with(".in-addr.arpa") || text.ends_with(".ip6.arpa") {
        return None;
    }
    let found = psl::domain(text.as_bytes())?;
    // `.example` (RFC 2606) stands for real domains in samples and exercises, as the documentation addresses do.
    (found.suffix().is_known() || text.ends_with(".example")).then_some(text)
}

fn url(text: &str) -> Option<String> {
    if text.len() > LONGEST_URL {
        return None;
    }
    let url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https" | "ftp") {
        return None;
    }
    // A host that is neither an address nor under a public suffix is still a place when the detector saw a request to
    // it (`http://intranet/`), so only its syntax is checked.
    url.host_str().filter(|host| !host.is_empty())?;
    let value = url.to_string();
    (value.len() <= LONGEST_URL).then_some(value)
}

/// MD5, SHA-1 or SHA-256 in lower-case hex; a run of one and the same digit is filler.
fn hash(text: &str) -> Option<String> {
    let first = *text.as_bytes().first()?;
    let is_hash = matches!(text.len(), 32 | 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit()) && text.bytes().any(|b| b != first);
    is_hash.then(|| text.to_ascii_lowercase())
}

/// An address as mail programs write it (`Name <local@domain>` too): the local part as it is, the domain in lower case.
fn email(text: &str) -> Option<String> {
    let bare = match (text.rfind('<'), text.rfind('>')) {
        (Some(open), Some(close)) if open < close => &text[open + 1..close],
        _ => text,
    };
    let (local, domain_text) = bare.trim().rsplit_once('@')?;
    let is_sound = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b));
    if !is_sound {
        return None;
    }
    Some(format!("{local}@{}", domain(domain_text)?))
}

fn name(text: &str) -> Option<String> {
    let is_sound = !text.is_empty() && text.chars().count() <= LONGEST_NAME && !text.chars().any(char::is_control);
    is_sound.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: ArtifactKind, text: &str, expected: Option<(ArtifactKind, &str)>) {
        let expected = expected.map(|(kind, value)| Artifact { kind, value: value.to_owned() });
        assert_eq!(normalise(kind, text), expected, "{text}");
    }

    #[test]
    fn addresses_take_their_rfc_5952_form() {
        use ArtifactKind::Ip;
        check(Ip, " 192.0.2.7 ", Some((Ip, "192.0.2.7")));
        check(Ip, "2001:0DB8:0:0:0:0:0:1", Some((Ip, "2001:db8::1")));
        check(Ip, "::ffff:192.0.2.7", Some((Ip, "192.0.2.7")));
        for bad in ["", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4/8", "host"] {
            check(Ip, bad, None);
        }
    }

    #[test]
    fn a_host_field_gives_a_domain_or_an_address() {
        use ArtifactKind::{Domain, Ip};
        check(Domain, "RHux9uzizh.COM.", Some((Domain, "rhux9uzizh.com")));
        check(Domain, "example.co.kr:8080", Some((Domain, "example.co.kr")));
        check(Domain, "update.groupware.example", Some((Domain, "update.groupware.example")));
        check(Domain, "192.0.2.7:80", Some((Ip, "192.0.2.7")));
        check(Domain, "[2001:db8::1]:443", Some((Ip, "2001:db8::1")));
        check(Domain, "해태.한국", Some((Domain, "xn--9s7b17f.xn--3e0b707e")));
        for bad in [
            "",
            "localhost",
            "example",
            "printer.local",
            "com",
            "co.kr",
            "host.invalidtld",
            "a..com",
            "-a.com",
            "7.2.0.192.in-addr.arpa",
            "x y.com",
            "a/b.com",
        ] {
            check(Domain, bad, None);
        }
    }

    #[test]
    fn urls_are_parsed_not_matched() {
        use ArtifactKind::Url;
        check(Url, "HTTP://Evil.Example.com:80/A b", Some((Url, "http://evil.example.com/A%20b")));
        check(Url, "http://192.0.2.7:8080/x", Some((Url, "http://192.0.2.7:8080/x")));
        for bad in ["javascript:alert(1)", "file:///etc/passwd", "http://", "/path", "ldap://x.com/a"] {
            check(Url, bad, None);
        }
        check(Url, &format!("http://x.com/{}", "a".repeat(3000)), None);
    }

    #[test]
    fn hashes_and_mail_addresses() {
        use ArtifactKind::{Email, Hash};
        check(Hash, "D41D8CD98F00B204E9800998ECF8427E", Some((Hash, "d41d8cd98f00b204e9800998ecf8427e")));
        check(Hash, &"0".repeat(64), None);
        check(Hash, "d41d8cd9", None);
        check(Email, "\"Kim\" <Kim.S@Example.COM>", Some((Email, "Kim.S@example.com")));
        for bad in ["x@", "@x.com", "x@localhost", "a b@x.com", "x"] {
            check(Email, bad, None);
        }
    }

    #[test]
    fn names_are_kept_as_they_are_unless_unprintable() {
        check(ArtifactKind::File, "C:\\한글\\a.exe", Some((ArtifactKind::File, "C:\\한글\\a.exe")));
        check(ArtifactKind::File, "a\u{0}b", None);
        check(ArtifactKind::User, &"x".repeat(600), None);
    }

    #[test]
    fn external_means_neither_reserved_nor_ours() {
        let own = ["203.0.113.0/24".parse().unwrap()];
        for (text, expected) in [
            ("198.51.100.7", true),
            ("8.8.8.8", true),
            ("203.0.113.9", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("192.168.0.2", false),
            ("127.0.0.1", false),
            ("169.254.1.1", false),
            ("100.64.0.1", false),
            ("224.0.0.251", false),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("fe80::1", false),
            ("fd00::1", false),
            ("::ffff:10.0.0.1", false),
            ("nonsense", false),
        ] {
            assert_eq!(is_external(text, &own), expected, "{text}");
        }
    }
}
