//! What the host refuses, in words for people.

use std::path::Path;

use engine::message::TaskError;
use serde_json::json;
use types::{Diagnostic, Error};

pub(crate) fn locked(directory: &Path, owner: &str) -> Error {
    let owner = if owner.is_empty() { "?" } else { owner };
    Error::new(
        "HOST-LOCKED",
        format!("다른 해태(프로세스 {owner})가 이 데이터 폴더를 쓰고 있습니다."),
        format!("Another Haetae (process {owner}) owns this data directory."),
    )
    .hint("그 창을 쓰거나, 그것을 끝내거나, 다른 데이터 폴더를 고르십시오.", "Use that window, quit it, or choose another data directory.")
    .target(directory.display().to_string())
    .details(json!({"process": owner}))
}

pub(crate) fn directory(directory: &Path, error: &std::io::Error) -> Error {
    Error::new("HOST-DIRECTORY", format!("데이터 폴더를 쓸 수 없습니다: {error}"), format!("The data directory cannot be used: {error}"))
        .hint("폴더가 있는지, 쓸 권한이 있는지 확인하십시오.", "Check that it exists and that you may write to it.")
        .target(directory.display().to_string())
}

pub(crate) fn closed() -> Error {
    Error::new("HOST-CLOSED", "해태가 끝나는 중입니다.", "Haetae is closing.")
        .hint("다시 시작한 뒤에 하십시오.", "Do it again after starting it.")
}

pub(crate) fn not_running() -> Error {
    Error::new(
        "HOST-IDLE",
        "이 명령은 실행을 진행시키지 않습니다. 실행은 대기열에 있습니다.",
        "This command does not advance executions; it stays queued.",
    )
    .hint("창을 열거나 haetae serve를 시작하십시오.", "Open the window or start haetae serve.")
}

pub(crate) fn invalid_request(ko: impl Into<String>, en: impl Into<String>) -> Error {
    Error::new("INVALID", ko, en).hint("입력을 고쳐 다시 하십시오.", "Correct the input and try again.")
}

pub(crate) fn invalid_playbook(id: &str, diagnostics: &[Diagnostic]) -> Error {
    let errors: Vec<_> = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    Error::new(
        "PLAYBOOK-INVALID",
        format!("플레이북 {id}에 오류가 {}개 있어 실행할 수 없습니다.", errors.len()),
        format!("The playbook {id} has {} error(s) and cannot run.", errors.len()),
    )
    .hint("플레이북을 열어 문제 목록을 보십시오.", "Open the playbook and look at its problems.")
    .target(id)
    .details(json!({"diagnostics": errors}))
}

pub(crate) fn playbook_disabled(id: &str) -> Error {
    Error::new("PLAYBOOK-DISABLED", format!("플레이북 {id}은(는) 꺼져 있습니다."), format!("The playbook {id} is not allowed to run."))
        .hint("무엇을 쓰는지 확인한 뒤 플레이북 목록에서 켜십시오.", "Look at what it would use, then allow it in the list of playbooks.")
        .target(id)
}

pub(crate) fn actions_stopped() -> Error {
    Error::new("ACTIONS-STOPPED", "모든 동작이 멈춰 있습니다.", "All actions are stopped.")
        .hint("위쪽 막대에서 다시 움직이게 하십시오.", "Let them go on in the top bar first.")
}

pub(crate) fn missing_inputs(names: &[&str]) -> Error {
    let names = names.join(", ");
    Error::new("INPUT-MISSING", format!("꼭 필요한 입력이 없습니다: {names}"), format!("Required inputs are missing: {names}"))
        .hint("이 입력의 값을 주십시오.", "Give these inputs a value.")
        .target(names)
}

pub(crate) fn not_ended(execution: i64) -> Error {
    Error::new(
        "RERUN-RUNNING",
        format!("실행 #{execution}은(는) 아직 끝나지 않았습니다."),
        format!("Execution #{execution} has not ended."),
    )
    .hint("끝나기를 기다리거나 취소한 뒤에 다시 실행하십시오.", "Wait for its end or cancel it, then run it again.")
    .target(format!("#{execution}"))
}

pub(crate) fn no_such_task(task: &str) -> Error {
    Error::new(
        "RERUN-TASK",
        format!("다시 실행할 문서에 {task} 태스크가 없습니다."),
        format!("The document that would run has no task {task}."),
    )
    .hint("다른 태스크나 실행했던 버전을 고르십시오.", "Choose another task, or the version that ran.")
    .target(task)
}

pub(crate) fn only_a_draft(playbook: &str) -> Error {
    Error::new(
        "NOT-FOUND",
        format!("플레이북 {playbook}에 저장된 버전이 없습니다."),
        format!("The playbook {playbook} has no saved version."),
    )
    .hint("초안을 버전으로 저장하십시오.", "Save its draft as a version.")
    .target(playbook)
}

/// A failure of a task.
pub(crate) fn task(code: &str, message: impl Into<types::Text>) -> TaskError {
    TaskError::new(code, message)
}

/// A failure of a task that started as an error for people.
pub(crate) fn to_task(error: &Error) -> TaskError {
    task(&error.code, error.message.clone())
}
