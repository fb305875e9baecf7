//! What holds for any requests.

use std::collections::HashMap;

use proptest::{collection::vec, option, prelude::*};
use smallvec::smallvec;

use super::model::Model;
use crate::{
    chain::{GENESIS, verify_block},
    claims::{self, Claim, ClaimChange},
    envelope::{NewEvent, Version},
    ids::{AccountId, EventId},
    store::{
        AppendOutcome, AppendRequest, Expected, Tally,
        contract::given::{
            account_stream, close_account, create_batch, keyed, market_bet, market_stream,
            open_account, renamed, submit_batch, together, write,
        },
    },
};

const NAMES: [&str; 3] = ["alpha", "beta", "gamma"];

fn an_expectation() -> impl Strategy<Value = Expected> {
    prop_oneof![
        4 => Just(Expected::Any),
        1 => Just(Expected::NoStream),
        2 => (0_i64..4).prop_map(|version| Expected::Exactly(Version(version))),
    ]
}

/// Bets out of a few, so that repeats and conflicting duplicates are common.
fn a_bet() -> impl Strategy<Value = AppendRequest> {
    let game = prop_oneof![Just("a"), Just("b")];
    let tally = prop_oneof![Just(Tally::None), Just(Tally::Bet), Just(Tally::Refusal)];
    (
        game,
        0..8_u128,
        1..3_i64,
        an_expectation(),
        tally,
        option::weighted(0.2, 0..8_u128),
    )
        .prop_map(
            |(game, number, amount, expected, tally, absent)| AppendRequest {
                tally,
                absent: absent.map(|number| EventId::new(uuid::Uuid::from_u128(number))),
                ..write(
                    market_stream(game),
                    expected,
                    [market_bet(game, number, amount)],
                )
            },
        )
}

fn a_rename(id: i64, from: usize, to: usize, expected: Expected) -> AppendRequest {
    let event = renamed(id, NAMES[from], NAMES[to]);
    let event = NewEvent {
        event_id: EventId::derived(&format!("{id} {from} {to} {expected:?}")),
        ..event
    };
    write(account_stream(id), expected, [event])
}

/// Operators at work on three accounts, three names and three batches.
fn a_command() -> impl Strategy<Value = AppendRequest> {
    let named = prop_oneof![Just(None), Just(Some("Race 4"))];
    prop_oneof![
        (1..4_i64, 0..3_usize).prop_map(|(id, name)| open_account(id, NAMES[name])),
        (1..4_i64, 0..3_usize).prop_map(|(id, name)| close_account(id, NAMES[name])),
        (1..4_i64, 0..3_usize, 0..3_usize, an_expectation())
            .prop_map(|(id, from, to, expected)| a_rename(id, from, to, expected)),
        (1..4_i64, 1..4_i64, named.clone()).prop_map(|(batch, account, name)| AppendRequest {
            requires: smallvec![Claim::AccountOpen(AccountId::new(account))],
            ..create_batch(batch, account, name)
        }),
        (1..4_i64, 1..4_i64, named)
            .prop_map(|(batch, account, name)| submit_batch(batch, account, name)),
        (1..4_i64, 0..3_usize, 0..3_usize).prop_map(|(id, name, other)| together([
            open_account(id, NAMES[name]),
            open_account(id + 1, NAMES[other])
        ])),
        Just(AppendRequest {
            tally: Tally::Repeat,
            ..AppendRequest::default()
        }),
    ]
}

fn a_request() -> impl Strategy<Value = AppendRequest> {
    let key = option::weighted(0.15, 0..3_u8);
    (prop_oneof![a_bet(), a_command()], key).prop_map(|(request, key)| match key {
        Some(key) => keyed(request, &key.to_string(), "answer"),
        None => request,
    })
}

