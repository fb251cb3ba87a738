//! Suricata EVE JSON: one alert record to one event.
//!
//! Field names are those of <https://docs.suricata.io/en/latest/output/eve/eve-json-format.html>. A record needs a time
//! and a signature to be an event; any other field may be missing or of another type, and then counts as missing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use casework::{Event, Observable, severity_of};
use chrono::{DateTime, Utc};
use types::{ArtifactKind, Time};
use wire::casework::EventSummary;

use crate::tree::Tree;

/// An alert ready to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What casework needs of it.
    pub event: Event,
    /// The application protocol, such as `http`.
    pub app_proto: Option<String>,
    /// The host name that the flow names: HTTP host, TLS server name, or DNS query.
    pub host: Option<String>,
    /// The HTTP URL as the detector wrote it, mostly a path.
    pub url: Option<String>,
    /// The HTTP method.
    pub http_method: Option<String>,
    /// The HTTP user agent.
    pub user_agent: Option<String>,
    /// The detector's id of the flow.
    pub flow_id: Option<i64>,
    /// The Community ID of the flow.
    pub community_id: Option<String>,
    /// The name of the sensor.
    pub sensor: Option<String>,
    /// The record as the detector wrote it.
    pub raw: String,
}

/// A record that is no event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why, one clause in English.
    pub reason: String,
    /// The record as it stood in the file.
    pub raw: String,
}

/// Reads one EVE record.
///
/// The event's id is the identity of the whole record's content, so a record written twice, even with its fields in another
/// order, is one event, and two alerts that differ in anything at all are two.
pub fn parse_alert(raw: String) -> Result<Record, Refusal> {
    match read(&raw) {
        Ok(mut record) => {
            record.raw = raw;
            Ok(record)
        }
        Err(reason) => Err(Refusal { reason, raw }),
    }
}

fn read(raw: &str) -> Result<Record, String> {
    let tree: Tree<'_> = serde_json::from_str(raw).map_err(|error| format!("not valid JSON ({error})"))?;
    if !matches!(tree, Tree::Object(_)) {
        return Err("not a JSON object".into());
    }
    let alert = tree.get("alert");
    match (tree.text("event_type"), alert) {
        (Some("alert"), Some(_)) | (None, Some(_)) => {}
        (Some("alert"), None) => return Err("an alert without its alert object".into()),
        (Some(other), _) => return Err(format!("not an alert (event_type {})", other.chars().take(40).collect::<String>())),
        (None, None) => return Err("not an alert (no event_type)".into()),
    }
    let alert = alert.unwrap_or(&Tree::Null);
    let signature_id = alert.number("signature_id").unwrap_or(0);
    let signature = match alert.text("signature") {
        Some(text) => text.to_owned(),
        None if signature_id != 0 => format!("signature {signature_id}"),
        None => return Err("an alert without a signature".into()),
    };
    let time = tree.text("timestamp").ok_or("no timestamp")?;
    let at = parse_time(time).ok_or_else(|| format!("not a timestamp: {}", time.chars().take(40).collect::<String>()))?;
    let signature_severity =
        alert.get("metadata").and_then(|metadata| metadata.items("signature_severity").first()).and_then(Tree::as_text);
    let port = |name: &str| tree.number(name).and_then(|port| u16::try_from(port).ok());
    let address = |name: &str| {
        tree.text(name).map(|text| text.parse::<std::net::IpAddr>().map_or_else(|_| text.to_owned(), |address| address.to_string()))
    };
    let own = |tree: Option<&Tree<'_>>, name: &str| tree.and_then(|tree| tree.text(name)).map(str::to_owned);
    let http = tree.get("http");
    let summary = EventSummary {
        id: tree.identity(),
        at,
        signature,
        signature_id,
        category: alert.text("category").unwrap_or_default().to_owned(),
        severity: severity_of(alert.number("severity"), signature_severity),
        src_ip: address("src_ip"),
        src_port: port("src_port"),
        dest_ip: address("dest_ip"),
        dest_port: port("dest_port"),
        protocol: own(Some(&tree), "proto"),
        action: own(Some(alert), "action"),
    };
    let host = own(http, "hostname")
        .or_else(|| own(tree.get("tls"), "sni"))
        .or_else(|| tree.get("dns").and_then(|dns| queried_names(dns).next().map(str::to_owned)));
    Ok(Record {
        event: Event { summary, observables: observables(&tree), payload: payload(&tree) },
        app_proto: own(Some(&tree), "app_proto"),
        host,
        url: own(http, "url"),
        http_method: own(http, "http_method"),
        user_agent: own(http, "http_user_agent"),
        flow_id: tree.number("flow_id"),
        community_id: own(Some(&tree), "community_id"),
        sensor: own(Some(&tree), "host").or_else(|| own(Some(&tree), "sensor_name")),
        raw: String::new(),
    })
}

