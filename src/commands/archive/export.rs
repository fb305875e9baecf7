//! `betstream export`: the whole log as lines or as a table, read beside a server; a selection, asked
//! of the server.

use std::path::Path;

use betstream_events::{
    archive::{
        line::{Header, Holds},
        selection::Format,
        whole::whole,
    },
    envelope::Position,
    store::{Head, LogReader, Order, Span},
};
use futures::TryStreamExt;
use indicatif::ProgressBar;

use super::file::Output;
use crate::{
    cli::{ExportArgs, ExportFormat},
    client::{Server, with_query},
    config::Settings,
    progress, store,
};

/// Rows of a table that are read at a time.
const ROWS_A_PAGE: usize = 4_000;

/// Runs the command.
///
/// # Errors
/// When the store does not answer, the log is damaged, or the file cannot be written.
pub(crate) async fn run(args: &ExportArgs, settings: &Settings) -> anyhow::Result<()> {
    let mut output = match &args.out {
        Some(path) => {
            let is_packed = path.extension() == Some("zst".as_ref());
            Output::create(path, is_packed)?
        }
        None => Output::standard(),
    };
    let mut params = args.wanted.params();
    if !params.is_empty() {
        let format = match args.format {
            ExportFormat::Ndjson => "events",
            ExportFormat::Csv => "csv",
        };
        params.push(("format", format.to_owned()));
        let path = with_query("/api/v1/export", params);
        let server = Server::of(&args.server, settings)?;
        server.download(&path, |bytes| output.write(bytes)).await?;
        return output.finish();
    }
    let log = store::open_to_read(settings).await?;
    let head = log.head().await?;
    let bar = progress::bar(head.position.0.unsigned_abs(), "events");
    match args.format {
        ExportFormat::Ndjson => lines(&*log, head, &mut output, &bar).await?,
        ExportFormat::Csv => table(&*log, head, &mut output, &bar).await?,
    }
    output.finish()?;
    bar.finish_and_clear();
    let into = args.out.as_deref().map_or_else(String::new, |path: &Path| {
        format!(" into {}", path.display())
    });
    eprintln!("exported {} events{into}", head.position);
    Ok(())
}

async fn lines(
    log: &dyn LogReader,
    head: Head,
    output: &mut Output,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let header = Header {
        holds: Holds::Events,
        head,
    };
    let mut pieces = std::pin::pin!(whole(log, header));
    while let Some(piece) = pieces.try_next().await? {
        output.write(&piece.bytes)?;
        bar.inc(piece.events);
    }
    Ok(())
}

async fn table(
    log: &dyn LogReader,
    head: Head,
    output: &mut Output,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    output.write(&Format::Csv.head())?;
    let mut after = Position::START;
    loop {
        let span = Span {
            after,
            up_to: head.position,
        };
        let rows = log.rows(span, Order::OldestFirst, ROWS_A_PAGE).await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.position;
        output.write(&Format::Csv.rows(&rows))?;
        bar.inc(rows.len() as u64);
    }
}
