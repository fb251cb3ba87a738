//! From one type to another, and asking for types.

use std::net::{IpAddr, Ipv4Addr};

use super::{Definition, Family, Form, p, x};
use crate::charset::Charset;
use crate::compare::{Number, parse_address};
use crate::dates::{self, Locale, Zone};
use crate::machine::{Call, Outcome};
use crate::{Kinds, Value};

const CONVERTIBLE: Kinds = Kinds::ANY;

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::Reference, "array", "array(value, …) → array", Form::Array)
        .takes(&[p("value", Kinds::ANY).optional().repeated()])
        .gives(Kinds::ARRAY)
        .says("값들의 목록. [a, b]와 같다. null도 그대로 남는다.", "A list of the values, the same as [a, b]; null is kept.")
        .examples(&[x("array(2 * 3, \"x\")", "[6, \"x\"]"), x("array()", "[]")]),
    Definition::new(Family::Reference, "dict", "dict(key, value, …) → map", Form::Dict)
        .takes(&[p("key", Kinds::STRING).optional(), p("value", Kinds::ANY).optional().repeated()])
        .gives(Kinds::MAP)
        .says(
            "키와 값의 짝으로 맵을 만든다. 같은 키는 뒤의 값이 남는다. 계산한 키가 문자열이 아니면 null.",
            "A map of pairs of a key and a value; of equal keys the later wins. A computed key that is no text gives null.",
        )
        .examples(&[x("dict(\"a\", 1, \"a\", 2)", "{\"a\": 2}"), x("dict()", "{}")]),
    Definition::new(Family::Conversion, "binary", "binary(text[, charset]) → binary", Form::Plain(binary))
        .takes(&[p("text", CONVERTIBLE), p("charset", Kinds::STRING).optional()])
        .gives(Kinds::BINARY)
        .says(
            "문자열의 바이트. 문자집합 기본값은 utf-8이고, 없는 글자는 ?가 된다. 모르는 문자집합은 null.",
            "The bytes of a text, by default in utf-8. A character the set lacks becomes ?; an unknown set gives null.",
        )
        .examples(&[x("binary(\"ü\", \"iso-8859-1\")", "{\"$binary\": \"fc\"}"), x("binary(null)", "null")]),
    Definition::new(Family::Conversion, "date", "date(text, format[, locale]) → date", Form::Plain(date))
        .takes(&[p("text", CONVERTIBLE), p("format", Kinds::STRING), p("locale", Kinds::STRING).optional()])
        .gives(Kinds::DATE)
        .says(
            "형식에 따라 날짜를 읽는다 (yyyy, MM, dd, HH, mm, ss, SSS, Z, XXX …). 넘치는 값은 다음 단위로 넘어간다. 맞지 않으면 null. locale은 en 또는 ko.",
            "Reads a date by a format (yyyy, MM, dd, HH, mm, ss, SSS, Z, XXX and so on). A field that is too large rolls over; no match gives null. The locale is en or ko.",
        )
        .examples(&[
            x("date(\"2026-03-07\", \"yyyy-MM-dd\")", "{\"$date\": \"2026-03-07T00:00:00.000+09:00\"}"),
            x("date(\"2023-13-32\", \"yyyy-MM-dd\")", "{\"$date\": \"2024-02-01T00:00:00.000+09:00\"}"),
            x("date(\"soon\", \"yyyy-MM-dd\")", "null"),
        ]),
    Definition::new(Family::Conversion, "double", "double(value) → double", Form::Plain(double))
        .takes(&[p("value", CONVERTIBLE)])
        .gives(Kinds::DOUBLE.or(Kinds::ARRAY))
        .says("실수로 바꾼다. 바꿀 수 없으면 null. 목록은 항목마다 바꾼다.", "A number with a fraction; null when it is none. An array is converted item by item.")
        .examples(&[x("double(\"-1e-2\")", "-0.01"), x("double(\"n/a\")", "null")]),
    Definition::new(Family::Conversion, "int", "int(value) → int", Form::Plain(int))
        .takes(&[p("value", CONVERTIBLE)])
        .gives(Kinds::INT.or(Kinds::ARRAY))
        .says(
            "32비트 정수로 바꾼다. 실수는 소수를 버리고, IPv4는 부호 있는 수가 되고, 목록은 항목마다 바꾼다. 바꿀 수 없거나 범위를 넘으면 null.",
            "A 32-bit whole number: a double loses its fraction, an IPv4 address becomes a signed number, an array is converted item by item. Null when it is none or out of range.",
        )
        .examples(&[
            x("int(9.99)", "9"),
            x("int(array(\"4\", \"x\", 5, array(6)))", "[4, null, 5, null]"),
            x("int(ip(\"203.0.113.9\"))", "-889163511"),
        ]),
    Definition::new(Family::Conversion, "ip", "ip(value) → ip", Form::Plain(ip))
        .takes(&[p("value", Kinds::STRING.or(Kinds::INT).or(Kinds::IP))])
        .gives(Kinds::IP)
        .says(
            "IPv4 또는 IPv6 주소로 바꾼다. 정수는 IPv4로 읽는다. 주소가 아니면 null.",
            "An IPv4 or IPv6 address; a whole number is read as IPv4. Null when it is none.",
        )
        .examples(&[x("ip(\"2001:DB8::A\")", "{\"$ip\": \"2001:db8::a\"}"), x("ip(-889163511)", "{\"$ip\": \"203.0.113.9\"}"), x("ip(\"example\")", "null")]),
    Definition::new(Family::Conversion, "long", "long(value) → long", Form::Plain(long))
        .takes(&[p("value", CONVERTIBLE)])
        .gives(Kinds::INT.or(Kinds::ARRAY))
        .says(
            "64비트 정수로 바꾼다. int()와 같지만 IPv4는 부호 없는 수가 된다.",
            "A 64-bit whole number: as int(), but an IPv4 address becomes an unsigned number.",
        )
        .examples(&[x("long(\"4000000000\")", "4000000000"), x("long(ip(\"192.0.2.1\"))", "3221225985")]),
    Definition::new(Family::Conversion, "string", "string(value[, format[, locale or zone]]) → string", Form::Plain(string))
        .takes(STRING_PARAMETERS)
        .gives(Kinds::STRING)
        .says(STRING_KO, STRING_EN)
        .examples(&[
            x("string(15)", "\"15\""),
            x("string(date(\"2026-03-07 13:05:09\", \"yyyy-MM-dd HH:mm:ss\"), \"HH:mm z\", \"UTC\")", "\"04:05 UTC\""),
        ]),
    Definition::new(Family::Conversion, "str", "str(value[, format[, locale or zone]]) → string", Form::Plain(string))
        .takes(STRING_PARAMETERS)
        .gives(Kinds::STRING)
        .says(STRING_KO, STRING_EN)
        .examples(&[x("str(15)", "\"15\"")]),
    Definition::new(Family::Conversion, "isnum", "isnum(value) → bool", Form::Plain(is_number))
        .takes(&[p("value", Kinds::ANY)])
        .gives(Kinds::BOOL)
        .says("숫자인지 알린다.", "Tells whether the value is a number.")
        .examples(&[x("isnum(3.5)", "true"), x("isnum(true)", "false")]),
    Definition::new(Family::Conversion, "isstr", "isstr(value) → bool", Form::Plain(is_text))
        .takes(&[p("value", Kinds::ANY)])
        .gives(Kinds::BOOL)
        .says("문자열인지 알린다.", "Tells whether the value is a text.")
        .examples(&[x("isstr(\"\")", "true"), x("isstr(null)", "false")]),
    Definition::new(Family::Conversion, "isnull", "isnull(value) → bool", Form::Plain(is_null))
        .takes(&[p("value", Kinds::ANY)])
        .gives(Kinds::BOOL)
        .says("null인지 알린다. 빈 문자열과 0은 null이 아니다.", "Tells whether the value is null; an empty text and 0 are not.")
        .examples(&[x("isnull(null)", "true"), x("isnull(\"\")", "false")]),
    Definition::new(Family::Conversion, "isnotnull", "isnotnull(value) → bool", Form::Plain(is_not_null))
        .takes(&[p("value", Kinds::ANY)])
        .gives(Kinds::BOOL)
        .says("null이 아닌지 알린다.", "Tells whether the value is not null.")
        .examples(&[x("isnotnull(0)", "true"), x("isnotnull(null)", "false")]),
    Definition::new(Family::Conversion, "typeof", "typeof(value) → string", Form::Plain(type_of))
        .takes(&[p("value", Kinds::ANY)])
        .gives(Kinds::STRING)
        .says(
            "형의 이름: bool, int, long, double, string, ipv4, ipv6, date, binary, array, map. null은 null.",
            "The name of the type: bool, int, long, double, string, ipv4, ipv6, date, binary, array or map; null for null.",
        )
        .examples(&[x("typeof(8 / 4)", "\"double\""), x("typeof(null)", "null")]),
];

