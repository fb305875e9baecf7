//! `betstream simulate`: bets at a steady pace, over the bet stream or over HTTP.

mod pace;
mod post;
mod publish;

use std::time::{Duration, Instant};

use anyhow::bail;
use betstream_events::clock::{Clock, SystemClock};
use betstream_web::operations::generator::BetGenerator;

use self::pace::Pace;
use crate::{cli::SimulateArgs, client::Server, config::Settings, progress};

/// Runs the command.
///
/// # Errors
/// When broker or server cannot be reached, or do not take every bet.
pub(crate) async fn run(args: &SimulateArgs, settings: &Settings) -> anyhow::Result<()> {
    let interval = match args.rate {
        Some(rate) => Duration::from_secs(1) / rate,
        None => Duration::from_millis(args.interval_ms),
    };
    let mut generator =
        BetGenerator::new(args.games, args.selections).with_decimals(settings.currency.decimals());
    // A bet is strings and numbers, which JSON always takes.
    let next =
        move || serde_json::to_string(&generator.next(SystemClock.now())).unwrap_or_default();
    let bar = progress::bar(args.count, "bets");
    let (mut pace, started) = (Pace::new(interval, args.count), Instant::now());
    let (taken, words) = match &settings.nats {
        Some(url) => {
            let acknowledged =
                publish::publish(url, &settings.stream, &mut pace, next, &bar).await?;
            (
                acknowledged,
                format!(
                    "{acknowledged} bets acknowledged by the stream {}",
                    settings.stream.stream
                ),
            )
        }
        None => {
            let server = Server::of(&args.server, settings)?;
            let receipt = post::post(&server, &mut pace, next, &bar).await?;
            let words = format!(
                "{} bets received by {}: {} recorded, {} duplicates, {} refused",
                receipt.received,
                server.url(),
                receipt.recorded,
                receipt.duplicates,
                receipt.refused
            );
            (receipt.recorded, words)
        }
    };
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs_f64().max(0.001);
    println!(
        "{words}, in {seconds:.1} s ({:.0} a second)",
        taken as f64 / seconds
    );
    if taken == args.count {
        Ok(())
    } else {
        bail!(
            "{} of {} bets were not taken",
            args.count - taken,
            args.count
        )
    }
}
