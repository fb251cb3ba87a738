//! Reports on the command line: `haetae execution report` and `haetae ticket report`.

use std::path::PathBuf;

use api::bodies::Run;
use types::Error;
use wire::record::{ReportFormat, WriteReport, WrittenReport};

use super::backend::Backend;
use super::terminal::{say, say_json};
use super::{Exit, Failure, Outcome, Settings};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The format; that of the file's ending, else Markdown, where absent
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The file to write; without it the text goes to stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// What is left out: names of fields, paths such as look.output.owner, or kinds such as kind:ip
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    redact: Vec<String>,
}

/// How a report is written.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// Markdown
    Markdown,
    /// One file of HTML
    Html,
    /// PDF, which needs --out
    Pdf,
}

impl Arguments {
    fn format(&self) -> ReportFormat {
        let ending = self.out.as_ref().and_then(|out| out.extension()?.to_str()).unwrap_or_default().to_ascii_lowercase();
        match (self.format, ending.as_str()) {
            (Some(Format::Pdf), _) | (None, "pdf") => ReportFormat::Pdf,
            (Some(Format::Html), _) | (None, "html" | "htm") => ReportFormat::Html,
            (Some(Format::Markdown), _) | (None, _) => ReportFormat::Markdown,
        }
    }
}

/// Writes the report of an execution or a ticket.
pub(crate) async fn write<O>(backend: &Backend, id: i64, arguments: Arguments, settings: &Settings) -> Outcome
where
    O: Run<Request = WriteReport, Response = WrittenReport>,
{
    let format = arguments.format();
    if format == ReportFormat::Pdf && arguments.out.is_none() {
        let error = Error::new("CLI-USAGE", "PDF는 --out 파일에 씁니다.", "A PDF is written to a file: --out FILE.");
        return Err(Failure::invalid(error));
    }
    // Another process may write it, from another directory.
    let path = arguments.out.as_ref().map(|out| std::path::absolute(out).unwrap_or_else(|_| out.clone()).to_string_lossy().into_owned());
    let request = WriteReport { id, format, language: Some(settings.language), redact: arguments.redact, path };
    let report = backend.call::<O>(request).await?;
    if settings.json {
        say_json(&report);
    } else {
        say(report.path.as_deref().or(report.text.as_deref()).unwrap_or_default().trim_end());
    }
    Ok(Exit::Done)
}
