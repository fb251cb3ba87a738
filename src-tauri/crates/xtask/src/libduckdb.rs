//! libduckdb comes prebuilt in an npm package; a copy in the cache gives every clone the same path to link against.

use std::env::consts;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::node;
use crate::project::{Project, must};

/// The version that the `duckdb` crate in Cargo.toml is made for.
const VERSION: &str = "1.5.6-r.1";

/// The file the loader opens at run time.
pub(crate) fn file_name() -> &'static str {
    if cfg!(windows) {
        "duckdb.dll"
    } else if cfg!(target_os = "macos") {
        "libduckdb.dylib"
    } else {
        "libduckdb.so"
    }
}

/// Copies libduckdb into the cache, when it is not there in this version.
pub(crate) fn ensure(project: &Project) -> Result<()> {
    let cached = project.libduckdb();
    if is_there(&cached) {
        return Ok(());
    }
    let package = package(project)?;
    fs::create_dir_all(&cached).with_context(|| format!("cannot create {}", cached.display()))?;
    // package.json goes last: it is the mark of a finished copy.
    let mut files: Vec<_> = fs::read_dir(&package)?.collect::<Result<_, _>>()?;
    files.sort_by_key(|entry| entry.file_name() == "package.json");
    for entry in files {
        let is_for_node = entry.path().extension().is_some_and(|extension| extension == "node");
        if entry.file_type()?.is_file() && !is_for_node {
            fs::copy(entry.path(), cached.join(entry.file_name())).with_context(|| format!("cannot copy to {}", cached.display()))?;
        }
    }
    Ok(())
}

/// The unpacked npm package: that of the UI, or, on a platform that the UI's lock file does not name, one fetched for this purpose.
fn package(project: &Project) -> Result<PathBuf> {
    let system = match consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let machine = match consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let name = format!("@duckdb/node-bindings-{system}-{machine}");
    let of_ui = project.root.join("ui/node_modules").join(&name);
    if is_there(&of_ui) {
        return Ok(of_ui);
    }
    let prefix = project.cache.join("libduckdb-npm");
    fs::create_dir_all(&prefix).with_context(|| format!("cannot create {}", prefix.display()))?;
    must(
        node::npm(project, "ui")
            .args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"])
            .arg(&prefix)
            .arg(format!("{name}@{VERSION}")),
    )
    .with_context(|| format!("{} for this machine comes from the npm package {name} {VERSION}", file_name()))?;
    let fetched = prefix.join("node_modules").join(&name);
    if !is_there(&fetched) {
        bail!("the npm package {name} {VERSION} does not carry {}", file_name());
    }
    Ok(fetched)
}

/// Says whether a folder holds the library in the wanted version.
fn is_there(folder: &Path) -> bool {
    let version = || -> Option<String> {
        let text = fs::read_to_string(folder.join("package.json")).ok()?;
        let package: serde_json::Value = serde_json::from_str(&text).ok()?;
        Some(package["version"].as_str()?.to_owned())
    };
    folder.join(file_name()).is_file() && version().as_deref() == Some(VERSION)
}
