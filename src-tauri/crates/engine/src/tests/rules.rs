//! The rules of DESIGN.md sections 3 and 5, one test each.

use serde_json::json;
use types::ExecutionStatus;

use super::rehearsal::{
    CATALOG, Rehearsal, approval, approved, branch, formula, note, playbook, quarantine, refused, scan, seconds, wait, with,
};
use crate::{Effect, Plan, PlanOptions, QuestionKind, Review, Start, State, What};

// Links and joins.

#[test]
fn every_task_has_a_status_before_anything_happened() {
    Rehearsal::of(json!({"a": scan(), "b": scan()}), "start>a a>b").expect("a=pending b=pending | queued");
}

#[test]
fn a_task_starts_when_the_one_before_is_done() {
    Rehearsal::of(json!({"a": scan(), "b": scan()}), "start>a a>b")
        .start()
        .expect("a=running b=pending | running")
        .succeed("a", json!(1))
        .expect_started("b#1")
        .expect("a=done b=running | running")
        .succeed("b", json!(2))
        .expect("a=done b=done | done");
}

#[test]
fn pure_tasks_advance_together_in_one_step() {
    let tasks = json!({"a": formula("x", "1"), "b": branch("x == 1"), "c": formula("y", "x + 1"), "d": formula("y", "0")});
    Rehearsal::of(tasks, "start>a a>b b:true>c b:false>d")
        .start()
        .expect("a=done b=done:true c=done d=skipped | done")
        .expect_variable("y", json!(2));
}

#[test]
fn ten_thousand_tasks_in_a_row_are_one_step() {
    let mut tasks = serde_json::Map::new();
    let mut links = String::from("start>t0");
    for index in 0..10_000 {
        tasks.insert(format!("t{index}"), formula("n", "n + 1"));
        if index > 0 {
            links.push_str(&format!(" t{}>t{index}", index - 1));
        }
    }
    // Without the check, whose warnings take long for so many tasks, and without the replay after every event.
    let plan = Plan::compile(&playbook(tasks.into(), &links), &CATALOG).expect("it can run");
    let mut state = State::new(&plan);
    let what = plan.started([].into(), false, 1, "UTC".into(), "kim".into());
    let step = crate::step(&plan, &mut state, &crate::Event { at: chrono::DateTime::UNIX_EPOCH, what });
    assert_eq!(step.effects, [Effect::Finish { status: ExecutionStatus::Done }]);
    assert_eq!(step.changed.len(), 10_000);
}

#[test]
fn a_branch_that_was_not_taken_never_blocks_a_join() {
    let tasks = json!({"a": branch("false"), "b": scan(), "c": scan(), "d": scan()});
    Rehearsal::of(tasks, "start>a a:true>b b>d a:false>c c>d")
        .start()
        .expect("a=done:false b=skipped c=running d=pending | running")
        .succeed("c", json!(null))
        .expect_started("d#1");
}

#[test]
fn join_all_waits_until_no_link_is_open() {
    Rehearsal::of(json!({"a": scan(), "b": scan(), "c": scan()}), "start>a start>b a>c b>c")
        .start()
        .succeed("a", json!(null))
        .expect("a=done b=running c=pending | running")
        .succeed("b", json!(null))
        .expect("a=done b=done c=running | running");
}

#[test]
fn join_any_starts_at_the_first_and_only_once() {
    Rehearsal::of(json!({"a": scan(), "b": scan(), "c": with(scan(), json!({"join": "any"}))}), "start>a start>b a>c b>c")
        .start()
        .succeed("a", json!(null))
        .expect_started("c#1")
        .succeed("c", json!(null))
        .succeed("b", json!(null))
        .expect_started("")
        .expect("a=done b=done c=done | done");
}

#[test]
fn join_any_is_skipped_when_every_link_is_dead() {
    let tasks = json!({"a": branch("false"), "b": branch("false"), "c": with(scan(), json!({"join": "any"})), "d": scan()});
    Rehearsal::of(tasks, "start>a start>b a:true>c b:true>c c>d").start().expect("a=done:false b=done:false c=skipped d=skipped | done");
}

#[test]
fn an_unreachable_task_is_skipped_and_its_links_die() {
    Rehearsal::of(json!({"a": scan(), "b": scan(), "c": scan()}), "start>a b>c a>c")
        .start()
        .expect("a=running b=skipped c=pending | running")
        .succeed("a", json!(null))
        .expect("a=done b=skipped c=running | running");
}

#[test]
fn a_playbook_without_tasks_is_done_at_once() {
    Rehearsal::of(json!({}), "").start().expect(" | done");
}

#[test]
fn a_disabled_task_passes_through_with_its_usual_outcome() {
    let off = json!({"enabled": false});
    let tasks = json!({"a": with(scan(), off.clone()), "b": with(branch("false"), off), "c": formula("x", "1"), "d": formula("x", "2")});
    Rehearsal::of(tasks, "start>a a>b b:true>c b:false>d").start().expect("a=done b=done:true c=done d=skipped | done");
}

#[test]
fn the_order_of_beginning_is_remembered() {
    let run = Rehearsal::of(json!({"c": scan(), "b": scan(), "a": formula("x", "1")}), "start>a a>b b>c").start().succeed("b", json!(null));
    let order: Vec<&str> = run.state.order(&run.plan).into_iter().map(types::TaskId::as_str).collect();
    assert_eq!(order, ["a", "b", "c"]);
}

// Names and values.

#[test]
fn an_expression_sees_inputs_variables_and_results() {
    let tasks = json!({
        "look": with(scan(), json!({"assign": {"score": "output.hits[0]"}})),
        "sum": formula("sum", "score + n + inputs.n + tasks.look.output.hits[1]"),
    });
    Rehearsal::of(tasks, "start>look look>sum")
        .start_with(json!({"n": 100}))
        .succeed("look", json!({"hits": [1, 20]}))
        .expect_variable("sum", json!(221));
}

#[test]
fn parameters_keep_the_type_of_a_lone_placeholder() {
    let action = with(scan(), json!({"parameters": {"list": "{{ hosts }}", "text": "n={{ hosts[0] }}", "fixed": [1, {"a": null}]}}));
    Rehearsal::of(json!({"a": action}), "start>a")
        .start_with(json!({"hosts": ["x", "y"]}))
        .expect_input("a", json!({"list": ["x", "y"], "text": "n=x", "fixed": [1, {"a": null}]}));
}

#[test]
fn the_assigned_values_are_computed_before_one_is_set() {
    let tasks = json!({"a": formula("x", "1"), "b": with(scan(), json!({"assign": {"x": "output", "y": "x"}}))});
    Rehearsal::of(tasks, "start>a a>b").start().succeed("b", json!(9)).expect_variable("x", json!(9)).expect_variable("y", json!(1));
}

#[test]
fn a_variable_has_its_first_value_and_an_input_its_default() {
    let mut document = playbook(json!({"a": formula("sum", "limit + n")}), "start>a");
    document.variables = serde_json::from_value(json!([{"name": "limit", "type": "number", "value": 5}])).expect("variables");
    document.inputs = serde_json::from_value(json!([{"name": "n", "default": 2}, {"name": "must", "required": true}])).expect("inputs");
    let run = Rehearsal::of_playbook(&document);
    assert_eq!(run.plan.missing_inputs(&[].into()), ["must"]);
    run.start().expect_variable("sum", json!(7));
}

