//! nginx, as `deploy/nginx` configures it, in front of the binary: everything gets through as it comes.

use std::{
    process::{Command, Output},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::support::{
    Server, World,
    desk::account,
    eventually,
    http::Api,
    nginx::Nginx,
    own::free_port,
    server::{run, words},
    sse::Events,
    streams::message,
    ws::WebSocket,
};

/// Longer than any answer takes, and a fraction of the fifteen seconds after which a live stream says
/// something in any case: what came by then was not held back.
const AT_ONCE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn console_api_and_live_streams_pass_through_as_they_come() {
    let server = Server::start(&World::sqlite()).await;
    let nginx = Nginx::before(&[&server.api.url]).await;
    let api = Api::at(&nginx.url());

    // The console, at its root and at its own addresses.
    for path in ["/", "/accounts/7"] {
        let page = api
            .ask(Method::GET, path, &[("Accept", "text/html")], None)
            .await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text.contains("<html"), "{path}: {}", page.text);
    }
    assert_eq!(
        api.get("/api/v1/accounts/7").await.problem(404)["code"],
        "not_found"
    );

    let mut events = Events::open(&api, "/sse", &[]).await;
    assert_eq!(events.next().await.name, "hello");
    let began = Instant::now();
    let made = account(&api, "alpha").await;
    assert_eq!(events.next().await.data["account"], made);
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    assert_eq!(api.get("/api/v1/accounts").await.expect(200)[0], made);

    let mut socket = WebSocket::open(&api.url, "/ws", Some("http://localhost:3000")).await;
    let lines: Vec<String> = (0..2_000).map(|number| message(number, "game_1")).collect();
    let headers = [("Content-Type", "application/x-ndjson")];
    let receipt = api
        .ask(
            Method::POST,
            "/api/v1/bets",
            &headers,
            Some(lines.join("\n")),
        )
        .await;
    assert_eq!(receipt.expect(200)["recorded"], 2_000);
    let began = Instant::now();
    while socket.next().await.expect("once a second")["total_bets"] != 2_000 {
        assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    }

    let whole = api.get("/api/v1/export").await;
    assert_eq!(whole.status, 200);
    assert!(
        whole.text.lines().count() > 2_000,
        "{} bytes",
        whole.text.len()
    );
    // What is for who stands inside stays there.
    for path in ["/metrics", "/debug/pprof/heap"] {
        assert_eq!(api.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn an_upgrade_that_is_refused_is_refused_in_our_own_words() {
    let server = Server::start(&World::sqlite()).await;
    let nginx = Nginx::before(&[&server.api.url]).await;
    let api = Api::at(&nginx.url());
    let upgrade = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Sec-WebSocket-Version", "13"),
    ];
    let plain = api.get("/ws").await;
    assert_eq!(plain.problem(400)["code"], "bad_request");
    let old = [
        upgrade[0],
        upgrade[1],
        upgrade[2],
        ("Sec-WebSocket-Version", "7"),
    ];
    assert_eq!(
        api.ask(Method::GET, "/ws", &old, None).await.problem(400)["code"],
        "bad_request"
    );
    // What is no WebSocket stays what it is, whatever is asked for.
    let mut events = Events::open(&api, "/sse", &upgrade).await;
    assert_eq!(events.next().await.name, "hello");

    let mut socket = WebSocket::open(&api.url, "/ws", None).await;
    socket.next().await.expect("figures");
    server.kill();
    socket.end().await;
    let nobody = eventually("it is said that nobody answers", async || {
        let answer = api.ask(Method::GET, "/ws", &upgrade, None).await;
        (answer.status == 503).then_some(answer)
    })
    .await;
    assert_eq!(nobody.problem(503)["code"], "unavailable");
    assert_eq!(nobody.header("retry-after"), Some("1"));
    let written = api
        .post("/api/v1/accounts", &json!({"name": "a", "hostname": "h"}))
        .await;
    assert_eq!(written.problem(503)["code"], "unavailable");
}

#[tokio::test]
async fn processes_come_and_go_behind_the_proxy() {
    let world = World::postgres().await;
    let first = Server::start(&world).await;
    let nginx = Nginx::before(&[&first.api.url]).await;
    let api = Api::at(&nginx.url());
    account(&api, "alpha").await;

    let second = Server::start(&world).await;
    nginx.put_before(&[&first.api.url, &second.api.url]);
    let processes = async |count: usize| {
        let what = format!("answers come from {count}");
        eventually(&what, async || {
            let mut names = std::collections::BTreeSet::new();
            for _ in 0..20 {
                let system = api.get("/api/v1/system").await.expect(200);
                names.insert(system["pod_id"].to_string());
            }
            (names.len() == count).then_some(())
        })
        .await;
    };
    processes(2).await;

    // Whoever asks a process that was killed is answered by the other one, and never by an error.
    let mut events = Events::open(&api, "/sse?last_event_id=0", &[]).await;
    first.kill();
    for _ in 0..50 {
        api.get("/api/v1/accounts").await.expect(200);
    }
    processes(1).await;
    // A live client of either goes on: at once, or where it was when it comes back.
    let seen = match events.next_or_end().await {
        Some(_hello) => events.next_or_end().await,
        None => None,
    };
    let seen = match seen {
        Some(event) => event,
        None => {
            Events::open(&api, "/sse?last_event_id=0", &[])
                .await
                .next_of("account_created")
                .await
        }
    };
    assert_eq!(seen.data["account"]["name"], "alpha");
}

#[tokio::test]
async fn processes_that_are_restarted_one_by_one_cost_nobody_an_answer() {
    const ROUNDS: usize = 2;
    let world = World::postgres().await;
    let places = [free_port(), free_port()].map(|port| format!("127.0.0.1:{port}"));
    let start = async |place: &str| {
        let server = Server::begin(&world, &["serve", "--listen", place]).await;
        server.ready().await;
        server
    };
    let mut servers = [start(&places[0]).await, start(&places[1]).await];
    let nginx = Nginx::before(&[&places[0], &places[1]]).await;

    // People and programs at work, each on a connection of their own that nginx keeps.
    let (rest, mut work) = (CancellationToken::new(), JoinSet::new());
    for worker in 0..8 {
        let (api, rest) = (Api::at(&nginx.url()), rest.clone());
        work.spawn(async move {
            let mut answers = 0;
            while !rest.is_cancelled() {
                let name = format!("account {worker} {answers}");
                account(&api, &name).await;
                let shown = api.get("/api/v1/accounts?limit=1").await;
                shown.expect(200);
                answers += 2;
            }
            answers
        });
    }
    for _ in 0..ROUNDS {
        for (server, place) in servers.iter_mut().zip(&places) {
            server.signal("TERM");
            assert!(server.ended().await.success());
            *server = start(place).await;
        }
    }
    rest.cancel();
    let answers: usize = work.join_all().await.into_iter().sum();
    let accounts = world
        .number("SELECT count(*) FROM events WHERE type = 'account.opened'")
        .await;
    assert_eq!(i64::try_from(answers / 2).expect("a number"), accounts);
}

#[tokio::test]
async fn over_tls_the_cookie_is_for_tls_alone_and_plain_http_leads_there() {
    let world = World::sqlite();
    let made = run(&world, &["token", "new", "ana", "--file", "tokens"]).await;
    let token = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    let world = world
        .with("BETSTREAM_TOKENS_FILE", "tokens")
        .with("BETSTREAM_TRUSTED_PROXIES", "127.0.0.1");
    let server = Server::start(&world).await;
    let nginx = Nginx::before_over_tls(&[&server.api.url]).await;
    let address = format!("https://localhost:{}", nginx.tls_port);

    let plain = curl(&nginx, &["--head", &nginx.url()]).await;
    assert!(plain.starts_with("HTTP/1.1 308"), "{plain}");
    assert!(
        plain
            .to_lowercase()
            .contains("location: https://127.0.0.1/"),
        "{plain}"
    );

    let refused = curl(
        &nginx,
        &["--include", &format!("{address}/api/v1/accounts")],
    )
    .await;
    assert!(refused.starts_with("HTTP/2 401"), "{refused}");
    let body = json!({"token": token}).to_string();
    let session = format!("{address}/api/v1/session");
    let signed_in = curl(&nginx, &["--include", "--json", &body, &session]).await;
    let cookie = signed_in
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = cookie.unwrap_or_else(|| panic!("no cookie: {signed_in}"));
    assert!(
        cookie.contains("Secure") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
    assert!(
        signed_in.contains("strict-transport-security"),
        "{signed_in}"
    );

    // A page of ours writes with it, under the name that it knows.
    let cookie = cookie.split(';').next().expect("a value");
    let made = curl(
        &nginx,
        &[
            "--cookie",
            cookie,
            "--header",
            &format!("Origin: {address}"),
            "--json",
            r#"{"name": "alpha", "hostname": "h"}"#,
            &format!("{address}/api/v1/accounts"),
        ],
    )
    .await;
    let made: Value = serde_json::from_str(&made).unwrap_or_else(|error| panic!("{error}: {made}"));
    assert_eq!(made["name"], "alpha");
}

/// Asks as anybody would who trusts the certificate.
async fn curl(nginx: &Nginx, arguments: &[&str]) -> String {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--max-time", "30", "--cacert"]);
    command.arg(nginx.certificate()).args(arguments);
    let asked = tokio::task::spawn_blocking(move || command.output().expect("curl runs"));
    let asked: Output = asked.await.expect("it ends");
    assert!(asked.status.success(), "{}", words(&asked));
    String::from_utf8_lossy(&asked.stdout).into_owned()
}
