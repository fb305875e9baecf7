//! How much one request and one client may ask for.

use std::time::Duration;

/// Limits of the conversation. The defaults are the product's promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest body, in bytes.
    pub body_bytes: usize,
    /// Largest header section, names and values together, in bytes.
    pub header_bytes: usize,
    /// Longest URI, in bytes.
    pub uri_bytes: usize,
    /// Longest time in which a body must arrive.
    pub request_timeout: Duration,
    /// Live connections of one client; clients on loopback are not counted.
    pub live_connections_per_client: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 2 * 1024 * 1024,
            header_bytes: 32 * 1024,
            uri_bytes: 8 * 1024,
            request_timeout: Duration::from_secs(30),
            live_connections_per_client: 20,
        }
    }
}

/// Deepest nesting of a JSON body.
pub const JSON_DEPTH: usize = 32;
/// Most items of one page, where `limit` is asked for.
pub const MAX_PAGE: u32 = 500;
/// How long a read waits for this process's own writes.
pub const READ_OWN_WRITES_WITHIN: Duration = Duration::from_millis(500);
/// What a caller who meets overload is told to wait, in seconds.
pub const RETRY_AFTER_SECONDS: u32 = 1;
