//! One chunk after another: look up under the lock, plan, write, commit.

use std::time::Duration;

use tokio_postgres::Config;
use uuid::Uuid;

use super::{
    Deadline,
    beside::{count_letters, insert_letters},
    cache::Cache,
    find::{Looked, Lookup},
    lane::back_off,
    session::{Interruption, Session},
    write::{Fault, Witness, write},
};
use crate::{
    envelope::Position,
    money::Currency,
    store::{
        AppendOutcome, AppendRequest, ChunkOutcome, NewDeadLetter, Refusal, StoreError,
        plan::{self, Plan, Wanted},
        postgres::{
            error::{is_certain, unavailable},
            options::PostgresOptions,
            sql,
        },
    },
    tail::CommittedChunk,
};

/// The server gives up waiting for the lock so long after us, so that our answer can say who held it.
const SERVER_GIVES_UP_AFTER: Duration = Duration::from_secs(1);

/// Owns a connection that appends, and what is known from the last transaction on it.
pub(super) struct Worker {
    pub(super) config: Config,
    pub(super) options: PostgresOptions,
    currency: Currency,
    /// Absent while a transaction is under way, so that one that fails takes it along.
    pub(super) session: Option<Session>,
    cache: Cache,
}

impl Worker {
    pub(super) fn new(config: Config, options: PostgresOptions, currency: Currency) -> Self {
        Self {
            config,
            options,
            currency,
            session: None,
            cache: Cache::default(),
        }
    }

    pub(super) async fn append(
        &mut self,
        chunk: Vec<AppendRequest>,
        deadline: Deadline,
    ) -> Result<ChunkOutcome, StoreError> {
        let wanted = Wanted::of(&chunk);
        let (session, looked) = self.look(&wanted, deadline).await?;
        self.check_currency(&session, &looked, deadline).await?;
        let Looked {
            found, locked_at, ..
        } = looked;
        let previous = found.block_hash;
        let mut plan = plan::decide(chunk, found);
        if plan.is_empty() && !rests_on_what_was_found(&plan) {
            self.undo(session, deadline).await;
            return Ok(ChunkOutcome {
                outcomes: plan.outcomes,
                committed: None,
                lock_held: locked_at.elapsed(),
            });
        }
        let id = Uuid::now_v7();
        match write(&session, &mut plan, previous, id, deadline).await {
            Ok(()) => self.session = Some(session),
            Err(fault) => {
                drop(session);
                self.cache.forget();
                match fault {
                    Fault::Undone(error) => return Err(error),
                    Fault::Lost(reason) => {
                        self.look_up(Witness::of(&plan, id), reason, deadline)
                            .await?
                    }
                }
            }
        }
        self.cache.commit(&mut plan);
        let Plan {
            outcomes, events, ..
        } = plan;
        let committed = (!events.is_empty()).then(|| CommittedChunk { events }.into());
        Ok(ChunkOutcome {
            outcomes,
            committed,
            lock_held: locked_at.elapsed(),
        })
    }

    /// Keeps letters and counts them in one commit. Only the count needs the lock, so large letters
    /// keep nobody from appending.
    pub(super) async fn keep_dead_letters(
        &mut self,
        letters: &[NewDeadLetter],
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        let session = self.connected(deadline).await?;
        let kept = deadline
            .bound("keeping dead letters", insert_letters(&session, letters))
            .await?
            .map_err(|error| unavailable(&error))?;
        let lock = session.lock(deadline.remaining() + SERVER_GIVES_UP_AFTER);
        session
            .watched(&self.config, &self.options, deadline.for_the_lock(), lock)
            .await
            .map_err(Interruption::into_unavailable)?;
        deadline
            .bound("counting dead letters", count_letters(&session, kept))
            .await?
            .map_err(|error| unavailable(&error))?;
        self.session = Some(session);
        Ok(())
    }

    /// After a panic in the middle of the work: nothing that was known counts any more, and whether
    /// the chunk was committed is not known.
    pub(super) fn start_over(&mut self) -> StoreError {
        self.session = None;
        self.cache.forget();
        StoreError::OutcomeUnknown {
            reason: "the append ended in a panic".to_owned(),
        }
    }

    /// Takes the lock and looks up what is wanted. A connection that was lost while nothing
    /// happened on it is replaced without a word.
    async fn look(
        &mut self,
        wanted: &Wanted,
        deadline: Deadline,
    ) -> Result<(Session, Looked), StoreError> {
        self.cache.prune();
        let deadline = deadline.for_the_lock();
        let mut is_retry = false;
        loop {
            let session = self.connected(deadline).await?;
            let lookup = Lookup::new(wanted, &self.cache);
            let lock = session.begin_locked(deadline.remaining() + SERVER_GIVES_UP_AFTER);
            let asking = lookup.ask(&session, lock);
            match session
                .watched(&self.config, &self.options, deadline, asking)
                .await
            {
                Ok(answers) => {
                    let reading = lookup.read(answers, &session, &mut self.cache);
                    let looked = deadline
                        .bound("looking up what a chunk refers to", reading)
                        .await??;
                    return Ok((session, looked));
                }
                Err(Interruption::Database(error)) if !is_certain(&error) && !is_retry => {
                    is_retry = true
                }
                Err(interruption) => return Err(interruption.into_unavailable()),
            }
        }
    }

    /// The first event fixes the currency of the log: until then the last process to start names it.
    async fn check_currency(
        &self,
        session: &Session,
        looked: &Looked,
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        if looked.currency == self.currency {
            return Ok(());
        }
        if looked.found.head > Position::START {
            return Err(other_currency(looked.currency, self.currency));
        }
        let code = self.currency.code();
        let fixing = async { session.client().execute(sql::FIX_CURRENCY, &[&code]).await };
        deadline
            .bound("naming the currency", fixing)
            .await?
            .map(|_| ())
            .map_err(|error| unavailable(&error))
    }

    /// The connection, a new one if need be.
    pub(super) async fn connected(&mut self, deadline: Deadline) -> Result<Session, StoreError> {
        if let Some(session) = self.session.take().filter(|session| !session.is_lost()) {
            return Ok(session);
        }
        let give_up = Deadline::after(self.options.connect_timeout.min(deadline.remaining()));
        let mut attempt = 0;
        loop {
            match Session::open(&self.config, &self.options, give_up).await {
                Ok(session) => return Ok(session),
                Err(error) if give_up.is_over() => return Err(error),
                Err(_) => back_off(attempt, give_up).await,
            }
            attempt += 1;
        }
    }

    /// Ends a transaction that wrote nothing. A connection that does not answer is given up.
    pub(super) async fn undo(&mut self, session: Session, deadline: Deadline) {
        let undone = deadline
            .bound("rolling back", session.client().batch_execute("ROLLBACK"))
            .await;
        if matches!(undone, Ok(Ok(()))) {
            self.session = Some(session);
        }
    }
}

/// Whether an answer says that something was in the log before: it must not be given before that
/// is as durable as a commit of our own.
fn rests_on_what_was_found(plan: &Plan) -> bool {
    plan.outcomes.iter().any(|outcome| {
        matches!(
            outcome,
            AppendOutcome::AlreadyAnswered(_)
                | AppendOutcome::Refused(Refusal::KnownEventId { .. })
        )
    })
}

/// The refusal of a log in another currency.
pub(in crate::store::postgres) fn other_currency(log: Currency, ours: Currency) -> StoreError {
    StoreError::Unusable(format!(
        "the log is kept in {log}, BETSTREAM_CURRENCY says {ours}: a log keeps the currency of its first event"
    ))
}
