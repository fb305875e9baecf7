use std::collections::BTreeMap;

use betstream_events::{
    ids::{AccountId, BatchId, BetPid},
    store::AppendRequest,
};
use proptest::prelude::*;

use super::{Batch, BatchFilter, BatchState, Desk, view::BetStatus};
use crate::{
    PageRequest, ProjectionName,
    testing::{PATIENCE, Story, TestLog, assert_parts_equal_the_whole, stories},
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_fold_of_the_whole_equals_folds_of_its_parts(
        story in stories(0..80), cuts in prop::collection::vec(0_usize..20, 0..8),
    ) {
        assert_parts_equal_the_whole::<Desk>(story, &cuts);
    }
}

const ALL: PageRequest = PageRequest {
    limit: None,
    after: None,
};

async fn desk_after(requests: Vec<AppendRequest>) -> (TestLog, crate::Projections) {
    let log = TestLog::new();
    let projections = log.start().await;
    for request in requests {
        log.append(vec![request]).await;
    }
    let head = log.head().await.position;
    assert!(
        projections
            .progress(ProjectionName::Desk)
            .wait_until(head, PATIENCE)
            .await
    );
    (log, projections)
}

fn ids(batches: &[Batch]) -> Vec<i64> {
    batches.iter().map(|batch| batch.id.get()).collect()
}

#[actix_rt::test]
async fn lists_are_newest_first_and_go_on_at_a_cursor() {
    let mut story = Story::default();
    let mut requests: Vec<AppendRequest> = (0..3).map(|_| story.open_account()).collect();
    let account = story.accounts[0];
    requests.extend((0..5).map(|bets| story.create_batch(account, bets)));
    let newest_first: Vec<i64> = story.batches.iter().rev().map(|(id, ..)| *id).collect();
    let (log, projections) = desk_after(requests).await;
    let desk = projections.desk();

    let accounts = desk.accounts(ALL).await.unwrap();
    assert_eq!(accounts.view_position, log.head().await.position);
    let names: Vec<i64> = accounts
        .value
        .items
        .iter()
        .map(|account| account.id.get())
        .collect();
    assert_eq!(
        names,
        story.accounts.iter().rev().copied().collect::<Vec<_>>()
    );

    let account = AccountId::new(account);
    let all = desk
        .batches(account, BatchFilter::default(), ALL)
        .await
        .unwrap()
        .value
        .unwrap();
    assert_eq!(ids(&all.items), newest_first);
    assert_eq!(
        all.items
            .iter()
            .map(|batch| batch.bets.len())
            .collect::<Vec<_>>(),
        [4, 3, 2, 1, 0]
    );
    for batch in &all.items {
        let keys: Vec<(i64, BetPid)> = batch.bets.iter().map(|bet| (bet.id, bet.pid)).collect();
        assert!(keys.is_sorted());
        let expected = if batch.bets.is_empty() {
            BatchState::Created
        } else {
            BatchState::Active
        };
        assert_eq!((batch.state, batch.completed), (expected, false));
    }

    let mut page = PageRequest {
        limit: Some(2),
        after: None,
    };
    let mut found = Vec::new();
    loop {
        let part = desk
            .batches(account, BatchFilter::default(), page)
            .await
            .unwrap()
            .value
            .unwrap();
        assert!(
            part.items
                .iter()
                .zip(&all.items[found.len()..])
                .all(|(part, all)| part.bets == all.bets)
        );
        found.extend(ids(&part.items));
        match part.next {
            Some(next) => page.after = Some(next.to_string().parse().unwrap()),
            None => break,
        }
    }
    assert_eq!(found, newest_first);
    projections.stop().await;
}

#[actix_rt::test]
async fn a_batch_runs_through_its_states_and_its_bets_keep_their_versions() {
    let mut story = Story::default();
    let open = story.open_account();
    let account = story.accounts[0];
    let requests = vec![
        open,
        story.create_batch(account, 0),
        story.add_bets(0, 1),
        story.change_status(0, 4).unwrap(),
        story.end_batch(0, 0).unwrap(),
    ];
    let batch_id = BatchId::new(story.batches[0].0);
    let bets = story.batches[0].2.clone();
    let (log, projections) = desk_after(requests).await;
    let desk = projections.desk();
    let account = AccountId::new(account);

    let batch = desk.batch(account, batch_id).await.unwrap().value.unwrap();
    assert_eq!(
        (batch.state, batch.completed, batch.version.0),
        (BatchState::Submitted, false, 4)
    );
    assert_eq!(batch.meta.get(), r#"{"bet_type":"WIN","race_id":4}"#);
    let versions: BTreeMap<BetPid, i64> = batch
        .bets
        .iter()
        .map(|bet| (bet.pid, bet.version.0))
        .collect();
    assert_eq!(versions.values().copied().collect::<Vec<_>>(), [3, 2]);

    let changed = desk
        .bet(account, batch_id, bets[0].pid)
        .await
        .unwrap()
        .value
        .unwrap();
    assert_eq!(
        (changed.status, changed.version.0),
        (BetStatus::Successful, 3)
    );
    assert!(
        desk.bet(AccountId::new(999), batch_id, bets[0].pid)
            .await
            .unwrap()
            .value
            .is_none()
    );
    assert!(
        desk.batch(AccountId::new(999), batch_id)
            .await
            .unwrap()
            .value
            .is_none()
    );

    let position = log.append(vec![story.end_batch(0, 1).unwrap()]).await;
    assert!(
        projections
            .progress(ProjectionName::Desk)
            .wait_until(position, PATIENCE)
            .await
    );
    let open_only = BatchFilter {
        completed: Some(false),
    };
    assert_eq!(
        desk.batches(account, open_only, ALL)
            .await
            .unwrap()
            .value
            .unwrap()
            .items
            .len(),
        0
    );
    let done = BatchFilter {
        completed: Some(true),
    };
    let done = desk
        .batches(account, done, ALL)
        .await
        .unwrap()
        .value
        .unwrap();
    assert_eq!(done.items[0].state, BatchState::Completed);
    projections.stop().await;
}

#[actix_rt::test]
async fn a_deleted_account_leaves_every_list_with_all_that_was_its() {
    let mut story = Story::default();
    let (open, other) = (story.open_account(), story.open_account());
    let (account, kept) = (story.accounts[0], story.accounts[1]);
    let requests = vec![
        open,
        other,
        story.create_batch(account, 2),
        story.create_batch(kept, 1),
        story.close_account(account),
    ];
    let (_log, projections) = desk_after(requests).await;
    let desk = projections.desk();
    let gone = AccountId::new(account);

    assert!(desk.account(gone).await.unwrap().value.is_none());
    assert!(
        desk.batches(gone, BatchFilter::default(), ALL)
            .await
            .unwrap()
            .value
            .is_none()
    );
    let accounts = desk.accounts(ALL).await.unwrap().value.items;
    assert_eq!(
        accounts
            .iter()
            .map(|account| account.id.get())
            .collect::<Vec<_>>(),
        [kept]
    );
    let batches = desk
        .batches(AccountId::new(kept), BatchFilter::default(), ALL)
        .await
        .unwrap()
        .value
        .unwrap();
    assert_eq!(batches.items[0].bets.len(), 1);
    projections.stop().await;
}
