//! Dates and times, in the zone of the run.

use super::{Definition, Family, Form, Rule, p, x};
use crate::dates::{self, Span, Unit, Zone};
use crate::diagnostics::Fault;
use crate::machine::{Call, Outcome};
use crate::{Kinds, Value};

const UNITS: &str = "year, mon, day, hour, min, sec, msec";
const UNIT: Rule = Rule::Words { accepts: dates::is_unit, ko: "날짜 단위", en: "a date unit", allowed: UNITS };
const STEP: Rule = Rule::Words { accepts: dates::is_step, ko: "기간", en: "a span", allowed: dates::SPAN_UNITS };
const OFFSET: Rule = Rule::Words { accepts: dates::is_offset, ko: "기간", en: "a span", allowed: dates::SPAN_UNITS };
const PART: Rule = Rule::Words { accepts: dates::is_part, ko: "날짜의 부분", en: "a part of a date", allowed: dates::PARTS };

/// The most items `daterange` gives.
const RANGE: usize = 100_000;

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::Time, "dateadd", "dateadd(date, unit, amount) → date", Form::Plain(add))
        .takes(&[p("date", Kinds::DATE), p("unit", Kinds::STRING), p("amount", Kinds::INT)])
        .gives(Kinds::DATE)
        .says(
            "날짜에 더한다. 단위는 year, mon, day, hour, min, sec, msec. 달이 짧으면 마지막 날이 된다.",
            "Adds to a date; units year, mon, day, hour, min, sec and msec. The day is cut to the length of the month.",
        )
        .examples(&[x(
            "dateadd(date(\"2024-01-31\", \"yyyy-MM-dd\"), \"mon\", 1)",
            "{\"$date\": \"2024-02-29T00:00:00.000+09:00\"}",
        )])
        .literals(&[(1, UNIT)]),
    Definition::new(Family::Time, "datediff", "datediff(start, end, unit) → long", Form::Plain(difference))
        .takes(&[p("start", Kinds::DATE), p("end", Kinds::DATE), p("unit", Kinds::STRING)])
        .gives(Kinds::INT)
        .says(
            "두 날짜 사이의 지난 단위 수. 하루는 24시간이고 달과 해는 꽉 찬 것만 센다.",
            "The whole units from start to end. A day is 24 hours; months and years count when completed.",
        )
        .examples(&[x("datediff(epoch(0), epoch(7200), \"hour\")", "2")])
        .literals(&[(2, UNIT)]),
    Definition::new(Family::Time, "datepart", "datepart(date, part) → long", Form::Plain(part))
        .takes(&[p("date", Kinds::DATE), p("part", Kinds::STRING)])
        .gives(Kinds::INT)
        .says(
            "날짜의 한 부분: year, quarter, month, week(ISO), day, dow(일요일 0), isodow(월요일 1), doy, hour, minute, seconds, msec, epoch, timezone …",
            "A part of a date: year, quarter, month, week (ISO), day, dow (Sunday is 0), isodow (Monday is 1), doy, hour, minute, seconds, msec, epoch, timezone and so on.",
        )
        .examples(&[x("datepart(date(\"2021-01-01\", \"yyyy-MM-dd\"), \"week\")", "53"), x("datepart(epoch(0), \"hour\")", "9")])
        .literals(&[(1, PART)]),
    Definition::new(Family::Time, "daterange", "daterange(start, end[, interval]) → array", Form::Plain(range))
        .takes(&[p("start", Kinds::DATE), p("end", Kinds::DATE), p("interval", Kinds::STRING).optional()])
        .gives(Kinds::ARRAY)
        .says(
            "start부터 end 앞까지의 날짜들. 간격 기본값은 1d. 100,000개를 넘으면 오류.",
            "The dates from start up to, not including, end, by default a day apart. More than 100,000 is an error.",
        )
        .examples(&[x("len(daterange(epoch(0), epoch(86400), \"8h\"))", "3"), x("daterange(epoch(0), epoch(0))", "[]")])
        .literals(&[(2, STEP)]),
    Definition::new(Family::Time, "datetrunc", "datetrunc(date, span[, offset]) → date", Form::Plain(truncate))
        .takes(&[p("date", Kinds::DATE), p("span", Kinds::STRING).named(), p("offset", Kinds::STRING).optional().named()])
        .gives(Kinds::DATE)
        .says(
            "날짜가 속한 구간의 시작. 주는 월요일에 시작하고, offset은 구간의 경계를 옮긴다.",
            "The start of the bucket that holds the date. Weeks start on Monday; offset moves the edges of the buckets.",
        )
        .examples(&[
            x(
                "datetrunc(date(\"2026-03-12 17:38:44\", \"yyyy-MM-dd HH:mm:ss\"), \"1h\")",
                "{\"$date\": \"2026-03-12T17:00:00.000+09:00\"}",
            ),
            x(
                "datetrunc(date(\"2026-03-12 08:59:00\", \"yyyy-MM-dd HH:mm:ss\"), span=\"1d\", offset=\"9h\")",
                "{\"$date\": \"2026-03-11T09:00:00.000+09:00\"}",
            ),
        ])
        .literals(&[(1, STEP), (2, OFFSET)]),
    Definition::new(Family::Time, "epoch", "epoch(number) → date", Form::Plain(epoch))
        .takes(&[p("number", Kinds::INT)])
        .gives(Kinds::DATE)
        .says(
            "1970년부터의 초를 날짜로. 초로 읽어 9999년 뒤가 되면 밀리초로 읽는다.",
            "The date of so many seconds since 1970, or milliseconds when they would lie after the year 9999 as seconds.",
        )
        .examples(&[
            x("epoch(1787143656)", "{\"$date\": \"2026-08-19T21:47:36.000+09:00\"}"),
            x("epoch(1787143656258)", "{\"$date\": \"2026-08-19T21:47:36.258+09:00\"}"),
        ]),
];

