//! What the process says of itself: messages on standard error, metrics for whoever asks.

pub(crate) mod messages;
pub(crate) mod metrics;
