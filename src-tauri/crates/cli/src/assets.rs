//! The files of the UI, for `haetae serve`.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use api::door::{Asset, Assets};

/// The UI as it was built, in the program: what is served needs no folder beside it.
#[derive(rust_embed::Embed)]
#[folder = "../../../ui/dist"]
struct Ui;

/// Returns the files of the UI.
pub(crate) fn assets() -> Assets {
    // Whoever works on the UI looks at another build of it without compiling the program again; a released program has no such door.
    if cfg!(debug_assertions)
        && let Some(folder) = std::env::var_os("HAETAE_UI").map(PathBuf::from)
    {
        return Arc::new(move |path: &str| {
            let inside = Path::new(path.trim_start_matches('/'));
            let plain = inside.components().all(|part| matches!(part, Component::Normal(_)));
            Some(asset(path, std::fs::read(plain.then(|| folder.join(inside))?).ok()?))
        });
    }
    Arc::new(|path: &str| Some(asset(path, Ui::get(path.trim_start_matches('/'))?.data.into_owned())))
}

fn asset(path: &str, bytes: Vec<u8>) -> Asset {
    Asset { bytes, media_type: media_type(path).to_owned() }
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        _ => "application/octet-stream",
    }
}
