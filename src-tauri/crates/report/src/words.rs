//! The words of reports in both languages.

use types::{ExecutionStatus, Language, TaskStatus};

pub(crate) fn say(language: Language, ko: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Ko => ko,
        Language::En => en,
    }
}

pub(crate) fn task_status(language: Language, status: TaskStatus) -> &'static str {
    let (ko, en) = match status {
        TaskStatus::Pending => ("대기 전", "pending"),
        TaskStatus::Running => ("실행 중", "running"),
        TaskStatus::Waiting => ("사람을 기다림", "waiting"),
        TaskStatus::Done => ("완료", "done"),
        TaskStatus::Failed => ("실패", "failed"),
        TaskStatus::Skipped => ("건너뜀", "skipped"),
        TaskStatus::Cancelled => ("취소", "cancelled"),
        TaskStatus::NeedsReview => ("확인 필요", "needs review"),
    };
    say(language, ko, en)
}

pub(crate) fn execution_status(language: Language, status: ExecutionStatus) -> &'static str {
    let (ko, en) = match status {
        ExecutionStatus::Queued => ("대기열", "queued"),
        ExecutionStatus::Running => ("실행 중", "running"),
        ExecutionStatus::Waiting => ("사람을 기다림", "waiting"),
        ExecutionStatus::Paused => ("멈춤", "paused"),
        ExecutionStatus::NeedsReview => ("확인 필요", "needs review"),
        ExecutionStatus::Done => ("완료", "done"),
        ExecutionStatus::Failed => ("실패", "failed"),
        ExecutionStatus::Cancelled => ("취소", "cancelled"),
    };
    say(language, ko, en)
}

/// Returns a duration as people say it.
pub(crate) fn duration(language: Language, milliseconds: i64) -> String {
    if milliseconds < 1000 {
        return say(language, "1초 미만", "under a second").to_owned();
    }
    let seconds = milliseconds / 1000;
    let parts =
        [(seconds / 86_400, "일", "d"), (seconds / 3600 % 24, "시간", "h"), (seconds / 60 % 60, "분", "min"), (seconds % 60, "초", "s")];
    let told = parts.into_iter().filter(|(count, _, _)| *count > 0).take(2);
    let told = told.map(|(count, ko, en)| match language {
        Language::Ko => format!("{count}{ko}"),
        Language::En => format!("{count} {en}"),
    });
    told.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_parts_at_most() {
        assert_eq!(duration(Language::Ko, 90_061_000), "1일 1시간");
        assert_eq!(duration(Language::En, 61_500), "1 min 1 s");
        assert_eq!(duration(Language::En, 999), "under a second");
    }
}
