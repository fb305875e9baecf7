//! What one account, and what one batch, makes of the desk.

use betstream_events::envelope::StreamName;

use super::DeskChanges;
use crate::part::{Beside, Part};

pub(super) fn part(stream: &StreamName) -> Option<Part> {
    match stream {
        StreamName::Account(id) => Some(Part {
            removals: &[
                include_str!("sql/delete_account.sql"),
                include_str!("sql/delete_account_versions.sql"),
            ],
            key: id.get().into(),
            beside: Beside::Nothing,
        }),
        StreamName::Batch(id) => Some(Part {
            removals: &[
                include_str!("sql/delete_bets_of_batch.sql"),
                include_str!("sql/delete_batch.sql"),
                include_str!("sql/delete_batch_life.sql"),
            ],
            key: id.get().into(),
            beside: Beside::Account,
        }),
        StreamName::Market(_) | StreamName::DeadLetter(_) | StreamName::Projection(_) => None,
    }
}

/// Leaves what is of the stream itself.
pub(super) fn keep(changes: &mut DeskChanges, stream: &StreamName) {
    if matches!(stream, StreamName::Batch(_)) {
        // Its account has had its say: what went with it is forgotten already.
        changes.accounts.clear();
        changes.closed.clear();
        changes.account_versions.clear();
    }
}
