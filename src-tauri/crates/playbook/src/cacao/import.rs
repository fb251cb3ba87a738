//! From a CACAO workflow to tasks and links.
//!
//! A CACAO branch ends at an `end` step and the step that opened it goes on with its `on_completion`; here the last tasks
//! of the branch are linked to what follows. Every step but `start` and `end` becomes at least one task.

use std::collections::{HashMap, HashSet, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};
use types::{Error, PlaybookId, is_name};

use super::condition::{Kind, Translated, Variable, Variables, quoted, reference, translate};
use super::{Imported, LAYOUT, Loss, SCALE, secrets};

/// Reads the workflow of a CACAO playbook.
pub(super) fn import(json: &Json) -> Result<Imported, Error> {
    let empty = Map::new();
    let object = json.as_object().unwrap_or(&empty);
    let mut losses = Vec::new();
    check_version(object, &mut losses)?;
    let mut source = json.clone();
    secrets::remove(&mut source, &mut losses);
    let steps = steps_of(object, &mut losses);
    let mut importer = Importer {
        by_suffix: steps.keys().filter_map(|id| Some((id.split_once("--")?.1, id.as_str()))).collect(),
        agents: definitions(object, &["agent_definitions", "target_definitions", "agents", "targets"]),
        steps: &steps,
        losses,
        variables: Variables::new(),
        variable_names: HashSet::new(),
        task_names: HashSet::new(),
        tasks: IndexMap::new(),
        links: Vec::new(),
        blocks: HashMap::new(),
        steps_of_tasks: Map::new(),
        contexts: Vec::new(),
        visited: HashMap::new(),
        queue: VecDeque::new(),
    };
    let (inputs, variables) = importer.read_variables(object);
    for (id, step) in &steps {
        importer.read_step(id, step);
    }
    importer.walk(object);
    importer.cut_cycles();
    importer.report_unused(object);
    let layout = importer.layout();
    let id = object.get("id").and_then(Json::as_str).unwrap_or_default();
    let id =
        if PlaybookId::new(id).is_valid() { id.to_owned() } else { slug(text(object, "name").unwrap_or("playbook")).replace('_', "-") };
    let links: Vec<Json> = importer.links.iter().map(Link::to_json).collect();
    let mut document = Map::new();
    document.insert("format".into(), json!(1));
    document.insert("id".into(), json!(id));
    for key in ["name", "description"] {
        if let Some(text) = text(object, key) {
            document.insert(key.into(), json!(text));
        }
    }
    for (key, list) in [("inputs", inputs), ("variables", variables)] {
        if !list.is_empty() {
            document.insert(key.into(), Json::Array(list));
        }
    }
    document.insert("tasks".into(), Json::Object(importer.tasks.into_iter().collect()));
    document.insert("links".into(), Json::Array(links));
    document.insert("layout".into(), layout);
    document.insert("cacao".into(), json!({"source": source, "steps": importer.steps_of_tasks}));
    Ok(Imported { document: Json::Object(document), losses: importer.losses })
}

fn check_version(object: &Map<String, Json>, losses: &mut Vec<Loss>) -> Result<(), Error> {
    let version = text(object, "spec_version").unwrap_or_default();
    let number = version.trim_start_matches("cacao-");
    let major = number.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major > 2) {
        let error = Error::new(
            "CACAO-NEWER",
            format!("CACAO 버전 {number}은(는) 이 프로그램보다 새것입니다."),
            format!("CACAO version {number} is newer than this program."),
        );
        return Err(error
            .hint("해태를 새 버전으로 올리거나 CACAO 2.0으로 내보내세요.", "Update Haetae, or export the file as CACAO 2.0.")
            .target("spec_version"));
    }
    if version != "cacao-2.0" {
        losses.push(Loss::new(
            "CACAO-011",
            "spec_version",
            format!("버전 {version:?}을(를) CACAO 2.0처럼 읽었습니다."),
            format!("Version {version:?} was read as CACAO 2.0."),
        ));
    }
    Ok(())
}

type Step = Map<String, Json>;

/// The steps by id; older files and damaged ones write a list.
fn steps_of(object: &Map<String, Json>, losses: &mut Vec<Loss>) -> IndexMap<String, Step> {
    let mut steps = IndexMap::new();
    let damaged = |place: &str| {
        Loss::new(
            "CACAO-006",
            place,
            "단계로 읽을 수 없어 원본으로만 보관합니다.".to_owned(),
            "This cannot be read as a step; it is kept in the source only.".to_owned(),
        )
    };
    match object.get("workflow") {
        Some(Json::Object(workflow)) => {
            for (id, step) in workflow {
                match step.as_object() {
                    Some(step) => drop(steps.insert(id.clone(), step.clone())),
                    None => losses.push(damaged(&format!("workflow.{id}"))),
                }
            }
        }
        Some(Json::Array(list)) => {
            for (index, step) in list.iter().enumerate() {
                let id = step.as_object().and_then(|step| text(step, "step_uuid").or_else(|| text(step, "id")));
                match (id, step.as_object()) {
                    (id, Some(step)) => {
                        let wanted = id.map_or_else(|| format!("step--{index}"), str::to_owned);
                        let id = unique(&wanted, |id| steps.contains_key(id));
                        if id != wanted {
                            losses.push(Loss::new(
                                "CACAO-006",
                                format!("workflow[{index}]"),
                                format!("id {wanted}이(가) 두 번 있어 {id}(으)로 읽었습니다."),
                                format!("The id {wanted} is there twice; this step was read as {id}."),
                            ));
                        }
                        steps.insert(id, step.clone());
                    }
                    _ => losses.push(damaged(&format!("workflow[{index}]"))),
                }
            }
            losses.push(Loss::new(
                "CACAO-006",
                "workflow",
                "단계가 목록으로 적혀 있어 id별로 읽었습니다.".to_owned(),
                "The steps stand in a list; they were read by their ids.".to_owned(),
            ));
        }
        _ => losses.push(Loss::new(
            "CACAO-006",
            "workflow",
            "단계가 없는 플레이북입니다.".to_owned(),
            "The playbook has no steps.".to_owned(),
        )),
    }
    steps
}

