//! From a command's parameters to the request that is sent.
//!
//! The URL is always the connection's address plus the command's path. A parameter is one encoded segment of the path or one value of the
//! query, so that no value, however hostile, can send the request, and the credential with it, to another host.

use chrono::Utc;
use expression::{Context, JsonTemplate, Value};
use indexmap::IndexMap;
use playbook::catalog::Parameter;
use serde_json::{Map, Value as Json};
use url::Url;

use engine::message::TaskError;

use crate::app::{CompiledRequest, PathPart};
use crate::error::{code, task_error};
use crate::manifest::URL_OPTION;

/// The names that the expressions of a request see.
pub(crate) struct Inputs {
    pub(crate) parameters: Map<String, Json>,
    pub(crate) options: Map<String, Json>,
    scope: IndexMap<String, Value>,
}

impl Inputs {
    /// Returns the names for these checked parameters and options.
    pub(crate) fn new(parameters: Map<String, Json>, options: Map<String, Json>) -> Self {
        let mut scope: IndexMap<String, Value> = parameters.iter().map(|(name, value)| (name.clone(), Value::from_json(value))).collect();
        scope.insert("parameters".into(), Value::from_json(&Json::Object(parameters.clone())));
        scope.insert("options".into(), Value::from_json(&Json::Object(options.clone())));
        Self { parameters, options, scope }
    }

    pub(crate) fn scope(&self) -> &IndexMap<String, Value> {
        &self.scope
    }
}

/// What is sent, but for the credential.
#[derive(Debug, PartialEq)]
pub(crate) struct Prepared {
    pub(crate) url: Url,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Body>,
}

/// The body of a request.
#[derive(Debug, PartialEq)]
pub(crate) enum Body {
    Json(Json),
    Form(Vec<(String, String)>),
}

/// Returns the context in which manifests' expressions are evaluated.
pub(crate) fn context() -> Context {
    // Nothing in a manifest is random; the seed is never drawn from.
    Context::new(Utc::now(), chrono_tz::Tz::UTC, "haetae", 0)
}

