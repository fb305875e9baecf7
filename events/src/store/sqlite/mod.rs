//! The SQLite adapter: the embedded log.
