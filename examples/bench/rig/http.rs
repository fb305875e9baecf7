//! A small HTTP/1.1 client that costs little beside the server it loads.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use bytes::Bytes;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The bytes of one request, cheap to send again.
pub(crate) type Request = Bytes;

/// The bytes of one request.
pub(crate) fn request(method: &str, path: &str, body: &str) -> Request {
    let length = body.len();
    Bytes::from(format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    ))
}

/// A kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
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

    pub(crate) async fn send(&mut self, request: &Request) -> anyhow::Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let body = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.read().await?;
        };
        let head = std::str::from_utf8(&self.buffer[..body])?;
        let status = head
            .split_whitespace()
            .nth(1)
            .context("no status")?
            .parse()?;
        let chunked = header(head, "transfer-encoding") == Some("chunked");
        let length: usize = header(head, "content-length").unwrap_or("0").parse()?;
        if chunked {
            while !self.buffer.ends_with(b"0\r\n\r\n") {
                self.read().await?;
            }
            join_chunks(&mut self.buffer, body)?;
        } else {
            while self.buffer.len() < body + length {
                self.read().await?;
            }
        }
        Ok(Answer {
            status,
            body: &self.buffer[body..],
        })
    }

    /// Sends what must succeed and reads the JSON that comes back.
    ///
    /// # Errors
    /// An answer of 300 or above, in its own words.
    pub(crate) async fn ask(&mut self, request: &Request) -> anyhow::Result<Value> {
        let answer = self.send(request).await?;
        if answer.status >= 300 {
            let said = String::from_utf8_lossy(answer.body);
            bail!("{} {said}", answer.status);
        }
        Ok(serde_json::from_slice(answer.body)?)
    }

    async fn read(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Takes the sizes of chunks out of what stands behind `body`.
fn join_chunks(buffer: &mut Vec<u8>, body: usize) -> anyhow::Result<()> {
    let chunked = buffer.split_off(body);
    let mut rest = &chunked[..];
    loop {
        let line = find(rest, b"\r\n").context("a chunk without its size")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line])?, 16)?;
        if size == 0 {
            return Ok(());
        }
        let (chunk, after) = rest[line + 2..]
            .split_at_checked(size)
            .context("half a chunk")?;
        buffer.extend_from_slice(chunk);
        rest = after
            .strip_prefix(b"\r\n")
            .context("a chunk without an end")?;
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// One GET on a connection of its own.
pub(crate) async fn get(address: SocketAddr, path: &str) -> anyhow::Result<Value> {
    let mut connection = Connection::open(address).await?;
    let answer = connection.ask(&request("GET", path, "")).await;
    answer.with_context(|| format!("GET {path}"))
}

/// One POST on a connection of its own.
pub(crate) async fn post(address: SocketAddr, path: &str, body: &str) -> anyhow::Result<Value> {
    let mut connection = Connection::open(address).await?;
    let answer = connection.ask(&request("POST", path, body)).await;
    answer.with_context(|| format!("POST {path}"))
}
