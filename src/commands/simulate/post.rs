//! Sending bets over HTTP.

use futures::{StreamExt, stream::FuturesUnordered};
use indicatif::ProgressBar;
use serde::Deserialize;

use super::pace::Pace;
use crate::client::Server;

/// Most bets of one request.
const BETS_A_REQUEST: u64 = 500;
/// Most requests under way.
const WINDOW: usize = 8;

/// What the server made of some bets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) received: u64,
    pub(super) recorded: u64,
    pub(super) duplicates: u64,
    pub(super) refused: u64,
}

#[derive(Deserialize)]
struct Answer {
    received: u64,
    recorded: u64,
    duplicates: u64,
    #[serde(default)]
    refused: Vec<serde_json::Value>,
}

/// Posts what `next` gives at `pace`; gives the sum of the receipts.
///
/// # Errors
/// When the server cannot be reached or refuses a request.
pub(super) async fn post(
    server: &Server,
    pace: &mut Pace,
    mut next: impl FnMut() -> String,
    bar: &ProgressBar,
) -> anyhow::Result<Receipt> {
    let mut window = FuturesUnordered::new();
    let mut sum = Receipt::default();
    while let Some(due) = pace.due(BETS_A_REQUEST).await {
        let bets: Vec<String> = (0..due).map(|_| next()).collect();
        let body = format!("[{}]", bets.join(","));
        window.push(async move { server.post::<Answer>("/api/v1/bets", body).await });
        if window.len() >= WINDOW {
            settle(window.next().await, &mut sum, bar)?;
        }
    }
    while let Some(settled) = window.next().await {
        settle(Some(settled), &mut sum, bar)?;
    }
    Ok(sum)
}

fn settle(
    settled: Option<anyhow::Result<Answer>>,
    sum: &mut Receipt,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    if let Some(answer) = settled {
        let Answer {
            received,
            recorded,
            duplicates,
            refused,
        } = answer?;
        sum.received += received;
        sum.recorded += recorded;
        sum.duplicates += duplicates;
        sum.refused += refused.len() as u64;
        bar.inc(received);
    }
    Ok(())
}
