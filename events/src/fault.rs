//! Fault points: named places at which a test lets the process die, panic, stand still or dawdle.
//!
//! Passing a point does nothing, and costs nothing, unless the feature `fault-points` is on and a
//! fault was [`arm`]ed there. What is served to people is built without it.

#[cfg(feature = "fault-points")]
mod armed;

#[cfg(feature = "fault-points")]
pub use armed::{FaultError, arm};

macro_rules! points {
    ($($(#[$doc:meta])* $point:ident = $name:literal,)*) => {
        /// A place at which a fault can be armed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Point {
            $($(#[$doc])* $point,)*
        }

        impl Point {
            /// Every point there is.
            pub const ALL: &[Self] = &[$(Self::$point,)*];

            /// What it is called where a fault is armed.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$point => $name,)*
                }
            }
        }
    };
}

points! {
    /// The schema is about to be brought up to date, or the tables of the views are.
    BeforeMigration = "before-migration",
    /// The schema is there; the log may not have its name yet.
    AfterMigration = "after-migration",
    /// A command was read and is about to be carried out.
    InHandler = "in-handler",
    /// A command or a group of bets is being decided.
    InDecision = "in-decision",
    /// A chunk is gathered, nothing of it is written.
    BeforeAppend = "before-append",
    /// Events of a chunk are written, the transaction is open.
    InsideAppend = "inside-append",
    /// Events of another log are written into this one, the transaction is open.
    InsideFilling = "inside-filling",
    /// A log is filled, the transaction that lets it serve is open.
    BeforeFillingEnds = "before-filling-ends",
    /// A chunk is committed, nobody is answered.
    AfterAppendBeforeAnswer = "after-append-before-answer",
    /// A message of the stream has its outcome, the broker does not know of it.
    AfterCommitBeforeAck = "after-commit-before-ack",
    /// Messages that cannot be read are about to be kept.
    BeforeDeadLetters = "before-dead-letters",
    /// They are kept, the broker does not know of it.
    AfterDeadLettersBeforeAck = "after-dead-letters-before-ack",
    /// An event is being folded into a view.
    InFold = "in-fold",
    /// Changes of a view are folded, nothing of them is written.
    BeforeViewCommit = "before-view-commit",
    /// The checkpoint of a view is moved, the transaction is open.
    InsideViewCommit = "inside-view-commit",
    /// Changes of a view are committed, the runner does not know of it.
    AfterViewCommit = "after-view-commit",
    /// A stretch of the log is committed to one of the views that are rebuilt, to others not yet.
    InsideRebuild = "inside-rebuild",
    /// A rebuilt view is about to take the place of the one that answers.
    BeforeViewSwap = "before-view-swap",
    /// Redis is about to count.
    BeforeCounters = "before-counters",
    /// Redis has counted, the runner does not know of it.
    AfterCounters = "after-counters",
    /// The state of an actor is about to be kept beside the log.
    BeforeSnapshot = "before-snapshot",
    /// The state of an actor is kept.
    AfterSnapshot = "after-snapshot",
}

/// Passes `point`: what is armed there happens.
#[cfg(not(feature = "fault-points"))]
#[inline(always)]
pub const fn pass(_point: Point) {}

/// Passes `point`: what is armed there happens.
#[cfg(feature = "fault-points")]
pub fn pass(point: Point) {
    armed::pass(point);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Point;

    #[test]
    fn no_two_points_have_the_same_name() {
        let names: BTreeSet<&str> = Point::ALL.iter().map(|point| point.name()).collect();
        assert_eq!(names.len(), Point::ALL.len());
    }
}
