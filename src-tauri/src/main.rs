//! The `haetae-window` binary: the window and the tray. The only package that knows tauri; `haetae` without a command starts it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod window;

use std::process::ExitCode;

use clap::Parser;
use cli::Place;

/// Executions are many small pieces of memory that one thread takes and another gives back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The window of Haetae, a workstation for security operations centres. The command line is `haetae`.
#[derive(Parser)]
#[command(name = "haetae-window", version, about)]
struct Arguments {
    #[command(flatten)]
    place: Place,
}

fn main() -> ExitCode {
    cli::start_log();
    let Arguments { place } = Arguments::parse();
    window::main(place.data(), place.language())
}
