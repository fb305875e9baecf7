//! Stories of actors at work on one log.

mod bets;
mod causes;
mod dead_letters;
mod desk;
mod processes;

use std::sync::Arc;

use betstream_events::{
    account::AccountEvent,
    batch::{BatchEvent, BetStatus, JsonText},
    clock::{SystemClock, Timestamp},
    envelope::StreamName,
    event::Event,
    ids::{AccountId, BatchId, BetPid},
    metadata::Road,
    money::{Currency, Money},
    tail::LogTail,
};

use crate::{
    Actors, ActorsConfig,
    account::AccountTerms,
    answer::Answer,
    batch::{Batch, BatchRejection, BatchState, StatusChange},
    context::CommandContext,
    entity::Entity,
    error::CommandError,
    handle::BetTerms,
    testing::MemoryLog,
};

struct Desk {
    log: Arc<MemoryLog>,
    actors: Actors,
    account: AccountId,
    batch: BatchId,
    bets: Vec<BetPid>,
}

fn context() -> CommandContext {
    CommandContext::new("ann", Road::Http, Timestamp::from_micros(1))
}

fn start(log: &Arc<MemoryLog>) -> Actors {
    let (store, clock) = (log.clone(), Arc::new(SystemClock));
    Actors::start(ActorsConfig {
        store,
        tail: LogTail::default(),
        clock,
        currency: Currency::USD,
        threads: 2,
    })
}

/// An account with one open batch of three bets.
async fn desk() -> Desk {
    let log = Arc::new(MemoryLog::default());
    let actors = start(&log);
    let terms = AccountTerms {
        name: "alpha".to_owned(),
        hostname: "host".to_owned(),
    };
    let opened = actors.accounts().open(terms, context()).await.unwrap();
    let Event::Account(AccountEvent::Opened(details)) = opened.fact else {
        panic!("not opened")
    };
    let account = details.account_id;
    let bet = |number| {
        let (stake, cost) = (
            Money::from_minor(600, Currency::USD),
            Money::from_minor(200, Currency::USD),
        );
        BetTerms {
            number,
            selection: "3".to_owned(),
            stake,
            cost,
        }
    };
    let meta = JsonText::from_valid(r#"{"bet_type":"WIN"}"#);
    let created = actors
        .batches()
        .create(account, meta, vec![bet(1), bet(2), bet(3)], context())
        .await
        .unwrap();
    let Event::Batch(BatchEvent::Created { header, bets }) = created.fact else {
        panic!("not created")
    };
    let bets = bets.iter().map(|bet| bet.pid).collect();
    Desk {
        log,
        actors,
        account,
        batch: header.owner.batch_id,
        bets,
    }
}

impl Desk {
    /// The same desk, worked on by another process.
    fn beside(&self) -> Self {
        Self {
            log: self.log.clone(),
            actors: start(&self.log),
            account: self.account,
            batch: self.batch,
            bets: self.bets.clone(),
        }
    }

    async fn set(
        &self,
        bet: usize,
        status: BetStatus,
        context: CommandContext,
    ) -> Result<Answer, CommandError<BatchRejection>> {
        let change = StatusChange {
            pid: self.bets[bet],
            status,
        };
        self.actors
            .batches()
            .set_status(self.account, self.batch, change, context)
            .await
    }

    fn replayed(&self) -> BatchState {
        let mut state = Batch::initial(&self.batch);
        for event in self.log.events() {
            if event.stream == StreamName::Batch(self.batch) {
                Batch::evolve(&mut state, &event.event, event.version, event.occurred_at);
            }
        }
        state
    }
}
