//! What can go wrong with the database, and how it is told to people.

use rusqlite::ErrorCode;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite refused.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// A migration failed.
    #[error(transparent)]
    Migration(#[from] rusqlite_migration::Error),
    /// A value could not be written as JSON, or stored JSON could not be read.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Refused for a reason that people are told.
    #[error(transparent)]
    Refused(#[from] types::Error),
}

impl Error {
    /// Tells whether what was asked for is missing or spoilt in the database, where the rest of it may be sound.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Error::Sqlite(error) => match error {
                rusqlite::Error::SqliteFailure(failure, _) => matches!(failure.code, ErrorCode::DatabaseCorrupt),
                rusqlite::Error::QueryReturnedNoRows
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..) => true,
                _ => false,
            },
            Error::Json(_) => true,
            Error::Migration(_) | Error::Refused(_) => false,
        }
    }
}

/// A result of the store.
pub type Result<T> = std::result::Result<T, Error>;

impl From<Error> for types::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(error) => error,
            Error::Sqlite(error) => sqlite(&error),
            Error::Migration(rusqlite_migration::Error::RusqliteError { err, .. }) => sqlite(&err),
            Error::Migration(error) => other(&error.to_string()),
            Error::Json(error) => corrupt(&error.to_string()),
        }
    }
}

fn sqlite(error: &rusqlite::Error) -> types::Error {
    match error {
        rusqlite::Error::SqliteFailure(failure, message) => {
            let text = message.clone().unwrap_or_else(|| failure.to_string());
            match failure.code {
                ErrorCode::DiskFull => full(&text),
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => corrupt(&text),
                ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure => unreadable(&text),
                _ => other(&text),
            }
        }
        rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..) => corrupt(&error.to_string()),
        _ => other(&error.to_string()),
    }
}

/// The database was written by a newer version of the program.
pub(crate) fn newer(found: i64, known: i64) -> types::Error {
    types::Error::new(
        "STORE-NEWER",
        format!(
            "이 데이터 폴더는 더 새로운 버전의 해태가 만든 것입니다 (형식 {found}, 이 버전은 {known}까지). 아무것도 바꾸지 않았습니다."
        ),
        format!("This data directory was written by a newer Haetae (format {found}; this version knows {known}). Nothing was changed."),
    )
    .hint("해태를 최신 버전으로 올리거나 다른 데이터 폴더를 쓰십시오.", "Update Haetae, or use another data directory.")
}

/// The database file is damaged.
pub(crate) fn corrupt(detail: &str) -> types::Error {
    types::Error::new(
        "STORE-CORRUPT",
        format!("데이터베이스 파일이 손상되었습니다: {detail}"),
        format!("The database file is damaged: {detail}"),
    )
    .hint(
        "데이터 폴더를 복사해 두고 백업에서 되돌리십시오. 해태는 손상된 파일을 고치거나 지우지 않습니다.",
        "Copy the data directory away and restore it from a backup. Haetae neither repairs nor deletes a damaged file.",
    )
}

fn full(detail: &str) -> types::Error {
    types::Error::new(
        "STORE-FULL",
        format!("디스크가 가득 차서 저장하지 못했습니다: {detail}"),
        format!("The disk is full; nothing of this change was stored: {detail}"),
    )
    .hint(
        "공간을 비운 뒤 다시 하십시오. 이미 저장된 것은 그대로입니다.",
        "Free some space and try again. What was stored before is intact.",
    )
}

fn unreadable(detail: &str) -> types::Error {
    types::Error::new(
        "STORE-UNREADABLE",
        format!("데이터베이스를 읽거나 쓸 수 없습니다: {detail}"),
        format!("The database cannot be read or written: {detail}"),
    )
    .hint("데이터 폴더의 권한과 디스크를 확인하십시오.", "Check the permissions of the data directory and the disk.")
}

fn other(detail: &str) -> types::Error {
    types::Error::new("STORE-FAILED", format!("데이터베이스 작업이 실패했습니다: {detail}"), format!("The database refused: {detail}"))
        .hint("다시 해 보고, 계속되면 로그와 함께 알려 주십시오.", "Try again; if it happens again, report it with the log.")
}

/// The writer has ended.
pub(crate) fn closed() -> types::Error {
    types::Error::new("STORE-CLOSED", "데이터베이스가 닫혔습니다.", "The database is closed.")
        .hint("프로그램을 다시 시작하십시오.", "Start the program again.")
}

/// Something that was asked for is not there.
pub(crate) fn missing(what_ko: &str, what_en: &str, id: impl std::fmt::Display) -> Error {
    let id = id.to_string();
    Error::Refused(
        types::Error::new("NOT-FOUND", format!("{what_ko} {id}은(는) 없습니다."), format!("There is no {what_en} {id}."))
            .hint("목록을 다시 열어 확인하십시오.", "Open the list again and check.")
            .target(id),
    )
}
