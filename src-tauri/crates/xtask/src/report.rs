//! Counting: what every test runner reported, and the summary at the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// How a test says that it could not run here: a line with this prefix and the reason.
const SKIPPED: &str = "SKIPPED: ";

/// What a step or a whole run counted.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Tests and checks that hold.
    pub(crate) passed: usize,
    /// Tests and checks that do not.
    pub(crate) failed: usize,
    /// One reason for every test that could not run.
    pub(crate) skipped: Vec<String>,
}

impl Counts {
    /// One check that holds or does not.
    pub(crate) fn check(holds: bool) -> Self {
        Self { passed: usize::from(holds), failed: usize::from(!holds), skipped: Vec::new() }
    }

    /// One check that could not run here.
    pub(crate) fn skip(reason: impl Into<String>) -> Self {
        Self { skipped: vec![reason.into()], ..Self::default() }
    }

    /// Adds what another step counted.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped.extend(other.skipped);
    }

    /// The lines that end a run: one for every reason to skip, then the summary alone.
    pub(crate) fn summary(&self) -> String {
        let mut reasons = BTreeMap::<&str, usize>::new();
        for reason in &self.skipped {
            *reasons.entry(reason).or_default() += 1;
        }
        let mut text = String::new();
        for (reason, count) in reasons {
            let times = if count == 1 { String::new() } else { format!(" ({count} tests)") };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{SKIPPED}{reason}{times}");
        }
        let _ = write!(text, "{} passed, {} failed", self.passed, self.failed);
        if !self.skipped.is_empty() {
            let _ = write!(text, ", {} skipped", self.skipped.len());
        }
        text
    }
}

/// Counts the test cases of a JUnit report, as nextest, Vitest and Node write it.
///
/// A test that passed but printed a line `SKIPPED: reason` counts as skipped.
pub(crate) fn read_junit(path: &Path) -> Result<Counts> {
    let text = fs::read_to_string(path).with_context(|| format!("the test runner left no report in {}", path.display()))?;
    count_junit(&text).with_context(|| format!("cannot read the report {}", path.display()))
}

fn count_junit(text: &str) -> Result<Counts> {
    // Messages hold what tests printed, colours of the terminal included; XML allows no such characters.
    let text: String = text.chars().filter(|character| !character.is_control() || "\t\r\n".contains(*character)).collect();
    let document = roxmltree::Document::parse(&text)?;
    let mut counts = Counts::default();
    for case in document.descendants().filter(|node| node.has_tag_name("testcase")) {
        let child = |name: &str| case.children().find(|node| node.has_tag_name(name));
        let printed = || {
            case.children().filter(|node| node.has_tag_name("system-out") || node.has_tag_name("system-err")).filter_map(|node| node.text())
        };
        if child("failure").is_some() || child("error").is_some() {
            counts.failed += 1;
        } else if let Some(skipped) = child("skipped") {
            let reason = [skipped.attribute("message"), skipped.text(), case.attribute("name")]
                .into_iter()
                .flatten()
                .map(str::trim)
                .find(|reason| !reason.is_empty());
            counts.skipped.push(reason.unwrap_or("no reason given").to_owned());
        } else if let Some(reason) = printed().find_map(skip_reason) {
            counts.skipped.push(reason.to_owned());
        } else {
            counts.passed += 1;
        }
    }
    Ok(counts)
}

/// Adds up what `cargo test` printed.
pub(crate) fn count_cargo_test(text: &str) -> Counts {
    let mut counts = Counts::default();
    for line in text.lines() {
        if let Some(result) = line.strip_prefix("test result: ") {
            let number = |word: &str| -> usize {
                let before = result.split([';', '.']).find_map(|part| part.trim().strip_suffix(word));
                before.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
            };
            counts.passed += number("passed");
            counts.failed += number("failed");
            counts.skipped.extend((0..number("ignored")).map(|_| "the test is marked #[ignore]".to_owned()));
        } else if let Some(reason) = skip_reason(line) {
            counts.skipped.push(reason.to_owned());
            counts.passed = counts.passed.saturating_sub(1);
        }
    }
    counts
}

fn skip_reason(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.trim().strip_prefix(SKIPPED)).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::{Counts, count_cargo_test, count_junit};

    fn counts(passed: usize, failed: usize, skipped: &[&str]) -> Counts {
        Counts { passed, failed, skipped: skipped.iter().map(|reason| (*reason).to_owned()).collect() }
    }

    #[test]
    fn nextest_reports_are_counted_with_the_skips_that_tests_print() {
        let report = r#"<?xml version="1.0"?><testsuites><testsuite name="a">
            <testcase name="one"/><testcase name="two"><failure message="no"/></testcase>
            <testcase name="three"><system-out>running 1 test
SKIPPED: no shared data
test three ... ok</system-out></testcase>
            <testcase name="four"><failure/><system-out>SKIPPED: but failed</system-out></testcase></testsuite></testsuites>"#;
        assert_eq!(count_junit(report).unwrap(), counts(1, 2, &["no shared data"]));
    }

    #[test]
    fn node_reports_are_counted_in_nested_suites() {
        let report = r#"<testsuites><testsuite name="outer"><testcase name="a"/><testsuite name="inner">
            <testcase name="b"><skipped type="skipped" message="no display"/></testcase></testsuite></testsuite></testsuites>"#;
        assert_eq!(count_junit(report).unwrap(), counts(1, 0, &["no display"]));
    }

    #[test]
    fn colours_in_messages_do_no_harm() {
        let report = "<testsuites><testcase name=\"a\"><failure>\u{1b}[31mno\u{1b}[0m</failure></testcase></testsuites>";
        assert_eq!(count_junit(report).unwrap(), counts(0, 1, &[]));
    }

    #[test]
    fn a_broken_report_is_an_error() {
        assert!(count_junit("<testsuites>").is_err());
    }

    #[test]
    fn cargo_test_results_are_added_up() {
        let text = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\nSKIPPED: no keyring\n\
            test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let found = count_cargo_test(text);
        assert_eq!((found.passed, found.failed, found.skipped.len()), (4, 1, 2));
    }

    #[test]
    fn the_summary_stands_alone_on_the_last_line() {
        assert_eq!(counts(412, 0, &[]).summary(), "412 passed, 0 failed");
        let text = counts(1, 0, &["no display", "no data", "no data"]).summary();
        assert_eq!(text, "SKIPPED: no data (2 tests)\nSKIPPED: no display\n1 passed, 0 failed, 3 skipped");
    }
}
