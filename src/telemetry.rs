//! What the process says of itself: messages on standard error, metrics for whoever asks.

use std::io::IsTerminal;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Settings};

/// Bounds of durations in seconds, from a tenth of a millisecond to ten seconds: a commit on a good
/// disk takes about one millisecond, and nothing is waited for longer than thirty seconds.
const SECONDS: &[f64] = &[
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    5.0, 10.0, 30.0,
];
/// Bounds of counts of things done together: a chunk of the journal holds at most 4,096 bets and
/// 2,048 commands.
const COUNTS: &[f64] = &[
    1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1_024.0, 2_048.0, 4_096.0, 8_192.0,
];

/// What a server writes when nobody says: its own story, and of libraries what is wrong.
const OF_A_SERVER: &str = "warn,betstream=info,betstream_actors=info,betstream_events=info,betstream_projections=info,betstream_web=info";
/// What any other verb writes besides its answer.
const OF_A_VERB: &str = "warn";

/// Begins to write messages in the form that the settings ask for.
pub(crate) fn start_messages(settings: &Settings, serves: bool) {
    let otherwise = if serves { OF_A_SERVER } else { OF_A_VERB };
    let filter = EnvFilter::new(settings.log.as_deref().unwrap_or(otherwise));
    let terminal = std::io::stderr().is_terminal();
    let human = match settings.log_format {
        LogFormat::Auto => terminal,
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let begun = if human {
        builder.with_target(false).with_ansi(terminal).try_init()
    } else {
        builder.json().flatten_event(true).try_init()
    };
    if let Err(error) = begun {
        tracing::debug!(%error, "messages are written already");
    }
}

/// Begins to count and measure.
///
/// # Errors
/// [`BuildError`] when something else counts already.
pub(crate) fn start_metrics() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_requests".to_owned()), COUNTS)?
        .set_buckets_for_metric(Matcher::Suffix("_events".to_owned()), COUNTS)?
        .install_recorder()
}
