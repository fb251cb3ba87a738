//! Ticket rules: which events open a ticket, of which type, and which playbook answers it.
//!
//! The rules are a JSON file; the shipped set is `rules/default.json` beside this crate's source, and `ticket-rules.json`
//! in the data directory takes its place. The first rule whose conditions all hold decides; a rule with `"ticket": null`
//! decides that there is none.

use std::collections::HashSet;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;
use types::{Diagnostic, Error, PlaybookId, Severity};
use wire::casework::EventSummary;

/// The rules that apply where the data directory has none of its own.
const SHIPPED: &str = include_str!("../rules/default.json");

/// The format of a rules file.
const FORMAT: u64 = 1;

/// The words that a title may hold in braces.
const TITLE_WORDS: [&str; 5] = ["signature", "category", "src_ip", "dest_ip", "severity"];

/// Ticket rules in the order in which they are tried.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, unique in the file.
    pub name: String,
    /// When it applies.
    #[serde(default)]
    pub when: Condition,
    /// What to open; null opens nothing and ends the search. It must be written, so that a forgotten one is noticed.
    #[serde(deserialize_with = "Option::deserialize")]
    pub ticket: Option<TicketTemplate>,
}

/// When a rule applies: every list that is given must hold a match, and the severity must be reached.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Condition {
    /// Patterns of the signature's text, `*` for anything, upper and lower case alike; a text or a list.
    #[serde(deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub signature: Vec<String>,
    /// Signature ids; a number or a list.
    #[serde(deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub signature_ids: Vec<i64>,
    /// Patterns of the category, as for `signature`.
    #[serde(deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub category: Vec<String>,
    /// The least severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_severity: Option<Severity>,
}

/// The ticket that a rule opens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketTemplate {
    /// The ticket's type: letters, digits, `_` and `-`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The ticket's severity; the events' highest where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The playbook to start, or several of which the first that is there and may run is started; none where absent.
    #[serde(default, rename = "playbook", deserialize_with = "one_or_many", skip_serializing_if = "Vec::is_empty")]
    pub playbooks: Vec<PlaybookId>,
    /// The title, with `{signature}`, `{category}`, `{src_ip}`, `{dest_ip}`, `{severity}`; the signature where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What the rules say of an event that gets a ticket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision<'a> {
    /// The name of the rule.
    pub rule: &'a str,
    /// The ticket to open.
    pub ticket: &'a TicketTemplate,
}

impl Rules {
    /// Returns the shipped rules.
    pub fn shipped() -> Self {
        let (rules, diagnostics) = Self::read(SHIPPED);
        debug_assert!(diagnostics.is_empty(), "the shipped rules have faults: {diagnostics:?}");
        rules
    }

    /// Reads a rules file; a faulty rule is left out and named in a diagnostic, whose `target.field` says where.
    pub fn read(text: &str) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let entries = match entries(text) {
            Ok(entries) => entries,
            Err(diagnostic) => return (Self::default(), vec![diagnostic]),
        };
        let mut names = HashSet::new();
        let mut rules = Vec::with_capacity(entries.len());
        for (index, entry) in entries.into_iter().enumerate() {
            match serde_json::from_value::<Rule>(entry) {
                Ok(rule) => {
                    let faults = faults(index, &rule, &mut names);
                    if !faults.iter().any(Diagnostic::is_error) {
                        rules.push(rule);
                    }
                    diagnostics.extend(faults);
                }
                Err(error) => diagnostics.push(
                    about(
                        index,
                        Diagnostic::error(
                            "CASE-003",
                            format!("티켓 규칙을 읽을 수 없습니다: {error}."),
                            format!("The ticket rule cannot be read: {error}."),
                        ),
                    )
                    .hint(
                        "이름(name), 조건(when), 티켓(ticket)이 있어야 합니다.",
                        "A rule has name, when and ticket; ticket is null to open none.",
                    ),
                ),
            }
        }
        (Self { rules }, diagnostics)
    }

    /// Returns the rules of a rules file, or `CASE-001` with every diagnostic in its details when one of them is an error:
    /// a rules file with faults must not decide about tickets.
    pub fn from_file(text: &str) -> Result<Self, Error> {
        let (rules, diagnostics) = Self::read(text);
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
        match diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
            None => Ok(rules),
            Some(first) => Err(Error::new(
                "CASE-001",
                format!("티켓 규칙 파일에 오류가 {errors}개 있습니다. 첫 오류: {}", first.message.get(types::Language::Ko)),
                format!("The ticket rules file has {errors} error(s). The first: {}", first.message.get(types::Language::En)),
            )
            .hint("파일을 고치거나, 지우면 기본 규칙을 씁니다.", "Correct the file, or delete it to use the shipped rules.")
            .target("ticket-rules.json")
            .details(serde_json::to_value(&diagnostics).unwrap_or(Json::Null))),
        }
    }

    /// Returns the rules in the order in which they are tried.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Returns the ticket that the first rule with matching conditions opens, if it opens one.
    pub fn decide(&self, event: &EventSummary) -> Option<Decision<'_>> {
        let rule = self.rules.iter().find(|rule| rule.when.holds(event))?;
        rule.ticket.as_ref().map(|ticket| Decision { rule: &rule.name, ticket })
    }
}

