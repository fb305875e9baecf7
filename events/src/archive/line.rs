//! The lines of an archive.

mod beside;
mod event;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::event::write_event;
use crate::{
    chain::{Block, Hash},
    envelope::{EventRow, Position},
    ids::IdKind,
    money::Currency,
    store::{DeadLetter, Head, KeptAnswer, LogIdentity, OutcomeCounts},
};

/// The format that is written. A reader takes this and every earlier one.
pub const FORMAT: u32 = 1;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Which log follows.
    Log(Header),
    /// An event.
    Event(EventRow),
    /// The seal over the events since the last one.
    Block(Block),
    /// A dead letter.
    Letter(DeadLetter),
    /// An answer under an idempotency key.
    Answer(KeptAnswer),
    /// The end of a backup.
    End(End),
}

/// What an archive says of itself first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What it holds.
    pub holds: Holds,
    /// Which log, and where it ends.
    pub head: Head,
}

/// What an archive holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// Events with their blocks: an export of a whole log.
    Events,
    /// Everything that is kept: a backup.
    Everything,
}

/// What a backup says last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// How many events, dead letters and answers there are before.
    pub lines: Lines,
    /// What became of the messages of the stream.
    pub counts: OutcomeCounts,
    /// The largest id of each kind that may have been given out.
    pub used_ids: Vec<(IdKind, i64)>,
    /// BLAKE3 of all bytes before this line.
    pub hash: Hash,
}

/// How many lines of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// Events.
    pub events: u64,
    /// Blocks.
    pub blocks: u64,
    /// Dead letters.
    pub letters: u64,
    /// Answers.
    pub answers: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderShape {
    log: Uuid,
    format: u32,
    holds: Holds,
    epoch: i64,
    currency: String,
    position: Position,
    block_hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockShape {
    first_position: Position,
    last_position: Position,
    root: String,
    digests: String,
    previous: String,
    hash: String,
}

#[derive(Serialize, Deserialize)]
struct BlockLine {
    block: BlockShape,
}

/// Writes the first line.
pub fn write_header(header: &Header, out: &mut Vec<u8>) {
    let Head {
        identity,
        position,
        block_hash,
    } = header.head;
    let shape = HeaderShape {
        log: identity.log,
        format: FORMAT,
        holds: header.holds,
        epoch: identity.epoch,
        currency: identity.currency.code().to_owned(),
        position,
        block_hash: hex(&block_hash),
    };
    write_line(&shape, out);
}

/// Writes the seal over the events before.
pub fn write_block(block: &Block, out: &mut Vec<u8>) {
    let shape = BlockShape {
        first_position: block.first,
        last_position: block.last,
        root: hex(&block.root),
        digests: BASE64_STANDARD.encode(&block.digests),
        previous: hex(&block.previous),
        hash: hex(&block.hash),
    };
    write_line(&BlockLine { block: shape }, out);
}

/// Writes a dead letter.
pub fn write_letter(letter: &DeadLetter, out: &mut Vec<u8>) {
    write_line(&beside::LetterLine::of(letter), out);
}

/// Writes an answer.
pub fn write_answer(answer: &KeptAnswer, out: &mut Vec<u8>) {
    write_line(&beside::AnswerLine::of(answer), out);
}

/// Writes the last line of a backup.
pub fn write_end(end: &End, out: &mut Vec<u8>) {
    write_line(&beside::EndLine::of(end), out);
}

impl Line {
    /// Reads a line, without its line break.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(line: &str) -> Result<Self, String> {
        let kind = line
            .strip_prefix("{\"")
            .and_then(|rest| rest.split('"').next());
        match kind {
            Some("position") => event::parse(line).map(Self::Event),
            Some("block") => read::<BlockLine>(line)?.block.block().map(Self::Block),
            Some("log") => read::<HeaderShape>(line)?.header().map(Self::Log),
            Some("letter") => read::<beside::LetterLine>(line)?.letter().map(Self::Letter),
            Some("answer") => read::<beside::AnswerLine>(line)?.answer().map(Self::Answer),
            Some("end") => read::<beside::EndLine>(line)?.end().map(Self::End),
            Some(other) => Err(format!(
                "a line that begins with {other:?} is none of an archive"
            )),
            None => Err("this is no line of an archive".to_owned()),
        }
    }

    /// What the line is called in a message.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Log(_) => "log",
            Self::Event(_) => "event",
            Self::Block(_) => "block",
            Self::Letter(_) => "letter",
            Self::Answer(_) => "answer",
            Self::End(_) => "end",
        }
    }
}

impl HeaderShape {
    fn header(self) -> Result<Header, String> {
        if !(1..=FORMAT).contains(&self.format) {
            return Err(format!(
                "format {} is not known, the newest known is {FORMAT}: take a newer version",
                self.format
            ));
        }
        let currency: Currency = self.currency.parse().map_err(|error| format!("{error}"))?;
        Ok(Header {
            holds: self.holds,
            head: Head {
                identity: LogIdentity {
                    log: self.log,
                    epoch: self.epoch,
                    currency,
                },
                position: self.position,
                block_hash: unhex("block_hash", &self.block_hash)?,
            },
        })
    }
}

impl BlockShape {
    fn block(self) -> Result<Block, String> {
        Ok(Block {
            first: self.first_position,
            last: self.last_position,
            root: unhex("root", &self.root)?,
            digests: unbase64("digests", &self.digests)?,
            previous: unhex("previous", &self.previous)?,
            hash: unhex("hash", &self.hash)?,
        })
    }
}

fn read<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|error| error.to_string())
}

fn write_line(shape: &impl Serialize, out: &mut Vec<u8>) {
    // Shapes hold strings and integers only, and a vector takes everything.
    let written = serde_json::to_writer(&mut *out, shape);
    written.unwrap_or_else(|error| unreachable!("a line could not be written: {error}"));
    out.push(b'\n');
}

fn hex(hash: &Hash) -> String {
    blake3::Hash::from_bytes(*hash).to_hex().to_string()
}

fn unhex(field: &str, text: &str) -> Result<Hash, String> {
    let hash = blake3::Hash::from_hex(text)
        .map_err(|error| format!("{field} {text:?} is no hash: {error}"))?;
    Ok(*hash.as_bytes())
}

fn unbase64(field: &str, text: &str) -> Result<Vec<u8>, String> {
    let bytes = BASE64_STANDARD.decode(text);
    bytes.map_err(|error| format!("{field} is no base64: {error}"))
}