/// The agents and targets by id.
fn definitions(object: &Map<String, Json>, keys: &[&str]) -> HashMap<String, String> {
    let mut found = HashMap::new();
    for (id, definition) in keys.iter().filter_map(|key| object.get(*key)?.as_object()).flatten() {
        if let Some(name) = definition.get("name").and_then(Json::as_str) {
            found.insert(id.clone(), name.to_owned());
        }
    }
    found
}

/// The tasks that stand for a step.
struct Block {
    /// The task that links to the step reach.
    entry: String,
    /// The task whose outcomes are followed.
    exit: String,
    /// The task that can fail.
    main: String,
}

struct Link {
    from: String,
    outcome: &'static str,
    to: String,
    /// Where in the source.
    place: String,
}

impl Link {
    fn to_json(&self) -> Json {
        match self.outcome {
            "done" => json!({"from": self.from, "to": self.to}),
            outcome => json!({"from": self.from, "outcome": outcome, "to": self.to}),
        }
    }
}

/// A branch under way: what follows when it ends.
#[derive(Clone, Copy)]
struct Context<'a> {
    /// The step that follows; absent when the step that opened the branch has no `on_completion`.
    next: Option<&'a str>,
    /// A while step whose body this is.
    body_of: Option<&'a str>,
    /// The branch around this one.
    parent: Option<usize>,
}

struct Importer<'a> {
    steps: &'a IndexMap<String, Step>,
    by_suffix: HashMap<&'a str, &'a str>,
    agents: HashMap<String, String>,
    losses: Vec<Loss>,
    variables: Variables,
    variable_names: HashSet<String>,
    task_names: HashSet<String>,
    tasks: IndexMap<String, Json>,
    links: Vec<Link>,
    blocks: HashMap<&'a str, Block>,
    steps_of_tasks: Map<String, Json>,
    contexts: Vec<Context<'a>>,
    visited: HashMap<&'a str, Option<usize>>,
    queue: VecDeque<(&'a str, Option<usize>)>,
}

impl<'a> Importer<'a> {
    fn lose(&mut self, code: &str, place: impl Into<String>, ko: impl Into<String>, en: impl Into<String>) {
        self.losses.push(Loss::new(code, place, ko.into(), en.into()));
    }

    fn lose_task(&mut self, code: &str, place: String, task: &str, ko: impl Into<String>, en: impl Into<String>) {
        let loss = Loss::new(code, place, ko.into(), en.into());
        self.losses.push(Loss { task: Some(task.to_owned()), ..loss });
    }

    // ---- variables

    fn read_variables(&mut self, object: &Map<String, Json>) -> (Vec<Json>, Vec<Json>) {
        let mut declared: IndexMap<String, (String, &Json)> = IndexMap::new();
        let scopes = object.get("playbook_variables").map(|variables| ("playbook_variables".to_owned(), variables));
        let scopes = scopes
            .into_iter()
            .chain(self.steps.iter().filter_map(|(id, step)| Some((format!("workflow.{id}.step_variables"), step.get("step_variables")?))));
        for (place, variables) in scopes {
            for (name, variable) in variables.as_object().into_iter().flatten() {
                match declared.get(name) {
                    None => {
                        declared.insert(name.clone(), (place.clone(), variable));
                    }
                    Some((first, other)) if other.get("value") != variable.get("value") => {
                        let (ko, en) = (
                            format!(
                                "변수 {name}의 값이 {first}와 다릅니다. 먼저 나온 값을 씁니다. 해태의 변수는 플레이북 전체의 것입니다."
                            ),
                            format!(
                                "The variable {name} has another value than in {first}; the first one is used. Variables of Haetae belong to the whole playbook."
                            ),
                        );
                        self.lose("CACAO-008", format!("{place}.{name}"), ko, en);
                    }
                    Some(_) => {}
                }
            }
        }
        let written: HashSet<&str> = self.steps.values().flat_map(|step| names(step, "out_args")).collect();
        for name in &written {
            if !declared.contains_key(*name) && reference(name).is_some() {
                declared.insert((*name).to_owned(), ("out_args".to_owned(), &Json::Null));
            }
        }
        let (mut inputs, mut variables) = (Vec::new(), Vec::new());
        for (name, (place, variable)) in &declared {
            let own = self.variable_name(name);
            let external = variable.get("external") == Some(&Json::Bool(true)) && !written.contains(name.as_str());
            let word = variable.get("type").and_then(Json::as_str).unwrap_or("string");
            let (kind, word, value) = typed(word, variable.get("value"));
            let mut one = Map::new();
            one.insert("name".into(), json!(own));
            one.insert("type".into(), json!(word));
            if external {
                one.insert("required".into(), json!(value.is_none()));
            }
            let set = external || value.is_some() || written.contains(name.as_str());
            if let Some(value) = value {
                one.insert(if external { "default" } else { "value" }.into(), value);
            }
            if external && let Some(description) = variable.get("description").and_then(Json::as_str) {
                one.insert("description".into(), json!(description));
            }
            if variable.get("constant") == Some(&Json::Bool(true)) && written.contains(name.as_str()) {
                let (ko, en) = (format!("상수 {name}에 값을 쓰는 단계가 있습니다."), format!("A step writes the constant {name}."));
                self.lose("CACAO-008", format!("{place}.{name}"), ko, en);
            }
            if external { &mut inputs } else { &mut variables }.push(Json::Object(one));
            self.variables.insert(name.clone(), Variable { name: own, kind, set });
        }
        (inputs, variables)
    }

    /// Makes a name that expressions can read out of a CACAO name.
    fn variable_name(&mut self, wanted: &str) -> String {
        const WORDS: [&str; 12] = ["and", "or", "not", "true", "false", "null", "inputs", "tasks", "output", "variables", "in", "start"];
        let mut name = slug(wanted.trim_matches(['_', '$']));
        if WORDS.contains(&name.as_str()) {
            name.push_str("_value");
        }
        let name = unique(&name, |name| self.variable_names.contains(name));
        self.variable_names.insert(name.clone());
        name
    }

    // ---- steps

