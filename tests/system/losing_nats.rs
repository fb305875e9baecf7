//! The broker lost, its stream or consumer deleted, a pull request gone: it is noticed, said, and
//! every bet is taken once.

use std::time::{Duration, Instant};

use betstream_test_proxy::{
    Proxy,
    fault::{Fault, Piece, Way},
};

use crate::support::{
    Server, World,
    desk::account,
    eventually,
    own::{OwnServer, free_port},
    server::in_order,
    streams::{Streams, bets, counted},
    variable,
};

/// Waits until the bet stream is said to be connected, or not.
async fn stream_is(server: &Server, state: &str) {
    eventually(&format!("the stream is {state}"), async || {
        let system = server.api.get("/api/v1/system").await.expect(200);
        let needs = system["needs"].as_array().expect("needs").clone();
        let stream = needs.into_iter().find(|need| need["need"] == "stream");
        (stream?["state"] == state).then_some(())
    })
    .await;
}

/// The sum of what became of messages is what was received, and each bet is there once.
async fn each_is_there_once(server: &Server, world: &World, count: u32) {
    let outcomes = server.api.get("/api/v1/outcomes").await.expect(200);
    assert_eq!(outcomes["recorded"], count, "{outcomes}");
    assert_eq!(
        (&outcomes["refused"], &outcomes["dead_letters"]),
        (&0.into(), &0.into())
    );
    let ids = "SELECT count(DISTINCT event_id) FROM events WHERE type = 'market.bet-recorded'";
    assert_eq!(world.number(ids).await, i64::from(count));
}

#[tokio::test]
async fn a_broker_that_is_killed_right_after_acknowledgements_costs_repeats_and_nothing_else() {
    const ROUNDS: u32 = 3;
    const BETS: u32 = 2_000;
    let port = free_port();
    let files = tempfile::tempdir().expect("a folder");
    let mut nats = OwnServer::nats(port, files.path());
    let streams = Streams::with_own_nats(port).await;
    let world = streams.within(World::postgres().await);
    streams.make().await;
    let server = Server::start(&world).await;
    for round in 0..ROUNDS {
        streams
            .publish(bets(round * BETS..(round + 1) * BETS))
            .await;
        // Its acknowledgements are on their way, and not on the broker's disk yet.
        let taken = i64::from(round * BETS + BETS / 2);
        eventually("half of them are taken", async || {
            (world.number("SELECT count(*) FROM events").await > taken).then_some(())
        })
        .await;
        nats.kill();
        stream_is(&server, "connecting").await;
        nats = OwnServer::nats(port, files.path());
        counted(&server.api, (round + 1) * BETS).await;
    }
    stream_is(&server, "connected").await;
    each_is_there_once(&server, &world, ROUNDS * BETS).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_consumer_that_is_deleted_is_made_again() {
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    streams.make().await;
    let server = Server::start(&world).await;
    streams.publish(bets(0..1_000)).await;
    counted(&server.api, 1_000).await;
    let stream = streams.context.get_stream(&streams.stream).await;
    let deleted = stream
        .expect("the stream")
        .delete_consumer(&streams.consumer)
        .await;
    assert!(deleted.expect("deleted").success);
    streams.publish(bets(1_000..2_000)).await;
    counted(&server.api, 2_000).await;
    each_is_there_once(&server, &world, 2_000).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_stream_that_is_deleted_is_told_and_made_again() {
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    streams.make().await;
    let server = Server::start(&world).await;
    streams.publish(bets(0..1_000)).await;
    counted(&server.api, 1_000).await;
    let deleted = streams.context.delete_stream(&streams.stream).await;
    assert!(deleted.expect("deleted").success);
    let told = format!("stream {} is gone", streams.stream);
    eventually("it is told that the stream is gone", async || {
        server.words().contains(&told).then_some(())
    })
    .await;
    eventually("there is a stream again", async || {
        let stream = streams.context.get_stream(&streams.stream).await;
        stream.is_ok().then_some(())
    })
    .await;
    // The whole of it again: what is recorded stays recorded once, though the broker knows nothing of it.
    streams.publish(bets(0..2_000)).await;
    counted(&server.api, 2_000).await;
    each_is_there_once(&server, &world, 2_000).await;
    stream_is(&server, "connected").await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_broker_that_falls_silent_is_noticed_and_gone_back_to() {
    let streams = Streams::new().await;
    streams.make().await;
    let (proxy, through) = Proxy::before_url(&variable("BETSTREAM_TEST_NATS_URL")).await;
    let world = streams
        .within(World::postgres().await)
        .with("NATS_URL", through);
    let server = Server::start(&world).await;
    streams.publish(bets(0..500)).await;
    counted(&server.api, 500).await;
    proxy.silence();
    streams.publish(bets(500..1_000)).await;
    stream_is(&server, "connecting").await;
    account(&server.api, "alpha").await;
    proxy.start();
    counted(&server.api, 1_000).await;
    stream_is(&server, "connected").await;
    each_is_there_once(&server, &world, 1_000).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_pull_request_that_got_lost_is_noticed_within_seconds() {
    const ASKED: &[u8] = b"$JS.API.CONSUMER.MSG.NEXT.";
    const LOST: &[u8] = b"$LOST.JS.API.CONSUMER.MSG.";
    let streams = Streams::new().await;
    streams.make().await;
    let nats = variable("BETSTREAM_TEST_NATS_URL");
    let (proxy, through) = Proxy::before_url(&nats).await;
    let world = streams
        .within(World::postgres().await)
        .with("NATS_URL", through);
    // Somebody hears it and says nothing; where nobody did, the broker would say so at once.
    let deaf = async_nats::connect(&nats).await.expect("NATS answers");
    let _hears = deaf.subscribe("$LOST.>").await.expect("subscribed");
    deaf.flush().await.expect("sent");
    streams.publish(bets(0..1_000)).await;
    let asked = Piece {
        of: b"",
        way: Way::ToServer,
        sign: ASKED,
    };
    proxy.meet(asked, Fault::Replace(LOST));
    let began = Instant::now();
    let server = Server::start(&world).await;
    counted(&server.api, 1_000).await;
    assert_eq!(proxy.caught(), 1);
    assert!(server.words().contains("coming back"), "{}", server.words());
    assert!(began.elapsed() < Duration::from_secs(30), "within seconds");
    assert!(server.terminate().await.success());
    in_order(&world).await;
}
