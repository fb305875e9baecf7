//! Histories with people, reasons and causes, and questions about them.

use std::sync::Arc;

use betstream_events::{
    envelope::{EventRow, Position, StreamName},
    event::{Event, EventType},
    ids::{AccountId, BatchId, BetPid, EventId, GameId},
    market::MarketEvent,
    metadata::{Metadata, Road, Source},
    store::{AppendRequest, Order, ReadLog, Span},
};
use proptest::prelude::*;

use crate::{
    audit::{BetName, EventFilter, EventQuery, SourceName, words::SoughtText},
    testing::{Story, TestLog, stories},
};

/// Any history: a story whose events were caused by several people in several ways.
pub(super) fn histories(
    steps: std::ops::Range<usize>,
) -> impl Strategy<Value = Vec<AppendRequest>> {
    (stories(steps), prop::collection::vec(any::<u16>(), 300)).prop_map(|(mut story, chosen)| {
        let writes = story.iter_mut().flat_map(|request| &mut request.writes);
        let events = writes.flat_map(|write| &mut write.events);
        let mut earlier = Vec::new();
        for (number, event) in events.enumerate() {
            let choice = usize::from(chosen[number % chosen.len()]);
            event.metadata = metadata(choice, number as u64, &earlier).to_json().into();
            earlier.push(event.event_id.to_string());
        }
        story
    })
}

fn metadata(choice: usize, number: u64, earlier: &[String]) -> Metadata {
    let (who, road) = [
        ("ingest", Road::Stream),
        ("ana", Road::Http),
        ("ben 2", Road::Http),
        ("system", Road::FollowUp),
    ][choice % 4];
    let before = || {
        let count = earlier.len().max(1);
        earlier.get(choice % count).cloned()
    };
    let mut metadata = Metadata::new(who, road);
    if road == Road::Stream {
        let stream = ["BETS", "MORE/BETS"][choice / 4 % 2].to_owned();
        let sequence = 1_000 + number - (choice as u64 / 8 % 3);
        metadata.source = Some(Source { stream, sequence });
    }
    if choice % 5 == 1 {
        metadata.reason =
            Some(["Palpable error", "asked by phone", "x"][choice / 16 % 3].to_owned());
    }
    metadata.correlation = match choice / 3 % 4 {
        0 => Some(format!("req-{}", choice % 7)),
        1 => before(),
        _ => None,
    };
    metadata.causation = match choice / 7 % 3 {
        0 => Some(format!("request {}", choice % 5)),
        1 => before(),
        _ => None,
    };
    metadata
}

/// Some filter that may well want something of `rows`.
pub(super) fn filter(rows: &[EventRow], choices: &[u16; 6]) -> EventFilter {
    let mut filter = EventFilter::default();
    let Some(some) = rows.get(usize::from(choices[0]) % rows.len().max(1)) else {
        return filter;
    };
    let said: Metadata = serde_json::from_str(&some.metadata).unwrap();
    for choice in &choices[1..3] {
        match choice % 20 {
            0 => filter.who = Some(said.who.clone()),
            1 => filter.road = Some(said.how),
            2 | 3 => filter.types.extend(EventType::from_name(&some.event_type)),
            4 => filter.types = vec![EventType::BatchCreated, EventType::MarketBetRefused],
            5 => filter.stream = some.stream.parse().ok(),
            6 => filter.account = Some(AccountId::new(i64::from(choice % 9))),
            7 => {
                filter.batch = some
                    .stream
                    .strip_prefix("batch-")
                    .map(|id| BatchId::new(id.parse().unwrap()))
            }
            8 => filter.market = GameId::parse(&format!("game_{}", choice / 20 % 4)).ok(),
            9 => filter.bet = Some(BetName::Pid(BetPid::new(i64::from(choice / 20 % 60)))),
            10 => {
                filter.bet = Some(BetName::Id(uuid::Uuid::from_u128(u128::from(
                    choice / 20 % 60,
                ))))
            }
            11 => filter.correlation = Some(super::super::correlation_of(some)),
            12 => filter.causation.clone_from(&said.causation),
            13 => {
                filter.source = said.source.clone().map(|source| SourceName {
                    stream: source.stream,
                    sequence: (choice / 20 % 2 == 0).then_some(source.sequence),
                })
            }
            14..=17 => {
                let texts = [
                    "palp",
                    "phone asked",
                    "game_1",
                    "gam",
                    "account",
                    "win pending",
                    "renamed 7",
                    "600",
                    "usd",
                    "moneyline",
                    "stake_not",
                    "nothing",
                    "2 game_2",
                ];
                filter.text = SoughtText::parse(texts[usize::from(choice / 20) % texts.len()]).ok();
            }
            _ => {}
        }
    }
    if choices[3].is_multiple_of(3) {
        let length = rows.len() as i64 + 2;
        let (one, other) = (
            i64::from(choices[4]) % length,
            i64::from(choices[5]) % length,
        );
        filter.span = Span {
            after: Position(one.min(other)),
            up_to: Position(one.max(other)),
        };
    }
    filter
}

/// The rows of a log that a filter wants, by looking at each.
pub(super) fn looked_through(
    rows: &[EventRow],
    filter: &EventFilter,
    order: Order,
) -> Vec<Position> {
    let wanted = rows.iter().filter(|row| filter.wants(row));
    let mut wanted: Vec<Position> = wanted.map(|row| row.position).collect();
    if order == Order::NewestFirst {
        wanted.reverse();
    }
    wanted
}

/// Every row of the log.
pub(super) async fn all_rows(log: &TestLog) -> Vec<EventRow> {
    let all = Span::<Position>::ALL;
    log.store
        .rows(all, Order::OldestFirst, usize::MAX)
        .await
        .unwrap()
}

/// A question for a page.
pub(super) fn page(filter: &EventFilter, order: Order, limit: usize) -> EventQuery {
    EventQuery {
        filter: filter.clone(),
        order,
        behind: None,
        limit,
    }
}

/// So many bets of markets, alike as those of a stream are.
pub(super) fn alike_bets(story: &mut Story, count: usize) -> Vec<AppendRequest> {
    let bet = |number: usize| {
        let mut request = story.market_bet(&format!("game_{}", number % 3), "WIN", Some("3"), 100);
        let mut metadata = Metadata::new("ingest", Road::Stream);
        metadata.source = Some(Source {
            stream: "BETS".to_owned(),
            sequence: number as u64,
        });
        let metadata: Arc<str> = metadata.to_json().into();
        for event in request
            .writes
            .iter_mut()
            .flat_map(|write| &mut write.events)
        {
            event.metadata = metadata.clone();
            if let Event::Market(MarketEvent::BetRecorded(bet)) = &event.event {
                event.event_id = EventId::new(bet.bet_id);
            }
        }
        request
    };
    (0..count).map(bet).collect()
}

/// The stream of a game.
pub(super) fn market(game: &str) -> StreamName {
    StreamName::Market(GameId::parse(game).unwrap())
}
