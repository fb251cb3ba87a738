//! From tree to a program that can be evaluated many times.

use std::sync::Arc;

use types::{Diagnostic, Span};

use crate::ast::{Arithmetic, Call, Comparison, Expression, ExpressionKind, PathStep};
use crate::diagnostics::{EvaluationError, Fault, Mistake, Report};
use crate::functions::lists::Operation;
use crate::functions::{self, Definition, Form, Rule};
use crate::lexer::Place;
use crate::machine::{Function, Machine};
use crate::parser;
use crate::pattern::{Pattern, PatternError, Wildcard};
use crate::similar;
use crate::{Context, Scope, Value};

/// How deep a program may be; parsing, evaluating and dropping recurse this far and no further.
const DEPTH: usize = 200;

/// What the regular expressions of one program may cost to compile, together.
const COMPILE_COST: u64 = 120_000;

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) place: Place,
}

#[derive(Debug)]
pub(crate) enum NodeKind {
    Literal(Value),
    Name(Arc<str>),
    /// A lambda parameter or `_1`, by its place on the stack of locals.
    Local(usize),
    Path(Box<Node>, Vec<Step>),
    Negate(u32, Box<Node>),
    Not(u32, Box<Node>),
    Chain(Box<Node>, Vec<(Arithmetic, Node)>),
    Compare(Comparison, Box<Node>, Box<Node>),
    Matches {
        left: Box<Node>,
        wildcard: Wildcard,
        negated: bool,
    },
    And(Vec<Node>),
    Or(Vec<Node>),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    /// `if` and `case`: conditions with their values, and the default.
    Choose(Vec<(Node, Node)>, Option<Box<Node>>),
    /// `nvl`.
    Default(Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Candidate>),
    Field(Box<Node>),
    /// `table(rows, columns)`, apart from other calls because a template lays it out for its target.
    Table(Box<Node>, Option<Box<Node>>),
    ForEach {
        body: Box<Node>,
        lists: Vec<Node>,
        slot: usize,
    },
    Each {
        operation: Operation,
        list: Box<Node>,
        body: Box<Node>,
        extra: Option<Box<Node>>,
        slot: usize,
    },
    Call {
        function: Function,
        arguments: Vec<Node>,
        pattern: Option<Arc<Pattern>>,
    },
}

#[derive(Debug)]
pub(crate) enum Step {
    Key(Arc<str>),
    Index(i64),
    Computed(Node),
}

/// One argument of `in`.
#[derive(Debug)]
pub(crate) enum Candidate {
    /// A text literal with a star.
    Wildcard(Wildcard),
    /// A value, or an array that stands for its items.
    Any(Node),
    /// An item of a list literal.
    Item(Node),
}

impl Node {
    /// Tells whether the value is part of the scope or the program, so that evaluating made nothing new.
    pub(crate) fn is_borrowed(&self) -> bool {
        match &self.kind {
            NodeKind::Literal(_) | NodeKind::Name(_) | NodeKind::Field(_) => true,
            NodeKind::Path(root, _) => matches!(root.kind, NodeKind::Name(_)),
            _ => false,
        }
    }
}

/// A name that a text reads from its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameUse {
    /// The bare name.
    pub name: String,
    /// The keys read from it, as far as they are constant: `tasks.lookup.output` has `["lookup", "output"]`.
    pub path: Vec<String>,
    /// Where it is read, in UTF-8 byte offsets.
    pub span: Span,
}

/// A parsed expression, ready to be evaluated any number of times.
#[derive(Debug)]
pub struct Program {
    pub(crate) root: Node,
    names: Vec<NameUse>,
}

impl Program {
    /// Reads an expression; on failure returns every mistake in it, spans in UTF-8 byte offsets of `text`.
    pub fn compile(text: &str) -> Result<Program, Vec<Diagnostic>> {
        let mut report = Report::default();
        let expression = parser::parse(text, &mut report);
        let mut lowering = Lowering::new(&mut report);
        let root = lowering.lower(&expression);
        let names = lowering.names;
        if report.has_errors() { Err(report.finish()) } else { Ok(Program { root, names }) }
    }