#[test]
fn an_error_can_be_read_after_its_failed_link() {
    Rehearsal::of(json!({"a": scan(), "b": formula("code", "tasks.a.error.code")}), "start>a a:failed>b")
        .start()
        .fail("a", "APP-429")
        .expect("a=failed(APP-429) b=done | done")
        .expect_variable("code", json!("APP-429"));
}

#[test]
fn now_is_the_time_of_the_event() {
    let run = Rehearsal::of(json!({"a": wait(json!(60)), "b": formula("t", "now()")}), "start>a a>b");
    let expected = run.now + seconds(60);
    let run = run.start().advance("1h");
    assert_eq!(run.run("b").started_at, Some(expected));
    let shown = expected.with_timezone(&chrono_tz::Asia::Seoul).format("%Y-%m-%d %H:%M:%S%z").to_string();
    run.expect_variable("t", json!(shown));
}

#[test]
fn each_random_draw_differs_and_replays() {
    let run = Rehearsal::of(json!({"a": formula("x", "guid()"), "b": formula("y", "guid()")}), "start>a a>b").start();
    let variables = run.state.variables();
    assert_ne!(variables["x"], variables["y"]);
}

#[test]
fn text_from_outside_is_never_read_as_a_template() {
    let action = with(scan(), json!({"parameters": {"text": "{{ subject }}"}}));
    Rehearsal::of(json!({"a": action}), "start>a")
        .start_with(json!({"subject": "{{ 1 + 1 }}"}))
        .expect_input("a", json!({"text": "{{ 1 + 1 }}"}));
}

#[test]
fn data_from_outside_does_not_choose_its_own_type() {
    Rehearsal::of(json!({"a": formula("kind", "typeof(given)")}), "start>a")
        .start_with(json!({"given": {"$ip": "10.0.0.1"}}))
        .expect_variable("kind", json!("map"));
}

#[test]
fn an_input_has_the_type_that_was_declared() {
    let mut document = playbook(json!({"a": formula("kinds", "concat(typeof(source), \" \", typeof(seen))")}), "start>a");
    document.inputs = serde_json::from_value(json!([{"name": "source", "type": "ip"}, {"name": "seen", "type": "date"}])).expect("inputs");
    Rehearsal::of_playbook(&document)
        .start_with(json!({"source": "10.0.0.1", "seen": "2026-11-22T09:00:00+09:00"}))
        .expect_variable("kinds", json!("ipv4 date"));
}

// Branch, wait, the types of later.

#[test]
fn a_branch_takes_null_as_false() {
    Rehearsal::of(json!({"a": branch("nothing")}), "start>a").start().expect("a=done:false | done");
}

#[test]
fn a_branch_that_is_neither_true_nor_false_fails() {
    let malicious = with(scan(), json!({"assign": {"malicious": "output.malicious"}}));
    Rehearsal::of(json!({"look": malicious, "a": branch("malicious"), "b": scan()}), "start>look look>a a:true>b")
        .start()
        .succeed("look", json!({"malicious": 0}))
        .expect("look=done a=failed(EXP-060) b=skipped | failed");
}

#[test]
fn a_wait_lasts_its_seconds() {
    Rehearsal::of(json!({"a": wait(json!("{{ minutes * 60 }}"))}), "start>a")
        .start_with(json!({"minutes": 2}))
        .expect_input("a", json!({"seconds": 120}))
        .expect_until("a", "120s")
        .advance("119s")
        .expect("a=running | running")
        .advance("1s")
        .expect("a=done | done");
}

#[test]
fn a_wait_that_is_no_number_fails() {
    for bad in [json!("soon"), json!(-1), json!(null), json!(1e12), json!("{{ 0 / 0 }}")] {
        Rehearsal::of(json!({"a": wait(bad)}), "start>a").start().expect("a=failed(ENGINE-WAIT) | failed");
    }
}

#[test]
fn a_timeout_cuts_a_wait() {
    Rehearsal::of(json!({"a": with(wait(json!(60)), json!({"timeout": "10s"}))}), "start>a")
        .start()
        .advance("10s")
        .expect("a=failed(ENGINE-TIMEOUT) | failed");
}

// Mails.

fn mail(more: serde_json::Value) -> serde_json::Value {
    with(json!({"type": "email", "to": "soc@example.com", "subject": "s", "body": "b"}), more)
}

#[test]
fn a_mail_is_a_command_of_smtp() {
    let task = mail(json!({
        "connection": "office", "to": ["{{ owner }}", "a@example.com, b@example.com"], "cc": "{{ others }}",
        "subject": {"ko": "티켓 {{ n }}", "en": "Ticket {{ n }}"}, "body": "Host {{ host }}",
    }));
    let run = Rehearsal::of(json!({"m": task}), "start>m")
        .start_with(json!({"owner": "kim@example.com", "others": ["c@example.com"], "n": 7, "host": "<b>"}))
        .expect_started("m#1")
        .expect_input(
            "m",
            json!({
                "to": ["kim@example.com", "a@example.com", "b@example.com"], "cc": ["c@example.com"], "subject": "Ticket 7",
                "body": "Host <b>", "format": "text",
            }),
        );
    let call = run.state.call(&run.plan, &"m".into()).expect("a command").clone();
    assert_eq!((call.app.as_str(), call.connection.as_str(), call.command.as_str()), ("smtp", "office", "send"));
    run.succeed("m", json!({"message_id": "1"})).expect("m=done | done").expect_output("m", json!({"message_id": "1"}));
}

#[test]
fn what_is_filled_into_a_body_is_made_safe_for_its_format() {
    let body = |format: &str| {
        let task = mail(json!({"format": format, "body": "x {{ host }}", "subject": "{{ host }}"}));
        let run = Rehearsal::of(json!({"m": task}), "start>m").start_with(json!({"host": "<i>[a](http://b)"}));
        let input = run.run("m").input;
        (input["subject"].clone(), input["body"].clone())
    };
    assert_eq!(body("text"), (json!("<i>[a](http://b)"), json!("x <i>[a](http://b)")));
    assert_eq!(body("html"), (json!("<i>[a](http://b)"), json!("x &lt;i&gt;[a](http://b)")));
    // CommonMark reads a backslash before punctuation as that character, not as the start of a link or a tag.
    assert_eq!(body("markdown").1, json!("x \\<i>\\[a\\](http://b)"));
}

#[test]
fn a_mail_to_nobody_fails() {
    Rehearsal::of(json!({"m": mail(json!({"to": "{{ owner }}"}))}), "start>m").start().expect("m=failed(ENGINE-MAIL-TO) | failed");
}

#[test]
fn a_mail_whose_end_is_unknown_needs_review() {
    Rehearsal::of(json!({"m": mail(json!({}))}), "start>m")
        .start()
        .interrupt("m")
        .expect("m=needs_review(ENGINE-INTERRUPTED) | needs_review");
}

// Queries.

fn query(source: &str) -> serde_json::Value {
    json!({
        "type": "query", "source": source, "query": "select * from t where ip = $ip -- {{ ip }}", "parameters": {"ip": "{{ ip }}"},
        "assign": {"host": "output.host"},
    })
}

