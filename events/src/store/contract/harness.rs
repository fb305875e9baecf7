//! What a promise is checked on: a store over a fresh database, and a way round the store.

use std::sync::Arc;

use async_trait::async_trait;
use futures::TryStreamExt;

use crate::{
    chain::{Block, BlockFault},
    envelope::{Position, RecordedEvent, StreamName, Version},
    proof::{Mark, Stretch, end_of, walk},
    store::{
        AppendOutcome, AppendRequest, ChunkOutcome, EventStore, Follow, LogReader, Refusal,
        StoreError,
        fill::{FillLog, SealedRows},
    },
};

/// A database that one test has for itself.
#[async_trait]
pub(crate) trait Database: Send + Sync {
    /// Opens a store over it. No other store is open on it at the time.
    async fn try_open(&self) -> Result<Arc<dyn EventStore>, StoreError>;

    /// Opens it to be filled. Nothing else is open on it at the time.
    async fn open_to_fill(&self) -> Result<Arc<dyn FillLog>, StoreError>;

    /// Opens its log to read it, beside a store or without one.
    async fn open_reader(&self) -> Arc<dyn LogReader>;

    /// Runs statements as a stranger with the rights of the store's own user.
    async fn run(&self, statements: &str) -> Result<(), String>;

    /// Runs statements with the triggers off, as somebody who wants to cheat.
    async fn tamper(&self, statements: &str) -> Result<(), String>;

    /// An expression that makes an event id.
    fn an_event_id(&self) -> &'static str;

    /// `bytes` as a literal.
    fn blob(&self, bytes: &[u8]) -> String {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("x'{digits}'")
    }

    /// Statements that empty a table and that this database alone has.
    fn truncations(&self) -> &'static [&'static str] {
        &[]
    }
}

/// A store under test.
pub(crate) struct Harness {
    pub(crate) store: Arc<dyn EventStore>,
    pub(crate) database: Arc<dyn Database>,
}

impl Harness {
    pub(crate) async fn over(database: Arc<dyn Database>) -> Self {
        Self {
            store: database.try_open().await.unwrap(),
            database,
        }
    }

    /// Closes the store and opens it again.
    pub(crate) async fn reopen(self) -> Self {
        Self::over(self.close()).await
    }

    /// Closes the store.
    pub(crate) fn close(self) -> Arc<dyn Database> {
        let Self { store, database } = self;
        assert_eq!(
            Arc::strong_count(&store),
            1,
            "somebody still holds the store"
        );
        database
    }

    /// Every block with its rows.
    pub(crate) async fn sealed(&self) -> Vec<SealedRows> {
        let store = &self.store;
        let rows = store.read_rows(Position::START, usize::MAX).await.unwrap();
        let blocks = store.read_blocks(Position::START, usize::MAX).await;
        let with_rows = |block: Block| {
            let (first, last) = (block.first.0 as usize, block.last.0 as usize);
            let rows = rows[first - 1..last].to_vec();
            SealedRows { block, rows }
        };
        blocks.unwrap().into_iter().map(with_rows).collect()
    }

    pub(crate) async fn append(&self, chunk: Vec<AppendRequest>) -> ChunkOutcome {
        let requests = chunk.len();
        let outcome = self.store.append(chunk).await.unwrap();
        assert_eq!(outcome.outcomes.len(), requests);
        outcome
    }

    pub(crate) async fn append_one(&self, request: AppendRequest) -> AppendOutcome {
        self.append(vec![request]).await.outcomes.remove(0)
    }

    /// Appends what must be accepted and gives its last position.
    pub(crate) async fn accepted(&self, request: AppendRequest) -> Position {
        last_of(&self.append_one(request).await)
    }

    /// Appends what must be refused.
    pub(crate) async fn refused(&self, request: AppendRequest) -> Refusal {
        refusal_of(self.append_one(request).await)
    }

    pub(crate) async fn head(&self) -> Position {
        self.store.head().await.unwrap().position
    }

    /// The whole log.
    pub(crate) async fn log(&self) -> Vec<RecordedEvent> {
        let head = self.head().await;
        let log = self
            .store
            .read_after(Position::START, head, usize::MAX, Follow::All)
            .await
            .unwrap();
        assert_eq!(log.len() as i64, head.0);
        log
    }

    pub(crate) async fn stream(&self, stream: &StreamName) -> Vec<RecordedEvent> {
        self.store
            .read_stream(stream, Version::NONE, usize::MAX)
            .await
            .unwrap()
    }

    /// How many blocks a walk along the whole chain meets, or everything that it finds.
    pub(crate) async fn verify(&self) -> Result<usize, Vec<BlockFault>> {
        let log: &dyn LogReader = &*self.store;
        let end = end_of(log).await.unwrap();
        let stretches: Vec<Stretch> = walk(log, Mark::START, end).try_collect().await.unwrap();
        let blocks = stretches.iter().map(|stretch| stretch.blocks.len()).sum();
        let faults: Vec<BlockFault> = stretches
            .into_iter()
            .flat_map(|stretch| stretch.faults)
            .collect();
        if faults.is_empty() {
            Ok(blocks)
        } else {
            Err(faults)
        }
    }
}

/// The last position of an accepted request.
pub(crate) fn last_of(outcome: &AppendOutcome) -> Position {
    match outcome {
        AppendOutcome::Appended { last, .. } => *last,
        other => panic!("not appended: {other:?}"),
    }
}

/// The reason of a refused request.
pub(crate) fn refusal_of(outcome: AppendOutcome) -> Refusal {
    match outcome {
        AppendOutcome::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