    /// Returns the value of the expression in a scope.
    pub fn evaluate(&self, scope: &dyn Scope, context: &Context) -> Result<Value, EvaluationError> {
        let mut machine = Machine::new(scope, context);
        machine.run(&self.root).map_err(|fault| machine.error(fault))
    }

    /// Returns the value with the number of steps it took, for tests and benchmarks of the budgets.
    pub fn evaluate_counted(&self, scope: &dyn Scope, context: &Context) -> (Result<Value, EvaluationError>, u64) {
        let mut machine = Machine::new(scope, context);
        let result = machine.run(&self.root).map_err(|fault| machine.error(fault));
        (result, context.limits.steps - machine.steps_left())
    }

    /// Returns the names that are read from the scope, in the order of the text.
    pub fn names(&self) -> &[NameUse] {
        &self.names
    }
}

/// Returns the value of a branch condition: true or false, null counts as false, anything else is an error.
///
/// Stricter than the truth inside `if()` and `and`: `output.malicious` with the value 0 must not block a host.
pub fn as_condition(value: &Value) -> Result<bool, EvaluationError> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::Null => Ok(false),
        _ => Err(EvaluationError { fault: Fault::Condition, span: Span { start: 0, end: 0 } }),
    }
}

/// Builds nodes and finds every mistake that does not need values.
pub(crate) struct Lowering<'r> {
    report: &'r mut Report,
    /// The parameters in sight, innermost last; the index is the slot.
    locals: Vec<Arc<str>>,
    pub(crate) names: Vec<NameUse>,
    depth: usize,
    compile_cost: u64,
}

impl<'r> Lowering<'r> {
    pub(crate) fn new(report: &'r mut Report) -> Self {
        Self { report, locals: Vec::new(), names: Vec::new(), depth: 0, compile_cost: 0 }
    }

    fn all(&mut self, expressions: &[Expression]) -> Vec<Node> {
        expressions.iter().map(|expression| self.lower(expression)).collect()
    }

    fn boxed(&mut self, expression: &Expression) -> Box<Node> {
        Box::new(self.lower(expression))
    }

    pub(crate) fn lower(&mut self, expression: &Expression) -> Node {
        let place = expression.place;
        if self.depth >= DEPTH {
            self.report.add(Mistake::TooDeep, place);
            return null(place);
        }
        self.depth += 1;
        let kind = match &expression.kind {
            ExpressionKind::Broken => NodeKind::Literal(Value::Null),
            ExpressionKind::Literal(value) => NodeKind::Literal(value.clone()),
            ExpressionKind::Name(name) => self.name(name, &[], place),
            ExpressionKind::Path(root, steps) => self.path(root, steps, place),
            ExpressionKind::Negate(count, inner) => NodeKind::Negate(*count, self.boxed(inner)),
            ExpressionKind::Not(count, inner) => NodeKind::Not(*count, self.boxed(inner)),
            ExpressionKind::Chain(first, rest) => {
                let first = self.boxed(first);
                NodeKind::Chain(first, rest.iter().map(|(operator, right)| (*operator, self.lower(right))).collect())
            }
            ExpressionKind::Compare(comparison, left, right) => self.compare(*comparison, left, right),
            ExpressionKind::And(operands) => NodeKind::And(self.all(operands)),
            ExpressionKind::Or(operands) => NodeKind::Or(self.all(operands)),
            ExpressionKind::List(items) => NodeKind::List(self.all(items)),
            ExpressionKind::Map(entries) => NodeKind::Map(
                entries
                    .iter()
                    .map(|(key, value)| (Node { kind: NodeKind::Literal(Value::String(key.clone())), place }, self.lower(value)))
                    .collect(),
            ),
            ExpressionKind::Call(call) => self.call(call, place),
        };
        self.depth -= 1;
        Node { kind, place }
    }