    fn read_step(&mut self, id: &'a str, step: &'a Step) {
        let kind = kind_of(id, step);
        if matches!(kind, "start" | "end") {
            return;
        }
        let place = format!("workflow.{id}");
        let label = text(step, "name").map_or_else(|| kind.to_owned(), str::to_owned);
        let main = self.task_name(&label, kind);
        let mut entry = main.clone();
        let mut exit = main.clone();
        if let Some(delay) = step.get("delay").and_then(Json::as_f64).filter(|delay| *delay > 0.0 && *delay < 3.0e11) {
            entry = self.task_name(&format!("{main}_delay"), "delay");
            self.add(id, &entry, json!({"type": "wait", "name": named("대기", "Delay", &label), "seconds": delay / 1000.0}));
            self.link(&entry, "done", &main, &place);
        }
        match kind {
            "parallel" => self.add(id, &main, with_name(json!({"type": "wait", "seconds": 0}), step)),
            "playbook-action" => self.add_call(id, step, &main),
            "if-condition" => {
                let condition = condition_text(step);
                match self.ask_variables(id, step, &condition, &main, &mut entry) {
                    Some(expression) => self.add(id, &main, with_name(json!({"type": "branch", "condition": expression}), step)),
                    None => self.add_asked_branch(id, step, &condition, &main, &mut entry),
                }
            }
            "while-condition" => {
                let condition = condition_text(step);
                self.add_asked_branch(id, step, &condition, &main, &mut entry);
                let (ko, en) = (
                    format!(
                        "반복 조건 ‘{condition}’을(를) 사람에게 한 번 묻고, 본문은 많아야 한 번 실행합니다. 내보내면 반복으로 돌아갑니다."
                    ),
                    format!(
                        "The loop was cut: a person is asked once whether '{condition}' holds, and its body runs at most once. An export restores the loop."
                    ),
                );
                self.lose_task("CACAO-004", place.clone(), &entry, ko, en);
            }
            "switch-condition" => exit = self.add_switch(id, step, &main, &mut entry),
            _ => exit = self.add_manual(id, step, kind, &main),
        }
        if let Some(timeout) = step.get("timeout") {
            let (ko, en) = (
                format!("제한 시간 {timeout}은(는) 쓰지 않습니다. 사람에게 묻는 태스크에는 마감을 따로 두세요."),
                format!("The timeout {timeout} is not used; give a question a deadline of its own."),
            );
            self.lose_task("CACAO-009", format!("{place}.timeout"), &main, ko, en);
        }
        self.blocks.insert(id, Block { entry, exit, main });
    }

    fn add(&mut self, step: &str, id: &str, task: Json) {
        self.tasks.insert(id.to_owned(), task);
        self.steps_of_tasks.insert(id.to_owned(), json!(step));
    }

    fn link(&mut self, from: &str, outcome: &'static str, to: &str, place: &str) {
        self.links.push(Link { from: from.to_owned(), outcome, to: to.to_owned(), place: place.to_owned() });
    }

    fn task_name(&mut self, label: &str, fallback: &str) -> String {
        let mut name = slug(label);
        if name == "x" {
            name = slug(fallback);
        }
        if name == "start" {
            name = "start_step".to_owned();
        }
        let name = unique(&name, |name| self.task_names.contains(name));
        self.task_names.insert(name.clone());
        name
    }

    /// A step that a person does: its commands stand in the question.
    fn add_manual(&mut self, id: &'a str, step: &'a Step, kind: &str, main: &str) -> String {
        let place = format!("workflow.{id}");
        let done = self.variable_name(&format!("{main}_done"));
        let known = matches!(kind, "action" | "single" | "step");
        let question = if known { self.manual_question(step) } else { both(|_| format!("{kind}\n\n{}", Json::Object(step.clone()))) };
        let task = json!({"type": "input", "question": question, "kind": "boolean", "variable": done});
        self.add(id, main, with_name(task, step));
        if !known {
            let (ko, en) = (
                format!("단계 유형 {kind:?}을(를) 몰라 사람이 할 일로 바꿨습니다."),
                format!("The step type {kind:?} is not known; it became a task for a person."),
            );
            self.lose_task("CACAO-006", place.clone(), main, ko, en);
        }
        for (index, command) in commands(step).enumerate() {
            let word = command.get("type").and_then(Json::as_str).unwrap_or("?");
            if word != "manual" {
                let (ko, en) = (
                    format!("{word} 명령은 해태가 실행하지 않고 사람이 할 일로 바꿨습니다."),
                    format!("Haetae does not run the {word} command; it became a task for a person."),
                );
                self.lose_task("CACAO-002", format!("{place}.commands[{index}]"), main, ko, en);
            }
        }
        let mut last = main.to_owned();
        for name in names(step, "out_args") {
            let Some(variable) = self.variables.get(name).map(|variable| variable.name.clone()) else { continue };
            let task = self.task_name(&format!("{main}_{variable}"), "result");
            let question = both(|language| match language {
                Korean => format!("{}의 결과: {}의 값은 무엇인가요?", label_of(step), name),
                English => format!("Result of {}: what is the value of {}?", label_of(step), name),
            });
            self.add(id, &task, json!({"type": "input", "question": question, "kind": "string", "variable": variable}));
            self.link(&last, "done", &task, &place);
            last = task;
        }
        if step.contains_key("on_failure") {
            let branch = self.task_name(&format!("{main}_ok"), "ok");
            self.add(id, &branch, json!({"type": "branch", "name": named("성공했는가", "Did it succeed?", &label_of(step)), "condition": format!("{done} == true")}));
            self.link(&last, "done", &branch, &place);
            last = branch;
        }
        last
    }

    fn manual_question(&self, step: &Step) -> Json {
        both(|language| {
            let mut text = label_of(step);
            let mut push = |part: &str| {
                if !part.trim().is_empty() {
                    text.push_str("\n\n");
                    text.push_str(part);
                }
            };
            push(self::text(step, "description").unwrap_or_default());
            for command in commands(step) {
                push(&command_text(command));
            }
            let who = |id: &str| self.agents.get(id).cloned().unwrap_or_else(|| id.to_owned());
            if let Some(agent) = self::text(step, "agent") {
                push(&format!("{}: {}", language.pick("수행", "Done by"), who(agent)));
            }
            let targets: Vec<String> = names(step, "targets").chain(self::text(step, "target")).map(who).collect();
            if !targets.is_empty() {
                push(&format!("{}: {}", language.pick("대상", "Targets"), targets.join(", ")));
            }
            let mut text = escape(&text);
            // Commands are shown as they are written; the values that they read stand below.
            let used: Vec<(&String, &Variable)> =
                self.variables.iter().filter(|(name, variable)| variable.set && text.contains(name.as_str())).collect();
            for (index, (name, variable)) in used.into_iter().enumerate() {
                text.push_str(if index == 0 { "\n\n" } else { "\n" });
                text.push_str(&format!("{name} = {{{{ {} }}}}", variable.name));
            }
            text
        })
    }

