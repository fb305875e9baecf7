//! What led to each event, and what it belongs to, by every road of HTTP.

use betstream_events::{causes::Causes, envelope::Position, metadata::Metadata};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Product};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// The causes of every event after `position`.
async fn causes_after(product: &Product, position: Position) -> Vec<Causes> {
    let rows = product
        .store
        .read_rows(position, 1_000)
        .await
        .expect("rows");
    let causes = |metadata: &str| {
        let metadata: Metadata = serde_json::from_str(metadata).expect("metadata");
        metadata.causes()
    };
    rows.iter().map(|row| causes(&row.metadata)).collect()
}

fn causes(correlation: Option<&str>, causation: &str) -> Causes {
    Causes {
        correlation: correlation.map(str::to_owned),
        causation: Some(causation.to_owned()),
        trace: None,
    }
}

async fn post(product: &Product, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
    let mut request = product.client.request(Method::POST, path).json(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(request).await
}

#[actix_web::test]
async fn headers_name_the_causes_of_a_command_and_are_answered() {
    let product = Product::start().await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let table: [(&[_], _, _); 5] = [
        (&[], None, "request mine"),
        (
            &[("X-Correlation-Id", "ticket 12")],
            Some("ticket 12"),
            "request mine",
        ),
        (&[("X-Causation-Id", "mail 7")], None, "mail 7"),
        (
            &[("traceparent", TRACE)],
            Some(trace),
            "span b7ad6b7169203331",
        ),
        (
            &[
                ("traceparent", TRACE),
                ("X-Correlation-Id", "t"),
                ("X-Causation-Id", "m"),
            ],
            Some("t"),
            "m",
        ),
    ];
    for (index, (headers, correlation, causation)) in table.into_iter().enumerate() {
        let before = product.head().await;
        let body = json!({ "name": format!("account {index}"), "hostname": "h" });
        let headers = [headers, &[("X-Request-Id", "mine")]].concat();
        let answer = post(&product, "/api/v1/accounts", &headers, &body).await;
        answer.ok();
        assert_eq!(
            answer.header("x-correlation-id"),
            correlation.unwrap_or_default()
        );
        let kept = causes_after(&product, before).await;
        assert_eq!(kept, [causes(correlation, causation)], "{headers:?}");
    }
    product.stop().await;
}

#[actix_web::test]
async fn what_cannot_be_kept_is_refused_by_the_name_of_its_header() {
    let product = Product::start().await;
    let long = "x".repeat(501);
    let body = json!({ "name": "alpha", "hostname": "h" });
    let bet = json!([]);
    for (path, body) in [
        ("/api/v1/accounts", &body),
        ("/api/v1/bets", &bet),
        ("/api/v1/samples", &Value::Null),
        ("/api/v1/simulation", &json!({})),
    ] {
        for header in ["X-Correlation-Id", "X-Causation-Id"] {
            let answer = post(&product, path, &[(header, &long)], body).await;
            let problem = answer.is_problem(400, "invalid_header");
            let detail = problem["detail"].as_str().unwrap_or_default();
            assert!(
                detail.starts_with(&header.to_lowercase()),
                "{path}: {problem}"
            );
            assert!(detail.contains("501"), "{problem}");
        }
    }
    assert_eq!(product.head().await, Position::START, "nothing was done");
    product.stop().await;
}

#[actix_web::test]
async fn many_commands_of_one_request_belong_together() {
    let product = Product::start().await;
    let mine = [("X-Request-Id", "mine")];
    post(&product, "/api/v1/samples", &mine, &Value::Null)
        .await
        .ok();
    let kept = causes_after(&product, Position::START).await;
    assert!(kept.len() > 20);
    let expected = causes(Some("request mine"), "request mine");
    assert!(kept.iter().all(|kept| *kept == expected), "{kept:?}");

    // Bets of one request are nobody's parts: they share the request that brought them.
    let before = product.head().await;
    let bet = |n: u32| {
        json!({ "id": format!("00000000-0000-0000-0000-00000000000{n}"), "game_id": "game_1",
            "bet_type": "moneyline", "amount": 2, "timestamp": "2026-11-23T14:25:35Z" })
    };
    post(&product, "/api/v1/bets", &mine, &json!([bet(1), bet(2)]))
        .await
        .ok();
    let kept = causes_after(&product, before).await;
    let expected = causes(None, "request mine");
    assert_eq!(kept, [expected.clone(), expected]);

    // The simulated feed goes on after its request, and belongs to it.
    let before = product.head().await;
    let feed = json!({ "rate": 1_000.0, "count": 3, "games": 1 });
    let headers = [("X-Request-Id", "mine"), ("X-Correlation-Id", "a demo")];
    let started = post(&product, "/api/v1/simulation", &headers, &feed).await;
    assert_eq!(started.status, 202, "{started:?}");
    while product.client.get("/api/v1/simulation").await.ok()["running"] == true {}
    let kept = causes_after(&product, before).await;
    let expected = causes(Some("a demo"), "request mine");
    assert_eq!(kept, vec![expected; 3]);
    product.stop().await;
}
