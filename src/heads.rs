//! Signing for the log while it is served: the prover of these settings, and heads that are kept in a
//! file.

use std::{io::Write, path::Path, sync::Arc};

use betstream_events::{
    clock::Clock,
    envelope::Position,
    proof::{Prover, SignedHead},
    store::EventStore,
};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::{commands::audit::read_signing, config::Signing};

/// Signs for `log`, where there is a key.
///
/// # Errors
/// When the key cannot be read.
pub(crate) fn prover(
    signing: &Signing,
    log: Arc<dyn EventStore>,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Option<Arc<Prover>>> {
    let key = signing.key_file.as_deref().map(read_signing).transpose()?;
    Ok(key.map(|key| Arc::new(Prover::new(log, key, clock))))
}

/// Adds a head to the file of `signing` every so often, unless the log stood still, until `end`.
pub(crate) async fn keep(signing: Signing, prover: Arc<Prover>, end: CancellationToken) {
    let Some(file) = &signing.heads_file else {
        return;
    };
    let mut ticks = tokio::time::interval(signing.heads_every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut kept = None;
    while end.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = keep_one(file, &prover, &mut kept).await {
            let file = file.display();
            tracing::error!("no head was added to {file} (BETSTREAM_HEADS_FILE): {error:#}");
        }
    }
}

async fn keep_one(file: &Path, prover: &Prover, kept: &mut Option<Position>) -> anyhow::Result<()> {
    let head = prover.head().await?;
    let position = Some(head.position());
    if *kept != position {
        add(file, &head)?;
        *kept = position;
    }
    Ok(())
}

/// A few hundred bytes, an hour apart: not worth another thread.
fn add(file: &Path, head: &SignedHead) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)?;
    file.write_all(format!("{head}\n").as_bytes())?;
    file.sync_data()
}
