//! Reading a document that may be half drawn, damaged or from a newer program.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};
use types::{Diagnostic, Fix, PlaybookId, Seconds, TaskId, Text, is_name};

use crate::document::{FORMAT, Input, Layout, Link, Note, Outcome, Playbook, Position, START, Task, TaskKind, Variable};
use crate::trigger::{Schedule, ScheduleError, Trigger};

/// A document as far as it could be understood, with everything that is wrong in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The well-formed part: tasks with unknown types or missing fields are left out, and so are links to nowhere.
    pub playbook: Playbook,
    /// The index in the stored `links` of each link of `playbook`.
    pub link_indexes: Vec<usize>,
    /// The tasks that are in the document and could not be understood.
    pub unreadable: Vec<TaskId>,
    /// What is wrong, in the order of the document.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads JSON text; text that is no JSON gives an empty playbook with one error.
pub fn read_text(text: &str) -> Document {
    match serde_json::from_str::<Json>(text) {
        Ok(json) => read(&json),
        Err(error) => {
            let at = format!("{}:{}", error.line(), error.column());
            let mut document = read(&Json::Null);
            document.diagnostics = vec![
                Diagnostic::error("PBK-001", format!("JSON이 아닙니다 ({at}): {error}"), format!("This is not JSON ({at}): {error}"))
                    .hint("파일이 잘렸거나 다른 형식인지 확인하세요.", "Check whether the file was cut off or has another format."),
            ];
            document
        }
    }
}

/// Reads a document; never fails, never drops: what is not understood is reported and stays in the stored JSON.
pub fn read(json: &Json) -> Document {
    let mut reader = Reader { diagnostics: Vec::new() };
    let empty = Map::new();
    let object = json.as_object().unwrap_or_else(|| {
        reader.diagnostics.push(Diagnostic::error("PBK-001", "플레이북 문서가 아닙니다.", "This is not a playbook document.").hint(
            "플레이북은 format, id, tasks, links가 있는 JSON 객체입니다.",
            "A playbook is a JSON object with format, id, tasks and links.",
        ));
        &empty
    });
    if json.is_object() {
        reader.check_head(object);
    }
    let id = object.get("id").and_then(Json::as_str).unwrap_or_default();
    let (tasks, unreadable) = reader.read_tasks(object);
    let damaged: HashSet<&str> = unreadable.iter().map(TaskId::as_str).collect();
    let known = |id: &str| tasks.contains_key(id) || damaged.contains(id);
    let (links, link_indexes) = reader.read_links(object, &tasks, known);
    let playbook = Playbook {
        format: FORMAT,
        id: PlaybookId::new(id),
        name: reader.optional(object, "name", "a text or {ko, en}"),
        description: reader.optional(object, "description", "a text or {ko, en}"),
        inputs: reader.list(object, "inputs", "{name, type, required}", |input: &Input| input.name.clone()),
        variables: reader.list(object, "variables", "{name, type, value}", |variable: &Variable| variable.name.clone()),
        layout: reader.read_layout(object.get("layout")),
        triggers: reader.read_triggers(object.get("triggers")),
        concurrency: reader.optional(object, "concurrency", "{key, policy: skip or queue}"),
        manual: reader.optional(object, "manual", "a duration such as 15m"),
        cacao: object.get("cacao").cloned(),
        tasks,
        links,
    };
    reader.check_names(&playbook);
    Document { playbook, link_indexes, unreadable, diagnostics: reader.diagnostics }
}

struct Reader {
    diagnostics: Vec<Diagnostic>,
}

/// The JSON that a field wants.
#[derive(Clone, Copy)]
enum Want {
    Name,
    String,
    Text,
    Boolean,
    Duration,
    Map,
    Assign,
    StringOrNumber,
    StringOrList,
    Count,
    Any,
}

const COMMON: &[(&str, bool, Want)] = &[
    ("type", true, Want::String),
    ("name", false, Want::Text),
    ("note", false, Want::Text),
    ("enabled", false, Want::Boolean),
    ("join", false, Want::String),
    ("timeout", false, Want::Duration),
    ("retry", false, Want::Any),
    ("manual", false, Want::Duration),
];

