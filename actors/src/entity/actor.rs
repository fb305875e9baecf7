//! The actor of one entity: a bounded queue, one turn at a time.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use actix::{
    Actor, ActorContext, AsyncContext, Context, Handler, Message, WrapFuture, fut::ActorFutureExt,
};
use betstream_events::{
    envelope::Version,
    ids::EventIds,
    store::{AppendOutcome, KeepSnapshots, StoreError},
};
use betstream_telemetry::measures::{Presence, actors};
use tokio::sync::{Semaphore, oneshot};

use super::{
    Entity,
    load::load,
    turn::{Deciding, Loaded, Settled, Turn, decide_all},
};
use crate::{
    answer::Answer,
    context::CommandContext,
    directory::Departures,
    error::CommandError,
    journal::{Journal, JournalError, Lane},
};

/// Most commands that wait for one entity.
const MOST_WAITING: usize = 1_024;
/// Most commands of one turn.
const MOST_PER_TURN: usize = 512;
/// An entity without commands for this long leaves memory; its state is in the log.
const IDLE: Duration = Duration::from_secs(60);

/// What every actor of one kind shares.
pub struct EntityDeps {
    /// Where decisions are appended.
    pub journal: Journal,
    /// Where states are read from.
    pub store: Arc<dyn KeepSnapshots>,
    /// Ids for new events.
    pub ids: Arc<dyn EventIds>,
    /// Bounds how many entities are read at once.
    pub recoveries: Arc<Semaphore>,
}

/// A command in the queue, with the caller who waits for it.
pub struct Waiting<E: Entity> {
    pub(crate) command: E::Command,
    pub(crate) context: CommandContext,
    pub(crate) attempts: u8,
    /// Whether the log was read since it came.
    pub(crate) is_confirmed: bool,
    pub(crate) lane: Lane,
    /// That nobody has taken it up yet.
    pub(crate) waits: Option<Presence>,
    pub(crate) caller: oneshot::Sender<Result<Answer, CommandError<E::Rejection>>>,
}

impl<E: Entity> Waiting<E> {
    /// It is decided now.
    fn take_up(&mut self) {
        self.waits = None;
    }

    /// It waits for another turn.
    fn wait_again(mut self) -> Self {
        self.waits = Some(actors::WAITING.enter([E::NAME]));
        self
    }

    pub(super) fn answer(self, answer: Result<Answer, CommandError<E::Rejection>>) {
        let _caller_gave_up = self.caller.send(answer);
    }
}

/// Hands an entity one command.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Submit<E: Entity>(pub(crate) Waiting<E>);

/// The actor of one entity.
pub struct EntityActor<E: Entity> {
    id: E::Id,
    deps: Arc<EntityDeps>,
    departures: Departures<E>,
    queue: VecDeque<Waiting<E>>,
    loaded: Option<Loaded<E>>,
    /// Whether the stream may have gone on without us.
    outdated: bool,
    busy: bool,
    /// Whether it is off the directory's list and only waits for late commands.
    leaving: bool,
    last_used: Instant,
    _running: Presence,
}

/// What a turn needs next from outside.
enum Step<E: Entity> {
    Loaded(Result<Loaded<E>, StoreError>),
    Appended(Turn<E>, Result<Vec<AppendOutcome>, JournalError>),
}

impl<E: Entity> EntityActor<E> {
    pub(crate) fn new(id: E::Id, deps: Arc<EntityDeps>, departures: Departures<E>) -> Self {
        let (queue, last_used) = (VecDeque::new(), Instant::now());
        Self {
            id,
            deps,
            departures,
            queue,
            loaded: None,
            outdated: false,
            busy: false,
            leaving: false,
            last_used,
            _running: actors::RUNNING.enter([E::NAME]),
        }
    }

    /// Goes on with whatever is to do: bring the state up to date, or take a turn.
    fn advance(&mut self, context: &mut Context<Self>) {
        while !self.busy && !self.queue.is_empty() {
            match &self.loaded {
                Some(loaded) if !self.outdated => {
                    let loaded = loaded.clone();
                    self.take_turn(&loaded, context);
                }
                None if self.begins() => {
                    let state = E::initial(&self.id);
                    let version = Version::NONE;
                    self.loaded = Some(Loaded { state, version });
                }
                _ => self.load(context),
            }
        }
    }

    fn begins(&self) -> bool {
        let first = self.queue.front();
        first.is_some_and(|waiting| E::begins(&waiting.command))
    }

    fn load(&mut self, context: &mut Context<Self>) {
        self.busy = true;
        for waiting in &mut self.queue {
            waiting.is_confirmed = true;
        }
        let (deps, id, from) = (self.deps.clone(), self.id.clone(), self.loaded.clone());
        let loading = async move {
            let _permit = deps.recoveries.acquire().await;
            Step::Loaded(load::<E>(&*deps.store, &id, from).await)
        };
        self.go_on_after(loading, context);
    }

