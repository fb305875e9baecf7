//! What callers send about accounts.

use serde::Deserialize;
use utoipa::ToSchema;

/// An account to create, or the new values of one.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewAccount {
    /// Unique among open accounts.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The host on which it is traded.
    #[schema(max_length = 255)]
    pub hostname: String,
}
