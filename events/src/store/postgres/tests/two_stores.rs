//! Two processes on one log.

use std::sync::Arc;

use super::TestDatabase;
use crate::{
    chain::{GENESIS, verify_block},
    envelope::Position,
    store::{
        AppendEvents, AppendOutcome, Expected, Follow, FollowLog,
        contract::given::{market_bet, market_stream, open_account, record_bet, write},
        postgres::PostgresStore,
    },
};

const CHUNKS: u128 = 60;
const BETS: u128 = 20;

async fn append_chunks(store: Arc<PostgresStore>, process: u128) {
    for chunk in 0..CHUNKS {
        let first = (process * CHUNKS + chunk) * BETS;
        let requests = (first..first + BETS)
            .map(|bet| record_bet("shared", bet))
            .collect();
        let outcome = store.append(requests).await.unwrap();
        assert!(
            outcome
                .outcomes
                .iter()
                .all(|outcome| matches!(outcome, AppendOutcome::Appended { .. }))
        );
    }
}

/// Polls as a projection does: what lies between its cursor and the head, never again.
async fn follow(store: Arc<PostgresStore>, total: i64) -> Vec<i64> {
    let mut seen = Vec::new();
    while seen.len() < total as usize {
        let after = Position(seen.last().copied().unwrap_or(0));
        let events = store
            .read_after(after, Position(i64::MAX), 500, Follow::All)
            .await
            .unwrap();
        seen.extend(events.iter().map(|event| event.position.0));
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_stores_share_one_order_and_a_reader_misses_nothing() {
    let database = TestDatabase::create().await;
    let stores = [
        Arc::new(database.store().await),
        Arc::new(database.store().await),
    ];
    let total = (2 * CHUNKS * BETS) as i64;
    let reader = tokio::spawn(follow(Arc::new(database.store().await), total));
    let writers = [0, 1]
        .map(|process| tokio::spawn(append_chunks(stores[process as usize].clone(), process)));
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(reader.await.unwrap(), (1..=total).collect::<Vec<_>>());
    let stream = stores[0]
        .read_after(Position::START, Position(total), usize::MAX, Follow::All)
        .await
        .unwrap();
    assert_eq!(
        stream
            .iter()
            .map(|event| event.version.0)
            .collect::<Vec<_>>(),
        (1..=total).collect::<Vec<_>>()
    );

    let mut previous = GENESIS;
    for block in stores[1]
        .read_blocks(Position::START, usize::MAX)
        .await
        .unwrap()
    {
        let size = (block.last.0 - block.first.0 + 1) as usize;
        let rows = stores[1]
            .read_rows(Position(block.first.0 - 1), size)
            .await
            .unwrap();
        verify_block(&previous, &block, &rows).unwrap();
        previous = block.hash;
    }
}

/// What a store remembers of streams and claims is worth nothing once another one wrote.
#[tokio::test]
async fn a_store_forgets_what_another_one_changed() {
    let database = TestDatabase::create().await;
    let (ours, theirs) = (database.store().await, database.store().await);
    ours.append(vec![record_bet("a", 1), open_account(1, "alpha")])
        .await
        .unwrap();
    theirs
        .append(vec![record_bet("a", 2), open_account(2, "beta")])
        .await
        .unwrap();
    let at = |version| Expected::Exactly(crate::envelope::Version(version));
    let requests = vec![
        write(market_stream("a"), at(1), [market_bet("a", 3, 100)]),
        write(market_stream("a"), at(2), [market_bet("a", 4, 100)]),
        open_account(3, "beta"),
    ];
    let outcomes = ours.append(requests).await.unwrap().outcomes;
    assert!(matches!(outcomes[0], AppendOutcome::Refused(_)));
    assert!(matches!(outcomes[1], AppendOutcome::Appended { .. }));
    assert!(matches!(outcomes[2], AppendOutcome::Refused(_)));
}
