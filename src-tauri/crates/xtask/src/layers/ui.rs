//! Which part of the UI may import which.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Violation, shown};
use crate::stamp;

/// Checks every TypeScript file of the UI.
pub(super) fn check_folder(root: &Path) -> Result<Vec<Violation>> {
    let sources = root.join("ui/src");
    if !sources.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for file in stamp::files(&sources, &["generated"])? {
        if file.extension().is_some_and(|extension| extension == "ts" || extension == "tsx") {
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            found.extend(check_file(&shown(root, &file), &text));
        }
    }
    Ok(found)
}

fn check_file(place: &str, text: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        for module in imports(text) {
            if let Some(rule) = broken_rule(place, module) {
                found.push(Violation { place: format!("{place}:{line}"), what: format!("imports {module}: {rule}") });
            }
        }
    }
    found
}

fn broken_rule(place: &str, module: &str) -> Option<&'static str> {
    if module.starts_with("@tauri-apps/") && !place.starts_with("ui/src/platform/") {
        return Some("only ui/src/platform imports @tauri-apps");
    }
    let own = feature(place)?;
    let path = if module.starts_with('.') { resolve(place, module) } else { module.to_owned() };
    let other = feature(&path)?;
    let is_public = path.strip_suffix(".ts").unwrap_or(&path).ends_with(&format!("features/{other}/public"));
    (own != other && !is_public).then_some("features import one another only through app/ or a feature's public.ts")
}

/// The feature that a path lies in.
fn feature(path: &str) -> Option<&str> {
    let (_, below) = path.split_once("features/")?;
    below.split('/').next().filter(|name| !name.is_empty())
}

/// Resolves a relative module against the file that imports it.
fn resolve(place: &str, module: &str) -> String {
    let mut parts: Vec<&str> = place.split('/').collect();
    parts.pop();
    for part in module.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// The modules that a line imports or exports from, statically or dynamically.
fn imports(line: &str) -> Vec<&str> {
    let line = line.trim_start();
    if line.starts_with("//") || line.starts_with('*') || line.starts_with("/*") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for word in ["from ", "import ", "import(", "mock("] {
        for (start, _) in line.match_indices(word) {
            let rest = line[start + word.len()..].trim_start();
            let quote = rest.chars().next().filter(|quote| ['\'', '"', '`'].contains(quote));
            if let Some(quote) = quote
                && let Some(end) = rest[1..].find(quote)
            {
                found.push(&rest[1..=end]);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check_file;

    #[track_caller]
    fn refused(place: &str, text: &str, rule: &str) {
        let found = check_file(place, text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].to_string().contains(rule), "{}", found[0]);
    }

    #[track_caller]
    fn allowed(place: &str, text: &str) {
        assert_eq!(check_file(place, text), []);
    }

    #[test]
    fn only_the_platform_imports_tauri() {
        refused("ui/src/app/main.tsx", "import { invoke } from '@tauri-apps/api/core';", "only ui/src/platform");
        refused("ui/src/kit/x.ts", "const api = await import(\"@tauri-apps/api/event\");", "only ui/src/platform");
        allowed("ui/src/platform/tauri.ts", "import { invoke } from '@tauri-apps/api/core';");
    }

    #[test]
    fn features_do_not_import_one_another() {
        refused("ui/src/features/designer/a.ts", "import { x } from '../tickets/list';", "public.ts");
        refused("ui/src/features/designer/canvas/a.ts", "export * from '../../tickets';", "public.ts");
        refused("ui/src/features/designer/a.ts", "import x from '@/features/tickets/list';", "public.ts");
        refused("ui/src/features/designer/a.ts", "import type { X } from '../tickets/publicity';", "public.ts");
    }

    #[test]
    fn features_meet_through_app_and_public() {
        allowed("ui/src/features/designer/a.ts", "import { x } from '../tickets/public';");
        allowed("ui/src/features/designer/a.ts", "import { x } from '@/features/tickets/public.ts';");
        allowed("ui/src/features/designer/a.ts", "import { x } from '../../app/routes'; import { y } from './canvas/b';");
        allowed("ui/src/app/routes.tsx", "const page = lazy(() => import('../features/tickets/page'));");
    }

    #[test]
    fn comments_are_no_imports() {
        allowed("ui/src/app/a.ts", "// import { invoke } from '@tauri-apps/api/core';");
    }
}
