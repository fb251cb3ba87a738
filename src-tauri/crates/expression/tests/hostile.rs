//! Generated hostile expressions end with a value or a clear error, within the budgets, on a small stack.

use std::time::{Duration, Instant};

use chrono::DateTime;
use expression::{Context, Limits, Program, ScopeShape, Target, Template, TextKind, Value, check, complete, enclosing_call};
use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

/// The stack of a worker thread of the host; the tests run on one, in debug builds too.
const STACK: usize = 2 << 20;

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(test).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

fn context() -> Context {
    let now = DateTime::parse_from_rfc3339("2026-03-07T04:05:09Z").expect("a date").to_utc();
    Context::new(now, chrono_tz::Tz::Asia__Seoul, "analyst1", 7)
}

fn scope() -> Value {
    let deep = (0..95).fold(json!("core"), |inner, _| json!([inner]));
    Value::from_json(&json!({
        "big": "ab".repeat(20_000), "zeros": "01".repeat(5_000), "many": (0..5_000).collect::<Vec<i64>>(),
        "words": (0..500).map(|number| format!("host-{number}.example")).collect::<Vec<_>>(),
        "deep": deep, "evil": "(a+)+$", "bomb": "(?:a{1000}){1000}", "map": {"a": {"b": [1, 2, {"c": null}]}},
        "n": 3, "s": "text",
    }))
}

/// Runs one text; returns what the budgets should never let happen.
fn run(text: &str, scope: &Value, context: &Context) -> Result<(), String> {
    match Program::compile(text) {
        Ok(program) => {
            let (result, steps) = program.evaluate_counted(scope, context);
            if steps > context.limits.steps {
                return Err(format!("{steps} steps"));
            }
            if let Ok(value) = result {
                // Whatever came out can be written down.
                let json = value.to_json(context.zone).to_string();
                if json.len() > 64 << 20 {
                    return Err(format!("{} bytes of JSON", json.len()));
                }
            }
        }
        Err(diagnostics) => {
            for diagnostic in &diagnostics {
                let Some(span) = diagnostic.span else { return Err(format!("{} has no span", diagnostic.code)) };
                if span.start > span.end || text.get(span.start..span.end).is_none() {
                    return Err(format!("{} has the span {}..{} in {} bytes", diagnostic.code, span.start, span.end, text.len()));
                }
            }
            if diagnostics.is_empty() {
                return Err("refused without a diagnostic".into());
            }
        }
    }
    Ok(())
}

/// Makes one hostile text of a family that once stopped some interpreter.
fn hostile(random: &mut StdRng) -> String {
    // Mostly short, so that a debug build gets through them; one in thirty as long as a text may be, and longer.
    let depth = if random.random_bool(0.03) { random.random_range(3_000..70_000) } else { random.random_range(50..2_000) };
    let count = random.random_range(10..1_000);
    match random.random_range(0..28) {
        0 => format!("{}1{}", "(".repeat(depth), ")".repeat(depth)),
        1 => "(".repeat(depth),
        2 => format!("{}1{}", "[".repeat(depth), "]".repeat(depth)),
        3 => format!("{}1{}", "abs(".repeat(depth / 4), ")".repeat(depth / 4)),
        4 => format!("{}1", "-".repeat(depth)),
        5 => format!("{}true", "not ".repeat(depth / 4)),
        6 => format!("1{}", " + 1".repeat(depth / 4)),
        7 => format!("true{}", " and n == 3".repeat(depth / 11)),
        8 => format!("map{}", ".a".repeat(depth / 2)),
        9 => format!("deep{}", "[0]".repeat(depth / 3)),
        10 => {
            let level = random.random_range(2..9);
            let mut text = "x".to_owned();
            for number in 0..level {
                text = format!("map(many, v{number} => {text})");
            }
            text
        }
        11 => {
            let mut text = "s".to_owned();
            for _ in 0..random.random_range(2..60) {
                text = format!("concat({text}, {text})").chars().take(3_000).collect();
            }
            text
        }
        12 => {
            let mut text = "[1]".to_owned();
            for _ in 0..random.random_range(5..45) {
                text = format!("map({text}, x => [x, x, x])");
            }
            if random.random_bool(0.5) { format!("string({text})") } else { text }
        }
        13 => format!("rpad(s, {}, \"xyz\")", i64::from(random.random::<i32>()).saturating_mul(1 << random.random_range(0..32))),
        14 => format!("replace(big, \"\", rpad(\"x\", {count}))"),
        15 => format!("match(zeros, \"[01]*1[01]{{{count}}}$\")"),
        16 => format!("match(big, \"{}\")", "(a|b)*".repeat(count / 30 + 1)),
        17 => "match(big, concat(evil, evil, evil))".to_owned(),
        18 => "foreach(match(big, concat(\"(x+x+)+\", string(_1))), many)".to_owned(),
        19 => "match(big, bomb)".to_owned(),
        20 => format!("foreach(foreach(foreach(_1 == {count}, many), many), many)"),
        21 => format!("format(\"%{}d %{}s %.{}f\", n, s, 1.5)", depth * 1000, depth * 99_999, depth * 77),
        22 => format!("daterange(epoch(0), epoch({}), \"1s\")", random.random::<u32>()),
        23 => "sort_by(many, x => unique(many))".to_owned(),
        24 => format!("len(flatten([{}many]))", "many, ".repeat(count)),
        25 => format!("strjoin(big, map(many, x => big))[{count}]"),
        26 => format!("table(map(many, x => {{\"a\": big, \"b\": x}}), [{}\"a\"])", "\"a\",".repeat(count / 3)),
        _ => {
            let words = [
                "(", ")", "[", "]", "{", "}", ",", "=>", "=", "==", "\"", "\\", "1", "n", "map", "foreach", "and", "not", "-", "*", ".",
                "'", "한", "\u{0}", "$", "e9", "if(",
            ];
            (0..count).map(|_| words[random.random_range(0..words.len())]).collect::<Vec<_>>().join(" ")
        }
    }
}

