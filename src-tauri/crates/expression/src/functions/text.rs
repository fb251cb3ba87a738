//! Text; every length and index counts Unicode scalar values.

use std::sync::Arc;

use super::{Definition, Family, Form, Rule, p, x};
use crate::charset::Charset;
use crate::compare;
use crate::diagnostics::Fault;
use crate::functions::conversion::charset;
use crate::machine::{Call, Outcome};
use crate::pattern::Pattern;
use crate::{Kinds, Value};

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::Text, "concat", "concat(value, …) → string", Form::Plain(concat))
        .takes(&[p("value", Kinds::ANY).repeated()])
        .gives(Kinds::STRING)
        .says("값들을 문자열로 이어 붙인다. null은 건너뛴다.", "The text forms joined; null is skipped.")
        .examples(&[x("concat(\"a\", \"-\", 1)", "\"a-1\""), x("concat(\"x\", null, \"y\")", "\"xy\"")]),
    Definition::new(Family::Text, "contains", "contains(text, part) → bool", Form::Plain(contains))
        .takes(&[p("text", Kinds::ANY), p("part", Kinds::ANY)])
        .gives(Kinds::BOOL)
        .says(
            "문자열에 부분 문자열이 있는지 (대소문자 구분). 목록이면 같은 항목이 있는지. null은 false.",
            "Tells whether the text holds the part, case-sensitively; for a list, whether an item equals it. Null gives false.",
        )
        .examples(&[x("contains(\"phishing\", \"shi\")", "true"), x("contains([1, 2], 2)", "true"), x("contains(null, null)", "false")]),
    Definition::new(Family::Text, "indexof", "indexof(text, part[, from]) → int", Form::Plain(index_of))
        .takes(&[p("text", Kinds::SCALAR), p("part", Kinds::SCALAR), p("from", Kinds::INT).optional()])
        .gives(Kinds::INT)
        .says("부분 문자열이 처음 나오는 위치 (0부터). 없으면 -1.", "The first position of the part, from 0; -1 when it is absent.")
        .examples(&[x("indexof(\"a-b-c\", \"-\", 2)", "3"), x("indexof(\"a-b-c\", \"z\")", "-1")]),
    Definition::new(Family::Text, "lastindexof", "lastindexof(text, part[, from]) → int", Form::Plain(last_index_of))
        .takes(&[p("text", Kinds::SCALAR), p("part", Kinds::SCALAR), p("from", Kinds::INT).optional()])
        .gives(Kinds::INT)
        .says(
            "from 이전에서 시작하는 마지막 위치 (0부터). 없으면 -1.",
            "The last position of the part that starts at or before from; -1 when it is absent.",
        )
        .examples(&[x("lastindexof(\"xyxy\", \"xy\", 2)", "2"), x("lastindexof(\"a-b-c\", \"z\")", "-1")]),
    Definition::new(Family::Text, "kvjoin", "kvjoin(map, kvsep, pairsep[, keyregex]) → string", Form::Plain(join_pairs))
        .takes(&[p("map", Kinds::MAP), p("kvsep", Kinds::SCALAR), p("pairsep", Kinds::SCALAR), p("keyregex", Kinds::STRING).optional()])
        .gives(Kinds::STRING)
        .says(
            "맵의 키와 값을 이어 붙인다. 정규식을 주면 키 전체가 맞는 것만 쓴다.",
            "The keys and values of a map joined; with a regular expression only the keys it matches as a whole.",
        )
        .examples(&[x("kvjoin(dict(\"a\", 1, \"b\", \"x\"), \"=\", \"&\")", "\"a=1&b=x\"")])
        .literals(&[(3, Rule::WholePattern)]),
    Definition::new(Family::Text, "left", "left(text, count) → string", Form::Plain(left))
        .takes(&[p("text", Kinds::SCALAR), p("count", Kinds::INT)])
        .gives(Kinds::STRING)
        .says("왼쪽에서 count 글자.", "The first count characters.")
        .examples(&[x("left(2026, 2)", "\"20\""), x("left(\"한국어\", 2)", "\"한국\"")]),
    Definition::new(Family::Text, "right", "right(text, count) → string", Form::Plain(right))
        .takes(&[p("text", Kinds::SCALAR), p("count", Kinds::INT)])
        .gives(Kinds::STRING)
        .says("오른쪽에서 count 글자.", "The last count characters.")
        .examples(&[x("right(\"incident\", 4)", "\"dent\"")]),
    Definition::new(Family::Text, "len", "len(value) → int", Form::Plain(length))
        .takes(&[p("value", Kinds::ANY)])
        .gives(Kinds::INT)
        .says(
            "글자 수. 목록과 맵은 항목 수, 바이너리는 바이트 수, null은 0.",
            "The number of characters; of entries for a list or map, of bytes for a binary, 0 for null.",
        )
        .examples(&[x("len(\"한국\")", "2"), x("len(null)", "0"), x("len([1, 2, 3])", "3")]),
    Definition::new(Family::Text, "lower", "lower(text) → string", Form::Plain(lower))
        .takes(&[p("text", Kinds::SCALAR)])
        .gives(Kinds::STRING)
        .says("소문자로 바꾼다.", "The text in lower case.")
        .examples(&[x("lower(\"VPN Down\")", "\"vpn down\"")]),
    Definition::new(Family::Text, "upper", "upper(text) → string", Form::Plain(upper))
        .takes(&[p("text", Kinds::SCALAR)])
        .gives(Kinds::STRING)
        .says("대문자로 바꾼다.", "The text in upper case.")
        .examples(&[x("upper(\"straße\")", "\"STRASSE\"")]),
    Definition::new(Family::Text, "lpad", "lpad(text, length[, pad]) → string", Form::Plain(pad_left))
        .takes(PAD_PARAMETERS)
        .gives(Kinds::STRING)
        .says(
            "왼쪽을 채워 길이를 맞춘다. 더 긴 문자열은 왼쪽만 남긴다.",
            "The text padded on the left to the length; a longer text is cut to it.",
        )
        .examples(&[x("lpad(\"x\", 6, \"ab\")", "\"ababax\""), x("lpad(\"abcdef\", 3, \"0\")", "\"abc\"")]),
    Definition::new(Family::Text, "rpad", "rpad(text, length[, pad]) → string", Form::Plain(pad_right))
        .takes(PAD_PARAMETERS)
        .gives(Kinds::STRING)
        .says(
            "오른쪽을 채워 길이를 맞춘다. 더 긴 문자열은 왼쪽만 남긴다.",
            "The text padded on the right to the length; a longer text is cut to it.",
        )
        .examples(&[x("rpad(\"7\", 3, \"*\")", "\"7**\"")]),
    Definition::new(Family::Text, "replace", "replace(text, from, to[, \"re\"]) → string", Form::Plain(replace))
        .takes(&[p("text", Kinds::SCALAR), p("from", Kinds::SCALAR), p("to", Kinds::SCALAR), p("mode", Kinds::STRING).optional()])
        .gives(Kinds::STRING)
        .says(
            "모두 바꾼다. \"re\"를 주면 from은 정규식이고 to의 $1은 그룹이다.",
            "Replaces every occurrence. With \"re\" from is a regular expression and $1 in to is a group.",
        )
        .examples(&[
            x("replace(\"10.0.0.1\", \".\", \"-\")", "\"10-0-0-1\""),
            x("replace(\"host-12\", \"[0-9]+\", \"N\", \"re\")", "\"host-N\""),
        ])
        .literals(&[(1, Rule::ReplacePattern)]),
    Definition::new(Family::Text, "split", "split(text, separator[, limit]) → array", Form::Plain(split))
        .takes(&[p("text", Kinds::SCALAR), p("separator", Kinds::SCALAR), p("limit", Kinds::INT).optional()])
        .gives(Kinds::ARRAY)
        .says(
            "구분자로 나눈다. 빈 조각도 남는다. limit은 최대 조각 수다.",
            "The pieces between separators, empty ones too; limit is the greatest number of pieces.",
        )
        .examples(&[x("split(\"p;;q;\", \";\")", "[\"p\", \"\", \"q\", \"\"]"), x("split(\"a/b/c\", \"/\", 2)", "[\"a\", \"b/c\"]")]),
    Definition::new(Family::Text, "strjoin", "strjoin(separator, list) → string", Form::Plain(join_with))
        .takes(&[p("separator", Kinds::SCALAR), p("list", Kinds::ARRAY)])
        .gives(Kinds::STRING)
        .says("목록을 구분자로 잇는다. null은 null로 적는다.", "The items joined with the separator; null is written null.")
        .examples(&[x("strjoin(\"-\", [4, 5, 6])", "\"4-5-6\""), x("strjoin(\",\", [\"a\", null])", "\"a,null\"")]),
    Definition::new(Family::Text, "substr", "substr(text, begin[, end]) → string", Form::Plain(substring))
        .takes(&[p("text", Kinds::SCALAR), p("begin", Kinds::INT), p("end", Kinds::INT).optional()])
        .gives(Kinds::STRING)
        .says(
            "begin부터 end 앞까지. 음수는 끝에서 센다. begin이 길이 이상이면 null.",
            "From begin up to, not including, end; negatives count from the end. Null when begin is not before the end of the text.",
        )
        .examples(&[x("substr(\"abcdefgh\", 2, -2)", "\"cdef\""), x("substr(\"abc\", 3)", "null")]),
    Definition::new(Family::Text, "trim", "trim(text) → string", Form::Plain(trim))
        .takes(&[p("text", Kinds::SCALAR)])
        .gives(Kinds::STRING)
        .says("양 끝의 공백을 없앤다.", "The text without white space at both ends.")
        .examples(&[x("trim(\"  a b  \")", "\"a b\"")]),
    Definition::new(Family::Encoding, "urldecode", "urldecode(text[, charset]) → string", Form::Plain(url_decode))
        .takes(&[p("text", Kinds::SCALAR), p("charset", Kinds::STRING).optional()])
        .gives(Kinds::STRING)
        .says("%XX와 +를 푼다. 잘못된 %는 그대로 둔다.", "Decodes %XX, and + to a blank; a malformed % stays.")
        .examples(&[x("urldecode(\"a%20b%2Fc\")", "\"a b/c\"")]),
    Definition::new(Family::Encoding, "urlencode", "urlencode(text[, charset]) → string", Form::Plain(url_encode))
        .takes(&[p("text", Kinds::SCALAR), p("charset", Kinds::STRING).optional()])
        .gives(Kinds::STRING)
        .says("글자, 숫자, -._~ 밖의 문자를 %XX로 바꾼다.", "Writes everything but letters, digits and -._~ as %XX.")
        .examples(&[x("urlencode(\"a b&c\")", "\"a%20b%26c\""), x("urlencode(\"한국\", \"EUC-KR\")", "\"%C7%D1%B1%B9\"")]),
];

