//! Events handed to an auditor in one file, with what proves them.

use std::{fs, process::Command};

use serde_json::{Value, json};

use crate::support::{
    Server, World,
    server::{run, words},
};

on_both_databases! {
    a_bundle_holds_with_the_key_alone_and_shows_every_change,
}

fn bet(n: u32) -> Value {
    json!({
        "id": format!("00000000-0000-4000-8000-{n:012}"), "game_id": "game_123", "bet_type": "moneyline",
        "amount": 42, "timestamp": "2026-11-23T14:25:35.123456789+01:00",
    })
}

async fn a_bundle_holds_with_the_key_alone_and_shows_every_change(mut world: World) {
    let folder = world.folder().to_owned();
    let name = |name: &str| folder.join(name).display().to_string();
    let made = run(&world, &["audit", "key", "new", &name("key")]).await;
    let key = String::from_utf8(made.stdout)
        .expect("text")
        .trim()
        .to_owned();
    let file = ("BETSTREAM_SIGNING_KEY_FILE".to_owned(), name("key"));
    world.settings.push(file);
    let server = Server::start(&world).await;
    for first in [1, 4, 7] {
        let bets: Vec<Value> = (first..first + 3).map(bet).collect();
        server
            .api
            .post("/api/v1/bets", &json!(bets))
            .await
            .expect(200);
    }
    let url = server.api.url.clone();
    let path = name("some.tar");
    let range = ["--from", "2", "--to", "8", "--url", &url];
    let made = run(&world, &[&["bundle", "make", &path][..], &range].concat()).await;
    assert!(made.status.success(), "{}", words(&made));
    let few = [
        "bundle",
        "make",
        &name("few.tar"),
        "--most",
        "3",
        "--url",
        &url,
    ];
    let refused = run(&world, &few).await;
    assert!(
        words(&refused).contains("more than 3 events"),
        "{}",
        words(&refused)
    );
    let beyond = [
        "bundle",
        "make",
        &name("none.tar"),
        "--from",
        "99",
        "--url",
        &url,
    ];
    let refused = run(&world, &beyond).await;
    assert!(
        words(&refused).contains("after the end of the log"),
        "{}",
        words(&refused)
    );
    assert!(server.terminate().await.success());

    // On another machine, with nothing but the file and the key.
    let auditor = World::sqlite();
    let verify = async |path: &str, key: &str| {
        let verified = run(&auditor, &["bundle", "verify", path, "--key", key]).await;
        (verified.status.success(), words(&verified))
    };
    let (holds, said) = verify(&path, &key).await;
    assert!(holds && said.contains("holds these 7 events"), "{said}");
    let other = run(&auditor, &["audit", "key", "new", &name("other")]).await;
    let other = String::from_utf8(other.stdout).expect("text");
    let (holds, said) = verify(&path, other.trim()).await;
    assert!(!holds && said.contains("head.txt"), "{said}");

    let unpack = Command::new("tar")
        .args(["-xf", &path, "-C", &name("")])
        .status();
    assert!(unpack.expect("tar").success());
    let sums = Command::new("sha256sum")
        .args(["-c", "SHA256SUMS"])
        .current_dir(&folder)
        .output()
        .expect("sha256sum");
    assert!(sums.status.success(), "{}", words(&sums));

    let bytes = fs::read(&path).expect("the bundle");
    let changed = |from: &str, to: &str| {
        let at = bytes
            .windows(from.len())
            .rposition(|part| part == from.as_bytes());
        let at = at.unwrap_or_else(|| panic!("{from} is in the bundle"));
        let mut changed = bytes.clone();
        changed[at..at + from.len()].copy_from_slice(to.as_bytes());
        changed
    };
    let spoiled = [
        (bytes[..bytes.len() / 2].to_vec(), "cut short"),
        (bytes[..5_120].to_vec(), "cut short"),
        (changed("\"amount_minor", "\"amount_minox"), "was changed"),
        (
            changed("receipts/000000000005", "receipts/000000000009"),
            "behind receipts/000000000004.json",
        ),
        (
            changed("A bundle of events", "A bundle of eventz"),
            "README.txt was changed",
        ),
    ];
    for (bytes, expected) in spoiled {
        fs::write(name("spoiled.tar"), bytes).expect("a file");
        let (holds, said) = verify(&name("spoiled.tar"), &key).await;
        assert!(!holds && said.contains(expected), "{expected}: {said}");
    }
}
