//! Named tokens: who may ask, when the server is not open.
//!
//! A token is 256 random bits, so a fast hash is right: nobody can try them out, and a slow hash
//! would only make every request slow. (Passwords, which people choose, would need a slow one.)

use std::{fmt::Write, sync::Arc};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use super::session::SessionKey;

/// What every token begins with, so that a leaked one is recognised.
const PREFIX: &str = "bst_";
/// Names the hash in the tokens file.
const HASH_NAME: &str = "blake3:";
/// Longest name of a token, in characters.
const MAX_NAME_CHARS: usize = 100;

/// The tokens that are known, by name; cheap to clone.
#[derive(Clone)]
pub struct TokenBook {
    tokens: Arc<[Token]>,
    sessions: SessionKey,
}

/// A token as it is kept: the name that it gives and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) name: Arc<str>,
    pub(super) hash: [u8; 32],
}

/// Why a tokens file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenBookError {
    /// A line is not `<name> blake3:<64 hexadecimal digits>`.
    #[error(
        "line {line} of the tokens file is not `<name> blake3:<hash>`; make one with `betstream token new <name>`"
    )]
    BadLine {
        /// Which, from 1.
        line: usize,
    },
    /// A name stands twice.
    #[error("line {line} of the tokens file names {name:?} again")]
    RepeatedName {
        /// Which, from 1.
        line: usize,
        /// The name.
        name: String,
    },
    /// There is no token in it.
    #[error("the tokens file holds no token; make one with `betstream token new <name>`")]
    Empty,
    /// The name cannot be used.
    #[error("{0:?} is no token name: 1 to 100 letters, digits or . _ - @")]
    BadName(String),
}

impl TokenBook {
    /// Reads a tokens file: one `<name> blake3:<hash>` a line; empty lines and lines that begin
    /// with `#` are passed over. Sessions are signed with a key of this process alone.
    ///
    /// # Errors
    /// [`TokenBookError`], which names the line.
    pub fn parse(text: &str) -> Result<Self, TokenBookError> {
        let mut tokens: Vec<Token> = Vec::new();
        for (index, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let line_number = index + 1;
            let token = Token::parse(line).ok_or(TokenBookError::BadLine { line: line_number })?;
            if tokens.iter().any(|known| known.name == token.name) {
                let name = token.name.to_string();
                return Err(TokenBookError::RepeatedName {
                    line: line_number,
                    name,
                });
            }
            tokens.push(token);
        }
        if tokens.is_empty() {
            return Err(TokenBookError::Empty);
        }
        Ok(Self {
            tokens: tokens.into(),
            sessions: SessionKey::random(),
        })
    }

    /// The same tokens, with sessions that every process with this key takes, and that survive a
    /// restart.
    #[must_use]
    pub fn with_session_key(self, sessions: SessionKey) -> Self {
        Self { sessions, ..self }
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Never: a book without tokens cannot be made.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The token that was presented, compared in constant time.
    pub(super) fn find(&self, presented: &str) -> Option<&Token> {
        let hash = blake3::hash(presented.as_bytes());
        let is_it = |token: &&Token| bool::from(token.hash.ct_eq(hash.as_bytes()));
        self.tokens.iter().find(is_it)
    }

    pub(super) fn named(&self, name: &str) -> Option<&Token> {
        self.tokens.iter().find(|token| &*token.name == name)
    }

    pub(super) const fn sessions(&self) -> &SessionKey {
        &self.sessions
    }
}

impl std::fmt::Debug for TokenBook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.tokens.iter().map(|token| &token.name);
        f.debug_list().entries(names).finish()
    }
}

impl Token {
    fn parse(line: &str) -> Option<Self> {
        let (name, hash) = line.split_once(char::is_whitespace)?;
        let digits = hash.trim().strip_prefix(HASH_NAME)?;
        check_name(name).ok()?;
        let hash = blake3::Hash::from_hex(digits).ok()?;
        Some(Self {
            name: name.into(),
            hash: *hash.as_bytes(),
        })
    }
}

/// A token that was just made. It is shown once; only its hash is kept.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The token itself.
    pub token: String,
    /// Its line for the tokens file.
    pub line: String,
}

impl NewToken {
    /// Makes a token of this name.
    ///
    /// # Errors
    /// [`TokenBookError::BadName`].
    pub fn make(name: &str) -> Result<Self, TokenBookError> {
        check_name(name)?;
        let secret: [u8; 32] = rand::random();
        let token = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(secret));
        let mut line = String::new();
        let hash = blake3::hash(token.as_bytes());
        let _never_fails = write!(line, "{name} {HASH_NAME}{hash}");
        Ok(Self { token, line })
    }
}

fn check_name(name: &str) -> Result<(), TokenBookError> {
    let is_allowed = |char: char| char.is_alphanumeric() || matches!(char, '.' | '_' | '-' | '@');
    let chars = name.chars().count();
    if (1..=MAX_NAME_CHARS).contains(&chars) && name.chars().all(is_allowed) {
        return Ok(());
    }
    Err(TokenBookError::BadName(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_token_is_found_by_its_line_and_nothing_else_is() {
        let (ann, bob) = (
            NewToken::make("ann").unwrap(),
            NewToken::make("bob").unwrap(),
        );
        let book = TokenBook::parse(&format!("# desk\n\n{}\n  {}\n", ann.line, bob.line)).unwrap();
        assert_eq!(book.find(&ann.token).map(|token| &*token.name), Some("ann"));
        assert_eq!(book.find(&bob.token).map(|token| &*token.name), Some("bob"));
        assert_eq!(book.find(&ann.line), None);
        assert_eq!(book.find(""), None);
    }

    #[test]
    fn a_file_that_cannot_be_used_names_its_line() {
        let line = NewToken::make("ann").unwrap().line;
        let repeated = TokenBookError::RepeatedName {
            line: 2,
            name: "ann".to_owned(),
        };
        assert_eq!(
            TokenBook::parse(&format!("{line}\n{line}")).unwrap_err(),
            repeated
        );
        for text in ["ann", "ann sha256:00", "ann blake3:zz", "a/b blake3:00"] {
            assert_eq!(
                TokenBook::parse(text).unwrap_err(),
                TokenBookError::BadLine { line: 1 },
                "{text}"
            );
        }
        assert_eq!(
            TokenBook::parse("# nothing\n").unwrap_err(),
            TokenBookError::Empty
        );
        assert!(matches!(
            NewToken::make("a b"),
            Err(TokenBookError::BadName(_))
        ));
    }
}
