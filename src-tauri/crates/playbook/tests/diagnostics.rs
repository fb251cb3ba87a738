//! What is wrong with a document, a line per case.

use playbook::catalog::{App, Command, Parameter};
use playbook::{Catalog, CheckOptions, diagnose};
use serde_json::{Value as Json, json};
use types::Text;

fn catalog() -> Catalog {
    let command = |id: &str, destructive: bool| Command {
        id: id.into(),
        name: Text::from(id),
        description: None,
        idempotent: true,
        destructive,
        undo: None,
        parameters: vec![Parameter {
            name: "ip".into(),
            kind: playbook::ValueType::Ip,
            required: true,
            label: None,
            description: None,
            default: None,
            choices: None,
        }],
        output: vec![],
    };
    let app = App {
        id: "firewall".into(),
        name: "Firewall".into(),
        vendor: "any".into(),
        needs_connection: true,
        commands: [("look".to_owned(), command("look", false)), ("block".to_owned(), command("block", true))].into_iter().collect(),
    };
    Catalog {
        apps: [("firewall".to_owned(), app)].into_iter().collect(),
        connections: [("firewall".to_owned(), vec!["default".to_owned()])].into_iter().collect(),
        playbooks: vec!["other".to_owned(), "round".to_owned()],
        calls: [("other".to_owned(), vec!["leaf".to_owned(), "round".to_owned()]), ("round".to_owned(), vec!["x".to_owned()])].into(),
    }
}

/// Reads a document of these tasks and links and lists its diagnostics as `level CODE place`.
fn check_playbook(tasks: Json, links: Json, expected: &[&str]) {
    check_document(&json!({"format": 1, "id": "x", "tasks": tasks, "links": links}), CheckOptions::default(), expected);
}

#[track_caller]
fn check_document(document: &Json, options: CheckOptions, expected: &[&str]) {
    let (_, diagnostics) = diagnose(document, &catalog(), options);
    let found: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let target = &diagnostic.target;
            let place = [target.task.clone(), target.link.map(|link| format!("links[{link}]")), target.field.clone()];
            let level = if diagnostic.is_error() { "error" } else { "warning" };
            format!("{level} {} {}", diagnostic.code, place.into_iter().flatten().collect::<Vec<_>>().join("."))
        })
        .collect();
    assert_eq!(found, expected, "{diagnostics:#?}");
}

fn formula() -> Json {
    json!({"type": "formula", "variable": "v", "expression": "1"})
}

fn action(command: &str) -> Json {
    json!({"type": "action", "app": "firewall", "command": command, "parameters": {"ip": "192.0.2.1"}})
}

fn start_to(task: &str) -> Json {
    json!([{"from": "start", "to": task}])
}

#[test]
fn a_sound_playbook_has_none() {
    check_playbook(json!({"a": action("look")}), start_to("a"), &[]);
}

#[test]
fn what_is_no_playbook_says_so() {
    check_document(&json!([1]), CheckOptions::default(), &["error PBK-001 "]);
    assert_eq!(playbook::read_text("{").diagnostics[0].code, "PBK-001");
    check_document(&json!({"format": 2, "id": "x"}), CheckOptions::default(), &["error PBK-002 format"]);
    check_document(
        &json!({"format": 1, "id": "../x", "owner": 1}),
        CheckOptions::default(),
        &["error PBK-004 id", "warning PBK-008 owner"],
    );
    check_document(&json!({}), CheckOptions::default(), &["error PBK-007 format", "error PBK-007 id"]);
    check_document(&json!({"format": 1, "id": "x", "tasks": []}), CheckOptions::default(), &["error PBK-003 tasks"]);
}

