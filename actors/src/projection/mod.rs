//! The projection as far as anything is decided about it: which events it passes over, and that
//! nobody lets it do so without a reason. Its view is kept elsewhere, from the log alone.

mod command;
mod decide;
mod rejection;
mod state;
#[cfg(test)]
mod tests;

pub use command::ProjectionCommand;
pub use decide::Projection;
pub use rejection::ProjectionRejection;
pub use state::ProjectionDecisions;
