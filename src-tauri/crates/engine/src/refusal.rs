//! Every refusal and failure of the machine, with its code and its words.

use playbook::Outcome;
use types::{Diagnostic, Error, ExecutionId, Language, PlaybookId, TaskId, Text};

use crate::message::TaskError;

/// Why an event is refused; boxed, because nearly every event is taken.
pub(crate) type Refusal = Box<Error>;

/// An attempt took longer than its timeout.
pub(crate) const TIMEOUT: &str = "ENGINE-TIMEOUT";

fn failure(code: &str, ko: impl Into<String>, en: impl Into<String>) -> TaskError {
    TaskError::new(code, Text::both(ko, en))
}

pub(crate) fn timeout(milliseconds: i64) -> TaskError {
    let seconds = milliseconds as f64 / 1000.0;
    failure(
        TIMEOUT,
        format!("시도가 제한 시간 {seconds}초를 넘겼습니다."),
        format!("The attempt took longer than its timeout of {seconds} s."),
    )
}

pub(crate) fn expired() -> TaskError {
    failure(
        "ENGINE-EXPIRED",
        "기한 안에 아무도 답하지 않았고, 만료에 이어진 연결이 없습니다.",
        "Nobody answered before the deadline, and no link follows `expired`.",
    )
}

pub(crate) fn rejected(by: &str, opinion: &str) -> TaskError {
    failure("ENGINE-REJECTED", format!("{by} 님이 이 명령을 거부했습니다: {opinion}"), format!("{by} rejected this command: {opinion}"))
}

pub(crate) fn review_failed(by: &str) -> TaskError {
    failure(
        "ENGINE-REVIEW-FAILED",
        format!("{by} 님이 끊긴 명령을 실패로 처리했습니다."),
        format!("{by} decided to treat the interrupted command as failed."),
    )
}

pub(crate) fn interrupted() -> TaskError {
    failure(
        "ENGINE-INTERRUPTED",
        "명령을 보내는 중에 해태가 멈췄습니다. 명령이 실행되었는지 알 수 없습니다.",
        "Haetae stopped while the command was under way; nobody knows whether it happened.",
    )
}

pub(crate) fn bad_wait(value: &str) -> TaskError {
    failure(
        "ENGINE-WAIT",
        format!("대기 시간의 값 {value}은(는) 0에서 10년까지의 초가 아닙니다."),
        format!("`seconds` gave {value}, which is not a number of seconds from 0 to ten years."),
    )
}

pub(crate) fn nobody_to_send_to() -> TaskError {
    failure(
        "ENGINE-MAIL-TO",
        "받는 사람이 없습니다: `to`에서 주소가 나오지 않았습니다.",
        "There is nobody to send to: `to` gave no address.",
    )
}

pub(crate) fn too_many_rows(rows: usize) -> TaskError {
    failure(
        "ENGINE-QUERY-ROWS",
        format!("쿼리 결과가 {rows}행에서 잘렸습니다. 일부만으로 판단하지 않도록 실패로 처리합니다."),
        format!("The result of the query was cut off at {rows} rows; a decision over a part of it would be wrong."),
    )
}

pub(crate) fn too_deep(depth: u32) -> TaskError {
    failure(
        "ENGINE-CALL-DEPTH",
        format!("플레이북 호출이 {depth}단계보다 깊습니다."),
        format!("Playbooks call one another more than {depth} levels deep."),
    )
}

pub(crate) fn not_a_list(kind: &str) -> TaskError {
    failure(
        "ENGINE-CALL-LIST",
        format!("`each.in`은 목록이어야 하는데 {kind}입니다."),
        format!("`each.in` has to give a list and gave a value of the type {kind}."),
    )
}

pub(crate) fn too_many_items(items: usize, most: usize) -> TaskError {
    failure(
        "ENGINE-CALL-ITEMS",
        format!("목록의 항목이 {items}개입니다. 한 번의 호출은 {most}개까지 처리합니다."),
        format!("The list has {items} items; one call takes {most} at most."),
    )
}

pub(crate) fn call_failed(playbook: &PlaybookId, execution: Option<ExecutionId>, error: Option<&TaskError>) -> TaskError {
    let number = execution.map(|execution| format!(" {execution}")).unwrap_or_default();
    let (ko, en) = match error {
        Some(error) => {
            let said = |language| format!(": {} {}", error.code, error.message.get(language));
            (said(Language::Ko), said(Language::En))
        }
        None => (".".to_owned(), ".".to_owned()),
    };
    failure(
        "ENGINE-CALL-FAILED",
        format!("호출한 플레이북 {playbook}의 실행{number}이(가) 실패했습니다{ko}"),
        format!("The execution{number} of the called playbook {playbook} failed{en}"),
    )
}

pub(crate) fn call_cancelled(playbook: &PlaybookId, execution: Option<ExecutionId>) -> TaskError {
    let number = execution.map(|execution| format!(" {execution}")).unwrap_or_default();
    failure(
        "ENGINE-CALL-CANCELLED",
        format!("호출한 플레이북 {playbook}의 실행{number}이(가) 취소되었습니다."),
        format!("The execution{number} of the called playbook {playbook} was cancelled."),
    )
}

