//! The build tool; see `cargo xtask help`.
fn main() {}