    fn name(&mut self, name: &Arc<str>, path: &[&str], place: Place) -> NodeKind {
        if let Some(slot) = self.locals.iter().rposition(|local| local == name) {
            return NodeKind::Local(slot);
        }
        self.names.push(NameUse {
            name: name.to_string(),
            path: path.iter().map(|key| (*key).to_owned()).collect(),
            span: Span { start: place.start as usize, end: place.end as usize },
        });
        NodeKind::Name(name.clone())
    }

    fn path(&mut self, root: &Expression, steps: &[PathStep], place: Place) -> NodeKind {
        let root = match &root.kind {
            ExpressionKind::Name(name) => {
                let constant: Vec<&str> = steps.iter().map_while(constant_key).collect();
                Node { kind: self.name(name, &constant, place), place: root.place }
            }
            _ => self.lower(root),
        };
        let steps = steps
            .iter()
            .map(|step| match step {
                PathStep::Key(key, _) => Step::Key(key.clone()),
                PathStep::Index(index) => match self.lower(index) {
                    Node { kind: NodeKind::Literal(Value::String(key)), .. } => Step::Key(key),
                    Node { kind: NodeKind::Literal(Value::Int(index)), .. } => Step::Index(index),
                    computed => Step::Computed(computed),
                },
            })
            .collect();
        NodeKind::Path(Box::new(root), steps)
    }

    fn compare(&mut self, comparison: Comparison, left: &Expression, right: &Expression) -> NodeKind {
        let wildcard = match comparison {
            Comparison::Equal | Comparison::NotEqual => right.literal_text().and_then(Wildcard::of),
            _ => None,
        };
        let left = self.boxed(left);
        match wildcard {
            Some(wildcard) => NodeKind::Matches { left, wildcard, negated: comparison == Comparison::NotEqual },
            None => NodeKind::Compare(comparison, left, self.boxed(right)),
        }
    }

    fn call(&mut self, call: &Call, place: Place) -> NodeKind {
        let Some(definition) = functions::find(&call.name) else {
            self.unknown_function(call);
            for argument in &call.arguments {
                self.lower(&argument.value);
            }
            return NodeKind::Literal(Value::Null);
        };
        let arguments = self.order_arguments(call, definition);
        let (least, most) = (definition.least(), definition.most());
        if arguments.len() < least || most.is_some_and(|most| arguments.len() > most) {
            // A list that could not be read was reported, and its length says nothing.
            if !arguments.iter().any(|argument| matches!(argument.kind, ExpressionKind::Broken)) {
                let signature = definition.doc.signature.to_owned();
                self.report.add(Mistake::ArgumentCount { name: call.name.to_string(), signature, given: arguments.len() }, place);
            }
            for argument in arguments {
                self.lower(argument);
            }
            return NodeKind::Literal(Value::Null);
        }
        let mut pattern = None;
        for (index, rule) in definition.literals {
            if let Some(argument) = arguments.get(*index)
                && let Some(text) = argument.literal_text()
            {
                let applies = *rule != Rule::ReplacePattern || arguments.get(3).and_then(|mode| mode.literal_text()) == Some("re");
                if applies {
                    pattern = self.literal(*rule, text, argument.place).or(pattern);
                }
            }
        }
        self.form(definition, call, &arguments, pattern, place)
    }

