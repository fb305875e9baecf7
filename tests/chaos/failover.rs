//! The primary is lost under load and its synchronous standby takes its place: the process goes on by
//! itself, and nothing that was acknowledged is lost.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    figures::Percentiles,
    ledger::Verdict,
    load::{Load, one_command},
    plan::{Database, Fate, Plan, Roads},
    site::Site,
    support::{
        Server, World,
        pair::{Death, PostgresPair},
        streams::Streams,
    },
    watcher::Watcher,
};

/// What a run of promotions came to.
pub(crate) struct Promotions {
    count: usize,
    verdict: Verdict,
    /// From the primary's end until the standby was the primary.
    promoted: Vec<Duration>,
    /// From the primary's end until a command was acknowledged again.
    acknowledged_again: Vec<Duration>,
    /// From the primary's end until nothing waited and no view was behind.
    caught_up: Vec<Duration>,
}

/// Loses the primary so many times, under the load of all roads, with one process that lives through
/// all of it; the old primary is built anew as the standby each time.
pub(crate) async fn promote(count: usize, seed: u64) -> Promotions {
    let mut pair = PostgresPair::start().await;
    let world = World::on(&pair.url()).await;
    let streams = Streams::new().await;
    streams.make().await;
    let plan = Plan {
        database: Database::Postgres,
        roads: Roads::ALL,
        // Nothing befalls the process itself.
        fate: Fate::Terminate(Duration::ZERO),
        seed,
    };
    let site = Arc::new(Site::over(plan, streams.within(world), Some(streams)));
    let watcher = Watcher::start(&site);
    let mut server = site.start(None);
    site.healthy(&mut server).await;
    let mut promotions = Promotions {
        count,
        verdict: Verdict::default(),
        promoted: Vec::new(),
        acknowledged_again: Vec::new(),
        caught_up: Vec::new(),
    };
    for number in 0..count {
        let death = [Death::Kill, Death::Immediate][number % 2];
        promotions.lose(&site, &server, &mut pair, death).await;
        pair.rebuild().await;
    }
    promotions.reckon(&site, server, watcher).await;
    promotions
}

impl Promotions {
    async fn lose(
        &mut self,
        site: &Arc<Site>,
        server: &Server,
        pair: &mut PostgresPair,
        death: Death,
    ) {
        let load = Load::start(site);
        site.more_is_acknowledged().await;
        let lost = Instant::now();
        pair.lose_primary(death).await;
        pair.promote().await;
        self.promoted.push(lost.elapsed());
        one_command(site).await;
        self.acknowledged_again.push(lost.elapsed());
        site.more_is_acknowledged().await;
        load.end().await;
        site.at_rest(server).await;
        self.caught_up.push(lost.elapsed());
        println!(
            "  {death:?}: promoted {:.2} s, acknowledged again {:.2} s",
            self.promoted.last().map_or(0.0, Duration::as_secs_f64),
            self.acknowledged_again
                .last()
                .map_or(0.0, Duration::as_secs_f64),
        );
    }

    async fn reckon(&mut self, site: &Site, server: Server, watcher: Watcher) {
        let log = site.log().await;
        let mut broken = watcher.faults(&log.desk()).await;
        let words = server.words();
        if !server.terminate().await.success() {
            broken.push(format!("SIGTERM at rest\n{words}"));
        }
        broken.extend(site.check().await);
        self.verdict = site.ledger.compare(&log);
        self.verdict.broken.extend(broken);
    }

    /// Whether everything is as it should be.
    pub(crate) fn hold(&self) -> bool {
        self.verdict.holds()
    }
}

impl fmt::Display for Promotions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict {
            acknowledged,
            lost,
            doubled,
            invented,
            broken,
        } = &self.verdict;
        let [lost, doubled, invented, broken] = [lost, doubled, invented, broken].map(Vec::len);
        writeln!(f, "promotions {}", self.count)?;
        writeln!(
            f,
            "acknowledged {acknowledged}, lost {lost}, doubled {doubled}, invented {invented}, broken {broken}"
        )?;
        for (what, times) in [
            ("promoted", &self.promoted),
            ("acknowledged again", &self.acknowledged_again),
            ("caught up", &self.caught_up),
        ] {
            writeln!(f, "{what}: {}", Percentiles(times))?;
        }
        f.write_str(&self.verdict.faults())
    }
}
