//! What can be measured, by name.

use std::fmt;

use anyhow::bail;

use crate::{
    Sizes,
    measures::{
        commands::{Commands, Database},
        fairness::Fairness,
        growth::Growth,
        ingest::{Ingest, Replay},
        live::Live,
        long_log::LongLog,
        sealing::Sealing,
    },
    report::Report,
    rig::{Mix, Poisons, Rig},
};

/// A measurement that can be asked for.
pub(crate) struct Benchmark {
    name: &'static str,
    about: &'static str,
    kind: Kind,
}

enum Kind {
    Ingest(Ingest),
    Replay(Replay),
    Fairness(Fairness),
    Commands(Commands),
    LongLog(LongLog),
    Sealing(Sealing),
    Growth(Growth),
    Live(Live),
}

/// All of them, in the order in which they run.
const BENCHMARKS: &[Benchmark] = &[
    commands("commands/sqlite/1-client", Database::Sqlite, 1),
    commands("commands/sqlite/32-clients", Database::Sqlite, 32),
    commands("commands/sqlite/256-clients", Database::Sqlite, 256),
    commands("commands/postgres/1-client", Database::Postgres, 1),
    commands("commands/postgres/32-clients", Database::Postgres, 32),
    commands("commands/postgres/256-clients", Database::Postgres, 256),
    ingest(
        "ingest/100-markets",
        "bets on a hundred games, beside COPY",
        Ingest::PLAIN,
    ),
    ingest(
        "ingest/1-market",
        "all bets on one game",
        Ingest {
            mix: Mix {
                markets: 1,
                ..Mix::PLAIN
            },
            ..Ingest::PLAIN
        },
    ),
    ingest(
        "ingest/10000-markets",
        "bets on ten thousand games",
        Ingest {
            mix: Mix {
                markets: 10_000,
                ..Mix::PLAIN
            },
            ..Ingest::PLAIN
        },
    ),
    ingest(
        "ingest/1kb-events",
        "bets with remarks, a kilobyte each in the log",
        Ingest {
            mix: Mix {
                remark_bytes: 600,
                ..Mix::PLAIN
            },
            ..Ingest::PLAIN
        },
    ),
    ingest(
        "ingest/repeats",
        "one bet in ten was sent before, beside none",
        Ingest {
            mix: Mix {
                repeats: true,
                ..Mix::PLAIN
            },
            beside_plain: true,
            ..Ingest::PLAIN
        },
    ),
    ingest(
        "ingest/poison",
        "one message in a hundred is poison, of each kind in turn, beside none",
        Ingest {
            mix: Mix {
                poison: Poisons::Every,
                ..Mix::PLAIN
            },
            beside_plain: true,
            ..Ingest::PLAIN
        },
    ),
    ingest(
        "ingest/small-poison",
        "the same without the kind of 900 kB, which is most of the stream's bytes",
        Ingest {
            mix: Mix {
                poison: Poisons::Small,
                ..Mix::PLAIN
            },
            beside_plain: true,
            ..Ingest::PLAIN
        },
    ),
    ingest(
        "ingest/hot-market",
        "99 bets of 100 on one game, beside evenly spread ones",
        Ingest {
            mix: Mix {
                hot: true,
                ..Mix::PLAIN
            },
            beside_plain: true,
            ..Ingest::PLAIN
        },
    ),
    ingest(
        "ingest/3-processes",
        "three processes share the stream, beside one",
        Ingest {
            processes: 3,
            beside_plain: true,
            ..Ingest::PLAIN
        },
    ),
    Benchmark {
        name: "ingest/replay",
        about: "the whole stream a second time, beside the first",
        kind: Kind::Replay(Replay),
    },
    ingest(
        "ingest/million-waiting",
        "a million bets wait, for the memory that it takes",
        Ingest {
            bets: Some(1_000_000),
            rounds: 1,
            ..Ingest::PLAIN
        },
    ),
    fairness("fairness/1-process", 1),
    fairness("fairness/3-processes", 3),
    sealing("sealing/sqlite", Database::Sqlite),
    sealing("sealing/postgres", Database::Postgres),
    live("live/sse", "sse"),
    live("live/ws", "ws"),
    long_log("long-log/sqlite", Database::Sqlite),
    long_log("long-log/postgres", Database::Postgres),
    Benchmark {
        name: "growth",
        about: "ingest beside COPY, and loading a stream, as the log grows",
        kind: Kind::Growth(Growth),
    },
];

const fn ingest(name: &'static str, about: &'static str, ingest: Ingest) -> Benchmark {
    Benchmark {
        name,
        about,
        kind: Kind::Ingest(ingest),
    }
}

const fn fairness(name: &'static str, processes: usize) -> Benchmark {
    Benchmark {
        name,
        about: "an operator's commands while ingest runs flat out, beside an idle server",
        kind: Kind::Fairness(Fairness { processes }),
    }
}

const fn commands(name: &'static str, database: Database, clients: usize) -> Benchmark {
    Benchmark {
        name,
        about: "single commands and lists, beside a bare /health",
        kind: Kind::Commands(Commands { database, clients }),
    }
}

const fn live(name: &'static str, transport: &'static str) -> Benchmark {
    Benchmark {
        name,
        about: "live clients on one process, and the rate at which each event reaches all within 1 s",
        kind: Kind::Live(Live { transport }),
    }
}

const fn sealing(name: &'static str, database: Database) -> Benchmark {
    Benchmark {
        name,
        about: "chunks that are sealed in their commit, beside bare ones",
        kind: Kind::Sealing(Sealing { database }),
    }
}

const fn long_log(name: &'static str, database: Database) -> Benchmark {
    Benchmark {
        name,
        about: "a long log: what auditors ask, a rebuild while it answers, a verification",
        kind: Kind::LongLog(LongLog { database }),
    }
}

impl Benchmark {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// Whether `asked` is its name, or the beginning of its name up to a slash.
    fn is_called(&self, asked: &str) -> bool {
        let rest = self.name.strip_prefix(asked.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Measures, and tells `report`.
    pub(crate) async fn run(
        &self,
        rig: &Rig,
        sizes: Sizes,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        match &self.kind {
            Kind::Ingest(ingest) => ingest.run(self.name, rig, sizes, report).await,
            Kind::Replay(replay) => replay.run(self.name, rig, sizes, report).await,
            Kind::Fairness(fairness) => fairness.run(self.name, rig, sizes, report).await,
            Kind::Commands(commands) => commands.run(self.name, rig, sizes, report).await,
            Kind::Sealing(measure) => measure.run(self.name, rig, sizes, report).await,
            Kind::LongLog(measure) => measure.run(self.name, rig, sizes, report).await,
            Kind::Live(live) => live.run(self.name, rig, sizes, report).await,
            Kind::Growth(growth) => growth.run(self.name, rig, sizes, report).await,
        }
    }
}

impl fmt::Display for Benchmark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<30} {}", self.name, self.about)
    }
}

/// Those that are called by one of `names`; all when there are none.
///
/// # Errors
/// A name that nothing is called by.
pub(crate) fn choose(names: &[String]) -> anyhow::Result<Vec<&'static Benchmark>> {
    if let Some(unknown) = names
        .iter()
        .find(|name| !BENCHMARKS.iter().any(|one| one.is_called(name)))
    {
        bail!("nothing is called {unknown:?}; `make bench ARGS=--list` says what there is");
    }
    let is_chosen =
        |one: &&Benchmark| names.is_empty() || names.iter().any(|name| one.is_called(name));
    Ok(BENCHMARKS.iter().filter(is_chosen).collect())
}
