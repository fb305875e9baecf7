//! The odds projection's place in Redis.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock},
};

use ::redis::{RedisError as DriverError, Script};
use async_trait::async_trait;
use betstream_events::{
    envelope::{Position, RecordedEvent, StreamName},
    fault::{self, Point},
    store::Follow,
};
use parking_lot::Mutex;

use super::{RedisCounters, keys, replace};
use crate::{
    checkpoint::Checkpoint,
    odds::fold::{self, OddsChanges},
    projection::{ProjectionName, RowTells, ViewTable},
    runner::{Fold, PartFold, Sink},
    verify::Difference,
    views::{CommitError, Value},
};

static APPLY: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("apply.lua")));

/// The counters, as far as they are a table.
static TABLE: ViewTable = ViewTable {
    name: "redis",
    key: 1,
    delete_some: "",
    differences: "SELECT counter, updates",
    tells: RowTells::Sum("updates"),
};

/// The counters that answer. Every other generation is a count in memory, which a swap writes out.
const LIVE: i64 = 0;

/// The odds projection's place in Redis.
pub(crate) struct RedisSink {
    counters: RedisCounters,
    building: Arc<Mutex<HashMap<i64, Building>>>,
}

struct Building {
    at: Checkpoint,
    counts: OddsChanges,
}

impl RedisSink {
    pub(crate) fn new(counters: RedisCounters) -> Arc<Self> {
        Arc::new(Self {
            counters,
            building: Arc::default(),
        })
    }

    fn unavailable(&self, error: &DriverError) -> CommitError {
        CommitError::Unavailable(format!("Redis: {}", self.counters.failed(error)))
    }
}

#[async_trait]
impl Sink for RedisSink {
    fn name(&self) -> ProjectionName {
        ProjectionName::Odds
    }

    fn want(&self) -> Follow {
        Follow::All
    }

    async fn current(&self) -> Result<Option<(i64, Checkpoint)>, CommitError> {
        let mut query = ::redis::cmd("GET");
        query.arg(keys::CHECKPOINT);
        let stored: Result<Option<String>, DriverError> =
            query.query_async(&mut self.counters.connection()).await;
        let stored = stored.map_err(|error| self.unavailable(&error))?;
        Ok(stored
            .as_deref()
            .and_then(keys::read_checkpoint)
            .map(|checkpoint| (LIVE, checkpoint)))
    }

    async fn found(&self, _: &Checkpoint) -> Result<bool, CommitError> {
        // Counters may be there without a checkpoint: another system's, or ours after a loss.
        Ok(false)
    }

    fn fold(&self, generation: i64) -> Box<dyn Fold> {
        let changes = OddsChanges::default();
        if generation == LIVE {
            Box::new(LiveFold {
                counters: self.counters.clone(),
                changes,
            })
        } else {
            Box::new(BuildingFold {
                building: self.building.clone(),
                generation,
                changes,
            })
        }
    }

    async fn prepare(
        &self,
        generation: i64,
        start: &Checkpoint,
    ) -> Result<Checkpoint, CommitError> {
        self.building.lock().insert(
            generation,
            Building {
                at: *start,
                counts: OddsChanges::default(),
            },
        );
        Ok(*start)
    }

    async fn swap(
        &self,
        _: i64,
        generation: i64,
        at: &Checkpoint,
        _: Position,
    ) -> Result<(), CommitError> {
        let counts = self
            .building
            .lock()
            .get(&generation)
            .map(|building| building.counts.clone())
            .unwrap_or_default();
        let filled = replace::replace_all(&mut self.counters.connection(), counts, at).await;
        if filled.map_err(|error| self.unavailable(&error))? {
            self.building.lock().remove(&generation);
            return Ok(());
        }
        Err(CommitError::NotOwner)
    }

    async fn clear(&self, generation: i64) -> Result<(), CommitError> {
        self.building.lock().remove(&generation);
        Ok(())
    }

    async fn leftovers(&self, _: i64) -> Result<Vec<i64>, CommitError> {
        Ok(Vec::new())
    }

