//! Stream bets that join a batch.

use betstream_events::{
    batch::{BatchEvent, BatchOwner, Bet, BetStatus, StreamOrigin},
    event::{Event, StreamTerms},
    ids::{AccountId, BatchId, EventId},
    selection::Selection,
};

use super::{BatchRejection, BetFault, Contents, JoiningBet, decide::check_room};
use crate::entity::{Decision, Outcome};

/// The bet's event has the bet's own id, so that the log takes it once for ever.
pub(super) fn join(contents: &Contents, bet: &JoiningBet) -> Result<Decision, BatchRejection> {
    check_room(contents.bets.size() + 1)?;
    let refuse = |fault| BatchRejection::BadBet { index: 0, fault };
    if !bet.amount.is_positive() {
        return Err(refuse(BetFault::StakeNotPositive { stake: bet.amount }));
    }
    let parse = |written: &String| Selection::parse(Some(&bet.bet_type), written);
    let selection = bet
        .selection
        .as_ref()
        .map(parse)
        .transpose()
        .map_err(|fault| refuse(fault.into()))?;
    let event = added(contents.header.owner, bet, selection, contents.next_number);
    let mut decision = Decision::one(event, Outcome::Bet(bet.pid));
    for decided in &mut decision.events {
        decided.event_id = Some(EventId::new(bet.bet_id));
    }
    decision.tally = bet.tally;
    Ok(decision)
}

/// The terms as they were sent, for comparing with the ones that are recorded.
pub(super) fn terms(account_id: AccountId, bet: &JoiningBet) -> StreamTerms {
    let owner = BatchOwner {
        batch_id: BatchId::new(0),
        account_id,
    };
    let selection = bet
        .selection
        .clone()
        .map(|written| Selection::from_recorded(written, None));
    StreamTerms::of(&Event::Batch(added(owner, bet, selection, 0)))
        .unwrap_or_else(|| unreachable!("an added stream bet has terms"))
}

fn added(
    owner: BatchOwner,
    bet: &JoiningBet,
    selection: Option<Selection>,
    number: i64,
) -> BatchEvent {
    let origin = StreamOrigin {
        bet_id: bet.bet_id,
        game_id: bet.game_id.clone(),
        bet_type: bet.bet_type.clone(),
        odds: bet.odds,
        batch: bet.batch.clone(),
        placed_at: bet.placed_at.clone(),
    };
    let bet = Bet {
        pid: bet.pid,
        number,
        selection,
        stake: bet.amount,
        cost: bet.amount,
        status: BetStatus::Pending,
        origin: Some(Box::new(origin)),
    };
    BatchEvent::BetsAdded {
        owner,
        bets: vec![bet],
    }
}
