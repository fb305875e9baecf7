//! What every accepted connection is told about peers that do not read.

use std::{any::Any, time::Duration};

use actix_web::{dev::Extensions, rt::net::TcpStream};
use socket2::SockRef;

/// How long a peer may acknowledge and take nothing of what was sent before the system ends the
/// connection: it cannot be told, for it does not read.
const TAKES_NOTHING: Duration = Duration::from_secs(30);
/// Bytes that may wait in the system for a peer; without a bound it lets megabytes wait for each.
const WAITING_BYTES: u32 = 32 * 1024;

/// Prepares a connection that was just accepted.
pub(crate) fn prepare(connection: &dyn Any, _: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    if let Err(error) = bound(&SockRef::from(stream)) {
        tracing::debug!(%error, "a connection has the system's own bounds");
    }
}

fn bound(socket: &SockRef<'_>) -> std::io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        socket.set_tcp_user_timeout(Some(TAKES_NOTHING))?;
        socket.set_tcp_notsent_lowat(WAITING_BYTES)
    }
    #[cfg(not(target_os = "linux"))]
    socket.set_send_buffer_size(WAITING_BYTES as usize)
}
