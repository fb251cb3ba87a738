//! The spelling checker: `typos` from PATH, or its binary from PyPI kept in the cache (compiling it takes minutes).

use anyhow::Result;
use std::path::PathBuf;

use crate::project::{Project, status, which};
use crate::report::Counts;

const VERSION: &str = "1.52.0";

/// Checks the spelling of everything that is committed.
pub(crate) fn check(project: &Project) -> Result<Counts> {
    let Some(typos) = find(project)? else {
        return Ok(Counts::skip(format!("spelling: typos {VERSION} is not installed and PyPI does not answer")));
    };
    Ok(Counts::check(status(&mut project.command(typos))?.success()))
}

fn find(project: &Project) -> Result<Option<PathBuf>> {
    if let Some(path) = which("typos") {
        return Ok(Some(path));
    }
    let home = project.cache.join(format!("typos-{VERSION}"));
    let typos = home.join(if cfg!(windows) { "Scripts/typos.exe" } else { "bin/typos" });
    if typos.is_file() {
        return Ok(Some(typos));
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    if which(python).is_none() || !status(project.command(python).args(["-m", "venv"]).arg(&home))?.success() {
        return Ok(None);
    }
    let pip = home.join(if cfg!(windows) { "Scripts/pip.exe" } else { "bin/pip" });
    let installed = status(project.command(pip).args(["install", "--quiet", "--disable-pip-version-check", &format!("typos=={VERSION}")]))?;
    Ok((installed.success() && typos.is_file()).then_some(typos))
}
