//! What is known of values before there are any.

use indexmap::IndexMap;

use crate::{Kinds, Value};

/// How deep and how wide a shape is read from a value; beyond that anything is possible.
const SHAPE_DEPTH: usize = 8;
const SHAPE_WIDTH: usize = 200;

/// What is known of a value: its types, and what is inside.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The types it may have; null is always possible and needs no mention.
    pub kinds: Kinds,
    /// The fields of a map; `None` when they are not known, and then no field is unknown.
    pub fields: Option<IndexMap<String, Shape>>,
    /// The items of an array; `None` when they are not known.
    pub items: Option<Box<Shape>>,
    /// Whether on some path nothing has set it yet.
    pub maybe_unset: bool,
}

impl Shape {
    /// Returns the shape of a value nothing is known of.
    pub fn any() -> Self {
        Self::of(Kinds::ANY)
    }

    /// Returns the shape of a value of these types.
    pub fn of(kinds: Kinds) -> Self {
        Self { kinds, fields: None, items: None, maybe_unset: false }
    }

    /// Returns the shape of a map with exactly these fields.
    pub fn map(fields: impl IntoIterator<Item = (impl Into<String>, Shape)>) -> Self {
        let fields = fields.into_iter().map(|(name, shape)| (name.into(), shape)).collect();
        Self { fields: Some(fields), ..Self::of(Kinds::MAP) }
    }

    /// Returns the shape of an array of such items.
    pub fn array(items: Shape) -> Self {
        Self { items: Some(Box::new(items)), ..Self::of(Kinds::ARRAY) }
    }

    /// Marks a value that nothing has set on some path.
    #[must_use]
    pub fn maybe_unset(mut self) -> Self {
        self.maybe_unset = true;
        self
    }

    /// Returns the shape of a value that is there, such as the output of the last execution.
    pub fn from_value(value: &Value) -> Self {
        Self::read(value, SHAPE_DEPTH)
    }

    fn read(value: &Value, depth: usize) -> Self {
        match value {
            // A value that happened to be null may be anything the next time.
            Value::Null => Self::any(),
            Value::Array(_) | Value::Map(_) if depth == 0 => Self::of(Kinds::of(value)),
            Value::Array(items) => match items.iter().take(SHAPE_WIDTH).map(|item| Self::read(item, depth - 1)).reduce(Self::or) {
                Some(item) => Self::array(item),
                None => Self::of(Kinds::ARRAY),
            },
            Value::Map(entries) if entries.len() > SHAPE_WIDTH => Self::of(Kinds::MAP),
            Value::Map(entries) => Self::map(entries.iter().map(|(key, value)| (key.to_string(), Self::read(value, depth - 1)))),
            scalar => Self::of(Kinds::of(scalar)),
        }
    }

    /// Returns the shape of a value that has this shape or the other.
    #[must_use]
    pub fn or(self, other: Shape) -> Self {
        let fields = match (self.fields, other.fields) {
            (Some(mut fields), Some(others)) => {
                for (name, shape) in others {
                    let joined = match fields.shift_remove(&name) {
                        Some(known) => known.or(shape),
                        None => shape,
                    };
                    fields.insert(name, joined);
                }
                Some(fields)
            }
            // One side that is no map adds nothing; one that is an unknown map makes all fields unknown.
            (Some(fields), None) if other.kinds.is_disjoint(Kinds::MAP) => Some(fields),
            (None, Some(fields)) if self.kinds.is_disjoint(Kinds::MAP) => Some(fields),
            _ => None,
        };
        let items = match (self.items, other.items) {
            (Some(items), Some(others)) => Some(Box::new(items.or(*others))),
            (Some(items), None) if other.kinds.is_disjoint(Kinds::ARRAY) => Some(items),
            (None, Some(items)) if self.kinds.is_disjoint(Kinds::ARRAY) => Some(items),
            _ => None,
        };
        Self { kinds: self.kinds | other.kinds, fields, items, maybe_unset: self.maybe_unset || other.maybe_unset }
    }

    /// Returns the shape at a key; `None` when it is known that there is no such field.
    pub fn field(&self, name: &str) -> Option<Shape> {
        if self.kinds.is_disjoint(Kinds::MAP) {
            return None;
        }
        match &self.fields {
            Some(fields) => fields.get(name).cloned(),
            None => Some(Shape::any()),
        }
    }

    /// Returns the shape of the items.
    pub fn item(&self) -> Shape {
        self.items.as_deref().cloned().unwrap_or_else(Shape::any)
    }
}

/// What is known of a scope: the names, and what each may be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScopeShape {
    /// The names that something sets.
    pub names: IndexMap<String, Shape>,
    /// Whether other names are possible, so that none is unknown.
    pub open: bool,
}

impl ScopeShape {
    /// Returns a scope in which every name is possible.
    pub fn open() -> Self {
        Self { names: IndexMap::new(), open: true }
    }

    /// Adds a name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, shape: Shape) -> Self {
        self.names.insert(name.into(), shape);
        self
    }
}