#[test]
fn a_query_is_a_command_of_sql_or_of_our_own_events() {
    let call = |source: &str| {
        let run = Rehearsal::of(json!({"q": query(source)}), "start>q").start_with(json!({"ip": "10.0.0.1"}));
        run.state.call(&run.plan, &"q".into()).expect("a command").clone()
    };
    let events = call("events");
    assert_eq!((events.app.as_str(), events.connection.as_str(), events.command.as_str()), ("haetae", "default", "query"));
    let cmdb = call("cmdb");
    assert_eq!((cmdb.app.as_str(), cmdb.connection.as_str(), cmdb.command.as_str()), ("sql", "cmdb", "query"));
    // Data never becomes a part of the text.
    let expected = json!({"query": "select * from t where ip = $ip -- {{ ip }}", "parameters": {"ip": "10.0.0.1"}});
    assert_eq!(serde_json::Value::Object(cmdb.parameters), expected);
}

#[test]
fn one_row_gives_scalars_several_give_lists_none_gives_nulls() {
    let given = |reply: serde_json::Value, output: serde_json::Value, host: serde_json::Value| {
        Rehearsal::of(json!({"q": query("cmdb")}), "start>q")
            .start()
            .succeed("q", reply)
            .expect("q=done | done")
            .expect_output("q", output)
            .expect_variable("host", host);
    };
    let columns = json!(["host", "os"]);
    given(json!({"columns": columns, "rows": [{"host": "a", "os": "l"}], "truncated": false}), json!({"host": "a", "os": "l"}), json!("a"));
    given(
        json!({"columns": columns, "rows": [{"host": "a", "os": "l"}, {"host": "b"}]}),
        json!({"host": ["a", "b"], "os": ["l", null]}),
        json!(["a", "b"]),
    );
    given(json!({"columns": columns, "rows": []}), json!({"host": null, "os": null}), json!(null));
    // What has another form is the output itself.
    given(json!({"host": "x", "rows": 3}), json!({"host": "x", "rows": 3}), json!("x"));
}

#[test]
fn a_result_that_was_cut_off_fails() {
    Rehearsal::of(json!({"q": query("cmdb")}), "start>q")
        .start()
        .succeed("q", json!({"columns": ["host"], "rows": [{"host": "a"}], "truncated": true}))
        .expect("q=failed(ENGINE-QUERY-ROWS) | failed");
}

#[test]
fn an_interrupted_query_is_done_again() {
    Rehearsal::of(json!({"q": query("cmdb")}), "start>q").start().interrupt("q").expect_started("q#2");
}

// Calls.

fn call(more: serde_json::Value) -> serde_json::Value {
    with(json!({"type": "call", "playbook": "other", "inputs": {"host": "{{ host }}"}}), more)
}

fn each(more: serde_json::Value) -> serde_json::Value {
    call(json!({"inputs": {"ip": "{{ ip }}"}, "each": with(json!({"variable": "ip", "in": "ips"}), more)}))
}

fn ips() -> serde_json::Value {
    json!({"ips": ["a", "b", "c"]})
}

#[test]
fn a_call_gives_the_variables_of_what_it_called() {
    let task = call(json!({"assign": {"verdict": "output.verdict"}}));
    Rehearsal::of(json!({"c": task, "b": scan()}), "start>c c>b")
        .start_with(json!({"host": "pc1"}))
        .expect_children("start c/1 {\"host\":\"pc1\"}")
        .expect("c=running b=pending | running")
        .expect_input("c", json!({"playbook": "other", "inputs": {"host": "pc1"}}))
        .child_done("c", 1, json!({"verdict": "bad"}))
        .expect("c=done b=running | running")
        .expect_output("c", json!({"verdict": "bad"}))
        .expect_variable("verdict", json!("bad"));
}

#[test]
fn types_reach_the_called_playbook() {
    let mut document = playbook(json!({"c": call(json!({}))}), "start>c");
    document.inputs = serde_json::from_value(json!([{"name": "host", "type": "ip"}])).expect("inputs");
    Rehearsal::of_playbook(&document)
        .start_with(json!({"host": "10.0.0.1"}))
        .expect_children("start c/1 {\"host\":{\"$ip\":\"10.0.0.1\"}}");
}

#[test]
fn a_failed_child_fails_the_call() {
    Rehearsal::of(json!({"c": call(json!({})), "b": scan()}), "start>c c:failed>b")
        .start()
        .child_failed("c", 1, "APP-500")
        .expect("c=failed(ENGINE-CALL-FAILED) b=running | running");
    Rehearsal::of(json!({"c": call(json!({}))}), "start>c")
        .start()
        .child_ended("c", 1, ExecutionStatus::Cancelled)
        .expect("c=failed(ENGINE-CALL-CANCELLED) | failed");
}

#[test]
fn a_loop_runs_its_items_in_turn() {
    Rehearsal::of(json!({"c": each(json!({}))}), "start>c")
        .start_with(ips())
        .expect_children("start c/1 {\"ip\":\"a\"}")
        .child_done("c", 1, json!({"n": 1}))
        .expect_children("start c/2 {\"ip\":\"b\"}")
        .child_done("c", 2, json!({}))
        .child_done("c", 3, json!({}))
        .expect("c=done | done")
        .expect_output(
            "c",
            json!({"failed": 0, "items": [
                {"item": "a", "execution": 7, "status": "done", "variables": {"n": 1}},
                {"item": "b", "execution": 7, "status": "done", "variables": {}},
                {"item": "c", "execution": 7, "status": "done", "variables": {}},
            ]}),
        );
}

#[test]
fn so_many_items_run_at_once_as_are_allowed() {
    Rehearsal::of(json!({"c": each(json!({"concurrency": 2}))}), "start>c")
        .start_with(ips())
        .expect_children("start c/1 {\"ip\":\"a\"} start c/2 {\"ip\":\"b\"}")
        .child_done("c", 2, json!({}))
        .expect_children("start c/3 {\"ip\":\"c\"}")
        .child_done("c", 3, json!({}))
        .expect("c=running | running")
        .child_done("c", 1, json!({}))
        .expect("c=done | done");
}

#[test]
fn a_loop_stops_at_the_first_failure_and_waits_for_what_is_under_way() {
    let run = Rehearsal::of(json!({"c": each(json!({"concurrency": 2}))}), "start>c")
        .start_with(ips())
        .child_failed("c", 1, "APP-500")
        .expect_children("cancel c/2")
        .expect("c=running | running");
    let late = run.ended("c", 1, ExecutionStatus::Done);
    run.refuse("ENGINE-STALE", late)
        .child_ended("c", 2, ExecutionStatus::Cancelled)
        .expect_children("")
        .expect("c=failed(ENGINE-CALL-FAILED) | failed");
}

#[test]
fn a_loop_that_collects_runs_all_items() {
    Rehearsal::of(json!({"c": with(each(json!({"on_failure": "collect"})), json!({"assign": {"failed": "output.failed"}}))}), "start>c")
        .start_with(ips())
        .child_failed("c", 1, "APP-500")
        .child_ended("c", 2, ExecutionStatus::Cancelled)
        .child_done("c", 3, json!({}))
        .expect("c=done | done")
        .expect_variable("failed", json!(2))
        .expect_output(
            "c",
            json!({"failed": 2, "items": [
                {"item": "a", "execution": 7, "status": "failed", "error": {"code": "APP-500", "message": "no"}},
                {"item": "b", "execution": 7, "status": "cancelled", "error": null},
                {"item": "c", "execution": 7, "status": "done", "variables": {}},
            ]}),
        );
}

