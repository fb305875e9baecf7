//! Along the chain: blocks with the rows they seal, read ahead, hashed on threads of their own, told
//! in order.

use std::{collections::VecDeque, ops::ControlFlow};

use futures::{Stream, TryStreamExt, stream};

use crate::{
    chain::{Block, BlockFault, GENESIS, Hash, Places, inspect_block},
    envelope::{EventRow, Position},
    store::{LogReader, Order, RowRef, Span, StoreError},
};

/// Rows that are read and hashed together: enough to make the way to the database worth it.
const ROWS_A_STRETCH: usize = 4_096;
/// Blocks that are read at a time, and that are hashed together at most.
const BLOCKS_A_PAGE: usize = 512;
/// Stretches under way: one is read while the one before is hashed and the next is asked for.
const STRETCHES_AT_ONCE: usize = 3;

/// A place between two blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The last position before it.
    pub after: Position,
    /// The hash of the block that ends there.
    pub block: Hash,
}

impl Mark {
    /// Before the first block.
    pub const START: Self = Self {
        after: Position::START,
        block: GENESIS,
    };
}

/// A few neighbouring blocks with the rows that stand at their positions.
#[derive(Debug)]
pub struct Stretch {
    /// The blocks; none where no block seals the rows.
    pub blocks: Vec<Block>,
    /// The rows, in order, as they are stored.
    pub rows: Vec<EventRow>,
    /// What is wrong with them, in order.
    pub faults: Vec<BlockFault>,
    /// Where it ends.
    pub end: Mark,
}

/// Walks from `start` to the block that covers `to`, or as far as there is something up to `to`.
/// Faults do not end the walk.
pub fn walk(
    log: &dyn LogReader,
    start: Mark,
    to: Position,
) -> impl Stream<Item = Result<Stretch, StoreError>> {
    let ahead = Ahead {
        log,
        reached: start,
        to,
        seen: before_all(start.after),
        waiting: VecDeque::new(),
        told: start.after,
    };
    let plans = stream::try_unfold(ahead, |mut ahead| async move {
        let plan = ahead.next().await?;
        Ok::<_, StoreError>(plan.map(|plan| (plan, ahead)))
    });
    plans
        .map_ok(|plan| plan.carry_out(log))
        .try_buffered(STRETCHES_AT_ONCE)
}

/// The last position of which there is anything: an event or a block.
///
/// # Errors
/// [`StoreError`] when the store does not answer.
pub async fn end_of(log: &dyn LogReader) -> Result<Position, StoreError> {
    let block = log.last_block(Position(i64::MAX)).await?;
    let rows = log
        .rows(Span::<Position>::ALL, Order::NewestFirst, 1)
        .await?;
    let last_row = rows.first().map_or(Position::START, |row| row.position);
    let sealed = block.map_or(Position::START, |block| block.sealed().last);
    Ok(last_row.max(sealed))
}

/// The place before the block that covers `from`.
///
/// # Errors
/// [`StoreError`] when the store does not answer.
pub async fn start_of(log: &dyn LogReader, from: Position) -> Result<Mark, StoreError> {
    let mark = |block: Option<Block>| {
        block.map_or(Mark::START, |block| Mark {
            after: block.last,
            block: block.hash,
        })
    };
    let block = log.last_block(from).await?;
    match block {
        Some(block) if block.last >= from => {
            let before = Position(block.first.0.saturating_sub(1));
            Ok(mark(log.last_block(before).await?))
        }
        other => Ok(mark(other)),
    }
}

/// Before everything, also before what must not be there: the position before the first one is 0.
fn before_all(after: Position) -> Position {
    if after == Position::START {
        Position(i64::MIN)
    } else {
        after
    }
}

/// What to read next.
struct Ahead<'a> {
    log: &'a dyn LogReader,
    reached: Mark,
    to: Position,
    /// The first position of the last block that was read.
    seen: Position,
    waiting: VecDeque<Block>,
    /// Up to where it is said already that no block seals the events.
    told: Position,
}

/// A stretch before it is hashed.
struct Plan {
    span: Span<Position>,
    /// The rows, where they had to be read to know where the stretch ends.
    rows: Option<Vec<EventRow>>,
    blocks: Vec<Block>,
    faults: Vec<BlockFault>,
    end: Mark,
}

