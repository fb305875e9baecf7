//! The past over HTTP: states, differences, histories, and the desk as it was.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Product};

/// An account that was renamed twice, with one batch of two bets whose first was settled.
pub(crate) struct Told {
    pub(crate) product: Product,
    pub(crate) account: i64,
    batch: i64,
    /// The log's end after each step.
    at: Vec<i64>,
}

pub(crate) async fn told() -> Told {
    let product = Product::start().await;
    let client = &product.client;
    let mut at = vec![0];
    let account = client.account("alpha").await;
    at.push(product.head().await.0);
    let batch = client.batch(account, 2).await;
    at.push(product.head().await.0);
    let path = format!("/api/v1/accounts/{account}");
    for name in ["beta", "gamma"] {
        let body = json!({ "name": name, "hostname": "host" });
        let request = client.request(Method::PUT, &path).json(&body);
        let request = request
            .header("X-Reason", "a new name")
            .header("X-Correlation-Id", "t 12");
        Answer::of(request).await.ok();
        at.push(product.head().await.0);
    }
    let bet = &batch["bets"][0]["pid"];
    let path = format!("{path}/batches/{}/bets/{bet}", batch["id"]);
    client
        .patch(&path, &json!({ "status": "successful" }))
        .await
        .ok();
    at.push(product.head().await.0);
    Told {
        batch: batch["id"].as_i64().expect("an id"),
        account,
        at,
        product,
    }
}

#[actix_web::test]
async fn a_state_is_told_at_a_version_a_position_and_a_time() {
    let Told {
        product,
        account,
        batch,
        at,
    } = told().await;
    let client = &product.client;
    let state = async |stream: &str, place: &str| {
        client
            .get(&format!("/api/v1/streams/{stream}/state{place}"))
            .await
    };
    let stream = format!("account-{account}");
    let now = state(&stream, "").await.ok();
    let live = client
        .get(&format!("/api/v1/accounts/{account}"))
        .await
        .ok();
    assert_eq!(
        (&now["state"], &now["standing"]),
        (&live, &json!("present"))
    );
    assert_eq!(
        (&now["version"], &now["last_version"]),
        (&json!(3), &json!(3))
    );
    for (place, name) in [
        ("?version=1".to_owned(), "alpha"),
        ("?version=2".to_owned(), "beta"),
        (format!("?position={}", at[1]), "alpha"),
        (format!("?position={}", at[2]), "alpha"),
        (format!("?position={}", at[3]), "beta"),
        (format!("?position={}", at[5]), "gamma"),
    ] {
        let then = state(&stream, &place).await.ok();
        assert_eq!(then["state"]["name"], name, "{place}: {then}");
    }
    // The time that an event was recorded at is a time at which it had happened.
    let recorded = state(&stream, "?version=2").await.ok()["recorded_at"].clone();
    let time = recorded.as_str().expect("a time");
    let then = state(&stream, &format!("?time={time}")).await.ok();
    assert_eq!(
        (&then["state"]["name"], &then["version"]),
        (&json!("beta"), &json!(2))
    );
    let before = state(&stream, "?time=2001-01-01T00:00:00%2B01:00")
        .await
        .ok();
    let nothing = (&json!("not_yet"), &Value::Null, &json!(0));
    assert_eq!(
        (&before["standing"], &before["state"], &before["version"]),
        nothing
    );

    let batch = format!("batch-{batch}");
    let then = state(&batch, "?version=1").await.ok();
    assert_eq!(then["state"]["bets"][0]["status"], "pending");
    client.delete(&format!("/api/v1/accounts/{account}")).await;
    let gone = state(&stream, "").await.ok();
    assert_eq!(
        (&gone["standing"], &gone["state"]),
        (&json!("deleted"), &Value::Null)
    );
    product.stop().await;
}

