//! The expressions and texts of a playbook, and the names that each of them sees.

use std::collections::{HashMap, HashSet};

use expression::{Kinds, NameUse, Program, ScopeShape, Shape, Template, TextKind};
use indexmap::IndexSet;
use serde_json::Value as Json;
use types::{Diagnostic, Fix, Text};

use crate::document::{Input, Join, Link, Playbook, Task, TaskKind, ValueType};
use crate::graph::Graph;
use crate::trigger::Trigger;
use crate::{Catalog, Outcome};

/// One expression or text with placeholders.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldText<'a> {
    /// The field, such as `parameters.ip` or `assign.score`.
    pub field: String,
    /// How it is read.
    pub kind: TextKind,
    /// Its text.
    pub text: &'a str,
    /// Whether it sees `output`.
    pub assign: bool,
}

/// Returns every expression and text of a task.
pub fn texts(kind: &TaskKind) -> Vec<FieldText<'_>> {
    let mut found = Vec::new();
    let mut push = |field: &str, kind: TextKind, text| found.push(FieldText { field: field.to_owned(), kind, text, assign: false });
    match kind {
        TaskKind::Branch { condition } => push("condition", TextKind::Condition, condition),
        TaskKind::Formula { expression, .. } => push("expression", TextKind::Expression, expression),
        TaskKind::Input { question, assignee, .. } | TaskKind::Approval { question, assignee, .. } => {
            push_text("question", question, &mut push);
            if let Some(assignee) = assignee {
                push("assignee", TextKind::Template, assignee);
            }
        }
        TaskKind::Wait { seconds } => push_json("seconds", seconds, &mut push),
        TaskKind::Action { parameters, .. } => {
            for (name, value) in parameters {
                push_json(&format!("parameters.{name}"), value, &mut push);
            }
        }
        TaskKind::Email { to, cc, subject, body, .. } => {
            push_json("to", to, &mut push);
            if let Some(cc) = cc {
                push_json("cc", cc, &mut push);
            }
            push_text("subject", subject, &mut push);
            push_text("body", body, &mut push);
        }
        TaskKind::Call { inputs, each, .. } => {
            if let Some(each) = each {
                push("each.in", TextKind::Expression, &each.list);
            }
            for (name, value) in inputs {
                push_json(&format!("inputs.{name}"), value, &mut push);
            }
        }
        TaskKind::Query { parameters, .. } => {
            for (name, value) in parameters {
                push_json(&format!("parameters.{name}"), value, &mut push);
            }
        }
    }
    if let TaskKind::Action { assign, .. } | TaskKind::Call { assign, .. } | TaskKind::Query { assign, .. } = kind {
        found.extend(assign.iter().map(|(name, text)| FieldText {
            field: format!("assign.{name}"),
            kind: TextKind::Expression,
            text,
            assign: true,
        }));
    }
    found
}

/// Returns the expressions and texts of the playbook itself: the conditions of its triggers and its concurrency key.
pub fn own_texts(playbook: &Playbook) -> Vec<FieldText<'_>> {
    let own = |field: String, kind, text| FieldText { field, kind, text, assign: false };
    let mut found = Vec::new();
    for (index, trigger) in playbook.triggers.iter().enumerate() {
        if let Trigger::TicketCreated { when: Some(when) } | Trigger::TicketChanged { when: Some(when) } = trigger {
            found.push(own(format!("triggers[{index}].when"), TextKind::Condition, when.as_str()));
        }
    }
    found.extend(playbook.concurrency.iter().map(|one| own("concurrency.key".to_owned(), TextKind::Template, one.key.as_str())));
    found
}

/// Checks the expressions of a task that could not be read as a whole: what else is wrong in it hides none of them.
pub(crate) fn check_unreadable(id: &str, task: &Json, diagnostics: &mut Vec<Diagnostic>) {
    let Some(fields) = task.as_object() else { return };
    let mut found: Vec<(String, TextKind, &str)> = Vec::new();
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("condition", Json::String(text)) => found.push((name.clone(), TextKind::Condition, text)),
            ("expression", Json::String(text)) => found.push((name.clone(), TextKind::Expression, text)),
            ("assign", Json::Object(assign)) => {
                let texts =
                    assign.iter().filter_map(|(variable, text)| Some((format!("assign.{variable}"), TextKind::Expression, text.as_str()?)));
                found.extend(texts);
            }
            ("question" | "subject" | "body" | "seconds" | "to" | "cc" | "parameters" | "inputs", value) => {
                push_json(name, value, &mut |field, kind, text| found.push((field.to_owned(), kind, text)));
            }
            _ => {}
        }
    }
    let scope = ScopeShape { open: true, ..ScopeShape::default() };
    for (field, kind, text) in found {
        diagnostics.extend(expression::check(text, kind, &scope).into_iter().map(|diagnostic| diagnostic.on(id, Some(&field))));
    }
}

