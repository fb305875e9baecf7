//! Answers to commands in the shapes of the wire.
//!
//! An answer states a fact; these functions show it. One that states another kind of fact than its
//! command leads to is a defect of ours.

use betstream_actors::answer::Answer;
use betstream_events::{
    account::AccountEvent,
    batch::{self, BatchEvent},
    envelope::Version,
    event::Event,
    ids::BatchId,
};
use betstream_projections::desk::{Account, Batch, Bet};
use serde_json::value::{RawValue, to_raw_value};

use super::dead_letters::DeadLetterResult;
use crate::error::ApiError;

/// The account that the answer states.
///
/// # Errors
/// A defect, when it states something else.
pub fn account(answer: &Answer) -> Result<Account, ApiError> {
    match &answer.fact {
        Event::Account(AccountEvent::Opened(details)) => {
            Ok(Account::new(details, answer.updated_at, answer.version))
        }
        _ => Err(unexpected(answer)),
    }
}

/// The open batch that the answer states.
///
/// # Errors
/// A defect, when it states something else.
pub fn batch(answer: &Answer) -> Result<Batch, ApiError> {
    let Event::Batch(BatchEvent::Created { header, bets }) = &answer.fact else {
        return Err(unexpected(answer));
    };
    let mut batch = Batch::created(header, &[], answer.version, answer.updated_at);
    batch.bets = shown(header.owner.batch_id, bets, answer);
    if !batch.bets.is_empty() {
        batch.state = betstream_projections::desk::BatchState::Active;
    }
    Ok(batch)
}

/// The one bet that the answer states.
///
/// # Errors
/// A defect, when it states something else.
pub fn bet(answer: &Answer) -> Result<Bet, ApiError> {
    match &answer.fact {
        Event::Batch(BatchEvent::BetStatusChanged { owner, bet, .. }) => {
            Ok(Bet::new(owner.batch_id, bet, bet_version(answer, 0)))
        }
        _ => Err(unexpected(answer)),
    }
}

/// The bets that the answer states, in its order.
///
/// # Errors
/// A defect, when it states something else.
pub fn bets(answer: &Answer) -> Result<Vec<Bet>, ApiError> {
    match &answer.fact {
        Event::Batch(BatchEvent::BetsStatusChanged { owner, bets }) => {
            Ok(shown(owner.batch_id, bets, answer))
        }
        _ => Err(unexpected(answer)),
    }
}

/// The bets that joined with the very command that is answered: those that last changed at the
/// batch's present version.
///
/// # Errors
/// A defect, when it states something else.
pub fn joined_bets(answer: &Answer) -> Result<Vec<Bet>, ApiError> {
    let mut bets = batch(answer)?.bets;
    bets.retain(|bet| bet.version == answer.version);
    Ok(bets)
}

/// What the answer says of a dead letter.
///
/// # Errors
/// A defect, when it states something else.
pub fn dead_letter(answer: &Answer) -> Result<DeadLetterResult, ApiError> {
    match &answer.fact {
        Event::DeadLetter(event) => Ok(DeadLetterResult::of(event)),
        _ => Err(unexpected(answer)),
    }
}

/// How the thing is now, for a caller who saw an older version, with the version to ask again with.
pub fn current(answer: &Answer) -> Option<(Box<RawValue>, Version)> {
    let (json, version) = match &answer.fact {
        Event::Account(_) => (to_raw_value(&account(answer).ok()?), answer.version),
        Event::Batch(BatchEvent::BetStatusChanged { .. }) => {
            let bet = bet(answer).ok()?;
            (to_raw_value(&bet), bet.version)
        }
        Event::Batch(_) => (to_raw_value(&batch(answer).ok()?), answer.version),
        Event::Market(_) | Event::DeadLetter(_) | Event::Projection(_) => return None,
    };
    Some((json.ok()?, version))
}

fn shown(batch_id: BatchId, bets: &[batch::Bet], answer: &Answer) -> Vec<Bet> {
    let show = |(at, bet)| Bet::new(batch_id, bet, bet_version(answer, at));
    bets.iter().enumerate().map(show).collect()
}

fn bet_version(answer: &Answer, at: usize) -> Version {
    answer
        .bet_versions
        .get(at)
        .copied()
        .unwrap_or(answer.version)
}

fn unexpected(answer: &Answer) -> ApiError {
    ApiError::defect(&format!("an answer states {}", answer.event_type().name()))
}
