//! The live dashboard's contract.

use reqwest::Method;
use serde_json::json;

use crate::support::{Server, World, eventually, streams::message, ws::WebSocket};

on_both_databases! {
    bets_sent_over_http_are_counted_and_shown,
    a_page_of_another_origin_reads_but_does_not_write,
    bets_with_an_account_reach_its_open_batch,
}

async fn bets_sent_over_http_are_counted_and_shown(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let one = api
        .ask(
            Method::POST,
            "/api/v1/bets",
            &[("Content-Type", "application/json")],
            Some(message(1, "game_1")),
        )
        .await;
    let receipt = one.expect(200);
    assert_eq!(
        (
            &receipt["received"],
            &receipt["recorded"],
            &receipt["duplicates"]
        ),
        (&json!(1), &json!(1), &json!(0))
    );
    let several = format!("[{},{}]", message(1, "game_1"), message(2, "game_2"));
    let receipt = api
        .ask(
            Method::POST,
            "/api/v1/bets",
            &[("Content-Type", "application/json")],
            Some(several),
        )
        .await
        .expect(200);
    assert_eq!(
        (&receipt["recorded"], &receipt["duplicates"]),
        (&json!(1), &json!(1))
    );
    let lines = format!(
        "{}\nno json\n{}\n",
        message(3, "game_1"),
        message(3, "game_other")
    );
    let headers = [("Content-Type", "application/x-ndjson")];
    let receipt = api
        .ask(Method::POST, "/api/v1/bets", &headers, Some(lines))
        .await
        .expect(200);
    assert_eq!(
        (&receipt["received"], &receipt["recorded"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(
        receipt["refused"].as_array().map(Vec::len),
        Some(2),
        "{receipt}"
    );

    let stats = eventually("all are counted", async || {
        let stats = api.get("/stats").await.expect(200);
        (stats["bets_table_row_count"] == 3 && stats["total_odds"] == 3).then_some(stats)
    })
    .await;
    assert_eq!(stats["pending_bets"], 0);

    let mut socket = WebSocket::open(&api.url, "/ws", Some("http://localhost:3000")).await;
    let shown = loop {
        let shown = socket.next().await.expect("once a second");
        if shown["total_bets"] == 3 {
            break shown;
        }
    };
    assert_eq!(
        shown["total_value"].as_f64(),
        Some(f64::from(1 + 1 + 1 + 2 + 1 + 3))
    );
    for field in [
        "db_failures",
        "redis_failures",
        "bets_per_second",
        "db_failures_per_second",
        "redis_failures_per_second",
    ] {
        assert!(shown[field].is_number(), "{field}: {shown}");
    }
}

async fn a_page_of_another_origin_reads_but_does_not_write(world: World) {
    let server = Server::start(&world).await;
    let stats = server
        .api
        .ask(
            Method::GET,
            "/stats",
            &[("Origin", "http://localhost:8082")],
            None,
        )
        .await;
    assert_eq!(
        (stats.status, stats.header("access-control-allow-origin")),
        (200, Some("*"))
    );
    let body = json!({"name": "alpha", "hostname": "h"}).to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    server
        .api
        .ask(Method::POST, "/api/v1/accounts", &headers, Some(body))
        .await
        .problem(403);
    let rebound = server
        .api
        .ask(
            Method::GET,
            "/api/v1/accounts",
            &[("Host", "evil.example")],
            None,
        )
        .await;
    assert!((400..500).contains(&rebound.status), "{}", rebound.text);
}

async fn bets_with_an_account_reach_its_open_batch(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = crate::support::desk::account(api, "alpha").await;
    let bet = |id: u32, amount: f64| {
        json!({
            "id": format!("00000000-0000-4000-8000-{id:012}"), "game_id": "race_4", "bet_type": "WIN", "amount": amount,
            "timestamp": "2026-11-23T14:25:35.123456789+01:00", "selection": "3", "account_id": owner["id"], "batch": "Race 4",
        })
    };
    let receipt = api
        .post(
            "/api/v1/bets",
            &json!([bet(1, 5.0), bet(2, 7.5), bet(1, 5.0)]),
        )
        .await
        .expect(200);
    assert_eq!(
        (&receipt["recorded"], &receipt["duplicates"]),
        (&json!(2), &json!(1)),
        "{receipt}"
    );
    let path = format!(
        "{}?min_position={}",
        crate::support::desk::batches_of(&owner),
        receipt["position"]
    );
    let batches = api.get(&path).await.expect(200);
    assert_eq!(batches.as_array().map(Vec::len), Some(1), "{batches}");
    let bets = batches[0]["bets"].as_array().expect("bets");
    assert_eq!(
        (&batches[0]["meta"]["name"], bets.len()),
        (&json!("Race 4"), 2)
    );
    assert!(
        bets.iter()
            .all(|bet| bet["game_id"] == "race_4" && bet["selection"] == "3"),
        "{batches}"
    );
    let stakes: f64 = bets.iter().filter_map(|bet| bet["stake"].as_f64()).sum();
    assert!((stakes - 12.5).abs() < 1e-9, "{batches}");
    eventually("they count towards their game", async || {
        (api.get("/stats").await.expect(200)["bets_table_row_count"] == 2).then_some(())
    })
    .await;
}
