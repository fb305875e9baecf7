//! Server-sent events, read as they come and with nothing kept but half a line.

use std::time::Duration;

use anyhow::{bail, ensure};

use super::heard::{Hear, Heard, closing, message};

/// Longest line, in bytes.
const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// Reads the body of an answer.
pub(super) struct SseDecoder {
    /// None where the body is not chunked.
    chunks: Option<Chunks>,
    /// The beginning of a line whose end has not come.
    line: Vec<u8>,
    name: Vec<u8>,
    id: Option<i64>,
    /// What the last message says.
    closing: Vec<u8>,
}

impl SseDecoder {
    pub(super) fn new(chunked: bool) -> Self {
        Self {
            chunks: chunked.then_some(Chunks::Size(0)),
            line: Vec::new(),
            name: Vec::new(),
            id: None,
            closing: Vec::new(),
        }
    }

    fn lines(&mut self, mut bytes: &[u8], heard: &mut Vec<Heard>) -> anyhow::Result<()> {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            if self.line.is_empty() {
                self.take(&bytes[..end], heard);
            } else {
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(&bytes[..end]);
                self.take(&line, heard);
                line.clear();
                self.line = line;
            }
            bytes = &bytes[end + 1..];
        }
        ensure!(
            self.line.len() + bytes.len() <= LONGEST_LINE,
            "a line of a live stream has no end"
        );
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn take(&mut self, line: &[u8], heard: &mut Vec<Heard>) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return self.end_message(heard);
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let (field, value) = line.split_at(colon.unwrap_or(line.len()));
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let number = || std::str::from_utf8(value).ok()?.parse::<i64>().ok();
        match field {
            b"event" => {
                self.name.clear();
                self.name.extend_from_slice(value);
            }
            b"id" => self.id = number(),
            b"retry" => heard.extend(
                number()
                    .and_then(|ms| u64::try_from(ms).ok())
                    .map(|ms| Heard::Retry(Duration::from_millis(ms))),
            ),
            b"data" if self.name == b"closing" => self.closing.extend_from_slice(value),
            _ => {}
        }
    }

    fn end_message(&mut self, heard: &mut Vec<Heard>) {
        if self.closing.is_empty() {
            heard.extend(message(&self.name, self.id));
        } else {
            closing(&self.closing, heard);
        }
        self.name.clear();
        self.closing.clear();
        self.id = None;
    }
}

impl Hear for SseDecoder {
    fn hear(&mut self, mut bytes: &[u8], heard: &mut Vec<Heard>) -> anyhow::Result<()> {
        let Some(mut chunks) = self.chunks else {
            return self.lines(bytes, heard);
        };
        while !bytes.is_empty() {
            let piece = chunks.piece(&mut bytes)?;
            self.lines(piece, heard)?;
            if chunks == Chunks::End {
                heard.push(Heard::End);
                break;
            }
        }
        self.chunks = Some(chunks);
        Ok(())
    }
}

/// Where a reader of chunks stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chunks {
    /// In a size, of which so much is known.
    Size(usize),
    /// Behind a size.
    BehindSize(usize),
    /// In a chunk of which so many bytes are to come, its line break counted.
    Chunk(usize),
    /// Behind the last chunk.
    End,
}

impl Chunks {
    /// The next piece of the body in `bytes`, which is left with what follows; empty when only
    /// framing was there.
    fn piece<'a>(&mut self, bytes: &mut &'a [u8]) -> anyhow::Result<&'a [u8]> {
        const LINE_BREAK: usize = 2;
        while let Some((first, rest)) = bytes.split_first() {
            match (*self, *first) {
                (Self::Chunk(left), _) => {
                    let (taken, rest) = bytes.split_at(left.min(bytes.len()));
                    *bytes = rest;
                    let left_over = left - taken.len();
                    *self = if left_over == 0 {
                        Self::Size(0)
                    } else {
                        Self::Chunk(left_over)
                    };
                    let body = left.saturating_sub(LINE_BREAK).min(taken.len());
                    return Ok(&taken[..body]);
                }
                (Self::End, _) => return Ok(&[]),
                (Self::Size(size) | Self::BehindSize(size), b'\n') => {
                    *bytes = rest;
                    if size == 0 {
                        *self = Self::End;
                        return Ok(&[]);
                    }
                    *self = Self::Chunk(size + LINE_BREAK);
                }
                (Self::Size(size), digit) if digit.is_ascii_hexdigit() => {
                    let digit = char::from(digit).to_digit(16).unwrap_or(0) as usize;
                    let Some(size) = size
                        .checked_mul(16)
                        .and_then(|size| size.checked_add(digit))
                    else {
                        bail!("a chunk is longer than anything can be");
                    };
                    *bytes = rest;
                    *self = Self::Size(size);
                }
                (Self::Size(size) | Self::BehindSize(size), b'\r' | b';') => {
                    *bytes = rest;
                    *self = Self::BehindSize(size);
                }
                (Self::BehindSize(_), _) => *bytes = rest,
                (Self::Size(_), other) => bail!("{:?} in the size of a chunk", char::from(other)),
            }
        }
        Ok(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "retry: 2500\n\nevent: hello\nid: 4\ndata: {}\n\n: a comment\n\n\
        event: bet_status_updated\nid: 7\ndata: {\"type\":\"bet_status_updated\"}\n\n\
        event: stats\ndata: {}\n\nid: 9\nevent: ping\ndata: {}\n\n\
        event: closing\r\ndata: {\"reason\":\"slow\",\"retry_ms\":1200}\r\n\r\n";

    fn expected() -> Vec<Heard> {
        vec![
            Heard::Retry(Duration::from_millis(2_500)),
            Heard::Begins(4),
            Heard::Event(7),
            Heard::UpTo(9),
            Heard::Retry(Duration::from_millis(1_200)),
            Heard::Closing("slow".to_owned()),
        ]
    }

    #[test]
    fn a_stream_is_understood_wherever_it_is_cut() {
        let chunked: String = [&BODY[..1], &BODY[1..40], &BODY[40..]]
            .iter()
            .map(|piece| format!("{:X};x=y\r\n{piece}\r\n", piece.len()))
            .chain(["0\r\n\r\n".to_owned()])
            .collect();
        for (text, is_chunked) in [(BODY, false), (chunked.as_str(), true)] {
            for cut in 1..text.len() {
                let mut decoder = SseDecoder::new(is_chunked);
                let mut heard = Vec::new();
                for piece in text.as_bytes().chunks(cut) {
                    decoder.hear(piece, &mut heard).unwrap();
                }
                let ended = heard.iter().position(|heard| *heard == Heard::End);
                assert_eq!(ended.is_some(), is_chunked);
                heard.truncate(ended.unwrap_or(heard.len()));
                assert_eq!(heard, expected(), "cut every {cut} bytes");
            }
        }
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        let mut decoder = SseDecoder::new(true);
        assert!(decoder.hear(b"hello", &mut Vec::new()).is_err());
        let mut decoder = SseDecoder::new(true);
        let long = b"FFFFFFFFFFFFFFFFFF\r\n";
        assert!(decoder.hear(long, &mut Vec::new()).is_err());
    }
}
