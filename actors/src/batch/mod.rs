//! The batch: bets that an account places together, worked by operators until it is submitted.

mod command;
mod decide;
mod join;
mod rejection;
mod snapshot;
mod state;
mod stating;
#[cfg(test)]
mod tests;

pub use command::{BatchAction, BatchCommand, JoiningBet, NewBatch, NewBet, StatusChange};
pub use decide::Batch;
pub use rejection::{BatchRejection, BetFault};
pub use state::{BatchState, BetEntry, Closing, Contents};