    /// A condition that a person decides, and the branch that follows the answer.
    fn add_asked_branch(&mut self, id: &str, step: &Step, condition: &str, main: &str, entry: &mut String) {
        let answer = self.variable_name(&format!("{main}_holds"));
        let asked = self.task_name(&format!("{main}_ask"), "ask");
        let question = both(|language| {
            let mut text = label_of(step);
            for part in
                [self::text(step, "description").unwrap_or_default(), &format!("{}: {condition}", language.pick("조건", "Condition"))]
            {
                if !part.trim().is_empty() {
                    text.push_str("\n\n");
                    text.push_str(part);
                }
            }
            text.push_str(language.pick("\n\n지금 참인가요?", "\n\nDoes it hold now?"));
            escape(&text)
        });
        self.add(id, &asked, json!({"type": "input", "name": named("조건 확인", "Check", &label_of(step)), "question": question, "kind": "boolean", "variable": answer}));
        self.add(id, main, with_name(json!({"type": "branch", "condition": format!("{answer} == true")}), step));
        self.link(&asked, "done", main, &format!("workflow.{id}"));
        let is_loop = kind_of(id, step) == "while-condition";
        if !is_loop {
            let (ko, en) = (
                format!("조건 ‘{condition}’을(를) 식으로 옮길 수 없어 사람에게 묻습니다."),
                format!("The condition '{condition}' cannot be said as an expression; a person is asked."),
            );
            self.lose_task("CACAO-003", format!("workflow.{id}.condition"), &asked, ko, en);
        }
        self.enter(id, entry, main, &asked);
    }

    /// Translates a condition, asking for the variables that nothing sets; none when a person has to decide it.
    fn ask_variables(&mut self, id: &str, step: &Step, condition: &str, main: &str, entry: &mut String) -> Option<String> {
        let Translated { expression, reads } = translate(condition, &self.variables)?;
        let unset: Vec<(String, Variable)> = reads
            .iter()
            .filter_map(|name| Some((name.clone(), self.variables.get(name)?.clone())))
            .filter(|(_, variable)| !variable.set)
            .collect();
        // A number would have to be typed in as text.
        if unset.iter().any(|(_, variable)| variable.kind == Kind::Number) {
            return None;
        }
        let mut asked: Vec<String> = Vec::new();
        for (name, variable) in unset {
            if self.tasks.get(asked.last().map_or("", String::as_str)).is_some_and(|task| task["variable"] == json!(variable.name)) {
                continue;
            }
            let task = self.task_name(&format!("{main}_{}", variable.name), "ask");
            let question = both(|language| {
                let what = language.pick("아무 단계도 정하지 않는 값입니다", "No step sets this value");
                escape(&format!("{}\n\n{condition}\n\n{name}? ({what}.)", label_of(step)))
            });
            let kind = if variable.kind == Kind::Boolean { "boolean" } else { "string" };
            self.add(id, &task, json!({"type": "input", "name": named("값 확인", "Value", &name), "question": question, "kind": kind, "variable": variable.name}));
            let (ko, en) = (
                format!("변수 {name}에 값을 주는 단계가 없어 사람에게 묻습니다."),
                format!("No step gives the variable {name} a value; a person is asked."),
            );
            self.lose_task("CACAO-008", format!("workflow.{id}.condition"), &task, ko, en);
            if let Some(last) = asked.last().cloned() {
                self.link(&last, "done", &task, &format!("workflow.{id}"));
            }
            asked.push(task);
        }
        if let (Some(first), Some(last)) = (asked.first().cloned(), asked.last().cloned()) {
            self.link(&last, "done", main, &format!("workflow.{id}"));
            self.enter(id, entry, main, &first);
        }
        Some(expression)
    }

    /// Puts a task before the main task of a block; a delay stays the first.
    fn enter(&mut self, id: &str, entry: &mut String, main: &str, first: &str) {
        if entry == main {
            *entry = first.to_owned();
            return;
        }
        for link in self.links.iter_mut().filter(|link| link.from == *entry && link.to == main && link.place == format!("workflow.{id}")) {
            link.to = first.to_owned();
        }
    }

    /// A switch becomes a branch per case; returns the last one, whose `false` is the default.
    fn add_switch(&mut self, id: &'a str, step: &'a Step, main: &str, entry: &mut String) -> String {
        let place = format!("workflow.{id}");
        let written = text(step, "switch").map_or_else(|| label_of(step), str::to_owned);
        let keys: Vec<&str> = cases(step).map(|(key, _)| key).filter(|key| !is_default(key)).collect();
        let known = reference(&written).and_then(|name| Some((name.to_owned(), self.variables.get(name)?.clone())));
        let literal = |kind: Kind, key: &str| match kind {
            Kind::Text => Some(quoted(key)),
            // Written as the source of a comparison, so that one rule says what a number or a yes is.
            _ => known.as_ref().and_then(|(name, variable)| {
                let translated = translate(&format!("{name} == '{key}'"), &self.variables)?;
                translated.expression.strip_prefix(&format!("{} == ", variable.name)).map(str::to_owned)
            }),
        };
        let usable = known.as_ref().filter(|(_, variable)| variable.set && keys.iter().all(|key| literal(variable.kind, key).is_some()));
        let (variable, literals): (String, Vec<String>) = match usable {
            Some((_, variable)) => (variable.name.clone(), keys.iter().filter_map(|key| literal(variable.kind, key)).collect()),
            None => {
                let variable = match &known {
                    Some((_, variable)) if variable.kind == Kind::Text => variable.name.clone(),
                    _ => self.variable_name(&format!("{main}_choice")),
                };
                if cases(step).next().is_some() {
                    let asked = self.task_name(&format!("{main}_ask"), "ask");
                    let question = both(|language| {
                        escape(&format!("{}\n\n{written}\n\n{}", label_of(step), language.pick("어느 경우인가요?", "Which case is it?")))
                    });
                    let choices: Vec<Json> = cases(step).map(|(key, _)| json!(key)).collect();
                    self.add(id, &asked, json!({"type": "input", "name": named("경우 고르기", "Choose", &label_of(step)), "question": question, "kind": "choice", "choices": choices, "variable": variable}));
                    self.link(&asked, "done", main, &place);
                    self.enter(id, entry, main, &asked);
                    let (ko, en) = (
                        format!("분기 값 ‘{written}’을(를) 식으로 옮길 수 없어 사람에게 묻습니다."),
                        format!("The value '{written}' cannot be said as an expression; a person is asked."),
                    );
                    self.lose_task("CACAO-003", format!("{place}.switch"), &asked, ko, en);
                }
                (variable, keys.iter().map(|key| quoted(key)).collect())
            }
        };
        let mut last = main.to_owned();
        if literals.is_empty() {
            self.add(id, main, with_name(json!({"type": "wait", "seconds": 0}), step));
        }
        for (index, literal) in literals.iter().enumerate() {
            let task = if index == 0 { main.to_owned() } else { self.task_name(&format!("{main}_{}", index + 1), "case") };
            let name = json!(format!("{}: {}", label_of(step), keys.get(index).copied().unwrap_or_default()));
            self.add(id, &task, json!({"type": "branch", "name": name, "condition": format!("{variable} == {literal}")}));
            if index > 0 {
                self.link(&last, "false", &task, &place);
            }
            last = task;
        }
        last
    }

