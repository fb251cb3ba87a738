//! What the recorded firewall, EDR and sharing community remember, so that a block is seen in the list.

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value as Json, json};

/// What was changed since the services started.
#[derive(Default)]
pub(super) struct State {
    /// Firewall groups: entries by address.
    groups: IndexMap<String, IndexMap<String, Json>>,
    /// Files in quarantine: hash and host.
    quarantine: IndexSet<(String, String)>,
    /// Hashes on the EDR's whitelist.
    whitelist: IndexSet<String>,
    /// How many things were shared.
    shared: u32,
}

impl State {
    /// Does what a command asks, and adds what the reply says about it to what was asked.
    pub(super) fn act(&mut self, app: &str, command: &str, asked: &mut Map<String, Json>) {
        let text = |asked: &Map<String, Json>, name: &str| asked.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        match (app, command) {
            ("firewall", "list-group" | "test") => {
                let group = self.groups.entry(text(asked, "group")).or_default();
                asked.insert("entries".into(), group.values().cloned().collect());
            }
            ("firewall", "add-address") => {
                let address = text(asked, "address");
                let entry = json!({"address": address, "comment": asked.get("comment"), "expires_in_days": asked.get("expires_in_days")});
                let group = self.groups.entry(text(asked, "group")).or_default();
                asked.insert("created".into(), group.insert(address, entry).is_none().into());
                asked.insert("size".into(), group.len().into());
            }
            ("firewall", "remove-address") => {
                let group = self.groups.entry(text(asked, "group")).or_default();
                asked.insert("known".into(), group.shift_remove(&text(asked, "address")).is_some().into());
                asked.insert("size".into(), group.len().into());
            }
            ("edr", "quarantine" | "release") => {
                let hash = text(asked, "hash");
                let hosts: Vec<String> =
                    asked.get("hosts").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect();
                let results = hosts.into_iter().map(|host| {
                    let key = (hash.clone(), host.clone());
                    let status = if command == "quarantine" {
                        self.quarantine.insert(key);
                        "quarantined"
                    } else if self.quarantine.shift_remove(&key) {
                        "released"
                    } else {
                        "not in quarantine"
                    };
                    json!({"host": host, "status": status})
                });
                let results: Json = results.collect();
                asked.insert("results".into(), results);
            }
            ("edr", "list-quarantine") => {
                asked.insert("entries".into(), self.quarantine.iter().map(|(hash, host)| json!({"hash": hash, "host": host})).collect());
            }
            ("edr", "add-whitelist") => {
                asked.insert("created".into(), self.whitelist.insert(text(asked, "hash")).into());
            }
            ("edr", "remove-whitelist") => {
                asked.insert("known".into(), self.whitelist.shift_remove(&text(asked, "hash")).into());
            }
            ("sharing", "share-sample" | "share-indicator") => {
                self.shared += 1;
                asked.insert("id".into(), format!("sample-{:04}", self.shared).into());
            }
            // The other services only read.
            _ => {}
        }
    }
}
