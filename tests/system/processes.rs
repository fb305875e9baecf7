//! Several processes on one log, one stream and one counter.

use std::collections::BTreeMap;

use crate::support::{
    Server, World,
    desk::account,
    eventually,
    server::{run, words},
    sse::Events,
    streams::{Streams, message},
};

#[tokio::test]
async fn three_processes_share_the_stream_and_each_view_has_one_owner() {
    let streams = Streams::new().await;
    let world = streams.within(World::postgres().await);
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(Server::start(&world).await);
    }
    let mut clients = Vec::new();
    for server in &servers {
        clients.push(Client::of(server, 0).await);
    }
    one_owner_each(&servers).await;

    let mut published = 0;
    publish_until_each_has_taken(&streams, &servers, &mut published).await;
    for (server, name) in servers.iter().zip(["a", "b", "c"]) {
        account(&server.api, name).await;
    }
    counted(&servers, published).await;

    let owner = one_owner_each(&servers).await["desk"];
    servers.remove(owner).kill();
    let orphan = clients.remove(owner);
    clients.push(orphan.at(&servers[0]).await);
    one_owner_each(&servers).await;
    publish_until_each_has_taken(&streams, &servers, &mut published).await;
    for (server, name) in servers.iter().zip(["d", "e"]) {
        account(&server.api, name).await;
    }
    counted(&servers, published).await;

    let changes = world
        .number("SELECT count(*) FROM events WHERE type < 'market'")
        .await;
    assert_eq!(changes, 5);
    let last = world
        .number("SELECT max(position) FROM events WHERE type < 'market'")
        .await;
    for client in &mut clients {
        client.see_all_up_to(last).await;
    }
    for client in &clients {
        assert_eq!(client.seen.len(), 5, "no hole: {:?}", client.seen);
        assert!(
            client.seen.is_sorted_by(|one, next| one < next),
            "no repeat: {:?}",
            client.seen
        );
        assert_eq!(client.seen, clients[0].seen);
    }
    for server in servers {
        assert!(server.terminate().await.success());
    }
    let checked = run(&world, &["check"]).await;
    assert!(checked.status.success(), "{}", words(&checked));
}

/// A live client, with the positions that it has seen.
struct Client {
    events: Events,
    seen: Vec<i64>,
}

impl Client {
    /// Watches at `server` from a position on.
    async fn of(server: &Server, from: i64) -> Self {
        let from = from.to_string();
        let events = Events::open(&server.api, "/sse", &[("Last-Event-ID", &from)]).await;
        Self {
            events,
            seen: Vec::new(),
        }
    }

    /// Its own process is gone: it goes on at another.
    async fn at(self, server: &Server) -> Self {
        let Self { mut events, seen } = self;
        let mut seen = seen;
        while let Some(event) = events.next_or_end().await {
            note(&mut seen, &event.name, event.id);
        }
        let from = seen.last().copied().unwrap_or_default();
        Self {
            seen,
            ..Self::of(server, from).await
        }
    }

    async fn see_all_up_to(&mut self, position: i64) {
        while self.seen.last().is_none_or(|last| *last < position) {
            let event = self.events.next().await;
            note(&mut self.seen, &event.name, event.id);
        }
    }
}

fn note(seen: &mut Vec<i64>, name: &str, id: Option<i64>) {
    assert_ne!(name, "resync", "nobody has to load again");
    if !["hello", "ping"].contains(&name) {
        seen.push(id.expect("a position"));
    }
}

/// Waits until each view has exactly one owner; gives which server that is, by view.
async fn one_owner_each(servers: &[Server]) -> BTreeMap<String, usize> {
    eventually("each view has one owner", async || {
        let mut owners: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, server) in servers.iter().enumerate() {
            let system = server.api.get("/api/v1/system").await.expect(200);
            for view in system["projections"].as_array().expect("views") {
                let owners = owners
                    .entry(view["name"].as_str().expect("a name").to_owned())
                    .or_default();
                if view["state"] != "standby" {
                    owners.push(number);
                }
            }
        }
        let one = |owners: Vec<usize>| (owners.len() == 1).then(|| owners[0]);
        let owners = owners.into_iter();
        owners
            .map(|(name, owners)| Some((name, one(owners)?)))
            .collect()
    })
    .await
}

/// Publishes bets, some at a time, until every process has taken some of them.
async fn publish_until_each_has_taken(streams: &Streams, servers: &[Server], published: &mut u32) {
    const AT_A_TIME: u32 = 1_000;
    let mut before = Vec::new();
    for server in servers {
        before.push(taken(server).await);
    }
    eventually("every process has taken bets", async || {
        let numbers = *published..*published + AT_A_TIME;
        *published = numbers.end;
        let bets = numbers.map(|number| message(number, &format!("game_{}", number % 20)));
        streams.publish(bets).await;
        for (server, before) in servers.iter().zip(&before) {
            if taken(server).await <= *before {
                return None;
            }
        }
        Some(())
    })
    .await;
}

/// How many bets a process has recorded.
async fn taken(server: &Server) -> f64 {
    let metrics = server.api.get("/metrics").await.text;
    let counters = metrics
        .lines()
        .filter(|line| line.starts_with("betstream_bets_total"));
    let counts = counters.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok());
    counts.sum()
}

/// Waits until every process shows that all bets were taken and counted.
async fn counted(servers: &[Server], count: u32) {
    for server in servers {
        eventually("every bet is counted", async || {
            let stats = server.api.get("/stats").await;
            let stats = (stats.status == 200).then(|| stats.json())?;
            let all = stats["bets_table_row_count"] == count
                && stats["total_odds"] == count
                && stats["pending_bets"] == 0;
            all.then_some(())
        })
        .await;
    }
}