fn push_text<'a>(field: &str, text: &'a Text, push: &mut impl FnMut(&str, TextKind, &'a str)) {
    match text {
        Text::Plain(text) => push(field, TextKind::Template, text),
        Text::Localized { ko, en } => {
            for (language, text) in [("ko", ko), ("en", en)] {
                if let Some(text) = text {
                    push(&format!("{field}.{language}"), TextKind::Template, text);
                }
            }
        }
    }
}

/// Nested values are walked with a list of what is left, because documents come from outside and may nest deeply.
fn push_json<'a>(field: &str, json: &'a Json, push: &mut impl FnMut(&str, TextKind, &'a str)) {
    let mut left = vec![(field.to_owned(), json)];
    while let Some((field, json)) = left.pop() {
        match json {
            Json::String(text) => push(&field, TextKind::Template, text),
            Json::Array(items) => left.extend(items.iter().enumerate().rev().map(|(index, item)| (format!("{field}[{index}]"), item))),
            Json::Object(entries) => left.extend(entries.iter().rev().map(|(name, value)| (format!("{field}.{name}"), value))),
            _ => {}
        }
    }
}

/// The variables that a task sets.
fn sets(kind: &TaskKind) -> Vec<&str> {
    match kind {
        TaskKind::Formula { variable, .. } | TaskKind::Input { variable, .. } => vec![variable],
        TaskKind::Action { assign, .. } | TaskKind::Call { assign, .. } | TaskKind::Query { assign, .. } => {
            assign.keys().map(String::as_str).collect()
        }
        _ => Vec::new(),
    }
}

/// What is known about the names of every task's expressions; made once for a playbook, asked for each field.
pub struct Scopes<'a> {
    playbook: &'a Playbook,
    catalog: &'a Catalog,
    /// The tasks that can run before a task, by position.
    before: Vec<Positions>,
    /// The tasks that have ended with a result whenever a task starts, by position.
    certain: Vec<Positions>,
    /// The inputs and variables that some branch finds to be set.
    provable: IndexSet<String>,
    /// Those that the branches before a task have found to be set, by position.
    proven: Vec<Positions>,
    /// The shapes of the inputs.
    inputs: Vec<(&'a str, Shape)>,
    /// The shapes of what formulas give.
    formulas: HashMap<&'a str, Shape>,
    /// The tasks that set a variable, by what they set it to.
    setters: HashMap<&'a str, Vec<Setters>>,
}

/// The positions of tasks that set a variable to values of one shape: hundreds of tasks may set one, mostly alike.
struct Setters {
    shape: Shape,
    tasks: Vec<usize>,
}

/// The names that a text reads; a scope may be made of these alone, which is what keeps long playbooks cheap to check.
struct Wanted {
    names: HashSet<String>,
    tasks: HashSet<String>,
}

impl Wanted {
    fn of(names: &[NameUse]) -> Self {
        let tasks = names.iter().filter(|name| name.name == "tasks").filter_map(|name| name.path.first().cloned()).collect();
        Self { names: names.iter().map(|name| name.name.clone()).collect(), tasks }
    }
}