#[test]
fn a_loop_over_nothing_is_done_and_one_over_no_list_fails() {
    let task = || json!({"c": each(json!({}))});
    let nothing = json!({"failed": 0, "items": []});
    Rehearsal::of(task(), "start>c").start_with(json!({"ips": []})).expect("c=done | done").expect_output("c", nothing.clone());
    Rehearsal::of(task(), "start>c").start().expect("c=done | done").expect_output("c", nothing);
    Rehearsal::of(task(), "start>c").start_with(json!({"ips": "a"})).expect("c=failed(ENGINE-CALL-LIST) | failed");
}

#[test]
fn a_loop_has_a_bound() {
    let ips: Vec<u32> = (0..10_001).collect();
    Rehearsal::of(json!({"c": each(json!({}))}), "start>c").start_with(json!({"ips": ips})).expect("c=failed(ENGINE-CALL-ITEMS) | failed");
}

#[test]
fn a_mistake_in_the_last_item_starts_none() {
    let task = call(json!({"inputs": {"x": "{{ lpad(\"x\", n) }}"}, "each": {"variable": "n", "in": "[1, 9000000]"}}));
    let run = Rehearsal::of(json!({"c": task}), "start>c").start();
    assert_eq!(run.last.effects, [Effect::Finish { status: ExecutionStatus::Failed }]);
}

#[test]
fn calls_end_at_the_eighth_level() {
    let at = |depth: u32| {
        let run = Rehearsal::of(json!({"c": call(json!({}))}), "start>c");
        let what = run.plan.start(Start { depth, zone: "UTC".into(), ..Start::default() });
        run.happen(what)
    };
    at(7).expect("c=running | running");
    at(8).expect("c=failed(ENGINE-CALL-DEPTH) | failed");
}

#[test]
fn a_call_whose_children_wait_for_people_waits() {
    Rehearsal::of(json!({"c": each(json!({"concurrency": 2}))}), "start>c")
        .start_with(ips())
        .child_moved("c", 1, ExecutionStatus::Waiting)
        .expect("c=running | running")
        .child_moved("c", 2, ExecutionStatus::NeedsReview)
        .expect("c=waiting | waiting")
        .child_moved("c", 1, ExecutionStatus::Running)
        .expect("c=running | running");
}

#[test]
fn a_pause_holds_the_children_that_were_not_held_already() {
    let run = Rehearsal::of(json!({"c": each(json!({"concurrency": 2}))}), "start>c")
        .start_with(ips())
        .child_moved("c", 1, ExecutionStatus::Paused)
        .pause()
        .expect_children("pause c/2")
        .child_moved("c", 2, ExecutionStatus::Paused)
        .child_done("c", 2, json!({}))
        .expect_children("")
        .resume()
        .expect_children("start c/3 {\"ip\":\"c\"}");
    run.pause().expect_children("pause c/3").resume().expect_children("resume c/3");
}

#[test]
fn a_cancel_goes_down_and_waits_for_the_children() {
    let start = || Rehearsal::of(json!({"c": call(json!({})), "b": scan()}), "start>c c>b").start();
    start()
        .cancel()
        .expect_children("cancel c/1")
        .expect("c=running b=skipped | running")
        .child_ended("c", 1, ExecutionStatus::Cancelled)
        .expect("c=cancelled b=skipped | cancelled");
    // What was done is done.
    start().cancel().child_done("c", 1, json!({"x": 1})).expect("c=done b=skipped | cancelled").expect_output("c", json!({"x": 1}));
    Rehearsal::of(json!({"c": call(json!({})), "b": scan()}), "start>c start>b").start().fail("b", "X").expect_children("cancel c/1");
}

#[test]
fn a_call_has_a_timeout_and_is_not_repeated_after_it_unless_named() {
    let task = |retry| call(json!({"timeout": "10m", "retry": retry}));
    Rehearsal::of(json!({"c": task(json!({"attempts": 3}))}), "start>c")
        .start()
        .advance("10m")
        .expect_children("cancel c/1")
        .expect("c=running | running")
        .child_ended("c", 1, ExecutionStatus::Cancelled)
        .expect("c=failed(ENGINE-TIMEOUT) | failed")
        .expect_no_timers();
    Rehearsal::of(json!({"c": task(json!({"attempts": 2, "backoff": "5s", "on": ["ENGINE-TIMEOUT"]}))}), "start>c")
        .start()
        .advance("10m")
        .child_ended("c", 1, ExecutionStatus::Cancelled)
        .advance("5s")
        .expect_children("start c/2 {\"host\":null}");
}

#[test]
fn a_retry_does_not_repeat_the_items_that_are_done() {
    let task = with(each(json!({"concurrency": 3})), json!({"retry": {"attempts": 2, "backoff": "0s"}}));
    Rehearsal::of(json!({"c": task}), "start>c")
        .start_with(ips())
        .child_done("c", 2, json!({}))
        .child_failed("c", 1, "X")
        .child_ended("c", 3, ExecutionStatus::Cancelled)
        .expect_children("start c/4 {\"ip\":\"a\"} start c/5 {\"ip\":\"c\"}")
        .child_done("c", 4, json!({}))
        .child_done("c", 5, json!({}))
        .expect("c=done | done");
}

#[test]
fn a_child_that_could_not_be_started_fails_the_call() {
    let run = Rehearsal::of(json!({"c": call(json!({}))}), "start>c").start();
    let error = Some(crate::TaskError::new("NOT-FOUND", "no such playbook"));
    let what = What::ChildEnded {
        task: "c".into(),
        invocation: 1,
        execution: None,
        version: None,
        status: ExecutionStatus::Failed,
        variables: Default::default(),
        error,
    };
    let run = run.happen(what).expect("c=failed(ENGINE-CALL-FAILED) | failed");
    let message = run.run("c").error.expect("an error").message;
    assert!(message.get(types::Language::En).contains("NOT-FOUND no such playbook"), "{message:?}");
}

// Running again.

#[test]
fn a_rerun_takes_over_what_came_before() {
    let tasks = json!({
        "a": with(scan(), json!({"assign": {"x": "output.score"}})), "f": formula("y", "x + 1"), "b": scan(), "c": scan(),
    });
    let ran = Rehearsal::of(tasks, "start>a a>f f>b b>c")
        .start()
        .succeed("a", json!({"score": 4}))
        .fail("b", "APP-500")
        .expect("a=done f=done b=failed(APP-500) c=skipped | failed");
    let again = ran.rerun("b").expect_started("b#1").expect("a=done f=done b=running c=pending | running").expect_variable("y", json!(5));
    assert!(again.run("a").carried && !again.run("b").carried);
    assert_eq!((again.run("a").input, again.run("a").output), (json!({}), json!({"score": 4})));
    again.succeed("b", json!(1)).succeed("c", json!(1)).expect("a=done f=done b=done c=done | done");
}

#[test]
fn a_rerun_runs_again_what_has_no_result_and_what_follows_it() {
    let tasks = json!({"a": scan(), "b": scan(), "c": scan(), "d": scan()});
    let ran = Rehearsal::of(tasks, "start>a start>b a>c b>d").start().succeed("b", json!(1)).fail("a", "X").succeed("d", json!(1));
    // The unhandled failure of `a` has nothing to take over: it runs again although the person chose `d`.
    ran.expect("a=failed(X) b=done c=skipped d=done | failed").rerun("d").expect_started("a#1 d#1");
}

