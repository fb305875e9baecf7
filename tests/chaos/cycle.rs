//! One cycle: clients at work, what befalls the process, the recovery, and the reckoning.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    ledger::Verdict,
    load::Load,
    plan::{Database, Fate, Moment, Needs, Plan},
    site::{Site, pause, wait_until},
    support::{PATIENCE, Server},
    watcher::Watcher,
};

/// Events of one stream from which a snapshot is worth its row, and some.
const LONG_STREAM: i64 = 560;
/// How long a process may take to stop under load.
const STOPS_WITHIN: Duration = Duration::from_secs(15);

/// How a cycle went.
pub(crate) struct Outcome {
    pub(crate) plan: Plan,
    pub(crate) verdict: Verdict,
    pub(crate) recovery: Recovery,
}

/// How long it took, from the end of the process (or its standstill, or its panic).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recovery {
    /// Until a process answered that it is ready; none where the process lived on.
    pub(crate) ready: Option<Duration>,
    /// Until no message waited and no view was behind.
    pub(crate) caught_up: Duration,
}

/// Runs a cycle. What hangs, or ends when it should not, panics.
pub(crate) async fn run(plan: Plan) -> Outcome {
    let site = Arc::new(Site::new(plan).await);
    if plan
        .point()
        .is_some_and(|point| Needs::of(point).long_stream)
    {
        grow(&site).await;
    }
    let watcher = Watcher::start(&site);
    let load = Load::start(&site);
    let server = site.start(plan.armed().as_deref());
    let mut broken = Vec::new();
    let (servers, recovery) = match plan.fate {
        Fate::Kill(moment) => kill(&site, server, moment, load).await,
        Fate::Terminate(after) => terminate(&site, server, after, load, &mut broken).await,
        Fate::Stop(moment) => stop(&site, server, moment, load).await,
        Fate::Panic(..) => panic(&site, server, load).await,
    };
    work_on(&site, &servers).await;

    let log = site.log().await;
    broken.extend(watcher.faults(&log.desk()).await);
    for server in servers {
        let words = server.words();
        let status = server.terminate().await;
        if !status.success() {
            broken.push(format!("SIGTERM at rest: {status}\n{words}"));
        }
    }
    broken.extend(site.check().await);
    let mut verdict = site.ledger.compare(&log);
    verdict.broken.extend(broken);
    Outcome {
        plan,
        verdict,
        recovery,
    }
}

/// An earlier life, in which a stream of events grew long.
async fn grow(site: &Arc<Site>) {
    let mut server = site.start(None);
    site.healthy(&mut server).await;
    let load = Load::start(site);
    let longest = "SELECT coalesce(max(version), 0) FROM events WHERE stream LIKE 'batch-%'";
    while site.world.number(longest).await < LONG_STREAM {
        pause().await;
    }
    load.end().await;
    site.at_rest(&server).await;
    assert!(server.terminate().await.success());
}

async fn kill(
    site: &Arc<Site>,
    mut server: Server,
    moment: Moment,
    load: Load,
) -> (Vec<Server>, Recovery) {
    match moment {
        Moment::After(after) => serve_for(site, &mut server, after).await,
        Moment::At(..) => {
            site.open(&mut server).await;
            let passed = wait_until("the fault point is passed", || server.end()).await;
            assert!(is_killed(passed), "{passed}: {}", server.words());
        }
    }
    server.kill();
    start_again(site, load).await
}

async fn terminate(
    site: &Arc<Site>,
    mut server: Server,
    after: Duration,
    load: Load,
    broken: &mut Vec<String>,
) -> (Vec<Server>, Recovery) {
    // Before it listens nobody has sent it anything.
    site.open(&mut server).await;
    tokio::time::sleep(after).await;
    let asked = Instant::now();
    server.signal("TERM");
    let status = server.ended().await;
    if !status.success() || asked.elapsed() > STOPS_WITHIN {
        let (took, words) = (asked.elapsed(), server.words());
        broken.push(format!(
            "SIGTERM under load: {status} after {took:?}\n{words}"
        ));
    }
    let log = site.log().await;
    let last = log.rows.last().map_or(0, |row| row.position);
    let cut_off = site.ledger.cut_off_before(&log, last);
    if !cut_off.is_empty() {
        broken.push(format!("carried out and not answered: {cut_off:?}"));
    }
    start_again(site, load).await
}

/// A new process, under the load that never ended.
async fn start_again(site: &Arc<Site>, load: Load) -> (Vec<Server>, Recovery) {
    let down = Instant::now();
    site.lead_to(&[]);
    let mut server = site.start(None);
    site.healthy(&mut server).await;
    let ready = Some(down.elapsed());
    load.end().await;
    site.at_rest(&server).await;
    let caught_up = down.elapsed();
    (vec![server], Recovery { ready, caught_up })
}

async fn stop(
    site: &Arc<Site>,
    mut first: Server,
    moment: Moment,
    load: Load,
) -> (Vec<Server>, Recovery) {
    match moment {
        Moment::After(after) => {
            serve_for(site, &mut first, after).await;
            first.signal("STOP");
        }
        Moment::At(..) => {
            site.open(&mut first).await;
        }
    }
    wait_until("the process stands still", || {
        first.is_stopped().then_some(())
    })
    .await;
    let down = Instant::now();
    let mut recovery = Recovery::default();
    let second = if site.plan.database == Database::Postgres {
        let mut second = site.start(None);
        site.healthy(&mut second).await;
        recovery.ready = Some(down.elapsed());
        load.end().await;
        site.at_rest(&second).await;
        recovery.caught_up = down.elapsed();
        first.signal("CONT");
        site.healthy(&mut first).await;
        Some(second)
    } else {
        first.signal("CONT");
        site.healthy(&mut first).await;
        load.end().await;
        site.at_rest(&first).await;
        recovery.caught_up = down.elapsed();
        None
    };
    let servers: Vec<Server> = std::iter::once(first).chain(second).collect();
    site.lead_to(&servers.iter().collect::<Vec<_>>());
    (servers, recovery)
}

async fn panic(site: &Arc<Site>, mut server: Server, load: Load) -> (Vec<Server>, Recovery) {
    site.healthy(&mut server).await;
    let words = format!("fault point {}", site.plan.point().expect("a point").name());
    wait_until("the fault point is passed", || {
        server.words().contains(&words).then_some(())
    })
    .await;
    let panicked = Instant::now();
    site.more_is_acknowledged().await;
    load.end().await;
    site.at_rest(&server).await;
    assert!(server.end().is_none(), "it ended: {}", server.words());
    let recovery = Recovery {
        ready: None,
        caught_up: panicked.elapsed(),
    };
    (vec![server], recovery)
}

/// Shows that everything works again, and lets it come to rest.
async fn work_on(site: &Arc<Site>, servers: &[Server]) {
    let load = Load::start(site);
    site.more_is_acknowledged().await;
    load.end().await;
    for server in servers {
        site.at_rest(server).await;
    }
}

/// Lets the process start and serve for so long, as far as it comes.
async fn serve_for(site: &Site, server: &mut Server, after: Duration) {
    let serving = async {
        site.open(server).await;
        std::future::pending::<()>().await;
    };
    assert!(after < PATIENCE);
    tokio::select! {
        () = serving => {}
        () = tokio::time::sleep(after) => {}
    }
}

fn is_killed(status: std::process::ExitStatus) -> bool {
    const SIGKILL: i32 = 9;
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(SIGKILL)
}
