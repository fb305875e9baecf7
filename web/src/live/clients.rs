//! How many live connections each client has.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use betstream_telemetry::measures::{Presence, live};
use parking_lot::Mutex;

use super::ending;
use crate::error::{ApiError, kinds};

/// Counts live connections by client; cheap to clone. Clients on loopback are not counted: they
/// are one machine's pages, programs and proxies (of which none was named, or the client behind it
/// would be known).
#[derive(Clone, Debug)]
pub struct LiveClients {
    most: usize,
    all: Arc<AtomicUsize>,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A live connection's place; dropping it gives it free.
#[derive(Debug)]
pub struct ClientSlot {
    transport: &'static str,
    closing: &'static str,
    clients: LiveClients,
    counted: Option<IpAddr>,
    _listens: Presence,
}

impl ClientSlot {
    /// The connection is closed from here, for a reason of the metrics; without one its client left.
    pub const fn closes(&mut self, reason: &'static str) {
        self.closing = reason;
    }

    /// When this client should come again, should its stream end now.
    pub(super) fn retry(&self) -> Duration {
        ending::retry(self.clients.all.load(Ordering::Relaxed))
    }
}

impl LiveClients {
    /// At most `most` connections a client.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            all: Arc::default(),
            open: Arc::default(),
        }
    }

    /// A place for one more connection of `client`, over a transport of the metrics.
    ///
    /// # Errors
    /// `too_many_connections`.
    pub fn enter(
        &self,
        transport: &'static str,
        client: Option<IpAddr>,
    ) -> Result<ClientSlot, ApiError> {
        let address = client.filter(|address| !address.is_loopback());
        if let Some(address) = address {
            let mut open = self.open.lock();
            let count = open.entry(address).or_default();
            if *count >= self.most {
                let detail = format!("{address} has {} live connections already", self.most);
                return Err(ApiError::new(&kinds::TOO_MANY_CONNECTIONS, detail));
            }
            *count += 1;
        }
        self.all.fetch_add(1, Ordering::Relaxed);
        Ok(ClientSlot {
            transport,
            closing: "gone",
            clients: self.clone(),
            counted: address,
            _listens: live::CLIENTS.enter([transport]),
        })
    }
}

impl Drop for ClientSlot {
    fn drop(&mut self) {
        live::CLOSED.of([self.transport, self.closing]).increment(1);
        self.clients.all.fetch_sub(1, Ordering::Relaxed);
        let Some(address) = &self.counted else {
            return;
        };
        let mut open = self.clients.open.lock();
        if let Some(count) = open.get_mut(address) {
            *count -= 1;
            if *count == 0 {
                open.remove(address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_so_many_places_and_gets_them_back() {
        let clients = LiveClients::new(2);
        let remote = Some(IpAddr::from([10, 0, 0, 1]));
        let first = clients.enter("sse", remote).unwrap();
        let _second = clients.enter("sse", remote).unwrap();
        assert!(clients.enter("sse", remote).is_err());
        assert!(
            clients
                .enter("sse", Some(IpAddr::from([10, 0, 0, 2])))
                .is_ok()
        );
        drop(first);
        assert!(clients.enter("sse", remote).is_ok());
        let near = Some(IpAddr::from([127, 0, 0, 1]));
        let many: Vec<_> = (0..10).map(|_| clients.enter("sse", near)).collect();
        assert!(many.iter().all(Result::is_ok));
    }
}
