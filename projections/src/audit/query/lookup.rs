//! What is read of the index for one part of a question.

use super::super::{
    key::{self, Listed, Numbered},
    offsets::{Offsets, read_offset, write_number},
    segment::NUMBER_CHARS,
};

/// Events that have any of some things.
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    parts: Vec<Part>,
    /// The only segments that hold any, where that is known.
    pub(super) segments: Option<Vec<i64>>,
    /// Whether each event that is found has one of the things for certain.
    pub(super) is_exact: bool,
}

/// One row of each segment, and what is looked for in it.
#[derive(Clone, Debug)]
struct Part {
    key: String,
    sought: Sought,
}

#[derive(Clone, Debug)]
enum Sought {
    /// All of the row.
    Whole,
    /// The events of a number, as it is written.
    Number(String),
    /// The events of words that begin so.
    Words(String),
}

impl Lookup {
    fn of(parts: Vec<Part>, is_exact: bool) -> Self {
        Self {
            parts,
            segments: None,
            is_exact,
        }
    }

    /// Any of some listed values.
    pub(super) fn listed<'a>(kind: Listed, values: impl IntoIterator<Item = &'a str>) -> Self {
        let whole = |value| Part {
            key: kind.key(value),
            sought: Sought::Whole,
        };
        Self::of(values.into_iter().map(whole).collect(), true)
    }

    /// A number.
    pub(super) fn number(kind: Numbered, number: u64) -> Self {
        let mut written = String::with_capacity(NUMBER_CHARS);
        write_number(number, &mut written);
        let part = Part {
            key: kind.key(number),
            sought: Sought::Number(written),
        };
        Self::of(vec![part], kind == Numbered::Account)
    }

    /// Words that begin as `word`, or more words than are kept.
    pub(super) fn words(word: &str) -> Self {
        let words = Part {
            key: key::of_word(word),
            sought: Sought::Words(word.to_owned()),
        };
        let wordy = Part {
            key: Listed::Wordy.key(""),
            sought: Sought::Whole,
        };
        Self::of(vec![words, wordy], false)
    }

    /// Only in these segments, where too much may be found.
    pub(super) fn in_segments(self, segments: Vec<i64>) -> Self {
        Self {
            segments: Some(segments),
            is_exact: false,
            ..self
        }
    }

    /// The keys of the rows to read.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.key.as_str())
    }

    /// What a segment's row of the key number `at` holds of what is looked for.
    pub(super) fn read(&self, at: usize, body: &str) -> Offsets {
        match self.parts.get(at).map(|part| &part.sought) {
            None => Offsets::default(),
            Some(Sought::Whole) => Offsets::read(body),
            Some(Sought::Number(written)) => of_number(body, written),
            Some(Sought::Words(word)) => of_words(body, word),
        }
    }
}

fn of_number(body: &str, written: &str) -> Offsets {
    let mut found = Offsets::default();
    let entries = body.as_bytes().chunks_exact(NUMBER_CHARS);
    for entry in entries {
        let (number, offset) = entry.split_at(written.len());
        if number == written.as_bytes()
            && let Some(offset) = read_offset(offset)
        {
            found.insert(offset);
        }
    }
    found
}

fn of_words(body: &str, word: &str) -> Offsets {
    let mut found = Offsets::default();
    for entry in body.split(',').filter(|entry| entry.starts_with(word)) {
        if let Some((_, offsets)) = entry.split_once(' ') {
            found.unite(&Offsets::read(offsets));
        }
    }
    found
}
