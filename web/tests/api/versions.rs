//! Versions: `If-Match`, and what a caller who lost is told.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, Product};

async fn ask(client: &Client, method: Method, path: &str, seen: &str, body: &Value) -> Answer {
    Answer::of(
        client
            .request(method, path)
            .header("If-Match", seen)
            .json(body),
    )
    .await
}

#[actix_web::test]
async fn who_saw_an_older_account_is_told_how_it_is() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let path = format!("/api/v1/accounts/{account}");
    let changed = ask(
        client,
        Method::PUT,
        &path,
        "\"1\"",
        &json!({ "name": "beta", "hostname": "h" }),
    )
    .await;
    assert_eq!(changed.ok()["version"], 2);
    let head = product.head().await;
    let lost = ask(
        client,
        Method::PUT,
        &path,
        "\"1\"",
        &json!({ "name": "gamma", "hostname": "h" }),
    )
    .await;
    let problem = lost.is_problem(412, "stale");
    assert_eq!(problem["current"], changed.json());
    assert_eq!(lost.header("etag"), "\"2\"");
    ask(client, Method::DELETE, &path, "\"1\"", &json!({}))
        .await
        .is_problem(412, "stale");
    assert_eq!(product.head().await, head);
    ask(
        client,
        Method::PUT,
        &path,
        "*",
        &json!({ "name": "gamma", "hostname": "h" }),
    )
    .await
    .ok();
    assert_eq!(
        ask(client, Method::DELETE, &path, "\"3\"", &json!({}))
            .await
            .status,
        204
    );
    product.stop().await;
}

#[actix_web::test]
async fn two_operators_on_two_bets_do_not_collide_and_on_one_they_do() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let batch = client.batch(account, 2).await;
    let path = format!("/api/v1/accounts/{account}/batches/{}", batch["id"]);
    let bet = |n: usize| format!("{path}/bets/{}", batch["bets"][n]["pid"]);
    let failed = json!({ "status": "failed" });
    let first = ask(client, Method::PATCH, &bet(0), "\"1\"", &failed).await;
    assert_eq!(first.ok()["version"], 2);
    assert_eq!(
        ask(client, Method::PATCH, &bet(1), "\"1\"", &failed)
            .await
            .ok()["version"],
        3
    );
    let lost = ask(
        client,
        Method::PATCH,
        &bet(0),
        "\"1\"",
        &json!({ "status": "successful" }),
    )
    .await;
    assert_eq!(lost.is_problem(412, "stale")["current"], first.json());
    assert_eq!(lost.header("etag"), "\"2\"");
    let lost = ask(client, Method::DELETE, &path, "\"1\"", &json!({})).await;
    let problem = lost.is_problem(412, "stale");
    assert_eq!(
        (&problem["current"]["id"], &problem["current"]["version"]),
        (&batch["id"], &json!(3))
    );
    assert_eq!(
        problem["current"],
        client.get(&path).await.ok(),
        "as it is read"
    );
    assert_eq!(
        ask(client, Method::DELETE, &path, "\"3\"", &json!({}))
            .await
            .status,
        200
    );
    product.stop().await;
}

#[actix_web::test]
async fn reads_are_as_fresh_as_they_are_asked_to_be() {
    let product = Product::start().await;
    let client = &product.client;
    for n in 0..20 {
        let created = client
            .post(
                "/api/v1/accounts",
                &json!({ "name": format!("a{n}"), "hostname": "h" }),
            )
            .await;
        let list = client.get("/api/v1/accounts").await;
        assert_eq!(
            list.ok().as_array().map(Vec::len),
            Some(n + 1),
            "one's own writes are read"
        );
        assert!(list.number("x-view-position") >= created.number("x-log-position"));
    }
    let ahead = client.get("/api/v1/accounts?min_position=1000").await;
    ahead.is_problem(503, "view_behind");
    assert_eq!(ahead.header("retry-after"), "1");
    client.get("/api/v1/accounts?min_position=20").await.ok();
    product.stop().await;
}
