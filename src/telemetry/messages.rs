//! Messages on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Settings};

/// What a server writes when nobody says: its own story, and of libraries what is wrong.
const OF_A_SERVER: &str = "warn,betstream=info,betstream_actors=info,betstream_events=info,betstream_projections=info,betstream_web=info";
/// What any other verb writes besides its answer.
const OF_A_VERB: &str = "warn";

/// Begins to write messages in the form that the settings ask for.
pub(crate) fn start(settings: &Settings, serves: bool) {
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
