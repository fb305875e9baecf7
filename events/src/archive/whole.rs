//! A whole log, with its blocks.

use futures::{Stream, StreamExt, TryStreamExt, future, stream};

use super::{
    Piece, WriteError,
    line::{Header, write_block, write_event, write_header},
};
use crate::{
    proof::{Mark, Stretch, walk},
    store::LogReader,
};

/// The lines of the log up to the head that `header` names, each stretch checked against its
/// blocks before it is given. Its memory does not grow with the log.
pub fn whole(
    log: &dyn LogReader,
    header: Header,
) -> impl Stream<Item = Result<Piece, WriteError>> + Send {
    let mut first = Piece::default();
    write_header(&header, &mut first.bytes);
    let stretches = walk(log, Mark::START, header.head.position)
        .map_err(WriteError::from)
        .and_then(|stretch| future::ready(lines(stretch)));
    stream::iter([Ok(first)]).chain(stretches)
}

fn lines(stretch: Stretch) -> Result<Piece, WriteError> {
    let Stretch {
        blocks,
        rows,
        faults,
        ..
    } = stretch;
    if let Some(fault) = faults.into_iter().next() {
        return Err(WriteError::Damaged(fault));
    }
    let mut piece = Piece::default();
    let mut rest = rows.as_slice();
    for block in &blocks {
        let (sealed, after) = rest.split_at(block.events().min(rest.len()));
        for row in sealed {
            write_event(row, &mut piece.bytes);
        }
        write_block(block, &mut piece.bytes);
        rest = after;
    }
    (piece.events, piece.blocks) = (rows.len() as u64, blocks.len() as u64);
    Ok(piece)
}
