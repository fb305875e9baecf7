//! Repeat safety: the same request again under its key.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, Product};

async fn ask(client: &Client, method: Method, path: &str, key: &str, body: &Value) -> Answer {
    Answer::of(
        client
            .request(method, path)
            .header("Idempotency-Key", key)
            .json(body),
    )
    .await
}

#[actix_web::test]
async fn the_first_answer_is_given_again_whatever_happened_since() {
    let product = Product::start().await;
    let client = &product.client;
    let body = json!({ "name": "alpha", "hostname": "h" });
    let first = ask(client, Method::POST, "/api/v1/accounts", "one", &body).await;
    let account = first.ok()["id"].as_i64().expect("an id");
    client
        .put(
            &format!("/api/v1/accounts/{account}"),
            &json!({ "name": "beta", "hostname": "h" }),
        )
        .await
        .ok();
    let head = product.head().await;
    let again = ask(client, Method::POST, "/api/v1/accounts", "one", &body).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(
        again.header("x-log-position"),
        first.header("x-log-position")
    );
    assert_eq!(again.header("etag"), first.header("etag"));
    assert_eq!(product.head().await, head);
    product.stop().await;
}

#[actix_web::test]
async fn every_kind_of_command_is_repeated_word_for_word() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let batch = client.batch(account, 3).await;
    let path = format!("/api/v1/accounts/{account}/batches/{}", batch["id"]);
    let (pid, other) = (&batch["bets"][0]["pid"], &batch["bets"][1]["pid"]);
    let bet = json!({ "id": 4, "selection": "4", "stake": 1, "cost": 1 });
    let asked = [
        (
            Method::PATCH,
            format!("{path}/bets/{pid}"),
            json!({ "status": "successful" }),
        ),
        (
            Method::PATCH,
            format!("{path}/bets"),
            json!([{ "pid": other, "status": "failed" }, { "pid": pid }]),
        ),
        (
            Method::POST,
            format!("{path}/bets"),
            json!({ "bets": [bet] }),
        ),
        (
            Method::POST,
            format!("/api/v1/accounts/{account}/batches"),
            json!({ "meta": {}, "bets": [bet] }),
        ),
        (
            Method::POST,
            format!("{path}/withdraw"),
            json!({ "reason": "r" }),
        ),
    ];
    let mut firsts = Vec::new();
    for (method, path, body) in &asked {
        let first = ask(client, method.clone(), path, "same key", body).await;
        first.ok();
        firsts.push(first);
    }
    let head = product.head().await;
    for ((method, path, body), first) in asked.iter().zip(&firsts) {
        let again = ask(client, method.clone(), path, "same key", body).await;
        assert_eq!(
            (again.status, &again.text),
            (first.status, &first.text),
            "{path}"
        );
    }
    assert_eq!(product.head().await, head);
    product.stop().await;
}

#[actix_web::test]
async fn a_key_belongs_to_one_body_and_refusals_are_not_kept() {
    let product = Product::start().await;
    let client = &product.client;
    let path = "/api/v1/accounts";
    let refused = ask(
        client,
        Method::POST,
        path,
        "k",
        &json!({ "name": "", "hostname": "h" }),
    )
    .await;
    refused.names(422, "refused", "/name");
    ask(
        client,
        Method::POST,
        path,
        "k",
        &json!({ "name": "alpha", "hostname": "h" }),
    )
    .await
    .ok();
    let other = ask(
        client,
        Method::POST,
        path,
        "k",
        &json!({ "name": "beta", "hostname": "h" }),
    )
    .await;
    other.is_problem(422, "key_reused");
    product.stop().await;
}

#[actix_web::test]
async fn one_key_sent_many_times_at_once_is_carried_out_once() {
    let product = Product::start().await;
    let client = &product.client;
    let body = json!({ "name": "alpha", "hostname": "h" });
    let asking = (0..16).map(|_| ask(client, Method::POST, "/api/v1/accounts", "k", &body));
    let answers = futures::future::join_all(asking).await;
    let bodies: Vec<&String> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| &answer.text)
        .collect();
    assert!(
        !bodies.is_empty() && bodies.iter().all(|body| *body == bodies[0]),
        "{bodies:?}"
    );
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.is_problem(409, "key_running");
    }
    assert_eq!(product.head().await.0, 1);
    product.stop().await;
}
