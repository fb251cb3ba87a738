//! Static checks: every error of a text, and warnings from what is known of its scope.

use chrono::DateTime;
use types::Diagnostic;

use crate::ast::{Arithmetic, Call, Comparison, Expression, ExpressionKind, PathStep};
use crate::compare::{Number, parse_address};
use crate::diagnostics::{Mistake, Report};
use crate::functions::{self, Definition, Form, lists::Operation};
use crate::lexer::Place;
use crate::machine::Machine;
use crate::program::Lowering;
use crate::shape::{ScopeShape, Shape};
use crate::similar;
use crate::template::{self, Part};
use crate::{Context, Kinds, Limits, Map, Value, parser};

/// What a text is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// An expression of any type.
    Expression,
    /// The condition of a branch, which must be true, false or null.
    Condition,
    /// A text with placeholders.
    Template,
}

/// Returns everything that is wrong or doubtful in a text, in the order of the text; spans in UTF-8 byte offsets.
pub fn check(text: &str, kind: TextKind, scope: &ScopeShape) -> Vec<Diagnostic> {
    let mut report = Report::default();
    match kind {
        TextKind::Template => {
            for part in template::split(text, &mut report) {
                if let Part::Expression(expression) = part {
                    examine(&expression, scope, &mut report);
                }
            }
        }
        TextKind::Expression => {
            let expression = parser::parse(text, &mut report);
            examine(&expression, scope, &mut report);
        }
        TextKind::Condition => {
            let expression = parser::parse(text, &mut report);
            let shape = examine(&expression, scope, &mut report);
            if !report.has_errors() {
                condition(&expression, &shape, &mut report);
            }
        }
    }
    report.finish()
}

/// Returns the names and paths that hold something after a condition came out as `holds`, such as `score` after `isnotnull(score)`.
pub fn proven_by(condition: &str, holds: bool) -> Vec<String> {
    let Proof { if_true, if_false } = proof(&parser::parse(condition, &mut Report::default()));
    if holds { if_true } else { if_false }
}

/// Checks every text with placeholders in a JSON value; the path (`hosts[0].name`) is the target's field.
pub fn check_json(json: &serde_json::Value, scope: &ScopeShape) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    template::each_text(json, &mut |path, text| {
        diagnostics.extend(check(text, TextKind::Template, scope).into_iter().map(|mut diagnostic| {
            diagnostic.target.field = Some(path.to_owned()).filter(|path| !path.is_empty());
            diagnostic
        }));
    });
    diagnostics
}

/// Returns what is known of the value of an expression, such as the type of a variable that a formula sets.
pub fn shape_of(text: &str, scope: &ScopeShape) -> Shape {
    let mut report = Report::default();
    let expression = parser::parse(text, &mut report);
    examine(&expression, scope, &mut report)
}

/// Reports the errors of an expression, and warnings when its shape is sound; returns what its value is.
fn examine(expression: &Expression, scope: &ScopeShape, report: &mut Report) -> Shape {
    let mut lowering = Lowering::new(report);
    lowering.lower(expression);
    if report.diagnostics.iter().any(|diagnostic| diagnostic.code == "EXP-040") {
        return Shape::any();
    }
    Inference { scope, report, locals: Vec::new(), excused: 0, proven: Vec::new() }.infer(expression)
}

fn condition(expression: &Expression, shape: &Shape, report: &mut Report) {
    let kinds = shape.kinds.without(Kinds::NULL);
    if kinds != Kinds::NONE && kinds.is_disjoint(Kinds::BOOL) {
        report.add(Mistake::NotBoolean(kinds.describe()), expression.place);
        return;
    }
    if let Some(value) = constant(expression) {
        report.add(Mistake::Constant(value), expression.place);
    }
}

/// Returns the truth of a condition that reads no name and asks nothing of the run.
fn constant(expression: &Expression) -> Option<bool> {
    let mut report = Report::default();
    let mut lowering = Lowering::new(&mut report);
    let root = lowering.lower(expression);
    if !lowering.names.is_empty() || asks_the_run(expression) {
        return None;
    }
    let mut context = Context::new(DateTime::UNIX_EPOCH, chrono_tz::Tz::UTC, "", 0);
    context.limits = Limits { steps: 10_000, ..context.limits };
    let scope = Map::new();
    match Machine::new(&scope, &context).run(&root) {
        Ok(Value::Bool(value)) => Some(value),
        Ok(Value::Null) => Some(false),
        _ => None,
    }
}

