//! What a picture shows of a document, read without building the document.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use types::Text;
use wire::watch::Drawing;

use crate::error::Result;

/// Returns the drawing of a document's text.
pub(crate) fn of(text: &str) -> Result<Drawing> {
    let Drawn { tasks, links, layout } = serde_json::from_str(text)?;
    let places: HashMap<Cow<'_, str>, Place<'_>> = layout.tasks.0.into_iter().collect();
    let mut drawing = Drawing { notes: layout.notes.map(RawValue::to_owned), ..Drawing::default() };
    for (number, (id, task)) in (0..).zip(tasks.0) {
        let (x, y) = places.get(&id).map_or((None, None), |place| (place.x, place.y));
        drawing.x.push(x.map(RawValue::to_owned));
        drawing.y.push(y.map(RawValue::to_owned));
        drawing.types.push(task.kind.map(RawValue::to_owned));
        drawing.names.push(task.name.and_then(|name| text_of(name.get())));
        if task.join.is_some_and(|join| join.get() == "\"any\"") {
            drawing.any.push(number);
        }
        if task.enabled.is_some_and(|enabled| enabled.get() == "false") {
            drawing.disabled.push(number);
        }
        drawing.tasks.push(id.into_owned());
    }
    for (number, link) in (0..).zip(links) {
        drawing.from.push(link.from.map(RawValue::to_owned));
        drawing.to.push(link.to.map(RawValue::to_owned));
        drawing.outcomes.extend(link.outcome.map(|outcome| (number, outcome.to_owned())));
    }
    Ok(drawing)
}

/// Returns what people call some of a document's tasks; those without a name are absent.
pub(crate) fn names(text: &str, wanted: &HashSet<String>) -> Result<HashMap<String, Text>> {
    let Drawn { tasks, .. } = serde_json::from_str(text)?;
    let named = |(id, task): (Cow<'_, str>, DrawnTask<'_>)| Some((id.into_owned(), text_of(task.name?.get())?));
    Ok(tasks.0.into_iter().filter(|(id, _)| wanted.contains(&**id)).filter_map(named).collect())
}

/// Reads a text; what is none gives none.
fn text_of(json: &str) -> Option<Text> {
    #[derive(Deserialize)]
    struct Localized {
        ko: Option<String>,
        en: Option<String>,
    }
    if json.starts_with('"') {
        return serde_json::from_str(json).ok().map(Text::Plain);
    }
    serde_json::from_str(json).ok().map(|Localized { ko, en }| Text::Localized { ko, en })
}

#[derive(Deserialize)]
struct Drawn<'a> {
    #[serde(borrow, default)]
    tasks: Ordered<'a, DrawnTask<'a>>,
    #[serde(borrow, default)]
    links: Vec<DrawnLink<'a>>,
    #[serde(borrow, default)]
    layout: Layout<'a>,
}

#[derive(Deserialize)]
struct DrawnTask<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    join: Option<&'a RawValue>,
    #[serde(borrow)]
    enabled: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct DrawnLink<'a> {
    #[serde(borrow)]
    from: Option<&'a RawValue>,
    #[serde(borrow)]
    to: Option<&'a RawValue>,
    #[serde(borrow)]
    outcome: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Layout<'a> {
    #[serde(borrow, default)]
    tasks: Ordered<'a, Place<'a>>,
    #[serde(borrow)]
    notes: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Place<'a> {
    #[serde(borrow)]
    x: Option<&'a RawValue>,
    #[serde(borrow)]
    y: Option<&'a RawValue>,
}

/// The fields of an object, in its order.
struct Ordered<'a, T>(Vec<(Cow<'a, str>, T)>);

impl<T> Default for Ordered<'_, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// A name that borrows where nothing in it was escaped.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Ordered<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Fields<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Vec<(Cow<'de, str>, T)>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((Name(name), value)) = map.next_entry()? {
                    fields.push((name, value));
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(Fields(std::marker::PhantomData)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn drawn(document: &Value) -> Value {
        serde_json::to_value(of(&serde_json::to_string_pretty(document).unwrap()).unwrap()).unwrap()
    }

    #[test]
    fn a_drawing_has_what_a_picture_shows_in_the_order_of_the_document() {
        let document = json!({
            "format": 1,
            "tasks": {
                "b": {"type": "approval", "name": {"ko": "승인 \"둘\"", "en": "Two"}, "question": "Block?", "join": "any"},
                "a": {"type": "action", "name": "One", "parameters": {"ip": "{{ ip }}"}, "enabled": false, "join": "all"},
                "c": {"type": "wait", "seconds": 5},
            },
            "links": [{"from": "start", "to": "b"}, {"from": "b", "outcome": "approved", "to": "a"}, {"from": "a", "to": "c"}],
            "layout": {"tasks": {"a": {"x": 240, "y": -9.5}, "b": {"x": 0, "y": 96}}, "notes": [{"kind": "note", "text": "Look"}]},
        });
        let expected = json!({
            "tasks": ["b", "a", "c"],
            "types": ["approval", "action", "wait"],
            "names": [{"ko": "승인 \"둘\"", "en": "Two"}, "One", null],
            "x": [0, 240, null],
            "y": [96, -9.5, null],
            "any": [0],
            "disabled": [1],
            "from": ["start", "b", "a"],
            "to": ["b", "a", "c"],
            "outcomes": [[1, "approved"]],
            "notes": [{"kind": "note", "text": "Look"}],
        });
        assert_eq!(drawn(&document), expected);
    }

    #[test]
    fn what_a_picture_does_not_understand_does_no_harm() {
        let odd =
            json!({"tasks": {"a": {"type": 5, "name": ["x"], "enabled": "no"}}, "links": [{"to": null}], "layout": {"tasks": {"z": {}}}});
        let drawing = drawn(&odd);
        assert_eq!((&drawing["types"], &drawing["names"], &drawing["disabled"]), (&json!([5]), &json!([null]), &json!([])));
        assert_eq!((&drawing["from"], &drawing["x"], &drawing["notes"]), (&json!([null]), &json!([null]), &Value::Null));
        assert_eq!(drawn(&json!({}))["tasks"], json!([]));
    }
}
