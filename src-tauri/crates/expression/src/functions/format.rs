//! `format`: a subset of Java's Formatter.

use super::numbers::Decimal;
use super::{Definition, Family, Form, p, x};
use crate::diagnostics::Fault;
use crate::machine::{Call, Outcome};
use crate::value::double_text;
use crate::{Kinds, Value};

pub(super) const FUNCTIONS: &[Definition] = &[Definition::new(Family::Text, "format", "format(format, value, …) → string", Form::Plain(format))
    .takes(&[p("format", Kinds::SCALAR), p("value", Kinds::ANY).optional().repeated()])
    .gives(Kinds::STRING)
    .says(
        "Java 형식으로 쓴다: %s %d %x %o %f %e %b, 플래그 - + 0 , # 와 너비, 정밀도, %2$s. 목록 하나가 모든 인자를 대신할 수 있다. 인자가 없거나 종류가 틀리면 null.",
        "Writes values in a Java format: %s %d %x %o %f %e %b with the flags - + 0 , #, a width, a precision and %2$s. One list may supply all values. A missing value or one of the wrong type gives null.",
    )
    .examples(&[x("format(\"%.2f\", 1.005)", "\"1.01\""), x("format(\"%,d\", 1234567)", "\"1,234,567\""), x("format(\"%d\", \"x\")", "null")])];

#[derive(Default, Clone, Copy)]
struct Flags {
    left: bool,
    plus: bool,
    zero: bool,
    group: bool,
    alternate: bool,
}

struct Specifier {
    argument: Option<usize>,
    flags: Flags,
    width: Option<usize>,
    precision: Option<usize>,
    conversion: char,
}

/// Reads what follows a `%`; `None` when it is malformed or its parts do not go together.
fn specifier(signs: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Specifier> {
    let mut argument = None;
    let mut flags = Flags::default();
    let mut width = number(signs, true)?;
    if width.is_some() && signs.next_if_eq(&'$').is_some() {
        argument = Some(width.take()?.checked_sub(1)?);
    }
    if width.is_none() {
        while let Some(flag) = signs.next_if(|sign| matches!(sign, '-' | '+' | '0' | ',' | '#')) {
            let slot = match flag {
                '-' => &mut flags.left,
                '+' => &mut flags.plus,
                '0' => &mut flags.zero,
                ',' => &mut flags.group,
                _ => &mut flags.alternate,
            };
            if std::mem::replace(slot, true) {
                return None;
            }
        }
        width = number(signs, true)?;
    }
    let precision = if signs.next_if_eq(&'.').is_some() { Some(number(signs, false)??) } else { None };
    let conversion = signs.next()?;
    let allowed = match conversion {
        's' | 'S' | 'b' => !(flags.plus || flags.zero || flags.group || flags.alternate),
        'd' => !flags.alternate && precision.is_none(),
        'x' | 'X' | 'o' => !(flags.plus || flags.group) && precision.is_none(),
        'f' => true,
        'e' => !flags.group,
        '%' => !(flags.plus || flags.zero || flags.group || flags.alternate) && precision.is_none(),
        'n' => width.is_none() && precision.is_none() && argument.is_none(),
        _ => false,
    };
    let needs_width = (flags.left || flags.zero) && width.is_none() || flags.left && flags.zero;
    (allowed && !needs_width).then_some(Specifier { argument, flags, width, precision, conversion })
}

/// Reads a number; `Some(None)` when there is none, `None` when it is too large. A width cannot start with the flag 0.
fn number(signs: &mut std::iter::Peekable<std::str::Chars<'_>>, width: bool) -> Option<Option<usize>> {
    if width && signs.peek() == Some(&'0') {
        return Some(None);
    }
    let mut value: Option<usize> = None;
    while let Some(digit) = signs.peek().and_then(|sign| sign.to_digit(10)) {
        value = Some(value.unwrap_or(0).checked_mul(10)?.checked_add(digit as usize)?);
        signs.next();
    }
    Some(value)
}

fn format(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(text) = call.text(0)? else { return Ok(Value::Null) };
    let arguments = match call.arguments {
        [_, Value::Array(items)] => items.as_slice(),
        [_, arguments @ ..] => arguments,
        [] => &[],
    };
    let mut out = String::new();
    let mut next = 0;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        if sign != '%' {
            out.push(sign);
            continue;
        }
        call.machine.spend(4)?;
        let Some(specifier) = specifier(&mut signs) else { return Ok(Value::Null) };
        let room = specifier.width.unwrap_or(0).saturating_add(specifier.precision.unwrap_or(0));
        if out.len().saturating_add(room) > call.machine.context.limits.text {
            return Err(Fault::TextSize);
        }
        call.machine.spend(room as u64 / 16)?;
        let piece = match specifier.conversion {
            'n' => Some("\n".to_owned()),
            '%' => Some(pad("%".into(), &specifier)),
            _ => {
                let index = specifier.argument.unwrap_or_else(|| {
                    next += 1;
                    next - 1
                });
                match arguments.get(index) {
                    Some(value) => convert(call, value, &specifier)?,
                    None => None,
                }
            }
        };
        let Some(piece) = piece else { return Ok(Value::Null) };
        out.push_str(&piece);
        if out.len() > call.machine.context.limits.text {
            return Err(Fault::TextSize);
        }
    }
    call.make_text(out)
}

