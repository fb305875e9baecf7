//! A log goes out of one database and comes into another, whole or not at all.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use crate::support::{
    Server, World,
    desk::{account, batch, batch_path},
    server::{in_order, run, words},
    streams,
};

on_both_databases! {
    what_was_exported_is_imported_and_exported_the_same,
    a_backup_is_taken_beside_a_server_and_restored_on_the_other_database,
    who_is_killed_while_a_log_is_filled_goes_on,
    a_file_that_was_cut_or_changed_leaves_nothing_behind,
    views_that_are_ahead_of_a_restored_log_are_built_again,
    a_log_of_version_1_is_read_and_goes_on_in_version_2,
}

/// Makes a desk and some bets, in the running server.
async fn work(server: &Server, world: &World) {
    let owner = account(&server.api, "alpha").await;
    let made = batch(&server.api, &owner).await;
    batch(&server.api, &owner).await;
    server.api.delete(&batch_path(&made)).await.expect(200);
    let url = server.api.url.clone();
    let simulated = run(
        world,
        &["simulate", "0", "60", "--selections", "--url", &url],
    )
    .await;
    assert!(simulated.status.success(), "{}", words(&simulated));
}

/// Runs a verb that must succeed.
async fn must(world: &World, arguments: &[&str]) -> String {
    let output = run(world, arguments).await;
    assert!(output.status.success(), "{}", words(&output));
    words(&output)
}

/// Runs a verb that must be refused, and gives what it says.
async fn refused(world: &World, arguments: &[&str]) -> String {
    let output = run(world, arguments).await;
    assert!(!output.status.success(), "{}", words(&output));
    words(&output)
}

fn file(world: &World, name: &str) -> PathBuf {
    world.folder().join(name)
}

/// An empty database of the same kind, or of the other one.
async fn another(world: &World, is_same: bool) -> World {
    if world.database_url().starts_with("sqlite") == is_same {
        World::sqlite()
    } else {
        World::postgres().await
    }
}

/// The lines behind the first, which names the epoch.
async fn exported(world: &World) -> String {
    let output = run(world, &["export"]).await;
    assert!(output.status.success(), "{}", words(&output));
    let text = String::from_utf8(output.stdout).expect("text");
    text.split_once('\n').expect("lines").1.to_owned()
}

async fn what_was_exported_is_imported_and_exported_the_same(world: World) {
    let server = Server::start(&world).await;
    work(&server, &world).await;
    let path = file(&world, "log.ndjson.zst");
    let path = path.to_str().expect("a path");
    must(&world, &["export", "--out", path]).await;
    let again = refused(&world, &["export", "--out", path]).await;
    assert!(again.contains("exists already"), "{again}");
    let before = exported(&world).await;
    assert!(server.terminate().await.success());

    let target = another(&world, true).await;
    must(&target, &["import", path]).await;
    assert_eq!(exported(&target).await, before);
    in_order(&target).await;
    let twice = refused(&target, &["import", path]).await;
    assert!(twice.contains("the log is not empty"), "{twice}");
    let server = Server::start(&target).await;
    let taken = server
        .api
        .post(
            "/api/v1/accounts",
            &json!({"name": "alpha", "hostname": "h"}),
        )
        .await;
    taken.problem(409);
    let fresh = account(&server.api, "beta").await;
    assert!(fresh["id"].as_i64() > Some(1), "{fresh}");
}

async fn a_backup_is_taken_beside_a_server_and_restored_on_the_other_database(world: World) {
    let server = Server::start(&world).await;
    work(&server, &world).await;
    let path = file(&world, "all.backup");
    let path = path.to_str().expect("a path");
    must(&world, &["backup", path]).await;
    let before = exported(&world).await;
    // The server goes on: the backup is of the moment in which it was taken.
    account(&server.api, "later").await;
    let accounts = server.api.get("/api/v1/accounts").await.expect(200);
    assert!(server.terminate().await.success());

    let target = another(&world, false).await;
    let hint = refused(&target, &["import", path]).await;
    assert!(hint.contains("`betstream restore`"), "{hint}");
    must(&target, &["restore", path]).await;
    assert_eq!(exported(&target).await, before);
    in_order(&target).await;
    let server = Server::start(&target).await;
    let restored = server.api.get("/api/v1/accounts").await.expect(200);
    let names = |accounts: &Value| -> Vec<String> {
        let accounts = accounts.as_array().expect("a list").iter();
        accounts
            .map(|account| account["name"].to_string())
            .collect()
    };
    assert_eq!(names(&restored), ["\"alpha\""]);
    assert_eq!(names(&accounts), ["\"later\"", "\"alpha\""]);
}

