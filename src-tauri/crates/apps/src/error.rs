//! Why a command did not do what it was asked.

use engine::message::TaskError;
use types::{Error, Language};

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
    /// There is no private connection: the certificate is not trusted, or the server offers none.
    pub const TLS: &str = "APP-011";
    /// The server refused for now; the same may go well later.
    pub const FOR_NOW: &str = "APP-012";
    /// The vendor refused the request.
    pub const BAD_REQUEST: &str = "APP-400";
    /// The vendor does not know it.
    pub const NOT_FOUND: &str = "APP-404";
    /// Too many requests.
    pub const RATE: &str = "APP-429";
    /// A mail address cannot be read or used.
    pub const MAIL_ADDRESS: &str = "MAIL-ADDRESS";
    /// A line of a mail's head holds a line break.
    pub const MAIL_HEADER: &str = "MAIL-HEADER";
    /// The mail server refused every recipient.
    pub const MAIL_RECIPIENTS: &str = "MAIL-RECIPIENTS";
    /// Placeholders and parameters of a query do not fit.
    pub const SQL_PARAMETER: &str = "SQL-PARAMETER";
    /// The database refused a query.
    pub const SQL_QUERY: &str = "SQL-QUERY";
    /// Not one statement that only reads.
    pub const SQL_STATEMENT: &str = "SQL-STATEMENT";
    /// A query took too long.
    pub const SQL_TIME: &str = "SQL-TIME";
    /// A column is of a type that cannot be read.
    pub const SQL_TYPE: &str = "SQL-TYPE";
}

/// Returns an error of a task.
pub(crate) fn task_error(code: &str, message: impl Into<String>) -> TaskError {
    TaskError::new(code, message.into())
}

/// Returns what an error of a task says, in the language of vendors.
pub(crate) fn words_of(error: &TaskError) -> &str {
    error.message.get(Language::En)
}

/// Puts where it happened before what an error says.
pub(crate) fn at(place: &str, error: TaskError) -> TaskError {
    TaskError { message: error.message.map(|text| format!("{place}: {text}")), ..error }
}

/// Returns what a person sees for an error of a command: the vendor's words in English, what to do in both languages.
pub fn to_shown(error: &TaskError, app: &str, connection: &str) -> Error {
    let place = format!("{app}/{connection}");
    let shown = Error { message: error.message.clone(), ..Error::new(error.code.as_str(), "", "") }.target(place);
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
        code::TLS => (
            "연결의 암호화 방식과 포트를 확인하고, 사내 인증기관을 쓰면 그 파일을 지정하십시오.",
            "Check the connection's encryption and port; where your own authority signs, name its file.",
        ),
        code::FOR_NOW => (
            "서버가 지금은 받지 않습니다. 태스크에 재시도를 두거나 잠시 뒤 다시 시도하십시오.",
            "The server does not take it now. Give the task a retry, or try again later.",
        ),
        code::MAIL_ADDRESS => {
            ("받는 사람과 참조의 주소를 확인하십시오. 예: soc@example.com", "Check the addresses in To and Copy, such as soc@example.com.")
        }
        code::MAIL_HEADER => (
            "제목과 주소에서 줄바꿈을 지우십시오. 외부에서 온 값이면 replace()로 줄바꿈을 바꾸십시오.",
            "Take line breaks out of the subject and the addresses; for a value from outside use replace().",
        ),
        code::MAIL_RECIPIENTS => (
            "주소가 맞는지, 이 서버가 그 주소로 보내도록 허용하는지 확인하십시오.",
            "Check that the addresses exist and that this server may send to them.",
        ),
        code::SQL_PARAMETER => ("쿼리의 자리표시자와 매개변수를 맞추십시오.", "Make the query's placeholders and its parameters fit."),
        code::SQL_QUERY => (
            "쿼리의 테이블과 열 이름, 문법, 계정의 권한을 확인하십시오.",
            "Check the query's names and syntax, and what the account may read.",
        ),
        code::SQL_STATEMENT => ("읽기 쿼리 하나만 쓰십시오.", "Write one query that only reads."),
        code::SQL_TIME => ("조건을 좁히거나 연결의 제한 시간을 늘리십시오.", "Narrow the query, or raise the connection's time limit."),
        code::SQL_TYPE => {
            ("쿼리에서 그 열을 텍스트로 바꾸십시오. 예: 열::text", "Turn the column into text in the query, such as column::text.")
        }
        code::RATE => (
            "벤더의 요청 한도에 걸렸습니다. 연결의 분당 요청 수를 낮추거나 잠시 뒤 다시 시도하세요.",
            "The vendor's request limit was reached. Lower the connection's requests per minute, or try again later.",
        ),
        _ => return None,
    })
}
