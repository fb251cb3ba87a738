//! References to the scope, and what the run knows: time, identity, draws.

use super::{Definition, Example, Family, Form, Rule, depends, p, x};
use crate::dates::{self, Zone};
use crate::machine::{Call, Outcome, mix};
use crate::{Kinds, Value};

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::Reference, "field", "field(name) → any", Form::Field)
        .takes(&[p("name", Kinds::STRING)])
        .says(
            "그 이름의 최상위 변수 값. 이름에 공백이 있을 때 쓴다.",
            "The value of the top-level variable of that very name; for names with blanks.",
        )
        .examples(&[x("field(null)", "null")]),
    Definition::new(Family::Reference, "whoami", "whoami() → string", Form::Plain(who_am_i))
        .gives(Kinds::STRING)
        .says("실행하는 사용자.", "The user the run belongs to.")
        .examples(&[depends("whoami()")]),
    Definition::new(Family::Reference, "guid", "guid() → string", Form::Plain(guid))
        .gives(Kinds::STRING)
        .says("새 UUID.", "A fresh UUID.")
        .examples(&[x("len(guid())", "36")]),
    Definition::new(Family::Reference, "rand", "rand(bound[, seed]) → int", Form::Plain(random))
        .takes(&[p("bound", Kinds::INT), p("seed", Kinds::INT).optional()])
        .gives(Kinds::INT)
        .says(
            "0 이상 bound 미만의 난수. seed를 주면 항상 같다.",
            "A random number from 0 and below the bound; always the same with a seed.",
        )
        .examples(&[x("rand(1)", "0"), x("rand(6, 3) == rand(6, 3)", "true")]),
    Definition::new(Family::Reference, "randbytes", "randbytes(count) → binary", Form::Plain(random_bytes))
        .takes(&[p("count", Kinds::INT)])
        .gives(Kinds::BINARY)
        .says("임의의 바이트 1~10240개.", "1 to 10240 random bytes.")
        .examples(&[x("len(randbytes(8))", "8"), x("randbytes(0)", "null")]),
    Definition::new(Family::Time, "now", "now() → date", Form::Plain(now))
        .gives(Kinds::DATE)
        .says("실행의 현재 시각.", "The time of the run.")
        .examples(&[x("typeof(now())", "\"date\"")]),
    Definition::new(Family::Time, "ago", "ago(span) → date", Form::Plain(ago))
        .takes(&[p("span", Kinds::STRING)])
        .gives(Kinds::DATE)
        .says("현재에서 기간을 뺀 시각. 단위는 s, m, h, d, w, mon, y.", "Now minus a span; units s, m, h, d, w, mon and y.")
        .examples(AGO)
        .literals(&[(0, Rule::Words { accepts: dates::is_offset, ko: "기간", en: "a span", allowed: dates::SPAN_UNITS })]),
];

const AGO: &[Example] = &[x("datediff(ago(\"90m\"), now(), \"min\")", "90")];

fn who_am_i(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let user = call.machine.context.user.as_str();
    call.make_text(user)
}

fn guid(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let bits = (u128::from(call.machine.draw()) << 64) | u128::from(call.machine.draw());
    // Version 4, variant 1 of RFC 9562.
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let text = format!("{bits:032x}");
    call.make_text(format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]))
}

fn random(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(bound) = call.int(0).and_then(|bound| u64::try_from(bound).ok()).filter(|bound| *bound > 0) else {
        return Ok(Value::Null);
    };
    let draw = match (call.given(1), call.int(1)) {
        (false, _) => call.machine.draw(),
        (true, Some(seed)) => mix(seed as u64, 1),
        (true, None) => return Ok(Value::Null),
    };
    // The high half of the product is even enough for bounds far below 2^64.
    let number = (u128::from(draw) * u128::from(bound)) >> 64;
    Ok(i64::try_from(number).ok().into())
}

fn random_bytes(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(count @ 1..=10240) = call.int(0) else { return Ok(Value::Null) };
    let mut bytes = Vec::with_capacity(count as usize + 8);
    while bytes.len() < count as usize {
        bytes.extend(call.machine.draw().to_le_bytes());
    }
    bytes.truncate(count as usize);
    call.make_binary(bytes)
}

fn now(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(Value::date(call.machine.context.now))
}

fn ago(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(span) = call.get(0).as_str().and_then(dates::Span::parse) else { return Ok(Value::Null) };
    let zone = Zone::Named(call.machine.context.zone);
    Ok(span.step(call.machine.context.now, -1, &zone).map(Value::date).unwrap_or_default())
}
