//! The broker of the bet stream: connecting, and taking bets from it once it is there.

use std::sync::Arc;

use anyhow::Context;
use async_nats::{Client, ConnectOptions};
use betstream_actors::{
    ingest::{ConsumerError, Ingest, IngestDeps, StreamNames},
    intake::StreamBets,
};
use betstream_events::{clock::Clock, store::EventStore, store::url::masked};
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{compose::pause, config::Settings, facts::Facts};

/// A client of the configured broker, if there is one. A broker that is down is tried again in
/// the background for as long as the process lives.
///
/// # Errors
/// When the address cannot be read.
pub(crate) async fn connect(settings: &Settings) -> anyhow::Result<Option<Client>> {
    let Some(url) = &settings.nats else {
        return Ok(None);
    };
    let servers: Vec<&str> = url.split(',').collect();
    let options = ConnectOptions::new()
        .name("betstream")
        .retry_on_initial_connect();
    let client = options.connect(servers).await;
    client
        .map(Some)
        .with_context(|| format!("NATS_URL is {}, which cannot be used", masked(url)))
}

/// What ingest stands on.
pub(crate) fn deps(
    settings: &Settings,
    client: Client,
    store: Arc<dyn EventStore>,
    bets: StreamBets,
    clock: Arc<dyn Clock>,
) -> IngestDeps {
    let names = settings.stream.clone();
    let replicas = names.replicas;
    let names = StreamNames {
        stream: names.stream,
        subject: names.subject,
        consumer: names.consumer,
    };
    IngestDeps {
        client,
        names,
        replicas,
        store,
        bets,
        clock,
    }
}

/// Ingest, running or about to, or a look at what others take.
pub(crate) struct Broker {
    stop: CancellationToken,
    task: JoinHandle<()>,
    broken: watch::Receiver<Option<String>>,
}

impl Broker {
    /// Starts ingest as soon as the broker lets it; tells `facts`.
    pub(crate) fn start(deps: IngestDeps, facts: Arc<Facts>) -> Self {
        let stop = CancellationToken::new();
        let (sender, broken) = watch::channel(None);
        let task = tokio::spawn(run(deps, facts, sender, stop.clone()));
        Self { stop, task, broken }
    }

    /// Looks how much waits on the stream while other processes take it; tells `facts`.
    pub(crate) fn look_on(deps: IngestDeps, facts: &Facts) -> Self {
        let stop = CancellationToken::new();
        let (status, looking) = Ingest::look_on(deps, stop.clone());
        *facts.ingest.lock() = Some(status);
        Self {
            stop,
            task: tokio::spawn(looking),
            broken: watch::channel(None).1,
        }
    }

    /// Waits until ingest finds that it can never start, and says why.
    pub(crate) async fn broken(&self) -> String {
        let mut broken = self.broken.clone();
        loop {
            if let Some(reason) = &*broken.borrow_and_update() {
                return reason.clone();
            }
            if broken.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// Takes no more bets; those in hand are finished and acknowledged.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "ingest ended badly");
        }
    }
}

async fn run(
    deps: IngestDeps,
    facts: Arc<Facts>,
    broken: watch::Sender<Option<String>>,
    stop: CancellationToken,
) {
    let mut tries = 0;
    let ingest = loop {
        let started = tokio::select! {
            () = stop.cancelled() => return,
            started = Ingest::start(deps.clone()) => started,
        };
        match started {
            Ok(ingest) => break ingest,
            Err(error @ (ConsumerError::InUse { .. } | ConsumerError::NoCluster(_))) => {
                broken.send_replace(Some(error.to_string()));
                return;
            }
            Err(error) => {
                tracing::debug!(%error, "the bet stream is not there yet");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(pause(tries)) => tries += 1,
                }
            }
        }
    };
    *facts.ingest.lock() = Some(ingest.status());
    stop.cancelled().await;
    ingest.stop().await;
}