    fn form(
        &mut self,
        definition: &Definition,
        call: &Call,
        arguments: &[&Expression],
        pattern: Option<Arc<Pattern>>,
        place: Place,
    ) -> NodeKind {
        match (&definition.form, arguments) {
            (Form::Plain(function), _) => {
                let arguments = arguments.iter().map(|argument| self.lower(argument)).collect();
                NodeKind::Call { function: *function, arguments, pattern }
            }
            (Form::Array, _) => NodeKind::List(arguments.iter().map(|argument| self.lower(argument)).collect()),
            (Form::Dict, _) => self.dict(call, arguments, place),
            (Form::If | Form::Case, _) => {
                let mut pairs = arguments.chunks_exact(2);
                let branches = pairs.by_ref().map(|pair| (self.lower(pair[0]), self.lower(pair[1]))).collect();
                let default = pairs.remainder().first().map(|default| self.boxed(default));
                NodeKind::Choose(branches, default)
            }
            (Form::Nvl, [value, default]) => NodeKind::Default(self.boxed(value), self.boxed(default)),
            (Form::In, [value, candidates @ ..]) => {
                let value = self.boxed(value);
                NodeKind::In(value, candidates.iter().flat_map(|candidate| self.candidates(candidate)).collect())
            }
            (Form::Field, [name]) => {
                if let Some(name) = name.literal_text() {
                    self.name_of_field(name, place);
                }
                NodeKind::Field(self.boxed(name))
            }
            (Form::Table, [rows, columns @ ..]) => NodeKind::Table(self.boxed(rows), columns.first().map(|columns| self.boxed(columns))),
            (Form::ForEach, [body, lists @ ..]) => {
                let lists: Vec<Node> = lists.iter().map(|list| self.lower(list)).collect();
                let slot = self.locals.len();
                self.locals.extend((1..=lists.len()).map(|number| format!("_{number}").into()));
                let body = self.boxed(body);
                self.locals.truncate(slot);
                NodeKind::ForEach { body, lists, slot }
            }
            (Form::Each(operation), [list, body, extra @ ..]) => {
                let Some((parameter, _)) = call.arguments.get(1).and_then(|argument| argument.parameter.as_ref()) else {
                    self.report.add(Mistake::LambdaExpected(call.name.to_string()), body.place);
                    return NodeKind::Literal(Value::Null);
                };
                let list = self.boxed(list);
                let extra = extra.first().map(|extra| self.boxed(extra));
                let slot = self.locals.len();
                self.locals.push(parameter.clone());
                let body = self.boxed(body);
                self.locals.truncate(slot);
                NodeKind::Each { operation: *operation, list, body, extra, slot }
            }
            // The argument counts were checked, so a form always has what it needs.
            (Form::Nvl | Form::In | Form::Field | Form::Table | Form::ForEach | Form::Each(_), _) => NodeKind::Literal(Value::Null),
        }
    }

    /// `field("name")` reads the scope like the bare name does, even where a parameter hides it.
    fn name_of_field(&mut self, name: &str, place: Place) {
        self.names.push(NameUse {
            name: name.to_owned(),
            path: Vec::new(),
            span: Span { start: place.start as usize, end: place.end as usize },
        });
    }

    fn unknown_function(&mut self, call: &Call) {
        let name = call.name.to_string();
        let mistake = if let Some((_, ko, en)) = functions::LEFT_OUT.iter().find(|(left_out, ..)| *left_out == name) {
            Mistake::LeftOut { name, ko, en }
        } else if let Some((_, service)) = functions::SERVICES.iter().find(|(function, _)| *function == name) {
            Mistake::MissingService { name, service }
        } else {
            let similar = similar::closest(&name, functions::names()).map(str::to_owned);
            Mistake::UnknownFunction { name, similar }
        };
        self.report.add(mistake, call.name_place);
    }

