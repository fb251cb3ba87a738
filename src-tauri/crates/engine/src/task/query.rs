use std::sync::Arc;

use expression::{Map, Value};
use playbook::catalog::OWN_APP;
use serde_json::{Map as JsonMap, Value as Json, json};

use crate::attempt::evaluation;
use crate::message::{CommandCall, TaskError};
use crate::plan::Query;
use crate::refusal;
use crate::step::Machine;

/// The source that is the event store of this data directory.
const EVENTS: &str = "events";

impl Machine<'_> {
    /// Renders the parameters of a query and runs it: over our own events, or through the app `sql`.
    pub(crate) fn begin_query(&mut self, position: usize, query: &Query) {
        let mut parameters = JsonMap::new();
        for (name, template) in &query.parameters {
            match self.state.evaluate(None, |names, context| template.evaluate(names, context)) {
                Ok(value) => drop(parameters.insert(name.clone(), value.to_json(self.state.context.zone))),
                Err(error) => return self.fail(position, evaluation(&format!("parameters.{name}"), &error)),
            }
        }
        let (app, connection) = match query.source.as_str() {
            EVENTS => (OWN_APP, "default"),
            source => ("sql", source),
        };
        let parameters = json!({"query": query.text, "parameters": parameters}).as_object().cloned().unwrap_or_default();
        let call = CommandCall { app: app.to_owned(), connection: connection.to_owned(), command: "query".to_owned(), parameters };
        self.state.tasks[position].call = Some(Box::new(call));
        self.attempt(position);
    }
}

/// Returns the output of a query: one row gives a value per column, several give a list per column, none gives nulls.
///
/// What has not the form `{columns, rows}`, such as a reply given ahead, is the output itself. Rows that were cut off are an error: a
/// decision over a part of the data would look like one over all of it.
pub(crate) fn output(reply: &Json) -> Result<Value, TaskError> {
    let Some((columns, rows)) = table(reply) else { return Ok(Value::from_json(reply)) };
    if reply["truncated"] == json!(true) {
        return Err(refusal::too_many_rows(rows.len()));
    }
    let cell = |row: &JsonMap<String, Json>, column: &str| row.get(column).map(Value::from_json).unwrap_or_default();
    let field = |column: &&str| {
        let value = match rows.as_slice() {
            [] => Value::Null,
            [row] => cell(row, column),
            rows => Value::array(rows.iter().map(|row| cell(row, column)).collect()),
        };
        (Arc::from(*column), value)
    };
    Ok(Value::map(columns.iter().map(field).collect::<Map>()))
}

type Table<'a> = (Vec<&'a str>, Vec<&'a JsonMap<String, Json>>);

fn table(reply: &Json) -> Option<Table<'_>> {
    let fields = reply.as_object()?;
    if fields.keys().any(|field| !matches!(field.as_str(), "columns" | "rows" | "truncated")) {
        return None;
    }
    let columns = fields.get("columns")?.as_array()?.iter().map(Json::as_str).collect::<Option<_>>()?;
    let rows = fields.get("rows")?.as_array()?.iter().map(Json::as_object).collect::<Option<_>>()?;
    Some((columns, rows))
}
