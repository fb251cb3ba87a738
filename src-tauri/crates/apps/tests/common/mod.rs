//! What the tests of the services that Haetae speaks to itself share.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use apps::{Connection, Registry, Runner};
use engine::message::{CommandCall, TaskError};
use serde_json::{Map, Value as Json};
use types::{Language, SecretRef};
use vault::{Secret, Vault};

/// The password of every test's service; it may stand nowhere else.
pub(crate) const PASSWORD: &str = "p4ss/w+rd\"x";

/// Says visibly that a test did not run, also in the file that the test command collects.
pub(crate) fn skipped(reason: &str) {
    let line = format!("SKIPPED: {reason}");
    writeln!(std::io::stderr(), "{line}").expect("stderr can be written");
    if let Some(file) = std::env::var_os("HAETAE_SKIPS") {
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("the file of skips can be written");
        writeln!(file, "{line}").expect("the file of skips can be written");
    }
}

/// What an error says.
pub(crate) fn said(error: &TaskError) -> &str {
    error.message.get(Language::En)
}

/// A connection of one of the bundled apps, with a user and the password in a vault of its own.
pub(crate) struct Service {
    pub(crate) runner: Runner,
    pub(crate) connection: Connection,
}

impl Service {
    pub(crate) fn new(app: &str, options: Json, user: &str, password: &str) -> Self {
        let vault = Vault::in_memory();
        for (field, value) in [("user", user), ("password", password)] {
            let reference = SecretRef { credential: "test".into(), field: field.into() };
            vault.set(&reference, Secret::new(value)).expect("memory takes it");
        }
        let options = serde_json::from_value(options).expect("options are a map");
        let connection = Connection { app: app.into(), name: "test".into(), options, credential: Some("test".into()), sample: false };
        Self { runner: Runner::new(Arc::new(Registry::bundled()), vault), connection }
    }

    pub(crate) async fn run(&self, command: &str, parameters: Json) -> Result<Json, TaskError> {
        let parameters: Map<String, Json> = serde_json::from_value(parameters).expect("parameters are a map");
        let call = CommandCall { app: self.connection.app.clone(), connection: "test".into(), command: command.into(), parameters };
        let result = self.runner.run(&call, &self.connection).await;
        let shown = format!("{result:?}");
        assert!(!shown.contains("p4ss"), "the password is in {shown}");
        result
    }

    /// The code of the connection's test; none when it works.
    pub(crate) async fn tested(&self) -> Option<String> {
        self.runner.test(&self.connection).await.error.map(|error| error.code)
    }
}

/// A certificate for 127.0.0.1 and localhost with its key; it is its own authority.
pub(crate) fn certificate(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .arg("-out")
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    made.is_ok_and(|status| status.success()).then_some((certificate, key))
}
