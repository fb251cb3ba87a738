//! The `haetae` binary: with no arguments it opens the window, else it is the command line.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

/// Executions are many small pieces of memory that one thread takes and another gives back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    haetae_desktop::main()
}
