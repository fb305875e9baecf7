//! The one thread that writes the file.

use betstream_events::fault::{self, Point};
use rusqlite::{Connection, Error, ErrorCode, TransactionBehavior, params_from_iter};
use tokio::sync::{mpsc, oneshot};

use crate::views::{CommitError, Statement, ViewError};

/// How many commits wait at most: the projections and a rebuild hand in one each.
const QUEUE: usize = 64;

/// What the writer is asked for, each in a transaction of its own.
pub(super) enum Work {
    /// The first statement must change exactly one row, else nothing is done.
    Guarded(Statement, Vec<Statement>),
    /// Just this one.
    Alone(Statement),
}

struct Job {
    work: Work,
    answer: oneshot::Sender<Result<u64, CommitError>>,
}

/// A handle to the writing thread, which ends when the handle is dropped.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl Writer {
    pub(super) fn start(mut connection: Connection) -> Result<Self, ViewError> {
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
        let write = move || {
            while let Some(job) = queue.blocking_recv() {
                let outcome = run(&mut connection, &job.work).map_err(classify);
                // Whoever asked may be gone; what is committed is committed.
                let _asker_is_gone = job.answer.send(outcome);
            }
        };
        let thread = std::thread::Builder::new().name("views-writer".to_owned());
        thread
            .spawn(write)
            .map_err(|error| ViewError::Unusable(error.to_string()))?;
        Ok(Self { jobs })
    }

    /// Runs `work` and gives the number of rows that its first statement changed. When a guard did
    /// not change exactly one, nothing was done.
    pub(super) async fn run(&self, work: Work) -> Result<u64, CommitError> {
        let gone = || CommitError::Unavailable("the views' writer has ended".to_owned());
        let (answer, outcome) = oneshot::channel();
        self.jobs
            .send(Job { work, answer })
            .await
            .map_err(|_| gone())?;
        outcome.await.map_err(|_| gone())?
    }
}

fn run(connection: &mut Connection, work: &Work) -> rusqlite::Result<u64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let execute = |statement: &Statement| {
        transaction
            .prepare_cached(statement.sql)?
            .execute(params_from_iter(&statement.params))
    };
    let rows = match work {
        Work::Alone(statement) => execute(statement)?,
        Work::Guarded(guard, statements) => {
            let rows = execute(guard)?;
            if rows != 1 {
                transaction.rollback()?;
                return Ok(rows as u64);
            }
            fault::pass(Point::InsideViewCommit);
            for statement in statements {
                execute(statement)?;
            }
            rows
        }
    };
    transaction.commit()?;
    Ok(rows as u64)
}

/// What the file refuses for its content will be refused again; all else may pass.
fn classify(error: Error) -> CommitError {
    let refused = match &error {
        Error::SqliteFailure(failure, _) => {
            matches!(
                failure.code,
                ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch | ErrorCode::TooBig
            )
        }
        Error::SqlInputError { .. }
        | Error::ToSqlConversionFailure(_)
        | Error::InvalidParameterCount(..) => true,
        _ => false,
    };
    let reason = error.to_string();
    if refused {
        CommitError::Rejected(reason)
    } else {
        CommitError::Unavailable(reason)
    }
}
