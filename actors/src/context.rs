//! What comes in with every command besides its content.

use betstream_events::{
    clock::Timestamp,
    envelope::Version,
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
    /// What belongs together, named by the sender.
    pub correlation: Option<String>,
    /// What caused it.
    pub causation: Option<String>,
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
            correlation: None,
            causation: None,
            source: None,
            if_match: None,
            repeat_key: None,
        }
    }

    /// The metadata of the events that this command leads to.
    pub fn metadata(&self) -> Metadata {
        Metadata {
            who: self.who.clone(),
            how: self.road,
            reason: self.reason.clone(),
            correlation: self.correlation.clone(),
            causation: self.causation.clone(),
            source: self.source.clone(),
            build: BUILD.to_owned(),
        }
    }
}
