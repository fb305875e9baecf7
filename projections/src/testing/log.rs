//! A log in a folder of its own, with its views beside it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use betstream_events::{
    clock::{FixedClock, Timestamp},
    envelope::{Position, RecordedEvent},
    money::Currency,
    store::{
        AppendEvents, AppendOutcome, AppendRequest, Follow, FollowLog, Head, LogReader,
        sqlite::SqliteStore,
    },
    tail::{LogTail, TailSignal},
};
use tempfile::TempDir;

use crate::{
    ProjectionDeps, Projections, ViewUrl,
    markets::ToteRules,
    projection::Projection,
    runner::{ProjectionShared, Sink, ViewSink},
    views::{ViewStore, sqlite::SqliteViews},
};

/// When everything happened: 2026-01-02T03:04:05.678901Z.
pub(crate) const THEN: Timestamp = Timestamp::from_micros(1_767_323_045_678_901);

/// How long a test waits for a position before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct TestLog {
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) tail: LogTail,
    folder: TempDir,
}

impl TestLog {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock(THEN));
        let store =
            SqliteStore::open_with_clock(&folder.path().join("log.db"), Currency::USD, clock);
        Self {
            store: Arc::new(store.unwrap()),
            tail: LogTail::default(),
            folder,
        }
    }

    pub(crate) fn log(&self) -> Arc<dyn LogReader> {
        self.store.clone()
    }

    /// Appends in one chunk and tells the followers, as the journal does.
    pub(crate) async fn append(&self, requests: Vec<AppendRequest>) -> Position {
        let outcome = self.store.append(requests).await.unwrap();
        for outcome in &outcome.outcomes {
            assert!(
                matches!(outcome, AppendOutcome::Appended { .. }),
                "{outcome:?}"
            );
        }
        let committed = outcome.committed.unwrap();
        let last = committed.last();
        self.tail.publish(TailSignal::Committed(committed));
        last
    }

    /// Appends as another process does: nobody here is told.
    pub(crate) async fn append_elsewhere(&self, requests: Vec<AppendRequest>) -> Position {
        let outcome = self.store.append(requests).await.unwrap();
        outcome.committed.unwrap().last()
    }

    pub(crate) async fn head(&self) -> Head {
        self.store.head().await.unwrap()
    }

    pub(crate) async fn events(&self) -> Vec<RecordedEvent> {
        let head = self.head().await.position;
        self.store
            .read_after(Position::START, head, usize::MAX, Follow::All)
            .await
            .unwrap()
    }

    pub(crate) fn views_file(&self) -> PathBuf {
        self.folder.path().join("log.views.db")
    }

    pub(crate) fn views(&self) -> Arc<dyn ViewStore> {
        Arc::new(SqliteViews::open(&self.views_file()).unwrap())
    }

    pub(crate) fn shared<P: Projection>(
        &self,
        views: &Arc<dyn ViewStore>,
    ) -> Arc<ProjectionShared> {
        let sink: Arc<dyn Sink> = ViewSink::<P>::new(views.clone());
        ProjectionShared::new(sink, views.clone())
    }

    pub(crate) fn deps(&self) -> ProjectionDeps {
        ProjectionDeps {
            log: self.log(),
            tail: self.tail.clone(),
            views: ViewUrl::Sqlite(self.views_file()),
            odds: None,
            clock: Arc::new(FixedClock(THEN)),
            currency: Currency::USD,
            tote: ToteRules::default(),
            keeper: "test".to_owned(),
            may_keep: true,
        }
    }

    pub(crate) async fn open(&self) -> Projections {
        Projections::open(self.deps()).await.unwrap()
    }

    pub(crate) async fn start(&self) -> Projections {
        Projections::start(self.deps()).await.unwrap()
    }
}

/// Every projection equals what the log says, at the head.
pub(crate) async fn assert_exact(log: &TestLog, projections: &Projections) {
    let head = log.head().await.position;
    assert!(
        projections.wait_until(head, PATIENCE).await,
        "{:?}",
        projections.status()
    );
    for name in crate::ProjectionName::ALL {
        let differences = projections.verify(name).await.unwrap();
        assert_eq!(differences, vec![], "{name}");
    }
}
