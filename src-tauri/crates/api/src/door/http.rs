//! The opt-in HTTP door: loopback only, bearer token, Host and Origin checked.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rand::Rng;
use types::Error;
use wire::Door;

use super::Entrance;
use crate::Api;

/// A file of the UI.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: String,
}

/// Finds a file of the UI by path, such as `/index.html`.
pub type Assets = Arc<dyn Fn(&str) -> Option<Asset> + Send + Sync>;

/// An open HTTP door.
pub struct HttpDoor {
    /// Where it listens.
    pub address: SocketAddr,
    /// The file that holds the bearer token, readable by its owner only.
    pub token_file: PathBuf,
    /// The token.
    pub token: String,
    task: tokio::task::JoinHandle<()>,
}

/// What a request must bring.
#[derive(Clone)]
pub(super) struct Guard {
    token: Arc<str>,
    /// The own address, as it is written and by the name of this computer.
    names: Arc<[String; 2]>,
}

impl HttpDoor {
    /// Opens the door on a loopback address; port 0 takes a free one. With `ui`, also serves the window's pages (they hold no data).
    pub async fn open(api: Api, listen: SocketAddr, data: &Path, ui: Option<Assets>) -> Result<Self, Error> {
        Self::open_as(api, Door::Http, listen, data, ui).await
    }

    /// The same for another door's rights: where there are no Unix sockets, the local door comes through here too.
    pub(super) async fn open_as(api: Api, door: Door, listen: SocketAddr, data: &Path, ui: Option<Assets>) -> Result<Self, Error> {
        if !listen.ip().is_loopback() {
            return Err(Error::new(
                "API-LISTEN",
                format!("{listen}은(는) 이 컴퓨터 안의 주소가 아닙니다."),
                format!("{listen} is not a loopback address."),
            )
            .hint("127.0.0.1:0 처럼 쓰세요.", "Use an address such as 127.0.0.1:0."));
        }
        let failed = |error: std::io::Error| {
            Error::new("API-LISTEN", format!("{listen}에서 들을 수 없습니다: {error}"), format!("Cannot listen on {listen}: {error}"))
                .hint("다른 포트를 쓰거나 0으로 두세요.", "Use another port, or 0.")
        };
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let token = hex::encode(rand::rng().random::<[u8; 32]>());
        let token_file = data.join(if door == Door::Http { "http-token" } else { "local-token" });
        write_private(&token_file, &token).map_err(|error| {
            Error::new("API-LISTEN", format!("토큰 파일을 쓸 수 없습니다: {error}"), format!("Cannot write the token file: {error}"))
                .target(token_file.display().to_string())
        })?;
        let guard = Guard::new(&token, address);
        let pages = ui.map_or_else(Router::new, |ui| Router::new().fallback(page).with_state((ui, guard.clone())));
        let task = tokio::spawn(super::serve(listener, Entrance { api, door, guard: Some(guard) }, pages));
        Ok(Self { address, token_file, token, task })
    }
}

impl Drop for HttpDoor {
    fn drop(&mut self) {
        self.task.abort();
        let _ = std::fs::remove_file(&self.token_file);
    }
}

/// Writes a file that only its owner can read, from its first byte on.
pub(super) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
        let _ = std::fs::remove_file(path); // an older file could be readable by others
    }
    std::io::Write::write_all(&mut options.open(path)?, text.as_bytes())
}

impl Guard {
    fn new(token: &str, address: SocketAddr) -> Self {
        Self { token: token.into(), names: Arc::new([address.to_string(), format!("localhost:{}", address.port())]) }
    }

    /// A page of another site can reach loopback; it knows neither the token nor our Host and Origin.
    pub(super) fn refuse(&self, headers: &HeaderMap) -> Option<Error> {
        let foreign = || {
            Error::new("API-ORIGIN", "다른 사이트에서 온 요청입니다.", "The request comes from another site.")
                .hint("haetae serve가 출력한 주소를 그대로 쓰세요.", "Use the address exactly as it was printed.")
        };
        if !self.is_own_host(headers) {
            return Some(foreign());
        }
        if let Some(origin) = headers.get(header::ORIGIN)
            && !self.names.iter().any(|name| origin.as_bytes().strip_prefix(b"http://") == Some(name.as_bytes()))
        {
            return Some(foreign());
        }
        let given =
            headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
        if !given.is_some_and(|given| same(given.as_bytes(), self.token.as_bytes())) {
            return Some(Error::new("API-TOKEN", "토큰이 없거나 틀립니다.", "The token is missing or wrong.").hint(
                "Authorization: Bearer 뒤에 토큰 파일의 내용을 쓰세요.",
                "Send Authorization: Bearer with the content of the token file.",
            ));
        }
        None
    }

    fn is_own_host(&self, headers: &HeaderMap) -> bool {
        headers.get(header::HOST).is_some_and(|host| self.names.iter().any(|name| host.as_bytes() == name.as_bytes()))
    }
}

/// Compares without telling by its time how much was right.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

async fn page(State((assets, guard)): State<(Assets, Guard)>, headers: HeaderMap, uri: Uri) -> Response {
    if !guard.is_own_host(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let path = if uri.path() == "/" { "/index.html" } else { uri.path() };
    let Some(asset) = assets(path) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = asset.bytes.into_response();
    let headers = response.headers_mut();
    if let Ok(media_type) = HeaderValue::from_str(&asset.media_type) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(headers: &[(&str, &str)]) -> Option<String> {
        let guard = Guard::new("secret", "127.0.0.1:4000".parse().unwrap());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(header::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        guard.refuse(&map).map(|error| error.code)
    }

    #[test]
    fn only_the_own_host_origin_and_token_get_in() {
        let host = ("host", "127.0.0.1:4000");
        let token = ("authorization", "Bearer secret");
        assert_eq!(refused(&[host, token]), None);
        assert_eq!(refused(&[("host", "localhost:4000"), token, ("origin", "http://localhost:4000")]), None);
        assert_eq!(refused(&[host]).as_deref(), Some("API-TOKEN"));
        assert_eq!(refused(&[host, ("authorization", "Bearer secreT")]).as_deref(), Some("API-TOKEN"));
        assert_eq!(refused(&[("host", "evil.example"), token]).as_deref(), Some("API-ORIGIN"));
        assert_eq!(refused(&[host, token, ("origin", "http://evil.example")]).as_deref(), Some("API-ORIGIN"));
        assert_eq!(refused(&[token]).as_deref(), Some("API-ORIGIN"));
    }
}
