//! `betstream projections`: the views, looked after through the running server.

mod show;

use std::time::Duration;

use anyhow::bail;
use betstream_events::envelope::StreamName;
use betstream_projections::{PartRebuilt, RebuildTarget};
use serde_json::{Value, json};

use self::show::Status;
use crate::{
    cli::{ProjectionsVerb, ServerArgs},
    client::{Server, segment},
    config::Settings,
    progress,
};

/// Where they are.
const PATH: &str = "/api/v1/projections";
/// How often it is asked how far a rebuild is.
const ASK_EVERY: Duration = Duration::from_millis(300);

/// Runs the command.
///
/// # Errors
/// When the server cannot be reached, or refuses.
pub(crate) async fn run(verb: &ProjectionsVerb, settings: &Settings) -> anyhow::Result<()> {
    let tell = async |server: &ServerArgs, view: &str, what: &str, body: Value| {
        let path = format!("{PATH}/{view}/{what}");
        let server = Server::of(server, settings)?;
        let status: Status = server.post_once(&path, body.to_string()).await?;
        show::one(&status);
        anyhow::Ok(())
    };
    match verb {
        ProjectionsVerb::List { output, server } => {
            let projections = Server::of(server, settings)?.get(PATH).await?;
            show::list(projections, *output)
        }
        ProjectionsVerb::Rebuild {
            view,
            stream: Some(stream),
            server,
            ..
        } => rebuild_part(*view, stream, server, settings).await,
        ProjectionsVerb::Rebuild {
            view,
            stream: None,
            no_wait,
            server,
        } => rebuild(*view, !no_wait, server, settings).await,
        ProjectionsVerb::Cancel { view, server } => {
            let path = format!("{PATH}/{view}/rebuild");
            let stopped: Vec<Status> = Server::of(server, settings)?.delete(&path).await?;
            stopped.iter().for_each(show::one);
            Ok(())
        }
        ProjectionsVerb::Pause {
            view,
            reason,
            server,
        } => tell(server, view.word(), "pause", json!({ "reason": reason })).await,
        ProjectionsVerb::Resume { view, server } => {
            tell(server, view.word(), "resume", json!({})).await
        }
        ProjectionsVerb::Retry { view, server } => {
            tell(server, view.word(), "retry", json!({})).await
        }
        ProjectionsVerb::Skip {
            view,
            reason,
            position,
            server,
        } => {
            let body = json!({ "reason": reason, "position": position });
            tell(server, view.word(), "skip", body).await
        }
    }
}

/// Asks the running server to rebuild what one stream makes of a view.
///
/// # Errors
/// When the server cannot be reached or refuses, or no single view was named.
pub(crate) async fn rebuild_part(
    view: RebuildTarget,
    stream: &StreamName,
    server: &ServerArgs,
    settings: &Settings,
) -> anyhow::Result<()> {
    if view == RebuildTarget::All {
        bail!(
            "name the view in which {stream} is rebuilt: desk for accounts and batches, markets for markets"
        );
    }
    let path = format!(
        "{PATH}/{view}/streams/{}/rebuild",
        segment(&stream.to_string())
    );
    let server = Server::of(server, settings)?;
    let rebuilt: PartRebuilt = server.post_once(&path, "{}".to_owned()).await?;
    println!(
        "{} in {}: rebuilt from {} events, at position {}",
        rebuilt.stream, rebuilt.projection, rebuilt.events, rebuilt.position
    );
    Ok(())
}

/// Asks the running server for a rebuild and, when it shall `wait`, shows how far it is.
///
/// # Errors
/// When the server cannot be reached or refuses, or the rebuild was given up.
pub(crate) async fn rebuild(
    view: RebuildTarget,
    wait: bool,
    server: &ServerArgs,
    settings: &Settings,
) -> anyhow::Result<()> {
    let server = Server::of(server, settings)?;
    let path = format!("{PATH}/{view}/rebuild");
    let mut asked: Vec<Status> = server.post_once(&path, "{}".to_owned()).await?;
    if !wait {
        asked.iter().for_each(show::one);
        return Ok(());
    }
    let bar = progress::bar(0, "events");
    let names: Vec<String> = asked.iter().map(|status| status.name.clone()).collect();
    while asked.iter().any(|status| status.rebuild.is_some()) {
        // The slowest of them is how far all are.
        let all = asked
            .iter()
            .filter_map(|one| one.rebuild.as_ref()?.progress);
        if let Some(slowest) = all.min_by_key(|progress| progress.done) {
            bar.set_length(u64::try_from(slowest.head).unwrap_or_default());
            bar.set_position(u64::try_from(slowest.done).unwrap_or_default());
        }
        tokio::time::sleep(ASK_EVERY).await;
        let all: Vec<Status> = server.get(PATH).await?;
        asked = all
            .into_iter()
            .filter(|status| names.contains(&status.name))
            .collect();
    }
    bar.finish_and_clear();
    let failed: Vec<String> = asked
        .iter()
        .filter_map(|status| status.rebuild_error.clone())
        .collect();
    if !failed.is_empty() {
        bail!("{}", failed.join("; "));
    }
    asked.iter().for_each(show::one);
    Ok(())
}
