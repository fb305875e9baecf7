//! Events and requests to begin with.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};
use uuid::Uuid;

use crate::{
    account::{AccountDetails, AccountEvent},
    batch::{BatchEvent, BatchHeader, BatchOwner, Bet, BetStatus, JsonText},
    clock::Timestamp,
    dead_letter::{DeadLetterEvent, RetryOutcome},
    envelope::{NewEvent, StreamName, Version},
    event::Event,
    ids::{AccountId, BatchId, BetPid, DeadLetterId, EventId, GameId},
    market::{MarketBet, MarketEvent},
    metadata::{Metadata, Road},
    money::{Currency, Money},
    selection::Selection,
    store::{AppendRequest, Expected, IdempotencyKey, NewDeadLetter, StreamWrite},
};

/// When everything of the suite happened: 2026-01-02T03:04:05.678901Z.
pub(crate) const THEN: Timestamp = Timestamp::from_micros(1_767_323_045_678_901);

pub(crate) fn account_stream(id: i64) -> StreamName {
    StreamName::Account(AccountId::new(id))
}

pub(crate) fn batch_stream(id: i64) -> StreamName {
    StreamName::Batch(BatchId::new(id))
}

pub(crate) fn market_stream(game: &str) -> StreamName {
    StreamName::Market(GameId::parse(game).unwrap())
}

pub(crate) fn metadata() -> Arc<str> {
    Metadata::new("tester", Road::CommandLine).to_json().into()
}

/// `event` under the id that follows from `name`.
pub(crate) fn event(name: &str, event: impl Into<Event>) -> NewEvent {
    NewEvent::new(EventId::derived(name), event, metadata(), THEN)
}

/// A request that writes `events` to one stream.
pub(crate) fn write(
    stream: StreamName,
    expected: Expected,
    events: impl IntoIterator<Item = NewEvent>,
) -> AppendRequest {
    let events: SmallVec<[NewEvent; 1]> = events.into_iter().collect();
    AppendRequest {
        writes: smallvec![StreamWrite {
            stream,
            expected,
            events
        }],
        ..AppendRequest::default()
    }
}

/// One request that does what `requests` do, all or nothing.
pub(crate) fn together(requests: impl IntoIterator<Item = AppendRequest>) -> AppendRequest {
    let writes = requests
        .into_iter()
        .flat_map(|request| request.writes)
        .collect();
    AppendRequest {
        writes,
        ..AppendRequest::default()
    }
}

fn details(id: i64, name: &str) -> AccountDetails {
    AccountDetails {
        account_id: AccountId::new(id),
        name: name.to_owned(),
        hostname: "host".to_owned(),
        opened_at: THEN,
    }
}

/// A request that opens account `id` under `name`.
pub(crate) fn open_account(id: i64, name: &str) -> AppendRequest {
    let opened = event(
        &format!("open {id} {name}"),
        AccountEvent::Opened(details(id, name)),
    );
    write(account_stream(id), Expected::NoStream, [opened])
}

/// The event that renames account `id`.
pub(crate) fn renamed(id: i64, from: &str, to: &str) -> NewEvent {
    let changed = AccountEvent::Changed {
        details: details(id, to),
        previous_name: from.to_owned(),
        previous_hostname: Some("host".to_owned()),
    };
    event(&format!("rename {id} {from} {to}"), changed)
}

/// A request that closes account `id`.
pub(crate) fn close_account(id: i64, name: &str) -> AppendRequest {
    let closed = AccountEvent::Closed {
        account_id: AccountId::new(id),
        name: name.to_owned(),
    };
    write(
        account_stream(id),
        Expected::Any,
        [event(&format!("close {id}"), closed)],
    )
}

fn owner(batch: i64, account: i64) -> BatchOwner {
    BatchOwner {
        batch_id: BatchId::new(batch),
        account_id: AccountId::new(account),
    }
}

pub(crate) fn bet(pid: i64) -> Bet {
    Bet {
        pid: BetPid::new(pid),
        number: pid,
        selection: Some(Selection::parse(Some("WIN"), "3").unwrap()),
        stake: Money::from_minor(600, Currency::USD),
        cost: Money::from_minor(600, Currency::USD),
        status: BetStatus::Pending,
        origin: None,
    }
}

