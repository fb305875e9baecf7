//! Processes are restarted one by one behind the proxy, under load: no request fails, no live client
//! misses an event, and ingest goes on.

use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::{
    Server, World, eventually,
    http::Api,
    nginx::Nginx,
    own::free_port,
    server::{betstream, in_order},
    streams::{Streams, bets, counted},
};

const PROCESSES: usize = 3;
/// Bets that are published beside every restart.
const BETS: u32 = 500;

/// `betstream load` at work until it is ended.
struct Load(Child);

impl Load {
    fn start(world: &World, verb: &str, url: &str, arguments: &[&str]) -> Self {
        let all = [&["load", verb, "--output", "json", "--url", url], arguments].concat();
        let mut command = betstream(world, &all);
        command.stdout(Stdio::piped());
        Self(command.spawn().expect("the binary runs"))
    }

    /// Ends it, and gives its report.
    async fn end(mut self) -> Value {
        let running = self.0.try_wait().expect("a child").is_none();
        assert!(running, "it ended before it was told to");
        let interrupt = Command::new("kill")
            .args(["-INT", &self.0.id().to_string()])
            .status();
        assert!(interrupt.expect("kill runs").success());
        let output = tokio::task::spawn_blocking(move || self.0.wait_with_output())
            .await
            .expect("it ends")
            .expect("its words");
        let text = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("no report: {text}"))
    }
}

/// Processes behind a proxy.
struct Fleet {
    world: World,
    nginx: Nginx,
    servers: Vec<Option<Server>>,
    addresses: Vec<String>,
}

impl Fleet {
    async fn start(world: World) -> Self {
        let addresses: Vec<String> = (0..PROCESSES)
            .map(|_| format!("127.0.0.1:{}", free_port()))
            .collect();
        let mut servers = Vec::new();
        for address in &addresses {
            servers.push(Some(serve(&world, address).await));
        }
        let urls: Vec<&str> = addresses.iter().map(String::as_str).collect();
        Self {
            nginx: Nginx::before(&urls).await,
            world,
            servers,
            addresses,
        }
    }

    fn api(&self) -> Api {
        Api::at(&self.nginx.url())
    }

    /// Takes one out of the proxy's sight, stops it, starts it again and puts it back.
    async fn restart(&mut self, number: usize) {
        let leaving = self.servers[number].take().expect("it runs");
        let name = pod(&leaving.api).await.expect("a name");
        self.show().await;
        let api = self.api();
        eventually("nobody is led to the one that leaves", async || {
            for _ in 0..20 {
                if pod(&api).await.is_none_or(|pod| pod == name) {
                    return None;
                }
            }
            Some(())
        })
        .await;
        assert!(leaving.terminate().await.success());
        self.servers[number] = Some(serve(&self.world, &self.addresses[number]).await);
        self.show().await;
    }

    /// Shows the proxy those that run.
    async fn show(&self) {
        let running = self.addresses.iter().zip(&self.servers);
        let urls: Vec<&str> = running
            .filter(|(_, server)| server.is_some())
            .map(|(address, _)| address.as_str())
            .collect();
        self.nginx.put_before(&urls);
    }
}

async fn serve(world: &World, address: &str) -> Server {
    let server = Server::begin(world, &["serve", "--listen", address]).await;
    server.ready().await;
    server
}

/// Which process answers.
async fn pod(api: &Api) -> Option<String> {
    let answer = api.get("/api/v1/system").await;
    (answer.status == 200).then(|| answer.json()["pod_id"].to_string())
}

/// `make rolling N=5`; in `make test` every process is restarted once.
#[tokio::test]
async fn processes_are_restarted_one_by_one_and_nobody_notices() {
    let asked = std::env::var("BETSTREAM_ROLLING_ROUNDS").ok();
    let asked = asked.filter(|text| !text.is_empty());
    let rounds: u32 = asked.map_or(1, |text| text.parse().expect("a number"));
    let streams = Streams::new().await;
    streams.make().await;
    let mut fleet = Fleet::start(streams.within(World::postgres().await)).await;
    let url = fleet.nginx.url();
    let long = ["--seconds", "3600"];
    let asking = ["--rate", "100", "--connections", "16"];
    let listening = ["--sse", "60", "--ws", "60", "--reconnect", "--rate", "10"];
    let asking = Load::start(&fleet.world, "http", &url, &[&asking[..], &long].concat());
    let listening = Load::start(
        &fleet.world,
        "live",
        &url,
        &[&listening[..], &long].concat(),
    );

    let mut published = 0;
    for restart in 0..rounds as usize * PROCESSES {
        let more = streams.publish(bets(published..published + BETS));
        tokio::join!(fleet.restart(restart % PROCESSES), more);
        published += BETS;
    }
    let (asked, heard) = tokio::join!(asking.end(), listening.end());
    println!("{rounds} rounds of {PROCESSES} restarts\n{asked:#}\n{heard:#}");
    assert_eq!(
        (&asked["failed"], &asked["broken"], &asked["shed"]),
        (&json!(0), &json!(0), &json!(0)),
        "{asked}"
    );
    assert!(asked["answered"].as_u64() > Some(100), "{asked}");
    let none = json!({"missed": 0, "repeated": 0, "out_of_order": 0, "resyncs": 0});
    assert_eq!(heard["faults"], none, "{heard}");
    assert_eq!(heard["events_failed"], json!({}), "{heard}");
    assert!(heard["reconnects"].as_u64() > Some(0), "{heard}");

    let recorded_by_load = asked["latency_by_request"]["POST a bet"]["count"].as_u64();
    let recorded_by_load = u32::try_from(recorded_by_load.unwrap_or(0)).expect("a few");
    counted(&fleet.api(), published + recorded_by_load).await;
    for server in fleet.servers.drain(..).flatten() {
        assert!(server.terminate().await.success());
    }
    in_order(&fleet.world).await;
}
