//! The window on the UI's development server.

use std::net::TcpStream;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::project::{Project, must};
use crate::{libduckdb, node};

/// The address in tauri.conf.json's `devUrl`.
const SERVER: &str = "localhost:5173";

/// Starts the development server (Vite itself: npm would leave it running when killed), then the window without its built-in UI; both end together.
pub(crate) fn dev(project: &Project, arguments: &[String]) -> Result<()> {
    node::check_version(project)?;
    node::install(project, "ui")?;
    libduckdb::ensure(project)?;
    let mut server = Server::start(
        project.command("node").current_dir(project.root.join("ui")).args(["node_modules/vite/bin/vite.js", "--strictPort"]),
    )?;
    server.wait()?;
    // A build without its UI has other features for tauri: its own target directory keeps the two from recompiling each other.
    let mut window = project.cargo();
    window
        .args(["run", "--package", "haetae", "--no-default-features", "--"])
        .args(arguments)
        .env("CARGO_TARGET_DIR", project.target.with_file_name("target-dev"));
    must(&mut window)
}

struct Server(Child);

impl Server {
    fn start(command: &mut Command) -> Result<Self> {
        Ok(Self(command.spawn().context("cannot start the development server")?))
    }

    fn wait(&mut self) -> Result<()> {
        let start = Instant::now();
        while TcpStream::connect(SERVER).is_err() {
            if let Some(status) = self.0.try_wait()? {
                bail!("the development server ended with {status}");
            }
            if start.elapsed() > Duration::from_secs(60) {
                bail!("the development server does not answer on {SERVER}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
