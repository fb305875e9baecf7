//! What a projection is.

use std::{fmt, str::FromStr};

use betstream_events::{
    envelope::{RecordedEvent, StreamName},
    store::Follow,
};

use crate::{part::Part, views::Statement};

/// The projections, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProjectionName {
    /// Accounts, batches and bets.
    Desk,
    /// Turnover and tote approximates by game.
    Markets,
    /// Odds counters.
    Odds,
    /// Totals, the series and refusals.
    Stats,
    /// The index by which events are found.
    Audit,
}

impl ProjectionName {
    /// Every projection.
    pub const ALL: [Self; 5] = [
        Self::Desk,
        Self::Markets,
        Self::Odds,
        Self::Stats,
        Self::Audit,
    ];

    /// Its name in tables, metrics and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Markets => "markets",
            Self::Odds => "odds",
            Self::Stats => "stats",
            Self::Audit => "audit",
        }
    }
}

impl fmt::Display for ProjectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for ProjectionName {
    type Err = UnknownProjection;
    fn from_str(text: &str) -> Result<Self, UnknownProjection> {
        Self::ALL
            .into_iter()
            .find(|name| name.word() == text)
            .ok_or_else(|| UnknownProjection(text.to_owned()))
    }
}

/// The text names no projection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no projection: desk, markets, odds, stats or audit")]
pub struct UnknownProjection(pub String);

/// What a view store keeps of a projection.
pub trait View: Send + Sync + 'static {
    /// Its name.
    const NAME: ProjectionName;
    /// Which events it must see.
    const WANT: Follow;
    /// Its tables.
    const TABLES: &'static [ViewTable];
}

/// A projection whose changes can be written without knowing what is there. Pure: it has no state of
/// its own.
pub trait Projection: View {
    /// What the events of one commit change; each row at most once.
    type Changes: Default + Send;

    /// Adds what `event` changes.
    fn fold(changes: &mut Self::Changes, event: &RecordedEvent);

    /// Whether there is nothing to write.
    fn is_empty(changes: &Self::Changes) -> bool;

    /// How `changes` are written into `generation`.
    fn statements(changes: Self::Changes, generation: i64) -> Vec<Statement>;

    /// The part of the view that `stream` makes, where its rows can be told from others.
    fn part(_stream: &StreamName) -> Option<Part> {
        None
    }

    /// Leaves of `changes` only the part of `stream`.
    fn keep(_changes: &mut Self::Changes, _stream: &StreamName) {}

    /// Whether `event`, of another stream, has a say in the part of `stream`.
    fn concerns(_event: &RecordedEvent, _stream: &StreamName) -> bool {
        true
    }
}

/// One table of a projection, as far as its upkeep must know it.
#[derive(Clone, Copy, Debug)]
pub struct ViewTable {
    /// Its name, for people.
    pub name: &'static str,
    /// How many of its columns, after the generation, name a row.
    pub key: usize,
    /// Deletes some thousand rows of generation `$1`.
    pub delete_some: &'static str,
    /// Some rows that generation `$1` has and generation `$2` has not.
    pub differences: &'static str,
    /// By what a row tells which events it has counted.
    pub tells: RowTells,
}

/// By what a row tells which events it has counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowTells {
    /// Nothing.
    Nothing,
    /// This column holds how much all of them added to it.
    Sum(&'static str),
    /// This column holds the version of the last one.
    Version(&'static str),
}

impl ViewTable {
    /// Its columns after the generation, those of the key first: as its statements list them.
    pub(crate) fn columns(&self) -> Vec<&'static str> {
        let list = self.differences.split("SELECT ").nth(1).unwrap_or_default();
        list.lines()
            .next()
            .unwrap_or_default()
            .split(", ")
            .collect()
    }

    /// The place of `column` among them.
    pub(crate) fn place_of(&self, column: &str) -> Option<usize> {
        self.columns().iter().position(|one| *one == column)
    }
}

/// One table whose upkeep statements lie in files named after it, how many columns name its rows,
/// and which column tells what a row has counted.
macro_rules! view_table {
    ($name:literal, $key:literal) => {
        view_table!($name, $key, Nothing)
    };
    ($name:literal, $key:literal, $tells:ident $(($column:literal))?) => {
        crate::projection::ViewTable {
            name: $name,
            key: $key,
            delete_some: include_str!(concat!("sql/delete_some_", $name, ".sql")),
            differences: include_str!(concat!("sql/differences_", $name, ".sql")),
            tells: crate::projection::RowTells::$tells $(($column))?,
        }
    };
}
pub(crate) use view_table;
