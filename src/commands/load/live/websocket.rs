//! WebSocket frames of a server, read as they come and with nothing kept but half a frame.

use anyhow::ensure;

use super::heard::{Hear, Heard, closing, message};

/// Longest frame, in bytes.
const LONGEST_FRAME: usize = 4 * 1024 * 1024;
/// The bit of a frame's second byte that says that its payload is masked.
const MASKED: u8 = 0x80;

/// Reads frames.
#[derive(Default)]
pub(super) struct WebSocketDecoder {
    /// The beginning of a frame whose end has not come.
    part: Vec<u8>,
}

impl Hear for WebSocketDecoder {
    fn hear(&mut self, bytes: &[u8], heard: &mut Vec<Heard>) -> anyhow::Result<()> {
        if self.part.is_empty() {
            let read = frames(bytes, heard)?;
            self.part.extend_from_slice(&bytes[read..]);
        } else {
            self.part.extend_from_slice(bytes);
            let read = frames(&self.part, heard)?;
            self.part.drain(..read);
        }
        Ok(())
    }
}

/// Takes every whole frame; says how many bytes they were.
fn frames(bytes: &[u8], heard: &mut Vec<Heard>) -> anyhow::Result<usize> {
    let mut read = 0;
    while let Some((opcode, payload, length)) = frame(&bytes[read..])? {
        read += length;
        match opcode {
            1 => text(payload, heard),
            8 => {
                let reason = payload.get(2..).unwrap_or_default();
                let code = payload
                    .get(..2)
                    .map_or(1005, |code| u16::from_be_bytes([code[0], code[1]]));
                let reason = String::from_utf8_lossy(reason);
                heard.push(Heard::Closing(format!("{code} {reason}")));
                heard.push(Heard::End);
            }
            9 => heard.push(Heard::Answer(pong(payload))),
            _ => {}
        }
    }
    Ok(read)
}

/// The first frame of `bytes`: opcode, payload, and the length of the whole; none when it is not
/// all there.
fn frame(bytes: &[u8]) -> anyhow::Result<Option<(u8, &[u8], usize)>> {
    let [first, second, ..] = *bytes else {
        return Ok(None);
    };
    ensure!(second & MASKED == 0, "a server's frame is masked");
    let extended = |bytes: &[u8]| {
        bytes.iter().fold(0_usize, |length, byte| {
            length
                .saturating_mul(256)
                .saturating_add(usize::from(*byte))
        })
    };
    let (start, length) = match second {
        126 if bytes.len() >= 4 => (4, extended(&bytes[2..4])),
        127 if bytes.len() >= 10 => (10, extended(&bytes[2..10])),
        126 | 127 => return Ok(None),
        short => (2, usize::from(short)),
    };
    ensure!(length <= LONGEST_FRAME, "a frame of {length} bytes");
    let end = start + length;
    Ok((bytes.len() >= end).then(|| (first & 0x0f, &bytes[start..end], end)))
}

/// A message begins with its position and its type.
fn text(payload: &[u8], heard: &mut Vec<Heard>) {
    let mut position = None;
    let mut rest = payload;
    if let Some(after) = payload.strip_prefix(br#"{"position":"#) {
        let digits = after
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        position = std::str::from_utf8(&after[..digits])
            .ok()
            .and_then(|digits| digits.parse().ok());
        rest = after[digits..].strip_prefix(b",").unwrap_or_default();
    } else if let Some(after) = payload.strip_prefix(b"{") {
        rest = after;
    }
    let Some(name) = rest.strip_prefix(br#""type":""#) else {
        return;
    };
    let length = name.iter().take_while(|byte| **byte != b'"').count();
    match &name[..length] {
        b"closing" => closing(payload, heard),
        name => heard.extend(message(name, position)),
    }
}

/// The answer to a ping. A mask of zeros leaves the payload as it is.
fn pong(payload: &[u8]) -> Vec<u8> {
    let payload = &payload[..payload.len().min(125)];
    let mut frame = vec![0x8a, MASKED | payload.len() as u8, 0, 0, 0, 0];
    frame.extend_from_slice(payload);
    frame
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn framed(opcode: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![0x80 | opcode];
        match payload.len() {
            short @ 0..=125 => frame.push(short as u8),
            long => {
                frame.push(126);
                frame.extend((long as u16).to_be_bytes());
            }
        }
        frame.extend_from_slice(payload);
        frame
    }

    #[test]
    fn a_socket_is_understood_wherever_it_is_cut() {
        let long = format!(
            r#"{{"position":7,"type":"batch_created","x":"{}"}}"#,
            "y".repeat(300)
        );
        let frames = [
            framed(1, br#"{"position":4,"type":"hello","log":"l"}"#),
            framed(9, b"?"),
            framed(1, long.as_bytes()),
            framed(1, br#"{"type":"stats","total_bets":1}"#),
            framed(1, br#"{"position":9,"type":"ping"}"#),
            framed(
                1,
                br#"{"type":"closing","reason":"stopping","retry_ms":1500}"#,
            ),
            framed(8, &[0x03, 0xf5, b'n', b'o']),
        ]
        .concat();
        let expected = [
            Heard::Begins(4),
            Heard::Answer(vec![0x8a, 0x81, 0, 0, 0, 0, b'?']),
            Heard::Event(7),
            Heard::UpTo(9),
            Heard::Retry(Duration::from_millis(1_500)),
            Heard::Closing("stopping".to_owned()),
            Heard::Closing("1013 no".to_owned()),
            Heard::End,
        ];
        for cut in 1..frames.len() {
            let mut decoder = WebSocketDecoder::default();
            let mut heard = Vec::new();
            for piece in frames.chunks(cut) {
                decoder.hear(piece, &mut heard).unwrap();
            }
            assert_eq!(heard, expected, "cut every {cut} bytes");
        }
    }

    #[test]
    fn what_is_no_frame_of_a_server_is_refused() {
        for bytes in [&[0x81, 0x81][..], &[0x81, 127, 1, 0, 0, 0, 0, 0, 0, 0]] {
            assert!(
                WebSocketDecoder::default()
                    .hear(bytes, &mut Vec::new())
                    .is_err()
            );
        }
    }
}
