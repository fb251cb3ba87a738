//! What the build scripts of both programs do.

use std::path::Path;
use std::{env, fs};

/// Makes a UI folder with a page in it where none is built yet: a clone compiles before its UI does.
pub(crate) fn placeholder(dist: &Path) {
    if !dist.join("index.html").exists() {
        fs::create_dir_all(dist).expect("create ui/dist");
        fs::write(dist.join("index.html"), "<p>The UI is not built yet: run <code>cargo xtask run</code>.</p>")
            .expect("write the placeholder page");
    }
}

/// Names the folders in which the loader looks for libduckdb.
pub(crate) fn run_path() {
    println!("cargo:rerun-if-env-changed=DUCKDB_LIB_DIR");
    let mut folders = match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        // Beside the program in a folder of `cargo xtask build`; in ../lib/haetae when the .deb package put them there.
        Ok("linux") => vec!["$ORIGIN".to_owned(), "$ORIGIN/../lib/haetae".to_owned()],
        Ok("macos") => vec!["@loader_path".to_owned(), "@loader_path/../Frameworks".to_owned()],
        // Windows looks beside the program by itself.
        _ => return,
    };
    // A debug build runs where it was built: straight from the folder it was linked against.
    if env::var("PROFILE").as_deref() == Ok("debug")
        && let Ok(folder) = env::var("DUCKDB_LIB_DIR")
    {
        folders.push(folder);
    }
    for folder in folders {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{folder}");
    }
}
