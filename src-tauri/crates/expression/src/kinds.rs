//! Sets of types, for signatures and static checks.

use std::fmt;
use std::ops::BitOr;

use types::Text;

use crate::Value;

/// A set of types that a value may have.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kinds(u16);

impl Kinds {
    /// No value at all.
    pub const NONE: Kinds = Kinds(0);
    /// Null.
    pub const NULL: Kinds = Kinds(1);
    /// True or false.
    pub const BOOL: Kinds = Kinds(1 << 1);
    /// A whole number.
    pub const INT: Kinds = Kinds(1 << 2);
    /// A number with a fraction.
    pub const DOUBLE: Kinds = Kinds(1 << 3);
    /// Text.
    pub const STRING: Kinds = Kinds(1 << 4);
    /// An address.
    pub const IP: Kinds = Kinds(1 << 5);
    /// An instant.
    pub const DATE: Kinds = Kinds(1 << 6);
    /// Bytes.
    pub const BINARY: Kinds = Kinds(1 << 7);
    /// A list.
    pub const ARRAY: Kinds = Kinds(1 << 8);
    /// A map.
    pub const MAP: Kinds = Kinds(1 << 9);
    /// Either number.
    pub const NUMBER: Kinds = Kinds(Self::INT.0 | Self::DOUBLE.0);
    /// Everything that has a plain text form.
    pub const SCALAR: Kinds = Kinds(Self::BOOL.0 | Self::NUMBER.0 | Self::STRING.0 | Self::IP.0 | Self::DATE.0 | Self::BINARY.0);
    /// Every type.
    pub const ANY: Kinds = Kinds((1 << 10) - 1);

    /// Returns the types of both sets.
    pub const fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// Returns the types that are in both sets.
    pub const fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 & other.0)
    }

    /// Returns the set without the types of the other.
    pub const fn without(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }

    /// Tells whether no type is in both sets.
    pub const fn is_disjoint(self, other: Kinds) -> bool {
        self.0 & other.0 == 0
    }

    /// Tells whether all types of this set are in the other.
    pub const fn is_subset(self, other: Kinds) -> bool {
        self.0 & !other.0 == 0
    }

    /// Returns the type of a value.
    pub fn of(value: &Value) -> Kinds {
        match value {
            Value::Null => Kinds::NULL,
            Value::Bool(_) => Kinds::BOOL,
            Value::Int(_) => Kinds::INT,
            Value::Double(_) => Kinds::DOUBLE,
            Value::String(_) => Kinds::STRING,
            Value::Ip(_) => Kinds::IP,
            Value::Date(_) => Kinds::DATE,
            Value::Binary(_) => Kinds::BINARY,
            Value::Array(_) => Kinds::ARRAY,
            Value::Map(_) => Kinds::MAP,
        }
    }

    /// Returns the names of the types, null left out when there are others.
    pub fn describe(self) -> Text {
        const NAMES: [(Kinds, &str, &str); 10] = [
            (Kinds::BOOL, "참/거짓", "bool"),
            (Kinds::NUMBER, "숫자", "number"),
            (Kinds::INT, "정수", "integer"),
            (Kinds::DOUBLE, "실수", "double"),
            (Kinds::STRING, "문자열", "text"),
            (Kinds::IP, "IP", "ip"),
            (Kinds::DATE, "날짜", "date"),
            (Kinds::BINARY, "바이너리", "binary"),
            (Kinds::ARRAY, "목록", "list"),
            (Kinds::MAP, "맵", "map"),
        ];
        if self == Kinds::ANY || self == Kinds::ANY.without(Kinds::NULL) {
            return Text::both("아무 값", "any value");
        }
        let mut left = self.without(Kinds::NULL);
        if left == Kinds::NONE {
            return Text::both("null", "null");
        }
        let (mut ko, mut en) = (Vec::new(), Vec::new());
        for (kinds, name_ko, name_en) in NAMES {
            if kinds.is_subset(left) {
                left = left.without(kinds);
                ko.push(name_ko);
                en.push(name_en);
            }
        }
        Text::both(ko.join(", "), en.join(", "))
    }
}

impl BitOr for Kinds {
    type Output = Kinds;

    fn bitor(self, other: Kinds) -> Kinds {
        self.or(other)
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe().get(types::Language::En))
    }
}