#[test]
fn tasks_that_cannot_be_understood_are_named() {
    check_playbook(json!({"a": {"type": "teleport"}}), start_to("a"), &["error PBK-006 a.type"]);
    check_playbook(json!({"a": {"type": "branch"}}), start_to("a"), &["error PBK-007 a.condition"]);
    check_playbook(json!({"a": {"type": "wait", "seconds": true}}), start_to("a"), &["error PBK-003 a.seconds"]);
    check_playbook(json!({"a": 7}), start_to("a"), &["error PBK-003 a"]);
    check_playbook(json!({"start": formula()}), json!([]), &["error PBK-005 start", "warning PBK-030 start"]);
    let mut task = formula();
    task["colour"] = json!("red");
    check_playbook(json!({"a": task}), start_to("a"), &["warning PBK-008 a.colour"]);
    let choice = json!({"type": "input", "question": "?", "kind": "choice", "variable": "v"});
    check_playbook(json!({"a": choice}), start_to("a"), &["error PBK-007 a.choices"]);
}

#[test]
fn links_lead_somewhere_and_follow_an_outcome_of_their_task() {
    check_playbook(json!({"a": formula()}), json!([{"from": "start", "to": "a"}, {"from": "a", "to": "b"}]), &["error PBK-010 links[1]"]);
    check_playbook(json!({"a": formula()}), json!([{"from": "start", "to": "a"}, {"from": "a", "to": "a"}]), &["error PBK-011 links[1]"]);
    let branch = json!({"type": "branch", "condition": "v == 1"});
    let tasks = json!({"a": formula(), "b": branch, "c": formula()});
    let links = json!([{"from": "start", "to": "a"}, {"from": "a", "to": "b"}, {"from": "b", "to": "c"}]);
    check_playbook(tasks, links, &["error PBK-013 links[2]", "warning PBK-031 b", "warning PBK-031 b", "warning PBK-030 c"]);
    let links = json!([{"from": "start", "to": "a"}, {"from": "start", "to": "a"}, {"from": "a", "to": "start"}]);
    check_playbook(json!({"a": formula()}), links, &["error PBK-010 links[2]", "warning PBK-022 links[1]"]);
}

#[test]
fn a_cycle_is_refused_with_its_path() {
    let links = json!([{"from": "start", "to": "a"}, {"from": "a", "to": "b"}, {"from": "b", "to": "a"}]);
    check_playbook(json!({"a": formula(), "b": formula()}), links, &["error PBK-012 a"]);
}

#[test]
fn apps_commands_and_connections_must_exist_unless_replies_stand_in() {
    let unknown = |key: &str, value: &str| {
        let mut task = action("look");
        task[key] = json!(value);
        json!({"format": 1, "id": "x", "tasks": {"a": task}, "links": start_to("a")})
    };
    check_document(&unknown("app", "firewal"), CheckOptions::default(), &["error PBK-015 a.app"]);
    check_document(&unknown("command", "lok"), CheckOptions::default(), &["error PBK-016 a.command"]);
    check_document(&unknown("connection", "east"), CheckOptions::default(), &["error PBK-014 a.connection"]);
    check_document(&unknown("connection", "east"), CheckOptions { replies: true }, &["warning PBK-014 a.connection"]);
    let (_, diagnostics) = diagnose(&unknown("app", "firewal"), &catalog(), CheckOptions::default());
    assert_eq!(diagnostics[0].hint.as_ref().unwrap().get(types::Language::En), "Did you mean firewall?");
}

#[test]
fn parameters_are_compared_with_the_command() {
    let mut task = action("look");
    task["parameters"] = json!({"ipp": "x"});
    check_playbook(json!({"a": task}), start_to("a"), &["warning PBK-017 a.parameters.ip", "warning PBK-018 a.parameters.ipp"]);
}

#[test]
fn a_destructive_command_wants_an_approval_on_every_path() {
    check_playbook(json!({"a": action("block")}), start_to("a"), &["warning PBK-034 a.command"]);
    let tasks = json!({"ask": {"type": "approval", "question": "?"}, "a": action("block")});
    let approved = json!([{"from": "start", "to": "ask"}, {"from": "ask", "outcome": "approved", "to": "a"}, {"from": "ask", "outcome": "rejected", "to": "a"}]);
    check_playbook(tasks.clone(), approved, &["warning PBK-034 a.command"]);
    let only_approved = json!([{"from": "start", "to": "ask"}, {"from": "ask", "outcome": "approved", "to": "a"}]);
    check_playbook(tasks, only_approved, &["warning PBK-031 ask"]);
}

