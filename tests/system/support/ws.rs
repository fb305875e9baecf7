//! A reader of WebSocket text messages, as small as the protocol allows.

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

use super::PATIENCE;

/// An open WebSocket.
pub(crate) struct WebSocket {
    connection: BufReader<TcpStream>,
}

impl WebSocket {
    /// Opens `path` of the server at `url`.
    pub(crate) async fn open(url: &str, path: &str, origin: Option<&str>) -> Self {
        let address = url.trim_start_matches("http://");
        let mut connection = BufReader::new(TcpStream::connect(address).await.expect("it listens"));
        let origin = origin
            .map(|origin| format!("Origin: {origin}\r\n"))
            .unwrap_or_default();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{origin}\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        connection
            .write_all(request.as_bytes())
            .await
            .expect("sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(connection.read_u8().await.expect("a head"));
        }
        let head = String::from_utf8_lossy(&head);
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
        Self { connection }
    }

    /// The next text message; none once it is closed.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        timeout(PATIENCE, self.read())
            .await
            .expect("something comes in time")
    }

    /// Passes over what is on its way, until the connection is closed.
    pub(crate) async fn end(&mut self) {
        while self.next().await.is_some() {}
    }

    async fn read(&mut self) -> Option<Value> {
        loop {
            let first = self.connection.read_u8().await.ok()?;
            let length = match self.connection.read_u8().await.ok()? & 0x7f {
                126 => usize::from(self.connection.read_u16().await.ok()?),
                127 => usize::try_from(self.connection.read_u64().await.ok()?).expect("a length"),
                short => usize::from(short),
            };
            let mut payload = vec![0; length];
            self.connection.read_exact(&mut payload).await.ok()?;
            match first & 0x0f {
                1 => return Some(serde_json::from_slice(&payload).expect("JSON")),
                8 => return None,
                _ => {}
            }
        }
    }
}
