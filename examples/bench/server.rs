//! The server under test: the release binary, as a process of its own.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

/// A running server; it is ended when this is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts the binary with `settings` over an empty store of its own unless they name one.
    pub(crate) async fn start(settings: &[(&str, String)]) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let database = format!("sqlite://{}", folder.path().join("betstream.db").display());
        let mut command = Command::new(binary()?);
        command
            .arg("serve")
            .args(["--listen", &address.to_string()]);
        command
            .env("DATABASE_URL", database)
            .env("RUST_LOG", "warn")
            .current_dir(folder.path());
        command.env_remove("REDIS_URL").env_remove("NATS_URL");
        command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let server = Self {
            child,
            address,
            _folder: folder,
        };
        let started = Instant::now();
        while !matches!(get(address, "/health").await, Ok((200, _))) {
            if started.elapsed() > Duration::from_secs(30) {
                bail!("the server is not healthy after 30 seconds");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(server)
    }

    /// Resident memory in megabytes.
    pub(crate) fn memory_mb(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .context("no VmRSS")?;
        let kilobytes: f64 = line
            .split_whitespace()
            .nth(1)
            .context("no figure")?
            .parse()?;
        Ok(kilobytes / 1024.0)
    }

    /// Seconds of processor time used so far.
    pub(crate) fn processor_seconds(&self) -> anyhow::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .context("no fields")?
            .split_whitespace()
            .collect();
        let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
        Ok(ticks / 100.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_gone = self.child.wait();
    }
}

/// The binary that was built beside this program.
fn binary() -> anyhow::Result<PathBuf> {
    let example = std::env::current_exe()?;
    let folder = example
        .parent()
        .and_then(|examples| examples.parent())
        .context("no target folder")?;
    let binary = folder.join("betstream");
    if !binary.exists() {
        bail!(
            "{} is not built: run `cargo build --release` first, or `make bench`",
            binary.display()
        );
    }
    Ok(binary)
}

/// One GET on a connection of its own.
pub(crate) async fn get(address: SocketAddr, path: &str) -> anyhow::Result<(u16, String)> {
    let mut connection = super::http::Connection::open(address).await?;
    let request = super::http::request(address, "GET", path, "");
    let answer = connection.send(&request).await?;
    Ok((answer.status, answer.body))
}

/// One POST on a connection of its own.
pub(crate) async fn post(
    address: SocketAddr,
    path: &str,
    body: &str,
) -> anyhow::Result<serde_json::Value> {
    let mut connection = super::http::Connection::open(address).await?;
    let answer = connection
        .send(&super::http::request(address, "POST", path, body))
        .await?;
    if answer.status >= 300 {
        bail!("POST {path}: {} {}", answer.status, answer.body);
    }
    Ok(serde_json::from_str(&answer.body)?)
}
