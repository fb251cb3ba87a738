//! What DuckDB and the file system say, in the words of a person who can do something about it.

use std::path::Path;

use types::Error;

/// Returns the error of opening the event store at `path`.
pub(crate) fn opening(path: &Path, error: &duckdb::Error) -> Error {
    let text = error.to_string();
    let error = if text.contains("Could not set lock") || text.contains("Conflicting lock") {
        Error::new("EVENTS-LOCKED", "다른 프로그램이 이벤트 저장소를 쓰고 있습니다.", "Another program is using the event store.")
            .hint("그 프로그램을 닫고 다시 여십시오.", "Close that program and open Haetae again.")
    } else if text.contains("can only read versions") || text.contains("can only read version") || text.contains("newer version") {
        newer()
    } else if text.contains("not a valid DuckDB database")
        || text.contains("Corrupt")
        || text.contains("corrupt")
        || text.contains("checksum")
    {
        Error::new("EVENTS-CORRUPT", "이벤트 저장소 파일이 손상되었습니다.", "The event store's file is damaged.").hint(
            "파일을 다른 곳으로 옮기고 백업에서 되돌리거나, 알림 파일을 다시 수집하십시오.",
            "Move the file away, then restore it from a backup or ingest the alert files again.",
        )
    } else if is_disk_full(&text) {
        disk_full()
    } else {
        Error::new(
            "EVENTS-OPEN",
            format!("이벤트 저장소를 열 수 없습니다: {}", first_line(&text)),
            format!("The event store cannot be opened: {}", first_line(&text)),
        )
        .hint("폴더의 권한을 확인하십시오.", "Check the permissions of the folder.")
    };
    error.target(path.display().to_string())
}

/// Returns the refusal of a store that a newer version of Haetae wrote.
pub(crate) fn newer() -> Error {
    Error::new("EVENTS-NEWER", "이벤트 저장소를 더 새로운 버전의 해태가 만들었습니다.", "A newer version of Haetae made this event store.")
        .hint("해태를 업데이트하십시오. 파일은 그대로 두었습니다.", "Update Haetae. Nothing in the file was changed.")
}

/// Returns the error of reading or writing rows.
pub(crate) fn storing(error: &duckdb::Error) -> Error {
    let text = error.to_string();
    if is_disk_full(&text) {
        return disk_full();
    }
    Error::new(
        "EVENTS-STORE",
        format!("이벤트 저장소가 작업을 하지 못했습니다: {}", first_line(&text)),
        format!("The event store failed: {}", first_line(&text)),
    )
}

/// Returns the error of a file that cannot be read or written.
pub(crate) fn file(path: &Path, error: &std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return disk_full().target(path.display().to_string());
    }
    Error::new("EVENTS-FILE", format!("파일을 다룰 수 없습니다: {error}."), format!("The file cannot be used: {error}."))
        .hint("경로와 권한을 확인하십시오.", "Check the path and its permissions.")
        .target(path.display().to_string())
}

/// The first line of what DuckDB says; the rest quotes the statement.
pub(crate) fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

fn is_disk_full(text: &str) -> bool {
    text.contains("No space left") || text.contains("not enough space") || text.contains("Disk quota exceeded")
}

fn disk_full() -> Error {
    Error::new("EVENTS-DISK-FULL", "디스크가 가득 차서 이벤트를 저장하지 못했습니다.", "The disk is full; the events were not stored.")
        .hint(
            "공간을 비우고 같은 파일을 다시 수집하십시오. 이미 저장된 이벤트는 두 번 저장되지 않습니다.",
            "Free some space and ingest the same files again; what is stored already is not stored twice.",
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        opening(Path::new("x"), &duckdb::Error::DuckDBFailure(duckdb::ffi::Error::new(duckdb::ffi::DuckDBError), Some(text.into()))).code
    }

    #[test]
    fn what_duckdb_says_becomes_a_code() {
        assert_eq!(code("IO Error: Could not set lock on file \"x\": Conflicting lock is held in y (PID 7)."), "EVENTS-LOCKED");
        assert_eq!(
            code("Trying to read a database file with version number 99, but we can only read versions between 64 and 67."),
            "EVENTS-NEWER"
        );
        assert_eq!(code("IO Error: The file \"x\" exists, but it is not a valid DuckDB database file!"), "EVENTS-CORRUPT");
        assert_eq!(code("IO Error: Could not write file \"x\": No space left on device"), "EVENTS-DISK-FULL");
        assert_eq!(code("IO Error: Cannot open file \"x\": Permission denied"), "EVENTS-OPEN");
    }
}
