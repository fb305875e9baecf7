//! Keys: what heads are signed with, and what everybody may have to check them.

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signature, Signer};

use super::hex::{from_hex, to_hex};

/// How the text of a private key begins; the number is that of the form.
const PRIVATE: &str = "betstream-signing-key-1:";
/// How the text of a public key begins.
const PUBLIC: &str = "betstream-key-1:";

/// The private key of an operator. Shown as its public key alone.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key that these random bytes make; whoever has them has the key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The text to keep in a file that nobody else may read.
    pub fn to_private_text(&self) -> String {
        format!("{PRIVATE}{}", to_hex(self.0.as_bytes()))
    }

    /// What checks its signatures.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The signature of `text`.
    pub(super) fn sign(&self, text: &str) -> [u8; 64] {
        self.0.sign(text.as_bytes()).to_bytes()
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.starts_with(PUBLIC) {
            return Err(KeyError::Public);
        }
        let seed = text.strip_prefix(PRIVATE).and_then(from_hex);
        seed.map(|seed| Self::from_seed(&seed))
            .ok_or(KeyError::NotPrivate)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey of {}", self.public())
    }
}

/// The public key that belongs to a [`SigningKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl PublicKey {
    /// Whether `signature` is this key's over `text`.
    pub(super) fn verifies(&self, text: &str, signature: &[u8; 64]) -> bool {
        let signature = Signature::from_bytes(signature);
        self.0.verify_strict(text.as_bytes(), &signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PUBLIC}{}", to_hex(self.0.as_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.starts_with(PRIVATE) {
            return Err(KeyError::Private);
        }
        let bytes = text.strip_prefix(PUBLIC).and_then(from_hex);
        let key = bytes.and_then(|bytes| ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok());
        key.map(Self)
            .ok_or_else(|| KeyError::NotPublic(text.chars().take(80).collect()))
    }
}

/// A text is not the key that was wanted. What may be a private key is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A public key, where a private one is needed.
    #[error(
        "this is a public key, which signs nothing: name the file that `betstream audit key new` wrote"
    )]
    Public,
    /// A private key, where a public one is wanted.
    #[error(
        "this is a private key, which nobody else should have: give the public one (`betstream audit key show`)"
    )]
    Private,
    /// No private key.
    #[error("this is no signing key: it has the form {PRIVATE}<64 hexadecimal digits>")]
    NotPrivate,
    /// No public key.
    #[error("{0:?} is no public key: it has the form {PUBLIC}<64 hexadecimal digits>")]
    NotPublic(String),
}
