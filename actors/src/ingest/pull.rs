//! Pulling: groups form by what has come while the groups before them were committed.

use std::{sync::Arc, time::Duration};

use async_nats::jetstream::{Message, consumer::pull};
use betstream_telemetry::measures::ingest;
use futures::{FutureExt, StreamExt};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    IngestDeps,
    consumer::{self, Prepared},
    group,
    letter_box::LetterBox,
};

/// Most messages of one group.
const MOST_PER_GROUP: usize = 4_096;
/// How many groups are decoded, decided and committed at once: one in the commit, one waiting for
/// it, one being decoded.
const GROUPS_IN_HAND: usize = 3;
/// How many messages the broker sends ahead.
const SENT_AHEAD: usize = 2 * MOST_PER_GROUP;
/// How often the broker must give a sign of life.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// How long a pull may be silent before we look whether messages wait.
const SILENCE: Duration = Duration::from_secs(5);

/// How a pull went.
pub(super) struct Pulled {
    /// How many messages came.
    pub(super) messages: usize,
    /// Why it ended.
    pub(super) ended: String,
}

/// Pulls until the stream fails, falls silent while messages wait, or `stop`; finishes what is in
/// hand before it returns.
pub(super) async fn pull(
    deps: &IngestDeps,
    prepared: Prepared,
    stop: &CancellationToken,
) -> Pulled {
    let opened = prepared
        .consumer
        .stream()
        .max_messages_per_batch(SENT_AHEAD)
        .heartbeat(HEARTBEAT)
        .expires(HEARTBEAT * 5)
        .messages()
        .await;
    let mut messages = match opened {
        Ok(messages) => messages,
        Err(error) => {
            return Pulled {
                messages: 0,
                ended: error.to_string(),
            };
        }
    };
    let slots = Arc::new(Semaphore::new(GROUPS_IN_HAND));
    let groups = TaskTracker::new();
    let (letters, keeping) = LetterBox::open(deps);
    let mut count = 0;
    let ended = loop {
        // First a free slot, then whatever has come until then: groups grow with the load.
        let Ok(slot) = slots.clone().acquire_owned().await else {
            break "no slots".to_owned();
        };
        let first = tokio::select! {
            biased;
            () = stop.cancelled() => break "stopping".to_owned(),
            first = tokio::time::timeout(SILENCE, messages.next()) => first,
        };
        let (group, failure) = match first {
            Ok(Some(Ok(first))) => gather(first, &mut messages).await,
            Ok(Some(Err(error))) => break error.to_string(),
            Ok(None) => break "the stream of messages ended".to_owned(),
            Err(_silent) if messages_wait(deps).await => {
                break "silent while messages wait".to_owned();
            }
            Err(_silent) => continue,
        };
        count += group.len();
        ingest::GROUP_MESSAGES.record(group.len() as f64);
        let (deps, letters) = (deps.clone(), letters.clone());
        groups.spawn(async move {
            group::take(&deps, &letters, group).await;
            drop(slot);
        });
        if let Some(failure) = failure {
            break failure;
        }
    };
    groups.close();
    groups.wait().await;
    drop(letters);
    if let Err(error) = keeping.await {
        tracing::error!(%error, "the letter box ended badly; its messages will come again");
    }
    Pulled {
        messages: count,
        ended,
    }
}

/// Everything that has come already, up to a full group, and the failure that ended it if one did.
async fn gather(first: Message, messages: &mut pull::Stream) -> (Vec<Message>, Option<String>) {
    // Without this the runtime would make the stream look empty after a number of polls.
    tokio::task::unconstrained(async {
        let mut group = vec![first];
        while group.len() < MOST_PER_GROUP {
            match messages.next().now_or_never() {
                Some(Some(Ok(message))) => group.push(message),
                Some(Some(Err(error))) => return (group, Some(error.to_string())),
                Some(None) => return (group, Some("the stream of messages ended".to_owned())),
                None => break,
            }
        }
        (group, None)
    })
    .await
}

async fn messages_wait(deps: &IngestDeps) -> bool {
    match consumer::levels(&deps.client, &deps.names).await {
        Ok(levels) => !levels.are_consumed || levels.pending > 0,
        // A stream or consumer that is gone, or a broker that does not answer: start over.
        Err(error) => {
            tracing::warn!(%error, "the stream cannot be looked at");
            true
        }
    }
}