impl Condition {
    /// Tells whether every condition that is given holds for the event.
    pub fn holds(&self, event: &EventSummary) -> bool {
        let any = |patterns: &[String], text: &str| patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, text));
        self.min_severity.is_none_or(|least| event.severity >= least)
            && (self.signature_ids.is_empty() || self.signature_ids.contains(&event.signature_id))
            && any(&self.category, &event.category)
            && any(&self.signature, &event.signature)
    }
}

impl TicketTemplate {
    /// Returns the title for a ticket opened by `event`, on one line and at most 255 characters.
    pub fn title_for(&self, event: &EventSummary) -> String {
        let mut title = String::new();
        let mut rest = self.title.as_deref().unwrap_or("{signature}");
        // One pass, so that braces inside a signature are never read as a word.
        while let Some((before, after)) = rest.split_once('{') {
            title.push_str(before);
            match after.split_once('}') {
                Some((word, after)) if TITLE_WORDS.contains(&word) => {
                    title.push_str(match word {
                        "signature" => &event.signature,
                        "category" => &event.category,
                        "src_ip" => event.src_ip.as_deref().unwrap_or("?"),
                        "dest_ip" => event.dest_ip.as_deref().unwrap_or("?"),
                        _ => event.severity.as_str(),
                    });
                    rest = after;
                }
                _ => {
                    title.push('{');
                    rest = after;
                }
            }
        }
        title.push_str(rest);
        title.chars().map(|c| if c.is_control() { ' ' } else { c }).take(255).collect()
    }
}

/// Returns the severity of a Suricata alert: the signature's own `signature_severity` where it says one, else its priority
/// (1 is the worst; <https://docs.suricata.io/en/latest/configuration/suricata-yaml.html>, classification).
pub fn severity_of(priority: Option<i64>, signature_severity: Option<&str>) -> Severity {
    match signature_severity.map(str::to_ascii_lowercase).as_deref() {
        Some("critical") => Severity::Critical,
        Some("major") => Severity::High,
        Some("minor") => Severity::Medium,
        Some("informational") => Severity::Low,
        _ => match priority {
            Some(..=1) => Severity::High,
            Some(2) => Severity::Medium,
            Some(3) => Severity::Low,
            _ => Severity::Info,
        },
    }
}

