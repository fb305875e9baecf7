//! `betstream replay`: the log up to a moment, into an empty store of its own, with its views.

use anyhow::{Context, bail};
use betstream_events::{
    chain::{Block, GENESIS},
    clock::SystemClock,
    envelope::Position,
    store::{
        Head, LogReader, Order, OutcomeCounts, Span,
        fill::{FillSource, Filling},
        url::StoreUrl,
    },
    tail::LogTail,
};
use betstream_projections::{ProjectionDeps, Projections, RebuildTarget, ViewUrl};
use betstream_web::request::Moment;

use crate::{
    cli::ReplayArgs, commands::rebuild::rebuild, config::Settings, progress, store, views,
};

/// How many blocks are looked at at once.
const BLOCKS_AT_ONCE: usize = 64;

/// Runs the command.
///
/// # Errors
/// When the moment lies after the end of the log, the store is not empty, or a database does not
/// answer.
pub(crate) async fn run(args: &ReplayArgs, settings: &Settings) -> anyhow::Result<()> {
    let target = args.into.parse::<StoreUrl>()?;
    if target == settings.database {
        bail!("--into names the store that is read; a replay needs one of its own");
    }
    let source = store::open_to_read(settings).await?;
    let Ok(moment) = args.to.parse::<Moment>() else {
        bail!("--to {:?} is not {}", args.to, Moment::EXPECTED);
    };
    let to = moment.position("--to", &*source, &SystemClock).await;
    let to = to.map_err(|error| anyhow::anyhow!("{}", error.detail()))?;
    fill(&*source, &target, to).await?;

    // The counters of the source are not ours: the odds of a replay are a table.
    let settings = Settings {
        database: target.clone(),
        redis: None,
        ..settings.clone()
    };
    let log = store::open(&settings).await?;
    let identity = log.identity().await?;
    let deps = ProjectionDeps {
        views: ViewUrl::beside(&target),
        ..views::deps(&settings, log, LogTail::default(), identity.currency)
    };
    rebuild(&Projections::open(deps).await?, RebuildTarget::All).await?;
    println!(
        "{} holds the log up to position {to}; serve it with DATABASE_URL={}",
        target, args.into
    );
    Ok(())
}

/// Fills `target` with the events up to `to`; the last block is sealed anew where it is cut.
async fn fill(source: &dyn LogReader, target: &StoreUrl, to: Position) -> anyhow::Result<()> {
    let last = match source.last_block(to).await? {
        Some(block) if to > Position::START => Some(cut(source, block, to).await?),
        _ => None,
    };
    let identity = source.identity().await?;
    let head = Head {
        identity,
        position: to,
        block_hash: last.as_ref().map_or(GENESIS, |block| block.hash),
    };
    let source_of = FillSource {
        verb: "replay".to_owned(),
        head,
    };
    let mut filling = Filling::begin(store::open_to_fill(target).await?, source_of).await?;
    let bar = progress::bar(u64::try_from(to.0).unwrap_or_default(), "events");
    let mut after = Position::START;
    while after < to {
        let blocks = source.read_blocks(after, BLOCKS_AT_ONCE).await?;
        if blocks.is_empty() {
            bail!("no block seals position {}", after.next());
        }
        for block in blocks {
            let block = match &last {
                Some(last) if last.first == block.first => last.clone(),
                _ => block,
            };
            if block.first > to {
                break;
            }
            after = block.last;
            let rows = rows_of(source, &block).await?;
            filling.block(block, rows).await?;
            bar.set_position(u64::try_from(after.0).unwrap_or_default());
        }
    }
    filling.finish(&[], OutcomeCounts::default()).await?;
    bar.finish_and_clear();
    Ok(())
}

/// The part of `block` that ends at `to`.
async fn cut(source: &dyn LogReader, block: Block, to: Position) -> anyhow::Result<Block> {
    if block.last <= to {
        return Ok(block);
    }
    let part = Block {
        last: to,
        ..block.clone()
    };
    let rows = rows_of(source, &part).await?;
    Ok(Block::seal(block.previous, &rows))
}

async fn rows_of(
    source: &dyn LogReader,
    block: &Block,
) -> anyhow::Result<Vec<betstream_events::envelope::EventRow>> {
    let span = Span {
        after: Position(block.first.0 - 1),
        up_to: block.last,
    };
    source
        .rows(span, Order::OldestFirst, usize::MAX)
        .await
        .with_context(|| format!("the block from position {} cannot be read", block.first))
}
