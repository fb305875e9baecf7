//! `betstream serve`: everything, until told to stop.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use betstream_telemetry::measures::stores;
use betstream_web::{HoldingServer, Listeners, Readiness};

use crate::{
    access,
    compose::{self, Given, OpenError, Opened},
    config::Settings,
    figures::pod_id,
    needs::Needs,
    profiling::server::AdminServer,
    shutdown::StopSignals,
    telemetry,
};

/// How long a process that was just killed may still hold its addresses and its file.
const LET_GO_WITHIN: Duration = Duration::from_secs(1);
/// How often to look whether it has let go.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Longest that stopping may take; what is in hand is finished well before.
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// Runs the command. Must be called within an actix system.
///
/// # Errors
/// When the settings ask for something that cannot be, or the process must end by itself.
pub(crate) async fn run(settings: &Settings) -> anyhow::Result<()> {
    settings.check_roles()?;
    settings.check_exposure()?;
    let access = access::mode(settings)?;
    let mut signals = StopSignals::listen().context("signals cannot be heard")?;
    let listeners = bind(&settings.listen).await.context(
        "an address cannot be listened on (BETSTREAM_LISTEN or PORT); stop who uses it, or name another",
    )?;
    for address in listeners.addresses() {
        tracing::info!(listening = %address, "listening on http://{address}");
    }
    let metrics = telemetry::metrics::start().context("metrics cannot be counted")?;
    let admin = settings.admin_listen.map(AdminServer::start).transpose();
    let admin = admin.context(
        "profiles cannot be served there (BETSTREAM_ADMIN_LISTEN); name another address",
    )?;
    let (readiness, needs) = (Readiness::default(), Needs::of(settings));
    tracing::info!(
        "roles: {} (change them with BETSTREAM_ROLES)",
        settings.roles
    );
    needs.announce();
    let instance = pod_id(|name| std::env::var(name).ok());
    let exporter = telemetry::traces::start(&settings.traces, instance).context(
        "traces cannot be sent (OTEL_EXPORTER_OTLP_ENDPOINT); unset it to go without them",
    )?;

    let opened = tokio::select! {
        opened = open(settings, &listeners) => opened?,
        signal = signals.next() => {
            tracing::info!(signal, "stopped before the database was there");
            return Ok(());
        }
    };
    let given = Given {
        listeners,
        access,
        metrics,
        readiness: readiness.clone(),
        needs,
    };
    let running = compose::start(settings, opened, given).await?;
    let broken = tokio::select! {
        broken = running.broken() => Some(broken),
        signal = signals.next() => {
            tracing::info!(signal, "stopping");
            None
        }
    };
    readiness.set_draining();
    stores::READY.set(0.0);
    signals.end_at_once_on_the_next();
    if tokio::time::timeout(STOP_WITHIN, running.stop())
        .await
        .is_err()
    {
        bail!(
            "stopping took longer than {} seconds",
            STOP_WITHIN.as_secs()
        );
    }
    if let Some(admin) = admin {
        admin.stop().await;
    }
    if let Some(exporter) = exporter {
        exporter.stop().await;
    }
    match broken {
        Some(reason) => bail!(reason),
        None => {
            tracing::info!("stopped");
            Ok(())
        }
    }
}

/// Binds every address.
async fn bind(addresses: &[SocketAddr]) -> io::Result<Listeners> {
    let deadline = Instant::now() + LET_GO_WITHIN;
    loop {
        match Listeners::bind(addresses) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && Instant::now() < deadline => {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            bound => return bound,
        }
    }
}

/// Opens the log and its views. While their database is down, everybody who asks is told so.
async fn open(settings: &Settings, listeners: &Listeners) -> anyhow::Result<Opened> {
    let deadline = Instant::now() + LET_GO_WITHIN;
    let mut holding = None;
    let mut tries = 0;
    let opened = loop {
        match compose::open(settings).await {
            Ok(opened) => break opened,
            Err(OpenError::Never(reason)) if Instant::now() >= deadline => bail!(reason),
            Err(OpenError::Never(_)) => tokio::time::sleep(LOOK_EVERY).await,
            Err(OpenError::NotYet(reason)) => {
                if tries == 0 {
                    tracing::warn!(
                        "{} is not there yet (DATABASE_URL): {reason}; trying on",
                        settings.database
                    );
                    holding = Some(HoldingServer::start(listeners)?);
                }
                tokio::time::sleep(compose::pause(tries)).await;
                tries += 1;
            }
        }
    };
    if let Some(holding) = holding {
        holding.stop().await;
    }
    Ok(opened)
}