    /// Puts named arguments where they belong and refuses names and lambdas where the function has none.
    fn order_arguments<'e>(&mut self, call: &'e Call, definition: &Definition) -> Vec<&'e Expression> {
        let mut ordered: Vec<Option<&Expression>> = Vec::with_capacity(call.arguments.len());
        for (index, argument) in call.arguments.iter().enumerate() {
            if let Some((_, place)) = &argument.parameter
                && !(index == 1 && matches!(definition.form, Form::Each(_)))
            {
                self.report.add(Mistake::LambdaOutOfPlace, *place);
            }
            let Some((name, place)) = &argument.name else {
                ordered.push(Some(&argument.value));
                continue;
            };
            let position = definition.doc.parameters.iter().position(|parameter| parameter.named && *parameter.name == **name);
            match position {
                Some(position) if ordered.get(position).is_none_or(Option::is_none) => {
                    if ordered.len() <= position {
                        ordered.resize(position + 1, None);
                    }
                    ordered[position] = Some(&argument.value);
                }
                _ => {
                    let mistake = if definition.doc.parameters.iter().any(|parameter| parameter.named) {
                        Mistake::NamedArgument { name: call.name.to_string(), argument: name.to_string() }
                    } else {
                        Mistake::LoneAssign
                    };
                    self.report.add(mistake, *place);
                }
            }
        }
        // A hole (an offset without a span) ends the list, so that the count is found wrong.
        ordered.into_iter().map_while(|argument| argument).collect()
    }

    fn dict(&mut self, call: &Call, arguments: &[&Expression], place: Place) -> NodeKind {
        if arguments.len() % 2 == 1 {
            self.report.add(Mistake::OddPairs(call.name.to_string()), place);
        }
        let mut entries = Vec::with_capacity(arguments.len() / 2);
        for pair in arguments.chunks(2) {
            let [key, value] = pair else { continue };
            if matches!(&key.kind, ExpressionKind::Literal(literal) if literal.as_str().is_none()) {
                self.report.add(Mistake::BadKey, key.place);
            }
            entries.push((self.lower(key), self.lower(value)));
        }
        NodeKind::Map(entries)
    }

    /// Returns the candidates of one argument of `in`; literals in a list literal keep the power of their stars.
    fn candidates(&mut self, argument: &Expression) -> Vec<Candidate> {
        let items: Vec<&Expression> = match &argument.kind {
            ExpressionKind::List(items) => items.iter().collect(),
            ExpressionKind::Call(call)
                if *call.name == *"array"
                    && call.arguments.iter().all(|argument| argument.name.is_none() && argument.parameter.is_none()) =>
            {
                call.arguments.iter().map(|argument| &argument.value).collect()
            }
            _ => {
                return vec![match argument.literal_text().and_then(Wildcard::of) {
                    Some(wildcard) => Candidate::Wildcard(wildcard),
                    None => Candidate::Any(self.lower(argument)),
                }];
            }
        };
        items
            .into_iter()
            .map(|item| match item.literal_text().and_then(Wildcard::of) {
                Some(wildcard) => Candidate::Wildcard(wildcard),
                None => Candidate::Item(self.lower(item)),
            })
            .collect()
    }

    /// Checks a literal argument; returns the compiled regular expression when it is one.
    fn literal(&mut self, rule: Rule, text: &str, place: Place) -> Option<Arc<Pattern>> {
        let budget = COMPILE_COST - self.compile_cost;
        let compiled = match rule {
            Rule::Pattern | Rule::ReplacePattern => Pattern::compile(text, budget),
            Rule::WholePattern => Pattern::compile_whole(text, budget),
            Rule::Words { accepts, ko, en, allowed } => {
                if !accepts(text) {
                    let word: String = text.chars().take(40).collect();
                    self.report.add(Mistake::BadWord { word, ko, en, allowed }, place);
                }
                return None;
            }
        };
        match compiled {
            Ok(pattern) => {
                self.compile_cost += pattern.compile_cost;
                Some(Arc::new(pattern))
            }
            Err(PatternError::Syntax(reason)) => {
                self.report.add(Mistake::BadPattern(reason), place);
                None
            }
            Err(PatternError::TooLarge) => {
                self.report.add(Mistake::PatternTooLarge, place);
                None
            }
        }
    }
}

fn null(place: Place) -> Node {
    Node { kind: NodeKind::Literal(Value::Null), place }
}

fn constant_key(step: &PathStep) -> Option<&str> {
    match step {
        PathStep::Key(key, _) => Some(key),
        PathStep::Index(index) => index.literal_text(),
    }
}
