//! Measurements: every example named `bench_*` prints its figures, and docs/benchmarks.md keeps the last ones.

use std::fs;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::packages::{self, Purpose};
use crate::project::{Project, must, output};
use crate::session::{self, Screen};
use crate::{libduckdb, node};

const PAGE: &str = "docs/benchmarks.md";
const BEGIN: &str = "<!-- figures: cargo xtask bench -->";
const END: &str = "<!-- end of figures -->";
/// Benches of screens are scripts, because they drive a browser and the window.
const DESIGNER: &str = "designer";
const DESIGNER_BEGIN: &str = "<!-- figures: cargo xtask bench designer -->";
const DESIGNER_END: &str = "<!-- end of the designer's figures -->";
const EXECUTIONS: &str = "executions";
const EXECUTIONS_BEGIN: &str = "<!-- figures: cargo xtask bench executions -->";
const EXECUTIONS_END: &str = "<!-- end of the figures of executions -->";
const INTRODUCTION: &str = "# Benchmarks\n\nMeasured by `cargo xtask bench` (optimised build, profile `quick`). Absolute figures move with the machine; compare figures of one run.\n\n";

/// One figure: a bench prints each as a line of JSON, `{"measure", "value", "unit", "note"}`; a figure that has a target also says
/// `"sign"` (`≥` or `≤`), `"target"` and whether it is `"met"`.
#[derive(Debug, PartialEq)]
struct Figure {
    bench: String,
    measure: String,
    value: f64,
    unit: String,
    note: String,
    target: Option<Target>,
}

#[derive(Debug, PartialEq)]
struct Target {
    sign: String,
    value: f64,
    met: bool,
}

/// Builds the benches optimised, runs them one after the other, and writes what they measured.
pub(crate) fn bench(project: &Project, filter: Option<&str>) -> Result<()> {
    if filter == Some(DESIGNER) {
        return designer(project);
    }
    if filter == Some(EXECUTIONS) {
        return executions(project);
    }
    let metadata: Value = serde_json::from_str(&output(project.cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?)?;
    let benches: Vec<_> = benches(&metadata).into_iter().filter(|(_, name)| filter.is_none_or(|filter| name.contains(filter))).collect();
    if benches.is_empty() {
        bail!("no example of the workspace is named bench_{}*", filter.unwrap_or_default());
    }
    node::install(project, "ui")?;
    libduckdb::ensure(project)?;
    let mut cargo = project.cargo();
    // Without optimisation over all crates together: linking every bench so takes minutes and changes little.
    cargo.args(["build", "--profile", "quick"]);
    for (package, name) in &benches {
        cargo.args(["--package", package, "--example", name]);
    }
    must(&mut cargo)?;
    node::build_ui(project)?;
    let program = project.build_programs("quick")?;

    let mut figures = Vec::new();
    for (_, name) in &benches {
        println!("\n== {name}");
        let text = output(project.command(project.binary("quick/examples", name)).env("HAETAE_BINARY", &program))?;
        let bench = name.trim_start_matches("bench_");
        for line in text.lines() {
            match figure(bench, line) {
                Some(figure) => figures.push(figure),
                None => println!("{line}"),
            }
        }
    }
    if figures.is_empty() {
        bail!("the benches printed no figures");
    }
    let table = table(&figures);
    println!("\n{table}");
    if filter.is_none() {
        let path = project.root.join(PAGE);
        let page = fs::read_to_string(&path).unwrap_or_else(|_| format!("{INTRODUCTION}{BEGIN}\n{END}\n"));
        let section = format!("{} Commit {}.\n\n{table}", machine(), commit(project));
        fs::write(&path, with_section(&page, &section)?).with_context(|| format!("cannot write {}", path.display()))?;
        println!("Written to {PAGE}.");
    }
    Ok(())
}

/// Measures the designer's canvas in Chromium and, on Linux, in the real window on a screen of its own.
fn designer(project: &Project) -> Result<()> {
    build_for_screens(project, &[])?;
    let screen = screen()?;
    let mut script = node_on(project, screen.as_ref());
    script.arg("tests/bench/designer.mjs").env("HAETAE_BINARY", project.binary("quick", "haetae"));
    keep_figures(project, DESIGNER, &output(&mut script)?, (DESIGNER_BEGIN, DESIGNER_END))
}

/// Measures the execution viewer in Chromium and in the window: ten thousand task runs, a storm of transitions, a hundred thousand executions.
fn executions(project: &Project) -> Result<()> {
    build_for_screens(project, &["--package", "haetae-store", "--example", "bench_record"])?;
    let screen = screen()?;
    let mut script = node_on(project, screen.as_ref());
    script
        .arg("tests/bench/executions.mjs")
        .env("HAETAE_BINARY", project.binary("quick", "haetae"))
        .env("HAETAE_GENERATOR", project.binary("quick/examples", "bench_record"));
    keep_figures(project, EXECUTIONS, &output(&mut script)?, (EXECUTIONS_BEGIN, EXECUTIONS_END))
}

/// A screen for the window, where the window is measured.
fn screen() -> Result<Option<Screen>> {
    if cfg!(target_os = "linux") { Screen::start().map(Some) } else { Ok(None) }
}

/// Returns node in a session with that screen.
fn node_on(project: &Project, screen: Option<&Screen>) -> Command {
    match screen {
        Some(screen) => session::command(project, Some(screen), "node"),
        None => project.command("node"),
    }
}

/// Builds the program optimised, with its UI, and `more` beside it.
fn build_for_screens(project: &Project, more: &[&str]) -> Result<()> {
    packages::ensure(project, Purpose::Test, false)?;
    node::install(project, "ui")?;
    node::install(project, "tests")?;
    libduckdb::ensure(project)?;
    node::build_ui(project)?;
    project.build_programs("quick")?;
    if more.is_empty() { Ok(()) } else { must(project.cargo().args(["build", "--profile", "quick"]).args(more)) }
}

/// Shows the figures that a script printed, and writes them between their marks.
fn keep_figures(project: &Project, bench: &str, printed: &str, marks: (&str, &str)) -> Result<()> {
    let figures: Vec<Figure> = printed.lines().filter_map(|line| figure(bench, line)).collect();
    if figures.is_empty() {
        bail!("the bench of {bench} printed no figures");
    }
    let table = table(&figures);
    println!("\n{table}");
    let path = project.root.join(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let section = format!("{} Commit {}.\n\n{table}", machine(), commit(project));
    fs::write(&path, between(&page, marks.0, marks.1, &section)?).with_context(|| format!("cannot write {}", path.display()))
}

/// The package and name of every example that measures.
fn benches(metadata: &Value) -> Vec<(String, String)> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for package in list(&metadata["packages"]) {
        for target in list(&package["targets"]) {
            let is_example = target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "example"));
            if let (true, Some(package), Some(name)) = (is_example, package["name"].as_str(), target["name"].as_str())
                && name.starts_with("bench_")
            {
                found.push((package.to_owned(), name.to_owned()));
            }
        }
    }
    found
}