impl<'a> Scopes<'a> {
    /// Follows the links of `playbook` once.
    pub fn new(playbook: &'a Playbook, graph: &Graph<'a>, catalog: &'a Catalog) -> Self {
        let count = playbook.tasks.len();
        let position = |id: &str| playbook.tasks.get_index_of(id);
        let mut provable = IndexSet::new();
        let mut proofs: HashMap<(usize, Outcome), Vec<usize>> = HashMap::new();
        for link in &playbook.links {
            if let Some(from) = position(link.from.as_str()) {
                let prove =
                    || proven_by(&playbook.tasks[from], link.outcome()).into_iter().map(|name| provable.insert_full(name).0).collect();
                proofs.entry((from, link.outcome())).or_insert_with(prove);
            }
        }
        let names = provable.len();
        let mut scopes = Self {
            playbook,
            catalog,
            before: vec![Positions::none(count); count],
            certain: vec![Positions::none(count); count],
            provable,
            proven: vec![Positions::none(names); count],
            inputs: input_shapes(playbook),
            formulas: HashMap::new(),
            setters: HashMap::new(),
        };
        let mut incoming: HashMap<&str, Vec<&Link>> = HashMap::new();
        for link in &playbook.links {
            incoming.entry(link.to.as_str()).or_default().push(link);
        }
        let handled: HashSet<&str> =
            playbook.links.iter().filter(|link| link.outcome() == Outcome::Failed).map(|link| link.from.as_str()).collect();
        let mut inevitable = vec![false; count];
        for &id in graph.order() {
            let Some(here) = position(id) else { continue };
            let (mut before, mut on_every, mut on_sure) = (Positions::none(count), None::<Positions>, Positions::none(count));
            let (mut proven, mut proven_on_sure) = (None::<Positions>, Positions::none(names));
            for link in incoming.get(id).into_iter().flatten() {
                let Some(from) = position(link.from.as_str()) else {
                    inevitable[here] = true; // from start
                    on_every = Some(Positions::none(count));
                    proven = Some(Positions::none(names));
                    continue;
                };
                before.unite(&scopes.before[from]);
                before.insert(from);
                let mut known = scopes.certain[from].clone();
                if link.outcome() != Outcome::Failed && playbook.tasks[from].enabled {
                    known.insert(from);
                }
                let mut found = scopes.proven[from].clone();
                proofs.get(&(from, link.outcome())).into_iter().flatten().for_each(|name| found.insert(*name));
                if inevitable[from] && !handled.contains(link.from.as_str()) && only_outcome(&playbook.tasks[from].kind, link.outcome()) {
                    inevitable[here] = true;
                    // A task that waits for all of its links has surely seen this one.
                    if playbook.tasks[here].join == Join::All {
                        on_sure.unite(&known);
                        proven_on_sure.unite(&found);
                    }
                }
                match &mut on_every {
                    None => on_every = Some(known),
                    Some(every) => every.intersect(&known),
                }
                match &mut proven {
                    None => proven = Some(found),
                    Some(every) => every.intersect(&found),
                }
            }
            let mut certain = on_every.unwrap_or_else(|| Positions::none(count));
            certain.unite(&on_sure);
            scopes.before[here] = before;
            scopes.certain[here] = certain;
            let mut proven = proven.unwrap_or_else(|| Positions::none(names));
            proven.unite(&proven_on_sure);
            scopes.proven[here] = proven;
            if let TaskKind::Formula { expression, .. } = &playbook.tasks[here].kind {
                let wanted = Program::compile(expression).map(|program| Wanted::of(program.names()));
                let shape = wanted
                    .map_or_else(|_| Shape::any(), |wanted| expression::shape_of(expression, &scopes.make(Some(id), false, Some(&wanted))));
                scopes.formulas.insert(id, shape);
            }
            scopes.add_setter(here);
        }
        if graph.cycle().is_some() {
            let ordered: HashSet<&str> = graph.order().iter().copied().collect();
            let left = playbook.tasks.keys().enumerate().filter(|(_, id)| !ordered.contains(id.as_str()));
            left.for_each(|(here, _)| scopes.add_setter(here));
        }
        scopes
    }

    fn add_setter(&mut self, position: usize) {
        let Some((id, task)) = self.playbook.tasks.get_index(position) else { return };
        for name in sets(&task.kind) {
            let shape = self.formulas.get(id.as_str()).cloned().unwrap_or_else(Shape::any);
            let setters = self.setters.entry(name).or_default();
            match setters.iter_mut().find(|setters| setters.shape == shape) {
                Some(alike) => alike.tasks.push(position),
                None => setters.push(Setters { shape, tasks: vec![position] }),
            }
        }
    }

    /// Returns what the expressions of a task see; of no task, everything that the playbook ever sets.
    pub fn of(&self, task: Option<&str>, assign: bool) -> ScopeShape {
        self.make(task, assign, None)
    }

