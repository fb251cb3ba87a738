//! The expression language of playbooks: parsed once, evaluated many times over a borrowed scope, within fixed limits.
//!
//! A dialect of the expressions of the Logpresso query language. No I/O, no clock, no randomness: what `now()` and `guid()`
//! answer comes from the [`Context`], so that a run can be replayed.
//!
//! **Invariant**: no text and no value, however hostile, makes this crate hang, panic or overflow the stack, in debug builds too.
//! Chains (`a + b + c`, `x.y.z`) are lists, nesting is limited before recursing, every value made is charged to a budget.

mod ast;
mod charset;
mod check;
mod compare;
mod complete;
mod dates;
mod diagnostics;
mod functions;
mod kinds;
mod lexer;
mod machine;
mod parser;
mod pattern;
mod program;
mod scope;
mod shape;
mod similar;
mod template;
mod value;

pub use check::{TextKind, check, check_json, proven_by, shape_of};
pub use complete::{Completed, CompletionItem, CompletionKind, EnclosingCall, complete, enclosing_call};
pub use diagnostics::{CODES, CodeDoc, EvaluationError, Fault, Stage, stage_of};
pub use functions::{Example, Family, FunctionDoc, Parameter, functions};
pub use kinds::Kinds;
pub use program::{NameUse, Program, as_condition};
pub use scope::{Context, Limits, Scope, With};
pub use shape::{ScopeShape, Shape};
pub use similar::is_similar;
pub use template::{JsonTemplate, Target, Template, render_json};
pub use value::{Map, VALUE_DEPTH, Value, literal_of};
