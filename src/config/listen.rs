//! Addresses to serve on, and who may reach them.

use std::net::{SocketAddr, ToSocketAddrs};

use super::{
    error::ConfigError,
    read::{Fault, Settings, fault},
};

const CURE: &str = "use address:port, for example 127.0.0.1:3001, with commas between several";

/// Reads `127.0.0.1:3001,[::1]:3001`; a host name stands for its first address.
pub(super) fn addresses(text: &str) -> Result<Vec<SocketAddr>, Fault> {
    let mut addresses = Vec::new();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let address = match part.parse::<SocketAddr>() {
            Ok(address) => address,
            Err(_) => resolve(part)?,
        };
        if addresses.contains(&address) && address.port() != 0 {
            return Err(fault(format!("{address} stands there twice"), CURE));
        }
        addresses.push(address);
    }
    if addresses.is_empty() {
        Err(fault("it names no address", CURE))
    } else {
        Ok(addresses)
    }
}

fn resolve(part: &str) -> Result<SocketAddr, Fault> {
    let found = part
        .to_socket_addrs()
        .map_err(|error| fault(format!("{part:?} is no address ({error})"), CURE))?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| fault(format!("{part:?} has no address"), CURE))
}

impl Settings {
    /// Refuses to serve others than this machine without tokens, unless that was asked for by name.
    ///
    /// # Errors
    /// [`ConfigError`], which names the address and the three cures.
    pub(crate) fn check_exposure(&self) -> Result<(), ConfigError> {
        if self.tokens_file.is_some() || self.allow_open {
            return Ok(());
        }
        match self
            .listen
            .iter()
            .find(|address| !address.ip().is_loopback())
        {
            None => Ok(()),
            Some(address) => Err(ConfigError(format!(
                "BETSTREAM_LISTEN is {address}, which others than this machine can reach, and no tokens are configured: \
                 anybody could change everything; set BETSTREAM_TOKENS_FILE (see `betstream token new`), \
                 listen on 127.0.0.1, or ask for it by name with --allow-open"
            ))),
        }
    }
}
