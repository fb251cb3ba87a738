//! Evaluates programs within the limits of the context.

use std::borrow::Cow;
use std::sync::Arc;

use types::Span;

use crate::ast::Arithmetic;
use crate::compare::{self, Number};
use crate::diagnostics::{EvaluationError, Fault};
use crate::functions::{lists, present};
use crate::lexer::Place;
use crate::pattern::{COMPILE_COST, Pattern, PatternError};
use crate::program::{Candidate, Node, NodeKind, Step};
use crate::value::{TooLong, VALUE_DEPTH};
use crate::{Context, Map, Scope, Value};

/// A value, or the fault that ends the evaluation.
pub(crate) type Outcome<T> = Result<T, Fault>;

/// How a text is shown: what is spliced into HTML or Markdown must not become markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Plain,
    Markdown,
    Html,
}

/// One evaluation: what is left of the budgets, the values of lambda parameters, the state of the draws.
pub(crate) struct Machine<'a> {
    pub(crate) context: &'a Context,
    pub(crate) scope: &'a dyn Scope,
    steps: u64,
    bytes: u64,
    pub(crate) locals: Vec<Value>,
    draws: u64,
    /// Regular expressions that came from values, so that a loop compiles each once.
    patterns: Vec<(Arc<str>, bool, Option<Arc<Pattern>>)>,
    place: Place,
}

/// What one character range of a regular expression costs to compile, in steps.
const COMPILE_STEPS: u64 = 16;

/// How many computed regular expressions are kept.
const KEPT_PATTERNS: usize = 8;

impl<'a> Machine<'a> {
    pub(crate) fn new(scope: &'a dyn Scope, context: &'a Context) -> Self {
        Self {
            context,
            scope,
            steps: context.limits.steps,
            bytes: context.limits.bytes,
            locals: Vec::new(),
            draws: 0,
            patterns: Vec::new(),
            place: Place::default(),
        }
    }

    /// Returns the steps that are left.
    pub(crate) fn steps_left(&self) -> u64 {
        self.steps
    }

    /// Returns the error for a fault, at the part that was being evaluated.
    pub(crate) fn error(&self, fault: Fault) -> EvaluationError {
        EvaluationError { fault, span: Span { start: self.place.start as usize, end: self.place.end as usize } }
    }

