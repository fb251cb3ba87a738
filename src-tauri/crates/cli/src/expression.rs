//! `haetae expression …`: needs no data directory.

use std::path::PathBuf;

use chrono_tz::Tz;
use clap::{Args, Subcommand};
use expression::{Context, Program, Stage, Value, stage_of};
use indexmap::IndexMap;
use serde_json::{Value as Json, json};
use types::{Diagnostic, Error, Language};

use super::playbook::read_file;
use super::terminal::{complain, harmless, say};
use super::{Exit, Failure, Outcome, Settings};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print the value of an expression as JSON; exit 1 with code, place and hint on an error
    Eval(Evaluate),
}

#[derive(Args)]
pub(crate) struct Evaluate {
    /// The expression
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    expression: Option<String>,
    /// Evaluate a file of `id<TAB>expression` lines
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
    /// The variables: a JSON object, or @FILE
    #[arg(long, value_name = "JSON|@FILE")]
    vars: Option<String>,
    /// An IANA time zone; else Asia/Seoul in Korean, the system's otherwise
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
}

pub(crate) fn run(command: Command, settings: &Settings) -> Outcome {
    let Command::Eval(arguments) = command;
    let zone = zone(arguments.timezone.as_deref(), settings.language)?;
    let scope = variables(arguments.vars.as_deref())?;
    let context = Context::new(chrono::Utc::now(), zone, operator(), 0);
    match (arguments.batch, arguments.expression) {
        (Some(file), _) => batch(&file, &scope, &context, settings),
        (None, expression) => Ok(one(&expression.unwrap_or_default(), &scope, &context, settings)),
    }
}

fn operator() -> String {
    ["USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default()
}

/// Returns the name of the default zone of a language.
pub(crate) fn zone_name(language: Language) -> String {
    zone(None, language).map_or_else(|_| "UTC".to_owned(), |zone| zone.name().to_owned())
}

/// Returns the named zone, or the default of the language.
fn zone(named: Option<&str>, language: Language) -> Result<Tz, Failure> {
    let system = || iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC);
    let Some(name) = named else { return Ok(if language == Language::Ko { Tz::Asia__Seoul } else { system() }) };
    name.parse().map_err(|_| {
        Failure::invalid(
            Error::new("CLI-ZONE", format!("시간대 {name:?}을(를) 모릅니다."), format!("The time zone {name:?} is not known."))
                .hint("Asia/Seoul 같은 IANA 이름을 쓰세요.", "Use an IANA name such as Asia/Seoul."),
        )
    })
}

fn variables(given: Option<&str>) -> Result<IndexMap<String, Value>, Failure> {
    let json = match given {
        None => return Ok(IndexMap::new()),
        Some(given) => super::run::json_argument("--vars", given)?,
    };
    match json {
        Json::Object(object) => Ok(object.iter().map(|(name, value)| (name.clone(), Value::from_json(value))).collect()),
        _ => Err(Failure::invalid(Error::new("CLI-JSON", "--vars는 JSON 객체여야 합니다.", "--vars wants a JSON object."))),
    }
}

fn one(text: &str, scope: &IndexMap<String, Value>, context: &Context, settings: &Settings) -> Exit {
    match evaluate(text, scope, context) {
        Ok(value) => {
            say(&value.to_string());
            Exit::Done
        }
        Err((_, diagnostics)) => {
            for diagnostic in &diagnostics {
                complain(&line(diagnostic, settings.language));
            }
            Exit::Failed
        }
    }
}

fn batch(file: &std::path::Path, scope: &IndexMap<String, Value>, context: &Context, settings: &Settings) -> Outcome {
    let text = read_file(file)?;
    for (number, text) in text.lines().enumerate() {
        let text = text.strip_suffix('\r').unwrap_or(text);
        if text.trim().is_empty() {
            continue;
        }
        let Some((id, expression)) = text.split_once('\t') else {
            complain(&format!("{}:{}: id<TAB>expression", file.display(), number + 1));
            continue;
        };
        match evaluate(expression, scope, context) {
            Ok(value) => say(&format!("{id}\t{value}")),
            Err((stage, diagnostics)) => {
                let word = if stage == Stage::Parse { "parse" } else { "eval" };
                say(&format!("{id}\t{}", json!({ "$error": word })));
                for diagnostic in &diagnostics {
                    complain(&format!("{id}: {}", line(diagnostic, settings.language)));
                }
            }
        }
    }
    Ok(Exit::Done)
}

fn evaluate(text: &str, scope: &IndexMap<String, Value>, context: &Context) -> Result<Json, (Stage, Vec<Diagnostic>)> {
    let program = Program::compile(text).map_err(|diagnostics| (stage_of(&diagnostics).unwrap_or(Stage::Parse), diagnostics))?;
    let value = program.evaluate(scope, context).map_err(|error| (Stage::Evaluate, vec![error.diagnostic()]))?;
    Ok(value.to_tagged_json(context.zone))
}

fn line(diagnostic: &Diagnostic, language: Language) -> String {
    let place = diagnostic.span.map(|span| format!(" [{}-{}]", span.start, span.end)).unwrap_or_default();
    let hint = diagnostic.hint.as_ref().map(|hint| format!(" {}", hint.get(language))).unwrap_or_default();
    harmless(&format!("{}{place} {}{hint}", diagnostic.code, diagnostic.message.get(language))).into_owned()
}