/// `2015-02-15T18:01:15.581119+0000` as Suricata writes it, and RFC 3339.
fn parse_time(text: &str) -> Option<Time> {
    let parsed = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z").or_else(|_| DateTime::parse_from_rfc3339(text)).ok()?;
    Some(parsed.with_timezone(&Utc))
}

/// The decoded payload; a payload that is not base64 at all (a forwarder may have cut it) counts as its printable form.
fn payload(tree: &Tree<'_>) -> Vec<u8> {
    let decoded = tree.text("payload").and_then(|text| STANDARD.decode(text).ok());
    decoded.or_else(|| tree.text("payload_printable").map(|text| text.as_bytes().to_vec())).unwrap_or_default()
}

/// The names of a DNS record in its versions 1 (`rrname` or `query`), 2 (`query`) and 3 (`queries`).
fn queried_names<'a>(dns: &'a Tree<'_>) -> impl Iterator<Item = &'a str> {
    let queries = dns.items("query").iter().chain(dns.items("queries"));
    dns.text("rrname").into_iter().chain(queries.filter_map(|query| query.text("rrname")))
}

/// What the record names beside the two addresses, most telling first.
fn observables(tree: &Tree<'_>) -> Vec<Observable> {
    let mut found = Found(Vec::new());
    if let Some(http) = tree.get("http") {
        found.text(ArtifactKind::Domain, http.text("hostname"));
        found.text(ArtifactKind::Url, request_url(http).as_deref());
        found.text(ArtifactKind::Url, http.text("http_refer"));
        found.text(ArtifactKind::Url, http.text("redirect").filter(|target| target.contains("://")));
        http.text("xff").iter().flat_map(|list| list.split(',')).for_each(|address| found.add(ArtifactKind::Ip, address));
    }
    if let Some(dns) = tree.get("dns") {
        queried_names(dns).for_each(|name| found.add(ArtifactKind::Domain, name));
        for answer in dns.items("answers") {
            found.text(ArtifactKind::Domain, answer.text("rrname"));
            let kind = if matches!(answer.text("rrtype"), Some("A" | "AAAA")) { ArtifactKind::Ip } else { ArtifactKind::Domain };
            found.text(kind, answer.text("rdata"));
        }
    }
    for layer in ["tls", "quic"] {
        found.text(ArtifactKind::Domain, tree.get(layer).and_then(|layer| layer.text("sni")));
    }
    let is_web = tree.get("http").is_some();
    for file in tree.items("fileinfo").iter().chain(tree.items("files")) {
        for digest in ["sha256", "sha1", "md5"] {
            found.text(ArtifactKind::Hash, file.text(digest));
        }
        // For HTTP without a Content-Disposition this is the URL's path again.
        found.text(ArtifactKind::File, file.text("filename").filter(|name| !(is_web && name.starts_with('/'))));
    }
    if let Some(smtp) = tree.get("smtp") {
        found.text(ArtifactKind::Email, smtp.text("mail_from"));
        found.each(ArtifactKind::Email, smtp.items("rcpt_to"));
    }
    if let Some(email) = tree.get("email") {
        for field in ["from", "to", "cc"] {
            found.each(ArtifactKind::Email, email.items(field));
        }
        found.each(ArtifactKind::Url, email.items("url"));
        found.each(ArtifactKind::File, email.items("attachment"));
    }
    if let Some(smb) = tree.get("smb") {
        found.text(ArtifactKind::File, smb.text("filename"));
        if let Some(session) = smb.get("ntlmssp") {
            found.text(ArtifactKind::User, session.text("user"));
            found.text(ArtifactKind::Host, session.text("host"));
        }
    }
    found.text(ArtifactKind::File, tree.get("ftp_data").and_then(|ftp| ftp.text("filename")));
    found.text(ArtifactKind::User, tree.get("krb5").and_then(|kerberos| kerberos.text("cname")));
    found.0
}

