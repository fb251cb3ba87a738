//! A playbook made ready to run: every text compiled, every link counted.

use std::collections::HashMap;
use std::sync::Arc;

use chrono_tz::Tz;
use expression::{JsonTemplate, NameUse, Program, Template, Value};
use indexmap::IndexMap;
use playbook::document::{AnswerKind, Assign, BodyFormat, Choice, Each, OnFailure, Parameters};
use playbook::{Catalog, CheckOptions, Join, Outcome, Playbook, Retry, START, TaskKind, ValueType};
use serde_json::Value as Json;
use types::{Diagnostic, Language, PlaybookId, Seconds, TaskId, Text};

use crate::message::{Carried, CommandFacts, QuestionKind, What};
use crate::refusal;
use crate::state::typed;

/// How strict [`Plan::new`] is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// Accept apps, connections and commands that the catalog does not know: their results come from a file of replies, or the
    /// execution started when they were still there.
    pub allow_unknown: bool,
}

/// How an execution starts; what a host knows and a plan does not.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The inputs by name, tagged JSON (`expression::Value::to_tagged_json`).
    pub input: IndexMap<String, Json>,
    /// The playbook is marked as allowed to act alone.
    pub act_alone: bool,
    /// The seed of the functions that are random.
    pub seed: u64,
    /// The IANA time zone that texts and dates use.
    pub zone: String,
    /// The language of what leaves the program, such as mails.
    pub language: Language,
    /// Who started it.
    pub by: String,
    /// How many call tasks stand above it.
    pub depth: u32,
    /// What a re-run takes over ([`crate::carry`]).
    pub carried: Vec<Carried>,
}

/// A playbook that can run: its expressions compiled, its links indexed. Immutable, shared by all its executions.
#[derive(Debug)]
pub struct Plan {
    playbook: PlaybookId,
    pub(crate) tasks: Vec<PlannedTask>,
    pub(crate) links: Vec<PlannedLink>,
    /// The links that leave `start`.
    pub(crate) first: Vec<usize>,
    pub(crate) inputs: Vec<PlannedInput>,
    pub(crate) variables: Vec<(Arc<str>, Value)>,
    positions: HashMap<TaskId, usize>,
}

#[derive(Debug)]
pub(crate) struct PlannedTask {
    pub(crate) id: TaskId,
    /// The id again, as the key of `tasks` in expressions.
    pub(crate) key: Arc<str>,
    pub(crate) word: &'static str,
    pub(crate) work: Work,
    pub(crate) enabled: bool,
    pub(crate) join: Join,
    pub(crate) timeout: Option<Seconds>,
    pub(crate) retry: Option<Retry>,
    /// What to keep of the output.
    pub(crate) assign: Vec<(Arc<str>, Program)>,
    pub(crate) incoming: u32,
    pub(crate) outgoing: Vec<usize>,
    /// The outcome of a task that is switched off.
    pub(crate) usual: Outcome,
    /// Some expression reads `tasks.ID`.
    pub(crate) is_read: bool,
}

#[derive(Debug)]
pub(crate) enum Work {
    Action(Action),
    Branch { condition: Program, text: String },
    Formula { variable: Arc<str>, expression: Program, text: String },
    Input(Asking, Arc<str>, QuestionKind),
    Approval(Asking, Vec<usize>),
    Wait { seconds: JsonTemplate },
    Email(Email),
    Call(Calling),
    Query(Query),
}

/// A mail: a command of the app `smtp`.
#[derive(Debug)]
pub(crate) struct Email {
    pub(crate) connection: String,
    pub(crate) to: JsonTemplate,
    pub(crate) cc: Option<JsonTemplate>,
    pub(crate) subject: TextTemplate,
    pub(crate) body: TextTemplate,
    pub(crate) format: BodyFormat,
}

/// A query: a command of the app `sql`, or of our own event store.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) source: String,
    pub(crate) text: String,
    pub(crate) parameters: Vec<(String, JsonTemplate)>,
}

/// A call of another playbook.
#[derive(Debug)]
pub(crate) struct Calling {
    pub(crate) playbook: PlaybookId,
    pub(crate) inputs: Vec<(String, JsonTemplate)>,
    pub(crate) each: Option<Loop>,
}

