//! What every program of ours is told at its start: which data directory, and in which language people are spoken to.

use std::path::PathBuf;

use types::Language;

/// The arguments that the command line and the window share.
#[derive(Debug, Clone, clap::Args)]
pub struct Place {
    /// The data directory
    #[arg(long, global = true, env = "HAETAE_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The language of messages: ko or en; else the system's
    #[arg(long, global = true, env = "HAETAE_LANGUAGE", value_parser = parse_language, value_name = "LANGUAGE")]
    language: Option<Language>,
}

impl Place {
    /// Returns the data directory: the one that was named, else the platform's.
    pub fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(default_directory)
    }

    /// Returns the language: the one that was named, else the system's.
    pub fn language(&self) -> Language {
        self.language.unwrap_or_else(system_language)
    }
}

/// Returns the platform's data directory for Haetae; `--data` and `HAETAE_DATA` come before it.
pub fn default_directory() -> PathBuf {
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

fn parse_language(text: &str) -> Result<Language, String> {
    match text {
        "ko" => Ok(Language::Ko),
        "en" => Ok(Language::En),
        _ => Err("ko or en".to_owned()),
    }
}

fn system_language() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    if locale.is_some_and(|locale| locale.starts_with("ko")) { Language::Ko } else { Language::En }
}
