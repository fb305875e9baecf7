//! `betstream dead-letters`: the messages that could not be read, looked at, retried and discarded
//! through the running server.

mod shapes;
mod show;

use std::process::ExitCode;

use betstream_events::ids::DeadLetterId;
use serde_json::{Value, json};

use self::shapes::{Changed, Report};
use crate::{
    cli::{DeadLettersVerb, Letters},
    client::{Server, with_query},
    config::Settings,
};

/// Where they are.
const PATH: &str = "/api/v1/dead-letters";
/// How many a server lists at once.
const MOST_A_PAGE: u32 = 500;

/// Runs the command: a failure when something was not done to one of the letters.
///
/// # Errors
/// When the server cannot be reached, or refuses.
pub(crate) async fn run(verb: &DeadLettersVerb, settings: &Settings) -> anyhow::Result<ExitCode> {
    match verb {
        DeadLettersVerb::List {
            state,
            reason,
            limit,
            output,
            server,
        } => {
            let mut query = vec![("limit", (*limit).min(MOST_A_PAGE).to_string())];
            query.extend(state.map(|state| ("state", state.word().to_owned())));
            query.extend(reason.clone().map(|reason| ("reason", reason)));
            let server = Server::of(server, settings)?;
            let letters = server
                .first_of(with_query(PATH, query), *limit as usize)
                .await?;
            show::letters(letters, *output)?;
        }
        DeadLettersVerb::Show {
            id,
            bytes,
            output,
            server,
        } => {
            let server = Server::of(server, settings)?;
            let details = server.get(&format!("{PATH}/{id}")).await?;
            if *bytes {
                show::bytes(details)?;
            } else {
                show::letter(details, *output)?;
            }
        }
        DeadLettersVerb::Retry {
            letters,
            output,
            server,
        } => {
            let server = Server::of(server, settings)?;
            let report = each(&server, letters, "retry", None).await?;
            return show::report(&report, *output);
        }
        DeadLettersVerb::Discard {
            letters,
            reason,
            output,
            server,
        } => {
            let server = Server::of(server, settings)?;
            let report = each(&server, letters, "discard", Some(reason)).await?;
            return show::report(&report, *output);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Does `what` to each of `letters`; one that is refused leaves the others alone.
async fn each(
    server: &Server,
    letters: &Letters,
    what: &str,
    reason: Option<&String>,
) -> anyhow::Result<Report> {
    let body = reason.map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
    let mut report = Report::default();
    if let Some(cause) = &letters.all_of {
        let mut next = Some(with_query(
            &format!("{PATH}/{what}"),
            [("reason", cause.clone())],
        ));
        while let Some(path) = next {
            let (page, link) = server.post_page::<Report>(&path, body.to_string()).await?;
            report.add(page);
            next = link;
        }
        return Ok(report);
    }
    for id in &letters.ids {
        let done = one(server, *id, what, &body).await;
        report.settle(*id, done);
    }
    Ok(report)
}

async fn one(
    server: &Server,
    id: DeadLetterId,
    what: &str,
    body: &Value,
) -> anyhow::Result<Changed> {
    server
        .post_once(&format!("{PATH}/{id}/{what}"), body.to_string())
        .await
}
