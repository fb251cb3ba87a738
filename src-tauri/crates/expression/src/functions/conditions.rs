//! Choosing and matching. `if`, `case`, `nvl` and `in` are evaluated by the machine, because they do not evaluate every argument.

use std::sync::Arc;

use super::{Definition, Family, Form, Rule, p, x};
use crate::machine::{Call, Outcome};
use crate::pattern::Pattern;
use crate::{Kinds, Value};

pub(super) const FUNCTIONS: &[Definition] = &[
    Definition::new(Family::Condition, "case", "case(condition, value, …[, default]) → any", Form::Case)
        .takes(&[p("condition", Kinds::ANY), p("value", Kinds::ANY), p("more", Kinds::ANY).optional().repeated()])
        .says(
            "처음으로 성립하는 조건의 값. 없으면 기본값, 기본값도 없으면 null. 고르지 않은 값은 계산하지 않는다.",
            "The value of the first condition that holds, else the default, else null. What is not chosen is not evaluated.",
        )
        .examples(&[x("case(false, 1, null, 2, true, 3, 4)", "3"), x("case(false, 1, false, 2)", "null")]),
    Definition::new(Family::Text, "groups", "groups(text, regex) → array", Form::Plain(groups))
        .takes(&[p("text", Kinds::ANY), p("regex", Kinds::STRING)])
        .gives(Kinds::ARRAY)
        .says(
            "정규식의 첫 일치에서 괄호 그룹들. 일치가 없으면 null, 참여하지 않은 그룹은 null 항목.",
            "The groups of the first match of a regular expression; null when nothing matches, a null item for a group that took no part.",
        )
        .examples(&[
            x("groups(\"user=kim id=7\", \"user=(\\\\w+) id=(\\\\d+)\")", "[\"kim\", \"7\"]"),
            x("groups(\"abc\", \"(x)|b\")", "[null]"),
        ])
        .literals(&[(1, Rule::Pattern)]),
    Definition::new(Family::Condition, "if", "if(condition, then, else) → any", Form::If)
        .takes(&[p("condition", Kinds::ANY), p("then", Kinds::ANY), p("else", Kinds::ANY)])
        .says(
            "조건이 성립하면 둘째, 아니면 셋째 인자. null과 false만 성립하지 않으며 0과 \"\"는 성립한다.",
            "The second argument when the condition holds, else the third. Only null and false do not hold; 0 and \"\" do.",
        )
        .examples(&[x("if(1 == 1, \"t\", \"f\")", "\"t\""), x("if(0, \"y\", \"n\")", "\"y\"")]),
    Definition::new(Family::Condition, "in", "in(value, candidate, …) → bool", Form::In)
        .takes(&[p("value", Kinds::ANY), p("candidate", Kinds::ANY).repeated()])
        .gives(Kinds::BOOL)
        .says(
            "값이 후보 중 하나와 같은지. 목록은 그 항목들을 뜻하고, 문자열 상수의 *는 아무 문자열과 맞는다. null은 false.",
            "Tells whether the value equals one of the candidates. A list stands for its items, * in a text literal for any run; null is in nothing.",
        )
        .examples(&[x("in(\"malware.exe\", \"*.exe\", \"*.dll\")", "true"), x("in(443, [22, 443])", "true"), x("in(null, \"*\")", "false")]),
    Definition::new(Family::Condition, "match", "match(value, regex) → bool", Form::Plain(matches))
        .takes(&[p("value", Kinds::ANY), p("regex", Kinds::STRING)])
        .gives(Kinds::BOOL)
        .says(
            "정규식이 문자열의 일부와 맞는지. null은 false. 앞뒤 탐색과 역참조는 없다.",
            "Tells whether the regular expression matches some part of the text; null gives false. There is no look-around and no back-reference.",
        )
        .examples(&[x("match(404, \"^4\\\\d\\\\d$\")", "true"), x("match(null, \".*\")", "false")])
        .literals(&[(1, Rule::Pattern)]),
    Definition::new(Family::Condition, "nvl", "nvl(value, default) → any", Form::Nvl)
        .takes(&[p("value", Kinds::ANY), p("default", Kinds::ANY)])
        .says("값이 null이면 기본값. \"\"와 0은 그대로다.", "The value, or the default when it is null; \"\" and 0 stay.")
        .examples(&[x("nvl(null, \"b\")", "\"b\""), x("nvl(0, 9)", "0")]),
];

/// The compiled regular expression of an argument.
enum Compiled<'c> {
    Literal(&'c Pattern),
    Computed(Arc<Pattern>),
}

/// Returns the regular expression of the second argument; `None` when it is null or faulty.
fn compiled<'c>(call: &mut Call<'c, '_>) -> Outcome<Option<Compiled<'c>>> {
    if let Some(pattern) = call.pattern {
        return Ok(Some(Compiled::Literal(pattern)));
    }
    match call.text(1)? {
        Some(regex) => Ok(call.machine.pattern(&regex, false)?.map(Compiled::Computed)),
        None => Ok(None),
    }
}

impl std::ops::Deref for Compiled<'_> {
    type Target = Pattern;

    fn deref(&self) -> &Pattern {
        match self {
            Compiled::Literal(pattern) => pattern,
            Compiled::Computed(pattern) => pattern,
        }
    }
}

fn matches(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(text) = call.text(0)? else { return Ok(Value::Bool(false)) };
    let Some(pattern) = compiled(call)? else {
        // A null regular expression matches nothing; a faulty one has no answer.
        return Ok(if call.get(1).is_null() { Value::Bool(false) } else { Value::Null });
    };
    call.machine.spend(pattern.steps(text.len()))?;
    Ok(Value::Bool(pattern.regex.is_match(&text)))
}

fn groups(call: &mut Call<'_, '_>) -> Outcome<Value> {
    let Some(text) = call.text(0)? else { return Ok(Value::Null) };
    let Some(pattern) = compiled(call)? else { return Ok(Value::Null) };
    call.machine.spend(pattern.steps(text.len()))?;
    let Some(captures) = pattern.regex.captures(&text) else { return Ok(Value::Null) };
    let mut groups = Vec::with_capacity(captures.len() - 1);
    for group in captures.iter().skip(1) {
        groups.push(match group {
            Some(group) => call.make_text(group.as_str())?,
            None => Value::Null,
        });
    }
    call.make_array(groups)
}