#[test]
fn five_thousand_hostile_expressions_end_within_their_budgets() {
    on_a_small_stack(|| {
        let seed = 20_261_122;
        let mut random = StdRng::seed_from_u64(seed);
        // Small budgets: what is shown is that they hold, and a debug build is slow. The benchmark runs with the usual ones.
        let mut context = context();
        context.limits = Limits { steps: 10_000, bytes: 1 << 20, text: 256 << 10, items: 20_000 };
        let scope = scope();
        let mut slowest = (Duration::ZERO, String::new());
        for number in 0..5_000 {
            let text = hostile(&mut random);
            let start = Instant::now();
            if let Err(problem) = run(&text, &scope, &context) {
                panic!("seed {seed} number {number}: {problem}\n{}", text.chars().take(300).collect::<String>());
            }
            if start.elapsed() > slowest.0 {
                slowest = (start.elapsed(), text.chars().take(100).collect());
            }
        }
        // A generous bound for a debug build on a busy machine; examples/expression_benchmark.rs measures the real one.
        assert!(slowest.0 < Duration::from_secs(20), "{:?} for {}", slowest.0, slowest.1);
    });
}

#[test]
fn hostile_texts_end_in_checks_and_templates_too() {
    on_a_small_stack(|| {
        let mut random = StdRng::seed_from_u64(7);
        let mut context = context();
        context.limits = Limits { steps: 10_000, bytes: 1 << 20, text: 256 << 10, items: 20_000 };
        let scope = scope();
        for _ in 0..300 {
            let text = hostile(&mut random);
            check(&text, TextKind::Condition, &ScopeShape::open());
            let cursor = random.random_range(0..=text.len());
            complete(&text, cursor, TextKind::Expression, &ScopeShape::default());
            if let Some(call) = enclosing_call(&text, cursor, TextKind::Expression) {
                assert!(text.contains(&call.function), "{} is not in {text}", call.function);
            }
            let text = format!("a {{{{ {text} }}}} b {{{{ n }}}}");
            check(&text, TextKind::Template, &ScopeShape::default());
            if let Ok(template) = Template::compile(&text) {
                for target in [Target::Plain, Target::Markdown, Target::Html] {
                    let _ = template.render(&scope, &context, target);
                }
            }
        }
    });
}

