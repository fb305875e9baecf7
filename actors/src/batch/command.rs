//! What can be asked of a batch.

use betstream_events::{
    batch::{BetStatus, JsonText},
    ids::{AccountId, BetPid, GameId},
    money::Money,
    odds::Odds,
    store::Tally,
};
use uuid::Uuid;

/// A command to one batch of one account.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchCommand {
    /// The account that the sender named; a batch of another account is unknown to it.
    pub account_id: AccountId,
    /// What is asked.
    pub action: BatchAction,
}

/// What is asked of a batch.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchAction {
    /// Create it.
    Create(NewBatch),
    /// Add bets to it while it is open.
    AddBets(Vec<NewBet>),
    /// Take in a bet of the stream.
    Join(Box<JoiningBet>),
    /// Give one bet a status.
    SetStatus(StatusChange),
    /// Give several bets a status, all or nothing.
    SetStatuses(Vec<StatusChange>),
    /// Hand it over; where nothing executes it, it is completed at once.
    Submit,
    /// Take it back.
    Withdraw {
        /// Whether it goes because its account was deleted.
        with_account: bool,
    },
}

/// A new batch.
#[derive(Clone, Debug, PartialEq)]
pub struct NewBatch {
    /// The name by which stream bets find it; none for a batch made by an operator.
    pub name: Option<String>,
    /// The sender's own description; its `bet_type` is the type of its bets.
    pub meta: JsonText,
    /// Its first bets.
    pub bets: Vec<NewBet>,
}

/// A new bet of an operator.
#[derive(Clone, Debug, PartialEq)]
pub struct NewBet {
    /// The id reserved for it.
    pub pid: BetPid,
    /// The client's own number.
    pub number: i64,
    /// What it is on, as written.
    pub selection: String,
    /// What is staked.
    pub stake: Money,
    /// What it debits.
    pub cost: Money,
}

/// A bet of the stream that wants to join.
#[derive(Clone, Debug, PartialEq)]
pub struct JoiningBet {
    /// The id reserved for it in the batch.
    pub pid: BetPid,
    /// Its id on the stream.
    pub bet_id: Uuid,
    /// The game towards which it counts.
    pub game_id: GameId,
    /// Its type.
    pub bet_type: String,
    /// What is staked, and what it debits.
    pub amount: Money,
    /// What it is on, when it said so.
    pub selection: Option<String>,
    /// Decimal odds, when it had any.
    pub odds: Option<Odds>,
    /// The batch name it asked for.
    pub batch: String,
    /// When it was placed, as the sender wrote it.
    pub placed_at: String,
    /// As which outcome of ingest it counts once it is in.
    pub tally: Tally,
}

/// A bet and the status that it shall have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusChange {
    /// The bet.
    pub pid: BetPid,
    /// Its new status.
    pub status: BetStatus,
}
