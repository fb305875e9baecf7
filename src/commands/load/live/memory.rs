//! What clients cost the server in memory.

use serde::Serialize;

use crate::client::Server;

/// Bytes of one of the kernel's pages.
const PAGE_BYTES: u64 = 4_096;

/// Memory at one moment, in bytes; none where it cannot be found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Memory {
    server: Option<u64>,
    sockets: Option<u64>,
}

/// What each of the clients added, in kilobytes.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct MemoryReport {
    /// The server's memory before the clients came, in megabytes.
    before_mb: Option<f64>,
    /// With all of them.
    with_clients_mb: Option<f64>,
    per_client_kb: Option<f64>,
    /// What the kernel holds for the sockets of this machine, both ends of them, while they listen.
    sockets_per_client_kb: Option<f64>,
}

impl Memory {
    /// As it is now: of the process `pid`, or what the server says of itself.
    pub(super) async fn now(pid: Option<u32>, server: &Server) -> Self {
        let said = match pid {
            Some(pid) => resident(pid),
            None => said(server).await,
        };
        Self {
            server: said,
            sockets: sockets(),
        }
    }

    /// What `clients` added since `before`.
    pub(super) fn since(self, before: Self, clients: usize) -> MemoryReport {
        let mb = |bytes: Option<u64>| bytes.map(|bytes| bytes as f64 / 1e6);
        let each_kb = |now: Option<u64>, before: Option<u64>| {
            Some((now? as f64 - before? as f64) / 1e3 / clients as f64)
        };
        MemoryReport {
            before_mb: mb(before.server),
            with_clients_mb: mb(self.server),
            per_client_kb: each_kb(self.server, before.server),
            sockets_per_client_kb: each_kb(self.sockets, before.sockets),
        }
    }
}

fn resident(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1_024)
}

async fn said(server: &Server) -> Option<u64> {
    let metrics = server.get_text("/metrics").await.ok()?;
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("process_resident_memory_bytes "))?;
    let bytes: f64 = line.trim().parse().ok()?;
    Some(bytes as u64)
}

/// What the kernel holds for TCP sockets, where it says so.
fn sockets() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/net/sockstat").ok()?;
    let tcp = stat.lines().find(|line| line.starts_with("TCP:"))?;
    let pages: u64 = tcp.rsplit(' ').next()?.parse().ok()?;
    Some(pages * PAGE_BYTES)
}

impl MemoryReport {
    /// What is known, in words.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let known = [
            ("server before, MB", self.before_mb),
            ("server with clients, MB", self.with_clients_mb),
            ("server, kB a client", self.per_client_kb),
            (
                "sockets in the kernel, both ends, kB a client",
                self.sockets_per_client_kb,
            ),
        ];
        let known = known.into_iter();
        known
            .filter_map(|(name, figure)| Some((name.to_owned(), format!("{:.1}", figure?))))
            .collect()
    }
}