const PAD_PARAMETERS: &[super::Parameter] = &[p("text", Kinds::SCALAR), p("length", Kinds::INT), p("pad", Kinds::SCALAR).optional()];

fn concat(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let mut out = String::new();
    for index in 0..call.arguments.len() {
        if let Some(text) = call.text(index)? {
            if out.len() + text.len() > call.machine.context.limits.text {
                return Err(Fault::TextSize);
            }
            out.push_str(&text);
        }
    }
    call.make_text(out)
}

fn contains(call: &mut Call<'_, '_>) -> Outcome<Value> {
    if call.get(1).is_null() {
        return Ok(Value::Bool(false));
    }
    if let Value::Array(items) = call.get(0) {
        for item in items.iter() {
            call.machine.spend(1)?;
            if compare::equal(call.machine, item, call.get(1))? {
                return Ok(Value::Bool(true));
            }
        }
        return Ok(Value::Bool(false));
    }
    let (Some(text), Some(part)) = (call.text(0)?, call.text(1)?) else { return Ok(Value::Bool(false)) };
    Ok(Value::Bool(text.contains(&*part)))
}

/// Returns the byte offset of a character; `None` beyond the end, the length for the end itself.
fn offset(text: &str, index: usize) -> Option<usize> {
    text.char_indices().map(|(offset, _)| offset).chain([text.len()]).nth(index)
}

