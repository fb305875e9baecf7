//! Dead letters: looked at, retried and discarded.

use base64::{Engine, prelude::BASE64_STANDARD};
use betstream_events::{clock::Timestamp, store::NewDeadLetter};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, Product};

const PATH: &str = "/api/v1/dead-letters";

fn bet(number: u32, amount: i32) -> Vec<u8> {
    json!({
        "id": format!("00000000-0000-4000-8000-{number:012}"), "game_id": "game_1",
        "bet_type": "moneyline", "amount": amount, "timestamp": "2026-11-23T14:25:35Z",
    })
    .to_string()
    .into_bytes()
}

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

fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link").strip_prefix('<')?;
    Some(link.split('>').next().expect("a link").to_owned())
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
    for what in ["retry", "discard"] {
        client
            .get(&format!("{PATH}/1/{what}"))
            .await
            .is_problem(405, "method_not_allowed");
    }
    client
        .get(&format!("{PATH}/4"))
        .await
        .is_problem(404, "not_found");
    product.stop().await;
}

#[actix_web::test]
async fn a_retry_records_the_bet_once_and_moves_no_count() {
    let product = Product::start().await;
    let client = &product.client;
    keep(
        &product,
        "not_json",
        [bet(1, 42), bet(1, 42), bet(2, 0), b"{".to_vec()],
    )
    .await;
    let outcomes = client.get("/api/v1/outcomes").await.ok();
    let table = [
        (
            1,
            json!({ "id": 1, "state": "settled", "outcome": "recorded", "bet_position": 1,
            "bet_id": "00000000-0000-4000-8000-000000000001" }),
        ),
        (
            2,
            json!({ "id": 2, "state": "settled", "outcome": "already_recorded", "bet_position": 1,
            "bet_id": "00000000-0000-4000-8000-000000000001" }),
        ),
        (
            3,
            json!({ "id": 3, "state": "settled", "outcome": "refused", "bet_position": 4,
            "bet_id": "00000000-0000-4000-8000-000000000002",
            "code": "stake_not_positive", "detail": "amount 0.00 is not above zero" }),
        ),
        (
            4,
            json!({ "id": 4, "state": "waiting", "outcome": "unreadable", "code": "not_json",
            "detail": "EOF while parsing an object at line 1 column 1" }),
        ),
    ];
    for (id, expected) in table {
        let answer = client.post(&format!("{PATH}/{id}/retry"), &json!({})).await;
        assert_eq!(answer.ok(), expected);
        assert_eq!(answer.number("x-log-position"), product.head().await.0);
    }
    let head = product.head().await;
    for (id, what) in [(1, "retry"), (2, "retry"), (3, "discard")] {
        let body = json!({ "reason": "again" });
        let problem = client
            .post(&format!("{PATH}/{id}/{what}"), &body)
            .await
            .is_problem(409, "dead_letter_closed");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(
            detail.contains(&format!("dead letter {id} is settled: its bet was")),
            "{detail}"
        );
    }
    assert_eq!(
        product.head().await,
        head,
        "a refused command appends nothing"
    );
    assert_eq!(client.get("/api/v1/outcomes").await.ok(), outcomes);
    let market = client.get("/api/v1/markets/game_1").await.ok();
    assert_eq!(market["bets"], 1, "{market}");
    product.stop().await;
}

#[actix_web::test]
async fn a_discard_needs_a_reason_and_is_the_end() {
    let product = Product::start().await;
    let client = &product.client;
    keep(
        &product,
        "not_json",
        [bet(1, 42), vec![b'x'; NewDeadLetter::MAX_BYTES]],
    )
    .await;
    let discard = format!("{PATH}/1/discard");
    for body in [json!({}), json!({ "reason": "  " })] {
        client
            .post(&discard, &body)
            .await
            .names(422, "refused", "/reason");
    }
    client
        .post(&discard, &json!({ "reason": 7 }))
        .await
        .names(400, "invalid_field", "/reason");
    assert_eq!(product.head().await.0, 0);
    let discarded = client
        .request(Method::POST, &discard)
        .header("X-Reason", "a probe of ours")
        .header("X-Correlation-Id", "ticket 12");
    let discarded = Answer::of(discarded).await;
    assert_eq!(discarded.ok(), json!({ "id": 1, "state": "discarded" }));
    for what in ["retry", "discard"] {
        let body = json!({ "reason": "again" });
        let problem = client
            .post(&format!("{PATH}/1/{what}"), &body)
            .await
            .is_problem(409, "dead_letter_closed");
        assert_eq!(problem["detail"], "dead letter 1 is discarded");
    }
    let history = client.get(&format!("{PATH}/1")).await.ok()["history"].take();
    assert_eq!(history.as_array().map(Vec::len), Some(1));
    for (member, expected) in [
        ("log_position", json!(1)),
        ("how", json!("http")),
        ("why", json!("a probe of ours")),
        ("correlation", json!("ticket 12")),
        ("state", json!("discarded")),
    ] {
        assert_eq!(history[0][member], expected, "{history}");
    }
    // Of what was cut too little is there for a retry.
    let cut = client.post(&format!("{PATH}/2/retry"), &json!({})).await;
    cut.is_problem(409, "dead_letter_cut");
    let body = json!({ "reason": "too long" });
    client.post(&format!("{PATH}/2/discard"), &body).await.ok();
    assert_eq!(product.head().await.0, 2);
    product.stop().await;
}