const STRING_PARAMETERS: &[super::Parameter] =
    &[p("value", CONVERTIBLE), p("format", Kinds::STRING).optional(), p("locale", Kinds::STRING).optional()];
const STRING_KO: &str =
    "문자열로 바꾼다. 날짜는 형식을 줄 수 있고, 세 번째 인자는 시간대(UTC, GMT+9, Asia/Seoul)나 로캘(en, ko)이다. null은 null.";
const STRING_EN: &str = "The text form. A date may be given a format; the third argument is a zone (UTC, GMT+9, Asia/Seoul) or a locale (en, ko). Null stays null.";

fn binary(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let charset = match charset(call, 1)? {
        Some(charset) => charset,
        None => return Ok(Value::Null),
    };
    match call.get(0) {
        Value::Array(_) | Value::Map(_) => Ok(Value::Null),
        Value::Binary(bytes) => Ok(Value::Binary(bytes.clone())),
        _ => match call.text(0)? {
            Some(text) => {
                call.machine.room_for_text(text.len())?;
                call.make_binary(charset.encode(&text))
            }
            None => Ok(Value::Null),
        },
    }
}

/// Returns the character set an argument names, utf-8 when it is not given, `None` when it is unknown.
pub(super) fn charset(call: &mut Call<'_, '_>, index: usize) -> Outcome<Option<Charset>> {
    if !call.given(index) {
        return Ok(Some(Charset::Utf8));
    }
    Ok(call.text(index)?.and_then(|name| Charset::find(&name)))
}

