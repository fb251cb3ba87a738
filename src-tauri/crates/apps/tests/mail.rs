//! Mail through a real SMTP server that the test starts itself.

mod common;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use common::{PASSWORD, Service, certificate, said, skipped};
use serde_json::{Value as Json, json};

/// The interpreter that the package python3-aiosmtpd is installed for.
const PYTHON: &str = "/usr/bin/python3";

struct MailServer {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl MailServer {
    fn start(arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/services/mail_server.py");
        let mut child = Command::new(PYTHON).arg(script).args(arguments).stdout(Stdio::piped()).spawn().expect("Python starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut first = String::new();
        lines.read_line(&mut first).expect("it prints");
        let port = first.trim().parse().expect("its first line is the port");
        Self { child, lines, port }
    }

    /// The next mail that it took.
    fn mail(&mut self) -> Json {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("it prints");
        serde_json::from_str(&line).expect("a line is a mail")
    }
}

/// Tells whether the server can run here.
fn installed(test: &str) -> bool {
    let found = Command::new(PYTHON).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !found {
        skipped(&format!("{test}: aiosmtpd is not installed (package python3-aiosmtpd)"));
    }
    found
}

fn service(port: u16, security: &str, authentication: &str, authority: Option<&Path>, password: &str) -> Service {
    let mut options = json!({
        "host": "127.0.0.1", "port": port, "security": security, "authentication": authentication, "from": "관제센터 <soc@haetae.example>", "timeout": 5
    });
    if let Some(authority) = authority {
        options["ca_file"] = json!(authority);
    }
    Service::new("smtp", options, "soc", password)
}

fn mail(to: Json, subject: &str) -> Json {
    json!({"to": to, "subject": subject, "body": "**hello**\n.\nend", "format": "markdown"})
}

#[tokio::test]
async fn a_mail_goes_through_starttls_and_log_in() {
    if !installed("a_mail_goes_through_starttls_and_log_in") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let Some((pem, key)) = certificate(folder.path()) else {
        return skipped("a_mail_goes_through_starttls_and_log_in: openssl is not installed");
    };
    let (pem_text, key_text) = (pem.to_string_lossy(), key.to_string_lossy());
    let mut server = MailServer::start(&["--security", "starttls", "--certificate", &pem_text, "--key", &key_text, "--password", PASSWORD]);
    let good = service(server.port, "starttls", "password", Some(&pem), PASSWORD);
    assert_eq!(good.tested().await, None);

    let sent = good.run("send", mail(json!(["Kim <kim@a.example>", "refused@a.example", "later@a.example"]), "긴급: 차단")).await;
    let sent = sent.expect("it is taken for one of them");
    assert_eq!(sent["accepted"], json!(["kim@a.example"]));
    let rejected: Vec<(&Json, &Json)> =
        sent["rejected"].as_array().expect("a list").iter().map(|one| (&one["address"], &one["code"])).collect();
    assert_eq!(rejected, [(&json!("refused@a.example"), &json!("APP-400")), (&json!("later@a.example"), &json!("APP-012"))]);
    let taken = server.mail();
    assert_eq!((&taken["from"], &taken["to"], &taken["tls"]), (&json!("soc@haetae.example"), &json!(["kim@a.example"]), &json!(true)));
    let content = taken["content"].as_str().expect("a text");
    assert!(content.contains("<strong>hello</strong>") && content.contains("**hello**\r\n.\r\nend"), "{content}");
    assert!(content.contains(&format!("Message-ID: {}", sent["message_id"].as_str().expect("a text"))), "{content}");

    let error = good.run("send", mail(json!("kim@a.example"), "REJECT")).await.unwrap_err();
    assert_eq!(error.code, "APP-400", "{}", said(&error));
    assert!(said(&error).contains("content refused"), "{}", said(&error));
    assert_eq!(good.run("send", mail(json!("refused@a.example"), "x")).await.unwrap_err().code, "MAIL-RECIPIENTS");
    assert_eq!(good.run("send", mail(json!(["later@a.example"]), "x")).await.unwrap_err().code, "APP-012");
    assert_eq!(good.run("send", mail(json!("kim@a.example"), "DELAY")).await.unwrap_err().code, "APP-007");
    let injected = good.run("send", mail(json!("kim@a.example"), "x\r\nBcc: evil@e.example")).await;
    assert_eq!(injected.unwrap_err().code, "MAIL-HEADER");

    let wrong = service(server.port, "starttls", "password", Some(&pem), "p4ssnot");
    assert_eq!(wrong.tested().await.as_deref(), Some("APP-004"));
    assert_eq!(wrong.run("send", mail(json!("kim@a.example"), "x")).await.unwrap_err().code, "APP-004");
    let unknown_authority = service(server.port, "starttls", "password", None, PASSWORD);
    assert_eq!(unknown_authority.tested().await.as_deref(), Some("APP-011"));
    // A server that wants STARTTLS takes nothing without it, and tells so.
    let open = service(server.port, "none", "none", None, PASSWORD);
    assert_eq!(open.run("send", mail(json!("kim@a.example"), "x")).await.unwrap_err().code, "APP-004");
}

#[tokio::test]
async fn a_mail_goes_through_tls_from_the_first_byte() {
    if !installed("a_mail_goes_through_tls_from_the_first_byte") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let Some((pem, key)) = certificate(folder.path()) else {
        return skipped("a_mail_goes_through_tls_from_the_first_byte: openssl is not installed");
    };
    let (pem_text, key_text) = (pem.to_string_lossy(), key.to_string_lossy());
    let mut server = MailServer::start(&["--security", "tls", "--certificate", &pem_text, "--key", &key_text, "--password", PASSWORD]);
    let service_of = |security: &str, authority| service(server.port, security, "password", authority, PASSWORD);
    let good = service_of("tls", Some(pem.as_path()));
    let (unknown_authority, nothing_understood) = (service_of("tls", None), service_of("none", None));
    assert_eq!(good.run("send", mail(json!("kim@a.example, lee@a.example"), "x")).await.expect("it goes")["rejected"], json!([]));
    assert_eq!(server.mail()["to"], json!(["kim@a.example", "lee@a.example"]));
    assert_eq!(unknown_authority.tested().await.as_deref(), Some("APP-011"));
    // Both wait for the other to speak first.
    assert_eq!(nothing_understood.tested().await.as_deref(), Some("APP-007"));
}

#[tokio::test]
async fn a_relay_asks_for_nothing_and_starttls_is_never_left_out() {
    if !installed("a_relay_asks_for_nothing_and_starttls_is_never_left_out") {
        return;
    }
    let mut server = MailServer::start(&["--security", "none"]);
    let relay = service(server.port, "none", "none", None, "");
    assert_eq!(relay.tested().await, None);
    relay.run("send", json!({"to": "kim@a.example", "subject": "s", "body": "b"})).await.expect("it goes");
    assert_eq!(server.mail()["tls"], json!(false));
    assert_eq!(service(server.port, "starttls", "none", None, "").tested().await.as_deref(), Some("APP-011"));
    // It offers no log-in.
    assert_eq!(service(server.port, "none", "password", None, PASSWORD).tested().await.as_deref(), Some("APP-004"));
    let port = server.port;
    drop(server);
    assert_eq!(service(port, "none", "none", None, "").tested().await.as_deref(), Some("APP-007"));
}

#[tokio::test]
async fn the_sample_sends_nothing_anywhere() {
    let mut sample = service(1, "none", "none", None, "");
    sample.connection.sample = true;
    let sent = sample.run("send", mail(json!("kim@a.example"), "x")).await.expect("it is put together");
    assert_eq!((&sent["accepted"], &sent["rejected"]), (&json!(["kim@a.example"]), &json!([])));
    assert_eq!(sample.run("send", mail(json!("nobody"), "x")).await.unwrap_err().code, "MAIL-ADDRESS");
    assert_eq!(sample.tested().await, None);
}