    async fn differences(
        &self,
        _: i64,
        generation: i64,
    ) -> Result<(Vec<Difference>, Option<Checkpoint>), CommitError> {
        let stood = self.checkpoint().await?;
        let counts = self
            .building
            .lock()
            .get(&generation)
            .map(|building| building.counts.clone())
            .unwrap_or_default();
        let total = (keys::TOTAL.to_owned(), counts.total().to_string());
        let from_log: BTreeMap<String, String> = counts
            .in_order()
            .into_iter()
            .map(|(game, updates)| (keys::of_game(game.as_str()), updates.to_string()))
            .chain([total])
            .collect();
        let stored = replace::read_all(&mut self.counters.connection()).await;
        let stored: BTreeMap<String, String> = stored
            .map_err(|error| self.unavailable(&error))?
            .into_iter()
            .collect();
        let only_in =
            |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>, running: bool| {
                one.iter()
                    .filter(|(key, value)| other.get(*key) != Some(*value))
                    .map(|(key, value)| {
                        let value = value
                            .parse()
                            .map_or_else(|_| value.as_str().into(), Value::Int);
                        let cells = vec![key.as_str().into(), value];
                        Difference::of_cells(ProjectionName::Odds, TABLE.name, running, cells)
                    })
                    .collect::<Vec<_>>()
            };
        let differences = [
            only_in(&stored, &from_log, true),
            only_in(&from_log, &stored, false),
        ]
        .concat();
        // Redis takes no snapshot: what was read while it counted on is no comparison.
        let stands = self.checkpoint().await?;
        Ok((differences, stands.filter(|_| stands == stood)))
    }

    fn table(&self, name: &str) -> Option<&'static ViewTable> {
        (name == TABLE.name).then_some(&TABLE)
    }

    /// The sum of all counters is nobody's part.
    fn part(&self, _generation: i64, _stream: &StreamName) -> Option<PartFold> {
        None
    }

    fn touch(&self, event: &RecordedEvent, _: &ViewTable, key: &[Value]) -> Option<i64> {
        let mut changes = OddsChanges::default();
        fold::fold(&mut changes, event);
        let total = (!changes.is_empty()).then(|| (keys::TOTAL.to_owned(), changes.total()));
        let counters = changes.in_order().into_iter();
        counters
            .map(|(game, updates)| (keys::of_game(game.as_str()), updates))
            .chain(total)
            .find(|(counter, _)| key == [counter.as_str().into()])
            .map(|(_, updates)| updates)
    }

    fn is_volatile(&self) -> bool {
        true
    }
}

/// Additions to the counters that answer.
struct LiveFold {
    counters: RedisCounters,
    changes: OddsChanges,
}

#[async_trait]
impl Fold for LiveFold {
    fn add(&mut self, event: &RecordedEvent) {
        fold::fold(&mut self.changes, event);
    }

    fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    async fn commit(
        self: Box<Self>,
        from: &Checkpoint,
        to: &Checkpoint,
    ) -> Result<(), CommitError> {
        let mut script = APPLY.key(keys::CHECKPOINT);
        script
            .key(keys::TOTAL)
            .arg(keys::write_checkpoint(from))
            .arg(keys::write_checkpoint(to));
        script.arg(self.changes.total());
        for (game, updates) in self.changes.in_order() {
            script.arg(keys::of_game(game.as_str())).arg(updates);
        }
        fault::pass(Point::BeforeCounters);
        let applied: Result<i64, DriverError> =
            script.invoke_async(&mut self.counters.connection()).await;
        fault::pass(Point::AfterCounters);
        match applied {
            Ok(1) => Ok(()),
            Ok(_) => Err(CommitError::NotOwner),
            Err(error) => Err(CommitError::Unavailable(format!(
                "Redis: {}",
                self.counters.failed(&error)
            ))),
        }
    }
}

/// Additions to a count in memory.
struct BuildingFold {
    building: Arc<Mutex<HashMap<i64, Building>>>,
    generation: i64,
    changes: OddsChanges,
}

#[async_trait]
impl Fold for BuildingFold {
    fn add(&mut self, event: &RecordedEvent) {
        fold::fold(&mut self.changes, event);
    }

    fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    async fn commit(
        self: Box<Self>,
        from: &Checkpoint,
        to: &Checkpoint,
    ) -> Result<(), CommitError> {
        let mut building = self.building.lock();
        let Some(target) = building
            .get_mut(&self.generation)
            .filter(|target| target.at == *from)
        else {
            return Err(CommitError::NotOwner);
        };
        for (game, updates) in self.changes.games {
            *target.counts.games.entry(game).or_default() += updates;
        }
        target.at = *to;
        Ok(())
    }
}
