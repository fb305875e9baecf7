//! The actor of one market: each group of bets is decided, appended in one go and answered.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use actix::{Actor, ActorContext, AsyncContext, Context, Handler, WrapFuture};
use betstream_events::{envelope::StreamName, ids::GameId};
use betstream_telemetry::measures::{Presence, actors};

use super::{TakeBets, group::Group};
use crate::journal::Journal;

/// Its name in the metrics.
pub(super) const NAME: &str = "market";
/// A market without bets for this long leaves memory.
const IDLE: Duration = Duration::from_secs(60);
/// Most groups that wait for one market.
const MOST_WAITING: usize = 1_024;

/// What every market shares.
pub struct MarketDeps {
    /// Where bets are appended.
    pub journal: Journal,
}

/// The actor of one market.
pub struct MarketActor {
    game_id: GameId,
    deps: Arc<MarketDeps>,
    leave: Box<dyn Fn(&GameId) + Send>,
    leaving: bool,
    last_used: Instant,
    _running: Presence,
}

impl MarketActor {
    pub(super) fn new(
        game_id: GameId,
        deps: Arc<MarketDeps>,
        leave: Box<dyn Fn(&GameId) + Send>,
    ) -> Self {
        Self {
            game_id,
            deps,
            leave,
            leaving: false,
            last_used: Instant::now(),
            _running: actors::RUNNING.enter([NAME]),
        }
    }
}

impl Actor for MarketActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MOST_WAITING);
        context.run_interval(IDLE / 2, |actor, context| {
            if actor.last_used.elapsed() < IDLE {
                return;
            }
            if actor.leaving {
                return context.stop();
            }
            // Who found our address before we left has sent its bets by the next tick.
            actor.leaving = true;
            (actor.leave)(&actor.game_id);
        });
    }
}

impl Handler<TakeBets> for MarketActor {
    type Result = ();

    fn handle(
        &mut self,
        TakeBets {
            items,
            taking,
            waits,
            answer,
        }: TakeBets,
        context: &mut Self::Context,
    ) {
        drop(waits);
        self.last_used = Instant::now();
        let stream = StreamName::Market(self.game_id.clone());
        let decided = catch_unwind(AssertUnwindSafe(|| Group::decide(items, &taking, stream)));
        let Ok(mut group) = decided else {
            actors::PANICS.of([NAME]).increment(1);
            tracing::error!(game = %self.game_id, "a decision panicked; this market is started anew");
            (self.leave)(&self.game_id);
            return context.stop();
        };
        let deps = self.deps.clone();
        // Bets commute, so groups may overlap; actix runs the future on this actor's thread.
        let appending = async move {
            group.append(&deps.journal, &taking).await;
            let _sender_gave_up = answer.send(group.outcomes());
        };
        context.spawn(appending.into_actor(self));
    }
}
