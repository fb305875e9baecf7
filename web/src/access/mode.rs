//! How the server is open, and to whom.

use super::tokens::TokenBook;

/// Who may ask.
#[derive(Clone, Debug)]
pub enum AccessMode {
    /// Everybody who reaches the server; they act as [`AccessMode::OPEN_NAME`]. Pages of other
    /// sites can never write.
    Open {
        /// Whether it listens on loopback alone. Then `Host` must be loopback (a page cannot
        /// reach it under a name of its own), and reads and WebSockets are open to every origin,
        /// which the existing dashboards need.
        loopback_only: bool,
    },
    /// Who has a token: as bearer, or through a session made with one.
    Tokens(TokenBook),
}

impl AccessMode {
    /// The *who* of everything that is done in open mode.
    pub const OPEN_NAME: &'static str = "local";

    /// Open, for a server that listens on loopback alone.
    pub const OPEN_ON_LOOPBACK: Self = Self::Open {
        loopback_only: true,
    };

    /// Whether everybody may ask.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Whether every origin may read.
    pub const fn is_open_on_loopback(&self) -> bool {
        matches!(
            self,
            Self::Open {
                loopback_only: true
            }
        )
    }

    /// Its word in `GET /api/v1/system`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Tokens(_) => "tokens",
        }
    }
}
