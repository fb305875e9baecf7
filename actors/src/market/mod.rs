//! The market: takes the bets on one game. Bets commute, so it stands on no version and keeps no
//! list of them: finding repeats is the log's work, and its start costs the same after ten bets
//! and after ten million.

mod actor;
mod command;
mod decide;
mod directory;
mod group;
mod rejection;

pub use actor::{MarketActor, MarketDeps};
pub use command::{BetOutcome, MarketItem, SentBet, TakeBets, Taking};
pub(crate) use decide::batch_name;
pub use decide::{amount, decide, odds, refusal, sent_terms};
pub use directory::Markets;
pub use rejection::BetRejection;
