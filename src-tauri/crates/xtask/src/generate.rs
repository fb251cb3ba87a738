//! Generated files: written into the project, or compared with what is committed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project::{Project, must};
use crate::report::Counts;
use crate::stamp;

/// The folder whose every file is generated.
const FOLDER: &str = "ui/src/generated";

/// What is generated: the package, its example that writes the file named as its argument, and that file.
const GENERATED: &[(&str, &str, &str)] = &[
    ("haetae-wire", "generate", "ui/src/generated/api.ts"),
    ("haetae-playbook", "generate_schema", "docs/playbook.schema.json"),
    ("haetae-expression", "generate_functions", "docs/guide/ko/functions.md"),
    ("haetae-expression", "generate_functions", "docs/guide/en/functions.md"),
];

/// Builds the generators and writes the files into the project.
pub(crate) fn generate(project: &Project) -> Result<()> {
    for (package, example, file) in GENERATED {
        let file = project.root.join(file);
        fs::create_dir_all(file.parent().context("a generated file lies in a folder")?)?;
        must(project.cargo().args(["run", "--quiet", "--package", package, "--example", example, "--"]).arg(&file))?;
    }
    Ok(())
}

/// Runs the built generators into a folder of its own and compares the result with what is committed.
pub(crate) fn check(project: &Project) -> Result<Counts> {
    let fresh = project.target.join("generated-check");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    for (_, example, file) in GENERATED {
        let file = fresh.join(file);
        fs::create_dir_all(file.parent().context("a generated file lies in a folder")?)?;
        must(project.command(project.binary("debug/examples", example)).arg(&file))?;
    }
    let differences = differences(&project.root, &fresh)?;
    for difference in &differences {
        println!("{difference}");
    }
    if !differences.is_empty() {
        println!("Run `cargo xtask generate` and commit the result.");
    }
    Ok(Counts::check(differences.is_empty()))
}

/// Compares every fresh file with the committed one, and finds files that are no longer generated.
fn differences(root: &Path, fresh: &Path) -> Result<Vec<String>> {
    let names = |base: &Path, below: &str| -> Result<BTreeSet<PathBuf>> {
        let folder = base.join(below);
        let files = if folder.is_dir() { stamp::files(&folder, &[])? } else { Vec::new() };
        Ok(files.iter().filter_map(|file| file.strip_prefix(base).ok()).map(Path::to_path_buf).collect())
    };
    let generated = names(fresh, "")?;
    let mut found = Vec::new();
    for name in &generated {
        // Line ends may differ where git converts them.
        let text = |base: &Path| fs::read_to_string(base.join(name)).map(|text| text.replace("\r\n", "\n")).ok();
        match text(root) {
            None => found.push(format!("{} is not there", name.display())),
            committed if committed != text(fresh) => found.push(format!("{} differs from what is generated now", name.display())),
            Some(_) => {}
        }
    }
    found.extend(names(root, FOLDER)?.difference(&generated).map(|name| format!("{} is no longer generated", name.display())));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::differences;

    fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
        let base = std::env::temp_dir().join(format!("xtask-generate-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&base);
        fs::create_dir_all(base.join("ui/src/generated")).unwrap();
        for (path, text) in files {
            fs::write(base.join(path), text).unwrap();
        }
        base
    }

    #[test]
    fn a_changed_a_missing_and_a_stale_file_are_found() {
        let root = folder(
            "root",
            &[("ui/src/generated/same.ts", "1\r\n"), ("ui/src/generated/changed.ts", "1"), ("ui/src/generated/stale.ts", "1")],
        );
        let fresh =
            folder("fresh", &[("ui/src/generated/same.ts", "1\n"), ("ui/src/generated/changed.ts", "2"), ("ui/src/generated/new.ts", "1")]);
        let found = differences(&root, &fresh).unwrap();
        let _ = fs::remove_dir_all(root);
        let _ = fs::remove_dir_all(fresh);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(
            found[0].contains("changed.ts differs")
                && found[1].contains("new.ts is not there")
                && found[2].contains("stale.ts is no longer"),
            "{found:?}"
        );
    }
}
