//! What a task gives a command, checked against what the command takes.

use std::net::IpAddr;

use engine::message::TaskError;
use playbook::ValueType;
use playbook::catalog::Parameter;
use serde_json::{Map, Value as Json};

use crate::error::{code, task_error};

/// Returns every declared parameter with its value or default, null where neither is given.
///
/// # Errors
/// APP-002 when one is unknown, missing though required, or of the wrong kind.
pub fn check(declared: &[Parameter], given: &Map<String, Json>) -> Result<Map<String, Json>, TaskError> {
    if let Some(unknown) = given.keys().find(|name| !declared.iter().any(|parameter| parameter.name == **name)) {
        return Err(task_error(code::PARAMETER, format!("The command has no parameter `{unknown}`.")));
    }
    declared
        .iter()
        .map(|parameter| {
            let value = given.get(&parameter.name).filter(|value| !value.is_null()).or(parameter.default.as_ref());
            let value = match value {
                None | Some(Json::Null) if parameter.required => {
                    return Err(task_error(code::PARAMETER, format!("The parameter `{}` has no value.", parameter.name)));
                }
                None => Json::Null,
                Some(value) => typed(parameter, value)?,
            };
            Ok((parameter.name.clone(), value))
        })
        .collect()
}

/// Returns the value in the form that the parameter's type has on the wire.
fn typed(parameter: &Parameter, value: &Json) -> Result<Json, TaskError> {
    let wrong = |wanted: &str| {
        let shown = value.to_string();
        let shown: String = if shown.chars().count() > 80 { shown.chars().take(79).chain(['…']).collect() } else { shown };
        task_error(code::PARAMETER, format!("The parameter `{}` is {shown}, which is not {wanted}.", parameter.name))
    };
    let typed = match (parameter.kind, value) {
        (_, Json::Null) => Json::Null,
        (ValueType::String | ValueType::Date, Json::String(_))
        | (ValueType::Number, Json::Number(_))
        | (ValueType::Boolean, Json::Bool(_))
        | (ValueType::List, Json::Array(_))
        | (ValueType::Object | ValueType::Ticket | ValueType::Event, Json::Object(_))
        | (ValueType::Any, _) => value.clone(),
        (ValueType::String, Json::Number(_) | Json::Bool(_)) => Json::String(value.to_string()),
        (ValueType::Number, Json::String(text)) => match text.trim().parse::<f64>() {
            Ok(number) if number.fract() == 0.0 && number.abs() < 9e15 => Json::from(number as i64),
            Ok(number) => Json::from(number),
            Err(_) => return Err(wrong("a number")),
        },
        (ValueType::Ip, Json::String(text)) => match text.trim().parse::<IpAddr>() {
            Ok(address) => Json::String(address.to_canonical().to_string()),
            Err(_) => return Err(wrong("an IP address")),
        },
        (ValueType::Ip, _) => return Err(wrong("an IP address")),
        (ValueType::String, _) => return Err(wrong("a text")),
        (ValueType::Number, _) => return Err(wrong("a number")),
        (ValueType::Boolean, _) => return Err(wrong("true or false")),
        (ValueType::List, _) => return Err(wrong("a list")),
        (ValueType::Date, _) => return Err(wrong("a date")),
        (ValueType::Object | ValueType::Ticket | ValueType::Event, _) => return Err(wrong("an object")),
    };
    if let (Some(choices), Json::String(text)) = (&parameter.choices, &typed)
        && !choices.contains(text)
    {
        return Err(wrong(&format!("one of {}", choices.join(", "))));
    }
    Ok(typed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Checks one value against a parameter `x` written in JSON; gives the value, or the error's message.
    fn checked(parameter: Json, value: Json) -> Result<Json, String> {
        let mut parameter = parameter;
        parameter["name"] = "x".into();
        let parameter: Parameter = serde_json::from_value(parameter).unwrap();
        let given = Map::from_iter([("x".to_owned(), value)]);
        check(&[parameter], &given).map(|mut values| values.remove("x").unwrap()).map_err(|error| crate::error::words_of(&error).to_owned())
    }

    #[test]
    fn values_take_the_form_of_their_type() {
        assert_eq!(checked(json!({"type": "ip"}), json!(" ::ffff:198.51.100.7")), Ok(json!("198.51.100.7")));
        assert_eq!(checked(json!({"type": "number"}), json!("30")), Ok(json!(30)));
        assert_eq!(checked(json!({"type": "string"}), json!(5)), Ok(json!("5")));
        assert_eq!(checked(json!({"type": "number", "default": 7}), json!(null)), Ok(json!(7)));
        assert_eq!(checked(json!({"type": "list"}), json!(null)), Ok(json!(null)));
    }

    #[test]
    fn wrong_values_are_refused() {
        assert_eq!(
            checked(json!({"type": "ip"}), json!("evil.example/../x")).unwrap_err(),
            "The parameter `x` is \"evil.example/../x\", which is not an IP address."
        );
        assert_eq!(checked(json!({"type": "list"}), json!("a")).unwrap_err(), "The parameter `x` is \"a\", which is not a list.");
        assert_eq!(checked(json!({"type": "ip", "required": true}), json!(null)).unwrap_err(), "The parameter `x` has no value.");
        assert_eq!(
            checked(json!({"type": "string", "choices": ["a", "b"]}), json!("c")).unwrap_err(),
            "The parameter `x` is \"c\", which is not one of a, b."
        );
        let unknown = check(&[], &Map::from_iter([("y".to_owned(), json!(1))])).unwrap_err();
        assert_eq!((unknown.code.as_str(), crate::error::words_of(&unknown)), ("APP-002", "The command has no parameter `y`."));
    }
}
