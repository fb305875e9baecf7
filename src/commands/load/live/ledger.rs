//! What was sent, and who has heard of it.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use super::{
    heard::Heard,
    seen::{Faults, Seen},
};
use crate::commands::load::latencies::Latencies;

/// How many events later than its own a command may be answered for the first times of its event to
/// count; those of events that somebody else caused are forgotten then.
const ANSWERED_WITHIN_EVENTS: usize = 256;

/// Everything that clients were told.
pub(super) struct Ledger {
    started: Instant,
    events: BTreeMap<i64, Sent>,
    clients: Vec<Seen>,
    latencies: Latencies,
    connecting: Latencies,
    ends: BTreeMap<String, u64>,
    unconnected: BTreeMap<String, u64>,
    reconnected: Vec<u32>,
}

/// An event, by its position.
#[derive(Default)]
struct Sent {
    /// When it was due; none until its command is answered, or when somebody else caused it.
    due: Option<Instant>,
    /// When clients heard of it before the command was answered.
    early: Vec<Instant>,
    last: Option<Instant>,
}

impl Ledger {
    /// An empty one for so many clients, the first of which are slow.
    pub(super) fn new(clients: usize, slow: usize) -> Self {
        let seen = |number| Seen::new(number < slow);
        Self {
            started: Instant::now(),
            events: BTreeMap::new(),
            clients: (0..clients).map(seen).collect(),
            latencies: Latencies::default(),
            connecting: Latencies::default(),
            ends: BTreeMap::new(),
            unconnected: BTreeMap::new(),
            reconnected: Vec::new(),
        }
    }

    /// A command led to the event at this position.
    pub(super) fn answered(&mut self, position: i64, due: Instant) {
        let sent = self.events.entry(position).or_default();
        sent.due = Some(due);
        for heard in std::mem::take(&mut sent.early) {
            self.latencies.record(heard.saturating_duration_since(due));
        }
    }

    /// A client heard something.
    pub(super) fn heard(&mut self, client: usize, heard: &Heard, now: Instant) {
        let seen = &mut self.clients[client];
        let first_time = seen.hear(heard);
        if let Heard::Event(position) = *heard
            && first_time
            && !seen.slow
        {
            self.reached(position, now);
        }
    }

    fn reached(&mut self, position: i64, now: Instant) {
        if !self.events.contains_key(&position)
            && let Some((_, old)) = self.events.iter_mut().nth_back(ANSWERED_WITHIN_EVENTS)
        {
            old.early = Vec::new();
        }
        let sent = self.events.entry(position).or_default();
        sent.last = Some(now);
        match sent.due {
            Some(due) => self.latencies.record(now.saturating_duration_since(due)),
            None => sent.early.push(now),
        }
    }

    /// A client's connection stands, after so long.
    pub(super) fn connected(&mut self, client: usize, took: Duration) {
        self.connecting.record(took);
        if self.clients[client].ended.take().is_some() {
            let second = self.started.elapsed().as_secs() as usize;
            if self.reconnected.len() <= second {
                self.reconnected.resize(second + 1, 0);
            }
            self.reconnected[second] += 1;
        }
    }

    /// A client could not connect.
    pub(super) fn unconnected(&mut self, reason: String) {
        *self.unconnected.entry(reason).or_default() += 1;
    }

    /// A client's stream ended.
    pub(super) fn ended(&mut self, client: usize, reason: String) {
        *self.ends.entry(reason.clone()).or_default() += 1;
        self.clients[client].ended = Some(reason);
    }

    /// From where a client goes on; none for one that has not begun.
    pub(super) fn resumes_after(&self, client: usize) -> Option<i64> {
        self.clients[client].resumes_after()
    }

    /// How many clients have begun.
    pub(super) fn begun(&self) -> usize {
        let begun = |seen: &&Seen| seen.resumes_after().is_some();
        self.clients.iter().filter(begun).count()
    }

    /// What clients missed, heard twice or out of order so far; slow ones apart.
    pub(super) fn faults(&self) -> Faults {
        let positions = self.positions();
        let heeded = self.clients.iter().filter(|seen| !seen.slow);
        heeded.fold(Faults::default(), |sum, seen| {
            sum.plus(seen.faults(&positions))
        })
    }