fn asks_the_run(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Broken | ExpressionKind::Literal(_) | ExpressionKind::Name(_) => false,
        ExpressionKind::Path(root, steps) => {
            asks_the_run(root) || steps.iter().any(|step| matches!(step, PathStep::Index(index) if asks_the_run(index)))
        }
        ExpressionKind::Negate(_, inner) | ExpressionKind::Not(_, inner) => asks_the_run(inner),
        ExpressionKind::Chain(first, rest) => asks_the_run(first) || rest.iter().any(|(_, right)| asks_the_run(right)),
        ExpressionKind::Compare(_, left, right) => asks_the_run(left) || asks_the_run(right),
        ExpressionKind::And(parts) | ExpressionKind::Or(parts) | ExpressionKind::List(parts) => parts.iter().any(asks_the_run),
        ExpressionKind::Map(entries) => entries.iter().any(|(_, value)| asks_the_run(value)),
        ExpressionKind::Call(call) => {
            matches!(&*call.name, "now" | "ago" | "guid" | "rand" | "randbytes" | "whoami" | "field")
                || call.arguments.iter().any(|argument| asks_the_run(&argument.value))
        }
    }
}

struct Inference<'s, 'r> {
    scope: &'s ScopeShape,
    report: &'r mut Report,
    locals: Vec<(String, Shape)>,
    /// Above zero inside `nvl`, `isnull` and the like, where reading what is not set is the point.
    excused: usize,
    /// Paths that were found to be set by what stands before, such as `score` in `isnotnull(score) and score > 5`.
    proven: Vec<String>,
}

/// Paths that hold something when a condition is true, and when it is false.
#[derive(Default)]
struct Proof {
    if_true: Vec<String>,
    if_false: Vec<String>,
}

/// Returns `ticket.owner` for a name or a path of constant keys.
fn dotted(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name.to_string()),
        ExpressionKind::Path(root, steps) => {
            let mut path = dotted(root)?;
            for step in steps {
                let key = match step {
                    PathStep::Key(key, _) => key,
                    PathStep::Index(index) => index.literal_text()?,
                };
                path.push('.');
                path.push_str(key);
            }
            Some(path)
        }
        _ => None,
    }
}

/// Returns what a condition tells of the paths it tests.
fn proof(condition: &Expression) -> Proof {
    let is_null = |side: &Expression| matches!(side.kind, ExpressionKind::Literal(Value::Null));
    match &condition.kind {
        // Null does not hold, so what holds is set.
        ExpressionKind::Name(_) | ExpressionKind::Path(..) => {
            Proof { if_true: dotted(condition).into_iter().collect(), ..Proof::default() }
        }
        ExpressionKind::Not(count, inner) => {
            let Proof { if_true, if_false } = proof(inner);
            if count % 2 == 1 { Proof { if_true: if_false, if_false: if_true } } else { Proof { if_true, if_false } }
        }
        ExpressionKind::And(parts) => Proof { if_true: parts.iter().flat_map(|part| proof(part).if_true).collect(), ..Proof::default() },
        ExpressionKind::Or(parts) => Proof { if_false: parts.iter().flat_map(|part| proof(part).if_false).collect(), ..Proof::default() },
        ExpressionKind::Compare(comparison @ (Comparison::Equal | Comparison::NotEqual), left, right)
            if is_null(left) || is_null(right) =>
        {
            let tested: Vec<String> = dotted(if is_null(left) { right } else { left }).into_iter().collect();
            match comparison {
                Comparison::Equal => Proof { if_false: tested, ..Proof::default() },
                _ => Proof { if_true: tested, ..Proof::default() },
            }
        }
        ExpressionKind::Call(call) => {
            let tested = || call.arguments.first().and_then(|argument| dotted(&argument.value)).into_iter().collect();
            match &*call.name {
                "isnotnull" | "isnum" | "isstr" => Proof { if_true: tested(), ..Proof::default() },
                "isnull" => Proof { if_false: tested(), ..Proof::default() },
                _ => Proof::default(),
            }
        }
        _ => Proof::default(),
    }
}

