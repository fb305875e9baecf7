//! `betstream rebuild`: views from nothing, beside the ones that answer.

use betstream_events::tail::LogTail;
use betstream_projections::{ProjectionName, Projections, RebuildProgress, RebuildTarget};

use crate::{
    cli::{RebuildArgs, View},
    client::Server,
    commands::projections,
    config::Settings,
    progress, store, views,
};

/// Runs the command.
///
/// # Errors
/// When a database does not answer, or an event cannot be folded.
pub(crate) async fn run(args: &RebuildArgs, settings: &Settings) -> anyhow::Result<()> {
    let store = match store::open(settings).await {
        Ok(store) => store,
        Err(error) if serves_it(args, settings).await => {
            tracing::info!(%error, "the server that holds the log rebuilds its views");
            return projections::rebuild(target(args.view), true, &args.server, settings).await;
        }
        Err(error) => return Err(error.into()),
    };
    let identity = store.identity().await?;
    let projections = Projections::open(views::deps(
        settings,
        store,
        LogTail::default(),
        identity.currency,
    ))
    .await?;
    let events = rebuild(&projections, target(args.view)).await?;
    println!("rebuilt {} from {events} events", word(args.view));
    Ok(())
}

/// Whether a server answers that serves this very log.
async fn serves_it(args: &RebuildArgs, settings: &Settings) -> bool {
    #[derive(serde::Deserialize)]
    struct Served {
        log: String,
    }
    let ask = async {
        let log = store::open_to_read(settings).await?.identity().await?.log;
        let server = Server::of(&args.server, settings)?;
        let served: Served = server.get("/api/v1/system").await?;
        anyhow::Ok(served.log == log.to_string())
    };
    ask.await.unwrap_or(false)
}

/// Rebuilds `target` with a progress bar and gives the number of events.
///
/// # Errors
/// When a database does not answer, or an event cannot be folded.
pub(super) async fn rebuild(
    projections: &Projections,
    target: RebuildTarget,
) -> anyhow::Result<i64> {
    let bar = progress::bar(0, "events");
    let tell = |progress: RebuildProgress| {
        bar.set_length(u64::try_from(progress.head).unwrap_or_default());
        bar.set_position(u64::try_from(progress.done).unwrap_or_default());
    };
    let rebuilt = projections.rebuild(target, tell).await;
    let events = bar.position();
    bar.finish_and_clear();
    rebuilt?;
    Ok(i64::try_from(events).unwrap_or(i64::MAX))
}

const fn target(view: View) -> RebuildTarget {
    match view {
        View::Desk => RebuildTarget::One(ProjectionName::Desk),
        View::Markets => RebuildTarget::One(ProjectionName::Markets),
        View::Odds => RebuildTarget::One(ProjectionName::Odds),
        View::Stats => RebuildTarget::One(ProjectionName::Stats),
        View::Audit => RebuildTarget::One(ProjectionName::Audit),
        View::All => RebuildTarget::All,
    }
}

const fn word(view: View) -> &'static str {
    match view {
        View::Desk => "desk",
        View::Markets => "markets",
        View::Odds => "odds",
        View::Stats => "stats",
        View::Audit => "audit",
        View::All => "every view",
    }
}