#[test]
fn values_that_share_parts_do_not_explode() {
    let scope = scope();
    let context = context();
    let doubled = (0..40).fold("[1]".to_owned(), |inner, _| format!("map({inner}, x => [x, x])"));
    let program = Program::compile(&doubled).expect("a program");
    assert!(program.evaluate(&scope, &context).is_err());
    let text = Program::compile(&format!("len(string({doubled}))")).expect("a program");
    assert!(text.evaluate(&scope, &context).is_err());
    // One level per task adds up over many tasks; the depth limit ends it before the stack does.
    let wrap = Program::compile("[x]").expect("a program");
    let mut value = Value::Null;
    let mut wrapped = 0;
    loop {
        let mut next = expression::Map::new();
        next.insert("x".into(), value);
        match wrap.evaluate(&Value::map(next), &context) {
            Ok(made) => value = made,
            Err(error) => {
                assert_eq!(error.code(), "EXP-054");
                break;
            }
        }
        wrapped += 1;
        assert!(wrapped <= expression::VALUE_DEPTH);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_value_or_diagnostics(text in "\\PC{0,60}") {
        let mut context = context();
        context.limits.steps = 20_000;
        prop_assert_eq!(run(&text, &Value::Null, &context), Ok(()));
    }

    #[test]
    fn any_tokens_give_a_value_or_diagnostics(
        tokens in prop::collection::vec(
            prop::sample::select(vec![
                "(", ")", "[", "]", "{", "}", ",", ".", ":", "=", "==", "!=", "<", "<=", "=>", "+", "-", "*", "/", "1", "2.5", "\"a*\"", "\"\"", "n",
                "many", "map", "map(", "x", "x =>", "if(", "in(", "case(", "foreach(", "_1", "substr(", "date(", "format(", "\"%s\"", "null",
                "true", "and", "or", "not", "9223372036854775807", "split(", "replace(", "datetrunc(", "span=", "{{", "}}",
            ]),
            0..40,
        ),
    ) {
        let mut context = context();
        context.limits.steps = 20_000;
        let text = tokens.join(" ");
        let scope = Value::from_json(&json!({"n": 3, "many": [1, 2, 3], "x": {"n": "y"}}));
        prop_assert_eq!(run(&text, &scope, &context), Ok(()));
        check(&text, TextKind::Condition, &ScopeShape::open());
        check(&text, TextKind::Template, &ScopeShape::open());
    }

    #[test]
    fn functions_take_any_values(
        index in any::<prop::sample::Index>(),
        arguments in prop::collection::vec(
            prop::sample::select(vec![
                "null", "true", "0", "-1", "1", "3", "9223372036854775807", "-9223372036854775808", "0.5", "1e308", "-0.0", "log(-1)", "\"\"", "\"a\"",
                "\"한글 text 😀\"", "\"1d\"", "\"mon\"", "\"yyyy-MM-dd\"", "\"%5d\"", "\"[a-z]+\"", "\"utf-16\"", "ip(\"10.0.0.1\")", "ip(\"::1\")", "epoch(0)",
                "epoch(253370764800)", "epoch(-99999999999)", "binary(\"\")", "binary(\"0123456789abcdef\")", "[]", "[1, \"a\", null, [2]]", "{}", "{\"k\": [1]}",
                "concat(\"(\", \"\")", "concat(\"$\", \"9\")", "concat(\"year\", \"\")", "concat(\"999999y\", \"\")", "\"re\"",
            ]),
            0..5,
        ),
    ) {
        let functions = expression::functions();
        let name = functions[index.index(functions.len())].name;
        let mut context = context();
        context.limits.steps = 50_000;
        let text = format!("{name}({})", arguments.join(", "));
        prop_assert_eq!(run(&text, &Value::Null, &context), Ok(()));
        if let [list, rest @ ..] = arguments.as_slice() {
            let rest = rest.iter().map(|argument| format!(", {argument}")).collect::<String>();
            prop_assert_eq!(run(&format!("{name}({list}, x => x{rest})"), &Value::Null, &context), Ok(()));
        }
    }

    #[test]
    fn wildcards_agree_with_regular_expressions(pattern in "[ab*]{0,8}", text in "[ab]{0,12}") {
        let regex = format!("(?s)^{}$", pattern.replace('*', ".*"));
        let scope = Value::from_json(&json!({"text": text}));
        let ours = Program::compile(&format!("text == \"{pattern}\"")).expect("a program").evaluate(&scope, &context());
        let theirs = Program::compile(&format!("match(text, \"{regex}\")")).expect("a program").evaluate(&scope, &context());
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn plain_json_survives(numbers in prop::collection::vec(any::<i64>(), 0..5), text in "\\PC*", double in any::<f64>().prop_filter("finite", |d| d.is_finite())) {
        let json = json!({"numbers": numbers, "text": text, "$ip": "1.2.3.4", "double": double});
        let value = Value::from_json(&json);
        prop_assert_eq!(value.to_json(chrono_tz::Tz::UTC), json);
        prop_assert_eq!(Value::from_tagged_json(&value.to_tagged_json(chrono_tz::Tz::UTC)), value);
    }
}
