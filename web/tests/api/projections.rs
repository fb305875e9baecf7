//! Looking after the views.

use serde_json::json;

use crate::harness::{Client, DEADLINE, Product};

const DESK: &str = "/api/v1/projections/desk";

async fn until(client: &Client, what: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
    let looked = async {
        loop {
            let status = client.get(DESK).await.ok();
            if what(&status) {
                return status;
            }
        }
    };
    let found = tokio::time::timeout(DEADLINE, looked).await;
    found.expect("the projection never came to that")
}

#[actix_web::test]
async fn every_view_says_how_it_stands() {
    let product = Product::start().await;
    let client = &product.client;
    client.account("alpha").await;
    product.caught_up().await;
    let all = client.get("/api/v1/projections").await.ok();
    let names: Vec<_> = all
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(names, ["desk", "markets", "odds", "stats", "audit"]);
    let desk = until(client, |desk| desk["keeper"] == "test").await;
    for (field, value) in [
        ("position", json!(1)),
        ("lag", json!(0)),
        ("stalled", json!(false)),
        ("pause", json!(null)),
        ("failing", json!(null)),
        ("rebuild", json!(null)),
    ] {
        assert_eq!(desk[field], value, "{field}: {desk}");
    }
    product.stop().await;
}

#[actix_web::test]
async fn a_view_is_paused_by_somebody_for_a_reason_and_answers_on() {
    let product = Product::start().await;
    let client = &product.client;
    client.account("alpha").await;
    product.caught_up().await;
    let paused = client
        .post(&format!("{DESK}/pause"), &json!({ "reason": "a look" }))
        .await
        .ok();
    assert_eq!(paused["pause"]["reason"], "a look");
    until(client, |desk| desk["state"] == "paused").await;
    client
        .post(&format!("{DESK}/pause"), &json!({}))
        .await
        .is_problem(409, "pause_state");
    client.account("beta").await;
    let accounts = client.get("/api/v1/accounts").await.ok();
    assert_eq!(accounts.as_array().map(Vec::len), Some(1));

    client
        .post(&format!("{DESK}/resume"), &json!({}))
        .await
        .ok();
    product.caught_up().await;
    let accounts = client.get("/api/v1/accounts").await.ok();
    assert_eq!(accounts.as_array().map(Vec::len), Some(2));
    client
        .post(&format!("{DESK}/resume"), &json!({}))
        .await
        .is_problem(409, "pause_state");
    product.stop().await;
}

#[actix_web::test]
async fn a_view_is_rebuilt_while_it_answers() {
    let product = Product::start().await;
    let client = &product.client;
    for number in 0..20 {
        client.account(&format!("account {number}")).await;
    }
    product.caught_up().await;
    let asked = client
        .post("/api/v1/projections/all/rebuild", &json!({}))
        .await;
    assert_eq!(asked.status, 202, "{asked:?}");
    assert_eq!(asked.json().as_array().map(Vec::len), Some(5));
    let accounts = client.get("/api/v1/accounts").await.ok();
    assert_eq!(accounts.as_array().map(Vec::len), Some(20));
    let done = until(client, |desk| desk["rebuild"].is_null()).await;
    assert_eq!(done["rebuild_error"], json!(null));
    product.caught_up().await;
    let accounts = client.get("/api/v1/accounts").await.ok();
    assert_eq!(accounts.as_array().map(Vec::len), Some(20));
    client
        .delete(&format!("{DESK}/rebuild"))
        .await
        .is_problem(409, "rebuild_state");
    product.stop().await;
}

#[actix_web::test]
async fn what_names_no_projection_or_no_failing_event_is_refused_by_name() {
    let product = Product::start().await;
    let client = &product.client;
    let unknown = client.get("/api/v1/projections/deks").await;
    let problem = unknown.is_problem(404, "not_found");
    assert!(
        problem["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("\"deks\""))
    );
    for what in ["rebuild", "pause", "resume", "retry", "skip"] {
        let path = format!("/api/v1/projections/deks/{what}");
        client
            .post(&path, &json!({}))
            .await
            .is_problem(404, "not_found");
    }
    client
        .post("/api/v1/projections/all/pause", &json!({}))
        .await
        .is_problem(404, "not_found");
    for what in ["retry", "skip"] {
        let because = json!({ "reason": "by hand" });
        client
            .post(&format!("{DESK}/{what}"), &because)
            .await
            .is_problem(409, "not_failing");
    }
    assert_eq!(product.head().await.0, 0, "nothing was changed");
    product.stop().await;
}

#[actix_web::test]
async fn what_one_stream_makes_of_a_view_is_rebuilt_at_once() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let batch = client.batch(account, 3).await["id"].clone();
    product.caught_up().await;
    let path =
        |view: &str, stream: &str| format!("/api/v1/projections/{view}/streams/{stream}/rebuild");
    let rebuilt = client
        .post(&path("desk", &format!("batch-{batch}")), &json!({}))
        .await
        .ok();
    // The batch's event, and that of its account.
    assert_eq!(
        rebuilt,
        json!({"projection": "desk", "stream": format!("batch-{batch}"), "events": 2, "position": 2})
    );
    for (view, stream, status, code) in [
        ("odds", "market-game_1", 422, "refused"),
        ("desk", "market-game_1", 422, "refused"),
        ("desk", "batch-99", 404, "not_found"),
        ("deks", "batch-1", 404, "not_found"),
        ("all", "batch-1", 404, "not_found"),
        ("desk", "bitch-1", 400, "invalid_path"),
    ] {
        client
            .post(&path(view, stream), &json!({}))
            .await
            .is_problem(status, code);
    }
    product.stop().await;
}