#[test]
fn a_rerun_takes_over_decisions_but_no_release() {
    let tasks = json!({"ok": approval(), "q": quarantine("pc1")});
    let ran = Rehearsal::of(tasks, "start>ok ok:approved>q").start().approve("ok").fail("q", "X");
    let again = ran.rerun("q").expect("ok=done:approved q=waiting | waiting").expect_started("");
    assert!(matches!(again.question("q").kind, QuestionKind::Gate { .. }));
    again.approve("q").expect_started("q#1");
}

#[test]
fn a_rerun_keeps_the_branch_that_was_taken_and_the_failure_that_was_handled() {
    let tasks = json!({"a": scan(), "b": branch("x"), "c": scan(), "d": scan()});
    let ran = Rehearsal::of(tasks, "start>a a:failed>b b:true>c b:false>d").start().fail("a", "APP-1").fail("d", "X");
    ran.expect("a=failed(APP-1) b=done:false c=skipped d=failed(X) | failed")
        .rerun("d")
        .expect("a=failed(APP-1) b=done:false c=skipped d=running | running");
}

#[test]
fn a_rerun_keeps_the_types_of_values() {
    let tasks = json!({"f": formula("seen", "now()"), "b": scan(), "k": formula("kind", "typeof(seen)")});
    let ran = Rehearsal::of(tasks, "start>f f>b b>k").start().fail("b", "X");
    ran.rerun("b").succeed("b", json!(1)).expect_variable("kind", json!("date"));
}

// Failure.

#[test]
fn an_unhandled_failure_lets_effects_finish_and_ends_the_rest() {
    let tasks = json!({
        "bad": scan(), "slow": scan(), "sleep": wait(json!(600)), "ask": approval(),
        "again": with(scan(), json!({"retry": {"attempts": 5, "backoff": "60s"}})), "never": scan(),
    });
    Rehearsal::of(tasks, "start>bad start>slow start>sleep start>ask start>again bad>never slow>never")
        .start()
        .fail("again", "X")
        .fail("bad", "APP-500")
        .expect("bad=failed(APP-500) slow=running sleep=cancelled ask=cancelled again=cancelled(X) never=skipped | running")
        .expect_no_timers()
        .succeed("slow", json!({"found": 1}))
        .expect("bad=failed(APP-500) slow=done sleep=cancelled ask=cancelled again=cancelled(X) never=skipped | failed")
        .expect_output("slow", json!({"found": 1}));
}

#[test]
fn a_failed_link_handles_a_failure() {
    Rehearsal::of(json!({"a": scan(), "b": scan(), "c": scan()}), "start>a a>b a:failed>c")
        .start()
        .fail("a", "APP-500")
        .expect("a=failed(APP-500) b=skipped c=running | running")
        .succeed("c", json!(null))
        .expect("a=failed(APP-500) b=skipped c=done | done");
}

#[test]
fn a_failing_assignment_fails_the_task_and_keeps_the_output() {
    let assign = json!({"assign": {"x": "lpad(\"x\", 9000000)"}});
    Rehearsal::of(json!({"a": with(note(), with(assign, json!({"retry": {"attempts": 3}})))}), "start>a")
        .start()
        .succeed("a", json!({"id": 1}))
        .expect("a=failed(EXP-052) | failed")
        .expect_output("a", json!({"id": 1}));
}

#[test]
fn a_parameter_that_cannot_be_rendered_fails_without_retry() {
    let action = with(scan(), json!({"parameters": {"p": "{{ lpad(\"x\", 9000000) }}"}, "retry": {"attempts": 3}}));
    Rehearsal::of(json!({"a": action}), "start>a").start().expect("a=failed(EXP-052) | failed").expect_started("");
}

#[test]
fn the_first_unhandled_failure_is_the_executions() {
    let run = Rehearsal::of(json!({"a": scan(), "b": scan()}), "start>a start>b").start().fail("b", "ONE").fail("a", "TWO");
    let failure = run.state.failure(&run.plan).map(|(task, error)| (task.as_str().to_owned(), error.code.clone()));
    assert_eq!(failure, Some(("b".to_owned(), "ONE".to_owned())));
}

// Retry and timeout.

#[test]
fn backoff_doubles_up_to_five_minutes_and_attempts_count_the_first() {
    let mut run = Rehearsal::of(json!({"a": with(scan(), json!({"retry": {"attempts": 5, "backoff": "60s"}}))}), "start>a").start();
    for pause in ["60s", "120s", "240s", "300s"] {
        run = run.fail("a", "APP-500").expect_until("a", pause).advance(pause);
    }
    let run = run.expect_running("a#5").fail("a", "APP-500").expect("a=failed(APP-500) | failed");
    assert_eq!((run.run("a").attempts, run.run("a").history.len()), (5, 5));
}

#[test]
fn a_vendors_retry_after_wins_when_it_is_longer() {
    let task = with(scan(), json!({"retry": {"attempts": 9, "backoff": "10s"}}));
    Rehearsal::of(json!({"a": task}), "start>a")
        .start()
        .fail_after("a", "APP-429", Some(5_000))
        .expect_until("a", "10s")
        .advance("10s")
        .fail_after("a", "APP-429", Some(900_000))
        .expect_until("a", "900s")
        .advance("900s")
        .fail_after("a", "APP-429", Some(i64::MAX))
        .expect_until("a", "3650d");
}

#[test]
fn only_the_named_codes_are_retried() {
    let task = with(scan(), json!({"retry": {"attempts": 3, "on": ["APP-429"]}}));
    Rehearsal::of(json!({"a": task.clone()}), "start>a").start().fail("a", "APP-429").expect("a=running(APP-429) | running");
    Rehearsal::of(json!({"a": task}), "start>a").start().fail("a", "APP-401").expect("a=failed(APP-401) | failed");
}

#[test]
fn an_error_goes_away_when_a_later_attempt_succeeds() {
    let task = with(scan(), json!({"retry": {"attempts": 2, "backoff": "1s"}}));
    let run =
        Rehearsal::of(json!({"a": task}), "start>a").start().fail("a", "X").advance("1s").succeed("a", json!(1)).expect("a=done | done");
    let history: Vec<_> = run.run("a").history.iter().map(|attempt| attempt.error.as_ref().map(|error| error.code.clone())).collect();
    assert_eq!(history, [Some("X".to_owned()), None]);
}

#[test]
fn a_timeout_is_per_attempt_and_a_late_result_is_ignored() {
    let task = with(scan(), json!({"timeout": "30s", "retry": {"attempts": 2, "backoff": "5s"}}));
    let run = Rehearsal::of(json!({"a": task}), "start>a").start();
    let late = run.succeeded("a", json!("late"));
    let run = run.advance("30s").expect("a=running(ENGINE-TIMEOUT) | running");
    assert!(run.last.effects.contains(&Effect::Abandon { task: "a".into(), attempt: 1 }));
    run.refuse("ENGINE-STALE", late.clone())
        .advance("5s")
        .expect_running("a#2")
        .refuse("ENGINE-STALE", late)
        .advance("30s")
        .expect("a=failed(ENGINE-TIMEOUT) | failed");
}

