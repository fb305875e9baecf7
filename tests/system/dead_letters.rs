//! Messages that could not be read: kept, then retried or discarded by hand.

use serde_json::{Value, json};

use crate::support::{
    Server, World, eventually,
    http::Api,
    server::{in_order, run, words},
    streams::{Streams, message},
};

on_both_databases! {
    a_letter_that_became_readable_is_recorded_once,
    a_discarded_letter_is_given_up_for_ever_and_changes_nothing_else,
    letters_are_looked_after_from_the_command_line,
}

const PATH: &str = "/api/v1/dead-letters";

/// A world with a stream on which these messages were published and kept as dead letters.
async fn poisoned(world: World, poison: &[&str]) -> (Streams, World, Server) {
    let streams = Streams::new().await;
    let world = streams.within(world);
    let server = Server::start(&world).await;
    streams
        .publish(poison.iter().map(|text| (*text).to_owned()))
        .await;
    eventually("every message is kept", async || {
        let outcomes = server.api.get("/api/v1/outcomes").await.expect(200);
        (outcomes["dead_letters"] == poison.len()).then_some(())
    })
    .await;
    (streams, world, server)
}

/// The letter with this text.
async fn letter(api: &Api, text: &str) -> Value {
    let letters = api.get(PATH).await.expect(200);
    let letters = letters.as_array().expect("a list");
    let found = letters.iter().find(|letter| letter["text"] == text);
    found.expect("it is kept").clone()
}

async fn outcomes(api: &Api) -> Value {
    api.get("/api/v1/outcomes").await.expect(200)
}

