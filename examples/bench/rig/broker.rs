//! Bets in JetStream: made to wait there before anything is measured.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use async_nats::jetstream::{
    self, Context,
    stream::{Config, DiscardPolicy, RetentionPolicy},
};
use futures::{StreamExt, stream::FuturesUnordered};

/// How many publishes may wait for their acknowledgement.
const WINDOW: usize = 4_096;

/// Makes a stream as the server would.
pub(super) async fn create_stream(url: &str, name: &str, subject: &str) -> anyhow::Result<Context> {
    let context = jetstream::new(async_nats::connect(url).await?);
    let config = Config {
        name: name.to_owned(),
        subjects: vec![subject.to_owned()],
        retention: RetentionPolicy::WorkQueue,
        discard: DiscardPolicy::New,
        ..Config::default()
    };
    context.create_stream(config).await?;
    Ok(context)
}

/// Publishes `messages`, every one acknowledged.
pub(super) async fn publish(
    context: &Context,
    subject: &str,
    messages: impl Iterator<Item = Vec<u8>>,
) -> anyhow::Result<()> {
    let mut waiting = FuturesUnordered::new();
    for message in messages {
        let sent = context.publish(subject.to_owned(), message.into()).await?;
        waiting.push(sent.into_future());
        if waiting.len() >= WINDOW {
            waiting.next().await.transpose()?;
        }
    }
    while waiting.next().await.transpose()?.is_some() {}
    Ok(())
}

/// Waits until every message of the stream has been acknowledged.
pub(super) async fn drained(context: &Context, name: &str) -> anyhow::Result<()> {
    let started = Instant::now();
    loop {
        let messages = context.get_stream(name).await?.cached_info().state.messages;
        if messages == 0 {
            return Ok(());
        }
        if started.elapsed() > Duration::from_secs(30) {
            bail!("{messages} messages of {name} are not acknowledged");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Takes a stream away.
pub(super) async fn delete_stream(context: &Context, name: &str) -> anyhow::Result<()> {
    let deleted = context.delete_stream(name).await;
    deleted
        .map(drop)
        .with_context(|| format!("deleting {name}"))
}
