//! Which events of a segment: a set of offsets, and its text in the index.
//!
//! Up to [`FEW`] offsets are kept one by one, two characters each; more as one bit for each event of
//! the segment, six to a character. The characters stand in the order of their values.

use smallvec::SmallVec;

use super::segment::EVENTS;

/// So many offsets are kept one by one at most.
const FEW: usize = 256;
/// Words of the bits.
const WORDS: usize = EVENTS / 64;
/// Characters of the bits.
const MANY_CHARS: usize = EVENTS.div_ceil(6);

const ALPHABET: &[u8; 64] = b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

/// The value of a character, 64 for one that is none of ours.
const VALUES: [u8; 256] = {
    let mut values = [64; 256];
    let mut at = 0;
    while at < 64 {
        values[ALPHABET[at] as usize] = at as u8;
        at += 1;
    }
    values
};

/// A set of offsets within one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Offsets {
    /// Ascending, at most [`FEW`].
    Few(SmallVec<[u16; 8]>),
    /// More than [`FEW`].
    Many(Box<[u64; WORDS]>),
}

impl Default for Offsets {
    fn default() -> Self {
        Self::Few(SmallVec::new())
    }
}

impl Offsets {
    /// Every event of a segment.
    pub(super) fn all() -> Self {
        Self::Many(Box::new([u64::MAX; WORDS]))
    }

    /// Takes `offset` in. Says whether it was not there.
    pub(super) fn insert(&mut self, offset: u16) -> bool {
        let few = match self {
            Self::Few(few) => few,
            Self::Many(bits) => {
                let (word, bit) = (&mut bits[usize::from(offset / 64)], 1 << (offset % 64));
                let is_new = *word & bit == 0;
                *word |= bit;
                return is_new;
            }
        };
        let is_new = match few.last() {
            Some(last) if *last >= offset => match few.binary_search(&offset) {
                Ok(_) => false,
                Err(place) => {
                    few.insert(place, offset);
                    true
                }
            },
            _ => {
                few.push(offset);
                true
            }
        };
        if few.len() > FEW {
            *self = Self::Many(Box::new(self.bits()));
        }
        is_new
    }

    /// Takes in what `other` holds.
    pub(super) fn unite(&mut self, other: &Self) {
        match (&mut *self, other) {
            (_, Self::Few(few)) => few.iter().for_each(|offset| {
                self.insert(*offset);
            }),
            (Self::Many(ours), Self::Many(theirs)) => {
                ours.iter_mut()
                    .zip(theirs.iter())
                    .for_each(|(ours, theirs)| *ours |= theirs);
            }
            (Self::Few(_), Self::Many(theirs)) => {
                let mut united = Self::Many(theirs.clone());
                united.unite(self);
                *self = united;
            }
        }
    }

