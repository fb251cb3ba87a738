//! The apps that are installed.

use indexmap::IndexMap;
use playbook::Catalog;
use wire::app::AppDetail;

use crate::app::App;
use crate::connection::Connection;
use crate::manifest;

/// The manifests that the program carries, by the name of their folder.
const BUNDLED: &[(&str, &str)] = &[
    ("haetae", include_str!("../../../apps/haetae/app.toml")),
    ("virustotal", include_str!("../../../apps/virustotal/app.toml")),
    ("abuseipdb", include_str!("../../../apps/abuseipdb/app.toml")),
    ("firewall", include_str!("../../../apps/firewall/app.toml")),
    ("edr", include_str!("../../../apps/edr/app.toml")),
    ("sandbox", include_str!("../../../apps/sandbox/app.toml")),
    ("sharing", include_str!("../../../apps/sharing/app.toml")),
    ("smtp", include_str!("../../../apps/smtp/app.toml")),
    ("sql", include_str!("../../../apps/sql/app.toml")),
    ("mailgateway", include_str!("../../../apps/mailgateway/app.toml")),
    ("directory", include_str!("../../../apps/directory/app.toml")),
    ("scrubbing", include_str!("../../../apps/scrubbing/app.toml")),
];

/// The installed apps by id, in the order in which people see them.
pub struct Registry {
    apps: IndexMap<String, App>,
}

impl Registry {
    /// Returns the apps that come with the program.
    ///
    /// # Panics
    /// A bundled manifest has an error; a test reads every one of them.
    pub fn bundled() -> Self {
        let apps = BUNDLED.iter().map(|(folder, text)| match manifest::read(text) {
            (Some(app), _) => ((*folder).to_owned(), app),
            (None, diagnostics) => panic!("the bundled app {folder} has errors: {diagnostics:?}"),
        });
        Self { apps: apps.collect() }
    }

    /// Returns a registry of these apps.
    pub fn of(apps: impl IntoIterator<Item = App>) -> Self {
        Self { apps: apps.into_iter().map(|app| (app.manifest.id.clone(), app)).collect() }
    }

    /// Returns an app.
    pub fn app(&self, id: &str) -> Option<&App> {
        self.apps.get(id)
    }

    /// Returns the apps in the order in which people see them.
    pub fn apps(&self) -> impl Iterator<Item = &App> {
        self.apps.values()
    }

    /// Returns what tasks may use, with these connections; the playbooks that can be called are for the caller to fill in.
    pub fn catalog<'a>(&self, connections: impl IntoIterator<Item = &'a Connection>) -> Catalog {
        let mut names: IndexMap<String, Vec<String>> = IndexMap::new();
        for connection in connections {
            names.entry(connection.app.clone()).or_default().push(connection.name.clone());
        }
        Catalog {
            apps: self.apps.iter().map(|(id, app)| (id.clone(), app.to_catalog())).collect(),
            connections: names,
            ..Catalog::default()
        }
    }

    /// Returns the apps as the Apps screen shows them.
    pub fn details(&self) -> Vec<AppDetail> {
        self.apps.values().map(App::to_detail).collect()
    }

    /// Returns the parameter of a command that holds the address or domain it blocks; check it against what is never blocked.
    pub fn blocked_parameter(&self, app: &str, command: &str) -> Option<&str> {
        self.apps.get(app)?.manifest.commands.get(command)?.blocks.as_deref()
    }
}
