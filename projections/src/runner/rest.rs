//! The rest between two commits of a projection.
//!
//! Rows that many events change are written once a commit, so fewer and larger commits cost less:
//! with 10,000 markets a commit of 100 ms of bets writes almost as many rows as one of a second. A
//! projection therefore rests after a commit for as long as that took, several times over, and
//! gathers meanwhile what is appended. Who waits for the view ends the rest, and so does the order to
//! stop: what is in hand is committed.

use std::time::Duration;

use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

/// How many times as long as its last commit a projection rests: it takes at most a quarter of a
/// processor while bets pour in.
const TIMES_THE_COMMIT: u32 = 3;
/// The longest rest: nobody who only looks notices it.
const LONGEST: Duration = Duration::from_millis(250);

/// When the next commit is due.
pub(crate) struct Rest<'a> {
    until: Instant,
    hurry: &'a Notify,
    stop: &'a CancellationToken,
}

impl<'a> Rest<'a> {
    /// None: the next commit is due at once.
    pub(crate) fn none(hurry: &'a Notify, stop: &'a CancellationToken) -> Self {
        Self {
            until: Instant::now(),
            hurry,
            stop,
        }
    }

    /// Begins after a commit that took so long.
    pub(crate) fn begin(&mut self, commit: Duration) {
        self.until = Instant::now() + (commit * TIMES_THE_COMMIT).min(LONGEST);
    }

    /// Ends when its time is over, somebody waits for the view, or the projection must stop.
    pub(crate) async fn over(&self) {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => {}
            () = self.hurry.notified() => {}
            () = tokio::time::sleep_until(self.until) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_rest_is_bounded_and_ends_when_somebody_waits_or_it_must_stop() {
        let (hurry, stop) = (Notify::new(), CancellationToken::new());
        let mut rest = Rest::none(&hurry, &stop);
        rest.over().await;
        rest.begin(Duration::from_secs(3_600));
        let begun = Instant::now();
        assert!(rest.until <= begun + LONGEST);
        rest.until += Duration::from_secs(3_600);
        hurry.notify_one();
        rest.over().await;
        stop.cancel();
        rest.over().await;
        assert!(rest.until > Instant::now(), "it ended before its time");
    }
}
