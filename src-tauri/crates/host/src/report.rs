//! The incident report: Markdown from the record of an execution, automatic and human steps told apart.

use std::fmt::Write;

use apps::Registry;
use chrono_tz::Tz;
use engine::message::{Answer, Question, TaskRun};
use serde_json::Value as Json;
use store::TicketRow;
use types::{Artifact, Language, TaskStatus, Text, Time};
use wire::casework::TimelineEntry;
use wire::execution::{Answered, ExecutionDetail};

/// A value in a table cell is cut at this length; the execution keeps the whole.
const CELL: usize = 160;

/// What a report is written from.
pub(crate) struct Record {
    pub(crate) ticket: TicketRow,
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) detail: ExecutionDetail,
    pub(crate) answers: Vec<(String, Question, Answered)>,
    pub(crate) comments: Vec<TimelineEntry>,
    pub(crate) language: Language,
}

/// Writes the report; `own_task` is the task that asks for it and does not report on itself.
pub(crate) fn write(record: &Record, title: Option<&str>, own_task: &str, registry: &Registry, now: Time, zone: &str) -> String {
    let page = Page { record, registry, zone: zone.parse().unwrap_or(Tz::UTC), own_task };
    let mut text = String::new();
    page.head(&mut text, title, now);
    page.steps(&mut text);
    page.decisions(&mut text);
    page.actions(&mut text);
    page.comments(&mut text);
    page.artifacts(&mut text);
    text
}

struct Page<'a> {
    record: &'a Record,
    registry: &'a Registry,
    zone: Tz,
    own_task: &'a str,
}

