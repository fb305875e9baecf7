//! What an event is about.

use betstream_events::{
    account::AccountEvent,
    batch::{BatchEvent, Bet},
    dead_letter::{DeadLetterEvent, RetryOutcome},
    event::Event,
    ids::{AccountId, BetPid, GameId},
    market::MarketEvent,
};
use uuid::Uuid;

/// One thing that an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject<'a> {
    /// An account.
    Account(AccountId),
    /// A bet of a batch.
    Pid(BetPid),
    /// A bet of the stream.
    Bet(Uuid),
    /// A market.
    Market(&'a GameId),
}

/// Gives `about` everything that `event` is about.
pub(super) fn subjects<'a>(event: &'a Event, about: &mut impl FnMut(Subject<'a>)) {
    match event {
        Event::Account(event) => about(Subject::Account(account_of(event))),
        Event::Batch(event) => {
            about(Subject::Account(event.owner().account_id));
            event.bets().iter().for_each(|bet| of_bet(bet, about));
        }
        Event::Market(MarketEvent::BetRecorded(bet)) => {
            about(Subject::Bet(bet.bet_id));
            about(Subject::Market(&bet.game_id));
        }
        Event::Market(MarketEvent::BetRefused(bet)) => {
            about(Subject::Bet(bet.bet_id));
            about(Subject::Market(&bet.game_id));
            if let Some(account) = bet.terms.account_id {
                about(Subject::Account(account));
            }
        }
        Event::DeadLetter(DeadLetterEvent::Retried { outcome, .. }) => match outcome {
            RetryOutcome::Recorded { bet_id, .. }
            | RetryOutcome::AlreadyRecorded { bet_id, .. }
            | RetryOutcome::Refused { bet_id, .. } => about(Subject::Bet(*bet_id)),
            RetryOutcome::Unreadable { .. } => {}
        },
        Event::DeadLetter(DeadLetterEvent::Discarded { .. }) | Event::Projection(_) => {}
    }
}

fn of_bet<'a>(bet: &'a Bet, about: &mut impl FnMut(Subject<'a>)) {
    about(Subject::Pid(bet.pid));
    if let Some(origin) = bet.origin.as_deref() {
        about(Subject::Bet(origin.bet_id));
        about(Subject::Market(&origin.game_id));
    }
}

const fn account_of(event: &AccountEvent) -> AccountId {
    match event {
        AccountEvent::Opened(details) | AccountEvent::Changed { details, .. } => details.account_id,
        AccountEvent::Closed { account_id, .. } => *account_id,
    }
}

/// The lowest and highest id of the bets that `event` brings into its batch.
pub(super) fn new_pids(event: &Event) -> Option<(BetPid, BetPid)> {
    let Event::Batch(BatchEvent::Created { bets, .. } | BatchEvent::BetsAdded { bets, .. }) = event
    else {
        return None;
    };
    let pids = || bets.iter().map(|bet| bet.pid);
    pids().min().zip(pids().max())
}
