//! Starting and stopping everything that decides.

use std::sync::Arc;

use betstream_events::{
    clock::Clock,
    ids::{EventIds, RandomEventIds},
    money::Currency,
    store::EventStore,
    tail::LogTail,
};
use parking_lot::Mutex;
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    directory::{ActorThreads, Directory},
    entity::EntityDeps,
    follow_up::{FindStranded, Stranded},
    handle::{
        AccountCommands, BatchCommands, DeadLetterCommands, Gate, ProjectionDecider, Repeats,
    },
    id_pool::IdPool,
    intake::{Placement, StreamBets},
    journal::Journal,
    market::{MarketDeps, Markets},
};

/// Most entities that are read from the log at once.
const MOST_RECOVERIES: usize = 50;

/// What the actors stand on.
pub struct ActorsConfig {
    /// The log.
    pub store: Arc<dyn EventStore>,
    /// Where commits are told.
    pub tail: LogTail,
    /// The clock for follow-ups.
    pub clock: Arc<dyn Clock>,
    /// The log's currency.
    pub currency: Currency,
    /// How many threads run actors.
    pub threads: usize,
}

/// Everything that decides, running.
pub struct Actors {
    accounts: AccountCommands,
    batches: BatchCommands,
    bets: StreamBets,
    dead_letters: DeadLetterCommands,
    projections: ProjectionDecider,
    gate: Gate,
    threads: ActorThreads,
    clock: Arc<dyn Clock>,
    journal: Mutex<Option<JoinHandle<()>>>,
    stop: CancellationToken,
}

impl Actors {
    /// Starts the journal and the actors' threads; actors start when they are needed.
    pub fn start(config: ActorsConfig) -> Self {
        let ActorsConfig {
            store,
            tail,
            clock,
            currency,
            threads,
        } = config;
        let (journal, journal_task) = Journal::start(store.clone(), tail);
        let threads = ActorThreads::start(threads);
        let event_ids: Arc<dyn EventIds> = Arc::new(RandomEventIds);
        let recoveries = Arc::new(Semaphore::new(MOST_RECOVERIES));
        let deps = Arc::new(EntityDeps {
            journal: journal.clone(),
            store: store.clone(),
            ids: event_ids.clone(),
            recoveries,
        });
        let accounts = Directory::new(threads.clone(), deps.clone());
        let batches = Directory::new(threads.clone(), deps.clone());
        let letters = Directory::new(threads.clone(), deps.clone());
        let projections = Directory::new(threads.clone(), deps);
        let markets = Markets::new(threads.clone(), Arc::new(MarketDeps { journal }));

        let ids = IdPool::new(store.clone());
        let (gate, repeats, stranded) = (
            Gate::default(),
            Repeats::new(store.clone()),
            Stranded::default(),
        );
        let placement = Placement {
            batches: batches.clone(),
            markets: markets.clone(),
            store: store.clone(),
            ids: ids.clone(),
            names: Arc::default(),
            clock: clock.clone(),
        };
        let bets = StreamBets {
            markets,
            placement,
            gate: gate.clone(),
            currency,
            figures: Arc::default(),
        };
        let accounts = AccountCommands {
            directory: accounts,
            ids: ids.clone(),
            gate: gate.clone(),
            repeats: repeats.clone(),
            stranded,
        };
        let batches = BatchCommands {
            directory: batches,
            ids,
            gate: gate.clone(),
            repeats: repeats.clone(),
        };
        let dead_letters = DeadLetterCommands {
            directory: letters,
            store,
            event_ids,
            bets: bets.clone(),
            gate: gate.clone(),
            repeats: repeats.clone(),
        };
        let projections = ProjectionDecider {
            directory: projections,
            gate: gate.clone(),
            repeats,
        };
        let (journal, stop) = (Mutex::new(Some(journal_task)), CancellationToken::new());
        Self {
            accounts,
            batches,
            bets,
            dead_letters,
            projections,
            gate,
            threads,
            clock,
            journal,
            stop,
        }
    }

    /// Commands to accounts.
    pub fn accounts(&self) -> AccountCommands {
        self.accounts.clone()
    }

    /// Commands to batches.
    pub fn batches(&self) -> BatchCommands {
        self.batches.clone()
    }

    /// The way in for stream bets.
    pub fn bets(&self) -> StreamBets {
        self.bets.clone()
    }

    /// Commands to dead letters.
    pub fn dead_letters(&self) -> DeadLetterCommands {
        self.dead_letters.clone()
    }

    /// Decisions about projections.
    pub fn projections(&self) -> ProjectionDecider {
        self.projections.clone()
    }

    /// Withdraws the batches of deleted accounts from now on, as `find` knows them.
    pub fn follow_up(&self, find: Arc<dyn FindStranded>) {
        let following = self.accounts.stranded.clone().follow(
            find,
            self.batches.clone(),
            self.clock.clone(),
            self.stop.clone(),
        );
        tokio::spawn(following);
    }

    /// How many actors run, by kind.
    pub fn running(&self) -> [(&'static str, usize); 5] {
        [
            ("account", self.accounts.directory.running()),
            ("batch", self.batches.directory.running()),
            ("market", self.bets.markets.running()),
            ("dead_letter", self.dead_letters.directory.running()),
            ("projection", self.projections.directory.running()),
        ]
    }

    /// Takes no more commands, finishes those in hand, then ends the actors' threads and the
    /// journal, which has nothing left to commit by then.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.gate.close().await;
        self.threads.stop();
        let journal = self.journal.lock().take();
        if let Some(journal) = journal {
            journal.abort();
        }
    }
}
