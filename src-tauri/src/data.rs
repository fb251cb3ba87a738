//! Where the data directory is.

use std::path::PathBuf;

/// Returns the platform's data directory for Haetae; `--data` and `HAETAE_DATA` come before it.
pub(crate) fn default_directory() -> PathBuf {
    let home = || std::env::home_dir().unwrap_or_else(|| PathBuf::from("."));
    if cfg!(target_os = "macos") {
        home().join("Library/Application Support/haetae")
    } else if cfg!(windows) {
        std::env::var_os("LOCALAPPDATA").map_or_else(|| home().join("AppData/Local"), PathBuf::from).join("haetae")
    } else {
        std::env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .unwrap_or_else(|| home().join(".local/share"))
            .join("haetae")
    }
}
