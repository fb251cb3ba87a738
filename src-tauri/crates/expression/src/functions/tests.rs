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

#[track_caller]
fn check(expression: &str, expected: Json) {
    assert_eq!(evaluate(expression, &json!({})), expected, "{expression}");
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