/// Once per item of a list.
#[derive(Debug)]
pub(crate) struct Loop {
    pub(crate) variable: Arc<str>,
    pub(crate) list: Program,
    pub(crate) concurrency: usize,
    pub(crate) collect: bool,
}

#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) app: String,
    pub(crate) connection: String,
    pub(crate) command: String,
    /// What people call the command.
    pub(crate) name: Text,
    pub(crate) parameters: Vec<(String, Json, JsonTemplate)>,
    pub(crate) facts: CommandFacts,
}

#[derive(Debug)]
pub(crate) struct Asking {
    pub(crate) text: TextTemplate,
    pub(crate) assignee: Option<Template>,
    pub(crate) deadline: Option<Seconds>,
}

#[derive(Debug)]
pub(crate) enum TextTemplate {
    Plain(Template),
    Localized { ko: Option<Template>, en: Option<Template> },
}

impl TextTemplate {
    /// Returns the text in a language, else in the other one.
    pub(crate) fn get(&self, language: Language) -> Option<&Template> {
        match (self, language) {
            (TextTemplate::Plain(text), _) => Some(text),
            (TextTemplate::Localized { ko, en }, Language::Ko) => ko.as_ref().or(en.as_ref()),
            (TextTemplate::Localized { ko, en }, Language::En) => en.as_ref().or(ko.as_ref()),
        }
    }
}

#[derive(Debug)]
pub(crate) struct PlannedLink {
    pub(crate) outcome: Outcome,
    pub(crate) to: usize,
}

#[derive(Debug)]
pub(crate) struct PlannedInput {
    pub(crate) name: Arc<str>,
    pub(crate) kind: ValueType,
    pub(crate) required: bool,
    pub(crate) default: Option<Json>,
}

impl Plan {
    /// Makes a playbook ready to run; what forbids running comes back as error diagnostics.
    ///
    /// A playbook that was read from a document must have been read without errors: what could not be read is not in it.
    pub fn new(playbook: &Playbook, catalog: &Catalog, options: PlanOptions) -> Result<Plan, Vec<Diagnostic>> {
        let mut errors = playbook::check(playbook, catalog, CheckOptions { replies: options.allow_unknown });
        errors.retain(Diagnostic::is_error);
        if errors.is_empty() { Self::compile(playbook, catalog) } else { Err(errors) }
    }

