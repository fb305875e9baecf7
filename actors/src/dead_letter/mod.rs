//! The dead letter: a message that could not be read, until somebody retries it with success or
//! gives it up.
//!
//! A retry has two steps: the bytes are read once more and a bet in them is taken by the ordinary
//! road ([`crate::handle::DeadLetterCommands`]), then what they came to is decided here. A crash in
//! between is harmless: the next retry finds the bet recorded.

mod command;
mod decide;
mod rejection;
mod state;
#[cfg(test)]
mod tests;

pub use command::DeadLetterCommand;
pub use decide::DeadLetter;
pub(crate) use decide::check_retry;
pub use rejection::DeadLetterRejection;
pub use state::DeadLetterState;
