//! The dependency rules of the architecture, checked from Cargo's metadata and from source text.
//!
//! A rule that only a page states is broken within a month; these run with the tests.

mod crates;
mod rust;
mod source;
mod ui;

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};

use crate::project::Project;
use crate::report::Counts;

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The crate or file, with a line where there is one.
    place: String,
    /// What is wrong, and the rule.
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.what)
    }
}

/// Finds everything that breaks a rule.
pub(crate) fn violations(project: &Project) -> Result<Vec<Violation>> {
    let crates = crates::read(project)?;
    let mut found = crates::check(&crates);
    for member in &crates {
        found.extend(rust::check_folder(project, member)?);
    }
    found.extend(ui::check_folder(&project.root)?);
    Ok(found)
}

/// Prints what breaks a rule and counts it as one check.
pub(crate) fn check(project: &Project) -> Result<Counts> {
    let found = violations(project)?;
    for violation in &found {
        println!("{violation}");
    }
    Ok(Counts::check(found.is_empty()))
}

/// `cargo xtask check-layers`.
pub(crate) fn command(project: &Project) -> Result<()> {
    if check(project)?.failed > 0 {
        bail!("the dependency rules are broken (ARCHITECTURE.md)");
    }
    println!("The dependency rules hold.");
    Ok(())
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use crate::project::Project;

    #[test]
    fn the_project_keeps_its_dependency_rules() {
        let found = super::violations(&Project::find().unwrap()).unwrap();
        assert!(found.is_empty(), "{}", found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}
