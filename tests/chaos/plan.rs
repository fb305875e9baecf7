//! What a cycle does to the system, drawn from a seed.

use std::{fmt, time::Duration};

use betstream_events::fault::Point;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

/// One cycle: where the log is kept, by which roads work comes in, and what befalls the process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) database: Database,
    pub(crate) roads: Roads,
    pub(crate) fate: Fate,
    /// From which its clients draw.
    pub(crate) seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// By which roads work comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Roads {
    /// Commands of operators.
    pub(crate) commands: bool,
    /// `POST /api/v1/bets`.
    pub(crate) posted: bool,
    /// The bet stream, with the odds counted in Redis.
    pub(crate) stream: bool,
}

impl Roads {
    /// All of them.
    pub(crate) const ALL: Self = Self {
        commands: true,
        posted: true,
        stream: true,
    };
    /// Those that need no server.
    pub(crate) const HTTP: Self = Self {
        stream: false,
        ..Self::ALL
    };
}

/// What befalls the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// SIGKILL; it is started again.
    Kill(Moment),
    /// SIGTERM so long after the start; it is started again.
    Terminate(Duration),
    /// SIGSTOP, and a second process; then SIGCONT, and both go on.
    Stop(Moment),
    /// A panic of whoever passes the point; the process goes on.
    Panic(Point, u64),
}

/// When it befalls the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// So long after the start.
    After(Duration),
    /// When it passes the point for this many times.
    At(Point, u64),
}

/// What must be so for a point to be passed.
pub(crate) struct Needs {
    /// Work must come in by the stream.
    pub(crate) stream: bool,
    /// A stream of events must have grown long in an earlier life.
    pub(crate) long_stream: bool,
    /// How often it is passed for certain.
    pub(crate) passed: u64,
    /// Whether a panic there costs no more than the work in hand.
    pub(crate) survives_panic: bool,
}

impl Needs {
    /// Of this point. A new one finds its place here: every point is tried.
    pub(crate) const fn of(point: Point) -> Self {
        let seldom = Self {
            stream: false,
            long_stream: false,
            passed: 1,
            survives_panic: false,
        };
        let often = Self {
            passed: 60,
            ..seldom
        };
        match point {
            Point::BeforeMigration | Point::AfterMigration => Self {
                passed: 2,
                ..seldom
            },
            Point::InHandler => Self {
                survives_panic: true,
                ..often
            },
            Point::InDecision | Point::InFold => Self {
                survives_panic: true,
                passed: 300,
                ..often
            },
            Point::InsideAppend => Self {
                survives_panic: true,
                ..often
            },
            Point::BeforeAppend | Point::AfterAppendBeforeAnswer => often,
            // Passed by what is asked for by itself, whose stories kill it there.
            Point::InsideFilling | Point::BeforeFillingEnds | Point::InsideRebuild => seldom,
            Point::BeforeViewCommit | Point::InsideViewCommit | Point::AfterViewCommit => Self {
                passed: 30,
                ..often
            },
            Point::AfterCommitBeforeAck => Self {
                stream: true,
                passed: 300,
                ..often
            },
            // Letters are gathered: those of one load may go in one commit.
            Point::BeforeDeadLetters | Point::AfterDeadLettersBeforeAck => Self {
                stream: true,
                ..seldom
            },
            Point::BeforeCounters | Point::AfterCounters => Self {
                stream: true,
                passed: 3,
                ..seldom
            },
            Point::BeforeViewSwap => Self {
                stream: true,
                ..seldom
            },
            Point::BeforeSnapshot | Point::AfterSnapshot => Self {
                long_stream: true,
                ..seldom
            },
        }
    }
}

/// The points that a process passes while it serves and nothing else is asked of it.
pub(crate) fn served() -> impl Iterator<Item = Point> {
    let asked_for = [
        Point::InsideFilling,
        Point::BeforeFillingEnds,
        Point::InsideRebuild,
    ];
    let all = Point::ALL.iter().copied();
    all.filter(move |point| !asked_for.contains(point))
}

