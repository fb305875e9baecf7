//! Why a dead letter refuses a command, in the order in which it is checked.

use betstream_events::{dead_letter::RetryOutcome, ids::DeadLetterId};

/// A rule of dead letters said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeadLetterRejection {
    /// There is no such letter.
    #[error("dead letter {dead_letter_id} does not exist")]
    Unknown {
        /// The id.
        dead_letter_id: DeadLetterId,
    },
    /// A retry has read it.
    #[error("dead letter {dead_letter_id} is settled: its bet was {outcome}")]
    Settled {
        /// The letter.
        dead_letter_id: DeadLetterId,
        /// What the retry came to.
        outcome: RetryOutcome,
    },
    /// It was given up.
    #[error("dead letter {dead_letter_id} is discarded")]
    Discarded {
        /// The letter.
        dead_letter_id: DeadLetterId,
    },
    /// Only its beginning is kept, so there is nothing whole to read.
    #[error(
        "dead letter {dead_letter_id} is cut: its first {kept_bytes} bytes are kept, it can only be discarded"
    )]
    Cut {
        /// The letter.
        dead_letter_id: DeadLetterId,
        /// How many bytes are kept.
        kept_bytes: usize,
    },
    /// Nobody gives up a message without saying why.
    #[error("a reason is missing, without which dead letter {dead_letter_id} is not discarded")]
    ReasonMissing {
        /// The letter.
        dead_letter_id: DeadLetterId,
    },
}
