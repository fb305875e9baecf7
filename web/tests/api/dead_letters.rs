//! Dead letters: looked at.

use base64::{Engine, prelude::BASE64_STANDARD};
use betstream_events::{clock::Timestamp, store::NewDeadLetter};
use serde_json::{Value, json};

use crate::harness::{Client, Product};

const PATH: &str = "/api/v1/dead-letters";

/// Keeps one letter for each of `bytes`; their ids are 1, 2, 3 …
async fn keep(product: &Product, reason: &str, bytes: impl IntoIterator<Item = Vec<u8>>) {
    let letter = |(at, bytes): (usize, Vec<u8>)| NewDeadLetter {
        stream: format!("{reason}_stream"),
        sequence: at as u64,
        subject: "bets".to_owned(),
        bytes,
        reason: reason.to_owned(),
        detail: "expected value".to_owned(),
        received_at: Timestamp::from_micros(1_000_000),
    };
    let letters = bytes.into_iter().enumerate().map(letter).collect();
    product
        .store
        .keep_dead_letters(letters)
        .await
        .expect("kept");
}

async fn ids(client: &Client, path: &str) -> Vec<i64> {
    let letters = client.get(path).await.ok();
    let letters = letters.as_array().expect("a list");
    letters
        .iter()
        .map(|letter| letter["id"].as_i64().expect("an id"))
        .collect()
}

#[actix_web::test]
async fn letters_are_listed_a_page_at_a_time() {
    let product = Product::start().await;
    let client = &product.client;
    keep(&product, "not_json", (1..=3).map(|_| b"{".to_vec())).await;
    keep(&product, "too_deep", [b"[".to_vec()]).await;
    let page = client.get(&format!("{PATH}?reason=not_json&limit=2")).await;
    let next = page.header("link").trim_start_matches('<');
    let next = next.split('>').next().expect("a link");
    assert!(next.contains("reason=not_json") && next.contains("limit=2"));
    assert_eq!(ids(client, next).await, [1]);
    assert_eq!(
        ids(client, &format!("{PATH}?state=waiting")).await,
        [4, 3, 2, 1]
    );
    assert_eq!(ids(client, &format!("{PATH}?state=settled")).await, [0; 0]);
    product.stop().await;
}

#[actix_web::test]
async fn a_letter_is_shown_whole_and_listed_by_its_head() {
    let product = Product::start().await;
    let client = &product.client;
    let long = "é".repeat(9_000);
    let broken = b"\xff{broken".to_vec();
    let most = vec![b'x'; NewDeadLetter::MAX_BYTES];
    keep(
        &product,
        "not_json",
        [broken, long.clone().into_bytes(), most],
    )
    .await;
    let letters = client.get(PATH).await.ok();
    let shown: Vec<(&Value, &Value, usize)> = letters
        .as_array()
        .expect("a list")
        .iter()
        .map(|letter| {
            let text = letter["text"].as_str().expect("a text");
            (&letter["kept_bytes"], &letter["cut"], text.chars().count())
        })
        .collect();
    assert_eq!(
        shown,
        [
            (&json!(NewDeadLetter::MAX_BYTES), &json!(true), 2_000),
            (&json!(18_000), &json!(false), 2_000),
            (&json!(8), &json!(false), 8),
        ]
    );
    let first = client.get(&format!("{PATH}/1")).await.ok();
    for (member, expected) in [
        ("state", json!("waiting")),
        ("stream", json!("not_json_stream")),
        ("reason", json!("not_json")),
        ("detail", json!("expected value")),
        ("received_at", json!("1970-01-01T00:00:01.000000Z")),
        ("bytes", json!("/3ticm9rZW4=")),
        ("text", json!("\u{fffd}{broken")),
        ("history", json!([])),
    ] {
        assert_eq!(first[member], expected, "{first}");
    }
    let second = client.get(&format!("{PATH}/2")).await.ok();
    assert_eq!(second["bytes"], BASE64_STANDARD.encode(long));
    client
        .get(&format!("{PATH}/4"))
        .await
        .is_problem(404, "not_found");
    product.stop().await;
}
