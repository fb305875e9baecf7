//! Live updates: the log, filtered, over two transports.
//!
//! Clients of `/sse` are cursors on the feed; figures come to both transports from one ticker.

mod clients;
mod figures;
mod frame;
pub mod sse;
mod start;
mod ticker;
pub mod ws;

pub use clients::{ClientSlot, LiveClients};
pub use ticker::{Tick, Ticker, TickerDeps};
