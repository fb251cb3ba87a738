//! The `haetae` binary: with no arguments it opens the window, else it is the command line.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    haetae_desktop::main()
}