    /// What both hold.
    #[must_use]
    pub(super) fn common(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Few(few), _) => {
                Self::Few(few.iter().copied().filter(|at| other.holds(*at)).collect())
            }
            (Self::Many(_), Self::Few(_)) => other.common(self),
            (Self::Many(ours), Self::Many(theirs)) => {
                let bits = std::array::from_fn(|at| ours[at] & theirs[at]);
                Self::of_bits(bits)
            }
        }
    }

    /// Those from `first` to `last`.
    #[must_use]
    pub(super) fn between(self, first: u16, last: u16) -> Self {
        if first == 0 && usize::from(last) >= EVENTS - 1 {
            return self;
        }
        let within = self.iter().filter(|at| (first..=last).contains(at));
        let mut kept = Self::default();
        within.for_each(|offset| {
            kept.insert(offset);
        });
        kept
    }

    /// Whether it holds `offset`.
    pub(super) fn holds(&self, offset: u16) -> bool {
        match self {
            Self::Few(few) => few.binary_search(&offset).is_ok(),
            Self::Many(bits) => bits[usize::from(offset / 64)] >> (offset % 64) & 1 == 1,
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(few) => few.len(),
            Self::Many(bits) => bits.iter().map(|word| word.count_ones() as usize).sum(),
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        let (few, many) = match self {
            Self::Few(few) => (Some(few.iter().copied()), None),
            Self::Many(bits) => (None, Some(bits)),
        };
        let of_word = |(at, word): (usize, &u64)| {
            let word = *word;
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| (at * 64 + bit) as u16)
        };
        let many = many
            .into_iter()
            .flat_map(move |bits| bits.iter().enumerate().flat_map(of_word));
        few.into_iter().flatten().chain(many)
    }

    /// Appends its text.
    pub(super) fn write(&self, text: &mut String) {
        match self {
            Self::Few(few) => few.iter().for_each(|offset| write_offset(*offset, text)),
            Self::Many(bits) => text.extend((0..MANY_CHARS).map(|at| {
                let value = (0..6)
                    .map(|bit| at * 6 + bit)
                    .filter(|offset| {
                        *offset < EVENTS && bits[offset / 64] >> (offset % 64) & 1 == 1
                    })
                    .fold(0_u8, |value, offset| value | 1 << (offset % 6));
                char::from(ALPHABET[usize::from(value)])
            })),
        }
    }

    /// Reads what [`Self::write`] wrote; characters of anybody else hold nothing.
    pub(super) fn read(text: &str) -> Self {
        let bytes = text.as_bytes();
        if bytes.len() != MANY_CHARS {
            let mut few = Self::default();
            bytes
                .chunks_exact(2)
                .filter_map(read_offset)
                .for_each(|offset| {
                    few.insert(offset);
                });
            return few;
        }
        let mut bits = [0; WORDS];
        for (at, byte) in bytes.iter().enumerate() {
            let value = VALUES[usize::from(*byte)];
            let held = (0..6).filter(|bit| value < 64 && value >> bit & 1 == 1);
            for offset in held
                .map(|bit| at * 6 + bit)
                .filter(|offset| *offset < EVENTS)
            {
                bits[offset / 64] |= 1 << (offset % 64);
            }
        }
        Self::of_bits(bits)
    }

    fn of_bits(bits: [u64; WORDS]) -> Self {
        let many = Self::Many(Box::new(bits));
        if many.len() > FEW {
            return many;
        }
        Self::Few(many.iter().collect())
    }

    fn bits(&self) -> [u64; WORDS] {
        let mut bits = [0; WORDS];
        for offset in self.iter() {
            bits[usize::from(offset / 64)] |= 1 << (offset % 64);
        }
        bits
    }
}

/// Appends one offset, two characters.
pub(super) fn write_offset(offset: u16, text: &mut String) {
    text.push(char::from(ALPHABET[usize::from(offset / 64) % 64]));
    text.push(char::from(ALPHABET[usize::from(offset % 64)]));
}

/// Reads one offset.
pub(super) fn read_offset(bytes: &[u8]) -> Option<u16> {
    let [high, low] = bytes else { return None };
    let (high, low) = (VALUES[usize::from(*high)], VALUES[usize::from(*low)]);
    (high < 64 && low < 64).then(|| u16::from(high) * 64 + u16::from(low))
}

/// Appends a number of 48 bits, eight characters.
pub(super) fn write_number(number: u64, text: &mut String) {
    let digit = |at: u32| char::from(ALPHABET[(number >> (6 * at) & 63) as usize]);
    text.extend((0..8).rev().map(digit));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set_of(offsets: &BTreeSet<u16>) -> Offsets {
        let mut set = Offsets::default();
        offsets.iter().for_each(|offset| {
            set.insert(*offset);
        });
        set
    }

    fn offsets() -> impl Strategy<Value = BTreeSet<u16>> {
        let size = prop_oneof![0_usize..5, 250_usize..270, 1_000_usize..1_500];
        size.prop_flat_map(|size| prop::collection::vec(0_u16..4_096, size))
            .prop_map(|offsets| offsets.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_set_is_a_set_and_its_text_is_read_back(one in offsets(), other in offsets()) {
            let (first, second) = (set_of(&one), set_of(&other));
            prop_assert_eq!(first.iter().collect::<BTreeSet<_>>(), one.clone());
            prop_assert_eq!(first.len(), one.len());
            let mut text = String::new();
            first.write(&mut text);
            prop_assert_eq!(Offsets::read(&text), first.clone());

            let common: BTreeSet<u16> = one.intersection(&other).copied().collect();
            prop_assert_eq!(first.common(&second), set_of(&common));
            let union: BTreeSet<u16> = one.union(&other).copied().collect();
            let mut united = first.clone();
            united.unite(&second);
            prop_assert_eq!(united, set_of(&union));
            let within: BTreeSet<u16> = one.range(100..=3_000).copied().collect();
            prop_assert_eq!(first.between(100, 3_000), set_of(&within));
        }
    }

    #[test]
    fn a_whole_segment_holds_every_offset() {
        assert_eq!(Offsets::all().len(), EVENTS);
        let mut text = String::new();
        Offsets::all().write(&mut text);
        assert_eq!(Offsets::read(&text), Offsets::all());
    }
}
