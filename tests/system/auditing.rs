//! An auditor's work, through the binary: is the log whole, is it still the one that was signed for,
//! and does a receipt hold on another machine?

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{
    Server, World,
    server::{run, words},
};

on_both_databases! {
    what_was_done_to_the_log_is_found_and_named,
    a_receipt_holds_with_the_key_alone,
    a_log_that_was_made_anew_is_found_by_a_kept_head,
    what_an_auditor_gets_wrong_is_named,
}

fn bet(n: u32) -> Value {
    json!({
        "id": format!("00000000-0000-4000-8000-{n:012}"), "game_id": "game_123", "bet_type": "moneyline",
        "amount": 42, "timestamp": "2026-11-23T14:25:35.123456789+01:00",
    })
}

/// Nine bets in three commits.
async fn nine_bets(server: &Server) {
    for first in [1, 4, 7] {
        let bets: Vec<Value> = (first..first + 3).map(bet).collect();
        let answer = server.api.post("/api/v1/bets", &json!(bets)).await;
        assert_eq!(answer.expect(200)["recorded"], 3);
    }
}

/// Makes a key beside the store, of which the world's servers know.
async fn with_key(mut world: World) -> (World, String) {
    let file = world.folder().join("key").display().to_string();
    let made = run(&world, &["audit", "key", "new", &file]).await;
    assert!(made.status.success(), "{}", words(&made));
    let key = String::from_utf8(made.stdout)
        .expect("text")
        .trim()
        .to_owned();
    world
        .settings
        .push(("BETSTREAM_SIGNING_KEY_FILE".to_owned(), file));
    (world, key)
}

async fn verdict(world: &World, more: &[&str]) -> (bool, Value) {
    let verified = run(
        world,
        &[&["audit", "verify", "--output", "json"], more].concat(),
    )
    .await;
    let verdict =
        serde_json::from_slice(&verified.stdout).unwrap_or_else(|_| panic!("{}", words(&verified)));
    (verified.status.success(), verdict)
}

/// Kinds and places of what was found.
fn found(verdict: &Value) -> Vec<(&str, i64, i64)> {
    let faults = verdict["faults"].as_array().expect("faults");
    let number = |fault: &Value, name: &str| fault[name].as_i64().expect("a position");
    faults
        .iter()
        .map(|fault| {
            let kind = fault["kind"].as_str().expect("a kind");
            (kind, number(fault, "first"), number(fault, "last"))
        })
        .collect()
}