/// More bets than are written in one commit while a log is filled.
async fn many_bets(server: &Server) {
    for request in 0..6 {
        let bets = streams::bets(request * 2_000..(request + 1) * 2_000);
        let bets: Vec<Value> = bets
            .map(|bet| serde_json::from_str(&bet).expect("JSON"))
            .collect();
        let answer = server.api.post("/api/v1/bets", &json!(bets)).await;
        assert_eq!(answer.expect(200)["recorded"], 2_000);
    }
}

/// A database of the same kind on which a verb was killed at a fault point.
async fn killed_at(fault: &str, world: &World, arguments: &[&str]) -> World {
    let target = another(world, true).await;
    let mut target = target.with("BETSTREAM_FAULT", fault);
    refused(&target, arguments).await;
    target.settings.clear();
    target
}

async fn who_is_killed_while_a_log_is_filled_goes_on(world: World) {
    let server = Server::start(&world).await;
    work(&server, &world).await;
    many_bets(&server).await;
    assert!(server.terminate().await.success());
    let (text, all) = (file(&world, "log.ndjson"), file(&world, "all.backup"));
    let (text, all) = (
        text.to_str().expect("a path"),
        all.to_str().expect("a path"),
    );
    must(&world, &["export", "--out", text]).await;
    must(&world, &["backup", all]).await;
    let before = exported(&world).await;
    for (verb, path) in [("import", text), ("restore", all)] {
        for fault in [
            "inside-filling:kill@1",
            "inside-filling:kill@2",
            "before-filling-ends:kill@1",
        ] {
            let target = killed_at(fault, &world, &[verb, path]).await;
            // Half a log serves nobody, and is none.
            let half = refused(&target, &["check"]).await;
            assert!(
                half.contains(&format!("is being filled by `betstream {verb}`")),
                "{half}"
            );
            must(&target, &[verb, path]).await;
            assert_eq!(exported(&target).await, before, "{verb} {fault}");
            in_order(&target).await;
        }
    }
    let target = killed_at("inside-filling:kill@2", &world, &["import", text]).await;
    must(&target, &["reset", "--yes"]).await;
    must(&target, &["restore", all]).await;
    assert_eq!(exported(&target).await, before);
    in_order(&target).await;
}

async fn a_file_that_was_cut_or_changed_leaves_nothing_behind(world: World) {
    let server = Server::start(&world).await;
    work(&server, &world).await;
    assert!(server.terminate().await.success());
    let (text, all) = (file(&world, "log.ndjson"), file(&world, "all.backup"));
    must(&world, &["export", "--out", text.to_str().expect("a path")]).await;
    must(&world, &["backup", all.to_str().expect("a path")]).await;
    let (text, all) = (
        fs::read_to_string(text).expect("a file"),
        fs::read(all).expect("a file"),
    );
    let target = another(&world, true).await;
    let spoiled = [
        (
            "import",
            text.as_bytes()[..text.len() / 2].to_vec(),
            "cut short",
        ),
        (
            "import",
            text.replacen("alpha", "alphA", 1).into_bytes(),
            "the event at position 1 was altered",
        ),
        ("restore", all[..all.len() / 2].to_vec(), "cut short"),
        ("restore", all[..all.len() - 3].to_vec(), "cut short"),
        (
            "restore",
            b"no backup\n".to_vec(),
            "line 1: this is no line of an archive",
        ),
    ];
    for (verb, bytes, expected) in spoiled {
        let path = file(&world, "spoiled");
        fs::write(&path, bytes).expect("a file");
        let said = refused(&target, &[verb, path.to_str().expect("a path")]).await;
        assert!(said.contains(expected), "{said}");
        // There is no log yet, or an empty one.
        let table = run(&target, &["export", "--format", "csv"]).await;
        assert!(
            table.stdout.iter().filter(|byte| **byte == b'\n').count() <= 1,
            "events were left: {}",
            words(&table)
        );
    }
}

