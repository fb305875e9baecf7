//! The past: an operator asks how things were, who changed them, and what that led to.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Server, World,
    desk::account,
    eventually,
    server::{in_order, run, words},
    streams::{Streams, counted, message},
};

on_both_databases! {
    an_operator_asks_what_an_account_looked_like_before_three_changes,
    a_deletion_names_itself_as_the_cause_of_what_it_led_to,
}

async fn an_operator_asks_what_an_account_looked_like_before_three_changes(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let first = account(api, "alpha").await;
    let path = format!("/api/v1/accounts/{}", first["id"]);
    let stream = format!("account-{}", first["id"]);
    let bet = json!({ "id": 1, "selection": "3", "stake": 6.0, "cost": 2.5 });
    let batch = json!({ "meta": { "bet_type": "WIN" }, "bets": [bet] });
    let batch = api
        .post(&format!("{path}/batches"), &batch)
        .await
        .expect(200);
    let state = format!("/api/v1/streams/{stream}/state");
    let before = api.get(&state).await.expect(200)["as_of"].clone();
    for (index, name) in ["beta", "gamma", "delta"].into_iter().enumerate() {
        let headers = [
            ("Content-Type", "application/json"),
            ("X-Reason", "the client asked"),
            ("X-Correlation-Id", "ticket 12"),
        ];
        let body = json!({ "name": name, "hostname": format!("host {index}") });
        let changed = api
            .ask(Method::PUT, &path, &headers, Some(body.to_string()))
            .await;
        changed.expect(200);
        assert_eq!(changed.header("x-correlation-id"), Some("ticket 12"));
    }
    let pid = &batch["bets"][0]["pid"];
    let bet = format!("{path}/batches/{}/bets/{pid}", batch["id"]);
    api.patch(&bet, &json!({ "status": "failed" }))
        .await
        .expect(200);

    // Over REST: the account and its batches as they were, and what each change was.
    let then = api
        .get(&format!("{state}?position={before}"))
        .await
        .expect(200);
    assert_eq!(then["state"], first);
    let then = api.get(&format!("{path}?at={before}")).await.expect(200);
    assert_eq!(then, first);
    let listed = api
        .get(&format!("/api/v1/accounts?at={before}"))
        .await
        .expect(200);
    assert_eq!(listed, json!([first]));
    let batches = api
        .get(&format!("{path}/batches?at={before}"))
        .await
        .expect(200);
    assert_eq!(batches, json!([batch]));
    let open = api
        .get(&format!("{path}/batches?completed=false&at={before}"))
        .await;
    assert_eq!(open.expect(200), json!([batch]));
    let entries = api
        .get(&format!("/api/v1/streams/{stream}/history?limit=3"))
        .await
        .expect(200);
    for (entry, name) in entries
        .as_array()
        .expect("a list")
        .iter()
        .zip(["delta", "gamma", "beta"])
    {
        let metadata = &entry["metadata"];
        assert_eq!(
            (&metadata["reason"], &metadata["correlation"]),
            (&json!("the client asked"), &json!("ticket 12"))
        );
        let changes = entry["changes"].to_string();
        assert!(changes.contains(name), "{changes}");
    }

    // On the command line: the same.
    let ask = async |arguments: &[&str]| {
        let url = ["--url", &server.api.url];
        let told = run(&world, &[arguments, &url].concat()).await;
        assert!(told.status.success(), "{}", words(&told));
        words(&told)
    };
    let position = before.to_string();
    let told = ask(&["state", &stream, "--position", &position]).await;
    assert!(
        told.contains("alpha") && told.contains("version 1 of 4"),
        "{told}"
    );
    let told = ask(&["difference", &stream, "--from", &position]).await;
    assert!(told.contains("alpha") && told.contains("delta"), "{told}");
    let told = ask(&["history", &stream, "--limit", "3"]).await;
    assert!(
        told.contains("name: gamma -> delta") && told.contains("ticket 12"),
        "{told}"
    );
    let told = ask(&["state", &stream, "--version", "2", "--output", "json"]).await;
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["state"]["name"], "beta");
    let refused = run(
        &world,
        &["state", &stream, "--version", "9", "--url", &api.url],
    )
    .await;
    assert!(!refused.status.success());
    assert!(
        words(&refused).contains("its last version is 4"),
        "{}",
        words(&refused)
    );

    assert!(server.terminate().await.success());
    in_order(&world).await;
}

