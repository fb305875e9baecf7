//! A group's place in its queue, which is measured.

use std::time::Instant;

use betstream_telemetry::measures::journal;

use super::Lane;

/// Counts a group among those that wait, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    lane: Lane,
    requests: f64,
    since: Instant,
}

impl Place {
    pub(super) fn of(lane: Lane, requests: usize) -> Self {
        let requests = requests as f64;
        journal::WAITING.of([lane.word()]).increment(requests);
        Self {
            lane,
            requests,
            since: Instant::now(),
        }
    }

    /// The group's chunk has come.
    pub(super) fn leave(self) {
        journal::WAIT_DURATION
            .of([self.lane.word()])
            .record(self.since.elapsed());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        journal::WAITING
            .of([self.lane.word()])
            .decrement(self.requests);
    }
}
