//! libduckdb comes prebuilt in an npm package; a copy in the cache gives every clone the same path to link against.

use std::env::consts;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::project::Project;

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

/// Copies libduckdb from ui/node_modules into the cache, when it is not there in this version.
pub(crate) fn ensure(project: &Project) -> Result<()> {
    let package = package(project)?;
    let cached = project.libduckdb();
    if cached.join(file_name()).is_file() && version(&package)? == version(&cached).unwrap_or_default() {
        return Ok(());
    }
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
    let folder = project.root.join("ui/node_modules").join(&name);
    if !folder.join(file_name()).is_file() {
        bail!(
            "the npm package {name} is not in ui/node_modules: it carries {}. Look whether ui/package.json lists it for this platform",
            file_name()
        );
    }
    Ok(folder)
}

fn version(folder: &std::path::Path) -> Result<String> {
    let path = folder.join("package.json");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let package: serde_json::Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    Ok(package["version"].as_str().unwrap_or_default().to_owned())
}