#[test]
fn outcomes_that_people_forget_are_named() {
    let tasks = json!({"ask": {"type": "approval", "question": "?", "deadline": "30m"}});
    check_playbook(tasks, start_to("ask"), &["warning PBK-031 ask", "warning PBK-031 ask", "warning PBK-031 ask"]);
    let question = |more: Json| {
        let mut ask = json!({"type": "input", "question": "?", "kind": "boolean", "variable": "w"});
        ask.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"ask": ask})
    };
    check_playbook(question(json!({})), start_to("ask"), &[]);
    check_playbook(question(json!({"deadline": "1h"})), start_to("ask"), &["warning PBK-031 ask"]);
}

#[test]
fn a_branch_that_goes_one_way_only_is_named_with_the_other() {
    let branch = |more: Json| {
        let mut branch = json!({"type": "branch", "condition": "isnotnull(v)"});
        branch.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"v": formula(), "b": branch, "a": action("look")})
    };
    let links =
        |outcome: &str| json!([{"from": "start", "to": "v"}, {"from": "v", "to": "b"}, {"from": "b", "outcome": outcome, "to": "a"}]);
    check_playbook(branch(json!({})), links("true"), &["warning PBK-031 b"]);
    check_playbook(branch(json!({})), links("false"), &["warning PBK-031 b"]);
    let document = json!({"format": 1, "id": "x", "tasks": branch(json!({})), "links": links("true")});
    let (_, found) = diagnose(&document, &catalog(), CheckOptions::default());
    assert!(found[0].message.get(types::Language::En).contains("'false'"), "{:?}", found[0].message);
    // One that is off always takes its first outcome.
    check_playbook(branch(json!({"enabled": false})), links("true"), &[]);
}

#[test]
fn one_name_is_one_thing() {
    let document =
        json!({"format": 1, "id": "x", "inputs": [{"name": "v", "type": "number"}], "tasks": {"a": formula()}, "links": start_to("a")});
    check_document(&document, CheckOptions::default(), &["error PBK-020 a.variable"]);
    let document = json!({"format": 1, "id": "x", "variables": [{"name": "V"}], "tasks": {}, "links": []});
    check_document(&document, CheckOptions::default(), &["error PBK-021 variables[0]"]);
}

#[test]
fn calls_name_a_playbook_that_exists() {
    let call = |id: &str| json!({"a": {"type": "call", "playbook": id}});
    let (_, found) =
        diagnose(&json!({"format": 1, "id": "x", "tasks": call("other"), "links": start_to("a")}), &catalog(), CheckOptions::default());
    let circle = "Playbooks call one another in a circle: x → other → round → x";
    assert_eq!((found[0].code.as_str(), found[0].message.get(types::Language::En)), ("PBK-037", circle));
    check_playbook(call("round"), start_to("a"), &["warning PBK-037 a.playbook"]);
    // Others may go round as they like.
    let elsewhere = json!({"format": 1, "id": "y", "tasks": call("other"), "links": start_to("a")});
    check_document(&elsewhere, CheckOptions::default(), &[]);
    check_playbook(call("othr"), start_to("a"), &["warning PBK-035 a.playbook"]);
    check_playbook(call("x"), start_to("a"), &["warning PBK-036 a.playbook"]);
}

#[test]
fn broken_expressions_are_errors_where_they_stand() {
    let tasks = json!({"a": {"type": "formula", "variable": "v", "expression": "1 +"}});
    let (_, diagnostics) =
        diagnose(&json!({"format": 1, "id": "x", "tasks": tasks, "links": start_to("a")}), &catalog(), CheckOptions::default());
    assert!(diagnostics[0].is_error() && diagnostics[0].span.is_some());
    assert_eq!(diagnostics[0].target.field.as_deref(), Some("expression"));
}

