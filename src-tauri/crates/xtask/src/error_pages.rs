//! Every error code has a page in docs/errors, every page a code, both languages, and a line in the index.
//!
//! The window opens these pages from an error, so a code without a page is a dead end for the person who meets it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::project::Project;
use crate::report::Counts;
use crate::stamp;

const FOLDER: &str = "docs/errors";

/// The page that lists the others.
const INDEX: &str = "README";

/// What every page holds, in this order.
const PARTS: [&str; 6] = ["## 한국어", "**원인**", "**해 볼 일**", "## English", "**Likely causes**", "**What to try**"];

/// Crates whose codes nobody sees.
const FOR_TOOLS: [&str; 2] = ["src-tauri/crates/xtask", "src-tauri/crates/testkit"];

/// Prints what is missing or left over and counts it as one check.
pub(crate) fn check(project: &Project) -> Result<Counts> {
    let found = faults(&project.root)?;
    for fault in &found {
        println!("{fault}");
    }
    Ok(Counts::check(found.is_empty()))
}

fn faults(root: &Path) -> Result<Vec<String>> {
    let mut codes = BTreeMap::new();
    for folder in ["src-tauri/src", "src-tauri/crates", "ui/src"] {
        for file in stamp::files(&root.join(folder), &["tests", "testing", "examples", "generated", "node_modules"])? {
            let place = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            if FOR_TOOLS.iter().any(|tool| place.starts_with(tool)) || is_test(&place) {
                continue;
            }
            let of: fn(&str) -> BTreeSet<String> = match file.extension().and_then(|extension| extension.to_str()) {
                Some("rs") => codes_of_rust,
                Some("ts" | "tsx") => codes_of_typescript,
                _ => continue,
            };
            for code in of(&read(&file)?) {
                codes.entry(code).or_insert_with(|| place.clone());
            }
        }
    }
    let mut pages = BTreeMap::new();
    for file in stamp::files(&root.join(FOLDER), &[])? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        pages.insert(name, read(&file)?);
    }
    let index = pages.remove(INDEX).with_context(|| format!("{FOLDER}/{INDEX}.md is not there"))?;
    Ok(compare(&codes, &pages, &index))
}

fn read(file: &Path) -> Result<String> {
    // Git may convert line ends.
    fs::read_to_string(file).map(|text| text.replace("\r\n", "\n")).with_context(|| format!("cannot read {}", file.display()))
}

fn is_test(place: &str) -> bool {
    place.ends_with("/tests.rs") || place.contains(".test.")
}

/// Returns the codes in Rust text: literals with a hyphen, such as `"APP-004"`, and any upper-case word an error begins with.
fn codes_of_rust(text: &str) -> BTreeSet<String> {
    // Test modules stand at the end of a file; their codes may be made up.
    let code = text.split_once("#[cfg(test)]\nmod ").map_or(text, |(code, _)| code);
    literals(code, '"')
        .filter(|(before, word)| word.contains('-') || before.trim_end().ends_with("Error::new("))
        .map(|(_, word)| word.to_owned())
        .collect()
}

/// Returns the codes that the window gives its own errors.
fn codes_of_typescript(text: &str) -> BTreeSet<String> {
    literals(text, '\'').filter(|(before, _)| before.ends_with("code: ")).map(|(_, word)| word.to_owned()).collect()
}

/// Returns every literal of capitals, digits and hyphens outside comment lines, with the text before it.
fn literals(text: &str, quote: char) -> impl Iterator<Item = (&str, &str)> {
    text.match_indices(quote).filter_map(move |(at, _)| {
        let (before, after) = (&text[..at], &text[at + 1..]);
        let (word, _) = after.split_once(quote)?;
        let is_code = word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.len() > 1
            && word.split('-').all(|part| !part.is_empty() && part.chars().all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit()));
        let line = before.rsplit('\n').next().unwrap_or_default();
        (is_code && !line.trim_start().starts_with("//")).then_some((before, word))
    })
}

fn compare(codes: &BTreeMap<String, String>, pages: &BTreeMap<String, String>, index: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (code, place) in codes {
        if !pages.contains_key(code) {
            found.push(format!("{place}: {code} has no page {FOLDER}/{code}.md"));
        }
    }
    for (name, page) in pages {
        let place = format!("{FOLDER}/{name}.md");
        if !codes.contains_key(name) {
            found.push(format!("{place}: nothing in the sources has this code"));
        }
        if page.lines().next() != Some(format!("# {name}").as_str()) {
            found.push(format!("{place}: the first line is not `# {name}`"));
        }
        let mut rest = page.as_str();
        for part in PARTS {
            match rest.split_once(&format!("\n{part}\n")) {
                Some((_, after)) => rest = after,
                None => found.push(format!("{place}: `{part}` is missing or not in its place")),
            }
        }
        if !index.contains(&format!("({name}.md)")) {
            found.push(format!("{FOLDER}/{INDEX}.md: does not name {name}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{codes_of_rust, codes_of_typescript, compare};
    use crate::project::Project;

    const PAGE: &str = "# APP-001\n\n## 한국어\n\n**원인**\n\n**해 볼 일**\n\n## English\n\n**Likely causes**\n\n**What to try**\n";

    fn faults(codes: &[&str], pages: &[(&str, &str)], index: &str) -> Vec<String> {
        let codes = codes.iter().map(|code| ((*code).to_owned(), "a.rs".to_owned())).collect();
        let pages: BTreeMap<_, _> = pages.iter().map(|(name, page)| ((*name).to_owned(), (*page).to_owned())).collect();
        compare(&codes, &pages, index)
    }

    #[test]
    fn every_code_of_the_project_has_its_page() {
        let found = super::faults(&Project::find().unwrap().root).unwrap();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn codes_and_pages_that_match_have_no_faults() {
        assert_eq!(faults(&["APP-001"], &[("APP-001", PAGE)], "[APP-001](APP-001.md)"), Vec::<String>::new());
    }

    #[test]
    fn a_code_without_a_page_and_a_page_without_a_code_are_found() {
        let found =
            faults(&["APP-001", "APP-002"], &[("APP-001", PAGE), ("APP-003", &PAGE.replace("001", "003"))], "(APP-001.md) (APP-003.md)");
        assert_eq!(
            found,
            ["a.rs: APP-002 has no page docs/errors/APP-002.md", "docs/errors/APP-003.md: nothing in the sources has this code"]
        );
    }

    #[test]
    fn a_page_in_one_language_under_another_name_or_outside_the_index_is_found() {
        let korean = PAGE.split_once("## English").unwrap().0;
        let found = faults(&["APP-001"], &[("APP-001", &korean.replace("# APP", "# APM"))], "");
        assert_eq!(found.len(), 5, "{found:?}");
        assert!(found[0].ends_with("the first line is not `# APP-001`"), "{found:?}");
        assert!(found[1].contains("## English") && found[4].ends_with("does not name APP-001"), "{found:?}");
    }

    #[test]
    fn codes_are_read_from_literals_and_not_from_comments_or_tests() {
        let text = "/// \"DOC-1\"\n    // \"DOC-2\"\nlet a = Error::new(\n  \"CONFLICT\",\n x(\"APP-001\"), \"GET\", \"A-\", \"no-1\");\n#[cfg(test)]\nmod tests { \"TEST-1\" }";
        assert_eq!(codes_of_rust(text).into_iter().collect::<Vec<_>>(), ["APP-001", "CONFLICT"]);
        assert_eq!(codes_of_typescript("{ code: 'UI-001' } x === 'UI-002'").into_iter().collect::<Vec<_>>(), ["UI-001"]);
    }
}
