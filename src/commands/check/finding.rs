//! What a check found.

use serde::Serialize;

/// How many faults of one invariant are kept; the rest is counted.
const MOST_FAULTS: usize = 20;

/// One invariant, on how much it was checked, and what breaks it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    /// The promise.
    pub(super) invariant: &'static str,
    /// On how many things it was checked.
    pub(super) n: u64,
    /// What these things are.
    pub(super) unit: &'static str,
    /// How many of them break it.
    pub(super) broken: u64,
    /// The first of them, each naming its place.
    pub(super) faults: Vec<String>,
}

impl Finding {
    /// An invariant that nothing breaks so far.
    pub(super) const fn new(invariant: &'static str, unit: &'static str) -> Self {
        Self {
            invariant,
            n: 0,
            unit,
            broken: 0,
            faults: Vec::new(),
        }
    }

    /// One more thing was looked at.
    pub(super) fn looked_at(&mut self, things: u64) {
        self.n += things;
    }

    /// Something breaks it.
    pub(super) fn fault(&mut self, fault: impl Into<String>) {
        self.broken += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault.into());
        }
    }

    /// Whether it holds.
    pub(super) const fn holds(&self) -> bool {
        self.broken == 0
    }
}
