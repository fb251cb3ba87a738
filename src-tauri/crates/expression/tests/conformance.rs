//! Every row of the reference's conformance file, where the file is at hand.

use std::net::IpAddr;
use std::path::PathBuf;

use chrono::DateTime;
use expression::{Context, Program, Stage, Value, stage_of};
use serde_json::{Value as Json, json};

/// Returns the folder of the reference data: `HAETAE_SHARED`, relative to the project root when it is relative.
fn shared() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    root.join(std::env::var("HAETAE_SHARED").unwrap_or_else(|_| "../shared".into()))
}

fn evaluate(expression: &str, scope: &Value, context: &Context) -> Json {
    let error = |stage: Stage| json!({"$error": if stage == Stage::Evaluate { "eval" } else { "parse" }});
    match Program::compile(expression) {
        Err(diagnostics) => error(stage_of(&diagnostics).unwrap_or(Stage::Parse)),
        Ok(program) => match program.evaluate(scope, context) {
            Ok(value) => value.to_tagged_json(context.zone),
            Err(_) => error(Stage::Evaluate),
        },
    }
}

/// Compares as the file says: numbers by value, doubles with a relative tolerance, addresses and dates by meaning, maps in any order.
fn alike(found: &Json, wanted: &Json) -> bool {
    match (found, wanted) {
        (Json::Number(found), Json::Number(wanted)) => match (found.as_i64(), wanted.as_i64(), found.as_f64(), wanted.as_f64()) {
            (Some(found), Some(wanted), ..) => found == wanted,
            (.., Some(found), Some(wanted)) => (found - wanted).abs() <= 1e-12 * wanted.abs(),
            _ => false,
        },
        (Json::Array(found), Json::Array(wanted)) => {
            found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, wanted)| alike(found, wanted))
        }
        (Json::Object(found), Json::Object(wanted)) => {
            let tagged = |key: &str| match (found.get(key)?, wanted.get(key)?) {
                (Json::String(found), Json::String(wanted)) => Some((found.clone(), wanted.clone())),
                _ => None,
            };
            if let Some((found, wanted)) = tagged("$ip") {
                return matches!((found.parse::<IpAddr>(), wanted.parse::<IpAddr>()), (Ok(found), Ok(wanted)) if found == wanted);
            }
            if let Some((found, wanted)) = tagged("$date") {
                return matches!((DateTime::parse_from_rfc3339(&found), DateTime::parse_from_rfc3339(&wanted)), (Ok(found), Ok(wanted)) if found == wanted);
            }
            found.len() == wanted.len() && found.iter().all(|(key, value)| wanted.get(key).is_some_and(|wanted| alike(value, wanted)))
        }
        (found, wanted) => found == wanted,
    }
}

#[test]
fn every_row_of_the_reference() {
    let folder = shared().join("reference");
    let (Ok(rows), Ok(variables)) = (
        std::fs::read_to_string(folder.join("expressions-conformance.tsv")),
        std::fs::read_to_string(folder.join("expressions-context.json")),
    ) else {
        eprintln!("SKIPPED: no conformance file in {}", folder.display());
        return;
    };
    let scope = Value::from_json(&serde_json::from_str(&variables).expect("the variables are JSON"));
    let now = DateTime::parse_from_rfc3339("2026-03-07T13:05:09+09:00").expect("a date").to_utc();
    let context = Context::new(now, chrono_tz::Tz::Asia__Seoul, "analyst1", 1);
    let mut count = 0;
    let mut wrong = Vec::new();
    for row in rows.lines().filter(|row| !row.trim().is_empty() && !row.starts_with("id\t")) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [id, _, expression, wanted, ..] = columns.as_slice() else { panic!("a row has five columns: {row}") };
        let wanted: Json = serde_json::from_str(wanted).expect("the expected value is JSON");
        let found = evaluate(expression, &scope, &context);
        count += 1;
        if !alike(&found, &wanted) {
            wrong.push(format!("{id}: {expression}\n  wanted {wanted}\n  found  {found}"));
        }
    }
    assert!(count > 500, "the file has only {count} rows");
    assert!(wrong.is_empty(), "{} of {count} rows differ\n{}", wrong.len(), wrong.join("\n"));
}
