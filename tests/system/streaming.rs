//! The bet stream: every bet once, whatever happens in between.

use crate::support::{
    Server, World, eventually,
    server::{in_order, run, words},
    streams::{Streams, bets, counted, message},
    ws::WebSocket,
};

#[tokio::test]
async fn waiting_bets_are_taken_counted_and_shown() {
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    streams.make().await;
    streams.publish(bets(0..2_000)).await;
    let server = Server::start(&world).await;
    counted(&server.api, 2_000).await;
    assert_eq!(streams.odds_updates().await, 2_000);
    assert_eq!(world.number("SELECT count(*) FROM events").await, 2_000);
    let mut socket = WebSocket::open(&server.api.url, "/ws", None).await;
    while socket.next().await.expect("once a second")["total_bets"] != 2_000 {}
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_stream_made_by_the_first_engine_is_worked_on_as_it_is() {
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    streams.make_as_the_reference().await;
    streams.publish(bets(0..1_000)).await;
    let server = Server::start(&world).await;
    counted(&server.api, 1_000).await;
    let mut stream = streams
        .context
        .get_stream(&streams.stream)
        .await
        .expect("the stream");
    let info = stream.info().await.expect("its state");
    assert_eq!(
        (info.config.max_messages, info.state.messages),
        (1_000_000, 0),
        "left as it was, and empty"
    );
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_stream_on_the_embedded_store_is_taken_too() {
    let streams = Streams::new().await;
    let world = streams.within(World::sqlite());
    let server = Server::start(&world).await;
    streams.publish(bets(0..1_000)).await;
    counted(&server.api, 1_000).await;
    streams.publish(bets(0..1_000)).await;
    eventually("the repeats are counted", async || {
        let outcomes = server.api.get("/api/v1/outcomes").await.expect(200);
        (outcomes["already_recorded"] == 1_000).then_some(())
    })
    .await;
    counted(&server.api, 1_000).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_what_is_refused_is_told() {
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    let server = Server::start(&world).await;
    let good = message(1, "game_1");
    let poison = [
        "not json".to_owned(),
        r#"{"id":"x"}"#.to_owned(),
        good.replace("moneyline", "\\u0000"),
        good.replace("\"amount\":2", "\"amount\":\"2\""),
    ];
    let refused = [
        message(2, "game_1").replace("\"amount\":3", "\"amount\":-3"),
        good.replace("\"amount\":2", "\"amount\":5"),
    ];
    streams.publish(std::iter::once(good.clone())).await;
    counted(&server.api, 1).await;
    streams
        .publish(poison.into_iter().chain(refused).chain([good]))
        .await;
    let outcomes = eventually("everything is settled", async || {
        let outcomes = server.api.get("/api/v1/outcomes").await.expect(200);
        (outcomes["received"] == 8).then_some(outcomes)
    })
    .await;
    for (outcome, count) in [
        ("recorded", 1),
        ("already_recorded", 1),
        ("refused", 2),
        ("dead_letters", 4),
    ] {
        assert_eq!(outcomes[outcome], count, "{outcomes}");
    }
    let letters = server.api.get("/api/v1/dead-letters").await.expect(200);
    assert_eq!(letters.as_array().map(Vec::len), Some(4), "{letters}");
    assert!(letters.to_string().contains("not json"), "{letters}");
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn sigkill_in_the_middle_of_waiting_bets_loses_and_doubles_none() {
    kill_in_the_middle(false).await;
}

#[tokio::test]
async fn counters_that_are_lost_in_between_are_repaired() {
    kill_in_the_middle(true).await;
}

async fn kill_in_the_middle(flush: bool) {
    const BETS: u32 = 50_000;
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    streams.make().await;
    streams.publish(bets(0..BETS)).await;
    let server = Server::start(&world).await;
    let taken = eventually("some are taken", async || {
        let taken = world.number("SELECT count(*) FROM events").await;
        (taken > 2_000).then_some(taken)
    })
    .await;
    server.kill();
    assert!(taken < i64::from(BETS), "the end must come in the middle");
    if flush {
        streams.flush_redis().await;
    }
    let server = Server::start(&world).await;
    counted(&server.api, BETS).await;
    assert_eq!(
        world.number("SELECT count(*) FROM events").await,
        i64::from(BETS)
    );
    assert_eq!(
        world
            .number("SELECT count(DISTINCT event_id) FROM events")
            .await,
        i64::from(BETS)
    );
    eventually("the counters are exact", async || {
        (streams.odds_updates().await == i64::from(BETS)).then_some(())
    })
    .await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn simulated_bets_go_to_the_stream_where_there_is_one() {
    let streams = Streams::new().await;
    let world = streams.within(World::sqlite());
    let server = Server::start(&world).await;
    let simulated = run(&world, &["simulate", "0", "500", "--games", "3"]).await;
    assert!(
        simulated.status.success() && words(&simulated).contains("500 bets acknowledged"),
        "{}",
        words(&simulated)
    );
    counted(&server.api, 500).await;
    assert!(server.terminate().await.success());
}