impl Plan {
    /// Cycle `number` of the run that `seed` names.
    pub(crate) fn drawn(seed: u64, number: u32) -> Self {
        let seed = seed ^ u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut random = StdRng::seed_from_u64(seed);
        let database = *[Database::Sqlite, Database::Postgres]
            .choose(&mut random)
            .expect("two databases");
        let mut roads = Roads {
            commands: random.random_bool(0.8),
            posted: random.random_bool(0.6),
            stream: random.random_bool(0.5),
        };
        let fate = match random.random_range(0..100) {
            0..30 => Fate::Kill(Moment::After(drawn_moment(&mut random))),
            30..65 => Fate::Kill(drawn_point(&mut random)),
            65..78 => Fate::Terminate(drawn_moment(&mut random)),
            // One process serves a file: only a log in Postgres can have a second one.
            78..90 if database == Database::Postgres && random.random_bool(0.5) => {
                Fate::Stop(drawn_point(&mut random))
            }
            78..90 => Fate::Stop(Moment::After(drawn_moment(&mut random))),
            _ => drawn_panic(&mut random),
        };
        if let Fate::Kill(Moment::At(point, _))
        | Fate::Stop(Moment::At(point, _))
        | Fate::Panic(point, _) = fate
        {
            roads.stream |= Needs::of(point).stream;
            // Every other point is on the way of a command.
            roads.commands = true;
        }
        roads.commands |= !roads.posted && !roads.stream;
        Self {
            database,
            roads,
            fate,
            seed,
        }
    }

    /// A cycle for one point.
    pub(crate) fn at(database: Database, point: Point) -> Self {
        let Needs { stream, passed, .. } = Needs::of(point);
        let roads = if stream { Roads::ALL } else { Roads::HTTP };
        Self {
            database,
            roads,
            fate: Fate::Kill(Moment::At(point, passed)),
            seed: passed,
        }
    }

    /// What `BETSTREAM_FAULT` says in the life in which it befalls the process.
    pub(crate) fn armed(&self) -> Option<String> {
        let (point, action, passing) = match self.fate {
            Fate::Kill(Moment::At(point, passing)) => (point, "kill", passing),
            Fate::Stop(Moment::At(point, passing)) => (point, "stop", passing),
            Fate::Panic(point, passing) => (point, "panic", passing),
            Fate::Kill(Moment::After(_)) | Fate::Terminate(_) | Fate::Stop(Moment::After(_)) => {
                return None;
            }
        };
        Some(format!("{}:{action}@{passing}", point.name()))
    }

    /// The point that must be passed.
    pub(crate) fn point(&self) -> Option<Point> {
        match self.fate {
            Fate::Kill(Moment::At(point, _))
            | Fate::Stop(Moment::At(point, _))
            | Fate::Panic(point, _) => Some(point),
            Fate::Kill(Moment::After(_)) | Fate::Terminate(_) | Fate::Stop(Moment::After(_)) => {
                None
            }
        }
    }
}

/// In the start, or under load.
fn drawn_moment(random: &mut StdRng) -> Duration {
    Duration::from_millis(random.random_range(0..1_500))
}

fn drawn_point(random: &mut StdRng) -> Moment {
    let served: Vec<Point> = served().collect();
    let point = *served.choose(random).expect("points");
    Moment::At(point, random.random_range(1..=Needs::of(point).passed))
}

fn drawn_panic(random: &mut StdRng) -> Fate {
    let survived: Vec<Point> = served()
        .filter(|point| Needs::of(*point).survives_panic)
        .collect();
    let point = *survived.choose(random).expect("points");
    Fate::Panic(point, random.random_range(1..=Needs::of(point).passed))
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = match self.database {
            Database::Sqlite => "SQLite",
            Database::Postgres => "Postgres",
        };
        let Roads {
            commands,
            posted,
            stream,
        } = self.roads;
        let roads = [
            (commands, "commands"),
            (posted, "posted"),
            (stream, "stream"),
        ];
        let roads: Vec<&str> = roads
            .into_iter()
            .filter_map(|(open, name)| open.then_some(name))
            .collect();
        write!(f, "{database:<8} {:<22} ", roads.join("+"))?;
        match self.fate {
            Fate::Kill(moment) => write!(f, "SIGKILL {moment}"),
            Fate::Terminate(after) => write!(f, "SIGTERM {}", Moment::After(after)),
            Fate::Stop(moment) => write!(f, "SIGSTOP {moment}"),
            Fate::Panic(point, passing) => write!(f, "panic {}", Moment::At(point, passing)),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(after) => write!(f, "after {} ms", after.as_millis()),
            Self::At(point, passing) => write!(f, "{}@{passing}", point.name()),
        }
    }
}
