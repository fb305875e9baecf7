//! What a proxy says of whom it asks for is believed when the proxy was named, and not otherwise.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    Server, World,
    server::{run, words},
};

/// A world in which only who has a token comes in, and Ana's.
async fn with_a_token() -> (World, String) {
    let world = World::sqlite();
    let made = run(&world, &["token", "new", "ana", "--file", "tokens"]).await;
    assert!(made.status.success(), "{}", words(&made));
    let token = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    (world.with("BETSTREAM_TOKENS_FILE", "tokens"), token)
}

#[tokio::test]
async fn a_cookie_is_for_tls_alone_when_a_proxy_that_was_named_says_so() {
    for (trusted, is_secure) in [("127.0.0.1", true), ("10.0.0.0/8", false)] {
        let (world, token) = with_a_token().await;
        let server = Server::start(&world.with("BETSTREAM_TRUSTED_PROXIES", trusted)).await;
        let over_tls = [
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-For", "192.0.2.7"),
            ("Content-Type", "application/json"),
        ];
        let body = Some(json!({"token": token}).to_string());
        let signed_in = server
            .api
            .ask(Method::POST, "/api/v1/session", &over_tls, body)
            .await;
        signed_in.expect(200);
        let cookie = signed_in.header("set-cookie").expect("a cookie");
        assert_eq!(cookie.contains("Secure"), is_secure, "{trusted}: {cookie}");
    }
}

#[tokio::test]
async fn a_page_is_ours_under_the_name_that_the_proxy_is_asked_by() {
    let (world, token) = with_a_token().await;
    let server = Server::start(&world.with("BETSTREAM_TRUSTED_PROXIES", "127.0.0.0/8,::1")).await;
    let bearer = format!("Bearer {token}");
    let listen = async |origin: &str| {
        let headers = [
            ("Authorization", bearer.as_str()),
            ("X-Forwarded-Host", "desk.example"),
            ("Origin", origin),
        ];
        let answer = server.api.stream("/sse", &headers).await;
        answer.expect("an answer").status().as_u16()
    };
    assert_eq!(listen("https://desk.example").await, 200);
    assert_eq!(listen("https://other.example").await, 403);
}

#[tokio::test]
async fn an_open_server_refuses_who_comes_through_a_proxy_from_without() {
    let world = World::sqlite().with("BETSTREAM_TRUSTED_PROXIES", "127.0.0.1");
    let server = Server::start(&world).await;
    let asked_as = async |name: &str| {
        let headers = [("X-Forwarded-Host", name)];
        server
            .api
            .ask(Method::GET, "/api/v1/accounts", &headers, None)
            .await
    };
    asked_as("localhost:3000").await.expect(200);
    assert_eq!(
        asked_as("desk.example").await.problem(403)["code"],
        "forbidden_host"
    );
}

#[tokio::test]
async fn one_client_behind_a_proxy_has_its_share_of_live_connections_and_others_have_theirs() {
    let world = World::sqlite().with("BETSTREAM_TRUSTED_PROXIES", "127.0.0.1");
    let server = Server::start(&world).await;
    let watch = async |client: &str| {
        let headers = [("X-Forwarded-For", client)];
        server
            .api
            .stream("/sse", &headers)
            .await
            .expect("an answer")
    };
    let mut open = Vec::new();
    let refused = loop {
        let answer = watch("192.0.2.7").await;
        if answer.status() != 200 {
            break answer;
        }
        open.push(answer);
        assert!(open.len() < 10_000, "one client has no end of connections");
    };
    let problem: serde_json::Value = refused.json().await.expect("a problem");
    assert_eq!(problem["code"], "too_many_connections", "{problem}");
    assert!(
        problem["detail"]
            .as_str()
            .expect("words")
            .contains("192.0.2.7"),
        "{problem}"
    );
    assert_eq!(watch("192.0.2.8").await.status(), 200);
}
