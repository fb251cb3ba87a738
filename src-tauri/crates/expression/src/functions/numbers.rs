//! Numbers; an argument that is no number gives null, text is never parsed.

use std::cmp::Ordering;

use super::{Definition, Family, Form, p, x};
use crate::compare;
use crate::machine::{Call, Outcome};
use crate::{Kinds, Value};

const ONE: &[super::Parameter] = &[p("number", Kinds::NUMBER)];
const ROUNDED: &[super::Parameter] = &[p("number", Kinds::NUMBER), p("digits", Kinds::INT).optional()];
const COMPARABLE: Kinds = Kinds::NUMBER.or(Kinds::DATE).or(Kinds::STRING).or(Kinds::IP).or(Kinds::ARRAY);

const fn real(name: &'static str, signature: &'static str, function: crate::machine::Function) -> Definition {
    Definition::new(Family::Number, name, signature, Form::Plain(function)).takes(ONE).gives(Kinds::DOUBLE)
}

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::Number, "abs", "abs(number) → number", Form::Plain(absolute))
        .takes(ONE)
        .gives(Kinds::NUMBER)
        .says("절댓값. 형은 그대로다.", "The absolute value, of the same type.")
        .examples(&[x("abs(-9)", "9"), x("abs(-2.5)", "2.5")]),
    Definition::new(Family::Number, "ceil", "ceil(number[, digits]) → number", Form::Plain(ceil))
        .takes(ROUNDED)
        .gives(Kinds::NUMBER)
        .says(
            "올림. digits는 남길 소수 자릿수이고 음수면 소수점 왼쪽 자리다. 없으면 정수가 된다.",
            "Rounds up. digits is the number of decimals kept, left of the point when negative; without it the result is whole.",
        )
        .examples(&[x("ceil(2.1)", "3"), x("ceil(1234.5, -2)", "1300"), x("ceil(3.1, 1)", "3.1")]),
    Definition::new(Family::Number, "floor", "floor(number[, digits]) → number", Form::Plain(floor))
        .takes(ROUNDED)
        .gives(Kinds::NUMBER)
        .says("내림. digits는 ceil()과 같다.", "Rounds down; digits as in ceil().")
        .examples(&[x("floor(-2.1)", "-3"), x("floor(3.19, 1)", "3.1")]),
    Definition::new(Family::Number, "round", "round(number[, digits]) → number", Form::Plain(round))
        .takes(ROUNDED)
        .gives(Kinds::NUMBER)
        .says(
            "반올림. 절반은 0에서 먼 쪽으로 간다. digits는 ceil()과 같다.",
            "Rounds to the nearest, halves away from zero; digits as in ceil().",
        )
        .examples(&[x("round(-2.5)", "-3"), x("round(1.005, 2)", "1.01"), x("round(1850, -2)", "1900")]),
    real("exp", "exp(number) → double", exponential).says("e의 거듭제곱.", "e to the power of the number.").examples(&[x("exp(0)", "1.0")]),
    real("log", "log(number) → double", natural_log)
        .says("자연로그. 음수는 NaN.", "The natural logarithm; NaN for a negative number.")
        .examples(&[x("log(1)", "0.0"), x("log(-5)", "{\"$double\": \"NaN\"}")]),
    real("log10", "log10(number) → double", decimal_log)
        .says("상용로그.", "The logarithm to base 10.")
        .examples(&[x("log10(1000)", "3.0")]),
    real("sqrt", "sqrt(number) → double", square_root)
        .says("제곱근. 음수는 NaN.", "The square root; NaN for a negative number.")
        .examples(&[x("sqrt(81)", "9.0")]),
    real("sin", "sin(number) → double", sine).says("사인 (라디안).", "The sine of radians.").examples(&[x("sin(0)", "0.0")]),
    real("cos", "cos(number) → double", cosine).says("코사인 (라디안).", "The cosine of radians.").examples(&[x("cos(0)", "1.0")]),
    real("tan", "tan(number) → double", tangent).says("탄젠트 (라디안).", "The tangent of radians.").examples(&[x("tan(0)", "0.0")]),
    real("asin", "asin(number) → double", arc_sine)
        .says("아크사인. ±1 밖은 NaN.", "The arc sine; NaN outside ±1.")
        .examples(&[x("asin(0)", "0.0")]),
    real("acos", "acos(number) → double", arc_cosine)
        .says("아크코사인. ±1 밖은 NaN.", "The arc cosine; NaN outside ±1.")
        .examples(&[x("acos(1)", "0.0")]),
    real("atan", "atan(number) → double", arc_tangent).says("아크탄젠트.", "The arc tangent.").examples(&[x("atan(0)", "0.0")]),
    Definition::new(Family::Number, "max", "max(value, …) → any", Form::Plain(maximum))
        .takes(&[p("value", COMPARABLE).repeated()])
        .gives(COMPARABLE.without(Kinds::ARRAY))
        .says(
            "가장 큰 값. null은 무시하고, 목록은 항목들을 뜻한다. 종류가 섞이면 null.",
            "The greatest value; nulls are ignored, a list stands for its items. Mixed kinds give null.",
        )
        .examples(&[x("max(4, [9, 6], 5)", "9"), x("max(null)", "null")]),
    Definition::new(Family::Number, "min", "min(value, …) → any", Form::Plain(minimum))
        .takes(&[p("value", COMPARABLE).repeated()])
        .gives(COMPARABLE.without(Kinds::ARRAY))
        .says(
            "가장 작은 값. null은 무시하고, 목록은 항목들을 뜻한다. 종류가 섞이면 null.",
            "The least value; nulls are ignored, a list stands for its items. Mixed kinds give null.",
        )
        .examples(&[x("min(4, 9, 2)", "2"), x("min(1, \"a\")", "null")]),
    Definition::new(Family::Number, "mod", "mod(dividend, divisor) → number", Form::Plain(modulo))
        .takes(&[p("dividend", Kinds::NUMBER), p("divisor", Kinds::NUMBER)])
        .gives(Kinds::NUMBER)
        .says(
            "나머지. 부호는 나누어지는 수를 따른다. 0으로 나누면 null.",
            "The remainder with the sign of the dividend; null for a divisor of zero.",
        )
        .examples(&[x("mod(-11, 4)", "-3"), x("mod(17, 0)", "null")]),
    Definition::new(Family::Number, "pow", "pow(base, exponent) → number", Form::Plain(power))
        .takes(&[p("base", Kinds::NUMBER), p("exponent", Kinds::NUMBER)])
        .gives(Kinds::NUMBER)
        .says(
            "거듭제곱. 두 정수의 결과가 64비트에 들면 정수다.",
            "The power; whole when both are whole, the exponent is not negative and it fits.",
        )
        .examples(&[x("pow(3, 4)", "81"), x("pow(2, -1)", "0.5")]),
];

