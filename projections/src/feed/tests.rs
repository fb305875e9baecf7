use std::collections::BTreeMap;

use betstream_events::{envelope::Position, store::AdministerLog};
use futures::future::join_all;
use uuid::Uuid;

use super::{Feed, FeedReader, FeedStart, FeedStep, Frame, LiveMessage};
use crate::testing::{PATIENCE, Story, TestLog};

async fn next(reader: &mut FeedReader, max: usize) -> FeedStep {
    tokio::time::timeout(PATIENCE, reader.next_batch(max))
        .await
        .unwrap()
        .unwrap()
}

/// Reads until the cursor has given out everything up to `position`.
async fn read_to(reader: &mut FeedReader, position: Position) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    while frames.last().is_none_or(|frame| frame.position < position) {
        match next(reader, 7).await {
            FeedStep::Frames(more) => frames.extend(more),
            other => panic!("{other:?}"),
        }
    }
    frames
}

async fn desk_frames(log: &TestLog, after: Position) -> Vec<Frame> {
    log.events()
        .await
        .iter()
        .filter(|event| event.position > after)
        .filter_map(Frame::of)
        .collect()
}

fn after(position: i64) -> FeedStart {
    FeedStart::After {
        position: Position(position),
        log: None,
    }
}

async fn open(feed: &Feed, start: FeedStart) -> FeedReader {
    feed.open(start).await.unwrap()
}

#[actix_rt::test]
async fn every_client_sees_every_desk_event_once_from_wherever_it_begins() {
    let log = TestLog::new();
    let mut story = Story::default();
    for _ in 0..30 {
        log.append(vec![
            story.open_account(),
            story.market_bet("game_1", "WIN", Some("1"), 5),
        ])
        .await;
    }
    let projections = log.open().await;
    projections.start_feed();
    let feed = projections.feed();
    let mut readers = vec![open(feed, FeedStart::Head).await];
    for position in [0, 7, 31, 60] {
        readers.push(open(feed, after(position)).await);
    }
    for round in 0..20 {
        let requests = vec![
            story.open_account(),
            story.market_bet("game_1", "WIN", Some("1"), 5),
        ];
        if round % 4 == 0 {
            log.append_elsewhere(requests).await
        } else {
            log.append(requests).await
        };
    }
    let last = log
        .events()
        .await
        .iter()
        .filter(|event| Frame::of(event).is_some())
        .map(|event| event.position)
        .max();
    let last = last.unwrap();
    let seen = join_all(readers.iter_mut().map(|reader| read_to(reader, last))).await;
    for (reader, frames) in readers.iter().zip(seen) {
        assert_eq!(frames, desk_frames(&log, reader.hello().position).await);
    }
    assert_eq!(readers[0].hello().position, Position(60));
    projections.stop().await;
    assert_eq!(next(&mut readers[0], 1).await, FeedStep::Closed);
}

#[actix_rt::test]
async fn a_ping_says_up_to_where_everything_was_sent_markets_included() {
    let log = TestLog::new();
    let projections = log.open().await;
    projections.start_feed();
    let mut story = Story::default();
    let mut reader = open(projections.feed(), FeedStart::Head).await;
    log.append(vec![story.open_account()]).await;
    let head = log
        .append(vec![story.market_bet("game_1", "WIN", Some("1"), 5)])
        .await;
    assert_eq!(reader.sent_up_to(), Position(0));
    read_to(&mut reader, Position(1)).await;
    let seen = async {
        while reader.sent_up_to() < head {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, seen).await.unwrap();
    projections.stop().await;
}

#[actix_rt::test]
async fn a_client_whose_position_is_unknown_is_told_to_load_again() {
    let log = TestLog::new();
    let projections = log.open().await;
    projections.start_feed();
    let mut story = Story::default();
    let feed = projections.feed();
    log.append(vec![story.open_account()]).await;
    read_to(&mut open(feed, after(0)).await, Position(1)).await;

    let mut ahead = open(feed, after(77)).await;
    assert_eq!(next(&mut ahead, 1).await, FeedStep::Resync(feed.head()));
    let foreign = FeedStart::After {
        position: Position(1),
        log: Some((Uuid::nil(), 1)),
    };
    let mut other_log = open(feed, foreign).await;
    assert_eq!(next(&mut other_log, 1).await, FeedStep::Resync(feed.head()));
    let position = log.append(vec![story.open_account()]).await;
    for reader in [&mut ahead, &mut other_log] {
        assert_eq!(read_to(reader, position).await.len(), 1);
    }

    let epoch = feed.head().epoch;
    log.store.reset().await.unwrap();
    assert!(matches!(next(&mut ahead, 1).await, FeedStep::Resync(head) if head.epoch == epoch + 1));
    let position = log.append(vec![story.open_account()]).await;
    assert_eq!(read_to(&mut ahead, position).await.len(), 1);
    projections.stop().await;
}

#[actix_rt::test]
async fn ten_thousand_clients_hear_of_an_event() {
    let log = TestLog::new();
    let projections = log.open().await;
    projections.start_feed();
    let mut readers = Vec::new();
    for _ in 0..10_000 {
        readers.push(open(projections.feed(), FeedStart::Head).await);
    }
    let mut story = Story::default();
    let position = log.append(vec![story.open_account()]).await;
    let seen = join_all(readers.iter_mut().map(|reader| read_to(reader, position))).await;
    assert!(seen.iter().all(|frames| frames.len() == 1));
    projections.stop().await;
}

#[actix_rt::test]
async fn each_message_has_its_shape() {
    let log = TestLog::new();
    let mut story = Story::default();
    let open = story.open_account();
    let account = story.accounts[0];
    let mut requests = vec![
        open,
        story.rename_account(account),
        story.create_batch(account, 1),
        story.create_batch(account, 0),
    ];
    requests.push(story.add_stream_bet(0, "game_1", 4_200));
    requests.extend(
        [
            story.change_status(0, 0),
            story.change_status(0, 1),
            story.end_batch(0, 0),
            story.end_batch(0, 1),
        ]
        .into_iter()
        .flatten(),
    );
    requests.extend(story.end_batch(0, 2));
    requests.extend([
        story.close_account(account),
        story.market_bet("game_1", "WIN", None, 5),
    ]);
    log.append(requests).await;

    let events = log.events().await;
    let messages: Vec<LiveMessage> = events.iter().filter_map(LiveMessage::of).collect();
    let shown: BTreeMap<String, serde_json::Value> = messages
        .iter()
        .enumerate()
        .map(|(at, message)| {
            let json = serde_json::to_value(message).unwrap();
            assert_eq!(json["type"], message.name());
            (format!("{at} {}", message.name()), json)
        })
        .collect();
    insta::assert_json_snapshot!(shown);
}
