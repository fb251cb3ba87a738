//! What a picture shows of a document, read without building the document.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use playbook::START;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use types::{Language, Text};
use wire::watch::Drawing;

use crate::error::Result;

/// Returns the drawing of a document's text, with the names in one language, or in both where none is asked for.
pub(crate) fn of(text: &str, language: Option<Language>) -> Result<Drawing> {
    let Drawn { tasks, links, layout } = serde_json::from_str(text)?;
    let Ordered(tasks) = tasks;
    let count = tasks.len();
    let mut drawing = Drawing {
        tasks: Vec::with_capacity(count),
        type_of: Vec::with_capacity(count),
        names: Vec::with_capacity(count),
        notes: layout.notes.map(RawValue::to_owned),
        ..Drawing::default()
    };
    let mut types: HashMap<&str, u32> = HashMap::new();
    let mut places: HashMap<&str, u32> = HashMap::with_capacity(count);
    for (place, (id, task)) in (0..).zip(&tasks) {
        drawing.tasks.push(id.as_ref().to_owned());
        drawing.type_of.push(task.kind.map(|kind| {
            *types.entry(kind.get()).or_insert_with(|| {
                drawing.types.push(kind.to_owned());
                place_of_last(&drawing.types)
            })
        }));
        drawing.names.push(task.name.and_then(|name| text_of(name.get(), language)));
        if task.join.is_some_and(|join| join.get() == "\"any\"") {
            drawing.any.push(place);
        }
        if task.enabled.is_some_and(|enabled| enabled.get() == "false") {
            drawing.disabled.push(place);
        }
        places.insert(id, place);
    }
    drawing.x.resize_with(count, || None);
    drawing.y.resize_with(count, || None);
    for (id, at) in layout.tasks.0 {
        let Some(place) = places.get(&*id).map(|place| *place as usize) else { continue };
        drawing.x[place] = at.x.map(RawValue::to_owned);
        drawing.y[place] = at.y.map(RawValue::to_owned);
    }
    let end = |end: Option<&RawValue>| end_of(end?.get(), &places);
    for (number, link) in (0..).zip(links) {
        drawing.from.push(end(link.from));
        drawing.to.push(end(link.to));
        drawing.outcomes.extend(link.outcome.map(|outcome| (number, outcome.to_owned())));
    }
    Ok(drawing)
}

/// The place of what was pushed last; no document has so many types that it does not fit.
fn place_of_last<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX).saturating_sub(1)
}

/// Returns the end of a link: the place of a task, or -1 for the start; none for what is neither.
fn end_of(json: &str, places: &HashMap<&str, u32>) -> Option<i32> {
    let written = json.strip_prefix('"')?.strip_suffix('"')?;
    let read: String;
    let id = if written.contains('\\') {
        read = serde_json::from_str(json).ok()?;
        &read
    } else {
        written
    };
    if id == START { Some(-1) } else { places.get(id).and_then(|place| i32::try_from(*place).ok()) }
}

/// Returns what people call some of a document's tasks; those without a name are absent.
pub(crate) fn names(text: &str, wanted: &HashSet<String>) -> Result<HashMap<String, Text>> {
    let Drawn { tasks, .. } = serde_json::from_str(text)?;
    let named = |(id, task): (Cow<'_, str>, DrawnTask<'_>)| Some((id.into_owned(), text_of(task.name?.get(), None)?));
    Ok(tasks.0.into_iter().filter(|(id, _)| wanted.contains(&**id)).filter_map(named).collect())
}

