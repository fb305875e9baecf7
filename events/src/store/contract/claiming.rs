//! Claims: the rules that cross streams.

use std::collections::BTreeMap;

use smallvec::smallvec;

use super::{
    given::{self, account_stream, batch_stream, open_account},
    harness::{Harness, last_of},
};
use crate::{
    claims::{self, Claim, ClaimChange},
    ids::{AccountId, BatchId},
    store::{AppendRequest, Expected, Refusal},
};

fn account_open(id: i64) -> Claim {
    Claim::AccountOpen(AccountId::new(id))
}

fn name(name: &str) -> Claim {
    Claim::AccountName(name.to_owned())
}

fn requiring(claim: Claim, request: AppendRequest) -> AppendRequest {
    AppendRequest {
        requires: smallvec![claim],
        ..request
    }
}

fn refused_claim(refusal: Refusal) -> (Claim, Option<String>) {
    match refusal {
        Refusal::ClaimRefused { claim, held_by } => {
            (claim, held_by.map(|stream| stream.to_string()))
        }
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn a_required_claim_must_be_held(harness: Harness) {
    let batch = || requiring(account_open(1), given::create_batch(10, 1, None));
    assert_eq!(
        refused_claim(harness.refused(batch()).await),
        (account_open(1), None)
    );
    let outcome = harness
        .append(vec![open_account(1, "alpha"), batch()])
        .await;
    assert_eq!(last_of(&outcome.outcomes[1]).0, 2);
    let change = || {
        let events = [given::status_changed(10, 1, 1)];
        let batch_open = Claim::BatchOpen(BatchId::new(10));
        requiring(
            batch_open,
            given::write(batch_stream(10), Expected::Any, events),
        )
    };
    harness.accepted(given::submit_batch(10, 1, None)).await;
    assert_eq!(
        refused_claim(harness.refused(change()).await),
        (Claim::BatchOpen(BatchId::new(10)), None)
    );
}

pub(crate) async fn a_claim_is_held_by_one_stream(harness: Harness) {
    harness.accepted(open_account(1, "alpha")).await;
    let refusal = harness.refused(open_account(2, "alpha")).await;
    assert_eq!(
        refused_claim(refusal),
        (name("alpha"), Some("account-1".to_owned()))
    );
    assert_eq!(
        harness.store.claim_holder(&name("alpha")).await.unwrap(),
        Some(account_stream(1))
    );
    assert_eq!(
        harness.store.claim_holder(&account_open(2)).await.unwrap(),
        None
    );
    let outcome = harness
        .append(vec![open_account(3, "beta"), open_account(4, "beta")])
        .await;
    last_of(&outcome.outcomes[0]);
    assert_eq!(
        harness.store.claim_holder(&name("beta")).await.unwrap(),
        Some(account_stream(3))
    );
}

pub(crate) async fn a_released_claim_is_free(harness: Harness) {
    harness.accepted(open_account(1, "alpha")).await;
    harness.accepted(given::close_account(1, "alpha")).await;
    assert_eq!(harness.store.claims().await.unwrap(), []);
    harness.accepted(open_account(2, "alpha")).await;
    let held = [
        ("account-name/alpha", "account-2"),
        ("account-open/2", "account-2"),
    ];
    assert_eq!(
        harness.store.claims().await.unwrap(),
        held.map(|(claim, by)| (claim.to_owned(), by.to_owned()))
    );
}

pub(crate) async fn names_change_hands_within_one_request(harness: Harness) {
    harness
        .append(vec![open_account(1, "alpha"), open_account(2, "beta")])
        .await;
    let rename = |id, from, to| {
        given::write(
            account_stream(id),
            Expected::Any,
            [given::renamed(id, from, to)],
        )
    };
    let refusal = harness.refused(rename(1, "alpha", "beta")).await;
    assert_eq!(
        refused_claim(refusal),
        (name("beta"), Some("account-2".to_owned()))
    );

    let swap = [
        rename(1, "alpha", "gamma"),
        rename(2, "beta", "alpha"),
        rename(1, "gamma", "beta"),
    ];
    harness.accepted(given::together(swap)).await;
    let holder = |claim| async move { harness_holder(&harness, claim).await };
    assert_eq!(
        holder(["alpha", "beta", "gamma"]).await,
        [Some(account_stream(2)), Some(account_stream(1)), None]
    );
}

async fn harness_holder(
    harness: &Harness,
    names: [&str; 3],
) -> Vec<Option<crate::envelope::StreamName>> {
    let mut holders = Vec::new();
    for text in names {
        holders.push(harness.store.claim_holder(&name(text)).await.unwrap());
    }
    holders
}

pub(crate) async fn a_claim_released_earlier_in_the_chunk_is_free(harness: Harness) {
    harness.accepted(open_account(1, "alpha")).await;
    let too_early = open_account(2, "alpha");
    let chunk = vec![
        too_early.clone(),
        given::close_account(1, "alpha"),
        too_early,
    ];
    let outcome = harness.append(chunk).await;
    let accepted: Vec<bool> = outcome
        .outcomes
        .iter()
        .map(|outcome| matches!(outcome, crate::store::AppendOutcome::Appended { .. }))
        .collect();
    assert_eq!(accepted, [false, true, true]);
}

/// Folding the log gives exactly the claims that the store keeps.
pub(crate) async fn claims_follow_from_the_log(harness: Harness) {
    harness
        .append(
            (1..=4)
                .map(|id| open_account(id, &format!("name {id}")))
                .collect(),
        )
        .await;
    harness
        .append(
            (1..=6)
                .map(|id| given::create_batch(id, 1 + id % 3, Some(&format!("Race {id}"))))
                .collect(),
        )
        .await;
    harness
        .append(vec![
            given::submit_batch(3, 1, Some("Race 3")),
            given::close_account(4, "name 4"),
        ])
        .await;
    let mut folded = BTreeMap::new();
    for event in harness.log().await {
        for change in claims::changes(&event.event) {
            match change {
                ClaimChange::Take(claim) => {
                    folded.insert(claim.to_string(), event.stream.to_string())
                }
                ClaimChange::Release(claim) => folded.remove(&claim.to_string()),
            };
        }
    }
    assert_eq!(
        harness.store.claims().await.unwrap(),
        folded.into_iter().collect::<Vec<_>>()
    );
}
