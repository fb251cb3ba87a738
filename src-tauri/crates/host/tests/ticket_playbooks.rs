//! Which playbook a new ticket starts by the rules that ship.

use casework::Rules;
use serde_json::json;
use testkit::{Workspace, person};
use wire::casework::IngestEvents;
use wire::execution::ListExecutions;
use wire::playbook::AllowPlaybook;

/// Reads one alert of its own and returns the playbook that it started, if any.
async fn started_by(world: &Workspace, number: u32, signature: &str, category: &str) -> Option<String> {
    let alert = json!({
        "timestamp": format!("2026-11-21T05:{number:02}:40.000000+0000"), "event_type": "alert", "src_ip": format!("198.51.100.{number}"),
        "src_port": 80, "dest_ip": "10.20.30.17", "dest_port": 49200, "proto": "TCP",
        "alert": {"action": "allowed", "gid": 1, "signature_id": number, "rev": 1, "signature": signature, "category": category, "severity": 1}
    });
    let file = world.folder.path().join(format!("alert-{number}.json"));
    std::fs::write(&file, format!("{alert}\n")).unwrap();
    let request = IngestEvents { files: vec![file.display().to_string()], run: Some(true) };
    let report = world.host.event_ingest(&person("kim"), request).await.unwrap();
    assert_eq!(report.tickets_opened, 1);
    let newest = world.host.execution_list(ListExecutions::default()).await.unwrap().executions.into_iter().next();
    newest.filter(|_| report.executions_started == 1).map(|execution| execution.playbook)
}

async fn add(world: &Workspace, id: &str) {
    let inputs = json!([{"name": "ticket", "type": "ticket", "required": true}]);
    let note = json!({"type": "formula", "variable": "note", "expression": "ticket.title"});
    world.save(json!({"format": 1, "id": id, "inputs": inputs, "tasks": {"note": note}, "links": [{"from": "start", "to": "note"}]})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_most_fitting_playbook_that_is_there_answers_a_ticket() {
    let world = Workspace::with_connections(&[]).await;
    let attack = ("ET WEB_SERVER Possible SQL Injection Attempt", "Web Application Attack");
    assert_eq!(started_by(&world, 1, attack.0, attack.1).await, None, "none is there, and none is missed");
    add(&world, "ip-triage").await;
    assert_eq!(started_by(&world, 2, attack.0, attack.1).await.as_deref(), Some("ip-triage"));
    add(&world, "web-attack").await;
    assert_eq!(started_by(&world, 3, attack.0, attack.1).await.as_deref(), Some("web-attack"));
    // One that may not run is as good as none.
    let off = AllowPlaybook { id: "web-attack".into(), enabled: Some(false), act_alone: None };
    world.host.playbook_allow(&person("kim"), off).await.unwrap();
    assert_eq!(started_by(&world, 4, attack.0, attack.1).await.as_deref(), Some("ip-triage"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kinds_of_tickets_have_playbooks_of_their_own() {
    let world = Workspace::with_connections(&[]).await;
    let shipped: Vec<&str> = apps::shipped::PLAYBOOKS.iter().map(|own| own.id).collect();
    for id in Rules::shipped().rules().iter().filter_map(|rule| rule.ticket.as_ref()).flat_map(|ticket| &ticket.playbooks) {
        assert!(shipped.contains(&id.as_str()), "{id} does not ship");
    }
    for id in
        ["malware-response", "ip-triage", "ransomware", "c2-contact", "phishing-mail", "web-shell", "web-attack", "brute-force", "ddos"]
    {
        add(&world, id).await;
    }
    let cases = [
        ("ET MALWARE LockBit Ransomware CnC Activity", "A Network Trojan was detected", "ransomware"),
        ("ET CNC Feodo Tracker Reported CnC Server", "A Network Trojan was detected", "c2-contact"),
        ("Beacon", "Malware Command and Control Activity Detected", "c2-contact"),
        ("ET MALWARE Loader", "A Network Trojan was detected", "malware-response"),
        ("ET PHISHING Fake Log-on Page", "Possible Social Engineering Attempted", "phishing-mail"),
        ("ET WEB_SERVER WebShell Generic", "A suspicious filename was detected", "web-shell"),
        ("ET WEB_SERVER SQL Errors", "Web Application Attack", "web-attack"),
        ("SSH Brute Force", "Misc activity", "brute-force"),
        ("ET DOS NTP Amplification", "Attempted Denial of Service", "ddos"),
        ("ET CINS Active Threat Intelligence", "Misc Attack", "ip-triage"),
    ];
    for (number, (signature, category, playbook)) in (1..).zip(cases) {
        assert_eq!(started_by(&world, number, signature, category).await.as_deref(), Some(playbook), "{signature}");
    }
}
