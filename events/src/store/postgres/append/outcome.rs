//! What became of a commit whose answer was lost.

use std::time::Duration;

use betstream_telemetry::measures::journal;
use uuid::Uuid;

use super::{
    Deadline, beside::count, lane::back_off, session::Interruption, worker::Worker, write::Witness,
};
use crate::store::{
    OutcomeCounts, StoreError,
    postgres::{error::unavailable, rows::get},
};

/// What the lookup of a lost answer gets, even when less is left of the deadline.
const LOOK_UP_AT_LEAST: Duration = Duration::from_secs(2);

impl Worker {
    /// Finds out whether a commit whose answer was lost holds. It is looked up under the lock, for
    /// until the old backend is done with it, it may still commit.
    pub(super) async fn look_up(
        &mut self,
        witness: Witness,
        reason: String,
        deadline: Deadline,
    ) -> Result<(), StoreError> {
        journal::COMMITS_LOOKED_UP.increment(1);
        tracing::warn!(%reason, "the answer of a commit was lost, looking its outcome up");
        let deadline = deadline.at_least(LOOK_UP_AT_LEAST);
        let mut attempt = 0;
        while !deadline.is_over() {
            match self.is_committed(witness, deadline).await {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    return Err(StoreError::Unavailable {
                        reason: format!("the commit was undone: {reason}"),
                    });
                }
                Err(error) => {
                    tracing::debug!(%error, "the outcome of a commit could not be looked up yet")
                }
            }
            back_off(attempt, deadline).await;
            attempt += 1;
        }
        Err(StoreError::OutcomeUnknown { reason })
    }

    async fn is_committed(
        &mut self,
        witness: Witness,
        deadline: Deadline,
    ) -> Result<bool, StoreError> {
        let session = self.connected(deadline).await?;
        let lock = session.begin_locked(deadline.remaining() + Duration::from_secs(1));
        let asking = async {
            let (client, statements) = (session.client(), &session.statements);
            let finding = async {
                match witness {
                    Witness::Block(first, hash) => {
                        client
                            .query_one(
                                &statements.find_block_witness,
                                &[&first.0, &hash.as_slice()],
                            )
                            .await
                    }
                    Witness::Counts(chunk) => {
                        client
                            .query_one(&statements.find_chunk_witness, &[&chunk])
                            .await
                    }
                }
            };
            futures::try_join!(lock, finding)
        };
        let asked = session
            .watched(&self.config, &self.options, deadline, asking)
            .await;
        let (_, row) = asked.map_err(Interruption::into_unavailable)?;
        if !get::<bool>(&row, 0)? {
            self.undo(session, deadline).await;
            return Ok(false);
        }
        // What was found may not be on the standby yet; a commit of our own waits until it is.
        let nothing = OutcomeCounts::default();
        let confirming = async {
            futures::try_join!(
                count(&session, &nothing, Uuid::now_v7()),
                session.client().batch_execute("COMMIT")
            )
        };
        deadline
            .bound("confirming a commit", confirming)
            .await?
            .map_err(|error| unavailable(&error))?;
        self.session = Some(session);
        Ok(true)
    }
}
