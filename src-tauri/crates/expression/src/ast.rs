//! What the parser makes of a text.

use std::sync::Arc;

use crate::Value;
use crate::lexer::Place;

#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) kind: ExpressionKind,
    pub(crate) place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// Chains of one level (`a + b - c`, `x and y and z`, `a.b[0].c`) are lists, so that a long chain is no deep tree.
#[derive(Debug)]
pub(crate) enum ExpressionKind {
    /// A part that could not be read; it was reported.
    Broken,
    Literal(Value),
    Name(Arc<str>),
    Path(Box<Expression>, Vec<PathStep>),
    /// As many minus signs, and what they stand before.
    Negate(u32, Box<Expression>),
    /// As many `not`, and what they stand before.
    Not(u32, Box<Expression>),
    Chain(Box<Expression>, Vec<(Arithmetic, Expression)>),
    Compare(Comparison, Box<Expression>, Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    List(Vec<Expression>),
    Map(Vec<(Arc<str>, Expression)>),
    Call(Call),
}

#[derive(Debug)]
pub(crate) enum PathStep {
    Key(Arc<str>, Place),
    Index(Expression),
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: Arc<str>,
    pub(crate) name_place: Place,
    pub(crate) arguments: Vec<Argument>,
}

#[derive(Debug)]
pub(crate) struct Argument {
    /// `span=` before the value.
    pub(crate) name: Option<(Arc<str>, Place)>,
    /// `x =>` before the value.
    pub(crate) parameter: Option<(Arc<str>, Place)>,
    pub(crate) value: Expression,
}

impl Expression {
    pub(crate) fn broken(place: Place) -> Self {
        Self { kind: ExpressionKind::Broken, place }
    }

    /// Returns the text when the expression is a text literal.
    pub(crate) fn literal_text(&self) -> Option<&str> {
        match &self.kind {
            ExpressionKind::Literal(Value::String(text)) => Some(text),
            _ => None,
        }
    }
}
