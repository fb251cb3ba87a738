//! Every refusal and failure of the machine, with its code and its words.

use playbook::Outcome;
use types::{Diagnostic, Error, TaskId};

use crate::message::TaskError;

/// Why an event is refused; boxed, because nearly every event is taken.
pub(crate) type Refusal = Box<Error>;

/// An attempt took longer than its timeout.
pub(crate) const TIMEOUT: &str = "ENGINE-TIMEOUT";

fn failure(code: &str, message: impl Into<String>) -> TaskError {
    TaskError { code: code.to_owned(), message: message.into(), retry_after_ms: None }
}

pub(crate) fn timeout(milliseconds: i64) -> TaskError {
    failure(TIMEOUT, format!("The attempt took longer than its timeout of {} s.", milliseconds as f64 / 1000.0))
}

pub(crate) fn not_yet(word: &str) -> TaskError {
    failure("ENGINE-NOT-YET", format!("Tasks of the type {word} cannot run in this version."))
}

pub(crate) fn expired() -> TaskError {
    failure("ENGINE-EXPIRED", "Nobody answered before the deadline, and no link follows `expired`.")
}

pub(crate) fn rejected(by: &str, opinion: &str) -> TaskError {
    failure("ENGINE-REJECTED", format!("{by} rejected this command: {opinion}"))
}

pub(crate) fn review_failed(by: &str) -> TaskError {
    failure("ENGINE-REVIEW-FAILED", format!("{by} decided to treat the interrupted command as failed."))
}

pub(crate) fn interrupted() -> TaskError {
    failure("ENGINE-INTERRUPTED", "Haetae stopped while the command was under way; nobody knows whether it happened.")
}

pub(crate) fn bad_wait(value: &str) -> TaskError {
    failure("ENGINE-WAIT", format!("`seconds` gave {value}, which is not a number of seconds from 0 to ten years."))
}

pub(crate) fn not_started() -> Refusal {
    Box::new(Error::new("ENGINE-STATE", "아직 시작하지 않은 실행입니다.", "The execution has not started yet."))
}

pub(crate) fn already_started() -> Refusal {
    Box::new(Error::new("ENGINE-STATE", "이미 시작한 실행입니다.", "The execution has already started."))
}

pub(crate) fn already_paused() -> Refusal {
    Box::new(Error::new("ENGINE-STATE", "이미 일시정지된 실행입니다.", "The execution is already paused."))
}

pub(crate) fn not_paused() -> Refusal {
    Box::new(Error::new("ENGINE-STATE", "일시정지된 실행이 아닙니다.", "The execution is not paused."))
}

pub(crate) fn is_ending() -> Refusal {
    Box::new(
        Error::new("ENGINE-STATE", "이미 끝나는 중인 실행입니다.", "The execution is already ending.")
            .hint("진행 중인 명령의 결과가 기록되면 끝납니다.", "It ends as soon as the commands under way have reported."),
    )
}

pub(crate) fn has_ended() -> Refusal {
    Box::new(Error::new("ENGINE-ENDED", "이미 끝난 실행입니다.", "The execution has already ended."))
}

pub(crate) fn stale() -> Refusal {
    Box::new(Error::new("ENGINE-STALE", "더 이상 기다리지 않는 결과입니다.", "Nothing waits for this result any more."))
}

pub(crate) fn unknown_task(task: &TaskId) -> Refusal {
    Box::new(Error::new("ENGINE-STALE", "이 실행에 없는 태스크입니다.", "The execution has no such task.").target(task.as_str()))
}

pub(crate) fn unknown_question() -> Refusal {
    Box::new(Error::new("ENGINE-STALE", "이 실행에 없는 질문입니다.", "The execution has no such question."))
}

pub(crate) fn already_answered(by: &str, approved: Option<bool>) -> Refusal {
    let (ko, en) = match approved {
        Some(true) => (format!("{by} 님이 이미 승인했습니다."), format!("{by} has already approved this.")),
        Some(false) => (format!("{by} 님이 이미 거부했습니다."), format!("{by} has already rejected this.")),
        None => (format!("{by} 님이 이미 답했습니다."), format!("{by} has already answered this.")),
    };
    Box::new(Error::new("CONFLICT", ko, en).hint("화면을 새로 고쳐 결정을 확인하세요.", "Look at the decision that stands."))
}

pub(crate) fn question_expired() -> Refusal {
    Box::new(Error::new("CONFLICT", "기한이 지난 질문입니다.", "The question has expired."))
}

pub(crate) fn question_withdrawn() -> Refusal {
    Box::new(Error::new("CONFLICT", "실행이 끝나 거두어들인 질문입니다.", "The question was withdrawn because the execution ended."))
}

pub(crate) fn already_reviewed(by: Option<&str>) -> Refusal {
    Box::new(match by {
        Some(by) => Error::new("CONFLICT", format!("{by} 님이 이미 결정했습니다."), format!("{by} has already decided about this task.")),
        None => Error::new("CONFLICT", "검토를 기다리는 태스크가 아닙니다.", "The task does not need review."),
    })
}

pub(crate) fn wrong_answer(ko: &str, en: &str) -> Refusal {
    Box::new(Error::new("ENGINE-ANSWER", ko, en))
}

pub(crate) fn opinion_missing() -> Refusal {
    Box::new(
        Error::new("ENGINE-OPINION", "거부하려면 의견이 필요합니다.", "Rejecting needs an opinion.")
            .hint("거부하는 까닭을 적으세요.", "Write down why you reject it."),
    )
}

pub(crate) fn other_releases() -> Refusal {
    Box::new(
        Error::new(
            "ENGINE-HASH",
            "승인하려는 명령이 보여 드린 것과 다릅니다.",
            "The commands that would be released are not the ones that were shown.",
        )
        .hint("질문을 다시 열어 명령을 확인하세요.", "Open the question again and check the commands."),
    )
}

pub(crate) fn dangling(from: &TaskId, to: &TaskId) -> Diagnostic {
    Diagnostic::error(
        "PBK-010",
        format!("연결 {from} → {to}에 없는 태스크가 있습니다."),
        format!("The link {from} → {to} names a task that does not exist."),
    )
    .on(from.as_str(), None)
}

pub(crate) fn no_such_outcome(from: &TaskId, outcome: Outcome) -> Diagnostic {
    let outcome = outcome.as_str();
    Diagnostic::error(
        "PBK-013",
        format!("{from} 태스크에는 {outcome} 결과가 없습니다."),
        format!("The task {from} has no outcome {outcome}."),
    )
    .on(from.as_str(), None)
}

pub(crate) fn no_choices(task: &TaskId) -> Diagnostic {
    Diagnostic::error("PBK-007", "고를 수 있는 값이 없습니다.", "There is nothing to choose from.").on(task.as_str(), Some("choices"))
}
