//! Asking the log itself: events by what they are, how many, and what led to what.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Answer, Product};

const EVENTS: &str = "/api/v1/events";

fn positions(answer: &Answer) -> Vec<i64> {
    let events = answer.ok();
    let events = events.as_array().expect("a list");
    let position = |event: &serde_json::Value| event["position"].as_i64().expect("a position");
    events.iter().map(position).collect()
}

/// The path of the page after `answer`.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link");
    let path = link.strip_prefix('<')?.split_once('>')?.0;
    Some(path.to_owned())
}

/// Two accounts, each with a batch; the second batch is withdrawn for a reason.
async fn told() -> Product {
    let product = Product::start().await;
    let alpha = product.client.account("alpha").await;
    product.client.batch(alpha, 2).await;
    let beta = product.client.account("beta").await;
    let batch = product.client.batch(beta, 1).await["id"]
        .as_i64()
        .expect("an id");
    let path = format!("/api/v1/accounts/{beta}/batches/{batch}/withdraw");
    let request = product
        .client
        .request(Method::POST, &path)
        .header("X-Correlation-Id", "ticket 12")
        .header("X-Reason", "palpable error");
    Answer::of(request.json(&json!({}))).await.ok();
    product
}

#[actix_web::test]
async fn events_are_found_by_what_they_are() {
    let product = told().await;
    let table: [(&str, &[i64]); 18] = [
        ("", &[5, 4, 3, 2, 1]),
        ("order=oldest", &[1, 2, 3, 4, 5]),
        ("type=account.opened", &[3, 1]),
        (
            "type=account.opened,batch.withdrawn&type=batch.completed",
            &[5, 3, 1],
        ),
        ("account=2&order=oldest", &[3, 4, 5]),
        ("stream=account-1", &[1]),
        ("batch=2", &[5, 4]),
        ("bet=3", &[4]),
        ("bet=0195934e-6d2b-7c31-8c5e-3f6a9d1b2c40", &[]),
        ("correlation=ticket+12", &[5]),
        ("who=nobody", &[]),
        ("road=http&type=batch.created", &[4, 2]),
        ("text=palp", &[5]),
        ("text=ALPHA", &[1]),
        ("from=2&to=3", &[3, 2]),
        ("from=2026-01-01T00:00:00Z&limit=2", &[5, 4]),
        ("to=2026-01-01T00:00:00Z", &[]),
        ("account=2&text=beta&road=http", &[3]),
    ];
    for (query, expected) in table {
        let answer = product.client.get(&format!("{EVENTS}?{query}")).await;
        assert_eq!(positions(&answer), expected, "{query}");
        assert_eq!(answer.number("x-view-position"), 5, "{query}");
    }
    product.stop().await;
}