struct Found(Vec<Observable>);

impl Found {
    fn add(&mut self, kind: ArtifactKind, text: &str) {
        self.0.push(Observable { kind, text: text.to_owned() });
    }

    fn text(&mut self, kind: ArtifactKind, text: Option<&str>) {
        if let Some(text) = text {
            self.add(kind, text);
        }
    }

    fn each(&mut self, kind: ArtifactKind, items: &[Tree<'_>]) {
        items.iter().filter_map(Tree::as_text).for_each(|text| self.add(kind, text));
    }
}

/// The URL of the request: whole where the client wrote it whole (to a proxy), else put together with the host.
fn request_url(http: &Tree<'_>) -> Option<String> {
    let url = http.text("url")?;
    if url.contains("://") && !url.starts_with('/') {
        return Some(url.to_owned());
    }
    let host = http.text("hostname")?;
    let path = if url.starts_with('/') { url } else { return None };
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    match http.number("http_port").filter(|port| *port != 80 && !has_port) {
        Some(port) => Some(format!("http://{host}:{port}{path}")),
        None => Some(format!("http://{host}{path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::Severity;

    const ALERT: &str = r#"{"timestamp":"2015-02-15T19:01:15.581119+0100","event_type":"alert","src_ip":"10.0.2.4","src_port":49533,
        "dest_ip":"2001:DB8:0:0::5","dest_port":8080,"proto":"TCP","community_id":"1:x","flow_id":997958321723514,
        "alert":{"action":"allowed","signature_id":2013926,"signature":"ET POLICY test","category":"Potentially Bad Traffic","severity":2,"metadata":{"signature_severity":["Major"]}},
        "http":{"hostname":"Evil.example.com","http_port":8080,"url":"/a?b","http_method":"POST","http_refer":"http://ref.example.com/"},
        "files":[{"filename":"/a","md5":"d41d8cd98f00b204e9800998ecf8427e"}],"payload":"UE9TVA==","payload_printable":"POST"}"#;

    fn read_ok(text: &str) -> Record {
        parse_alert(text.to_owned()).unwrap()
    }

    fn reason(text: &str) -> String {
        parse_alert(text.to_owned()).unwrap_err().reason
    }

    #[test]
    fn an_alert_is_read_whole() {
        let record = read_ok(ALERT);
        let summary = &record.event.summary;
        assert_eq!(summary.at.to_rfc3339(), "2015-02-15T18:01:15.581119+00:00");
        assert_eq!((summary.signature_id, summary.signature.as_str(), summary.severity), (2_013_926, "ET POLICY test", Severity::High));
        assert_eq!((summary.src_ip.as_deref(), summary.dest_ip.as_deref()), (Some("10.0.2.4"), Some("2001:db8::5")));
        assert_eq!((summary.src_port, summary.dest_port), (Some(49_533), Some(8_080)));
        assert_eq!((record.host.as_deref(), record.url.as_deref()), (Some("Evil.example.com"), Some("/a?b")));
        assert_eq!(record.event.payload, b"POST");
        assert_eq!(record.raw, ALERT);
        let observables: Vec<(&str, &str)> = record.event.observables.iter().map(|seen| (seen.kind.as_str(), seen.text.as_str())).collect();
        assert_eq!(
            observables,
            [
                ("domain", "Evil.example.com"),
                ("url", "http://Evil.example.com:8080/a?b"),
                ("url", "http://ref.example.com/"),
                ("hash", "d41d8cd98f00b204e9800998ecf8427e")
            ]
        );
    }

    #[test]
    fn the_same_record_written_otherwise_is_the_same_event() {
        let value: serde_json::Value = serde_json::from_str(ALERT).unwrap();
        let reversed: serde_json::Map<String, serde_json::Value> = value.as_object().unwrap().clone().into_iter().rev().collect();
        assert_eq!(read_ok(ALERT).event.summary.id, read_ok(&serde_json::to_string(&reversed).unwrap()).event.summary.id);
        assert_ne!(read_ok(ALERT).event.summary.id, read_ok(&ALERT.replace("49533", "49534")).event.summary.id);
    }

    #[test]
    fn a_refusal_says_why() {
        for (text, expected) in [
            ("{\"a\":", "not valid JSON (EOF while parsing a value at line 1 column 5)"),
            ("[1]", "not a JSON object"),
            ("{}", "not an alert (no event_type)"),
            (r#"{"event_type":"http"}"#, "not an alert (event_type http)"),
            (r#"{"event_type":"alert"}"#, "an alert without its alert object"),
            (r#"{"event_type":"alert","alert":{}}"#, "an alert without a signature"),
            (r#"{"event_type":"alert","alert":{"signature":"x"}}"#, "no timestamp"),
            (r#"{"event_type":"alert","alert":{"signature":"x"},"timestamp":"yesterday"}"#, "not a timestamp: yesterday"),
        ] {
            assert_eq!(reason(text), expected);
        }
        assert!(reason(&format!(r#"{{"event_type":"{}"}}"#, "x".repeat(10_000))).len() < 100);
    }

    #[test]
    fn a_damaged_record_is_read_or_refused() {
        let bytes = ALERT.as_bytes();
        for at in 0..bytes.len() {
            let cut = parse_alert(ALERT[..at].to_owned());
            assert!(cut.is_err(), "{at}");
            for other in [b'"', b'{', b'0', b'\\', b'-'] {
                let mut changed = bytes.to_vec();
                changed[at] = other;
                match parse_alert(String::from_utf8(changed).unwrap()) {
                    Ok(record) => assert!(!casework::extract(&record.event).artifacts.is_empty()),
                    Err(refusal) => assert!(!refusal.reason.is_empty()),
                }
            }
        }
    }

    #[test]
    fn odd_fields_count_as_missing() {
        let record = read_ok(
            r#"{"alert":{"signature":"x","severity":"1"},"timestamp":"2026-01-02T03:04:05Z","src_port":70000,"dest_port":"53","http":7,"dns":{"query":"x"},"payload":"***"}"#,
        );
        let summary = &record.event.summary;
        assert_eq!((summary.src_port, summary.dest_port, summary.severity), (None, Some(53), Severity::High));
        assert!(record.event.observables.is_empty() && record.event.payload.is_empty());
    }

    #[test]
    fn dns_names_of_every_version() {
        for dns in [
            r#"{"rrname":"a.example.com"}"#,
            r#"{"query":[{"rrname":"a.example.com"}]}"#,
            r#"{"version":3,"queries":[{"rrname":"a.example.com"}]}"#,
        ] {
            let record = read_ok(&format!(r#"{{"alert":{{"signature":"x"}},"timestamp":"2026-01-02T03:04:05Z","dns":{dns}}}"#));
            assert_eq!(record.host.as_deref(), Some("a.example.com"), "{dns}");
        }
    }
}
