//! Asking the log: what happened to an account, why, and what led to what.

use serde_json::{Value, json};

use crate::support::{
    Server, World, desk, eventually,
    server::{run, words},
    streams,
};

on_both_databases! {
    an_auditor_finds_what_happened_and_what_it_led_to,
    who_asks_in_sql_finds_the_same,
}

const EVENTS: &str = "/api/v1/events";

async fn an_auditor_finds_what_happened_and_what_it_led_to(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let account = json!({"name": "alpha", "hostname": "h"});
    let account = api.post("/api/v1/accounts", &account).await.expect(200)["id"].clone();
    let batch = json!({"meta": {"race": "Derby"}, "bets": [
        {"id": 1, "selection": "3", "stake": 6, "cost": 6},
    ]});
    let batches = format!("/api/v1/accounts/{account}/batches");
    api.post(&batches, &batch).await.expect(200);
    let deleted = api.delete(&format!("/api/v1/accounts/{account}")).await;
    assert_eq!(deleted.status, 204, "{}", deleted.text);

    // Its open batch is withdrawn because of that.
    let ended =
        format!("{EVENTS}?account={account}&type=account.closed,batch.withdrawn&order=oldest");
    let events = eventually("the batch is withdrawn", async || {
        let events = api.get(&ended).await.expect(200);
        (events.as_array()?.len() == 2).then_some(events)
    })
    .await;
    let closed = &events[0]["position"];
    let url = api.url.clone();
    let ask = async |words: &[&str]| {
        let asked = [&["events"], words, &["--url", &url, "--output", "json"]].concat();
        let answer = run(&world, &asked).await;
        assert!(answer.status.success(), "{answer:?}");
        serde_json::from_slice::<Value>(&answer.stdout).expect("JSON")
    };
    let tree = ask(&["tree", &closed.to_string()]).await;
    let nodes = tree["nodes"].as_array().expect("nodes");
    let last = nodes.last().expect("a node");
    assert_eq!(last["event"]["type"], "batch.withdrawn", "{tree}");
    assert_eq!(
        (&last["caused_by"], &last["depth"]),
        (closed, &json!(1)),
        "{tree}"
    );

    assert_eq!(
        ask(&["list", "--text", "derby"]).await[0]["type"],
        "batch.created"
    );
    let id = account.to_string();
    let counts = ask(&["counts", "--account", &id]).await;
    assert_eq!(counts["total"], 4, "{counts}");
    let shown = ask(&["show", &closed.to_string()]).await;
    assert_eq!(shown["type"], "account.closed");
    let refused = run(&world, &["events", "list", "--to", "999999", "--url", &url]).await;
    assert!(!refused.status.success());
    assert!(
        words(&refused).contains("999999 lies after the end"),
        "{refused:?}"
    );
    assert!(server.terminate().await.success());
}

async fn who_asks_in_sql_finds_the_same(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = desk::account(api, "alpha").await;
    let made = desk::batch(api, &owner).await;
    let bets: Vec<Value> = streams::bets(0..5)
        .map(|bet| serde_json::from_str(&bet).expect("JSON"))
        .collect();
    api.post("/api/v1/bets", &json!(bets)).await.expect(200);
    let completed = api.delete(&desk::batch_path(&made)).await;
    completed.expect(200);

    let (account, batch) = (&owner["id"], &made["id"]);
    let bets_made = made["bets"].as_array().map_or(0, Vec::len);
    assert!(bets_made > 0);
    let bet = streams::bet_id(3);
    let all = api.get(&format!("{EVENTS}/counts")).await.expect(200);
    for (conditions, filter) in [
        (String::new(), String::new()),
        (
            format!("WHERE account_id = {account}"),
            format!("account={account}"),
        ),
        (
            format!("WHERE batch_id = {batch}"),
            format!("batch={batch}"),
        ),
        (format!("WHERE bet_id = '{bet}'"), format!("bet={bet}")),
        (
            "WHERE game_id = 'game_3'".to_owned(),
            "market=game_3".to_owned(),
        ),
        (
            "WHERE type = 'batch.completed'".to_owned(),
            "type=batch.completed".to_owned(),
        ),
        ("WHERE road = 'http'".to_owned(), "road=http".to_owned()),
        (
            "WHERE who = (SELECT who FROM audit_events WHERE position = 1)".to_owned(),
            String::new(),
        ),
        (
            "WHERE recorded_at >= (SELECT recorded_at FROM audit_events WHERE position = 2)"
                .to_owned(),
            "from=2".to_owned(),
        ),
    ] {
        let counted = api
            .get(&format!("{EVENTS}/counts?{filter}"))
            .await
            .expect(200);
        let in_sql = world
            .number(&format!("SELECT count(*) FROM audit_events {conditions}"))
            .await;
        assert!(in_sql > 0, "{conditions}");
        assert_eq!(
            counted["total"], in_sql,
            "{conditions}: {counted}, of {all}"
        );
    }
    let bets_of_batch = format!(
        "SELECT count(*) FROM audit_batch_bets WHERE batch_id = {batch} AND account_id = {account} \
         AND status = 'pending' AND stake_minor > 0 AND cost_minor >= 0"
    );
    assert_eq!(world.number(&bets_of_batch).await, bets_made as i64);
    // An event is correlated with itself where nobody said anything else.
    let found = "SELECT count(*) FROM audit_events AS one JOIN audit_events AS other \
                 ON one.correlation = other.correlation WHERE one.position = 1";
    assert!(world.number(found).await > 0);
    assert!(server.terminate().await.success());
}