fn count(text: &str) -> usize {
    text.chars().count()
}

fn index_of(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(part)) = (call.text(0)?, call.text(1)?) else { return Ok(Value::Null) };
    let from = match (call.given(2), call.int(2)) {
        (false, _) => 0,
        (true, None) => return Ok(Value::Null),
        (true, Some(from)) => usize::try_from(from.max(0)).unwrap_or(usize::MAX),
    };
    let Some(start) = offset(&text, from) else { return Ok(Value::Int(-1)) };
    Ok(Value::Int(text[start..].find(&*part).map_or(-1, |at| count(&text[..start + at]) as i64)))
}

fn last_index_of(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(part)) = (call.text(0)?, call.text(1)?) else { return Ok(Value::Null) };
    let last = match (call.given(2), call.int(2)) {
        (false, _) => text.len(),
        (true, None) => return Ok(Value::Null),
        (true, Some(from)) if from < 0 => return Ok(Value::Int(-1)),
        (true, Some(from)) => usize::try_from(from).ok().and_then(|from| offset(&text, from)).unwrap_or(text.len()),
    };
    // A hit has to start at or before `last`, so the text is searched up to the end of such a hit.
    let end = text.floor_char_boundary(last.saturating_add(part.len()));
    Ok(Value::Int(text[..end].rfind(&*part).map_or(-1, |at| count(&text[..at]) as i64)))
}

