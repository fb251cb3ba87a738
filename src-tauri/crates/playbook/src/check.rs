//! Diagnostics of a well-formed playbook: its shape, what it uses, its expressions.
//!
//! What refuses running is an error; everything else is a warning (DESIGN.md, section 3).

use std::collections::HashSet;

use serde_json::Value as Json;
use types::{Diagnostic, DiagnosticLevel, Fix};

use crate::document::{Input, Parameters, Playbook, START, Task, TaskKind, ValueType};
use crate::expressions::{check_expressions, check_unreadable};
use crate::graph::{Graph, is_destructive};
use crate::read::{Document, read};
use crate::trigger::Trigger;
use crate::{Catalog, Outcome};

/// How strict a check is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// Unknown apps, connections and commands are warnings: actions run from replies.
    pub replies: bool,
}

/// Reads and checks a document: everything that is wrong in it, errors first, in the order of the document.
pub fn diagnose(json: &Json, catalog: &Catalog, options: CheckOptions) -> (Document, Vec<Diagnostic>) {
    let document = read(json);
    let mut diagnostics = document.diagnostics.clone();
    let mut checked = check(&document.playbook, catalog, options);
    for diagnostic in &mut checked {
        if let Some(link) = diagnostic.target.link {
            diagnostic.target.link = document.link_indexes.get(link).copied();
        }
    }
    if !document.unreadable.is_empty() {
        // A task that could not be read may set what seems unset and reach what seems unreachable.
        checked.retain(|diagnostic| !matches!(diagnostic.code.as_str(), "PBK-030" | "PBK-032" | "PBK-033" | "PBK-034"));
    }
    diagnostics.extend(checked);
    for id in &document.unreadable {
        if let Some(task) = json.get("tasks").and_then(|tasks| tasks.get(id.as_str())) {
            check_unreadable(id.as_str(), task, &mut diagnostics);
        }
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.level);
    (document, diagnostics)
}

/// Checks a well-formed playbook.
pub fn check(playbook: &Playbook, catalog: &Catalog, options: CheckOptions) -> Vec<Diagnostic> {
    let graph = Graph::new(playbook);
    let mut diagnostics = Vec::new();
    check_shape(playbook, &graph, &mut diagnostics);
    check_uses(playbook, catalog, options, &mut diagnostics);
    check_approvals(playbook, &graph, catalog, &mut diagnostics);
    check_triggers(playbook, &mut diagnostics);
    check_expressions(playbook, &graph, catalog, &mut diagnostics);
    diagnostics
}

fn check_shape(playbook: &Playbook, graph: &Graph<'_>, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(cycle) = graph.cycle() {
        let path = cycle.iter().chain(cycle.first()).copied().collect::<Vec<_>>().join(" → ");
        diagnostics.push(
            Diagnostic::error("PBK-012", format!("태스크가 고리를 이룹니다: {path}"), format!("Tasks form a cycle: {path}"))
                .hint("고리를 끊고, 반복은 플레이북 호출로 하세요.", "Break the cycle; repeat with a playbook call.")
                .on(cycle.first().copied().unwrap_or_default(), None),
        );
    }
    let reachable = graph.reachable(START, |_, _| true);
    let fireable = graph.reachable(START, |id, outcome| playbook.tasks.get(id).is_none_or(|task| can_end(task, outcome)));
    for (id, task) in &playbook.tasks {
        if !reachable.contains(id.as_str()) {
            let warning =
                Diagnostic::warning("PBK-030", "시작에서 이 태스크로 오는 길이 없습니다.", "No way leads from start to this task.")
                    .hint("앞 태스크와 이으세요. 이대로면 건너뜁니다.", "Connect it to a task before it. As it is, it is skipped.")
                    .on(id.as_str(), None);
            diagnostics.push(match graph.before(id.as_str()).is_empty() {
                true => warning.fix(Fix::Connect { from: START.to_owned(), outcome: "done".to_owned(), to: Some(id.to_string()) }),
                false => warning,
            });
        } else if !fireable.contains(id.as_str()) {
            diagnostics.push(
                Diagnostic::warning(
                    "PBK-032",
                    "이 태스크로 오는 연결 가운데 일어날 수 있는 것이 없습니다.",
                    "None of the links to this task can ever fire.",
                )
                .hint(
                    "마감이 없는 질문은 만료되지 않고, 꺼진 태스크는 첫 결과로만 끝납니다. 이대로면 늘 건너뜁니다.",
                    "A question without a deadline never expires, and a task that is off ends with its first outcome. As it is, this task is always skipped.",
                )
                .on(id.as_str(), None),
            );
        }
        for outcome in unhandled(task, graph.after(id.as_str())) {
            let (ko, en) = consequence(outcome);
            diagnostics.push(
                Diagnostic::warning(
                    "PBK-031",
                    format!("‘{}’ 결과에 연결이 없습니다. {ko}", outcome_ko(outcome)),
                    format!("The outcome '{}' has no link. {en}", outcome.as_str()),
                )
                .fix(Fix::Connect { from: id.to_string(), outcome: outcome.as_str().to_owned(), to: None })
                .on(id.as_str(), None),
            );
        }
    }
}