impl Inference<'_, '_> {
    fn infer(&mut self, expression: &Expression) -> Shape {
        match &expression.kind {
            ExpressionKind::Broken => Shape::any(),
            ExpressionKind::Literal(value) => Shape::of(Kinds::of(value)),
            ExpressionKind::Name(name) => self.name(name, expression.place),
            ExpressionKind::Path(root, steps) => self.path(root, steps),
            ExpressionKind::Negate(_, inner) => {
                let inner_shape = self.infer(inner);
                self.operand("-", &inner_shape, inner.place);
                Shape::of(inner_shape.kinds.and(Kinds::NUMBER))
            }
            ExpressionKind::Not(_, inner) => {
                self.infer(inner);
                Shape::of(Kinds::BOOL)
            }
            ExpressionKind::Chain(first, rest) => self.chain(first, rest),
            ExpressionKind::Compare(comparison, left, right) => {
                self.compare(*comparison, left, right);
                Shape::of(Kinds::BOOL)
            }
            ExpressionKind::And(parts) | ExpressionKind::Or(parts) => {
                let before = self.proven.len();
                let is_and = matches!(expression.kind, ExpressionKind::And(_));
                for part in parts {
                    self.infer(part);
                    // The next part is only evaluated when this one held, or did not.
                    let Proof { if_true, if_false } = proof(part);
                    self.proven.extend(if is_and { if_true } else { if_false });
                }
                self.proven.truncate(before);
                Shape::of(Kinds::BOOL)
            }
            ExpressionKind::List(items) => {
                let items = items.iter().map(|item| self.infer(item)).reduce(Shape::or);
                Shape { items: items.map(Box::new), ..Shape::of(Kinds::ARRAY) }
            }
            ExpressionKind::Map(entries) => {
                let fields: Vec<(String, Shape)> = entries.iter().map(|(key, value)| (key.to_string(), self.infer(value))).collect();
                Shape::map(fields)
            }
            ExpressionKind::Call(call) => self.call(call),
        }
    }

    fn name(&mut self, name: &str, place: Place) -> Shape {
        if let Some((_, shape)) = self.locals.iter().rfind(|(local, _)| local == name) {
            return shape.clone();
        }
        match self.scope.names.get(name) {
            Some(shape) => {
                if shape.maybe_unset && !self.is_excused(name) {
                    self.report.add(Mistake::MaybeUnset(name.to_owned()), place);
                }
                shape.clone()
            }
            None => {
                if !self.scope.open {
                    let known = self.scope.names.keys().map(String::as_str).chain(self.locals.iter().map(|(local, _)| local.as_str()));
                    // TRUE and Null are names to the language, and hardly meant as such.
                    let known = known.chain(["true", "false", "null"].into_iter().filter(|word| name.eq_ignore_ascii_case(word)));
                    let similar = similar::closest(name, known).map(str::to_owned);
                    self.report.add(Mistake::UnknownName { name: name.to_owned(), similar }, place);
                }
                Shape::any()
            }
        }
    }

    /// Tells whether reading a path that may not be set is sound: the point of it, or proven by what stands before.
    fn is_excused(&self, path: &str) -> bool {
        let covers = |proven: &String| proven.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.excused > 0 || self.proven.iter().any(covers)
    }

    fn path(&mut self, root: &Expression, steps: &[PathStep]) -> Shape {
        let mut shape = self.infer(root);
        let mut path = dotted(root);
        for step in steps {
            shape = match step {
                PathStep::Key(key, place) => self.field(&shape, &mut path, key, *place),
                PathStep::Index(index) => {
                    let index_shape = self.infer(index);
                    match index.literal_text() {
                        Some(key) => self.field(&shape, &mut path, key, index.place),
                        None => {
                            path = None;
                            if index_shape.kinds.is_subset(Kinds::NUMBER) { shape.item() } else { Shape::any() }
                        }
                    }
                }
            };
        }
        shape
    }

    fn field(&mut self, shape: &Shape, path: &mut Option<String>, key: &str, place: Place) -> Shape {
        if let Some(path) = path {
            path.push('.');
            path.push_str(key);
        }
        match shape.field(key) {
            Some(found) => {
                let excused = path.as_ref().map_or(self.excused > 0, |path| self.is_excused(path));
                if found.maybe_unset && !excused {
                    self.report.add(Mistake::MaybeUnset(key.to_owned()), place);
                }
                found
            }
            None => {
                let known = shape.fields.iter().flat_map(|fields| fields.keys().map(String::as_str));
                let similar = similar::closest(key, known).map(str::to_owned);
                self.report.add(Mistake::UnknownField { name: key.to_owned(), similar }, place);
                // Reported once; what is read from it is not reported again.
                Shape::any()
            }
        }
    }

