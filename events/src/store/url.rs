//! Which database a `DATABASE_URL` names.

use std::{fmt, path::PathBuf, str::FromStr};

/// The database that keeps the log.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// `sqlite://data/betstream.db`: a file of the embedded store.
    Sqlite(PathBuf),
    /// `postgres://user@host/name`: a server.
    Postgres(String),
}

impl FromStr for StoreUrl {
    type Err = StoreUrlError;
    fn from_str(text: &str) -> Result<Self, StoreUrlError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            let path = path.split('?').next().unwrap_or_default();
            return if path.is_empty() || path == ":memory:" {
                Err(StoreUrlError::NoFile)
            } else {
                Ok(Self::Sqlite(path.into()))
            };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(StoreUrlError::UnknownScheme(
            text.split(':').next().unwrap_or_default().to_owned(),
        ))
    }
}

/// Shown without the password.
impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "SQLite {}", path.display()),
            Self::Postgres(text) => f.write_str(&masked(text)),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// `url` with its passwords replaced by `***`. It may name several hosts, which makes it no URL in
/// the strict sense.
pub fn masked(url: &str) -> String {
    let masked = match url.rsplit_once('@') {
        Some((credentials, rest)) => format!("{}@{rest}", without_password(credentials)),
        None => url.to_owned(),
    };
    let Some((address, query)) = masked.split_once('?') else {
        return masked;
    };
    let parameters = query
        .split('&')
        .map(|parameter| match parameter.split_once('=') {
            Some(("password", _)) => "password=***",
            _ => parameter,
        });
    format!("{address}?{}", parameters.collect::<Vec<_>>().join("&"))
}

/// `postgres://user:***` for `postgres://user:password`.
fn without_password(credentials: &str) -> String {
    let (scheme, user) = credentials.split_once("://").unwrap_or(("", credentials));
    match user.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:***"),
        None => credentials.to_owned(),
    }
}

/// The text names no database that can keep the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreUrlError {
    /// `sqlite:` without a file; a log in memory would not be a log.
    #[error("DATABASE_URL names no file: use sqlite://path/to/file.db")]
    NoFile,
    /// Neither SQLite nor Postgres.
    #[error("DATABASE_URL has the scheme {0:?}: use sqlite:// or postgres://")]
    UnknownScheme(String),
}