    /// Whether every client has heard of everything; of the slow ones, whether it has, or was closed.
    pub(super) fn settled(&self) -> bool {
        let positions = self.positions();
        self.clients.iter().all(|seen| {
            let closed = seen.slow && seen.ended.is_some();
            closed || seen.missed(&positions) == 0
        })
    }

    fn positions(&self) -> Vec<i64> {
        self.events.keys().copied().collect()
    }

    /// The time from each planned moment to the last client, for the events that were ours.
    pub(super) fn to_all(&self) -> Latencies {
        let mut all = Latencies::default();
        for sent in self.events.values() {
            if let (Some(due), Some(last)) = (sent.due, sent.last) {
                all.record(last.saturating_duration_since(due));
            }
        }
        all
    }

    /// The time from each planned moment to each client.
    pub(super) fn to_each(&self) -> &Latencies {
        &self.latencies
    }

    /// How long connecting took.
    pub(super) fn connecting(&self) -> &Latencies {
        &self.connecting
    }

    /// Why streams ended, with how many did.
    pub(super) fn ends(&self) -> &BTreeMap<String, u64> {
        &self.ends
    }

    /// Why clients could not connect, with how often that was.
    pub(super) fn not_connected(&self) -> &BTreeMap<String, u64> {
        &self.unconnected
    }

    /// How many came again in each second since the ledger was opened, from the first that did.
    pub(super) fn reconnected(&self) -> &[u32] {
        let first = self.reconnected.iter().position(|count| *count > 0);
        first.map_or(&[], |first| &self.reconnected[first..])
    }

    /// The clients that read nothing for a while.
    pub(super) fn slow(&self) -> impl Iterator<Item = &Seen> {
        self.clients.iter().filter(|seen| seen.slow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ledger: &mut Ledger, client: usize, positions: &[i64]) {
        for position in positions {
            ledger.heard(client, &Heard::Event(*position), Instant::now());
        }
    }

    #[test]
    fn what_a_client_misses_hears_twice_or_out_of_order_is_found() {
        let mut ledger = Ledger::new(5, 1);
        for client in 0..5 {
            ledger.heard(client, &Heard::Begins(10), Instant::now());
        }
        told(&mut ledger, 1, &[11, 13, 17]);
        assert!(ledger.faults().missed > 0);
        told(&mut ledger, 2, &[11, 13, 17]);
        told(&mut ledger, 3, &[11, 17, 17]);
        told(&mut ledger, 4, &[11, 17, 13]);
        let faults = Faults {
            missed: 1,
            repeated: 1,
            out_of_order: 1,
            resyncs: 0,
        };
        assert_eq!(ledger.faults(), faults);
    }

    #[test]
    fn a_client_that_comes_later_owes_only_what_came_after_it() {
        let mut ledger = Ledger::new(2, 0);
        ledger.heard(0, &Heard::Begins(0), Instant::now());
        told(&mut ledger, 0, &[1, 2]);
        ledger.heard(1, &Heard::Begins(2), Instant::now());
        assert!(ledger.faults().none());
        assert_eq!(ledger.resumes_after(0), Some(2));
        ledger.heard(0, &Heard::UpTo(9), Instant::now());
        assert_eq!(ledger.resumes_after(0), Some(9));
    }

    #[test]
    fn times_count_from_the_planned_moment_whichever_is_told_first() {
        let mut ledger = Ledger::new(2, 0);
        let due = Instant::now();
        let after = |ms| due + Duration::from_millis(ms);
        ledger.heard(0, &Heard::Event(1), after(20));
        ledger.answered(1, due);
        ledger.heard(1, &Heard::Event(1), after(40));
        ledger.heard(0, &Heard::Event(2), after(50));
        let each = ledger.to_each().summary();
        assert_eq!((each.count, each.max_ms.round()), (2, 40.0));
        let all = ledger.to_all().summary();
        assert_eq!((all.count, all.max_ms.round()), (1, 40.0));
    }
}
