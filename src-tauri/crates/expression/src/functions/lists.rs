//! Arrays and maps.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::text::slice;
use super::{Definition, Family, Form, Rule, p, x};
use crate::compare::{self, same};
use crate::machine::{Call, Machine, Outcome};
use crate::program::Node;
use crate::{Kinds, Map, Value};

/// A function that evaluates `x => ...` for every item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Map,
    Filter,
    Any,
    All,
    SortBy,
    GroupBy,
}

const EACH: &[super::Parameter] = &[p("list", Kinds::ARRAY), p("x => …", Kinds::ANY)];

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::List, "all", "all(list, x => …) → bool", Form::Each(Operation::All))
        .takes(EACH)
        .gives(Kinds::BOOL)
        .says("모든 항목에서 성립하는지. 빈 목록은 true, 목록이 아니면 null.", "Tells whether it holds for every item; true for an empty list, null for what is no list.")
        .examples(&[x("all([1, 2], x => x > 0)", "true"), x("all([], x => false)", "true")]),
    Definition::new(Family::List, "any", "any(list, x => …) → bool", Form::Each(Operation::Any))
        .takes(EACH)
        .gives(Kinds::BOOL)
        .says("성립하는 항목이 하나라도 있는지. 목록이 아니면 null.", "Tells whether it holds for some item; null for what is no list.")
        .examples(&[x("any([1, 5], x => x >= 5)", "true"), x("any([], x => true)", "false")]),
    Definition::new(Family::List, "filter", "filter(list, x => …) → array", Form::Each(Operation::Filter))
        .takes(EACH)
        .gives(Kinds::ARRAY)
        .says("성립하는 항목만 남긴다.", "The items it holds for.")
        .examples(&[x("filter([1, 2, 3], x => x > 1)", "[2, 3]"), x("filter(null, x => x)", "null")]),
    Definition::new(Family::List, "flatten", "flatten(value) → any", Form::Plain(flatten))
        .takes(&[p("value", Kinds::ANY)])
        .says("중첩된 목록을 하나로 편다. 목록이 아니면 그대로다.", "A nested list as one flat list; anything else as it is.")
        .examples(&[x("flatten([1, [2, [3, 4]], 5])", "[1, 2, 3, 4, 5]"), x("flatten(7)", "7")]),
    Definition::new(Family::List, "foreach", "foreach(expression, list, …) → array", Form::ForEach)
        .takes(&[p("expression", Kinds::ANY), p("list", Kinds::ANY).repeated()])
        .gives(Kinds::ARRAY)
        .says(
            "목록들의 같은 자리 항목을 _1, _2 …로 놓고 식을 계산한다. 짧은 목록은 null로 채우고 스칼라는 되풀이한다.",
            "Evaluates the expression with the items at the same place of the lists as _1, _2 and so on. Shorter lists are filled with null, scalars repeat.",
        )
        .examples(&[x("foreach(_1 * _2, [1, 2, 3], [4, 5, 6])", "[4, 10, 18]"), x("foreach(_1, [])", "[]")]),
    Definition::new(Family::List, "group_by", "group_by(list, x => key) → map", Form::Each(Operation::GroupBy))
        .takes(EACH)
        .gives(Kinds::MAP)
        .says("키의 문자열마다 항목을 모은 맵. null 키는 \"null\".", "A map from the text of each key to the list of its items; a null key is \"null\".")
        .examples(&[x("group_by([1, 2, 3], x => mod(x, 2))", "{\"1\": [1, 3], \"0\": [2]}")]),
    Definition::new(Family::List, "map", "map(list, x => …) → array", Form::Each(Operation::Map))
        .takes(EACH)
        .gives(Kinds::ARRAY)
        .says("항목마다 계산한 값의 목록.", "The value of the expression for every item.")
        .examples(&[x("map([1, 2], x => x * 10)", "[10, 20]"), x("map(null, x => x)", "null")]),
    Definition::new(Family::List, "sort_by", "sort_by(list, x => key[, \"desc\"]) → array", Form::Each(Operation::SortBy))
        .takes(&[p("list", Kinds::ARRAY), p("x => key", Kinds::ANY), p("direction", Kinds::STRING).optional()])
        .gives(Kinds::ARRAY)
        .says(
            "키 순서로 정렬한다. 같은 키는 원래 순서를 지키고 null은 항상 마지막이다.",
            "The items in the order of their keys; equal keys keep their order, null keys are always last.",
        )
        .examples(&[x("sort_by([3, 1, null, 2], x => x)", "[1, 2, 3, null]"), x("sort_by([3, 1, null, 2], x => x, \"desc\")", "[3, 2, 1, null]")])
        .literals(&[(2, Rule::Words { accepts: is_direction, ko: "정렬 방향", en: "a direction", allowed: "asc, desc" })]),
    Definition::new(Family::List, "subarray", "subarray(list, start[, end]) → array", Form::Plain(sub_array))
        .takes(&[p("list", Kinds::ARRAY), p("start", Kinds::INT), p("end", Kinds::INT).optional()])
        .gives(Kinds::ARRAY)
        .says(
            "start부터 end 앞까지의 항목. 음수는 끝에서 센다. start가 길이 이상이면 null.",
            "The items from start up to, not including, end; negatives count from the end. Null when start is not before the end of the list.",
        )
        .examples(&[x("subarray([9, 8, 7, 6], 0, -1)", "[9, 8, 7]"), x("subarray([9, 8, 7, 6], 4)", "null")]),
    Definition::new(Family::List, "sumarray", "sumarray(list) → number", Form::Plain(sum))
        .takes(&[p("list", Kinds::ARRAY)])
        .gives(Kinds::NUMBER)
        .says("숫자 항목의 합. 다른 항목은 건너뛴다.", "The sum of the numbers in a list; other items are skipped.")
        .examples(&[x("sumarray([4, null, \"5\", 6])", "10"), x("sumarray([])", "0")]),
    Definition::new(Family::List, "unique", "unique(value) → array", Form::Plain(unique))
        .takes(&[p("value", Kinds::ANY)])
        .gives(Kinds::ARRAY)
        .says("중복을 뺀 목록, 처음 나온 순서대로. 4와 \"4\"는 다르고 1과 1.0은 같다.", "The items without duplicates, in order of first sight. 4 and \"4\" differ, 1 and 1.0 do not.")
        .examples(&[x("unique([3, 3, 4, \"4\", 3])", "[3, 4, \"4\"]"), x("unique(\"x\")", "[\"x\"]")]),
    Definition::new(Family::List, "valueof", "valueof(value, key) → any", Form::Plain(value_of))
        .takes(&[p("value", Kinds::ARRAY.or(Kinds::MAP)), p("key", Kinds::STRING.or(Kinds::INT))])
        .says("맵의 키나 목록의 자리에 있는 값. 없으면 null.", "The value at a key of a map or an index of a list; null when there is none.")
        .examples(&[x("valueof([\"x\", \"y\", \"z\"], 2)", "\"z\""), x("valueof({\"a\": 1}, \"a\")", "1")]),
];

