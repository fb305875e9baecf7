//! Long stretches of the log: `COPY … TO STDOUT` in binary, each row read where the driver left it.

use std::{ops::ControlFlow, time::Duration};

use futures::TryStreamExt;
use parking_lot::Mutex;
use tokio_postgres::{Client, Config, Error, NoTls};

use super::{PostgresLog, connect::within, error::unavailable, rows::from_postgres_micros, sql};
use crate::{
    envelope::{Position, Version},
    ids::EventId,
    store::{RowRef, RowVisitor, StoreError},
};

/// Rows that one statement copies out at most: it must end within the time that a read may take,
/// however slow the visitor is.
const ROWS_A_STATEMENT: i64 = 20_000;

/// How a binary copy begins: the signature, then flags and the length of an extension.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";

/// So many connections are kept for the next stretch.
const MOST_IDLE: usize = 4;

/// Connections for long stretches. Each is driven by the task that reads from it: were another one to
/// hand the rows over, every few of them would cost two switches between threads, which is a third
/// of what a stretch costs altogether.
pub(super) struct ScanSessions {
    config: Config,
    connect_timeout: Duration,
    patience: Duration,
    idle: Mutex<Vec<Session>>,
}

struct Session {
    client: Client,
    connection: Box<dyn Future<Output = Result<(), Error>> + Send + Unpin>,
}

impl<M: Send + Sync> PostgresLog<M> {
    pub(super) async fn copy_out(
        &self,
        after: Position,
        up_to: Position,
        visit: &mut RowVisitor<'_>,
    ) -> Result<(), StoreError> {
        // Positions are dense, so that a stretch of them has as many rows.
        let mut position = after.0;
        while position < up_to.0 {
            let last = up_to.0.min(position.saturating_add(ROWS_A_STATEMENT));
            let copied = self.scans.copy_out(position, last, visit).await;
            if copied.map_err(StoreError::counted)?.is_break() {
                break;
            }
            position = last;
        }
        Ok(())
    }
}

impl ScanSessions {
    /// `config` is that of reads, each of which ends within `patience`.
    pub(super) const fn new(config: Config, connect_timeout: Duration, patience: Duration) -> Self {
        Self {
            config,
            connect_timeout,
            patience,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// One statement's rows. A visitor that broke is not asked again.
    async fn copy_out(
        &self,
        after: i64,
        up_to: i64,
        visit: &mut RowVisitor<'_>,
    ) -> Result<ControlFlow<()>, StoreError> {
        let statement = sql::COPY_LOG_OUT
            .replace("$1", &after.to_string())
            .replace("$2", &up_to.to_string());
        let known = self.idle.lock().pop();
        let mut visited = false;
        if let Some(session) = known {
            match self.read(session, &statement, visit, &mut visited).await {
                // It was ended while nobody looked: another one may do.
                Err(_) if !visited => {}
                outcome => return outcome,
            }
        }
        let session = self.connect().await?;
        self.read(session, &statement, visit, &mut visited).await
    }

    async fn connect(&self) -> Result<Session, StoreError> {
        let connecting = self.config.connect(NoTls);
        let (client, connection) = within(self.connect_timeout, "connecting", connecting)
            .await?
            .map_err(|error| unavailable(&error))?;
        let connection = Box::new(connection);
        Ok(Session { client, connection })
    }

    /// A session is kept when it was read to the end: otherwise the rest of the rows is still on its
    /// way, and nobody shall wait behind it.
    async fn read(
        &self,
        mut session: Session,
        statement: &str,
        visit: &mut RowVisitor<'_>,
        visited: &mut bool,
    ) -> Result<ControlFlow<()>, StoreError> {
        let mut counting = |row: &RowRef<'_>| {
            *visited = true;
            visit(row)
        };
        let reading = session.copy_out(statement, &mut counting);
        let outcome = within(self.patience, "a read", reading).await?;
        if matches!(outcome, Ok(ControlFlow::Continue(()))) {
            let mut idle = self.idle.lock();
            if idle.len() < MOST_IDLE {
                idle.push(session);
            }
        }
        outcome
    }
}

impl Session {
    async fn copy_out(
        &mut self,
        statement: &str,
        visit: &mut RowVisitor<'_>,
    ) -> Result<ControlFlow<()>, StoreError> {
        let Self { client, connection } = self;
        let copying = async {
            let copied = client.copy_out(statement).await;
            let mut messages = std::pin::pin!(copied.map_err(|error| unavailable(&error))?);
            let mut begun = false;
            while let Some(message) = messages
                .try_next()
                .await
                .map_err(|error| unavailable(&error))?
            {
                let mut reader = BinaryRows(&message);
                if !begun {
                    reader.header().ok_or_else(unreadable)?;
                    begun = true;
                }
                while let Some(row) = reader.next()? {
                    if visit(&row).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        };
        tokio::select! {
            biased;
            outcome = copying => outcome,
            ended = connection => Err(match ended {
                Err(error) => unavailable(&error),
                Ok(()) => closed(),
            }),
        }
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable {
        reason: "the connection was closed while it was read from".to_owned(),
    }
}

/// What is left of one message of a binary copy.
struct BinaryRows<'a>(&'a [u8]);

impl<'a> BinaryRows<'a> {
    fn header(&mut self) -> Option<()> {
        self.0 = self.0.strip_prefix(SIGNATURE)?;
        let _flags = self.take(4)?;
        let extension = u32::from_be_bytes(self.array()?);
        self.take(extension as usize).map(|_| ())
    }

    /// The next row; none at the end of the message or of the copy.
    fn next(&mut self) -> Result<Option<RowRef<'a>>, StoreError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        match self.array().map(i16::from_be_bytes) {
            Some(-1) => Ok(None),
            Some(10) => self.row().map(Some).ok_or_else(unreadable),
            _ => Err(unreadable()),
        }
    }

    fn row(&mut self) -> Option<RowRef<'a>> {
        Some(RowRef {
            position: Position(self.bigint()?),
            stream: self.text()?,
            version: Version(self.bigint()?),
            event_id: EventId::new(uuid::Uuid::from_slice(self.field()?).ok()?),
            event_type: self.text()?,
            schema_version: i32::from_be_bytes(self.field()?.try_into().ok()?),
            data: self.text()?,
            metadata: self.text()?,
            occurred_at: from_postgres_micros(self.bigint()?),
            recorded_at: from_postgres_micros(self.bigint()?),
        })
    }

    /// One value, which is never null: no column of the log is.
    fn field(&mut self) -> Option<&'a [u8]> {
        let length = i32::from_be_bytes(self.array()?);
        self.take(usize::try_from(length).ok()?)
    }

    fn bigint(&mut self) -> Option<i64> {
        Some(i64::from_be_bytes(self.field()?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.field()?).ok()
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }
}

fn unreadable() -> StoreError {
    StoreError::Unavailable {
        reason: "the server copies rows out in a form that cannot be read".to_owned(),
    }
}
