//! A small HTTP/1.1 client that costs little beside the server it loads.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// The bytes of one request.
pub(crate) fn request(address: SocketAddr, method: &str, path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    pub(crate) async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.read().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..head])?.to_ascii_lowercase();
        let status = text
            .split_whitespace()
            .nth(1)
            .context("no status")?
            .parse()?;
        let header = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::trim)
        };
        if header("transfer-encoding:") == Some("chunked") {
            while !self.buffer.ends_with(b"0\r\n\r\n") {
                self.read().await?;
            }
        } else {
            let length: usize = header("content-length:").unwrap_or("0").parse()?;
            while self.buffer.len() < head + length {
                self.read().await?;
            }
        }
        Ok(Answer {
            status,
            body: String::from_utf8_lossy(&self.buffer[head..]).into_owned(),
        })
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// What a load measured.
pub(crate) struct Load {
    /// Answers a second.
    pub(crate) rate: f64,
    /// The time within which 99 of 100 answers came, in milliseconds.
    pub p99_ms: f64,
}

/// Keeps `connections` busy for `seconds` with the requests that `next` gives for (connection,
/// turn); every answer must be below 300.
pub(crate) async fn load(
    address: SocketAddr,
    connections: usize,
    seconds: u64,
    next: impl Fn(usize, usize) -> Vec<u8> + Clone + Send + Sync + 'static,
) -> anyhow::Result<Load> {
    let warm_until = Instant::now() + Duration::from_millis(500);
    let until = warm_until + Duration::from_secs(seconds);
    let mut tasks = tokio::task::JoinSet::new();
    for connection in 0..connections {
        let next = next.clone();
        tasks.spawn(async move {
            let mut opened = Connection::open(address).await?;
            let mut micros: Vec<u32> = Vec::new();
            for turn in 0.. {
                let started = Instant::now();
                if started >= until {
                    break;
                }
                let answer = opened.send(&next(connection, turn)).await?;
                if answer.status >= 300 {
                    bail!("{} {}", answer.status, answer.body);
                }
                if started >= warm_until {
                    micros.push(started.elapsed().as_micros() as u32);
                }
            }
            Ok(micros)
        });
    }
    let mut micros = Vec::new();
    while let Some(task) = tasks.join_next().await {
        micros.extend(task??);
    }
    micros.sort_unstable();
    let p99 = micros
        .get(micros.len() * 99 / 100)
        .copied()
        .context("no answers")?;
    Ok(Load {
        rate: micros.len() as f64 / seconds as f64,
        p99_ms: f64::from(p99) / 1000.0,
    })
}
