//! Views are rebuilt and compared beside the running server, and the log is replayed up to a moment.

use serde_json::{Value, json};

use crate::support::{
    Server, World,
    desk::{account, batch},
    eventually,
    server::{in_order, run, words},
};

on_both_databases! {
    a_view_that_was_edited_is_named_beside_the_server_and_rebuilt_by_it,
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
        let all = server.api.get("/api/v1/projections").await.expect(200);
        let all = all.as_array().expect("a list");
        let idle = |one: &Value| one["lag"] == 0 && one["rebuild"].is_null();
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
