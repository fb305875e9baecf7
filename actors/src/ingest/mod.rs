//! The bet stream over JetStream.