/// Tells whether `pattern`, with `*` for any text, covers the whole of `text`; upper and lower case are alike in ASCII.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut seen) = (0, 0);
    // Where to go on after the last star when a later byte does not fit.
    let mut retry: Option<(usize, usize)> = None;
    while seen < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                retry = Some((at, seen));
            }
            Some(byte) if byte.eq_ignore_ascii_case(&text[seen]) => {
                at += 1;
                seen += 1;
            }
            _ => match retry {
                Some((after_star, from)) => {
                    at = after_star;
                    seen = from + 1;
                    retry = Some((after_star, seen));
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

fn entries(text: &str) -> Result<Vec<Json>, Diagnostic> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file: Json = serde_json::from_str(text).map_err(|error| {
        Diagnostic::error(
            "CASE-002",
            format!("티켓 규칙 파일이 올바른 JSON이 아닙니다: {error}."),
            format!("The ticket rules file is not valid JSON: {error}."),
        )
    })?;
    let wrong = |ko: &str, en: &str| {
        Diagnostic::error("CASE-002", ko, en)
            .hint("{\"format\": 1, \"rules\": [...]} 형식입니다.", "Write {\"format\": 1, \"rules\": [...]}.")
    };
    let Json::Object(mut file) = file else {
        return Err(wrong("티켓 규칙 파일이 객체가 아닙니다.", "The ticket rules file is not an object."));
    };
    match file.get("format").and_then(Json::as_u64) {
        Some(FORMAT) => {}
        Some(newer) if newer > FORMAT => {
            return Err(wrong(
                &format!("티켓 규칙 파일의 형식 {newer}은(는) 이 버전보다 새것입니다."),
                &format!("The ticket rules file has format {newer}, which is newer than this version of Haetae."),
            ));
        }
        _ => return Err(wrong("티켓 규칙 파일에 format이 없습니다.", "The ticket rules file has no format.")),
    }
    match file.remove("rules") {
        Some(Json::Array(rules)) => Ok(rules),
        _ => Err(wrong("티켓 규칙 파일에 rules 목록이 없습니다.", "The ticket rules file has no list of rules.")),
    }
}

/// Says which rule a diagnostic is about.
fn about(index: usize, mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.target.field = Some(format!("rules[{index}]"));
    diagnostic
}

fn faults(index: usize, rule: &Rule, names: &mut HashSet<String>) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let name = &rule.name;
    let error = |code: &str, ko: String, en: String| about(index, Diagnostic::error(code, ko, en));
    if name.trim().is_empty() {
        faults.push(error("CASE-004", "티켓 규칙에 이름이 없습니다.".into(), "A ticket rule has an empty name.".into()));
    } else if !names.insert(name.clone()) {
        faults.push(error(
            "CASE-004",
            format!("티켓 규칙 이름 “{name}”이(가) 두 번 나옵니다."),
            format!("The ticket rule name “{name}” is used twice."),
        ));
    }
    if let Some(ticket) = &rule.ticket {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if ticket.kind.is_empty() || ticket.kind.len() > 64 || !ticket.kind.chars().all(is_word) {
            faults.push(error(
                "CASE-005",
                format!("“{name}”의 티켓 유형 “{}”에 쓸 수 없는 글자가 있습니다.", ticket.kind),
                format!("The ticket type “{}” of “{name}” must be letters, digits, _ and -.", ticket.kind),
            ));
        }
        for playbook in ticket.playbooks.iter().filter(|playbook| !playbook.is_valid()) {
            faults.push(error(
                "CASE-006",
                format!("“{name}”의 플레이북 “{playbook}”은(는) 플레이북 id가 아닙니다."),
                format!("“{playbook}” in “{name}” is not a playbook id."),
            ));
        }
        for word in unknown_words(ticket.title.as_deref().unwrap_or_default()) {
            faults.push(about(
                index,
                Diagnostic::warning(
                    "CASE-007",
                    format!("“{name}”의 제목에 있는 {{{word}}}은(는) 알 수 없는 말이라 그대로 남습니다."),
                    format!("{{{word}}} in the title of “{name}” means nothing and stays as it is."),
                )
                .hint(format!("쓸 수 있는 말: {}", TITLE_WORDS.join(", ")), format!("The words are {}.", TITLE_WORDS.join(", "))),
            ));
        }
    }
    faults
}

fn unknown_words(title: &str) -> impl Iterator<Item = &str> {
    title.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(word, _)| word).filter(|word| !TITLE_WORDS.contains(word))
}