/// Whether a task can end with an outcome at all.
fn can_end(task: &Task, outcome: Outcome) -> bool {
    if !task.enabled {
        return task.kind.outcomes().first() == Some(&outcome);
    }
    match &task.kind {
        TaskKind::Input { deadline: None, .. } | TaskKind::Approval { deadline: None, .. } => outcome != Outcome::Expired,
        _ => true,
    }
}

/// The outcomes of a task that people forget: those of a branch, an approval, and `expired` where there is a deadline.
fn unhandled(task: &Task, links: &[(Outcome, &str)]) -> Vec<Outcome> {
    let wanted: &[Outcome] = match &task.kind {
        TaskKind::Branch { .. } => &[Outcome::True, Outcome::False],
        TaskKind::Approval { .. } => &[Outcome::Approved, Outcome::Rejected, Outcome::Expired],
        TaskKind::Input { .. } => &[Outcome::Expired],
        _ => &[],
    };
    let is_linked = |outcome: Outcome| links.iter().any(|(other, _)| *other == outcome);
    wanted.iter().copied().filter(|outcome| !is_linked(*outcome) && can_end(task, *outcome)).collect()
}

fn consequence(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Expired => ("시간 안에 답이 없으면 실행이 실패합니다.", "If nobody answers in time, the execution fails."),
        _ => ("이 결과이면 여기서 끝납니다.", "With this outcome the path ends here."),
    }
}

fn outcome_ko(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "완료",
        Outcome::True => "참",
        Outcome::False => "거짓",
        Outcome::Approved => "승인",
        Outcome::Rejected => "반려",
        Outcome::Expired => "만료",
        Outcome::Failed => "실패",
    }
}

fn check_uses(playbook: &Playbook, catalog: &Catalog, options: CheckOptions, diagnostics: &mut Vec<Diagnostic>) {
    let level = if options.replies { DiagnosticLevel::Warning } else { DiagnosticLevel::Error };
    for (id, task) in &playbook.tasks {
        let id = id.as_str();
        match &task.kind {
            TaskKind::Action { app, connection, command, parameters, .. } => {
                let Some(known) = catalog.apps.get(app) else {
                    let near = nearest(app, catalog.apps.keys().map(String::as_str));
                    let error = Diagnostic::error("PBK-015", format!("앱 {app:?}이(가) 없습니다."), format!("There is no app {app:?}."));
                    diagnostics.push(Diagnostic { level, ..meant(error, near, id, "app") });
                    continue;
                };
                let connection = connection.as_deref().unwrap_or("default");
                if known.needs_connection && !catalog.has_connection(app, connection) {
                    let error = Diagnostic::error(
                        "PBK-014",
                        format!("{app}의 연결 프로파일 {connection:?}이(가) 없습니다."),
                        format!("{app} has no connection {connection:?}."),
                    );
                    let error = error
                        .hint("앱 화면에서 연결을 만들거나 다른 것을 고르세요.", "Make the connection in Apps, or choose another one.");
                    diagnostics.push(Diagnostic { level, ..error.on(id, Some("connection")) });
                }
                match known.commands.get(command) {
                    None => {
                        let near = nearest(command, known.commands.keys().map(String::as_str));
                        let error = Diagnostic::error(
                            "PBK-016",
                            format!("{app}에 명령 {command:?}이(가) 없습니다."),
                            format!("{app} has no command {command:?}."),
                        );
                        diagnostics.push(Diagnostic { level, ..meant(error, near, id, "command") });
                    }
                    Some(command) => check_parameters(id, command, parameters, diagnostics),
                }
            }
            TaskKind::Call { playbook: called, .. } => {
                if called == &playbook.id {
                    let text = ("플레이북이 자기 자신을 부릅니다.", "The playbook calls itself.");
                    diagnostics.push(Diagnostic::warning("PBK-036", text.0, text.1).on(id, Some("playbook")));
                } else if !catalog.playbooks.iter().any(|known| known == called.as_str()) {
                    let near = nearest(called.as_str(), catalog.playbooks.iter().map(String::as_str));
                    let warning = Diagnostic::warning(
                        "PBK-035",
                        format!("플레이북 {called}이(가) 없습니다."),
                        format!("There is no playbook {called}."),
                    );
                    diagnostics.push(meant(warning, near, id, "playbook"));
                } else if let Some(circle) = catalog.circle(called.as_str(), playbook.id.as_str()) {
                    let path = std::iter::once(playbook.id.as_str()).chain(circle).collect::<Vec<_>>().join(" → ");
                    let warning = Diagnostic::warning(
                        "PBK-037",
                        format!("플레이북들이 서로를 돌아가며 부릅니다: {path}"),
                        format!("Playbooks call one another in a circle: {path}"),
                    );
                    let warning = warning.hint(
                        "고리를 끊으세요. 이대로면 호출 깊이의 한도에서 실패합니다.",
                        "Break the circle. As it is, the calls fail at the limit of their depth.",
                    );
                    diagnostics.push(warning.on(id, Some("playbook")));
                }
            }
            _ => {}
        }
    }
}