    fn take_turn(&mut self, loaded: &Loaded<E>, context: &mut Context<Self>) {
        let count = self.queue.len().min(MOST_PER_TURN);
        let mut waiting: Vec<Waiting<E>> = self.queue.drain(..count).collect();
        waiting.iter_mut().for_each(Waiting::take_up);
        actors::TURN_COMMANDS.of([E::NAME]).record(count as f64);
        // A turn with commands of both lanes goes in the one that is first.
        let commands = waiting.iter().any(|waiting| waiting.lane == Lane::Commands);
        let lane = if commands {
            Lane::Commands
        } else {
            Lane::Stream
        };
        let ids = self.deps.ids.clone();
        let decided = catch_unwind(AssertUnwindSafe(|| {
            decide_all(&self.id, loaded, waiting, &*ids)
        }));
        let (turn, requests) = match decided {
            Ok(Deciding::Turn(turn, requests)) => (turn, requests),
            Ok(Deciding::Doubtful(waiting)) => {
                self.outdated = true;
                self.put_back(waiting);
                return;
            }
            Err(_panic) => return self.die(context),
        };
        if turn.is_empty() {
            return;
        }
        self.busy = true;
        let (journal, origins) = (self.deps.journal.clone(), turn.origins());
        let appending = async move {
            let outcomes = if requests.is_empty() {
                Ok(Vec::new())
            } else {
                journal.append(requests, lane, origins).await
            };
            Step::Appended(turn, outcomes)
        };
        self.go_on_after(appending, context);
    }

    /// Lets commands wait once more, before all others and in their order.
    fn put_back(&mut self, waiting: Vec<Waiting<E>>) {
        for waiting in waiting.into_iter().rev() {
            self.queue.push_front(waiting.wait_again());
        }
    }

    fn go_on_after(
        &mut self,
        step: impl Future<Output = Step<E>> + 'static,
        context: &mut Context<Self>,
    ) {
        context.spawn(step.into_actor(self).map(|step, actor, context| {
            actor.busy = false;
            actor.last_used = Instant::now();
            match step {
                Step::Loaded(loaded) => actor.take_loaded(loaded),
                Step::Appended(turn, outcomes) => actor.settle(turn, outcomes, context),
            }
            actor.advance(context);
        }));
    }

    fn take_loaded(&mut self, loaded: Result<Loaded<E>, StoreError>) {
        match loaded {
            Ok(loaded) => {
                self.loaded = Some(loaded);
                self.outdated = false;
            }
            Err(error) => {
                tracing::warn!(%error, kind = E::NAME, id = %self.id, "a state could not be read");
                for waiting in self.queue.drain(..) {
                    waiting.answer(Err(error.clone().into()));
                }
            }
        }
    }

    fn settle(
        &mut self,
        turn: Turn<E>,
        outcomes: Result<Vec<AppendOutcome>, JournalError>,
        context: &mut Context<Self>,
    ) {
        let Some(before) = self.loaded.clone() else {
            return turn.fail(|| CommandError::Failed);
        };
        match outcomes {
            Ok(outcomes) => {
                let settled = catch_unwind(AssertUnwindSafe(|| turn.settle(before, outcomes)));
                let Ok(Settled {
                    loaded,
                    again,
                    overtaken,
                }) = settled
                else {
                    return self.die(context);
                };
                self.loaded = Some(loaded);
                self.outdated |= overtaken;
                self.put_back(again);
            }
            Err(JournalError::Overloaded) => turn.fail(|| CommandError::Overloaded),
            Err(JournalError::Stopping) => turn.fail(|| CommandError::Stopping),
            Err(JournalError::Store(error)) => {
                self.outdated = true;
                turn.fail(|| error.clone().into());
            }
        }
    }

    /// After a panic in a decision: the callers of that turn are told by their dropped channels,
    /// everybody else who waits is told to come again, and the directory starts a new actor for the next command.
    fn die(&mut self, context: &mut Context<Self>) {
        actors::PANICS.of([E::NAME]).increment(1);
        tracing::error!(kind = E::NAME, id = %self.id, "a decision panicked; this actor is started anew");
        for waiting in self.queue.drain(..) {
            waiting.answer(Err(CommandError::Overloaded));
        }
        if !self.leaving {
            self.departures.leave(&self.id);
        }
        context.stop();
    }
}

impl<E: Entity> Actor for EntityActor<E> {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MOST_WAITING);
        context.run_interval(IDLE / 2, |actor, context| {
            if actor.busy || !actor.queue.is_empty() || actor.last_used.elapsed() < IDLE {
                return;
            }
            if actor.leaving {
                return context.stop();
            }
            // Who found our address before we left has sent its command by the next tick.
            actor.leaving = true;
            actor.departures.leave(&actor.id);
        });
    }
}

impl<E: Entity> Handler<Submit<E>> for EntityActor<E> {
    type Result = ();

    fn handle(&mut self, Submit(waiting): Submit<E>, context: &mut Self::Context) {
        self.last_used = Instant::now();
        if self.queue.len() >= MOST_WAITING {
            actors::OVERLOADS.of([E::NAME]).increment(1);
            return waiting.answer(Err(CommandError::Overloaded));
        }
        self.queue.push_back(waiting);
        self.advance(context);
    }
}
