//! Gathering a chunk from the two lanes.

use std::time::Duration;

use tokio::sync::mpsc;

use super::Group;

/// How long a chunk should hold the log's lock, in milliseconds: long enough that a commit's fixed
/// cost is small beside it, short enough that an operator does not notice it.
pub(super) const LOCK_HELD_MS: u64 = 10;
/// Bounds of the budget of stream requests in one chunk.
const BUDGET: std::ops::RangeInclusive<usize> = 128..=4_096;
/// Most command requests of one chunk.
const MOST_COMMANDS: usize = 2_048;

/// The two queues in front of the journal, and how much of the stream's fits a chunk.
pub struct Lanes {
    commands: mpsc::Receiver<Group>,
    stream: mpsc::Receiver<Group>,
    budget: usize,
}

impl Lanes {
    pub(super) fn new(commands: mpsc::Receiver<Group>, stream: mpsc::Receiver<Group>) -> Self {
        Self {
            commands,
            stream,
            budget: 1_024,
        }
    }

    /// Waits for the first group, then takes all that waits within the bounds. None once both
    /// lanes are closed and empty.
    pub(super) async fn next_chunk(&mut self) -> Option<Vec<Group>> {
        let mut groups = Vec::new();
        tokio::select! {
            biased;
            Some(group) = self.commands.recv() => groups.push(group),
            Some(group) = self.stream.recv() => groups.push(group),
            else => return None,
        }
        take(&mut self.commands, &mut groups, MOST_COMMANDS);
        take(&mut self.stream, &mut groups, self.budget);
        Some(groups)
    }

    /// Learns from a chunk that committed `requests` in `took`.
    pub(super) fn learn(&mut self, requests: usize, took: Duration) {
        let target = Duration::from_millis(LOCK_HELD_MS);
        if took > target.mul_f32(1.2) {
            self.budget = self.budget * 7 / 8;
        } else if took < target && requests >= self.budget * 3 / 4 {
            self.budget = self.budget * 9 / 8;
        }
        self.budget = self.budget.clamp(*BUDGET.start(), *BUDGET.end());
    }
}

/// Takes waiting groups until they hold `most` requests.
fn take(lane: &mut mpsc::Receiver<Group>, groups: &mut Vec<Group>, most: usize) {
    let mut taken = groups
        .iter()
        .map(|group| group.requests.len())
        .sum::<usize>();
    while taken < most {
        let Ok(group) = lane.try_recv() else { break };
        taken += group.requests.len();
        groups.push(group);
    }
}