    /// Returns what the conditions of triggers (the ticket) and the concurrency key (the inputs) see.
    fn of_own(&self, field: &str) -> ScopeShape {
        let mut scope = ScopeShape::default();
        if field.starts_with("triggers") {
            scope.names.insert("ticket".to_owned(), of_type(ValueType::Ticket, false));
            let index = field.trim_start_matches("triggers[").split(']').next().and_then(|index| index.parse::<usize>().ok());
            if let Some(Trigger::TicketChanged { .. }) = index.and_then(|index| self.playbook.triggers.get(index)) {
                let text = || Shape::of(Kinds::STRING);
                let change = [("kind", text()), ("by", text()), ("automatic", Shape::of(Kinds::BOOL)), ("text", text())];
                scope.names.insert("change".to_owned(), Shape::map(change));
            }
            return scope;
        }
        let inputs = input_shapes(self.playbook);
        scope.names.extend(inputs.iter().map(|(name, shape)| ((*name).to_owned(), shape.clone())));
        scope.names.insert("inputs".to_owned(), Shape::map(inputs));
        scope
    }

    fn make(&self, task: Option<&str>, assign: bool, wanted: Option<&Wanted>) -> ScopeShape {
        let mut scope = ScopeShape::default();
        let mut add = |name: &str, shape: Shape| scope.names.insert(name.to_owned(), shape);
        let is_wanted = |name: &str| wanted.is_none_or(|wanted| wanted.names.contains(name));
        let here = task.and_then(|task| self.playbook.tasks.get_index_of(task));
        let is_proven = |name: &str| {
            let name = self.provable.get_index_of(name);
            here.zip(name).is_some_and(|(here, name)| self.proven[here].contains(name))
        };
        let input = |(name, shape): &(&'a str, Shape)| {
            let maybe_unset = shape.maybe_unset && !is_proven(name);
            (*name, Shape { maybe_unset, ..shape.clone() })
        };
        for (name, shape) in self.inputs.iter().filter(|(name, _)| is_wanted(name)).map(input) {
            add(name, shape);
        }
        if is_wanted("inputs") {
            add("inputs", Shape::map(self.inputs.iter().map(input)));
        }
        let runs_before = |position: usize| here.is_none_or(|here| self.before[here].contains(position));
        let is_certain = |position: usize| here.is_none_or(|here| self.certain[here].contains(position));
        let mut set: HashMap<&str, (bool, Option<Shape>)> = HashMap::new();
        let names: Vec<&str> = match wanted {
            Some(wanted) => wanted.names.iter().map(String::as_str).collect(),
            None => self.setters.keys().copied().collect(),
        };
        for (name, setters) in names.into_iter().filter_map(|name| self.setters.get_key_value(name)) {
            for Setters { shape: given, tasks } in setters.iter().filter(|setters| setters.tasks.iter().any(|task| runs_before(*task))) {
                let (certain, shape) = set.entry(name).or_default();
                *certain |= tasks.iter().any(|task| is_certain(*task));
                *shape = Some(shape.take().map_or_else(|| given.clone(), |shape| shape.or(given.clone())));
            }
        }
        for variable in self.playbook.variables.iter().filter(|variable| is_wanted(&variable.name)) {
            let certain = set.remove(variable.name.as_str()).is_some_and(|(certain, _)| certain) || is_proven(&variable.name);
            add(&variable.name, of_type(variable.kind, variable.value.is_none() && !certain));
        }
        for (name, (certain, shape)) in set {
            let shape = shape.unwrap_or_else(Shape::any);
            add(name, if certain || is_proven(name) { shape } else { shape.maybe_unset() });
        }
        let named: Vec<usize> = match wanted {
            Some(wanted) => wanted.tasks.iter().filter_map(|id| self.playbook.tasks.get_index_of(id.as_str())).collect(),
            None => (0..self.playbook.tasks.len()).collect(),
        };
        let tasks = named.into_iter().filter(|position| runs_before(*position) && here != Some(*position));
        let tasks = tasks.filter_map(|position| self.playbook.tasks.get_index(position)).map(|(id, other)| {
            let output = self.formulas.get(id.as_str()).cloned().unwrap_or_else(|| output_shape(&other.kind, self.catalog));
            (id.as_str(), Shape::map([("output", output), ("error", Shape::any())]))
        });
        add("tasks", Shape::map(tasks));
        if let Some(kind) = here.and_then(|here| self.playbook.tasks.get_index(here)).map(|(_, task)| &task.kind) {
            if assign {
                add("output", output_shape(kind, self.catalog));
            }
            if let TaskKind::Call { each: Some(each), .. } = kind {
                add(&each.variable, Shape::any());
            }
        }
        scope
    }

