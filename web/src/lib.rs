//! Conversation: REST, live streams, their documents and the embedded console.
//!
//! A handler is a few lines: it parses, makes one call and answers. What every request goes
//! through (its id, limits, access, panics, headers) is in [`envelope`], once.
//!
//! Invariants
//! - No rule is decided here and no SQL is written here: commands go to the actors' handles,
//!   questions to the projections.
//! - Every error is a problem+json with a stable code; they are made in `error`, in one table.
//! - Money is read from its literal text, never through a float.
//! - A route that is not public answers nobody without right, live streams included.
//! - Nothing is buffered for a live client: it is a cursor, so a slow one costs nobody else.
//!
//! Reading order: [`routes`], the table of everything that can be asked; [`server`] and
//! [`envelope`]; one command ([`commands`]) and one question ([`queries`]); [`live`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod routes;
pub mod server;

mod provide;
mod sockets;

pub mod access;
pub mod envelope;
pub mod error;
pub mod limits;
pub mod request;

pub mod api_types;
pub mod commands;
pub mod freshness;
pub mod idempotency;
pub mod queries;

pub mod live;
pub mod operations;

pub mod assets;
pub mod documents;

pub use access::{AccessMode, NewToken, SessionKey, TokenBook, TokenBookError, TrustedProxies};
pub use documents::openapi;
pub use limits::Limits;
pub use operations::{
    metrics::MetricsPage,
    readiness::Readiness,
    system::{BrokerFigures, SystemFacts},
};
pub use server::{HoldingServer, Listeners, ServedPart, Server, Views, WebDeps};