fn zone(call: &Call<'_, '_>) -> Zone {
    Zone::Named(call.machine.context.zone)
}

fn add(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Value::Date(instant), Some(unit), Some(amount)) = (call.get(0), call.get(1).as_str().and_then(Unit::find), call.int(2)) else {
        return Ok(Value::Null);
    };
    Ok(unit.step(*instant, amount, &zone(call)).map(Value::Date).unwrap_or_default())
}

fn difference(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Value::Date(start), Value::Date(end), Some(unit)) = (call.get(0), call.get(1), call.get(2).as_str().and_then(Unit::find)) else {
        return Ok(Value::Null);
    };
    Ok(Value::Int(dates::difference(*start, *end, unit, &zone(call))))
}

fn part(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Value::Date(instant), Some(part)) = (call.get(0), call.get(1).as_str()) else { return Ok(Value::Null) };
    Ok(dates::part(*instant, part, &zone(call)).into())
}

fn range(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Value::Date(start), Value::Date(end)) = (call.get(0), call.get(1)) else { return Ok(Value::Null) };
    let span = if call.given(2) { call.get(2).as_str().and_then(Span::parse_step) } else { Span::parse_step("1d") };
    let Some(span) = span else { return Ok(Value::Null) };
    let zone = zone(call);
    let mut items = Vec::new();
    // Every item is stepped from the start, so that 31 January is followed by 28 February and 31 March.
    while let Some(next) = span.step(*start, items.len() as i64, &zone)
        && next < *end
    {
        if items.len() >= RANGE {
            return Err(Fault::DateRange);
        }
        call.machine.spend(2)?;
        items.push(Value::Date(next));
    }
    call.make_array(items)
}

fn truncate(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Value::Date(instant), Some(span)) = (call.get(0), call.get(1).as_str().and_then(Span::parse_step)) else {
        return Ok(Value::Null);
    };
    let offset = call.get(2).as_str().and_then(Span::parse);
    if call.given(2) && offset.is_none() {
        return Ok(Value::Null);
    }
    Ok(span.truncate(*instant, offset, &zone(call)).map(Value::Date).unwrap_or_default())
}

fn epoch(call: &mut Call<'_, '_>) -> Outcome<Value> {
    /// The last second that is read as one: later ones would lie after the year 9999 by the reference.
    const LAST_SECOND: i64 = 253_370_764_800;
    let instant = match call.int(0) {
        Some(number) if number > LAST_SECOND => chrono::DateTime::from_timestamp_millis(number),
        Some(number) => chrono::DateTime::from_timestamp(number, 0),
        None => None,
    };
    Ok(instant.map(Value::Date).unwrap_or_default())
}
