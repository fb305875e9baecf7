//! Redis lost: the counters are said to be stale, and are exact again by themselves.

use std::time::{Duration, Instant};

use betstream_test_proxy::Proxy;

use crate::support::{
    Server, World, eventually,
    http::Api,
    own::{OwnServer, free_port},
    server::in_order,
    streams::{Streams, bets, counted},
    ws::WebSocket,
};

/// Waits until `/api/v1/system` and `/readyz` say that the counters answer, or that they do not.
async fn counters_are(api: &Api, state: &str) {
    eventually(&format!("the counters are {state}"), async || {
        let system = api.get("/api/v1/system").await.expect(200);
        let needs = system["needs"].as_array().expect("needs").clone();
        let odds = needs.into_iter().find(|need| need["need"] == "odds");
        let ready = api.get("/readyz").await;
        let agrees = (ready.status == 200) == (state == "connected");
        (odds?["state"] == state && agrees).then_some(())
    })
    .await;
}

/// Waits until each of the twenty games has its share of `count` bets in Redis.
async fn exact(streams: &Streams, count: u32) {
    eventually("each counter is exact", async || {
        let mut redis = streams.redis().await;
        for game in 0..20 {
            let counted: Option<u32> = redis::cmd("GET")
                .arg(format!("game:game_{game}:odds_updates"))
                .query_async(&mut redis)
                .await
                .ok()?;
            if counted != Some(count / 20) {
                return None;
            }
        }
        Some(())
    })
    .await;
}

#[tokio::test]
async fn a_redis_that_falls_silent_holds_nothing_up() {
    let port = free_port();
    let _redis = OwnServer::redis(port);
    let streams = Streams::with_own_redis(port).await;
    let (proxy, through) = Proxy::before_url(&format!("redis://127.0.0.1:{port}")).await;
    let world = streams
        .within(World::postgres().await)
        .with("REDIS_URL", through);
    let server = Server::start(&world).await;
    streams.publish(bets(0..1_000)).await;
    counted(&server.api, 1_000).await;

    proxy.silence();
    streams.publish(bets(1_000..2_000)).await;
    let mut figures = WebSocket::open(&server.api.url, "/ws", None).await;
    // As long as Redis may take to answer a single question.
    let began = Instant::now();
    while figures.next().await.expect("once a second")["total_bets"] != 2_000 {}
    let stats = server.api.get("/stats").await.expect(200);
    assert_eq!(stats["total_odds"], 1_000, "the last count that is known");
    assert!(began.elapsed() < Duration::from_secs(8), "figures go on");
    counters_are(&server.api, "connecting").await;

    proxy.start();
    counters_are(&server.api, "connected").await;
    exact(&streams, 2_000).await;
    counted(&server.api, 2_000).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn counters_that_are_lost_are_said_to_be_stale_and_are_exact_when_redis_is_back() {
    let port = free_port();
    let redis = OwnServer::redis(port);
    let streams = Streams::with_own_redis(port).await;
    let world = streams.within(World::postgres().await);
    streams.make().await;
    let server = Server::start(&world).await;
    streams.publish(bets(0..1_000)).await;
    counted(&server.api, 1_000).await;

    redis.kill();
    counters_are(&server.api, "connecting").await;
    streams.publish(bets(1_000..2_000)).await;
    eventually("bets are taken without it", async || {
        let stats = server.api.get("/stats").await.expect(200);
        (stats["bets_table_row_count"] == 2_000).then_some(())
    })
    .await;
    let stats = server.api.get("/stats").await.expect(200);
    assert_eq!(stats["total_odds"], 1_000, "the last count that is known");

    // What it counted was in its memory alone.
    let _redis = OwnServer::redis(port);
    counters_are(&server.api, "connected").await;
    exact(&streams, 2_000).await;
    counted(&server.api, 2_000).await;

    streams.flush_redis().await;
    exact(&streams, 2_000).await;
    streams.publish(bets(2_000..3_000)).await;
    exact(&streams, 3_000).await;
    counted(&server.api, 3_000).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}
