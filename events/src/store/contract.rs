//! The behaviour suite that every store passes.