async fn a_letter_that_became_readable_is_recorded_once(world: World) {
    let (streams, world, server) = poisoned(world, &["not json"]).await;
    let api = &server.api;
    let path = format!("{PATH}/{}", letter(api, "not json").await["id"]);
    let before = outcomes(api).await;
    let still = api.post(&format!("{path}/retry"), &json!({})).await;
    let still = still.expect(200);
    assert_eq!(
        (&still["state"], &still["outcome"]),
        (&json!("waiting"), &json!("unreadable")),
        "{still}"
    );

    let bet = message(1, "game_1");
    world.rewrite_letters(&bet).await;
    let body = json!({ "reason": "the reader is fixed" });
    let retried = api.post(&format!("{path}/retry"), &body).await;
    let (result, position) = (retried.expect(200), retried.header("x-log-position"));
    assert_eq!(
        (&result["state"], &result["outcome"]),
        (&json!("settled"), &json!("recorded")),
        "{result}"
    );
    // One's own write is read at once: the bet counts towards its game.
    let market = api
        .get(&format!(
            "/api/v1/markets/game_1?min_position={}",
            position.expect("a position")
        ))
        .await;
    assert_eq!(market.expect(200)["bets"], 1);
    for what in ["retry", "discard"] {
        let again = api.post(&format!("{path}/{what}"), &body).await;
        let problem = again.problem(409);
        assert!(again.text.contains("is settled"), "{problem}");
    }
    assert_eq!(outcomes(api).await, before, "no message came in between");

    // The publisher sends it once more, as it should be: it is known.
    streams.publish(std::iter::once(bet)).await;
    eventually("the repeat is counted", async || {
        (outcomes(api).await["already_recorded"] == 1).then_some(())
    })
    .await;
    let shown = api.get(&path).await.expect(200);
    let history = shown["history"].as_array().expect("a history");
    assert_eq!(
        (history.len(), &shown["state"], &history[1]["why"]),
        (2, &json!("settled"), &json!("the reader is fixed")),
        "{shown}"
    );
    assert_eq!(world.number("SELECT count(*) FROM events").await, 3);
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

async fn a_discarded_letter_is_given_up_for_ever_and_changes_nothing_else(world: World) {
    let (_streams, world, server) = poisoned(world, &["probe", "[1,"]).await;
    let api = &server.api;
    let path = format!("{PATH}/{}", letter(api, "probe").await["id"]);
    let (counts, other) = (outcomes(api).await, letter(api, "[1,").await);
    let nameless = api.post(&format!("{path}/discard"), &json!({})).await;
    assert_eq!(nameless.problem(422)["errors"][0]["pointer"], "/reason");
    assert_eq!(world.number("SELECT count(*) FROM events").await, 0);
    let body = json!({ "reason": "a probe of ours" });
    let discarded = api.post(&format!("{path}/discard"), &body).await;
    assert_eq!(discarded.expect(200)["state"], "discarded");
    world.rewrite_letters(&message(1, "game_1")).await;
    assert!(server.terminate().await.success());

    let server = Server::start(&world).await;
    let api = &server.api;
    let retried = api.post(&format!("{path}/retry"), &body).await;
    assert!(
        retried.problem(409)["detail"]
            .as_str()
            .is_some_and(|detail| detail.ends_with("is discarded")),
        "{}",
        retried.text
    );
    assert_eq!(world.number("SELECT count(*) FROM events").await, 1);
    assert_eq!(outcomes(api).await, counts);
    let waiting = api.get(&format!("{PATH}?state=waiting")).await.expect(200);
    assert_eq!(waiting[0]["id"], other["id"], "{waiting}");
    assert_eq!(waiting.as_array().map(Vec::len), Some(1), "{waiting}");
    assert!(server.terminate().await.success());
    in_order(&world).await;
}

async fn letters_are_looked_after_from_the_command_line(world: World) {
    let (_streams, world, server) = poisoned(world, &["one", "two", "\u{1b}[31mred", "{}"]).await;
    let url = server.api.url.clone();
    let verb = async |arguments: &[&str]| {
        let arguments = [&["dead-letters"], arguments, &["--url", &url]].concat();
        let output = run(&world, &arguments).await;
        (output.status.success(), words(&output))
    };
    let (done, listed) = verb(&["list", "--reason", "not_json"]).await;
    assert!(done && listed.contains("waiting"), "{listed}");
    assert_eq!(listed.matches("not_json").count(), 3, "{listed}");
    let (done, newest) = verb(&["list", "--limit", "1"]).await;
    assert!(done && newest.contains("more than 1"), "{newest}");
    let (done, listed) = verb(&["list", "--output", "json"]).await;
    let letters: Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!((done, letters.as_array().map(Vec::len)), (true, Some(4)));

    let id_of = async |text: &str| letter(&server.api, text).await["id"].to_string();
    let (one, two, red) = (
        id_of("one").await,
        id_of("two").await,
        id_of("\u{1b}[31mred").await,
    );
    let (done, shown) = verb(&["show", &red]).await;
    assert!(done && shown.contains("[31mred"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
    let (done, bytes) = verb(&["show", &red, "--bytes"]).await;
    assert_eq!((done, &*bytes), (true, "\u{1b}[31mred"));

    let (done, retried) = verb(&["retry", &one, "999"]).await;
    assert!(!done, "{retried}");
    assert!(retried.contains("waiting: unreadable"), "{retried}");
    assert!(
        retried.contains("dead letter 999 does not exist"),
        "{retried}"
    );
    let (done, discarded) = verb(&["discard", &two, "--reason", "a probe"]).await;
    assert!(done && discarded.contains("discarded"), "{discarded}");
    let (done, again) = verb(&["discard", &two, "--reason", "a probe"]).await;
    assert!(!done && again.contains("is discarded"), "{again}");
    let (done, nameless) = verb(&["discard", &one]).await;
    assert!(!done && nameless.contains("--reason"), "{nameless}");
    let (done, aimless) = verb(&["retry"]).await;
    assert!(!done && aimless.contains("--all-of"), "{aimless}");

    world.rewrite_letters(&message(1, "game_1")).await;
    let (done, retried) = verb(&["retry", "--all-of", "not_json"]).await;
    assert!(done, "{retried}");
    assert_eq!(retried.matches("settled").count(), 2, "{retried}");
    let (done, shown) = verb(&["show", &one]).await;
    assert!(done && shown.contains("settled"), "{shown}");
    assert!(server.terminate().await.success());
    let (done, nobody) = verb(&["list"]).await;
    assert!(!done && nobody.contains("nobody answers"), "{nobody}");
    in_order(&world).await;
}
