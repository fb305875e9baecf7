//! Asking the log: what happened to an account, why, and what led to what.

use serde_json::{Value, json};

use crate::support::{
    Server, World, eventually,
    server::{run, words},
};

on_both_databases! {
    an_auditor_finds_what_happened_and_what_it_led_to,
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
