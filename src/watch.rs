//! Looking after the running process once a second: do its servers answer, is it ready, are its
//! histograms drained.

use std::{sync::Arc, time::Duration};

use async_nats::{Client, connection::State};
use betstream_events::store::EventStore;
use betstream_telemetry::measures::{journal, stores};
use betstream_web::{Readiness, api_types::system::NeedName};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::{MissedTickBehavior, timeout};
use tokio_util::sync::CancellationToken;

use crate::{config::Roles, facts::Facts, needs::pulls};

/// How often to look before the process was ready, and afterwards.
const BEFORE_READY: Duration = Duration::from_millis(100);
const AFTERWARDS: Duration = Duration::from_secs(1);
/// How long the first readiness waits for views that are behind; more is a rebuild, which may last
/// while older answers are given.
const CATCH_UP_WITHIN: Duration = Duration::from_secs(5);
/// How long a server may take to answer a look.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// After how many looks the histograms of metrics are drained.
const LOOKS_AN_UPKEEP: u32 = 5;

/// Looks until `stop`.
pub(crate) async fn keep(
    store: Arc<dyn EventStore>,
    facts: Arc<Facts>,
    client: Option<Client>,
    roles: Roles,
    readiness: Readiness,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) {
    let mut looks: u32 = 0;
    let mut ticks = ticks(BEFORE_READY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        look(&*store, &facts, client.as_ref(), roles).await;
        facts.needs.show();
        if !readiness.was_ready() && facts.needs.are_met() {
            // Who asks a process that is ready sees what was acknowledged before it started.
            if let Ok(head) = store.head().await {
                facts
                    .projections
                    .wait_until(head.position, CATCH_UP_WITHIN)
                    .await;
            }
            readiness.set_ready();
            stores::READY.set(1.0);
            tracing::info!("ready");
            ticks = self::ticks(AFTERWARDS);
        }
        looks = looks.wrapping_add(1);
        if looks.is_multiple_of(LOOKS_AN_UPKEEP) {
            metrics.run_upkeep();
        }
    }
}

async fn look(store: &dyn EventStore, facts: &Facts, client: Option<&Client>, roles: Roles) {
    let head = timeout(ANSWERS_WITHIN, store.head()).await;
    let log_answers = matches!(head, Ok(Ok(_)));
    if let Ok(Ok(head)) = head {
        journal::HEAD.set(head.position.0 as f64);
    }
    facts.needs.note(NeedName::Log, log_answers);
    facts.needs.note(NeedName::Views, log_answers);
    let odds = timeout(ANSWERS_WITHIN, facts.projections.odds().total()).await;
    facts.needs.note(
        NeedName::Odds,
        matches!(odds, Ok(Ok(count)) if !count.stale),
    );
    let connected = client.is_some_and(|client| client.connection_state() == State::Connected);
    let stream = if roles.ingest {
        pulls(facts.ingest.lock().as_ref())
    } else {
        connected
    };
    facts.needs.note(NeedName::Stream, stream);
    facts.needs.note(NeedName::Nudges, connected);
}

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