// Writing to a String cannot fail, so the results of `writeln!` are dropped.
impl Page<'_> {
    fn say(&self, ko: &'static str, en: &'static str) -> &'static str {
        match self.record.language {
            Language::Ko => ko,
            Language::En => en,
        }
    }

    fn text<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.record.language)
    }

    fn time(&self, at: Option<Time>) -> String {
        at.map_or_else(|| "–".to_owned(), |at| at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M:%S").to_string())
    }

    fn head(&self, out: &mut String, title: Option<&str>, now: Time) {
        let ticket = &self.record.ticket;
        let summary = &ticket.summary;
        let _ = writeln!(out, "# {}: {}\n", self.say("사고 보고서", "Incident report"), plain(title.unwrap_or(&summary.title)));
        let mut row = |name: &str, value: String| {
            let _ = writeln!(out, "| {name} | {value} |");
        };
        row(self.say("항목", "Field"), self.say("값", "Value").to_owned());
        row("---", "---".to_owned());
        row(self.say("티켓", "Ticket"), types::TicketId(summary.id).to_string());
        row(self.say("종류", "Type"), plain(&summary.kind));
        row(self.say("심각도", "Severity"), summary.severity.as_str().to_owned());
        if let Some(verdict) = summary.verdict {
            row(self.say("판정", "Verdict"), verdict.as_str().to_owned());
        }
        if let Some(signature) = &ticket.signature {
            row(self.say("시그니처", "Signature"), plain(signature));
        }
        let ends = [&summary.src_ip, &summary.dest_ip].map(|address| address.as_deref().map_or_else(|| "–".to_owned(), plain));
        row(self.say("출발지 → 목적지", "Source → destination"), ends.join(" → "));
        row(self.say("이벤트", "Events"), summary.event_count.to_string());
        let period = format!("{} – {}", self.time(summary.first_event_at), self.time(summary.last_event_at));
        row(self.say("이벤트 시각", "Event time"), period);
        let execution = &self.record.detail.summary;
        let playbook = format!("{} ({} {})", plain(self.text(&execution.name)), plain(&execution.playbook), execution.version);
        row(self.say("플레이북", "Playbook"), playbook);
        row(self.say("실행", "Execution"), types::ExecutionId(execution.id).to_string());
        row(self.say("작성", "Written"), format!("{} ({})", self.time(Some(now)), self.zone.name()));
    }

    /// The tasks that ran, in time order, those of people marked.
    fn steps(&self, out: &mut String) {
        let mut runs: Vec<&TaskRun> =
            self.record.detail.tasks.iter().filter(|run| run.started_at.is_some() && run.id.as_str() != self.own_task).collect();
        runs.sort_by_key(|run| run.started_at);
        let by_people = runs.iter().filter(|run| run.answered_by.is_some()).count();
        let failed = runs.iter().filter(|run| run.status == TaskStatus::Failed).count();
        let _ = writeln!(out, "\n## {}\n", self.say("경과", "What was done"));
        let (automatic, people) = (runs.len() - by_people, by_people);
        let _ = match self.record.language {
            Language::Ko => writeln!(out, "자동 단계 {automatic}개, 사람이 한 단계 {people}개, 실패 {failed}개.\n"),
            Language::En => writeln!(out, "{automatic} automatic steps, {people} by people, {failed} failed.\n"),
        };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |\n|---|---|---|---|---|",
            self.say("시각", "Time"),
            self.say("수행", "Done by"),
            self.say("단계", "Step"),
            self.say("상태", "Status"),
            self.say("결과", "Result")
        );
        for run in runs {
            let who = match &run.answered_by {
                Some(person) => format!("👤 {}", plain(person)),
                None => format!("⚙ {}", self.say("자동", "automatic")),
            };
            let result =
                run.error.as_ref().map_or_else(|| short(&run.output), |error| format!("{}: {}", error.code, self.text(&error.message)));
            let _ = writeln!(
                out,
                "| {} | {who} | {} | {} | {} |",
                self.time(run.started_at),
                plain(&self.task_name(run.id.as_str())),
                run.status.as_str(),
                plain(&cut(&result))
            );
        }
    }

    /// What people decided, with the words they gave.
    fn decisions(&self, out: &mut String) {
        if self.record.answers.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n## {}\n", self.say("사람의 판단", "Decisions by people"));
        for (_, question, answered) in &self.record.answers {
            let decision = match &answered.answer {
                Answer::Approval { approved, opinion, .. } => {
                    let word = if *approved { self.say("승인", "approved") } else { self.say("거부", "rejected") };
                    if opinion.is_empty() { word.to_owned() } else { format!("{word}: {}", plain(opinion)) }
                }
                Answer::Value { value } => plain(&short(value)),
            };
            let _ = writeln!(
                out,
                "- {} · **{}** · {} → {decision}",
                self.time(Some(answered.at)),
                plain(&answered.by),
                plain(self.text(&question.text))
            );
        }
    }

    /// The destructive commands that were carried out, and how to take them back.
    fn actions(&self, out: &mut String) {
        let catalog = self.registry.catalog([]);
        let mut lines = String::new();
        for run in self.record.detail.tasks.iter().filter(|run| run.status == TaskStatus::Done) {
            let drawn = &self.record.detail.document.0["tasks"][run.id.as_str()];
            let word = |name: &str| drawn[name].as_str().unwrap_or_default();
            let Some(command) = catalog.command(word("app"), word("command")).filter(|command| command.destructive) else { continue };
            let app = catalog.apps.get(word("app")).map_or_else(|| word("app"), |app| self.text(&app.name));
            let undo = command.undo.as_ref().map(|undo| format!(" ({})", self.text(undo))).unwrap_or_default();
            let _ = writeln!(
                lines,
                "- {} · {} · {} `{}`{undo}",
                self.time(run.ended_at),
                plain(app),
                plain(self.text(&command.name)),
                code(&cut(&run.input.to_string()))
            );
        }
        if !lines.is_empty() {
            let _ = writeln!(out, "\n## {}\n\n{}", self.say("장비에 취한 조치", "Actions on devices"), lines.trim_end());
        }
    }

    fn comments(&self, out: &mut String) {
        let comments: Vec<_> = self.record.comments.iter().filter(|entry| entry.kind == "comment").collect();
        if comments.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n## {}\n", self.say("의견", "Comments"));
        for entry in comments {
            let who = if entry.automatic { "⚙" } else { "👤" };
            let _ = writeln!(out, "- {} · {who} {} · {}", self.time(Some(entry.at)), plain(&entry.by), plain(&entry.text));
        }
    }

    fn artifacts(&self, out: &mut String) {
        if self.record.artifacts.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n## {}\n", self.say("아티팩트", "Artifacts"));
        let _ = writeln!(out, "| {} | {} |\n|---|---|", self.say("종류", "Kind"), self.say("값", "Value"));
        for artifact in &self.record.artifacts {
            // In code, so that no reader's program makes a link of a hostile address.
            let _ = writeln!(out, "| {} | `{}` |", artifact.kind.as_str(), code(&artifact.value));
        }
    }

    fn task_name(&self, id: &str) -> String {
        let name = self.record.detail.document.0["tasks"][id].get("name");
        let name: Option<Text> = name.and_then(|name| serde_json::from_value(name.clone()).ok());
        name.map_or_else(|| id.to_owned(), |name| self.text(&name).to_owned())
    }
}

fn short(value: &Json) -> String {
    match value {
        Json::Null => "–".to_owned(),
        Json::String(text) => text.clone(),
        Json::Object(fields) => {
            let known = fields.iter().filter(|(_, value)| !value.is_null() && !value.is_object() && !value.is_array());
            known.map(|(name, value)| format!("{name}={}", short(value))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= CELL { text.to_owned() } else { text.chars().take(CELL - 1).chain(['…']).collect() }
}

/// Escapes a text that came from outside, so that it stays a text on one line.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '~' | '&' => escaped.extend(['\\', character]),
            '\n' | '\r' | '\t' => escaped.push(' '),
            character if character.is_control() => {}
            character => escaped.push(character),
        }
    }
    escaped
}

/// Prepares a text for a code span inside a table.
fn code(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .map(|character| if matches!(character, '`' | '|') { '\'' } else { character })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(plain("a|b\n# [x](http://bad) <img>"), "a\\|b \\# \\[x\\](http://bad) \\<img\\>");
        assert_eq!(code("a`|b"), "a''b");
    }

    #[test]
    fn an_output_is_told_by_its_plain_fields() {
        assert_eq!(short(&serde_json::json!({"malicious": 7, "names": ["x"], "owner": null, "ok": true})), "malicious=7, ok=true");
    }
}