#[test]
fn nothing_that_comes_from_outside_can_panic() {
    let mut nested = json!(1);
    for _ in 0..100 {
        nested = json!([nested]);
    }
    for document in [
        json!(null),
        json!("x"),
        json!({"format": -1, "id": 5, "inputs": {}, "variables": [1], "links": [1, {}], "layout": 3}),
        json!({"format": 1, "id": "x", "tasks": {"a": {"type": "action", "app": "firewall", "command": "look", "parameters": {"ip": nested}}}, "links": start_to("a")}),
    ] {
        diagnose(&document, &catalog(), CheckOptions::default());
    }
}

/// Checks a playbook whose last task is a formula over `expression`, and lists the codes it gets there.
#[track_caller]
fn check_name(mut tasks: Json, mut links: Json, after: &[(&str, &str)], expression: &str, expected: &[&str]) {
    tasks["z"] = json!({"type": "formula", "variable": "z", "expression": expression});
    for (from, outcome) in after {
        links.as_array_mut().unwrap().push(json!({"from": from, "outcome": outcome, "to": "z"}));
    }
    let inputs = json!([{"name": "ip", "type": "ip", "required": true}, {"name": "days", "type": "number"}]);
    let document = json!({"format": 1, "id": "x", "inputs": inputs, "tasks": tasks, "links": links});
    let (_, diagnostics) = diagnose(&document, &catalog(), CheckOptions::default());
    let found: Vec<&str> = diagnostics.iter().filter(|one| one.target.task.as_deref() == Some("z")).map(|one| one.code.as_str()).collect();
    assert_eq!(found, expected, "{diagnostics:#?}");
}

#[test]
fn names_are_known_by_the_tasks_that_set_them() {
    let tasks = json!({"a": formula()});
    let after = &[("a", "done")];
    check_name(tasks.clone(), start_to("a"), after, "v + 1", &[]);
    check_name(tasks.clone(), start_to("a"), after, "concat(ip, inputs.ip, tasks.a.output)", &[]);
    check_name(tasks.clone(), start_to("a"), after, "w + 1", &["EXP-070"]);
    check_name(tasks, start_to("a"), after, "days + 1", &["EXP-075"]);
}

#[test]
fn what_only_some_paths_set_may_be_unset() {
    let tasks = json!({"b": {"type": "branch", "condition": "ip == \"192.0.2.1\""}, "a": formula()});
    let links = json!([{"from": "start", "to": "b"}, {"from": "b", "outcome": "true", "to": "a"}]);
    check_name(tasks.clone(), links.clone(), &[("a", "done")], "v", &[]);
    check_name(tasks, links, &[("a", "done"), ("b", "false")], "v", &["EXP-075"]);
}

#[test]
fn a_join_of_all_has_seen_every_path_that_cannot_have_been_left() {
    let tasks = json!({"a": formula(), "b": {"type": "formula", "variable": "w", "expression": "2"}});
    let links = json!([{"from": "start", "to": "a"}, {"from": "start", "to": "b"}]);
    check_name(tasks.clone(), links.clone(), &[("a", "done"), ("b", "done")], "v + w", &[]);
    check_name(tasks, links, &[("a", "done"), ("a", "failed"), ("b", "done")], "v + w", &["EXP-075"]);
}

