//! How views are shown.

use betstream_projections::RebuildProgress;
use comfy_table::{Table, presets::NOTHING};
use serde::Deserialize;
use serde_json::Value;

use crate::cli::Output;

/// How a view stands, as the server says it.
#[derive(Deserialize)]
pub(super) struct Status {
    pub(super) name: String,
    position: i64,
    lag: i64,
    lag_seconds: f64,
    rate: f64,
    stalled: bool,
    state: String,
    error: Option<String>,
    keeper: Option<String>,
    pause: Option<Pause>,
    failing: Option<Failing>,
    pub(super) rebuild: Option<Rebuild>,
    pub(super) rebuild_error: Option<String>,
}

#[derive(Deserialize)]
struct Pause {
    who: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Failing {
    position: i64,
    reason: String,
}

#[derive(Deserialize)]
pub(super) struct Rebuild {
    pub(super) progress: Option<RebuildProgress>,
}

impl Status {
    /// What a person should know besides the figures.
    fn remarks(&self) -> String {
        let pause = self.pause.as_ref().map(|pause| {
            let why = pause
                .reason
                .as_ref()
                .map_or_else(String::new, |reason| format!(": {reason}"));
            format!("paused by {}{why}", pause.who)
        });
        let failing = self
            .failing
            .as_ref()
            .map(|event| format!("cannot take position {}: {}", event.position, event.reason));
        let rebuild = self.rebuild.as_ref().map(|rebuild| {
            rebuild.progress.map_or_else(
                || "a rebuild begins".to_owned(),
                |progress| {
                    let left = progress
                        .seconds_left
                        .map_or_else(String::new, |left| format!(", {left:.0} s left"));
                    format!(
                        "rebuilt up to {} of {}, {:.0} events/s{left}",
                        progress.done, progress.head, progress.rate
                    )
                },
            )
        });
        let stalled = self.stalled.then(|| "STANDS STILL".to_owned());
        // The event that fails says it already.
        let error = self.error.clone().filter(|_| self.failing.is_none());
        [
            stalled,
            pause,
            failing,
            rebuild,
            error,
            self.rebuild_error.clone(),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("; ")
    }
}

/// Shows all of them.
///
/// # Errors
/// When the server's answer is not understood, or cannot be written as JSON.
pub(super) fn list(projections: Value, output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        println!("{}", serde_json::to_string_pretty(&projections)?);
        return Ok(());
    }
    let projections: Vec<Status> = serde_json::from_value(projections)?;
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header([
        "view", "state", "position", "behind", "seconds", "events/s", "keeper", "",
    ]);
    for status in &projections {
        table.add_row([
            status.name.clone(),
            status.state.clone(),
            status.position.to_string(),
            status.lag.to_string(),
            format!("{:.1}", status.lag_seconds),
            format!("{:.0}", status.rate),
            status.keeper.clone().unwrap_or_default(),
            status.remarks(),
        ]);
    }
    println!("{table}");
    Ok(())
}

/// Shows one in a line.
pub(super) fn one(status: &Status) {
    let remarks = status.remarks();
    let (open, close) = if remarks.is_empty() {
        ("", "")
    } else {
        (" (", ")")
    };
    println!(
        "{}: {}, at position {}{open}{remarks}{close}",
        status.name, status.state, status.position
    );
}
