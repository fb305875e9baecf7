//! `betstream events`: the log, looked into through the running server.

mod catalog;
mod show;

use std::process::ExitCode;

use crate::{
    cli::{EventsVerb, TreeOf},
    client::{Server, segment, with_query},
    config::Settings,
};

/// Where they are.
const PATH: &str = "/api/v1/events";
/// How many a server lists at once.
const MOST_A_PAGE: u32 = 500;

/// Runs the command.
///
/// # Errors
/// When the server cannot be reached, or refuses.
pub(crate) async fn run(verb: &EventsVerb, settings: &Settings) -> anyhow::Result<ExitCode> {
    match verb {
        EventsVerb::List {
            wanted,
            oldest,
            limit,
            output,
            server,
        } => {
            let mut params = wanted.params();
            params.push(("limit", (*limit).min(MOST_A_PAGE).to_string()));
            params.extend(oldest.then(|| ("order", "oldest".to_owned())));
            let server = Server::of(server, settings)?;
            let events = server
                .first_of(with_query(PATH, params), *limit as usize)
                .await?;
            show::events(events, *output)?;
        }
        EventsVerb::Counts {
            wanted,
            output,
            server,
        } => {
            let path = with_query(&format!("{PATH}/counts"), wanted.params());
            let counts = Server::of(server, settings)?.get(&path).await?;
            show::counts(counts, *output)?;
        }
        EventsVerb::Show {
            event,
            output,
            server,
        } => {
            let path = format!("{PATH}/{}", event);
            let event = Server::of(server, settings)?.get(&path).await?;
            show::event(event, *output)?;
        }
        EventsVerb::Catalog { output } => catalog::show(*output)?,
        EventsVerb::Tree { of, output, server } => {
            let tree = Server::of(server, settings)?.get(&path_of(of)).await?;
            show::tree(tree, *output)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn path_of(of: &TreeOf) -> String {
    match (&of.event, &of.correlation) {
        (Some(event), _) => format!("{PATH}/{}/tree", event),
        (None, correlation) => {
            let name = correlation.as_deref().unwrap_or_default();
            format!("/api/v1/correlations/{}", segment(name))
        }
    }
}
