//! What one live client has heard, and what it missed.

use super::heard::Heard;

/// How many of its last events a client is remembered to have heard.
const REMEMBERED: usize = 16;

/// What one client has heard.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// After which position its first stream began.
    begins: Option<i64>,
    /// From where it goes on.
    last: i64,
    count: usize,
    recent: [i64; REMEMBERED],
    repeated: u64,
    out_of_order: u64,
    resyncs: u64,
    /// It reads nothing for a while: what it misses harms nobody.
    pub(super) slow: bool,
    /// Why the server ended its last stream.
    pub(super) ended: Option<String>,
}

/// How clients fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub(super) struct Faults {
    /// Events that did not reach a client that should have heard them.
    pub(super) missed: u64,
    /// Events that a client heard again.
    pub(super) repeated: u64,
    /// Events that came after later ones.
    pub(super) out_of_order: u64,
    /// How often a client was told to load everything again.
    pub(super) resyncs: u64,
}

impl Faults {
    /// Whether every client heard every event once and in order.
    pub(super) fn none(self) -> bool {
        self == Self::default()
    }

    /// Both together.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            missed: self.missed + other.missed,
            repeated: self.repeated + other.repeated,
            out_of_order: self.out_of_order + other.out_of_order,
            resyncs: self.resyncs + other.resyncs,
        }
    }
}

impl Seen {
    /// Nothing yet.
    pub(super) fn new(slow: bool) -> Self {
        Self {
            slow,
            ..Self::default()
        }
    }

    /// Notes what it heard; says whether it is an event that it had not heard before.
    pub(super) fn hear(&mut self, heard: &Heard) -> bool {
        match *heard {
            Heard::Begins(position) => {
                if self.begins.is_none() {
                    self.begins = Some(position);
                    self.last = position;
                }
            }
            Heard::Resync(position) => {
                self.resyncs += 1;
                self.last = position;
            }
            Heard::UpTo(position) => self.last = self.last.max(position),
            Heard::Event(position) => return self.event(position),
            Heard::Retry(_) | Heard::Closing(_) | Heard::End | Heard::Answer(_) => {}
        }
        false
    }

    /// From where it goes on; none before it has begun.
    pub(super) fn resumes_after(&self) -> Option<i64> {
        self.begins.map(|_| self.last)
    }

    /// How it fared, given the positions of all events.
    pub(super) fn faults(&self, positions: &[i64]) -> Faults {
        Faults {
            missed: self.missed(positions),
            repeated: self.repeated,
            out_of_order: self.out_of_order,
            resyncs: self.resyncs,
        }
    }

    /// How many of these events came after it began and did not reach it.
    pub(super) fn missed(&self, positions: &[i64]) -> u64 {
        let Some(begins) = self.begins else { return 0 };
        let before = positions.partition_point(|position| *position <= begins);
        (positions.len() - before).saturating_sub(self.count) as u64
    }

    /// Notes an event; says whether it is the first time.
    fn event(&mut self, position: i64) -> bool {
        if position <= self.last {
            // One that is not remembered is older than what is.
            if self.recent.contains(&position) || position <= self.begins.unwrap_or(0) {
                self.repeated += 1;
                return false;
            }
            self.out_of_order += 1;
        }
        self.recent[self.count % REMEMBERED] = position;
        self.last = self.last.max(position);
        self.count += 1;
        true
    }
}
