//! Markets, figures and failures.

use serde_json::json;

use crate::harness::Product;

fn bet(
    n: u32,
    game: &str,
    bet_type: &str,
    selection: Option<&str>,
    amount: i64,
) -> serde_json::Value {
    let mut bet = json!({
        "id": format!("00000000-0000-4000-8000-{n:012}"), "game_id": game, "bet_type": bet_type,
        "amount": amount, "timestamp": "2026-11-23T14:25:35Z",
    });
    if let Some(selection) = selection {
        bet["selection"] = json!(selection);
    }
    bet
}

#[actix_web::test]
async fn markets_show_turnover_and_prices_only_where_selections_are_known() {
    let product = Product::start().await;
    let client = &product.client;
    let bets = json!([
        bet(1, "game_1", "WIN", Some("1"), 30),
        bet(2, "game_1", "WIN", Some("2"), 70),
        bet(3, "game_1", "moneyline", None, 5),
        bet(4, "game/2 ü", "WIN", Some("3"), 10),
    ]);
    let receipt = client.post("/api/v1/bets", &bets).await.ok();
    assert_eq!(receipt["recorded"], 4, "{receipt}");
    let list = client
        .get(&format!(
            "/api/v1/markets?min_position={}",
            receipt["position"]
        ))
        .await;
    assert!(list.number("x-view-position") >= 4);
    let list = list.ok();
    let summary = list
        .as_array()
        .and_then(|games| games.iter().find(|game| game["game_id"] == "game_1"))
        .expect("game_1");
    assert_eq!(
        (
            &summary["bets"],
            &summary["turnover"],
            &summary["odds_updates"]
        ),
        (&json!(3), &json!(105.0), &json!(3))
    );
    assert!(summary["last_bet_at"].is_string());

    let market = client.get("/api/v1/markets/game_1").await.ok();
    assert_eq!(market["turnover"], 105.0);
    let pools = market["pools"].as_array().expect("pools");
    let pool = |name: &str| {
        pools
            .iter()
            .find(|pool| pool["bet_type"] == name)
            .expect("a pool")
    };
    let win = pool("WIN");
    assert_eq!(
        (&win["bets"], &win["sales"], &win["unselected_bets"]),
        (&json!(2), &json!(100.0), &json!(0))
    );
    assert_eq!(win["selections"].as_array().map(Vec::len), Some(2));
    assert!(win["selections"][0]["price"].is_number());
    let moneyline = pool("moneyline");
    assert_eq!(
        (
            &moneyline["unselected_bets"],
            &moneyline["unselected_amount"]
        ),
        (&json!(1), &json!(5.0))
    );
    assert_eq!(moneyline["selections"], json!([]));

    let encoded = client.get("/api/v1/markets/game%2F2%20%C3%BC").await.ok();
    assert_eq!(encoded["game_id"], "game/2 ü");
    client
        .get("/api/v1/markets/nowhere")
        .await
        .is_problem(404, "not_found");
    let page = client.get("/api/v1/markets?limit=1").await;
    assert!(page.header("link").ends_with("rel=\"next\""), "{page:?}");
    product.stop().await;
}

#[actix_web::test]
async fn the_series_is_dense_and_failures_are_grouped() {
    let product = Product::start().await;
    let client = &product.client;
    client
        .post("/api/v1/bets", &bet(1, "game_1", "WIN", Some("1"), 30))
        .await
        .ok();
    client
        .post("/api/v1/bets", &bet(1, "game_1", "WIN", Some("1"), 31))
        .await
        .is_problem(422, "refused");
    product.caught_up().await;
    let series = client.get("/api/v1/stats/series?seconds=60").await.ok();
    let seconds: Vec<i64> = series["seconds"]
        .as_array()
        .expect("seconds")
        .iter()
        .filter_map(serde_json::Value::as_i64)
        .collect();
    assert_eq!(seconds.len(), 60);
    assert!(seconds.windows(2).all(|pair| pair[1] == pair[0] + 1));
    for column in ["bets", "value"] {
        assert_eq!(
            series[column].as_array().map(Vec::len),
            Some(60),
            "{column}"
        );
    }
    for query in ["seconds=0", "seconds=86401", "seconds=x"] {
        client
            .get(&format!("/api/v1/stats/series?{query}"))
            .await
            .is_problem(400, "invalid_parameter");
    }
    let failures = client.get("/api/v1/failures").await.ok();
    assert_eq!(
        (
            &failures[0]["kind"],
            &failures[0]["cause"],
            &failures[0]["count"]
        ),
        (
            &json!("refused"),
            &json!("conflicting_duplicate"),
            &json!(1)
        )
    );
    let outcomes = client.get("/api/v1/outcomes").await.ok();
    assert_eq!(
        outcomes,
        json!({ "received": 0, "recorded": 0, "already_recorded": 0, "refused": 0, "dead_letters": 0, "lost_by_broker": 0 })
    );
    product.stop().await;
}

#[actix_web::test]
async fn dead_letters_are_counted_among_the_failures() {
    use betstream_events::{clock::Timestamp, store::NewDeadLetter};

    let product = Product::start().await;
    let letter = |sequence| NewDeadLetter {
        stream: "bets_stream".to_owned(),
        sequence,
        subject: "bets".to_owned(),
        bytes: b"\xff{broken".to_vec(),
        reason: "not_json".to_owned(),
        detail: "expected value".to_owned(),
        received_at: Timestamp::from_micros(1_000_000),
    };
    product
        .store
        .keep_dead_letters((1..=3).map(letter).collect())
        .await
        .expect("kept");
    let client = &product.client;
    let failures = client.get("/api/v1/failures").await.ok();
    assert_eq!(
        (&failures[0]["kind"], &failures[0]["count"]),
        (&json!("dead_letter"), &json!(3))
    );
    assert_eq!(client.get("/api/v1/outcomes").await.ok()["dead_letters"], 3);
    product.stop().await;
}
