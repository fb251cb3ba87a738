//! The content of the sample workspace.

use std::collections::{BTreeMap, BTreeSet};

use apps::{sample, shipped};
use playbook::document::{Playbook, TaskKind};
use serde_json::Value as Json;

#[test]
fn the_malware_playbook_has_the_nine_tasks_and_one_question() {
    let playbook: Playbook = serde_json::from_str(shipped::find("malware-response").expect("it ships").document).expect("it reads");
    let numbered: BTreeSet<char> = playbook
        .tasks
        .values()
        .filter_map(|task| task.name.as_ref()?.get(types::Language::En).chars().next())
        .filter(char::is_ascii_digit)
        .collect();
    assert_eq!(numbered.into_iter().collect::<String>(), "123456789");
    let asking = playbook.tasks.values().filter(|task| matches!(task.kind, TaskKind::Approval { .. } | TaskKind::Input { .. })).count();
    assert_eq!(asking, 1);
}

#[test]
fn the_alerts_are_eve_and_merge_into_seven_tickets() {
    let mut groups: BTreeMap<(u64, String), usize> = BTreeMap::new();
    for line in sample::ALERTS.lines() {
        let alert: Json = serde_json::from_str(line).expect("a line is JSON");
        assert_eq!(alert["event_type"], "alert");
        let at = alert["timestamp"].as_str().expect("a time");
        assert!(chrono::DateTime::parse_from_str(at, "%Y-%m-%dT%H:%M:%S%.f%z").is_ok(), "{at}");
        let key = (alert["alert"]["signature_id"].as_u64().expect("a number"), alert["src_ip"].as_str().expect("an address").to_owned());
        *groups.entry(key).or_default() += 1;
    }
    assert_eq!(groups.values().sum::<usize>(), 12);
    // Eight signatures; the one for the record opens no ticket.
    assert_eq!(groups.len(), 8);
}

#[test]
fn addresses_of_the_sample_are_documentation_or_private_ones() {
    for line in sample::ALERTS.lines() {
        let alert: Json = serde_json::from_str(line).expect("a line is JSON");
        for end in ["src_ip", "dest_ip"] {
            let address: std::net::Ipv4Addr = alert[end].as_str().expect("an address").parse().expect("IPv4");
            assert!(address.is_documentation() || address.is_private(), "{address}");
        }
    }
}

#[test]
fn the_assets_cover_the_hosts_of_the_sample() {
    let assets = sample::assets();
    assert!(assets.iter().all(|asset| asset.sample));
    for line in sample::ALERTS.lines() {
        let alert: Json = serde_json::from_str(line).expect("a line is JSON");
        let ends = [alert["src_ip"].as_str(), alert["dest_ip"].as_str()];
        for own in ends.into_iter().flatten().filter(|address| address.starts_with("10.")) {
            assert!(assets.iter().any(|asset| asset.addresses.iter().any(|address| address == own)), "{own}");
        }
    }
}
