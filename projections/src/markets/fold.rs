//! Which events count towards a game: bets of the stream, whether they joined a batch or not.

use betstream_events::{
    batch::{self, BatchEvent},
    envelope::RecordedEvent,
    event::Event,
    market::MarketEvent,
    selection::Selection,
};

use super::changes::{GameBet, MarketChanges};

/// Adds what `recorded` changes.
pub(super) fn fold(changes: &mut MarketChanges, recorded: &RecordedEvent) {
    match &recorded.event {
        Event::Market(MarketEvent::BetRecorded(bet)) => changes.add(GameBet {
            game_id: &bet.game_id,
            bet_type: &bet.bet_type,
            selection: canonical(bet.selection.as_ref()),
            amount: bet.amount.minor(),
            recorded_at: recorded.recorded_at,
            position: recorded.position,
        }),
        Event::Batch(BatchEvent::Created { bets, .. } | BatchEvent::BetsAdded { bets, .. }) => {
            add_stream_bets(changes, recorded, bets);
        }
        Event::Account(_)
        | Event::Batch(_)
        | Event::Market(MarketEvent::BetRefused(_))
        | Event::DeadLetter(_)
        | Event::Projection(_) => {}
    }
}

fn add_stream_bets(changes: &mut MarketChanges, recorded: &RecordedEvent, bets: &[batch::Bet]) {
    for bet in bets {
        let Some(origin) = bet.origin.as_deref() else {
            continue;
        };
        let join = (origin.game_id.clone(), recorded.position);
        changes.joins.insert(join);
        changes.add(GameBet {
            game_id: &origin.game_id,
            bet_type: &origin.bet_type,
            selection: canonical(bet.selection.as_ref()),
            amount: bet.stake.minor(),
            recorded_at: recorded.recorded_at,
            position: recorded.position,
        });
    }
}

fn canonical(selection: Option<&Selection>) -> Option<&str> {
    selection.map(Selection::canonical)
}
