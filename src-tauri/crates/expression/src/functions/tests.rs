//! Examples of the docs, and tables for every function.

use chrono::DateTime;
use serde_json::{Value as Json, json};

use super::functions;
use crate::{Context, Program, Value};

fn context() -> Context {
    let now = DateTime::parse_from_rfc3339("2026-03-07T04:05:09Z").map(|now| now.to_utc()).unwrap_or_default();
    Context::new(now, chrono_tz::Tz::Asia__Seoul, "analyst1", 7)
}

fn evaluate(expression: &str, scope: &Json) -> Json {
    let program = Program::compile(expression).unwrap_or_else(|diagnostics| panic!("{expression}: {diagnostics:?}"));
    let context = context();
    program
        .evaluate(&Value::from_json(scope), &context)
        .unwrap_or_else(|error| panic!("{expression}: {error}"))
        .to_tagged_json(context.zone)
}

/// Compares a table of expressions and values, and shows every row that differs.
#[track_caller]
fn table(rows: &[(&str, Json)]) {
    let scope = json!({"t": {"a": 1, "list": [1, 2, 3]}, "star": "*", "bad": "(", "text": "a.b"});
    let wrong: Vec<String> = rows
        .iter()
        .map(|(expression, expected)| (expression, expected, evaluate(expression, &scope)))
        .filter(|(_, expected, found)| **expected != *found)
        .map(|(expression, expected, found)| format!("{expression}: {found}, expected {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_examples_of_the_docs_hold() {
    let mut run = 0;
    for function in functions() {
        assert!(!function.examples.is_empty(), "{} has no example", function.name);
        for example in function.examples {
            let found = evaluate(example.expression, &json!({}));
            if let Some(result) = example.result {
                let expected: Json = serde_json::from_str(result).unwrap_or_else(|error| panic!("{}: {error}", example.expression));
                assert_eq!(found, expected, "{}", example.expression);
            }
            run += 1;
        }
    }
    assert!(run > 150);
}

#[test]
fn every_function_is_documented() {
    let mut names = std::collections::HashSet::new();
    for function in functions() {
        assert!(names.insert(function.name), "{} twice", function.name);
        assert!(!function.ko.is_empty() && !function.en.is_empty(), "{}", function.name);
        assert!(
            function.signature.starts_with(&format!("{}(", function.name)) && function.signature.contains('→'),
            "{}",
            function.signature
        );
        let optional_first = function.parameters.iter().skip_while(|parameter| parameter.required).any(|parameter| parameter.required);
        assert!(!optional_first, "{}: a required parameter behind an optional one", function.name);
    }
}

#[test]
fn the_language() {
    table(&[
        ("not 1 == 2", json!(true)),
        ("1 < 2 == true", json!(true)),
        ("-t.list[-1]", json!(-3)),
        ("t[\"a\"] + t.list[0]", json!(2)),
        ("t.list.a", json!(null)),
        ("null == null", json!(true)),
        ("null != 1", json!(true)),
        ("null < 1", json!(false)),
        ("\"007\" == 7", json!(true)),
        ("\"7.0\" == 7", json!(true)),
        ("\" 7\" == 7", json!(false)),
        ("7 == \"7*\"", json!(true)),
        ("\"anything\" == star", json!(false)),
        ("\"*\" == star", json!(true)),
        ("\"a*b\" == \"a\\\\*b\"", json!(true)),
        ("\"axb\" == \"a\\\\*b\"", json!(false)),
        ("in(\"ab\", star, [star])", json!(false)),
        ("[1, \"a\"] == [1.0, \"a\"]", json!(true)),
        ("[1] == [\"1\"]", json!(false)),
        ("{\"a\": 1, b: 2} == {\"b\": 2, \"a\": 1}", json!(true)),
        ("{\"a\": 1}.a", json!(1)),
        ("9223372036854775807 + 1", json!(null)),
        ("-9223372036854775808 - 1", json!(null)),
        ("2 / 0", json!(null)),
        ("9007199254740993 == 9007199254740992.0", json!(false)),
        ("0 and \"\" and []", json!(true)),
        ("if(\"\", 1, 2)", json!(1)),
        ("\"\\d\\u0041\"", json!("\\dA")),
        ("\"\\ud83d\\ude00\"", json!("😀")),
        ("log(-1) == log(-1)", json!(false)),
    ]);
}

#[test]
fn conversions() {
    table(&[
        ("int(\"+5\")", json!(5)),
        ("int(\"2147483648\")", json!(null)),
        ("int(true)", json!(null)),
        ("int(\"12.5\")", json!(null)),
        ("long(ip(\"255.255.255.255\"))", json!(4294967295_i64)),
        ("long(1e30)", json!(null)),
        ("double(\"1e999\")", json!(null)),
        ("double(\"NaN\")", json!(null)),
        ("double(\" 1\")", json!(null)),
        ("double(true)", json!(null)),
        ("ip(4294967295)", json!({"$ip": "255.255.255.255"})),
        ("ip(4294967296)", json!(null)),
        ("ip(\"01.2.3.4\")", json!(null)),
        ("ip(\"fe80::1%eth0\")", json!(null)),
        ("ip(\"1.2.3\")", json!(null)),
        ("string(0.00001)", json!("0.00001")),
        ("string(1e21)", json!("1000000000000000000000.0")),
        ("string(epoch(0))", json!("1970-01-01 09:00:00+0900")),
        ("string(epoch(0), \"yyyy-MM-dd'T'HH:mm:ssXXX\", \"GMT-5:30\")", json!("1969-12-31T18:30:00-05:30")),
        ("string(epoch(0), \"XX X XXX Z\", \"UTC\")", json!("Z Z Z +0000")),
        ("string(epoch(0), \"h a K k EEEE\", \"KST\")", json!("9 AM 9 9 Thursday")),
        ("string(epoch(0), \"a E\", \"ko\")", json!("오전 목")),
        ("string(epoch(0), \"HH\", \"PST\")", json!("16")),
        ("string(epoch(0), \"yy 'o''clock' ''\")", json!("70 o'clock '")),
        ("string(epoch(0), \"q\")", json!(null)),
        ("string(5, \"yyyy\")", json!(null)),
        ("string(date(\"2026-01-03\", \"yyyy-MM-dd\"), \"w W\")", json!("1 1")),
        ("string(date(\"2026-01-04\", \"yyyy-MM-dd\"), \"w W\")", json!("2 2")),
        ("date(20251224, \"yyyyMMdd\")", json!({"$date": "2025-12-24T00:00:00.000+09:00"})),
        ("date(\"1/2/69\", \"d/M/yy\")", json!({"$date": "2069-02-01T00:00:00.000+09:00"})),
        ("date(\"1/2/70\", \"d/M/yy\")", json!({"$date": "1970-02-01T00:00:00.000+09:00"})),
        ("date(\"7 3월 2026 오후 1\", \"d MMM yyyy a h\", \"ko\")", json!({"$date": "2026-03-07T13:00:00.000+09:00"})),
        ("date(\"2026 060\", \"yyyy DDD\")", json!({"$date": "2026-03-01T00:00:00.000+09:00"})),
        ("date(\"10:00 GMT+02:00\", \"HH:mm z\")", json!({"$date": "1970-01-01T17:00:00.000+09:00"})),
        ("date(\"10:00 PST\", \"HH:mm z\")", json!({"$date": "1970-01-02T03:00:00.000+09:00"})),
        ("date(\"\", \"yyyy\")", json!(null)),
        ("date(\"2026\", \"yyyy-MM\")", json!(null)),
        ("binary(\"한\", \"no-such-set\")", json!(null)),
        ("frombase64(\" AP 8Q \")", json!({"$binary": "00ff10"})),
        ("frombase64(\"A*\")", json!(null)),
        ("typeof(2147483648)", json!("long")),
    ]);
}

#[test]
fn texts() {
    table(&[
        ("lastindexof(\"한a한a\", \"a\", 2)", json!(1)),
        ("lastindexof(\"xyxy\", \"xy\", -1)", json!(-1)),
        ("lastindexof(\"abc\", \"\")", json!(3)),
        ("indexof(\"abc\", \"a\", -5)", json!(0)),
        ("indexof(\"abc\", \"\", 3)", json!(3)),
        ("indexof(\"abc\", \"\", 4)", json!(-1)),
        ("replace(\"aXbX\", \"x\", \"-\")", json!("aXbX")),
        ("replace(\"k=v\", \"(\\w)=(\\w)\", \"$2=$1$0\", \"re\")", json!("v=kk=v")),
        ("replace(\"a1\", \"(a)\", \"$12\", \"re\")", json!("a21")),
        ("replace(\"a\", \"a\", \"\\\\$1\", \"re\")", json!("$1")),
        ("replace(\"a\", \"a\", \"$1\", \"re\")", json!(null)),
        ("replace(text, bad, \"x\", \"re\")", json!(null)),
        ("groups(text, bad)", json!(null)),
        ("match(text, bad)", json!(null)),
        ("match(text, null)", json!(false)),
        ("split(\"a,b\", \",\", 1)", json!(null)),
        ("split(null, \",\")", json!(null)),
        ("strjoin(\",\", [[1, \"a\"], null])", json!("[1,\"a\"],null")),
        ("substr(\"abc\", -1)", json!("c")),
        ("substr(\"abc\", 0, -9)", json!("")),
        ("substr(\"\", 0)", json!(null)),
        ("left(\"abc\", 0)", json!("")),
        ("left(\"abc\", \"2\")", json!(null)),
        ("right(\"abc\", 9)", json!("abc")),
        ("rpad(\"abc\", -1)", json!(null)),
        ("lpad(\"한\", 3, \"가\")", json!("가가한")),
        ("kvjoin({\"ab\": 1, \"b\": null}, \"=\", \"&\", \"b\")", json!("b=null")),
        ("len(binary(\"한\"))", json!(3)),
        ("urldecode(\"%zz%4\")", json!("%zz%4")),
        ("urlencode(\"~*+/한\")", json!("~%2A%2B%2F%ED%95%9C")),
        ("contains([\"7\"], 7)", json!(true)),
        ("format(\"%2$s %1$s %s\", \"a\", \"b\")", json!("b a a")),
        ("format(\"%08.3f|%+,.2f|%e\", -3.14159, 1234567.891, 12345.678)", json!("-003.142|+1,234,567.89|1.234568e+04")),
        ("format(\"%x %#x %o\", -1, 255, 8)", json!("ffffffff 0xff 10")),
        ("format(\"%.3s|%S|%b|%b\", \"abcdef\", \"x\", null, 0)", json!("abc|X|false|true")),
        ("format(\"%s\")", json!(null)),
        ("format(\"%d\", 1.5)", json!(null)),
        ("format(\"%\", 1)", json!(null)),
        ("format(\"%-5d|%n%%\", 7)", json!("7    |\n%")),
        ("format(\"%.0f %.0f\", 0.5, 1.5)", json!("1 2")),
        ("format(\"%s %d\", null, null)", json!("null null")),
    ]);
}

#[test]
fn numbers_and_dates() {
    table(&[
        ("round(2.5)", json!(3)),
        ("round(0.05, 1)", json!(0.1)),
        ("ceil(-0.5)", json!(0)),
        ("floor(-1201, -2)", json!(-1300)),
        ("ceil(1, -3)", json!(1000)),
        ("round(49, -2)", json!(0)),
        ("round(9223372036854775807, -1)", json!(null)),
        ("max(1, \"a\")", json!(null)),
        ("max(true)", json!(null)),
        ("max(ip(\"10.0.0.2\"), ip(\"10.0.0.10\"))", json!({"$ip": "10.0.0.10"})),
        ("mod(-9223372036854775808, -1)", json!(0)),
        ("pow(0, 0)", json!(1)),
        ("pow(-1, 9223372036854775807)", json!(-1)),
        ("abs(\"-1\")", json!(null)),
        ("dateadd(epoch(0), \"day\", 1.0)", json!(null)),
        ("dateadd(epoch(0), \"year\", 9223372036854775807)", json!(null)),
        ("datediff(date(\"2026-03-31\", \"yyyy-MM-dd\"), date(\"2026-02-28\", \"yyyy-MM-dd\"), \"mon\")", json!(-1)),
        ("datediff(epoch(0), epoch(-90), \"min\")", json!(-1)),
        ("datetrunc(date(\"2026-03-12\", \"yyyy-MM-dd\"), \"1y\", \"3mon\")", json!({"$date": "2025-04-01T00:00:00.000+09:00"})),
        ("datetrunc(epoch(-1), \"1m\")", json!({"$date": "1970-01-01T08:59:00.000+09:00"})),
        ("len(daterange(epoch(0), epoch(100000), \"1s\"))", json!(100000)),
        ("datepart(epoch(0), \"century\")", json!(20)),
        ("datepart(epoch(1), \"microseconds\")", json!(1000000)),
        ("epoch(\"1\")", json!(null)),
        ("epoch(253370764800) == epoch(253370764800000)", json!(true)),
        ("network(\"2001:db8::ff\", 0)", json!({"$ip": "::"})),
        ("long2ip(4294967296)", json!(null)),
        ("encrypt(\"AES/ECB/PKCS5Padding\", binary(\"0123456789abcdef\"), binary(\"x\"), binary(\"fedcba9876543210\"))", json!(null)),
        (
            "decode(decrypt(\"AES/GCM/NoPadding\", binary(\"0123456789abcdef\"), encrypt(\"aes/gcm/nopadding\", binary(\"0123456789abcdef\"), binary(\"x\"), binary(\"fedcba9876543210\")), binary(\"fedcba9876543210\")))",
            json!("x"),
        ),
        ("encrypt(\"DES\", binary(\"01234567\"), binary(\"x\"))", json!(null)),
    ]);
}

#[test]
fn lists() {
    table(&[
        ("map(t.list, x => map(t.list, y => x * y))[2]", json!([3, 6, 9])),
        ("foreach(foreach(_1 + _2, [10], [20]), [1, 2])", json!([[30], [30]])),
        ("foreach(foreach(_2, [1]), [5], [6])", json!([[6]])),
        ("foreach(_1, 7)", json!([7])),
        ("filter([1, 0, null, \"\"], x => x)", json!([1, 0, ""])),
        ("any(null, x => x)", json!(null)),
        ("sort_by([\"b\", 2, \"a\", 1.5, null, true], x => x)", json!([1.5, 2, "a", "b", true, null])),
        ("sort_by([1], x => x, concat(\"up\"))", json!(null)),
        ("group_by([null], x => x)", json!({"null": [null]})),
        ("unique([[1], [1.0], {\"a\": 1}, {\"a\": 1}, null, null])", json!([[1], {"a": 1}, null])),
        ("sumarray([1, 0.5])", json!(1.5)),
        ("sumarray([9223372036854775807, 1])", json!(null)),
        ("subarray([1, 2, 3], -9, 2)", json!([1, 2])),
        ("subarray([], 0)", json!(null)),
        ("valueof([1, 2], -1)", json!(2)),
        ("valueof({\"1\": 2}, 1)", json!(null)),
        ("flatten([[], [[null]]])", json!([null])),
        ("max([], [null, [9]])", json!(null)),
        ("array(null)", json!([null])),
        ("dict(t.none, 1)", json!(null)),
        ("field(\"t\").a", json!(1)),
        ("whoami()", json!("analyst1")),
        ("guid() == guid()", json!(false)),
        ("string(now())", json!("2026-03-07 13:05:09+0900")),
        ("string(ago(\"1mon\"))", json!("2026-02-07 13:05:09+0900")),
    ]);
}

#[test]
fn draws_are_the_same_for_the_same_seed() {
    let draw = |seed: u64| {
        let context = Context { seed, ..context() };
        Program::compile("[guid(), rand(1000000), randbytes(4)]").map(|program| program.evaluate(&Value::Null, &context))
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}

#[test]
fn conditions_are_strict() {
    assert_eq!(crate::as_condition(&Value::Null), Ok(false));
    assert_eq!(crate::as_condition(&Value::Bool(true)), Ok(true));
    assert_eq!(crate::as_condition(&Value::Int(0)).map_err(|error| error.code()), Err("EXP-060"));
}

#[test]
fn free_names_are_found() {
    let program = Program::compile("tasks.lookup.output[\"score\"] + map(hits, x => x.n + base)[0] + field(\"alert count\") + _1");
    let names: Vec<String> = program
        .iter()
        .flat_map(|program| program.names())
        .map(|used| std::iter::once(&used.name).chain(&used.path).cloned().collect::<Vec<_>>().join("."))
        .collect();
    assert_eq!(names, ["tasks.lookup.output.score", "hits", "base", "alert count", "_1"]);
}

/// What the reference decides about corners, one row each; the values follow from its words, not from this program.
#[test]
fn corners_of_the_reference() {
    table(&[
        // Wildcards: literals only, a list literal keeps them, arrays and null never match.
        ("in(\"abc\", array(\"a*\"))", json!(true)),
        ("in(\"abc\", [\"a*\"])", json!(true)),
        ("in(\"abc\", [[\"a*\"]])", json!(false)),
        ("404 == \"4*\"", json!(true)),
        ("null == \"*\"", json!(false)),
        ("null != \"*\"", json!(true)),
        ("[1] == \"*\"", json!(false)),
        ("\"xy\" == concat(\"x\", \"*\")", json!(false)),
        ("\"a?c\" == \"a?*\"", json!(true)),
        ("\"abc\" == \"a?*\"", json!(false)),
        // Comparison.
        ("9007199254740993 == 9007199254740992.0", json!(false)),
        ("\" 7\" == 7", json!(false)),
        ("log(-1) == log(-1)", json!(false)),
        ("log(-1) != log(-1)", json!(true)),
        ("null <= null", json!(false)),
        ("false < true", json!(false)),
        ("\"10\" < \"9\"", json!(true)),
        ("\"10\" < 9", json!(false)),
        ("ip(\"10.0.0.2\") < \"10.0.0.10\"", json!(true)),
        ("ip(\"10.0.0.2\") < ip(\"::1\")", json!(false)),
        ("1 == 2 < 3", json!(false)),
        ("{\"a\": 1, \"b\": 2} == {\"b\": 2.0, \"a\": 1}", json!(true)),
        // Arithmetic.
        ("9223372036854775807 + 1", json!(null)),
        ("--9223372036854775808", json!(null)),
        ("-7 / 2", json!(-3.5)),
        ("0.0 / 0", json!(null)),
        ("-\"5\"", json!(null)),
        // Conversion.
        ("int([[\"1\"], \"2\", 3.7, null, true])", json!([null, 2, 3, null, null])),
        ("int(2147483648)", json!(null)),
        ("long(\"9223372036854775808\")", json!(null)),
        ("double(\" 1\")", json!(null)),
        ("double(\"NaN\")", json!(null)),
        ("ip(4294967296)", json!(null)),
        ("ip(\"01.2.3.4\")", json!(null)),
        ("ip(\"fe80::1%eth0\")", json!(null)),
        ("frombase64(\"QQ\")", json!({"$binary": "41"})),
        ("frombase64(\"QQ=\")", json!(null)),
        ("frombase64(\"=\")", json!(null)),
        ("frombase64(\"-_8=\")", json!(null)),
        ("fromhex(\"0xab\")", json!(null)),
        // Dates.
        ("date(\"2026-01-01 24:61\", \"yyyy-MM-dd HH:mm\")", json!({"$date": "2026-01-02T01:01:00.000+09:00"})),
        ("date(\"69-01-01\", \"yy-MM-dd\")", json!({"$date": "2069-01-01T00:00:00.000+09:00"})),
        ("string(epoch(0), \"XXX\", \"UTC\")", json!("Z")),
        ("string(epoch(0), \"Z\", \"GMT-5:30\")", json!("-0530")),
        ("datepart(date(\"2027-01-01\", \"yyyy-MM-dd\"), \"isoyear\")", json!(2026)),
        ("datediff(date(\"2024-01-31\", \"yyyy-MM-dd\"), date(\"2024-02-29\", \"yyyy-MM-dd\"), \"mon\")", json!(0)),
        ("datetrunc(date(\"2026-08-19\", \"yyyy-MM-dd\"), \"3mon\")", json!({"$date": "2026-07-01T00:00:00.000+09:00"})),
        // Text by Unicode scalar values.
        ("left(\"😀한a\", 2)", json!("😀한")),
        ("indexof(\"한글한글\", \"글\", 2)", json!(3)),
        ("lastindexof(\"한글한글\", \"한\", 1)", json!(0)),
        ("substr(\"abc\", -10, 2)", json!("ab")),
        ("substr(\"\", 0)", json!(null)),
        ("split(\"\", \",\")", json!([""])),
        ("replace(\"abc\", \"(a)(b)\", \"$11-$2\", \"re\")", json!("a1-bc")),
        ("replace(\"abc\", \"b\", \"\\\\$\", \"re\")", json!("a$c")),
        ("replace(\"abc\", \"b\", \"$1\", \"re\")", json!(null)),
        ("urldecode(\"%zz%4\")", json!("%zz%4")),
        ("format(\"%08.2f\", -3.14159)", json!("-0003.14")),
        ("format(\"%f\", 1)", json!(null)),
        ("format(\"%s\", [])", json!(null)),
        // Lists.
        ("foreach(_1, null)", json!([null])),
        ("foreach(foreach(_1 * 2, _1), [[1], [2]])", json!([[2], [4]])),
        ("subarray([1, 2, 3], 3)", json!(null)),
        ("unique([1, \"1\", 1.0, [1], [1.0]])", json!([1, "1", [1]])),
        ("sumarray([9223372036854775807, 1])", json!(null)),
        ("max(1, \"a\")", json!(null)),
        ("round(9223372036854775807, -1)", json!(null)),
    ]);
}