async fn a_deletion_names_itself_as_the_cause_of_what_it_led_to(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let opened = account(api, "alpha").await;
    let path = format!("/api/v1/accounts/{}", opened["id"]);
    let batch = json!({ "meta": {}, "bets": [] });
    let batch = api
        .post(&format!("{path}/batches"), &batch)
        .await
        .expect(200);
    let headers = [("X-Correlation-Id", "ticket 12")];
    let deleted = api.ask(Method::DELETE, &path, &headers, None).await;
    assert_eq!(deleted.status, 204);
    let history = async |stream: String| {
        let path = format!("/api/v1/streams/{stream}/history?limit=1");
        api.get(&path).await.expect(200)[0].clone()
    };
    let closed = history(format!("account-{}", opened["id"])).await;
    let withdrawn = eventually("the batch is withdrawn", async || {
        let last = history(format!("batch-{}", batch["id"])).await;
        (last["type"] == "batch.withdrawn").then_some(last)
    })
    .await;
    assert_eq!(closed["type"], "account.closed");
    let metadata = &withdrawn["metadata"];
    assert_eq!(
        (
            &metadata["causation"],
            &metadata["correlation"],
            &metadata["how"]
        ),
        (
            &closed["event_id"],
            &json!("ticket 12"),
            &json!("follow-up")
        )
    );
    // What the sample data made belongs to the run that asked for it.
    let seeded = run(&world, &["seed", "--url", &api.url]).await;
    assert!(seeded.status.success(), "{}", words(&seeded));
    let accounts = api.get("/api/v1/accounts").await.expect(200);
    let mut runs: Vec<String> = Vec::new();
    for account in accounts.as_array().expect("a list") {
        let opened = history(format!("account-{}", account["id"])).await;
        runs.push(
            opened["metadata"]["correlation"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        );
    }
    runs.dedup();
    assert!(runs.len() == 1 && runs[0].starts_with("run "), "{runs:?}");
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn a_message_of_the_stream_names_its_causes_in_its_headers() {
    let streams = Streams::new().await;
    let world = streams.within(World::sqlite());
    let server = Server::start(&world).await;
    let publish = async |number: u32, headers: &[(&str, &str)]| {
        let mut map = async_nats::HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, *value);
        }
        let message = message(number, "game_1").into();
        let subject = streams.subject.clone();
        let sent = streams
            .context
            .publish_with_headers(subject, map, message)
            .await;
        sent.expect("published").await.expect("acknowledged");
    };
    publish(1, &[]).await;
    publish(
        2,
        &[
            ("X-Correlation-Id", "race day"),
            ("X-Causation-Id", "mail 7"),
        ],
    )
    .await;
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    publish(3, &[("traceparent", trace)]).await;
    let long = "x".repeat(501);
    publish(4, &[("X-Correlation-Id", &long)]).await;
    counted(&server.api, 3).await;
    let entries = server
        .api
        .get("/api/v1/streams/market-game_1/history?order=oldest")
        .await
        .expect(200);
    let mut kept: Vec<String> = Vec::new();
    for entry in entries.as_array().expect("a list") {
        let metadata = &entry["metadata"];
        kept.push(format!(
            "{} {}",
            metadata["correlation"], metadata["causation"]
        ));
        assert_eq!(metadata["source"]["stream"], streams.stream);
    }
    kept.sort();
    assert_eq!(
        kept,
        [
            r#""0af7651916cd43dd8448eb211c80319c" "span b7ad6b7169203331""#,
            r#""race day" "mail 7""#,
            "null null",
        ]
    );
    // What cannot be kept is told, and the bet is not lost: the letter can be retried.
    let letters = eventually("the letter is kept", async || {
        let letters = server.api.get("/api/v1/dead-letters").await.expect(200);
        (letters.as_array().map(Vec::len) == Some(1)).then_some(letters)
    })
    .await;
    let letter = &letters[0];
    assert_eq!(letter["reason"], "bad_header");
    assert!(
        letter["detail"]
            .as_str()
            .is_some_and(|why| why.starts_with("x-correlation-id")),
        "{letter}"
    );
    let retry = format!("/api/v1/dead-letters/{}/retry", letter["id"]);
    server.api.post(&retry, &json!({})).await.expect(200);
    counted(&server.api, 4).await;
    assert!(server.terminate().await.success());
    in_order(&world).await;
}
