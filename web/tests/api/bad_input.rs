//! Bad headers, sizes and addresses: refused by name, and nothing is appended.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Answer, Product};

#[actix_web::test]
async fn bad_headers_are_refused_by_name() {
    let product = Product::start().await;
    let client = &product.client;
    let body = json!({ "name": "alpha", "hostname": "h" });
    let long = "x".repeat(600);
    for (name, value) in [
        ("Idempotency-Key", long.as_str()),
        ("Idempotency-Key", ""),
        ("X-Reason", &long),
        ("X-Correlation-Id", &long),
        ("If-Match", "three"),
    ] {
        let request = client
            .request(Method::POST, "/api/v1/accounts")
            .header(name, value)
            .json(&body);
        Answer::of(request).await.is_problem(400, "invalid_header");
    }
    let compressed = client
        .request(Method::POST, "/api/v1/accounts")
        .header("Content-Encoding", "gzip")
        .json(&body);
    Answer::of(compressed)
        .await
        .is_problem(415, "unsupported_media_type");
    assert_eq!(product.head().await.0, 0);
    product.stop().await;
}

#[actix_web::test]
async fn sizes_are_bounded() {
    let product = Product::start().await;
    let client = &product.client;
    let large = format!(
        r#"{{"name":"{}","hostname":"h"}}"#,
        "x".repeat(2 * 1024 * 1024)
    );
    let answer = Answer::of(
        client
            .request(Method::POST, "/api/v1/accounts")
            .body(large.clone()),
    )
    .await;
    answer.is_problem(413, "body_too_large");
    let streamed = reqwest::Body::wrap_stream(futures::stream::iter(
        large
            .into_bytes()
            .chunks(100_000)
            .map(|part| Ok::<_, std::io::Error>(part.to_vec()))
            .collect::<Vec<_>>(),
    ));
    let answer = Answer::of(
        client
            .request(Method::POST, "/api/v1/accounts")
            .body(streamed),
    )
    .await;
    answer.is_problem(413, "body_too_large");
    client
        .get(&format!("/api/v1/accounts?x={}", "y".repeat(9_000)))
        .await
        .is_problem(414, "uri_too_long");
    let request = client
        .request(Method::GET, "/api/v1/accounts")
        .header("X-Large", "y".repeat(40_000));
    Answer::of(request)
        .await
        .is_problem(431, "headers_too_large");
    let account = client.account("alpha").await;
    let bets: Vec<Value> = (0..10_001)
        .map(|n| json!({ "id": n, "selection": "1", "stake": 1, "cost": 1 }))
        .collect();
    let many = client
        .post(
            &format!("/api/v1/accounts/{account}/batches"),
            &json!({ "meta": {}, "bets": bets }),
        )
        .await;
    many.names(422, "refused", "/bets");
    product.stop().await;
}

#[actix_web::test]
async fn unknown_addresses_and_methods_are_told_apart() {
    let product = Product::start().await;
    let client = &product.client;
    client
        .get("/api/v1/nothing")
        .await
        .is_problem(404, "not_found");
    client
        .get("/api/v2/accounts")
        .await
        .is_problem(404, "not_found");
    client.get("/nothing.js").await.is_problem(404, "not_found");
    let answer = client.delete("/api/v1/accounts").await;
    answer.is_problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "GET, POST");
    let answer = client.get("/api/v1/accounts/1/batches/2/withdraw").await;
    answer.is_problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), "POST");
    for path in ["/health", "/stats", "/sse", "/ws", "/metrics"] {
        let answer = client.post(path, &json!({})).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.header("allow"), "GET");
    }
    product.stop().await;
}
