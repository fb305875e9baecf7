//! Postgres lost, slow and exhausted: what cannot be done is said, and work goes on by itself.

use std::process::Command;

use betstream_test_proxy::{Proxy, postgres::Commits};
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{
    Server, World,
    database::connect,
    desk::{account, batch, batch_path},
    eventually,
    http::Api,
    operators::Operators,
    own::OwnPostgres,
    server::in_order,
    streams::{Streams, bets, counted, message},
};

const END_ALL_BACKENDS: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

const FIND_A_BACKEND: &str = "SELECT pid::bigint FROM pg_stat_activity \
    WHERE datname = current_database() AND application_name = 'betstream' LIMIT 1";

/// What needs no database answers as ever.
async fn the_rest_answers(api: &Api) {
    for path in ["/livez", "/", "/metrics", "/api-docs/openapi.json"] {
        assert_eq!(api.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn whatever_ends_postgres_commands_and_bets_go_on_when_it_is_back() {
    const BETS: u32 = 2_000;
    const UNREADABLE: u32 = BETS / 20;
    let postgres = OwnPostgres::start().await;
    let streams = Streams::new().await;
    let world = streams.within(World::on(&postgres.url()).await);
    streams.make().await;
    let server = Server::start(&world).await;
    let operators = Operators::at_work(&server.api, 4);

    // A few among them cannot be read, and are kept once each, too.
    let round = |first: u32| {
        let unreadable = |bet: String| {
            if bet.contains("game_7") {
                "no bet".to_owned()
            } else {
                bet
            }
        };
        streams.publish(bets(first..first + BETS).map(unreadable))
    };
    operators.acknowledged(50).await;
    let end_backends = async || assert!(world.number(END_ALL_BACKENDS).await > 0);
    tokio::join!(round(0), end_backends());
    operators.acknowledged(50).await;
    counted(&server.api, BETS - UNREADABLE).await;

    // Postgres answers the end of one backend by a crash restart of all of them.
    let kill_a_backend = async || {
        let pid = world.number(FIND_A_BACKEND).await;
        let killed = Command::new("kill").args(["-9", &pid.to_string()]).status();
        assert!(killed.expect("kill runs").success());
    };
    tokio::join!(round(BETS), kill_a_backend());
    operators.acknowledged(50).await;
    counted(&server.api, 2 * (BETS - UNREADABLE)).await;

    tokio::join!(round(2 * BETS), postgres.kill());
    let denied = server
        .api
        .post(
            "/api/v1/accounts",
            &json!({"name": "late", "hostname": "h"}),
        )
        .await;
    denied.problem(503);
    assert!(denied.header("retry-after").is_some(), "{denied:?}");
    the_rest_answers(&server.api).await;
    eventually("it is said that Postgres is not there", async || {
        let ready = server.api.get("/readyz").await;
        (ready.status == 503 && ready.text.contains("postgres://")).then_some(())
    })
    .await;
    postgres.start_again().await;
    operators.acknowledged(50).await;
    counted(&server.api, 3 * (BETS - UNREADABLE)).await;
    let outcomes = server.api.get("/api/v1/outcomes").await.expect(200);
    assert_eq!(outcomes["dead_letters"], 3 * UNREADABLE, "{outcomes}");
    assert_eq!(outcomes["refused"], 0, "{outcomes}");

    operators.rest().await.is_true(&server.api).await;
    server.ready().await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_answered_by_what_became_of_it() {
    let world = World::postgres().await;
    let (proxy, through) = Proxy::before_url(&world.database_url()).await;
    let world = world.with("DATABASE_URL", through);
    let server = Server::start(&world).await;
    let open = async |name: &str| {
        let body = json!({"name": name, "hostname": "h"});
        server.api.post("/api/v1/accounts", &body).await
    };
    open("first").await.expect(200);

    proxy.next_commit(Commits::LoseTheAnswer);
    open("its answer is lost").await.expect(200);
    assert_eq!(proxy.caught(), 1);

    proxy.next_commit(Commits::LoseTheCommit);
    let undone = open("it is lost").await;
    assert_eq!(undone.problem(503)["code"], "unavailable");
    assert!(undone.header("retry-after").is_some(), "{undone:?}");
    assert_eq!(proxy.caught(), 2);
    open("it is lost").await.expect(200);

    proxy.next_commit(Commits::HoldTheAnswer);
    open("its answer never comes").await.expect(200);
    assert_eq!(proxy.caught(), 3);

    proxy.next_commit(Commits::LoseTheAnswer);
    let record = async || {
        let bet = serde_json::from_str(&message(1, "game_1")).expect("JSON");
        server.api.post("/api/v1/bets", &bet).await.expect(200)
    };
    assert_eq!(record().await["recorded"], 1);
    assert_eq!(proxy.caught(), 4);
    let again = record().await;
    assert_eq!(
        (&again["recorded"], &again["duplicates"]),
        (&json!(0), &json!(1))
    );

    let listed = server.api.get("/api/v1/accounts").await.expect(200);
    assert_eq!(listed.as_array().map(Vec::len), Some(4), "{listed}");
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_postgres_that_falls_silent_fills_bounded_queues_and_nothing_else() {
    /// More than wait for one batch and are in one turn of it together.
    const COMMANDS: usize = 2_000;
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    let (proxy, through) = Proxy::before_url(&world.database_url()).await;
    let world = world.with("DATABASE_URL", through);
    let server = Server::start(&world).await;
    let owner = account(&server.api, "alpha").await;
    let made = batch(&server.api, &owner).await;
    let bet = format!("{}/bets/{}", batch_path(&made), made["bets"][0]["pid"]);

    proxy.silence();
    let mut commands = JoinSet::new();
    for number in 0..COMMANDS {
        let (api, bet) = (server.api.clone(), bet.clone());
        let status = ["successful", "failed"][number % 2];
        commands.spawn(async move { api.patch(&bet, &json!({ "status": status })).await });
    }
    streams.publish(bets(0..1_000)).await;
    let first = commands.join_next().await.expect("many").expect("no panic");
    assert_eq!(first.problem(503)["code"], "overloaded");
    the_rest_answers(&server.api).await;
    // A question is not waited for without an end either.
    let read = server.api.get("/api/v1/accounts").await;
    read.problem(503);
    assert!(read.header("retry-after").is_some(), "{read:?}");

    proxy.start();
    while let Some(answer) = commands.join_next().await {
        let answer = answer.expect("no panic");
        if answer.status != 200 {
            answer.problem(503);
            assert!(answer.header("retry-after").is_some(), "{answer:?}");
        }
    }
    eventually("commands are taken again", async || {
        let answer = server.api.patch(&bet, &json!({"status": "pending"})).await;
        (answer.status == 200).then_some(())
    })
    .await;
    server.api.get(&bet).await.expect(200);
    counted(&server.api, 1_000).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_slow_postgres_is_waited_for() {
    let world = World::postgres().await;
    let (proxy, through) = Proxy::before_url(&world.database_url()).await;
    let world = world.with("DATABASE_URL", through);
    let server = Server::start(&world).await;
    proxy.delay(std::time::Duration::from_millis(50));
    let operators = Operators::at_work(&server.api, 16);
    let list = format!("[{}]", bets(0..500).collect::<Vec<_>>().join(","));
    let json = [("Content-Type", "application/json")];
    let receipt = server
        .api
        .ask(Method::POST, "/api/v1/bets", &json, Some(list))
        .await;
    assert_eq!(receipt.expect(200)["recorded"], 500);
    operators.acknowledged(50).await;
    the_rest_answers(&server.api).await;
    let ledger = operators.rest().await;
    assert!(ledger.denied.is_empty(), "{:?}", ledger.denied);
    proxy.delay(std::time::Duration::ZERO);
    counted(&server.api, 500).await;
    ledger.is_true(&server.api).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn questions_that_use_up_every_connection_do_not_stop_commands() {
    /// More than the views have connections.
    const QUESTIONS: usize = 40;
    let world = World::postgres().await;
    let server = Server::start(&world).await;
    account(&server.api, "alpha").await;
    let holder = connect(&world.database_url()).await;
    holder
        .batch_execute("BEGIN; LOCK TABLE desk_accounts IN ACCESS EXCLUSIVE MODE")
        .await
        .expect("the view is held");
    let mut questions = JoinSet::new();
    for _ in 0..QUESTIONS {
        let api = server.api.clone();
        questions.spawn(async move { api.get("/api/v1/accounts").await });
    }
    let first = questions
        .join_next()
        .await
        .expect("many")
        .expect("no panic");
    first.problem(503);
    assert!(first.header("retry-after").is_some(), "{first:?}");
    account(&server.api, "beta").await;
    let bet = serde_json::from_str(&message(1, "game_1")).expect("JSON");
    server.api.post("/api/v1/bets", &bet).await.expect(200);
    the_rest_answers(&server.api).await;

    holder.batch_execute("COMMIT").await.expect("it is let go");
    while let Some(answer) = questions.join_next().await {
        let answer = answer.expect("no panic");
        if answer.status != 200 {
            answer.problem(503);
        }
    }
    counted(&server.api, 1).await;
    eventually("the view has caught up", async || {
        let listed = server.api.get("/api/v1/accounts").await.expect(200);
        (listed.as_array().map(Vec::len) == Some(2)).then_some(())
    })
    .await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}
