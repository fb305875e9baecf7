//! Gathering a chunk from the two lanes.

use std::time::Duration;

use tokio::sync::mpsc;

use super::Group;

/// How long a chunk should hold the log's lock, in milliseconds: long enough that a commit's fixed
/// cost is small beside it, short enough that an operator does not notice it. On two cores that
/// Postgres, the broker and this process share, a commit costs some 6 ms whatever is in it: 100
/// markets took 44,000 bets a second at 10 ms and 52,000 at 25 ms.
pub(super) const LOCK_HELD_MS: u64 = 25;
/// Beside commands, stream bets fill this part of their budget: a command waits for the rest of
/// the chunk before it and then for one that is short.
const SHARE_BESIDE_COMMANDS: usize = 4;
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
        let budget = tokio::select! {
            biased;
            Some(group) = self.commands.recv() => {
                groups.push(group);
                take(&mut self.commands, &mut groups, MOST_COMMANDS);
                count(&groups) + self.budget / SHARE_BESIDE_COMMANDS
            }
            Some(group) = self.stream.recv() => {
                groups.push(group);
                self.budget
            }
            else => return None,
        };
        take(&mut self.stream, &mut groups, budget);
        Some(groups)
    }

    /// Learns from a chunk of `requests` that held the lock for so long. What it waited for others
    /// teaches nothing: a smaller chunk would wait as long.
    pub(super) fn learn(&mut self, requests: usize, lock_held: Duration) {
        let target = Duration::from_millis(LOCK_HELD_MS);
        if lock_held > target.mul_f32(1.2) {
            self.budget = self.budget * 7 / 8;
        } else if lock_held < target && requests >= self.budget * 3 / 4 {
            self.budget = self.budget * 9 / 8;
        }
        self.budget = self.budget.clamp(*BUDGET.start(), *BUDGET.end());
    }
}

fn count(groups: &[Group]) -> usize {
    groups.iter().map(|group| group.requests.len()).sum()
}

/// Takes waiting groups until they hold `most` requests.
fn take(lane: &mut mpsc::Receiver<Group>, groups: &mut Vec<Group>, most: usize) {
    let mut taken = count(groups);
    while taken < most {
        let Ok(group) = lane.try_recv() else { break };
        taken += group.requests.len();
        groups.push(group);
    }
}