/// A request that makes `batch` for `account`, with one bet.
pub(crate) fn create_batch(batch: i64, account: i64, name: Option<&str>) -> AppendRequest {
    let header = BatchHeader {
        owner: owner(batch, account),
        name: name.map(str::to_owned),
        meta: JsonText::from_valid(r#"{"race":"4"}"#),
        created_at: THEN,
    };
    let created = BatchEvent::Created {
        header,
        bets: vec![bet(batch)],
    };
    write(
        batch_stream(batch),
        Expected::NoStream,
        [event(&format!("create {batch}"), created)],
    )
}

/// The event that gives the bet of `batch` another status, as the change number `change`.
pub(crate) fn status_changed(batch: i64, account: i64, change: usize) -> NewEvent {
    let bet = Bet {
        status: BetStatus::Successful,
        ..bet(batch)
    };
    let changed = BatchEvent::BetStatusChanged {
        owner: owner(batch, account),
        bet,
        from: BetStatus::Pending,
    };
    event(&format!("status {batch} {change}"), changed)
}

/// A request that submits `batch`.
pub(crate) fn submit_batch(batch: i64, account: i64, name: Option<&str>) -> AppendRequest {
    let submitted = BatchEvent::Submitted {
        owner: owner(batch, account),
        name: name.map(str::to_owned),
    };
    write(
        batch_stream(batch),
        Expected::Any,
        [event(&format!("submit {batch}"), submitted)],
    )
}

/// The bet number `number` on `game`, of `amount_minor`; its event has its own id.
pub(crate) fn market_bet(game: &str, number: u128, amount_minor: i64) -> NewEvent {
    let bet_id = Uuid::from_u128(number);
    let bet = MarketBet {
        bet_id,
        game_id: GameId::parse(game).unwrap(),
        bet_type: "WIN".into(),
        amount: Money::from_minor(amount_minor, Currency::USD),
        selection: Some(Selection::parse(Some("WIN"), "3 ** é").unwrap()),
        odds: None,
        placed_at: "2026-01-02T03:04:05+01:00".to_owned(),
    };
    NewEvent::new(
        EventId::new(bet_id),
        MarketEvent::BetRecorded(bet),
        metadata(),
        THEN,
    )
}

/// A request that records the bet number `number` on `game`.
pub(crate) fn record_bet(game: &str, number: u128) -> AppendRequest {
    write(
        market_stream(game),
        Expected::Any,
        [market_bet(game, number, 4_200)],
    )
}

/// `request` under an idempotency key.
pub(crate) fn keyed(request: AppendRequest, key: &str, answer: &str) -> AppendRequest {
    let key = IdempotencyKey {
        scope: "tester POST /things".to_owned(),
        key: key.to_owned(),
        fingerprint: [7; 32],
        answer: answer.into(),
    };
    AppendRequest {
        idempotency: Some(Box::new(key)),
        ..request
    }
}

/// A message that could not be read.
pub(crate) fn dead_letter(sequence: u64) -> NewDeadLetter {
    NewDeadLetter {
        stream: "BETS".to_owned(),
        sequence,
        subject: "bets.x".to_owned(),
        bytes: vec![0, 255, b'{', sequence as u8],
        reason: "not_json".to_owned(),
        detail: "expected value at line 1 column 1".to_owned(),
        received_at: THEN,
    }
}

/// A request that keeps what retry number `version` of a letter came to.
pub(crate) fn retry_letter(id: DeadLetterId, version: i64, outcome: RetryOutcome) -> AppendRequest {
    let retried = DeadLetterEvent::Retried {
        dead_letter_id: id,
        outcome,
    };
    change_letter(id, version, retried)
}

/// A request that discards a letter, as its change number `version`.
pub(crate) fn discard_letter(id: DeadLetterId, version: i64) -> AppendRequest {
    let discarded = DeadLetterEvent::Discarded { dead_letter_id: id };
    change_letter(id, version, discarded)
}

fn change_letter(id: DeadLetterId, version: i64, change: DeadLetterEvent) -> AppendRequest {
    write(
        StreamName::DeadLetter(id),
        Expected::Any,
        [event(&format!("letter {id} {version}"), change)],
    )
}

/// The version `version`.
pub(crate) fn exactly(version: i64) -> Expected {
    Expected::Exactly(Version(version))
}
