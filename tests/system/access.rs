//! With tokens, nobody comes in without one, and its name stands beside what was done.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    Server, World,
    http::Api,
    server::{run, words},
};

async fn new_token(world: &World, name: &str) -> String {
    let made = run(world, &["token", "new", name, "--file", "tokens"]).await;
    assert!(made.status.success(), "{}", words(&made));
    String::from_utf8_lossy(&made.stdout).trim().to_owned()
}

#[tokio::test]
async fn without_a_token_nothing_but_health_answers() {
    let world = World::sqlite();
    let token = new_token(&world, "ana").await;
    let world = world.with("BETSTREAM_TOKENS_FILE", "tokens");
    let server = Server::start(&world).await;
    for path in [
        "/api/v1/accounts",
        "/api/v1/system",
        "/sse",
        "/ws",
        "/stats",
        "/metrics",
        "/api/v1/outcomes",
    ] {
        assert_eq!(server.api.get(path).await.status, 401, "{path}");
    }
    assert_eq!(
        server
            .api
            .with_token("bst_made_up")
            .get("/api/v1/accounts")
            .await
            .status,
        401
    );
    let ana = server.api.with_token(&token);
    ana.post(
        "/api/v1/accounts",
        &json!({"name": "alpha", "hostname": "h"}),
    )
    .await
    .expect(200);
    let who = world
        .number("SELECT count(*) FROM events WHERE metadata LIKE '%\"who\":\"ana\"%'")
        .await;
    assert_eq!(who, 1);
    let mode = std::fs::metadata(world.folder().join("tokens"))
        .expect("a file")
        .permissions();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777,
        0o600
    );
    let text = std::fs::read_to_string(world.folder().join("tokens")).expect("a file");
    assert!(!text.contains(&token), "only the hash is kept");
}

#[tokio::test]
async fn people_sign_in_for_a_cookie() {
    let world = World::sqlite();
    let token = new_token(&world, "ana").await;
    let world = world.with("BETSTREAM_TOKENS_FILE", "tokens");
    let server = Server::start(&world).await;
    server
        .api
        .post("/api/v1/session", &json!({"token": "wrong"}))
        .await
        .problem(401);
    let signed_in = server
        .api
        .post("/api/v1/session", &json!({"token": token}))
        .await;
    assert_eq!(signed_in.expect(200)["name"], "ana");
    let cookie = signed_in.header("set-cookie").expect("a cookie").to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let value = cookie.split(';').next().expect("a value").to_owned();
    let with_cookie = |path: &'static str, api: Api, value: String| async move {
        api.ask(Method::GET, path, &[("Cookie", &value)], None)
            .await
            .status
    };
    assert_eq!(
        with_cookie("/api/v1/accounts", server.api.clone(), value).await,
        200
    );
}

#[tokio::test]
async fn a_server_that_others_reach_wants_tokens_or_to_be_asked_by_name() {
    let world = World::sqlite();
    let refused = run(&world, &["serve", "--listen", "0.0.0.0:0"]).await;
    let said = words(&refused);
    assert!(!refused.status.success());
    for word in ["0.0.0.0:0", "BETSTREAM_TOKENS_FILE", "--allow-open"] {
        assert!(said.contains(word), "{said}");
    }
    let server = Server::begin(&world, &["serve", "--listen", "0.0.0.0:0", "--allow-open"]).await;
    let port = server
        .api
        .url
        .rsplit(':')
        .next()
        .expect("a port")
        .to_owned();
    let api = Api::at(&format!("http://127.0.0.1:{port}"));
    crate::support::eventually("it is ready", async || {
        (api.get("/health").await.status == 200).then_some(())
    })
    .await;
    api.get("/api/v1/accounts").await.expect(200);
}
