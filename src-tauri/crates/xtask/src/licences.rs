//! Licences, bans and sources of what we depend on: `cargo deny` where it is installed, else the same lists read here.
//!
//! Compiling cargo-deny takes minutes, so a machine without it still checks the licences that crates declare, the banned crates and
//! where everything comes from; cargo-deny reads the licence texts too.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value as Json;

use crate::project::{Project, status, which};
use crate::report::Counts;

/// Checks everything in Cargo.lock against deny.toml.
pub(crate) fn check(project: &Project) -> Result<Counts> {
    if which("cargo-deny").is_some() {
        let mut deny = project.cargo();
        deny.args(["deny", "--offline", "check", "licenses", "bans", "sources"]);
        return Ok(Counts::check(status(&mut deny)?.success()));
    }
    let rules = Rules::read(&fs::read_to_string(project.root.join("deny.toml"))?)?;
    let output = project.cargo().args(["metadata", "--format-version", "1", "--locked"]).output()?;
    let metadata: Json = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let faults = faults(&metadata, &rules)?;
    for fault in &faults {
        println!("{fault}");
    }
    Ok(Counts::check(faults.is_empty()))
}

struct Rules {
    allowed: Vec<String>,
    banned: Vec<String>,
    registries: Vec<String>,
}

impl Rules {
    fn read(deny: &str) -> Result<Self> {
        let list = |name: &str| -> Result<Vec<String>> {
            let (_, rest) = deny.split_once(&format!("\n{name} = [")).with_context(|| format!("deny.toml has no {name}"))?;
            let (list, _) = rest.split_once("\n]").or_else(|| rest.split_once(']')).context("deny.toml: a list is not closed")?;
            Ok(quoted(list))
        };
        let (_, bans) = deny.split_once("\ndeny = [").context("deny.toml has no deny")?;
        let bans = bans.split_once("\n]").map_or(bans, |(bans, _)| bans);
        let banned = bans.lines().filter_map(|line| line.split_once("crate = ")).filter_map(|(_, rest)| quoted(rest).into_iter().next());
        Ok(Self { allowed: list("allow")?, banned: banned.collect(), registries: list("allow-registry")? })
    }
}

fn quoted(text: &str) -> Vec<String> {
    text.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn faults(metadata: &Json, rules: &Rules) -> Result<Vec<String>> {
    let packages = metadata["packages"].as_array().context("cargo metadata has no packages")?;
    let mut faults = Vec::new();
    for package in packages {
        let Some(source) = package["source"].as_str() else { continue }; // our own
        let name = package["name"].as_str().unwrap_or_default();
        if !rules.registries.iter().any(|registry| source == format!("registry+{registry}")) {
            faults.push(format!("{name}: comes from {source}"));
        }
        if rules.banned.iter().any(|banned| banned == name) {
            faults.push(format!("{name}: is banned in deny.toml"));
        }
        match package["license"].as_str() {
            Some(license) if is_allowed(license, &rules.allowed)? => {}
            license => faults.push(format!("{name}: the licence {} is not allowed in deny.toml", license.unwrap_or("(none)"))),
        }
    }
    Ok(faults)
}

/// Tells whether an SPDX expression can be met with the allowed licences; the old `A/B` means `A OR B`.
fn is_allowed(expression: &str, allowed: &[String]) -> Result<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, at: 0, allowed };
    let met = reader.any()?;
    if reader.at < words.len() {
        bail!("cannot read the licence {expression}");
    }
    Ok(met)
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
    allowed: &'a [String],
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at) == Some(&word);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<bool> {
        let mut met = self.all()?;
        while self.take("OR") {
            met |= self.all()?;
        }
        Ok(met)
    }

    fn all(&mut self) -> Result<bool> {
        let mut met = self.one()?;
        while self.take("AND") {
            met &= self.one()?;
        }
        Ok(met)
    }

    fn one(&mut self) -> Result<bool> {
        if self.take("(") {
            let met = self.any()?;
            if !self.take(")") {
                bail!("a bracket of a licence is not closed");
            }
            return Ok(met);
        }
        let Some(name) = self.words.get(self.at) else { bail!("a licence ends too early") };
        self.at += 1;
        let mut full = (*name).to_owned();
        if self.take("WITH") {
            full = format!("{full} WITH {}", self.words.get(self.at).context("a licence ends too early")?);
            self.at += 1;
        }
        Ok(self.allowed.contains(&full))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn allows(expression: &str) -> bool {
        is_allowed(expression, &["MIT".to_owned(), "ISC".to_owned(), "Apache-2.0 WITH LLVM-exception".to_owned()]).unwrap()
    }

    #[test]
    fn an_expression_is_met_by_one_of_its_choices_and_all_of_its_parts() {
        for good in ["MIT", "GPL-3.0 OR MIT", "MIT/Apache-2.0", "(MIT OR GPL-3.0) AND ISC", "Apache-2.0 WITH LLVM-exception OR GPL-3.0"] {
            assert!(allows(good), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0", "Apache-2.0"] {
            assert!(!allows(bad), "{bad}");
        }
        assert!(is_allowed("MIT OR", &[]).is_err());
    }

    #[test]
    fn a_foreign_source_a_banned_crate_and_a_missing_licence_are_found() {
        let rules = Rules::read(
            "x\nallow = [\n  \"MIT\",\n]\n\ndeny = [\n  { crate = \"evil\", reason = \"r\" },\n]\n\nallow-registry = [\"https://r\"]\n",
        )
        .unwrap();
        let package = |name: &str, source: Json, license: Json| json!({"name": name, "source": source, "license": license});
        let metadata = json!({"packages": [
            package("ours", Json::Null, Json::Null),
            package("good", json!("registry+https://r"), json!("MIT")),
            package("evil", json!("registry+https://r"), json!("MIT")),
            package("none", json!("registry+https://r"), Json::Null),
            package("git", json!("git+https://g"), json!("MIT")),
        ]});
        let faults = faults(&metadata, &rules).unwrap();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].starts_with("evil") && faults[1].starts_with("none") && faults[2].starts_with("git"));
    }
}