fn is_direction(text: &str) -> bool {
    matches!(text, "asc" | "desc")
}

/// Evaluates an operation with a lambda; what is no array gives null.
pub(crate) fn each(
    machine: &mut Machine<'_>,
    operation: Operation,
    list: &Value,
    body: &Node,
    extra: Option<&Value>,
    slot: usize,
) -> Outcome<Value> {
    let Value::Array(items) = list else { return Ok(Value::Null) };
    let evaluate = |machine: &mut Machine<'_>, item: &Value| {
        machine.locals.truncate(slot);
        machine.locals.push(item.clone());
        let value = machine.evaluate(body);
        machine.locals.truncate(slot);
        value
    };
    match operation {
        Operation::Map => {
            machine.room_for_items(items.len())?;
            let values = items.iter().map(|item| evaluate(machine, item)).collect::<Outcome<Vec<_>>>()?;
            Ok(Value::array(values))
        }
        Operation::Filter => {
            let mut kept = Vec::new();
            for item in items.iter() {
                if evaluate(machine, item)?.truth() {
                    kept.push(item.clone());
                }
            }
            machine.make_array(kept)
        }
        Operation::Any | Operation::All => {
            let wanted = operation == Operation::Any;
            for item in items.iter() {
                if evaluate(machine, item)?.truth() == wanted {
                    return Ok(Value::Bool(wanted));
                }
            }
            Ok(Value::Bool(!wanted))
        }
        Operation::SortBy => {
            let descending = match extra {
                None => false,
                Some(Value::String(direction)) if is_direction(direction) => &**direction == "desc",
                Some(_) => return Ok(Value::Null),
            };
            machine.room_for_items(items.len() * 2)?;
            let mut keyed = Vec::with_capacity(items.len());
            let mut text = 0_u64;
            for item in items.iter() {
                let key = evaluate(machine, item)?;
                if let Value::String(key) = &key {
                    text += key.len() as u64 / 16;
                }
                keyed.push((key, item.clone()));
            }
            let rounds = u64::from(items.len().checked_ilog2().unwrap_or(0)) + 1;
            machine.spend((items.len() as u64 + text).saturating_mul(rounds))?;
            keyed.sort_by(|(left, _), (right, _)| sort_order(left, right, descending));
            Ok(Value::array(keyed.into_iter().map(|(_, item)| item).collect()))
        }
        Operation::GroupBy => {
            let mut groups: indexmap::IndexMap<String, Vec<Value>> = indexmap::IndexMap::new();
            for item in items.iter() {
                let key = evaluate(machine, item)?;
                let key = machine.text(&key)?.map_or_else(|| "null".to_owned(), |key| key.into_owned());
                machine.room_for_text(key.len() + 24)?;
                groups.entry(key).or_default().push(item.clone());
            }
            let entries: Map = groups.into_iter().map(|(key, items)| (key.into(), Value::array(items))).collect();
            machine.make_map(entries)
        }
    }
}

