//! The vault against a real gnome-keyring that the test starts itself, in a session and directories of its own.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::{Command, Stdio};

use types::SecretRef;
use vault::{Secret, Vault};

const SESSION: &str = "HAETAE_TEST_KEYRING_SESSION";

/// Says visibly that a test did not run, also in the file that the test command collects.
fn skipped(reason: &str) {
    let line = format!("SKIPPED: {reason}");
    writeln!(std::io::stderr(), "{line}").expect("stderr can be written");
    if let Some(file) = std::env::var_os("HAETAE_SKIPS") {
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("the file of skips can be written");
        writeln!(file, "{line}").expect("the file of skips can be written");
    }
}

fn installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Runs one test of this binary again inside a D-Bus session, with `prelude` run first by the shell.
fn in_session(test: &str, prelude: &str) {
    for program in ["dbus-run-session", "gnome-keyring-daemon"] {
        if !installed(program) {
            return skipped(&format!("{test}: {program} is not installed (packages gnome-keyring and dbus-x11)"));
        }
    }
    let home = tempfile::tempdir().expect("a temporary folder");
    let script =
        format!("mkdir -p \"$XDG_RUNTIME_DIR\" && chmod 700 \"$XDG_RUNTIME_DIR\" && {prelude} exec \"$0\" --exact {test} --nocapture");
    let output = Command::new("dbus-run-session")
        .args(["--", "bash", "-c", &script])
        .arg(std::env::current_exe().expect("the test knows its own path"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env(SESSION, "1")
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("XDG_RUNTIME_DIR", home.path().join("runtime"))
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .env("XDG_CACHE_HOME", home.path().join("cache"))
        .stdin(Stdio::null())
        .output()
        .expect("dbus-run-session starts");
    assert!(
        output.status.success(),
        "inside the session:\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn inside() -> bool {
    std::env::var_os(SESSION).is_some()
}

fn reference(field: &str) -> SecretRef {
    SecretRef { credential: "virustotal-default".into(), field: field.into() }
}

#[test]
fn a_real_keyring_keeps_secrets() {
    if !inside() {
        return in_session(
            "a_real_keyring_keeps_secrets",
            "printf 'test-password\\n' | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null &&",
        );
    }
    let vault = Vault::keyring("test");
    assert_eq!(vault.health(), Ok(()));
    assert_eq!(vault.get(&reference("api_key")), Ok(None));

    vault.set(&reference("api_key"), Secret::new("first")).unwrap();
    vault.set(&reference("api_key"), Secret::new("둘째 \"secret\"\n")).unwrap();
    vault.set(&reference("password"), Secret::new("other")).unwrap();
    assert_eq!(vault.get(&reference("api_key")), Ok(Some(Secret::new("둘째 \"secret\"\n"))));
    assert_eq!(vault.get(&reference("password")), Ok(Some(Secret::new("other"))));

    // Another handle of the same namespace sees it, another namespace does not.
    assert_eq!(Vault::keyring("test").get(&reference("password")), Ok(Some(Secret::new("other"))));
    assert_eq!(Vault::keyring("elsewhere").get(&reference("password")), Ok(None));

    assert_eq!(vault.delete(&reference("api_key")), Ok(true));
    assert_eq!(vault.delete(&reference("api_key")), Ok(false));
    assert_eq!(vault.get(&reference("api_key")), Ok(None));
}

#[test]
fn without_a_keyring_the_code_says_so() {
    if !inside() {
        // The session knows no service that could be started on demand: only then is there certainly no keyring.
        return in_session("without_a_keyring_the_code_says_so", "unset DBUS_SESSION_BUS_ADDRESS;");
    }
    let vault = Vault::keyring("test");
    assert_eq!(vault.health().map_err(|error| error.code()), Err("VAULT-NONE"));
    assert_eq!(vault.get(&reference("api_key")).map_err(|error| error.code()), Err("VAULT-NONE"));
}

#[test]
fn a_keyring_started_later_is_found() {
    if !inside() {
        return in_session("a_keyring_started_later_is_found", "export LATER=\"$DBUS_SESSION_BUS_ADDRESS\";");
    }
    let vault = Vault::keyring("test");
    // No collection can be unlocked without a person, so the keyring that the bus would start by itself is of no use yet.
    assert!(vault.health().is_err());
    let started = Command::new("bash")
        .args(["-c", "printf 'test-password\\n' | gnome-keyring-daemon --replace --unlock --components=secrets --daemonize"])
        .stdout(Stdio::null())
        .status()
        .expect("bash starts");
    assert!(started.success());
    assert_eq!(vault.health(), Ok(()));
}
