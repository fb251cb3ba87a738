//! Every check there is, one step after the other, with one summary.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::packages::Purpose;
use crate::project::{Project, must, show, status, which};
use crate::report::{self, Counts};
use crate::session::{self, Screen};
use crate::{error_pages, generate, layers, libduckdb, node, packages, spelling};

/// A step of `cargo xtask test`, in the order they run: what is quick to say no comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// rustfmt.
    Format,
    /// Dependency rules between the crates and inside the UI.
    Layers,
    /// A page for every error code.
    ErrorPages,
    /// Spelling, with `typos`.
    Spelling,
    /// Licences, bans and sources of the crates, where cargo-deny is installed.
    Licences,
    /// The UI: lint, types, unit tests, build.
    Ui,
    /// Clippy, with warnings as errors.
    Lints,
    /// Files generated from the table of operations are those committed.
    Generated,
    /// Unit and scenario tests of all crates.
    Unit,
    /// Examples in the documentation comments.
    Docs,
    /// The UI in Chromium against the real backend.
    Browser,
    /// The real window on a screen of its own.
    Window,
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Says whether the step runs a test program or the workspace's binaries.
    fn needs_build(self) -> bool {
        matches!(self, Self::Generated | Self::Unit | Self::Browser | Self::Window)
    }

    fn needs_node(self) -> bool {
        self == Self::Ui || self.needs_cargo()
    }

    /// Compiling the shell embeds the UI and links libduckdb, which npm brings.
    fn needs_cargo(self) -> bool {
        matches!(self, Self::Lints | Self::Docs) || self.needs_build()
    }
}

/// Runs the steps and fails when one of them found something.
pub(crate) fn test(project: &Project, yes: bool, only: &[Step]) -> Result<()> {
    let steps: Vec<Step> = Step::value_variants().iter().copied().filter(|step| only.is_empty() || only.contains(step)).collect();
    let mut run = Run { project, total: Counts::default(), times: Vec::new() };

    if !run.step("install", || install(project, yes, &steps)) {
        // Without these nothing else makes sense.
        return run.finish();
    }

    // The UI is compiled into the shell, so it is built before Cargo looks at it.
    let mut built = None;
    for step in steps {
        if step.needs_cargo() && built.is_none() {
            built = Some(run.build());
        }
        if step.needs_build() && built == Some(false) {
            run.total.add(Counts::skip(format!("{}: the build failed", step.name())));
            continue;
        }
        run.step(&step.name(), || perform(project, step));
    }
    run.finish()
}

struct Run<'a> {
    project: &'a Project,
    total: Counts,
    times: Vec<(String, Duration, Counts)>,
}

impl Run<'_> {
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Counts>) -> bool {
        println!("\n== {name}");
        let start = Instant::now();
        let counts = work().unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            Counts::check(false)
        });
        let failed = counts.failed > 0;
        println!("== {name}: {} in {}", if failed { "FAILED" } else { "ok" }, seconds(start.elapsed()));
        self.times.push((name.to_owned(), start.elapsed(), counts.clone()));
        self.total.add(counts);
        !failed
    }

    /// Builds every program and test once, with one set of features, so that the steps after it compile nothing twice.
    fn build(&mut self) -> bool {
        let project = self.project;
        self.step("build", || {
            node::build_ui(project)?;
            must(project.cargo().args(["build", "--workspace", "--bins", "--tests", "--examples"]))?;
            Ok(Counts::default())
        })
    }

    fn finish(self) -> Result<()> {
        println!("\n{:12} {:>9} {:>8} {:>8} {:>8}", "step", "time", "passed", "failed", "skipped");
        for (name, time, counts) in &self.times {
            println!("{name:12} {:>9} {:>8} {:>8} {:>8}", seconds(*time), counts.passed, counts.failed, counts.skipped.len());
        }
        println!("\n{}", self.total.summary());
        // The summary is the last line: a failure says nothing more.
        std::process::exit(i32::from(self.total.failed > 0));
    }
}

