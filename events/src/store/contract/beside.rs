//! Reading a log beside the store that serves it.

use super::{
    given::{market_stream, record_bet},
    harness::Harness,
};
use crate::{
    envelope::{Position, Version},
    store::Follow,
};

pub(crate) async fn a_reader_beside_the_store_sees_each_commit(harness: Harness) {
    let reader = harness.database.open_reader().await;
    for bet in 1..=3 {
        harness.append(vec![record_bet("a", bet)]).await;
        assert_eq!(
            reader.head().await.unwrap(),
            harness.store.head().await.unwrap()
        );
    }
    let head = reader.head().await.unwrap().position;
    assert_eq!(head, Position(3));
    let events = reader
        .read_after(Position::START, head, 10, Follow::All)
        .await
        .unwrap();
    assert_eq!(events, harness.log().await);
    let stream = reader
        .read_stream(&market_stream("a"), Version(1), 10)
        .await
        .unwrap();
    assert_eq!(stream, events[1..]);
    assert_eq!(
        reader.identity().await.unwrap(),
        harness.store.identity().await.unwrap()
    );
}

pub(crate) async fn a_log_is_read_when_nobody_serves_it(harness: Harness) {
    harness.append(vec![record_bet("a", 1)]).await;
    let Harness { store, database } = harness;
    let head = store.head().await.unwrap();
    drop(store);
    let reader = database.open_reader().await;
    assert_eq!(reader.head().await.unwrap(), head);
    let rows = reader.read_rows(Position::START, 10).await.unwrap();
    assert_eq!(rows.len(), 1);

    let harness = Harness::over(database).await;
    harness.append(vec![record_bet("a", 2)]).await;
    assert_eq!(reader.head().await.unwrap().position, Position(2));
}
