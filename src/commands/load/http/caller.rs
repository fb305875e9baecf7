//! Requests one after another, on a connection that is kept.

use std::net::SocketAddr;

use super::connection::{Answer, Connection};

/// One that asks; it keeps its connection while the server does.
pub(crate) struct Caller {
    address: SocketAddr,
    kept: Option<Connection>,
}

impl Caller {
    /// One without a connection yet.
    pub(crate) const fn new(address: SocketAddr) -> Self {
        Self {
            address,
            kept: None,
        }
    }

    /// Sends a request that may be repeated. A server may close a kept connection just when it is
    /// used again; then, as any client does, it is sent once more on a new one.
    ///
    /// # Errors
    /// When no connection can be made, or a new one gives no answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        if let Some(mut kept) = self.kept.take()
            && let Ok(answer) = kept.send(request).await
        {
            self.kept = answer.goes_on.then_some(kept);
            return Ok(answer);
        }
        let mut fresh = Connection::open(self.address).await?;
        let answer = fresh.send(request).await?;
        self.kept = answer.goes_on.then_some(fresh);
        Ok(answer)
    }
}