fn absolute(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(match call.get(0) {
        Value::Int(number) => number.checked_abs().into(),
        Value::Double(number) => Value::Double(number.abs()),
        _ => Value::Null,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Rounding {
    Up,
    Down,
    HalfAwayFromZero,
}

fn ceil(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(rounded(call, Rounding::Up))
}

fn floor(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(rounded(call, Rounding::Down))
}

fn round(call: &mut Call<'_, '_>) -> Outcome<Value> {
    Ok(rounded(call, Rounding::HalfAwayFromZero))
}

fn rounded(call: &Call<'_, '_>, rounding: Rounding) -> Value {
    let digits = match (call.given(1), call.int(1)) {
        (false, _) => 0,
        (true, Some(digits)) => digits,
        (true, None) => return Value::Null,
    };
    match call.get(0) {
        Value::Int(number) if digits >= 0 => Value::Int(*number),
        Value::Int(number) => Decimal::of_int(*number).round(digits, rounding).to_int().into(),
        Value::Double(number) if number.is_finite() => {
            let decimal = Decimal::of_double(*number).round(digits, rounding);
            if digits > 0 { Value::Double(decimal.to_double()) } else { decimal.to_int().into() }
        }
        _ => Value::Null,
    }
}

/// The shortest decimal form of a number: digits and the power of ten of the last one.
///
/// Rounding works on it and not on the binary value, so that `round(1.005, 2)` is what it looks like.
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn of_int(number: i64) -> Self {
        let digits = number.unsigned_abs().to_string().bytes().map(|digit| digit - b'0').collect();
        Self { negative: number < 0, digits, exponent: 0 }
    }

    /// Reads a finite number.
    pub(super) fn of_double(number: f64) -> Self {
        // `{:e}` prints the shortest digits that read back as the same number: 1.005e0.
        let text = format!("{:e}", number.abs());
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = whole.bytes().chain(fraction.bytes()).map(|digit| digit - b'0').collect();
        Self { negative: number.is_sign_negative(), digits, exponent: exponent.parse::<i64>().unwrap_or(0) - fraction.len() as i64 }
    }

    /// Keeps so many digits after the point, or zeros them left of it when negative.
    fn round(mut self, kept: i64, rounding: Rounding) -> Self {
        let dropped = kept.saturating_neg().saturating_sub(self.exponent);
        let Ok(dropped @ 1..) = usize::try_from(dropped) else { return self };
        let length = self.digits.len();
        let cut = length.saturating_sub(dropped);
        // What is dropped starts with a zero when the number is smaller than the unit it is rounded to.
        let first = if dropped > length { 0 } else { self.digits[cut] };
        let any = self.digits[cut..].iter().any(|digit| *digit != 0);
        let away = match rounding {
            Rounding::Up => any && !self.negative,
            Rounding::Down => any && self.negative,
            Rounding::HalfAwayFromZero => first >= 5,
        };
        self.digits.truncate(cut);
        self.exponent = kept.saturating_neg();
        if away {
            self.add_one();
        }
        self
    }

    fn add_one(&mut self) {
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
    }

    fn is_zero(&self) -> bool {
        self.digits.iter().all(|digit| *digit == 0)
    }

    fn to_int(&self) -> Option<i64> {
        if self.is_zero() {
            return Some(0);
        }
        let mut number: i64 = 0;
        let zeros = usize::try_from(self.exponent).ok().filter(|zeros| *zeros <= 20)?;
        for digit in self.digits.iter().copied().chain(std::iter::repeat_n(0, zeros)) {
            let digit = i64::from(digit);
            number = number.checked_mul(10)?;
            number = if self.negative { number.checked_sub(digit)? } else { number.checked_add(digit)? };
        }
        Some(number)
    }

    fn to_double(&self) -> f64 {
        let digits: String = self.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        let text = format!("{}{}e{}", if self.negative { "-" } else { "" }, if digits.is_empty() { "0" } else { &digits }, self.exponent);
        text.parse().unwrap_or(f64::NAN)
    }

    /// Returns the number rounded half away from zero to so many decimals, as plain digits without a sign.
    pub(super) fn fixed(self, decimals: usize) -> String {
        let rounded = self.round(decimals as i64, Rounding::HalfAwayFromZero);
        let mut digits: Vec<u8> = rounded.digits.iter().map(|digit| b'0' + digit).collect();
        let shift = rounded.exponent + decimals as i64;
        digits.extend(std::iter::repeat_n(b'0', usize::try_from(shift).unwrap_or(0)));
        let missing = (decimals + 1).saturating_sub(digits.len());
        digits.splice(0..0, std::iter::repeat_n(b'0', missing));
        let first = digits.iter().take(digits.len() - decimals - 1).take_while(|digit| **digit == b'0').count();
        let mut text: String = digits[first..].iter().map(|digit| char::from(*digit)).collect();
        if decimals > 0 {
            text.insert(text.len() - decimals, '.');
        }
        text
    }
}

impl Decimal {
    /// Returns the number as `d.ddde+xx` with so many decimals, without a sign.
    pub(super) fn scientific(self, decimals: usize, point: bool) -> String {
        let mut significant = self;
        let leading = significant.digits.iter().take_while(|digit| **digit == 0).count();
        significant.digits.drain(..leading);
        if significant.digits.is_empty() {
            significant = Self { negative: false, digits: vec![0], exponent: 0 };
        }
        let magnitude = significant.digits.len() as i64 - 1 + significant.exponent;
        let mut rounded = significant.round(decimals as i64 - magnitude, Rounding::HalfAwayFromZero);
        // 9.99 may round to 10.0, which has one digit more before the point.
        let magnitude = if rounded.is_zero() { 0 } else { rounded.digits.len() as i64 - 1 + rounded.exponent };
        rounded.digits.resize(decimals + 1, 0);
        let digits: String = rounded.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        let dot = if decimals > 0 || point { "." } else { "" };
        let sign = if magnitude < 0 { '-' } else { '+' };
        format!("{}{dot}{}e{sign}{:02}", &digits[..1], &digits[1..], magnitude.abs())
    }
}

fn apply(call: &Call<'_, '_>, function: fn(f64) -> f64) -> Outcome<Value> {
    Ok(call.double(0).map(function).into())
}

fn exponential(call: &mut Call<'_, '_>) -> Outcome<Value> {
    apply(call, f64::exp)
}

fn natural_log(call: &mut Call<'_, '_>) -> Outcome<Value> {
    apply(call, f64::ln)
}

fn decimal_log(call: &mut Call<'_, '_>) -> Outcome<Value> {
    apply(call, f64::log10)
}

fn square_root(call: &mut Call<'_, '_>) -> Outcome<Value> {
    apply(call, f64::sqrt)
}

fn sine(call: &mut Call<'_, '_>) -> Outcome<Value> {
    apply(call, f64::sin)
}

fn cosine(call: &mut Call<'_, '_>) -> Outcome<Value> {
    apply(call, f64::cos)
}

fn tangent(call: &mut Call<'_, '_>) -> Outcome<Value> {
    apply(call, f64::tan)
}

fn arc_sine(call: &mut Call<'_, '_>) -> Outcome<Value> {
    apply(call, f64::asin)
}

fn arc_cosine(call: &mut Call<'_, '_>) -> Outcome<Value> {
    apply(call, f64::acos)
}

fn arc_tangent(call: &mut Call<'_, '_>) -> Outcome<Value> {
    apply(call, f64::atan)
}

fn maximum(call: &mut Call<'_, '_>) -> Outcome<Value> {
    extreme(call, Ordering::Greater)
}

fn minimum(call: &mut Call<'_, '_>) -> Outcome<Value> {
    extreme(call, Ordering::Less)
}

fn extreme(call: &mut Call<'_, '_>, wanted: Ordering) -> Outcome<Value> {
    let mut best: Option<&Value> = None;
    for argument in call.arguments {
        let items = match argument {
            Value::Array(items) => items.as_slice(),
            scalar => std::slice::from_ref(scalar),
        };
        call.machine.spend(items.len() as u64)?;
        for item in items {
            let group = Kinds::of(item);
            let group = if group.is_subset(Kinds::NUMBER) { Kinds::NUMBER } else { group };
            if item.is_null() {
                continue;
            }
            if !group.is_subset(COMPARABLE.without(Kinds::ARRAY)) {
                return Ok(Value::Null);
            }
            let Some(so_far) = best else {
                best = Some(item);
                continue;
            };
            if !Kinds::of(so_far).is_subset(group) {
                return Ok(Value::Null);
            }
            match compare::order(item, so_far) {
                Some(order) if order == wanted => best = Some(item),
                Some(_) => {}
                // Numbers without an order hold a NaN, which wins as in IEEE; addresses of both versions are mixed kinds.
                None if group == Kinds::NUMBER => return Ok(Value::Double(f64::NAN)),
                None => return Ok(Value::Null),
            }
        }
    }
    Ok(best.cloned().unwrap_or_default())
}

fn modulo(call: &mut Call<'_, '_>) -> Outcome<Value> {
    if let (Some(dividend), Some(divisor)) = (call.int(0), call.int(1)) {
        return Ok(if divisor == 0 { Value::Null } else { Value::Int(dividend.wrapping_rem(divisor)) });
    }
    let (Some(dividend), Some(divisor)) = (call.double(0), call.double(1)) else { return Ok(Value::Null) };
    Ok(if divisor == 0.0 { Value::Null } else { Value::Double(dividend % divisor) })
}

fn power(call: &mut Call<'_, '_>) -> Outcome<Value> {
    if let (Some(base), Some(exponent @ 0..)) = (call.int(0), call.int(1)) {
        let whole = match base {
            0 | 1 => Some(if exponent == 0 { 1 } else { base }),
            -1 => Some(if exponent % 2 == 0 { 1 } else { -1 }),
            _ => u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent)),
        };
        if let Some(number) = whole {
            return Ok(Value::Int(number));
        }
    }
    let (Some(base), Some(exponent)) = (call.double(0), call.double(1)) else { return Ok(Value::Null) };
    Ok(Value::Double(base.powf(exponent)))
}
