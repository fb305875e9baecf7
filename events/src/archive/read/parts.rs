//! From lines to what a log is filled with.

use std::io::{BufRead, ErrorKind, Read};

use tokio::sync::mpsc::Sender;

use super::ReadError;
use crate::{
    archive::line::{End, Header, Holds, Line, Lines},
    chain::Block,
    envelope::{EventRow, Position},
    store::{DeadLetter, KeptAnswer},
};

/// Longest line in bytes: an event or a letter stays far below, and no more is held of a file that
/// has no line breaks.
const LONGEST_LINE: u64 = 128 << 20;

/// What is kept beside the events goes on in groups of about so many bytes.
const BESIDE_BYTES: usize = 4 << 20;

/// Something that a log is filled with.
pub(super) enum Part {
    Block(Block, Vec<EventRow>),
    Beside(Vec<DeadLetter>, Vec<KeptAnswer>),
    End(End),
}

/// The lines of an archive, put together.
pub(super) struct Parts<R> {
    source: R,
    line: u64,
    text: Vec<u8>,
    hasher: blake3::Hasher,
    lines: Lines,
    holds: Holds,
    last: Position,
    rows: Vec<EventRow>,
    letters: Vec<DeadLetter>,
    answers: Vec<KeptAnswer>,
    beside: usize,
}

impl<R: BufRead> Parts<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            line: 0,
            text: Vec::new(),
            hasher: blake3::Hasher::new(),
            lines: Lines::default(),
            holds: Holds::Events,
            last: Position::START,
            rows: Vec::new(),
            letters: Vec::new(),
            answers: Vec::new(),
            beside: 0,
        }
    }

    /// Reads the first line.
    pub(super) fn header(&mut self) -> Result<Header, ReadError> {
        match self.next()? {
            Some(Line::Log(header)) => {
                self.holds = header.holds;
                Ok(header)
            }
            Some(other) => Err(self.wrong(format!(
                "it begins with an {}, not with the log it is of: a selection of events cannot be \
                 taken in, export without filters",
                other.kind()
            ))),
            None => Err(ReadError::CutShort("it is empty".to_owned())),
        }
    }

    /// Reads everything else, until nobody takes it any more.
    pub(super) fn hand_on(&mut self, taker: &Sender<Part>) -> Result<(), ReadError> {
        while let Some(line) = self.next()? {
            let part = self.take(line)?;
            let is_end = matches!(part, Some(Part::End(_)));
            if is_end && taker.blocking_send(self.beside()).is_err() {
                return Ok(());
            }
            if let Some(part) = part
                && taker.blocking_send(part).is_err()
            {
                return Ok(());
            }
            if is_end {
                return match self.next()? {
                    None => Ok(()),
                    Some(_) => Err(self.wrong("it stands behind the end".to_owned())),
                };
            }
        }
        if let Some(row) = self.rows.last() {
            return Err(ReadError::CutShort(format!(
                "the block over position {} is missing",
                row.position
            )));
        }
        match self.holds {
            Holds::Events => Ok(()),
            Holds::Everything => Err(ReadError::CutShort(format!(
                "its last line is missing, {} events were read",
                self.lines.events
            ))),
        }
    }

    fn take(&mut self, line: Line) -> Result<Option<Part>, ReadError> {
        match line {
            Line::Event(row) => {
                let (due, position) = (self.last.next(), row.position);
                if position != due {
                    let what = if position > due {
                        format!(
                            "position {due} is due and position {position} stands here: events are missing"
                        )
                    } else {
                        format!("position {due} is due and position {position} stands here again")
                    };
                    return Err(self.wrong(what));
                }
                self.last = position;
                self.lines.events += 1;
                self.rows.push(row);
                Ok(None)
            }
            Line::Block(block) => {
                self.lines.blocks += 1;
                Ok(Some(Part::Block(block, std::mem::take(&mut self.rows))))
            }
            Line::Letter(letter) if self.holds == Holds::Everything => {
                self.lines.letters += 1;
                self.beside += letter.letter.bytes.len();
                self.letters.push(letter);
                Ok(self.full_group())
            }
            Line::Answer(answer) if self.holds == Holds::Everything => {
                self.lines.answers += 1;
                self.beside += answer.key.answer.len();
                self.answers.push(answer);
                Ok(self.full_group())
            }
            Line::End(end) if self.holds == Holds::Everything => {
                if end.lines != self.lines {
                    let (said, read) = (end.lines, self.lines);
                    return Err(self.wrong(format!("it says {said:?}, {read:?} were read")));
                }
                Ok(Some(Part::End(end)))
            }
            other => Err(self.wrong(format!("no {} line belongs here", other.kind()))),
        }
    }

    fn full_group(&mut self) -> Option<Part> {
        (self.beside >= BESIDE_BYTES).then(|| self.beside())
    }

    fn beside(&mut self) -> Part {
        self.beside = 0;
        Part::Beside(
            std::mem::take(&mut self.letters),
            std::mem::take(&mut self.answers),
        )
    }

    /// The next line, if there is one.
    fn next(&mut self) -> Result<Option<Line>, ReadError> {
        self.text.clear();
        let read = self
            .source
            .by_ref()
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut self.text);
        let read = read.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => ReadError::CutShort(format!(
                "it ends behind line {} (position {})",
                self.line, self.last
            )),
            _ => ReadError::File(error.to_string()),
        })?;
        if read == 0 {
            return Ok(None);
        }
        self.line += 1;
        let Some((b'\n', bytes)) = self.text.split_last() else {
            return Err(ReadError::CutShort(format!(
                "it ends in the middle of line {} (position {} is whole)",
                self.line, self.last
            )));
        };
        let line = std::str::from_utf8(bytes)
            .map_err(|error| error.to_string())
            .and_then(Line::parse);
        let line = line.map_err(|what| self.wrong(what))?;
        match &line {
            Line::End(end) if *self.hasher.finalize().as_bytes() != end.hash => {
                return Err(self.wrong(
                    "the bytes before it are not those that were written: their BLAKE3 is another one"
                        .to_owned(),
                ));
            }
            _ => self.hasher.update(&self.text),
        };
        Ok(Some(line))
    }

    fn wrong(&self, what: String) -> ReadError {
        ReadError::Line {
            line: self.line,
            what,
        }
    }
}
