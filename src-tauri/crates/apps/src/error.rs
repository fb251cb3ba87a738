//! Why a command did not do what it was asked.

use engine::message::TaskError;
use types::{Error, Text};

/// The codes of commands; each has a page in docs/errors.
pub mod code {
    /// No such app or command.
    pub const UNKNOWN: &str = "APP-001";
    /// A parameter is missing or of the wrong kind.
    pub const PARAMETER: &str = "APP-002";
    /// The connection does not exist or its options cannot be used.
    pub const CONNECTION: &str = "APP-003";
    /// The vendor refused the credential.
    pub const REFUSED: &str = "APP-004";
    /// The vendor has a fault of its own.
    pub const VENDOR_FAULT: &str = "APP-005";
    /// The answer is not what the manifest expects.
    pub const MALFORMED: &str = "APP-006";
    /// The vendor does not answer.
    pub const NO_ANSWER: &str = "APP-007";
    /// The vendor sent the request elsewhere; the credential does not go there.
    pub const ELSEWHERE: &str = "APP-008";
    /// The answer is too large.
    pub const TOO_LARGE: &str = "APP-009";
    /// The connection's credential is not in the keyring.
    pub const NO_CREDENTIAL: &str = "APP-010";
    /// The vendor refused the request.
    pub const BAD_REQUEST: &str = "APP-400";
    /// The vendor does not know it.
    pub const NOT_FOUND: &str = "APP-404";
    /// Too many requests.
    pub const RATE: &str = "APP-429";
}

/// Returns an error of a task.
pub(crate) fn task_error(code: &str, message: impl Into<String>) -> TaskError {
    TaskError { code: code.to_owned(), message: message.into(), retry_after_ms: None }
}

/// Returns what a person sees for an error of a command: the vendor's words in English, what to do in both languages.
pub fn to_shown(error: &TaskError, app: &str, connection: &str) -> Error {
    let place = format!("{app}/{connection}");
    let shown = Error { message: Text::Plain(error.message.clone()), ..Error::new(error.code.as_str(), "", "") }.target(place);
    match hint(&error.code) {
        Some((ko, en)) => shown.hint(ko, en),
        None => shown,
    }
}

fn hint(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        code::UNKNOWN => (
            "이 앱이나 명령은 설치되어 있지 않습니다. 플레이북의 태스크에서 다른 것을 고르세요.",
            "This app or command is not installed. Choose another one in the playbook's task.",
        ),
        code::PARAMETER => ("태스크의 매개변수를 확인하세요.", "Look at the task's parameters."),
        code::CONNECTION => ("앱 화면에서 연결을 만들거나 주소를 고치세요.", "Create the connection in Apps, or correct its address."),
        code::REFUSED => {
            ("앱 화면에서 이 연결의 자격증명을 다시 입력하고 시험하세요.", "Enter this connection's credential again in Apps, and test it.")
        }
        code::VENDOR_FAULT => (
            "잠시 뒤 다시 시도하세요. 계속되면 벤더의 상태 페이지를 보세요.",
            "Try again later; if it stays, look at the vendor's status page.",
        ),
        code::MALFORMED => (
            "연결 주소가 이 앱의 서비스인지, 중간에 프록시나 로그인 화면이 있는지 확인하세요.",
            "Check that the connection's address is this app's service, with no proxy or log-in page in between.",
        ),
        code::NO_ANSWER => (
            "연결 주소와 네트워크를 확인하고 연결을 시험하세요.",
            "Check the connection's address and the network, and test the connection.",
        ),
        code::ELSEWHERE => (
            "연결 주소를 서비스가 안내하는 최종 주소로 고치세요.",
            "Correct the connection's address to the final one that the service points to.",
        ),
        code::TOO_LARGE => ("명령의 범위를 줄이세요.", "Ask for less."),
        code::NO_CREDENTIAL => ("앱 화면에서 이 연결의 자격증명을 입력하세요.", "Enter this connection's credential in Apps."),
        code::RATE => (
            "벤더의 요청 한도에 걸렸습니다. 연결의 분당 요청 수를 낮추거나 잠시 뒤 다시 시도하세요.",
            "The vendor's request limit was reached. Lower the connection's requests per minute, or try again later.",
        ),
        _ => return None,
    })
}