    /// Compiles a playbook that was checked.
    pub(crate) fn compile(playbook: &Playbook, catalog: &Catalog) -> Result<Plan, Vec<Diagnostic>> {
        let mut compiler = Compiler { catalog, diagnostics: Vec::new(), reads: Vec::new() };
        let mut tasks: Vec<PlannedTask> = Vec::with_capacity(playbook.tasks.len());
        for (id, task) in &playbook.tasks {
            let Some((work, assign)) = compiler.work(id, &task.kind) else { continue };
            tasks.push(PlannedTask {
                id: id.clone(),
                key: id.as_str().into(),
                word: task.kind.word(),
                work,
                enabled: task.enabled,
                join: task.join,
                timeout: task.timeout,
                retry: task.retry.clone(),
                assign,
                incoming: 0,
                outgoing: Vec::new(),
                usual: task.kind.outcomes()[0],
                is_read: false,
            });
        }
        let mut diagnostics = compiler.diagnostics;
        let reads = compiler.reads;
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let positions: HashMap<TaskId, usize> = tasks.iter().enumerate().map(|(position, task)| (task.id.clone(), position)).collect();
        let mut links = Vec::with_capacity(playbook.links.len());
        let mut first = Vec::new();
        for link in &playbook.links {
            let Some(&to) = positions.get(&link.to) else {
                diagnostics.push(refusal::dangling(&link.from, &link.to));
                continue;
            };
            if link.from.as_str() == START {
                first.push(links.len());
            } else if let Some(&from) = positions.get(&link.from) {
                if !playbook.tasks[from].kind.outcomes().contains(&link.outcome()) {
                    diagnostics.push(refusal::no_such_outcome(&link.from, link.outcome()));
                }
                tasks[from].outgoing.push(links.len());
            } else {
                diagnostics.push(refusal::dangling(&link.from, &link.to));
                continue;
            }
            tasks[to].incoming += 1;
            links.push(PlannedLink { outcome: link.outcome(), to });
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        mark_reads(&mut tasks, &positions, &reads);
        for position in 0..tasks.len() {
            if matches!(tasks[position].work, Work::Approval(..)) {
                let reached = actions_before_the_next_approval(&tasks, &links, position);
                if let Work::Approval(_, releases) = &mut tasks[position].work {
                    *releases = reached;
                }
            }
        }
        Ok(Plan {
            playbook: playbook.id.clone(),
            tasks,
            links,
            first,
            inputs: playbook
                .inputs
                .iter()
                .map(|input| PlannedInput {
                    name: input.name.as_str().into(),
                    kind: input.kind,
                    required: input.required,
                    default: input.default.clone(),
                })
                .collect(),
            variables: playbook
                .variables
                .iter()
                .filter_map(|variable| {
                    let value = typed(variable.kind, Value::from_json(variable.value.as_ref()?));
                    Some((variable.name.as_str().into(), value))
                })
                .collect(),
            positions,
        })
    }

    /// Returns the playbook's id.
    pub fn playbook(&self) -> &PlaybookId {
        &self.playbook
    }

    /// Returns the tasks' ids, in the order of the document.
    pub fn task_ids(&self) -> impl Iterator<Item = &TaskId> {
        self.tasks.iter().map(|task| &task.id)
    }

    /// Returns the names of the inputs of a type.
    pub fn input_names(&self, kind: ValueType) -> impl Iterator<Item = &str> {
        self.inputs.iter().filter(move |input| input.kind == kind).map(|input| &*input.name)
    }

    /// Returns the event that starts an execution, with what the catalog says today about its commands.
    ///
    /// `input` is plain JSON: nothing in it is taken for a tagged value, because parts of it come from outside.
    pub fn started(&self, input: IndexMap<String, Json>, act_alone: bool, seed: u64, zone: String, by: String) -> What {
        let tagged = |(name, value): (String, Json)| (name, Value::from_json(&value).to_tagged_json(Tz::UTC));
        self.start(Start { input: input.into_iter().map(tagged).collect(), act_alone, seed, zone, by, ..Start::default() })
    }

    /// Returns the event that starts an execution whose inputs are tagged already.
    pub fn start(&self, start: Start) -> What {
        let commands = self.tasks.iter().filter_map(|task| match &task.work {
            Work::Action(action) => Some((task.id.clone(), action.facts)),
            _ => None,
        });
        let Start { input, act_alone, seed, zone, language, by, depth, carried } = start;
        What::Started { input, act_alone, seed, zone, by, commands: commands.collect(), language, depth, carried }
    }

    /// Returns the names of the required inputs that `input` leaves out; a start without them has to be refused.
    pub fn missing_inputs(&self, input: &IndexMap<String, Json>) -> Vec<&str> {
        let is_missing = |wanted: &&PlannedInput| {
            wanted.required && wanted.default.is_none() && input.get(&*wanted.name).is_none_or(|value| value.is_null())
        };
        self.inputs.iter().filter(is_missing).map(|wanted| &*wanted.name).collect()
    }

    pub(crate) fn position(&self, task: &TaskId) -> Option<usize> {
        self.positions.get(task).copied()
    }

    /// Tells whether a link follows `outcome` of the task.
    pub(crate) fn handles(&self, position: usize, outcome: Outcome) -> bool {
        self.tasks[position].outgoing.iter().any(|&link| self.links[link].outcome == outcome)
    }
}

impl PlannedTask {
    /// Tells whether the task needs nothing from outside, so that it is done within the step that reaches it.
    pub(crate) fn is_pure(&self) -> bool {
        !self.enabled || matches!(self.work, Work::Branch { .. } | Work::Formula { .. })
    }
}

/// Returns the actions reached from the `approved` outcome before another approval that is switched on, in document order.
fn actions_before_the_next_approval(tasks: &[PlannedTask], links: &[PlannedLink], approval: usize) -> Vec<usize> {
    let mut seen = vec![false; tasks.len()];
    let mut next: Vec<usize> =
        tasks[approval].outgoing.iter().filter(|&&link| links[link].outcome == Outcome::Approved).map(|&link| links[link].to).collect();
    while let Some(position) = next.pop() {
        let task = &tasks[position];
        if std::mem::replace(&mut seen[position], true) || (task.enabled && matches!(task.work, Work::Approval(..))) {
            continue;
        }
        next.extend(task.outgoing.iter().map(|&link| links[link].to));
    }
    (0..tasks.len())
        .filter(|&position| seen[position] && tasks[position].enabled && matches!(tasks[position].work, Work::Action(_)))
        .collect()
}

/// Marks the tasks whose outputs or errors some expression reads, so that only those are kept as values.
fn mark_reads(tasks: &mut [PlannedTask], positions: &HashMap<TaskId, usize>, reads: &[Option<String>]) {
    for read in reads {
        match read {
            Some(id) => {
                if let Some(&position) = positions.get(id.as_str()) {
                    tasks[position].is_read = true;
                }
            }
            None => tasks.iter_mut().for_each(|task| task.is_read = true),
        }
    }
}

struct Compiler<'a> {
    catalog: &'a Catalog,
    diagnostics: Vec<Diagnostic>,
    /// Tasks read as `tasks.ID`; `None` stands for any of them.
    reads: Vec<Option<String>>,
}

