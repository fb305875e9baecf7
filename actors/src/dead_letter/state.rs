//! What a dead letter knows of itself.

use betstream_events::{
    dead_letter::{DeadLetterEvent, LetterState},
    ids::DeadLetterId,
};

/// A dead letter's state: its last event, from which everything else follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetterState {
    /// Its id.
    pub dead_letter_id: DeadLetterId,
    /// What happened to it last.
    pub last: Option<DeadLetterEvent>,
}

impl DeadLetterState {
    /// A letter to which nothing happened yet.
    pub const fn new(dead_letter_id: DeadLetterId) -> Self {
        Self {
            dead_letter_id,
            last: None,
        }
    }

    /// Takes in one event. Cannot fail: a fact cannot be refused.
    pub fn evolve(&mut self, event: &DeadLetterEvent) {
        self.last = Some(event.clone());
    }

    /// Where it stands.
    pub const fn standing(&self) -> LetterState {
        LetterState::after(self.last.as_ref())
    }
}
