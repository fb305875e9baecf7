//! The one order of everything: dense positions, dense versions, ids once, time that never runs back.

use std::collections::HashMap;

use betstream_events::{clock::Timestamp, envelope::EventRow};

use super::finding::Finding;

/// Gathers the order of the log.
pub(super) struct Order {
    positions: Finding,
    versions: Finding,
    times: Finding,
    last_position: i64,
    last_recorded_at: Timestamp,
    last_versions: HashMap<String, i64>,
    event_ids: Vec<u128>,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            positions: Finding::new("positions are dense", "events"),
            versions: Finding::new("versions are dense in each stream", "events"),
            times: Finding::new("recorded times never run back", "events"),
            last_position: 0,
            last_recorded_at: Timestamp::from_micros(i64::MIN),
            last_versions: HashMap::new(),
            event_ids: Vec::new(),
        }
    }
}

impl Order {
    /// Takes in one row.
    pub(super) fn see(&mut self, row: &EventRow) {
        let position = row.position.0;
        self.positions.looked_at(1);
        if position != self.last_position + 1 {
            self.positions.fault(format!(
                "position {position} comes after {}",
                self.last_position
            ));
        }
        self.last_position = position;

        self.versions.looked_at(1);
        let last = self.last_versions.entry(row.stream.clone()).or_default();
        if row.version.0 != *last + 1 {
            let fault = format!(
                "{} at position {position} has version {} after {last}",
                row.stream, row.version
            );
            self.versions.fault(fault);
        }
        *last = row.version.0;

        self.times.looked_at(1);
        if row.recorded_at < self.last_recorded_at {
            self.times.fault(format!(
                "position {position} was recorded {} before the one before it",
                row.recorded_at
            ));
        }
        self.last_recorded_at = row.recorded_at;
        self.event_ids.push(row.event_id.uuid().as_u128());
    }

    /// What was found.
    pub(super) fn findings(mut self) -> Vec<Finding> {
        let mut once = Finding::new("every event is in the log once", "event ids");
        once.looked_at(self.event_ids.len() as u64);
        self.event_ids.sort_unstable();
        for pair in self.event_ids.windows(2) {
            if pair[0] == pair[1] {
                once.fault(format!(
                    "event id {} is there twice",
                    uuid::Uuid::from_u128(pair[0])
                ));
            }
        }
        vec![self.positions, self.versions, once, self.times]
    }
}
