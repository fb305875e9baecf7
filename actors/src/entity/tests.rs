//! What the queue promises whatever the entity is: a panic costs one actor its life.

use std::sync::Arc;

use betstream_events::{
    batch::{BatchEvent, BatchOwner},
    claims::Claim,
    clock::Timestamp,
    envelope::{Position, RecordedEvent, StreamName, Version},
    event::Event,
    ids::{AccountId, BatchId, RandomEventIds},
    metadata::Road,
    tail::LogTail,
};
use tokio::sync::Semaphore;

use super::{Decision, Entity, EntityDeps, Outcome};
use crate::{
    answer::Answer,
    context::CommandContext,
    directory::{ActorThreads, Directory},
    error::CommandError,
    journal::{Journal, Lane},
    testing::MemoryLog,
};

/// Counts what it is told, and panics when told to.
struct Counter;

#[derive(Clone, Debug, PartialEq)]
enum Told {
    Count,
    Panic,
}

fn owner() -> BatchOwner {
    BatchOwner {
        batch_id: BatchId::new(1),
        account_id: AccountId::new(1),
    }
}

impl Entity for Counter {
    type Id = BatchId;
    type Command = Told;
    type State = i64;
    type Rejection = String;

    const NAME: &'static str = "account";
    const SNAPSHOT_SCHEMA: i32 = 1;

    fn stream(id: &BatchId) -> StreamName {
        StreamName::Batch(*id)
    }

    fn initial(_id: &BatchId) -> i64 {
        0
    }

    fn decide(_state: &i64, command: &Told, _context: &CommandContext) -> Result<Decision, String> {
        match command {
            Told::Count => Ok(Decision::one(
                BatchEvent::Completed { owner: owner() },
                Outcome::Whole,
            )),
            Told::Panic => panic!("told to panic"),
        }
    }

    fn begins(_command: &Told) -> bool {
        false
    }

    fn evolve(state: &mut i64, _event: &Event, _version: Version, _occurred_at: Timestamp) {
        *state += 1;
    }

    fn answer(_state: &i64, _outcome: &Outcome, version: Version) -> Answer {
        let fact = BatchEvent::Completed { owner: owner() }.into();
        let (updated_at, position) = (Timestamp::default(), Position::START);
        Answer {
            fact,
            version,
            bet_versions: Vec::new(),
            updated_at,
            position,
        }
    }

    fn claim_refused(_command: &Told, claim: &Claim, _held_by: Option<&StreamName>) -> String {
        claim.to_string()
    }

    fn known_event(_command: &Told, stored: &RecordedEvent, _restates: bool) -> String {
        stored.event_id.to_string()
    }

    fn to_snapshot(_state: &i64) -> Option<String> {
        None
    }

    fn from_snapshot(_id: &BatchId, _snapshot: &str, _version: Version) -> Option<i64> {
        None
    }
}

#[actix::test]
async fn a_panic_costs_its_actor_the_life_and_the_next_command_finds_a_new_one() {
    let log = Arc::new(MemoryLog::default());
    let (journal, _task) = Journal::start(log.clone(), LogTail::default());
    let recoveries = Arc::new(Semaphore::new(1));
    let deps = EntityDeps {
        journal,
        store: log.clone(),
        ids: Arc::new(RandomEventIds),
        recoveries,
    };
    let counters: Directory<Counter> = Directory::new(ActorThreads::start(1), Arc::new(deps));
    let tell = async |id: i64, told: Told| {
        let context = CommandContext::new("ann", Road::Http, Timestamp::default());
        counters
            .ask(BatchId::new(id), told, context, Lane::Commands)
            .await
    };

    tell(1, Told::Count).await.unwrap();
    tell(2, Told::Count).await.unwrap();
    assert!(matches!(
        tell(1, Told::Panic).await,
        Err(CommandError::Failed)
    ));

    // The neighbour never noticed, and a new actor goes on where the log stands.
    assert_eq!(tell(2, Told::Count).await.unwrap().version, Version(2));
    assert_eq!(tell(1, Told::Count).await.unwrap().version, Version(2));
    assert_eq!(log.events().len(), 4);
}
