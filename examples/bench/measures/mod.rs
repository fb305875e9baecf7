//! The measurements, one file for each kind.

pub(crate) mod commands;
pub(crate) mod fairness;
pub(crate) mod growth;
pub(crate) mod ingest;
pub(crate) mod live;
pub(crate) mod long_log;
pub(crate) mod sealing;

mod desk;
