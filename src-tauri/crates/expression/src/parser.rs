//! From text to tree; goes on after a mistake so that all of them are reported.

use std::sync::Arc;

use crate::Value;
use crate::ast::{Argument, Arithmetic, Call, Comparison, Expression, ExpressionKind, PathStep};
use crate::diagnostics::{END_OF_TEXT, Mistake, Report};
use crate::lexer::{Lexer, Place, Token, TokenKind};

/// The longest expression, in bytes.
pub(crate) const EXPRESSION_LENGTH: usize = 64 << 10;

/// How deeply brackets and calls may nest; with the frames of one level this stays far below a 2 MB stack in debug builds.
const NESTING: usize = 100;

/// Reads a whole text as one expression; a text with mistakes gives a tree with broken parts.
pub(crate) fn parse(text: &str, report: &mut Report) -> Expression {
    let whole = Place::new(0, text.len().min(u32::MAX as usize));
    if text.len() > EXPRESSION_LENGTH {
        report.add(Mistake::TooLong(EXPRESSION_LENGTH), whole);
        return Expression::broken(whole);
    }
    let mut parser = Parser::new(text, 0, false, report);
    let expression = parser.expression();
    parser.leftover(&expression);
    expression
}

/// Reads the expression of a placeholder that opens before `position`; returns it with the position after its `}}`.
///
/// `None` as the position means that the placeholder is not closed.
pub(crate) fn parse_placeholder(text: &str, position: usize, report: &mut Report) -> (Expression, Option<usize>) {
    let mut parser = Parser::new(text, position, true, report);
    let expression = parser.expression();
    parser.leftover(&expression);
    while !parser.at_end() {
        parser.advance();
    }
    if parser.current.kind == TokenKind::End {
        return (expression, None);
    }
    let after = parser.next.place.end as usize;
    (expression, Some(after))
}

struct Parser<'t, 'r> {
    lexer: Lexer<'t>,
    report: &'r mut Report,
    current: Token,
    next: Token,
    /// Where the last token that was taken ended.
    previous_end: u32,
    depth: usize,
    /// Inside a placeholder the text ends at `}}`, unless a map literal is open.
    placeholder: bool,
    open_maps: usize,
}

impl<'t, 'r> Parser<'t, 'r> {
    fn new(text: &'t str, position: usize, placeholder: bool, report: &'r mut Report) -> Self {
        let mut lexer = Lexer::new(text, position);
        let current = lexer.next(report);
        let mut parser =
            Self { lexer, report, next: current.clone(), current, previous_end: position as u32, depth: 0, placeholder, open_maps: 0 };
        parser.next = if parser.current.kind == TokenKind::End { parser.current.clone() } else { parser.lexer.next(parser.report) };
        parser
    }

    fn advance(&mut self) -> Token {
        // Do not read past `}}`: what follows a placeholder is plain text.
        if self.at_end() {
            return self.current.clone();
        }
        let following = if self.next.kind == TokenKind::End { self.next.clone() } else { self.lexer.next(self.report) };
        let taken = std::mem::replace(&mut self.current, std::mem::replace(&mut self.next, following));
        self.previous_end = taken.place.end;
        taken
    }

    fn at_end(&self) -> bool {
        self.current.kind == TokenKind::End
            || self.placeholder
                && self.open_maps == 0
                && self.current.kind == TokenKind::CloseBrace
                && self.next.kind == TokenKind::CloseBrace
                && self.next.place.start == self.current.place.end
    }

    fn accept(&mut self, kind: &TokenKind) -> bool {
        let hit = !self.at_end() && self.current.kind == *kind;
        if hit {
            self.advance();
        }
        hit
    }

    fn since(&self, start: Place) -> Place {
        Place { start: start.start, end: self.previous_end.max(start.start) }
    }

    fn found(&self) -> String {
        if self.at_end() {
            return END_OF_TEXT.into();
        }
        match &self.current.kind {
            TokenKind::Integer(_) | TokenKind::Double(_) | TokenKind::Text(_) => self.source(self.current.place).chars().take(40).collect(),
            TokenKind::Name(name) => name.chars().take(40).collect(),
            _ => self.source(self.current.place).into(),
        }
    }

