//! Which event types there are, in which versions, and who makes something of each.
//!
//! Who consumes a type is found by trying: its recorded examples are folded, and who has something
//! to write afterwards consumes it.

use betstream_events::{
    envelope::{RecordedEvent, StreamName},
    event::EventType,
    wire::{catalog, upcast},
};

use crate::{
    desk::Desk,
    feed::LiveMessage,
    markets::Markets,
    odds::Odds,
    projection::{Projection, ProjectionName},
    stats::Stats,
};

/// One event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventKind {
    /// The type.
    pub event_type: EventType,
    /// The version in which it is written.
    pub current_version: i32,
    /// Every version that was ever written, the first one first.
    pub versions: Vec<Shape>,
    /// In whose streams it is, and so which kind of actor is made of it: `account`, `batch`,
    /// `market`, `dead-letter`.
    pub actor: &'static str,
    /// The projections that fold it.
    pub projections: Vec<ProjectionName>,
    /// Whether live clients are told of it.
    pub is_live: bool,
}

/// A version of an event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Which.
    pub version: i32,
    /// An example of its `data`, as it is stored.
    pub example: String,
}

/// Every event type, in the order of [`EventType::ALL`].
pub fn event_kinds() -> Vec<EventKind> {
    EventType::ALL
        .iter()
        .map(|kind| event_kind(*kind))
        .collect()
}

fn event_kind(event_type: EventType) -> EventKind {
    let (mut versions, mut events) = (Vec::new(), Vec::new());
    for row in catalog::examples(event_type) {
        if versions
            .last()
            .is_none_or(|shape: &Shape| shape.version < row.schema_version)
        {
            versions.push(Shape {
                version: row.schema_version,
                example: row.data.clone(),
            });
        }
        events.extend(row.decode().ok());
    }
    let consumed = |folds: fn(&RecordedEvent) -> bool| events.iter().any(folds);
    let projections = [
        (
            ProjectionName::Desk,
            folded::<Desk> as fn(&RecordedEvent) -> bool,
        ),
        (ProjectionName::Markets, folded::<Markets>),
        (ProjectionName::Odds, folded::<Odds>),
        (ProjectionName::Stats, folded::<Stats>),
    ];
    EventKind {
        event_type,
        current_version: upcast::current_version(event_type),
        versions,
        actor: events.first().map_or("", |event| kind_of(&event.stream)),
        projections: projections
            .into_iter()
            .filter_map(|(name, folds)| consumed(folds).then_some(name))
            // Every event is found by it.
            .chain([ProjectionName::Audit])
            .collect(),
        is_live: consumed(|event| LiveMessage::of(event).is_some()),
    }
}

fn folded<P: Projection>(event: &RecordedEvent) -> bool {
    let mut changes = P::Changes::default();
    P::fold(&mut changes, event);
    !P::is_empty(&changes)
}

const fn kind_of(stream: &StreamName) -> &'static str {
    match stream {
        StreamName::Account(_) => "account",
        StreamName::Batch(_) => "batch",
        StreamName::Market(_) => "market",
        StreamName::DeadLetter(_) => "dead-letter",
        StreamName::Projection(_) => "projection",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(event_type: EventType) -> EventKind {
        event_kind(event_type)
    }

    #[test]
    fn consumers_are_those_who_make_something_of_an_event() {
        let bet = of(EventType::MarketBetRecorded);
        let all = [
            ProjectionName::Markets,
            ProjectionName::Odds,
            ProjectionName::Stats,
            ProjectionName::Audit,
        ];
        assert_eq!(
            (bet.actor, &*bet.projections, bet.is_live),
            ("market", &all[..], false)
        );
        let changed = of(EventType::AccountChanged);
        assert_eq!(
            changed.projections,
            [ProjectionName::Desk, ProjectionName::Audit]
        );
        assert!(changed.is_live);
        let letter = of(EventType::DeadLetterDiscarded);
        assert_eq!(letter.actor, "dead-letter");
        assert_eq!(letter.projections, [ProjectionName::Audit]);
    }

    #[test]
    fn a_type_that_changed_shows_all_its_versions() {
        let changed = of(EventType::AccountChanged);
        let versions: Vec<i32> = changed.versions.iter().map(|shape| shape.version).collect();
        assert_eq!((changed.current_version, versions), (2, vec![1, 2]));
        assert!(!changed.versions[0].example.contains("previous_hostname"));
        assert!(changed.versions[1].example.contains("previous_hostname"));
    }
}
