//! Processes that do a part each, together the whole; and parts that cannot be.

use crate::support::{
    Server, World,
    desk::account,
    eventually,
    own::{OwnServer, free_port},
    server::{in_order, run, words},
    streams::{Streams, bets, counted},
};

/// A process of these roles, ready.
async fn with_roles(world: &World, roles: &str) -> Server {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--roles", roles];
    let server = Server::begin(world, &arguments).await;
    server.ready().await;
    server
}

/// How the views stand, as `server` tells it.
async fn standings(server: &Server) -> Vec<String> {
    let views = server.api.get("/api/v1/projections").await.expect(200);
    let views = views.as_array().expect("views").clone();
    let state = |view: &serde_json::Value| view["state"].as_str().expect("a state").to_owned();
    views.iter().map(state).collect()
}

#[tokio::test]
async fn processes_with_one_role_each_do_the_whole_work_together() {
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    let projections = with_roles(&world, "projections").await;
    let ingest = with_roles(&world, "ingest").await;
    let api = with_roles(&world, "api").await;

    // Bets go by the one, views by the other, and the third, which does neither, shows both.
    streams.publish(bets(0..2_000)).await;
    counted(&api.api, 2_000).await;
    for name in ["a", "b", "c"] {
        account(&api.api, name).await;
        let shown = api.api.get("/api/v1/accounts").await.expect(200);
        assert_eq!(shown[0]["name"], name, "one's own write is read: {shown}");
    }
    assert!(standings(&api).await.iter().all(|state| state == "standby"));

    // They answer for themselves, and for nothing else.
    for server in [&projections, &ingest] {
        for path in ["/livez", "/readyz", "/health", "/metrics"] {
            assert_eq!(server.api.get(path).await.status, 200, "{path}");
        }
        for path in [
            "/",
            "/api/v1/accounts",
            "/stats",
            "/sse",
            "/ws",
            "/swagger-ui/",
        ] {
            let problem = server.api.get(path).await.problem(404);
            let detail = problem["detail"].as_str().expect("words");
            assert!(detail.contains("BETSTREAM_ROLES"), "{path}: {detail}");
        }
    }

    for server in [api, ingest, projections] {
        assert!(server.terminate().await.success());
    }
    in_order(&world).await;
}

#[tokio::test]
async fn a_role_that_nobody_has_waits_for_who_takes_it() {
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    let first = with_roles(&world, "projections").await;
    let api = with_roles(&world, "api").await;
    account(&api.api, "before").await;
    first.kill();

    // Commands are taken, views stand still, bets wait: and all of that is said.
    streams.make().await;
    streams.publish(bets(0..500)).await;
    let made = api
        .api
        .post(
            "/api/v1/accounts",
            &serde_json::json!({"name": "meanwhile", "hostname": "h"}),
        )
        .await;
    made.expect(200);
    let position = made.header("x-log-position").expect("a position");
    let missed = format!("/api/v1/accounts?min_position={position}");
    assert_eq!(
        api.api.get(&missed).await.problem(503)["code"],
        "view_behind"
    );
    eventually("500 bets wait", async || {
        let pending = api.api.get("/stats").await.expect(200)["pending_bets"].clone();
        (pending == 500).then_some(())
    })
    .await;
    assert!(standings(&api).await.iter().all(|state| state == "standby"));

    let both = with_roles(&world, "ingest,projections").await;
    counted(&api.api, 500).await;
    let shown = api.api.get(&missed).await.expect(200);
    assert_eq!(shown.as_array().expect("accounts").len(), 2, "{shown}");
    drop(both);
}

#[tokio::test]
async fn roles_that_have_nothing_to_do_stop_the_start_with_the_cure() {
    let refused = async |world: &World, roles: &str, words_of_it: &[&str]| {
        let ended = run(
            world,
            &["serve", "--listen", "127.0.0.1:0", "--roles", roles],
        )
        .await;
        assert!(!ended.status.success(), "{roles} is served");
        let said = words(&ended);
        assert_eq!(said.trim().lines().count(), 1, "one message: {said}");
        for word in words_of_it {
            assert!(said.contains(word), "{said} does not say {word:?}");
        }
    };
    let file = World::sqlite();
    refused(
        &file,
        "api",
        &["BETSTREAM_ROLES", "DATABASE_URL", "postgres://"],
    )
    .await;
    refused(
        &file,
        "console",
        &["BETSTREAM_ROLES", "console", "api, ingest and projections"],
    )
    .await;
    refused(&file, ",", &["BETSTREAM_ROLES", "names no role"]).await;
    let shared = World::postgres().await;
    refused(
        &shared,
        "ingest",
        &["BETSTREAM_ROLES", "NATS_URL", "leave ingest out"],
    )
    .await;
}

#[tokio::test]
async fn a_stream_is_kept_on_as_many_servers_as_were_asked_for() {
    let files = tempfile::tempdir().expect("a folder");
    let ports = [free_port(), free_port(), free_port()];
    let cluster = OwnServer::nats_cluster(ports, files.path());
    let url = ports
        .map(|port| format!("nats://127.0.0.1:{port}"))
        .join(",");
    let world = World::sqlite()
        .with("NATS_URL", &url)
        .with("BETSTREAM_STREAM_REPLICAS", "3");
    let server = Server::start(&world).await;
    let client = async_nats::connect(format!("nats://127.0.0.1:{}", ports[0])).await;
    let context = async_nats::jetstream::new(client.expect("NATS answers"));
    let stream = context.get_stream("bets_stream").await.expect("the stream");
    assert_eq!(stream.cached_info().config.num_replicas, 3);
    assert!(server.terminate().await.success());
    drop(cluster);
}

#[tokio::test]
async fn a_single_server_that_shall_be_several_stops_the_start_with_the_cure() {
    let streams = Streams::new().await;
    let world = streams
        .within(World::sqlite())
        .with("BETSTREAM_STREAM_REPLICAS", "3");
    let mut server = Server::begin(&world, &["serve", "--listen", "127.0.0.1:0"]).await;
    assert!(!server.ended().await.success());
    for word in ["BETSTREAM_STREAM_REPLICAS is 3", "NATS_URL", "to 1"] {
        assert!(server.words().contains(word), "{}", server.words());
    }
}