    fn add_call(&mut self, id: &str, step: &Step, main: &str) {
        let called = text(step, "playbook_id").unwrap_or("unknown");
        let mut inputs = Map::new();
        let mut assign = Map::new();
        for name in names(step, "in_args") {
            if let Some(variable) = self.variables.get(name) {
                inputs.insert(variable.name.clone(), json!(format!("{{{{ {} }}}}", variable.name)));
            }
        }
        for name in names(step, "out_args") {
            if let Some(variable) = self.variables.get(name) {
                assign.insert(variable.name.clone(), json!(format!("output.{}", variable.name)));
            }
        }
        let mut task = json!({"type": "call", "playbook": called});
        for (key, map) in [("inputs", inputs), ("assign", assign)] {
            if !map.is_empty() {
                task[key] = Json::Object(map);
            }
        }
        self.add(id, main, with_name(task, step));
    }

    // ---- links

    fn walk(&mut self, object: &Map<String, Json>) {
        let start = text(object, "workflow_start").and_then(|id| self.find(id));
        let start = start.or_else(|| {
            let found = self.steps.iter().find(|(id, step)| kind_of(id, step) == "start").map(|(id, _)| id.as_str());
            let (ko, en) = ("workflow_start가 가리키는 단계가 없습니다.", "workflow_start names no step.");
            if !self.steps.is_empty() {
                self.lose("CACAO-006", "workflow_start", ko, en);
            }
            found.or_else(|| self.steps.keys().next().map(String::as_str))
        });
        if let Some(start) = start {
            self.go("start", "done", Some(start), None, "workflow_start");
        }
        self.drain();
        // What start does not reach stays in the document too, with its own links.
        for id in self.steps.keys() {
            if !self.visited.contains_key(id.as_str()) && self.blocks.contains_key(id.as_str()) {
                self.visit(id, None);
                self.drain();
            }
        }
    }

    fn drain(&mut self) {
        while let Some((id, context)) = self.queue.pop_front() {
            self.follow(id, context);
        }
    }

    fn visit(&mut self, id: &'a str, context: Option<usize>) {
        match self.visited.get(id) {
            None => {
                self.visited.insert(id, context);
                self.queue.push_back((id, context));
            }
            Some(other) if *other != context => {
                let (ko, en) = (
                    "서로 다른 분기에서 함께 쓰는 단계입니다. 끝난 뒤에는 먼저 닿은 쪽의 다음으로 갑니다.",
                    "Branches that end differently share this step; after it, what follows the first of them follows.",
                );
                let place = format!("workflow.{id}");
                if !self.losses.iter().any(|loss| loss.code == "CACAO-010" && loss.place == place) {
                    self.lose("CACAO-010", place, ko, en);
                }
            }
            Some(_) => {}
        }
    }

    fn follow(&mut self, id: &'a str, context: Option<usize>) {
        let (Some(step), Some(block)) = (self.steps.get(id), self.blocks.get(id)) else { return };
        let (exit, main) = (block.exit.clone(), block.main.clone());
        let place = |key: &str| format!("workflow.{id}.{key}");
        let completion = text(step, "on_completion");
        let kind = kind_of(id, step);
        let inner = match kind {
            "if-condition" | "switch-condition" | "parallel" | "while-condition" if completion.is_some() || kind == "while-condition" => {
                let next = completion.and_then(|next| self.find(next));
                if completion.is_some() && next.is_none() {
                    self.report_dangling(place("on_completion"), completion.unwrap_or_default());
                }
                self.contexts.push(Context { next, body_of: (kind == "while-condition").then_some(id), parent: context });
                Some(self.contexts.len() - 1)
            }
            _ => context,
        };
        match kind {
            "if-condition" | "while-condition" => {
                for (outcome, key) in [("true", "on_true"), ("false", "on_false")] {
                    self.go_all(&exit, outcome, step.get(key), inner, &place(key));
                }
            }
            "switch-condition" => {
                let mut task = main.clone();
                let mut default = None;
                for (key, target) in cases(step) {
                    if is_default(key) {
                        default = Some(target);
                        continue;
                    }
                    self.go_all(&task, "true", Some(target), inner, &place(&format!("cases.{key}")));
                    task = self
                        .links
                        .iter()
                        .find(|link| link.from == task && link.outcome == "false")
                        .map_or(exit.clone(), |link| link.to.clone());
                }
                let outcome = if self.tasks.get(&exit).is_some_and(|task| task["type"] == "branch") { "false" } else { "done" };
                self.go_all(&exit, outcome, default, inner, &place("cases.default"));
            }
            "parallel" => {
                let steps = step.get("next_steps");
                self.go_all(&exit, "done", steps, inner, &place("next_steps"));
            }
            _ => {
                let success = step.get("on_success").or_else(|| step.get("on_completion"));
                let key = if step.contains_key("on_success") { "on_success" } else { "on_completion" };
                let asks = self.tasks.get(&exit).is_some_and(|task| task["type"] == "branch");
                self.go_all(&exit, if asks { "true" } else { "done" }, success, inner, &place(key));
                if asks {
                    self.go_all(&exit, "false", step.get("on_failure"), inner, &place("on_failure"));
                    return;
                }
            }
        }
        if let Some(failure) = step.get("on_failure") {
            self.go_all(&main, "failed", Some(failure), context, &place("on_failure"));
        }
        if !matches!(kind, "action" | "single" | "step" | "playbook-action") && step.contains_key("on_success") {
            let (ko, en) = ("이 유형의 단계에서 on_success는 쓰지 않습니다.", "on_success is not used on this type of step.");
            self.lose("CACAO-006", place("on_success"), ko, en);
        }
    }

