//! Where the views of a log are kept.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use betstream_events::store::url::{StoreUrl, masked};

/// The database that keeps the views.
#[derive(Clone, PartialEq, Eq)]
pub enum ViewUrl {
    /// A SQLite file of their own, beside the log's.
    Sqlite(PathBuf),
    /// Tables in the log's own database.
    Postgres(String),
}

impl ViewUrl {
    /// The views of the log that `store` keeps: `betstream.db` has its views in `betstream.views.db`.
    pub fn beside(store: &StoreUrl) -> Self {
        match store {
            StoreUrl::Sqlite(file) => Self::Sqlite(views_file(file)),
            StoreUrl::Postgres(url) => Self::Postgres(url.clone()),
        }
    }
}

fn views_file(log: &Path) -> PathBuf {
    let extension = log
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or("db");
    log.with_extension(format!("views.{extension}"))
}

/// Shown without the password.
impl fmt::Display for ViewUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "SQLite {}", path.display()),
            Self::Postgres(url) => f.write_str(&masked(url)),
        }
    }
}

impl fmt::Debug for ViewUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
