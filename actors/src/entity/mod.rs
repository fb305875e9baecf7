//! The queue around a decision: what the actor of every account, batch and dead letter does the
//! same way.

mod actor;
mod load;
#[cfg(test)]
mod tests;
mod turn;

use betstream_events::{
    claims::Claim,
    clock::Timestamp,
    envelope::{RecordedEvent, StreamName, Version},
    event::Event,
    ids::EventId,
    store::Tally,
};
use smallvec::SmallVec;

pub use actor::{EntityActor, EntityDeps, Submit, Waiting};
pub(crate) use load::load;
pub(crate) use turn::repeat;

use crate::{answer::Answer, context::CommandContext};

/// A kind of thing that decides: its state, its commands and its rules, all pure.
pub trait Entity: Sized + Unpin + 'static {
    /// Its id.
    type Id: Clone + Eq + std::hash::Hash + Send + Sync + Unpin + std::fmt::Display + 'static;
    /// What can be asked of it.
    type Command: Send + Unpin + 'static;
    /// What it knows of itself; cheap to clone, for every turn decides on a provisional copy.
    type State: Clone + Send + Unpin + 'static;
    /// Why it says no.
    type Rejection: Clone + std::fmt::Debug + std::fmt::Display + Send + Unpin + 'static;

    /// Its name in metrics and logs.
    const NAME: &'static str;
    /// The version of the snapshot's form; another one's snapshots are ignored.
    const SNAPSHOT_SCHEMA: i32;

    /// Its stream.
    fn stream(id: &Self::Id) -> StreamName;

    /// Before the first event.
    fn initial(id: &Self::Id) -> Self::State;

    /// Decides `command` on `state`.
    ///
    /// # Errors
    /// The first rule, in the order of the rejections, that says no.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        context: &CommandContext,
    ) -> Result<Decision, Self::Rejection>;

    /// Whether `command` begins a stream under a fresh id, so that there is nothing to read before
    /// it is decided. Should there be something after all, the append conflicts.
    fn begins(command: &Self::Command) -> bool;

    /// Takes in one event.
    fn evolve(state: &mut Self::State, event: &Event, version: Version, occurred_at: Timestamp);

    /// The answer that states how things are after a decision with this outcome.
    fn answer(state: &Self::State, outcome: &Outcome, version: Version) -> Answer;

    /// What it means to this command that the store refused a claim.
    fn claim_refused(
        command: &Self::Command,
        claim: &Claim,
        held_by: Option<&StreamName>,
    ) -> Self::Rejection;

    /// What it means to this command that its event's id is known.
    fn known_event(
        command: &Self::Command,
        stored: &RecordedEvent,
        restates: bool,
    ) -> Self::Rejection;

    /// The state as a snapshot.
    fn to_snapshot(state: &Self::State) -> Option<String>;

    /// Reads a snapshot back; none when it cannot be used.
    fn from_snapshot(id: &Self::Id, snapshot: &str, version: Version) -> Option<Self::State>;
}

/// What a command leads to.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The new events; none when what is asked for holds already.
    pub events: SmallVec<[DecidedEvent; 1]>,
    /// Claims that must be held when the events are appended.
    pub requires: SmallVec<[Claim; 2]>,
    /// What the answer states.
    pub outcome: Outcome,
    /// As which outcome of ingest it counts.
    pub tally: Tally,
}

/// An event that was decided, with its own id where it has one.
#[derive(Clone, Debug)]
pub struct DecidedEvent {
    /// The event.
    pub event: Event,
    /// The id that follows from what was sent; otherwise a fresh one is given.
    pub event_id: Option<EventId>,
}

/// What an answer states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The thing as a whole.
    Whole,
    /// These bets of a batch, in this order.
    Bets(Vec<betstream_events::ids::BetPid>),
    /// One bet of a batch.
    Bet(betstream_events::ids::BetPid),
}

impl Decision {
    /// One event.
    pub fn one(event: impl Into<Event>, outcome: Outcome) -> Self {
        Self::many([event.into()], outcome)
    }

    /// Several events, all or nothing.
    pub fn many(events: impl IntoIterator<Item = Event>, outcome: Outcome) -> Self {
        let events = events
            .into_iter()
            .map(|event| DecidedEvent {
                event,
                event_id: None,
            })
            .collect();
        Self {
            events,
            requires: SmallVec::new(),
            outcome,
            tally: Tally::None,
        }
    }

    /// Nothing new: what was asked for holds already.
    pub fn nothing(outcome: Outcome) -> Self {
        Self::many([], outcome)
    }

    /// The same, requiring that `claims` are held.
    pub fn requiring(mut self, claims: impl IntoIterator<Item = Claim>) -> Self {
        self.requires.extend(claims);
        self
    }
}
