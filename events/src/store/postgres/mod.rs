//! The Postgres adapter.
