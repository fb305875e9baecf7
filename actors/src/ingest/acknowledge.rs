//! What becomes of a message, for each outcome: the one table.

use std::time::Duration;

use async_nats::jetstream::AckKind;

use crate::market::BetOutcome;

/// How long the broker waits before it sends a message again that the store could not take.
pub const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What a message led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// A bet that could be read, with what became of it.
    Bet(BetOutcome),
    /// Unreadable, and kept as a dead letter.
    DeadLetter,
    /// Unreadable, and the store could not keep it now.
    DeadLetterDeferred,
}

/// What the broker is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// Done: it may forget the message.
    Done,
    /// Never send it again: it is kept elsewhere.
    Terminate,
    /// Send it again later.
    SendAgain,
}

/// The table.
pub const fn acknowledgement(disposition: &Disposition) -> Acknowledgement {
    match disposition {
        Disposition::Bet(BetOutcome::Recorded { .. }) => Acknowledgement::Done,
        Disposition::Bet(BetOutcome::AlreadyRecorded { .. }) => Acknowledgement::Done,
        Disposition::Bet(BetOutcome::Refused {
            position: Some(_), ..
        }) => Acknowledgement::Done,
        // A refusal without an event would be lost with the message.
        Disposition::Bet(BetOutcome::Refused { position: None, .. }) => Acknowledgement::SendAgain,
        Disposition::Bet(BetOutcome::Deferred { .. }) => Acknowledgement::SendAgain,
        Disposition::DeadLetter => Acknowledgement::Terminate,
        Disposition::DeadLetterDeferred => Acknowledgement::SendAgain,
    }
}

impl Acknowledgement {
    /// Its word in the metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Terminate => "terminated",
            Self::SendAgain => "sent_again",
        }
    }

    /// As the client library says it.
    pub const fn kind(self) -> AckKind {
        match self {
            Self::Done => AckKind::Ack,
            Self::Terminate => AckKind::Term,
            Self::SendAgain => AckKind::Nak(Some(TRY_AGAIN_AFTER)),
        }
    }
}

#[cfg(test)]
mod tests {
    use betstream_events::envelope::Position;

    use super::*;
    use crate::market::BetRejection;

    #[test]
    fn a_message_is_forgotten_only_when_what_it_led_to_is_durable() {
        let position = Position(7);
        let rejection = BetRejection::BetTypeEmpty;
        let table = [
            (
                Disposition::Bet(BetOutcome::Recorded { position }),
                Acknowledgement::Done,
            ),
            (
                Disposition::Bet(BetOutcome::AlreadyRecorded { position }),
                Acknowledgement::Done,
            ),
            (
                Disposition::Bet(BetOutcome::Refused {
                    rejection: rejection.clone(),
                    position: Some(position),
                }),
                Acknowledgement::Done,
            ),
            (
                Disposition::Bet(BetOutcome::Refused {
                    rejection,
                    position: None,
                }),
                Acknowledgement::SendAgain,
            ),
            (
                Disposition::Bet(BetOutcome::Deferred {
                    reason: String::new(),
                }),
                Acknowledgement::SendAgain,
            ),
            (Disposition::DeadLetter, Acknowledgement::Terminate),
            (Disposition::DeadLetterDeferred, Acknowledgement::SendAgain),
        ];
        for (disposition, expected) in table {
            assert_eq!(acknowledgement(&disposition), expected, "{disposition:?}");
        }
    }
}
