//! Commands and lists on the embedded store, 32 connections, beside a bare `/health`.

use serde_json::{Value, json};

use crate::{
    http::{Load, load, request},
    report::Report,
    server::{Server, get, post},
};

const CONNECTIONS: usize = 32;
const SECONDS: u64 = 4;

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    let server = Server::start(&[]).await?;
    let address = server.address;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    report.add("memory at rest", server.memory_mb()?, "MB", None, "");

    let account = post(
        address,
        "/api/v1/accounts",
        r#"{"name":"bench","hostname":"h"}"#,
    )
    .await?;
    let account = account["id"].as_i64().unwrap_or_default();
    for number in 1..=4 {
        let body = json!({ "name": format!("other {number}"), "hostname": "h" }).to_string();
        post(address, "/api/v1/accounts", &body).await?;
    }
    let batches_path = format!("/api/v1/accounts/{account}/batches");
    let three = json!({
        "meta": { "bet_type": "WIN", "race_id": 4 },
        "bets": [bet(1), bet(2), bet(3)],
    })
    .to_string();
    let mut pids = Vec::new();
    let mut batch = 0;
    for _ in 0..5 {
        let created = post(address, &batches_path, &three).await?;
        batch = created["id"].as_i64().unwrap_or_default();
        let bets = created["bets"].as_array().cloned().unwrap_or_default();
        pids = bets.iter().filter_map(|bet| bet["pid"].as_i64()).collect();
    }

    let path = "/health";
    let health = load(address, CONNECTIONS, SECONDS, move |_, _| {
        request(address, "GET", path, "")
    })
    .await?;
    report.add("/health", health.rate, "/s", None, &p99(&health));

    let lists = move |path: String| {
        load(address, CONNECTIONS, SECONDS, move |_, _| {
            request(address, "GET", &path, "")
        })
    };
    let accounts = lists("/api/v1/accounts".to_owned()).await?;
    report.add(
        "GET accounts (5)",
        accounts.rate,
        "/s",
        Some(("/health", health.rate)),
        &p99(&accounts),
    );
    let five = lists(batches_path.clone()).await?;
    report.add(
        "GET an account's 5 batches, 15 bets",
        five.rate,
        "/s",
        Some(("/health", health.rate)),
        &p99(&five),
    );

    let (patch_path, patched) = (format!("{batches_path}/{batch}/bets"), pids.clone());
    let changing = load(address, CONNECTIONS, SECONDS, move |connection, turn| {
        let pid = patched[connection % patched.len()];
        let status = ["successful", "failed", "pending"][(turn + connection) % 3];
        request(
            address,
            "PATCH",
            &format!("{patch_path}/{pid}"),
            &format!(r#"{{"status":"{status}"}}"#),
        )
    })
    .await?;
    report.add(
        "PATCH that changes a status",
        changing.rate,
        "/s",
        Some(("/health", health.rate)),
        &p99(&changing),
    );

    let pid = pids[0];
    let same_path = format!("{batches_path}/{batch}/bets/{pid}");
    let same = load(address, CONNECTIONS, SECONDS, move |_, _| {
        request(address, "PATCH", &same_path, r#"{"status":"pending"}"#)
    })
    .await?;
    report.add(
        "PATCH that repeats a status",
        same.rate,
        "/s",
        Some(("/health", health.rate)),
        &p99(&same),
    );

    let other = post(
        address,
        "/api/v1/accounts",
        r#"{"name":"creating","hostname":"h"}"#,
    )
    .await?;
    let create_path = format!("/api/v1/accounts/{}/batches", other["id"]);
    let creating = load(address, CONNECTIONS, SECONDS, move |_, _| {
        request(address, "POST", &create_path, &three)
    })
    .await?;
    report.add(
        "POST a batch of 3 bets",
        creating.rate,
        "/s",
        Some(("/health", health.rate)),
        &p99(&creating),
    );

    let (_, stored) = get(address, "/api/v1/system").await?;
    let position = serde_json::from_str::<Value>(&stored)?["position"]
        .as_i64()
        .unwrap_or_default();
    let again = lists(batches_path).await?;
    let note = format!("{} with {position} events in the log", p99(&again));
    report.add(
        "GET an account's 5 batches, store grown",
        again.rate,
        "/s",
        Some(("before", five.rate)),
        &note,
    );
    Ok(())
}

fn bet(number: i64) -> Value {
    json!({ "id": number, "selection": "3", "stake": 6.0, "cost": 2.0 })
}

fn p99(load: &Load) -> String {
    format!("p99 {:.1} ms", load.p99_ms)
}