    /// Follows one reference, or each of a list.
    fn go_all(&mut self, from: &str, outcome: &'static str, target: Option<&'a Json>, context: Option<usize>, place: &str) {
        match target {
            Some(Json::Array(targets)) if !targets.is_empty() => {
                for target in targets {
                    self.go(from, outcome, target.as_str(), context, place);
                }
            }
            Some(target) => self.go(from, outcome, target.as_str(), context, place),
            None => self.go(from, outcome, None, context, place),
        }
    }

    fn go(&mut self, from: &str, outcome: &'static str, target: Option<&str>, mut context: Option<usize>, place: &str) {
        let mut step = None;
        if let Some(target) = target {
            step = self.find(target);
            if step.is_none() {
                self.report_dangling(place.to_owned(), target);
            }
        }
        // Each turn leaves a branch or a start step, so the number of both bounds them.
        for _ in 0..=self.contexts.len() + self.steps.len() {
            let kind = step.and_then(|id| Some(kind_of(id, self.steps.get(id)?)));
            match (step, kind) {
                (Some(id), Some("start")) => {
                    let next = self.steps.get(id).and_then(|step| text(step, "on_completion"));
                    step = next.and_then(|next| self.find(next));
                }
                (Some(id), Some(kind)) if kind != "end" => {
                    // What follows a branch around this one, or the loop whose body this is, ends the branches inside.
                    let mut around = context;
                    let mut again = false;
                    while let Some(one) = around.and_then(|index| self.contexts.get(index)) {
                        if one.next == Some(id) {
                            context = one.parent;
                            break;
                        }
                        if one.body_of == Some(id) {
                            step = one.next;
                            context = one.parent;
                            again = true;
                            break;
                        }
                        around = one.parent;
                    }
                    if again {
                        continue;
                    }
                    let Some(block) = self.blocks.get(id) else { return };
                    let entry = block.entry.clone();
                    if !self.links.iter().any(|link| link.from == from && link.outcome == outcome && link.to == entry) {
                        self.link(from, outcome, &entry, place);
                    }
                    self.visit(id, context);
                    return;
                }
                _ => {
                    let Some(one) = context.and_then(|index| self.contexts.get(index)) else { return };
                    step = one.next;
                    context = one.parent;
                }
            }
        }
    }

