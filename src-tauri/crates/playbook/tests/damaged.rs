//! Documents that nobody would write: 10,000 malformed texts, 10,000 mutated playbooks, and mutated CACAO files.
//!
//! Every one is read and checked without a panic, in bounded time, and every error says where it is. The generator is
//! seeded; a failure prints the seed of its document.

use std::time::{Duration, Instant};

use playbook::{Catalog, CheckOptions, cacao, compare_documents, diagnose, read_text};
use serde_json::{Map, Value as Json, json};
use types::Diagnostic;

/// A small generator (SplitMix64), the same everywhere.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count.max(1) as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// A playbook that uses every task type, every field of the document and every kind of text.
fn whole() -> Json {
    json!({
        "format": 1, "id": "whole", "name": {"ko": "전체", "en": "Whole"}, "description": "all of it",
        "inputs": [{"name": "ticket", "type": "ticket", "required": true}, {"name": "days", "type": "number", "default": 3}],
        "variables": [{"name": "score", "type": "number", "value": 0}, {"name": "notes", "type": "list"}],
        "triggers": [
            {"on": "ticket_created", "when": "ticket.severity == \"high\""},
            {"on": "schedule", "cron": "0 9 * * 1-5", "timezone": "Asia/Seoul", "input": {"ticket": 1}}, {"on": "playbook"},
        ],
        "concurrency": {"key": "{{ ticket.id }}", "policy": "queue"}, "manual": "15m",
        "tasks": {
            "look": {"type": "action", "app": "haetae", "command": "comment-ticket", "parameters": {"text": "{{ ticket.title }}", "deep": [{"er": 1}]},
                "assign": {"score": "output.malicious"}, "timeout": "30s", "retry": {"attempts": 3, "backoff": "2s", "on": ["APP-429"]}},
            "bad": {"type": "branch", "condition": "score >= 5 and isnotnull(days)"},
            "sum": {"type": "formula", "variable": "total", "expression": "max(1, score)", "note": "a sum"},
            "ask": {"type": "input", "question": "Which {{ total }}?", "kind": "choice", "choices": ["a", {"value": "b", "label": {"ko": "비"}}], "multiple": true,
                "variable": "chosen", "assignee": "kim", "deadline": "1h"},
            "name": {"type": "input", "question": "Name?", "kind": "string", "min_length": 1, "max_length": 9, "pattern": "[a-z]+", "variable": "who"},
            "allow": {"type": "approval", "question": {"ko": "할까요?", "en": "Do it?"}, "deadline": "30m"},
            "rest": {"type": "wait", "seconds": "{{ days }}", "enabled": false},
            "mail": {"type": "email", "to": ["a@example.org"], "cc": "{{ who }}", "subject": "S", "body": "<p>{{ total }}</p>", "format": "html"},
            "each": {"type": "call", "playbook": "other", "inputs": {"x": "{{ item }}"}, "each": {"variable": "item", "in": "chosen", "concurrency": 2, "on_failure": "collect"}},
            "find": {"type": "query", "source": "events", "query": "select 1", "parameters": {"a": "{{ score }}"}, "assign": {"rows": "output.n"}, "join": "any"}
        },
        "links": [
            {"from": "start", "to": "look"}, {"from": "look", "to": "bad"}, {"from": "look", "outcome": "failed", "to": "mail"},
            {"from": "bad", "outcome": "true", "to": "sum"}, {"from": "bad", "outcome": "false", "to": "rest"}, {"from": "sum", "to": "ask"},
            {"from": "ask", "to": "name"}, {"from": "ask", "outcome": "expired", "to": "mail"}, {"from": "name", "to": "allow"},
            {"from": "allow", "outcome": "approved", "to": "each"}, {"from": "allow", "outcome": "rejected", "to": "find"},
            {"from": "allow", "outcome": "expired", "to": "find"}, {"from": "each", "to": "find"}
        ],
        "layout": {"tasks": {"look": {"x": 1.5, "y": 2}}, "notes": [{"id": "n", "kind": "frame", "text": "t", "x": 0, "y": 0, "width": 9, "height": 9}]}
    })
}

