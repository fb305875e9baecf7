//! Ingest: waiting bets in JetStream until they are durable in the log and every projection and
//! counter has caught up, beside a raw binary COPY of the same rows into the same table.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use async_nats::jetstream::{
    self,
    stream::{Config, DiscardPolicy, RetentionPolicy},
};
use betstream_events::ids::fresh_id;
use futures::{StreamExt, stream::FuturesUnordered};
use serde_json::Value;

use crate::{
    raw_copy,
    report::Report,
    server::{Server, get},
};

/// How many publishes may wait for their acknowledgement.
const WINDOW: usize = 4_096;

pub(crate) async fn run(report: &mut Report, bets: usize, markets: usize) -> anyhow::Result<()> {
    let nats = env("BETSTREAM_TEST_NATS_URL")?;
    let token = fresh_id().simple().to_string();
    let names = [
        format!("bench_{token}"),
        format!("bench.{token}"),
        "bets_consumer".to_owned(),
    ];
    let context = publish(&nats, &names, bets, markets).await?;

    let database = raw_copy::create_database(&env("BETSTREAM_TEST_POSTGRES_URL")?, &token).await?;
    let server = Server::start(&[
        ("DATABASE_URL", database.clone()),
        (
            "REDIS_URL",
            format!(
                "{}/9",
                env("BETSTREAM_TEST_REDIS_URL")?.trim_end_matches('/')
            ),
        ),
        ("NATS_URL", nats),
        ("BETSTREAM_STREAM", names[0].clone()),
        ("BETSTREAM_SUBJECT", names[1].clone()),
        ("BETSTREAM_CONSUMER", names[2].clone()),
    ])
    .await?;
    let mut memory: f64 = 0.0;
    let started = Instant::now();
    while !caught_up(&server, bets).await? {
        memory = memory.max(server.memory_mb()?);
        if started.elapsed() > Duration::from_secs(300) {
            bail!(
                "ingest has not caught up after five minutes: {}",
                get(server.address, "/stats").await?.1
            );
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let caught_up_at = std::time::SystemTime::now();
    let first = raw_copy::first_recorded_at(&database).await?;
    let seconds = caught_up_at
        .duration_since(first)
        .context("the clocks disagree")?
        .as_secs_f64();
    let rate = bets as f64 / seconds;
    let processor = server.processor_seconds()?;
    drop(server);
    context.delete_stream(&names[0]).await?;

    let same_table = raw_copy::into_same_table(&database, &token).await?;
    let three_indexes = raw_copy::into_three_index_table(&database).await?;
    let what = format!("ingest, {bets} bets, {markets} markets");
    let note = format!(
        "memory {memory:.0} MB, {:.1} µs of processor a bet",
        processor / bets as f64 * 1e6
    );
    report.add(
        &what,
        rate,
        "bets/s",
        Some(("raw COPY, same table", same_table)),
        &note,
    );
    report.add(
        &what,
        rate,
        "bets/s",
        Some(("raw COPY, three-index table", three_indexes)),
        "",
    );
    raw_copy::drop_databases(&env("BETSTREAM_TEST_POSTGRES_URL")?, &token).await
}

async fn caught_up(server: &Server, bets: usize) -> anyhow::Result<bool> {
    let stats: Value = serde_json::from_str(&get(server.address, "/stats").await?.1)?;
    let counted = |field: &str| stats[field].as_u64() == Some(bets as u64);
    if !(counted("bets_table_row_count") && counted("total_odds") && stats["pending_bets"] == 0) {
        return Ok(false);
    }
    let system: Value = serde_json::from_str(&get(server.address, "/api/v1/system").await?.1)?;
    let projections = system["projections"].as_array().context("no projections")?;
    Ok(projections
        .iter()
        .all(|projection| projection["position"] == system["position"]))
}

async fn publish(
    nats: &str,
    names: &[String; 3],
    bets: usize,
    markets: usize,
) -> anyhow::Result<jetstream::Context> {
    let client = async_nats::connect(nats).await?;
    let context = jetstream::new(client);
    context
        .create_stream(Config {
            name: names[0].clone(),
            subjects: vec![names[1].clone()],
            retention: RetentionPolicy::WorkQueue,
            discard: DiscardPolicy::New,
            ..Config::default()
        })
        .await?;
    let mut waiting = FuturesUnordered::new();
    for number in 0..bets {
        let id = fresh_id();
        let (game, amount) = (number % markets, number % 900 + 1);
        let message = format!(
            r#"{{"id":"{id}","game_id":"game_{game}","bet_type":"moneyline","amount":{amount},"timestamp":"2026-11-23T14:25:35.123456789+01:00"}}"#
        );
        waiting.push(
            context
                .publish(names[1].clone(), message.into())
                .await?
                .into_future(),
        );
        if waiting.len() >= WINDOW {
            waiting.next().await.transpose()?;
        }
    }
    while waiting.next().await.transpose()?.is_some() {}
    Ok(context)
}

pub(crate) fn env(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set: run through `make bench`"))
}
