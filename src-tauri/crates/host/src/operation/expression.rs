//! `expression.*`: what the editor asks while somebody types. The window has no second parser.

use expression::{
    CompletionKind, Context, Family, Map as ValueMap, Program, ScopeShape, Target, Template, TextKind, Value, check, functions,
};
use indexmap::IndexMap;
use playbook::expressions::Scopes;
use playbook::graph::Graph;
use serde_json::Value as Json;
use types::{Error, ExecutionId};
use wire::execution::ExecutionDetail;
use wire::playbook::{
    CheckExpression, CheckedExpression, CompleteExpression, Completion, Completions, EnclosingCall, EvaluateExpression,
    EvaluatedExpression, ExpressionKind, Function, FunctionExample, FunctionParameter, Functions,
};

use crate::Host;
use crate::operation::workspace::zone_of;

/// The longest preview of a value, in characters.
const PREVIEW: usize = 200;

/// Where an expression stands.
struct Place {
    document: Option<Json>,
    playbook: Option<String>,
    task: Option<String>,
    assign: bool,
}

impl Host {
    /// `expression.check`
    pub async fn expression_check(&self, request: CheckExpression) -> Result<CheckedExpression, Error> {
        let kind = kind_of(request.kind);
        let place = Place {
            document: request.document.map(|document| document.0),
            playbook: request.playbook,
            task: request.task,
            assign: request.assign.unwrap_or_default(),
        };
        let scope = self.scope_of(&place).await?;
        let diagnostics = check(&request.text, kind, &scope);
        let last = self.last_execution(&place).await?;
        let context = self.expression_context().await?;
        let shown = if diagnostics.iter().any(types::Diagnostic::is_error) {
            None
        } else {
            value_of(&request.text, kind, &context, last.as_ref(), &place)
        };
        let value = shown.as_ref().map(|(value, _)| value);
        Ok(CheckedExpression {
            diagnostics,
            value: value.map(|value| preview(value, &context)),
            value_type: value.and_then(Value::type_name).map(str::to_owned),
            execution: shown.as_ref().filter(|(_, reads)| *reads).and(last).map(|last| last.summary.id),
        })
    }

    /// `expression.complete`
    pub async fn expression_complete(&self, request: CompleteExpression) -> Result<Completions, Error> {
        let place = Place {
            document: request.document.map(|document| document.0),
            playbook: request.playbook,
            task: request.task,
            assign: request.assign.unwrap_or_default(),
        };
        let scope = self.scope_of(&place).await?;
        let last = self.last_execution(&place).await?;
        let context = self.expression_context().await?;
        let values = last.as_ref().map(|last| values_of(last, &place));
        let language = self.settings().await?.language.unwrap_or_default();
        let completed = expression::complete(&request.text, request.cursor, kind_of(request.kind), &scope);
        let items = completed.items.into_iter().map(|item| {
            let value = values.as_ref().filter(|_| item.kind != CompletionKind::Function).and_then(|values| {
                let value = Program::compile(&item.path).ok()?.evaluate(values, &context).ok()?;
                (!value.is_null()).then(|| preview(&value, &context))
            });
            Completion {
                insert: item.insert,
                kind: match item.kind {
                    CompletionKind::Name => "variable",
                    CompletionKind::Field => "field",
                    CompletionKind::Function => "function",
                }
                .to_owned(),
                detail: item.detail.get(language).to_owned(),
                documentation: item.documentation,
                value,
            }
        });
        let call = expression::enclosing_call(&request.text, request.cursor, kind_of(request.kind))
            .map(|call| EnclosingCall { function: call.function, argument: u32::try_from(call.argument).unwrap_or(u32::MAX) });
        Ok(Completions { span: completed.span, items: items.collect(), call })
    }

    /// `expression.evaluate`
    pub async fn expression_evaluate(&self, request: EvaluateExpression) -> Result<EvaluatedExpression, Error> {
        let mut context = self.expression_context().await?;
        if let Some(zone) = request.time_zone {
            context.zone = zone.parse().map_err(|_| {
                crate::error::invalid_request(format!("시간대 {zone:?}을(를) 모릅니다."), format!("The time zone {zone:?} is not known."))
                    .target(zone)
            })?;
        }
        let scope: IndexMap<String, Value> =
            request.variables.iter().map(|(name, value)| (name.clone(), Value::from_json(value))).collect();
        let program = Program::compile(&request.text).map_err(|diagnostics| refused(&diagnostics))?;
        let value = program.evaluate(&scope, &context).map_err(|error| refused(&[error.diagnostic()]))?;
        Ok(EvaluatedExpression { value: value.to_tagged_json(context.zone) })
    }