    /// Finds a step by its id, or by the part after `--` where the type before it was changed.
    fn find(&self, id: &str) -> Option<&'a str> {
        if let Some((known, _)) = self.steps.get_key_value(id) {
            return Some(known);
        }
        let suffix = id.split_once("--").map_or(id, |(_, suffix)| suffix);
        self.by_suffix.get(suffix).copied()
    }

    fn report_dangling(&mut self, place: String, target: &str) {
        let (ko, en) = (format!("단계 {target}이(가) 없어 여기서 끝납니다."), format!("There is no step {target}; the path ends here."));
        self.lose("CACAO-006", place, ko, en);
    }

    /// Replaces each link that leads back by a task that tells a person so.
    fn cut_cycles(&mut self) {
        while let Some(index) = self.back_link() {
            let link = self.links.remove(index);
            let target = self.steps_of_tasks.get(&link.to).and_then(Json::as_str).unwrap_or(&link.to).to_owned();
            let label = self.steps.get(&target).map_or_else(|| target.clone(), label_of);
            let task = self.task_name(&format!("back_to_{}", link.to), "back");
            let variable = self.variable_name(&format!("{task}_again"));
            let question = both(|language| match language {
                Korean => escape(&format!(
                    "원본은 여기서 ‘{label}’ 단계로 되돌아갑니다. 다시 해야 하나요? 그렇다면 이 플레이북을 그 태스크부터 다시 실행하세요."
                )),
                English => escape(&format!(
                    "The original goes back to '{label}' here. Is it needed again? If so, run this playbook again from that task."
                )),
            });
            let from = self.steps_of_tasks.get(&link.from).cloned().unwrap_or_default();
            self.add(from.as_str().unwrap_or_default(), &task, json!({"type": "input", "name": named("되돌아가기", "Back", &label), "question": question, "kind": "boolean", "variable": variable}));
            let (ko, en) = (
                format!("‘{label}’(으)로 되돌아가는 연결을 끊고 사람에게 알리는 태스크를 두었습니다. 내보내면 연결이 돌아옵니다."),
                format!("The link back to '{label}' was cut; a task tells a person. An export restores the link."),
            );
            self.lose_task("CACAO-005", link.place.clone(), &task, ko, en);
            self.links.push(Link { to: task, ..link });
        }
    }

    /// Finds a link that closes a cycle, in the order in which the workflow is walked.
    fn back_link(&self) -> Option<usize> {
        let mut after: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, link) in self.links.iter().enumerate() {
            after.entry(link.from.as_str()).or_default().push(index);
        }
        let mut state: HashMap<&str, bool> = HashMap::new(); // true while the walk stands below it
        for root in std::iter::once("start").chain(self.tasks.keys().map(String::as_str)) {
            if state.contains_key(root) {
                continue;
            }
            state.insert(root, true);
            let mut path: Vec<(&str, usize)> = vec![(root, 0)];
            while let Some((id, next)) = path.last_mut() {
                let links = after.get(id).map_or(&[] as &[usize], Vec::as_slice);
                let Some(index) = links.get(*next).copied() else {
                    state.insert(id, false);
                    path.pop();
                    continue;
                };
                *next += 1;
                let to = self.links[index].to.as_str();
                match state.get(to) {
                    Some(true) => return Some(index),
                    Some(false) => {}
                    None => {
                        state.insert(to, true);
                        path.push((to, 0));
                    }
                }
            }
        }
        None
    }

    // ---- the rest

    /// Says what is kept in the source and changes nothing when the playbook runs.
    fn report_unused(&mut self, object: &Map<String, Json>) {
        const USED: [&str; 11] = [
            "type",
            "spec_version",
            "id",
            "name",
            "description",
            "playbook_variables",
            "workflow",
            "workflow_start",
            "extension_definitions",
            "playbook_extensions",
            "playbook_extension",
        ];
        const PARTS: [&str; 9] = [
            "agent_definitions",
            "target_definitions",
            "authentication_info_definitions",
            "workflow_exception",
            "signatures",
            "markings",
            "data_marking_definitions",
            "agents",
            "targets",
        ];
        let unused = object.keys().map(String::as_str).filter(|key| !USED.contains(key));
        let (parts, facts): (Vec<&str>, Vec<&str>) = unused.partition(|key| PARTS.contains(key));
        for key in parts {
            let (ko, en) = (
                format!("{key}은(는) 그대로 보관하고 실행에는 쓰지 않습니다."),
                format!("{key} is kept as it is and not used when the playbook runs."),
            );
            self.lose("CACAO-001", key, ko, en);
        }
        if !facts.is_empty() {
            let keys = facts.join(", ");
            let (ko, en) = (
                format!("{keys}은(는) 그대로 보관하고 실행에는 쓰지 않습니다."),
                format!("{keys}: kept as it is and not used when the playbook runs."),
            );
            self.lose("CACAO-001", "", ko, en);
        }
        const STEP: [&str; 21] = [
            "type",
            "name",
            "description",
            "on_completion",
            "on_success",
            "on_failure",
            "on_true",
            "on_false",
            "condition",
            "switch",
            "cases",
            "next_steps",
            "commands",
            "command",
            "agent",
            "targets",
            "target",
            "out_args",
            "step_variables",
            "step_extensions",
            "delay",
        ];
        for (id, step) in self.steps {
            let used = |key: &str| {
                STEP.contains(&key)
                    || matches!(key, "timeout" | "playbook_id" | "step_uuid")
                    || key == "in_args" && kind_of(id, step) == "playbook-action"
            };
            let unused: Vec<&str> = step.keys().map(String::as_str).filter(|key| !used(key)).collect();
            if !unused.is_empty() {
                let keys = unused.join(", ");
                let (ko, en) = (
                    format!("{keys}은(는) 그대로 보관하고 실행에는 쓰지 않습니다."),
                    format!("{keys}: kept as it is and not used when the playbook runs."),
                );
                self.lose("CACAO-001", format!("workflow.{id}"), ko, en);
            }
        }
    }

    /// The places of the layout extension where there are any; else columns from left to right.
    fn layout(&self) -> Json {
        let mut places = Map::new();
        let mut further: HashMap<&str, u32> = HashMap::new();
        for (task, step) in &self.steps_of_tasks {
            let Some(step_id) = step.as_str() else { continue };
            let Some((x, y)) = self.steps.get(step_id).and_then(coordinates) else { continue };
            let is_main = self.blocks.get(step_id).is_some_and(|block| block.main == *task);
            let offset = if is_main {
                0
            } else {
                let number = further.entry(step_id).or_insert(0);
                *number += 1;
                *number
            };
            places.insert(task.clone(), json!({"x": x * SCALE - f64::from(offset) * 60.0, "y": y * SCALE - f64::from(offset) * 110.0}));
        }
        if places.is_empty() {
            places = self.columns();
        }
        json!({ "tasks": places })
    }

    fn columns(&self) -> Map<String, Json> {
        let mut column: HashMap<&str, u32> = HashMap::new();
        let mut open: HashMap<&str, usize> = HashMap::new();
        let mut after: HashMap<&str, Vec<&str>> = HashMap::new();
        for link in self.links.iter().filter(|link| link.from != "start") {
            *open.entry(link.to.as_str()).or_default() += 1;
            after.entry(link.from.as_str()).or_default().push(link.to.as_str());
        }
        let mut ready: VecDeque<&str> = self.tasks.keys().map(String::as_str).filter(|id| !open.contains_key(id)).collect();
        while let Some(id) = ready.pop_front() {
            let here = *column.entry(id).or_insert(0);
            for next in after.get(id).into_iter().flatten() {
                let there = column.entry(next).or_insert(0);
                *there = (*there).max(here + 1);
                if let Some(count) = open.get_mut(next) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push_back(next);
                    }
                }
            }
        }
        let mut rows: HashMap<u32, u32> = HashMap::new();
        let place = |id: &String| {
            let column = column.get(id.as_str()).copied().unwrap_or(0);
            let row = rows.entry(column).or_insert(0);
            *row += 1;
            (id.clone(), json!({"x": 240 + column * 280, "y": *row * 130 - 34}))
        };
        self.tasks.keys().map(place).collect()
    }
}

/// The coordinates of a step: the layout extension, or its forerunner that stands flat.
fn coordinates(step: &Step) -> Option<(f64, f64)> {
    let extensions = step.get("step_extensions")?.as_object()?;
    let layout = extensions
        .get(LAYOUT)
        .or_else(|| extensions.values().find(|value| value.get("coordinates").is_some() || value.get("x").is_some()))?;
    let at = layout.get("coordinates").unwrap_or(layout);
    let (x, y) = (at.get("x")?.as_f64()?, at.get("y")?.as_f64()?);
    (x.abs() < 1e6 && y.abs() < 1e6).then_some((x, y))
}

