//! By what an event is found.
//!
//! Nineteen of twenty events are bets of markets, and most of them are alike: their metadata differs
//! in the sequence of their message alone, and their words are those of the bet before. What is
//! alike is looked up once in a segment, so that a bet costs a few comparisons and as many bits.

use std::sync::Arc;

use betstream_events::{
    envelope::{RecordedEvent, Version},
    event::{Event, EventType},
    ids::GameId,
    market::{MarketBet, MarketEvent, RefusedBet},
    metadata::Metadata,
    wire,
};
use smallvec::SmallVec;

use super::{
    alike::{AlikeMetadata, FoundBy},
    key::{self, Listed, Numbered},
    segment::{Segment, place_of},
    subjects::{Subject, new_pids, subjects},
    words,
};

/// Of an event so many words are kept; it is looked at itself where there are more.
const MOST_WORDS: usize = 256;
/// How many kinds of bet are remembered.
const MOST_BET_TYPES: usize = 16;

/// The range of the bets that batches gain.
pub(super) const NEW_PIDS: &str = "pid";

/// What the events of one commit add to the index, by segment.
#[derive(Debug, Default)]
pub(super) struct AuditChanges {
    pub(super) segments: Vec<Segment>,
    /// What was looked up in the last of them.
    alike: Alike,
}

/// What successive market bets have in common; it belongs to one segment.
#[derive(Debug, Default)]
struct Alike {
    metadata: Option<AlikeMetadata>,
    bet_recorded: Option<usize>,
    bet_types: Vec<(Arc<str>, Slots)>,
}

type Slots = SmallVec<[usize; 4]>;

/// Adds what `recorded` is found by.
pub(super) fn fold(changes: &mut AuditChanges, recorded: &RecordedEvent) {
    let (number, offset) = place_of(recorded.position);
    if changes
        .segments
        .last()
        .is_none_or(|last| last.number != number)
    {
        changes.segments.push(Segment::new(number));
        changes.alike = Alike::default();
    }
    let Some(segment) = changes.segments.last_mut() else {
        return;
    };
    let alike = &mut changes.alike;
    by_metadata(segment, alike, &recorded.metadata, offset);
    match &recorded.event {
        Event::Market(MarketEvent::BetRecorded(bet)) => {
            by_bet(segment, alike, bet, offset);
            if bet.bet_id != recorded.event_id.uuid() {
                segment.number(Numbered::Bet, key::of_bet(bet.bet_id), offset);
            }
        }
        event => by_anything(segment, recorded, event, offset),
    }
    if recorded.version == Version::NONE.plus(1)
        && let Event::Market(
            MarketEvent::BetRecorded(MarketBet { game_id, .. })
            | MarketEvent::BetRefused(RefusedBet { game_id, .. }),
        ) = &recorded.event
    {
        segment.market(game_id.clone());
    }
}

/// A market's own bet. Its id is that of the event and its market is its stream, so it has no rows
/// of its own.
fn by_bet(segment: &mut Segment, alike: &mut Alike, bet: &MarketBet, offset: u16) {
    let event_type = alike
        .bet_recorded
        .get_or_insert_with(|| segment.listed(Listed::Type, EventType::MarketBetRecorded.name()));
    segment.insert(*event_type, offset);
    let known = alike
        .bet_types
        .iter()
        .position(|(bet_type, _)| *bet_type == bet.bet_type);
    let known = known.unwrap_or_else(|| {
        if alike.bet_types.len() == MOST_BET_TYPES {
            alike.bet_types.clear();
        }
        let mut slots = Slots::new();
        for text in [&*bet.bet_type, bet.amount.currency().code()] {
            words::of_text(text, &mut |word| {
                if words::is_kept(word) {
                    slots.push(segment.word(word));
                }
            });
        }
        alike.bet_types.push((bet.bet_type.clone(), slots));
        alike.bet_types.len() - 1
    });
    for slot in &alike.bet_types[known].1 {
        segment.insert(*slot, offset);
    }
    if let Some(selection) = &bet.selection {
        // Of the canonical form no word is kept that the written one has not.
        by_words(segment, selection.written(), offset);
    }
}

/// Any other event.
fn by_anything(segment: &mut Segment, recorded: &RecordedEvent, event: &Event, offset: u16) {
    let event_type = segment.listed(Listed::Type, event.event_type().name());
    segment.insert(event_type, offset);
    let own_id = recorded.event_id.uuid();
    subjects(event, &mut |subject| match subject {
        Subject::Account(account) => {
            segment.number(Numbered::Account, key::of_account(account), offset);
        }
        Subject::Bet(bet) if bet == own_id => {}
        Subject::Bet(bet) => segment.number(Numbered::Bet, key::of_bet(bet), offset),
        Subject::Market(_) if matches!(event, Event::Market(_)) => {}
        Subject::Market(market) => {
            segment.number(Numbered::Market, key::of_market(market), offset);
        }
        Subject::Pid(_) => {}
    });
    if let Some((lowest, highest)) = new_pids(event) {
        segment.range(NEW_PIDS, lowest.get());
        segment.range(NEW_PIDS, highest.get());
    }
    let mut seen = 0;
    words::of_json(&wire::encode(event), &mut |word| {
        if words::is_kept(word) && seen < MOST_WORDS {
            let slot = segment.word(word);
            seen += usize::from(segment.insert(slot, offset));
            if seen == MOST_WORDS {
                let wordy = segment.listed(Listed::Wordy, "");
                segment.insert(wordy, offset);
            }
        }
    });
}

fn by_metadata(segment: &mut Segment, alike: &mut Alike, metadata: &str, offset: u16) {
    if let Some(last) = &alike.metadata
        && last.take(segment, metadata, offset)
    {
        return;
    }
    let Ok(read) = serde_json::from_str::<Metadata>(metadata) else {
        // Somebody else's: it is found by everything else.
        return;
    };
    let mut found_by = FoundBy::default();
    let slots = &mut found_by.slots;
    slots.push(segment.listed(Listed::Who, &read.who));
    slots.push(segment.listed(Listed::Road, read.how.word()));
    if let Some(source) = &read.source {
        slots.push(segment.listed(Listed::Source, &source.stream));
        found_by.range = Some(Listed::Source.key(&source.stream));
    }
    words::of_text(read.reason.as_deref().unwrap_or_default(), &mut |word| {
        if words::is_kept(word) {
            slots.push(segment.word(word));
        }
    });
    let causes = [&read.correlation, &read.causation].into_iter().flatten();
    found_by
        .causes
        .extend(causes.map(|cause| key::of_words(cause)));
    let sequence = read.source.map(|source| source.sequence);
    found_by.insert(segment, sequence, offset);
    alike.metadata = AlikeMetadata::new(metadata, sequence, found_by);
}

fn by_words(segment: &mut Segment, text: &str, offset: u16) {
    words::of_text(text, &mut |word| {
        if words::is_kept(word) {
            let slot = segment.word(word);
            segment.insert(slot, offset);
        }
    });
}

/// The words by which a market is found.
pub(super) fn market_words(market: &GameId) -> Vec<String> {
    let mut found = Vec::new();
    words::of_text(market.as_str(), &mut |word| found.push(word.to_owned()));
    found.sort_unstable();
    found.dedup();
    found
}