/// Pads with blanks to the width.
fn pad(text: String, specifier: &Specifier) -> String {
    let missing = specifier.width.unwrap_or(0).saturating_sub(text.chars().count());
    let blanks = " ".repeat(missing);
    if specifier.flags.left { text + &blanks } else { blanks + &text }
}

/// Joins sign or prefix with digits; the flag 0 fills between them.
fn pad_number(prefix: &str, digits: String, specifier: &Specifier) -> String {
    if specifier.flags.zero {
        let missing = specifier.width.unwrap_or(0).saturating_sub(prefix.len() + digits.len());
        return format!("{prefix}{}{digits}", "0".repeat(missing));
    }
    pad(format!("{prefix}{digits}"), specifier)
}

fn sign(negative: bool, specifier: &Specifier) -> &'static str {
    match (negative, specifier.flags.plus) {
        (true, _) => "-",
        (false, true) => "+",
        (false, false) => "",
    }
}

/// Puts commas between groups of three digits before the point.
fn group(digits: String, specifier: &Specifier) -> String {
    if !specifier.flags.group {
        return digits;
    }
    let point = digits.find('.').unwrap_or(digits.len());
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index < point && (point - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn convert(call: &mut Call<'_, '_>, value: &Value, specifier: &Specifier) -> Outcome<Option<String>> {
    let cut = |text: &str| match specifier.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_owned(),
    };
    Ok(Some(match (specifier.conversion, value) {
        ('b', Value::Null) => pad(cut("false"), specifier),
        ('b', Value::Bool(value)) => pad(cut(if *value { "true" } else { "false" }), specifier),
        ('b', _) => pad(cut("true"), specifier),
        ('s' | 'S', value) => {
            let text = call.machine.text(value)?;
            let text = cut(text.as_deref().unwrap_or("null"));
            pad(if specifier.conversion == 'S' { text.to_uppercase() } else { text }, specifier)
        }
        ('X', Value::Null) => pad("NULL".into(), specifier),
        (_, Value::Null) => pad("null".into(), specifier),
        ('d', Value::Int(number)) => {
            pad_number(sign(*number < 0, specifier), group(number.unsigned_abs().to_string(), specifier), specifier)
        }
        ('x' | 'X' | 'o', Value::Int(number)) => {
            // Two's complement of the width Java would have: an int inside 32 bits, else a long.
            let bits = i32::try_from(*number).map_or(*number as u64, |small| u64::from(small as u32));
            let (prefix, digits) = match specifier.conversion {
                'o' => ("0", format!("{bits:o}")),
                _ => ("0x", format!("{bits:x}")),
            };
            let text = pad_number(if specifier.flags.alternate { prefix } else { "" }, digits, specifier);
            if specifier.conversion == 'X' { text.to_uppercase() } else { text }
        }
        ('f' | 'e', Value::Double(number)) if !number.is_finite() => {
            let text = double_text(number.abs());
            pad(format!("{}{text}", sign(number.is_sign_negative() && !number.is_nan(), specifier)), specifier)
        }
        ('f', Value::Double(number)) => {
            let mut digits = Decimal::of_double(*number).fixed(specifier.precision.unwrap_or(6));
            if specifier.flags.alternate && specifier.precision == Some(0) {
                digits.push('.');
            }
            pad_number(sign(number.is_sign_negative(), specifier), group(digits, specifier), specifier)
        }
        ('e', Value::Double(number)) => {
            let digits = Decimal::of_double(*number).scientific(specifier.precision.unwrap_or(6), specifier.flags.alternate);
            pad_number(sign(number.is_sign_negative(), specifier), digits, specifier)
        }
        _ => return Ok(None),
    }))
}
