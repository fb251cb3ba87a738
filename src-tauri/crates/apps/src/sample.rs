//! The sample workspace: playbooks with their rehearsals, alerts, assets and connections, all written by us and carried by the program.

use indexmap::IndexMap;
use serde_json::Value as Json;
use wire::casework::Asset;

use crate::connection::Connection;
use crate::manifest::{Kind, RATE_OPTION, URL_OPTION};
use crate::registry::Registry;

/// The key of the recorded services. It is no secret: it opens nothing but them, so the sample works without a keyring.
pub const KEY: &str = "haetae-sample-key";

/// The name of the sample's connections.
pub const CONNECTION: &str = "default";

/// The alerts of the sample: Suricata EVE JSON, one a line, in documentation addresses.
pub const ALERTS: &str = include_str!("../../../../playbooks/sample/alerts.ndjson");

const ASSETS: &str = include_str!("../../../../playbooks/sample/assets.json");

/// Returns the assets of the sample.
///
/// # Panics
/// The bundled list cannot be read; a test reads it.
pub fn assets() -> Vec<Asset> {
    serde_json::from_str(ASSETS).expect("a test reads the bundled assets")
}

/// Returns one connection for every app that needs one and can do without a service of ours: HTTP goes to the recorded services, wherever
/// those listen, and mail goes nowhere.
pub fn connections(registry: &Registry) -> Vec<Connection> {
    registry
        .apps()
        .filter(|app| matches!(app.manifest().kind, Kind::Http | Kind::Smtp))
        .map(|app| {
            let options = app.manifest().options.iter().filter_map(|option| {
                let value = match option.name.as_str() {
                    URL_OPTION => Json::String(format!("http://127.0.0.1/{}", app.manifest().id)),
                    // The recorded services have no limit, and nobody should wait for one.
                    RATE_OPTION => Json::from(60_000),
                    "host" => Json::from("mail.haetae.invalid"),
                    "from" => Json::from("Haetae <soc@haetae.invalid>"),
                    _ => option.default.clone()?,
                };
                Some((option.name.clone(), value))
            });
            Connection {
                app: app.manifest().id.clone(),
                name: CONNECTION.into(),
                options: options.collect::<IndexMap<_, _>>(),
                credential: None,
                sample: true,
            }
        })
        .collect()
}