fn figure(bench: &str, line: &str) -> Option<Figure> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Some(Figure {
        bench: bench.to_owned(),
        measure: value["measure"].as_str()?.to_owned(),
        value: value["value"].as_f64()?,
        unit: text("unit"),
        note: text("note"),
        target: value["target"].as_f64().zip(value["met"].as_bool()).map(|(value, met)| Target { sign: text("sign"), value, met }),
    })
}

fn table(figures: &[Figure]) -> String {
    let mut text = String::from("| bench | measure | value | unit | target | met | note |\n|---|---|---:|---|---:|---|---|\n");
    for figure in figures {
        let (target, met) = figure.target.as_ref().map_or_else(Default::default, |target| {
            (format!("{} {}", target.sign, rounded(target.value)), if target.met { "yes" } else { "**no**" })
        });
        text.push_str(&format!(
            "| {} | {} | {} | {} | {target} | {met} | {} |\n",
            figure.bench,
            figure.measure,
            rounded(figure.value),
            figure.unit,
            figure.note
        ));
    }
    text
}

/// Three significant digits are all that a run on a shared machine is worth.
fn rounded(value: f64) -> String {
    if value.abs() >= 100.0 {
        let digits = format!("{value:.0}");
        let mut grouped = String::new();
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && digit.is_ascii_digit() && (digits.len() - position).is_multiple_of(3) && !grouped.ends_with('-') {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

fn machine() -> String {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    format!("Machine: {cores} cores, {}, {}.", processor.unwrap_or_else(|| std::env::consts::ARCH.to_owned()), std::env::consts::OS)
}

/// The commit that was measured.
fn commit(project: &Project) -> String {
    let mut git = std::process::Command::new("git");
    git.current_dir(&project.root).args(["describe", "--always", "--dirty"]);
    output(&mut git).map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

fn with_section(page: &str, section: &str) -> Result<String> {
    between(page, BEGIN, END, section)
}

fn between(page: &str, begin: &str, end: &str, section: &str) -> Result<String> {
    let parts = page.split_once(begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    let (before, after) = parts.with_context(|| format!("{PAGE} has lost its lines {begin} and {end}"))?;
    Ok(format!("{before}{begin}\n{}\n{end}{after}", section.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::{benches, figure, rounded, with_section};

    #[test]
    fn a_line_of_json_is_a_figure_and_other_lines_are_not() {
        let found = figure("engine", r#"{"measure": "steps", "value": 12, "unit": "steps/s"}"#).unwrap();
        assert_eq!((found.measure.as_str(), found.value, found.unit.as_str()), ("steps", 12.0, "steps/s"));
        assert_eq!(found.target, None);
        let aimed = figure("engine", r#"{"measure": "a", "value": 1, "sign": "≥", "target": 2.5, "met": false}"#).unwrap();
        assert!(super::table(&[aimed]).contains("| ≥ 2.50 | **no** |"));
        assert_eq!(figure("engine", "warming up"), None);
        assert_eq!(figure("engine", r#"{"value": 12}"#), None);
    }

    #[test]
    fn only_examples_named_bench_measure() {
        let metadata = serde_json::json!({"packages": [{"name": "haetae-engine", "targets": [
            {"kind": ["example"], "name": "bench_engine"}, {"kind": ["example"], "name": "generate"}, {"kind": ["lib"], "name": "bench_lib"}]}]});
        assert_eq!(benches(&metadata), [("haetae-engine".to_owned(), "bench_engine".to_owned())]);
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(rounded(1_234_567.8), "1,234,568");
        assert_eq!(rounded(-123_456.0), "-123,456");
        assert_eq!(rounded(100.4), "100");
        assert_eq!(rounded(12.345), "12.3");
        assert_eq!(rounded(0.1234), "0.12");
    }

    #[test]
    fn only_the_section_is_replaced() {
        let page = "before\n<!-- figures: cargo xtask bench -->\nold\n<!-- end of figures -->\nafter\n";
        let expected = "before\n<!-- figures: cargo xtask bench -->\nnew\n<!-- end of figures -->\nafter\n";
        assert_eq!(with_section(page, "new\n").unwrap(), expected);
        assert!(with_section("no marks", "new").is_err());
    }
}