    fn source(&self, place: Place) -> &'t str {
        self.lexer.source(place)
    }

    /// Reports a token that does not belong here, once, with the most useful words.
    fn unexpected(&mut self) {
        let place = self.current.place;
        match self.current.kind {
            TokenKind::Broken => {}
            TokenKind::Assign => self.report.add(Mistake::LoneAssign, place),
            TokenKind::Arrow => self.report.add(Mistake::LambdaOutOfPlace, place),
            _ => {
                let found = self.found();
                self.report.add(Mistake::Unexpected(found), place);
            }
        }
    }

    /// Reports what follows an expression, unless the expression could not be read in the first place.
    fn leftover(&mut self, expression: &Expression) {
        if !self.at_end() && !matches!(expression.kind, ExpressionKind::Broken) {
            self.unexpected();
        }
    }

    /// Gives up on the rest of the text.
    fn stop(&mut self) {
        self.lexer.skip_to_end();
        let end = Token { kind: TokenKind::End, place: self.current.place };
        self.current = end.clone();
        self.next = end;
    }

    fn expression(&mut self) -> Expression {
        if self.depth >= NESTING {
            self.report.add(Mistake::TooDeep, self.current.place);
            self.stop();
            return Expression::broken(self.current.place);
        }
        self.depth += 1;
        let expression = self.level(1);
        self.depth -= 1;
        expression
    }

    fn level(&mut self, lowest: u8) -> Expression {
        let start = self.current.place;
        let mut left = if self.at_word("not") { self.negation(lowest) } else { self.unary() };
        while let Some((level, operator)) = self.operator() {
            if level < lowest {
                break;
            }
            let kind = match operator {
                Operator::Or => ExpressionKind::Or(self.operands(left, level)),
                Operator::And => ExpressionKind::And(self.operands(left, level)),
                Operator::Compare(comparison) => {
                    self.advance();
                    let right = self.level(level + 1);
                    if self.operator().is_some_and(|(next, _)| next == level) {
                        self.report.add(Mistake::ChainedComparison, self.current.place);
                    }
                    ExpressionKind::Compare(comparison, Box::new(left), Box::new(right))
                }
                Operator::Arithmetic(_) => {
                    let mut rest = Vec::new();
                    while let Some((next, Operator::Arithmetic(arithmetic))) = self.operator()
                        && next == level
                    {
                        self.advance();
                        rest.push((arithmetic, self.level(level + 1)));
                    }
                    ExpressionKind::Chain(Box::new(left), rest)
                }
            };
            left = Expression { kind, place: self.since(start) };
        }
        left
    }

    fn operands(&mut self, first: Expression, level: u8) -> Vec<Expression> {
        let mut operands = vec![first];
        while self.operator().is_some_and(|(next, _)| next == level) {
            self.advance();
            operands.push(self.level(level + 1));
        }
        operands
    }

    fn negation(&mut self, lowest: u8) -> Expression {
        let start = self.current.place;
        if lowest > 3 {
            self.unexpected();
        }
        let mut count = 0;
        while self.at_word("not") {
            self.advance();
            count += 1;
        }
        let inner = self.level(4);
        Expression { place: self.since(start), kind: ExpressionKind::Not(count, Box::new(inner)) }
    }

    fn unary(&mut self) -> Expression {
        let start = self.current.place;
        let mut count = 0;
        while self.accept(&TokenKind::Minus) {
            count += 1;
        }
        if count > 0
            && let TokenKind::Integer(magnitude) = self.current.kind
        {
            // Folds one minus into the number, because 9223372036854775808 is only legal with it.
            count -= 1;
            self.advance();
            let number = 0_i64.checked_sub_unsigned(magnitude).unwrap_or(i64::MIN);
            let literal = Expression { kind: ExpressionKind::Literal(Value::Int(number)), place: self.since(start) };
            let operand = self.postfix(literal);
            return negated(count, operand, self.since(start));
        }
        let primary = self.primary();
        let operand = self.postfix(primary);
        negated(count, operand, self.since(start))
    }

    fn postfix(&mut self, target: Expression) -> Expression {
        let start = target.place;
        let mut steps = Vec::new();
        loop {
            if self.accept(&TokenKind::Dot) {
                let place = self.current.place;
                match &self.current.kind {
                    TokenKind::Name(name) => {
                        steps.push(PathStep::Key(name.clone(), place));
                        self.advance();
                    }
                    _ => {
                        let found = self.found();
                        self.report.add(Mistake::ExpressionExpected(found), place);
                        break;
                    }
                }
            } else if self.accept(&TokenKind::OpenBracket) {
                let index = self.expression();
                steps.push(PathStep::Index(index));
                self.close(&TokenKind::CloseBracket, "]");
            } else {
                break;
            }
        }
        if steps.is_empty() {
            return target;
        }
        Expression { kind: ExpressionKind::Path(Box::new(target), steps), place: self.since(start) }
    }

    fn primary(&mut self) -> Expression {
        let start = self.current.place;
        if self.at_end() {
            let found = self.found();
            self.report.add(Mistake::ExpressionExpected(found), start);
            return Expression::broken(start);
        }
        let kind = match self.current.kind.clone() {
            TokenKind::Integer(magnitude) => {
                self.advance();
                match i64::try_from(magnitude) {
                    Ok(number) => ExpressionKind::Literal(Value::Int(number)),
                    Err(_) => {
                        self.report.add(Mistake::NumberTooLarge, start);
                        ExpressionKind::Broken
                    }
                }
            }
            TokenKind::Double(number) => {
                self.advance();
                ExpressionKind::Literal(Value::Double(number))
            }
            TokenKind::Text(text) => {
                self.advance();
                ExpressionKind::Literal(Value::String(text))
            }
            TokenKind::Broken => {
                self.advance();
                ExpressionKind::Broken
            }
            TokenKind::Open => {
                self.advance();
                let inner = self.expression();
                self.close(&TokenKind::Close, ")");
                inner.kind
            }
            TokenKind::OpenBracket => {
                self.advance();
                ExpressionKind::List(self.list())
            }
            TokenKind::OpenBrace => self.map(),
            TokenKind::Name(name) => return self.name(name, start),
            _ => {
                if matches!(self.current.kind, TokenKind::Assign | TokenKind::Arrow) {
                    self.unexpected();
                } else {
                    let found = self.found();
                    self.report.add(Mistake::ExpressionExpected(found), start);
                }
                // A closing sign belongs to whoever opened it, and an operator has only lost its left side;
                // anything else is taken, so that reading goes on behind it.
                let kept =
                    matches!(self.current.kind, TokenKind::Close | TokenKind::CloseBracket | TokenKind::CloseBrace | TokenKind::Comma);
                if !kept && self.operator().is_none() {
                    self.advance();
                }
                ExpressionKind::Broken
            }
        };
        Expression { kind, place: self.since(start) }
    }

    fn name(&mut self, name: Arc<str>, start: Place) -> Expression {
        let literal = match &*name {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            "and" | "or" | "not" => {
                self.report.add(Mistake::ExpressionExpected(name.to_string()), start);
                if self.operator().is_none() {
                    self.advance();
                }
                return Expression::broken(start);
            }
            _ => None,
        };
        self.advance();
        if let Some(value) = literal {
            return Expression { kind: ExpressionKind::Literal(value), place: start };
        }
        if self.at_end() || self.current.kind != TokenKind::Open {
            return Expression { kind: ExpressionKind::Name(name), place: start };
        }
        self.advance();
        let arguments = self.arguments();
        Expression { kind: ExpressionKind::Call(Call { name, name_place: start, arguments }), place: self.since(start) }
    }

    fn arguments(&mut self) -> Vec<Argument> {
        let mut arguments = Vec::new();
        if self.accept(&TokenKind::Close) {
            return arguments;
        }
        loop {
            let mut argument = Argument { name: None, parameter: None, value: Expression::broken(self.current.place) };
            if let TokenKind::Name(name) = &self.current.kind {
                let (name, place) = (name.clone(), self.current.place);
                match self.next.kind {
                    TokenKind::Assign => argument.name = Some((name, place)),
                    TokenKind::Arrow => argument.parameter = Some((name, place)),
                    _ => {}
                }
            }
            if argument.name.is_some() || argument.parameter.is_some() {
                self.advance();
                self.advance();
            }
            argument.value = self.expression();
            arguments.push(argument);
            if !self.separated(&TokenKind::Close, ")") {
                return arguments;
            }
        }
    }

    fn list(&mut self) -> Vec<Expression> {
        let mut items = Vec::new();
        if self.accept(&TokenKind::CloseBracket) {
            return items;
        }
        loop {
            items.push(self.expression());
            if !self.separated(&TokenKind::CloseBracket, "]") {
                return items;
            }
        }
    }

    fn map(&mut self) -> ExpressionKind {
        self.open_maps += 1;
        self.advance();
        let mut entries = Vec::new();
        if self.current.kind != TokenKind::CloseBrace {
            loop {
                let key = match &self.current.kind {
                    TokenKind::Text(key) | TokenKind::Name(key) => Some(key.clone()),
                    _ => None,
                };
                match key {
                    Some(key) => {
                        self.advance();
                        if self.current.kind == TokenKind::Colon {
                            self.advance();
                        } else {
                            self.unexpected();
                        }
                        entries.push((key, self.expression()));
                    }
                    None => {
                        let doubled = self.current.kind == TokenKind::OpenBrace && self.current.place.start == self.previous_end;
                        if doubled {
                            self.report.add(Mistake::Unexpected("{{".into()), self.current.place);
                        } else {
                            self.report.add(Mistake::BadKey, self.current.place);
                        }
                        self.skip_to(&TokenKind::CloseBrace);
                    }
                }
                if self.current.kind == TokenKind::Comma {
                    self.advance();
                    continue;
                }
                if !matches!(self.current.kind, TokenKind::CloseBrace | TokenKind::End) {
                    self.unexpected();
                    self.skip_to(&TokenKind::CloseBrace);
                    if self.accept(&TokenKind::Comma) {
                        continue;
                    }
                }
                break;
            }
        }
        // The counter goes down first: the brace after this one may be the end of the placeholder.
        let closed = self.current.kind == TokenKind::CloseBrace;
        if closed {
            self.advance();
        } else {
            self.report.add(Mistake::Unclosed("}"), self.current.place);
        }
        self.open_maps -= 1;
        ExpressionKind::Map(entries)
    }

    /// Takes a comma (true) or the closing sign (false); reports anything else and looks for one of them.
    fn separated(&mut self, close: &TokenKind, sign: &'static str) -> bool {
        if self.accept(&TokenKind::Comma) {
            return true;
        }
        if self.accept(close) {
            return false;
        }
        if self.at_end() {
            self.report.add(Mistake::Unclosed(sign), self.current.place);
            return false;
        }
        self.unexpected();
        self.skip_to(close);
        if self.accept(&TokenKind::Comma) {
            return true;
        }
        self.accept(close);
        false
    }

    /// Skips to a comma or the closing sign of this bracket.
    fn skip_to(&mut self, close: &TokenKind) {
        let mut open = 0_usize;
        while !self.at_end() {
            match &self.current.kind {
                TokenKind::Open | TokenKind::OpenBracket | TokenKind::OpenBrace => open += 1,
                kind if open == 0 && (kind == close || *kind == TokenKind::Comma) => return,
                TokenKind::Close | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                    if open == 0 {
                        return;
                    }
                    open -= 1;
                }
                _ => {}
            }
            self.advance();
        }
    }

    fn close(&mut self, close: &TokenKind, sign: &'static str) {
        if self.accept(close) {
            return;
        }
        if self.at_end() {
            self.report.add(Mistake::Unclosed(sign), self.current.place);
            return;
        }
        self.unexpected();
        loop {
            self.skip_to(close);
            if self.accept(close) || !self.accept(&TokenKind::Comma) {
                return;
            }
        }
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(&self.current.kind, TokenKind::Name(name) if **name == *word)
    }

    /// Returns the operator that comes next, with its level.
    fn operator(&self) -> Option<(u8, Operator)> {
        use Operator::{And, Arithmetic as Calculate, Compare, Or};
        Some(match &self.current.kind {
            TokenKind::Name(name) if **name == *"or" => (1, Or),
            TokenKind::Name(name) if **name == *"and" => (2, And),
            TokenKind::Equal => (4, Compare(Comparison::Equal)),
            TokenKind::NotEqual => (4, Compare(Comparison::NotEqual)),
            TokenKind::Less => (5, Compare(Comparison::Less)),
            TokenKind::LessEqual => (5, Compare(Comparison::LessEqual)),
            TokenKind::Greater => (5, Compare(Comparison::Greater)),
            TokenKind::GreaterEqual => (5, Compare(Comparison::GreaterEqual)),
            TokenKind::Plus => (6, Calculate(Arithmetic::Add)),
            TokenKind::Minus => (6, Calculate(Arithmetic::Subtract)),
            TokenKind::Star => (7, Calculate(Arithmetic::Multiply)),
            TokenKind::Slash => (7, Calculate(Arithmetic::Divide)),
            _ => return None,
        })
    }
}

#[derive(Clone, Copy)]
enum Operator {
    Or,
    And,
    Compare(Comparison),
    Arithmetic(Arithmetic),
}

fn negated(count: u32, operand: Expression, place: Place) -> Expression {
    if count == 0 {
        return operand;
    }
    Expression { kind: ExpressionKind::Negate(count, Box::new(operand)), place }
}
