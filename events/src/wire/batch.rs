//! Stored shapes of batch events.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::market::differing_canonical;
use crate::{
    batch::{BatchEvent, BatchHeader, BatchOwner, Bet, BetStatus, JsonText, StreamOrigin},
    clock::Timestamp,
    event::EventType,
    ids::{AccountId, BatchId, BetPid, GameId},
    money::{Currency, Money},
    odds::Odds,
    selection::Selection,
};

/// One shape serves all batch events; each type uses the fields that it needs.
#[derive(Serialize, Deserialize)]
struct Shape {
    batch_id: BatchId,
    account_id: AccountId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    meta: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bet: Option<BetShape>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bets: Option<Vec<BetShape>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    with_account: bool,
}

#[derive(Serialize, Deserialize)]
struct BetShape {
    pid: BetPid,
    id: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    selection: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    canonical: Option<String>,
    stake_minor: i64,
    cost_minor: i64,
    status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<OriginShape>,
}

#[derive(Serialize, Deserialize)]
struct OriginShape {
    bet_id: Uuid,
    game_id: String,
    bet_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    odds_thousandths: Option<i64>,
    batch: String,
    placed_at: String,
}

impl Shape {
    fn of(owner: &BatchOwner) -> Self {
        Self {
            batch_id: owner.batch_id,
            account_id: owner.account_id,
            name: None,
            meta: None,
            created_at: None,
            currency: None,
            bet: None,
            from: None,
            bets: None,
            reason: None,
            with_account: false,
        }
    }

    fn with_bets(self, bets: &[Bet]) -> Self {
        let currency = bets.first().map(|bet| bet.stake.currency().to_string());
        Self {
            bets: Some(bets.iter().map(bet_shape).collect()),
            currency,
            ..self
        }
    }
}

pub(super) fn encode(event: &BatchEvent) -> serde_json::Result<String> {
    let shape = match event {
        BatchEvent::Created { header, bets } => Shape {
            name: header.name.clone(),
            meta: Some(RawValue::from_string(header.meta.as_str().to_owned())?),
            created_at: Some(header.created_at),
            ..Shape::of(&header.owner).with_bets(bets)
        },
        BatchEvent::BetsAdded { owner, bets } | BatchEvent::BetsStatusChanged { owner, bets } => {
            Shape::of(owner).with_bets(bets)
        }
        BatchEvent::BetStatusChanged { owner, bet, from } => Shape {
            bet: Some(bet_shape(bet)),
            currency: Some(bet.stake.currency().to_string()),
            from: Some(from.word().to_owned()),
            ..Shape::of(owner)
        },
        BatchEvent::Submitted { owner, name } => Shape {
            name: name.clone(),
            ..Shape::of(owner)
        },
        BatchEvent::Completed { owner } => Shape::of(owner),
        BatchEvent::Withdrawn {
            owner,
            name,
            reason,
            with_account,
        } => Shape {
            name: name.clone(),
            reason: reason.clone(),
            with_account: *with_account,
            ..Shape::of(owner)
        },
    };
    serde_json::to_string(&shape)
}

pub(super) fn decode(event_type: EventType, data: &str) -> Result<BatchEvent, String> {
    let shape: Shape = super::read(data)?;
    let owner = BatchOwner {
        batch_id: shape.batch_id,
        account_id: shape.account_id,
    };
    let currency = shape
        .currency
        .as_deref()
        .map(str::parse::<Currency>)
        .transpose()
        .map_err(|error| error.to_string())?;
    let many = |bets: Option<Vec<BetShape>>| {
        bets.ok_or("bets is missing")?
            .into_iter()
            .map(|bet| read_bet(bet, currency))
            .collect::<Result<Vec<_>, String>>()
    };
    Ok(match event_type {
        EventType::BatchCreated => {
            let meta = shape.meta.map_or_else(JsonText::empty_object, |meta| {
                JsonText::from_valid(meta.get())
            });
            let created_at = shape.created_at.ok_or("created_at is missing")?;
            let header = BatchHeader {
                owner,
                name: shape.name,
                meta,
                created_at,
            };
            BatchEvent::Created {
                header,
                bets: many(shape.bets)?,
            }
        }
        EventType::BatchBetsAdded => BatchEvent::BetsAdded {
            owner,
            bets: many(shape.bets)?,
        },
        EventType::BatchBetsStatusChanged => BatchEvent::BetsStatusChanged {
            owner,
            bets: many(shape.bets)?,
        },
        EventType::BatchBetStatusChanged => BatchEvent::BetStatusChanged {
            owner,
            bet: read_bet(shape.bet.ok_or("bet is missing")?, currency)?,
            from: status(&shape.from.ok_or("from is missing")?)?,
        },
        EventType::BatchSubmitted => BatchEvent::Submitted {
            owner,
            name: shape.name,
        },
        EventType::BatchCompleted => BatchEvent::Completed { owner },
        EventType::BatchWithdrawn => BatchEvent::Withdrawn {
            owner,
            name: shape.name,
            reason: shape.reason,
            with_account: shape.with_account,
        },
        other => return Err(format!("{} is no batch event", other.name())),
    })
}

fn bet_shape(bet: &Bet) -> BetShape {
    BetShape {
        pid: bet.pid,
        id: bet.number,
        selection: bet
            .selection
            .as_ref()
            .map(|selection| selection.written().to_owned()),
        canonical: bet
            .selection
            .as_ref()
            .and_then(differing_canonical)
            .map(str::to_owned),
        stake_minor: bet.stake.minor(),
        cost_minor: bet.cost.minor(),
        status: bet.status.word().to_owned(),
        origin: bet.origin.as_deref().map(|origin| OriginShape {
            bet_id: origin.bet_id,
            game_id: origin.game_id.to_string(),
            bet_type: origin.bet_type.clone(),
            odds_thousandths: origin.odds.map(Odds::thousandths),
            batch: origin.batch.clone(),
            placed_at: origin.placed_at.clone(),
        }),
    }
}

fn read_bet(shape: BetShape, currency: Option<Currency>) -> Result<Bet, String> {
    let currency = currency.ok_or("currency is missing")?;
    let canonical = shape.canonical;
    Ok(Bet {
        pid: shape.pid,
        number: shape.id,
        selection: shape
            .selection
            .map(|written| Selection::from_recorded(written, canonical)),
        stake: Money::from_minor(shape.stake_minor, currency),
        cost: Money::from_minor(shape.cost_minor, currency),
        status: status(&shape.status)?,
        origin: shape.origin.map(read_origin).transpose()?.map(Box::new),
    })
}

fn read_origin(shape: OriginShape) -> Result<StreamOrigin, String> {
    Ok(StreamOrigin {
        bet_id: shape.bet_id,
        game_id: GameId::parse(&shape.game_id).map_err(|error| error.to_string())?,
        bet_type: shape.bet_type,
        odds: shape.odds_thousandths.map(Odds::from_thousandths),
        batch: shape.batch,
        placed_at: shape.placed_at,
    })
}

fn status(word: &str) -> Result<BetStatus, String> {
    BetStatus::from_word(word).ok_or_else(|| format!("{word:?} is no bet status"))
}
