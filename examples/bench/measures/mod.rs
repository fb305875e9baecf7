//! The measurements, one file for each kind.

pub(crate) mod answers;
pub(crate) mod commands;
pub(crate) mod fairness;
pub(crate) mod growth;
pub(crate) mod ingest;
pub(crate) mod whole_log;

mod desk;
mod long_log;
