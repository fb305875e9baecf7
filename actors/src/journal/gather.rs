//! Gathering a chunk from the two lanes.

use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::Group;

/// How long a chunk should hold the log's lock, in milliseconds: long enough that a commit's fixed
/// cost is small beside it, short enough that an operator does not notice it. On two cores that
/// Postgres, the broker and this process share, a commit costs some 6 ms whatever is in it: one
/// after the other, 100 markets took 44,000 bets a second at 10 ms, 49,500 at 25 and 55,700 at 40.
pub(super) const LOCK_HELD_MS: u64 = 25;
/// While commands come, stream bets fill this part of their budget only: a command waits for the
/// rest of the chunk before it and then for its own, and both are short.
const SHARE_BESIDE_COMMANDS: usize = 4;
/// How long after a command another one is expected.
const COMMANDS_COME: Duration = Duration::from_secs(1);
/// Bounds of the budget of stream requests in one chunk.
const BUDGET: std::ops::RangeInclusive<usize> = 128..=4_096;
/// Most command requests of one chunk.
const MOST_COMMANDS: usize = 2_048;

/// The two queues in front of the journal, and how much of the stream's fits a chunk.
pub struct Lanes {
    commands: mpsc::Receiver<Group>,
    stream: mpsc::Receiver<Group>,
    budget: usize,
    last_command: Option<Instant>,
}

impl Lanes {
    pub(super) fn new(commands: mpsc::Receiver<Group>, stream: mpsc::Receiver<Group>) -> Self {
        Self {
            commands,
            stream,
            budget: 1_024,
            last_command: None,
        }
    }

    /// Waits for the first group, then takes all that waits within the bounds. None once both
    /// lanes are closed and empty.
    pub(super) async fn next_chunk(&mut self) -> Option<Vec<Group>> {
        let mut groups = Vec::new();
        tokio::select! {
            biased;
            Some(group) = self.commands.recv() => {
                groups.push(group);
                take(&mut self.commands, &mut groups, MOST_COMMANDS);
                self.last_command = Some(Instant::now());
            }
            Some(group) = self.stream.recv() => groups.push(group),
            else => return None,
        }
        let share = self.share();
        take(&mut self.stream, &mut groups, share);
        Some(groups)
    }

    /// How many stream bets the next chunk takes.
    fn share(&self) -> usize {
        if self.commands_come() {
            self.budget / SHARE_BESIDE_COMMANDS
        } else {
            self.budget
        }
    }

    fn commands_come(&self) -> bool {
        self.last_command
            .is_some_and(|last| last.elapsed() < COMMANDS_COME)
    }

    /// Learns from a chunk of `requests` that `took` so long, the wait for other processes
    /// included, and held the lock for `lock_held` of it. Chunks beside commands are short on
    /// purpose and teach nothing.
    pub(super) fn learn(&mut self, requests: usize, took: Duration, lock_held: Duration) {
        if self.commands_come() {
            return;
        }
        let target = target(took, lock_held);
        if lock_held > target.mul_f64(1.2) {
            self.budget = self.budget * 7 / 8;
        } else if lock_held < target && requests >= self.budget * 3 / 4 {
            self.budget = self.budget * 9 / 8;
        }
        self.budget = self.budget.clamp(*BUDGET.start(), *BUDGET.end());
    }
}

/// How long a chunk should hold the lock: less where several processes share it, for whoever waits
/// then waits for a chunk of each; not less than half, or the fixed cost of commits is all they do.
fn target(took: Duration, lock_held: Duration) -> Duration {
    let share = lock_held.as_secs_f64() / took.as_secs_f64().max(f64::MIN_POSITIVE);
    Duration::from_millis(LOCK_HELD_MS).mul_f64(share.clamp(0.5, 1.0))
}

/// Takes further groups that wait until they hold `most` requests.
fn take(lane: &mut mpsc::Receiver<Group>, groups: &mut Vec<Group>, most: usize) {
    let mut taken = 0;
    while taken < most {
        let Ok(group) = lane.try_recv() else { break };
        taken += group.requests.len();
        groups.push(group);
    }
}

#[cfg(test)]
mod tests {
    use betstream_events::store::AppendRequest;
    use tokio::sync::oneshot;

    use super::{
        super::{Lane, Place},
        *,
    };

    const GROUP: usize = 16;

    fn group() -> Group {
        Group {
            requests: vec![AppendRequest::default(); GROUP],
            origins: Vec::new(),
            place: Place::of(Lane::Commands, GROUP),
            answer: oneshot::channel().0,
        }
    }

    fn lanes() -> (mpsc::Sender<Group>, mpsc::Sender<Group>, Lanes) {
        let ((commands, first), (stream, second)) = (mpsc::channel(512), mpsc::channel(512));
        (commands, stream, Lanes::new(first, second))
    }

    async fn next(lanes: &mut Lanes) -> usize {
        let chunk = lanes.next_chunk().await.unwrap();
        chunk.iter().map(|group| group.requests.len()).sum()
    }

    #[tokio::test]
    async fn bets_take_their_whole_budget_until_a_command_comes() {
        let (commands, stream, mut lanes) = lanes();
        for _ in 0..256 {
            stream.try_send(group()).unwrap();
        }
        let budget = lanes.budget;
        assert_eq!(next(&mut lanes).await, budget + GROUP);
        commands.try_send(group()).unwrap();
        let share = budget / SHARE_BESIDE_COMMANDS;
        assert_eq!(next(&mut lanes).await, GROUP + share);
        assert_eq!(next(&mut lanes).await, share + GROUP, "another may come");
    }

    #[test]
    fn chunks_become_as_large_as_fits_the_time_and_shorter_where_others_wait_too() {
        let (_commands, _stream, mut lanes) = lanes();
        let (short, long) = (Duration::from_millis(5), Duration::from_millis(60));
        let before = lanes.budget;
        lanes.learn(10, short, short);
        assert_eq!(lanes.budget, before, "it was not full");
        lanes.learn(before, short, short);
        assert!(lanes.budget > before);
        (0..100).for_each(|_| lanes.learn(BUDGET.end() + 1, long, long));
        assert_eq!(lanes.budget, *BUDGET.start());
        assert_eq!(target(short, short), Duration::from_millis(LOCK_HELD_MS));
        assert_eq!(
            target(short * 10, short),
            Duration::from_millis(LOCK_HELD_MS) / 2
        );
    }
}
