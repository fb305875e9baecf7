//! Telling a plan to the log, in chunks.

use betstream_events::{
    batch::BatchEvent,
    claims::Claim,
    envelope::StreamName,
    event::Event,
    ids::IdKind,
    store::{AppendOutcome, EventStore, Refusal},
};
use indicatif::ProgressBar;

use super::plan::Planned;

/// How many rows are told in one commit.
const ROWS_A_CHUNK: usize = 1_000;

/// What came of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) accounts: usize,
    pub(super) batches: usize,
    pub(super) bets: usize,
    /// Rows that the log did not take; one text each.
    pub(super) left_out: Vec<String>,
}

/// Appends `rows` in order and advances the ids past the largest.
///
/// # Errors
/// When the store fails, or somebody took an id in the meantime.
pub(super) async fn write(
    store: &dyn EventStore,
    rows: &[&Planned],
    bar: &ProgressBar,
) -> anyhow::Result<Written> {
    let mut written = Written::default();
    advance_ids(store, rows).await?;
    for chunk in rows.chunks(ROWS_A_CHUNK) {
        let outcome = store
            .append(chunk.iter().map(|row| row.request()).collect())
            .await?;
        for (row, outcome) in chunk.iter().zip(outcome.outcomes) {
            match outcome {
                AppendOutcome::Appended { .. } => written.count(row),
                AppendOutcome::AlreadyAnswered(_) => {}
                AppendOutcome::Refused(refusal) => written.left_out.push(why(row, &refusal)),
            }
        }
        bar.inc(chunk.len() as u64);
    }
    Ok(written)
}

impl Written {
    fn count(&mut self, row: &Planned) {
        match row.events.first().map(|event| &event.event) {
            Some(Event::Account(_)) => self.accounts += 1,
            Some(Event::Batch(BatchEvent::Created { bets, .. })) => {
                self.batches += 1;
                self.bets += bets.len();
            }
            _ => self.bets += 1,
        }
    }
}

/// First, so that nobody is given an id that is about to be used.
async fn advance_ids(store: &dyn EventStore, rows: &[&Planned]) -> anyhow::Result<()> {
    let accounts = rows.iter().filter_map(|row| match row.stream {
        StreamName::Account(id) => Some(id.get()),
        _ => None,
    });
    let batches = rows.iter().filter_map(|row| match row.stream {
        StreamName::Batch(id) => Some(id.get()),
        _ => None,
    });
    let bets = rows
        .iter()
        .flat_map(|row| row.pids.iter().map(|pid| pid.get()));
    let largest = [
        (IdKind::Account, accounts.max()),
        (IdKind::Batch, batches.max()),
        (IdKind::Bet, bets.max()),
    ];
    for (kind, largest) in largest {
        if let Some(largest) = largest {
            store.advance_ids(kind, largest).await?;
        }
    }
    Ok(())
}

fn why(row: &Planned, refusal: &Refusal) -> String {
    let what = &row.what;
    match refusal {
        Refusal::KnownEventId { stored, .. } => {
            format!("{what}: the log has it at position {}", stored.position)
        }
        Refusal::Conflict { stream, .. } => format!("{what}: {stream} was made in the meantime"),
        Refusal::ClaimRefused {
            claim: Claim::AccountOpen(account),
            held_by: None,
        } => {
            format!("{what}: account {account} was deleted here")
        }
        Refusal::ClaimRefused { claim, held_by } => {
            let holder = held_by
                .as_ref()
                .map_or_else(|| "nobody".to_owned(), ToString::to_string);
            format!("{what}: {claim} is held by {holder}")
        }
    }
}
