//! Sessions of people: a signed cookie, so that no process has to remember them.
//!
//! The cookie names the token it was made with and when it ends. Its signature covers the token's
//! hash too: taking a token off the book ends its sessions.

use std::sync::Arc;

use betstream_events::clock::Timestamp;

use super::tokens::{Token, TokenBook};

/// The cookie's name.
pub const SESSION_COOKIE: &str = "betstream_session";
/// How long a session lasts: a working day.
pub const SESSION_SECONDS: i64 = 12 * 60 * 60;

/// What session cookies are signed with.
#[derive(Clone)]
pub struct SessionKey([u8; 32]);

impl SessionKey {
    /// A key of this process alone: its sessions end with it.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// The key that follows from `secret`, the same in every process that knows it.
    pub fn from_secret(secret: &str) -> Self {
        Self(blake3::derive_key(
            "betstream web 2026 session cookies",
            secret.as_bytes(),
        ))
    }

    /// A cookie's value for who presented `token`.
    pub(super) fn issue(&self, token: &Token, now: Timestamp) -> String {
        let ends = now.unix_seconds() + SESSION_SECONDS;
        format!("{ends}.{}.{}", self.sign(token, ends), token.name)
    }

    /// Whose session this cookie's value is, if it is one and has not ended.
    pub(super) fn verify(&self, value: &str, book: &TokenBook, now: Timestamp) -> Option<Arc<str>> {
        let (ends, rest) = value.split_once('.')?;
        let (signature, name) = rest.split_once('.')?;
        let ends: i64 = ends.parse().ok()?;
        let token = book.named(name)?;
        let signature = blake3::Hash::from_hex(signature).ok()?;
        // `blake3::Hash` compares in constant time.
        let is_ours = signature == self.sign(token, ends);
        (is_ours && now.unix_seconds() < ends).then(|| token.name.clone())
    }

    fn sign(&self, token: &Token, ends: i64) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher
            .update(&ends.to_le_bytes())
            .update(&token.hash)
            .update(token.name.as_bytes());
        hasher.finalize()
    }
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey")
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tokens::NewToken, *};

    fn second(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    #[test]
    fn a_session_ends_and_cannot_be_made_up() {
        let (ann, bob) = (
            NewToken::make("ann").unwrap(),
            NewToken::make("bob").unwrap(),
        );
        let book = TokenBook::parse(&format!("{}\n{}", ann.line, bob.line)).unwrap();
        let key = book.sessions().clone();
        let cookie = key.issue(book.find(&ann.token).unwrap(), second(100));
        let verify = |value: &str, at| key.verify(value, &book, second(at));
        assert_eq!(verify(&cookie, 100).as_deref(), Some("ann"));
        assert_eq!(
            verify(&cookie, 99 + SESSION_SECONDS).as_deref(),
            Some("ann")
        );
        assert_eq!(verify(&cookie, 100 + SESSION_SECONDS), None);
        assert_eq!(verify(&cookie.replace(".ann", ".bob"), 100), None);
        assert_eq!(verify(&cookie.replacen("43300", "99999", 1), 100), None);
        assert_eq!(verify("", 100), None);
        let others = SessionKey::from_secret("other");
        assert_eq!(others.verify(&cookie, &book, second(100)), None);
        let without_ann = TokenBook::parse(&bob.line).unwrap();
        assert_eq!(key.verify(&cookie, &without_ann, second(100)), None);
    }
}