pub(crate) fn not_started() -> Refusal {
    Box::new(
        Error::new("ENGINE-STATE", "아직 시작하지 않은 실행입니다.", "The execution has not started yet.")
            .hint("시작할 때까지 기다리세요.", "Wait until it has its turn."),
    )
}

pub(crate) fn already_started() -> Refusal {
    Box::new(
        Error::new("ENGINE-STATE", "이미 시작한 실행입니다.", "The execution has already started.")
            .hint("다시 하려면 새 실행을 시작하세요.", "To do it again, start a new execution."),
    )
}

pub(crate) fn already_paused() -> Refusal {
    Box::new(
        Error::new("ENGINE-STATE", "이미 일시정지된 실행입니다.", "The execution is already paused.")
            .hint("이어서 실행하거나 취소하세요.", "Let it go on, or cancel it."),
    )
}

pub(crate) fn not_paused() -> Refusal {
    Box::new(
        Error::new("ENGINE-STATE", "일시정지된 실행이 아닙니다.", "The execution is not paused.")
            .hint("화면을 새로 고쳐 상태를 확인하세요.", "Look at its status again."),
    )
}

pub(crate) fn is_ending() -> Refusal {
    Box::new(
        Error::new("ENGINE-STATE", "이미 끝나는 중인 실행입니다.", "The execution is already ending.")
            .hint("진행 중인 명령의 결과가 기록되면 끝납니다.", "It ends as soon as the commands under way have reported."),
    )
}

pub(crate) fn has_ended() -> Refusal {
    Box::new(
        Error::new("ENGINE-ENDED", "이미 끝난 실행입니다.", "The execution has already ended.")
            .hint("다시 하려면 다시 실행하세요.", "Run it again to repeat it."),
    )
}

pub(crate) fn stale() -> Refusal {
    Box::new(
        Error::new("ENGINE-STALE", "더 이상 기다리지 않는 결과입니다.", "Nothing waits for this result any more.")
            .hint("실행을 다시 열어 태스크의 상태를 보세요.", "Open the execution again and look at the task."),
    )
}

pub(crate) fn unknown_task(task: &TaskId) -> Refusal {
    Box::new(
        Error::new("ENGINE-STALE", "이 실행에 없는 태스크입니다.", "The execution has no such task.")
            .hint("실행한 버전의 태스크인지 확인하세요.", "Check that the version that ran has it.")
            .target(task.as_str()),
    )
}

pub(crate) fn unknown_question() -> Refusal {
    Box::new(
        Error::new("ENGINE-STALE", "이 실행에 없는 질문입니다.", "The execution has no such question.")
            .hint("내 할 일을 새로 고치세요.", "Look at Work again."),
    )
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
    Box::new(
        Error::new("CONFLICT", "기한이 지난 질문입니다.", "The question has expired.")
            .hint("실행을 열어 만료 뒤에 무엇이 이어졌는지 보세요.", "Open the execution to see what followed."),
    )
}

pub(crate) fn question_withdrawn() -> Refusal {
    Box::new(
        Error::new("CONFLICT", "실행이 끝나 거두어들인 질문입니다.", "The question was withdrawn because the execution ended.")
            .hint("실행을 열어 왜 끝났는지 보세요.", "Open the execution to see why it ended."),
    )
}

pub(crate) fn already_reviewed(by: Option<&str>) -> Refusal {
    let error = match by {
        Some(by) => Error::new("CONFLICT", format!("{by} 님이 이미 결정했습니다."), format!("{by} has already decided about this task.")),
        None => Error::new("CONFLICT", "검토를 기다리는 태스크가 아닙니다.", "The task does not need review."),
    };
    Box::new(error.hint("실행을 다시 열어 결정을 확인하세요.", "Open the execution again and look at the decision."))
}

pub(crate) fn wrong_answer(ko: &str, en: &str) -> Refusal {
    Box::new(Error::new("ENGINE-ANSWER", ko, en).hint("질문이 바라는 대로 고쳐 다시 답하세요.", "Answer again as the question asks."))
}

pub(crate) fn wrong_length(length: usize, least: Option<u32>, most: Option<u32>) -> Refusal {
    let (ko, en) = match (least, most) {
        (Some(least), Some(most)) => (format!("{least}자에서 {most}자까지"), format!("from {least} to {most} characters")),
        (Some(least), None) => (format!("{least}자 이상"), format!("at least {least} characters")),
        (None, Some(most)) => (format!("{most}자까지"), format!("at most {most} characters")),
        (None, None) => (String::new(), String::new()),
    };
    wrong_answer(&format!("{ko} 적으세요. 지금은 {length}자입니다."), &format!("Answer with {en}; this has {length}."))
}

pub(crate) fn wrong_form(pattern: &str) -> Refusal {
    wrong_answer(&format!("형식이 맞지 않습니다: {pattern}"), &format!("The answer does not have the form {pattern}."))
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
