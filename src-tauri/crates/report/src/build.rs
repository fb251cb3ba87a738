//! What a report says: in time order, what the machine and what people did, told apart.

use chrono_tz::Tz;
use engine::message::{Answer, Question, TaskRun};
use playbook::Catalog;
use serde_json::Value as Json;
use types::{Artifact, ExecutionId, Language, TaskStatus, Text, TicketId, Time};
use wire::casework::{TicketSummary, TimelineEntry};
use wire::execution::{Answered, ExecutionDetail, LogEntry};

use crate::document::{Block, Cell, Report, Section};
use crate::redact::Redaction;
use crate::words::{duration, execution_status, say, task_status};

/// A value in a table is cut at this length; the execution keeps the whole.
const CELL: usize = 160;

/// An execution with more steps than this is summarised.
const STEPS: usize = 300;

/// Of a summarised execution: the first and the last steps, and failures and people's steps at most.
const ENDS: usize = 50;
const NOTABLE: usize = 200;

/// An execution as it is recorded.
#[derive(Debug, Clone)]
pub struct ExecutionRecord {
    /// The execution with its tasks.
    pub detail: ExecutionDetail,
    /// What people answered, in order: the task, the question and the answer.
    pub answers: Vec<(String, Question, Answered)>,
    /// Its transitions.
    pub log: Vec<LogEntry>,
}

/// A ticket as it is recorded.
#[derive(Debug, Clone)]
pub struct TicketRecord {
    /// What the list says.
    pub summary: TicketSummary,
    /// The signature of its events.
    pub signature: Option<String>,
    /// Its artifacts.
    pub artifacts: Vec<Artifact>,
    /// Its timeline.
    pub timeline: Vec<TimelineEntry>,
}

/// What stands around a report.
pub struct Surroundings<'a> {
    /// Its language.
    pub language: Language,
    /// The time zone of its times.
    pub zone: Tz,
    /// When it is written.
    pub now: Time,
    /// The apps, for the names of commands and for what is destructive.
    pub catalog: &'a Catalog,
    /// What is left out.
    pub redaction: Redaction,
    /// The task that writes the report, which does not report on itself.
    pub own_task: Option<&'a str>,
}

/// Reports on an execution, with its ticket where it has one.
pub fn of_execution(record: &ExecutionRecord, ticket: Option<&TicketRecord>, around: &Surroundings<'_>) -> Report {
    let page = Page { around };
    let summary = &record.detail.summary;
    let name = page.text(&summary.name);
    let mut facts = vec![page.fact("항목", "Field", Cell::Text(page.say("값", "Value")))];
    facts.extend(page.execution_facts(record));
    if let Some(ticket) = ticket {
        facts.extend(page.ticket_facts(ticket));
    }
    facts.push(page.written());
    let mut sections = page.execution_sections(record, "");
    if let Some(ticket) = ticket {
        sections.extend(page.artifacts(ticket));
    }
    page.finish(format!("{}: {name}", page.say("실행 보고서", "Execution report")), facts, sections, &[record])
}

/// Reports on a ticket and what was run for it.
pub fn of_ticket(ticket: &TicketRecord, executions: &[ExecutionRecord], title: Option<&str>, around: &Surroundings<'_>) -> Report {
    let page = Page { around };
    let mut facts = vec![page.fact("항목", "Field", Cell::Text(page.say("값", "Value")))];
    facts.extend(page.ticket_facts(ticket));
    let mut sections = Vec::new();
    for record in executions {
        if let [only] = executions {
            facts.extend(page.execution_facts(only));
        }
        let name = page.text(&record.detail.summary.name);
        let prefix = if executions.len() > 1 { format!("{name} {}: ", ExecutionId(record.detail.summary.id)) } else { String::new() };
        sections.extend(page.execution_sections(record, &prefix));
    }
    facts.push(page.written());
    sections.extend(page.comments(ticket));
    sections.extend(page.artifacts(ticket));
    let title = format!("{}: {}", page.say("사고 보고서", "Incident report"), title.unwrap_or(&ticket.summary.title));
    page.finish(title, facts, sections, &executions.iter().collect::<Vec<_>>())
}

struct Page<'a> {
    around: &'a Surroundings<'a>,
}