fn date(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(format)) = (call.text(0)?, call.text(1)?) else { return Ok(Value::Null) };
    let locale = call.text(2)?.map_or(Locale::English, |name| Locale::find(&name));
    call.machine.spend(format.len() as u64)?;
    Ok(dates::parse(&text, &format, locale, call.machine.context.zone).map(Value::Date).unwrap_or_default())
}

fn each_item(call: &mut Call<'_, '_>, convert: fn(&Value) -> Value) -> Outcome<Value> {
    match call.get(0) {
        Value::Array(items) => {
            call.machine.spend(items.len() as u64)?;
            call.machine.room_for_items(items.len())?;
            Ok(Value::array(items.iter().map(convert).collect()))
        }
        value => Ok(convert(value)),
    }
}

fn double(call: &mut Call<'_, '_>) -> Outcome<Value> {
    each_item(call, |value| match value {
        Value::Int(number) => Value::Double(*number as f64),
        Value::Double(number) => Value::Double(*number),
        Value::String(text) => match Number::parse(text) {
            Some(Number::Int(number)) => Value::Double(number as f64),
            Some(Number::Double(number)) => Value::Double(number),
            None => Value::Null,
        },
        _ => Value::Null,
    })
}

fn int(call: &mut Call<'_, '_>) -> Outcome<Value> {
    each_item(call, |value| match value {
        Value::Ip(IpAddr::V4(address)) => Value::Int(i64::from(address.to_bits() as i32)),
        value => whole(value).filter(|number| i32::try_from(*number).is_ok()).into(),
    })
}

fn long(call: &mut Call<'_, '_>) -> Outcome<Value> {
    each_item(call, |value| match value {
        Value::Ip(IpAddr::V4(address)) => Value::Int(i64::from(address.to_bits())),
        value => whole(value).into(),
    })
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::Double(number) => double_to_int(number.trunc()),
        // Only digits: the parser of the standard library takes a sign and digits, nothing else.
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Returns a whole double as an integer; `None` beyond 64 bits.
fn double_to_int(number: f64) -> Option<i64> {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    (-TWO_63..TWO_63).contains(&number).then_some(number as i64)
}

fn ip(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(match call.get(0) {
        Value::Ip(address) => Value::Ip(*address),
        Value::Int(number) => ipv4_of(*number).map(|address| Value::Ip(IpAddr::V4(address))).unwrap_or_default(),
        Value::String(text) => parse_address(text).map(Value::Ip).unwrap_or_default(),
        _ => Value::Null,
    })
}

/// Reads an integer as IPv4: unsigned to 2^32 - 1, or the negative signed form.
pub(super) fn ipv4_of(number: i64) -> Option<Ipv4Addr> {
    let bits = if number < 0 { i32::try_from(number).ok()? as u32 } else { u32::try_from(number).ok()? };
    Some(Ipv4Addr::from_bits(bits))
}

fn string(call: &mut Call<'_, '_>) -> Outcome<Value> {
    if !call.given(1) {
        return match call.get(0) {
            Value::String(text) => Ok(Value::String(text.clone())),
            _ => match call.text(0)? {
                Some(text) => call.make_text(text.into_owned()),
                None => Ok(Value::Null),
            },
        };
    }
    let Value::Date(instant) = *call.get(0) else { return Ok(Value::Null) };
    let Some(format) = call.text(1)? else { return Ok(Value::Null) };
    let run_zone = Zone::Named(call.machine.context.zone);
    let (zone, locale) = match call.text(2)? {
        None if call.given(2) => return Ok(Value::Null),
        None => (run_zone, Locale::English),
        Some(third) => match Zone::find(&third) {
            Some(zone) => (zone, Locale::English),
            None => (run_zone, Locale::find(&third)),
        },
    };
    call.machine.spend(format.len() as u64)?;
    match dates::print(instant, &format, locale, &zone) {
        Some(text) => call.make_text(text),
        None => Ok(Value::Null),
    }
}

fn is_number(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(Value::Bool(matches!(call.get(0), Value::Int(_) | Value::Double(_))))
}

fn is_text(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(Value::Bool(matches!(call.get(0), Value::String(_))))
}

fn is_null(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(Value::Bool(call.get(0).is_null()))
}

fn is_not_null(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(Value::Bool(!call.get(0).is_null()))
}

fn type_of(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(call.get(0).type_name().into())
}
