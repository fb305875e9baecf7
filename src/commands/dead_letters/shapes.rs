//! What the server says of dead letters, as far as it is shown.

use betstream_events::ids::DeadLetterId;
use serde::{Deserialize, Serialize};

/// A letter of a list.
#[derive(Deserialize)]
pub(super) struct Letter {
    pub(super) id: i64,
    pub(super) state: String,
    pub(super) received_at: String,
    pub(super) stream: String,
    pub(super) subject: String,
    pub(super) sequence: u64,
    pub(super) reason: String,
    pub(super) detail: String,
    pub(super) kept_bytes: u64,
    pub(super) cut: bool,
    pub(super) text: String,
}

/// One letter with what happened to it.
#[derive(Deserialize)]
pub(super) struct Details {
    #[serde(flatten)]
    pub(super) letter: Letter,
    /// In base64.
    pub(super) bytes: String,
    pub(super) history: Vec<Event>,
}

/// Something that happened to a letter.
#[derive(Deserialize)]
pub(super) struct Event {
    pub(super) log_position: i64,
    pub(super) at: String,
    pub(super) who: String,
    #[serde(default)]
    pub(super) why: Option<String>,
    #[serde(flatten)]
    pub(super) changed: Changed,
}

/// What a retry or a discard came to.
#[derive(Deserialize, Serialize)]
pub(super) struct Changed {
    pub(super) id: i64,
    pub(super) state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bet_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bet_position: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
}

impl Changed {
    /// In words: `settled: recorded at position 112`.
    pub(super) fn words(&self) -> String {
        let mut words = self.state.clone();
        if let Some(outcome) = &self.outcome {
            words += &format!(": {}", outcome.replace('_', " "));
        }
        if let Some(position) = self.bet_position {
            words += &format!(" at position {position}");
        }
        if let Some(code) = &self.code {
            words += &format!(", {code}");
        }
        if let Some(detail) = &self.detail {
            words += &format!(": {detail}");
        }
        words
    }
}

/// What became of several letters.
#[derive(Default, Deserialize, Serialize)]
pub(super) struct Report {
    pub(super) results: Vec<Changed>,
    pub(super) failures: Vec<Failure>,
}

/// Why nothing was done to a letter.
#[derive(Deserialize, Serialize)]
pub(super) struct Failure {
    pub(super) id: i64,
    pub(super) detail: String,
}

impl Report {
    /// Adds one more page.
    pub(super) fn add(&mut self, page: Self) {
        self.results.extend(page.results);
        self.failures.extend(page.failures);
    }

    /// Adds what became of one letter.
    pub(super) fn settle(&mut self, id: DeadLetterId, done: anyhow::Result<Changed>) {
        match done {
            Ok(changed) => self.results.push(changed),
            Err(error) => self.failures.push(Failure {
                id: id.get(),
                detail: format!("{error:#}"),
            }),
        }
    }
}
