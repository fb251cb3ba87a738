//! Node, npm, and the built UI.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::{Project, must, output};
use crate::stamp;

const NEEDED: (u32, u32) = (20, 19);

/// Fails with what to do when Node is missing or too old.
pub(crate) fn check_version(project: &Project) -> Result<()> {
    let Ok(text) = output(project.command("node").arg("--version")) else {
        bail!("Node is not installed. Haetae's UI is built with Node {}.{} or newer: https://nodejs.org/en/download", NEEDED.0, NEEDED.1);
    };
    let version = parse_version(&text).with_context(|| format!("`node --version` printed {text:?}"))?;
    if version < NEEDED {
        bail!("Node is {}; Haetae's UI is built with {}.{} or newer: https://nodejs.org/en/download", text.trim(), NEEDED.0, NEEDED.1);
    }
    Ok(())
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// An npm command in a folder of the project.
pub(crate) fn npm(project: &Project, folder: &str) -> Command {
    let mut command = project.command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(project.root.join(folder));
    command
}

/// Installs what the lock file of a folder says, unless it is the one installed last.
///
/// Not with `npm ci`: it refuses a lock file without the packages for other platforms, and npm leaves those out when the registry at hand does
/// not carry them. `--no-save` takes the same versions and changes no file.
pub(crate) fn install(project: &Project, folder: &str) -> Result<()> {
    let base = project.root.join(folder);
    let fingerprint = stamp::fingerprint(&base, &[base.join("package.json"), base.join("package-lock.json")])?;
    let mark = base.join("node_modules/.haetae-installed");
    if stamp::matches(&mark, &fingerprint) {
        return Ok(());
    }
    println!("Installing the npm packages of {folder}/ ...");
    must(npm(project, folder).args(["install", "--no-save", "--no-audit", "--no-fund", "--prefer-offline"]))?;
    stamp::leave(&mark, &fingerprint)
}

/// Builds the UI into ui/dist, unless nothing it is made of has changed.
pub(crate) fn build_ui(project: &Project) -> Result<()> {
    let base = project.root.join("ui");
    let index = base.join("dist/index.html");
    let mark = base.join("node_modules/.haetae-built");
    // The page itself is part of the stamp: a Cargo build leaves a placeholder there when the folder was removed.
    let fingerprint = |index: &Path| -> Result<String> {
        let mut files = stamp::files(&base, &["node_modules", "dist"])?;
        files.push(index.to_path_buf());
        stamp::fingerprint(&base, &files)
    };
    if index.is_file() && stamp::matches(&mark, &fingerprint(&index)?) {
        return Ok(());
    }
    println!("Building the UI ...");
    must(npm(project, "ui").args(["run", "build"]))?;
    stamp::leave(&mark, &fingerprint(&index)?)
}

/// Says whether a package.json has a script of this name.
pub(crate) fn has_script(project: &Project, folder: &str, script: &str) -> Result<bool> {
    let path = project.root.join(folder).join("package.json");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let package: serde_json::Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    Ok(package["scripts"][script].is_string())
}

#[cfg(test)]
mod tests {
    use super::parse_version;

    #[test]
    fn node_versions_are_compared_as_numbers() {
        assert_eq!(parse_version("v20.9.0\n"), Some((20, 9)));
        assert!(parse_version("v20.9.0") < Some((20, 19)));
        assert_eq!(parse_version("nonsense"), None);
    }
}
