//! The Postgres adapter.
//!
//! Appends go over one connection of their own, under one lock, a chunk a transaction ([`append`]);
//! dead letters over another; reads over a bounded pool ([`reads`]). Each statement is a file in `sql/`; the schema is in
//! `schema/postgres/event_store`.
//!
//! Invariants
//! - Nobody writes `events`, `blocks`, `claims`, keys or counts without the lock of the log.
//! - A statement that reads the end of the log is sent behind the one that takes the lock, never
//!   with it: only so does it see what the last holder wrote.
//! - An append is answered within its deadline, and never with a guess.

mod append;
mod config;
mod connect;
mod error;
mod migrate;
mod options;
mod reads;
mod rows;
mod scan;
mod sql;

mod administer;
mod fill;
mod follow;
mod read_kept;
mod read_log;
mod read_stream;

#[cfg(test)]
mod tests;

use tokio_postgres::Config;

pub use fill::PostgresFill;
pub use options::PostgresOptions;

use self::{
    append::{AppendLane, other_currency},
    reads::Reads,
    scan::ScanSessions,
};
use super::{FollowLog, StoreError};
use crate::{envelope::Position, money::Currency};

/// A log kept by a Postgres server (13 or newer); `M` says what this process may do with it.
pub struct PostgresLog<M> {
    reads: Reads,
    scans: ScanSessions,
    mode: M,
}

impl<M> PostgresLog<M> {
    fn new(config: &Config, options: &PostgresOptions, mode: M) -> Result<Self, StoreError> {
        let (for_reads, patience) = (reads::for_reads(config, options), reads::patience(options));
        Ok(Self {
            reads: Reads::new(config, options)?,
            scans: ScanSessions::new(for_reads, options.connect_timeout, patience),
            mode,
        })
    }
}

/// Served, beside other processes that serve it too.
pub type PostgresStore = PostgresLog<Serving>;

/// Read, in sessions that the server lets write nothing.
pub type PostgresReader = PostgresLog<Reading>;

/// What serving takes.
pub struct Serving {
    config: Config,
    options: PostgresOptions,
    currency: Currency,
    appends: AppendLane,
    /// A lane of their own: letters may be large, and only their count needs the lock.
    letters: AppendLane,
}

/// Reading takes nothing but the connections.
pub struct Reading;

impl PostgresStore {
    /// Opens the log behind `url`, with the defaults of [`PostgresOptions`]; makes it if there is
    /// none. The URL may name several hosts and `target_session_attrs`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the server does not answer; [`StoreError::Unusable`] when
    /// the URL cannot be read, or the database is another product's, of a newer schema, or holds a
    /// log in another currency.
    pub async fn connect(url: &str, currency: Currency) -> Result<Self, StoreError> {
        Self::connect_with(url, currency, PostgresOptions::default()).await
    }

    /// As [`Self::connect`], with `options`.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub async fn connect_with(
        url: &str,
        currency: Currency,
        options: PostgresOptions,
    ) -> Result<Self, StoreError> {
        let config = config::parse(url, &options)?;
        migrate::prepare(url, &config, currency, &options).await?;
        let mode = Serving {
            appends: AppendLane::start(config.clone(), options, currency)?,
            letters: AppendLane::start(config.clone(), options, currency)?,
            config: config.clone(),
            options,
            currency,
        };
        let store = Self::new(&config, &options, mode)?;
        let head = store.head().await?;
        if head.position > Position::START && head.identity.currency != currency {
            return Err(other_currency(head.identity.currency, currency));
        }
        Ok(store)
    }
}

impl PostgresReader {
    /// Opens the log behind `url` to read it, whether processes serve it or not; a standby will do.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the server does not answer; [`StoreError::Unusable`] when
    /// the URL cannot be read, or the database holds no log of a known schema.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let options = PostgresOptions::default();
        let config = config::read_only(&config::parse(url, &options)?);
        migrate::recognise_log(url, &config, &options).await?;
        Self::new(&config, &options, Reading)
    }
}
