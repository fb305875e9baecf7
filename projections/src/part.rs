//! The part of a view that one stream makes: rows that can be told from those of other streams, so
//! that they can be put right without building the whole view anew.

use crate::views::{Statement, Value};

/// Which rows of a view a stream makes, and what else has a say in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Statements that delete them: `$1` is the generation, `$2` the [`key`](Self::key).
    pub removals: &'static [&'static str],
    /// What names the stream in the view's rows.
    pub key: Value,
    /// Which other streams change them.
    pub beside: Beside,
}

/// Which other streams change the rows that a stream makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// None.
    Nothing,
    /// The account of the batch: when it goes, so does the batch.
    Account,
    /// Batches, by the bets of the stream that joined them.
    Batches,
}

impl Part {
    /// Deletes the rows from `generation`.
    pub(crate) fn removals(&self, generation: i64) -> impl Iterator<Item = Statement> {
        let params = vec![generation.into(), self.key.clone()];
        self.removals
            .iter()
            .map(move |sql| Statement::new(sql, params.clone()))
    }
}
