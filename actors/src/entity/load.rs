//! Bringing an entity's state up to date: snapshot and tail.

use std::time::Instant;

use betstream_events::{
    envelope::Version,
    fault::{self, Point},
    store::{KeepSnapshots, Snapshot, StoreError},
};

use betstream_telemetry::measures::actors;

use super::{Entity, turn::Loaded};

/// How many events are read at a time.
const PAGE: usize = 1_000;
/// After how many events read a new snapshot is worth its row.
const SNAPSHOT_AFTER: i64 = 500;

/// Reads what happened after `from`, or everything, starting from the newest snapshot.
pub(crate) async fn load<E: Entity>(
    store: &dyn KeepSnapshots,
    id: &E::Id,
    from: Option<Loaded<E>>,
) -> Result<Loaded<E>, StoreError> {
    let began = Instant::now();
    match read::<E>(store, id, from).await {
        Ok((loaded, events)) => {
            actors::RECOVERY_DURATION
                .of([E::NAME])
                .record(began.elapsed());
            actors::RECOVERY_EVENTS.of([E::NAME]).record(events as f64);
            Ok(loaded)
        }
        Err(error) => {
            actors::RECOVERIES_FAILED.of([E::NAME]).increment(1);
            Err(error)
        }
    }
}

/// The state, and how many events were read for it.
async fn read<E: Entity>(
    store: &dyn KeepSnapshots,
    id: &E::Id,
    from: Option<Loaded<E>>,
) -> Result<(Loaded<E>, i64), StoreError> {
    let stream = E::stream(id);
    let mut loaded = match from {
        Some(loaded) => loaded,
        None => {
            let snapshot = store.load_snapshot(&stream, E::SNAPSHOT_SCHEMA).await?;
            let restored = snapshot.and_then(|snapshot| {
                let state = E::from_snapshot(id, &snapshot.state, snapshot.version)?;
                Some(Loaded {
                    state,
                    version: snapshot.version,
                })
            });
            restored.unwrap_or_else(|| Loaded {
                state: E::initial(id),
                version: Version::NONE,
            })
        }
    };
    let started_at = loaded.version;
    loop {
        let events = store.read_stream(&stream, loaded.version, PAGE).await?;
        for event in &events {
            E::evolve(
                &mut loaded.state,
                &event.event,
                event.version,
                event.occurred_at,
            );
            loaded.version = event.version;
        }
        if events.len() < PAGE {
            break;
        }
    }
    let events = loaded.version.0 - started_at.0;
    if events >= SNAPSHOT_AFTER
        && let Some(state) = E::to_snapshot(&loaded.state)
    {
        let snapshot = Snapshot {
            version: loaded.version,
            state,
        };
        fault::pass(Point::BeforeSnapshot);
        if let Err(error) = store
            .save_snapshot(&stream, E::SNAPSHOT_SCHEMA, snapshot)
            .await
        {
            tracing::warn!(%error, %stream, "a snapshot was not kept; the next start reads the events again");
        }
        fault::pass(Point::AfterSnapshot);
    }
    Ok((loaded, events))
}
