//! `betstream reconcile`: what the views and counters say that the log does not, beside whoever
//! serves them.

use std::process::ExitCode;

use betstream_events::tail::LogTail;
use betstream_projections::{Divergence, ProjectionName, Projections, RebuildTarget};

use crate::{
    cli::{Output, ReconcileArgs},
    config::Settings,
    store, views,
};

/// Runs the command: a failure when something differs.
///
/// # Errors
/// When a database does not answer, or a view never stands still long enough.
pub(crate) async fn run(args: &ReconcileArgs, settings: &Settings) -> anyhow::Result<ExitCode> {
    let log = store::open_to_read(settings).await?;
    let identity = log.identity().await?;
    let deps = views::deps(settings, log, LogTail::default(), identity.currency);
    let projections = Projections::open(deps).await?;
    let mut found = Vec::new();
    for name in ProjectionName::ALL {
        if args.view == RebuildTarget::All || args.view == RebuildTarget::One(name) {
            found.extend(projections.reconcile(name).await?);
        }
    }
    match args.output {
        Output::Json => println!("{}", serde_json::to_string_pretty(&found)?),
        Output::Table if found.is_empty() => println!("everything is what the log says"),
        Output::Table => found
            .iter()
            .for_each(|divergence| println!("{}", line(divergence))),
    }
    Ok(if found.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn line(divergence: &Divergence) -> String {
    let Divergence {
        projection,
        table,
        key,
        field,
        expected,
        found,
        position,
        lacks,
    } = divergence;
    let place = position.map_or_else(
        || "no event touched it".to_owned(),
        |position| match lacks {
            true => format!("it lacks the event at position {position}"),
            false => format!("position {position} touched it last"),
        },
    );
    let field = field.map_or_else(|| "the row".to_owned(), |field| format!("field {field}"));
    let said = |said: &Option<String>| said.clone().unwrap_or_else(|| "nothing".to_owned());
    format!(
        "{projection}, {table}, {key}: {field} is {}, the log says {} ({place})",
        said(found),
        said(expected)
    )
}
