//! What a run of cycles adds up to.

use std::{fmt, time::Duration};

use crate::cycle::Outcome;

/// From how many cycles on a zero says something.
const MANY: usize = 10;

/// Sums over cycles.
#[derive(Default)]
pub(crate) struct Figures {
    cycles: usize,
    acknowledged: usize,
    lost: usize,
    doubled: usize,
    invented: usize,
    /// Cycles that did not go as they should: a fault of any kind, or something that hung.
    failed: usize,
    ready: Vec<Duration>,
    caught_up: Vec<Duration>,
    caught_up_without_stream: Vec<Duration>,
}

impl Figures {
    /// Adds a cycle that came to its end.
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        self.cycles += 1;
        let verdict = &outcome.verdict;
        self.acknowledged += verdict.acknowledged;
        self.lost += verdict.lost.len();
        self.doubled += verdict.doubled.len();
        self.invented += verdict.invented.len();
        self.failed += usize::from(!verdict.holds());
        self.ready.extend(outcome.recovery.ready);
        if outcome.plan.roads.stream {
            self.caught_up.push(outcome.recovery.caught_up);
        } else {
            self.caught_up_without_stream
                .push(outcome.recovery.caught_up);
        }
    }

    /// Adds a cycle that did not.
    pub(crate) fn add_failed(&mut self) {
        self.cycles += 1;
        self.failed += 1;
    }

    /// Whether every cycle went as it should.
    pub(crate) fn hold(&self) -> bool {
        self.failed == 0
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cycles,
            acknowledged,
            lost,
            doubled,
            invented,
            failed,
            ..
        } = self;
        writeln!(f, "cycles {cycles}, failed {failed}")?;
        writeln!(
            f,
            "acknowledged {acknowledged}, lost {lost}, doubled {doubled}, invented {invented}"
        )?;
        for (what, times) in [
            ("ready again", &self.ready),
            ("caught up, by HTTP alone", &self.caught_up_without_stream),
            ("caught up, with the stream", &self.caught_up),
        ] {
            writeln!(f, "{what}: {}", Percentiles(times))?;
        }
        if *failed == 0 && *cycles >= MANY {
            let bound = 100.0 * 3.0 / *cycles as f64;
            write!(
                f,
                "0 of {cycles}: the rate is below 3/{cycles} = {bound:.1} % (95 % sure)"
            )?;
        }
        Ok(())
    }
}

/// Times, in a line.
pub(crate) struct Percentiles<'a>(pub(crate) &'a [Duration]);

impl fmt::Display for Percentiles<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut times = self.0.to_vec();
        times.sort_unstable();
        let Some(last) = times.last() else {
            return f.write_str("n 0");
        };
        let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64();
        let (n, max) = (times.len(), last.as_secs_f64());
        write!(
            f,
            "p50 {:.2} s, p99 {:.2} s, max {max:.2} s, n {n}",
            at(50),
            at(99)
        )
    }
}