    /// Adds what may have been meant by the names that a text reads and its scope does not have, with nothing known of it. The whole
    /// scope would cost a pass over all tasks for every unknown name.
    fn add_near(&self, task: &str, wanted: &Wanted, near: &mut Near<'a>, scope: &mut ScopeShape) {
        let Some(here) = self.playbook.tasks.get_index_of(task) else { return };
        let runs_before = |position: &usize| self.before[here].contains(*position);
        let is_set = |name: &str| match self.setters.get(name) {
            // An input, or a variable that is declared.
            None => true,
            Some(setters) => self.is_given(name) || setters.iter().any(|alike| alike.tasks.iter().any(runs_before)),
        };
        for unknown in wanted.names.iter().filter(|name| !scope.names.contains_key(*name)).cloned().collect::<Vec<_>>() {
            for name in near.names(self, &unknown).iter().filter(|name| is_set(name)) {
                scope.names.entry((*name).to_owned()).or_insert_with(Shape::any);
            }
        }
        let Some(Shape { fields: Some(tasks), .. }) = scope.names.get_mut("tasks") else { return };
        for unknown in wanted.tasks.iter().filter(|id| !tasks.contains_key(*id)).cloned().collect::<Vec<_>>() {
            for position in near.tasks(self, &unknown).iter().filter(|position| runs_before(position)) {
                if let Some((id, _)) = self.playbook.tasks.get_index(*position) {
                    tasks.entry(id.to_string()).or_insert_with(Shape::any);
                }
            }
        }
    }

    /// Tells whether a name is an input or a declared variable.
    fn is_given(&self, name: &str) -> bool {
        self.inputs.iter().any(|(input, _)| *input == name) || self.playbook.variables.iter().any(|variable| variable.name == name)
    }
}

/// What is spelt nearly like the names that nothing sets: one name is often read by many tasks.
#[derive(Default)]
struct Near<'a> {
    names: HashMap<String, Vec<&'a str>>,
    tasks: HashMap<String, Vec<usize>>,
}

impl<'a> Near<'a> {
    fn names(&mut self, scopes: &Scopes<'a>, unknown: &str) -> &[&'a str] {
        self.names.entry(unknown.to_owned()).or_insert_with(|| {
            let given = scopes.inputs.iter().map(|(name, _)| *name).chain(scopes.playbook.variables.iter().map(|one| one.name.as_str()));
            let known = given.chain(["inputs"]).chain(scopes.setters.keys().copied());
            known.filter(|name| expression::is_similar(unknown, name)).collect()
        })
    }

    fn tasks(&mut self, scopes: &Scopes<'a>, unknown: &str) -> &[usize] {
        self.tasks.entry(unknown.to_owned()).or_insert_with(|| {
            let ids = scopes.playbook.tasks.keys().enumerate();
            ids.filter(|(_, id)| expression::is_similar(unknown, id.as_str())).map(|(position, _)| position).collect()
        })
    }
}

fn input_shapes(playbook: &Playbook) -> Vec<(&str, Shape)> {
    let nullable = |input: &Input| !input.required && input.default.is_none();
    playbook.inputs.iter().map(|input| (input.name.as_str(), of_type(input.kind, nullable(input)))).collect()
}

/// The inputs and variables that an outcome of a branch proves to be set: `x` for `x`, `x.y` and `inputs.x`.
fn proven_by(task: &Task, outcome: Outcome) -> Vec<String> {
    let TaskKind::Branch { condition } = &task.kind else { return Vec::new() };
    // A branch that is off takes its first outcome without looking.
    if !task.enabled || !matches!(outcome, Outcome::True | Outcome::False) {
        return Vec::new();
    }
    let name = |path: String| {
        let mut keys = path.split('.');
        match keys.next() {
            Some("inputs") => keys.next().map(str::to_owned),
            Some("tasks") | None => None,
            Some(name) => Some(name.to_owned()),
        }
    };
    expression::proven_by(condition, outcome == Outcome::True).into_iter().filter_map(name).collect()
}

/// Tells whether an execution that goes on after a task whose failure nothing handles can only have left it by `outcome`.
fn only_outcome(kind: &TaskKind, outcome: Outcome) -> bool {
    outcome == Outcome::Done && !matches!(kind, TaskKind::Input { deadline: Some(_), .. })
}

/// A set of task positions.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Positions(Vec<u64>);

