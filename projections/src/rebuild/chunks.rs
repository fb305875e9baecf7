//! Reads ahead on a thread of its own, so that decoding and folding overlap.

use std::sync::Arc;

use betstream_events::{
    envelope::{Position, RecordedEvent},
    store::{Follow, FollowLog, StoreError},
};
use tokio::{runtime::Handle, sync::mpsc};

/// How many events are folded and written at once: enough that each row of a busy market is
/// written once for thousands of bets.
pub(super) const EVENTS_A_CHUNK: usize = 10_000;
/// How many chunks wait at most.
const CHUNKS_AHEAD: usize = 2;

/// All events after `after` and up to `up_to`, in chunks; ends after an error.
pub(super) fn read_ahead(
    log: Arc<dyn FollowLog>,
    after: Position,
    up_to: Position,
) -> mpsc::Receiver<Result<Vec<RecordedEvent>, StoreError>> {
    let (sender, receiver) = mpsc::channel(CHUNKS_AHEAD);
    let runtime = Handle::current();
    let read = async move {
        let mut position = after;
        while position < up_to {
            let chunk = log
                .read_after(position, up_to, EVENTS_A_CHUNK, Follow::All)
                .await;
            let last = chunk
                .as_ref()
                .ok()
                .and_then(|events| events.last())
                .map(|event| event.position);
            if sender.send(chunk).await.is_err() {
                return;
            }
            match last {
                Some(last) => position = last,
                None => return,
            }
        }
    };
    tokio::task::spawn_blocking(move || runtime.block_on(read));
    receiver
}
