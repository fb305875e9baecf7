//! What processes tell each other over NATS: that the log has grown, and their own figures.
//!
//! Both are conveniences. A process that hears nothing polls the log, and figures that are not
//! heard are missing from a sum that says over whom it is.

use std::{sync::Arc, time::Duration};

use betstream_events::{
    ids::{EventIds, RandomEventIds},
    tail::{LogTail, TailSignal},
};
use bytes::Bytes;
use futures::StreamExt;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Where processes publish their figures, once a second each.
pub const FIGURES_SUBJECT: &str = "stats.update";
/// At most this often is a nudge sent; what is committed in between is covered by the next.
const NUDGE_EVERY: Duration = Duration::from_millis(10);
/// How many figures a slow listener may lag.
const FIGURES_KEPT: usize = 256;

/// The other processes on the same log; cheap to clone.
#[derive(Clone)]
pub struct Peers {
    client: async_nats::Client,
    figures: broadcast::Sender<Bytes>,
}

impl Peers {
    /// Starts to nudge the others about this log's commits, and to hear theirs, until `stop`.
    pub fn start(
        client: async_nats::Client,
        log: Uuid,
        tail: LogTail,
        stop: CancellationToken,
    ) -> Self {
        let peers = Self {
            client: client.clone(),
            figures: broadcast::channel(FIGURES_KEPT).0,
        };
        let own: Arc<str> = process_token().into();
        let subject = format!("betstream.nudge.{log}");
        tokio::spawn(nudge(
            client.clone(),
            subject.clone(),
            own.clone(),
            tail.clone(),
            stop.clone(),
        ));
        tokio::spawn(hear_nudges(
            client.clone(),
            subject,
            own,
            tail,
            stop.clone(),
        ));
        tokio::spawn(hear_figures(client, peers.figures.clone(), stop));
        peers
    }

    /// Tells everybody this process's own figures (JSON).
    pub async fn publish_figures(&self, figures: Bytes) {
        if let Err(error) = self.client.publish(FIGURES_SUBJECT, figures).await {
            tracing::debug!(%error, "figures were not sent");
        }
    }

    /// Hears the figures of every process, this one's included.
    pub fn figures(&self) -> broadcast::Receiver<Bytes> {
        self.figures.subscribe()
    }
}

/// Tells this process's nudges from the others'.
fn process_token() -> String {
    RandomEventIds.next().to_string()
}

async fn nudge(
    client: async_nats::Client,
    subject: String,
    own: Arc<str>,
    tail: LogTail,
    stop: CancellationToken,
) {
    let mut signals = tail.subscribe();
    let token = Bytes::copy_from_slice(own.as_bytes());
    loop {
        let signal = tokio::select! {
            () = stop.cancelled() => return,
            signal = signals.recv() => signal,
        };
        match signal {
            Ok(TailSignal::Nudge) => continue,
            Ok(TailSignal::Committed(_)) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return,
        }
        // Wait first, so that one nudge covers a burst; what is committed while it is being sent
        // is the next one's.
        tokio::time::sleep(NUDGE_EVERY).await;
        signals = signals.resubscribe();
        if let Err(error) = client.publish(subject.clone(), token.clone()).await {
            tracing::debug!(%error, "a nudge was not sent");
        }
    }
}

async fn hear_nudges(
    client: async_nats::Client,
    subject: String,
    own: Arc<str>,
    tail: LogTail,
    stop: CancellationToken,
) {
    let Ok(mut nudges) = client.subscribe(subject).await else {
        return tracing::warn!("nudges cannot be heard; the log is polled");
    };
    loop {
        let nudge = tokio::select! {
            () = stop.cancelled() => return,
            nudge = nudges.next() => nudge,
        };
        match nudge {
            Some(nudge) if nudge.payload == own.as_bytes() => {}
            Some(_) => tail.publish(TailSignal::Nudge),
            None => return,
        }
    }
}

async fn hear_figures(
    client: async_nats::Client,
    figures: broadcast::Sender<Bytes>,
    stop: CancellationToken,
) {
    let Ok(mut updates) = client.subscribe(FIGURES_SUBJECT).await else {
        return tracing::warn!("the figures of other processes cannot be heard");
    };
    loop {
        let update = tokio::select! {
            () = stop.cancelled() => return,
            update = updates.next() => update,
        };
        let Some(update) = update else { return };
        let _nobody_listens = figures.send(update.payload);
    }
}