fn join_pairs(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Value::Map(entries) = call.get(0) else { return Ok(Value::Null) };
    let (Some(between), Some(after)) = (call.text(1)?, call.text(2)?) else { return Ok(Value::Null) };
    let made: Option<Arc<Pattern>> = match (call.pattern, call.text(3)?) {
        (None, Some(regex)) => match call.machine.pattern(&regex, true)? {
            Some(pattern) => Some(pattern),
            None => return Ok(Value::Null),
        },
        (None, None) if call.given(3) => return Ok(Value::Null),
        _ => None,
    };
    let filter = call.pattern.or(made.as_deref());
    let mut out = String::new();
    let mut first = true;
    for (key, value) in entries.iter() {
        call.machine.spend(1)?;
        if let Some(pattern) = filter {
            call.machine.spend(pattern.steps(key.len()))?;
            if !pattern.regex.is_match(key) {
                continue;
            }
        }
        if !first {
            out.push_str(&after);
        }
        first = false;
        out.push_str(key);
        out.push_str(&between);
        out.push_str(call.machine.text(value)?.as_deref().unwrap_or("null"));
        if out.len() > call.machine.context.limits.text {
            return Err(Fault::TextSize);
        }
    }
    call.make_text(out)
}

fn left(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(wanted)) = (call.text(0)?, call.int(1).and_then(|wanted| usize::try_from(wanted).ok())) else {
        return Ok(Value::Null);
    };
    let end = offset(&text, wanted).unwrap_or(text.len());
    call.make_text(&text[..end])
}

fn right(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(wanted)) = (call.text(0)?, call.int(1).and_then(|wanted| usize::try_from(wanted).ok())) else {
        return Ok(Value::Null);
    };
    let start = offset(&text, count(&text).saturating_sub(wanted)).unwrap_or(0);
    call.make_text(&text[start..])
}

fn length(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let length = match call.get(0) {
        Value::Null => 0,
        Value::Array(items) => items.len(),
        Value::Map(entries) => entries.len(),
        Value::Binary(bytes) => bytes.len(),
        _ => call.text(0)?.map_or(0, |text| count(&text)),
    };
    Ok(Value::Int(length as i64))
}

fn lower(call: &mut Call<'_, '_>) -> Outcome<Value> {
    match call.text(0)? {
        Some(text) => call.make_text(text.to_lowercase()),
        None => Ok(Value::Null),
    }
}