    /// Warns of an operand that is no number.
    fn operand(&mut self, operator: &'static str, shape: &Shape, place: Place) {
        let kinds = shape.kinds.without(Kinds::NULL);
        if kinds != Kinds::NONE && kinds.is_disjoint(Kinds::NUMBER) {
            self.report.add(
                Mistake::ArgumentKind {
                    function: operator.into(),
                    parameter: None,
                    wanted: Kinds::NUMBER.describe(),
                    given: kinds.describe(),
                },
                place,
            );
        }
    }

    fn chain(&mut self, first: &Expression, rest: &[(Arithmetic, Expression)]) -> Shape {
        let mut kinds = self.infer(first);
        for (index, (operator, right)) in rest.iter().enumerate() {
            let sign = match operator {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "-",
                Arithmetic::Multiply => "*",
                Arithmetic::Divide => "/",
            };
            if index == 0 {
                self.operand(sign, &kinds, first.place);
            }
            let shape = self.infer(right);
            self.operand(sign, &shape, right.place);
            let both = kinds.kinds | shape.kinds;
            kinds = Shape::of(if *operator == Arithmetic::Divide || !both.is_disjoint(Kinds::DOUBLE) && both.is_disjoint(Kinds::INT) {
                Kinds::DOUBLE
            } else {
                both.and(Kinds::NUMBER)
            });
        }
        kinds
    }

    fn compare(&mut self, comparison: Comparison, left: &Expression, right: &Expression) {
        let against_null = |side: &Expression| matches!(side.kind, ExpressionKind::Literal(Value::Null));
        let excused = usize::from(against_null(left) || against_null(right));
        self.excused += excused;
        let (left_shape, right_shape) = (self.infer(left), self.infer(right));
        self.excused -= excused;
        let (left_kinds, right_kinds) = (left_shape.kinds.without(Kinds::NULL), right_shape.kinds.without(Kinds::NULL));
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if !equality && matches!(left.kind, ExpressionKind::Compare(..)) {
            // `a < b < c` is an error already.
            return;
        }
        if left_kinds == Kinds::NONE || right_kinds == Kinds::NONE {
            // Only `== null` asks something of a null; an order with it never holds.
            if !equality {
                self.always(left_kinds, right_kinds, false, left.place.to(right.place));
            }
            return;
        }
        let possible = comparable(left_kinds, right_kinds, equality)
            && readable(left, right_kinds)
            && (readable(right, left_kinds) || equality && right.literal_text().is_some_and(|text| text.contains('*')));
        if !possible {
            self.always(left_kinds, right_kinds, comparison == Comparison::NotEqual, left.place.to(right.place));
        }
    }

    fn always(&mut self, left: Kinds, right: Kinds, negated: bool, place: Place) {
        self.report.add(Mistake::AlwaysFalse { left: left.describe(), right: right.describe(), negated }, place);
    }

    fn call(&mut self, call: &Call) -> Shape {
        let Some(definition) = functions::find(&call.name) else {
            for argument in &call.arguments {
                self.infer(&argument.value);
            }
            return Shape::any();
        };
        match definition.form {
            Form::ForEach => return self.for_each(call),
            Form::Each(operation) => return self.each(call, operation),
            Form::Field => {
                if let Some(name) = call.arguments.first().and_then(|argument| argument.value.literal_text()) {
                    return self.name(name, call.name_place);
                }
            }
            _ => {}
        }
        let mut shapes = Vec::with_capacity(call.arguments.len());
        let before = self.proven.len();
        // The conditions that did not hold before an argument is reached.
        let mut refuted: Vec<String> = Vec::new();
        for (index, argument) in call.arguments.iter().enumerate() {
            self.proven.truncate(before);
            let is_value = match definition.form {
                Form::If => index == 1,
                Form::Case => index % 2 == 1,
                _ => false,
            };
            self.proven.extend(refuted.iter().cloned());
            if is_value && let Some(condition) = call.arguments.get(index - 1) {
                let Proof { if_true, if_false } = proof(&condition.value);
                self.proven.truncate(before + refuted.len());
                self.proven.extend(if_true);
                refuted.extend(if_false);
            }
            let excused = matches!((&*call.name, index), ("nvl" | "isnull" | "isnotnull" | "typeof" | "len", 0));
            self.excused += usize::from(excused);
            shapes.push(self.infer(&argument.value));
            self.excused -= usize::from(excused);
        }
        self.proven.truncate(before);
        for (index, (argument, shape)) in call.arguments.iter().zip(&shapes).enumerate() {
            self.argument(definition, call, index, argument.name.as_ref().map(|(name, _)| &**name), shape, argument.value.place);
        }
        result(definition, &call.name, &call.arguments.iter().map(|argument| &argument.value).collect::<Vec<_>>(), shapes)
    }

