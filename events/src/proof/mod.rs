//! Proof: that a log is whole, and what can be shown of it to somebody who has nothing but a key.
//!
//! [`mod@walk`] reads a log along its blocks and finds what is not as it was sealed. Who rewrites a log
//! and chains it anew is found by a [`head`] that was kept elsewhere ([`kept`]). A [`receipt`] proves
//! one event: along its block ([`crate::chain`]) and the [`tree`] over all blocks up to a head. The
//! [`prover`] makes heads and receipts, under a [`key`].

pub mod walk;

pub mod key;

pub mod head;
pub mod tree;

pub mod kept;
pub mod receipt;

pub mod prover;

mod hex;

pub use head::{HeadError, LogHead, SignedHead};
pub use kept::{KeptHead, KeptHeadsError, check_heads};
pub use key::{KeyError, PublicKey, SigningKey};
pub use prover::{ProofError, Prover, receipt_under};
pub use receipt::{Proven, Receipt, ReceiptError};
pub use tree::{BlockPath, BlockTree};
pub use walk::{Mark, Stretch, end_of, start_of, walk};