#[actix_web::test]
async fn the_same_key_gets_the_first_answer_again() {
    let product = Product::start().await;
    let client = &product.client;
    keep(&product, "not_json", [bet(1, 42), b"{".to_vec()]).await;
    for (path, body) in [
        (format!("{PATH}/1/retry"), json!({})),
        (format!("{PATH}/2/discard"), json!({ "reason": "a probe" })),
    ] {
        let ask = || {
            let request = client.request(Method::POST, &path);
            Answer::of(request.header("Idempotency-Key", "k").json(&body))
        };
        let (first, head) = (ask().await, product.head().await);
        let again = ask().await;
        assert_eq!(first.ok(), again.ok());
        assert_eq!(
            first.number("x-log-position"),
            again.number("x-log-position")
        );
        assert_eq!(product.head().await, head);
    }
    product.stop().await;
}

#[actix_web::test]
async fn all_letters_of_one_cause_are_retried_or_discarded_a_page_at_a_time() {
    let product = Product::start().await;
    let client = &product.client;
    keep(&product, "not_json", (1..=5).map(|number| bet(number, 42))).await;
    keep(&product, "too_deep", [b"[".to_vec(), bet(6, 42)]).await;
    let page = client
        .post(&format!("{PATH}/retry?reason=not_json&limit=2"), &json!({}))
        .await;
    let done = |answer: &Answer| {
        let report = answer.ok();
        assert_eq!(report["failures"], json!([]), "{report}");
        let results = report["results"].as_array().expect("results").clone();
        results
            .iter()
            .map(|result| (result["id"].as_i64(), result["state"].clone()))
            .collect::<Vec<_>>()
    };
    let settled = |id| (Some(id), json!("settled"));
    assert_eq!(done(&page), [settled(5), settled(4)]);
    assert_eq!(page.number("x-log-position"), product.head().await.0);
    let page = client.post(&next(&page).expect("more"), &json!({})).await;
    assert_eq!(done(&page), [settled(3), settled(2)]);
    let page = client.post(&next(&page).expect("more"), &json!({})).await;
    assert_eq!((done(&page), next(&page)), (vec![settled(1)], None));
    let again = client
        .post(&format!("{PATH}/retry?reason=not_json"), &json!({}))
        .await;
    assert_eq!(done(&again), []);

    let discard = format!("{PATH}/discard?reason=too_deep");
    client
        .post(&discard, &json!({}))
        .await
        .names(422, "refused", "/reason");
    let discarded = client.post(&discard, &json!({ "reason": "a probe" })).await;
    let gone = |id| (Some(id), json!("discarded"));
    assert_eq!(done(&discarded), [gone(7), gone(6)]);

    for (filter, expected) in [
        ("state=waiting", vec![]),
        ("state=discarded", vec![7, 6]),
        ("state=settled&reason=not_json", vec![5, 4, 3, 2, 1]),
        ("state=settled&reason=too_deep", vec![]),
    ] {
        assert_eq!(
            ids(client, &format!("{PATH}?{filter}")).await,
            expected,
            "{filter}"
        );
    }
    let page = client.get(&format!("{PATH}?state=settled&limit=3")).await;
    let rest = next(&page).expect("more");
    assert!(
        rest.contains("state=settled") && rest.contains("limit=3"),
        "{rest}"
    );
    assert_eq!(ids(client, &rest).await, [2, 1]);
    product.stop().await;
}

#[actix_web::test]
async fn what_is_wrong_about_a_request_is_named_and_changes_nothing() {
    let product = Product::start().await;
    let client = &product.client;
    keep(&product, "not_json", [bet(1, 42)]).await;
    for (path, status, code) in [
        ("?state=gone", 400, "invalid_parameter"),
        ("?limit=0", 400, "invalid_parameter"),
        ("?limit=501", 400, "invalid_parameter"),
        ("?cursor=x", 400, "invalid_cursor"),
        ("/x", 400, "invalid_path"),
        ("/99999999999999999999", 400, "invalid_path"),
        ("/-1", 404, "not_found"),
    ] {
        client
            .get(&format!("{PATH}{path}"))
            .await
            .is_problem(status, code);
    }
    assert_eq!(ids(client, &format!("{PATH}?reason=%00")).await, [0; 0]);
    for (path, status, code) in [
        ("/x/retry", 400, "invalid_path"),
        ("/x/discard", 400, "invalid_path"),
        ("/2/retry", 404, "not_found"),
        ("/2/discard", 404, "not_found"),
        ("/retry", 400, "invalid_parameter"),
        ("/discard", 400, "invalid_parameter"),
        ("/retry?reason=not_json&limit=501", 400, "invalid_parameter"),
        ("/retry?reason=not_json&cursor=x", 400, "invalid_cursor"),
    ] {
        let body = json!({ "reason": "because" });
        client
            .post(&format!("{PATH}{path}"), &body)
            .await
            .is_problem(status, code);
    }
    for path in [
        "/1/retry",
        "/1/discard",
        "/retry?reason=not_json",
        "/discard?reason=not_json",
    ] {
        let path = format!("{PATH}{path}");
        let bad = client.request(Method::POST, &path).body("{");
        Answer::of(bad).await.is_problem(400, "unreadable_body");
        let long = json!({ "reason": "x".repeat(501) });
        client
            .post(&path, &long)
            .await
            .names(422, "refused", "/reason");
    }
    assert_eq!(product.head().await.0, 0, "nothing was appended");
    assert_eq!(ids(client, &format!("{PATH}?state=waiting")).await, [1]);
    product.stop().await;
}
