//! Hands the capability files to tauri and makes sure there is a UI folder to embed.

fn main() {
    // tauri refuses to compile without the folder; a clone that has not built its UI yet still compiles.
    let dist = std::path::Path::new("ui/dist");
    if !dist.join("index.html").exists() {
        std::fs::create_dir_all(dist).expect("create ui/dist");
        std::fs::write(dist.join("index.html"), "<p>The UI is not built yet: run <code>cargo xtask run</code>.</p>").expect("write the placeholder page");
    }
    let attributes = tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*");
    tauri_build::try_build(attributes).expect("tauri build script");
}
