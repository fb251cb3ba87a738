//! Which crate may depend on which.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Violation;
use crate::project::{Project, output};

/// The crates without clock, I/O, async and randomness, lowest first: each may depend on those before it and on no other crate of ours.
pub(super) const PURE: &[&str] = &["types", "expression", "playbook", "engine"];

/// The shell: the only crate that sees the window.
const SHELL: &str = "haetae";

/// The command line: beside the shell at the top, and without a window.
const COMMAND_LINE: &str = "cli";

/// Crates that only exist for tests and tools, and may see everything but the window.
const FOR_TESTS: &[&str] = &["testkit", "scenarios"];

/// Crates that would bring a clock, I/O, async or randomness.
const IMPURE: &[&str] = &[
    "tokio",
    "futures",
    "async-trait",
    "async-std",
    "smol",
    "rand",
    "getrandom",
    "fastrand",
    "reqwest",
    "hyper",
    "rusqlite",
    "duckdb",
    "keyring",
    "tempfile",
    "iana-time-zone",
];

/// A crate of the workspace.
#[derive(Debug)]
pub(super) struct Member {
    /// Its name without `haetae-`.
    pub(super) name: String,
    /// Its folder.
    pub(super) folder: PathBuf,
    /// What it needs when it is built as a dependency, without `haetae-`; what only its tests need is not in it.
    pub(super) dependencies: Vec<String>,
}

/// Reads the members of the workspace.
pub(super) fn read(project: &Project) -> Result<Vec<Member>> {
    let text = output(project.cargo().args(["metadata", "--no-deps", "--format-version", "1", "--offline"]))?;
    members(&serde_json::from_str(&text)?).context("`cargo metadata` printed something unexpected")
}

fn members(metadata: &Value) -> Option<Vec<Member>> {
    let member = |package: &Value| {
        let dependencies = package["dependencies"].as_array()?.iter().filter(|dependency| dependency["kind"] != "dev");
        Some(Member {
            name: short(package["name"].as_str()?),
            folder: PathBuf::from(package["manifest_path"].as_str()?).parent()?.to_path_buf(),
            dependencies: dependencies.filter_map(|dependency| dependency["name"].as_str()).map(short).collect(),
        })
    };
    metadata["packages"].as_array()?.iter().map(member).collect()
}

fn short(name: &str) -> String {
    name.strip_prefix("haetae-").unwrap_or(name).to_owned()
}

/// Finds dependencies that no rule allows.
pub(super) fn check(members: &[Member]) -> Vec<Violation> {
    let is_ours = |name: &str| members.iter().any(|member| member.name == name);
    let mut found = Vec::new();
    for member in members {
        for dependency in &member.dependencies {
            if let Some(rule) = broken_rule(&member.name, dependency, is_ours(dependency)) {
                found.push(Violation { place: format!("crate {}", member.name), what: format!("depends on {dependency}: {rule}") });
            }
        }
    }
    found
}

fn broken_rule(member: &str, dependency: &str, is_ours: bool) -> Option<&'static str> {
    if let Some(height) = PURE.iter().position(|name| *name == member) {
        if is_ours && !PURE[..height].contains(&dependency) {
            return Some("types <- expression <- playbook <- engine, and nothing else of ours");
        }
        if IMPURE.contains(&dependency) {
            return Some("types, expression, playbook and engine have no clock, no I/O, no async, no randomness");
        }
    }
    let is_window = ["wry", "tao", "tauri", "gtk", "webkit2gtk"].contains(&dependency) || dependency.starts_with("tauri-");
    if is_window && member != SHELL {
        return Some("only src-tauri/src sees tauri");
    }
    if member == "xtask" && is_ours {
        return Some("xtask builds before everything else and needs no crate of ours");
    }
    if dependency == SHELL {
        return Some("nothing is above the shell");
    }
    if dependency == COMMAND_LINE && member != SHELL {
        return Some("only the shell is above the command line");
    }
    if FOR_TESTS.contains(&member) || member == SHELL || member == COMMAND_LINE {
        return None;
    }
    match dependency {
        "store" if member != "host" && member != "api" => Some("only host and api see store; domain crates never do"),
        "host" if member != "api" => Some("host joins the crates below it; only api is above it"),
        "api" => Some("api sits above all"),
        "testkit" | "scenarios" => Some("what only tests need is a dev-dependency"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Member, check, members};

    const CRATES: &[&str] =
        &["types", "expression", "playbook", "engine", "store", "casework", "host", "api", "testkit", "xtask", "cli", "haetae"];

    /// Checks a workspace in which one crate has one dependency, and returns the rule that it breaks.
    fn broken(member: &str, dependency: &str) -> Option<String> {
        let members: Vec<_> = CRATES
            .iter()
            .map(|name| Member {
                name: (*name).to_owned(),
                folder: "".into(),
                dependencies: if *name == member { vec![dependency.to_owned()] } else { Vec::new() },
            })
            .collect();
        check(&members).pop().map(|violation| violation.what)
    }

    #[track_caller]
    fn refused(member: &str, dependency: &str, rule: &str) {
        let what = broken(member, dependency).expect("the rule finds it");
        assert!(what.contains(rule), "{what}");
    }

    #[track_caller]
    fn allowed(member: &str, dependency: &str) {
        assert_eq!(broken(member, dependency), None);
    }

    #[test]
    fn pure_crates_look_only_downwards() {
        refused("types", "expression", "types <- expression");
        refused("playbook", "engine", "types <- expression");
        refused("engine", "casework", "types <- expression");
        allowed("engine", "types");
        allowed("playbook", "expression");
    }

    #[test]
    fn pure_crates_bring_no_clock_and_no_network() {
        refused("engine", "tokio", "no async");
        refused("types", "rand", "no randomness");
        allowed("types", "serde");
    }

    #[test]
    fn only_the_shell_sees_tauri() {
        refused("api", "tauri", "only src-tauri/src");
        refused("testkit", "tauri-plugin-opener", "only src-tauri/src");
        refused("cli", "webkit2gtk", "only src-tauri/src");
        allowed("haetae", "tauri-plugin-opener");
    }

    #[test]
    fn domain_crates_never_see_the_store() {
        refused("casework", "store", "domain crates never");
        allowed("host", "store");
        allowed("store", "casework");
        allowed("testkit", "store");
    }

    #[test]
    fn host_and_api_are_on_top() {
        refused("store", "host", "host joins");
        refused("host", "api", "api sits above all");
        refused("api", "haetae", "nothing is above");
        allowed("api", "host");
        allowed("haetae", "api");
        allowed("cli", "api");
        allowed("haetae", "cli");
        refused("api", "cli", "only the shell");
    }

    #[test]
    fn tools_and_tests_stay_outside() {
        refused("xtask", "types", "needs no crate of ours");
        refused("host", "testkit", "dev-dependency");
    }

    #[test]
    fn metadata_is_read_without_what_only_tests_need() {
        let metadata = serde_json::json!({"packages": [{"name": "haetae-engine", "manifest_path": "/p/engine/Cargo.toml", "dependencies": [
            {"name": "haetae-types", "kind": null}, {"name": "haetae-testkit", "kind": "dev"}, {"name": "cc", "kind": "build"}]}]});
        let members = members(&metadata).unwrap();
        assert_eq!(members[0].name, "engine");
        assert_eq!(members[0].dependencies, ["types", "cc"]);
        assert_eq!(members[0].folder.to_str(), Some("/p/engine"));
    }
}
