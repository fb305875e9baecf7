//! Live: server-sent events with resume, figures, and a stop that waits for nobody.

use std::time::{Duration, Instant};

use reqwest::Response;
use serde_json::{Value, json};

use crate::harness::{Client, DEADLINE, Product};

/// A message of the stream.
#[derive(Clone, Debug, PartialEq)]
struct Message {
    event: String,
    id: Option<i64>,
    data: Value,
}

/// A client of `/sse`.
struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    async fn open(client: &Client, query: &str, last_event_id: Option<i64>) -> Self {
        let mut request = client.request(reqwest::Method::GET, &format!("/sse{query}"));
        if let Some(id) = last_event_id {
            request = request.header("Last-Event-ID", id);
        }
        let response = request.send().await.expect("a stream");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self {
            response,
            text: String::new(),
        }
    }

    /// The next message; none when the stream ended.
    async fn next(&mut self) -> Option<Message> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                if let Some(message) = parse(&block) {
                    return Some(message);
                }
            }
            let chunk = tokio::time::timeout(DEADLINE, self.response.chunk())
                .await
                .expect("in time")
                .expect("a chunk")?;
            self.text
                .push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }

    async fn expect(&mut self, event: &str) -> Message {
        let message = self.next().await.expect("a message");
        assert_eq!(message.event, event, "{message:?}");
        message
    }
}

fn parse(block: &str) -> Option<Message> {
    let field = |name: &str| {
        block.lines().find_map(|line| {
            line.strip_prefix(name)?
                .strip_prefix(": ")
                .map(str::to_owned)
        })
    };
    let data: Value = serde_json::from_str(&field("data")?).expect("JSON");
    let event = field("event").expect("a name");
    assert_eq!(data["type"], event, "the name is the type");
    Some(Message {
        event,
        id: field("id").map(|id| id.parse().expect("a position")),
        data,
    })
}

#[actix_web::test]
async fn every_change_of_the_desk_is_one_message_with_all_that_it_needs() {
    let product = Product::start().await;
    let client = &product.client;
    let mut stream = Stream::open(client, "", None).await;
    let hello = stream.expect("hello").await;
    assert_eq!(
        (hello.id, &hello.data["position"], &hello.data["epoch"]),
        (Some(0), &json!(0), &json!(1))
    );
    let account = client.account("alpha").await;
    let path = format!("/api/v1/accounts/{account}");
    let changed = client
        .put(&path, &json!({ "name": "beta", "hostname": "h" }))
        .await
        .ok();
    let batch = client.batch(account, 2).await;
    let batches = format!("{path}/batches/{}", batch["id"]);
    let pid = &batch["bets"][0]["pid"];
    let bet = client
        .patch(
            &format!("{batches}/bets/{pid}"),
            &json!({ "status": "failed" }),
        )
        .await
        .ok();
    let bets = client
        .patch(&format!("{batches}/bets"), &json!([{ "pid": pid }]))
        .await
        .ok();
    let added = client
        .post(
            &format!("{batches}/bets"),
            &json!({ "bets": [{ "id": 9, "selection": "9", "stake": 1, "cost": 1 }] }),
        )
        .await
        .ok();
    assert_eq!(client.delete(&batches).await.status, 200);
    let withdrawn = client.batch(account, 0).await;
    client
        .post(
            &format!("{path}/batches/{}/withdraw", withdrawn["id"]),
            &json!({}),
        )
        .await
        .ok();
    assert_eq!(client.delete(&path).await.status, 204);

    assert_eq!(
        stream.expect("account_created").await.data["account"]["name"],
        "alpha"
    );
    assert_eq!(
        stream.expect("account_updated").await.data["account"],
        changed
    );
    assert_eq!(stream.expect("batch_created").await.data["batch"], batch);
    assert_eq!(stream.expect("bet_status_updated").await.data["bet"], bet);
    let updated = stream.expect("batch_bets_updated").await;
    assert_eq!(
        (
            &updated.data["bets"],
            &updated.data["batch_id"],
            &updated.data["account_id"]
        ),
        (&bets, &batch["id"], &json!(account))
    );
    assert_eq!(stream.expect("bets_added").await.data["bets"], added);
    let completed = stream.expect("batch_completed").await;
    assert_eq!(
        (
            &completed.data["id"],
            &completed.data["account_id"],
            &completed.data["state"]
        ),
        (&batch["id"], &json!(account), &json!("completed"))
    );
    stream.expect("batch_created").await;
    assert_eq!(
        stream.expect("batch_completed").await.data["state"],
        "withdrawn"
    );
    let deleted = stream.expect("account_deleted").await;
    assert_eq!(deleted.data["id"], account);
    assert_eq!(deleted.id, Some(product.head().await.0));
    product.stop().await;
}

