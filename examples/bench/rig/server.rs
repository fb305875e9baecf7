//! The server under test: the release binary, as a process of its own.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

use super::{http, processes};

/// A running server; it is killed when this is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts the binary with `settings`, over an empty embedded store unless they name another.
    pub(crate) async fn start(settings: &[(&str, String)]) -> anyhow::Result<Self> {
        let server = Self::spawn(settings)?;
        server.is_healthy().await?;
        Ok(server)
    }

    /// Starts several at once over one store.
    pub(crate) async fn start_several(
        count: usize,
        settings: &[(&str, String)],
    ) -> anyhow::Result<Vec<Self>> {
        let servers: Vec<Self> = (0..count)
            .map(|_| Self::spawn(settings))
            .collect::<Result<_, _>>()?;
        for server in &servers {
            server.is_healthy().await?;
        }
        Ok(servers)
    }

    fn spawn(settings: &[(&str, String)]) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(binary()?)
            .args(["serve", "--listen", &address.to_string()])
            .current_dir(folder.path())
            .env_remove("DATABASE_URL")
            .env_remove("REDIS_URL")
            .env_remove("NATS_URL")
            .env("RUST_LOG", "error")
            .envs(settings.iter().map(|(name, value)| (*name, value.as_str())))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Self {
            child,
            address,
            _folder: folder,
        })
    }

    async fn is_healthy(&self) -> anyhow::Result<()> {
        let health = http::request("GET", "/health", "");
        let started = Instant::now();
        loop {
            if let Ok(mut connection) = http::Connection::open(self.address).await
                && matches!(connection.send(&health).await, Ok(answer) if answer.status == 200)
            {
                return Ok(());
            }
            if started.elapsed() > Duration::from_secs(30) {
                bail!("the server is not healthy after 30 seconds");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Memory held now, in megabytes.
    pub(crate) fn resident_memory_mb(&self) -> anyhow::Result<f64> {
        processes::resident_memory_mb(self.child.id())
    }

    /// The most memory that was ever held, in megabytes.
    pub(crate) fn peak_memory_mb(&self) -> anyhow::Result<f64> {
        processes::peak_memory_mb(self.child.id())
    }

    /// Seconds of processor time used so far.
    pub(crate) fn processor_seconds(&self) -> anyhow::Result<f64> {
        processes::processor_seconds(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_gone = self.child.wait();
    }
}

/// The binary that was built beside this program.
///
/// # Errors
/// When there is none.
pub(crate) fn binary() -> anyhow::Result<PathBuf> {
    let example = std::env::current_exe()?;
    let folder = example
        .parent()
        .and_then(|examples| examples.parent())
        .context("no target folder")?;
    let binary = folder.join("betstream");
    if !binary.exists() {
        bail!("{} is not built: run `make bench`", binary.display());
    }
    Ok(binary)
}
