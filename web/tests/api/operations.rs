//! Running the product.

use std::time::Instant;

use betstream_web::{HoldingServer, Listeners};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, DEADLINE, Product};

#[actix_web::test]
async fn health_readiness_and_the_system_are_told() {
    let product = Product::start().await;
    let client = &product.client;
    let health = client.get("/health").await;
    assert_eq!((health.status.as_u16(), health.text.as_str()), (200, "OK"));
    assert_eq!(client.get("/livez").await.status, 200);
    assert_eq!(client.get("/readyz").await.ok()["ready"], true);
    let system = client.get("/api/v1/system").await.ok();
    assert_eq!(
        (&system["empty"], &system["position"], &system["epoch"]),
        (&json!(true), &json!(0), &json!(1))
    );
    assert_eq!(
        (&system["currency"], &system["currency_decimals"]),
        (&json!("USD"), &json!(2))
    );
    assert_eq!(
        (&system["authentication"], &system["pod_id"]),
        (&json!("open"), &json!("test"))
    );
    assert_eq!(system["needs"][0]["need"], "log");
    let names: Vec<_> = system["projections"]
        .as_array()
        .expect("projections")
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(names, ["desk", "markets", "odds", "stats", "audit"]);
    assert!(
        client
            .get("/metrics")
            .await
            .header("content-type")
            .starts_with("text/plain")
    );
    product.readiness.set_draining();
    let draining = client.get("/readyz").await;
    assert_eq!(
        (draining.status.as_u16(), &draining.json()["ready"]),
        (503, &json!(false))
    );
    assert_eq!(
        client.get("/health").await.status,
        200,
        "once healthy, always healthy"
    );
    product.stop().await;
}

#[actix_web::test]
async fn before_it_is_ready_a_process_says_so_on_the_same_port() {
    let listeners = Listeners::bind(&["127.0.0.1:0".parse().expect("an address")]).expect("a port");
    let client = Client::new(listeners.addresses()[0]);
    let holding = HoldingServer::start(&listeners).expect("a server");
    assert_eq!(client.get("/livez").await.status, 200);
    for path in ["/health", "/readyz", "/api/v1/accounts"] {
        let answer = client.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["code"]),
            (503, &json!("starting")),
            "{path}"
        );
    }
    holding.stop().await;
}

#[actix_web::test]
async fn the_sample_is_loaded_once() {
    let product = Product::start().await;
    let client = &product.client;
    let loaded = client.post("/api/v1/samples", &json!({})).await;
    let report = loaded.ok();
    assert_eq!(
        (&report["accounts"], &report["batches"]),
        (&json!(5), &json!(22))
    );
    let accounts = client.get("/api/v1/accounts").await.ok();
    let (mut batches, mut bets) = (0, 0);
    for account in accounts.as_array().expect("accounts") {
        let list = client
            .get(&format!("/api/v1/accounts/{}/batches", account["id"]))
            .await
            .ok();
        for batch in list.as_array().expect("batches") {
            batches += 1;
            let count = batch["bets"].as_array().map_or(0, Vec::len);
            assert!(
                (2..=4).contains(&count) && batch["meta"]["race_id"].is_i64(),
                "{batch}"
            );
            bets += count as u64;
        }
    }
    assert_eq!((batches, json!(bets)), (22, report["bets"].clone()));
    let head = product.head().await;
    client
        .post("/api/v1/samples", &json!({}))
        .await
        .is_problem(409, "name_in_use");
    assert_eq!(product.head().await, head);
    product.stop().await;
}

