//! The real alerts of the shared data, from file to plan. Skipped, and saying so, where the data is not there.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use casework::{Event, Rules, plan};
use chrono::DateTime;
use events::{EventStore, parse_alert};
use serde_json::Value as Json;
use wire::casework::IngestReport;

fn shared(file: &str) -> Option<PathBuf> {
    let root =
        std::env::var_os("HAETAE_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared"), PathBuf::from);
    let path = root.join("data").join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there; set HAETAE_SHARED", path.display());
    None
}

fn ingest(store: &EventStore, folder: &Path, file: &Path) -> (IngestReport, Vec<Event>) {
    let mut new = Vec::new();
    let keep = |events: &[Event]| {
        new.extend_from_slice(events);
        Ok(())
    };
    let report = store.ingest(&[file.to_owned()], &folder.join("rejects"), DateTime::UNIX_EPOCH, keep, |_| ()).unwrap();
    (report, new)
}

/// The records as another reader sees them.
fn values(file: &Path) -> Vec<Json> {
    let input = BufReader::new(flate2::read::MultiGzDecoder::new(std::fs::File::open(file).unwrap()));
    input.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
}

#[test]
fn the_malicious_alerts_are_stored_whole_and_open_the_right_number_of_tickets() {
    let Some(file) = shared("eve/alerts-malicious.ndjson.gz") else { return };
    let folder = tempfile::tempdir().unwrap();
    let store = EventStore::open(&folder.path().join("events.duckdb")).unwrap();
    let (report, events) = ingest(&store, folder.path(), &file);
    let values = values(&file);
    assert_eq!(values.len(), 5_288, "the data is the data that the issue speaks of");
    assert_eq!((report.lines, report.stored, report.duplicates, report.rejected), (5_288, 5_288, 0, 0));
    assert_eq!(store.count().unwrap(), 5_288);

    // Grouping computed another way: per signature and source, count the gaps of more than an hour.
    let rules = Rules::shipped();
    let plan = plan(&rules, &events);
    let with_ticket: HashSet<&str> =
        events.iter().filter(|event| rules.decide(&event.summary).is_some()).map(|event| event.summary.signature.as_str()).collect();
    let mut times: BTreeMap<(i64, std::net::IpAddr), Vec<i64>> = BTreeMap::new();
    let mut expected_events = 0;
    for value in &values {
        if with_ticket.contains(value["alert"]["signature"].as_str().unwrap()) {
            let at = DateTime::parse_from_str(value["timestamp"].as_str().unwrap(), "%Y-%m-%dT%H:%M:%S%.f%z").unwrap().timestamp_micros();
            let source: std::net::IpAddr = value["src_ip"].as_str().unwrap().parse().unwrap();
            times.entry((value["alert"]["signature_id"].as_i64().unwrap(), source)).or_default().push(at);
            expected_events += 1;
        }
    }
    let expected_tickets: usize = times
        .into_values()
        .map(|mut times| {
            times.sort_unstable();
            1 + times.windows(2).filter(|pair| pair[1] - pair[0] > 3_600_000_000).count()
        })
        .sum();
    assert_eq!(plan.groups.len(), expected_tickets);
    assert_eq!(plan.groups.iter().map(|group| group.event_ids.len()).sum::<usize>(), expected_events);
    assert_eq!(plan.without_ticket as usize, values.len() - expected_events);
    let ids: HashSet<&String> = plan.groups.iter().flat_map(|group| &group.event_ids).collect();
    assert_eq!(ids.len(), expected_events, "no event is in two tickets");

    // What the shipped rules are for: every trojan opens a ticket that starts the malware playbook, the engine's remarks none.
    for group in &plan.groups {
        assert!(group.src_ip.is_some() && group.artifacts.iter().any(|artifact| Some(&artifact.value) == group.src_ip.as_ref()));
        assert!(!group.signature.starts_with("ET TROJAN") || group.playbooks.last().is_some_and(|id| id.as_str() == "malware-response"));
        assert!(!group.signature.starts_with("SURICATA ") || group.signature.contains("heartbleed"), "{}", group.signature);
    }
    if std::env::var_os("HAETAE_PRINT").is_some() {
        print_plan(&plan);
    }

    let (again, new) = ingest(&store, folder.path(), &file);
    assert_eq!((again.stored, again.duplicates, new.len()), (0, 5_288, 0));
}

