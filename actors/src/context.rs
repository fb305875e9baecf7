//! What comes in with every command besides its content.

use betstream_events::{
    causes::Causes,
    clock::Timestamp,
    envelope::Version,
    ids::EventId,
    metadata::{BUILD, Metadata, Road, Source},
};

/// Who asks, how, why and when.
#[derive(Clone, Debug)]
pub struct CommandContext {
    /// The operator, token or process.
    pub who: String,
    /// By which road.
    pub road: Road,
    /// When, by the clock of the process that took the command.
    pub now: Timestamp,
    /// Why, in the operator's words.
    pub reason: Option<String>,
    /// What belongs together, and what led to it.
    pub causes: Causes,
    /// The stream message it came in.
    pub source: Option<Source>,
    /// The version that the sender saw (`If-Match`); stale when the thing changed since.
    pub if_match: Option<Version>,
    /// The caller's key for repeat safety.
    pub repeat_key: Option<RepeatKey>,
}

/// An idempotency key as it came in: looked up before the decision and again under the lock.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RepeatKey {
    /// Who asks and by which route: `operator POST /api/v1/accounts`.
    pub scope: String,
    /// The caller's key.
    pub key: String,
    /// BLAKE3 of the request's body.
    pub fingerprint: [u8; 32],
}

impl CommandContext {
    /// A context that says who, how and when, and nothing else.
    pub fn new(who: impl Into<String>, road: Road, now: Timestamp) -> Self {
        let who = who.into();
        Self {
            who,
            road,
            now,
            reason: None,
            causes: Causes::default(),
            source: None,
            if_match: None,
            repeat_key: None,
        }
    }

    /// The metadata of the event that this command leads to, of the first where there are several.
    pub fn metadata(&self) -> Metadata {
        Metadata {
            who: self.who.clone(),
            how: self.road,
            reason: self.reason.clone(),
            correlation: self.causes.correlation.clone(),
            causation: self.causes.causation.clone(),
            trace: self.causes.trace.map(|trace| trace.to_string()),
            source: self.source.clone(),
            build: BUILD.to_owned(),
        }
    }

    /// The metadata of what else the command leads to, beside the event `first`: it was caused by
    /// that event and belongs with it.
    pub fn metadata_beside(&self, first: EventId) -> Metadata {
        let Causes {
            correlation,
            causation,
            ..
        } = self.causes.of_effect(first);
        Metadata {
            correlation,
            causation,
            ..self.metadata()
        }
    }
}