    /// Takes steps from the budget.
    pub(crate) fn spend(&mut self, steps: u64) -> Outcome<()> {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(Fault::Steps),
        }
    }

    fn take_bytes(&mut self, bytes: usize) -> Outcome<()> {
        match self.bytes.checked_sub(bytes as u64) {
            Some(left) => {
                self.bytes = left;
                self.spend(bytes as u64 / 64)
            }
            None => Err(Fault::Memory),
        }
    }

    /// Checks that a text of so many bytes may be made, before it is.
    pub(crate) fn room_for_text(&mut self, bytes: usize) -> Outcome<()> {
        if bytes > self.context.limits.text {
            return Err(Fault::TextSize);
        }
        self.take_bytes(bytes)
    }

    /// Checks that a list of so many items may be made, before it is.
    pub(crate) fn room_for_items(&mut self, items: usize) -> Outcome<()> {
        if items > self.context.limits.items {
            return Err(Fault::Items);
        }
        self.take_bytes(items * size_of::<Value>())
    }

    /// Returns the text as a value, within the limits.
    pub(crate) fn make_text(&mut self, text: impl Into<Arc<str>> + AsRef<str>) -> Outcome<Value> {
        self.room_for_text(text.as_ref().len())?;
        Ok(Value::String(text.into()))
    }

    pub(crate) fn make_binary(&mut self, bytes: Vec<u8>) -> Outcome<Value> {
        self.room_for_text(bytes.len())?;
        Ok(Value::Binary(bytes.into()))
    }

    pub(crate) fn make_array(&mut self, items: Vec<Value>) -> Outcome<Value> {
        self.room_for_items(items.len())?;
        Ok(Value::array(items))
    }

    pub(crate) fn make_map(&mut self, entries: Map) -> Outcome<Value> {
        if entries.len() > self.context.limits.items {
            return Err(Fault::Items);
        }
        // A key, a value, a hash and an index slot.
        self.take_bytes(entries.len() * 80)?;
        Ok(Value::map(entries))
    }

    /// Returns the text form of a value; `None` for null.
    pub(crate) fn text<'v>(&mut self, value: &'v Value) -> Outcome<Option<Cow<'v, str>>> {
        let limits = &self.context.limits;
        if let Value::Array(_) | Value::Map(_) = value {
            // Writing JSON is work for every few bytes, and shared parts can repeat, so the steps bound the length as well.
            let affordable = self.steps.saturating_mul(8).min(self.bytes);
            let most = limits.text.min(usize::try_from(affordable).unwrap_or(usize::MAX));
            let text =
                value.text(self.context.zone, most).map_err(|TooLong| if most < limits.text { Fault::Steps } else { Fault::TextSize })?;
            let length = text.as_ref().map_or(0, |text| text.len());
            self.spend(length as u64 / 8)?;
            self.take_bytes(length)?;
            return Ok(text);
        }
        let text = value.text(self.context.zone, limits.text).map_err(|TooLong| Fault::TextSize)?;
        match &text {
            Some(Cow::Owned(made)) if made.len() > 64 => self.take_bytes(made.len())?,
            Some(text) => self.spend(text.len() as u64 / 64)?,
            None => {}
        }
        Ok(text)
    }

    /// Returns the next draw; the same seed gives the same draws.
    pub(crate) fn draw(&mut self) -> u64 {
        self.draws = self.draws.wrapping_add(1);
        mix(self.context.seed, self.draws)
    }

    /// Returns the compiled regular expression of a computed text; `None` when it is faulty.
    pub(crate) fn pattern(&mut self, text: &str, whole: bool) -> Outcome<Option<Arc<Pattern>>> {
        if let Some((_, _, kept)) = self.patterns.iter().find(|(kept, kept_whole, _)| **kept == *text && *kept_whole == whole) {
            return Ok(kept.clone());
        }
        self.spend(200 + text.len() as u64)?;
        let budget = self.steps / COMPILE_STEPS;
        let compiled = if whole { Pattern::compile_whole(text, budget) } else { Pattern::compile(text, budget) };
        let pattern = match compiled {
            Ok(pattern) => {
                self.spend(pattern.compile_cost * COMPILE_STEPS)?;
                Some(Arc::new(pattern))
            }
            Err(PatternError::TooLarge) if budget < COMPILE_COST => return Err(Fault::Steps),
            Err(_) => None,
        };
        if self.patterns.len() == KEPT_PATTERNS {
            self.patterns.remove(0);
        }
        self.patterns.push((text.into(), whole, pattern.clone()));
        Ok(pattern)
    }

    /// Evaluates a whole program and checks the size and depth of what it made.
    pub(crate) fn run(&mut self, root: &Node) -> Outcome<Value> {
        let value = self.evaluate(root)?;
        if matches!(value, Value::Array(_) | Value::Map(_)) && !root.is_borrowed() {
            self.measure(&value, VALUE_DEPTH)?;
        }
        Ok(value)
    }

    /// Walks a value as if every shared part were its own, because whoever writes it out will.
    fn measure(&mut self, value: &Value, depth: usize) -> Outcome<()> {
        self.spend(1)?;
        match value {
            Value::Array(_) | Value::Map(_) if depth == 0 => Err(Fault::Depth),
            Value::Array(items) => items.iter().try_for_each(|item| self.measure(item, depth - 1)),
            Value::Map(entries) => entries.iter().try_for_each(|(key, item)| {
                self.spend(key.len() as u64 / 16)?;
                self.measure(item, depth - 1)
            }),
            // A repeated long text counts each time it would be written.
            Value::String(text) => self.spend(text.len() as u64 / 16),
            Value::Binary(bytes) => self.spend(bytes.len() as u64 / 16),
            _ => Ok(()),
        }
    }

    pub(crate) fn evaluate(&mut self, node: &Node) -> Outcome<Value> {
        if self.steps == 0 {
            self.place = node.place;
            return Err(Fault::Steps);
        }
        self.steps -= 1;
        match &node.kind {
            NodeKind::Literal(value) => Ok(value.clone()),
            NodeKind::Name(name) => Ok(self.scope.lookup(name).cloned().unwrap_or_default()),
            NodeKind::Local(slot) => Ok(self.locals.get(*slot).cloned().unwrap_or_default()),
            NodeKind::Path(root, steps) => self.path(root, steps),
            NodeKind::Negate(count, inner) => self.negate(*count, inner),
            NodeKind::Not(count, inner) => {
                let truth = self.evaluate(inner)?.truth();
                Ok(Value::Bool(truth ^ (count % 2 == 1)))
            }
            NodeKind::Chain(first, rest) => self.chain(first, rest),
            NodeKind::Compare(comparison, left, right) => {
                let left = self.evaluate(left)?;
                let right = self.evaluate(right)?;
                self.place = node.place;
                compare::compare(self, *comparison, &left, &right).map(Value::Bool)
            }
            NodeKind::Matches { left, wildcard, negated } => {
                let left = self.evaluate(left)?;
                self.place = node.place;
                self.wildcard(&left, wildcard).map(|hit| Value::Bool(hit ^ negated))
            }
            NodeKind::And(operands) => {
                for operand in operands {
                    if !self.evaluate(operand)?.truth() {
                        return Ok(Value::Bool(false));
                    }
                }
                Ok(Value::Bool(true))
            }
            NodeKind::Or(operands) => {
                for operand in operands {
                    if self.evaluate(operand)?.truth() {
                        return Ok(Value::Bool(true));
                    }
                }
                Ok(Value::Bool(false))
            }
            NodeKind::List(items) => self.list(items, node.place),
            NodeKind::Map(entries) => self.map(entries, node.place),
            NodeKind::Choose(branches, default) => match self.choose(branches, default)? {
                Some(chosen) => self.evaluate(chosen),
                None => Ok(Value::Null),
            },
            NodeKind::Default(value, default) => match self.evaluate(value)? {
                Value::Null => self.evaluate(default),
                value => Ok(value),
            },
            NodeKind::In(value, candidates) => self.is_in(value, candidates, node.place),
            NodeKind::Field(name) => match self.evaluate(name)? {
                Value::String(name) => Ok(self.scope.lookup(&name).cloned().unwrap_or_default()),
                _ => Ok(Value::Null),
            },
            NodeKind::Table(rows, columns) => match self.table(rows, columns.as_deref(), Layout::Plain)? {
                Some(table) => self.make_text(table),
                None => Ok(Value::Null),
            },
            NodeKind::ForEach { body, lists, slot } => self.for_each(body, lists, *slot, node.place),
            NodeKind::Each { operation, list, body, extra, slot } => {
                let list = self.evaluate(list)?;
                let extra = match extra {
                    Some(extra) => Some(self.evaluate(extra)?),
                    None => None,
                };
                self.place = node.place;
                lists::each(self, *operation, &list, body, extra.as_ref(), *slot)
            }
            NodeKind::Call { function, arguments, pattern } => self.call(*function, arguments, pattern.as_deref(), node.place),
        }
    }

    #[inline(never)]
    fn call(&mut self, function: Function, arguments: &[Node], pattern: Option<&Pattern>, place: Place) -> Outcome<Value> {
        // Nearly every call has at most four arguments; those need no allocation.
        let mut few: [Value; 4] = Default::default();
        let mut many = Vec::new();
        let values: &[Value] = if arguments.len() <= few.len() {
            for (to, argument) in few.iter_mut().zip(arguments) {
                *to = self.evaluate(argument)?;
            }
            &few[..arguments.len()]
        } else {
            self.room_for_items(arguments.len())?;
            many.reserve(arguments.len());
            for argument in arguments {
                many.push(self.evaluate(argument)?);
            }
            &many
        };
        self.place = place;
        function(&mut Call { machine: self, arguments: values, pattern })
    }

    /// Returns the branch of `if` or `case` that is taken.
    pub(crate) fn choose<'n>(&mut self, branches: &'n [(Node, Node)], default: &'n Option<Box<Node>>) -> Outcome<Option<&'n Node>> {
        for (condition, value) in branches {
            if self.evaluate(condition)?.truth() {
                return Ok(Some(value));
            }
        }
        Ok(default.as_deref())
    }

    #[inline(never)]
    fn path(&mut self, root: &Node, steps: &[Step]) -> Outcome<Value> {
        self.spend(steps.len() as u64)?;
        // Names are walked by reference, so that reading one field of a ticket copies only that field.
        if let NodeKind::Name(name) = &root.kind {
            let scope = self.scope;
            return match scope.lookup(name) {
                Some(value) => Ok(self.walk(value, steps)?.cloned().unwrap_or_default()),
                None => Ok(Value::Null),
            };
        }
        let value = self.evaluate(root)?;
        Ok(self.walk(&value, steps)?.cloned().unwrap_or_default())
    }

    fn walk<'v>(&mut self, mut value: &'v Value, steps: &[Step]) -> Outcome<Option<&'v Value>> {
        for step in steps {
            let next = match step {
                Step::Key(key) => value.get(key),
                Step::Index(index) => value.index(*index),
                Step::Computed(node) => match self.evaluate(node)? {
                    Value::String(key) => value.get(&key),
                    Value::Int(index) => value.index(index),
                    _ => None,
                },
            };
            match next {
                Some(next) => value = next,
                None => return Ok(None),
            }
        }
        Ok(Some(value))
    }

    fn negate(&mut self, count: u32, inner: &Node) -> Outcome<Value> {
        self.spend(u64::from(count))?;
        let mut value = self.evaluate(inner)?;
        for _ in 0..count {
            value = match value {
                Value::Int(number) => number.checked_neg().into(),
                Value::Double(number) => Value::Double(-number),
                _ => return Ok(Value::Null),
            };
        }
        Ok(value)
    }

    #[inline(never)]
    fn chain(&mut self, first: &Node, rest: &[(Arithmetic, Node)]) -> Outcome<Value> {
        let mut left = self.evaluate(first)?;
        for (operator, right) in rest {
            let right = self.evaluate(right)?;
            left = calculate(*operator, &left, &right);
        }
        Ok(left)
    }

    #[inline(never)]
    fn list(&mut self, nodes: &[Node], place: Place) -> Outcome<Value> {
        let mut items = Vec::with_capacity(nodes.len());
        for node in nodes {
            items.push(self.evaluate(node)?);
        }
        self.place = place;
        self.make_array(items)
    }

    #[inline(never)]
    fn map(&mut self, nodes: &[(Node, Node)], place: Place) -> Outcome<Value> {
        let mut entries = Map::with_capacity(nodes.len());
        let mut keys_are_text = true;
        for (key, value) in nodes {
            let key = self.evaluate(key)?;
            let value = self.evaluate(value)?;
            match key {
                Value::String(key) => {
                    entries.insert(key, value);
                }
                _ => keys_are_text = false,
            }
        }
        self.place = place;
        if keys_are_text { self.make_map(entries) } else { Ok(Value::Null) }
    }

    /// Returns the rows laid out for a target; `None` when they are not an array.
    #[inline(never)]
    pub(crate) fn table(&mut self, rows: &Node, columns: Option<&Node>, layout: Layout) -> Outcome<Option<String>> {
        let rows = self.evaluate(rows)?;
        let columns = match columns {
            Some(columns) => Some(self.evaluate(columns)?),
            None => None,
        };
        present::lay_out(self, &rows, columns.as_ref(), layout)
    }

    fn wildcard(&mut self, value: &Value, wildcard: &crate::pattern::Wildcard) -> Outcome<bool> {
        match value {
            Value::Null | Value::Array(_) | Value::Map(_) | Value::Binary(_) => Ok(false),
            value => match self.text(value)? {
                Some(text) => {
                    self.spend(1 + text.len() as u64 / 8)?;
                    Ok(wildcard.matches(&text))
                }
                None => Ok(false),
            },
        }
    }

    #[inline(never)]
    fn is_in(&mut self, value: &Node, candidates: &[Candidate], place: Place) -> Outcome<Value> {
        let value = self.evaluate(value)?;
        if value.is_null() {
            return Ok(Value::Bool(false));
        }
        for candidate in candidates {
            let hit = match candidate {
                Candidate::Wildcard(wildcard) => self.wildcard(&value, wildcard)?,
                Candidate::Item(node) => {
                    let item = self.evaluate(node)?;
                    self.place = place;
                    compare::equal(self, &value, &item)?
                }
                Candidate::Any(node) => match self.evaluate(node)? {
                    Value::Array(items) => {
                        self.place = place;
                        let mut hit = false;
                        for item in items.iter() {
                            self.spend(1)?;
                            if compare::equal(self, &value, item)? {
                                hit = true;
                                break;
                            }
                        }
                        hit
                    }
                    item => compare::equal(self, &value, &item)?,
                },
            };
            if hit {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }

    #[inline(never)]
    fn for_each(&mut self, body: &Node, lists: &[Node], slot: usize, place: Place) -> Outcome<Value> {
        let mut columns = Vec::with_capacity(lists.len());
        for list in lists {
            columns.push(self.evaluate(list)?);
        }
        self.place = place;
        let longest = columns.iter().filter_map(|column| if let Value::Array(items) = column { Some(items.len()) } else { None }).max();
        let rows = longest.unwrap_or(1);
        self.room_for_items(rows)?;
        let mut results = Vec::with_capacity(rows);
        for row in 0..rows {
            self.spend(columns.len() as u64)?;
            self.locals.truncate(slot);
            for column in &columns {
                let item = match column {
                    Value::Array(items) => items.get(row).cloned().unwrap_or_default(),
                    scalar => scalar.clone(),
                };
                self.locals.push(item);
            }
            results.push(self.evaluate(body)?);
        }
        self.locals.truncate(slot);
        Ok(Value::array(results))
    }
}

/// Returns the result of an arithmetic operator; null for anything but two numbers, for overflow and for division by zero.
fn calculate(operator: Arithmetic, left: &Value, right: &Value) -> Value {
    let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) else { return Value::Null };
    if let (Number::Int(left), Number::Int(right)) = (left, right) {
        let result = match operator {
            Arithmetic::Add => left.checked_add(right),
            Arithmetic::Subtract => left.checked_sub(right),
            Arithmetic::Multiply => left.checked_mul(right),
            Arithmetic::Divide if right == 0 => None,
            Arithmetic::Divide => return Value::Double(left as f64 / right as f64),
        };
        return result.into();
    }
    let double = |number| match number {
        Number::Int(number) => number as f64,
        Number::Double(number) => number,
    };
    let (left, right) = (double(left), double(right));
    Value::Double(match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide if right == 0.0 => return Value::Null,
        Arithmetic::Divide => left / right,
    })
}

