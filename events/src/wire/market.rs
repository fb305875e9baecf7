//! Stored shapes of market events.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    event::EventType,
    ids::{AccountId, GameId},
    market::{MarketBet, MarketEvent, RefusedBet, SentTerms},
    money::{Currency, Money},
    odds::Odds,
    selection::Selection,
};

#[derive(Serialize, Deserialize)]
struct Recorded<'a> {
    bet_id: Uuid,
    #[serde(borrow)]
    game_id: Cow<'a, str>,
    #[serde(borrow)]
    bet_type: Cow<'a, str>,
    amount_minor: i64,
    #[serde(borrow)]
    currency: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    selection: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    odds_thousandths: Option<i64>,
    #[serde(borrow)]
    placed_at: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct Refused {
    bet_id: Uuid,
    game_id: String,
    code: String,
    detail: String,
    bet_type: String,
    amount: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    selection: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    odds: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account_id: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    batch: Option<String>,
    placed_at: String,
}

pub(super) fn encode(event: &MarketEvent) -> serde_json::Result<String> {
    match event {
        MarketEvent::BetRecorded(bet) => serde_json::to_string(&Recorded {
            bet_id: bet.bet_id,
            game_id: bet.game_id.as_str().into(),
            bet_type: (&*bet.bet_type).into(),
            amount_minor: bet.amount.minor(),
            currency: bet.amount.currency().code().to_owned().into(),
            selection: bet
                .selection
                .as_ref()
                .map(|selection| selection.written().into()),
            canonical: bet
                .selection
                .as_ref()
                .and_then(differing_canonical)
                .map(Cow::Borrowed),
            odds_thousandths: bet.odds.map(Odds::thousandths),
            placed_at: bet.placed_at.as_str().into(),
        }),
        MarketEvent::BetRefused(bet) => {
            let RefusedBet {
                bet_id,
                game_id,
                terms,
                code,
                detail,
                placed_at,
            } = bet.clone();
            let SentTerms {
                bet_type,
                amount,
                selection,
                odds,
                account_id,
                batch,
            } = terms;
            let game_id = game_id.to_string();
            serde_json::to_string(&Refused {
                bet_id,
                game_id,
                code,
                detail,
                bet_type,
                amount,
                selection,
                odds,
                account_id,
                batch,
                placed_at,
            })
        }
    }
}

pub(super) fn decode(event_type: EventType, data: &str) -> Result<MarketEvent, String> {
    if event_type == EventType::MarketBetRecorded {
        let shape: Recorded<'_> = super::read(data)?;
        let currency: Currency = shape.currency.parse().map_err(|error| format!("{error}"))?;
        return Ok(MarketEvent::BetRecorded(MarketBet {
            bet_id: shape.bet_id,
            game_id: GameId::parse(&shape.game_id).map_err(|error| error.to_string())?,
            bet_type: (&*shape.bet_type).into(),
            amount: Money::from_minor(shape.amount_minor, currency),
            selection: shape.selection.map(|written| {
                Selection::from_recorded(written.into_owned(), shape.canonical.map(Cow::into_owned))
            }),
            odds: shape.odds_thousandths.map(Odds::from_thousandths),
            placed_at: shape.placed_at.into_owned(),
        }));
    }
    let Refused {
        bet_id,
        game_id,
        code,
        detail,
        bet_type,
        amount,
        selection,
        odds,
        account_id,
        batch,
        placed_at,
    } = super::read(data)?;
    let game_id = GameId::parse(&game_id).map_err(|error| error.to_string())?;
    let terms = SentTerms {
        bet_type,
        amount,
        selection,
        odds,
        account_id,
        batch,
    };
    Ok(MarketEvent::BetRefused(RefusedBet {
        bet_id,
        game_id,
        terms,
        code,
        detail,
        placed_at,
    }))
}

/// The canonical form, where it says more than the written one.
pub(super) fn differing_canonical(selection: &Selection) -> Option<&str> {
    (selection.canonical() != selection.written()).then(|| selection.canonical())
}
