//! Composition: the log, its views, what decides, the other processes, and the conversation,
//! started in the order in which they stand on each other and stopped in the opposite one.

use std::{sync::Arc, time::Duration};

use betstream_actors::{Actors, ActorsConfig, peers::Peers};
use betstream_events::{
    clock::{Clock, SystemClock},
    store::{EventStore, StoreError},
    tail::LogTail,
};
use betstream_projections::{Projections, ProjectionsError, views::ViewError};
use betstream_web::{AccessMode, Limits, Listeners, Readiness, ServedPart, Server, Views, WebDeps};
use metrics_exporter_prometheus::PrometheusHandle;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{
    broker::{self, Broker},
    config::Settings,
    facts::Facts,
    figures::{Figures, OwnFigures, pod_id},
    heads,
    needs::Needs,
    store,
    stranded::StrandedBatches,
    telemetry::metrics,
    views, watch,
};

/// The log and its views, opened.
pub(crate) struct Opened {
    store: Arc<dyn EventStore>,
    tail: LogTail,
    projections: Arc<Projections>,
}

/// Why the log or its views cannot be opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// It may work later.
    NotYet(String),
    /// It never will.
    Never(String),
}

/// What a start is given besides the settings.
pub(crate) struct Given {
    /// Sockets that are bound.
    pub(crate) listeners: Listeners,
    /// Who may ask.
    pub(crate) access: AccessMode,
    /// What `/metrics` shows.
    pub(crate) metrics: PrometheusHandle,
    /// Whether the process takes work.
    pub(crate) readiness: Readiness,
    /// What it stands on.
    pub(crate) needs: Needs,
}

/// Everything, running.
pub(crate) struct Running {
    server: Server,
    broker: Option<Broker>,
    actors: Actors,
    projections: Arc<Projections>,
    store: Arc<dyn EventStore>,
    upkeep: CancellationToken,
}

/// Opens the log and starts the projections on it, as far as the roles want them: live clients are
/// served from the feed, and who neither keeps views nor is asked for them needs no runner. Must be
/// called within an actix system.
///
/// # Errors
/// [`OpenError`], which says whether to try again.
pub(crate) async fn open(settings: &Settings) -> Result<Opened, OpenError> {
    let store = store::open(settings).await.map_err(of_store)?;
    let identity = store.identity().await.map_err(of_store)?;
    let tail = LogTail::default();
    let deps = views::deps(settings, store.clone(), tail.clone(), identity.currency);
    let projections = Projections::open(deps).await.map_err(of_projections)?;
    let roles = settings.roles;
    if roles.api {
        projections.start_feed();
    }
    if roles.api || roles.projections {
        projections.start_runners();
    }
    Ok(Opened {
        store,
        tail,
        projections: Arc::new(projections),
    })
}

/// Starts everything that stands on the log.
///
/// # Errors
/// When a listener cannot be used, or the log does not say which one it is.
pub(crate) async fn start(
    settings: &Settings,
    opened: Opened,
    given: Given,
) -> anyhow::Result<Running> {
    let Opened {
        store,
        tail,
        projections,
    } = opened;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let identity = store.identity().await?;
    let (currency, upkeep) = (identity.currency, CancellationToken::new());

    let prover = heads::prover(&settings.signing, store.clone(), clock.clone())?;
    let config = ActorsConfig {
        store: store.clone(),
        tail: tail.clone(),
        clock: clock.clone(),
        currency,
        threads: settings.threads,
    };
    let actors = Actors::start(config);
    if settings.roles.api {
        actors.follow_up(Arc::new(StrandedBatches::new(store.clone(), &tail)));
    }

    let client = broker::connect(settings).await?;
    let peers = client
        .clone()
        .map(|client| Peers::start(client, identity.log, tail, upkeep.clone()));
    let pod_id = pod_id(|name| std::env::var(name).ok());
    let figures = Figures::default();
    let own = OwnFigures {
        pod_id: pod_id.clone(),
        intake: actors.bets().figures(),
        odds: projections.odds().clone(),
        currency,
        peers,
        clock: clock.clone(),
    };
    figures.keep(own, upkeep.clone());

    let facts = Arc::new(Facts {
        pod_id,
        needs: given.needs,
        projections: projections.clone(),
        figures,
        ingest: Mutex::new(None),
        clock: clock.clone(),
    });
    let server = Server::start(WebDeps {
        listeners: given.listeners,
        part: if settings.roles.api {
            ServedPart::Everything
        } else {
            ServedPart::Operations
        },
        access: given.access,
        proxies: settings.trusted_proxies.clone(),
        accounts: actors.accounts(),
        batches: actors.batches(),
        dead_letters: actors.dead_letters(),
        projection_decider: actors.projections(),
        projections: projections.clone(),
        bets: actors.bets(),
        views: Views::of(&projections),
        log: store.clone(),
        prover: prover.clone(),
        clock: clock.clone(),
        system: facts.clone(),
        readiness: given.readiness.clone(),
        metrics: Some(metrics::page(
            given.metrics.clone(),
            store.clone(),
            projections.clone(),
        )),
        limits: Limits::default(),
        workers: settings.threads,
        shutdown: CancellationToken::new(),
    })?;

    let broker = client.clone().map(|client| {
        let deps = broker::deps(settings, client, store.clone(), actors.bets(), clock);
        if settings.roles.ingest {
            Broker::start(deps, facts.clone())
        } else {
            Broker::look_on(deps, &facts)
        }
    });
    if let Some(prover) = prover {
        let signing = settings.signing.clone();
        tokio::spawn(heads::keep(signing, prover, upkeep.clone()));
    }
    tokio::spawn(watch::keep(
        store.clone(),
        facts,
        client,
        settings.roles,
        given.readiness,
        given.metrics,
        upkeep.clone(),
    ));
    Ok(Running {
        server,
        broker,
        actors,
        projections,
        store,
        upkeep,
    })
}

impl Running {
    /// Waits until something ends the process from within, and says what.
    pub(crate) async fn broken(&self) -> String {
        match &self.broker {
            Some(broker) => broker.broken().await,
            None => std::future::pending().await,
        }
    }

    /// Ends everything: ingest, conversation, decisions, projections, pools. What was accepted is
    /// finished.
    pub(crate) async fn stop(self) {
        let Self {
            server,
            broker,
            actors,
            projections,
            store,
            upkeep,
        } = self;
        if let Some(broker) = broker {
            broker.stop().await;
        }
        server.stop().await;
        actors.stop().await;
        projections.stop().await;
        upkeep.cancel();
        drop(store);
    }
}

fn of_store(error: StoreError) -> OpenError {
    match error {
        StoreError::Unavailable { reason }
        | StoreError::Full { reason }
        | StoreError::OutcomeUnknown { reason } => OpenError::NotYet(reason),
        other @ (StoreError::Unreadable(_)
        | StoreError::Damaged { .. }
        | StoreError::Unusable(_)) => OpenError::Never(other.to_string()),
    }
}

fn of_projections(error: ProjectionsError) -> OpenError {
    match error {
        ProjectionsError::Log(error) => of_store(error),
        ProjectionsError::Views(ViewError::Unavailable(reason)) => OpenError::NotYet(reason),
        other @ (ProjectionsError::Views(_) | ProjectionsError::Redis(_)) => {
            OpenError::Never(other.to_string())
        }
    }
}

/// How long to wait before trying to open again, after `tries` tries.
pub(crate) fn pause(tries: u32) -> Duration {
    const LONGEST: Duration = Duration::from_secs(5);
    Duration::from_millis(200)
        .saturating_mul(1 << tries.min(5))
        .min(LONGEST)
}