impl Positions {
    fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn insert(&mut self, position: usize) {
        self.0[position / 64] |= 1 << (position % 64);
    }

    fn contains(&self, position: usize) -> bool {
        self.0[position / 64] & (1 << (position % 64)) != 0
    }

    fn unite(&mut self, other: &Positions) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }

    fn intersect(&mut self, other: &Positions) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
    }
}

fn of_type(kind: ValueType, nullable: bool) -> Shape {
    let shape = match kind {
        ValueType::String => Shape::of(Kinds::STRING),
        ValueType::Number => Shape::of(Kinds::NUMBER),
        ValueType::Boolean => Shape::of(Kinds::BOOL),
        ValueType::List => Shape::of(Kinds::ARRAY),
        ValueType::Object => Shape::of(Kinds::MAP),
        // An address or date that came in as JSON is its text.
        ValueType::Ip => Shape::of(Kinds::IP.or(Kinds::STRING)),
        ValueType::Date => Shape::of(Kinds::DATE.or(Kinds::STRING)),
        ValueType::Ticket | ValueType::Event => Shape::of(Kinds::MAP),
        ValueType::Any => Shape::any(),
    };
    if nullable { shape.maybe_unset() } else { shape }
}

fn output_shape(kind: &TaskKind, catalog: &Catalog) -> Shape {
    match kind {
        TaskKind::Action { app, command, .. } => match catalog.command(app, command) {
            Some(command) if !command.output.is_empty() => {
                Shape::map(command.output.iter().map(|field| (field.name.as_str(), of_type(field.kind, false))))
            }
            _ => Shape::any(),
        },
        TaskKind::Branch { .. } => Shape::of(Kinds::BOOL),
        TaskKind::Approval { .. } => {
            Shape::map([("approved", Shape::of(Kinds::BOOL)), ("opinion", Shape::of(Kinds::STRING)), ("by", Shape::of(Kinds::STRING))])
        }
        _ => Shape::any(),
    }
}

/// Checks every expression against what it sees, and finds variables that nothing reads.
pub(crate) fn check_expressions(playbook: &Playbook, graph: &Graph<'_>, catalog: &Catalog, diagnostics: &mut Vec<Diagnostic>) {
    let scopes = Scopes::new(playbook, graph, catalog);
    let mut read: HashSet<String> = HashSet::new();
    let mut near = Near::default();
    for (id, task) in &playbook.tasks {
        for text in texts(&task.kind) {
            let names = names(&text);
            let wanted = Wanted::of(&names);
            let mut scope = scopes.make(Some(id.as_str()), text.assign, Some(&wanted));
            let mut found = expression::check(text.text, text.kind, &scope);
            if found.iter().any(|one| UNKNOWN.contains(&one.code.as_str())) {
                scopes.add_near(id.as_str(), &wanted, &mut near, &mut scope);
                found = expression::check(text.text, text.kind, &scope);
            }
            diagnostics.extend(found.into_iter().map(|diagnostic| diagnostic.on(id.as_str(), Some(&text.field))));
            read.extend(names.into_iter().map(|name| name.name));
        }
    }
    for text in own_texts(playbook) {
        let names = names(&text);
        let scope = scopes.of_own(&text.field);
        diagnostics.extend(expression::check(text.text, text.kind, &scope).into_iter().map(|mut diagnostic| {
            diagnostic.target.field = Some(text.field.clone());
            diagnostic
        }));
        read.extend(names.into_iter().map(|name| name.name));
    }
    for variable in playbook.variables.iter().filter(|variable| !read.contains(&variable.name)) {
        let mut warning = Diagnostic::warning(
            "PBK-033",
            format!("변수 {}을(를) 아무것도 읽지 않습니다.", variable.name),
            format!("Nothing reads the variable {}.", variable.name),
        );
        warning.target.field = Some(format!("variables.{}", variable.name));
        diagnostics.push(warning.fix(Fix::RemoveVariable { name: variable.name.clone() }));
    }
}

/// The codes of an unknown name and an unknown field.
const UNKNOWN: [&str; 2] = ["EXP-070", "EXP-071"];

fn names(text: &FieldText<'_>) -> Vec<NameUse> {
    let names = match text.kind {
        TextKind::Template => Template::compile(text.text).map(|template| template.names().to_vec()),
        TextKind::Expression | TextKind::Condition => Program::compile(text.text).map(|program| program.names().to_vec()),
    };
    names.unwrap_or_default()
}
