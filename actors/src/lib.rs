//! Decisions: every account, batch, market, dead letter and projection is an actor that turns commands into
//! events.
//!
//! Invariants
//! - `decide` is pure: it reads no clock, makes no id and does no IO.
//! - A command is answered after its events are durable, or told why not. Nothing is dropped.
//! - Every queue is bounded; an actor that cannot take more says so.
//! - There is no HTTP here and no read model: actors know the log alone.
//!
//! Reading order: [`context`], [`answer`], then one slice ([`batch`] is the richest: command,
//! state, decide, rejection), the queue around a decision in [`entity`], the [`journal`] that
//! commits, the [`directory`] that finds actors, the [`handle`]s that outsiders hold, and the two
//! roads of stream bets: [`intake`] and [`ingest`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod answer;
pub mod context;
pub mod error;

pub mod account;
pub mod batch;
pub mod dead_letter;
pub mod market;
pub mod projection;

pub mod directory;
pub mod entity;
pub mod handle;
pub mod id_pool;
pub mod journal;

pub mod follow_up;
pub mod ingest;
pub mod intake;
pub mod peers;

mod start;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod testing;

pub use start::{Actors, ActorsConfig};
