//! The `haetae` binary.
fn main() {}
