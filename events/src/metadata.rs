//! Who, how and why: what is kept beside every event.

use std::str::FromStr;

use betstream_telemetry::traces::TraceParent;
use serde::{Deserialize, Serialize};

use crate::causes::Causes;

/// The version of the software that decided, kept with every event.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// What is known of an event's origin. Stored as JSON; absent parts are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The operator, token or process that asked for it.
    pub who: String,
    /// By which road it came.
    pub how: Road,
    /// Why, in the operator's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What belongs together, named by the sender (`X-Correlation-Id`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<String>,
    /// What caused it: the id of an event or of a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation: Option<String>,
    /// The span that decided it (`traceparent` of W3C Trace Context), while traces are recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// The stream message it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The software version behind the decision.
    pub build: String,
}

/// The road by which a command came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Road {
    /// An HTTP request.
    Http,
    /// A message of the bet stream.
    Stream,
    /// The command line.
    CommandLine,
    /// A reference system's database.
    Migration,
    /// The system itself, following up on an event.
    FollowUp,
}

impl Road {
    /// Every road.
    pub const ALL: [Self; 5] = [
        Self::Http,
        Self::Stream,
        Self::CommandLine,
        Self::Migration,
        Self::FollowUp,
    ];

    /// Its word in the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Stream => "stream",
            Self::CommandLine => "command-line",
            Self::Migration => "migration",
            Self::FollowUp => "follow-up",
        }
    }
}

impl FromStr for Road {
    type Err = UnknownRoad;

    fn from_str(word: &str) -> Result<Self, UnknownRoad> {
        let mut all = Self::ALL.into_iter();
        all.find(|road| road.word() == word)
            .ok_or_else(|| UnknownRoad(word.to_owned()))
    }
}

/// The word names no road.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no road (http, stream, command-line, migration or follow-up)")]
pub struct UnknownRoad(pub String);

/// A message of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The stream's name.
    pub stream: String,
    /// The message's sequence in it.
    pub sequence: u64,
}

impl Metadata {
    /// Metadata that says no more than who and how.
    pub fn new(who: impl Into<String>, how: Road) -> Self {
        Self {
            who: who.into(),
            how,
            reason: None,
            correlation: None,
            causation: None,
            trace: None,
            source: None,
            build: BUILD.to_owned(),
        }
    }

    /// What belongs together with it, and what led to it.
    pub fn causes(&self) -> Causes {
        Causes {
            correlation: self.correlation.clone(),
            causation: self.causation.clone(),
            trace: self.trace.as_deref().and_then(parse),
        }
    }

    /// The span that decided the event whose stored metadata is `json`, found without reading all
    /// of it.
    pub fn trace_of(json: &str) -> Option<TraceParent> {
        let (_, rest) = json.split_once("\"trace\":\"")?;
        parse(rest.split_once('"')?.0)
    }

    /// As it is stored.
    pub fn to_json(&self) -> String {
        // Strings and integers only: this cannot fail, and an empty object would still be readable.
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }
}

fn parse(trace: &str) -> Option<TraceParent> {
    TraceParent::parse(trace.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_road_has_the_word_that_the_log_has() {
        for road in Road::ALL {
            assert_eq!(serde_json::to_value(road).unwrap(), road.word());
            assert_eq!(road.word().parse(), Ok(road));
        }
        let unknown = UnknownRoad("post".to_owned());
        assert_eq!("post".parse::<Road>(), Err(unknown));
    }

    #[test]
    fn the_span_is_found_in_what_is_stored_and_nowhere_else() {
        let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let mut metadata = Metadata::new("ann", Road::Http);
        metadata.reason = Some(format!("\"trace\":\"{text}\""));
        assert_eq!(Metadata::trace_of(&metadata.to_json()), None);
        metadata.trace = Some(text.to_owned());
        let found = Metadata::trace_of(&metadata.to_json()).unwrap();
        assert_eq!(found.to_string(), text);
        assert_eq!(metadata.causes().trace, Some(found));
    }
}
