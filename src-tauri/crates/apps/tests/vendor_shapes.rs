//! The replies we wrote against replies that vendors gave: so that they do not prove only themselves.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use apps::recorded;
use serde_json::Value as Json;

/// Returns the vendors' published replies unpacked, or says visibly why the test does not run.
fn vendor_api(test: &str) -> Option<(tempfile::TempDir, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let shared = std::env::var_os("HAETAE_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let archive = shared.join("data/vendor-api.tar.xz");
    if !archive.is_file() {
        return skipped(&format!("{test}: the vendors' replies are not at {}", archive.display()));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let unpacked = Command::new("tar").arg("-xJf").arg(&archive).arg("-C").arg(folder.path()).status();
    match unpacked {
        Ok(status) if status.success() => {
            let inside = folder.path().join("vendor-api");
            Some((folder, inside))
        }
        _ => skipped(&format!("{test}: tar cannot unpack {} (packages tar and xz-utils)", archive.display())),
    }
}

fn skipped<T>(reason: &str) -> Option<T> {
    let line = format!("SKIPPED: {reason}");
    writeln!(std::io::stderr(), "{line}").expect("stderr can be written");
    if let Some(file) = std::env::var_os("HAETAE_SKIPS") {
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("the file of skips can be written");
        writeln!(file, "{line}").expect("the file of skips can be written");
    }
    None
}

fn read(path: &Path) -> Json {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn ours(app: &str, name: &str) -> Json {
    let (_, text) = recorded::texts(app).iter().find(|(reply, _)| *reply == name).expect("the reply is bundled");
    serde_json::from_str::<Json>(text).expect("replies are JSON")["body"].clone()
}

/// Returns the kind of a value; a placeholder of ours stands for a text.
fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "text",
        Json::Array(_) => "list",
        Json::Object(_) => "object",
    }
}

/// Checks that these paths have the same kind of value in both replies.
fn same_kinds(ours: &Json, theirs: &Json, paths: &[&str]) {
    for path in paths {
        let (mine, real) = (ours.pointer(path), theirs.pointer(path));
        let real = real.unwrap_or_else(|| panic!("the vendor's reply has no {path}"));
        let mine = mine.unwrap_or_else(|| panic!("our reply has no {path}"));
        assert_eq!(kind(mine), kind(real), "{path}: {mine} and {real}");
    }
}

const FILE_PATHS: [&str; 16] = [
    "/type",
    "/id",
    "/attributes/last_analysis_stats/malicious",
    "/attributes/last_analysis_stats/suspicious",
    "/attributes/last_analysis_stats/undetected",
    "/attributes/last_analysis_stats/type-unsupported",
    "/attributes/popular_threat_classification/suggested_threat_label",
    "/attributes/meaningful_name",
    "/attributes/type_description",
    "/attributes/size",
    "/attributes/md5",
    "/attributes/sha1",
    "/attributes/sha256",
    "/attributes/first_submission_date",
    "/attributes/reputation",
    "/attributes/tags",
];

#[test]
fn our_virustotal_file_replies_have_the_vendors_shape() {
    let Some((_folder, vendor)) = vendor_api("our_virustotal_file_replies_have_the_vendors_shape") else { return };
    // The published file is the object without the `data` around it, as the vendor's own library gives it.
    let theirs = read(&vendor.join("virustotal-and-ti/vt3_file_1.json"));
    same_kinds(&ours("virustotal", "file-loader")["data"], &theirs, &FILE_PATHS);
    same_kinds(&ours("virustotal", "file-stealer")["data"], &theirs, &FILE_PATHS);
    let engine =
        |reply: &Json| reply["attributes"]["last_analysis_results"].as_object().and_then(|engines| engines.values().next().cloned());
    let (mine, real) = (engine(&ours("virustotal", "file-loader")["data"]).expect("engines"), engine(&theirs).expect("engines"));
    same_kinds(&mine, &real, &["/category", "/engine_name", "/method"]);
}

#[test]
fn our_virustotal_objects_share_the_vendors_frame() {
    let Some((_folder, vendor)) = vendor_api("our_virustotal_objects_share_the_vendors_frame") else { return };
    // No IP report of version 3 is published there; the URL report has the same statistics in the same place.
    let theirs = read(&vendor.join("virustotal-and-ti/vt3_url_2.json"));
    let paths = [
        "/type",
        "/id",
        "/attributes/last_analysis_stats/malicious",
        "/attributes/last_analysis_stats/suspicious",
        "/attributes/last_analysis_stats/harmless",
        "/attributes/last_analysis_stats/undetected",
        "/attributes/reputation",
        "/attributes/tags",
        "/attributes/total_votes/malicious",
    ];
    for reply in ["ip-command-and-control", "ip-download-server", "ip-scanner", "ip-clean"] {
        same_kinds(&ours("virustotal", reply)["data"], &theirs, &paths);
    }
}

#[test]
fn our_abuseipdb_replies_have_the_vendors_shape() {
    let Some((_folder, vendor)) = vendor_api("our_abuseipdb_replies_have_the_vendors_shape") else { return };
    let theirs = read(&vendor.join("abuseipdb/payloads/check_ip_data.json"));
    let paths = [
        "/data/ipAddress",
        "/data/isPublic",
        "/data/ipVersion",
        "/data/isWhitelisted",
        "/data/abuseConfidenceScore",
        "/data/countryCode",
        "/data/usageType",
        "/data/isp",
        "/data/domain",
        "/data/totalReports",
        "/data/numDistinctUsers",
        "/data/lastReportedAt",
    ];
    same_kinds(&ours("abuseipdb", "check-scanner"), &theirs, &paths);
    same_kinds(&ours("abuseipdb", "check-command-and-control"), &theirs, &paths);
}
