//! Many live clients, held by `betstream load`: nobody misses anything, whatever befalls the others
//! or the server.

use serde_json::{Value, json};

use crate::support::{
    Server, World, eventually,
    http::Api,
    own::free_port,
    server::{in_order, run, words},
};

/// Clients of each transport.
const EACH: &str = "120";
const ALL: u64 = 240;

/// Holds live clients on `url` while it causes events; gives what came of it.
async fn load(world: &World, url: &str, arguments: &[&str]) -> Value {
    let verb = ["load", "live", "--output", "json", "--url", url];
    let clients = ["--sse", EACH, "--ws", EACH];
    let loaded = run(world, &[&verb[..], &clients, arguments].concat()).await;
    let report = serde_json::from_slice(&loaded.stdout);
    let report: Value = report.unwrap_or_else(|_| panic!("{}", words(&loaded)));
    let none = json!({"missed": 0, "repeated": 0, "out_of_order": 0, "resyncs": 0});
    assert_eq!(report["faults"], none, "{report}");
    assert!(loaded.status.success(), "{}", words(&loaded));
    report
}

/// How many clients listen, by the server's own figures.
async fn listening(api: &Api) -> Option<u64> {
    let metrics = api.get("/metrics").await;
    let counts = metrics
        .text
        .lines()
        .filter(|line| line.starts_with("betstream_live_clients{"))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
    (metrics.status == 200).then(|| counts.sum())
}

#[tokio::test]
async fn clients_that_read_nothing_are_told_and_closed_and_the_others_miss_nothing() {
    let world = World::sqlite();
    let server = Server::start(&world).await;
    // Large events, so that what the system keeps for a client that reads nothing is soon full; it
    // reads again when it was given up, and before it is cut off.
    let large = ["--bets-per-event", "100", "--rate", "20", "--seconds", "5"];
    let slow = ["--slow", "12", "--slow-seconds", "18"];
    let report = load(&world, &server.api.url, &[&large[..], &slow].concat()).await;
    assert_eq!(report["slow"]["closed"], json!({"slow": 12}), "{report}");
    assert_eq!(report["slow"]["open"], 0, "{report}");
    assert_eq!(report["events"], 100, "{report}");
    let metrics = server.api.get("/metrics").await.text;
    for transport in ["sse", "ws"] {
        let counted =
            format!(r#"betstream_live_closed_total{{transport="{transport}",reason="slow"}} 6"#);
        assert!(metrics.contains(&counted), "{counted}: {metrics}");
    }
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

#[tokio::test]
async fn all_come_again_after_a_restart_and_go_on_where_they_were() {
    let world = World::sqlite();
    let address = format!("127.0.0.1:{}", free_port());
    let serve = ["serve", "--listen", &address];
    let server = Server::begin(&world, &serve).await;
    server.ready().await;
    let url = server.api.url.clone();
    let restarts = async {
        let everybody = async |server: &Server| {
            eventually("everybody listens", async || {
                (listening(&server.api).await == Some(ALL)).then_some(())
            })
            .await;
        };
        everybody(&server).await;
        assert!(server.terminate().await.success());
        let server = Server::begin(&world, &serve).await;
        everybody(&server).await;
        server.kill();
        let server = Server::begin(&world, &serve).await;
        everybody(&server).await;
        server
    };
    let listen = ["--reconnect", "--rate", "10", "--seconds", "15"];
    let (report, server) = tokio::join!(load(&world, &url, &listen), restarts);
    assert_eq!(report["ends"]["stopping"], ALL, "{report}");
    assert_eq!(report["reconnects"], 2 * ALL, "{report}");
    assert!(server.terminate().await.success());
    in_order(&world).await;
}
