//! Settings: one table, four layers, and the typed values that come out of them.

mod admin;
mod error;
mod layers;
mod listen;
mod read;
mod roles;
mod show;
mod signing;
mod table;
#[cfg(test)]
mod tests;
mod traces;

pub(crate) use layers::Said;
pub(crate) use read::{LogFormat, Settings, StreamNames};
pub(crate) use roles::Roles;
pub(crate) use show::shown;
pub(crate) use signing::Signing;
pub(crate) use traces::Traces;
