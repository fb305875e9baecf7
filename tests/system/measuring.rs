//! What a running server says of itself in figures.

use std::collections::{BTreeMap, BTreeSet};

use betstream_telemetry::measures;
use serde_json::json;

use super::support::{Server, World, eventually, http::Api};

/// A page of `/metrics`.
struct Page(String);

impl Page {
    async fn of(api: &Api) -> Self {
        let page = api.get("/metrics").await;
        assert_eq!(page.status, 200, "{}", page.text);
        Self(page.text)
    }

    /// Each measure with its word of a kind or its help.
    fn told(&self, what: &str) -> BTreeMap<&str, &str> {
        let begin = format!("# {what} ");
        let lines = self.0.lines().filter_map(|line| line.strip_prefix(&begin));
        lines.filter_map(|line| line.split_once(' ')).collect()
    }

    /// The value of a series, written as the page has it.
    fn value(&self, series: &str) -> Option<f64> {
        let found = self.0.lines().find_map(|line| line.strip_prefix(series));
        found.and_then(|rest| rest.strip_prefix(' ')?.parse().ok())
    }
}

fn listed() -> BTreeMap<&'static str, &'static str> {
    let about = measures::all().map(measures::Measure::about);
    about.map(|about| (about.name, about.kind.word())).collect()
}

#[tokio::test]
async fn the_page_shows_every_measure_of_the_list_from_the_start_and_nothing_else() {
    let world = World::sqlite();
    let server = Server::start(&world).await;
    let page = Page::of(&server.api).await;
    assert_eq!(page.told("TYPE"), listed());
    let helps = page.told("HELP");
    for about in measures::all().map(measures::Measure::about) {
        assert_eq!(helps.get(about.name), Some(&about.help));
        let series = page.0.lines().filter(|line| {
            let rest = line.strip_prefix(about.name);
            rest.is_some_and(|rest| rest.starts_with(['{', ' ', '_']))
        });
        assert!(series.count() > 0, "{} has no series", about.name);
    }
    // No id, no address and no text of a person is a label.
    let labels: BTreeSet<&str> = measures::all()
        .flat_map(|measure| measure.about().labels)
        .map(|label| label.name)
        .collect();
    for line in page.0.lines().filter(|line| !line.starts_with('#')) {
        let Some((_, rest)) = line.split_once('{') else {
            continue;
        };
        let (inside, _) = rest.rsplit_once('}').expect("a closed brace");
        for label in inside.split("\",").filter_map(|part| part.split_once('=')) {
            assert!(label.0 == "le" || labels.contains(label.0), "{line}");
        }
    }
}

#[tokio::test]
async fn what_happens_is_counted_where_it_belongs() {
    let world = World::sqlite();
    let server = Server::start(&world).await;
    let api = &server.api;
    let account = api
        .post(
            "/api/v1/accounts",
            &json!({"name": "counted", "hostname": "h"}),
        )
        .await
        .expect(200);
    let path = format!("/api/v1/accounts/{}", account["id"]);
    api.get(&path).await.expect(200);
    api.get("/api/v1/accounts/987654").await.problem(404);
    api.get("/no/such/page.php").await;
    api.get("/made-up/7").await;
    let bet = json!({"id": "00000000-0000-4000-8000-000000000001", "game_id": "g", "bet_type": "WIN",
        "amount": 5, "timestamp": "2026-01-01T00:00:00Z"});
    api.post("/api/v1/bets", &json!([bet])).await;

    let page = eventually("the views have counted", async || {
        let page = Page::of(api).await;
        let desk = page.value(r#"betstream_projection_position{projection="desk"}"#);
        (desk == page.value("betstream_log_head_position")).then_some(page)
    })
    .await;
    let one_account = "/api/v1/accounts/{account_id}";
    let table: [(&str, f64); 14] = [
        (
            r#"betstream_http_requests_total{route="/api/v1/accounts",method="POST",status="2xx"}"#,
            1.0,
        ),
        (
            &format!(
                r#"betstream_http_requests_total{{route="{one_account}",method="GET",status="2xx"}}"#
            ),
            1.0,
        ),
        (
            &format!(
                r#"betstream_http_requests_total{{route="{one_account}",method="GET",status="4xx"}}"#
            ),
            1.0,
        ),
        (
            &format!(
                r#"betstream_http_request_duration_seconds_count{{route="{one_account}",method="GET"}}"#
            ),
            2.0,
        ),
        (r#"betstream_http_problems_total{code="not_found"}"#, 3.0),
        ("betstream_log_head_position", 2.0),
        ("betstream_log_events_appended_total", 2.0),
        ("betstream_journal_commit_duration_seconds_count", 2.0),
        ("betstream_journal_chunk_events_sum", 2.0),
        (
            r#"betstream_journal_wait_duration_seconds_count{lane="commands"}"#,
            1.0,
        ),
        (
            r#"betstream_journal_waiting_requests{lane="commands"}"#,
            0.0,
        ),
        (r#"betstream_actors_running{kind="account"}"#, 1.0),
        (r#"betstream_actor_waiting_commands{kind="account"}"#, 0.0),
        (
            r#"betstream_bets_total{road="http",outcome="recorded"}"#,
            1.0,
        ),
    ];
    for (series, expected) in table {
        assert_eq!(page.value(series), Some(expected), "{series}\n{}", page.0);
    }
    for series in [
        "process_resident_memory_bytes",
        "process_cpu_seconds_total",
        "process_open_fds",
        "process_threads",
        "process_start_time_seconds",
        "betstream_heap_allocated_bytes",
        r#"betstream_server_connected{server="log"}"#,
        "betstream_ready",
        r#"betstream_pool_connections{pool="log"}"#,
    ] {
        assert!(
            page.value(series).is_some_and(|value| value > 0.0),
            "{series}"
        );
    }
    // Paths that somebody made up fold into one route.
    let routes = page.0.lines().filter(|line| line.contains("route=\""));
    assert!(routes.clone().count() > 10);
    for line in routes {
        assert!(!line.contains("made-up") && !line.contains("php"), "{line}");
        assert!(!line.contains("987654"), "{line}");
    }
}