fn upper(call: &mut Call<'_, '_>) -> Outcome<Value> {
    match call.text(0)? {
        Some(text) => call.make_text(text.to_uppercase()),
        None => Ok(Value::Null),
    }
}

fn pad_left(call: &mut Call<'_, '_>) -> Outcome<Value> {
    pad(call, true)
}

fn pad_right(call: &mut Call<'_, '_>) -> Outcome<Value> {
    pad(call, false)
}

fn pad(call: &mut Call<'_, '_>, before: bool) -> Outcome<Value> {
    let (Some(text), Some(length)) = (call.text(0)?, call.int(1).and_then(|length| usize::try_from(length).ok())) else {
        return Ok(Value::Null);
    };
    let pad = match call.text(2)? {
        None if call.given(2) => return Ok(Value::Null),
        None => " ".into(),
        Some(pad) => pad,
    };
    if let Some(end) = offset(&text, length) {
        return call.make_text(&text[..end]);
    }
    if pad.is_empty() {
        return call.make_text(&*text);
    }
    let missing = length - count(&text);
    call.machine.room_for_text(missing)?;
    let filling: String = pad.chars().cycle().take(missing).collect();
    call.make_text(if before { filling + &text } else { text.into_owned() + &filling })
}

fn replace(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(from), Some(to)) = (call.text(0)?, call.text(1)?, call.text(2)?) else { return Ok(Value::Null) };
    if !call.given(3) {
        // Counted first, so that a text that would be too long is never made.
        let hits = if from.is_empty() { count(&text) + 1 } else { text.matches(&*from).count() };
        call.machine.spend(hits as u64 / 4)?;
        call.machine.room_for_text(text.len().saturating_add(hits.saturating_mul(to.len())))?;
        return call.make_text(text.replace(&*from, &to));
    }
    if call.get(3).as_str() != Some("re") {
        return Ok(Value::Null);
    }
    let made;
    let pattern = match call.pattern {
        Some(pattern) => pattern,
        None => match call.machine.pattern(&from, false)? {
            Some(pattern) => {
                made = pattern;
                &*made
            }
            None => return Ok(Value::Null),
        },
    };
    let Some(pieces) = replacement(&to, pattern.regex.captures_len() - 1) else { return Ok(Value::Null) };
    call.machine.spend(pattern.steps(text.len()))?;
    let mut out = String::new();
    let mut copied = 0;
    for captures in pattern.regex.captures_iter(&text) {
        call.machine.spend(4 + pieces.len() as u64)?;
        let Some(whole) = captures.get(0) else { continue };
        out.push_str(&text[copied..whole.start()]);
        for piece in &pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Group(number) => out.push_str(captures.get(*number).map_or("", |group| group.as_str())),
            }
        }
        copied = whole.end();
        if out.len() > call.machine.context.limits.text {
            return Err(Fault::TextSize);
        }
    }
    out.push_str(&text[copied..]);
    call.make_text(out)
}

enum Piece {
    Text(String),
    Group(usize),
}

/// Reads a replacement as Java does: a group number takes digits only while they name an existing group.
///
/// `None` where Java raises an error: an unknown group, a lone `$` or `\`.
fn replacement(text: &str, groups: usize) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => plain.push(signs.next()?),
            '$' => {
                let mut number = signs.next()?.to_digit(10)? as usize;
                if number > groups {
                    return None;
                }
                while let Some(digit) = signs.peek().and_then(|sign| sign.to_digit(10)) {
                    let longer = number * 10 + digit as usize;
                    if longer > groups {
                        break;
                    }
                    number = longer;
                    signs.next();
                }
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Group(number));
            }
            other => plain.push(other),
        }
    }
    pieces.push(Piece::Text(plain));
    Some(pieces)
}

