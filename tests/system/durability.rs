//! What was acknowledged survives the end without a word.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;

use crate::support::{
    Server, World, eventually,
    server::{run, words},
    streams::message,
};

on_both_databases! {
    sigkill_under_load_keeps_everything_that_was_acknowledged,
}

async fn sigkill_under_load_keeps_everything_that_was_acknowledged(world: World) {
    let mut acknowledged: BTreeSet<String> = BTreeSet::new();
    let mut bets_acknowledged: u32 = 0;
    let mut next_bet: u32 = 0;
    for round in 0..3 {
        let server = Server::start(&world).await;
        let (names, taken) = tokio::sync::mpsc::unbounded_channel();
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let (api, names) = (server.api.clone(), names.clone());
                tokio::spawn(async move {
                    for number in 0.. {
                        let name = format!("{round}-{writer}-{number}");
                        let body = json!({"name": name, "hostname": "h"});
                        if api.post("/api/v1/accounts", &body).await.status != 200
                            || names.send(name).is_err()
                        {
                            return;
                        }
                    }
                })
            })
            .collect();
        let mut taken = taken;
        for _ in 0..200 {
            acknowledged.insert(taken.recv().await.expect("an account"));
        }
        let bets: Vec<String> = (next_bet..next_bet + 500)
            .map(|number| message(number, "game_1"))
            .collect();
        next_bet += 500;
        let body = format!("[{}]", bets.join(","));
        let receipt = server
            .api
            .ask(
                Method::POST,
                "/api/v1/bets",
                &[("Content-Type", "application/json")],
                Some(body),
            )
            .await;
        assert_eq!(receipt.expect(200)["recorded"], 500);
        bets_acknowledged += 500;
        server.kill();
        for writer in writers {
            writer.await.expect("a writer ends");
        }
        drop(names);
        while let Some(name) = taken.recv().await {
            acknowledged.insert(name);
        }
    }
    let server = Server::start(&world).await;
    let listed = server.api.get("/api/v1/accounts").await.expect(200);
    let names: Vec<&str> = listed
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|account| account["name"].as_str())
        .collect();
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(unique.len(), names.len(), "nothing is there twice");
    let missing: Vec<&String> = acknowledged
        .iter()
        .filter(|name| !unique.contains(name.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "{} of {} acknowledged accounts are lost",
        missing.len(),
        acknowledged.len()
    );
    let figures = eventually("every bet is counted", async || {
        let stats = server.api.get("/stats").await.expect(200);
        (stats["total_odds"] == bets_acknowledged).then_some(stats)
    })
    .await;
    assert_eq!(figures["bets_table_row_count"], bets_acknowledged);
    assert!(server.terminate().await.success());
    let checked = run(&world, &["check"]).await;
    assert!(checked.status.success(), "{}", words(&checked));
}