#[test]
fn a_chain_of_5000_tasks_is_checked_without_looking_at_all_pairs() {
    let mut tasks = serde_json::Map::new();
    let mut links = vec![json!({"from": "start", "to": "t0"})];
    for number in 0..5000 {
        let expression = if number == 0 { "1".to_owned() } else { format!("v{} + tasks.t{}.output", number - 1, number - 1) };
        tasks.insert(format!("t{number}"), json!({"type": "formula", "variable": format!("v{number}"), "expression": expression}));
        if number > 0 {
            links.push(json!({"from": format!("t{}", number - 1), "to": format!("t{number}")}));
        }
    }
    let started = std::time::Instant::now();
    check_playbook(Json::Object(tasks), Json::Array(links), &[]);
    // A guard against work per pair of tasks, which takes minutes; this takes about a second in a debug build.
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

/// A drawing as designers make them by the hundred: branches and approvals in rows, one variable that every fifth task sets and reads, a
/// name that nothing sets, and a second link from every other task.
fn drawing(count: usize) -> Json {
    let kinds = [
        json!({"type": "action", "app": "firewall", "command": "look", "parameters": {"ip": "{{ tiket.external_ip }}"}, "assign": {"score": "output.malicious"}}),
        json!({"type": "branch", "condition": "isnotnull(score) and scor >= 5"}),
        json!({"type": "formula", "variable": "score", "expression": "{\"total\": score.total + 1, \"last\": tasks.t0.output}"}),
        json!({"type": "approval", "question": {"ko": "{{ score }} 차단할까요?", "en": "Block {{ score }}?"}, "deadline": "30m"}),
        json!({"type": "wait", "seconds": "{{ tasks.t_none.output }}"}),
    ];
    let usual = ["done", "true", "done", "approved", "done"];
    let other = ["failed", "false", "failed", "rejected", "failed"];
    let name = |index: usize| format!("t{index}");
    let tasks: serde_json::Map<String, Json> = (0..count).map(|index| (name(index), kinds[index % 5].clone())).collect();
    let mut links = vec![json!({"from": "start", "to": "t0"})];
    for index in 0..count {
        let mut link = |outcome: &str, to: usize| {
            if to < count {
                links.push(json!({"from": name(index), "outcome": outcome, "to": name(to)}));
            }
        };
        link(usual[index % 5], index + 1);
        if index % 2 == 0 {
            link(other[index % 5], index + 40);
        }
    }
    json!({"format": 1, "id": "x", "tasks": tasks, "links": links})
}

#[test]
fn four_times_the_tasks_are_not_sixteen_times_the_work() {
    let seconds = |count: usize| {
        let document = drawing(count);
        let run = || {
            let started = std::time::Instant::now();
            let (_, diagnostics) = diagnose(&document, &catalog(), CheckOptions::default());
            // Every action reads `tiket`, every branch `scor`, every wait a task that is not there.
            let unknown = diagnostics.iter().filter(|one| ["EXP-070", "EXP-071"].contains(&one.code.as_str())).count();
            assert_eq!(unknown, count / 5 * 3);
            started.elapsed().as_secs_f64()
        };
        run().min(run())
    };
    let (thousand, four) = (seconds(1000), seconds(4000));
    assert!(four < 9.0 * thousand, "{thousand} s for 1,000 tasks, {four} s for 4,000");
}

#[test]
fn a_name_that_nothing_sets_is_compared_with_those_that_are() {
    let tasks = json!({"first": formula(), "look": action("look")});
    let links = json!([{"from": "start", "to": "first"}, {"from": "first", "to": "look"}]);
    let hint = |expression: &str| {
        let mut tasks = tasks.clone();
        tasks["z"] = json!({"type": "formula", "variable": "z", "expression": expression});
        let mut links = links.clone();
        links.as_array_mut().unwrap().push(json!({"from": "look", "to": "z"}));
        let inputs = json!([{"name": "address", "type": "ip"}]);
        let document = json!({"format": 1, "id": "x", "inputs": inputs, "tasks": tasks, "links": links});
        let (_, diagnostics) = diagnose(&document, &catalog(), CheckOptions::default());
        let hint = diagnostics.into_iter().find(|one| one.target.task.as_deref() == Some("z")).and_then(|one| one.hint);
        hint.map(|hint| hint.get(types::Language::En).to_owned()).unwrap_or_default()
    };
    assert!(hint("adress").contains("address"), "{}", hint("adress"));
    assert!(hint("tasks.frist.output").contains("first"), "{}", hint("tasks.frist.output"));
    assert!(!hint("tasks.zzzzz.output").contains("first"));
    // What only a later task sets is not offered.
    assert!(!hint("zz").contains('z'), "{}", hint("zz"));
}

/// Checks a playbook with this field of the document beside one required ticket.
#[track_caller]
fn check_field(name: &str, value: Json, expected: &[&str]) {
    let inputs = json!([{"name": "ticket", "type": "ticket", "required": true}]);
    let document = json!({"format": 1, "id": "x", "inputs": inputs, "tasks": {"a": formula()}, "links": start_to("a"), name: value});
    check_document(&document, CheckOptions::default(), expected);
}

#[test]
fn triggers_say_when_a_playbook_starts_by_itself() {
    check_field("triggers", json!([{"on": "ticket_created"}, {"on": "ticket_changed", "when": "ticket.severity == \"high\""}]), &[]);
    check_field("triggers", json!([{"on": "playbook"}]), &[]);
    check_field("triggers", json!([{"on": "ticket_changed", "when": "change.kind == \"merged\" and not change.automatic"}]), &[]);
    check_field("triggers", json!([{"on": "ticket_created", "when": "isnull(change)"}]), &["warning EXP-070 triggers[0].when"]);
    let schedule = |cron: &str, timezone: &str| json!([{"on": "schedule", "cron": cron, "timezone": timezone, "input": {"ticket": 1}}]);
    check_field("triggers", schedule("0 9 * * 1-5", "Asia/Seoul"), &[]);
    check_field("triggers", schedule("0 9 * *", "Asia/Seoul"), &["error PBK-040 triggers[0].cron"]);
    check_field("triggers", schedule("0 9 * * *", "Seoul"), &["error PBK-041 triggers[0].timezone"]);
    check_field("triggers", json!([{"on": "schedule", "cron": "0 9 * * *"}]), &["warning PBK-042 triggers[0]"]);
    check_field("triggers", json!({"on": "playbook"}), &["error PBK-003 triggers"]);
    check_field("triggers", json!([{"on": "full_moon"}]), &["error PBK-003 triggers[0]"]);
    check_field("triggers", json!([{"on": "playbook", "often": true}]), &["warning PBK-008 triggers[0].often"]);
    check_field("triggers", json!([{"on": "ticket_created", "when": "ticket.severity =="}]), &["error EXP-006 triggers[0].when"]);
    check_field("triggers", json!([{"on": "ticket_created", "when": "score > 1"}]), &["warning EXP-070 triggers[0].when"]);
}

#[test]
fn a_concurrency_key_reads_the_inputs() {
    check_field("concurrency", json!({"key": "{{ ticket.id }}", "policy": "queue"}), &[]);
    check_field("concurrency", json!({"key": "{{ ticket.id }}"}), &[]);
    check_field("concurrency", json!({"key": "{{ v }}"}), &["warning EXP-070 concurrency.key"]);
    check_field("concurrency", json!({"key": "x", "policy": "fight"}), &["error PBK-003 concurrency"]);
    check_field("manual", json!("15m"), &[]);
    check_field("manual", json!("long"), &["error PBK-003 manual"]);
}

#[test]
fn rules_of_an_answer_can_be_met() {
    let input = |key: &str, value: Json| {
        let mut task = json!({"type": "input", "question": "?", "kind": "string", "variable": "v", "min_length": 3});
        task[key] = value;
        json!({"a": task})
    };
    check_playbook(input("pattern", json!("[a-z]+")), start_to("a"), &[]);
    check_playbook(input("pattern", json!("[a-z")), start_to("a"), &["error PBK-043 a.pattern"]);
    check_playbook(input("max_length", json!(2)), start_to("a"), &["error PBK-043 a.max_length"]);
    check_playbook(input("max_length", json!(-2)), start_to("a"), &["error PBK-003 a.max_length"]);
}

#[test]
fn what_a_branch_found_to_be_set_is_set_behind_it() {
    let guarded = |condition: &str, outcome: &'static str, expected: &[&str]| {
        let tasks = json!({"b": {"type": "branch", "condition": "ip == \"192.0.2.1\""}, "a": formula(), "g": {"type": "branch", "condition": condition}});
        let links = json!([
            {"from": "start", "to": "b"}, {"from": "b", "outcome": "true", "to": "a"}, {"from": "a", "to": "g"},
            {"from": "b", "outcome": "false", "to": "g"},
        ]);
        check_name(tasks, links, &[("g", outcome)], "v + days", expected);
    };
    guarded("isnotnull(v) and isnotnull(inputs.days)", "true", &[]);
    guarded("isnull(v) or days == null", "false", &[]);
    guarded("isnotnull(v)", "true", &["EXP-075"]);
    guarded("isnotnull(v) and isnotnull(days)", "false", &["EXP-075", "EXP-075"]);
    guarded("isnotnull(v) and isnotnull(days)", "failed", &["EXP-075", "EXP-075"]);
}