    fn argument(&mut self, definition: &Definition, call: &Call, index: usize, name: Option<&str>, shape: &Shape, place: Place) {
        let parameters = definition.doc.parameters;
        let parameter = match name {
            Some(name) => parameters.iter().find(|parameter| parameter.name == name),
            None if definition.doc.name == "dict" => parameters.get(index % 2),
            None => parameters.get(index).or_else(|| parameters.last().filter(|parameter| parameter.repeated)),
        };
        let Some(parameter) = parameter else { return };
        let kinds = shape.kinds.without(Kinds::NULL);
        if kinds != Kinds::NONE && kinds.is_disjoint(parameter.kinds) {
            self.report.add(
                Mistake::ArgumentKind {
                    function: call.name.to_string(),
                    parameter: Some(parameter.name),
                    wanted: parameter.kinds.describe(),
                    given: kinds.describe(),
                },
                place,
            );
        }
    }

    fn for_each(&mut self, call: &Call) -> Shape {
        let Some((body, lists)) = call.arguments.split_first() else { return Shape::any() };
        let before = self.locals.len();
        let mut parameters = Vec::new();
        for (index, list) in lists.iter().enumerate() {
            let shape = self.infer(&list.value);
            let item = if shape.kinds == Kinds::ARRAY { shape.item() } else { Shape::any() };
            parameters.push((format!("_{}", index + 1), item));
        }
        self.locals.extend(parameters);
        let item = self.infer(&body.value);
        self.locals.truncate(before);
        Shape::array(item)
    }

    fn each(&mut self, call: &Call, operation: Operation) -> Shape {
        let [list, body, rest @ ..] = call.arguments.as_slice() else { return Shape::any() };
        let list_shape = self.infer(&list.value);
        if let Some(definition) = functions::find(&call.name) {
            self.argument(definition, call, 0, None, &list_shape, list.value.place);
        }
        for argument in rest {
            self.infer(&argument.value);
        }
        let item = list_shape.item();
        let parameter = body.parameter.as_ref().map_or("", |(name, _)| name);
        self.locals.push((parameter.to_owned(), item));
        let value = self.infer(&body.value);
        self.locals.pop();
        match operation {
            Operation::Map => Shape::array(value),
            Operation::Filter | Operation::SortBy => list_shape,
            Operation::Any | Operation::All => Shape::of(Kinds::BOOL),
            Operation::GroupBy => Shape::of(Kinds::MAP),
        }
    }
}

/// Returns what a call gives, as far as it follows from its arguments.
fn result(definition: &Definition, name: &str, arguments: &[&Expression], mut shapes: Vec<Shape>) -> Shape {
    let joined = |shapes: &mut dyn Iterator<Item = Shape>| shapes.reduce(Shape::or).unwrap_or_else(Shape::any);
    match definition.form {
        Form::Array => match shapes.into_iter().reduce(Shape::or) {
            Some(item) => Shape::array(item),
            None => Shape::of(Kinds::ARRAY),
        },
        Form::If => joined(&mut shapes.into_iter().skip(1)),
        Form::Case => {
            let count = shapes.len();
            joined(&mut shapes.into_iter().enumerate().filter(|(index, _)| index % 2 == 1 || *index + 1 == count).map(|(_, shape)| shape))
        }
        Form::Nvl => {
            let mut shape = joined(&mut shapes.into_iter());
            shape.maybe_unset = false;
            shape
        }
        Form::Dict => {
            let keys: Option<Vec<&str>> = arguments.iter().step_by(2).map(|key| key.literal_text()).collect();
            match keys {
                Some(keys) => Shape::map(keys.into_iter().zip(shapes.into_iter().skip(1).step_by(2))),
                None => Shape::of(Kinds::MAP),
            }
        }
        _ => match name {
            "split" | "groups" => Shape::array(Shape::of(Kinds::STRING)),
            "daterange" => Shape::array(Shape::of(Kinds::DATE)),
            "subarray" | "unique" if shapes.first().is_some_and(|shape| shape.kinds == Kinds::ARRAY) => shapes.swap_remove(0),
            "valueof" => match (shapes.first(), arguments.get(1).and_then(|key| key.literal_text())) {
                (Some(map), Some(key)) => map.field(key).unwrap_or_else(Shape::any),
                (Some(list), None) if list.kinds == Kinds::ARRAY => list.item(),
                _ => Shape::any(),
            },
            "int" | "long" | "double" if shapes.first().is_some_and(|shape| shape.kinds.is_disjoint(Kinds::ARRAY)) => {
                Shape::of(definition.doc.result.without(Kinds::ARRAY))
            }
            "abs" => Shape::of(shapes.first().map_or(Kinds::NUMBER, |shape| shape.kinds.and(Kinds::NUMBER))),
            _ => Shape::of(definition.doc.result),
        },
    }
}

