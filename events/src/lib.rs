//! Facts: what happened, under which ids, in which units, and where it is kept.
//!
//! Everything that BetStream knows is an event in one log. This crate defines the events, their
//! stable wire form, the envelope that carries them, and the stores that keep them.
//!
//! Invariants
//! - Positions are dense and in commit order; versions are dense within a stream.
//! - Money is integer minor units of one currency, odds are integer thousandths. No floats.
//! - A wire name never changes its meaning: renaming a Rust field cannot change history.
//! - There are no actors here, no HTTP, no Redis, no NATS, and no clock but [`clock::Clock`].
//!
//! Reading order: [`ids`], [`money`], [`selection`], then the events in [`account`], [`batch`],
//! [`market`] and [`dead_letter`], their sum in [`event`], the [`envelope`], and last the [`store`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod clock;
pub mod ids;

pub mod decimal;
pub mod money;
pub mod odds;
pub mod projection;
pub mod selection;

pub mod account;
pub mod batch;
pub mod dead_letter;
pub mod market;

pub mod event;
pub mod wire;

pub mod causes;
pub mod claims;
pub mod envelope;
pub mod metadata;

pub mod archive;
pub mod chain;
pub mod fault;
pub mod proof;
pub mod store;
pub mod tail;
