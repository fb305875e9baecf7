//! What happens at fault points in a build that has them.

use std::{
    fmt,
    str::FromStr,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rustix::process::{Signal, getpid, kill_process};

use super::Point;

static ARMED: OnceLock<Vec<Fault>> = OnceLock::new();

/// One fault: where, what, and at which passing.
#[derive(Debug)]
struct Fault {
    point: Point,
    action: Action,
    at: u64,
    passed: AtomicU64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// SIGKILL: the end without a word.
    Kill,
    /// SIGSTOP: nothing goes on until somebody sends SIGCONT.
    Stop,
    /// A panic of whoever passes.
    Panic,
    /// Whoever passes keeps its thread for so long.
    Delay(Duration),
}

/// Why faults cannot be armed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// No point has this name.
    #[error("there is no fault point {name:?}; there are: {}", Names)]
    UnknownPoint {
        /// What was asked for.
        name: String,
    },
    /// It does not say what should happen.
    #[error(
        "{text:?} is no fault: POINT:ACTION@PASSING, where ACTION is kill, stop, panic or delay=MS"
    )]
    Unreadable {
        /// What was asked for.
        text: String,
    },
    /// Faults are armed once in a process.
    #[error("faults are armed already")]
    ArmedAlready,
}

struct Names;

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Point::ALL.iter().map(|point| point.name()).collect();
        f.write_str(&names.join(", "))
    }
}

/// Arms the faults that `text` names, with commas between them: `before-append:kill@37` kills the
/// process when it passes this point for the 37th time.
///
/// # Errors
/// [`FaultError`] when one cannot be read, or some are armed already.
pub fn arm(text: &str) -> Result<(), FaultError> {
    let faults = text
        .split(',')
        .map(str::parse)
        .collect::<Result<Vec<Fault>, _>>()?;
    ARMED.set(faults).map_err(|_| FaultError::ArmedAlready)
}

pub(super) fn pass(point: Point) {
    for fault in ARMED.get().into_iter().flatten() {
        if fault.point == point && fault.passed.fetch_add(1, Ordering::Relaxed) + 1 == fault.at {
            happen(point, fault.action);
        }
    }
}

fn happen(point: Point, action: Action) {
    // Written at once: a line in a buffer would die with the process.
    eprintln!("fault point {}: {action:?}", point.name());
    let signal = |signal| {
        if let Err(error) = kill_process(getpid(), signal) {
            eprintln!("no signal at fault point {}: {error}", point.name());
        }
    };
    match action {
        Action::Kill => signal(Signal::KILL),
        Action::Stop => signal(Signal::STOP),
        Action::Panic => panic!("fault point {}", point.name()),
        Action::Delay(duration) => dawdle(duration),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "to stand still is what was asked for"
)]
fn dawdle(duration: Duration) {
    std::thread::sleep(duration);
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unreadable = || FaultError::Unreadable {
            text: text.to_owned(),
        };
        let (name, rest) = text.split_once(':').ok_or_else(unreadable)?;
        let (action, at) = rest.split_once('@').ok_or_else(unreadable)?;
        let point = Point::ALL.iter().find(|point| point.name() == name);
        let point = *point.ok_or_else(|| FaultError::UnknownPoint {
            name: name.to_owned(),
        })?;
        let action = match action.split_once('=') {
            None if action == "kill" => Action::Kill,
            None if action == "stop" => Action::Stop,
            None if action == "panic" => Action::Panic,
            Some(("delay", millis)) => Action::Delay(Duration::from_millis(
                millis.parse().map_err(|_| unreadable())?,
            )),
            _ => return Err(unreadable()),
        };
        let at = at
            .parse()
            .ok()
            .filter(|at| *at > 0)
            .ok_or_else(unreadable)?;
        Ok(Self {
            point,
            action,
            at,
            passed: AtomicU64::new(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Point, Action, u64), FaultError> {
        let fault: Fault = text.parse()?;
        Ok((fault.point, fault.action, fault.at))
    }

    #[test]
    fn a_fault_is_a_point_an_action_and_a_passing() {
        assert_eq!(
            read("before-append:kill@37"),
            Ok((Point::BeforeAppend, Action::Kill, 37))
        );
        assert_eq!(
            read("in-fold:delay=250@1"),
            Ok((Point::InFold, Action::Delay(Duration::from_millis(250)), 1))
        );
    }

    #[test]
    fn an_unknown_point_is_refused_with_those_that_exist() {
        let refused = read("before-lunch:kill@1").unwrap_err().to_string();
        assert!(refused.contains("before-lunch"), "{refused}");
        for point in Point::ALL {
            assert!(refused.contains(point.name()), "{refused}");
        }
    }

    #[test]
    fn what_says_nothing_clear_is_refused() {
        for text in [
            "",
            "before-append",
            "before-append:kill",
            "before-append:kill@0",
            "before-append:explode@1",
            "before-append:delay@1",
            "before-append:delay=soon@1",
        ] {
            assert_eq!(
                read(text),
                Err(FaultError::Unreadable {
                    text: text.to_owned()
                })
            );
        }
    }
}
