//! Artifacts in published texts: ESET's campaign reports with their hash lists. Skipped, and saying so, where the data is not there.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use types::ArtifactKind;

/// Unpacks the reports of the shared data.
fn reports() -> Option<tempfile::TempDir> {
    let root =
        std::env::var_os("HAETAE_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared"), PathBuf::from);
    let archive = root.join("data/ioc.tar.xz");
    if !archive.exists() {
        eprintln!("SKIPPED: {} is not there; set HAETAE_SHARED", archive.display());
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let unpacked = Command::new("tar").arg("-xJf").arg(&archive).arg("-C").arg(folder.path()).status();
    if !unpacked.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: tar cannot unpack xz here");
        return None;
    }
    Some(folder)
}

#[test]
fn every_published_hash_that_a_report_spells_out_is_found_and_no_other_length_is() {
    let Some(folder) = reports() else { return };
    let (mut expected, mut campaigns) = (0, 0);
    for campaign in fs::read_dir(folder.path().join("ioc/eset")).unwrap() {
        let campaign = campaign.unwrap().path();
        let Ok(report) = fs::read(campaign.join("README.adoc")) else { continue };
        let found: HashSet<String> = casework::scan(&report)
            .into_iter()
            .filter(|artifact| artifact.kind == ArtifactKind::Hash)
            .map(|artifact| artifact.value)
            .collect();
        let text = String::from_utf8_lossy(&report).to_ascii_lowercase();
        for list in ["samples.md5", "samples.sha1", "samples.sha256"] {
            let Ok(hashes) = fs::read_to_string(campaign.join(list)) else { continue };
            for hash in
                hashes.lines().map(|line| line.trim().to_ascii_lowercase()).filter(|hash| text.contains(hash.as_str()) && !hash.is_empty())
            {
                assert!(found.contains(&hash), "{hash} in {}", campaign.display());
                expected += 1;
            }
        }
        assert!(found.iter().all(|hash| text.contains(hash.as_str())), "{}", campaign.display());
        campaigns += 1;
    }
    assert!(campaigns > 50 && expected > 2_000, "{campaigns} campaigns, {expected} hashes");
}
