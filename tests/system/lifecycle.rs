//! Starting, standing alone, and stopping.

use std::time::{Duration, Instant};

use crate::support::{
    Server, World,
    desk::account,
    eventually,
    own::{OwnPostgres, OwnServer, free_port},
    server::{run, words},
    sse::Events,
    streams::Streams,
    ws::WebSocket,
};

on_both_databases! {
    sigterm_with_open_streams_ends_within_two_seconds,
}

async fn sigterm_with_open_streams_ends_within_two_seconds(world: World) {
    let server = Server::start(&world).await;
    let mut streams = Vec::new();
    for _ in 0..5 {
        let mut events = Events::open(&server.api, "/sse?topics=desk,stats,odds", &[]).await;
        events.next_of("hello").await;
        streams.push(events);
    }
    let mut socket = WebSocket::open(&server.api.url, "/ws", None).await;
    socket.next().await.expect("a first message");
    account(&server.api, "alpha").await;
    let asked = Instant::now();
    let status = server.terminate().await;
    assert!(status.success(), "{status}");
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "it took {:?}",
        asked.elapsed()
    );
    for mut events in streams {
        while events.next_or_end().await.is_some() {}
    }
    while socket.next().await.is_some() {}
}

#[tokio::test]
async fn one_process_serves_a_file() {
    let world = World::sqlite();
    let server = Server::start(&world).await;
    for verb in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["rebuild"],
        &["check"],
        &["reset", "--yes"],
    ] {
        let second = run(&world, verb).await;
        assert!(!second.status.success());
        assert!(
            words(&second).contains("another process serves this file"),
            "{verb:?}: {}",
            words(&second)
        );
    }
    account(&server.api, "alpha").await;
    assert!(server.terminate().await.success());
    assert!(run(&world, &["check"]).await.status.success());
}

#[tokio::test]
async fn a_database_that_is_down_is_waited_for() {
    let port = free_port();
    let world = World::sqlite();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--database-url"];
    let url = format!("postgres://nobody:secret@127.0.0.1:{port}/nothing");
    let mut server = Server::begin(&world, &[&arguments[..], &[&url]].concat()).await;
    let refused = eventually("it answers", async || {
        let answer = server.api.get("/health").await;
        (answer.status != 0).then_some(answer)
    })
    .await;
    assert_eq!(refused.status, 503);
    assert!(
        server.words().contains("is not there yet"),
        "{}",
        server.words()
    );
    assert!(!server.words().contains("secret"), "{}", server.words());
    server.signal("TERM");
    assert!(server.ended().await.success());
}

#[tokio::test]
async fn a_database_that_comes_up_is_used() {
    let world = World::postgres().await;
    let server = Server::start(&world).await;
    account(&server.api, "alpha").await;
    assert!(server.terminate().await.success());
    let server = Server::start(&world).await;
    assert_eq!(
        server.api.get("/api/v1/accounts").await.expect(200)[0]["name"],
        "alpha"
    );
}

#[tokio::test]
async fn servers_that_are_down_are_waited_for_while_the_api_answers() {
    let (nats, redis) = (free_port(), free_port());
    let world = World::sqlite()
        .with("NATS_URL", format!("127.0.0.1:{nats}"))
        .with("REDIS_URL", format!("127.0.0.1:{redis}"));
    let server = Server::begin(&world, &["serve", "--listen", "127.0.0.1:0"]).await;
    eventually("the API answers", async || {
        (server.api.get("/api/v1/accounts").await.status == 200).then_some(())
    })
    .await;
    assert_eq!(server.api.get("/health").await.status, 503);
    eventually("it is said which servers are missing", async || {
        let words = server.words();
        (words.matches("is not there yet").count() == 3).then_some(())
    })
    .await;
    let _redis = OwnServer::redis(redis);
    eventually("the counters are there", async || {
        let system = server.api.get("/api/v1/system").await.expect(200);
        let needs = system["needs"].as_array().expect("needs").clone();
        needs
            .iter()
            .any(|need| need["need"] == "odds" && need["state"] == "connected")
            .then_some(())
    })
    .await;
    assert_eq!(server.api.get("/health").await.status, 503);
    let _nats = OwnServer::nats(nats, world.folder());
    server.ready().await;
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn a_push_consumer_that_is_in_use_stops_the_start_with_the_cure() {
    let streams = Streams::new().await;
    let world = streams.within(World::sqlite());
    streams.make_as_the_reference().await;
    let _in_use = streams.use_push_consumer().await;
    let mut server = Server::begin(&world, &["serve", "--listen", "127.0.0.1:0"]).await;
    assert!(!server.ended().await.success());
    assert!(
        server.words().contains("BETSTREAM_CONSUMER"),
        "{}",
        server.words()
    );
}

#[tokio::test]
async fn a_server_whose_servers_are_all_gone_ends_when_it_is_told_to() {
    let (nats_port, redis_port) = (free_port(), free_port());
    let postgres = OwnPostgres::start().await;
    let files = tempfile::tempdir().expect("a folder");
    let (nats, redis) = (
        OwnServer::nats(nats_port, files.path()),
        OwnServer::redis(redis_port),
    );
    let world = World::on(&postgres.url())
        .await
        .with("NATS_URL", format!("127.0.0.1:{nats_port}"))
        .with("REDIS_URL", format!("127.0.0.1:{redis_port}"));
    let server = Server::start(&world).await;
    account(&server.api, "alpha").await;
    postgres.kill().await;
    nats.kill();
    redis.kill();
    eventually("all of them are missed", async || {
        let ready = server.api.get("/readyz").await;
        let missed = ["postgres://", "nats://", "redis://"];
        let told = |server: &&str| ready.text.contains(*server);
        (ready.status == 503 && missed.iter().all(told)).then_some(())
    })
    .await;
    assert!(server.terminate().await.success());
    postgres.start_again().await;
}
