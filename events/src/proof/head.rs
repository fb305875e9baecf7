//! Heads: a few signed lines that hold the whole log, to be kept where the log is not.

use std::fmt;

use uuid::Uuid;

use super::{
    hex::{from_hex, to_hex},
    key::{PublicKey, SigningKey},
};
use crate::{chain::Hash, clock::Timestamp, envelope::Position, store::LogIdentity};

/// The first line; the number is that of the form.
const FORM: &str = "betstream-head-1";

/// Up to where a log came, and what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// Which log.
    pub log: Uuid,
    /// In which epoch.
    pub epoch: i64,
    /// Its last position.
    pub position: Position,
    /// The hash of its last block, which rests on all those before.
    pub block: Hash,
    /// How many blocks it has.
    pub blocks: u64,
    /// The Merkle root over the hashes of its blocks.
    pub tree: Hash,
    /// When it was looked at.
    pub at: Timestamp,
}

impl LogHead {
    /// The head under the signature of `key`.
    pub fn sign(self, key: &SigningKey) -> SignedHead {
        let signer = key.public();
        let signature = key.sign(&signed_text(&self, &signer));
        SignedHead {
            head: self,
            signer,
            signature,
        }
    }
}

/// A head with its signature, which is not checked yet: [`SignedHead::verify`] does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    head: LogHead,
    signer: PublicKey,
    signature: [u8; 64],
}

impl SignedHead {
    /// Reads one head.
    ///
    /// # Errors
    /// [`HeadError::Unreadable`] unless `text` is, byte for byte, what [`fmt::Display`] makes.
    pub fn parse(text: &str) -> Result<Self, HeadError> {
        let unreadable = |what: &str| HeadError::Unreadable(what.to_owned());
        let mut lines = text.lines();
        if lines.next() != Some(FORM) {
            return Err(unreadable(&format!("it does not begin with {FORM}")));
        }
        let mut field = |name: &'static str| {
            let line = lines.next().unwrap_or_default();
            let value = line
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix(' '));
            value.ok_or_else(|| unreadable(&format!("the line {name:?} is missing")))
        };
        let wrong = |name: &'static str| move || unreadable(&format!("its {name} cannot be read"));
        let head = LogHead {
            log: field("log")?.parse().map_err(|_| wrong("log")())?,
            epoch: field("epoch")?.parse().map_err(|_| wrong("epoch")())?,
            position: Position(
                field("position")?
                    .parse()
                    .map_err(|_| wrong("position")())?,
            ),
            block: from_hex(field("block")?).ok_or_else(wrong("block"))?,
            blocks: field("blocks")?.parse().map_err(|_| wrong("blocks")())?,
            tree: from_hex(field("tree")?).ok_or_else(wrong("tree"))?,
            at: Timestamp::parse_rfc3339(field("time")?).map_err(|_| wrong("time")())?,
        };
        let signed = Self {
            head,
            signer: field("key")?.parse().map_err(|_| wrong("key")())?,
            signature: from_hex(field("signature")?).ok_or_else(wrong("signature"))?,
        };
        if signed.to_string() != text {
            return Err(unreadable("it is not byte for byte as it was written"));
        }
        Ok(signed)
    }

    /// Reads heads that stand one after the other, with or without empty lines between them.
    ///
    /// # Errors
    /// [`HeadError`] of the first that cannot be read, or when there is none.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, HeadError> {
        let mut heads: Vec<String> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if line == FORM || heads.is_empty() {
                heads.push(String::new());
            }
            if let Some(head) = heads.last_mut() {
                head.push_str(line);
                head.push('\n');
            }
        }
        if heads.is_empty() {
            return Err(HeadError::Unreadable("there is no head in it".to_owned()));
        }
        heads.iter().map(|head| Self::parse(head)).collect()
    }

    /// The position that it says.
    pub const fn position(&self) -> Position {
        self.head.position
    }

    /// The head, when `key` signed it.
    ///
    /// # Errors
    /// [`HeadError::OtherKey`] when another key did, [`HeadError::Forged`] when none did.
    pub fn verify(&self, key: &PublicKey) -> Result<LogHead, HeadError> {
        if self.signer != *key {
            let (signer, key) = (self.signer.to_string(), key.to_string());
            return Err(HeadError::OtherKey { signer, key });
        }
        let text = signed_text(&self.head, &self.signer);
        if !key.verifies(&text, &self.signature) {
            return Err(HeadError::Forged {
                position: self.head.position,
            });
        }
        Ok(self.head)
    }
}

impl fmt::Display for SignedHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&signed_text(&self.head, &self.signer))?;
        writeln!(f, "signature {}", to_hex(&self.signature))
    }
}

/// The lines that are signed.
fn signed_text(head: &LogHead, signer: &PublicKey) -> String {
    let LogHead {
        log,
        epoch,
        position,
        block,
        blocks,
        tree,
        at,
    } = head;
    let (block, tree) = (to_hex(block), to_hex(tree));
    format!(
        "{FORM}\nlog {log}\nepoch {epoch}\nposition {position}\nblock {block}\nblocks {blocks}\ntree {tree}\ntime {at}\nkey {signer}\n"
    )
}

/// A head proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// It is none.
    #[error("this is no head of a log: {0}")]
    Unreadable(String),
    /// Another key signed it.
    #[error("the head is signed with {signer}, not with {key}")]
    OtherKey {
        /// Whose signature it bears.
        signer: String,
        /// Whose it should bear.
        key: String,
    },
    /// The signature is not over these lines.
    #[error("the head of position {position} was altered: its signature does not fit")]
    Forged {
        /// The position that it says.
        position: Position,
    },
    /// It belongs to another log.
    #[error("the head belongs to the log {theirs}, not to {ours}")]
    OtherLog {
        /// Its log.
        theirs: Uuid,
        /// The log at hand.
        ours: Uuid,
    },
}

/// Makes sure that `head` speaks of the log at hand.
///
/// # Errors
/// [`HeadError::OtherLog`] when it does not.
pub(super) fn same_log(head: &LogHead, log: &LogIdentity) -> Result<(), HeadError> {
    if head.log == log.log {
        return Ok(());
    }
    Err(HeadError::OtherLog {
        theirs: head.log,
        ours: log.log,
    })
}