/// Brings what the steps need; it counts only when it fails.
fn install(project: &Project, yes: bool, steps: &[Step]) -> Result<Counts> {
    if steps.iter().any(|step| step.needs_cargo()) {
        packages::ensure(project, Purpose::Test, yes)?;
    }
    if steps.iter().any(|step| step.needs_node()) {
        node::check_version(project)?;
        node::install(project, "ui")?;
        libduckdb::ensure(project)?;
    }
    if steps.iter().any(|step| matches!(step, Step::Browser | Step::Window)) {
        node::install(project, "tests")?;
    }
    Ok(Counts::default())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn perform(project: &Project, step: Step) -> Result<Counts> {
    match step {
        Step::Format => check(project.cargo().args(["fmt", "--all", "--check"])),
        Step::Layers => layers::check(project),
        Step::ErrorPages => error_pages::check(project),
        Step::Spelling => spelling::check(project),
        Step::Licences => crate::licences::check(project),
        Step::Ui => ui(project),
        Step::Lints => check(project.cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
        Step::Generated => generate::check(project),
        Step::Unit => unit(project),
        Step::Docs => cargo_test(project, &["--doc"]),
        Step::Browser => {
            let chromium = chromium().context("no Chromium is installed: set HAETAE_CHROMIUM to its path")?;
            specs(project, "browser", 2, project.command("node").env("HAETAE_CHROMIUM", chromium))
        }
        Step::Window => window(project),
    }
}

fn check(command: &mut Command) -> Result<Counts> {
    println!("$ {}", show(command));
    Ok(Counts::check(status(command)?.success()))
}

fn ui(project: &Project) -> Result<Counts> {
    let mut counts = Counts::default();
    for script in ["lint", "typecheck", "knip"] {
        // knip is asked for only where the UI has it.
        if script != "knip" || node::has_script(project, "ui", script)? {
            counts.add(check(node::npm(project, "ui").args(["run", script]))?);
        }
    }
    let report = fresh_report(project, "ui")?;
    let mut vitest = node::npm(project, "ui");
    vitest.args(["run", "test", "--", "--reporter=default", "--reporter=junit"]).arg(format!("--outputFile.junit={}", report.display()));
    counts.add(reported(&mut vitest, &report)?);
    let built = node::build_ui(project);
    if let Err(error) = &built {
        println!("{error:#}");
    }
    counts.add(Counts::check(built.is_ok()));
    Ok(counts)
}

/// The tests run inside a session of their own, so that the keyring they meet is a real one and not the developer's.
fn unit(project: &Project) -> Result<Counts> {
    if which("cargo-nextest").is_none() {
        return cargo_test(project, &["--lib", "--bins", "--tests"]);
    }
    let cargo = project.cargo();
    let program = cargo.get_program();
    let mut nextest = if session::available() { session::command(project, None, program) } else { project.command(program) };
    let report = fresh_report(project, "unit")?;
    let configuration = report.with_extension("toml");
    fs::write(&configuration, nextest_configuration(&report)).with_context(|| format!("cannot write {}", configuration.display()))?;
    nextest.args(["nextest", "run", "--workspace", "--no-fail-fast", "--config-file"]).arg(&configuration);
    reported(&mut nextest, &report)
}

/// The configuration is written for each run, because nextest would otherwise leave its report inside the clone.
fn nextest_configuration(report: &Path) -> String {
    let folder = report.parent().unwrap_or(report);
    // `{:?}` quotes as TOML does. A test that hangs is stopped and fails; the output of passing tests holds the reasons to skip.
    format!(
        "[store]\ndir = {:?}\n[profile.default]\nslow-timeout = {{ period = \"60s\", terminate-after = 5 }}\n\
         [profile.default.junit]\npath = {:?}\nstore-success-output = true\n",
        folder.join("nextest"),
        report
    )
}

fn cargo_test(project: &Project, targets: &[&str]) -> Result<Counts> {
    let mut command = project.cargo();
    // Without --show-output the reasons of skipped tests would be swallowed.
    command.args(["test", "--workspace", "--no-fail-fast"]).args(targets).args(["--", "--show-output"]).stdout(Stdio::piped());
    println!("$ {}", show(&command));
    let mut child = command.spawn().with_context(|| format!("cannot start `{}`", show(&command)))?;
    let mut text = String::new();
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines() {
            let line = line?;
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    // No documentation has an example at first; a workspace without any other test would be a fault.
    let may_be_empty = targets == ["--doc"];
    Ok(never_silent(report::count_cargo_test(&text), child.wait()?.success(), may_be_empty))
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("HAETAE_CHROMIUM").map(PathBuf::from);
    named.or_else(|| {
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"].into_iter().find_map(which)
    })
}

fn window(project: &Project) -> Result<Counts> {
    if !cfg!(target_os = "linux") {
        return Ok(Counts::skip("window: the real window is driven on Linux only (Xvfb, WebKitWebDriver)"));
    }
    let screen = Screen::start()?;
    // All windows of a screen share its keyboard.
    specs(project, "window", 1, &mut session::command(project, Some(&screen), "node"))
}

/// Runs the specs of tests/browser or tests/window with Node's own test runner, so many files at a time.
fn specs(project: &Project, folder: &str, at_a_time: usize, node: &mut Command) -> Result<Counts> {
    let base = project.root.join("tests").join(folder);
    let mut specs: Vec<PathBuf> = fs::read_dir(&base)
        .with_context(|| format!("cannot read {}", base.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".spec.mjs"))
        .collect();
    specs.sort();
    if specs.is_empty() {
        bail!("there is no *.spec.mjs in tests/{folder}");
    }
    let report = fresh_report(project, folder)?;
    let evidence = project.target.join("evidence").join(folder);
    if evidence.exists() {
        fs::remove_dir_all(&evidence)?;
    }
    fs::create_dir_all(&evidence)?;
    node.args(["--test", &format!("--test-concurrency={at_a_time}")]);
    node.args(["--test-timeout=300000", "--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=junit"])
        .arg(format!("--test-reporter-destination={}", report.display()))
        .args(&specs)
        .env("HAETAE_BINARY", project.binary("debug", "haetae"))
        .env("HAETAE_EVIDENCE", &evidence);
    let counts = reported(node, &report)?;
    if counts.failed > 0 {
        println!("Pictures of what failed: {}", evidence.display());
    }
    Ok(counts)
}

fn fresh_report(project: &Project, name: &str) -> Result<PathBuf> {
    let folder = project.target.join("reports");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let report = folder.join(format!("{name}.xml"));
    remove(&report)?;
    Ok(report)
}

fn remove(report: &Path) -> Result<()> {
    if report.exists() {
        fs::remove_file(report).with_context(|| format!("cannot remove {}", report.display()))?;
    }
    Ok(())
}

/// Runs a test runner that leaves a JUnit report, and counts what it reports.
fn reported(command: &mut Command, report: &Path) -> Result<Counts> {
    println!("$ {}", show(command));
    let success = status(command)?.success();
    Ok(never_silent(report::read_junit(report)?, success, false))
}

/// A runner that fails without a failing test (a crash, a hook) or runs no test at all still counts as a failure.
fn never_silent(mut counts: Counts, success: bool, may_be_empty: bool) -> Counts {
    if !success && counts.failed == 0 {
        println!("The test runner failed although none of its tests did.");
        counts.failed += 1;
    } else if success && counts == Counts::default() && !may_be_empty {
        println!("The test runner ran no tests.");
        counts.failed += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::{Counts, never_silent};

    #[test]
    fn a_runner_that_fails_without_a_failing_test_counts() {
        let three = Counts { passed: 3, ..Counts::default() };
        assert_eq!(never_silent(three.clone(), false, true).failed, 1);
        assert_eq!(never_silent(three.clone(), true, false), three);
    }

    #[test]
    fn a_runner_without_tests_counts() {
        assert_eq!(never_silent(Counts::default(), true, false).failed, 1);
        assert_eq!(never_silent(Counts::default(), true, true).failed, 0);
    }
}