/// The fields of each task type: name, required, what JSON.
fn fields(word: &str) -> &'static [(&'static str, bool, Want)] {
    match word {
        "action" => &[
            ("app", true, Want::String),
            ("connection", false, Want::String),
            ("command", true, Want::String),
            ("parameters", false, Want::Map),
            ("assign", false, Want::Assign),
        ],
        "branch" => &[("condition", true, Want::String)],
        "formula" => &[("variable", true, Want::Name), ("expression", true, Want::String)],
        "input" => &[
            ("question", true, Want::Text),
            ("kind", true, Want::String),
            ("choices", false, Want::Any),
            ("multiple", false, Want::Boolean),
            ("min_length", false, Want::Count),
            ("max_length", false, Want::Count),
            ("pattern", false, Want::String),
            ("variable", true, Want::Name),
            ("assignee", false, Want::String),
            ("deadline", false, Want::Duration),
        ],
        "approval" => &[("question", true, Want::Text), ("assignee", false, Want::String), ("deadline", false, Want::Duration)],
        "wait" => &[("seconds", true, Want::StringOrNumber)],
        "email" => &[
            ("connection", false, Want::String),
            ("to", true, Want::StringOrList),
            ("cc", false, Want::StringOrList),
            ("subject", true, Want::Text),
            ("body", true, Want::Text),
            ("format", false, Want::String),
        ],
        "call" => {
            &[("playbook", true, Want::String), ("inputs", false, Want::Map), ("each", false, Want::Any), ("assign", false, Want::Assign)]
        }
        "query" => &[
            ("source", true, Want::String),
            ("query", true, Want::String),
            ("parameters", false, Want::Map),
            ("assign", false, Want::Assign),
        ],
        _ => &[],
    }
}

impl Reader {
    fn check_head(&mut self, object: &Map<String, Json>) {
        match object.get("format") {
            Some(Json::Number(number)) if number.as_u64() == Some(u64::from(FORMAT)) => {}
            Some(Json::Number(number)) if number.as_u64().is_some_and(|format| format > u64::from(FORMAT)) => {
                let error = Diagnostic::error(
                    "PBK-002",
                    format!("형식 버전 {number}은(는) 이 프로그램보다 새것입니다."),
                    format!("Format version {number} is newer than this program."),
                );
                self.push_at(
                    "format",
                    error.hint("해태를 새 버전으로 올리세요. 문서는 그대로 보관됩니다.", "Update Haetae. The document is kept as it is."),
                );
            }
            Some(other) => self.push_at("format", wrong_kind("format", "1", other)),
            None => self.push_at("format", missing("format")),
        }
        match object.get("id") {
            Some(Json::String(id)) if PlaybookId::new(id.as_str()).is_valid() => {}
            Some(Json::String(id)) => self.push_at(
                "id",
                Diagnostic::error(
                    "PBK-004",
                    format!("플레이북 id {id:?}을(를) 쓸 수 없습니다."),
                    format!("The playbook id {id:?} cannot be used."),
                )
                .hint("영문자, 숫자, -, _, . 로 128자까지 쓰세요.", "Use letters, digits, -, _ and ., at most 128 characters."),
            ),
            Some(other) => self.push_at("id", wrong_kind("id", "a string", other)),
            None => self.push_at("id", missing("id")),
        }
        const KNOWN: [&str; 13] = [
            "format",
            "id",
            "name",
            "description",
            "inputs",
            "variables",
            "triggers",
            "concurrency",
            "manual",
            "tasks",
            "links",
            "layout",
            "cacao",
        ];
        for key in object.keys().filter(|key| !KNOWN.contains(&key.as_str())) {
            self.push_at(key, unknown_field(key));
        }
    }

    fn push_at(&mut self, field: &str, mut diagnostic: Diagnostic) {
        diagnostic.target.field = Some(field.to_owned());
        self.diagnostics.push(diagnostic);
    }

