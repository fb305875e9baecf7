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
async fn health_ends_as_the_server_is() {
    let world = World::sqlite();
    let server = Server::start(&world).await;
    let url = server.api.url.clone();
    let well = run(&world, &["health", "--url", &url]).await;
    assert!(
        well.status.success() && words(&well).contains("ready"),
        "{}",
        words(&well)
    );
    // Without an address it asks where it would serve itself.
    let port = url.rsplit(':').next().expect("a port").to_owned();
    let beside = World::sqlite().with("PORT", port);
    let well = run(&beside, &["health"]).await;
    assert!(well.status.success(), "{}", words(&well));
    assert!(server.terminate().await.success());
    let gone = run(&world, &["health", "--url", &url]).await;
    assert_eq!(gone.status.code(), Some(1));
    assert!(words(&gone).contains("nobody answers"), "{}", words(&gone));

    let nowhere = World::sqlite().with("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
    let waiting = Server::begin(&nowhere, &["serve", "--listen", "127.0.0.1:0"]).await;
    let url = waiting.api.url.clone();
    let ill = eventually("it says why", async || {
        let asked = run(&world, &["health", "--url", &url]).await;
        words(&asked).contains("not ready").then_some(asked)
    })
    .await;
    assert_eq!(ill.status.code(), Some(1));
    assert!(
        words(&ill).contains("waits for what it stands on"),
        "{}",
        words(&ill)
    );
}

#[tokio::test]
async fn shells_and_manuals_know_every_verb() {
    let world = World::sqlite();
    for shell in ["bash", "zsh", "fish"] {
        let script = run(&world, &["completions", shell]).await;
        assert!(script.status.success(), "{}", words(&script));
        for word in ["migrate-from", "dead-letters", "--listen"] {
            let word = if shell == "fish" {
                word.trim_start_matches("--")
            } else {
                word
            };
            assert!(
                words(&script).contains(word),
                "{shell} does not know {word}"
            );
        }
    }
    let page = run(&world, &["man"]).await;
    assert!(words(&page).contains(".TH betstream"), "{}", words(&page));
    let pages = run(&world, &["man", "pages"]).await;
    assert!(pages.status.success(), "{}", words(&pages));
    for name in [
        "betstream.1",
        "betstream-serve.1",
        "betstream-audit-verify.1",
    ] {
        assert!(world.folder().join("pages").join(name).is_file(), "{name}");
    }
    let refused = run(&world, &["completions", "csh"]).await;
    assert!(
        !refused.status.success() && words(&refused).contains("bash"),
        "{}",
        words(&refused)
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