/// Appends `requests` in chunks of these sizes, again and again; gives all outcomes as text.
fn append_all(requests: &[AppendRequest], sizes: &[usize]) -> (Model, Vec<AppendOutcome>) {
    let mut model = Model::default();
    let mut outcomes = Vec::new();
    let mut rest = requests;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, later) = rest.split_at(rest.len().min(*size));
        outcomes.extend(model.append(chunk.to_vec()));
        rest = later;
    }
    (model, outcomes)
}

proptest! {
    #[test]
    fn any_chunking_yields_the_same_log(requests in vec(a_request(), 0..40), sizes in vec(1..9_usize, 1..6)) {
        let (one_by_one, expected) = append_all(&requests, &[1]);
        let (chunked, outcomes) = append_all(&requests, &sizes);
        prop_assert_eq!(format!("{outcomes:?}"), format!("{expected:?}"));
        prop_assert_eq!(&chunked.rows, &one_by_one.rows);
        prop_assert_eq!(&chunked.claims, &one_by_one.claims);
        prop_assert_eq!(&chunked.answers, &one_by_one.answers);
        prop_assert_eq!(chunked.counts, one_by_one.counts);
    }

    #[test]
    fn positions_and_versions_are_dense(requests in vec(a_request(), 0..40), sizes in vec(1..9_usize, 1..6)) {
        let (model, _) = append_all(&requests, &sizes);
        let mut versions: HashMap<&str, i64> = HashMap::new();
        for (index, row) in model.rows.iter().enumerate() {
            prop_assert_eq!(row.position.0, index as i64 + 1);
            let version = versions.entry(&row.stream).or_default();
            *version += 1;
            prop_assert_eq!(row.version.0, *version);
        }
        let ids: std::collections::HashSet<_> = model.rows.iter().map(|row| row.event_id).collect();
        prop_assert_eq!(ids.len(), model.rows.len());
    }

    #[test]
    fn an_outcome_names_where_its_events_are(requests in vec(a_request(), 0..40), sizes in vec(1..9_usize, 1..6)) {
        let (model, outcomes) = append_all(&requests, &sizes);
        let mut appended = 0;
        for (request, outcome) in requests.iter().zip(&outcomes) {
            if let AppendOutcome::Appended { last, versions } = outcome {
                appended += request.writes.iter().map(|write| write.events.len()).sum::<usize>();
                prop_assert_eq!(last.0, appended as i64);
                prop_assert_eq!(versions.len(), request.writes.len());
            }
        }
        prop_assert_eq!(model.rows.len(), appended);
    }

    #[test]
    fn claims_are_a_fold_of_the_log(requests in vec(a_request(), 0..40), sizes in vec(1..9_usize, 1..6)) {
        let (model, _) = append_all(&requests, &sizes);
        let mut held = HashMap::new();
        for row in &model.rows {
            let event = row.clone().decode().unwrap();
            for change in claims::changes(&event.event) {
                match change {
                    ClaimChange::Take(claim) => {
                        let before = held.insert(claim, event.stream.clone());
                        prop_assert!(before.is_none_or(|holder| holder == event.stream));
                    }
                    ClaimChange::Release(claim) if held.get(&claim) == Some(&event.stream) => {
                        held.remove(&claim);
                    }
                    ClaimChange::Release(_) => {}
                }
            }
        }
        prop_assert_eq!(held, model.claims);
    }

    #[test]
    fn every_block_proves_its_rows(requests in vec(a_request(), 0..40), sizes in vec(1..9_usize, 1..6)) {
        let (model, _) = append_all(&requests, &sizes);
        let mut previous = GENESIS;
        let mut sealed = 0;
        for block in &model.blocks {
            let rows = &model.rows[sealed..block.last.0 as usize];
            prop_assert_eq!(block.first.0, sealed as i64 + 1);
            prop_assert_eq!(verify_block(&previous, block, rows), Ok(()));
            (previous, sealed) = (block.hash, block.last.0 as usize);
        }
        prop_assert_eq!(sealed, model.rows.len());
    }
}
