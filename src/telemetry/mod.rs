//! What the process says of itself: messages on standard error, metrics for whoever asks,
//! traces for a collector.

pub(crate) mod messages;
pub(crate) mod metrics;
pub(crate) mod traces;
