//! What the odds counters can be asked, wherever they are kept.

use async_trait::async_trait;
use betstream_events::envelope::Position;

use crate::answer::QueryError;

/// A count and what is known of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OddsCount {
    /// How many updates.
    pub updates: i64,
    /// Up to which position of the log they count.
    pub position: Position,
    /// Whether the counters were lost and are being repaired, or cannot be reached: then this is
    /// the last count that is known.
    pub stale: bool,
}

/// Odds counters. Written by their projection's runner only.
#[async_trait]
pub trait OddsCounters: Send + Sync + 'static {
    /// The updates of all games together.
    ///
    /// # Errors
    /// [`QueryError`] when the counters cannot be read; a server that cannot be reached is no
    /// error but a stale count.
    async fn total(&self) -> Result<OddsCount, QueryError>;

    /// The updates of one game; 0 for a game that nobody ever bet on.
    ///
    /// # Errors
    /// [`QueryError`] when the counters cannot be read.
    async fn of_game(&self, game_id: &str) -> Result<OddsCount, QueryError>;

    /// How often their server failed since this process began (0 for a table of the views).
    fn failures(&self) -> u64;
}
