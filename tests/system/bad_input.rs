//! What is wrong is refused with the field's name, and nothing is changed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Server, World,
    desk::{account, batch, batch_path, batches_of},
};

on_both_databases! {
    wrong_bodies_are_refused_by_field_and_change_nothing,
    a_refused_bet_is_told_and_leaves_the_others_alone,
}

/// A route, a body, and the field that the refusal names.
type Row = (Method, String, String, &'static str);

async fn wrong_bodies_are_refused_by_field_and_change_nothing(world: World) {
    let server = Server::start(&world).await;
    let api = &server.api;
    let owner = account(api, "alpha").await;
    let made = batch(api, &owner).await;
    let (accounts, batches, bets) = (
        "/api/v1/accounts".to_owned(),
        batches_of(&owner),
        format!("{}/bets", batch_path(&made)),
    );
    let one_bet = format!("{bets}/{}", made["bets"][0]["pid"]);
    let with_bet =
        |bet: Value| json!({"meta": {"bet_type": "QUINELLA"}, "bets": [bet]}).to_string();
    let raw_stake = |stake: &str| {
        format!(r#"{{"meta":{{}},"bets":[{{"id":1,"selection":"x","stake":{stake},"cost":1}}]}}"#)
    };
    let rows: Vec<Row> = vec![
        (Method::POST, accounts.clone(), "{".to_owned(), ""),
        (Method::POST, accounts.clone(), "[]".to_owned(), ""),
        (
            Method::POST,
            accounts.clone(),
            json!({"hostname": "h"}).to_string(),
            "name",
        ),
        (
            Method::POST,
            accounts.clone(),
            json!({"name": 5, "hostname": "h"}).to_string(),
            "name",
        ),
        (
            Method::POST,
            accounts.clone(),
            json!({"name": "", "hostname": "h"}).to_string(),
            "name",
        ),
        (
            Method::POST,
            accounts.clone(),
            json!({"name": "x".repeat(201), "hostname": "h"}).to_string(),
            "name",
        ),
        (
            Method::POST,
            batches.clone(),
            with_bet(json!({"id": 1, "selection": "1/2", "stake": -1, "cost": 1})),
            "stake",
        ),
        (
            Method::POST,
            batches.clone(),
            with_bet(json!({"id": 1, "selection": "1/2", "stake": 0, "cost": 1})),
            "stake",
        ),
        (
            Method::POST,
            batches.clone(),
            with_bet(json!({"id": 1, "selection": "1/2", "stake": 0.125, "cost": 1})),
            "stake",
        ),
        (
            Method::POST,
            batches.clone(),
            with_bet(json!({"id": 1, "selection": "1/2", "stake": 1, "cost": -0.01})),
            "cost",
        ),
        (
            Method::POST,
            batches.clone(),
            with_bet(json!({"id": 1, "selection": "1/1", "stake": 1, "cost": 1})),
            "selection",
        ),
        (
            Method::POST,
            batches.clone(),
            with_bet(json!({"id": 1, "selection": "1/2/3", "stake": 1, "cost": 1})),
            "selection",
        ),
        (
            Method::POST,
            batches.clone(),
            with_bet(json!({"id": 1, "selection": "01/2", "stake": 1, "cost": 1})),
            "selection",
        ),
        (
            Method::POST,
            batches.clone(),
            with_bet(json!({"id": 1, "selection": "1/2", "cost": 1})),
            "stake",
        ),
        (Method::POST, batches.clone(), raw_stake("1e400"), "stake"),
        (Method::POST, batches, raw_stake("\"6\""), "stake"),
        (
            Method::PATCH,
            one_bet.clone(),
            json!({"status": "won"}).to_string(),
            "status",
        ),
        (Method::PATCH, one_bet, json!({}).to_string(), "status"),
        (
            Method::PATCH,
            bets.clone(),
            json!([{"id": 1}]).to_string(),
            "pid",
        ),
        (
            Method::POST,
            bets,
            json!({"bets": [{"id": 1, "selection": "9", "stake": 1, "cost": 1}]}).to_string(),
            "selection",
        ),
        (
            Method::POST,
            "/api/v1/bets".to_owned(),
            "nonsense".to_owned(),
            "",
        ),
        (
            Method::POST,
            "/api/v1/bets".to_owned(),
            json!([{"id": "no uuid"}]).to_string(),
            "/0/",
        ),
    ];
    let events = world.number("SELECT count(*) FROM events").await;
    for (method, path, body, field) in rows {
        let refused = api
            .ask(
                method,
                &path,
                &[("Content-Type", "application/json")],
                Some(body.clone()),
            )
            .await;
        assert!(
            (400..500).contains(&refused.status),
            "{path} {body}: {} {}",
            refused.status,
            refused.text
        );
        let problem = refused.problem(refused.status);
        assert!(
            refused.text.contains(field),
            "{path} {body}: {problem} does not name {field}"
        );
    }
    let large = format!(r#"{{"name":"{}","hostname":"h"}}"#, "x".repeat(3 << 20));
    let refused = api
        .ask(
            Method::POST,
            &accounts,
            &[("Content-Type", "application/json")],
            Some(large),
        )
        .await;
    assert!([413, 400].contains(&refused.status), "{}", refused.status);
    for path in [
        "/api/v1/accounts/x",
        "/api/v1/accounts/-1",
        "/api/v1/accounts/99999999999999999999",
        "/nowhere",
    ] {
        let refused = api.get(path).await;
        assert!(
            (400..500).contains(&refused.status),
            "{path}: {}",
            refused.status
        );
    }
    assert_eq!(
        world.number("SELECT count(*) FROM events").await,
        events,
        "nothing was appended"
    );
    assert_eq!(
        api.get(&batch_path(&made)).await.expect(200),
        made,
        "nothing was changed"
    );
}

async fn a_refused_bet_is_told_and_leaves_the_others_alone(world: World) {
    let server = Server::start(&world).await;
    let bet = |id: u32, amount: Value, selection: &str| {
        json!({
            "id": format!("00000000-0000-4000-8000-{id:012}"), "game_id": "game_1", "bet_type": "WIN", "amount": amount,
            "timestamp": "2026-11-23T14:25:35Z", "selection": selection,
        })
    };
    let bets = json!([
        bet(1, json!(5), "3"),
        bet(2, json!(-5), "3"),
        bet(3, json!(5), "3/4"),
        bet(4, json!(5.001), "3"),
        bet(5, json!(5), "4"),
        bet(1, json!(6), "3"),
    ]);
    let receipt = server.api.post("/api/v1/bets", &bets).await.expect(200);
    assert_eq!(
        (&receipt["received"], &receipt["recorded"]),
        (&json!(6), &json!(2)),
        "{receipt}"
    );
    let refused = receipt["refused"].as_array().expect("refusals");
    let indexes: Vec<&Value> = refused.iter().map(|refusal| &refusal["index"]).collect();
    assert_eq!(indexes, [1, 2, 3, 5], "{receipt}");
    assert!(
        refused
            .iter()
            .all(|refusal| refusal["code"].is_string() && refusal["detail"].is_string()),
        "{receipt}"
    );
    assert_eq!(refused[3]["code"], "conflicting_duplicate", "{receipt}");
    // Of all refusals over HTTP, the conflicting duplicate alone is an event.
    assert_eq!(world.number("SELECT count(*) FROM events").await, 3);
    server
        .api
        .post("/api/v1/bets", &bet(2, json!(-5), "3"))
        .await
        .problem(422);
}
