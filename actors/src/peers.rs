//! Nudges and figures between processes over NATS.