fn check_parameters(id: &str, command: &crate::catalog::Command, given: &Parameters, diagnostics: &mut Vec<Diagnostic>) {
    for parameter in command.parameters.iter().filter(|parameter| parameter.required) {
        if given.get(&parameter.name).is_none_or(|value| value.is_null() || value.as_str() == Some("")) {
            diagnostics.push(
                Diagnostic::warning(
                    "PBK-017",
                    format!("명령의 필수 매개변수 {}이(가) 비어 있습니다.", parameter.name),
                    format!("The command's required parameter {} is empty.", parameter.name),
                )
                .on(id, Some(&format!("parameters.{}", parameter.name))),
            );
        }
    }
    for name in given.keys() {
        if !command.parameters.iter().any(|parameter| &parameter.name == name) {
            let near = nearest(name, command.parameters.iter().map(|parameter| parameter.name.as_str()));
            let warning = Diagnostic::warning(
                "PBK-018",
                format!("명령에 매개변수 {name:?}이(가) 없습니다."),
                format!("The command has no parameter {name:?}."),
            );
            let warning = did_you_mean(warning, near).on(id, Some(&format!("parameters.{name}")));
            let rename = |to: &str| Fix::RenameParameter { task: id.to_owned(), from: name.clone(), to: to.to_owned() };
            diagnostics.push(match near.filter(|near| !given.contains_key(*near)) {
                Some(near) => warning.fix(rename(near)),
                None => warning,
            });
        }
    }
}

/// A trigger that leaves a required input empty starts executions that are refused at once.
fn check_triggers(playbook: &Playbook, diagnostics: &mut Vec<Diagnostic>) {
    for (index, trigger) in playbook.triggers.iter().enumerate() {
        let gives = |input: &Input| match trigger {
            Trigger::TicketCreated { .. } | Trigger::TicketChanged { .. } => input.kind == ValueType::Ticket,
            Trigger::Schedule { input: given, .. } => given.get(&input.name).is_some_and(|value| !value.is_null()),
            Trigger::Playbook {} => true,
        };
        for input in playbook.inputs.iter().filter(|input| input.required && input.default.is_none() && !gives(input)) {
            let mut warning = Diagnostic::warning(
                "PBK-042",
                format!("이 트리거는 필수 입력 {}에 값을 주지 않습니다.", input.name),
                format!("This trigger gives no value for the required input {}.", input.name),
            )
            .hint(
                "입력에 기본값을 두거나 필수를 풀거나, 일정의 input에 값을 쓰세요.",
                "Give the input a default, make it optional, or write its value in the schedule's input.",
            );
            warning.target.field = Some(format!("triggers[{index}]"));
            diagnostics.push(warning);
        }
    }
}

/// A destructive command that some path reaches with no approval on it waits for one when it runs; better to draw it.
fn check_approvals(playbook: &Playbook, graph: &Graph<'_>, catalog: &Catalog, diagnostics: &mut Vec<Diagnostic>) {
    let is_approval = |id: &str| matches!(playbook.tasks.get(id).map(|task| &task.kind), Some(TaskKind::Approval { .. }));
    let unapproved: HashSet<&str> = graph.reachable(START, |id, outcome| !is_approval(id) || outcome != Outcome::Approved);
    for id in playbook.tasks.keys().map(|id| id.as_str()) {
        if unapproved.contains(id) && is_destructive(playbook, catalog, id) {
            diagnostics.push(
                Diagnostic::warning(
                    "PBK-034",
                    "승인 없이 이 파괴적 명령에 이르는 길이 있습니다.",
                    "A path reaches this destructive command with no approval before it.",
                )
                .hint("앞에 승인을 두세요. 이대로면 실행할 때 물어봅니다.", "Put an approval before it. As it is, the execution will ask.")
                .fix(Fix::AddApproval { task: id.to_owned() })
                .on(id, Some("command")),
            );
        }
    }
}

/// Returns the known word that is at most two edits away, or a third of the length.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    known.map(|other| (edits(word, other), other)).filter(|(edits, _)| *edits <= limit).min().map(|(_, other)| other)
}

fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let cost = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

pub(crate) fn did_you_mean(diagnostic: Diagnostic, near: Option<&str>) -> Diagnostic {
    match near {
        Some(near) => diagnostic.hint(format!("{near}을(를) 뜻했나요?"), format!("Did you mean {near}?")),
        None => diagnostic,
    }
}

/// Says which name was meant, and offers to write it.
fn meant(diagnostic: Diagnostic, near: Option<&str>, task: &str, field: &str) -> Diagnostic {
    let diagnostic = did_you_mean(diagnostic, near).on(task, Some(field));
    match near {
        Some(near) => diagnostic.fix(Fix::Replace { task: task.to_owned(), field: field.to_owned(), text: near.to_owned() }),
        None => diagnostic,
    }
}
