//! The local door: always on while a process owns the data directory, readable by its owner only.
//!
//! On Unix it is a socket; elsewhere a loopback port whose number and token stand in a private file of the data directory.

use std::path::{Path, PathBuf};

use types::Error;
use wire::Door;

#[cfg(unix)]
use super::Entrance;
use crate::Api;

/// Where a data directory's local door is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A Unix socket.
    Socket(PathBuf),
    /// A file that holds `ADDRESS TOKEN`.
    PortFile(PathBuf),
}

/// Returns where the local door of a data directory is, open or not.
pub fn endpoint(data: &Path) -> Endpoint {
    if cfg!(unix) { Endpoint::Socket(socket_path(data)) } else { Endpoint::PortFile(data.join("local-door")) }
}

/// A socket's path has room for some hundred bytes only; a deep data directory gets a short one that its path determines.
fn socket_path(data: &Path) -> PathBuf {
    const LONGEST: usize = 100;
    let path = data.join("haetae.sock");
    if path.as_os_str().len() <= LONGEST {
        return path;
    }
    use std::hash::{Hash, Hasher};
    let mut hasher = std::hash::DefaultHasher::new();
    data.hash(&mut hasher);
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    runtime.join(format!("haetae-{:016x}.sock", hasher.finish()))
}

/// An open local door.
pub struct LocalDoor {
    path: PathBuf,
    task: tokio::task::JoinHandle<()>,
    #[cfg(not(unix))]
    _http: super::HttpDoor,
}

impl LocalDoor {
    /// Opens the door; the caller owns the data directory, so whatever is there is left over from a process that died.
    pub async fn open(api: Api, data: &Path) -> Result<Self, Error> {
        let failed = |error: std::io::Error| {
            Error::new("API-LOCAL", format!("로컬 소켓을 열 수 없습니다: {error}"), format!("The local socket cannot be opened: {error}"))
                .hint("데이터 폴더에 쓸 수 있는지 확인하세요.", "Check that the data directory can be written.")
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let path = socket_path(data);
            let _ = std::fs::remove_file(&path);
            let listener = tokio::net::UnixListener::bind(&path).map_err(failed)?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
            let task = tokio::spawn(super::serve(listener, Entrance { api, door: Door::Local, guard: None }, axum::Router::new()));
            Ok(Self { path, task })
        }
        #[cfg(not(unix))]
        {
            let http = super::HttpDoor::open_as(api, Door::Local, ([127, 0, 0, 1], 0).into(), data, None).await?;
            let path = data.join("local-door");
            super::http::write_private(&path, &format!("{} {}", http.address, http.token)).map_err(failed)?;
            Ok(Self { path, task: tokio::spawn(async {}), _http: http })
        }
    }
}

impl Drop for LocalDoor {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}