/// A database that was set back by its own means, or by a restore: the views know more than the log.
async fn views_that_are_ahead_of_a_restored_log_are_built_again(world: World) {
    let server = Server::start(&world).await;
    work(&server, &world).await;
    let path = file(&world, "all.backup");
    let path = path.to_str().expect("a path");
    must(&world, &["backup", path]).await;
    account(&server.api, "later").await;
    let later = account(&server.api, "latest").await;
    assert!(server.terminate().await.success());
    must(&world, &["reset", "--yes"]).await;
    must(&world, &["restore", path]).await;
    in_order(&world).await;
    let server = Server::start(&world).await;
    let accounts = server.api.get("/api/v1/accounts").await.expect(200);
    assert_eq!(accounts.as_array().map(Vec::len), Some(1), "{accounts}");
    let next = account(&server.api, "next").await;
    assert!(
        next["id"].as_i64() > later["id"].as_i64(),
        "ids are never given twice: {next}"
    );
}

/// The file of the log is put back by hand, which no command of ours is told of, and grows on past
/// where the views stand.
#[tokio::test]
async fn a_log_that_was_set_back_is_noticed_even_after_it_has_grown_again() {
    let world = World::sqlite();
    let views = file(&world, "betstream.views.db");
    let (old_log, old_views) = (file(&world, "old.db"), file(&world, "old.views.db"));
    let grow = async |names: &[&str]| {
        let server = Server::start(&world).await;
        for name in names {
            account(&server.api, name).await;
        }
        let accounts = server.api.get("/api/v1/accounts").await.expect(200);
        assert!(server.terminate().await.success());
        accounts.as_array().map_or(0, Vec::len)
    };
    assert_eq!(grow(&["alpha"]).await, 1);
    fs::copy(world.file(), &old_log).expect("a copy");
    assert_eq!(grow(&["beta", "gamma"]).await, 3);
    fs::rename(&views, &old_views).expect("the views are laid aside");
    fs::copy(&old_log, world.file()).expect("the log is set back");
    assert_eq!(grow(&["delta", "epsilon", "zeta"]).await, 4);
    fs::rename(&old_views, &views).expect("the views of another history are back");
    assert_eq!(grow(&[]).await, 4);
    in_order(&world).await;
}

/// Whether `answer` says everything that `recorded` says; what came since is beside the point.
fn says(answer: &Value, recorded: &Value) -> bool {
    match (answer, recorded) {
        (Value::Object(answer), Value::Object(recorded)) => recorded
            .iter()
            .all(|(name, value)| answer.get(name).is_some_and(|said| says(said, value))),
        (Value::Array(answer), Value::Array(recorded)) => {
            answer.len() == recorded.len()
                && answer
                    .iter()
                    .zip(recorded)
                    .all(|(said, value)| says(said, value))
        }
        _ => answer == recorded,
    }
}

/// `schema/recorded/logs/v1.ndjson` was written when every type was in version 1, and
/// `v1.state.json` is what was answered from it then.
async fn a_log_of_version_1_is_read_and_goes_on_in_version_2(world: World) {
    let recorded = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schema/recorded/logs");
    let log = recorded.join("v1.ndjson");
    must(&world, &["import", log.to_str().expect("a path")]).await;
    let text = fs::read_to_string(log).expect("the log");
    let events = text.split_once('\n').expect("lines").1;
    assert_eq!(exported(&world).await, events);
    in_order(&world).await;

    let state = fs::read_to_string(recorded.join("v1.state.json")).expect("its state");
    let state: Value = serde_json::from_str(&state).expect("JSON");
    let server = Server::start(&world).await;
    for (path, expected) in state.as_object().expect("paths") {
        let answer = server.api.get(path).await.expect(200);
        assert!(says(&answer, expected), "{path}: {answer:#}");
    }
    let change = json!({"name": "Alpha Racing", "hostname": "third.betting.example"});
    server
        .api
        .put("/api/v1/accounts/1", &change)
        .await
        .expect(200);
    assert!(server.terminate().await.success());
    let grown = exported(&world).await;
    let written = grown.strip_prefix(events).expect("the log only grew");
    assert!(
        written.contains(r#""type":"account.changed","schema_version":2"#)
            && written.contains(r#""previous_hostname":"moved.betting.example""#),
        "{written}"
    );
    in_order(&world).await;
}