#[test]
fn a_timer_that_is_not_needed_any_more_is_cleared() {
    Rehearsal::of(json!({"a": with(scan(), json!({"timeout": "30s"}))}), "start>a")
        .start()
        .succeed("a", json!(null))
        .expect_no_timers()
        .expect("a=done | done");
}

#[test]
fn a_timeout_of_what_is_not_idempotent_is_retried_only_by_name() {
    let unnamed = with(note(), json!({"timeout": "30s", "retry": {"attempts": 3}}));
    Rehearsal::of(json!({"a": unnamed}), "start>a").start().advance("30s").expect("a=failed(ENGINE-TIMEOUT) | failed");
    let named = with(note(), json!({"timeout": "30s", "retry": {"attempts": 3, "backoff": "1s", "on": ["ENGINE-TIMEOUT"]}}));
    Rehearsal::of(json!({"a": named}), "start>a").start().advance("31s").expect_running("a#2");
}

// Questions.

fn input(fields: serde_json::Value) -> serde_json::Value {
    with(json!({"type": "input", "question": "which?", "variable": "x"}), fields)
}

#[test]
fn a_text_keeps_to_its_length_and_its_form() {
    let task = input(json!({"kind": "string", "min_length": 2, "max_length": 4, "pattern": "[a-z가-힣]+"}));
    let run = Rehearsal::of(json!({"a": task}), "start>a").start();
    // Characters are counted, not bytes.
    let refused = ["a", "abcde", "ab1", "ab\n", ""].map(|text| run.answered("a", json!({"value": text})));
    let run = refused.into_iter().fold(run, |run, answer| run.refuse("ENGINE-ANSWER", answer));
    run.answer("a", json!({"value": "가나다라"})).expect("a=done | done").expect_variable("x", json!("가나다라"));
}

#[test]
fn an_answer_goes_into_the_variable() {
    Rehearsal::of(json!({"a": input(json!({"kind": "boolean"})), "b": branch("x")}), "start>a a>b")
        .start()
        .expect("a=waiting b=pending | waiting")
        .answer("a", json!({"value": true}))
        .expect("a=done b=done:true | done")
        .expect_output("a", json!(true));
}

#[test]
fn an_answer_must_be_of_the_questions_kind() {
    let choices = json!({"kind": "choice", "choices": ["x", {"value": "y", "label": {"en": "Y"}}]});
    let cases = [
        (json!({"kind": "boolean"}), vec![json!(false)], vec![json!("true"), json!(null), json!(1)]),
        (json!({"kind": "string"}), vec![json!("s"), json!("")], vec![json!(1), json!(["s"])]),
        (choices.clone(), vec![json!("x"), json!("y")], vec![json!("z"), json!(["x"]), json!(true)]),
        (
            with(choices, json!({"multiple": true})),
            vec![json!(["x"]), json!(["y", "x"])],
            vec![json!("x"), json!([]), json!(["x", "x"]), json!(["x", "z"])],
        ),
    ];
    for (fields, good, bad) in cases {
        for value in good {
            Rehearsal::of(json!({"a": input(fields.clone())}), "start>a")
                .start()
                .answer("a", json!({"value": value}))
                .expect("a=done | done");
        }
        for value in bad {
            let run = Rehearsal::of(json!({"a": input(fields.clone())}), "start>a").start();
            let what = run.answered("a", json!({"value": value}));
            run.refuse("ENGINE-ANSWER", what);
        }
        let run = Rehearsal::of(json!({"a": input(fields)}), "start>a").start();
        let what = run.answered("a", json!({"approved": true}));
        run.refuse("ENGINE-ANSWER", what);
    }
}

#[test]
fn a_question_is_rendered_in_both_languages_for_its_assignee() {
    let task = with(approval(), json!({"question": {"ko": "{{ host }} 격리?", "en": "isolate {{ host }}?"}, "assignee": "{{ owner }}"}));
    let run = Rehearsal::of(json!({"a": task}), "start>a").start_with(json!({"host": "pc1", "owner": "kim"}));
    let question = run.question("a");
    assert_eq!(question.text, types::Text::both("pc1 격리?", "isolate pc1?"));
    assert_eq!(question.assignee.as_deref(), Some("kim"));
    let nobody = Rehearsal::of(json!({"a": with(approval(), json!({"assignee": "{{ owner }}"}))}), "start>a").start();
    assert_eq!(nobody.question("a").assignee, None);
}

#[test]
fn two_people_answer_and_one_decision_stands() {
    let run = Rehearsal::of(json!({"a": approval(), "b": wait(json!(60))}), "start>a start>b").start();
    let second = run.answered("a", json!({"approved": false, "opinion": "no"}));
    let run = run.approve("a").refuse("CONFLICT", second).expect("a=done:approved b=running | running");
    assert!(run.last.ignored.as_ref().is_some_and(|error| error.to_string().contains("park has already approved")));
    run.expect_output("a", json!({"approved": true, "opinion": "", "by": "park"}));
}

#[test]
fn rejecting_needs_an_opinion() {
    let run = Rehearsal::of(json!({"a": approval(), "b": scan()}), "start>a a:rejected>b").start();
    let silent = run.answered("a", json!({"approved": false, "opinion": "  "}));
    run.refuse("ENGINE-OPINION", silent).reject("a").expect("a=done:rejected b=running | running");
}

#[test]
fn a_deadline_gives_expired_or_fails() {
    let task = with(approval(), json!({"deadline": "1h"}));
    Rehearsal::of(json!({"a": task.clone(), "b": scan()}), "start>a a:expired>b")
        .start()
        .advance("1h")
        .expect("a=done:expired b=running | running");
    let run = Rehearsal::of(json!({"a": task.clone(), "b": wait(json!(9000))}), "start>a start>b").start();
    let late = run.answered("a", json!({"approved": true}));
    run.advance("1h").expect("a=failed(ENGINE-EXPIRED) b=cancelled | failed").refuse("CONFLICT", late);
    Rehearsal::of(json!({"a": task}), "start>a").start().approve("a").expect_no_timers();
}

// The gate.

#[test]
fn an_approval_releases_the_very_same_call() {
    let run = Rehearsal::of(json!({"ok": approval(), "q": quarantine("{{ host }}")}), "start>ok ok:approved>q")
        .start_with(json!({"host": "pc1"}));
    assert_eq!(run.releases("ok")[0].call.parameters["host"], json!("pc1"));
    run.approve("ok").expect_started("q#1").expect("ok=done:approved q=running | running");
}

#[test]
fn a_destructive_command_without_approval_waits_at_the_gate() {
    let run = Rehearsal::of(json!({"q": quarantine("pc1")}), "start>q").start().expect("q=waiting | waiting").expect_started("");
    assert!(matches!(run.question("q").kind, QuestionKind::Gate { .. }));
    run.approve("q").expect_started("q#1");
}

#[test]
fn a_command_whose_parameters_turned_out_different_asks_again() {
    let tasks = json!({"ok": approval(), "f": formula("host", "\"other\""), "q": quarantine("{{ host }}")});
    let run = Rehearsal::of(tasks, "start>ok ok:approved>f f>q").start();
    assert_eq!(run.releases("ok")[0].call.parameters["host"], json!(null));
    let run = run.approve("ok").expect("ok=done:approved f=done q=waiting | waiting");
    assert_eq!(run.releases("q")[0].call.parameters["host"], json!("other"));
    run.approve("q").expect_started("q#1");
}

