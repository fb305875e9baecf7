//! Integer ids, taken from the store in small stocks so that a command seldom waits for one.

use std::{collections::VecDeque, sync::Arc};

use betstream_events::{
    ids::IdKind,
    store::{ReserveIds, StoreError},
};
use tokio::sync::Mutex;

/// Largest stock: what a process that creates thousands a second uses in a fraction of one.
const LARGEST_STOCK: usize = 1_024;

/// The ids in stock; cheap to clone. What is left of a stock at the end is a gap.
#[derive(Clone)]
pub struct IdPool {
    store: Arc<dyn ReserveIds>,
    stocks: Arc<[Mutex<Stock>; 3]>,
}

/// Ids to give out. Each refill is twice as large as the one before, so that a person's few ids
/// leave small gaps and a crowd's many cost few refills.
#[derive(Default)]
struct Stock {
    ids: VecDeque<i64>,
    next_refill: usize,
}

impl IdPool {
    /// An empty pool over `store`.
    pub fn new(store: Arc<dyn ReserveIds>) -> Self {
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
        if stock.ids.len() < count {
            let refill = (count - stock.ids.len()).max(stock.next_refill.max(first_refill(kind)));
            stock
                .ids
                .extend(self.store.reserve_ids(kind, refill).await?);
            if kind != IdKind::Account {
                stock.next_refill = (refill * 2).min(LARGEST_STOCK);
            }
        }
        Ok(stock.ids.drain(..count).collect())
    }
}

/// Accounts are opened by hand and are numbered without gaps; batches and bets come in crowds.
const fn first_refill(kind: IdKind) -> usize {
    match kind {
        IdKind::Account => 1,
        IdKind::Batch => 4,
        IdKind::Bet => 16,
    }
}
