//! The admin listener: off by default, and of this machine alone unless that is asked for by name.

use std::net::SocketAddr;

use super::{
    error::ConfigError,
    listen,
    read::{Texts, fault, truth},
};

/// Reads where profiles are served.
///
/// # Errors
/// [`ConfigError`] when it cannot be read, or others than this machine could ask and nobody asked for
/// that.
pub(super) fn admin(texts: &Texts) -> Result<Option<SocketAddr>, ConfigError> {
    let open = texts.required("admin_allow_open", truth)?;
    let address = texts.optional("admin_listen", |text| {
        match listen::addresses(text)?.as_slice() {
            [address] => Ok(*address),
            _ => Err(fault(
                "it names several addresses",
                "use one, for example 127.0.0.1:6060",
            )),
        }
    })?;
    match address {
        Some(address) if !open && !address.ip().is_loopback() => Err(ConfigError(format!(
            "BETSTREAM_ADMIN_LISTEN is {address}, which others than this machine can reach: whoever does sees what the \
             process does, and slows it down; listen on 127.0.0.1, or ask for it by name with BETSTREAM_ADMIN_ALLOW_OPEN=1"
        ))),
        address => Ok(address),
    }
}
