//! What the process says of itself to machines. It knows nothing of bets: the crates above say what
//! happened, here it has a name.
//!
//! Invariants
//! - Every measure stands in one list ([`measures`]); nothing else is counted anywhere.
//! - A label takes the values of its own list and no others; no id is ever a label.
//! - Counting costs an atomic operation: a handle is looked up once, at the first use.
//! - Without a collector there are no spans, and what would begin one costs a load.
//!
//! Reading order: [`measures`] and its families, then [`measures::registry`] for how they are kept;
//! [`traces`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod measures;
pub mod traces;
