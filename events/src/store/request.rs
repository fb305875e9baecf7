//! Append requests and their answers.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::{
    claims::Claim,
    envelope::{NewEvent, Position, RecordedEvent, StreamName, Version},
    ids::EventId,
};

/// What one command (or one stream bet) wants appended: all or nothing.
///
/// Which claims it takes and releases follows from its events ([`crate::claims::changes`]).
#[derive(Clone, Debug, Default)]
pub struct AppendRequest {
    /// The events by stream. May be empty when only an answer is to be kept under a key.
    pub writes: SmallVec<[StreamWrite; 1]>,
    /// Whether it was decided on what the request before it in the chunk does: it conflicts unless
    /// that one is appended. Versions alone would not tell, for another process may have written
    /// just as many events in between.
    pub follows: bool,
    /// Claims that must be held by somebody.
    pub requires: SmallVec<[Claim; 2]>,
    /// An event id that must be unknown: a refusal never outranks a bet that is recorded.
    pub absent: Option<EventId>,
    /// Keeps the answer under this key in the same commit.
    pub idempotency: Option<Box<IdempotencyKey>>,
    /// As which outcome of ingest the commit counts it.
    pub tally: Tally,
}

/// New events of one stream.
#[derive(Clone, Debug)]
pub struct StreamWrite {
    /// The stream.
    pub stream: StreamName,
    /// The version that the decision stood on.
    pub expected: Expected,
    /// The events, at least one.
    pub events: SmallVec<[NewEvent; 1]>,
}

/// The version that a stream must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// No events yet.
    NoStream,
    /// Exactly this many.
    Exactly(Version),
    /// Whatever it has: the events commute.
    Any,
}

/// A key under which an answer is kept for 48 hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Who asked, and by which route: `operator POST /api/v1/accounts`.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// BLAKE3 of the request's body: the same key with another body is refused.
    pub fingerprint: [u8; 32],
    /// The answer to keep.
    pub answer: Arc<str>,
}

/// The first answer under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotentAnswer {
    /// BLAKE3 of the body it was given for.
    pub fingerprint: [u8; 32],
    /// The answer.
    pub answer: Arc<str>,
    /// The last position that its commit wrote, or the head where it wrote none.
    pub position: Position,
}

/// As which outcome of ingest a request counts once it is settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tally {
    /// Not a stream bet.
    #[default]
    None,
    /// A stream bet that is new when appended, and recorded before when its id is known and the
    /// stored event says the same.
    Bet,
    /// A stream bet that a rule refused.
    Refusal,
    /// A stream bet that was found to be recorded before; counted without an event.
    Repeat,
}

/// What became of one request.
#[derive(Clone, Debug)]
pub enum AppendOutcome {
    /// Its events are in the log.
    Appended {
        /// Position of its last event, or the head when it had none.
        last: Position,
        /// The version of each stream it wrote, in the order of its writes.
        versions: SmallVec<[Version; 1]>,
    },
    /// Its idempotency key has an answer already.
    AlreadyAnswered(IdempotentAnswer),
    /// It was refused; nothing of it was written.
    Refused(Refusal),
}

/// Why a request was refused, in the order in which it is checked.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// An event of this id is in the log.
    KnownEventId {
        /// The event that has it.
        stored: Box<RecordedEvent>,
        /// Whether it says the same as the one that was sent.
        restates: bool,
    },
    /// A stream is not at the version that the decision stood on.
    Conflict {
        /// The stream.
        stream: StreamName,
        /// What was expected.
        expected: Expected,
        /// What it is.
        actual: Version,
    },
    /// A claim is missing, or taken by another stream.
    ClaimRefused {
        /// The claim.
        claim: Claim,
        /// Who holds it; nobody when a required claim is missing.
        held_by: Option<StreamName>,
    },
}
