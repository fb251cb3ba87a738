//! Set-up, run, test, generate, bundle and measure: `cargo xtask COMMAND`.
//!
//! Each command is a module. [`project::Project`] knows the folders and starts every child process with the same environment, so that
//! one build cache serves all clones and all commands.
#![allow(clippy::print_stdout, reason = "a command line tool talks to a terminal")]

mod bench;
mod dev;
mod error_pages;
mod generate;
mod layers;
mod libduckdb;
mod licences;
mod node;
mod packages;
mod project;
mod release;
mod report;
mod run;
mod session;
mod spelling;
mod stamp;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::project::Project;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set-up, run, test, generate, bundle and measure Haetae")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs what is missing, builds everything and opens the window; without a display runs the sample job in the terminal.
    Run {
        /// Installs missing system packages without asking.
        #[arg(long)]
        yes: bool,
        /// Arguments for `haetae` itself.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Runs every check: format, layers, lints, generated files, unit and scenario tests, browser, real window.
    Test {
        /// Installs missing system packages without asking.
        #[arg(long)]
        yes: bool,
        /// Runs only this step; may be given more than once.
        #[arg(long, value_name = "STEP")]
        only: Vec<test::Step>,
    },
    /// Checks the dependency rules between the crates and inside the UI.
    CheckLayers,
    /// Writes the files generated from the table of operations.
    Generate,
    /// Leaves a folder with the program and all it needs.
    Build {
        /// Optimises; without it the folder holds a debug build.
        #[arg(long)]
        release: bool,
        /// The folder to fill.
        #[arg(long)]
        out: PathBuf,
    },
    /// Makes the .deb package.
    Bundle {
        /// Installs missing system packages without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Measures the engine, the stores and the languages, and writes docs/benchmarks.md.
    Bench {
        /// Only the benches whose name contains this.
        filter: Option<String>,
    },
    /// Opens the window on the UI's development server, with hot reload.
    Dev {
        /// Arguments for `haetae` itself.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Prints the environment of the builds, for `eval "$(cargo xtask env)"`.
    Env,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(command: Command) -> Result<()> {
    let project = Project::find()?;
    match command {
        Command::Run { yes, arguments } => run::run(&project, yes, &arguments),
        Command::Test { yes, only } => test::test(&project, yes, &only),
        Command::CheckLayers => layers::command(&project),
        Command::Generate => generate::generate(&project),
        Command::Build { release, out } => release::build(&project, release, &out),
        Command::Bundle { yes } => release::bundle(&project, yes),
        Command::Bench { filter } => bench::bench(&project, filter.as_deref()),
        Command::Dev { arguments } => dev::dev(&project, &arguments),
        Command::Env => {
            project.print_environment();
            Ok(())
        }
    }
}