/// Reads the address of a connection.
pub(crate) fn base_url(options: &Map<String, Json>) -> Result<Url, TaskError> {
    let text = options.get(URL_OPTION).and_then(Json::as_str).unwrap_or_default().trim();
    let unusable = |why: &str| task_error(code::CONNECTION, format!("The connection's address {text:?} cannot be used: {why}."));
    let url = Url::parse(text).map_err(|error| unusable(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(unusable("it has to start with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(task_error(code::CONNECTION, "The connection's address holds a password; keep it in the credential."));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(unusable("it may not hold ? or #"));
    }
    Ok(url)
}

/// Returns the options of a connection with the defaults of the manifest filled in.
pub(crate) fn options(declared: &[Parameter], given: &IndexMap<String, Json>) -> Result<Map<String, Json>, TaskError> {
    let given: Map<String, Json> = given
        .iter()
        // An option of an older version of the app is no reason to refuse the connection.
        .filter(|(name, _)| declared.iter().any(|option| option.name == **name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    crate::parameters::check(declared, &given)
        .map_err(|error| task_error(code::CONNECTION, format!("In the connection: {}", crate::error::words_of(&error))))
}

/// Fills in a request.
pub(crate) fn prepare(request: &CompiledRequest, base: &Url, inputs: &Inputs) -> Result<Prepared, TaskError> {
    let context = context();
    let mut url = base.clone();
    {
        let mut path = url.path_segments_mut().map_err(|()| task_error(code::CONNECTION, "The connection's address has no path."))?;
        path.pop_if_empty();
        for part in &request.path {
            path.push(&segment(part, inputs)?);
        }
    }
    for (name, value) in filled(request.query.as_ref(), inputs, &context)? {
        match value {
            Json::Array(items) => {
                for item in items {
                    url.query_pairs_mut().append_pair(&name, &text(&item));
                }
            }
            value => {
                url.query_pairs_mut().append_pair(&name, &text(&value));
            }
        }
    }
    let headers = filled(request.headers.as_ref(), inputs, &context)?.into_iter().map(|(name, value)| (name, text(&value))).collect();
    let body = match (&request.json, &request.form) {
        (Some(json), _) => Some(Body::Json(match evaluate(json, inputs, &context)? {
            Json::Object(members) => Json::Object(members.into_iter().filter(|(_, value)| !value.is_null()).collect()),
            other => other,
        })),
        (None, Some(form)) => {
            Some(Body::Form(filled(Some(form), inputs, &context)?.into_iter().map(|(name, value)| (name, text(&value))).collect()))
        }
        (None, None) => None,
    };
    Ok(Prepared { url, headers, body })
}

/// Returns one segment of the path; pushing it onto a URL encodes it.
fn segment(part: &PathPart, inputs: &Inputs) -> Result<String, TaskError> {
    let (name, value) = match part {
        PathPart::Text(text) => return Ok(text.clone()),
        PathPart::Parameter(name) => (name, inputs.parameters.get(name)),
        PathPart::Option(name) => (name, inputs.options.get(name)),
    };
    match value {
        Some(value @ (Json::String(_) | Json::Number(_) | Json::Bool(_))) => {
            let text = text(value);
            // These segments would change the path instead of being part of it.
            if matches!(text.as_str(), "" | "." | "..") {
                return Err(task_error(
                    code::PARAMETER,
                    format!("The parameter `{name}` is {text:?}, which cannot be part of an address."),
                ));
            }
            Ok(text)
        }
        _ => Err(task_error(code::PARAMETER, format!("The parameter `{name}` has no text value, but the address needs one."))),
    }
}

fn evaluate(template: &JsonTemplate, inputs: &Inputs, context: &Context) -> Result<Json, TaskError> {
    match template.evaluate(inputs.scope(), context) {
        Ok(value) => Ok(value.to_json(context.zone)),
        Err(error) => Err(task_error(code::PARAMETER, format!("The request could not be filled in ({}).", error.code()))),
    }
}

/// Returns the members of a template that did not come out null.
fn filled(template: Option<&JsonTemplate>, inputs: &Inputs, context: &Context) -> Result<Vec<(String, Json)>, TaskError> {
    let Some(template) = template else { return Ok(Vec::new()) };
    match evaluate(template, inputs, context)? {
        Json::Object(members) => Ok(members.into_iter().filter(|(_, value)| !value.is_null()).collect()),
        _ => Ok(Vec::new()),
    }
}

fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{Answer, Method};
    use serde_json::json;

    fn object(json: Json) -> Map<String, Json> {
        match json {
            Json::Object(members) => members,
            _ => panic!("not an object"),
        }
    }

    fn inputs(parameters: Json) -> Inputs {
        Inputs::new(object(parameters), object(json!({"group": "haetae-block"})))
    }

    fn url_of(base: &str, path: Vec<PathPart>, query: Json, parameters: Json) -> Result<String, TaskError> {
        let request = CompiledRequest {
            method: Method::Get,
            path,
            query: Some(JsonTemplate::compile(&query).unwrap()),
            headers: None,
            json: None,
            form: None,
            answer: Answer::Json,
        };
        prepare(&request, &base_url(&object(json!({"url": base})))?, &inputs(parameters)).map(|prepared| prepared.url.to_string())
    }

    fn part(name: &str) -> PathPart {
        PathPart::Parameter(name.into())
    }

    #[test]
    fn a_parameter_stays_one_segment_of_the_path() {
        for hostile in ["a/b", "../../admin", "//evil.example/x", "x?y=1", "x#y", "a\\b", "@evil.example", "%2e%2e", "한글", "a b"] {
            let path = vec![PathPart::Text("v1".into()), part("x"), PathPart::Text("end".into())];
            let url = Url::parse(&url_of("https://vendor.example/base/", path, json!({}), json!({"x": hostile})).unwrap()).unwrap();
            assert_eq!(url.host_str(), Some("vendor.example"), "{hostile}");
            let segments: Vec<&str> = url.path_segments().unwrap().collect();
            assert_eq!((segments.len(), segments[0], segments[1], segments[3]), (4, "base", "v1", "end"), "{hostile}");
            let decoded = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap();
            assert_eq!(decoded, hostile);
            assert_eq!((url.query(), url.fragment()), (None, None), "{hostile}");
        }
        for hostile in [json!(".."), json!("."), json!(""), json!(null), json!(["a"]), json!({"a": 1})] {
            let error = url_of("https://vendor.example", vec![part("x")], json!({}), json!({"x": hostile})).unwrap_err();
            assert_eq!(error.code, code::PARAMETER);
        }
    }

    #[test]
    fn query_values_are_encoded_and_nulls_left_out() {
        let query = json!({"ip": "{{ x }}", "days": "{{ days }}", "tag": "{{ tags }}", "group": "{{ options.group }}"});
        let url = url_of("http://127.0.0.1:8080", vec![], query, json!({"x": "a&b=c#d", "days": null, "tags": ["p", "q"]})).unwrap();
        assert_eq!(url, "http://127.0.0.1:8080/?ip=a%26b%3Dc%23d&tag=p&tag=q&group=haetae-block");
    }

    #[test]
    fn addresses_that_cannot_be_used_are_refused() {
        for bad in
            ["", "vendor.example", "ftp://vendor.example", "file:///etc/passwd", "https://user:pw@vendor.example", "https://v.example/?x=1"]
        {
            let error = base_url(&object(json!({"url": bad}))).unwrap_err();
            assert_eq!(error.code, code::CONNECTION, "{bad}");
            assert!(!crate::error::words_of(&error).contains("pw"), "{error:?}");
        }
    }
}