/// A CACAO playbook with every type of step.
fn foreign() -> Json {
    let id = |kind: &str, number: u32| format!("{kind}--00000000-0000-4000-8000-{number:012}");
    json!({
        "type": "playbook", "spec_version": "cacao-2.0", "id": id("playbook", 1), "name": "All steps", "created_by": id("identity", 1),
        "created": "2026-01-02T03:04:05.000Z", "modified": "2026-01-02T03:04:05.000Z", "labels": ["a"],
        "playbook_variables": {
            "__n__": {"type": "integer", "value": "3"}, "__ok__": {"type": "bool"}, "__who__": {"type": "string", "external": true},
        },
        "workflow_start": id("start", 1), "workflow_exception": id("end", 1),
        "workflow": {
            id("start", 1): {"type": "start", "on_completion": id("parallel", 1)},
            id("parallel", 1): {"type": "parallel", "next_steps": [id("action", 1), id("action", 2)], "on_completion": id("if-condition", 1)},
            id("action", 1): {"type": "action", "name": "Ping {{ x }}", "commands": [{"type": "bash", "command": "ping __who__:value"}],
                "agent": id("organization", 1), "out_args": ["__n__"], "on_completion": id("end", 2), "delay": 5000, "timeout": 1000,
                "step_extensions": {"extension-definition--418ee24c-9cb1-46d9-afa5-309e01aabc7f": {"type": "layout", "coordinates": {"x": 10, "y": 20}}}},
            id("action", 2): {"type": "action", "commands": [{"type": "http-api", "command": "GET /", "content_b64": "aGk="}], "agent": id("organization", 1),
                "on_success": id("end", 2), "on_failure": id("playbook-action", 1), "step_variables": {"__n__": {"type": "integer", "value": "4"}}},
            id("playbook-action", 1): {"type": "playbook-action", "playbook_id": id("playbook", 2), "in_args": ["__who__"], "out_args": ["__ok__"], "on_completion": id("end", 2)},
            id("if-condition", 1): {"type": "if-condition", "condition": "__n__:value > 2 AND __who__ == 'x'", "on_true": id("while-condition", 1), "on_false": id("switch-condition", 1)},
            id("while-condition", 1): {"type": "while-condition", "condition": "not yet", "on_true": id("action", 3), "on_completion": id("end", 1)},
            id("action", 3): {"type": "action", "commands": [{"type": "manual", "command": "again"}], "agent": id("organization", 1), "on_completion": id("while-condition", 1)},
            id("switch-condition", 1): {"type": "switch-condition", "switch": "__n__:value", "cases": {"1": id("action", 3), "default": id("action", 1)}},
            id("end", 1): {"type": "end"}, id("end", 2): {"type": "end"}
        },
        "agent_definitions": {id("organization", 1): {"type": "organization", "name": "SOC"}}
    })
}

/// Values that stand where others are expected.
fn strange(random: &mut Seeded) -> Json {
    const WORDS: [&str; 30] = [
        "",
        "start",
        "true",
        "-1",
        "{{",
        "{{ }}",
        "{{ 1 + }}",
        "a b",
        "../x",
        "한글",
        "\u{0}",
        "\u{202e}x",
        "9e999",
        "action",
        "teleport",
        "done",
        "expired",
        "P1D",
        "1h",
        "99999999999w",
        "* * * * *",
        "((((((((((",
        "((a+)+)+$",
        "$$x$$",
        "__x__:value == 1",
        "end--1",
        "playbook--2",
        "tasks.look.output",
        "x => x",
        "\"\\u{d800}",
    ];
    match random.below(12) {
        0 => Json::Null,
        1 => json!(random.below(2) == 0),
        2 => json!(random.next() as i64),
        3 => json!(u64::MAX),
        4 => json!(-1.5e308),
        5 => json!([]),
        6 => json!({}),
        7 => json!([[[[null]]], {"a": [1]}]),
        8 => json!({"ko": 1, "type": "branch", "condition": ["x"]}),
        9 => json!("x".repeat(1 + random.below(5000))),
        10 => (0..1 + random.below(300)).fold(json!(1), |inner, _| json!([inner])),
        _ => json!(random.pick(&WORDS)),
    }
}

