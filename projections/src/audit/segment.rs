//! One segment of the index: what 4,096 successive events are found by.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use betstream_events::{envelope::Position, ids::GameId, store::Span};

use super::{
    key::{self, Listed, Numbered},
    offsets::{Offsets, write_number, write_offset},
};

/// How many positions a segment has: a set of them is at most 683 characters, and an index of ten
/// million events has 2,442 of them.
pub(super) const EVENTS: usize = 4_096;

/// A place in the index: the segment of a position, and the offset in it.
pub(super) const fn place_of(position: Position) -> (i64, u16) {
    let at = position.0 - 1;
    (
        at.div_euclid(EVENTS as i64),
        at.rem_euclid(EVENTS as i64) as u16,
    )
}

/// The position at an offset of a segment.
pub(super) const fn position_of(segment: i64, offset: u16) -> Position {
    Position(segment * EVENTS as i64 + offset as i64 + 1)
}

/// The positions of a segment.
pub(super) const fn span_of(segment: i64) -> Span<Position> {
    Span {
        after: Position(segment * EVENTS as i64),
        up_to: Position((segment + 1) * EVENTS as i64),
    }
}

/// What the events of one segment, or some of them, are found by.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Segment {
    pub(super) number: i64,
    /// The events of each listed value and of each word, by slot.
    sets: Vec<Offsets>,
    listed: [HashMap<String, usize>; Listed::COUNT],
    words: HashMap<String, usize>,
    /// Numbers with their events, by kind and row.
    numbered: [[Vec<(u64, u16)>; Numbered::ROWS]; Numbered::ALL.len()],
    /// The lowest and the highest number of each message stream, and of new bets.
    ranges: BTreeMap<String, (i64, i64)>,
    /// Markets that begin here.
    markets: Vec<GameId>,
}

/// One row of the index.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct IndexRow {
    pub(super) key: String,
    pub(super) body: String,
}

impl Segment {
    /// Nothing yet.
    pub(super) fn new(number: i64) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    /// The slot of a listed value.
    pub(super) fn listed(&mut self, kind: Listed, value: &str) -> usize {
        slot(&mut self.listed[kind as usize], &mut self.sets, value)
    }

    /// The slot of a word.
    pub(super) fn word(&mut self, word: &str) -> usize {
        slot(&mut self.words, &mut self.sets, word)
    }

    /// Takes the event at `offset` into a slot. Says whether it was not there.
    pub(super) fn insert(&mut self, slot: usize, offset: u16) -> bool {
        self.sets[slot].insert(offset)
    }

    /// Takes the event at `offset` in under a number.
    pub(super) fn number(&mut self, kind: Numbered, number: u64, offset: u16) {
        self.numbered[kind as usize][key::row_of(number)].push((number, offset));
    }

    /// Widens the range `of` to hold `number`.
    pub(super) fn range(&mut self, of: &str, number: i64) {
        if let Some((lowest, highest)) = self.ranges.get_mut(of) {
            (*lowest, *highest) = ((*lowest).min(number), (*highest).max(number));
        } else {
            self.ranges.insert(of.to_owned(), (number, number));
        }
    }

    /// Notes a market that begins here.
    pub(super) fn market(&mut self, market: GameId) {
        self.markets.push(market);
    }

    /// Takes in `more` of the same segment, and gives the rows that are other than before.
    pub(super) fn absorb(&mut self, more: Self) -> Vec<IndexRow> {
        let first_letter = |word: &String| word.chars().next();
        let letters: BTreeSet<char> = more.words.keys().filter_map(first_letter).collect();
        let mut rows = Vec::new();
        for (kind, values) in LISTED.into_iter().zip(&more.listed) {
            for (value, theirs) in values {
                let ours = self.listed(kind, value);
                self.sets[ours].unite(&more.sets[*theirs]);
                let mut body = String::new();
                self.sets[ours].write(&mut body);
                let key = kind.key(value);
                rows.push(IndexRow { key, body });
            }
        }
        for (word, theirs) in &more.words {
            let ours = self.word(word);
            self.sets[ours].unite(&more.sets[*theirs]);
        }
        rows.extend(letters.into_iter().map(|letter| self.word_row(letter)));
        for (kind, theirs) in Numbered::ALL.into_iter().zip(more.numbered) {
            for (row, entries) in theirs.into_iter().enumerate() {
                if !entries.is_empty() {
                    let ours = &mut self.numbered[kind as usize][row];
                    ours.extend(entries);
                    ours.sort_unstable();
                    ours.dedup();
                    let (key, body) = (kind.row_key(row), numbers_text(ours));
                    rows.push(IndexRow { key, body });
                }
            }
        }
        for (of, (lowest, highest)) in &more.ranges {
            self.range(of, *lowest);
            self.range(of, *highest);
        }
        rows.sort_unstable_by(|one, other| one.key.cmp(&other.key));
        rows
    }

    /// The ranges as they are now.
    pub(super) const fn ranges(&self) -> &BTreeMap<String, (i64, i64)> {
        &self.ranges
    }

    /// Takes the markets that begin here.
    pub(super) fn take_markets(&mut self) -> Vec<GameId> {
        std::mem::take(&mut self.markets)
    }

    /// `alpha 0A0B,alphabet 0C`
    fn word_row(&self, letter: char) -> IndexRow {
        let begins = |(word, _): &(&String, &usize)| word.starts_with(letter);
        let mut words: Vec<(&String, &usize)> = self.words.iter().filter(begins).collect();
        words.sort_unstable();
        let mut body = String::new();
        for (word, slot) in words {
            if !body.is_empty() {
                body.push(',');
            }
            body.push_str(word);
            body.push(' ');
            self.sets[*slot].write(&mut body);
        }
        let key = key::of_word(&letter.to_string());
        IndexRow { key, body }
    }
}

const LISTED: [Listed; Listed::COUNT] = [
    Listed::Type,
    Listed::Who,
    Listed::Road,
    Listed::Source,
    Listed::Wordy,
];

fn slot(slots: &mut HashMap<String, usize>, sets: &mut Vec<Offsets>, name: &str) -> usize {
    if let Some(slot) = slots.get(name) {
        return *slot;
    }
    sets.push(Offsets::default());
    slots.insert(name.to_owned(), sets.len() - 1);
    sets.len() - 1
}

/// Ten characters for each, in the order of the numbers.
fn numbers_text(entries: &[(u64, u16)]) -> String {
    let mut text = String::with_capacity(entries.len() * NUMBER_CHARS);
    for (number, offset) in entries {
        write_number(*number, &mut text);
        write_offset(*offset, &mut text);
    }
    text
}

/// Characters of a number with its offset.
pub(super) const NUMBER_CHARS: usize = 10;