/// For a person who tunes the shipped rules: HAETAE_PRINT=1.
fn print_plan(plan: &casework::Plan) {
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut artifacts: BTreeSet<(&str, &str)> = BTreeSet::new();
    for group in &plan.groups {
        let count = kinds.entry(&group.kind).or_default();
        *count = (count.0 + 1, count.1 + group.event_ids.len());
        artifacts.extend(group.artifacts.iter().map(|artifact| (artifact.kind.as_str(), artifact.value.as_str())));
    }
    eprintln!("{} tickets, {} events without", plan.groups.len(), plan.without_ticket);
    kinds.iter().for_each(|(kind, (tickets, events))| eprintln!("{kind}\t{tickets}\t{events}"));
    artifacts.iter().for_each(|(kind, value)| eprintln!("ARTIFACT\t{kind}\t{value}"));
}

#[test]
fn what_an_alert_names_is_found() {
    let Some(file) = shared("eve/alerts-malicious.ndjson.gz") else { return };
    let mut checked = 0;
    for value in values(&file) {
        let record = parse_alert(value.to_string()).unwrap();
        let found = casework::extract(&record.event).artifacts;
        let has = |text: &str| found.iter().any(|artifact| artifact.value == text);
        for end in ["src_ip", "dest_ip"] {
            let address: std::net::IpAddr = value[end].as_str().unwrap().parse().unwrap();
            assert!(has(&address.to_string()), "{address} in {found:?}");
        }
        // Names under the suffixes that every list has, in lower case already: they must be there as they are.
        let names = [&value["http"]["hostname"], &value["tls"]["sni"], &value["dns"]["query"][0]["rrname"]];
        for name in names.into_iter().filter_map(Json::as_str) {
            let is_plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-');
            if is_plain && [".com", ".net", ".org", ".info"].iter().any(|suffix| name.ends_with(suffix)) {
                assert!(has(name), "{name} in {found:?}");
                checked += 1;
            }
        }
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn records_in_an_array_are_read() {
    for name in ["eve-samples/first-org-conf-2015-alerts-only.json.gz", "eve-samples/wrccdc-2018-alerts-only.json.gz"] {
        let Some(file) = shared(name) else { return };
        let records: Vec<Json> = serde_json::from_reader(flate2::read::MultiGzDecoder::new(std::fs::File::open(&file).unwrap())).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = EventStore::open(&folder.path().join("events.duckdb")).unwrap();
        let (report, _) = ingest(&store, folder.path(), &file);
        let different: HashSet<String> = records.iter().map(Json::to_string).collect();
        assert_eq!((report.lines as usize, report.stored as usize, report.rejected), (records.len(), different.len(), 0), "{name}");
    }
}

#[test]
fn events_of_other_kinds_are_rejected_by_name() {
    let Some(file) = shared("eve/context-events.ndjson.gz") else { return };
    let folder = tempfile::tempdir().unwrap();
    let store = EventStore::open(&folder.path().join("events.duckdb")).unwrap();
    let (report, _) = ingest(&store, folder.path(), &file);
    let values = values(&file);
    assert_eq!((report.stored, report.rejected as usize, report.rejects.len()), (0, values.len(), 100));
    for (reject, value) in report.rejects.iter().zip(&values) {
        assert_eq!(reject.reason, format!("not an alert (event_type {})", value["event_type"].as_str().unwrap()));
    }
    let kept = std::fs::read_to_string(report.rejects_file.unwrap()).unwrap();
    assert_eq!(kept.lines().count(), values.len());
}
