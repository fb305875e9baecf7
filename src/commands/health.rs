//! `betstream health`: whether the running server takes work, said by the way the command ends.

use std::{process::ExitCode, time::Duration};

use anyhow::Context;
use serde::Deserialize;

use crate::{cli::HealthArgs, client::served_at, config::Settings};

/// A supervisor asks every few seconds and does not wait longer; a server that is well answers in
/// milliseconds.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// What `/readyz` answers, or, while the database is not there, an error.
#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    ready: bool,
    #[serde(default)]
    reasons: Vec<String>,
    #[serde(default)]
    detail: String,
}

/// Runs the command: success when the server takes work, else failure with the reasons.
///
/// # Errors
/// When nobody answers in time.
pub(crate) async fn run(args: &HealthArgs, settings: &Settings) -> anyhow::Result<ExitCode> {
    let url = match &args.url {
        Some(url) => url.clone(),
        None => served_at(settings)?,
    };
    let client = reqwest::Client::builder().timeout(ANSWER_WITHIN).build()?;
    let unreachable = || format!("nobody answers at {url}");
    let answer = client.get(url.join("/readyz")?).send().await;
    let text = answer.with_context(unreachable)?.text().await;
    let text = text.with_context(unreachable)?;
    let report: Report = serde_json::from_str(&text)
        .with_context(|| format!("{url} answers what is not understood: {text}"))?;
    if report.ready {
        println!("ready");
        return Ok(ExitCode::SUCCESS);
    }
    let reasons = if report.reasons.is_empty() {
        report.detail
    } else {
        report.reasons.join("; ")
    };
    println!("not ready: {reasons}");
    Ok(ExitCode::FAILURE)
}
