//! Accounts, row by row of the contract.

use serde_json::json;

use crate::harness::Product;

#[actix_web::test]
async fn an_account_is_created_read_changed_and_deleted() {
    let product = Product::start().await;
    let client = &product.client;
    let created = client
        .post(
            "/api/v1/accounts",
            &json!({ "name": "alpha", "hostname": "a.example" }),
        )
        .await;
    let account = created.ok();
    let id = account["id"].as_i64().expect("an integer id");
    for (member, value) in [("name", "alpha"), ("hostname", "a.example")] {
        assert_eq!(account[member], value);
    }
    assert_eq!(account["version"], 1);
    assert_eq!(created.header("etag"), "\"1\"");
    assert_eq!(account["created_at"], account["updated_at"]);
    assert!(
        account["created_at"]
            .as_str()
            .is_some_and(|text| text.ends_with('Z'))
    );
    assert_eq!(created.number("x-log-position"), 1);

    let read = client.get(&format!("/api/v1/accounts/{id}")).await;
    assert_eq!(read.ok(), account, "what was answered is what is read");
    assert!(read.number("x-view-position") >= 1);
    assert_eq!(read.header("etag"), "\"1\"");

    let second = client.account("beta").await;
    let list = client.get("/api/v1/accounts").await.ok();
    let ids: Vec<_> = list
        .as_array()
        .expect("an array")
        .iter()
        .map(|account| account["id"].as_i64())
        .collect();
    assert_eq!(ids, [Some(second), Some(id)], "newest first");

    let path = format!("/api/v1/accounts/{id}");
    let changed = client
        .put(&path, &json!({ "name": "alpha", "hostname": "b.example" }))
        .await
        .ok();
    assert_eq!(
        (&changed["hostname"], &changed["version"]),
        (&json!("b.example"), &json!(2))
    );
    assert_eq!(client.get(&path).await.ok(), changed);

    let deleted = client.delete(&path).await;
    assert_eq!((deleted.status.as_u16(), deleted.text.as_str()), (204, ""));
    assert!(deleted.number("x-log-position") > 0);
    client.get(&path).await.is_problem(404, "not_found");
    client.delete(&path).await.is_problem(404, "not_found");
    client
        .get(&format!("{path}/batches"))
        .await
        .is_problem(404, "not_found");
    let again = client.account("alpha").await;
    assert!(again > second, "the name is free, the id is not");
    product.stop().await;
}

#[actix_web::test]
async fn a_name_in_use_is_a_conflict_and_appends_nothing() {
    let product = Product::start().await;
    let client = &product.client;
    client.account("alpha").await;
    let beta = client.account("beta").await;
    let head = product.head().await;
    let body = json!({ "name": "alpha", "hostname": "h" });
    client
        .post("/api/v1/accounts", &body)
        .await
        .names(409, "name_in_use", "/name");
    client
        .put(&format!("/api/v1/accounts/{beta}"), &body)
        .await
        .names(409, "name_in_use", "/name");
    client
        .put("/api/v1/accounts/4711", &body)
        .await
        .is_problem(404, "not_found");
    assert_eq!(product.head().await, head);
    product.stop().await;
}

#[actix_web::test]
async fn deleting_an_account_takes_its_batches_out_of_every_list() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let batch = client.batch(account, 2).await["id"].clone();
    let path = format!("/api/v1/accounts/{account}");
    assert_eq!(client.delete(&path).await.status, 204);
    client
        .get(&format!("{path}/batches"))
        .await
        .is_problem(404, "not_found");
    client
        .get(&format!("{path}/batches/{batch}"))
        .await
        .is_problem(404, "not_found");
    client
        .post(
            &format!("{path}/batches"),
            &json!({ "meta": {}, "bets": [] }),
        )
        .await
        .is_problem(404, "not_found");
    client
        .delete(&format!("{path}/batches/{batch}"))
        .await
        .is_problem(404, "not_found");
    product.stop().await;
}

#[actix_web::test]
async fn a_list_is_complete_without_a_limit_and_goes_on_by_its_link_with_one() {
    let product = Product::start().await;
    let client = &product.client;
    let mut ids = Vec::new();
    for n in 0..70 {
        ids.push(client.account(&format!("account {n}")).await);
    }
    ids.reverse();
    let of = |list: serde_json::Value| -> Vec<i64> {
        list.as_array()
            .expect("an array")
            .iter()
            .map(|account| account["id"].as_i64().expect("an id"))
            .collect()
    };
    assert_eq!(of(client.get("/api/v1/accounts").await.ok()), ids);

    let (mut path, mut seen) = ("/api/v1/accounts?limit=30".to_owned(), Vec::new());
    for _ in 0..3 {
        let page = client.get(&path).await;
        seen.extend(of(page.ok()));
        match page
            .header("link")
            .strip_prefix('<')
            .and_then(|link| link.split('>').next())
        {
            Some(next) => path = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, ids);

    let account = ids[0];
    let first = client.get("/api/v1/accounts?limit=1").await;
    let cursor = first
        .header("link")
        .split("cursor=")
        .nth(1)
        .and_then(|rest| rest.split('>').next())
        .expect("a cursor");
    let other = client
        .get(&format!(
            "/api/v1/accounts/{account}/batches?limit=1&cursor={cursor}"
        ))
        .await;
    other.is_problem(400, "invalid_cursor");
    client
        .get("/api/v1/accounts?limit=2&cursor=zz")
        .await
        .is_problem(400, "invalid_cursor");
    for query in [
        "limit=0",
        "limit=501",
        "limit=x",
        "limit=-1",
        "min_position=x",
    ] {
        client
            .get(&format!("/api/v1/accounts?{query}"))
            .await
            .is_problem(400, "invalid_parameter");
    }
    product.stop().await;
}
