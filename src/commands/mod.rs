//! The verbs of the command line, one file or folder each.

pub(crate) mod archive;
pub(crate) mod audit;
pub(crate) mod bundle;
pub(crate) mod check;
pub(crate) mod config;
pub(crate) mod dead_letters;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod load;
pub(crate) mod manual;
pub(crate) mod migrate;
pub(crate) mod openapi;
pub(crate) mod projections;
pub(crate) mod rebuild;
pub(crate) mod receipt;
pub(crate) mod reconcile;
pub(crate) mod replay;
pub(crate) mod reset;
pub(crate) mod seed;
pub(crate) mod serve;
pub(crate) mod simulate;
pub(crate) mod token;
