//! From a fresh clone to the open window, or to the sample job in the terminal.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::packages::Purpose;
use crate::project::{Project, must, status};
use crate::{libduckdb, node, packages};

const SAMPLE: &str = "malware-response";

/// Installs what is missing, builds, and opens the window.
pub(crate) fn run(project: &Project, yes: bool, arguments: &[String]) -> Result<()> {
    packages::ensure(project, Purpose::Run, yes)?;
    node::check_version(project)?;
    node::install(project, "ui")?;
    libduckdb::ensure(project)?;
    node::build_ui(project)?;
    println!("Building Haetae (the first time takes several minutes) ...");
    let binary = project.build_programs("dev")?;
    if !arguments.is_empty() || has_display() {
        if arguments.is_empty() {
            println!("Opening the window. Next time: {}", binary.display());
        }
        return must(project.command(&binary).args(arguments));
    }
    sample_job(project, &binary)?;
    println!(
        "\nThis machine has no display, so the sample job ran here. For the window:\n  \
         - start `cargo xtask run` in a desktop session, or over SSH with `ssh -X`; or\n  \
         - on a virtual screen: `xvfb-run -s '-screen 0 1440x900x24' dbus-run-session -- {}`",
        binary.display()
    );
    Ok(())
}

fn has_display() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

/// Loads the sample workspace into a data directory of its own and runs the shipped playbook as its rehearsal does.
fn sample_job(project: &Project, binary: &Path) -> Result<()> {
    let folder = project.cache.join("terminal-sample");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    fs::create_dir_all(&folder)?;
    let path = project.root.join(format!("playbooks/{SAMPLE}.rehearsal.json"));
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let rehearsal: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    let replies = folder.join("replies.json");
    fs::write(&replies, serde_json::json!({"replies": rehearsal["replies"]}).to_string())?;

    let data = folder.join("data");
    let haetae = |arguments: &[String]| {
        println!("\n$ haetae {}", arguments.iter().map(|argument| quoted(argument)).collect::<Vec<_>>().join(" "));
        status(project.command(binary).args(arguments).env("HAETAE_DATA", &data))
    };
    if !haetae(&["sample".to_owned(), "load".to_owned()])?.success() {
        bail!("the sample workspace could not be loaded");
    }
    let ended = haetae(&run_arguments(&rehearsal, &replies.to_string_lossy()))?;
    let expected = rehearsal["expect"]["exit"].as_i64().unwrap_or(0);
    if ended.code().map(i64::from) != Some(expected) {
        bail!("the sample job ended with {ended}; its rehearsal expects exit code {expected}");
    }
    println!("\nLook at what it left:  HAETAE_DATA={} {} execution list", data.display(), binary.display());
    Ok(())
}

/// The command line that runs the sample playbook with the rehearsal's input, answers and replies.
fn run_arguments(rehearsal: &Value, replies: &str) -> Vec<String> {
    let mut arguments = vec!["run".to_owned(), format!("playbooks/{SAMPLE}.json")];
    if rehearsal["input"].is_object() {
        arguments.extend(["--input".to_owned(), rehearsal["input"].to_string()]);
    }
    for (task, answer) in rehearsal["answers"].as_object().into_iter().flatten() {
        arguments.extend(["--answer".to_owned(), format!("{task}={answer}")]);
    }
    arguments.extend(["--replies".to_owned(), replies.to_owned()]);
    arguments
}

fn quoted(argument: &str) -> String {
    let is_plain = argument.chars().all(|character| character.is_alphanumeric() || "-_./:=".contains(character));
    if is_plain { argument.to_owned() } else { format!("'{}'", argument.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::{quoted, run_arguments};

    #[test]
    fn a_rehearsal_becomes_a_command_line() {
        let rehearsal = serde_json::json!({"input": {"ticket": 1}, "answers": {"judge": {"value": "yes"}}, "replies": {}});
        let expected = [
            "run",
            "playbooks/malware-response.json",
            "--input",
            r#"{"ticket":1}"#,
            "--answer",
            r#"judge={"value":"yes"}"#,
            "--replies",
            "r.json",
        ];
        assert_eq!(run_arguments(&rehearsal, "r.json"), expected);
    }

    #[test]
    fn what_is_shown_can_be_typed() {
        assert_eq!(quoted("playbooks/a.json"), "playbooks/a.json");
        assert_eq!(quoted("a='b'"), r"'a='\''b'\'''");
    }
}
