//! History: how an account, a batch, a market or a dead letter was at any version, position or
//! time, what changed between two of them, and what each event changed.
//!
//! A past state is folded from the stream's own events by the folds of the running views, so that
//! both tell the same. Only the desk's lists need a view, which tells what there was to list.

mod beside;
mod document;
mod error;
mod keyframes;
mod lists;
mod moment;
mod past;
mod query;
mod replay;
mod telling;
#[cfg(test)]
mod tests;
mod view;

pub use beside::PastViews;
pub use document::Change;
pub use error::HistoryError;
pub use lists::DeskThen;
pub use moment::Place;
pub use query::HistoryQueries;
pub use view::{
    Difference, HistoryEntry, LetterThen, Point, ProjectionThen, Standing, StateThen, Then,
};
