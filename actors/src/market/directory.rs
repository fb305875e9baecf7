//! The directory of running markets.

use std::{collections::HashMap, sync::Arc};

use actix::{Actor, Addr, dev::SendError};
use betstream_events::ids::GameId;
use betstream_telemetry::{measures::actors, traces::Span};
use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::{
    BetOutcome, MarketActor, MarketDeps, MarketItem, TakeBets, Taking, actor::NAME,
    command::origins,
};
use crate::directory::ActorThreads;

/// How often a group looks for a new actor when the one it found is just leaving.
const MOST_LOOKUPS: usize = 8;

/// Finds and starts markets; cheap to clone.
#[derive(Clone)]
pub struct Markets {
    running: Arc<Mutex<HashMap<GameId, Addr<MarketActor>>>>,
    threads: ActorThreads,
    deps: Arc<MarketDeps>,
}

impl Markets {
    /// A directory without running markets.
    pub fn new(threads: ActorThreads, deps: Arc<MarketDeps>) -> Self {
        Self {
            running: Arc::default(),
            threads,
            deps,
        }
    }

    /// How many markets run.
    pub fn running(&self) -> usize {
        self.running.lock().len()
    }

    /// Hands `items` to the market of `game_id`; their outcomes come in the same order.
    pub async fn take(
        &self,
        game_id: &GameId,
        mut items: Vec<MarketItem>,
        taking: Arc<Taking>,
    ) -> Vec<BetOutcome> {
        let _span = begin(game_id, &mut items, &taking);
        let count = items.len();
        let deferred = |reason: &str| {
            vec![
                BetOutcome::Deferred {
                    reason: reason.to_owned()
                };
                count
            ]
        };
        let (answer, outcomes) = oneshot::channel();
        let mut group = TakeBets {
            items,
            taking,
            waits: actors::WAITING.enter([NAME]),
            answer,
        };
        for _ in 0..MOST_LOOKUPS {
            let address = self.address(game_id);
            group = match address.try_send(group) {
                Ok(()) => {
                    return outcomes
                        .await
                        .unwrap_or_else(|_| deferred("the market stopped"));
                }
                Err(SendError::Full(_)) => {
                    actors::OVERLOADS.of([NAME]).increment(1);
                    return deferred("too many bets wait for this market");
                }
                Err(SendError::Closed(group)) => {
                    self.running.lock().retain(|_, running| *running != address);
                    group
                }
            };
        }
        deferred("the server is stopping")
    }

    fn address(&self, game_id: &GameId) -> Addr<MarketActor> {
        let mut running = self.running.lock();
        if let Some(address) = running.get(game_id) {
            return address.clone();
        }
        let (deps, list, id) = (self.deps.clone(), self.running.clone(), game_id.clone());
        let leave = Box::new(move |id: &GameId| drop(list.lock().remove(id)));
        let address = MarketActor::start_in_arbiter(&self.threads.of(game_id), move |_| {
            MarketActor::new(id, deps, leave)
        });
        running.insert(game_id.clone(), address.clone());
        address
    }
}

/// The span of what the market does for `items`. One bet alone goes on within it.
fn begin(game_id: &GameId, items: &mut [MarketItem], taking: &Taking) -> Span {
    let origins = origins(items.iter().map(MarketItem::sent), taking);
    let mut span = Span::joining("actor turn", &origins);
    if span.is_recorded() {
        span.set("betstream.actor.kind", NAME);
        span.set("betstream.actor.id", game_id.to_string());
        span.set("betstream.bets", items.len() as i64);
    }
    if let ([item], Some(trace)) = (items, span.context()) {
        item.within(trace);
    }
    span
}
