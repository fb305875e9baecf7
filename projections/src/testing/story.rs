//! Stories: sequences of events that a real desk and a real stream could have made.

use std::sync::Arc;

use betstream_events::{
    account::{AccountDetails, AccountEvent},
    batch::{BatchEvent, BatchHeader, BatchOwner, Bet, BetStatus, JsonText, StreamOrigin},
    envelope::{NewEvent, Position, StreamName},
    event::Event,
    ids::{AccountId, BatchId, BetPid, EventId, GameId, ProjectionId},
    market::{MarketBet, MarketEvent, RefusedBet, SentTerms},
    metadata::{Metadata, Road},
    money::{Currency, Money},
    projection::ProjectionEvent,
    selection::Selection,
    store::{AppendRequest, Expected, StreamWrite},
};
use smallvec::smallvec;
use uuid::Uuid;

use super::THEN;

/// Makes events one after another; ids count up.
#[derive(Default)]
pub(crate) struct Story {
    next: i64,
    /// Open accounts.
    pub(crate) accounts: Vec<i64>,
    /// Open batches with their account and bets.
    pub(crate) batches: Vec<(i64, i64, Vec<Bet>)>,
}

impl Story {
    fn id(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    /// Lets the next id be the one after `last`.
    pub(crate) const fn skip_ids(&mut self, last: i64) {
        self.next = last;
    }

    fn request(&mut self, stream: StreamName, event: impl Into<Event>) -> AppendRequest {
        let name = format!("event {}", self.id());
        let metadata: Arc<str> = Metadata::new("tester", Road::CommandLine).to_json().into();
        let event = NewEvent::new(EventId::derived(&name), event, metadata, THEN);
        let write = StreamWrite {
            stream,
            expected: Expected::Any,
            events: smallvec![event],
        };
        AppendRequest {
            writes: smallvec![write],
            ..AppendRequest::default()
        }
    }

    /// The decision that a projection passes over an event.
    pub(crate) fn pass_over(&mut self, projection: &str, position: i64) -> AppendRequest {
        let projection = ProjectionId::parse(projection).unwrap();
        let event = ProjectionEvent::EventSkipped {
            projection: projection.clone(),
            position: Position(position),
            fault: "this event is cursed".to_owned(),
        };
        self.request(StreamName::Projection(projection), event)
    }

    pub(crate) fn open_account(&mut self) -> AppendRequest {
        let id = self.id();
        self.accounts.push(id);
        let details = details(id, &format!("account {id}"));
        self.request(
            StreamName::Account(AccountId::new(id)),
            AccountEvent::Opened(details),
        )
    }

    pub(crate) fn rename_account(&mut self, id: i64) -> AppendRequest {
        let name = format!("renamed {}", self.id());
        let changed = AccountEvent::Changed {
            details: details(id, &name),
            previous_name: format!("account {id}"),
            previous_hostname: None,
        };
        self.request(StreamName::Account(AccountId::new(id)), changed)
    }

    pub(crate) fn close_account(&mut self, id: i64) -> AppendRequest {
        self.accounts.retain(|account| *account != id);
        self.batches.retain(|(_, account, _)| *account != id);
        let closed = AccountEvent::Closed {
            account_id: AccountId::new(id),
            name: format!("account {id}"),
        };
        self.request(StreamName::Account(AccountId::new(id)), closed)
    }

    pub(crate) fn create_batch(&mut self, account: i64, bets: usize) -> AppendRequest {
        let id = self.id();
        let bets: Vec<Bet> = (0..bets).map(|_| self.bet(None)).collect();
        self.batches.push((id, account, bets.clone()));
        let meta = JsonText::from_valid(r#"{"bet_type":"WIN","race_id":4}"#);
        let header = BatchHeader {
            owner: owner(id, account),
            name: None,
            meta,
            created_at: THEN,
        };
        self.request(
            StreamName::Batch(BatchId::new(id)),
            BatchEvent::Created { header, bets },
        )
    }

    fn bet(&mut self, origin: Option<Box<StreamOrigin>>) -> Bet {
        let id = self.id();
        Bet {
            pid: BetPid::new(id),
            number: id % 3,
            selection: Some(Selection::parse(Some("WIN"), "3").unwrap()),
            stake: money(600),
            cost: money(200),
            status: BetStatus::Pending,
            origin,
        }
    }

    fn add(&mut self, batch: usize, bets: Vec<Bet>) -> AppendRequest {
        let (id, account, known) = &mut self.batches[batch];
        known.extend(bets.iter().cloned());
        let (stream, owner) = (StreamName::Batch(BatchId::new(*id)), owner(*id, *account));
        self.request(stream, BatchEvent::BetsAdded { owner, bets })
    }

    pub(crate) fn add_bets(&mut self, batch: usize, bets: usize) -> AppendRequest {
        let bets = (0..=bets).map(|_| self.bet(None)).collect();
        self.add(batch, bets)
    }

    pub(crate) fn add_stream_bet(&mut self, batch: usize, game: &str, minor: i64) -> AppendRequest {
        let origin = StreamOrigin {
            bet_id: Uuid::from_u128(self.id() as u128),
            game_id: GameId::parse(game).unwrap(),
            bet_type: "WIN".to_owned(),
            odds: None,
            batch: game.to_owned(),
            placed_at: "2026-01-02T03:04:05Z".to_owned(),
        };
        let bet = self.bet(Some(Box::new(origin)));
        self.add(
            batch,
            vec![Bet {
                stake: money(minor),
                cost: money(minor),
                ..bet
            }],
        )
    }

    pub(crate) fn change_status(&mut self, batch: usize, detail: usize) -> Option<AppendRequest> {
        let (id, account, bets) = self.batches.get_mut(batch)?;
        let bet = {
            let count = bets.len().max(1);
            bets.get_mut(detail % count)?
        };
        let from = bet.status;
        bet.status = BetStatus::ALL[detail % 3];
        let (stream, owner, bet) = (
            StreamName::Batch(BatchId::new(*id)),
            owner(*id, *account),
            bet.clone(),
        );
        Some(if detail.is_multiple_of(2) {
            self.request(stream, BatchEvent::BetStatusChanged { owner, bet, from })
        } else {
            self.request(
                stream,
                BatchEvent::BetsStatusChanged {
                    owner,
                    bets: vec![bet],
                },
            )
        })
    }

    pub(crate) fn end_batch(&mut self, batch: usize, how: usize) -> Option<AppendRequest> {
        let (id, account, _) = self.batches.get(batch)?;
        let (stream, owner) = (StreamName::Batch(BatchId::new(*id)), owner(*id, *account));
        let event = match how {
            0 => BatchEvent::Submitted { owner, name: None },
            1 => BatchEvent::Completed { owner },
            _ => BatchEvent::Withdrawn {
                owner,
                name: None,
                reason: None,
                with_account: false,
            },
        };
        if how != 0 {
            self.batches.remove(batch);
        }
        Some(self.request(stream, event))
    }

    pub(crate) fn market_bet(
        &mut self,
        game: &str,
        bet_type: &str,
        selection: Option<&str>,
        minor: i64,
    ) -> AppendRequest {
        let game_id = GameId::parse(game).unwrap();
        let bet = MarketBet {
            bet_id: Uuid::from_u128(self.id() as u128),
            game_id: game_id.clone(),
            bet_type: bet_type.into(),
            amount: money(minor),
            selection: selection.map(|written| Selection::parse(Some(bet_type), written).unwrap()),
            odds: None,
            placed_at: "2026-01-02T03:04:05Z".to_owned(),
        };
        self.request(StreamName::Market(game_id), MarketEvent::BetRecorded(bet))
    }

    pub(crate) fn refuse(&mut self, game: &str, code: &str) -> AppendRequest {
        let game_id = GameId::parse(game).unwrap();
        let terms = SentTerms {
            bet_type: "WIN".to_owned(),
            amount: "-1".to_owned(),
            selection: None,
            odds: None,
            account_id: None,
            batch: None,
        };
        let refused = RefusedBet {
            bet_id: Uuid::from_u128(self.id() as u128),
            game_id: game_id.clone(),
            terms,
            code: code.to_owned(),
            detail: String::new(),
            placed_at: String::new(),
        };
        self.request(
            StreamName::Market(game_id),
            MarketEvent::BetRefused(refused),
        )
    }
}

const fn money(minor: i64) -> Money {
    Money::from_minor(minor, Currency::USD)
}

fn details(id: i64, name: &str) -> AccountDetails {
    AccountDetails {
        account_id: AccountId::new(id),
        name: name.to_owned(),
        hostname: "host".to_owned(),
        opened_at: THEN,
    }
}

const fn owner(batch: i64, account: i64) -> BatchOwner {
    BatchOwner {
        batch_id: BatchId::new(batch),
        account_id: AccountId::new(account),
    }
}
