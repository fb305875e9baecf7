//! A small HTTP/1.1 client that costs little beside the server that it loads.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, bail};
use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long an answer may take before it counts as none.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Most headers of an answer.
const MOST_HEADERS: usize = 64;
/// Longest head, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// A kept-alive connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
}

/// What came back; the body is read and forgotten.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The position of the event that it led to.
    pub(crate) position: Option<i64>,
    /// Whether another request can follow on this connection.
    pub(crate) goes_on: bool,
}

/// The head of an answer.
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) bytes: usize,
    pub(crate) chunked: bool,
    pub(crate) event_stream: bool,
    length: Option<usize>,
    position: Option<i64>,
    closes: bool,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = timeout(ANSWER_WITHIN, TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: BytesMut::new(),
        })
    }

    /// Sends a request and waits for its whole answer.
    ///
    /// # Errors
    /// When the connection breaks, what comes is no HTTP, or nothing comes in time. The connection
    /// is of no use then.
    pub(crate) async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        match timeout(ANSWER_WITHIN, self.exchange(request)).await {
            Ok(answered) => answered,
            Err(_late) => bail!("no answer in {} seconds", ANSWER_WITHIN.as_secs()),
        }
    }

    async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        let head = loop {
            if let Some(head) = Head::read(&self.buffer)? {
                break head;
            }
            self.read_more().await?;
        };
        self.buffer.advance(head.bytes);
        let ends_with_connection = head.length.is_none() && !head.chunked;
        if head.chunked {
            self.skip_chunks().await?;
        } else {
            self.skip(head.length.unwrap_or(0)).await?;
        }
        Ok(Answer {
            status: head.status,
            position: head.position,
            goes_on: !head.closes && !ends_with_connection,
        })
    }

    async fn skip_chunks(&mut self) -> anyhow::Result<()> {
        loop {
            match httparse::parse_chunk_size(&self.buffer) {
                Ok(httparse::Status::Complete((start, size))) => {
                    self.buffer.advance(start);
                    self.skip(usize::try_from(size)? + 2).await?;
                    if size == 0 {
                        return Ok(());
                    }
                }
                Ok(httparse::Status::Partial) => self.read_more().await?,
                Err(_) => bail!("a chunk without a size"),
            }
        }
    }

    async fn skip(&mut self, bytes: usize) -> anyhow::Result<()> {
        let mut left = bytes;
        while left > self.buffer.len() {
            left -= self.buffer.len();
            self.buffer.clear();
            self.read_more().await?;
        }
        self.buffer.advance(left);
        Ok(())
    }

    async fn read_more(&mut self) -> anyhow::Result<()> {
        self.buffer.reserve(4 * 1024);
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

impl Head {
    /// The head at the beginning of `bytes`; none when it is not whole yet.
    ///
    /// # Errors
    /// When it is none of HTTP, or too long.
    pub(crate) fn read(bytes: &[u8]) -> anyhow::Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(length) = response.parse(bytes)? else {
            anyhow::ensure!(
                bytes.len() < LONGEST_HEAD,
                "the head of an answer has no end"
            );
            return Ok(None);
        };
        let text = |name: &str| {
            let header = response
                .headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case(name))?;
            std::str::from_utf8(header.value).ok()
        };
        let is = |name, value| text(name).is_some_and(|text| text.eq_ignore_ascii_case(value));
        let status = response.code.context("an answer without a status")?;
        let bodiless = status < 200 || status == 204 || status == 304;
        let stated = text("content-length").and_then(|length| length.parse().ok());
        Ok(Some(Self {
            status,
            bytes: length,
            chunked: is("transfer-encoding", "chunked"),
            event_stream: text("content-type")
                .is_some_and(|kind| kind.starts_with("text/event-stream")),
            length: if bodiless { Some(0) } else { stated },
            position: text("x-log-position").and_then(|position| position.parse().ok()),
            closes: is("connection", "close"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn answers_are_told_apart_however_they_end_and_arrive() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers = "HTTP/1.1 200 OK\r\nX-Log-Position: 7\r\nContent-Length: 5\r\n\r\nhello\
            HTTP/1.1 204 No Content\r\n\r\n\
            HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n\
            HTTP/1.1 409 Conflict\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        let serving = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.set_nodelay(true).unwrap();
            for byte in answers.as_bytes() {
                socket.write_all(&[*byte]).await.unwrap();
            }
            socket
        });
        let mut connection = Connection::open(address).await.unwrap();
        let mut seen = Vec::new();
        for _ in 0..4 {
            let answer = connection.send(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
            seen.push((answer.status, answer.position, answer.goes_on));
        }
        assert_eq!(
            seen,
            [
                (200, Some(7), true),
                (204, None, true),
                (503, None, true),
                (409, None, false)
            ]
        );
        drop(serving.await.unwrap());
    }
}
