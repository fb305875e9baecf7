//! Which server is loaded.

use std::net::SocketAddr;

use anyhow::{Context, bail};

use crate::{cli::LoadTarget, client::Server, config::Settings};

/// A running server, and how raw connections reach it.
pub(super) struct Target {
    pub(super) server: Server,
    pub(super) address: SocketAddr,
    /// The headers that every request has.
    pub(super) headers: String,
}

impl Target {
    /// The server that was named.
    ///
    /// # Errors
    /// One that cannot be found, or is on another machine while nobody asked for that.
    pub(super) async fn of(args: &LoadTarget, settings: &Settings) -> anyhow::Result<Self> {
        let server = Server::of(&args.server, settings)?;
        let url = server.url();
        let host = url.host_str().context("the server's URL has no host")?;
        let port = url.port_or_known_default().unwrap_or(80);
        let address = find(host, port, args.allow_remote).await?;
        let mut headers = format!("Host: {host}:{port}\r\n");
        if let Some(token) = &args.server.token {
            headers += &format!("Authorization: Bearer {token}\r\n");
        }
        Ok(Self {
            address,
            headers,
            server,
        })
    }
}

/// Where `host` is.
///
/// # Errors
/// As [`Target::of`].
pub(super) async fn find(host: &str, port: u16, allow_remote: bool) -> anyhow::Result<SocketAddr> {
    let name = host.trim_matches(['[', ']']);
    let mut found = tokio::net::lookup_host((name, port))
        .await
        .with_context(|| format!("{host} cannot be found"))?;
    let address = found
        .next()
        .with_context(|| format!("{host} has no address"))?;
    if !address.ip().is_loopback() && !allow_remote {
        bail!(
            "{host} is not this machine, and load can take a server out of service: \
             --allow-remote loads it nevertheless"
        );
    }
    Ok(address)
}
