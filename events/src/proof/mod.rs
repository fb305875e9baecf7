//! Proof: that a log is whole, and what can be shown of it to somebody who has nothing but a key.
//!
//! [`walk`] reads a log along its blocks and finds what is not as it was sealed.

mod walk;

pub use walk::{Mark, Stretch, end_of, start_of, walk};
