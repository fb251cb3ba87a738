//! Equality and order between values.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::Value;
use crate::ast::Comparison;
use crate::machine::{Machine, Outcome};

/// A number in either form.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    Int(i64),
    Double(f64),
}

impl Number {
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(Number::Int(*number)),
            Value::Double(number) => Some(Number::Double(*number)),
            _ => None,
        }
    }

    /// Reads a number as `int()` and `double()` do: no blanks, no suffixes, no infinities.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if !is_decimal(text) {
            return None;
        }
        if let Ok(number) = text.parse::<i64>() {
            return Some(Number::Int(number));
        }
        text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Number::Double)
    }

    pub(crate) fn compare(self, other: Number) -> Option<Ordering> {
        match (self, other) {
            (Number::Int(left), Number::Int(right)) => Some(left.cmp(&right)),
            (Number::Double(left), Number::Double(right)) => left.partial_cmp(&right),
            (Number::Int(left), Number::Double(right)) => int_double(left, right),
            (Number::Double(left), Number::Int(right)) => int_double(right, left).map(Ordering::reverse),
        }
    }
}

/// Tells whether the text is a decimal number: sign, digits with at most one point, exponent.
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    let mantissa = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            (digits(whole) || digits(fraction)) && (whole.is_empty() || digits(whole)) && (fraction.is_empty() || digits(fraction))
        }
        None => digits(mantissa),
    };
    mantissa && exponent.is_none_or(digits)
}

/// Compares exactly: the double is never rounded to, nor the integer from, 53 bits.
fn int_double(left: i64, right: f64) -> Option<Ordering> {
    if right.is_nan() {
        return None;
    }
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    if right >= TWO_63 {
        return Some(Ordering::Less);
    }
    if right < -TWO_63 {
        return Some(Ordering::Greater);
    }
    let whole = right.trunc();
    Some(left.cmp(&(whole as i64)).then_with(|| {
        if right > whole {
            Ordering::Less
        } else if right < whole {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    }))
}

/// Reads an address; an optional leading slash as the query language prints it.
pub(crate) fn parse_address(text: &str) -> Option<IpAddr> {
    text.strip_prefix('/').unwrap_or(text).parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Tells whether two values are equal by the rules of `==`, without wildcards.
pub(crate) fn equal(machine: &mut Machine<'_>, left: &Value, right: &Value) -> Outcome<bool> {
    Ok(match (left, right) {
        (Value::String(left), Value::String(right)) => {
            machine.spend(left.len().min(right.len()) as u64 / 64)?;
            left == right
        }
        (Value::String(text), other) | (other, Value::String(text)) => match other {
            Value::Int(_) | Value::Double(_) => match (Number::of(other), Number::parse(text)) {
                (Some(number), Some(parsed)) => number.compare(parsed) == Some(Ordering::Equal),
                _ => false,
            },
            Value::Ip(address) => parse_address(text) == Some(*address),
            Value::Bool(_) | Value::Date(_) => {
                other.text(machine.context.zone, machine.context.limits.text).is_ok_and(|form| form.as_deref() == Some(&**text))
            }
            _ => false,
        },
        _ => same(machine, left, right)?,
    })
}

/// Tells whether two values are the same: numbers by value, everything else within its type, arrays and maps deeply.
pub(crate) fn same(machine: &mut Machine<'_>, left: &Value, right: &Value) -> Outcome<bool> {
    machine.spend(1)?;
    Ok(match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Int(_) | Value::Double(_), Value::Int(_) | Value::Double(_)) => match (Number::of(left), Number::of(right)) {
            (Some(left), Some(right)) => left.compare(right) == Some(Ordering::Equal),
            _ => false,
        },
        (Value::String(left), Value::String(right)) => {
            machine.spend(left.len().min(right.len()) as u64 / 64)?;
            left == right
        }
        (Value::Ip(left), Value::Ip(right)) => left == right,
        (Value::Date(left), Value::Date(right)) => left == right,
        (Value::Binary(left), Value::Binary(right)) => {
            machine.spend(left.len().min(right.len()) as u64 / 64)?;
            left == right
        }
        (Value::Array(left), Value::Array(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (left, right) in left.iter().zip(right.iter()) {
                if !same(machine, left, right)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Map(left), Value::Map(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (key, left) in left.iter() {
                match right.get(key) {
                    Some(right) if same(machine, left, right)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        _ => false,
    })
}

/// Returns the order of two values that have one; `None` for every other pair, for nulls and for NaN.
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(_) | Value::Double(_), Value::Int(_) | Value::Double(_)) => Number::of(left)?.compare(Number::of(right)?),
        (Value::String(text), Value::Int(_) | Value::Double(_)) => Number::parse(text)?.compare(Number::of(right)?),
        (Value::Int(_) | Value::Double(_), Value::String(text)) => Number::of(left)?.compare(Number::parse(text)?),
        // Bytes of UTF-8 have the order of the code points.
        (Value::String(left), Value::String(right)) => Some(left.as_bytes().cmp(right.as_bytes())),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Ip(left), Value::Ip(right)) => address_order(*left, *right),
        (Value::Ip(left), Value::String(right)) => address_order(*left, parse_address(right)?),
        (Value::String(left), Value::Ip(right)) => address_order(parse_address(left)?, *right),
        _ => None,
    }
}

fn address_order(left: IpAddr, right: IpAddr) -> Option<Ordering> {
    match (left, right) {
        (IpAddr::V4(left), IpAddr::V4(right)) => Some(left.cmp(&right)),
        (IpAddr::V6(left), IpAddr::V6(right)) => Some(left.cmp(&right)),
        _ => None,
    }
}

/// Returns the result of a comparison operator.
pub(crate) fn compare(machine: &mut Machine<'_>, comparison: Comparison, left: &Value, right: &Value) -> Outcome<bool> {
    if let (Value::String(left), Value::String(right)) = (left, right) {
        machine.spend(left.len().min(right.len()) as u64 / 64)?;
    }
    Ok(match comparison {
        Comparison::Equal => equal(machine, left, right)?,
        Comparison::NotEqual => !equal(machine, left, right)?,
        Comparison::Less => order(left, right) == Some(Ordering::Less),
        Comparison::LessEqual => order(left, right).is_some_and(Ordering::is_le),
        Comparison::Greater => order(left, right) == Some(Ordering::Greater),
        Comparison::GreaterEqual => order(left, right).is_some_and(Ordering::is_ge),
    })
}