#[actix_web::test]
async fn a_sample_that_meets_a_name_in_use_adds_nothing_that_stays() {
    let product = Product::start().await;
    let client = &product.client;
    client.account("Meridian Partners").await;
    client
        .post("/api/v1/samples", &json!({}))
        .await
        .is_problem(409, "name_in_use");
    assert_eq!(
        client
            .get("/api/v1/accounts")
            .await
            .ok()
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    product.stop().await;
}

#[actix_web::test]
async fn one_simulated_feed_runs_at_a_time_and_ends() {
    let product = Product::start().await;
    let client = &product.client;
    let path = "/api/v1/simulation";
    assert_eq!(client.get(path).await.ok()["running"], false);
    let started = client
        .post(path, &json!({ "rate": 2000, "count": 300, "games": 3 }))
        .await;
    assert_eq!(
        (started.status.as_u16(), &started.json()["running"]),
        (202, &json!(true))
    );
    let ended = until(client, path, |simulation| simulation["running"] == false).await;
    assert_eq!(
        (&ended["sent"], &ended["count"]),
        (&json!(300), &json!(300))
    );
    assert_eq!(product.head().await.0, 300, "every bet once");
    assert_eq!(client.post(path, &json!({ "rate": 1 })).await.status, 202);
    client
        .post(path, &json!({}))
        .await
        .is_problem(409, "simulation_running");
    assert_eq!(client.delete(path).await.ok()["running"], false);
    for (body, field) in [
        (json!({ "rate": 0 }), "/rate"),
        (json!({ "count": 0 }), "/count"),
        (json!({ "games": 1_001 }), "/games"),
    ] {
        client.post(path, &body).await.names(422, "refused", field);
    }
    client
        .post(path, &json!({ "rate": "fast" }))
        .await
        .names(400, "invalid_field", "/rate");
    product.stop().await;
}

async fn until(client: &Client, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let began = Instant::now();
    loop {
        let value = client.get(path).await.ok();
        if is_so(&value) {
            return value;
        }
        assert!(began.elapsed() < DEADLINE, "still {value}");
    }
}

#[actix_web::test]
async fn the_root_greets_programs_and_shows_browsers_a_page() {
    let product = Product::start().await;
    let client = &product.client;
    let greeting = client.get("/").await;
    assert!(
        greeting.header("content-type").starts_with("text/plain")
            && greeting.text.starts_with("BetStream")
    );
    for path in ["/", "/accounts/7/batches/9"] {
        let page = Answer::of(
            client
                .request(Method::GET, path)
                .header("Accept", "text/html,*/*"),
        )
        .await;
        assert_eq!(page.status, 200);
        assert!(
            page.header("content-type").starts_with("text/html"),
            "{page:?}"
        );
        assert_eq!(page.header("cache-control"), "no-cache");
        assert!(
            page.header("content-security-policy")
                .contains("script-src 'self';"),
            "{page:?}"
        );
        assert_eq!(page.header("x-frame-options"), "DENY");
    }
    for path in ["/api/v1/nothing", "/sse/x", "/assets/gone.js"] {
        let missing = Answer::of(
            client
                .request(Method::GET, path)
                .header("Accept", "text/html"),
        )
        .await;
        missing.is_problem(404, "not_found");
    }
    let pages = client.get("/swagger-ui/").await;
    assert_eq!(pages.status, 200);
    assert!(pages.text.contains("swagger"), "{pages:?}");
    product.stop().await;
}

#[actix_web::test]
async fn a_callers_request_id_is_answered_and_kept() {
    let product = Product::start().await;
    let client = &product.client;
    let request = client
        .request(Method::POST, "/api/v1/accounts")
        .header("X-Request-Id", "mine-1");
    let request = request
        .header("X-Correlation-Id", "race day")
        .header("X-Reason", "because");
    let answer = Answer::of(request.json(&json!({ "name": "alpha", "hostname": "h" }))).await;
    answer.ok();
    assert_eq!(answer.header("x-request-id"), "mine-1");
    let event = product
        .store
        .read_rows(betstream_events::envelope::Position::START, 1)
        .await
        .expect("rows")
        .pop()
        .expect("a row");
    let metadata: Value = serde_json::from_str(&event.metadata).expect("metadata");
    assert_eq!(metadata["causation"], "request mine-1");
    assert_eq!(
        (&metadata["correlation"], &metadata["reason"]),
        (&json!("race day"), &json!("because"))
    );
    let ids = [client.get("/livez").await, client.get("/livez").await];
    assert_ne!(ids[0].header("x-request-id"), ids[1].header("x-request-id"));
    product.stop().await;
}
