//! Shapes of the wire that the projections do not have: what callers send, and what is said about
//! a request or the running system.

pub mod accounts;
pub mod answered;
pub mod batches;
pub mod bets;
pub mod dead_letters;
pub mod event_types;
pub mod events;
pub mod failures;
pub mod live;
pub mod problem;
pub mod samples;
pub mod session;
pub mod system;
