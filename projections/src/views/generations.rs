//! Which generation of a view answers, and up to where each has counted.

use betstream_events::envelope::Position;
use uuid::Uuid;

use super::{CommitError, Query, RowReader, Rows, Statement, ViewError, ViewStore};
use crate::{
    answer::Answer,
    checkpoint::{Checkpoint, hash_from_text, hash_to_text},
    progress::ViewProgress,
    projection::ProjectionName,
};

/// Asks `queries` and the view's position in one snapshot.
///
/// The position is the stored one, or the one that the runner reached before the questions were
/// asked, where the events since the stored one changed nothing in this view.
pub(crate) async fn ask<const N: usize>(
    views: &dyn ViewStore,
    name: ProjectionName,
    progress: &ViewProgress,
    queries: [Query; N],
) -> Result<(Answer<()>, [Rows; N]), ViewError> {
    let reached_before = progress.position();
    let position = Query::small(
        include_str!("sql/current_position.sql"),
        vec![name.word().into()],
    );
    let mut answers = views
        .read(std::iter::once(position).chain(queries).collect())
        .await?
        .into_iter();
    let stored = answers
        .next()
        .unwrap_or_default()
        .first(|row| row.int())?
        .unwrap_or(0);
    let rows = std::array::from_fn(|_| answers.next().unwrap_or_default());
    Ok((
        Answer {
            view_position: reached_before.max(Position(stored)),
            value: (),
        },
        rows,
    ))
}

/// The generation that answers, and its checkpoint. None before the projection's first start.
pub(crate) async fn current(
    views: &dyn ViewStore,
    name: ProjectionName,
) -> Result<Option<(i64, Checkpoint)>, ViewError> {
    read_current(views.read_one(current_query(name)).await?)
}

/// Asks for the generation that answers, beside other questions.
pub(crate) fn current_query(name: ProjectionName) -> Query {
    Query::small(
        include_str!("sql/current_checkpoint.sql"),
        vec![name.word().into()],
    )
}

/// The answer to [`current_query`].
pub(crate) fn read_current(rows: Rows) -> Result<Option<(i64, Checkpoint)>, ViewError> {
    rows.first(|row| Ok((row.int()?, read_checkpoint(row)?)))
}

/// The checkpoint of one generation.
pub(crate) async fn checkpoint(
    views: &dyn ViewStore,
    name: ProjectionName,
    generation: i64,
) -> Result<Option<Checkpoint>, ViewError> {
    let query = Query::small(
        include_str!("sql/find_checkpoint.sql"),
        vec![name.word().into(), generation.into()],
    );
    views.read_one(query).await?.first(read_checkpoint)
}

/// Every generation of a projection that has a checkpoint.
pub(crate) async fn all(
    views: &dyn ViewStore,
    name: ProjectionName,
) -> Result<Vec<i64>, ViewError> {
    let query = Query::small(
        include_str!("sql/list_generations.sql"),
        vec![name.word().into()],
    );
    views.read_one(query).await?.read(|row| row.int())
}

fn read_checkpoint(row: &mut RowReader<'_>) -> Result<Checkpoint, ViewError> {
    let log = row.text()?;
    Ok(Checkpoint {
        log: Uuid::parse_str(&log)
            .map_err(|_| ViewError::Unreadable(format!("{log:?} is no log id")))?,
        epoch: row.int()?,
        position: Position(row.int()?),
        block_hash: hash_from_text(&row.text()?),
    })
}

/// Moves the checkpoint of a generation from `from` to `to`; changes no row when it is not at `from`.
pub(crate) fn advance(
    name: ProjectionName,
    generation: i64,
    from: &Checkpoint,
    to: &Checkpoint,
) -> Statement {
    let params = vec![
        to.position.0.into(),
        hash_to_text(&to.block_hash).into(),
        name.word().into(),
        generation.into(),
        from.log.to_string().into(),
        from.epoch.into(),
        from.position.0.into(),
    ];
    Statement::new(include_str!("sql/advance_checkpoint.sql"), params)
}

/// Makes generation 1 of a projection that was never started here. Changes no row otherwise.
///
/// # Errors
/// [`CommitError`] when the views do not take it; that it exists already is none.
pub(crate) async fn found(
    views: &dyn ViewStore,
    name: ProjectionName,
    start: &Checkpoint,
) -> Result<(), CommitError> {
    let guard = Statement::new(
        include_str!("sql/found_projection.sql"),
        vec![name.word().into()],
    );
    match views
        .commit(guard, vec![put_checkpoint(name, 1, start)])
        .await
    {
        Err(CommitError::NotOwner) => Ok(()),
        outcome => outcome,
    }
}

/// Sets the checkpoint of a generation, whatever it was.
pub(crate) fn put_checkpoint(name: ProjectionName, generation: i64, at: &Checkpoint) -> Statement {
    let params = vec![
        name.word().into(),
        generation.into(),
        at.log.to_string().into(),
        at.epoch.into(),
        at.position.0.into(),
        hash_to_text(&at.block_hash).into(),
    ];
    Statement::new(include_str!("sql/put_checkpoint.sql"), params)
}

/// Forgets the checkpoint of a generation.
pub(crate) fn drop_checkpoint(name: ProjectionName, generation: i64) -> Statement {
    Statement::new(
        include_str!("sql/drop_checkpoint.sql"),
        vec![name.word().into(), generation.into()],
    )
}

/// Lets generation `to` answer in place of `from`, which loses its checkpoint.
///
/// # Errors
/// [`CommitError::NotOwner`] when `from` does not answer any more, or has counted further than
/// `reached` in the log whose head is `head`.
pub(crate) async fn swap(
    views: &dyn ViewStore,
    name: ProjectionName,
    from: i64,
    to: i64,
    reached: &Checkpoint,
    head: Position,
) -> Result<(), CommitError> {
    let params = vec![
        name.word().into(),
        from.into(),
        reached.position.0.into(),
        reached.log.to_string().into(),
        reached.epoch.into(),
        head.0.into(),
    ];
    let guard = Statement::new(include_str!("sql/retire_generation.sql"), params);
    let swap = Statement::new(
        include_str!("sql/swap_generation.sql"),
        vec![to.into(), name.word().into(), from.into()],
    );
    views.commit(guard, vec![swap]).await
}
