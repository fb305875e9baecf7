//! The directory of running actors: finds the actor of an id, or starts it.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use actix::{Actor, Addr, Arbiter, ArbiterHandle, dev::SendError};
use betstream_telemetry::{measures::actors, traces::Span};
use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::{
    answer::Answer,
    context::CommandContext,
    entity::{Entity, EntityActor, EntityDeps, Submit, Waiting},
    error::CommandError,
    journal::Lane,
};

/// How often a command looks for a new actor when the one it found is just leaving.
const MOST_LOOKUPS: usize = 8;

/// The threads on which actors run; an id always lands on the same one.
#[derive(Clone)]
pub struct ActorThreads {
    arbiters: Arc<Vec<Arbiter>>,
    hasher: RandomState,
}

impl ActorThreads {
    /// Starts `count` threads, at least one.
    pub fn start(count: usize) -> Self {
        let arbiters = (0..count.max(1)).map(|_| Arbiter::new()).collect();
        Self {
            arbiters: Arc::new(arbiters),
            hasher: RandomState::new(),
        }
    }

    /// The thread of an id.
    pub fn of(&self, id: &impl std::hash::Hash) -> ArbiterHandle {
        let index = self.hasher.hash_one(id) as usize % self.arbiters.len();
        self.arbiters[index].handle()
    }

    /// Ends the threads; what still runs on them is cancelled, so drain first.
    pub fn stop(&self) {
        for arbiter in self.arbiters.iter() {
            arbiter.stop();
        }
    }
}

type Running<E> = Arc<Mutex<HashMap<<E as Entity>::Id, Addr<EntityActor<E>>>>>;

/// Finds and starts the actors of one kind; cheap to clone.
pub struct Directory<E: Entity> {
    running: Running<E>,
    threads: ActorThreads,
    deps: Arc<EntityDeps>,
}

impl<E: Entity> Clone for Directory<E> {
    fn clone(&self) -> Self {
        Self {
            running: self.running.clone(),
            threads: self.threads.clone(),
            deps: self.deps.clone(),
        }
    }
}

/// How an actor takes itself off the list.
pub struct Departures<E: Entity> {
    running: Running<E>,
}

impl<E: Entity> Departures<E> {
    /// Takes `id` off the list.
    pub(crate) fn leave(&self, id: &E::Id) {
        self.running.lock().remove(id);
    }
}

impl<E: Entity> Directory<E> {
    /// A directory without running actors.
    pub fn new(threads: ActorThreads, deps: Arc<EntityDeps>) -> Self {
        Self {
            running: Arc::default(),
            threads,
            deps,
        }
    }

    /// How many actors run.
    pub fn running(&self) -> usize {
        self.running.lock().len()
    }

    /// Hands `command` to the actor of `id` and waits for its answer.
    ///
    /// # Errors
    /// What the actor answers, or that it cannot take more.
    pub async fn ask(
        &self,
        id: E::Id,
        command: E::Command,
        mut context: CommandContext,
        lane: Lane,
    ) -> Result<Answer, CommandError<E::Rejection>> {
        let mut span = Span::within("actor turn", context.causes.trace);
        if span.is_recorded() {
            span.set("betstream.actor.kind", E::NAME);
            span.set("betstream.actor.id", id.to_string());
            context.causes.trace = span.context();
        }
        let answer = self.hand_over(id, command, context, lane).await;
        if let Err(error) = &answer
            && span.is_recorded()
        {
            span.fail(error.to_string());
        }
        answer
    }

    async fn hand_over(
        &self,
        id: E::Id,
        command: E::Command,
        context: CommandContext,
        lane: Lane,
    ) -> Result<Answer, CommandError<E::Rejection>> {
        let (caller, answer) = oneshot::channel();
        let mut submit = Submit(Waiting {
            command,
            context,
            attempts: 0,
            is_confirmed: false,
            lane,
            waits: Some(actors::WAITING.enter([E::NAME])),
            caller,
        });
        for _ in 0..MOST_LOOKUPS {
            let address = self.address(&id);
            submit = match address.try_send(submit) {
                // An actor that ends without an answer panicked in this very decision.
                Ok(()) => return answer.await.unwrap_or(Err(CommandError::Failed)),
                Err(SendError::Full(_)) => {
                    actors::OVERLOADS.of([E::NAME]).increment(1);
                    return Err(CommandError::Overloaded);
                }
                Err(SendError::Closed(submit)) => {
                    self.forget(&id, &address);
                    submit
                }
            };
        }
        Err(CommandError::Stopping)
    }

    fn address(&self, id: &E::Id) -> Addr<EntityActor<E>> {
        let mut running = self.running.lock();
        if let Some(address) = running.get(id) {
            return address.clone();
        }
        let (deps, departures) = (
            self.deps.clone(),
            Departures {
                running: self.running.clone(),
            },
        );
        let actor_id = id.clone();
        let start = move |_: &mut _| EntityActor::new(actor_id, deps, departures);
        let address = EntityActor::start_in_arbiter(&self.threads.of(id), start);
        running.insert(id.clone(), address.clone());
        address
    }

    fn forget(&self, id: &E::Id, gone: &Addr<EntityActor<E>>) {
        let mut running = self.running.lock();
        if running.get(id) == Some(gone) {
            running.remove(id);
        }
    }
}