fn split(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(separator)) = (call.text(0)?, call.text(1)?) else { return Ok(Value::Null) };
    let limit = match (call.given(2), call.int(2)) {
        (false, _) => usize::MAX,
        (true, Some(limit)) if limit >= 2 => usize::try_from(limit).unwrap_or(usize::MAX),
        (true, _) => return Ok(Value::Null),
    };
    if separator.is_empty() {
        let whole = call.make_text(&*text)?;
        return call.make_array(vec![whole]);
    }
    let mut items = Vec::new();
    for piece in text.splitn(limit, &*separator) {
        if items.len() >= call.machine.context.limits.items {
            return Err(Fault::Items);
        }
        call.machine.spend(1)?;
        items.push(call.make_text(piece)?);
    }
    call.make_array(items)
}

fn join_with(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(separator), Some(items)) = (call.text(0)?, call.array(1)) else { return Ok(Value::Null) };
    let mut out = String::new();
    for (position, item) in items.iter().enumerate() {
        call.machine.spend(1)?;
        if position > 0 {
            out.push_str(&separator);
        }
        out.push_str(call.machine.text(item)?.as_deref().unwrap_or("null"));
        if out.len() > call.machine.context.limits.text {
            return Err(Fault::TextSize);
        }
    }
    call.make_text(out)
}

/// Returns where a slice of so many items starts and ends; `None` when it starts at or after the end.
pub(super) fn slice(length: usize, begin: i64, end: Option<i64>) -> Option<(usize, usize)> {
    let length = length as i64;
    let from_end = |index: i64| if index < 0 { length.saturating_add(index).max(0) } else { index };
    let begin = from_end(begin);
    if begin >= length {
        return None;
    }
    let end = from_end(end.unwrap_or(length)).min(length).max(begin);
    Some((begin as usize, end as usize))
}

fn substring(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(begin)) = (call.text(0)?, call.int(1)) else { return Ok(Value::Null) };
    let end = call.int(2);
    if call.given(2) && end.is_none() {
        return Ok(Value::Null);
    }
    let Some((begin, end)) = slice(count(&text), begin, end) else { return Ok(Value::Null) };
    let (Some(begin), Some(end)) = (offset(&text, begin), offset(&text, end)) else { return Ok(Value::Null) };
    call.make_text(&text[begin..end])
}

fn trim(call: &mut Call<'_, '_>) -> Outcome<Value> {
    match call.text(0)? {
        Some(text) => call.make_text(text.trim()),
        None => Ok(Value::Null),
    }
}

fn url_decode(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(charset)) = (call.text(0)?, charset(call, 1)?) else { return Ok(Value::Null) };
    let mut out = String::with_capacity(text.len());
    let mut run = Vec::new();
    let mut rest = &*text;
    loop {
        let escaped =
            rest.strip_prefix('%').and_then(|after| after.get(..2)).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if let Some(byte) = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            run.push(byte);
            rest = &rest[3..];
            continue;
        }
        if !run.is_empty() {
            out.push_str(&charset.decode(&std::mem::take(&mut run)));
        }
        let Some(sign) = rest.chars().next() else { break };
        out.push(if sign == '+' { ' ' } else { sign });
        rest = &rest[sign.len_utf8()..];
    }
    call.make_text(out)
}

fn url_encode(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let (Some(text), Some(charset)) = (call.text(0)?, charset(call, 1)?) else { return Ok(Value::Null) };
    call.machine.room_for_text(text.len())?;
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for sign in text.chars() {
        if sign.is_ascii_alphanumeric() || matches!(sign, '-' | '.' | '_' | '~') {
            escape_run(&mut run, charset, &mut out);
            out.push(sign);
        } else {
            run.push(sign);
        }
    }
    escape_run(&mut run, charset, &mut out);
    call.make_text(out)
}

/// Writes a run of characters that need it as %XX; whole runs, because some sets carry state from one to the next.
fn escape_run(run: &mut String, charset: Charset, out: &mut String) {
    if run.is_empty() {
        return;
    }
    for byte in charset.encode(&std::mem::take(run)) {
        out.push('%');
        out.push(char::from(b"0123456789ABCDEF"[usize::from(byte >> 4)]));
        out.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 15)]));
    }
}
