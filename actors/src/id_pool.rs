//! Integer ids, taken from the store in small stocks so that a command seldom waits for one.

use std::{collections::VecDeque, sync::Arc};

use betstream_events::{
    ids::IdKind,
    store::{ReadStream, StoreError},
};
use tokio::sync::Mutex;

/// The ids in stock; cheap to clone. What is left of a stock at the end is a gap.
#[derive(Clone)]
pub struct IdPool {
    store: Arc<dyn ReadStream>,
    stocks: Arc<[Mutex<VecDeque<i64>>; 3]>,
}

impl IdPool {
    /// An empty pool over `store`.
    pub fn new(store: Arc<dyn ReadStream>) -> Self {
        Self {
            store,
            stocks: Arc::default(),
        }
    }

    /// One id.
    ///
    /// # Errors
    /// [`StoreError`] when a new stock is needed and the store does not answer.
    pub async fn one(&self, kind: IdKind) -> Result<i64, StoreError> {
        let ids = self.many(kind, 1).await?;
        ids.first()
            .copied()
            .ok_or_else(|| StoreError::Unusable(format!("the {} sequence gave no id", kind.name())))
    }

    /// `count` ids, ascending.
    ///
    /// # Errors
    /// [`StoreError`] when a new stock is needed and the store does not answer.
    pub async fn many(&self, kind: IdKind, count: usize) -> Result<Vec<i64>, StoreError> {
        let mut stock = self.stocks[kind as usize].lock().await;
        if stock.len() < count {
            let missing = count - stock.len();
            stock.extend(
                self.store
                    .reserve_ids(kind, missing.max(stock_size(kind)))
                    .await?,
            );
        }
        Ok(stock.drain(..count).collect())
    }
}

/// Accounts are opened by hand and are numbered without gaps; batches and bets come in crowds.
const fn stock_size(kind: IdKind) -> usize {
    match kind {
        IdKind::Account => 1,
        IdKind::Batch => 8,
        IdKind::Bet => 64,
    }
}
