//! Bets as the stream sends them, posted.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Product};

fn bet(n: u32) -> Value {
    json!({
        "id": format!("00000000-0000-4000-8000-{n:012}"), "game_id": "game_123", "bet_type": "moneyline",
        "amount": 42, "timestamp": "2026-11-23T14:25:35.123456789+01:00",
    })
}

fn changed(mut bet: Value, field: &str, value: Value) -> Value {
    bet[field] = value;
    bet
}

#[actix_web::test]
async fn one_an_array_and_lines_are_recorded_once() {
    let product = Product::start().await;
    let client = &product.client;
    let one = client.post("/api/v1/bets", &bet(1)).await;
    let position = one.number("x-log-position");
    assert_eq!(
        one.ok(),
        json!({ "received": 1, "recorded": 1, "duplicates": 0, "refused": [], "position": position })
    );
    let many = client
        .post("/api/v1/bets", &json!([bet(1), bet(2), bet(2), bet(3)]))
        .await
        .ok();
    assert_eq!(
        (&many["received"], &many["recorded"], &many["duplicates"]),
        (&json!(4), &json!(2), &json!(2))
    );
    let lines = format!(
        "{}\n\n{}\nnonsense\n{}",
        bet(3),
        bet(4),
        changed(bet(5), "amount", json!(-1))
    );
    let request = client
        .request(Method::POST, "/api/v1/bets")
        .header("Content-Type", "application/x-ndjson")
        .body(lines);
    let receipt = Answer::of(request).await.ok();
    assert_eq!(
        (
            &receipt["received"],
            &receipt["recorded"],
            &receipt["duplicates"]
        ),
        (&json!(4), &json!(1), &json!(1))
    );
    let refused = receipt["refused"].as_array().expect("a list");
    assert_eq!(
        (&refused[0]["index"], &refused[0]["id"], &refused[0]["code"]),
        (&json!(2), &Value::Null, &json!("not_json"))
    );
    assert_eq!(
        (&refused[1]["index"], &refused[1]["id"], &refused[1]["code"]),
        (&json!(3), &bet(5)["id"], &json!("amount_invalid"))
    );
    let head = product.head().await;
    assert_eq!(head.0, 4);
    let again = client
        .post("/api/v1/bets", &json!([bet(1), bet(2), bet(3), bet(4)]))
        .await
        .ok();
    assert_eq!(
        (&again["recorded"], &again["duplicates"]),
        (&json!(0), &json!(4))
    );
    assert_eq!(product.head().await, head, "the same again appends nothing");
    product.caught_up().await;
    assert_eq!(
        client.get("/stats").await.ok(),
        json!({ "bets_table_row_count": 4, "total_odds": 4, "pending_bets": 3 })
    );
    product.stop().await;
}

#[actix_web::test]
async fn what_cannot_be_read_or_is_refused_names_the_field() {
    let product = Product::start().await;
    let client = &product.client;
    let table = [
        (json!({}), 400, "invalid_field", "/id"),
        (
            changed(bet(1), "id", json!("nope")),
            400,
            "invalid_field",
            "/id",
        ),
        (
            changed(bet(1), "game_id", json!("")),
            400,
            "invalid_field",
            "/game_id",
        ),
        (
            changed(bet(1), "amount", json!("42")),
            400,
            "invalid_field",
            "/amount",
        ),
        (
            changed(bet(1), "timestamp", json!("now")),
            400,
            "invalid_field",
            "/timestamp",
        ),
        (
            changed(bet(1), "amount", json!(-1)),
            422,
            "refused",
            "/amount",
        ),
        (
            changed(bet(1), "amount", json!(0)),
            422,
            "refused",
            "/amount",
        ),
        (
            changed(bet(1), "amount", json!(0.001)),
            422,
            "refused",
            "/amount",
        ),
        (
            changed(bet(1), "bet_type", json!("")),
            422,
            "refused",
            "/bet_type",
        ),
        (changed(bet(1), "odds", json!(0.5)), 422, "refused", "/odds"),
        (
            changed(
                changed(bet(1), "bet_type", json!("WIN")),
                "selection",
                json!("1/2"),
            ),
            422,
            "refused",
            "/selection",
        ),
        (
            changed(bet(1), "account_id", json!(4711)),
            422,
            "refused",
            "/account_id",
        ),
    ];
    for (body, status, code, pointer) in table {
        client
            .post("/api/v1/bets", &body)
            .await
            .names(status, code, pointer);
    }
    let list = json!([bet(1), changed(bet(2), "amount", json!(null))]);
    client
        .post("/api/v1/bets", &list)
        .await
        .names(400, "invalid_field", "/1/amount");
    for body in ["", "7", "{", "[1", "[{},"] {
        let answer = Answer::of(client.request(Method::POST, "/api/v1/bets").body(body)).await;
        assert_eq!(answer.status, 400, "{body} {}", answer.text);
    }
    assert_eq!(
        product.head().await.0,
        0,
        "over HTTP a refused bet is only answered"
    );
    product.stop().await;
}

#[actix_web::test]
async fn a_conflicting_duplicate_is_refused_and_recorded_as_such() {
    let product = Product::start().await;
    let client = &product.client;
    client.post("/api/v1/bets", &bet(1)).await.ok();
    let other = changed(bet(1), "amount", json!(43));
    let answer = client.post("/api/v1/bets", &other).await;
    answer.names(422, "refused", "/id");
    assert!(
        answer.json()["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("recorded 42.00, sent 43.00"))
    );
    assert_eq!(product.head().await.0, 2, "the difference is an event");
    client
        .post("/api/v1/bets", &other)
        .await
        .names(422, "refused", "/id");
    assert_eq!(product.head().await.0, 2, "stored once");
    product.stop().await;
}

#[actix_web::test]
async fn a_bet_with_an_account_joins_its_open_batch() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let placed = changed(
        changed(bet(1), "account_id", json!(account)),
        "odds",
        json!(2.375),
    );
    let named = changed(
        changed(bet(2), "account_id", json!(account)),
        "batch",
        json!("Race 4"),
    );
    let receipt = client
        .post("/api/v1/bets", &json!([placed, named]))
        .await
        .ok();
    assert_eq!(receipt["recorded"], 2, "{receipt}");
    let path = format!(
        "/api/v1/accounts/{account}/batches?min_position={}",
        receipt["position"]
    );
    let list = client.get(&path).await.ok();
    let batches = list.as_array().expect("batches");
    let mut names: Vec<_> = batches
        .iter()
        .filter_map(|batch| batch["name"].as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Race 4", "game_123"]);
    let batch = batches
        .iter()
        .find(|batch| batch["name"] == "game_123")
        .expect("the game's batch");
    let bet = &batch["bets"][0];
    assert_eq!(
        (&bet["id"], &bet["selection"], &bet["stake"], &bet["cost"]),
        (&json!(1), &json!(""), &json!(42.0), &json!(42.0))
    );
    assert_eq!(
        (&bet["game_id"], &bet["bet_type"], &bet["odds"]),
        (&json!("game_123"), &json!("moneyline"), &json!(2.375))
    );
    assert_eq!(bet["bet_id"], "00000000-0000-4000-8000-000000000001");
    product.stop().await;
}