#[actix_web::test]
async fn a_client_goes_on_where_it_was_with_nothing_missed_and_nothing_twice() {
    let product = Product::start().await;
    let client = &product.client;
    for n in 0..5 {
        client.account(&format!("a{n}")).await;
    }
    let mut first = Stream::open(client, "?last_event_id=2", None).await;
    let hello = first.expect("hello").await;
    assert_eq!(hello.id, Some(2));
    for position in 3..=5 {
        assert_eq!(first.expect("account_created").await.id, Some(position));
    }
    drop(first);
    client.account("a5").await;
    let log = format!(
        "{}:{}",
        hello.data["log"].as_str().expect("a log"),
        hello.data["epoch"]
    );
    let mut second = Stream::open(client, &format!("?last_event_id=1&log={log}"), Some(5)).await;
    assert_eq!(
        second.expect("hello").await.id,
        Some(5),
        "the header goes before the address"
    );
    assert_eq!(second.expect("account_created").await.id, Some(6));
    product.stop().await;
}

#[actix_web::test]
async fn a_client_of_another_log_is_told_to_load_again() {
    let product = Product::start().await;
    let client = &product.client;
    client.account("a").await;
    let other = "?last_event_id=1&log=00000000-0000-0000-0000-000000000001:1";
    for (query, id) in [
        (other, None),
        ("?last_event_id=99", None),
        ("", Some(99)),
        ("?last_event_id=-3", None),
    ] {
        let mut stream = Stream::open(client, query, id).await;
        stream.expect("hello").await;
        let resync = stream.expect("resync").await;
        assert_eq!(resync.id, Some(product.head().await.0), "{query}");
        client.account(&format!("after {query} {id:?}")).await;
        assert_eq!(
            stream.expect("account_created").await.id,
            Some(product.head().await.0)
        );
    }
    client
        .get("/sse?topics=desk,weather")
        .await
        .is_problem(400, "invalid_parameter");
    product.stop().await;
}

#[actix_web::test]
async fn figures_and_changed_markets_come_once_a_second_to_who_asks() {
    let product = Product::start().await;
    let client = &product.client;
    let mut stream = Stream::open(client, "?topics=stats,odds", None).await;
    assert_eq!(
        stream.expect("hello").await.id,
        None,
        "figures have no position"
    );
    let stats = stream.expect("stats").await;
    assert_eq!(
        (
            stats.id,
            &stats.data["total_bets"],
            &stats.data["pending_bets"]
        ),
        (None, &json!(0), &json!(3))
    );
    let bet = json!({
        "id": "00000000-0000-4000-8000-000000000001", "game_id": "game_1", "bet_type": "moneyline",
        "amount": 42, "timestamp": "2026-11-23T14:25:35Z",
    });
    client.post("/api/v1/bets", &bet).await.ok();
    let mut seen = Vec::new();
    let odds = loop {
        let message = stream.next().await.expect("a message");
        if message.event == "odds" {
            break message;
        }
        seen.push(message.event);
    };
    assert!(seen.iter().all(|event| event == "stats"), "{seen:?}");
    assert_eq!(
        (
            &odds.data["markets"][0]["game_id"],
            &odds.data["markets"][0]["turnover"]
        ),
        (&json!("game_1"), &json!(42.0))
    );
    let stats = stream.expect("stats").await;
    for (member, value) in [
        ("total_bets", json!(1)),
        ("total_value", json!(42.0)),
        ("bets_table_row_count", json!(1)),
        ("total_odds", json!(1)),
    ] {
        assert_eq!(stats.data[member], value, "{member}");
    }
    product.stop().await;
}

#[actix_web::test]
async fn a_stop_ends_open_streams_with_a_reason_at_once() {
    let product = Product::start().await;
    let client = product.client.clone();
    let mut streams = Vec::new();
    for topics in ["", "?topics=desk,stats,odds", "?topics=stats"] {
        let mut stream = Stream::open(&client, topics, None).await;
        stream.expect("hello").await;
        streams.push(stream);
    }
    client.account("alpha").await;
    let began = Instant::now();
    product.stop().await;
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "it took {:?}",
        began.elapsed()
    );
    for mut stream in streams {
        let mut last = None;
        while let Some(message) = stream.next().await {
            last = Some(message);
        }
        let last = last.expect("a last message");
        assert_eq!(
            (&*last.event, &last.data["reason"]),
            ("closing", &json!("stopping"))
        );
        let retry = last.data["retry_ms"].as_u64().expect("when to come again");
        assert!((1_000..=2_000).contains(&retry), "{retry}");
        assert!(stream.text.is_empty(), "{}", stream.text);
    }
}
