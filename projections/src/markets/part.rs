//! What one market makes of the view of all.

use betstream_events::{
    batch::BatchEvent,
    envelope::{RecordedEvent, StreamName},
    event::Event,
};

use super::MarketChanges;
use crate::part::{Beside, Part};

pub(super) fn part(stream: &StreamName) -> Option<Part> {
    let StreamName::Market(game) = stream else {
        return None;
    };
    Some(Part {
        removals: &[
            include_str!("sql/delete_selections.sql"),
            include_str!("sql/delete_pools.sql"),
            include_str!("sql/delete_game.sql"),
            include_str!("sql/delete_joins.sql"),
        ],
        key: game.as_str().into(),
        beside: Beside::Batches,
    })
}

/// Leaves what is of the market itself.
pub(super) fn keep(changes: &mut MarketChanges, stream: &StreamName) {
    if let StreamName::Market(game) = stream {
        changes.games.retain(|other, _| other == game);
        changes.joins.retain(|(other, _)| other == game);
    }
}

/// Whether `event`, of a batch, counts towards the market.
pub(super) fn concerns(event: &RecordedEvent, stream: &StreamName) -> bool {
    let (
        Event::Batch(event @ (BatchEvent::Created { .. } | BatchEvent::BetsAdded { .. })),
        StreamName::Market(game),
    ) = (&event.event, stream)
    else {
        return false;
    };
    let mut origins = event.bets().iter().filter_map(|bet| bet.origin.as_deref());
    origins.any(|origin| origin.game_id == *game)
}