impl Page<'_> {
    fn say(&self, ko: &'static str, en: &'static str) -> String {
        say(self.around.language, ko, en).to_owned()
    }

    fn text<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.around.language)
    }

    fn fact(&self, ko: &'static str, en: &'static str, value: Cell) -> (String, Cell) {
        (self.say(ko, en), value)
    }

    fn time(&self, at: Option<Time>) -> String {
        at.map_or_else(|| "–".to_owned(), |at| at.with_timezone(&self.around.zone).format("%Y-%m-%d %H:%M:%S").to_string())
    }

    fn written(&self) -> (String, Cell) {
        let written = format!("{} ({})", self.time(Some(self.around.now)), self.around.zone.name());
        self.fact("작성", "Written", Cell::Text(written))
    }

    fn finish(&self, title: String, facts: Vec<(String, Cell)>, sections: Vec<Section>, records: &[&ExecutionRecord]) -> Report {
        let mut report = Report { title, language: self.around.language, facts, sections };
        let people = records.iter().flat_map(|record| people_of(record)).collect::<Vec<_>>();
        let hidden = records.iter().flat_map(|record| self.around.redaction.values(&record.detail)).collect::<Vec<_>>();
        self.around.redaction.apply(&mut report, &hidden, &people);
        report
    }

    fn execution_facts(&self, record: &ExecutionRecord) -> Vec<(String, Cell)> {
        let summary = &record.detail.summary;
        let playbook = format!("{} ({} {})", self.text(&summary.name), summary.playbook, summary.version);
        let mut facts = vec![
            self.fact("플레이북", "Playbook", Cell::Text(playbook)),
            self.fact("실행", "Execution", Cell::Text(ExecutionId(summary.id).to_string())),
            self.fact("실행 상태", "Execution status", Cell::Text(execution_status(self.around.language, summary.status).to_owned())),
            self.fact("시작한 사람", "Started by", Cell::Text(summary.started_by.clone())),
            self.fact(
                "시작 – 종료",
                "Start – end",
                Cell::Text(format!("{} – {}", self.time(summary.started_at), self.time(summary.ended_at))),
            ),
        ];
        if let Some((start, end)) = summary.started_at.zip(summary.ended_at) {
            let took = duration(self.around.language, (end - start).num_milliseconds());
            facts.push(self.fact("소요 시간", "Duration", Cell::Text(took)));
        }
        if let Some(code) = &summary.error_code {
            facts.push(self.fact("오류 코드", "Error code", Cell::Code(code.clone())));
        }
        facts
    }

    fn ticket_facts(&self, ticket: &TicketRecord) -> Vec<(String, Cell)> {
        let summary = &ticket.summary;
        let mut facts = vec![
            self.fact("티켓", "Ticket", Cell::Text(format!("{} {}", TicketId(summary.id), summary.title))),
            self.fact("종류", "Type", Cell::Text(summary.kind.clone())),
            self.fact("심각도", "Severity", Cell::Text(summary.severity.as_str().to_owned())),
        ];
        if let Some(verdict) = summary.verdict {
            facts.push(self.fact("판정", "Verdict", Cell::Text(verdict.as_str().to_owned())));
        }
        if let Some(signature) = &ticket.signature {
            facts.push(self.fact("시그니처", "Signature", Cell::Text(signature.clone())));
        }
        let ends = [&summary.src_ip, &summary.dest_ip].map(|address| address.as_deref().unwrap_or("–"));
        facts.push(self.fact("출발지 → 목적지", "Source → destination", Cell::Text(ends.join(" → "))));
        facts.push(self.fact("이벤트", "Events", Cell::Text(summary.event_count.to_string())));
        let period = format!("{} – {}", self.time(summary.first_event_at), self.time(summary.last_event_at));
        facts.push(self.fact("이벤트 시각", "Event time", Cell::Text(period)));
        facts
    }

    fn execution_sections(&self, record: &ExecutionRecord, prefix: &str) -> Vec<Section> {
        let sections = [self.steps(record), self.decisions(record), self.interventions(record), self.actions(record), self.errors(record)];
        let sections = sections.into_iter().flatten();
        sections.map(|section| Section { heading: format!("{prefix}{}", section.heading), ..section }).collect()
    }

    /// The tasks that ran, in time order, those of people marked.
    fn steps(&self, record: &ExecutionRecord) -> Option<Section> {
        let mut runs: Vec<&TaskRun> =
            record.detail.tasks.iter().filter(|run| run.started_at.is_some() && self.around.own_task != Some(run.id.as_str())).collect();
        runs.sort_by_key(|run| run.started_at);
        let by_people = runs.iter().filter(|run| run.answered_by.is_some()).count();
        let failed = runs.iter().filter(|run| run.status == TaskStatus::Failed).count();
        let (automatic, people) = (runs.len() - by_people, by_people);
        let counted = match self.around.language {
            Language::Ko => format!("자동 단계 {automatic}개, 사람이 한 단계 {people}개, 실패 {failed}개."),
            Language::En => format!("{automatic} automatic steps, {people} by people, {failed} failed."),
        };
        let mut blocks = vec![Block::Paragraph(counted)];
        let all = runs.len();
        if all > STEPS {
            let mut left = NOTABLE;
            let mut position = 0;
            runs.retain(|run| {
                position += 1;
                let is_end = position <= ENDS || position > all - ENDS;
                let is_notable = run.answered_by.is_some() || matches!(run.status, TaskStatus::Failed | TaskStatus::NeedsReview);
                if !is_end && is_notable {
                    left = left.saturating_sub(1);
                    return left > 0;
                }
                is_end
            });
            blocks.push(Block::Paragraph(match self.around.language {
                Language::Ko => format!(
                    "{all}단계 가운데 처음과 마지막 {ENDS}단계, 그리고 실패했거나 사람이 한 단계를 {}개 싣습니다. 전체는 실행 기록에 있습니다.",
                    runs.len().saturating_sub(2 * ENDS)
                ),
                Language::En => format!(
                    "Of {all} steps, the first and last {ENDS} and {} that failed or were done by people are listed. The execution has all.",
                    runs.len().saturating_sub(2 * ENDS)
                ),
            }));
        }
        let heads = [("시각", "Time"), ("수행", "Done by"), ("단계", "Step"), ("상태", "Status"), ("소요", "Took"), ("결과", "Result")];
        let rows = runs.into_iter().map(|run| self.step(record, run)).collect();
        blocks.push(Block::Table(heads.map(|(ko, en)| self.say(ko, en)).to_vec(), rows));
        Some(Section { heading: self.say("경과", "What was done"), blocks })
    }

    fn step(&self, record: &ExecutionRecord, run: &TaskRun) -> Vec<Cell> {
        let who = match &run.answered_by {
            Some(person) => Cell::Person(person.clone()),
            None => Cell::Machine(self.say("자동", "automatic")),
        };
        let result = match &run.error {
            Some(error) => format!("{}: {}", error.code, self.text(&error.message)),
            None => short(&self.around.redaction.cleaned(&run.output, run.id.as_str(), "output")),
        };
        let took = run.started_at.zip(run.ended_at).map(|(start, end)| duration(self.around.language, (end - start).num_milliseconds()));
        vec![
            Cell::Text(self.time(run.started_at)),
            who,
            Cell::Text(self.task_name(record, run.id.as_str())),
            Cell::Text(task_status(self.around.language, run.status).to_owned()),
            Cell::Text(took.unwrap_or_else(|| "–".to_owned())),
            Cell::Text(cut(&result)),
        ]
    }

    /// What people decided, with the words they gave.
    fn decisions(&self, record: &ExecutionRecord) -> Option<Section> {
        let entry = |(task, question, answered): &(String, Question, Answered)| {
            let decision = match &answered.answer {
                Answer::Approval { approved, opinion, .. } => {
                    let word = if *approved { self.say("승인", "approved") } else { self.say("거부", "rejected") };
                    if opinion.is_empty() { word } else { format!("{word}: {opinion}") }
                }
                Answer::Value { value } => short(&self.around.redaction.cleaned(value, task, "output")),
            };
            vec![
                Cell::Text(self.time(Some(answered.at))),
                Cell::Strong(answered.by.clone()),
                Cell::Text(format!("{} → {decision}", self.text(&question.text))),
            ]
        };
        self.list("사람의 판단", "Decisions by people", record.answers.iter().map(entry).collect())
    }

    /// What people did to the execution itself.
    fn interventions(&self, record: &ExecutionRecord) -> Option<Section> {
        let entry = |entry: &LogEntry| {
            let word = match entry.event.as_str() {
                "paused" => self.say("실행을 멈춤", "paused the execution"),
                "resumed" => self.say("실행을 재개", "resumed the execution"),
                "cancelled" => self.say("실행을 취소", "cancelled the execution"),
                "task_reviewed" => self.say("결과를 모르는 태스크를 판단", "decided about a task whose effect was unknown"),
                _ => return None,
            };
            let task = entry.task.as_deref().map(|task| format!(" ({})", self.task_name(record, task))).unwrap_or_default();
            let text = entry.text.as_deref().map(|text| format!(": {text}")).unwrap_or_default();
            let who = entry.by.clone().unwrap_or_default();
            Some(vec![Cell::Text(self.time(Some(entry.at))), Cell::Person(who), Cell::Text(format!("{word}{task}{text}"))])
        };
        self.list("사람의 개입", "What people did to the execution", record.log.iter().filter_map(entry).collect())
    }

    /// The destructive commands that were carried out, and how to take them back.
    fn actions(&self, record: &ExecutionRecord) -> Option<Section> {
        let catalog = self.around.catalog;
        let mut entries = Vec::new();
        for run in record.detail.tasks.iter().filter(|run| run.status == TaskStatus::Done) {
            let drawn = &record.detail.document.0["tasks"][run.id.as_str()];
            let word = |name: &str| drawn[name].as_str().unwrap_or_default();
            let Some(command) = catalog.command(word("app"), word("command")).filter(|command| command.destructive) else { continue };
            let app = catalog.apps.get(word("app")).map_or_else(|| word("app"), |app| self.text(&app.name));
            let input = self.around.redaction.cleaned(&run.input, run.id.as_str(), "input");
            let mut entry = vec![
                Cell::Text(self.time(run.ended_at)),
                Cell::Text(app.to_owned()),
                Cell::Text(self.text(&command.name).to_owned()),
                Cell::Code(cut(&input.to_string())),
            ];
            if let Some(undo) = &command.undo {
                entry.push(Cell::Text(self.text(undo).to_owned()));
            }
            entries.push(entry);
        }
        self.list("장비에 취한 조치", "Actions on devices", entries)
    }

    /// Every failed attempt.
    fn errors(&self, record: &ExecutionRecord) -> Option<Section> {
        let mut rows = Vec::new();
        for run in &record.detail.tasks {
            for attempt in run.history.iter().filter(|attempt| attempt.error.is_some()) {
                let Some(error) = &attempt.error else { continue };
                rows.push((
                    attempt.ended_at.unwrap_or(attempt.started_at),
                    vec![
                        Cell::Text(self.time(attempt.ended_at.or(Some(attempt.started_at)))),
                        Cell::Text(self.task_name(record, run.id.as_str())),
                        Cell::Text(format!("{}/{}", attempt.number, run.attempts)),
                        Cell::Code(error.code.clone()),
                        Cell::Text(cut(self.text(&error.message))),
                    ],
                ));
            }
        }
        if rows.is_empty() {
            return None;
        }
        rows.sort_by_key(|(at, _)| *at);
        let (all, heads) = (
            rows.len(),
            [("시각", "Time"), ("단계", "Step"), ("시도", "Attempt"), ("코드", "Code"), ("내용", "Message")]
                .map(|(ko, en)| self.say(ko, en)),
        );
        rows.truncate(NOTABLE);
        let mut blocks = vec![Block::Table(heads.to_vec(), rows.into_iter().map(|(_, row)| row).collect())];
        if all > NOTABLE {
            blocks.push(Block::Paragraph(match self.around.language {
                Language::Ko => format!("오류 {all}건 가운데 처음 {NOTABLE}건입니다."),
                Language::En => format!("The first {NOTABLE} of {all} errors."),
            }));
        }
        Some(Section { heading: self.say("오류", "Errors"), blocks })
    }

    fn comments(&self, ticket: &TicketRecord) -> Option<Section> {
        let entry = |entry: &TimelineEntry| {
            let who = if entry.automatic { Cell::Machine(entry.by.clone()) } else { Cell::Person(entry.by.clone()) };
            vec![Cell::Text(self.time(Some(entry.at))), who, Cell::Text(entry.text.clone())]
        };
        let comments = ticket.timeline.iter().filter(|entry| entry.kind == "comment").map(entry).collect();
        self.list("의견", "Comments", comments)
    }

    fn artifacts(&self, ticket: &TicketRecord) -> Option<Section> {
        if ticket.artifacts.is_empty() {
            return None;
        }
        let row = |artifact: &Artifact| vec![Cell::Text(artifact.kind.as_str().to_owned()), Cell::Code(artifact.value.clone())];
        let heads = vec![self.say("종류", "Kind"), self.say("값", "Value")];
        let table = Block::Table(heads, ticket.artifacts.iter().map(row).collect());
        Some(Section { heading: self.say("아티팩트", "Artifacts"), blocks: vec![table] })
    }

    fn list(&self, ko: &'static str, en: &'static str, entries: Vec<Vec<Cell>>) -> Option<Section> {
        (!entries.is_empty()).then(|| Section { heading: self.say(ko, en), blocks: vec![Block::List(entries)] })
    }

    fn task_name(&self, record: &ExecutionRecord, id: &str) -> String {
        let name = record.detail.document.0["tasks"][id].get("name");
        let name: Option<Text> = name.and_then(|name| serde_json::from_value(name.clone()).ok());
        name.map_or_else(|| id.to_owned(), |name| self.text(&name).to_owned())
    }
}

/// Everybody who is named.
fn people_of(record: &ExecutionRecord) -> Vec<String> {
    let answered = record.answers.iter().map(|(_, _, answered)| answered.by.clone());
    let tasks = record.detail.tasks.iter().filter_map(|run| run.answered_by.clone());
    let log = record.log.iter().filter_map(|entry| entry.by.clone());
    [record.detail.summary.started_by.clone()].into_iter().chain(answered).chain(tasks).chain(log).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_told_by_its_plain_fields() {
        assert_eq!(short(&serde_json::json!({"malicious": 7, "names": ["x"], "owner": null, "ok": true})), "malicious=7, ok=true");
    }
}