#[test]
fn a_task_that_can_never_start_is_named() {
    let tasks = json!({"ask": {"type": "input", "question": "?", "kind": "boolean", "variable": "w"}, "a": formula()});
    let links = json!([{"from": "start", "to": "ask"}, {"from": "ask", "outcome": "expired", "to": "a"}]);
    check_playbook(tasks, links, &["warning PBK-032 a"]);
    let tasks = json!({"off": {"type": "branch", "condition": "1 == 2", "enabled": false}, "a": formula(), "b": formula()});
    let links = json!([{"from": "start", "to": "off"}, {"from": "off", "outcome": "true", "to": "a"}, {"from": "off", "outcome": "false", "to": "b"}]);
    check_playbook(tasks, links, &["warning PBK-032 b", "warning EXP-076 off.condition"]);
}

#[test]
fn one_fault_of_a_task_does_not_hide_its_expressions() {
    let tasks = json!({"a": {"type": "formula", "variable": "", "expression": "1 +"}});
    check_playbook(tasks, start_to("a"), &["error PBK-003 a.variable", "error EXP-006 a.expression"]);
    let tasks = json!({"a": {"type": "action", "app": "firewall", "parameters": {"ip": "{{ 1 + }}"}, "assign": {"x": "2 *"}}});
    check_playbook(tasks, start_to("a"), &["error PBK-007 a.command", "error EXP-006 a.parameters.ip", "error EXP-006 a.assign.x"]);
}

