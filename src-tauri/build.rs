//! Hands the capability files to tauri, makes sure there is a UI folder to embed, and tells the program where libduckdb will lie.

mod program;

fn main() {
    program::placeholder(std::path::Path::new("ui/dist"));
    program::run_path();
    let attributes = tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*");
    tauri_build::try_build(attributes).expect("tauri build script");
}
