//! One live client: a connection, and nothing that grows.

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use rand::Rng;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{
    crowd::Crowd,
    heard::{Hear, Heard},
    sse::SseDecoder,
    websocket::WebSocketDecoder,
};
use crate::commands::load::http::connection::Head;

/// When to come again if the server does not say.
const RETRY: Duration = Duration::from_secs(2);
/// Longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long the head of an answer may take.
const HEAD_WITHIN: Duration = Duration::from_secs(30);

/// How a client listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Sse,
    WebSocket,
}

/// One client.
pub(super) struct Client {
    pub(super) number: usize,
    pub(super) transport: Transport,
    pub(super) crowd: Rc<Crowd>,
    /// How long it reads nothing once its stream has begun.
    pub(super) reads_nothing_for: Option<Duration>,
}

impl Client {
    /// Listens until the stream ends, and then comes again where that was asked for.
    pub(super) async fn run(self) {
        let (mut retry, mut tries) = (RETRY, 0);
        loop {
            match self.connect().await {
                Ok((stream, decoder)) => {
                    tries = 0;
                    let reason = self.listen(stream, decoder, &mut retry).await;
                    self.crowd.ledger.borrow_mut().ended(self.number, reason);
                }
                Err(error) => {
                    tries += 1;
                    let reason = format!("{error:#}");
                    self.crowd.ledger.borrow_mut().unconnected(reason);
                }
            }
            if !self.crowd.reconnect || !self.has_begun() || self.reads_nothing_for.is_some() {
                return;
            }
            sleep(pause(retry, tries)).await;
        }
    }

    /// Whether its first stream has begun.
    fn has_begun(&self) -> bool {
        let ledger = self.crowd.ledger.borrow();
        ledger.resumes_after(self.number).is_some()
    }

    /// Connects and asks; gives the connection, and what reads it.
    async fn connect(&self) -> anyhow::Result<(TcpStream, Box<dyn Hear>)> {
        let began = Instant::now();
        let mut stream = timeout(HEAD_WITHIN, TcpStream::connect(self.crowd.address)).await??;
        stream.write_all(self.request().as_bytes()).await?;
        // What follows the head is the beginning of the stream.
        let mut bytes = Vec::with_capacity(1024);
        let head = loop {
            if let Some(head) = Head::read(&bytes)? {
                break head;
            }
            ensure!(
                timeout(HEAD_WITHIN, stream.read_buf(&mut bytes)).await?? > 0,
                "closed before it answered"
            );
        };
        let mut decoder: Box<dyn Hear> = match (self.transport, head.status) {
            (Transport::Sse, 200) if head.event_stream => Box::new(SseDecoder::new(head.chunked)),
            (Transport::WebSocket, 101) => Box::new(WebSocketDecoder::default()),
            (_, status) => bail!("answered with {status}"),
        };
        self.crowd
            .ledger
            .borrow_mut()
            .connected(self.number, began.elapsed());
        let mut heard = Vec::new();
        decoder.hear(&bytes[head.bytes..], &mut heard)?;
        let now = Instant::now();
        for heard in &heard {
            self.crowd
                .ledger
                .borrow_mut()
                .heard(self.number, heard, now);
        }
        Ok((stream, decoder))
    }

    fn request(&self) -> String {
        let (headers, after) = (
            &self.crowd.headers,
            self.crowd.ledger.borrow().resumes_after(self.number),
        );
        match self.transport {
            Transport::Sse => {
                let resume =
                    after.map_or_else(String::new, |last| format!("Last-Event-ID: {last}\r\n"));
                format!(
                    "GET /sse?topics=desk HTTP/1.1\r\n{headers}Accept: text/event-stream\r\n{resume}\r\n"
                )
            }
            Transport::WebSocket => {
                let resume =
                    after.map_or_else(String::new, |last| format!("&last_event_id={last}"));
                // The key proves that the server means this very request; any will do here.
                format!(
                    "GET /ws?topics=desk{resume} HTTP/1.1\r\n{headers}Connection: Upgrade\r\nUpgrade: websocket\r\n\
                     Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                )
            }
        }
    }

    /// Listens until the stream ends; says why it did.
    async fn listen(
        &self,
        stream: TcpStream,
        mut decoder: Box<dyn Hear>,
        retry: &mut Duration,
    ) -> String {
        let mut reads_nothing_for = self.reads_nothing_for;
        let mut said = None;
        loop {
            if self.has_begun()
                && let Some(nothing) = reads_nothing_for.take()
            {
                sleep(nothing).await;
            }
            if let Err(error) = stream.readable().await {
                return said.unwrap_or_else(|| error.to_string());
            }
            match self.take(&stream, decoder.as_mut(), retry, &mut said) {
                Ok(true) => {}
                Ok(false) => return said.unwrap_or_else(|| "ended without a word".to_owned()),
                Err(error) => return said.unwrap_or_else(|| format!("{error:#}")),
            }
        }
    }

    /// Takes what has come, into bytes that all clients share; says whether the stream goes on.
    fn take(
        &self,
        stream: &TcpStream,
        decoder: &mut dyn Hear,
        retry: &mut Duration,
        said: &mut Option<String>,
    ) -> anyhow::Result<bool> {
        let mut scratch = self.crowd.scratch.borrow_mut();
        let scratch = &mut *scratch;
        let read = match stream.try_read(&mut scratch.bytes) {
            Ok(0) => return Ok(false),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(true),
            Err(error) => return Err(error.into()),
        };
        let now = Instant::now();
        decoder.hear(&scratch.bytes[..read], &mut scratch.heard)?;
        let mut ledger = self.crowd.ledger.borrow_mut();
        let mut goes_on = true;
        for heard in scratch.heard.drain(..) {
            ledger.heard(self.number, &heard, now);
            match heard {
                Heard::Retry(after) => *retry = after,
                Heard::End => goes_on = false,
                Heard::Closing(reason) => *said = said.take().or(Some(reason)),
                // It is a few bytes, for which there is room unless the server does not read.
                Heard::Answer(bytes) => {
                    let _not_taken = stream.try_write(&bytes);
                }
                _ => {}
            }
        }
        Ok(goes_on)
    }
}

/// How long to wait before the next try: what the server said, scattered, and longer each time that
/// nobody answers.
fn pause(retry: Duration, tries: u32) -> Duration {
    let longer = retry.saturating_mul(1 << tries.saturating_sub(1).min(4));
    longer
        .min(LONGEST_PAUSE.max(retry))
        .mul_f64(rand::rng().random_range(0.75..1.25))
}
