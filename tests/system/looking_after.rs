//! Views are rebuilt and compared beside the running server, and the log is replayed up to a moment.

use serde_json::{Value, json};

use crate::support::{
    Server, World,
    desk::{account, batch, batches_of},
    eventually,
    server::{in_order, run, words},
};

on_both_databases! {
    a_view_that_was_edited_is_named_beside_the_server_and_rebuilt_by_it,
    what_one_stream_makes_of_a_view_is_put_right_beside_the_server,
    a_rebuild_that_was_killed_goes_on_and_the_old_views_answer_meanwhile,
    the_log_up_to_a_moment_is_served_from_a_store_of_its_own,
}

async fn reconciled(world: &World) -> (bool, Value) {
    let done = run(world, &["reconcile", "--output", "json"]).await;
    let found = serde_json::from_slice(&done.stdout);
    let found = found.unwrap_or_else(|_| panic!("{}", words(&done)));
    (done.status.success(), found)
}

/// Waits until every view has counted the whole log.
async fn caught_up(server: &Server) {
    eventually("the views catch up", async || {
        let head = server.api.get("/api/v1/system").await.expect(200)["position"].as_i64();
        let all = server.api.get("/api/v1/projections").await.expect(200);
        let all = all.as_array().expect("a list");
        let idle = |one: &Value| one["position"].as_i64() == head && one["rebuild"].is_null();
        all.iter().all(idle).then_some(())
    })
    .await;
}

async fn a_view_that_was_edited_is_named_beside_the_server_and_rebuilt_by_it(world: World) {
    let server = Server::start(&world).await;
    let owner = account(&server.api, "alpha").await;
    batch(&server.api, &owner).await;
    caught_up(&server).await;
    assert_eq!(reconciled(&world).await, (true, json!([])));

    world
        .tamper_views("UPDATE desk_accounts SET name = 'someone else' WHERE name = 'alpha'")
        .await;
    let (holds, found) = reconciled(&world).await;
    assert!(!holds, "{found:#}");
    let named = &found[0];
    assert_eq!(
        (&named["table"], &named["field"], &named["position"]),
        (&json!("desk_accounts"), &json!("name"), &json!(1)),
        "{found:#}"
    );
    assert_eq!(named["found"], "\"someone else\"");

    let url = server.api.url.clone();
    let rebuilt = run(&world, &["projections", "rebuild", "desk", "--url", &url]).await;
    assert!(rebuilt.status.success(), "{}", words(&rebuilt));
    assert_eq!(reconciled(&world).await, (true, json!([])));
    let unknown = run(&world, &["projections", "rebuild", "deks", "--url", &url]).await;
    assert!(!unknown.status.success());
    assert!(
        words(&unknown).contains("\"deks\" is no projection"),
        "{}",
        words(&unknown)
    );
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

async fn what_one_stream_makes_of_a_view_is_put_right_beside_the_server(world: World) {
    let server = Server::start(&world).await;
    let owner = account(&server.api, "alpha").await;
    let made = batch(&server.api, &owner).await;
    caught_up(&server).await;
    world
        .tamper_views("UPDATE desk_bets SET stake = stake + 1")
        .await;
    assert!(!reconciled(&world).await.0);

    let url = server.api.url.clone();
    let stream = format!("batch-{}", made["id"]);
    let rebuild = async |view: &str, stream: &str| {
        let arguments = [
            "projections",
            "rebuild",
            view,
            "--stream",
            stream,
            "--url",
            &url,
        ];
        let done = run(&world, &arguments).await;
        (done.status.success(), words(&done))
    };
    for (view, stream, why) in [
        ("odds", stream.as_str(), "odds has no part that"),
        (
            "desk",
            "market-game_1",
            "desk has no part that market-game_1 makes alone",
        ),
        (
            "desk",
            "batch-999999",
            "the log has no event of batch-999999",
        ),
        ("desk", "bitch-1", "\"bitch-1\""),
        ("all", &stream, "name the view"),
    ] {
        let (done, said) = rebuild(view, stream).await;
        assert!(!done && said.contains(why), "{view} {stream}: {said}");
    }
    assert!(!reconciled(&world).await.0, "nothing was changed");
    let (done, said) = rebuild("desk", &stream).await;
    assert!(done && said.contains("rebuilt from"), "{said}");
    assert_eq!(reconciled(&world).await, (true, json!([])));
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

/// Where a rebuild of everything can be killed: while it folds, when some views of a stretch are
/// committed and others are not, and when some views have been swapped in. At its start a process may
/// fold the eleven events once more for the three views that they change nothing in; a rebuild folds
/// them for all five.
const DEATHS: [&str; 3] = [
    "in-fold:kill@45",
    "inside-rebuild:kill@3",
    "before-view-swap:kill@3",
];

async fn a_rebuild_that_was_killed_goes_on_and_the_old_views_answer_meanwhile(mut world: World) {
    let server = Server::start(&world).await;
    let owner = account(&server.api, "alpha").await;
    for _ in 0..10 {
        batch(&server.api, &owner).await;
    }
    let path = batches_of(&owner);
    caught_up(&server).await;
    let before = server.api.get(&path).await.expect(200);
    assert!(server.terminate().await.success());
    for death in DEATHS {
        let fault = ("BETSTREAM_FAULT".to_owned(), death.to_owned());
        world.settings.push(fault);
        let mut dying = Server::start(&world).await;
        // Whether it is answered before the end is chance.
        dying
            .api
            .post("/api/v1/projections/all/rebuild", &json!({}))
            .await;
        assert!(!dying.ended().await.success(), "{death}");
        world.settings.pop();
        let server = Server::start(&world).await;
        let meanwhile = server.api.get(&path).await.expect(200);
        assert_eq!(meanwhile, before, "{death}");
        caught_up(&server).await;
        let after = server.api.get(&path).await.expect(200);
        assert_eq!(after, before, "{death}");
        assert!(server.terminate().await.success());
        in_order(&world).await;
    }
}

async fn the_log_up_to_a_moment_is_served_from_a_store_of_its_own(world: World) {
    let server = Server::start(&world).await;
    for name in ["alpha", "beta", "gamma"] {
        account(&server.api, name).await;
    }
    caught_up(&server).await;
    let place = World::sqlite();
    let into = place.database_url();
    let replayed = run(&world, &["replay", "--to", "2", "--into", &into]).await;
    assert!(replayed.status.success(), "{}", words(&replayed));
    in_order(&place).await;
    let then = Server::start(&place).await;
    let accounts = then.api.get("/api/v1/accounts").await.expect(200);
    let names: Vec<_> = accounts
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert_eq!(names, ["beta", "alpha"]);
    assert!(then.terminate().await.success());

    let elsewhere = World::sqlite().database_url();
    for (to, into, why) in [
        (
            "9",
            &elsewhere,
            "lies after the end of the log: its last position is 3",
        ),
        ("2999-01-01T00:00:00Z", &elsewhere, "has not come yet"),
        (
            "yesterday",
            &elsewhere,
            "\"yesterday\" is not a log position",
        ),
        ("2", &into, "not empty"),
        ("2", &world.database_url(), "needs one of its own"),
        ("2", &"mysql://x".to_owned(), "mysql"),
    ] {
        let refused = run(&world, &["replay", "--to", to, "--into", into]).await;
        assert!(!refused.status.success(), "{to} into {into}");
        assert!(words(&refused).contains(why), "{to}: {}", words(&refused));
    }
    assert!(server.terminate().await.success());
}