#[test]
fn a_rejected_gate_fails_the_task() {
    Rehearsal::of(json!({"q": quarantine("pc1"), "b": scan()}), "start>q q:failed>b")
        .start()
        .reject("q")
        .expect("q=failed(ENGINE-REJECTED) b=running | running");
    Rehearsal::of(json!({"q": with(quarantine("pc1"), json!({"retry": {"attempts": 3}}))}), "start>q")
        .start()
        .reject("q")
        .expect("q=failed(ENGINE-REJECTED) | failed");
}

#[test]
fn an_approval_releases_only_what_comes_before_the_next_one() {
    let tasks = json!({
        "one": approval(), "q1": quarantine("a"), "two": approval(), "q2": quarantine("b"), "off": with(approval(), json!({"enabled": false})),
        "q3": quarantine("c"), "q4": with(quarantine("d"), json!({"enabled": false})), "q5": quarantine("e"),
    });
    let run =
        Rehearsal::of(tasks, "start>one one:approved>q1 q1>two two:approved>q2 one:approved>off off:approved>q3 q3>q4 one:rejected>q5")
            .start();
    let released: Vec<String> = run.releases("one").into_iter().map(|release| release.task.to_string()).collect();
    assert_eq!(released, ["q1", "q3"]);
    let run = run.approve("one").expect_started("q1#1 q3#1").succeed("q1", json!(null)).approve("two");
    run.expect_started("q2#1");
}

#[test]
fn a_rejected_approval_releases_nothing() {
    let tasks = json!({"ok": approval(), "q": with(quarantine("pc1"), json!({"join": "any"}))});
    Rehearsal::of(tasks, "start>ok ok:approved>q ok:rejected>q").start().reject("ok").expect("ok=done:rejected q=waiting | waiting");
}

#[test]
fn a_disabled_approval_releases_nothing() {
    let tasks = json!({"ok": with(approval(), json!({"enabled": false})), "q": quarantine("pc1")});
    Rehearsal::of(tasks, "start>ok ok:approved>q").start().expect("ok=done:approved q=waiting | waiting");
}

#[test]
fn a_playbook_that_may_act_alone_passes_the_gate() {
    Rehearsal::of(json!({"q": quarantine("pc1")}), "start>q").act_alone().start().expect_started("q#1");
}

#[test]
fn an_approval_is_bound_to_the_hash_of_what_was_shown() {
    let run = Rehearsal::of(json!({"ok": approval(), "q": quarantine("pc1")}), "start>ok ok:approved>q").start();
    let question = run.question("ok");
    let QuestionKind::Approval { hash, .. } = question.kind else { panic!("an approval asks") };
    let answer = |hash: &str| What::QuestionAnswered { question: question.number, answer: approved(hash), by: "park".into() };
    run.refuse("ENGINE-HASH", answer("0000")).happen(answer(&hash)).expect_started("q#1");
}

#[test]
fn the_hash_does_not_depend_on_the_order_of_keys() {
    let hash = |parameters: serde_json::Value| {
        let task = json!({"type": "action", "app": "edr", "command": "quarantine", "parameters": parameters});
        let QuestionKind::Gate { hash, .. } = Rehearsal::of(json!({"q": task}), "start>q").start().question("q").kind else {
            panic!("a gate")
        };
        hash
    };
    let first = hash(json!({"a": {"x": 1, "y": 2}, "b": "t"}));
    assert_eq!(first, hash(json!({"b": "t", "a": {"y": 2, "x": 1}})));
    assert_ne!(first, hash(json!({"a": {"x": 1, "y": 3}, "b": "t"})));
    // printf '%s' '[{"call":{"app":"edr","command":"quarantine","connection":"default","parameters":{"a":{"x":1,"y":2},"b":"t"}},"task":"q"}]' | sha256sum
    assert_eq!(first, "c28f87ccaa2d02e76d9d46692e345fc9c7bdfb42ae463c796ca2536f2cf3001d");
}

#[test]
fn what_cannot_be_rendered_yet_is_shown_as_written_and_asks_again() {
    let host = "{{ lpad(\"x\", size) }}";
    let tasks = json!({"ok": approval(), "f": formula("size", "3"), "q": quarantine(host)});
    let run = Rehearsal::of(tasks, "start>ok ok:approved>f f>q").start_with(json!({"size": 9_000_000}));
    assert_eq!(run.releases("ok")[0].call.parameters["host"], json!(host));
    run.approve("ok").expect("ok=done:approved f=done q=waiting | waiting");
}

// Interruption and review.

#[test]
fn an_interrupted_idempotent_command_is_done_again_and_does_not_count() {
    let task = with(scan(), json!({"retry": {"attempts": 2, "backoff": "1s"}}));
    Rehearsal::of(json!({"a": task}), "start>a")
        .start()
        .interrupt("a")
        .expect_started("a#2")
        .fail("a", "X")
        .expect("a=running(X) | running")
        .advance("1s")
        .expect_running("a#3")
        .fail("a", "X")
        .expect("a=failed(X) | failed");
}

#[test]
fn an_interrupted_command_that_is_not_idempotent_needs_review() {
    let start = || Rehearsal::of(json!({"a": note(), "b": scan()}), "start>a a>b").start().interrupt("a");
    let run = start().expect("a=needs_review(ENGINE-INTERRUPTED) b=pending | needs_review").expect_running("");
    assert_eq!(run.state.call(&run.plan, &"a".into()).map(|call| call.command.as_str()), Some("note"));
    run.review("a", Review::Again).expect_started("a#2");
    start().review("a", Review::Fail).expect("a=failed(ENGINE-REVIEW-FAILED) b=skipped | failed");
    let happened = Review::Happened { output: json!({"id": 7}) };
    start()
        .review("a", happened.clone())
        .expect("a=done b=running | running")
        .expect_output("a", json!({"id": 7}))
        .refuse("CONFLICT", What::TaskReviewed { task: "a".into(), decision: happened, by: "x".into() });
}

#[test]
fn an_interrupted_idempotent_command_of_a_failing_execution_is_brought_to_its_end() {
    Rehearsal::of(json!({"a": scan(), "b": scan()}), "start>a start>b")
        .start()
        .fail("a", "X")
        .interrupt("b")
        .expect_started("b#2")
        .succeed("b", json!(null))
        .expect("a=failed(X) b=done | failed");
}

#[test]
fn what_the_catalog_says_later_does_not_change_a_running_execution() {
    let document = playbook(json!({"q": quarantine("pc1")}), "start>q");
    let before = Rehearsal::of_playbook(&document).start().expect("q=waiting | waiting");
    let uninstalled = playbook::Catalog::default();
    let plan = Plan::new(&document, &uninstalled, PlanOptions { allow_unknown: true }).expect("unknown apps are allowed");
    before.restart_with(plan).expect("q=waiting | waiting").approve("q").expect_started("q#1");
}

// Pause, resume, cancel.

#[test]
fn while_paused_results_are_recorded_and_nothing_starts() {
    let tasks = json!({"a": scan(), "f": formula("x", "1"), "b": scan(), "w": wait(json!(60))});
    Rehearsal::of(tasks, "start>a a>f f>b start>w")
        .start()
        .pause()
        .succeed("a", json!(null))
        .expect_started("")
        .advance("60s")
        .expect("a=done f=pending b=pending w=done | paused")
        .resume()
        .expect_started("b#1")
        .expect("a=done f=done b=running w=done | running");
}

