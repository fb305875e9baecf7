//! A long log of which 95 in 100 events are bets of markets: what auditors ask of it, what rebuilding
//! every view takes while questions are answered, and what verifying its chain takes.

mod filled;
mod passes;
mod questions;

use std::time::Instant;

use self::{
    filled::Filled,
    passes::{Source, rebuild, run, verify},
};
use super::commands::Database;
use crate::{
    Sizes,
    report::{Line, Report},
    rig::{Rig, Server, views_catch_up},
};

/// How often the log is gone through, in turn with reading it, so that a machine that changes its
/// pace does so for both.
const ROUNDS: usize = 2;

/// Everything that is measured on one long log.
pub(crate) struct LongLog {
    pub(crate) database: Database,
}

impl LongLog {
    pub(crate) async fn run(
        &self,
        name: &str,
        rig: &Rig,
        sizes: Sizes,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("betstream.db");
        let deployment = match self.database {
            Database::Sqlite => None,
            Database::Postgres => Some(rig.deploy().await?),
        };
        let (mut settings, source) = match &deployment {
            Some(deployment) => (
                deployment.settings(),
                Source::Postgres(&deployment.database_url),
            ),
            None => (
                vec![("DATABASE_URL", format!("sqlite://{}", file.display()))],
                Source::Sqlite(&file),
            ),
        };
        // Receipts are asked for as well.
        let key = folder.path().join("signing.key").display().to_string();
        run(&["audit", "key", "new", &key], &[])?;
        settings.push(("BETSTREAM_SIGNING_KEY_FILE", key));
        let server = Server::start(&settings).await?;
        let started = Instant::now();
        let log = Filled::fill(server.address, sizes.log as usize).await?;
        let filled = started.elapsed().as_secs_f64();
        views_catch_up(std::slice::from_ref(&server)).await?;
        report.add(
            Line::new(name, "filling the log", log.end as f64 / filled, "events/s")
                .detail("events", log.end as f64, "")
                .detail("memory", server.resident_memory_mb()?, "MB"),
        );
        questions::ask_all(name, &server, &log, report).await?;

        let mut reading = source.read().await?;
        let (mut rebuilds, mut verified) = (Vec::new(), 0.0);
        for _ in 0..ROUNDS {
            rebuilds.push(rebuild(name, &server, log.end).await?);
            reading += source.read().await?;
            verified += verify(&settings, log.end)?;
        }
        reading += source.read().await?;
        let reading = reading / (ROUNDS + 2) as f64;
        for rebuilt in rebuilds {
            report.add(rebuilt.beside(source.what(), reading));
        }
        report.add(
            Line::new(name, "audit verify", verified / ROUNDS as f64, "events/s")
                .beside(source.what(), reading),
        );
        drop(server);
        match deployment {
            Some(deployment) => deployment.clear().await,
            None => Ok(()),
        }
    }
}
