//! Signed heads and receipts over HTTP, checked with nothing but the key.

use betstream_events::proof::{Proven, PublicKey, Receipt, SignedHead};
use serde_json::json;

use crate::harness::{Client, Product};

const BET: &str = "00000000-0000-4000-8000-000000000007";

async fn key(client: &Client) -> PublicKey {
    let answer = client.get("/api/v1/proof/key").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text.parse().expect("a public key")
}

async fn proven(client: &Client, path: &str) -> Proven {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let receipt = Receipt::parse(&answer.text).expect("a receipt");
    receipt.verify(&key(client).await).expect("a proof")
}

#[actix_web::test]
async fn a_head_says_where_the_log_ends() {
    let product = Product::start().await;
    let (client, key) = (&product.client, key(&product.client).await);
    for name in ["alpha", "beta"] {
        client.account(name).await;
        let answer = client.get("/api/v1/proof/head").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.header("content-type").starts_with("text/plain"));
        let head = SignedHead::parse(&answer.text).expect("a head");
        let head = head.verify(&key).expect("a signature");
        let now = product.store.head().await.expect("a head");
        assert_eq!((head.position, head.block), (now.position, now.block_hash));
    }
    product.stop().await;
}

#[actix_web::test]
async fn an_event_and_a_bet_have_receipts() {
    let product = Product::start().await;
    let client = &product.client;
    client.account("alpha").await;
    let bet = json!({
        "id": BET, "game_id": "game_123", "bet_type": "moneyline",
        "amount": 42, "timestamp": "2026-11-23T14:25:35.123456Z",
    });
    let position = client
        .post("/api/v1/bets", &bet)
        .await
        .number("x-log-position");

    let of_bet = proven(client, &format!("/api/v1/bets/{BET}/receipt")).await;
    assert_eq!(of_bet.row.position.0, position);
    assert_eq!(of_bet.row.event_id.to_string(), BET);
    for event in [BET.to_owned(), position.to_string()] {
        let of_event = proven(client, &format!("/api/v1/events/{event}/receipt")).await;
        assert_eq!(of_event.row, of_bet.row);
    }
    product.stop().await;
}

#[actix_web::test]
async fn what_there_is_no_receipt_for_is_named() {
    let product = Product::start().await;
    let client = &product.client;
    for (path, status, code, named) in [
        ("/api/v1/events/99/receipt", 404, "not_found", "99"),
        ("/api/v1/events/0/receipt", 400, "invalid_path", "\"0\""),
        (
            "/api/v1/events/nonsense/receipt",
            400,
            "invalid_path",
            "nonsense",
        ),
        ("/api/v1/bets/42/receipt", 400, "invalid_path", "42"),
        (
            "/api/v1/bets/00000000-0000-4000-8000-000000000007/receipt",
            404,
            "not_found",
            BET,
        ),
    ] {
        let problem = client.get(path).await.is_problem(status, code);
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(named), "{path}: {detail}");
    }
    product.stop().await;
}