#[actix_web::test]
async fn pages_go_on_where_they_ended_and_belong_to_their_question() {
    let product = told().await;
    let mut path = format!("{EVENTS}?limit=2&road=http");
    let mut found = Vec::new();
    loop {
        let answer = product.client.get(&path).await;
        found.extend(positions(&answer));
        match next(&answer) {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(found, [5, 4, 3, 2, 1]);
    let cursor = path.split_once("cursor=").expect("a cursor").1;
    for (query, says) in [
        (format!("cursor={cursor}"), "another question"),
        (
            format!("road=http&order=oldest&cursor={cursor}"),
            "another question",
        ),
        (
            "road=http&cursor=x".to_owned(),
            "none that a list of events gave",
        ),
    ] {
        let answer = product.client.get(&format!("{EVENTS}?{query}")).await;
        let problem = answer.is_problem(400, "invalid_cursor");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains(says), "{detail}");
    }
    product.stop().await;
}

#[actix_web::test]
async fn what_is_wrong_with_a_question_is_named() {
    let product = told().await;
    let parameters = [
        ("accout=7", "\"accout\" filters no events"),
        ("account=x", "account \"x\" is not the id of an account"),
        ("stream=7", "stream \"7\" is not a stream"),
        ("batch=1.5", "batch \"1.5\""),
        ("bet=z", "bet \"z\" is not the pid or the id of a bet"),
        (
            "type=account.made",
            "type \"account.made\" is not an event type",
        ),
        ("road=post", "road \"post\" is not a road"),
        ("market=", "market: game_id is empty"),
        ("text=--", "text \"--\" is not a text"),
        ("text=0195934e-6d2b-7c31-8c5e-3f6a9d1b2c40", "is an id"),
        ("limit=0", "limit \"0\" is not a number from 1 to 500"),
        ("limit=501", "limit \"501\""),
        ("order=up", "order \"up\" is neither newest nor oldest"),
        ("from=yesterday", "from \"yesterday\" is not a log position"),
        ("from=5&to=2", "from 5 lies behind to 2"),
    ];
    let moments = [
        ("to=6", "to 6 lies after the end of the log"),
        ("from=2999-01-01T00:00:00Z", "has not come yet"),
    ];
    let wrong = parameters.map(|(query, says)| (query, says, 400, "invalid_parameter"));
    let early = moments.map(|(query, says)| (query, says, 422, "after_the_end"));
    for (query, says, status, code) in wrong.into_iter().chain(early) {
        for path in [EVENTS, "/api/v1/events/counts"] {
            let of_lists = query.starts_with("limit") || query.starts_with("order");
            if path != EVENTS && of_lists {
                continue;
            }
            let answer = product.client.get(&format!("{path}?{query}")).await;
            let problem = answer.is_problem(status, code);
            let detail = problem["detail"].as_str().expect("a detail");
            assert!(detail.contains(says), "{query}: {detail}");
        }
    }
    for (path, status, code) in [
        ("/api/v1/events/x", 400, "invalid_path"),
        ("/api/v1/events/6", 404, "not_found"),
        (
            "/api/v1/events/0195934e-6d2b-7c31-8c5e-3f6a9d1b2c40/tree",
            404,
            "not_found",
        ),
        ("/api/v1/correlations/ticket%2013", 404, "not_found"),
    ] {
        product.client.get(path).await.is_problem(status, code);
    }
    product.stop().await;
}

#[actix_web::test]
async fn events_are_counted_by_type() {
    let product = told().await;
    let count = async |query: &str| {
        let path = format!("/api/v1/events/counts?{query}");
        product.client.get(&path).await.ok()
    };
    let of_account = json!({"account.opened": 1, "batch.created": 1, "batch.withdrawn": 1});
    assert_eq!(
        count("account=2").await,
        json!({"total": 3, "by_type": of_account})
    );
    assert_eq!(
        count("text=alpha").await,
        json!({"total": 1, "by_type": {"account.opened": 1}})
    );
    product.stop().await;
}

#[actix_web::test]
async fn an_event_is_shown_as_it_is_stored_with_what_belongs_to_it() {
    let product = told().await;
    let get = async |path: &str| product.client.get(path).await.ok();
    let shown = get("/api/v1/events/5").await;
    assert_eq!(shown["stream"], "batch-2");
    assert_eq!(shown["type"], "batch.withdrawn");
    assert_eq!(shown["correlation"], "ticket 12");
    assert_eq!(shown["metadata"]["reason"], "palpable error");
    assert_eq!(shown["data"]["batch_id"], 2);
    let id = shown["event_id"].as_str().expect("an id");
    assert_eq!(get(&format!("/api/v1/events/{id}")).await, shown);

    let tree = get("/api/v1/events/5/tree").await;
    let nodes = tree["nodes"].as_array().expect("nodes");
    assert_eq!(nodes.len(), 1, "{tree}");
    assert_eq!(
        (&nodes[0]["depth"], &nodes[0]["event"]),
        (&json!(0), &shown)
    );
    assert_eq!(get("/api/v1/correlations/ticket%2012").await, tree);
    product.stop().await;
}

#[actix_web::test]
async fn what_a_query_finds_is_exported_oldest_first() {
    let product = told().await;
    product.caught_up().await;
    let export = async |query: &str| product.client.get(&format!("/api/v1/export?{query}")).await;
    let lines = |answer: &Answer| -> Vec<i64> {
        assert_eq!(answer.status, 200, "{answer:?}");
        let event = |line: &str| -> serde_json::Value { serde_json::from_str(line).expect("JSON") };
        let events = answer.text.lines().map(event);
        events
            .map(|event| event["position"].as_i64().expect("a position"))
            .collect()
    };
    for (query, expected) in [
        ("account=2", &[3, 4, 5][..]),
        ("type=account.opened", &[1, 3]),
        ("text=palp", &[5]),
        ("from=2&to=3", &[2, 3]),
        ("who=nobody", &[]),
        ("format=events", &[1, 2, 3, 4, 5]),
    ] {
        let found = export(query).await;
        assert_eq!(lines(&found), expected, "{query}");
        assert_eq!(found.header("content-type"), "application/x-ndjson");
    }
    let table = export("format=csv&account=2").await;
    let name = table.header("content-disposition");
    assert_eq!(name, "attachment; filename=\"events.csv\"");
    let rows: Vec<&str> = table.text.split("\r\n").collect();
    assert!(rows[0].starts_with("position,stream,version,event_id,type,"));
    assert!(rows[1].starts_with("3,account-2,1,"), "{}", rows[1]);
    assert_eq!(rows.len(), 5, "a head, three events and the end");
    // The whole log comes with its blocks, for `import`.
    let whole = export("").await;
    assert!(
        whole
            .text
            .lines()
            .next()
            .is_some_and(|head| head.contains("\"epoch\"")),
        "{}",
        whole.text
    );
    for (query, named) in [
        ("format=xml", "xml"),
        ("account=x", "account"),
        ("to=99", "99"),
    ] {
        let refused = export(query).await;
        assert!(refused.status.is_client_error(), "{query}: {refused:?}");
        let detail = refused.json()["detail"].to_string();
        assert!(detail.contains(named), "{query}: {detail}");
    }
    product.stop().await;
}
