//! Makes sure there is a UI folder to embed, and tells the program where libduckdb will lie.

#[path = "../../program.rs"]
mod program;

fn main() {
    let dist = std::path::Path::new("../../../ui/dist");
    program::placeholder(dist);
    // The names of the UI's files change with their contents: a new file means new contents.
    println!("cargo:rerun-if-changed={}", dist.display());
    program::run_path();
}
