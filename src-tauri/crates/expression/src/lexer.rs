//! Tokens.

use std::sync::Arc;

use crate::diagnostics::{Mistake, Report};

/// A place in the text: UTF-8 byte offsets, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Place {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        // Texts longer than the limit of `parser` never get here, so the offsets fit.
        Self { start: start as u32, end: end as u32 }
    }

    pub(crate) fn to(self, other: Place) -> Self {
        Self { start: self.start, end: other.end.max(self.end) }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    /// The digits of a whole number; a magnitude, because only a minus before it makes -2^63 legal.
    Integer(u64),
    Double(f64),
    Text(Arc<str>),
    Name(Arc<str>),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Dot,
    Colon,
    Assign,
    Arrow,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Star,
    Slash,
    /// Something unreadable that was reported already.
    Broken,
    End,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) place: Place,
}

pub(crate) struct Lexer<'t> {
    text: &'t str,
    position: usize,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str, position: usize) -> Self {
        Self { text, position }
    }

    /// Returns the text of a place.
    pub(crate) fn source(&self, place: Place) -> &'t str {
        &self.text[place.start as usize..place.end as usize]
    }

    /// Leaves the rest of the text unread.
    pub(crate) fn skip_to_end(&mut self) {
        self.position = self.text.len();
    }

    fn peek(&self) -> Option<char> {
        self.text[self.position..].chars().next()
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) {
        while let Some(sign) = self.peek().filter(|sign| accept(*sign)) {
            self.position += sign.len_utf8();
        }
    }

    pub(crate) fn next(&mut self, report: &mut Report) -> Token {
        self.take_while(char::is_whitespace);
        let start = self.position;
        let Some(sign) = self.peek() else {
            return Token { kind: TokenKind::End, place: Place::new(start, start) };
        };
        let kind = match sign {
            '"' => self.text_token(report),
            '0'..='9' => self.number(report),
            _ if sign == '_' || sign.is_alphabetic() => {
                self.take_while(|sign| sign == '_' || sign.is_alphanumeric());
                TokenKind::Name(self.text[start..self.position].into())
            }
            _ => self.sign(sign, report),
        };
        Token { kind, place: Place::new(start, self.position) }
    }

    fn sign(&mut self, sign: char, report: &mut Report) -> TokenKind {
        let start = self.position;
        self.position += sign.len_utf8();
        let followed_by = |lexer: &mut Self, second: char| {
            let hit = lexer.peek() == Some(second);
            if hit {
                lexer.position += 1;
            }
            hit
        };
        match sign {
            '(' => TokenKind::Open,
            ')' => TokenKind::Close,
            '[' => TokenKind::OpenBracket,
            ']' => TokenKind::CloseBracket,
            '{' => TokenKind::OpenBrace,
            '}' => TokenKind::CloseBrace,
            ',' => TokenKind::Comma,
            '.' => TokenKind::Dot,
            ':' => TokenKind::Colon,
            '+' => TokenKind::Plus,
            '-' => TokenKind::Minus,
            '*' => TokenKind::Star,
            '/' => TokenKind::Slash,
            '=' if followed_by(self, '=') => TokenKind::Equal,
            '=' if followed_by(self, '>') => TokenKind::Arrow,
            '=' => TokenKind::Assign,
            '!' if followed_by(self, '=') => TokenKind::NotEqual,
            '<' if followed_by(self, '=') => TokenKind::LessEqual,
            '<' => TokenKind::Less,
            '>' if followed_by(self, '=') => TokenKind::GreaterEqual,
            '>' => TokenKind::Greater,
            other => {
                report.add(Mistake::UnexpectedSign(other), Place::new(start, self.position));
                TokenKind::Broken
            }
        }
    }

    fn number(&mut self, report: &mut Report) -> TokenKind {
        let start = self.position;
        self.take_while(|sign| sign.is_ascii_digit());
        let mut whole = true;
        let mut well_formed = true;
        let rest = |lexer: &Self| three_bytes(&lexer.text.as_bytes()[lexer.position..]);
        if let [b'.', b'0'..=b'9', ..] = rest(self) {
            whole = false;
            self.position += 1;
            self.take_while(|sign| sign.is_ascii_digit());
        }
        if let [b'e' | b'E', second, third] = rest(self) {
            let signed = matches!(second, b'+' | b'-');
            if second.is_ascii_digit() || signed && third.is_ascii_digit() {
                whole = false;
                self.position += 1 + usize::from(signed);
                self.take_while(|sign| sign.is_ascii_digit());
            }
        }
        if self.peek().is_some_and(|sign| sign == '_' || sign.is_alphanumeric()) {
            self.take_while(|sign| sign == '_' || sign.is_alphanumeric());
            well_formed = false;
        }
        let text = &self.text[start..self.position];
        let place = Place::new(start, self.position);
        if !well_formed {
            report.add(Mistake::MalformedNumber, place);
            return TokenKind::Broken;
        }
        if whole {
            if let Ok(number) = text.parse::<u64>()
                && number <= i64::MIN.unsigned_abs()
            {
                return TokenKind::Integer(number);
            }
        } else if let Ok(number) = text.parse::<f64>()
            && number.is_finite()
        {
            return TokenKind::Double(number);
        }
        report.add(Mistake::NumberTooLarge, place);
        TokenKind::Broken
    }

    fn text_token(&mut self, report: &mut Report) -> TokenKind {
        let start = self.position;
        self.position += 1;
        let mut value = String::new();
        loop {
            let from = self.position;
            self.take_while(|sign| sign != '"' && sign != '\\');
            value.push_str(&self.text[from..self.position]);
            match self.peek() {
                None => {
                    report.add(Mistake::UnclosedText, Place::new(start, self.position));
                    return TokenKind::Broken;
                }
                Some('"') => {
                    self.position += 1;
                    return TokenKind::Text(value.into());
                }
                Some(_) => {
                    self.position += 1;
                    self.escape(&mut value, report);
                }
            }
        }
    }

    /// Reads what follows a backslash; an unknown escape keeps the backslash, so that `"\d"` is what it looks like.
    fn escape(&mut self, value: &mut String, report: &mut Report) {
        let Some(sign) = self.peek() else { return };
        self.position += sign.len_utf8();
        match sign {
            '"' | '\\' => value.push(sign),
            'n' => value.push('\n'),
            't' => value.push('\t'),
            'r' => value.push('\r'),
            'u' => {
                let start = self.position - 2;
                match self.four_hex_digits() {
                    // Not an escape at all, such as the path "\\users".
                    None => value.push_str("\\u"),
                    Some(unit) => match self.unicode_escape(unit) {
                        Some(sign) => value.push(sign),
                        None => report.add(Mistake::BadEscape, Place::new(start, self.position)),
                    },
                }
            }
            other => {
                value.push('\\');
                value.push(other);
            }
        }
    }

    /// Returns the scalar value of a unit, joined with the low surrogate that must follow a high one.
    fn unicode_escape(&mut self, high: u32) -> Option<char> {
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high);
        }
        if !self.text[self.position..].starts_with("\\u") {
            return None;
        }
        self.position += 2;
        let low = self.four_hex_digits()?;
        if !(0xdc00..0xe000).contains(&low) {
            return None;
        }
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    }

    fn four_hex_digits(&mut self) -> Option<u32> {
        let digits = self.text.get(self.position..self.position + 4)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        self.position += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// Returns the first three bytes, padded with zeros.
fn three_bytes(bytes: &[u8]) -> [u8; 3] {
    let mut prefix = [0; 3];
    for (to, from) in prefix.iter_mut().zip(bytes) {
        *to = *from;
    }
    prefix
}
