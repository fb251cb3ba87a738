//! The HTTP door: who may come in, and what it says to requests that are none.

use api::Api;
use api::door::HttpDoor;
use host::{Host, Options};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value as Json, json};

struct Opened {
    door: HttpDoor,
    host: Host,
    _folder: tempfile::TempDir,
}

async fn open() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { vault: Some(vault::Vault::in_memory()), operator: Some("kim".to_owned()), ..Options::new(folder.path()) };
    let host = Host::open(options).await.unwrap();
    let door = HttpDoor::open(Api::new(host.clone()), ([127, 0, 0, 1], 0).into(), folder.path(), None).await.unwrap();
    Opened { door, host, _folder: folder }
}

impl Opened {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        Client::new().request(method, format!("http://{}{path}", self.door.address))
    }

    fn known(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(&self.door.token)
    }
}

/// What came back: the status and the code of the error, empty where there is none.
async fn answer(request: RequestBuilder) -> (u16, String) {
    let response = request.send().await.unwrap();
    let (status, text) = (response.status().as_u16(), response.text().await.unwrap());
    let reply: Json = serde_json::from_str(&text).unwrap_or_default();
    (status, reply["error"]["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn only_who_knows_the_token_and_comes_from_here_gets_an_answer() {
    let opened = open().await;
    for (method, path) in [(Method::POST, "/api/workspace.show"), (Method::GET, "/api/events"), (Method::GET, "/api/workspace.show")] {
        assert_eq!(answer(opened.request(method.clone(), path)).await, (401, "API-TOKEN".to_owned()), "{method} {path}");
        assert_eq!(answer(opened.request(method.clone(), path).bearer_auth("wrong")).await, (401, "API-TOKEN".to_owned()));
        let elsewhere = opened.known(method.clone(), path).header("Host", "evil.example");
        assert_eq!(answer(elsewhere).await, (403, "API-ORIGIN".to_owned()), "{method} {path}");
        let foreign = opened.known(method.clone(), path).header("Origin", "http://evil.example");
        assert_eq!(answer(foreign).await, (403, "API-ORIGIN".to_owned()), "{method} {path}");
    }
    let shown: Json = opened.known(Method::POST, "/api/workspace.show").send().await.unwrap().json().await.unwrap();
    assert_eq!(shown["ok"]["settings"]["operator"], json!("kim"));
    opened.host.close().await;
}

#[tokio::test]
async fn what_is_no_request_is_refused_in_words_of_http() {
    let opened = open().await;
    let post = |path: &str, body: &'static str| opened.known(Method::POST, path).body(body);
    assert_eq!(answer(post("/api/no.such", "{}")).await, (404, "API-UNKNOWN".to_owned()));
    assert_eq!(answer(post("/api/execution.show", "{")).await, (400, "API-JSON".to_owned()));
    assert_eq!(answer(post("/api/execution.show", "{}")).await, (400, "API-REQUEST".to_owned()));
    assert_eq!(answer(post("/api/execution.show", r#"{"id": 7}"#)).await.0, 404);
    assert_eq!(answer(post("/elsewhere", "{}")).await.0, 404);
    assert_eq!(answer(post("/api/execution.show/7", "{}")).await.0, 404);
    assert_eq!(answer(opened.known(Method::GET, "/api/execution.show")).await.0, 405);
    let large = opened.known(Method::POST, "/api/playbook.check").body(vec![b' '; (16 << 20) + 1]);
    assert_eq!(answer(large).await.0, 413);
    opened.host.close().await;
}
