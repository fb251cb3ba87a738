//! What leaves the project: a folder that runs from any place, and the .deb package.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::packages::Purpose;
use crate::project::{PROGRAMS, Project, must};
use crate::{libduckdb, node, packages, stamp};

/// The Tauri command line only packs: the program is built by Cargo as everywhere else.
const TAURI_CLI: &str = "@tauri-apps/cli@2.12.5";

/// Where the package keeps libduckdb; build.rs gives the program a run path to it.
const LIBRARY_FOLDER: &str = "/usr/lib/haetae";

/// Builds the programs with their UI and leaves them in `out` with libduckdb beside them.
pub(crate) fn build(project: &Project, release: bool, out: &Path) -> Result<()> {
    let binary = build_binary(project, release)?;
    let folder = binary.parent().context("the program has no folder")?;
    fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    let put = |file: &Path| -> Result<()> {
        let name = file.file_name().context("a file to copy has no name")?;
        let target = out.join(name);
        // A running copy cannot be written to, but it can be replaced.
        if target.exists() {
            fs::remove_file(&target).with_context(|| format!("cannot replace {}", target.display()))?;
        }
        fs::copy(file, &target).with_context(|| format!("cannot copy {} to {}", file.display(), out.display()))?;
        Ok(())
    };
    for program in PROGRAMS {
        put(&folder.join(program).with_extension(env::consts::EXE_EXTENSION))?;
    }
    put(&project.libduckdb().join(libduckdb::file_name()))?;
    put(&project.root.join("LICENSE"))?;
    println!("{}", out.join(binary.file_name().context("the program has no name")?).display());
    Ok(())
}

/// Makes the .deb package and prints where it is.
pub(crate) fn bundle(project: &Project, yes: bool) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("packages are made on Linux only (.deb). `cargo xtask build --release --out DIR` leaves a folder that runs here");
    }
    packages::ensure(project, Purpose::Bundle, yes)?;
    let binary = build_binary(project, true)?;
    let library = project.libduckdb().join(libduckdb::file_name());
    // The Tauri command line packs the window, which tauri.conf.json names; what lies beside it is ours to say.
    let files = json!({ format!("{LIBRARY_FOLDER}/{}", libduckdb::file_name()): library, "/usr/bin/haetae": binary });
    let recommended = ["gnome-keyring | kwalletmanager | keepassxc", "fonts-noto-cjk"];
    let config = json!({"bundle": {"active": true, "linux": {"deb": {"files": files, "recommends": recommended}}}});
    let folder = project.target.join("release/bundle/deb");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    let mut tauri = project.command(if cfg!(windows) { "npx.cmd" } else { "npx" });
    must(tauri.args(["--yes", "--package", TAURI_CLI, "tauri", "bundle", "--bundles", "deb", "--config", &config.to_string()]))?;
    let made = stamp::files(&folder, &[])?.into_iter().find(|file| file.extension().is_some_and(|extension| extension == "deb"));
    println!("{}", made.context("the Tauri command line left no .deb")?.display());
    Ok(())
}

fn build_binary(project: &Project, release: bool) -> Result<PathBuf> {
    node::check_version(project)?;
    node::install(project, "ui")?;
    libduckdb::ensure(project)?;
    node::build_ui(project)?;
    project.build_programs(if release { "release" } else { "dev" })
}
