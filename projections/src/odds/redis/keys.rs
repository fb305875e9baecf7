//! The keys that are ours in Redis, and the checkpoint among them.

use betstream_events::envelope::Position;
use uuid::Uuid;

use crate::checkpoint::{Checkpoint, hash_from_text, hash_to_text};

/// Up to where the counters count: `log epoch position block-hash`.
pub(super) const CHECKPOINT: &str = "betstream:odds:checkpoint";
/// The sum of all games.
pub(super) const TOTAL: &str = "betstream:odds:total";
/// What every counter's key looks like.
pub(super) const GAME_PATTERN: &str = "game:*:odds_updates";

/// The counter of one game, as the reference system names it.
pub(super) fn of_game(game_id: &str) -> String {
    format!("game:{game_id}:odds_updates")
}

pub(super) fn write_checkpoint(checkpoint: &Checkpoint) -> String {
    let Checkpoint {
        log,
        epoch,
        position,
        block_hash,
    } = checkpoint;
    format!("{log} {epoch} {position} {}", hash_to_text(block_hash))
}

/// None for a text that is no checkpoint: the counters are being filled, or are not ours.
pub(super) fn read_checkpoint(text: &str) -> Option<Checkpoint> {
    let mut parts = text.split(' ');
    let checkpoint = Checkpoint {
        log: Uuid::parse_str(parts.next()?).ok()?,
        epoch: parts.next()?.parse().ok()?,
        position: Position(parts.next()?.parse().ok()?),
        block_hash: hash_from_text(parts.next()?),
    };
    parts.next().is_none().then_some(checkpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_back_and_nothing_else_is() {
        let checkpoint = Checkpoint {
            log: Uuid::from_u128(7),
            epoch: 2,
            position: Position(40),
            block_hash: [9; 32],
        };
        assert_eq!(
            read_checkpoint(&write_checkpoint(&checkpoint)),
            Some(checkpoint)
        );
        for text in [
            "",
            "filling 1",
            "x 1 2 3",
            "00000000-0000-0000-0000-000000000007 1",
        ] {
            assert_eq!(read_checkpoint(text), None, "{text:?}");
        }
    }
}
