//! The rules of stream bets.

use betstream_events::{
    event::StreamTerms,
    market::{MarketBet, RefusedBet, SentTerms},
    money::{Currency, Money},
    odds::Odds,
    selection::Selection,
};

use super::{BetRejection, SentBet};

/// Decides a bet that joins no batch.
///
/// # Errors
/// The first rule, in the order of [`BetRejection`], that says no.
pub fn decide(sent: &SentBet, currency: Currency) -> Result<MarketBet, BetRejection> {
    let amount = amount(sent, currency)?;
    let parse = |written: &String| Selection::parse(Some(&sent.bet_type), written);
    let selection = sent
        .selection
        .as_ref()
        .map(parse)
        .transpose()
        .map_err(BetRejection::Selection)?;
    Ok(MarketBet {
        bet_id: sent.bet_id,
        game_id: sent.game_id.clone(),
        bet_type: sent.bet_type.as_str().into(),
        amount,
        selection,
        odds: odds(sent)?,
        placed_at: sent.placed_at.clone(),
    })
}

/// The type's and the amount's rules, which hold for every stream bet.
///
/// # Errors
/// The rule that says no.
pub fn amount(sent: &SentBet, currency: Currency) -> Result<Money, BetRejection> {
    if sent.bet_type.trim().is_empty() {
        return Err(BetRejection::BetTypeEmpty);
    }
    let amount = Money::parse(&sent.amount, currency).map_err(BetRejection::Amount)?;
    if amount.is_positive() {
        Ok(amount)
    } else {
        Err(BetRejection::StakeNotPositive { amount })
    }
}

/// The odds' rule.
///
/// # Errors
/// [`BetRejection::Odds`].
pub fn odds(sent: &SentBet) -> Result<Option<Odds>, BetRejection> {
    sent.odds
        .as_deref()
        .map(Odds::parse)
        .transpose()
        .map_err(BetRejection::Odds)
}

/// The fact that `sent` was refused.
pub fn refusal(sent: &SentBet, rejection: &BetRejection) -> RefusedBet {
    RefusedBet {
        bet_id: sent.bet_id,
        game_id: sent.game_id.clone(),
        terms: SentTerms {
            bet_type: sent.bet_type.clone(),
            amount: sent.amount.clone(),
            selection: sent.selection.clone(),
            odds: sent.odds.clone(),
            account_id: sent.account_id,
            batch: sent.batch.clone(),
        },
        code: rejection.code().to_owned(),
        detail: rejection.to_string(),
        placed_at: sent.placed_at.clone(),
    }
}

/// The terms of `sent` for comparing with recorded ones; literals that are no money or odds are
/// compared as they were written.
pub fn sent_terms(sent: &SentBet, currency: Currency) -> StreamTerms {
    let amount = Money::parse(&sent.amount, currency)
        .map_or_else(|_| sent.amount.clone(), |money| money.to_string());
    let odds = sent
        .odds
        .as_ref()
        .map(|text| Odds::parse(text).map_or_else(|_| text.clone(), |odds| odds.to_string()));
    let batch = sent.account_id.map(|_| batch_name(sent));
    StreamTerms {
        bet_id: sent.bet_id,
        game_id: sent.game_id.to_string(),
        bet_type: sent.bet_type.clone(),
        amount,
        selection: sent.selection.clone(),
        odds,
        account_id: sent.account_id,
        batch,
    }
}

/// The name of the batch that a bet with an account asks for.
pub(crate) fn batch_name(sent: &SentBet) -> String {
    sent.batch
        .clone()
        .unwrap_or_else(|| sent.game_id.to_string())
}