    /// `expression.functions`
    pub async fn expression_functions(&self) -> Result<Functions, Error> {
        let functions = functions().iter().map(|doc| Function {
            name: doc.name.to_owned(),
            family: family(doc.family).to_owned(),
            family_label: doc.family.label(),
            signature: doc.signature.to_owned(),
            documentation: doc.summary(),
            parameters: doc
                .parameters
                .iter()
                .map(|parameter| FunctionParameter {
                    name: parameter.name.to_owned(),
                    kinds: parameter.kinds.describe(),
                    documentation: doc.explain(parameter),
                    required: parameter.required,
                    repeated: parameter.repeated,
                    named: parameter.named,
                })
                .collect(),
            result: doc.result.describe(),
            examples: doc
                .examples
                .iter()
                .map(|example| FunctionExample { expression: example.expression.to_owned(), value: example.result.map(str::to_owned) })
                .collect(),
        });
        Ok(Functions { functions: functions.collect() })
    }

    async fn expression_context(&self) -> Result<Context, Error> {
        let settings = self.settings().await?;
        let zone = zone_of(&settings).parse().unwrap_or(chrono_tz::UTC);
        Ok(Context::new(self.now(), zone, settings.operator, 0))
    }

    /// What the names of a place are; of no document, anything goes.
    async fn scope_of(&self, place: &Place) -> Result<ScopeShape, Error> {
        let Some(document) = &place.document else { return Ok(ScopeShape::open()) };
        let catalog = self.catalog().await?;
        let read = playbook::read(document);
        let graph = Graph::new(&read.playbook);
        let mut scope = Scopes::new(&read.playbook, &graph, &catalog).of(place.task.as_deref(), place.assign);
        // Tasks that could not be read may set names too.
        scope.open |= !read.unreadable.is_empty();
        Ok(scope)
    }

    async fn last_execution(&self, place: &Place) -> Result<Option<ExecutionDetail>, Error> {
        let Some(playbook) = place.playbook.clone() else { return Ok(None) };
        self.store()
            .read(move |db| match db.last_execution(&playbook)? {
                Some(id) => Ok(Some(db.execution(ExecutionId(id.0))?)),
                None => Ok(None),
            })
            .await
    }
}

/// Returns the value of a sound text, and whether it reads data. Where no execution has left any, only what reads none has a value.
fn value_of(text: &str, kind: TextKind, context: &Context, last: Option<&ExecutionDetail>, place: &Place) -> Option<(Value, bool)> {
    let values = |reads: bool| match last {
        Some(last) => Some(values_of(last, place)),
        None => (!reads).then(ValueMap::default),
    };
    match kind {
        TextKind::Template => {
            let template = Template::compile(text).ok()?;
            let reads = !template.names().is_empty();
            Some((template.render(&values(reads)?, context, Target::Plain).ok()?, reads))
        }
        TextKind::Expression | TextKind::Condition => {
            let program = Program::compile(text).ok()?;
            let reads = !program.names().is_empty();
            Some((program.evaluate(&values(reads)?, context).ok()?, reads))
        }
    }
}

fn kind_of(kind: ExpressionKind) -> TextKind {
    match kind {
        ExpressionKind::Expression => TextKind::Expression,
        ExpressionKind::Condition => TextKind::Condition,
        ExpressionKind::Template => TextKind::Template,
    }
}

fn refused(diagnostics: &[types::Diagnostic]) -> Error {
    let first = diagnostics.first();
    let mut error = Error::new("EXP-000", "식을 계산할 수 없습니다.", "The expression has no value.");
    if let Some(first) = first {
        error = Error { code: first.code.clone(), message: first.message.clone(), hint: first.hint.clone(), ..error };
    }
    error.details(serde_json::json!({ "diagnostics": diagnostics }))
}

/// The names as the last execution left them.
fn values_of(last: &ExecutionDetail, place: &Place) -> ValueMap {
    let mut values = ValueMap::default();
    let mut add = |name: &str, value: Value| values.insert(name.into(), value);
    for (name, value) in last.input.iter().chain(&last.variables) {
        add(name, Value::from_json(value));
    }
    add("inputs", Value::from_json(&Json::Object(last.input.clone())));
    let tasks: serde_json::Map<String, Json> =
        last.tasks.iter().map(|task| (task.id.to_string(), serde_json::json!({"output": task.output, "error": task.error}))).collect();
    if let Some(task) = last.tasks.iter().find(|task| place.assign && Some(task.id.as_str()) == place.task.as_deref()) {
        add("output", Value::from_json(&task.output));
    }
    add("tasks", Value::from_json(&Json::Object(tasks)));
    values
}

fn preview(value: &Value, context: &Context) -> String {
    let text = match value {
        Value::Null => "null".to_owned(),
        value => value.to_text(context.zone).unwrap_or_default(),
    };
    if text.chars().count() <= PREVIEW {
        return text;
    }
    let mut cut: String = text.chars().take(PREVIEW).collect();
    cut.push('…');
    cut
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Reference => "reference",
        Family::Conversion => "conversion",
        Family::Condition => "condition",
        Family::Text => "text",
        Family::Number => "number",
        Family::Time => "time",
        Family::Address => "address",
        Family::Encoding => "encoding",
        Family::List => "list",
    }
}