/// Reads one value or a list of them.
fn one_or_many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany<T> {
        One(T),
        Many(Vec<T>),
    }
    Ok(match Option::deserialize(deserializer)? {
        None => Vec::new(),
        Some(OneOrMany::One(one)) => vec![one],
        Some(OneOrMany::Many(many)) => many,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(signature: &str, category: &str, severity: Severity) -> EventSummary {
        EventSummary {
            id: "e".into(),
            at: types::Time::UNIX_EPOCH,
            signature: signature.into(),
            signature_id: 7,
            category: category.into(),
            severity,
            src_ip: Some("192.0.2.1".into()),
            src_port: None,
            dest_ip: None,
            dest_port: None,
            protocol: None,
            action: None,
        }
    }

    /// The type of the ticket that the shipped rules open.
    fn shipped(signature: &str, category: &str, severity: Severity) -> Option<String> {
        Rules::shipped().decide(&event(signature, category, severity)).map(|decision| decision.ticket.kind.clone())
    }

    fn codes(text: &str) -> Vec<String> {
        Rules::read(text).1.into_iter().map(|diagnostic| diagnostic.code).collect()
    }

    fn rules(rules: &str) -> String {
        format!(r#"{{"format": 1, "rules": {rules}}}"#)
    }

    #[test]
    fn patterns_cover_the_whole_text() {
        for (pattern, text, expected) in [
            ("ET TROJAN *", "ET TROJAN Zeus", true),
            ("et trojan *", "ET TROJAN Zeus", true),
            ("ET TROJAN *", "GPL ET TROJAN Zeus", false),
            ("*Brute?Force*", "x Brute-Force y", false),
            ("*brute*force*", "x Brute-Force y", true),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXbX", false),
            ("*한글*", "이것은 한글 시그니처", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_hostile_pattern_ends() {
        assert!(!matches(&"*a".repeat(200), &"a".repeat(150)));
    }

    #[test]
    fn the_shipped_rules_have_no_faults() {
        assert_eq!(codes(SHIPPED), Vec::<String>::new());
        assert!(Rules::shipped().rules().len() > 10);
    }

    #[test]
    fn the_shipped_rules_tell_the_kinds_apart() {
        for (signature, category, severity, kind) in [
            ("ET TROJAN Ransomware/Cerber Checkin 2", "A Network Trojan was detected", Severity::High, Some("malware")),
            ("ET MALWARE Cobalt Strike Beacon", "Malware Command and Control Activity Detected", Severity::High, Some("malware")),
            (
                "ET EXPLOIT Apache log4j RCE Attempt (tcp ldap) (CVE-2021-44228)",
                "Attempted Administrator Privilege Gain",
                Severity::High,
                Some("exploit"),
            ),
            ("ET WEB_SERVER SELECT USER SQL Injection Attempt in URI", "Web Application Attack", Severity::High, Some("web_attack")),
            ("ET SCAN Potential SSH Scan", "Attempted Information Leak", Severity::Low, Some("scan")),
            ("ET SCAN Potential FTP Brute-Force attempt response", "Unsuccessful User Privilege Gain", Severity::Low, Some("brute_force")),
            ("GPL NETBIOS SMB-DS ADMIN$ share access", "Generic Protocol Command Decode", Severity::Low, Some("lateral_movement")),
            ("ET CINS Active Threat Intelligence Poor Reputation IP group 89", "Misc Attack", Severity::High, Some("bad_reputation")),
            ("SURICATA Applayer Detect protocol only one direction", "Generic Protocol Command Decode", Severity::Low, None),
            ("GPL ICMP_INFO PING *NIX", "Misc activity", Severity::Low, None),
            ("ET INFO Session Traversal Utilities for NAT (STUN Binding Request)", "Misc activity", Severity::Low, None),
        ] {
            assert_eq!(shipped(signature, category, severity).as_deref(), kind, "{signature}");
        }
    }

    #[test]
    fn the_first_match_wins_and_null_opens_nothing() {
        let (rules, faults) = Rules::read(&rules(
            r#"[{"name": "quiet", "when": {"signature": "A*", "min_severity": "high"}, "ticket": null},
                {"name": "all", "ticket": {"type": "other", "title": "{signature} / {src_ip} / {dest_ip} / {nothing}"}}]"#,
        ));
        assert_eq!(faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>(), ["CASE-007"]);
        assert_eq!(rules.decide(&event("Abc", "", Severity::High)), None);
        let calm = event("A {src_ip}", "", Severity::Low);
        let decision = rules.decide(&calm).unwrap();
        assert_eq!((decision.rule, decision.ticket.title_for(&calm).as_str()), ("all", "A {src_ip} / 192.0.2.1 / ? / {nothing}"));
    }

    #[test]
    fn faulty_rules_are_named_and_left_out() {
        assert_eq!(codes("{"), ["CASE-002"]);
        assert_eq!(codes("[]"), ["CASE-002"]);
        assert_eq!(codes(r#"{"format": 9, "rules": []}"#), ["CASE-002"]);
        assert_eq!(codes(r#"{"format": 1}"#), ["CASE-002"]);
        assert_eq!(codes(&rules(r#"[{"name": "x"}, {"name": "y", "tickets": null}]"#)), ["CASE-003", "CASE-003"]);
        assert_eq!(codes(&rules(r#"[{"name": "x", "when": {"severity": "huge"}, "ticket": null}]"#)), ["CASE-003"]);
        assert_eq!(codes(&rules(r#"[{"name": "x", "ticket": null}, {"name": "x", "ticket": null}]"#)), ["CASE-004"]);
        assert_eq!(codes(&rules(r#"[{"name": "x", "ticket": {"type": "a b"}}]"#)), ["CASE-005"]);
        assert_eq!(codes(&rules(r#"[{"name": "x", "ticket": {"type": "a", "playbook": "../x"}}]"#)), ["CASE-006"]);
        assert_eq!(codes(&rules(r#"[{"name": "x", "ticket": {"type": "a", "playbook": ["ip-triage", "../x"]}}]"#)), ["CASE-006"]);
        assert_eq!(Rules::read(&rules(r#"[{"name": "x", "ticket": {"type": "a b"}}, {"name": "y", "ticket": null}]"#)).0.rules().len(), 1);
        let refused = Rules::from_file(&rules("[7]")).unwrap_err();
        assert_eq!(refused.code, "CASE-001");
        assert_eq!(refused.details.unwrap()[0]["target"]["field"], "rules[0]");
        assert!(Rules::from_file(&rules("[]")).is_ok());
    }

    #[test]
    fn severity_comes_from_the_signature_else_from_the_priority() {
        assert_eq!(severity_of(Some(3), Some("Critical")), Severity::Critical);
        assert_eq!(severity_of(Some(1), Some("Informational")), Severity::Low);
        assert_eq!(severity_of(Some(1), Some("Unknown")), Severity::High);
        assert_eq!(severity_of(Some(2), None), Severity::Medium);
        assert_eq!(severity_of(Some(255), None), Severity::Info);
        assert_eq!(severity_of(None, None), Severity::Info);
    }
}