/// The type of a step; where it is missing or an old word, what its id and fields say.
pub(super) fn kind_of<'a>(id: &'a str, step: &'a Step) -> &'a str {
    const WORDS: [&str; 8] =
        ["start", "end", "action", "playbook-action", "parallel", "if-condition", "while-condition", "switch-condition"];
    let written = text(step, "type").unwrap_or_default();
    if WORDS.contains(&written) {
        return written;
    }
    if matches!(written, "single" | "step") {
        return "action";
    }
    if written == "playbook" {
        return "playbook-action";
    }
    if written.is_empty() {
        let prefix = id.split_once("--").map_or("", |(prefix, _)| prefix);
        if WORDS.contains(&prefix) {
            return prefix;
        }
        return if step.contains_key("cases") {
            "switch-condition"
        } else if step.contains_key("next_steps") {
            "parallel"
        } else if step.contains_key("on_true") {
            "if-condition"
        } else if step.contains_key("playbook_id") {
            "playbook-action"
        } else {
            "action"
        };
    }
    written
}

pub(super) fn text<'a>(object: &'a Map<String, Json>, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Json::as_str)
}

/// The strings of a list, or the one string that stands in its place.
fn names<'a>(step: &'a Step, key: &str) -> impl Iterator<Item = &'a str> {
    let (list, one) = match step.get(key) {
        Some(Json::Array(list)) => (Some(list), None),
        Some(Json::String(one)) => (None, Some(one.as_str())),
        _ => (None, None),
    };
    list.into_iter().flatten().filter_map(Json::as_str).chain(one)
}

/// The commands of a step; 1.0 allowed a single one.
fn commands(step: &Step) -> impl Iterator<Item = &Json> {
    let list = step.get("commands").and_then(Json::as_array).into_iter().flatten();
    list.chain(step.get("command").filter(|command| command.is_object()))
}

fn cases(step: &Step) -> impl Iterator<Item = (&str, &Json)> {
    step.get("cases").and_then(Json::as_object).into_iter().flatten().map(|(key, target)| (key.as_str(), target))
}

fn is_default(key: &str) -> bool {
    key.eq_ignore_ascii_case("default")
}

fn condition_text(step: &Step) -> String {
    text(step, "condition").map_or_else(|| names(step, "in_args").collect::<Vec<_>>().join(", "), str::to_owned)
}

fn label_of(step: &Step) -> String {
    text(step, "name").or_else(|| text(step, "description")).or_else(|| text(step, "type")).unwrap_or("?").trim().to_owned()
}

/// A command as a person reads it: every field, encoded ones decoded where they are text.
fn command_text(command: &Json) -> String {
    let Some(command) = command.as_object() else { return command.to_string() };
    let mut lines = vec![format!("[{}]", text(command, "type").unwrap_or("?"))];
    for (key, value) in command.iter().filter(|(key, _)| key.as_str() != "type") {
        let written = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let decoded = key.strip_suffix("_b64").and_then(|_| String::from_utf8(STANDARD.decode(written.trim()).ok()?).ok());
        match (key.as_str(), decoded) {
            ("command", _) => lines.insert(1, written),
            ("description", _) if written.trim().is_empty() => {}
            (key, Some(decoded)) => lines.push(format!("{key}: {decoded}")),
            (key, None) => lines.push(format!("{key}: {written}")),
        }
    }
    lines.join("\n")
}

#[derive(Clone, Copy)]
enum Language {
    Korean,
    English,
}
use Language::{English, Korean};

impl Language {
    fn pick(self, ko: &'static str, en: &'static str) -> &'static str {
        match self {
            Korean => ko,
            English => en,
        }
    }
}

fn both(text: impl Fn(Language) -> String) -> Json {
    json!({"ko": text(Korean), "en": text(English)})
}

fn named(ko: &str, en: &str, label: &str) -> Json {
    json!({"ko": format!("{ko}: {label}"), "en": format!("{en}: {label}")})
}

fn with_name(mut task: Json, step: &Step) -> Json {
    if let Some(name) = text(step, "name") {
        task["name"] = json!(name);
    }
    if let Some(description) = text(step, "description").filter(|description| !description.trim().is_empty()) {
        task["note"] = json!(description);
    }
    task
}

/// Texts from outside are never evaluated: placeholders in them stay what they look like.
fn escape(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// Makes a name of lower-case letters, digits and `_`, at most 40 characters, `x` where nothing is left.
fn slug(text: &str) -> String {
    let mut name = String::new();
    for character in text.chars().take(200) {
        if character.is_ascii_alphanumeric() {
            name.push(character.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    name.truncate(40);
    let name = name.trim_end_matches('_');
    let name = if name.starts_with(|first: char| first.is_ascii_digit()) { format!("x_{name}") } else { name.to_owned() };
    if is_name(&name) { name } else { "x".to_owned() }
}

fn unique(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut found = name.to_owned();
    let mut number = 2_u64;
    while taken(&found) {
        found = format!("{name}_{number}");
        number += 1;
    }
    found
}

/// The type and the first value of a variable; CACAO writes every value as text.
fn typed(word: &str, value: Option<&Json>) -> (Kind, &'static str, Option<Json>) {
    let value = value.filter(|value| !value.is_null());
    let written = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let empty = written.as_deref().is_none_or(|written| written.trim().is_empty());
    match word {
        "bool" | "boolean" => match written.as_deref().map(|written| written.trim().to_lowercase()).as_deref() {
            Some("true" | "1") => (Kind::Boolean, "boolean", Some(json!(true))),
            Some("false" | "0") => (Kind::Boolean, "boolean", Some(json!(false))),
            _ if empty => (Kind::Boolean, "boolean", None),
            _ => (Kind::Text, "string", value.cloned()),
        },
        "integer" | "long" | "float" | "number" => {
            let number = written.as_deref().and_then(|written| serde_json::from_str::<serde_json::Number>(written.trim()).ok());
            match number {
                Some(number) => (Kind::Number, "number", Some(Json::Number(number))),
                None if empty => (Kind::Number, "number", None),
                None => (Kind::Text, "string", value.cloned()),
            }
        }
        "ipv4-addr" | "ipv6-addr" => (Kind::Text, "ip", value.filter(|_| !empty).cloned()),
        "dictionary" => match written.as_deref().and_then(|written| serde_json::from_str::<Map<String, Json>>(written).ok()) {
            Some(map) => (Kind::Text, "object", Some(Json::Object(map))),
            None if empty => (Kind::Text, "object", None),
            None => (Kind::Text, "any", value.cloned()),
        },
        _ => (Kind::Text, "string", written.map(Json::String)),
    }
}