/// SplitMix64 over seed and count: well spread, and the same on every machine.
pub(crate) fn mix(seed: u64, count: u64) -> u64 {
    let mut state = seed.wrapping_add(count.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// A function of the language.
pub(crate) type Function = fn(&mut Call<'_, '_>) -> Outcome<Value>;

/// One call: the evaluated arguments and the machine that makes the result.
pub(crate) struct Call<'c, 'm> {
    pub(crate) machine: &'c mut Machine<'m>,
    pub(crate) arguments: &'c [Value],
    /// The regular expression of a literal argument, compiled with the program.
    pub(crate) pattern: Option<&'c Pattern>,
}

impl<'c> Call<'c, '_> {
    /// Returns an argument; null when it was not given.
    pub(crate) fn get(&self, index: usize) -> &'c Value {
        self.arguments.get(index).unwrap_or(&Value::Null)
    }

    /// Tells whether an optional argument was given.
    pub(crate) fn given(&self, index: usize) -> bool {
        index < self.arguments.len()
    }

    /// Returns the text form of an argument; `None` for null.
    pub(crate) fn text(&mut self, index: usize) -> Outcome<Option<Cow<'c, str>>> {
        let value = self.get(index);
        self.machine.text(value)
    }

    /// Returns an argument that has to be a whole number.
    pub(crate) fn int(&self, index: usize) -> Option<i64> {
        match self.get(index) {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns an argument that has to be a number.
    pub(crate) fn double(&self, index: usize) -> Option<f64> {
        match self.get(index) {
            Value::Int(number) => Some(*number as f64),
            Value::Double(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn binary(&self, index: usize) -> Option<&'c [u8]> {
        match self.get(index) {
            Value::Binary(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(crate) fn array(&self, index: usize) -> Option<&'c [Value]> {
        match self.get(index) {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn make_text(&mut self, text: impl Into<Arc<str>> + AsRef<str>) -> Outcome<Value> {
        self.machine.make_text(text)
    }

    pub(crate) fn make_binary(&mut self, bytes: Vec<u8>) -> Outcome<Value> {
        self.machine.make_binary(bytes)
    }

    pub(crate) fn make_array(&mut self, items: Vec<Value>) -> Outcome<Value> {
        self.machine.make_array(items)
    }
}
