//! Bets twice, mixed up, or changed: the log has each once, and the totals do not depend on it.

use serde_json::{Value, json};

use crate::support::{
    Server, World, eventually,
    server::in_order,
    streams::{Streams, bets, counted, message},
};

const BETS: u32 = 2_000;

/// `messages` in another order, the same for each `seed`.
fn shuffled<T>(mut messages: Vec<T>, seed: u64) -> Vec<T> {
    let mut random = seed;
    for last in (1..messages.len()).rev() {
        // Knuth's MMIX generator; its upper bits are the good ones.
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = (random >> 33) as usize % (last + 1);
        messages.swap(last, other);
    }
    messages
}

/// What became of `received` messages, once that many were received.
async fn settled(server: &Server, received: u32) -> Value {
    eventually(&format!("{received} messages are settled"), async || {
        let outcomes = server.api.get("/api/v1/outcomes").await.expect(200);
        (outcomes["received"] == received).then_some(outcomes)
    })
    .await
}

/// All games by name with their bets, money and odds updates.
async fn totals(server: &Server) -> Vec<(String, Value, Value, Value)> {
    let markets = server.api.get("/api/v1/markets").await.expect(200);
    let markets = markets.as_array().expect("a list").clone();
    let mut totals: Vec<_> = markets
        .into_iter()
        .map(|market| {
            let game = market["game_id"].as_str().expect("a name").to_owned();
            let [bets, money, odds] =
                ["bets", "turnover", "odds_updates"].map(|total| market[total].clone());
            (game, bets, money, odds)
        })
        .collect();
    totals.sort_by(|one, other| one.0.cmp(&other.0));
    totals
}

#[tokio::test]
async fn the_whole_stream_once_more_adds_nothing() {
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    let server = Server::start(&world).await;
    streams.publish(bets(0..BETS)).await;
    counted(&server.api, BETS).await;
    let (before, head) = (
        totals(&server).await,
        server.api.get("/api/v1/system").await,
    );
    streams.publish(bets(0..BETS)).await;
    let outcomes = settled(&server, 2 * BETS).await;
    assert_eq!(outcomes["recorded"], BETS, "{outcomes}");
    assert_eq!(outcomes["already_recorded"], BETS, "{outcomes}");
    counted(&server.api, BETS).await;
    assert_eq!(totals(&server).await, before);
    let now = server.api.get("/api/v1/system").await;
    assert_eq!(now.expect(200)["position"], head.expect(200)["position"]);
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn totals_depend_neither_on_the_order_nor_on_repeats() {
    let mut found = Vec::new();
    for seed in [1, 2] {
        let streams = Streams::new().await;
        let world = streams.within(World::postgres().await);
        let server = Server::start(&world).await;
        // A third of them comes twice, wherever it falls.
        let repeated = bets(0..BETS).chain(bets(0..BETS).step_by(3));
        let messages = shuffled(repeated.collect(), seed);
        let sent = messages.len().try_into().expect("few");
        streams.publish(messages.into_iter()).await;
        let outcomes = settled(&server, sent).await;
        assert_eq!(outcomes["recorded"], BETS, "{outcomes}");
        assert_eq!(outcomes["already_recorded"], sent - BETS, "{outcomes}");
        counted(&server.api, BETS).await;
        found.push(totals(&server).await);
        assert!(server.terminate().await.success());
        in_order(&world).await;
    }
    assert_eq!(found[0].len(), 20);
    assert_eq!(found[0], found[1]);
}

#[tokio::test]
async fn a_known_id_with_another_amount_is_an_event_that_names_both() {
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    let server = Server::start(&world).await;
    streams.publish(bets(0..100)).await;
    counted(&server.api, 100).await;
    let before = totals(&server).await;
    let changed = message(7, "game_7").replace("\"amount\":8", "\"amount\":9");
    streams
        .publish([changed.clone(), changed].into_iter())
        .await;
    let outcomes = settled(&server, 102).await;
    assert_eq!(outcomes["recorded"], 100, "{outcomes}");
    assert_eq!(outcomes["refused"], 1, "{outcomes}");
    let again = "the refusal itself is known when it comes again";
    assert_eq!(outcomes["already_recorded"], 1, "{again}: {outcomes}");
    let named = "SELECT count(*) FROM events WHERE type = 'market.bet-refused' \
                 AND data::text LIKE '%conflicting_duplicate%' \
                 AND data::text LIKE '%8.00%' AND data::text LIKE '%9.00%'";
    assert_eq!(world.number(named).await, 1);
    assert_eq!(totals(&server).await, before);
    let failures = server.api.get("/api/v1/failures").await.expect(200);
    let cause = failures.as_array().and_then(|list| list.first()).cloned();
    let cause = cause.unwrap_or_default();
    assert_eq!(cause["cause"], json!("conflicting_duplicate"), "{failures}");
    counted(&server.api, 100).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}
