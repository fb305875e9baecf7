//! Running the product: health, figures for machines, signing in, samples and the simulated feed.

pub mod generator;
pub mod health;
pub(crate) mod holding;
pub mod metrics;
pub mod projections;
pub mod readiness;
pub mod samples;
mod samples_data;
pub mod session;
pub mod simulation;
pub mod system;
