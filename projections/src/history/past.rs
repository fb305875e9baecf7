//! One stream, folded so far: the folds of the running views, over the events of one stream.

use betstream_events::{
    dead_letter::DeadLetterEvent,
    envelope::{Position, RecordedEvent, StreamName},
    event::Event,
    ids::{AccountId, BatchId, DeadLetterId, GameId, ProjectionId},
    market::MarketEvent,
    projection::ProjectionEvent,
};
use serde_json::Value;

use super::{
    document::document,
    view::{LetterThen, ProjectionThen, Standing, StateThen},
};
use crate::{
    desk::{Desk, DeskChanges},
    markets::{MarketChanges, Markets, Pricing},
    projection::Projection,
};

/// One stream, folded so far.
pub(super) enum Past {
    /// Its last event says everything.
    Account(AccountId, DeskChanges),
    Batch(BatchId, DeskChanges),
    Market(GameId, MarketChanges),
    /// Its last event says everything.
    DeadLetter(DeadLetterId, Option<DeadLetterEvent>),
    /// The events that it passes over.
    Projection(ProjectionId, Vec<Position>),
}

impl Past {
    /// Before the first event.
    pub(super) fn of(stream: &StreamName) -> Self {
        match stream {
            StreamName::Account(id) => Self::Account(*id, DeskChanges::default()),
            StreamName::Batch(id) => Self::Batch(*id, DeskChanges::default()),
            StreamName::Market(game) => Self::Market(game.clone(), MarketChanges::default()),
            StreamName::DeadLetter(id) => Self::DeadLetter(*id, None),
            StreamName::Projection(name) => Self::Projection(name.clone(), Vec::new()),
        }
    }

    /// Whether the last event alone tells the state, so that no other need be read.
    pub(super) const fn is_told_by_last_event(stream: &StreamName) -> bool {
        matches!(stream, StreamName::Account(_) | StreamName::DeadLetter(_))
    }

    pub(super) fn apply(&mut self, recorded: &RecordedEvent) {
        match self {
            Self::Account(_, changes) | Self::Batch(_, changes) => Desk::fold(changes, recorded),
            Self::Market(game, changes) => {
                Markets::fold(changes, recorded);
                changes.keep_only(game);
            }
            Self::DeadLetter(_, last) => {
                if let Event::DeadLetter(event) = &recorded.event {
                    *last = Some(event.clone());
                }
            }
            Self::Projection(_, skipped) => {
                if let Event::Projection(ProjectionEvent::EventSkipped { position, .. }) =
                    &recorded.event
                {
                    skipped.push(*position);
                }
            }
        }
    }

    pub(super) fn standing(&self) -> Standing {
        let (is_there, was_there) = match self {
            Self::Account(id, changes) => (changes.account(*id).is_some(), changes.is_closed(*id)),
            Self::Batch(id, changes) => (changes.holds_batch(*id), false),
            Self::Market(game, changes) => (changes.holds(game), false),
            Self::DeadLetter(_, last) => (last.is_some(), false),
            Self::Projection(_, skipped) => (!skipped.is_empty(), false),
        };
        match (is_there, was_there) {
            (true, _) => Standing::Present,
            (false, true) => Standing::Deleted,
            (false, false) => Standing::NotYet,
        }
    }

    /// The state in the shape that it has today; none when there is nothing to show.
    pub(super) fn show(&self, pricing: &Pricing) -> Option<StateThen> {
        match self {
            Self::Account(id, changes) => changes.account(*id).cloned().map(StateThen::Account),
            Self::Batch(id, changes) => changes.batch(*id, |_| true).map(StateThen::Batch),
            Self::Market(game, changes) => {
                let market = changes.market(game, pricing, |_, _| true);
                market.map(StateThen::Market)
            }
            Self::DeadLetter(id, last) => last
                .as_ref()
                .map(|last| StateThen::DeadLetter(LetterThen::after(*id, last))),
            Self::Projection(name, skipped) => (!skipped.is_empty()).then(|| {
                StateThen::Projection(ProjectionThen {
                    projection: name.to_string(),
                    skipped: skipped.clone(),
                })
            }),
        }
    }

    /// The part of the state that `event` can change, as a document: comparing it before and after
    /// tells what the event changed, at a cost that does not depend on how much there is besides.
    pub(super) fn excerpt(&self, event: &Event, pricing: &Pricing) -> Value {
        match (self, event) {
            (Self::Batch(id, changes), Event::Batch(event)) => {
                let touched = event.bets();
                let is_touched = |pid| touched.iter().any(|bet| bet.pid == pid);
                document(&changes.batch(*id, is_touched))
            }
            (Self::Market(game, changes), Event::Market(MarketEvent::BetRecorded(bet))) => {
                let selection = bet
                    .selection
                    .as_ref()
                    .map(|selection| selection.canonical());
                let is_touched =
                    |bet_type: &str, of: &str| bet_type == &*bet.bet_type && Some(of) == selection;
                let mut market = changes.market(game, pricing, is_touched);
                for pool in market.iter_mut().flat_map(|market| &mut market.pools) {
                    pool.selections
                        .iter_mut()
                        .for_each(|item| item.price = None);
                }
                document(&market)
            }
            (Self::Market(..), _) => Value::Null,
            (
                Self::Account(..) | Self::Batch(..) | Self::DeadLetter(..) | Self::Projection(..),
                _,
            ) => document(&self.show(pricing)),
        }
    }
}