async fn what_was_done_to_the_log_is_found_and_named(world: World) {
    let server = Server::start(&world).await;
    nine_bets(&server).await;
    // Beside the running server, whole and in part.
    let (intact, whole) = verdict(&world, &[]).await;
    assert!(intact, "{whole:#}");
    assert_eq!((&whole["first"], &whole["last"]), (&json!(1), &json!(9)));
    assert_eq!((&whole["events"], &whole["blocks"]), (&json!(9), &json!(3)));
    let (intact, part) = verdict(&world, &["--from", "5", "--to", "5"]).await;
    assert!(
        intact && part["first"] == 4 && part["last"] == 6,
        "{part:#}"
    );
    assert!(server.terminate().await.success());

    /// The faults found, each with its first and its last position.
    type Faults<'a> = &'a [(&'a str, i64, i64)];
    let tamperings: [(&str, Faults<'_>); 5] = [
        (
            "UPDATE events SET data = replace(data::text, '4200', '4201')::json WHERE position = 5",
            &[("altered", 5, 5)],
        ),
        (
            "UPDATE events SET metadata = '{}' WHERE position = 2",
            &[("altered", 2, 2), ("altered", 5, 5)],
        ),
        (
            "UPDATE events SET position = 1000 WHERE position = 4; UPDATE events SET position = 4 WHERE position = 6;
             UPDATE events SET position = 6 WHERE position = 1000",
            &[
                ("altered", 2, 2),
                ("altered", 4, 4),
                ("altered", 5, 5),
                ("altered", 6, 6),
            ],
        ),
        (
            "DELETE FROM events WHERE position = 5",
            &[
                ("altered", 2, 2),
                ("altered", 4, 4),
                ("missing", 5, 5),
                ("altered", 6, 6),
            ],
        ),
        (
            "UPDATE blocks SET hash = root WHERE first_position = 7",
            &[
                ("altered", 2, 2),
                ("altered", 4, 4),
                ("missing", 5, 5),
                ("altered", 6, 6),
                ("forged", 7, 9),
            ],
        ),
    ];
    for (statements, expected) in tamperings {
        world.tamper(statements).await;
        let (intact, verdict) = verdict(&world, &[]).await;
        assert!(!intact && verdict["intact"] == false, "{verdict:#}");
        assert_eq!(found(&verdict), expected, "{statements}");
    }
    let table = run(&world, &["audit", "verify"]).await;
    let said = words(&table);
    assert!(
        said.contains("the event at position 5 is missing"),
        "{said}"
    );
}

async fn a_receipt_holds_with_the_key_alone(world: World) {
    let (world, key) = with_key(world).await;
    let server = Server::start(&world).await;
    nine_bets(&server).await;
    let url = server.api.url.clone();
    let file = |name: &str| world.folder().join(name).display().to_string();
    let receipt = file("receipt.json");
    let id = "00000000-0000-4000-8000-000000000005";
    let made = run(
        &world,
        &["receipt", "make", id, "--file", &receipt, "--url", &url],
    )
    .await;
    assert!(made.status.success(), "{}", words(&made));
    assert!(server.terminate().await.success());

    // Another machine: no store, no server, a setting that names neither.
    let verify = async |file: &str, key: &str| {
        let elsewhere = ["--database-url", "postgres://nobody@127.0.0.1:1/nothing"];
        let asked = [&["receipt", "verify", file, "--key", key][..], &elsewhere];
        run(&world, &asked.concat()).await
    };
    let proven = verify(&receipt, &key).await;
    assert!(proven.status.success(), "{}", words(&proven));
    let said = words(&proven);
    assert!(said.contains(id) && said.contains("4200"), "{said}");

    let text = std::fs::read_to_string(&receipt).expect("the receipt");
    assert!(text.len() < 8_192, "{} bytes", text.len());
    let refused = async |text: &str, key: &str| {
        let changed = file("changed.json");
        std::fs::write(&changed, text).expect("a file");
        let refused = verify(&changed, key).await;
        assert!(!refused.status.success(), "{text}");
        words(&refused)
    };
    let said = refused(&text.replace("4200", "4201"), &key).await;
    assert!(said.contains("was altered"), "{said}");
    let said = refused(&text[..text.len() / 2], &key).await;
    assert!(said.contains("not all of one"), "{said}");
    let other = file("other");
    let other = run(&world, &["audit", "key", "new", &other]).await;
    let other = String::from_utf8(other.stdout).expect("text");
    let said = refused(&text, other.trim()).await;
    assert!(said.contains(&key) && said.contains(other.trim()), "{said}");
}

/// The whole log is made anew by the product itself, so that its chain is correct.
async fn a_log_that_was_made_anew_is_found_by_a_kept_head(world: World) {
    let (mut world, key) = with_key(world).await;
    let heads = world.folder().join("heads");
    world.settings.push((
        "BETSTREAM_HEADS_FILE".to_owned(),
        heads.display().to_string(),
    ));
    let server = Server::start(&world).await;
    nine_bets(&server).await;
    let kept = keep_head(&world, &server.api.url, "kept").await;
    nine_more(&server).await;
    let late = keep_head(&world, &server.api.url, "late").await;
    assert!(server.terminate().await.success());
    assert!(heads.exists(), "the server kept no head");

    let check = async || {
        let asked = ["audit", "check-heads", &kept, &late, "--key", &key];
        run(&world, &asked).await
    };
    let checked = check().await;
    assert!(checked.status.success(), "{}", words(&checked));

    // The last block is taken away, and three other bets stand in its place.
    world
        .tamper(
            "DELETE FROM events WHERE position > 9; DELETE FROM blocks WHERE first_position > 9",
        )
        .await;
    let server = Server::start(&world).await;
    let bets: Vec<Value> = (21..24).map(bet).collect();
    let answer = server.api.post("/api/v1/bets", &json!(bets)).await;
    assert_eq!(answer.expect(200)["recorded"], 3);
    assert!(server.terminate().await.success());

    let (intact, whole) = verdict(&world, &[]).await;
    assert!(intact, "the chain is correct in itself: {whole:#}");
    let checked = check().await;
    assert!(!checked.status.success(), "{}", words(&checked));
    let said = words(&checked);
    assert!(
        said.contains("position 9 of") && said.contains("holds"),
        "{said}"
    );
    assert!(
        said.contains("the log was rewritten at positions 10 to 12"),
        "{said}"
    );
    let (intact, held) = verdict(&world, &["--head", &late, "--key", &key]).await;
    assert!(
        !intact && held["heads"][0]["changed"] == json!([1, 12]),
        "{held:#}"
    );
}

async fn nine_more(server: &Server) {
    let bets: Vec<Value> = (10..13).map(bet).collect();
    let answer = server.api.post("/api/v1/bets", &json!(bets)).await;
    assert_eq!(answer.expect(200)["recorded"], 3);
}

/// Keeps a head of the running server in a file.
async fn keep_head(world: &World, url: &str, name: &str) -> String {
    let head = run(world, &["audit", "head", "--url", url]).await;
    assert!(head.status.success(), "{}", words(&head));
    let file: PathBuf = world.folder().join(name);
    std::fs::write(&file, head.stdout).expect("a file");
    file.display().to_string()
}

async fn what_an_auditor_gets_wrong_is_named(world: World) {
    let none = run(&world, &["audit", "verify"]).await;
    assert!(!none.status.success(), "{}", words(&none));
    let (world, key) = with_key(world).await;
    let server = Server::start(&world).await;
    nine_bets(&server).await;
    let head = keep_head(&world, &server.api.url, "head").await;
    let private = world.folder().join("key").display().to_string();
    let missing = world.folder().join("missing").display().to_string();
    for (asked, named) in [
        (
            &["audit", "verify", "--to", "10"][..],
            "--to 10 is after the end of the log: its last position is 9",
        ),
        (
            &["audit", "verify", "--from", "7", "--to", "3"],
            "--from 7 is after --to 3",
        ),
        (&["audit", "key", "new", &private], "cannot be made"),
        (
            &["audit", "check-heads", &missing, "--key", &key],
            "missing cannot be read",
        ),
        (
            &["audit", "check-heads", &head, "--key", &private],
            "this is a private key",
        ),
        (
            &["audit", "check-heads", &private, "--key", &key],
            "this is no head of a log",
        ),
        (
            &["receipt", "make", "99", "--head", &head, "--key", &key],
            "the log has no event 99",
        ),
        (
            &["receipt", "make", "99", "--url", &server.api.url],
            "the log has no event 99",
        ),
    ] {
        let refused = run(&world, asked).await;
        let said = words(&refused);
        assert!(
            !refused.status.success() && said.contains(named),
            "{asked:?}: {said}"
        );
    }
    let changed = std::fs::read_to_string(&head)
        .expect("the head")
        .replace("position 9", "position 8");
    std::fs::write(&head, changed).expect("a file");
    let refused = run(&world, &["audit", "check-heads", &head, "--key", &key]).await;
    let said = words(&refused);
    assert!(
        said.contains("the head of position 8 was altered"),
        "{said}"
    );
    assert!(server.terminate().await.success());
}
