//! The bet stream over JetStream: a durable pull consumer that acknowledges a message only when
//! its event is committed.
//!
//! Follow a message: [`consumer`] makes the stream and the consumer ready, [`pull`] gathers what
//! has come while the last groups were committed, [`group`] decodes a group and hands it to the
//! actors, what cannot be read goes to the [`letter_box`], and [`acknowledge`] is the one table of
//! what becomes of each outcome.

pub mod acknowledge;
pub mod consumer;
pub mod dead_letters;
mod group;
mod letter_box;
mod pull;
mod status;

use std::{sync::Arc, time::Duration};

use betstream_events::{clock::Clock, store::EventStore};
use betstream_telemetry::measures::ingest as figures;
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub use consumer::{ConsumerError, StreamNames};
pub use status::{IngestState, IngestStatus};

use crate::intake::StreamBets;

/// What ingest stands on.
#[derive(Clone)]
pub struct IngestDeps {
    /// The connection to NATS.
    pub client: async_nats::Client,
    /// What the stream, its subject and our consumer are called.
    pub names: StreamNames,
    /// On how many servers of a cluster the stream is kept, when it is made here.
    pub replicas: usize,
    /// Where dead letters are kept and outcomes are counted.
    pub store: Arc<dyn EventStore>,
    /// The way to the actors.
    pub bets: StreamBets,
    /// The clock for dead letters.
    pub clock: Arc<dyn Clock>,
}

/// Ingest, running.
pub struct Ingest {
    status: watch::Receiver<IngestStatus>,
    stop: CancellationToken,
    task: JoinHandle<()>,
    client: async_nats::Client,
}

/// Longest pause between two tries to come back to the stream.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long the broker may take to receive the last acknowledgements.
const FLUSH_WITHIN: Duration = Duration::from_secs(2);

impl Ingest {
    /// Makes the stream and the consumer ready, then takes bets until stopped.
    ///
    /// # Errors
    /// [`ConsumerError`] when the stream cannot be worked on: above all when a push consumer of
    /// our name is in use by somebody else.
    pub async fn start(deps: IngestDeps) -> Result<Self, ConsumerError> {
        let prepared = consumer::prepare(&deps.client, &deps.names, deps.replicas).await?;
        let (sender, status) = watch::channel(IngestStatus::default());
        let stop = CancellationToken::new();
        let watching = status::watch(deps.clone(), sender.clone(), stop.clone());
        let client = deps.client.clone();
        let running = run(deps, prepared, sender, stop.clone());
        let task = tokio::spawn(async move {
            tokio::join!(running, watching);
        });
        Ok(Self {
            status,
            stop,
            task,
            client,
        })
    }

    /// Looks at the stream's levels until `stop`, and takes no bet: other processes do. Whether there
    /// is a stream yet does not matter.
    pub fn look_on(
        deps: IngestDeps,
        stop: CancellationToken,
    ) -> (watch::Receiver<IngestStatus>, impl Future<Output = ()>) {
        let (sender, status) = watch::channel(IngestStatus::default());
        (status, status::watch(deps, sender, stop))
    }

    /// What ingest is doing.
    pub fn status(&self) -> watch::Receiver<IngestStatus> {
        self.status.clone()
    }

    /// Pulls no more, finishes and acknowledges what is in hand, and ends.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "ingest ended badly");
        }
        // Acknowledgements still wait in the client's buffer, where they stay without a broker.
        let flushed = tokio::time::timeout(FLUSH_WITHIN, self.client.flush()).await;
        if !matches!(flushed, Ok(Ok(()))) {
            tracing::debug!(
                "the last acknowledgements were not sent; their messages will come again"
            );
        }
    }
}

/// Pulls until stopped; whatever ends a pull, it comes back.
async fn run(
    deps: IngestDeps,
    prepared: consumer::Prepared,
    status: watch::Sender<IngestStatus>,
    stop: CancellationToken,
) {
    let (mut prepared, mut was_there) = (Some(prepared), false);
    let mut pause = Duration::from_millis(100);
    while !stop.is_cancelled() {
        let ready = match prepared.take() {
            Some(ready) => Ok(ready),
            None => tokio::select! {
                () = stop.cancelled() => break,
                ready = consumer::prepare(&deps.client, &deps.names, deps.replicas) => ready,
            },
        };
        let reason = match ready {
            Ok(ready) => {
                if ready.was_missing && was_there {
                    tracing::warn!(
                        "stream {} is gone, and what waited in it with it; it is made again",
                        deps.names.stream
                    );
                }
                was_there = true;
                status.send_modify(|status| status.state = IngestState::Pulling);
                figures::PULLING.set(1.0);
                let pulled = pull::pull(&deps, ready, &stop).await;
                figures::PULLING.set(0.0);
                pause = if pulled.messages > 0 {
                    Duration::from_millis(100)
                } else {
                    pause
                };
                pulled.ended
            }
            Err(error) => error.to_string(),
        };
        if stop.is_cancelled() {
            break;
        }
        tracing::warn!(reason, "the pull ended; coming back");
        figures::RESTARTS.increment(1);
        status.send_modify(|status| status.state = IngestState::Reconnecting { reason });
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
        }
    }
    status.send_modify(|status| status.state = IngestState::Stopped);
}
