use std::collections::BTreeMap;

use betstream_events::{
    envelope::{Position, StreamName, Version},
    ids::{AccountId, BatchId, GameId},
    store::{AppendRequest, LogReader, Order, ReadLog},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    HistoryQueries, Place, Standing,
    document::{apply, document},
    past::Past,
};
use crate::{
    PageRequest, ProjectionName, Projections,
    desk::BatchFilter,
    testing::{PATIENCE, Story, TestLog, stories},
};

const ALL: PageRequest = PageRequest {
    limit: None,
    after: None,
};

fn history(log: &TestLog, projections: &Projections) -> HistoryQueries {
    HistoryQueries::new(log.store.clone(), projections.past().clone())
}

async fn counted(log: &TestLog, projections: &Projections) -> Position {
    let head = log.head().await.position;
    assert!(projections.wait_until(head, PATIENCE).await);
    head
}

/// The account of the batch that a request writes to.
fn owner_in(request: &AppendRequest) -> Option<AccountId> {
    let data: Value = serde_json::from_str(&request.writes[0].events[0].data).unwrap();
    data["account_id"].as_i64().map(AccountId::new)
}

fn json_of(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// Every stream of a log with its last version.
async fn streams(log: &TestLog) -> BTreeMap<StreamName, Version> {
    let events = log.events().await;
    let versions = events
        .into_iter()
        .map(|event| (event.stream, event.version));
    versions.collect()
}

/// What the running views show of the thing of `stream`.
async fn live(projections: &Projections, stream: &StreamName, owner: Option<AccountId>) -> Value {
    match stream {
        StreamName::Account(id) => json_of(&projections.desk().account(*id).await.unwrap().value),
        StreamName::Batch(id) => {
            let batch = projections.desk().batch(owner.unwrap(), *id).await.unwrap();
            json_of(&batch.value)
        }
        StreamName::Market(game) => json_of(
            &projections
                .markets()
                .market(game.as_str())
                .await
                .unwrap()
                .value,
        ),
        StreamName::DeadLetter(_) | StreamName::Projection(_) => Value::Null,
    }
}

/// The desk as its lists show it: accounts, each with its batches.
async fn desk_now(projections: &Projections) -> Value {
    let desk = projections.desk();
    let accounts = desk.accounts(ALL).await.unwrap().value.items;
    let mut lists = Vec::new();
    for account in &accounts {
        for completed in [None, Some(true), Some(false)] {
            let filter = BatchFilter { completed };
            let batches = desk.batches(account.id, filter, ALL).await.unwrap();
            lists.push(json_of(&batches.value.unwrap().items));
        }
    }
    json!({ "accounts": accounts, "lists": lists })
}

async fn desk_then(history: &HistoryQueries, at: Position) -> Value {
    let desk = history.desk_at(at).await.unwrap();
    let accounts = desk.accounts(ALL).await.unwrap().items;
    let mut lists = Vec::new();
    for account in &accounts {
        assert_eq!(
            desk.account(account.id).await.unwrap().as_ref(),
            Some(account)
        );
        for completed in [None, Some(true), Some(false)] {
            let filter = BatchFilter { completed };
            let batches = desk.batches(account.id, filter, ALL).await.unwrap();
            lists.push(json_of(&batches.unwrap().items));
        }
    }
    json!({ "accounts": accounts, "lists": lists })
}

/// Tells a story event by event, and looks at the desk and the markets after each.
async fn the_past_is_what_was_shown(story: Vec<AppendRequest>) {
    let log = TestLog::new();
    let projections = log.start().await;
    let history = history(&log, &projections);
    let mut desks = vec![(Position::START, desk_now(&projections).await)];
    let mut shown = Vec::new();
    for request in story {
        let stream = request.writes[0].stream.clone();
        let owner = owner_in(&request);
        log.append(vec![request]).await;
        let head = counted(&log, &projections).await;
        desks.push((head, desk_now(&projections).await));
        shown.push((
            head,
            stream.clone(),
            live(&projections, &stream, owner).await,
        ));
        for number in 0..3 {
            let market = StreamName::Market(GameId::parse(&format!("game_{number}")).unwrap());
            let live = live(&projections, &market, None).await;
            if !live.is_null() {
                shown.push((head, market, live));
            }
        }
    }
    for (at, desk) in desks {
        assert_eq!(desk_then(&history, at).await, desk, "the desk at {at}");
    }
    for (at, stream, live) in shown {
        let then = history.state(&stream, Place::Position(at)).await.unwrap();
        if live.is_null() && then.at.standing == Standing::Present {
            // A batch leaves the desk with its account, and goes on in its own stream.
            assert!(matches!(stream, StreamName::Batch(_)), "{stream} at {at}");
            continue;
        }
        let state = then.state.as_ref().map_or(Value::Null, json_of);
        assert_eq!(state, live, "{stream} at {at}");
    }
    changes_lead_from_state_to_state(&log, &history).await;
    projections.stop().await;
}

/// Of every stream: what each event changed leads from one state to the next, and the difference
/// of two states from the one to the other.
async fn changes_lead_from_state_to_state(log: &TestLog, history: &HistoryQueries) {
    for (stream, last) in streams(log).await {
        let entries = history
            .history(&stream, Order::OldestFirst, ALL)
            .await
            .unwrap();
        assert_eq!(entries.items.len() as i64, last.0);
        let mut newest = history
            .history(&stream, Order::NewestFirst, ALL)
            .await
            .unwrap();
        newest.items.reverse();
        assert_eq!(newest.items, entries.items);
        let mut states = Vec::new();
        for version in 0..=last.0 {
            let place = Place::Version(Version(version));
            let then = history.state(&stream, place).await.unwrap();
            assert_eq!(then.at.version.0, version);
            states.push(document(&then.state));
        }
        let is_market = matches!(stream, StreamName::Market(_));
        for (version, entry) in entries.items.iter().enumerate() {
            // Between two events of a market, bets of batches may have counted.
            if !is_market {
                let mut state = states[version].clone();
                apply(&mut state, &entry.changes);
                assert_eq!(state, states[version + 1], "{stream} {}", version + 1);
            }
        }
        for (from, to) in [(0, last.0), (last.0 / 2, last.0), (last.0, last.0 / 3)] {
            let place = |version| Place::Version(Version(version));
            let difference = history
                .difference(&stream, place(from), place(to))
                .await
                .unwrap();
            let mut state = states[from as usize].clone();
            apply(&mut state, &difference.changes);
            assert_eq!(state, states[to as usize], "{stream} {from} to {to}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_past_is_what_the_present_was(story in stories(0..30)) {
        actix_rt::System::new().block_on(the_past_is_what_was_shown(story));
    }
}

/// Folds `stream` up to `version` from its first event, by nothing but its rows.
async fn from_the_start(log: &TestLog, stream: &StreamName, version: i64) -> Value {
    let events = log.events().await;
    let end = events
        .iter()
        .find(|event| event.stream == *stream && event.version.0 == version);
    let end = end.unwrap().position;
    let mut past = Past::of(stream);
    for event in events.iter().filter(|event| event.position <= end) {
        let joins = matches!(stream, StreamName::Market(_));
        if event.stream == *stream || joins {
            past.apply(event);
        }
    }
    let pricing = crate::markets::Pricing {
        currency: betstream_events::money::Currency::USD,
        rules: crate::markets::ToteRules::default(),
    };
    document(&past.show(&pricing))
}

#[actix_rt::test]
async fn a_state_that_was_kept_changes_no_answer() {
    let log = TestLog::new();
    let projections = log.start().await;
    let history = history(&log, &projections);
    let mut story = Story::default();
    let mut requests = vec![story.open_account()];
    let account = story.accounts[0];
    requests.push(story.create_batch(account, 3));
    for number in 0..4_500_usize {
        requests.extend(story.change_status(0, number));
        requests.push(story.market_bet("game_1", "WIN", Some("3"), number as i64 + 1));
        if number % 500 == 0 {
            requests.push(story.add_stream_bet(0, "game_1", 7));
        }
    }
    let batch = StreamName::Batch(BatchId::new(story.batches[0].0));
    let market = StreamName::Market(GameId::parse("game_1").unwrap());
    log.append(requests).await;
    let head = counted(&log, &projections).await;
    for stream in [batch, market] {
        let last = log.store.version_at(&stream, head).await.unwrap().0;
        // The first look leaves states behind; wait until they are there.
        let place = |version| Place::Version(Version(version));
        history.state(&stream, place(last)).await.unwrap();
        let kept = async || {
            let identity = log.head().await.identity;
            let (reader, views): (&dyn LogReader, _) = (&*log.store, &*history.past.views);
            let found = super::keyframes::find(reader, views, identity, &stream, Version(last));
            found.await.unwrap().map(|keyframe| keyframe.version.0)
        };
        let waiting = async {
            while kept().await != Some(4_000) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .expect("states are kept");
        for version in [1_999, 2_000, 2_001, 3_999, 4_000, 4_001, last] {
            let then = history.state(&stream, place(version)).await.unwrap();
            let whole = from_the_start(&log, &stream, version).await;
            assert_eq!(document(&then.state), whole, "{stream} {version}");
        }
    }
    projections.stop().await;
}

#[actix_rt::test]
async fn what_there_is_not_is_named_with_what_there_is() {
    let log = TestLog::new();
    let projections = log.start().await;
    let history = history(&log, &projections);
    let mut story = Story::default();
    log.append(vec![story.open_account(), story.rename_account(1)])
        .await;
    counted(&log, &projections).await;
    let account: StreamName = "account-1".parse().unwrap();
    for (stream, place, expected) in [
        ("batch-9", Place::Last, "batch-9 has no events"),
        ("market-game_9", Place::Last, "market-game_9 has no events"),
        (
            "account-1",
            Place::Version(Version(3)),
            "version 3 of account-1 does not exist: its last version is 2",
        ),
        (
            "account-1",
            Place::Version(Version(-1)),
            "version -1 of account-1 does not exist: its last version is 2",
        ),
    ] {
        let asked = history.state(&stream.parse().unwrap(), place).await;
        assert_eq!(asked.unwrap_err().to_string(), expected);
    }
    let before = history
        .state(&account, Place::Position(Position::START))
        .await
        .unwrap();
    assert_eq!(
        (before.at.standing, before.state.is_none()),
        (Standing::NotYet, true)
    );
    projections.stop().await;
}

#[actix_rt::test]
async fn a_deleted_account_is_on_the_desk_while_it_was_there() {
    let log = TestLog::new();
    let projections = log.start().await;
    let history = history(&log, &projections);
    let mut story = Story::default();
    let opened = log.append(vec![story.open_account()]).await;
    let account = AccountId::new(story.accounts[0]);
    let created = log.append(vec![story.create_batch(account.get(), 2)]).await;
    let batch = BatchId::new(story.batches[0].0);
    let closed = log.append(vec![story.close_account(account.get())]).await;
    counted(&log, &projections).await;
    for (at, accounts, batches) in [
        (Position::START, 0, None),
        (opened, 1, Some(0)),
        (created, 1, Some(1)),
        (closed, 0, None),
    ] {
        let desk = history.desk_at(at).await.unwrap();
        assert_eq!(
            desk.accounts(ALL).await.unwrap().items.len(),
            accounts,
            "{at}"
        );
        let listed = desk
            .batches(account, BatchFilter::default(), ALL)
            .await
            .unwrap();
        assert_eq!(listed.map(|page| page.items.len()), batches, "{at}");
        let found = desk.batch(account, batch).await.unwrap();
        assert_eq!(found.is_some(), batches == Some(1), "{at}");
    }
    let then = history
        .state(&StreamName::Account(account), Place::Last)
        .await
        .unwrap();
    assert_eq!(
        (then.at.standing, then.state.is_none()),
        (Standing::Deleted, true)
    );
    // The views that the past stands on are built anew like any other.
    for name in [ProjectionName::Desk, ProjectionName::Markets] {
        assert_eq!(projections.verify(name).await.unwrap(), vec![], "{name}");
    }
    projections.stop().await;
}