/// Tells whether values of these types can be equal, or have an order.
fn comparable(left: Kinds, right: Kinds, equality: bool) -> bool {
    let ordered = Kinds::NUMBER | Kinds::STRING | Kinds::DATE | Kinds::IP;
    let (left, right) = if equality { (left, right) } else { (left.and(ordered), right.and(ordered)) };
    let widen = |kinds: Kinds| if kinds.is_disjoint(Kinds::NUMBER) { kinds } else { kinds | Kinds::NUMBER };
    if !widen(left).is_disjoint(widen(right)) {
        return true;
    }
    let with_text = Kinds::NUMBER | Kinds::IP | if equality { Kinds::BOOL | Kinds::DATE } else { Kinds::NONE };
    let one_is_text = |text: Kinds, other: Kinds| !text.is_disjoint(Kinds::STRING) && !other.is_disjoint(with_text);
    one_is_text(left, right) || one_is_text(right, left)
}

/// Tells whether a text literal can be read as the only type on the other side.
fn readable(side: &Expression, other: Kinds) -> bool {
    let Some(text) = side.literal_text() else { return true };
    if other.is_subset(Kinds::NUMBER) {
        return Number::parse(text).is_some();
    }
    if other == Kinds::IP {
        return parse_address(text).is_some();
    }
    if other == Kinds::BOOL {
        return matches!(text, "true" | "false");
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> ScopeShape {
        let ticket = Shape::map([
            ("id", Shape::of(Kinds::INT)),
            ("title", Shape::of(Kinds::STRING)),
            ("src_ip", Shape::of(Kinds::IP)),
            ("tags", Shape::array(Shape::of(Kinds::STRING))),
            ("closed", Shape::of(Kinds::BOOL)),
        ]);
        ScopeShape::default()
            .with("ticket", ticket)
            .with("score", Shape::of(Kinds::NUMBER))
            .with("hits", Shape::array(Shape::map([("engine", Shape::of(Kinds::STRING)), ("score", Shape::of(Kinds::NUMBER))])))
            .with("answer", Shape::any())
            .with("late", Shape::of(Kinds::NUMBER).maybe_unset())
    }

    /// Returns `CODE@start` of every diagnostic.
    fn codes(text: &str, kind: TextKind) -> Vec<String> {
        check(text, kind, &scope())
            .iter()
            .map(|diagnostic| format!("{}@{}", diagnostic.code.trim_start_matches("EXP-"), diagnostic.span.map_or(0, |span| span.start)))
            .collect()
    }

    #[track_caller]
    fn expression(text: &str, expected: &[&str]) {
        assert_eq!(codes(text, TextKind::Expression), expected, "{text}");
    }

    /// Compares a table of texts and codes, and shows every row that differs.
    #[track_caller]
    fn table(rows: &[(&str, &[&str])]) {
        let wrong: Vec<String> = rows
            .iter()
            .filter(|(text, expected)| codes(text, TextKind::Expression) != *expected)
            .map(|(text, expected)| format!("{text}: {:?}, expected {expected:?}", codes(text, TextKind::Expression)))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[track_caller]
    fn conditional(text: &str, expected: &[&str]) {
        assert_eq!(codes(text, TextKind::Condition), expected, "{text}");
    }

    #[test]
    fn errors_are_all_found() {
        table(&[
            ("lowr(title) + nope(1", &["020@0", "070@5", "020@14", "008@20"]),
            ("1 + ", &["006@4"]),
            ("(1", &["008@2"]),
            ("if(true, 1)", &["021@0"]),
            ("\"open", &["002@0"]),
            ("and true", &["006@0"]),
            ("1 + * nope(2) or", &["006@4", "020@6", "006@16"]),
            ("+5", &["006@0"]),
            ("9223372036854775808", &["004@0"]),
            ("upper(\"a\",)", &["006@10"]),
            ("1 < 2 < 3", &["009@6"]),
            ("score = 5", &["010@6"]),
            ("[1, 2", &["008@5"]),
            ("{1: 2}", &["025@1"]),
            ("x => 1", &["070@0", "011@2"]),
            ("map(hits, 1)", &["012@10"]),
            ("match(ticket.title, \"(\")", &["026@20"]),
            ("match(ticket.title, \"\\w{999}\")", &["027@20"]),
            ("dateadd(now(), \"days\", 1)", &["028@15"]),
            ("datetrunc(now(), spam=\"1d\")", &["021@0", "022@17"]),
            ("hash(\"crc99\", binary(\"a\"))", &["028@5"]),
            ("matchfeed(\"a\", \"b\")", &["024@0"]),
            ("matchfilter(\"a\")", &["023@0"]),
            ("dict(\"a\")", &["021@0"]),
            ("dict(5, 1)", &["025@5", "072@5"]),
            ("$(\"since\")", &["001@0"]),
            ("a && b", &["070@0", "001@2", "001@3"]),
            ("5x", &["003@0"]),
            ("\"\\ud800\"", &["005@1"]),
        ]);
    }

    #[test]
    fn sound_texts_are_silent() {
        for text in [
            "score >= 5 and contains(lower(ticket.title), \"srv\")",
            "ticket.src_ip == \"10.0.*\"",
            "ticket.id == \"4711\"",
            "map(hits, hit => hit.score * 2)",
            "foreach(_1.engine, hits)",
            "nvl(late, 0) > 1",
            "late == null",
            "isnull(late)",
            "if(isnull(late), 0, late)",
            "if(late != null, late + 1, 0)",
            "isnotnull(late) and late > 1",
            "isnull(late) or late > 1",
            "not isnull(late) and (late > 1 or late < 0)",
            "case(isnull(late), 0, score > 1, late, late)",
            "ticket.tags[0]",
            "ticket[\"title\"]",
            "answer.anything[3].more",
            "sort_by(hits, x => x.score, \"desc\")[0].engine",
            "dateadd(now(), \"day\", -1) < now()",
            "if(score > 3, \"high\", null) == \"high\"",
            "datetrunc(now(), span=\"1d\", offset=\"9h\")",
            "unique(map(hits, x => x.engine))",
            "valueof(ticket, \"title\")",
        ] {
            expression(text, &[]);
        }
        conditional("score >= 5", &[]);
        conditional("answer", &[]);
        conditional("now() > epoch(0)", &[]);
        conditional("any(hits, x => x.score > 5)", &[]);
    }

    #[test]
    fn doubts_are_warnings() {
        expression("scoer + 1", &["070@0"]);
        expression("TRUE", &["070@0"]);
        expression("{{ score }}", &["007@1"]);
        expression("ticket.titel", &["071@7"]);
        expression("score.x", &["071@6"]);
        expression("hits[0].enigne", &["071@8"]);
        expression("map(hits, x => x.scroe)", &["071@17"]);
        expression("left(ticket.title, \"2\")", &["072@19"]);
        expression("ticket.title + 1", &["072@0"]);
        expression("ticket.closed > 1", &["073@0"]);
        expression("ticket.id == \"x\"", &["073@0"]);
        expression("ticket.src_ip == \"not an address\"", &["073@0"]);
        expression("ticket.tags == 5", &["073@0"]);
        expression("late + 1", &["075@0"]);
        expression("if(isnull(late), late, 0)", &["075@17"]);
        expression("if(isnotnull(late), 0, late)", &["075@23"]);
        expression("isnotnull(late) or late > 1", &["075@19"]);
        expression("(isnotnull(late) and score > 1) == (late > 1)", &["075@36"]);
        expression("(isnull(late) or score > 1) and late > 1", &["075@32"]);
        conditional("ticket.id", &["074@0"]);
        conditional("hits[0].score", &["074@0"]);
        conditional("true", &["076@0"]);
        conditional("1 + 1 == 2", &["076@0"]);
        assert_eq!(codes("a {{ tiket.id }} {{ lwer(ticket.title) }}", TextKind::Template), ["070@5", "020@20"]);
    }

    #[test]
    fn hints_name_what_was_meant() {
        let hint = |text: &str| {
            check(text, TextKind::Expression, &scope())
                .first()
                .and_then(|diagnostic| diagnostic.hint.as_ref().map(|hint| hint.get(types::Language::En).to_owned()))
        };
        assert_eq!(hint("contians(ticket.title, \"x\")").as_deref(), Some("Did you mean contains?"));
        assert_eq!(hint("ticket.titel").as_deref(), Some("Did you mean title?"));
        assert_eq!(hint("scoer > 1").as_deref(), Some("Did you mean score?"));
        assert_eq!(hint("left(\"abc\")").as_deref(), Some("left(text, count) → string"));
        assert_eq!(hint("TRUE").as_deref(), Some("Did you mean true?"));
        assert_eq!(hint("if score > 5 then 1").as_deref(), Some("It is a function: if(condition, then, else) → any"));
        assert_eq!(hint("score in [1, 2]").as_deref(), Some("Write in(value, candidate, ...)."));
        assert_eq!(hint("ticket.title like \"a*\"").as_deref(), Some("Write name == \"a*\"."));
        assert_eq!(hint("score % 2").as_deref(), Some("Use mod(a, b)."));
        assert_eq!(hint("score > 5 ? 1").as_deref(), Some("Write if(condition, then, else)."));
        assert_eq!(hint("{{ score }}").as_deref(), Some("This is an expression already: leave out {{ and }}."));
        assert_eq!(hint("ticket.tags.length").as_deref(), Some("Count with len(...)."));
        assert_eq!(hint("score == null or score > null").as_deref(), Some("Ask for null with isnull(...) or isnotnull(...)."));
        // A lambda that was forgotten leaves no empty name behind to be offered.
        let offered: Vec<_> =
            check("map(ticket.tags, upper(x))", TextKind::Expression, &scope()).into_iter().map(|found| found.hint.is_some()).collect();
        assert_eq!(offered, [true, false]);
    }

    #[test]
    fn messages_read_well_in_both_languages() {
        for (text, ko, en) in [
            ("score >", "값이 와야 하는데 식이 끝났습니다.", "A value is expected here, not the end."),
            ("score > )", "값이 와야 하는데 \")\"이(가) 있습니다.", "A value is expected here, not \")\"."),
            ("score like 5", "\"like\"은(는) 여기에 올 수 없습니다.", "\"like\" does not belong here."),
            (
                "left(ticket.title, \"2\")",
                "left의 count 인자는 정수 종류여야 하는데 문자열 종류입니다.",
                "The argument count of left should be integer, not text.",
            ),
            ("ticket.id == \"x\"", "정수와 문자열의 비교는 항상 거짓입니다.", "Comparing integer with text is always false."),
            ("점수 + 1", "점수가 무엇인지 알 수 없습니다.", "Nothing sets 점수."),
        ] {
            let found = check(text, TextKind::Expression, &scope());
            let message = found.iter().find(|diagnostic| diagnostic.message.get(types::Language::En) == en);
            assert_eq!(message.map(|diagnostic| diagnostic.message.get(types::Language::Ko)), Some(ko), "{text}: {found:?}");
        }
    }

    #[test]
    fn shapes_follow_the_expression() {
        let kinds = |text: &str| shape_of(text, &scope()).kinds;
        assert_eq!(kinds("score / 2"), Kinds::DOUBLE);
        assert_eq!(kinds("len(hits) + 1"), Kinds::INT);
        assert_eq!(kinds("if(score > 1, \"a\", 2)"), Kinds::STRING | Kinds::INT);
        assert_eq!(shape_of("filter(hits, x => x.score > 1)[0]", &scope()).field("engine").map(|shape| shape.kinds), Some(Kinds::STRING));
        assert_eq!(shape_of("{\"a\": ticket.id}", &scope()).field("a").map(|shape| shape.kinds), Some(Kinds::INT));
    }

    #[test]
    fn parameters_are_checked_in_place() {
        let json = serde_json::json!({"hosts": [{"name": "{{ ticket.titel }}"}], "ok": "{{ ticket.id }}"});
        let found = check_json(&json, &scope());
        assert_eq!(found.len(), 1);
        assert_eq!(found.first().and_then(|diagnostic| diagnostic.target.field.as_deref()), Some("hosts[0].name"));
    }

    #[test]
    fn every_code_is_listed() {
        let codes: std::collections::HashSet<&str> = crate::CODES.iter().map(|code| code.code).collect();
        assert_eq!(codes.len(), crate::CODES.len());
        for text in ["lowr(1) + (", "1 <", "\"", "$", "5x", "match(1, \"(\")", "dateadd(1, \"x\", 1)", "ticket.titel", "late"] {
            for diagnostic in check(text, TextKind::Condition, &scope()) {
                assert!(codes.contains(diagnostic.code.as_str()), "{}", diagnostic.code);
            }
        }
    }
}
