//! How many live connections each client has.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use parking_lot::Mutex;

use crate::error::{ApiError, kinds};

/// Counts live connections by client; cheap to clone. Clients on loopback are not counted: they
/// are one machine's pages, programs and proxies.
#[derive(Clone, Debug)]
pub struct LiveClients {
    most: usize,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A live connection's place; dropping it gives it free.
#[derive(Debug)]
pub struct ClientSlot {
    counted: Option<(IpAddr, LiveClients)>,
}

impl LiveClients {
    /// At most `most` connections a client.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            open: Arc::default(),
        }
    }

    /// A place for one more connection of `client`.
    ///
    /// # Errors
    /// `too_many_connections`.
    pub fn enter(&self, client: Option<SocketAddr>) -> Result<ClientSlot, ApiError> {
        metrics::gauge!("betstream_live_connections").increment(1.0);
        let address = client
            .map(|client| client.ip().to_canonical())
            .filter(|address| !address.is_loopback());
        let Some(address) = address else {
            return Ok(ClientSlot { counted: None });
        };
        let slot = ClientSlot {
            counted: Some((address, self.clone())),
        };
        let mut open = self.open.lock();
        let count = open.entry(address).or_default();
        *count += 1;
        let too_many = *count > self.most;
        drop(open);
        if too_many {
            let detail = format!("{address} has {} live connections already", self.most);
            return Err(ApiError::new(&kinds::TOO_MANY_CONNECTIONS, detail));
        }
        Ok(slot)
    }
}

impl Drop for ClientSlot {
    fn drop(&mut self) {
        metrics::gauge!("betstream_live_connections").decrement(1.0);
        let Some((address, clients)) = &self.counted else {
            return;
        };
        let mut open = clients.open.lock();
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
        let remote = Some(SocketAddr::from(([10, 0, 0, 1], 9)));
        let first = clients.enter(remote).unwrap();
        let _second = clients.enter(remote).unwrap();
        assert!(clients.enter(remote).is_err());
        assert!(
            clients
                .enter(Some(SocketAddr::from(([10, 0, 0, 2], 9))))
                .is_ok()
        );
        drop(first);
        assert!(clients.enter(remote).is_ok());
        let near = Some(SocketAddr::from(([127, 0, 0, 1], 9)));
        let many: Vec<_> = (0..10).map(|_| clients.enter(near)).collect();
        assert!(many.iter().all(Result::is_ok));
    }
}
