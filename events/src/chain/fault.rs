//! What can be wrong with a chain, each naming where.

use std::fmt;

use crate::envelope::Position;

/// A part of the log that is not what was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockFault {
    /// Events are not there.
    Missing(Places),
    /// An event stands where none may: before the first position, or twice at one.
    Surplus {
        /// Where it stands.
        position: Position,
    },
    /// An event is not what was sealed.
    Altered {
        /// Where it stands.
        position: Position,
    },
    /// A block's own row is not what was sealed.
    Forged(Places),
    /// A block is not chained to the one before it.
    Unchained(Places),
    /// A block covers what the one before it covers.
    Overlapping(Places),
    /// No block seals these events: one is missing, or there is none after the last one.
    Unsealed(Places),
}

impl BlockFault {
    /// A stable word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing",
            Self::Surplus { .. } => "surplus",
            Self::Altered { .. } => "altered",
            Self::Forged(_) => "forged",
            Self::Unchained(_) => "unchained",
            Self::Overlapping(_) => "overlapping",
            Self::Unsealed(_) => "unsealed",
        }
    }

    /// The positions that it concerns.
    pub const fn places(&self) -> Places {
        match self {
            Self::Surplus { position } | Self::Altered { position } => Places {
                first: *position,
                last: *position,
            },
            Self::Missing(places)
            | Self::Forged(places)
            | Self::Unchained(places)
            | Self::Overlapping(places)
            | Self::Unsealed(places) => *places,
        }
    }
}

impl fmt::Display for BlockFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(places) if places.first == places.last => {
                write!(f, "the event at {places} is missing")
            }
            Self::Missing(places) => write!(f, "the events at {places} are missing"),
            Self::Surplus { position } => {
                write!(f, "an event too many stands at position {position}")
            }
            Self::Altered { position } => {
                write!(f, "the event at position {position} was altered")
            }
            Self::Forged(places) => write!(f, "the block over {places} was altered"),
            Self::Unchained(places) => write!(
                f,
                "the block over {places} is not chained to the block before it"
            ),
            Self::Overlapping(places) => {
                write!(f, "the block over {places} covers what is sealed already")
            }
            Self::Unsealed(places) => write!(f, "no block seals {places}"),
        }
    }
}

impl std::error::Error for BlockFault {}

/// Neighbouring positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// The first.
    pub first: Position,
    /// The last.
    pub last: Position,
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last } = self;
        if first == last {
            write!(f, "position {first}")
        } else {
            write!(f, "positions {first} to {last}")
        }
    }
}
