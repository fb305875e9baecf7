//! Sending bets over the bet stream: acknowledged publishes with a bounded window, for a broker
//! drops plain ones past its buffers.

use anyhow::Context;
use async_nats::{
    HeaderMap,
    jetstream::{self, context::PublishAckFuture},
};
use futures::{StreamExt, stream::FuturesUnordered};
use indicatif::ProgressBar;

use super::pace::Pace;
use crate::{client::run_id, config::StreamNames};

/// Most publishes under way.
const WINDOW: usize = 1_024;

/// Publishes what `next` gives at `pace`; gives the number of acknowledged bets.
///
/// # Errors
/// When the broker cannot be reached, has no such stream, or refuses a bet.
pub(super) async fn publish(
    url: &str,
    names: &StreamNames,
    pace: &mut Pace,
    mut next: impl FnMut() -> String,
    bar: &ProgressBar,
) -> anyhow::Result<u64> {
    let servers: Vec<&str> = url.split(',').collect();
    let client = async_nats::connect(servers)
        .await
        .with_context(|| format!("the bet stream at {url} cannot be reached"))?;
    let context = jetstream::new(client);
    context.get_stream(&names.stream).await.with_context(|| {
        format!("there is no stream {:?} at {url}; the server makes it, start it with NATS_URL={url} betstream", names.stream)
    })?;
    let mut headers = HeaderMap::new();
    headers.insert("X-Correlation-Id", run_id());
    let mut window: FuturesUnordered<_> = FuturesUnordered::new();
    let mut acknowledged = 0;
    while let Some(due) = pace.due(WINDOW as u64).await {
        for _ in 0..due {
            if window.len() >= WINDOW {
                settle(window.next().await, &mut acknowledged, bar)?;
            }
            let publish = context
                .publish_with_headers(names.subject.clone(), headers.clone(), next().into())
                .await;
            window.push(acknowledgement(
                publish.context("a bet could not be published")?,
            ));
        }
    }
    while let Some(settled) = window.next().await {
        settle(Some(settled), &mut acknowledged, bar)?;
    }
    Ok(acknowledged)
}

async fn acknowledgement(publish: PublishAckFuture) -> anyhow::Result<()> {
    publish.await.map(drop).context("the broker refused a bet")
}

fn settle(
    settled: Option<anyhow::Result<()>>,
    acknowledged: &mut u64,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    if let Some(settled) = settled {
        settled?;
        *acknowledged += 1;
        bar.inc(1);
    }
    Ok(())
}
