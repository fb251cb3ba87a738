//! The folders of the project and the environment of every child process.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context, Result, bail};

/// The variable with which the loader finds shared libraries on this platform.
#[cfg(target_os = "macos")]
const LOADER_PATH: &str = "DYLD_FALLBACK_LIBRARY_PATH";
#[cfg(target_os = "windows")]
const LOADER_PATH: &str = "PATH";
#[cfg(not(any(target_os = "macos", target_os = "windows")))]
const LOADER_PATH: &str = "LD_LIBRARY_PATH";

/// The programs: the command line, and the window that it starts from the folder it lies in.
pub(crate) const PROGRAMS: [&str; 2] = ["haetae", "haetae-window"];

/// Where things are.
pub(crate) struct Project {
    /// The folder that holds the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// What outlives a clone: the build cache, libduckdb, tools. Never inside the clone.
    pub(crate) cache: PathBuf,
    /// Cargo's target directory.
    pub(crate) target: PathBuf,
}

impl Project {
    /// Finds the project from Cargo's environment or the current folder.
    pub(crate) fn find() -> Result<Self> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => env::current_dir()?,
        };
        let root = start
            .ancestors()
            .find(|folder| folder.join("tauri.conf.json").is_file())
            .with_context(|| format!("no tauri.conf.json in {} or above: run this inside a clone of Haetae", start.display()))?
            .to_path_buf();
        let cache = match env::var_os("HAETAE_CACHE").filter(|value| !value.is_empty()) {
            Some(folder) => env::current_dir()?.join(folder),
            None => user_cache()?.join("haetae"),
        };
        let target = match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            Some(folder) => env::current_dir()?.join(folder),
            None => cache.join("target"),
        };
        Ok(Self { root, cache, target })
    }

    /// The folder libduckdb is linked and loaded from: the same path for every clone, so that the `duckdb` crate is built once.
    pub(crate) fn libduckdb(&self) -> PathBuf {
        self.cache.join("libduckdb")
    }

    /// The path of a built program of the workspace.
    pub(crate) fn binary(&self, profile: &str, name: &str) -> PathBuf {
        self.target.join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Builds the programs in a profile and returns the path of the first, the command line.
    pub(crate) fn build_programs(&self, profile: &str) -> Result<PathBuf> {
        let mut cargo = self.cargo();
        must(cargo.args(["build", "--profile", profile, "--package", "haetae", "--package", "haetae-cli", "--bins"]))?;
        Ok(self.binary(if profile == "dev" { "debug" } else { profile }, PROGRAMS[0]))
    }

    /// A command that runs at the root with the project's environment.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).envs(self.environment());
        command
    }

    /// A cargo command with the project's environment.
    pub(crate) fn cargo(&self) -> Command {
        self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// Prints the environment as shell exports.
    pub(crate) fn print_environment(&self) {
        for (name, value) in self.environment() {
            println!("export {name}='{}'", value.to_string_lossy().replace('\'', r"'\''"));
        }
    }

    fn environment(&self) -> Vec<(&'static str, OsString)> {
        let libduckdb = self.libduckdb();
        let mut load = vec![libduckdb.clone()];
        load.extend(env::var_os(LOADER_PATH).iter().flat_map(env::split_paths).filter(|folder| *folder != libduckdb));
        let mut environment = vec![
            ("CARGO_TARGET_DIR", self.target.clone().into_os_string()),
            ("DUCKDB_LIB_DIR", libduckdb.clone().into_os_string()),
            ("DUCKDB_INCLUDE_DIR", libduckdb.into_os_string()),
            // join_paths fails only for a folder with the separator in its name; then the loader's own places must do.
            (LOADER_PATH, env::join_paths(load).unwrap_or_default()),
        ];
        let shared = self.root.join("../shared");
        if env::var_os("HAETAE_SHARED").is_none()
            && let Ok(shared) = shared.canonicalize()
        {
            environment.push(("HAETAE_SHARED", shared.into_os_string()));
        }
        environment
    }
}

/// Runs a command and fails when it fails.
pub(crate) fn must(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("`{}` ended with {status}", show(command));
    }
    Ok(())
}

/// Runs a command with its output going to the terminal.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    command.status().with_context(|| format!("cannot start `{}`", show(command)))
}

/// Runs a command and returns what it printed on standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start `{}`", show(command)))?;
    if !output.status.success() {
        bail!("`{}` ended with {}: {}", show(command), output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed text that is not UTF-8", show(command)))
}

/// The command as a person would type it.
pub(crate) fn show(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_else(|| command.get_program());
    std::iter::once(program).chain(command.get_args()).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Returns the path of a program when it is on PATH.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&name)).find(|path| path.is_file())
}

fn user_cache() -> Result<PathBuf> {
    if cfg!(windows) {
        return env::var_os("LOCALAPPDATA")
            .map(PathBuf::from)
            .context("LOCALAPPDATA is not set: set HAETAE_CACHE to a folder for the build cache");
    }
    let home = env::var_os("HOME").map(PathBuf::from).context("HOME is not set: set HAETAE_CACHE to a folder for the build cache")?;
    Ok(home.join(".cache"))
}
