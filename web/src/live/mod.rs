//! Live updates: the log, filtered, over two transports.
//!
//! Clients are cursors on the feed; figures come to both transports from one ticker. [`news`] is what
//! a client is told, `sse` and `ws` how; [`ending`] says why a stream ends and when to come again.
//!
//! An event is written once for all clients. A client that takes nothing is told and closed
//! ([`ending::SLOW_AFTER`]); one that does not even take that is cut off by the system
//! ([`crate::sockets`]).

mod clients;
mod ending;
mod figures;
mod frame;
mod news;
pub mod sse;
mod start;
mod ticker;
pub mod ws;

pub use clients::{ClientSlot, LiveClients};
pub use ticker::{Tick, Ticker, TickerDeps};
