//! What is said about manifests, and the bundled ones.

use apps::{Registry, manifest};
use types::Language;

const GOOD: &str = r#"
format = 1
id = "vendor"
vendor = "Vendor"
name = { ko = "벤더", en = "Vendor" }
description = "An app."
options = [{ name = "url", type = "string", required = true }]
credential = [{ name = "api_key", label = "Key" }]
auth = { kind = "header", name = "x-key", field = "api_key" }
test = { method = "GET", path = "/ping" }

[commands.look]
name = "Look"
idempotent = true
destructive = false
parameters = [{ name = "what", type = "string", required = true }]
request = { method = "GET", path = "/look/{what}" }
[commands.look.output]
value = { value = "body.value" }
"#;

/// Reads the good manifest with one text replaced; gives the codes and fields of what is said.
fn said(from: &str, to: &str) -> Vec<String> {
    assert!(GOOD.contains(from), "{from}");
    let (app, diagnostics) = manifest::read(&GOOD.replace(from, to));
    assert_eq!(app.is_none(), diagnostics.iter().any(types::Diagnostic::is_error));
    diagnostics.iter().map(|said| format!("{} {}", said.code, said.target.field.as_deref().unwrap_or_default())).collect()
}

#[test]
fn a_good_manifest_is_quiet() {
    let (app, diagnostics) = manifest::read(GOOD);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(app.expect("an app").manifest().name.get(Language::Ko), "벤더");
}

#[test]
fn faults_are_named_with_their_place() {
    assert_eq!(said("format = 1", "format = 2"), ["APM-002 format"]);
    assert_eq!(said("id = \"vendor\"", "id = \"../vendor\""), ["APM-003 id"]);
    assert_eq!(said("[commands.look]\n", "[commands.Look_]\n")[0], "APM-001 ");
    assert_eq!(said("body.value\"", "body.value +\""), ["EXP-006 commands.look.output.value.value"]);
    assert_eq!(said("body.value\"", "ticket.id\""), ["APM-004 commands.look.output.value.value"]);
    assert_eq!(said("/look/{what}", "/look/{who}"), ["APM-004 commands.look.request.path"]);
    assert_eq!(said("/look/{what}", "look"), ["APM-005 commands.look.request.path"]);
    assert_eq!(said("/look/{what}", "/look/a{what}"), ["APM-005 commands.look.request.path"]);
    assert_eq!(said("/look/{what}", "/../{what}"), ["APM-005 commands.look.request.path"]);
    assert_eq!(said("destructive = false", "destructive = true"), ["APM-006 commands.look.undo"]);
    assert_eq!(said("test = { method = \"GET\", path = \"/ping\" }", ""), ["APM-006 test"]);
    assert_eq!(said("name = \"url\"", "name = \"address\""), ["APM-006 options"]);
    assert_eq!(said("field = \"api_key\"", "field = \"token\""), ["APM-007 auth.field", "APM-009 credential[0]"]);
    assert_eq!(
        said("name = \"what\"", "name = \"body\""),
        ["APM-003 commands.look.parameters[0].name", "APM-004 commands.look.request.path"]
    );
    assert_eq!(said("value = { value = \"body.value\" }", "value = {}"), ["APM-006 commands.look.output.value.value"]);
}

#[test]
fn all_faults_are_found_at_once() {
    let (_, diagnostics) =
        manifest::read(&GOOD.replace("format = 1", "format = 9").replace("{what}", "{who}").replace("body.value", "nothing"));
    let codes: Vec<&str> = diagnostics.iter().map(|said| said.code.as_str()).collect();
    assert_eq!(codes, ["APM-002", "APM-004", "APM-004"]);
}

#[test]
fn what_is_no_manifest_says_where() {
    let (app, diagnostics) = manifest::read("format = 1\nid = \n");
    assert!(app.is_none());
    assert_eq!((diagnostics[0].code.as_str(), diagnostics[0].span.map(|span| span.start)), ("APM-001", Some(16)));
}

#[test]
fn the_bundled_apps_are_complete_in_both_languages() {
    let registry = Registry::bundled();
    let both = |text: &types::Text, place: &str| {
        for language in [Language::Ko, Language::En] {
            assert!(!text.get(language).is_empty(), "{place}");
        }
        assert!(matches!(text, types::Text::Localized { ko: Some(_), en: Some(_) }), "{place} has one language only");
    };
    for app in registry.apps() {
        let manifest = app.manifest();
        both(&manifest.name, &manifest.id);
        both(&manifest.description, &manifest.id);
        for option in &manifest.options {
            both(option.label.as_ref().expect("options have labels"), &format!("{} {}", manifest.id, option.name));
        }
        for (id, command) in &manifest.commands {
            let place = format!("{} {id}", manifest.id);
            both(&command.name, &place);
            both(command.description.as_ref().expect("commands have descriptions"), &place);
            for parameter in &command.parameters {
                both(parameter.label.as_ref().expect("parameters have labels"), &place);
            }
            for (name, field) in &command.output {
                both(field.description.as_ref().expect("output fields have descriptions"), &format!("{place} {name}"));
            }
        }
    }
}

#[test]
fn the_catalog_knows_what_blocks_and_what_is_destructive() {
    let registry = Registry::bundled();
    let catalog = registry.catalog(&apps::sample::connections(&registry));
    assert!(catalog.has_connection("firewall", "default") && catalog.has_connection("haetae", "anything"));
    assert!(!catalog.has_connection("firewall", "other"));
    let destructive: Vec<String> = catalog
        .apps
        .values()
        .flat_map(|app| {
            app.commands.values().filter(|command| command.destructive).map(move |command| format!("{} {}", app.id, command.id))
        })
        .collect();
    assert_eq!(
        destructive,
        [
            "haetae add-to-blocklist",
            "firewall add-address",
            "edr quarantine",
            "edr isolate-hosts",
            "mailgateway quarantine-messages",
            "mailgateway block-sender",
            "directory disable-user",
            "scrubbing start-diversion"
        ]
    );
    assert!(!catalog.command("edr", "quarantine").expect("it exists").idempotent);
    assert_eq!(registry.blocked_parameter("firewall", "add-address"), Some("address"));
    assert_eq!(registry.blocked_parameter("haetae", "add-to-blocklist"), Some("artifact"));
    assert_eq!(registry.blocked_parameter("edr", "quarantine"), None);
}