/// Reads a text, in one language where that is enough; what is none gives none.
fn text_of(json: &str, language: Option<Language>) -> Option<Text> {
    #[derive(Deserialize)]
    struct Localized<'a> {
        #[serde(borrow)]
        ko: Option<Name<'a>>,
        #[serde(borrow)]
        en: Option<Name<'a>>,
    }
    if json.starts_with('"') {
        return serde_json::from_str(json).ok().map(Text::Plain);
    }
    let Localized { ko, en } = serde_json::from_str(json).ok()?;
    let (ko, en) = (ko.map(|Name(ko)| ko), en.map(|Name(en)| en));
    let (first, second) = match language {
        None => return Some(Text::Localized { ko: ko.map(Cow::into_owned), en: en.map(Cow::into_owned) }),
        Some(Language::Ko) => (ko, en),
        Some(Language::En) => (en, ko),
    };
    [first, second].into_iter().flatten().find(|name| !name.is_empty()).map(|name| Text::Plain(name.into_owned()))
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

    fn drawn(document: &Value, language: Option<Language>) -> Value {
        serde_json::to_value(of(&serde_json::to_string_pretty(document).unwrap(), language).unwrap()).unwrap()
    }

    #[test]
    fn a_drawing_has_what_a_picture_shows_in_the_order_of_the_document() {
        let document = json!({
            "format": 1,
            "tasks": {
                "b": {"type": "approval", "name": {"ko": "승인 \"둘\"", "en": "Two"}, "question": "Block?", "join": "any"},
                "a": {"type": "action", "name": "One", "parameters": {"ip": "{{ ip }}"}, "enabled": false, "join": "all"},
                "c": {"type": "wait", "seconds": 5},
                "d": {"type": "approval"},
            },
            "links": [{"from": "start", "to": "b"}, {"from": "b", "outcome": "approved", "to": "a"}, {"from": "a", "to": "c"}],
            "layout": {"tasks": {"a": {"x": 240, "y": -9.5}, "b": {"x": 0, "y": 96}}, "notes": [{"kind": "note", "text": "Look"}]},
        });
        let mut expected = json!({
            "tasks": ["b", "a", "c", "d"],
            "types": ["approval", "action", "wait"],
            "type_of": [0, 1, 2, 0],
            "names": [{"ko": "승인 \"둘\"", "en": "Two"}, "One", null, null],
            "x": [0, 240, null, null],
            "y": [96, -9.5, null, null],
            "any": [0],
            "disabled": [1],
            "from": [-1, 0, 1],
            "to": [0, 1, 2],
            "outcomes": [[1, "approved"]],
            "notes": [{"kind": "note", "text": "Look"}],
        });
        assert_eq!(drawn(&document, None), expected);
        expected["names"][0] = json!("승인 \"둘\"");
        assert_eq!(drawn(&document, Some(Language::Ko)), expected);
    }

    #[test]
    fn a_name_is_in_the_other_language_when_it_has_none_in_the_one_asked_for() {
        let document = json!({"tasks": {
            "a": {"name": {"ko": "하나"}},
            "b": {"name": {"ko": "둘", "en": ""}},
            "c": {"name": {"ko": "", "en": ""}},
            "d": {"name": {"en": "\"Four\"\n", "ko": "넷"}},
            "e": {"name": {"en": 5}},
        }});
        assert_eq!(drawn(&document, Some(Language::En))["names"], json!(["하나", "둘", null, "\"Four\"\n", null]));
    }

    #[test]
    fn the_ends_of_links_are_places() {
        let document = json!({
            "tasks": {"one": {}, "\u{1}two": {}},
            "links": [{"from": "\u{1}two", "to": "one"}, {"from": "start", "to": "nobody"}, {"from": ["one"], "to": 1}, {}],
        });
        let drawing = drawn(&document, None);
        assert_eq!((&drawing["from"], &drawing["to"]), (&json!([1, -1, null, null]), &json!([0, null, null, null])));
    }

    #[test]
    fn what_a_picture_does_not_understand_does_no_harm() {
        let odd = json!({"tasks": {"a": {"type": 5, "name": ["x"], "enabled": "no"}, "b": {}}, "links": [{"to": null}], "layout": {"tasks": {"z": {"x": 1}}}});
        let drawing = drawn(&odd, Some(Language::Ko));
        assert_eq!((&drawing["types"], &drawing["type_of"], &drawing["names"]), (&json!([5]), &json!([0, null]), &json!([null, null])));
        assert_eq!((&drawing["from"], &drawing["x"], &drawing["notes"]), (&json!([null]), &json!([null, null]), &Value::Null));
        assert_eq!((&drawing["disabled"], &drawn(&json!({}), None)["tasks"]), (&json!([]), &json!([])));
    }
}