/// Every place in a value, as the keys that lead there.
fn places(json: &Json) -> Vec<Vec<String>> {
    let (mut found, mut left) = (Vec::new(), vec![(Vec::new(), json)]);
    while let Some((path, json)) = left.pop() {
        let inner = |key: String| path.iter().cloned().chain([key]).collect::<Vec<_>>();
        match json {
            Json::Object(map) => left.extend(map.iter().map(|(key, value)| (inner(key.clone()), value))),
            Json::Array(list) => left.extend(list.iter().enumerate().map(|(index, value)| (inner(index.to_string()), value))),
            _ => {}
        }
        if !path.is_empty() {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Replaces, removes, doubles, renames or swaps one to four parts of a document.
fn mutate(original: &Json, random: &mut Seeded) -> Json {
    let mut json = original.clone();
    for _ in 0..1 + random.below(4) {
        let all = places(&json);
        if all.is_empty() {
            break;
        }
        let path = random.pick(&all).clone();
        let other = random.pick(&all).clone();
        let pointer =
            |path: &[String]| path.iter().map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1"))).collect::<String>();
        let borrowed = json.pointer(&pointer(&other)).cloned().unwrap_or_default();
        let (last, parents) = path.split_last().unwrap();
        let value = strange(random);
        let choice = random.below(6);
        let text = ["x", "start", "outcome", "type", "a.b", ""][random.below(6)].to_owned();
        match json.pointer_mut(&pointer(parents)) {
            Some(Json::Object(map)) => match choice {
                0 => drop(map.shift_remove(last)),
                1 => {
                    let moved = map.shift_remove(last).unwrap_or_default();
                    map.insert(text, moved);
                }
                2 => drop(map.insert(last.clone(), borrowed)),
                3 => drop(map.insert(text, value)),
                _ => drop(map.insert(last.clone(), value)),
            },
            Some(Json::Array(list)) => {
                let index: usize = last.parse().unwrap();
                match choice {
                    0 => drop(list.remove(index)),
                    1 => {
                        let again = list[index].clone();
                        list.push(again);
                    }
                    2 => list[index] = borrowed,
                    _ => list[index] = value,
                }
            }
            _ => {}
        }
    }
    json
}

/// A third of the tasks with the links among them: as many shapes of playbooks, in a third of the time.
fn part(original: &Json, random: &mut Seeded) -> Json {
    let mut json = original.clone();
    json["tasks"].as_object_mut().unwrap().retain(|_, _| random.below(3) == 0);
    let tasks = json["tasks"].clone();
    let stands = |end: &Json| end == "start" || tasks.get(end.as_str().unwrap()).is_some();
    json["links"].as_array_mut().unwrap().retain(|link| stands(&link["from"]) && stands(&link["to"]));
    json
}

/// The catalog is empty but for the names that the whole playbook uses.
fn catalog() -> Catalog {
    Catalog { playbooks: vec!["other".to_owned()], ..Catalog::default() }
}

/// An error about a part of the document names the part; only one about the whole of it need not.
#[track_caller]
fn check_places(seed: u64, diagnostics: &[Diagnostic]) {
    for error in diagnostics.iter().filter(|one| one.is_error() && one.code != "PBK-001") {
        let target = &error.target;
        assert!(target.task.is_some() || target.link.is_some() || target.field.is_some(), "seed {seed}: {error:?}");
    }
}

#[test]
fn ten_thousand_mutated_playbooks_are_read_and_checked() {
    let (original, started, mut errors) = (whole(), Instant::now(), 0);
    for seed in 0..10_000 {
        let mut random = Seeded(seed);
        let document = mutate(&part(&original, &mut random), &mut random);
        let begun = Instant::now();
        let (_, diagnostics) = diagnose(&document, &catalog(), CheckOptions { replies: true });
        check_places(seed, &diagnostics);
        if seed % 10 == 0 {
            compare_documents(&original, &document);
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "seed {seed} took {:?}", begun.elapsed());
        errors += usize::from(diagnostics.iter().any(Diagnostic::is_error));
    }
    // Most changes do harm; a generator that harms nothing would prove nothing.
    assert!(errors > 3000, "{errors}");
    eprintln!("{errors} of 10000 have errors, {:?}", started.elapsed());
}

#[test]
fn the_playbook_that_is_mutated_is_sound() {
    let (document, diagnostics) = diagnose(&whole(), &catalog(), CheckOptions { replies: true });
    assert!(!diagnostics.iter().any(Diagnostic::is_error), "{diagnostics:#?}");
    assert_eq!(document.playbook.tasks.len(), 10);
    assert!(!cacao::import(&foreign()).unwrap().document["tasks"].as_object().unwrap().is_empty());
}

#[test]
fn ten_thousand_malformed_texts_are_read() {
    let text = serde_json::to_string_pretty(&whole()).unwrap();
    let mut unreadable = 0;
    for seed in 0..10_000 {
        let mut random = Seeded(seed ^ 0x5eed);
        let mut bytes = text.clone().into_bytes();
        match random.below(5) {
            0 => bytes.truncate(random.below(bytes.len())),
            1 => {
                let at = random.below(bytes.len());
                bytes[at] = (random.next() % 256) as u8;
            }
            2 => {
                let at = random.below(bytes.len());
                let count = random.below(40).min(bytes.len() - at);
                bytes.drain(at..at + count);
            }
            3 => {
                let at = random.below(bytes.len());
                let junk = *random.pick(&[b'{', b'[', b'"', b',', b'\\', b'0', 0x00, 0xff]);
                (0..1 + random.below(200)).for_each(|_| bytes.insert(at, junk));
            }
            _ => bytes = (0..random.below(400)).map(|_| (random.next() % 256) as u8).collect(),
        }
        let text = String::from_utf8_lossy(&bytes);
        let begun = Instant::now();
        let document = read_text(&text);
        check_places(seed, &document.diagnostics);
        if let [only] = document.diagnostics.as_slice()
            && only.code == "PBK-001"
        {
            // What is no JSON is told with line and column.
            assert!(only.message.get(types::Language::En).contains(':') || text.parse::<Json>().is_ok(), "seed {seed}: {only:?}");
            unreadable += 1;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "seed {seed} took {:?}", begun.elapsed());
    }
    assert!(unreadable > 5000, "{unreadable}");
}

#[test]
fn mutated_cacao_playbooks_become_documents() {
    let original = foreign();
    let at = "2026-11-22T00:00:00Z".parse().unwrap();
    for seed in 0..400 {
        let json = mutate(&original, &mut Seeded(seed));
        let begun = Instant::now();
        if let Ok(imported) = cacao::import(&json) {
            let (_, diagnostics) = diagnose(&imported.document, &catalog(), CheckOptions { replies: true });
            let errors: Vec<_> = diagnostics.iter().filter(|one| one.is_error()).collect();
            assert!(errors.is_empty(), "seed {seed}: {errors:#?}\n{json:#}");
            assert!(imported.losses.iter().all(|loss| !loss.code.is_empty()), "seed {seed}");
            cacao::export(&imported.document, at);
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "seed {seed} took {:?}", begun.elapsed());
    }
}

#[test]
fn mutated_playbooks_come_back_from_cacao_as_they_were() {
    let original = whole();
    let at = "2026-11-22T00:00:00Z".parse().unwrap();
    for seed in 0..1_000 {
        let document = mutate(&original, &mut Seeded(seed));
        let exported = cacao::export(&document, at);
        if document.get("cacao").is_none() && document.is_object() {
            assert_eq!(cacao::import(&exported.document).unwrap().document, document, "seed {seed}");
        }
    }
}

#[test]
fn ten_megabytes_of_json_are_read_in_time() {
    let tasks: Map<String, Json> =
        (0..40_000).map(|number| (format!("t{number}"), json!({"type": "teleport", "note": "n".repeat(260)}))).collect();
    let text = json!({"format": 1, "id": "big", "tasks": tasks, "links": []}).to_string();
    assert!(text.len() > 10 << 20);
    let begun = Instant::now();
    let document = read_text(&text);
    assert_eq!(document.diagnostics.len(), 40_000);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}
