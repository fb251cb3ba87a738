//! The desktop shell: the window, the tray and the command line. The only crate that knows tauri.

mod cli;
mod data;
mod logging;
mod window;

pub use window::with_handlers;

/// Reads the arguments and runs the window or a command.
pub fn main() -> std::process::ExitCode {
    cli::main()
}