    fn optional<T: DeserializeOwned>(&mut self, object: &Map<String, Json>, key: &str, want: &str) -> Option<T> {
        let value = object.get(key)?;
        let read = serde_json::from_value(value.clone()).ok();
        if read.is_none() {
            self.push_at(key, wrong_kind(key, want, value));
        }
        read
    }

    /// Reads a list of named things, leaving out what cannot be understood.
    fn list<T: DeserializeOwned>(&mut self, object: &Map<String, Json>, key: &str, want: &str, name: impl Fn(&T) -> String) -> Vec<T> {
        let Some(value) = object.get(key) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.push_at(key, wrong_kind(key, "a list", value));
            return Vec::new();
        };
        let mut read = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let place = format!("{key}[{index}]");
            match serde_json::from_value::<T>(item.clone()) {
                Ok(thing) if is_name(&name(&thing)) => read.push(thing),
                Ok(thing) => self.push_at(&place, bad_name(&name(&thing))),
                Err(_) => self.push_at(&place, wrong_kind(&place, want, item)),
            }
        }
        read
    }

    fn read_tasks(&mut self, object: &Map<String, Json>) -> (IndexMap<TaskId, Task>, Vec<TaskId>) {
        let mut tasks = IndexMap::new();
        let mut unreadable = Vec::new();
        let Some(value) = object.get("tasks") else { return (tasks, unreadable) };
        let Some(entries) = value.as_object() else {
            self.push_at("tasks", wrong_kind("tasks", "an object of tasks by id", value));
            return (tasks, unreadable);
        };
        for (id, value) in entries {
            if id == START || !is_name(id) {
                let error = if id == START {
                    Diagnostic::error("PBK-005", "start는 예약된 태스크 id입니다.", "start is a reserved task id.")
                } else {
                    Diagnostic::error(
                        "PBK-005",
                        format!("태스크 id {id:?}을(를) 쓸 수 없습니다."),
                        format!("The task id {id:?} cannot be used."),
                    )
                };
                let hint = (
                    "소문자로 시작하고 소문자, 숫자, _ 를 쓰세요.",
                    "Start with a lower-case letter; use lower-case letters, digits and _.",
                );
                self.diagnostics.push(error.hint(hint.0, hint.1).on(id, None));
            }
            match self.read_task(id, value) {
                Some(task) => {
                    tasks.insert(TaskId::new(id), task);
                }
                None => unreadable.push(TaskId::new(id)),
            }
        }
        (tasks, unreadable)
    }

    fn read_task(&mut self, id: &str, value: &Json) -> Option<Task> {
        let Some(object) = value.as_object() else {
            self.diagnostics.push(wrong_kind("task", "an object", value).on(id, None));
            return None;
        };
        let word = match object.get("type") {
            Some(Json::String(word)) => word.as_str(),
            Some(other) => {
                self.diagnostics.push(wrong_kind("type", "a string", other).on(id, Some("type")));
                return None;
            }
            None => {
                self.diagnostics.push(missing("type").on(id, Some("type")));
                return None;
            }
        };
        if !TaskKind::WORDS.contains(&word) {
            self.diagnostics.push(
                Diagnostic::error(
                    "PBK-006",
                    format!("태스크 유형 {word:?}을(를) 모릅니다."),
                    format!("The task type {word:?} is not known."),
                )
                .hint(format!("아는 유형: {}", TaskKind::WORDS.join(", ")), format!("Known types: {}", TaskKind::WORDS.join(", ")))
                .on(id, Some("type")),
            );
            return None;
        }
        let own = fields(word);
        let mut sound = true;
        for (name, required, want) in COMMON.iter().chain(own) {
            match object.get(*name) {
                Some(value) if want.accepts(value) => {}
                Some(Json::Null) if !required => {}
                Some(value) => {
                    self.diagnostics.push(wrong_kind(name, want.words(), value).on(id, Some(name)));
                    sound = false;
                }
                None if *required => {
                    self.diagnostics.push(missing(name).on(id, Some(name)));
                    sound = false;
                }
                None => {}
            }
        }
        for key in object.keys() {
            if !COMMON.iter().chain(own).any(|(name, ..)| name == key) {
                self.diagnostics.push(unknown_field(key).on(id, Some(key)));
            }
        }
        if !sound {
            return None;
        }
        let without_nulls: Map<String, Json> = object
            .iter()
            .filter(|(key, value)| !value.is_null() || key.as_str() == "default")
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        match serde_json::from_value::<Task>(Json::Object(without_nulls)) {
            Ok(task) => self.check_task(id, &task).then_some(task),
            Err(error) => {
                let error = Diagnostic::error(
                    "PBK-003",
                    format!("태스크를 읽을 수 없습니다: {error}"),
                    format!("The task cannot be read: {error}"),
                );
                self.diagnostics.push(error.on(id, None));
                None
            }
        }
    }

    /// Checks what the types cannot say; false when the task cannot run at all.
    fn check_task(&mut self, id: &str, task: &Task) -> bool {
        if let Some(retry) = &task.retry
            && retry.attempts == 0
        {
            let error = Diagnostic::error("PBK-003", "시도 횟수는 1 이상입니다.", "The number of attempts is at least 1.");
            self.diagnostics.push(error.on(id, Some("retry")));
            return false;
        }
        match &task.kind {
            TaskKind::Input { kind: crate::document::AnswerKind::Choice, choices, .. } if choices.is_empty() => {
                self.diagnostics.push(missing("choices").on(id, Some("choices")));
                false
            }
            TaskKind::Input { min_length: Some(least), max_length: Some(most), .. } if least > most => {
                let error = Diagnostic::error(
                    "PBK-043",
                    format!("최소 길이 {least}이(가) 최대 길이 {most}보다 깁니다. 어떤 답도 받을 수 없습니다."),
                    format!("The minimum length {least} is greater than the maximum length {most}; no answer can be taken."),
                );
                self.diagnostics.push(error.on(id, Some("max_length")));
                false
            }
            TaskKind::Input { pattern: Some(pattern), .. } => match answer_pattern(pattern) {
                Ok(_) => true,
                Err(error) => {
                    let error = Diagnostic::error(
                        "PBK-043",
                        format!("답의 형식 {pattern:?}을(를) 정규식으로 읽을 수 없습니다: {error}"),
                        format!("The pattern {pattern:?} is not a regular expression: {error}"),
                    );
                    self.diagnostics.push(error.on(id, Some("pattern")));
                    false
                }
            },
            TaskKind::Call { each: Some(each), .. } if !is_name(&each.variable) => {
                self.diagnostics.push(bad_name(&each.variable).on(id, Some("each")));
                false
            }
            TaskKind::Action { assign, .. } | TaskKind::Call { assign, .. } | TaskKind::Query { assign, .. } => {
                let mut sound = true;
                for name in assign.keys().filter(|name| !is_name(name)) {
                    self.diagnostics.push(bad_name(name).on(id, Some("assign")));
                    sound = false;
                }
                sound
            }
            _ => true,
        }
    }

    fn read_links(
        &mut self,
        object: &Map<String, Json>,
        tasks: &IndexMap<TaskId, Task>,
        known: impl Fn(&str) -> bool,
    ) -> (Vec<Link>, Vec<usize>) {
        let (mut links, mut indexes) = (Vec::new(), Vec::new());
        let Some(value) = object.get("links") else { return (links, indexes) };
        let Some(items) = value.as_array() else {
            self.push_at("links", wrong_kind("links", "a list of {from, outcome, to}", value));
            return (links, indexes);
        };
        let mut seen: HashSet<(String, Outcome, String)> = HashSet::new();
        for (index, item) in items.iter().enumerate() {
            let push = |reader: &mut Self, mut diagnostic: Diagnostic| {
                diagnostic.target.link = Some(index);
                // A link that cannot be followed is of no use to anybody; one with a wrong outcome may only need another one.
                if diagnostic.code != "PBK-013" {
                    diagnostic = diagnostic.fix(Fix::RemoveLink { link: index });
                }
                reader.diagnostics.push(diagnostic);
            };
            let (Some(from), Some(to)) = (item.get("from").and_then(Json::as_str), item.get("to").and_then(Json::as_str)) else {
                push(self, wrong_kind("link", "{from, outcome, to}", item));
                continue;
            };
            let mut dangling = false;
            for end in [from, to] {
                if !(known(end) || end == START && std::ptr::eq(end, from)) {
                    dangling = true;
                    let error = Diagnostic::error(
                        "PBK-010",
                        format!("연결 {from} → {to}: 태스크 {end:?}이(가) 없습니다."),
                        format!("The link {from} → {to}: there is no task {end:?}."),
                    );
                    push(self, error.hint("연결을 지우거나 다른 태스크에 이으세요.", "Delete the link or connect it to another task."));
                }
            }
            if dangling {
                continue;
            }
            if from == to {
                push(
                    self,
                    Diagnostic::error(
                        "PBK-011",
                        format!("{from}이(가) 자기 자신에 이어져 있습니다."),
                        format!("{from} is linked to itself."),
                    ),
                );
                continue;
            }
            let outcome = match item.get("outcome") {
                None | Some(Json::Null) => None,
                Some(value) => match serde_json::from_value::<Outcome>(value.clone()) {
                    Ok(outcome) => Some(outcome),
                    Err(_) => {
                        push(self, wrong_outcome(from, &value.to_string(), &[]));
                        continue;
                    }
                },
            };
            if let Some(task) = tasks.get(from) {
                let allowed = task.kind.outcomes();
                if !allowed.contains(&outcome.unwrap_or_default()) {
                    let written = outcome.map_or("(none)", Outcome::as_str);
                    push(self, wrong_outcome(from, written, allowed));
                    continue;
                }
            } else if from == START && outcome.is_some_and(|outcome| outcome != Outcome::Done) {
                push(self, wrong_outcome(from, outcome.unwrap_or_default().as_str(), &[Outcome::Done]));
                continue;
            }
            if !tasks.contains_key(to) || !(from == START || tasks.contains_key(from)) {
                continue; // an end could not be understood; its own diagnostics say why
            }
            let link = Link { from: TaskId::new(from), outcome, to: TaskId::new(to) };
            if !seen.insert((from.to_owned(), link.outcome(), to.to_owned())) {
                let ko = format!("연결 {from} → {to}이(가) 두 번 있습니다.");
                push(self, Diagnostic::warning("PBK-022", ko, format!("The link {from} → {to} is there twice.")));
                continue;
            }
            links.push(link);
            indexes.push(index);
        }
        (links, indexes)
    }

    fn read_triggers(&mut self, triggers: Option<&Json>) -> Vec<Trigger> {
        let Some(value) = triggers else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.push_at("triggers", wrong_kind("triggers", "a list of {on, ...}", value));
            return Vec::new();
        };
        let mut read = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let place = format!("triggers[{index}]");
            let trigger = match serde_json::from_value::<Trigger>(item.clone()) {
                Ok(trigger) => trigger,
                Err(_) => {
                    let want = "{on: ticket_created or ticket_changed, when}, {on: schedule, cron, timezone, input} or {on: playbook}";
                    self.push_at(&place, wrong_kind(&place, want, item));
                    continue;
                }
            };
            let known: &[&str] = match &trigger {
                Trigger::TicketCreated { .. } | Trigger::TicketChanged { .. } => &["on", "when"],
                Trigger::Schedule { cron, timezone, .. } => {
                    if let Err(error) = Schedule::parse(cron, timezone.as_deref().unwrap_or("UTC")) {
                        self.push_schedule(&place, &error);
                    }
                    &["on", "cron", "timezone", "input"]
                }
                Trigger::Playbook {} => &["on"],
            };
            for key in item.as_object().into_iter().flat_map(Map::keys).filter(|key| !known.contains(&key.as_str())) {
                self.push_at(&format!("{place}.{key}"), unknown_field(key));
            }
            read.push(trigger);
        }
        read
    }

    fn push_schedule(&mut self, place: &str, error: &ScheduleError) {
        match error {
            ScheduleError::Cron { cron, reason } => self.push_at(
                &format!("{place}.cron"),
                Diagnostic::error(
                    "PBK-040",
                    format!("일정 {cron:?}을(를) 읽을 수 없습니다: {reason}"),
                    format!("The schedule {cron:?} cannot be read: {reason}"),
                )
                .hint(
                    "분 시 일 월 요일을 빈칸으로 나누어 쓰세요. 예: 0 9 * * 1-5",
                    "Write minute, hour, day of month, month and day of week with spaces between, such as 0 9 * * 1-5.",
                ),
            ),
            ScheduleError::TimeZone { timezone } => self.push_at(
                &format!("{place}.timezone"),
                Diagnostic::error(
                    "PBK-041",
                    format!("시간대 {timezone:?}을(를) 모릅니다."),
                    format!("The time zone {timezone:?} is not known."),
                )
                .hint("Asia/Seoul 같은 IANA 이름을 쓰세요.", "Use an IANA name such as Asia/Seoul."),
            ),
        }
    }

    fn read_layout(&mut self, layout: Option<&Json>) -> Layout {
        let Some(layout) = layout.and_then(Json::as_object) else { return Layout::default() };
        let positions = layout.get("tasks").and_then(Json::as_object).into_iter().flatten();
        let notes = layout.get("notes").and_then(Json::as_array).into_iter().flatten();
        Layout {
            tasks: positions
                .filter_map(|(id, value)| Some((TaskId::new(id), serde_json::from_value::<Position>(value.clone()).ok()?)))
                .collect(),
            notes: notes.filter_map(|value| serde_json::from_value::<Note>(value.clone()).ok()).collect(),
        }
    }

    /// An input, a declared variable and a loop variable must not share a name; neither may two inputs.
    fn check_names(&mut self, playbook: &Playbook) {
        let mut taken: IndexMap<&str, &str> = IndexMap::new();
        let declared = playbook.inputs.iter().map(|input| ("inputs", input.name.as_str()));
        let declared = declared.chain(playbook.variables.iter().map(|variable| ("variables", variable.name.as_str())));
        let mut twice = Vec::new();
        for (place, name) in declared {
            if let Some(other) = taken.insert(name, place) {
                twice.push((name.to_owned(), other.to_owned(), place.to_owned(), None));
            }
        }
        for (id, task) in &playbook.tasks {
            let set: Vec<&str> = match &task.kind {
                TaskKind::Formula { variable, .. } | TaskKind::Input { variable, .. } => vec![variable],
                TaskKind::Action { assign, .. } | TaskKind::Query { assign, .. } => assign.keys().map(String::as_str).collect(),
                TaskKind::Call { assign, each, .. } => {
                    if let Some(each) = each
                        && let Some(place) = taken.get(each.variable.as_str())
                    {
                        twice.push((each.variable.clone(), (*place).to_owned(), "each".to_owned(), Some(id.clone())));
                    }
                    assign.keys().map(String::as_str).collect()
                }
                _ => Vec::new(),
            };
            for name in set {
                if taken.get(name) == Some(&"inputs") {
                    twice.push((name.to_owned(), "inputs".to_owned(), "variable".to_owned(), Some(id.clone())));
                }
            }
        }
        for (name, first, second, task) in twice {
            let mut error = Diagnostic::error(
                "PBK-020",
                format!("이름 {name:?}이(가) {first}와 {second}에 함께 쓰였습니다."),
                format!("The name {name:?} is used in {first} and in {second}."),
            )
            .hint("둘 중 하나의 이름을 바꾸세요.", "Rename one of them.");
            let place = |task: &TaskId| match playbook.tasks.get(task).map(|task| &task.kind) {
                Some(TaskKind::Formula { .. } | TaskKind::Input { .. }) => "variable".to_owned(),
                _ if second == "each" => "each".to_owned(),
                _ => format!("assign.{name}"),
            };
            error.target.field = Some(task.as_ref().map_or_else(|| format!("{second}.{name}"), place));
            error.target.task = task.map(|task| task.to_string());
            self.diagnostics.push(error);
        }
    }
}