impl Ahead<'_> {
    async fn next(&mut self) -> Result<Option<Plan>, StoreError> {
        let (start, mut rows) = (self.reached, 0);
        let (mut blocks, mut faults) = (Vec::new(), Vec::new());
        while rows < ROWS_A_STRETCH && blocks.len() < BLOCKS_A_PAGE {
            let due = Position(self.reached.after.0.saturating_add(1));
            let Some(first) = self.next_first().await? else {
                break;
            };
            if first > due && blocks.is_empty() && faults.is_empty() {
                return self.unsealed(Position(first.0 - 1)).await.map(Some);
            }
            if first > due {
                break;
            }
            let Some(block) = self.waiting.pop_front() else {
                break;
            };
            if first < due {
                faults.push(BlockFault::Overlapping(block.places()));
                continue;
            }
            if block.previous != self.reached.block {
                faults.push(BlockFault::Unchained(block.places()));
            }
            self.reached = Mark {
                after: block.sealed().last.max(self.reached.after),
                block: block.hash,
            };
            rows += block.events();
            blocks.push(block);
        }
        if blocks.is_empty() && faults.is_empty() {
            return if self.reached.after < self.to {
                self.unsealed(self.to).await.map(Some)
            } else {
                Ok(None)
            };
        }
        Ok(Some(Plan {
            span: Span {
                after: before_all(start.after),
                up_to: self.reached.after,
            },
            rows: None,
            blocks,
            faults,
            end: self.reached,
        }))
    }

    /// Where the next block begins, unless that is after the end of the walk.
    async fn next_first(&mut self) -> Result<Option<Position>, StoreError> {
        if self.waiting.is_empty() && self.reached.after < self.to {
            let page = self.log.read_blocks(self.seen, BLOCKS_A_PAGE).await?;
            self.waiting = page.into();
            if let Some(last) = self.waiting.back() {
                self.seen = last.first;
            }
        }
        let first = self.waiting.front().map(|block| block.first);
        Ok(first.filter(|first| *first <= self.to))
    }

    /// What stands between the last block and `last`, where no block is.
    async fn unsealed(&mut self, last: Position) -> Result<Plan, StoreError> {
        let span = Span {
            after: before_all(self.reached.after),
            up_to: last,
        };
        let rows = self
            .log
            .rows(span, Order::OldestFirst, ROWS_A_STRETCH)
            .await?;
        let first = Position(self.reached.after.0.saturating_add(1));
        let mut faults = Vec::new();
        if first > self.told {
            faults.push(BlockFault::Unsealed(Places { first, last }));
            self.told = last;
        }
        let is_all = rows.len() < ROWS_A_STRETCH;
        self.reached.after = match rows.last() {
            Some(row) if !is_all => row.position,
            _ => last,
        };
        Ok(Plan {
            span,
            rows: Some(rows),
            blocks: Vec::new(),
            faults,
            end: self.reached,
        })
    }
}

impl Plan {
    async fn carry_out(mut self, log: &dyn LogReader) -> Result<Stretch, StoreError> {
        let rows = match self.rows.take() {
            Some(rows) => rows,
            None => self.read(log).await?,
        };
        let hashing = tokio::task::spawn_blocking(move || self.inspect(rows));
        hashing
            .await
            .map_err(|error| StoreError::unavailable(&error))
    }

    /// The rows of a stretch that blocks seal, and what stands before the first position.
    async fn read(&self, log: &dyn LogReader) -> Result<Vec<EventRow>, StoreError> {
        let Span { after, up_to } = self.span;
        let start = after.max(Position::START);
        let before = Span {
            after,
            up_to: start,
        };
        let mut rows = if before.is_empty() {
            Vec::new()
        } else {
            log.rows(before, Order::OldestFirst, usize::MAX).await?
        };
        let mut take = |row: &RowRef<'_>| {
            rows.push(row.to_row());
            ControlFlow::Continue(())
        };
        log.scan(start, up_to, &mut take).await?;
        Ok(rows)
    }

    fn inspect(mut self, rows: Vec<EventRow>) -> Stretch {
        let mut rest = rows.as_slice();
        for block in &self.blocks {
            let before = rest.partition_point(|row| row.position < block.first);
            self.faults.extend(misplaced(&rest[..before]));
            rest = &rest[before..];
            let last = block.sealed().last;
            let (at, after) = rest.split_at(rest.partition_point(|row| row.position <= last));
            self.faults.extend(inspect_block(block, at));
            rest = after;
        }
        self.faults.extend(misplaced(rest));
        self.faults.sort_by_key(|fault| fault.places().first);
        Stretch {
            blocks: self.blocks,
            rows,
            faults: self.faults,
            end: self.end,
        }
    }
}

/// Rows before the first position; those that no block seals are told by the gap between blocks.
fn misplaced(rows: &[EventRow]) -> impl Iterator<Item = BlockFault> {
    rows.iter()
        .map(|row| row.position)
        .filter(|position| *position <= Position::START)
        .map(|position| BlockFault::Surplus { position })
}
