//! A screen without a monitor, and a session bus with an unlocked keyring.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::project::{Project, which};

/// A running Xvfb; it ends when this is dropped.
pub(crate) struct Screen {
    server: Child,
    /// The value for DISPLAY.
    pub(crate) display: String,
}

impl Screen {
    /// Starts Xvfb on a display number of its own choice and waits until it takes connections.
    pub(crate) fn start() -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let mut line = String::new();
        if let Some(out) = server.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let number = line.trim();
        if number.is_empty() {
            bail!("Xvfb did not start: it named no display");
        }
        Ok(Self { server, display: format!(":{number}") })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // The server may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Says whether this machine can run a session of its own.
pub(crate) fn available() -> bool {
    cfg!(target_os = "linux") && which("dbus-run-session").is_some() && which("gnome-keyring-daemon").is_some()
}

/// A command that runs a program inside its own session (see tests/session.sh), on `screen` when one is given.
pub(crate) fn command(project: &Project, screen: Option<&Screen>, program: impl AsRef<OsStr>) -> Command {
    let mut command = project.command("bash");
    command.arg("tests/session.sh").arg(program).env("NO_AT_BRIDGE", "1").env_remove("WAYLAND_DISPLAY");
    match screen {
        Some(screen) => command.env("DISPLAY", &screen.display),
        None => command.env_remove("DISPLAY"),
    };
    command
}
