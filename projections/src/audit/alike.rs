//! Metadata that differs in the sequence of its message alone, if in anything.

use smallvec::SmallVec;

use super::{key::Numbered, segment::Segment};

/// The metadata of one event, as a pattern for those that follow.
#[derive(Debug)]
pub(super) struct AlikeMetadata {
    before: String,
    behind: String,
    found_by: FoundBy,
}

/// By what metadata is found, looked up in one segment.
#[derive(Debug, Default)]
pub(super) struct FoundBy {
    pub(super) slots: SmallVec<[usize; 4]>,
    pub(super) causes: SmallVec<[u64; 2]>,
    /// The range of its message stream.
    pub(super) range: Option<String>,
}

impl FoundBy {
    /// Takes an event with such metadata in.
    pub(super) fn insert(&self, segment: &mut Segment, sequence: Option<u64>, offset: u16) {
        for slot in &self.slots {
            segment.insert(*slot, offset);
        }
        for cause in &self.causes {
            segment.number(Numbered::Cause, *cause, offset);
        }
        if let (Some(range), Some(sequence)) = (&self.range, sequence) {
            segment.range(range, sequence.cast_signed());
        }
    }
}

impl AlikeMetadata {
    /// The pattern of `metadata`, which holds `sequence`; none when that is not where it belongs.
    pub(super) fn new(metadata: &str, sequence: Option<u64>, found_by: FoundBy) -> Option<Self> {
        const NAME: &str = "\"sequence\":";
        let Some(sequence) = sequence else {
            return Some(Self {
                before: metadata.to_owned(),
                behind: String::new(),
                found_by,
            });
        };
        let at = metadata.find(NAME)? + NAME.len();
        let (before, rest) = metadata.split_at(at);
        let behind = rest.strip_prefix(&sequence.to_string())?;
        Some(Self {
            before: before.to_owned(),
            behind: behind.to_owned(),
            found_by,
        })
    }

    /// Takes the event at `offset` in when `metadata` differs in the sequence alone. Says whether
    /// it does.
    pub(super) fn take(&self, segment: &mut Segment, metadata: &str, offset: u16) -> bool {
        let sequence = self.sequence_of(metadata);
        if let Some(sequence) = sequence {
            self.found_by.insert(segment, sequence, offset);
        }
        sequence.is_some()
    }

    /// The sequence in `metadata`, when it differs in nothing else.
    fn sequence_of(&self, metadata: &str) -> Option<Option<u64>> {
        let rest = metadata.strip_prefix(self.before.as_str())?;
        if self.found_by.range.is_none() {
            return rest.is_empty().then_some(None);
        }
        let digits = rest.strip_suffix(self.behind.as_str())?;
        digits.parse().ok().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(who: &str, sequence: &str) -> String {
        format!(
            r#"{{"who":"{who}","how":"stream","source":{{"stream":"BETS","sequence":{sequence}}},"build":"0.1.0"}}"#
        )
    }

    fn of_stream() -> FoundBy {
        FoundBy {
            range: Some("source BETS".to_owned()),
            ..FoundBy::default()
        }
    }

    #[test]
    fn only_the_sequence_may_differ() {
        let alike = AlikeMetadata::new(&metadata("a", "7"), Some(7), of_stream()).unwrap();
        assert_eq!(
            alike.sequence_of(&metadata("a", "12345")),
            Some(Some(12_345))
        );
        for other in [
            metadata("b", "8"),
            metadata("a", "8.5"),
            metadata("a", ""),
            metadata("a", "8},\"x\":{\"y\":9"),
        ] {
            assert_eq!(alike.sequence_of(&other), None, "{other}");
        }
        assert!(AlikeMetadata::new(&metadata("a", "8"), Some(7), of_stream()).is_none());
    }

    #[test]
    fn without_a_message_nothing_may_differ() {
        let text = r#"{"who":"ana","how":"http","build":"0.1.0"}"#;
        let alike = AlikeMetadata::new(text, None, FoundBy::default()).unwrap();
        assert_eq!(alike.sequence_of(text), Some(None));
        assert_eq!(alike.sequence_of(&format!("{text} ")), None);
    }
}
