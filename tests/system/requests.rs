//! What holds for every request: versions, repeats, and the pages beside the API.

use reqwest::Method;
use serde_json::json;

use crate::support::{
    Server, World,
    desk::{account, batch, batch_path},
};

on_both_databases! {
    what_changed_meanwhile_is_told_to_who_asks,
    a_repeated_request_is_answered_once,
    pages_say_what_they_are,
}

async fn what_changed_meanwhile_is_told_to_who_asks(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let batch = batch(api, &owner).await;
    let path = format!("{}/bets/{}", batch_path(&batch), batch["bets"][0]["pid"]);
    let seen = api.get(&path).await;
    let tag = seen.header("etag").expect("a version").to_owned();
    let change = |status: &str| Some(json!({ "status": status }).to_string());
    let headers = [
        ("Content-Type", "application/json"),
        ("If-Match", tag.as_str()),
    ];
    let first = api
        .ask(Method::PATCH, &path, &headers, change("successful"))
        .await;
    first.expect(200);
    assert!(
        first
            .header("x-log-position")
            .is_some_and(|position| position.parse::<i64>().is_ok())
    );
    api.ask(Method::PATCH, &path, &headers, change("failed"))
        .await
        .problem(412);
    assert_eq!(api.get(&path).await.expect(200)["status"], "successful");
    api.patch(&path, &json!({"status": "failed"}))
        .await
        .expect(200);
}

async fn a_repeated_request_is_answered_once(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let headers = [
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "make-alpha"),
    ];
    let body = json!({"name": "alpha", "hostname": "h"}).to_string();
    let first = api
        .ask(
            Method::POST,
            "/api/v1/accounts",
            &headers,
            Some(body.clone()),
        )
        .await
        .expect(200);
    let again = api
        .ask(Method::POST, "/api/v1/accounts", &headers, Some(body))
        .await
        .expect(200);
    assert_eq!(first["id"], again["id"]);
    assert_eq!(
        api.get("/api/v1/accounts")
            .await
            .expect(200)
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let other = json!({"name": "beta", "hostname": "h"}).to_string();
    let refused = api
        .ask(Method::POST, "/api/v1/accounts", &headers, Some(other))
        .await;
    assert!((400..500).contains(&refused.status), "{}", refused.text);
}

async fn pages_say_what_they_are(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let root = api.get("/").await;
    assert!(
        root.status == 200 && !root.text.trim_start().starts_with('<') && root.text.len() < 2_000,
        "{}",
        root.text
    );
    let console = api
        .ask(
            Method::GET,
            "/",
            &[("Accept", "text/html,application/xhtml+xml")],
            None,
        )
        .await;
    assert!(
        console.status == 200 && console.text.trim_start().starts_with('<'),
        "{}",
        console.text
    );
    assert_eq!(api.get("/health").await.text.trim(), "OK");
    assert_eq!(api.get("/swagger-ui/").await.status, 200);
    let document = api.get("/api-docs/openapi.json").await.expect(200);
    assert!(document["paths"]["/api/v1/accounts"]["get"].is_object());
    let metrics = api.get("/metrics").await;
    assert!(
        metrics.status == 200 && metrics.text.contains("betstream_"),
        "{}",
        metrics.text
    );
}