#[actix_web::test]
async fn what_changed_is_told_member_by_member_and_by_whom() {
    let Told {
        product,
        account,
        batch,
        at,
    } = told().await;
    let client = &product.client;
    let path = format!("/api/v1/streams/account-{account}");
    let names = |difference: &Value| {
        let changes = difference["changes"].as_array().expect("changes");
        let name = changes.iter().find(|change| change["path"] == "/name");
        name.map(|change| (change["before"].clone(), change["after"].clone()))
    };
    for (between, expected) in [
        ("from=v1&to=v3".to_owned(), Some(("alpha", "gamma"))),
        ("from=v3&to=v1".to_owned(), Some(("gamma", "alpha"))),
        ("from=v2".to_owned(), Some(("beta", "gamma"))),
        (format!("from={}&to={}", at[1], at[2]), None),
        (
            format!("from={}&to={}", at[2], at[3]),
            Some(("alpha", "beta")),
        ),
    ] {
        let difference = client
            .get(&format!("{path}/difference?{between}"))
            .await
            .ok();
        let expected = expected.map(|(before, after)| (json!(before), json!(after)));
        assert_eq!(names(&difference), expected, "{between}: {difference}");
    }

    // Pages, newest first and oldest first, each event with what it changed.
    let first = client.get(&format!("{path}/history?limit=2")).await;
    let entries = first.ok();
    let entry = &entries[0];
    assert_eq!(
        (&entry["version"], &entry["type"]),
        (&json!(3), &json!("account.changed"))
    );
    let metadata = &entry["metadata"];
    assert_eq!(
        (
            &metadata["who"],
            &metadata["reason"],
            &metadata["correlation"]
        ),
        (&json!("local"), &json!("a new name"), &json!("t 12"))
    );
    let expected = (json!("beta"), json!("gamma"));
    assert_eq!(names(entry), Some(expected));
    let link = first.header("link");
    let next = link.split(['<', '>']).nth(1).expect("a next page");
    let rest = client.get(next).await;
    assert_eq!(rest.ok().as_array().map(Vec::len), Some(1));
    assert_eq!(rest.ok()[0]["changes"][0]["path"], "", "all of it is new");
    assert_eq!(rest.header("link"), "");
    let oldest = client
        .get(&format!("{path}/history?order=oldest"))
        .await
        .ok();
    let versions: Vec<&Value> = oldest
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| &entry["version"])
        .collect();
    assert_eq!(versions, [&json!(1), &json!(2), &json!(3)]);

    let settled = client
        .get(&format!("/api/v1/streams/batch-{batch}/history?limit=1"))
        .await
        .ok();
    let changes = settled[0]["changes"].as_array().expect("changes");
    let status = changes.iter().find(|change| {
        change["path"]
            .as_str()
            .is_some_and(|path| path.starts_with("/bets/") && path.ends_with("/status"))
    });
    let status = status.expect("the bet's status");
    assert_eq!(
        (&status["before"], &status["after"]),
        (&json!("pending"), &json!("successful"))
    );
    product.stop().await;
}

#[actix_web::test]
async fn the_desk_is_shown_as_it_was() {
    let Told {
        product,
        account,
        batch,
        at,
    } = told().await;
    let client = &product.client;
    let path = format!("/api/v1/accounts/{account}");
    let done = client.delete(&format!("{path}/batches/{batch}")).await;
    assert_eq!(done.status, 200, "{done:?}");
    let submitted = product.head().await.0;
    let second = client.account("delta").await;
    client.delete(&path).await;
    product.caught_up().await;
    let get = async |path: &str, at: i64| {
        let joint = if path.contains('?') { '&' } else { '?' };
        client.get(&format!("{path}{joint}at={at}")).await
    };
    for (at, names) in [
        (at[0], json!([])),
        (at[2], json!(["alpha"])),
        (at[3], json!(["beta"])),
        (submitted, json!(["gamma"])),
        (submitted + 1, json!(["delta", "gamma"])),
        (product.head().await.0, json!(["delta"])),
    ] {
        let answer = get("/api/v1/accounts", at).await;
        let listed = answer.ok();
        let listed: Vec<&Value> = listed
            .as_array()
            .expect("a list")
            .iter()
            .map(|account| &account["name"])
            .collect();
        assert_eq!(json!(listed), names, "at {at}");
        assert_eq!(answer.number("x-view-position"), at);
    }
    assert_eq!(get(&path, at[3]).await.ok()["name"], "beta");
    assert_eq!(get(&path, at[3]).await.header("etag"), "\"2\"");
    let batches = format!("{path}/batches");
    assert_eq!(get(&batches, at[1]).await.ok(), json!([]));
    let open = get(&batches, at[5]).await.ok();
    assert_eq!(
        (&open[0]["completed"], &open[0]["bets"][0]["status"]),
        (&json!(false), &json!("successful"))
    );
    assert_eq!(
        get(&batches, at[4]).await.ok()[0]["bets"][0]["status"],
        "pending"
    );
    let only = format!("{batches}?completed=true");
    assert_eq!(get(&only, at[5]).await.ok(), json!([]));
    assert_eq!(get(&only, submitted).await.ok()[0]["state"], "completed");
    let one = format!("{batches}/{batch}");
    assert_eq!(
        get(&one, at[4]).await.ok(),
        get(&batches, at[4]).await.ok()[0]
    );
    for path in [&path, &batches, &one] {
        get(path, product.head().await.0)
            .await
            .is_problem(404, "not_found");
        get(path, 0).await.is_problem(404, "not_found");
    }
    // Pages of a list belong to its moment.
    let page = get("/api/v1/accounts?limit=1", submitted + 1).await;
    let next = page
        .header("link")
        .split(['<', '>'])
        .nth(1)
        .expect("a next page")
        .to_owned();
    assert_eq!(client.get(&next).await.ok()[0]["id"], account);
    let elsewhere = next.replace(&format!("at={}", submitted + 1), "at=1");
    client
        .get(&elsewhere)
        .await
        .is_problem(400, "invalid_cursor");
    assert_ne!(second, account);
    product.stop().await;
}
