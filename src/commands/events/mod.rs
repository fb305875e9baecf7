//! `betstream events`: the log, looked into through the running server.

mod catalog;
mod show;

use std::process::ExitCode;

use betstream_projections::audit::EventName;
use serde_json::Value;

use crate::{
    cli::{EventsVerb, TreeOf},
    client::{Server, with_query},
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
            let events = list(&server, with_query(PATH, params), *limit as usize).await?;
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
            let path = format!("{PATH}/{}", name_of(*event));
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

/// The first `limit` events of the list that begins at `path`.
async fn list(server: &Server, path: String, limit: usize) -> anyhow::Result<Vec<Value>> {
    let (mut events, mut next) = (Vec::new(), Some(path));
    while let Some(path) = next.take_if(|_| events.len() < limit) {
        let (page, link) = server.get_page::<Vec<Value>>(&path).await?;
        events.extend(page);
        next = link;
    }
    if next.is_some() || events.len() > limit {
        eprintln!("betstream: there are more than {limit}; --limit shows them");
    }
    events.truncate(limit);
    Ok(events)
}

fn name_of(event: EventName) -> String {
    match event {
        EventName::Position(position) => position.to_string(),
        EventName::Id(id) => id.to_string(),
    }
}

fn path_of(of: &TreeOf) -> String {
    match (&of.event, &of.correlation) {
        (Some(event), _) => format!("{PATH}/{}/tree", name_of(*event)),
        (None, correlation) => {
            let name = correlation.as_deref().unwrap_or_default();
            let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
            format!("/api/v1/correlations/{}", encoded.replace('+', "%20"))
        }
    }
}