#[test]
fn obvious_changes_are_offered() {
    #[track_caller]
    fn check_fix(tasks: Json, links: Json, code: &str, expected: Json) {
        let document = json!({"format": 1, "id": "x", "variables": [{"name": "unread"}], "tasks": tasks, "links": links});
        let (_, diagnostics) = diagnose(&document, &catalog(), CheckOptions::default());
        let found = diagnostics.iter().find(|one| one.code == code).unwrap();
        assert_eq!(serde_json::to_value(&found.fix).unwrap(), expected);
    }
    check_fix(json!({"a": formula()}), json!([]), "PBK-030", json!({"fix": "connect", "from": "start", "outcome": "done", "to": "a"}));
    let branch = json!({"a": {"type": "branch", "condition": "1 == 1"}});
    check_fix(branch, start_to("a"), "PBK-031", json!({"fix": "connect", "from": "a", "outcome": "true", "to": null}));
    check_fix(json!({"a": formula()}), start_to("a"), "PBK-033", json!({"fix": "remove_variable", "name": "unread"}));
    check_fix(json!({"a": action("block")}), start_to("a"), "PBK-034", json!({"fix": "add_approval", "task": "a"}));
    check_fix(
        json!({"a": action("lok")}),
        start_to("a"),
        "PBK-016",
        json!({"fix": "replace", "task": "a", "field": "command", "text": "look"}),
    );
    check_fix(json!({"a": formula()}), json!([{"from": "a", "to": "gone"}]), "PBK-010", json!({"fix": "remove_link", "link": 0}));
    let mut misspelt = action("look");
    misspelt["parameters"] = json!({"ipp": "x"});
    let rename = json!({"fix": "rename_parameter", "task": "a", "from": "ipp", "to": "ip"});
    check_fix(json!({"a": misspelt}), start_to("a"), "PBK-018", rename);
}