/// Returns the order of two sort keys: by kind, then by value; null last in both directions.
fn sort_order(left: &Value, right: &Value, descending: bool) -> Ordering {
    match (left.is_null(), right.is_null()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let rank = |value: &Value| match value {
        Value::Double(number) if number.is_nan() => 1,
        Value::Int(_) | Value::Double(_) => 0,
        Value::String(_) => 2,
        Value::Date(_) => 3,
        Value::Ip(std::net::IpAddr::V4(_)) => 4,
        Value::Ip(_) => 5,
        Value::Bool(_) => 6,
        _ => 7,
    };
    let order = rank(left).cmp(&rank(right)).then_with(|| match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        _ => compare::order(left, right).unwrap_or(Ordering::Equal),
    });
    if descending { order.reverse() } else { order }
}

fn flatten(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Value::Array(items) = call.get(0) else { return Ok(call.get(0).clone()) };
    let mut flat = Vec::new();
    // A stack of iterators instead of recursion; how deep it gets is bounded by the depth of values.
    let mut open = vec![items.iter()];
    while let Some(innermost) = open.last_mut() {
        match innermost.next() {
            None => {
                open.pop();
            }
            Some(Value::Array(inner)) => {
                call.machine.spend(1)?;
                open.push(inner.iter());
            }
            Some(item) => {
                call.machine.spend(1)?;
                if flat.len() >= call.machine.context.limits.items {
                    return Err(crate::diagnostics::Fault::Items);
                }
                flat.push(item.clone());
            }
        }
    }
    call.make_array(flat)
}

fn sub_array(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(items), Some(start)) = (call.array(0), call.int(1)) else { return Ok(Value::Null) };
    let end = call.int(2);
    if call.given(2) && end.is_none() {
        return Ok(Value::Null);
    }
    match slice(items.len(), start, end) {
        Some((start, end)) => {
            call.machine.room_for_items(end - start)?;
            Ok(Value::array(items[start..end].to_vec()))
        }
        None => Ok(Value::Null),
    }
}

fn sum(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(items) = call.array(0) else { return Ok(Value::Null) };
    call.machine.spend(items.len() as u64)?;
    let mut whole = Some(0_i64);
    let mut double = 0.0;
    let mut fractions = false;
    for item in items {
        match item {
            Value::Int(number) => {
                whole = whole.and_then(|sum| sum.checked_add(*number));
                double += *number as f64;
            }
            Value::Double(number) => {
                fractions = true;
                double += number;
            }
            _ => {}
        }
    }
    Ok(if fractions { Value::Double(double) } else { whole.into() })
}

fn unique(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let items = match call.get(0) {
        Value::Null => return Ok(Value::Null),
        Value::Array(items) => items,
        scalar => return call.make_array(vec![scalar.clone()]),
    };
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut kept: Vec<Value> = Vec::new();
    for item in items.iter() {
        let mut hasher = DefaultHasher::new();
        hash(call.machine, item, &mut hasher)?;
        let bucket = seen.entry(hasher.finish()).or_default();
        let mut known = false;
        for index in bucket.iter() {
            if same(call.machine, &kept[*index], item)? {
                known = true;
                break;
            }
        }
        if !known {
            bucket.push(kept.len());
            call.machine.room_for_items(4)?;
            kept.push(item.clone());
        }
    }
    call.make_array(kept)
}

/// Hashes so that values that are the same hash alike.
fn hash(machine: &mut Machine<'_>, value: &Value, hasher: &mut DefaultHasher) -> Outcome<()> {
    machine.spend(1)?;
    match value {
        Value::Null => 0_u8.hash(hasher),
        Value::Bool(value) => value.hash(hasher),
        Value::Int(number) => number.hash(hasher),
        Value::Double(number) if number.fract() == 0.0 && number.abs() < 9.2e18 => (*number as i64).hash(hasher),
        Value::Double(number) => number.to_bits().hash(hasher),
        Value::String(text) => {
            machine.spend(text.len() as u64 / 32)?;
            text.hash(hasher);
        }
        Value::Ip(address) => address.hash(hasher),
        Value::Date(instant) => instant.hash(hasher),
        Value::Binary(bytes) => {
            machine.spend(bytes.len() as u64 / 32)?;
            bytes.hash(hasher);
        }
        Value::Array(items) => {
            items.len().hash(hasher);
            for item in items.iter() {
                hash(machine, item, hasher)?;
            }
        }
        // The order of the keys makes no difference between maps, so only what does not depend on it is hashed.
        Value::Map(entries) => entries.len().hash(hasher),
    }
    Ok(())
}

fn value_of(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let value = match call.get(1) {
        Value::String(key) => call.get(0).get(key),
        Value::Int(index) => call.get(0).index(*index),
        _ => None,
    };
    Ok(value.cloned().unwrap_or_default())
}
