//! The verbs, as a stranger meets them.

use serde_json::Value;

use crate::support::{
    Server, World, eventually,
    server::{betstream, run, words},
};

#[tokio::test]
async fn help_shows_how_to_begin() {
    let world = World::sqlite();
    let help = run(&world, &["--help"]).await;
    assert!(help.status.success());
    for word in [
        "serve",
        "simulate",
        "migrate-from",
        "DATABASE_URL",
        "Examples:",
    ] {
        assert!(words(&help).contains(word), "{}", words(&help));
    }
    for verb in [
        "simulate",
        "check",
        "rebuild",
        "migrate-from",
        "token",
        "dead-letters",
    ] {
        assert!(
            run(&world, &[verb, "--help"]).await.status.success(),
            "{verb}"
        );
    }
}

#[tokio::test]
async fn settings_are_shown_with_their_source_and_without_secrets() {
    let world = World::sqlite().with("REDIS_URL", "redis://:hidden@10.0.0.1:6379/2");
    let shown = run(&world, &["config", "show", "--output", "json"]).await;
    assert!(!words(&shown).contains("hidden"), "{}", words(&shown));
    let settings: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    let redis = settings
        .as_array()
        .expect("a list")
        .iter()
        .find(|setting| setting["setting"] == "redis_url")
        .expect("redis");
    assert_eq!(redis["from"], "environment REDIS_URL");
    let wrong = run(&World::sqlite().with("PORT", "many"), &["config", "show"]).await;
    assert!(!wrong.status.success());
    assert!(
        words(&wrong).contains("PORT is \"many\""),
        "{}",
        words(&wrong)
    );
}

#[tokio::test]
async fn the_document_that_is_printed_is_the_one_that_is_served() {
    let world = World::sqlite();
    let printed = run(&world, &["openapi"]).await;
    let printed: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    let server = Server::start(&world).await;
    assert_eq!(
        server.api.get("/api-docs/openapi.json").await.expect(200),
        printed
    );
}

#[tokio::test]
async fn simulated_bets_and_samples_reach_the_running_server() {
    let world = World::sqlite();
    let server = Server::start(&world).await;
    let url = server.api.url.clone();
    let seeded = run(&world, &["seed", "--url", &url]).await;
    assert!(
        words(&seeded).contains("5 accounts with 22 batches"),
        "{}",
        words(&seeded)
    );
    let again = run(&world, &["seed", "--url", &url]).await;
    assert!(
        !again.status.success() && words(&again).contains("409"),
        "{}",
        words(&again)
    );
    let simulated = run(&world, &["simulate", "1", "100", "--url", &url]).await;
    assert!(simulated.status.success(), "{}", words(&simulated));
    eventually("/stats says 100", async || {
        (server.api.get("/stats").await.expect(200)["bets_table_row_count"] == 100).then_some(())
    })
    .await;
    assert!(server.terminate().await.success());
    let nobody = run(&world, &["simulate", "1", "1", "--url", &url]).await;
    assert!(
        !nobody.status.success() && words(&nobody).contains("nobody answers"),
        "{}",
        words(&nobody)
    );
}

#[tokio::test]
async fn the_binary_serves_without_a_verb() {
    let world = World::sqlite();
    assert!(betstream(&world, &[]).get_args().next().is_none());
    let server = Server::begin(&world, &["--listen", "127.0.0.1:0"]).await;
    server.ready().await;
    assert!(server.terminate().await.success());
}