#[test]
fn a_retry_that_comes_due_while_paused_waits() {
    let task = with(scan(), json!({"retry": {"attempts": 2, "backoff": "5s"}}));
    Rehearsal::of(json!({"a": task}), "start>a")
        .start()
        .pause()
        .fail("a", "X")
        .advance("5s")
        .expect_running("")
        .resume()
        .expect_started("a#2");
}

#[test]
fn an_interrupted_command_of_a_paused_execution_waits() {
    Rehearsal::of(json!({"a": scan()}), "start>a").start().pause().interrupt("a").expect_running("").resume().expect_started("a#2");
}

#[test]
fn a_gate_opened_while_paused_waits() {
    Rehearsal::of(json!({"q": quarantine("pc1")}), "start>q")
        .start()
        .pause()
        .approve("q")
        .expect_started("")
        .resume()
        .expect_started("q#1");
}

#[test]
fn pausing_twice_is_refused() {
    let paused = Rehearsal::of(json!({"a": scan()}), "start>a").start().pause().refuse("ENGINE-STATE", What::Paused { by: "x".into() });
    paused.resume().refuse("ENGINE-STATE", What::Resumed { by: "x".into() });
}

#[test]
fn cancelling_ends_everything_but_what_is_under_way() {
    let tasks = json!({"a": scan(), "w": wait(json!(600)), "ok": approval(), "q": quarantine("x"), "n": note(), "b": scan()});
    Rehearsal::of(tasks, "start>a start>w start>ok start>q start>n a>b")
        .start()
        .interrupt("n")
        .cancel()
        .expect("a=running w=cancelled ok=cancelled q=cancelled n=cancelled(ENGINE-INTERRUPTED) b=skipped | running")
        .expect_no_timers()
        .refuse("ENGINE-STATE", What::Cancelled { by: "x".into() })
        .succeed("a", json!(5))
        .expect("a=done w=cancelled ok=cancelled q=cancelled n=cancelled(ENGINE-INTERRUPTED) b=skipped | cancelled")
        .refuse("ENGINE-ENDED", What::Resumed { by: "x".into() });
}

#[test]
fn cancelling_before_the_start_skips_everything() {
    Rehearsal::of(json!({"a": scan()}), "start>a").cancel().expect("a=skipped | cancelled");
}

#[test]
fn a_paused_execution_can_be_cancelled() {
    Rehearsal::of(json!({"a": scan(), "b": scan()}), "start>a a>b")
        .start()
        .pause()
        .succeed("a", json!(null))
        .cancel()
        .expect("a=done b=skipped | cancelled");
}

#[test]
fn what_is_interrupted_after_a_cancel_is_not_done_again() {
    Rehearsal::of(json!({"a": scan()}), "start>a").start().cancel().interrupt("a").expect("a=cancelled(ENGINE-INTERRUPTED) | cancelled");
}

#[test]
fn a_failing_execution_still_asks_for_review_and_can_be_cancelled() {
    let start = || Rehearsal::of(json!({"a": scan(), "n": note()}), "start>a start>n").start().fail("a", "X").interrupt("n");
    start()
        .expect("a=failed(X) n=needs_review(ENGINE-INTERRUPTED) | needs_review")
        .review("n", Review::Happened { output: json!(1) })
        .expect("a=failed(X) n=done | failed");
    start().cancel().expect("a=failed(X) n=cancelled(ENGINE-INTERRUPTED) | failed");
}

// Statuses, restart, refusals.

#[test]
fn an_execution_waits_only_when_nothing_else_runs() {
    Rehearsal::of(json!({"a": scan(), "ok": approval(), "n": note()}), "start>a start>ok start>n")
        .start()
        .interrupt("n")
        .expect("a=running ok=waiting n=needs_review(ENGINE-INTERRUPTED) | running")
        .succeed("a", json!(null))
        .expect("a=done ok=waiting n=needs_review(ENGINE-INTERRUPTED) | needs_review")
        .review("n", Review::Happened { output: json!(null) })
        .expect("a=done ok=waiting n=done | waiting");
}

#[test]
fn a_restart_takes_up_attempts_timers_and_questions() {
    let tasks = json!({"a": with(scan(), json!({"timeout": "30s"})), "w": wait(json!(60)), "ok": approval()});
    let run = Rehearsal::of(tasks, "start>a start>w start>ok").start();
    let mut given = run.last.effects.clone();
    let mut pending = run.replayed().pending_effects(&run.plan);
    let key = |effect: &Effect| serde_json::to_string(effect).unwrap_or_default();
    given.sort_by_key(key);
    pending.sort_by_key(key);
    assert_eq!(given.len(), 4);
    assert_eq!(pending, given);
}

#[test]
fn the_current_task_is_what_needs_a_person_first() {
    let run = Rehearsal::of(json!({"a": scan(), "ok": approval()}), "start>a start>ok").start();
    assert_eq!(run.state.current_task(&run.plan).map(types::TaskId::as_str), Some("ok"));
    let run = run.approve("ok");
    assert_eq!(run.state.current_task(&run.plan).map(types::TaskId::as_str), Some("a"));
    let run = run.fail("a", "X");
    assert_eq!(run.state.current_task(&run.plan).map(types::TaskId::as_str), Some("a"));
}

#[test]
fn impossible_events_are_refused() {
    let run = Rehearsal::of(json!({"a": scan()}), "start>a");
    let early = What::TimerFired { timer: 1 };
    let unknown = What::TaskSucceeded { task: "zz".into(), attempt: 1, output: json!(1) };
    let answer = |question| What::QuestionAnswered { question, answer: approved(""), by: "x".into() };
    let again = run.plan.started([].into(), false, 1, "UTC".into(), "x".into());
    run.refuse("ENGINE-STATE", early.clone())
        .start()
        .refuse("ENGINE-STATE", again)
        .refuse("ENGINE-STALE", early)
        .refuse("ENGINE-STALE", unknown)
        .refuse("ENGINE-STALE", answer(0))
        .refuse("ENGINE-STALE", answer(9));
}

#[test]
fn a_clock_that_is_set_back_does_not_turn_time_back() {
    let mut run = Rehearsal::of(json!({"a": scan(), "b": scan()}), "start>a a>b").start();
    let started = run.now;
    run.now = started - seconds(3600);
    assert_eq!(run.succeed("a", json!(null)).run("b").started_at, Some(started));
}

#[test]
fn a_playbook_that_cannot_run_says_where() {
    assert_eq!(refused(json!({"a": formula("x", "1 +")}), "start>a"), ["EXP-006 a"]);
    assert_eq!(refused(json!({"a": scan()}), "start>a a>zz"), ["PBK-010 a"]);
    assert_eq!(refused(json!({"a": branch("true"), "b": scan()}), "start>a a>b"), ["PBK-013 a"]);
    assert_eq!(refused(json!({"a": scan(), "b": scan()}), "start>a a>b b>a"), ["PBK-012 a"]);
    assert_eq!(refused(json!({"a": {"type": "action", "app": "none", "command": "x"}}), "start>a"), ["PBK-015 a"]);
    assert_eq!(refused(json!({"a": input(json!({"kind": "choice"}))}), "start>a"), ["PBK-007 a"]);
}
