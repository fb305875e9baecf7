//! A commit whose answer is lost has its true outcome, whichever that is.

use std::time::Duration;

use betstream_test_proxy::{Proxy, postgres::Commits};

use super::TestDatabase;
use crate::{
    envelope::Position,
    money::Currency,
    store::{
        AppendEvents, AppendOutcome, AppendRequest, FollowLog, ReadKept, StoreError, Tally,
        contract::given::record_bet,
        postgres::{PostgresOptions, PostgresStore},
    },
};

async fn behind_a_proxy(options: PostgresOptions) -> (TestDatabase, Proxy, PostgresStore) {
    let database = TestDatabase::create().await;
    let (proxy, url) = Proxy::before_url(&database.url).await;
    let store = PostgresStore::connect_with(&url, Currency::USD, options)
        .await
        .unwrap();
    store.append(vec![record_bet("a", 1)]).await.unwrap();
    (database, proxy, store)
}

fn is_appended_at(outcome: &AppendOutcome, position: i64) -> bool {
    matches!(outcome, AppendOutcome::Appended { last, .. } if *last == Position(position))
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_answered_as_committed() {
    let (_database, proxy, store) = behind_a_proxy(PostgresOptions::default()).await;
    proxy.next_commit(Commits::LoseTheAnswer);
    let outcome = store
        .append(vec![record_bet("a", 2), record_bet("a", 1)])
        .await
        .unwrap();
    assert_eq!(proxy.caught(), 1);
    assert!(is_appended_at(&outcome.outcomes[0], 2));
    assert!(matches!(outcome.outcomes[1], AppendOutcome::Refused(_)));
    assert_eq!(outcome.committed.unwrap().last(), Position(2));
    assert_eq!(store.head().await.unwrap().position, Position(2));
    let next = store.append(vec![record_bet("a", 3)]).await.unwrap();
    assert!(is_appended_at(&next.outcomes[0], 3));
}

#[tokio::test]
async fn a_commit_that_never_reached_the_server_is_answered_as_undone() {
    let (_database, proxy, store) = behind_a_proxy(PostgresOptions::default()).await;
    proxy.next_commit(Commits::LoseTheCommit);
    let refused = store.append(vec![record_bet("a", 2)]).await.unwrap_err();
    assert_eq!(proxy.caught(), 1);
    assert!(
        matches!(refused, StoreError::Unavailable { .. }),
        "{refused}"
    );
    assert_eq!(store.head().await.unwrap().position, Position(1));
    let again = store.append(vec![record_bet("a", 2)]).await.unwrap();
    assert!(is_appended_at(&again.outcomes[0], 2));
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_looked_up_within_the_deadline() {
    let options = PostgresOptions {
        append_deadline: Duration::from_secs(2),
        ..PostgresOptions::default()
    };
    let (_database, proxy, store) = behind_a_proxy(options).await;
    proxy.next_commit(Commits::HoldTheAnswer);
    let outcome = store.append(vec![record_bet("a", 2)]).await.unwrap();
    assert_eq!(proxy.caught(), 1);
    assert!(is_appended_at(&outcome.outcomes[0], 2));
}

#[tokio::test]
async fn a_chunk_that_only_counts_is_counted_once() {
    let (_database, proxy, store) = behind_a_proxy(PostgresOptions::default()).await;
    let repeat = || AppendRequest {
        tally: Tally::Bet,
        ..record_bet("a", 1)
    };
    proxy.next_commit(Commits::LoseTheAnswer);
    store.append(vec![repeat()]).await.unwrap();
    assert_eq!(store.outcome_counts().await.unwrap().already_recorded, 1);
    proxy.next_commit(Commits::LoseTheCommit);
    assert!(matches!(
        store.append(vec![repeat()]).await,
        Err(StoreError::Unavailable { .. })
    ));
    assert_eq!(store.outcome_counts().await.unwrap().already_recorded, 1);
    assert_eq!(proxy.caught(), 2);
}

#[tokio::test]
async fn an_outcome_that_cannot_be_looked_up_is_unknown() {
    let options = PostgresOptions {
        append_deadline: Duration::from_secs(1),
        ..PostgresOptions::default()
    };
    let (database, proxy, store) = behind_a_proxy(options).await;
    let admin = database.raw().await;
    admin.batch_execute("BEGIN").await.unwrap();
    // Whoever looks the outcome up waits for the lock, behind a holder that works.
    let lock = format!(
        "SELECT pg_advisory_lock({})",
        crate::store::postgres::append::LOG_LOCK
    );
    let hold = async {
        admin.batch_execute(&lock).await.unwrap();
        admin.batch_execute("SELECT pg_sleep(8)").await.unwrap();
    };
    proxy.next_commit(Commits::HoldTheAnswer);
    let appending = store.append(vec![record_bet("a", 2)]);
    tokio::pin!(appending);
    let taking = async {
        // The lock is asked for while the append has it: it is next in line when that has committed.
        while proxy.caught() == 0 {
            tokio::task::yield_now().await;
        }
        hold.await;
    };
    let outcome = tokio::select! {
        outcome = &mut appending => outcome,
        () = taking => panic!("the holder ended before the append"),
    };
    assert!(
        matches!(outcome, Err(StoreError::OutcomeUnknown { .. })),
        "{outcome:?}"
    );
}
