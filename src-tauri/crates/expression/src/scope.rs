//! What an evaluation sees: names, time, zone, identity and limits.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use indexmap::IndexMap;

use crate::Value;

/// Where an expression finds its names; values are borrowed, never copied.
pub trait Scope {
    /// Returns the value of a bare name.
    fn lookup(&self, name: &str) -> Option<&Value>;
}

impl<S: BuildHasher> Scope for HashMap<String, Value, S> {
    fn lookup(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl<S: BuildHasher> Scope for IndexMap<String, Value, S> {
    fn lookup(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Scope for BTreeMap<String, Value> {
    fn lookup(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Scope for Value {
    fn lookup(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

impl Scope for crate::Map {
    fn lookup(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }
}

/// A scope with one more name in front of another scope.
pub struct With<'a> {
    /// The name that is added.
    pub name: &'a str,
    /// Its value.
    pub value: &'a Value,
    /// Where all other names are found.
    pub below: &'a dyn Scope,
}

impl Scope for With<'_> {
    fn lookup(&self, name: &str) -> Option<&Value> {
        if name == self.name { Some(self.value) } else { self.below.lookup(name) }
    }
}

/// How much one evaluation may do; reaching a limit ends it with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps: one per operation, plus a share of the size of what is read, compared or searched.
    pub steps: u64,
    /// Bytes made in all, counted when a text, an array or a map is made.
    pub bytes: u64,
    /// Bytes of one text or binary.
    pub text: usize,
    /// Items of one array or entries of one map.
    pub items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 2_000_000, bytes: 32 << 20, text: 4 << 20, items: 100_000 }
    }
}

/// Everything an evaluation depends on beside its scope; the same context gives the same result.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// What `now()` answers.
    pub now: DateTime<Utc>,
    /// The zone dates are read, printed and stepped in.
    pub zone: Tz,
    /// What `whoami()` answers.
    pub user: String,
    /// What `guid()`, `rand()` and `randbytes()` are drawn from; different for each task run, kept for replay.
    pub seed: u64,
    /// How much one evaluation may do.
    pub limits: Limits,
}

impl Context {
    /// Returns a context with the default limits.
    pub fn new(now: DateTime<Utc>, zone: Tz, user: impl Into<String>, seed: u64) -> Self {
        Self { now, zone, user: user.into(), seed, limits: Limits::default() }
    }
}
