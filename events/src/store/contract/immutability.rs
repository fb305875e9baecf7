//! Nothing updates, deletes or truncates events.

use super::{given::record_bet, harness::Harness};

pub(crate) async fn events_and_blocks_cannot_be_changed_or_removed(harness: Harness) {
    harness
        .append(vec![record_bet("a", 1), record_bet("b", 2)])
        .await;
    nothing_can_be_changed(&harness).await;
}

/// Tries every way to change a log of at least two events.
pub(super) async fn nothing_can_be_changed(harness: &Harness) {
    let (before, blocks) = (harness.log().await, harness.verify().await);
    let forbidden = [
        "UPDATE events SET stream = 'market-c' WHERE position = 1",
        "UPDATE events SET position = 9 WHERE position = 1",
        "UPDATE events SET data = '{}'",
        "DELETE FROM events WHERE position = 2",
        "DELETE FROM events",
        "UPDATE blocks SET root = previous",
        "DELETE FROM blocks",
    ];
    for statement in forbidden.iter().chain(harness.database.truncations()) {
        let refused = harness.database.run(statement).await;
        assert!(refused.is_err(), "{statement} was not refused");
    }
    assert_eq!(harness.log().await, before);
    assert_eq!(harness.verify().await, blocks);
}
