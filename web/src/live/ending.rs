//! How the server ends a live stream, and when the client should come again.

use std::time::Duration;

use rand::Rng;

/// How long a connection may take nothing at all before its client is told to come again.
pub(super) const SLOW_AFTER: Duration = Duration::from_secs(10);
/// The shortest time after which a client comes again.
const SHORTEST: Duration = Duration::from_secs(1);
/// How many clients come again in a second: what one process lets in, beside its other work.
const COME_AGAIN_PER_SECOND: f64 = 2_000.0;
/// The longest time over which clients are scattered.
const LONGEST: Duration = Duration::from_secs(30);

/// Why the server ends a live stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The process stops.
    Stopping,
    /// The client does not take what it is sent.
    TooSlow,
}

impl Ending {
    /// For programs, and in the metrics.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Stopping => "stopping",
            Self::TooSlow => "slow",
        }
    }

    /// For people.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Stopping => "the server is stopping",
            Self::TooSlow => "this client is too slow",
        }
    }

    /// The last message of a stream.
    pub(super) fn message(self, retry: Duration) -> String {
        let (reason, detail, retry) = (self.word(), self.words(), retry.as_millis());
        format!(
            r#"{{"type":"closing","reason":"{reason}","detail":"{detail}","retry_ms":{retry}}}"#
        )
    }
}

/// When one of `clients` should come again: each at another time, so that all of them together do
/// not come faster than they can be let in.
pub(super) fn retry(clients: usize) -> Duration {
    let scatter = Duration::from_secs_f64(clients as f64 / COME_AGAIN_PER_SECOND);
    let scatter = scatter.clamp(SHORTEST, LONGEST);
    SHORTEST + scatter.mul_f64(rand::rng().random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_clients_come_again_over_five_seconds() {
        let times: Vec<Duration> = (0..10_000).map(|_| retry(10_000)).collect();
        let second = |time: &Duration| time.as_secs();
        for wanted in 1..=5 {
            let count = times.iter().filter(|time| second(time) == wanted).count();
            assert!(
                (1_700..2_300).contains(&count),
                "{count} in second {wanted}"
            );
        }
        assert!(times.iter().all(|time| (1..6).contains(&second(time))));
        assert!((0..100).all(|_| retry(1) <= 2 * SHORTEST));
        assert!((0..100).all(|_| retry(1_000_000) <= SHORTEST + LONGEST));
    }
}
