//! Prints how fast the language is and what the worst hostile expressions cost; run with `--release`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its numbers")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::DateTime;
use expression::{Context, Program, ScopeShape, Target, Template, TextKind, Value, check};
use serde_json::json;

fn measure(name: &str, target: &str, count: u32, mut work: impl FnMut()) {
    for _ in 0..count / 10 + 1 {
        work();
    }
    let start = Instant::now();
    for _ in 0..count {
        work();
    }
    let each = start.elapsed() / count;
    let value = (1.0 / each.as_secs_f64()).round();
    println!("{}", json!({"measure": name, "value": value, "unit": "/s", "note": format!("{each:?} each, target {target}")}));
}

fn main() {
    let context = Context::new(DateTime::UNIX_EPOCH, chrono_tz::Tz::Asia__Seoul, "analyst1", 7);
    let scope = Value::from_json(&json!({
        "score": 7, "host": "PROD-SRV-0042.corp.example", "ticket": {"id": 4711, "title": "Brute force on VPN", "src_ip": "198.51.100.23"},
    }));
    let text = "score >= 5 and contains(lower(host), \"srv\")";
    let program = Program::compile(text).expect("a program");
    measure("evaluate the usual condition", "1,000,000/s", 2_000_000, || {
        black_box(program.evaluate(black_box(&scope), &context)).ok();
    });
    measure("compile the usual condition", "20 µs", 200_000, || {
        black_box(Program::compile(black_box(text))).ok();
    });
    measure("check the usual condition", "5 ms", 100_000, || {
        black_box(check(black_box(text), TextKind::Condition, &ScopeShape::open()));
    });
    let template = Template::compile(&"{{ ticket.id }}: {{ upper(ticket.title) }} ".repeat(10)).expect("a template");
    measure("render a text of 20 placeholders", "50 µs", 100_000, || {
        black_box(template.render(black_box(&scope), &context, Target::Html)).ok();
    });

    println!("\nhostile expressions, target 250 ms and 64 MB each");
    let scope = Value::from_json(&json!({
        "big": "ab".repeat(1_000_000), "zeros": "01".repeat(1_000_000), "many": (0..100_000).collect::<Vec<i64>>(), "evil": "(a+)+$",
        "words": (0..50_000).map(|number| format!("host-{number}.example")).collect::<Vec<_>>(),
    }));
    let doubled = (0..40).fold("[1]".to_owned(), |inner, _| format!("map({inner}, x => [x, x])"));
    let nested = "many".to_owned();
    let worst = [
        doubled.clone(),
        format!("string({doubled})"),
        format!("foreach(foreach(_1 * 2 + 1 == 7, {nested}), many)"),
        "map(many, x => map(many, y => x * y))".into(),
        "sort_by(many, x => string(x))".into(),
        "unique(map(many, x => [x, string(x)]))".into(),
        "match(zeros, \"[01]*1[01]{400}$\")".into(),
        "match(zeros, \"[01]*1[01]{1900}$\")".into(),
        "match(left(zeros, 60000), \"[01]*1[01]{1000}$\")".into(),
        "match(left(zeros, 30000), \"[01]*1[01]{1900}$\")".into(),
        format!("match(left(big, 40000), \"{}$\")", "(a|b)*".repeat(200)),
        "foreach(match(\"aaaaaaaaaaaaaaaaaaaaaaaa\", concat(\"\\\\w{20}\", string(_1))), many)".into(),
        format!("[{}1]", "match(big, \"\\\\w{70}x\"), ".repeat(500)),
        "replace(big, \"a\", \"bbbbbbbb\")".into(),
        "replace(big, \"(a)(b)\", \"$2$1$2$1\", \"re\")".into(),
        "split(big, \"a\")".into(),
        "map(many, x => big)".into(),
        "table(map(many, x => {\"a\": x, \"b\": x}))".into(),
        "group_by(many, x => mod(x, 1000))".into(),
        "map(words, x => upper(lower(upper(x))))".into(),
        "map(words, x => concat(big, x))".into(),
        "strjoin(\",\", map(many, x => format(\"%,.3f %s\", x / 3, x)))".into(),
        "map(many, x => date(string(epoch(x), \"yyyy-MM-dd HH:mm:ss\"), \"yyyy-MM-dd HH:mm:ss\"))".into(),
        "map(many, x => hash(\"sha512\", binary(string(x))))".into(),
        "map(many, x => encrypt(\"AES\", binary(\"0123456789abcdef\"), binary(string(x))))".into(),
        "map(many, x => network(ip(x), 24) == \"0.0.0.0\")".into(),
        "rpad(\"x\", 4000000, \"ab\")".into(),
        "map(many, x => rpad(\"x\", 100000))".into(),
        "lower(upper(lower(upper(big))))".into(),
        "len(urlencode(urlencode(big)))".into(),
        "daterange(epoch(0), epoch(999999999), \"1s\")".into(),
        "map(daterange(epoch(0), epoch(8640000000), \"1d\"), x => datetrunc(x, \"1mon\"))".into(),
    ];
    let mut slowest = (Duration::ZERO, "");
    for text in &worst {
        let start = Instant::now();
        let outcome = match Program::compile(text) {
            Err(diagnostics) => diagnostics.first().map_or("refused".into(), |diagnostic| diagnostic.code.clone()),
            Ok(program) => {
                let (result, steps) = program.evaluate_counted(&scope, &context);
                let outcome = result.map_or_else(|error| error.code().to_owned(), |_| "value".into());
                format!("{outcome} {steps} steps")
            }
        };
        let took = start.elapsed();
        if took > slowest.0 {
            slowest = (took, text);
        }
        println!("{took:>12.2?}  {outcome:<24} {}", text.chars().take(90).collect::<String>());
    }
    let note = format!("{}; target 250", slowest.1.chars().take(60).collect::<String>());
    println!("{}", json!({"measure": "slowest hostile expression", "value": slowest.0.as_millis() as u64, "unit": "ms", "note": note}));
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
            println!("peak memory of the process, scope included: {line}");
        }
    }
}
