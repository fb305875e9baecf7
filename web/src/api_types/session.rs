//! Signing in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A token to sign in with.
#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    /// The token.
    pub token: String,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionInfo {
    /// The name under which everything is done.
    pub name: String,
    /// Whether the server is open, or a token was shown.
    pub mode: SessionMode,
}

/// How a caller came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SessionMode {
    /// The server is open.
    Open,
    /// By a token.
    Token,
}
