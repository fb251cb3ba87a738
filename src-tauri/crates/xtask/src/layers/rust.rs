//! What the text of our crates must not say.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::crates::{Member, PURE};
use super::source::code_only;
use super::{Violation, shown};
use crate::project::Project;
use crate::stamp;

/// Words that a crate without clock, I/O, async and randomness cannot contain, with what they would bring.
const IMPURE: &[(&str, &str)] = &[
    ("Utc::now", "a clock"),
    ("Local::now", "a clock"),
    ("SystemTime", "a clock"),
    ("time::Instant", "a clock"),
    ("Instant::now", "a clock"),
    ("std::fs", "I/O"),
    // The addresses of std::net are plain data; its sockets are not.
    ("TcpStream", "I/O"),
    ("TcpListener", "I/O"),
    ("UdpSocket", "I/O"),
    ("ToSocketAddrs", "I/O"),
    ("tokio::", "I/O"),
    ("std::process", "I/O"),
    ("std::env", "I/O"),
    ("std::thread", "I/O"),
    ("println!", "I/O"),
    ("eprintln!", "I/O"),
    ("async fn", "async"),
    ("async move", "async"),
    (".await", "async"),
    ("rand::", "randomness"),
    ("getrandom", "randomness"),
    ("Uuid::new_v4", "randomness"),
    ("Uuid::now_v7", "randomness"),
];

/// Modules of std that may also be imported in braces: `use std::{fs, fmt}`.
const IMPURE_MODULES: &[&str] = &["fs", "process", "env", "thread"];

/// Checks the sources of one crate.
pub(super) fn check_folder(project: &Project, member: &Member) -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    // The shell's package lies at the root, its sources in src-tauri.
    let is_shell = member.folder == project.root;
    for folder in [if is_shell { "src-tauri/src" } else { "src" }, "tests"] {
        let folder = member.folder.join(folder);
        if !folder.is_dir() {
            continue;
        }
        for file in
            stamp::files(&folder, &["node_modules"])?.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        {
            let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            found.extend(check_file(&member.name, &shown(&project.root, file), &text));
        }
    }
    Ok(found)
}

fn check_file(member: &str, place: &str, text: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut report = |line: usize, what: String| found.push(Violation { place: format!("{place}:{line}"), what });
    for (line, text) in (1..).zip(text.lines()) {
        if text.trim_start().starts_with("#[ignore") {
            report(line, "a test that cannot run here prints `SKIPPED: reason` instead of being ignored in silence".to_owned());
        }
    }
    if PURE.contains(&member) && !is_test_file(place) {
        let code = code_only(text);
        for (line, text) in (1..).zip(code.lines()) {
            for (word, brings) in IMPURE.iter().filter(|(word, _)| has_word(text, word)) {
                report(
                    line,
                    format!(
                        "{word} brings {brings}: types, expression, playbook and engine have no clock, no I/O, no async, no randomness"
                    ),
                );
            }
        }
        for (start, _) in code.match_indices("use std::{") {
            let names = code[start..].split(';').next().unwrap_or_default();
            let line = 1 + code[..start].matches('\n').count();
            for module in IMPURE_MODULES.iter().filter(|module| has_word(names, module)) {
                report(
                    line,
                    format!(
                        "std::{module} brings I/O: types, expression, playbook and engine have no clock, no I/O, no async, no randomness"
                    ),
                );
            }
        }
    }
    found
}

fn is_test_file(place: &str) -> bool {
    let path = Path::new(place);
    path.components().any(|part| part.as_os_str() == "tests")
        || path.file_stem().is_some_and(|stem| stem == "tests" || stem.to_string_lossy().ends_with("_tests"))
}

fn has_word(text: &str, word: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(word).any(|(start, _)| {
        let starts = !word.starts_with(is_word) || !text[..start].ends_with(is_word);
        let ends = !word.ends_with(is_word) || !text[start + word.len()..].starts_with(is_word);
        starts && ends
    })
}

#[cfg(test)]
mod tests {
    use super::check_file;

    #[track_caller]
    fn check(member: &str, place: &str, text: &str, expected: &[&str]) {
        let found: Vec<String> = check_file(member, place, text).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn a_clock_is_found() {
        check("engine", "src/a.rs", "\nlet now = chrono::Utc::now();", &["src/a.rs:2: Utc::now brings a clock"]);
        check("engine", "src/a.rs", "use std::time::SystemTime;", &["src/a.rs:1: SystemTime brings a clock"]);
        check("engine", "src/a.rs", "let x = Instant::now();", &["src/a.rs:1: Instant::now brings a clock"]);
    }

    #[test]
    fn input_and_output_are_found() {
        check("types", "src/a.rs", "std::fs::read(x)", &["src/a.rs:1: std::fs brings I/O"]);
        check("types", "src/a.rs", "use std::{\n  fmt,\n  fs::File};", &["src/a.rs:1: std::fs brings I/O"]);
        check("types", "src/a.rs", "use std::net::{IpAddr, TcpStream};", &["src/a.rs:1: TcpStream brings I/O"]);
    }

    #[test]
    fn async_is_found() {
        check("playbook", "src/a.rs", "async fn a() {}", &["src/a.rs:1: async fn brings async"]);
    }

    #[test]
    fn randomness_is_found() {
        check("expression", "src/a.rs", "Uuid::new_v4()", &["src/a.rs:1: Uuid::new_v4 brings randomness"]);
        check("expression", "src/a.rs", "rand::random()", &["src/a.rs:1: rand:: brings randomness"]);
    }

    #[test]
    fn addresses_are_data() {
        check("types", "src/a.rs", "use std::net::IpAddr;", &[]);
    }

    #[test]
    fn words_inside_words_are_not_found() {
        check("expression", "src/a.rs", "operand::parse(); brand::x()", &[]);
    }

    #[test]
    fn other_crates_may() {
        check("host", "src/a.rs", "chrono::Utc::now()", &[]);
    }

    #[test]
    fn tests_and_comments_may() {
        check("engine", "src/a.rs", "// Utc::now\n#[cfg(test)]\nmod tests { fn a() { Utc::now() } }", &[]);
        check("engine", "src/step/tests.rs", "Utc::now()", &[]);
    }

    #[test]
    fn silent_skips_are_found() {
        check("host", "src/a.rs", "#[test]\n    #[ignore]\nfn a() {}", &["src/a.rs:2: a test that cannot run"]);
    }
}
