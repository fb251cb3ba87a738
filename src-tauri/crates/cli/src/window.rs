//! Opening the window: a program of its own beside this one, so that the command line loads none of the window's libraries.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use types::{Error, Language};

use super::terminal::complain;
use super::{Exit, Settings};

/// Starts the window's program in place of this one; returns when it could not be started or, where programs cannot be replaced, when it ends.
pub(crate) fn open(settings: &Settings) -> ExitCode {
    let name = format!("haetae-window{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().and_then(|program| program.canonicalize());
    let window = beside.as_deref().ok().and_then(Path::parent).map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name));
    let mut command = Command::new(&window);
    command.arg("--data").arg(&settings.data).args(["--language", if settings.language == Language::Ko { "ko" } else { "en" }]);
    match start(&mut command) {
        Ok(code) => code,
        Err(error) => {
            let path = window.display();
            let error = Error::new(
                "CLI-WINDOW",
                format!("창의 프로그램 {path}을(를) 시작할 수 없습니다: {error}"),
                format!("The window's program {path} cannot be started: {error}"),
            )
            .hint(
                "haetae-window를 haetae와 같은 폴더에 두세요. 화면이 없는 컴퓨터라면 haetae serve를 쓰세요.",
                "Keep haetae-window in the same folder as haetae. On a machine without a display use haetae serve.",
            );
            complain(&error.to_line(settings.language));
            Exit::Failed.into()
        }
    }
}

/// The window takes this process's place: whoever started it can wait for it and end it.
#[cfg(unix)]
fn start(command: &mut Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn start(command: &mut Command) -> std::io::Result<ExitCode> {
    Ok(if command.status()?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