type Compiled = (Work, Vec<(Arc<str>, Program)>);

impl Compiler<'_> {
    fn work(&mut self, id: &TaskId, kind: &TaskKind) -> Option<Compiled> {
        let none = Vec::new();
        Some(match kind {
            TaskKind::Action { app, connection, command, parameters, assign } => {
                let action = self.action(id, app, connection.as_deref(), command, parameters);
                let assign = self.assign(id, assign);
                (Work::Action(action?), assign?)
            }
            TaskKind::Branch { condition } => {
                (Work::Branch { condition: self.program(id, "condition", condition)?, text: condition.clone() }, none)
            }
            TaskKind::Formula { variable, expression } => {
                let program = self.program(id, "expression", expression)?;
                (Work::Formula { variable: variable.as_str().into(), expression: program, text: expression.clone() }, none)
            }
            TaskKind::Input {
                question, kind, choices, multiple, min_length, max_length, pattern, variable, assignee, deadline, ..
            } => {
                let asking = self.asking(id, question, assignee.as_deref(), *deadline)?;
                let kind = match kind {
                    AnswerKind::Boolean => QuestionKind::Boolean,
                    AnswerKind::String => {
                        QuestionKind::String { min_length: *min_length, max_length: *max_length, pattern: pattern.clone() }
                    }
                    AnswerKind::Choice => self.choice(id, choices, *multiple)?,
                };
                (Work::Input(asking, variable.as_str().into(), kind), none)
            }
            TaskKind::Approval { question, assignee, deadline } => {
                (Work::Approval(self.asking(id, question, assignee.as_deref(), *deadline)?, Vec::new()), none)
            }
            TaskKind::Wait { seconds } => (Work::Wait { seconds: self.json(id, "seconds", seconds)? }, none),
            TaskKind::Email { connection, to, cc, subject, body, format } => {
                let cc = cc.as_ref().map(|cc| self.json(id, "cc", cc).ok_or(())).transpose().ok()?;
                let email = Email {
                    connection: connection.as_deref().unwrap_or("default").to_owned(),
                    to: self.json(id, "to", to)?,
                    cc,
                    subject: self.text(id, "subject", subject)?,
                    body: self.text(id, "body", body)?,
                    format: *format,
                };
                (Work::Email(email), none)
            }
            TaskKind::Call { playbook, inputs, each, assign } => {
                let inputs = self.values(id, "inputs", inputs);
                let each = each.as_ref().map(|each| self.each(id, each).ok_or(())).transpose().ok()?;
                let assign = self.assign(id, assign);
                (Work::Call(Calling { playbook: playbook.clone(), inputs: inputs?, each }), assign?)
            }
            TaskKind::Query { source, query, parameters, assign } => {
                let parameters = self.values(id, "parameters", parameters);
                let assign = self.assign(id, assign);
                // The text itself is never a template: what comes from outside reaches a query as a parameter only.
                (Work::Query(Query { source: source.clone(), text: query.clone(), parameters: parameters? }), assign?)
            }
        })
    }

    fn action(&mut self, id: &TaskId, app: &str, connection: Option<&str>, command: &str, parameters: &Parameters) -> Option<Action> {
        let known = self.catalog.command(app, command);
        let compiled: Vec<_> = parameters
            .iter()
            .map(|(name, written)| {
                let template = self.json(id, &format!("parameters.{name}"), written)?;
                Some((name.clone(), written.clone(), template))
            })
            .collect();
        Some(Action {
            app: app.to_owned(),
            connection: connection.unwrap_or("default").to_owned(),
            command: command.to_owned(),
            name: known.map_or_else(|| Text::from(command), |command| command.name.clone()),
            parameters: compiled.into_iter().collect::<Option<_>>()?,
            facts: known
                .map(|command| CommandFacts { idempotent: command.idempotent, destructive: command.destructive })
                .unwrap_or_default(),
        })
    }

    fn assign(&mut self, id: &TaskId, assign: &Assign) -> Option<Vec<(Arc<str>, Program)>> {
        let compiled: Vec<_> = assign
            .iter()
            .map(|(variable, text)| Some((variable.as_str().into(), self.program(id, &format!("assign.{variable}"), text)?)))
            .collect();
        compiled.into_iter().collect()
    }

    fn values(&mut self, id: &TaskId, field: &str, written: &Parameters) -> Option<Vec<(String, JsonTemplate)>> {
        let compiled: Vec<_> =
            written.iter().map(|(name, value)| Some((name.clone(), self.json(id, &format!("{field}.{name}"), value)?))).collect();
        compiled.into_iter().collect()
    }

    fn each(&mut self, id: &TaskId, each: &Each) -> Option<Loop> {
        Some(Loop {
            variable: each.variable.as_str().into(),
            list: self.program(id, "each.in", &each.list)?,
            concurrency: each.concurrency.unwrap_or(1).max(1) as usize,
            collect: each.on_failure == Some(OnFailure::Collect),
        })
    }

    fn asking(&mut self, id: &TaskId, question: &Text, assignee: Option<&str>, deadline: Option<Seconds>) -> Option<Asking> {
        let text = self.text(id, "question", question)?;
        let assignee = assignee.map(|text| self.template(id, "assignee", text).ok_or(())).transpose().ok()?;
        Some(Asking { text, assignee, deadline })
    }

    fn text(&mut self, id: &TaskId, field: &str, text: &Text) -> Option<TextTemplate> {
        Some(match text {
            Text::Plain(text) => TextTemplate::Plain(self.template(id, field, text)?),
            Text::Localized { ko, en } => TextTemplate::Localized {
                ko: ko.as_deref().map(|text| self.template(id, field, text).ok_or(())).transpose().ok()?,
                en: en.as_deref().map(|text| self.template(id, field, text).ok_or(())).transpose().ok()?,
            },
        })
    }

    fn choice(&mut self, id: &TaskId, choices: &[Choice], multiple: bool) -> Option<QuestionKind> {
        if choices.is_empty() {
            self.diagnostics.push(refusal::no_choices(id));
            return None;
        }
        Some(QuestionKind::Choice { choices: choices.to_vec(), multiple })
    }

    fn program(&mut self, id: &TaskId, field: &str, text: &str) -> Option<Program> {
        let compiled = Program::compile(text);
        self.keep(id, field, compiled, |program| program.names())
    }

    fn template(&mut self, id: &TaskId, field: &str, text: &str) -> Option<Template> {
        let compiled = Template::compile(text);
        self.keep(id, field, compiled, |template| template.names())
    }

    fn json(&mut self, id: &TaskId, field: &str, json: &Json) -> Option<JsonTemplate> {
        let compiled = JsonTemplate::compile(json);
        self.keep(id, field, compiled, |template| template.names())
    }

    fn keep<T>(&mut self, id: &TaskId, field: &str, compiled: Result<T, Vec<Diagnostic>>, names: fn(&T) -> &[NameUse]) -> Option<T> {
        match compiled {
            Ok(compiled) => {
                let tasks = names(&compiled).iter().filter(|used| used.name == "tasks");
                self.reads.extend(tasks.map(|used| used.path.first().cloned()));
                Some(compiled)
            }
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics.into_iter().map(|diagnostic| {
                    // A mistake inside a list or an object says where in it.
                    let field = match &diagnostic.target.field {
                        Some(path) if path.starts_with('[') => format!("{field}{path}"),
                        Some(path) => format!("{field}.{path}"),
                        None => field.to_owned(),
                    };
                    diagnostic.on(id.as_str(), Some(&field))
                }));
                None
            }
        }
    }
}
