//! Metrics: begun once, shown on a page. What can be read at any time is read when the page is asked for.

use std::sync::Arc;

use betstream_events::{metadata::BUILD, store::EventStore};
use betstream_projections::Projections;
use betstream_telemetry::measures::{self, Kind, process};
use betstream_web::MetricsPage;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::collector;
use tikv_jemalloc_ctl::{Error, epoch, stats};

/// How this binary was built.
const PROFILE: &str = if cfg!(debug_assertions) {
    "debug"
} else {
    "release"
};

/// Begins to count and measure.
///
/// # Errors
/// [`BuildError`] when something else counts already.
pub(crate) fn start() -> Result<PrometheusHandle, BuildError> {
    let mut builder = PrometheusBuilder::new();
    for about in measures::all().map(measures::Measure::about) {
        if let Kind::Histogram(bounds) = about.kind {
            let name = Matcher::Full(about.name.to_owned());
            builder = builder.set_buckets_for_metric(name, bounds)?;
        }
    }
    let handle = builder.install_recorder()?;
    measures::register();
    process::BUILD_INFO.look_up([BUILD, PROFILE]).set(1.0);
    Ok(handle)
}

/// The page that `/metrics` shows.
pub(crate) fn page(
    handle: PrometheusHandle,
    store: Arc<dyn EventStore>,
    projections: Arc<Projections>,
) -> MetricsPage {
    Arc::new(move || {
        store.pool().show("log");
        projections.pool().show("views");
        if let Err(error) = show_heap() {
            tracing::debug!(%error, "the allocator does not tell its figures");
        }
        let cpu_seconds = show_process();
        let mut page = handle.render();
        page.push_str(&process::CPU.lines(cpu_seconds));
        page
    })
}

/// Shows what the system knows of this process, and gives the processor time that it has used.
fn show_process() -> f64 {
    let known = collector::collect();
    let gauges = [
        (&process::RESIDENT, known.resident_memory_bytes),
        (&process::VIRTUAL, known.virtual_memory_bytes),
        (&process::OPEN_FILES, known.open_fds),
        (&process::MAX_FILES, known.max_fds),
        (&process::THREADS, known.threads),
        (&process::START_TIME, known.start_time_seconds),
    ];
    for (gauge, value) in gauges {
        if let Some(value) = value {
            gauge.set(value as f64);
        }
    }
    known.cpu_seconds_total.unwrap_or_default()
}

fn show_heap() -> Result<(), Error> {
    // The allocator's figures stand still until they are asked to move on.
    epoch::advance()?;
    process::HEAP_ALLOCATED.set(stats::allocated::read()? as f64);
    process::HEAP_ACTIVE.set(stats::active::read()? as f64);
    process::HEAP_RESIDENT.set(stats::resident::read()? as f64);
    process::HEAP_MAPPED.set(stats::mapped::read()? as f64);
    process::HEAP_RETAINED.set(stats::retained::read()? as f64);
    Ok(())
}
