//! The command line (DESIGN.md, section 7): the same operations as the window, for terminals and scripts. It knows nothing of the window
//! but the name of its program (docs/adr/0013-two-programs.md).
//!
//! Exit codes: 0 done, 1 the work failed, 2 wrong usage or invalid input, 3 waiting for people.

mod app;
mod assets;
mod backend;
mod credential;
mod event;
mod execution;
mod expression;
mod logging;
mod place;
mod playbook;
mod report;
mod run;
mod sample;
mod serve;
mod terminal;
mod ticket;
mod window;

pub use backend::{Advance, open_api};
pub use logging::start as start_log;
pub use place::{Place, default_directory};
pub use terminal::complain;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use types::{Error, Language};

/// Haetae, a workstation for security operations centres. Without a command it opens the window.
#[derive(Parser)]
#[command(name = "haetae", version, about)]
struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Print JSON for programs on stdout
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Check and rehearse playbooks
    #[command(subcommand)]
    Playbook(playbook::Command),
    /// Run a playbook, by file or by id
    Run(run::Arguments),
    /// List, show and cancel executions
    #[command(subcommand)]
    Execution(execution::Command),
    /// Evaluate expressions
    #[command(subcommand)]
    Expression(expression::Command),
    /// Read alerts into the event store
    #[command(subcommand)]
    Event(event::Command),
    /// Run SQL over the event store
    Query(event::Query),
    /// List and show tickets
    #[command(subcommand)]
    Ticket(ticket::Command),
    /// Keep secrets in the OS keyring
    #[command(subcommand)]
    Credential(credential::Command),
    /// List, check and test apps
    #[command(subcommand)]
    App(app::Command),
    /// Load or remove the sample workspace
    #[command(subcommand)]
    Sample(sample::Command),
    /// Run the engine without a window
    Serve(serve::Arguments),
}

/// What every command needs to know.
pub(crate) struct Settings {
    /// The data directory.
    pub(crate) data: PathBuf,
    /// Whether results are JSON.
    pub(crate) json: bool,
    /// The language of messages.
    pub(crate) language: Language,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: it worked.
    Done,
    /// 1: the work failed.
    Failed,
    /// 2: wrong usage or invalid input.
    Invalid,
    /// 3: people are awaited.
    Waiting,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => ExitCode::SUCCESS,
            Exit::Failed => ExitCode::from(1),
            Exit::Invalid => ExitCode::from(2),
            Exit::Waiting => ExitCode::from(3),
        }
    }
}

/// An error with the exit code it means.
pub(crate) struct Failure {
    error: Error,
    exit: Exit,
}

impl Failure {
    /// Invalid input: exit 2.
    pub(crate) fn invalid(error: Error) -> Self {
        Self { error, exit: Exit::Invalid }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let invalid = ["API-REQUEST", "API-UNKNOWN"].contains(&error.code.as_str());
        Self { error, exit: if invalid { Exit::Invalid } else { Exit::Failed } }
    }
}

type Outcome = Result<Exit, Failure>;

/// Reads the arguments and runs the window or a command.
pub fn main() -> ExitCode {
    start_log();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no failures.
            let exit = if error.use_stderr() { Exit::Invalid } else { Exit::Done };
            let _ = error.print();
            return exit.into();
        }
    };
    let settings = Settings { data: arguments.place.data(), json: arguments.json, language: arguments.place.language() };
    let Some(command) = arguments.command else { return window::open(&settings) };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal::complain(&format!("CLI-RUNTIME {error}"));
            return Exit::Failed.into();
        }
    };
    let outcome = runtime.block_on(run(command, &settings));
    // Blocking reads of standard input must not hold the process.
    runtime.shutdown_background();
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            terminal::complain(&failure.error.to_line(settings.language));
            failure.exit.into()
        }
    }
}

async fn run(command: Command, settings: &Settings) -> Outcome {
    match command {
        Command::Playbook(command) => playbook::run(command, settings).await,
        Command::Run(arguments) => run::run(arguments, settings).await,
        Command::Execution(command) => execution::run(command, settings).await,
        Command::Expression(command) => expression::run(command, settings),
        Command::Event(command) => event::run(command, settings).await,
        Command::Query(arguments) => event::query(arguments, settings).await,
        Command::Ticket(command) => ticket::run(command, settings).await,
        Command::Credential(command) => credential::run(command, settings).await,
        Command::App(command) => app::run(command, settings).await,
        Command::Sample(command) => sample::run(command, settings).await,
        Command::Serve(arguments) => serve::run(arguments, settings).await,
    }
}