impl Want {
    fn accepts(self, value: &Json) -> bool {
        match self {
            Want::Name => value.as_str().is_some_and(is_name),
            Want::String => value.is_string(),
            Want::Text => serde_json::from_value::<Text>(value.clone()).is_ok(),
            Want::Boolean => value.is_boolean(),
            Want::Duration => value.as_str().is_some_and(|text| text.parse::<Seconds>().is_ok()),
            Want::Map => value.is_object(),
            Want::Assign => value.as_object().is_some_and(|map| map.values().all(Json::is_string)),
            Want::StringOrNumber => value.is_string() || value.is_number(),
            Want::StringOrList => value.is_string() || value.as_array().is_some_and(|list| list.iter().all(Json::is_string)),
            Want::Count => value.as_u64().is_some_and(|count| u32::try_from(count).is_ok()),
            Want::Any => !value.is_null(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Want::Name => "a name: lower-case letters, digits and _",
            Want::String => "a string",
            Want::Text => "a string or {ko, en}",
            Want::Boolean => "true or false",
            Want::Duration => "a duration such as 30s",
            Want::Map => "an object",
            Want::Assign => "an object of expressions by variable",
            Want::StringOrNumber => "a number of seconds",
            Want::StringOrList => "an address or a list of addresses",
            Want::Count => "a whole number, 0 or more",
            Want::Any => "a value",
        }
    }
}

/// Reads the `pattern` of an input task as one that the whole answer must match.
pub fn answer_pattern(pattern: &str) -> Result<regex::Regex, regex::Error> {
    // Answers are short; a pattern from outside must not take megabytes.
    regex::RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(1 << 20).build()
}

fn missing(field: &str) -> Diagnostic {
    Diagnostic::error("PBK-007", format!("필수 항목 {field}이(가) 없습니다."), format!("The required field {field} is missing."))
}

fn unknown_field(field: &str) -> Diagnostic {
    Diagnostic::warning("PBK-008", format!("항목 {field}을(를) 모릅니다."), format!("The field {field} is not known."))
        .hint("문서에는 그대로 남고, 실행에는 쓰이지 않습니다.", "It stays in the document and is not used when it runs.")
}

fn bad_name(name: &str) -> Diagnostic {
    Diagnostic::error("PBK-021", format!("이름 {name:?}을(를) 쓸 수 없습니다."), format!("The name {name:?} cannot be used."))
        .hint("소문자로 시작하고 소문자, 숫자, _ 를 쓰세요.", "Start with a lower-case letter; use lower-case letters, digits and _.")
}

fn wrong_kind(field: &str, want: &str, found: &Json) -> Diagnostic {
    let found = match found {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "this string",
        Json::Array(_) => "a list",
        Json::Object(_) => "this object",
    };
    Diagnostic::error("PBK-003", format!("{field}에 쓸 수 없는 값입니다({found})."), format!("{field} cannot be {found}."))
        .hint(format!("필요한 값: {want}"), format!("It wants {want}."))
}

fn wrong_outcome(from: &str, written: &str, allowed: &[Outcome]) -> Diagnostic {
    let allowed = if allowed.is_empty() { "done, true, false, approved, rejected, expired, failed".to_owned() } else { words(allowed) };
    Diagnostic::error(
        "PBK-013",
        format!("{from}에서 나가는 연결의 결과 {written}을(를) 쓸 수 없습니다."),
        format!("A link from {from} cannot have the outcome {written}."),
    )
    .hint(format!("쓸 수 있는 결과: {allowed}"), format!("Possible outcomes: {allowed}"))
}

fn words(outcomes: &[Outcome]) -> String {
    outcomes.iter().map(|outcome| outcome.as_str()).collect::<Vec<_>>().join(", ")
}
