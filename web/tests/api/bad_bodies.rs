//! Bad bodies: refused by name, and nothing is appended.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Product};

/// A way to ask, what is sent, and the status, code and field of the answer.
type Row = (Method, String, String, u16, &'static str, &'static str);

fn rows(account: i64, batch: &Value) -> Vec<Row> {
    let accounts = "/api/v1/accounts".to_owned();
    let one = format!("{accounts}/{account}");
    let batches = format!("{one}/batches");
    let bets = format!("{batches}/{}/bets", batch["id"]);
    let bet = format!("{bets}/{}", batch["bets"][0]["pid"]);
    let with = |bet: &str| {
        format!(
            r#"{{"meta":{{"bet_type":"EXACTA"}},"bets":[{{"id":1,"selection":"1/2","stake":1,"cost":1}},{bet}]}}"#
        )
    };
    let (post, patch) = (Method::POST, Method::PATCH);
    let row = |method: &Method, path: &String, body: &str, status, code, field| {
        (
            method.clone(),
            path.clone(),
            body.to_owned(),
            status,
            code,
            field,
        )
    };
    vec![
        row(&post, &accounts, "", 400, "unreadable_body", ""),
        row(&post, &accounts, "{", 400, "unreadable_body", ""),
        row(&post, &accounts, "\u{fffd}", 400, "unreadable_body", ""),
        row(&post, &accounts, "[1]", 400, "invalid_field", "/0"),
        row(&post, &accounts, "{}", 400, "invalid_field", "/name"),
        row(
            &post,
            &accounts,
            r#"{"name":7,"hostname":"h"}"#,
            400,
            "invalid_field",
            "/name",
        ),
        row(
            &post,
            &accounts,
            r#"{"name":"a","hostname":null}"#,
            400,
            "invalid_field",
            "/hostname",
        ),
        row(
            &post,
            &accounts,
            r#"{"name":" ","hostname":"h"}"#,
            422,
            "refused",
            "/name",
        ),
        row(
            &post,
            &accounts,
            &format!(r#"{{"name":"{}","hostname":"h"}}"#, "x".repeat(201)),
            422,
            "refused",
            "/name",
        ),
        row(
            &post,
            &accounts,
            r#"{"name":"a\u0000b","hostname":"h"}"#,
            422,
            "refused",
            "/name",
        ),
        row(
            &Method::PUT,
            &one,
            r#"{"name":"a","hostname":"h\u0000"}"#,
            422,
            "refused",
            "/hostname",
        ),
        row(
            &Method::PUT,
            &one,
            r#"{"name":"a"}"#,
            400,
            "invalid_field",
            "/hostname",
        ),
        row(
            &post,
            &batches,
            r#"{"bets":[]}"#,
            400,
            "invalid_field",
            "/meta",
        ),
        row(
            &post,
            &batches,
            r#"{"meta":[],"bets":[]}"#,
            400,
            "invalid_field",
            "/meta",
        ),
        row(
            &post,
            &batches,
            r#"{"meta":{},"bets":{}}"#,
            400,
            "invalid_field",
            "/bets",
        ),
        row(
            &post,
            &batches,
            &format!(
                r#"{{"meta":{}{},"bets":[]}}"#,
                "[".repeat(40),
                "]".repeat(40)
            ),
            400,
            "unreadable_body",
            "",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":"2","selection":"1/2","stake":1,"cost":1}"#),
            400,
            "invalid_field",
            "/bets/1/id",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":12,"stake":1,"cost":1}"#),
            400,
            "invalid_field",
            "/bets/1/selection",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"1/2","stake":"1","cost":1}"#),
            400,
            "invalid_field",
            "/bets/1/stake",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"1/2","stake":1}"#),
            400,
            "invalid_field",
            "/bets/1/cost",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"1/2","stake":NaN,"cost":1}"#),
            400,
            "unreadable_body",
            "",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"1/2","stake":-1,"cost":1}"#),
            422,
            "refused",
            "/bets/1/stake",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"1/2","stake":0,"cost":1}"#),
            422,
            "refused",
            "/bets/1/stake",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"1/2","stake":0.001,"cost":1}"#),
            422,
            "refused",
            "/bets/1/stake",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"1/2","stake":1e400,"cost":1}"#),
            422,
            "refused",
            "/bets/1/stake",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"1/2","stake":1,"cost":-0.5}"#),
            422,
            "refused",
            "/bets/1/cost",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"1/2/3","stake":1,"cost":1}"#),
            422,
            "refused",
            "/bets/1/selection",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"1/1","stake":1,"cost":1}"#),
            422,
            "refused",
            "/bets/1/selection",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"0/1","stake":1,"cost":1}"#),
            422,
            "refused",
            "/bets/1/selection",
        ),
        row(
            &post,
            &batches,
            &with(r#"{"id":2,"selection":"","stake":1,"cost":1}"#),
            422,
            "refused",
            "/bets/1/selection",
        ),
        row(
            &post,
            &"/api/v1/accounts/4711/batches".to_owned(),
            r#"{"meta":{},"bets":[]}"#,
            404,
            "not_found",
            "",
        ),
        row(
            &post,
            &"/api/v1/accounts/x/batches".to_owned(),
            r#"{"meta":{},"bets":[]}"#,
            400,
            "invalid_path",
            "",
        ),
        row(
            &patch,
            &bet,
            r#"{"status":"won"}"#,
            400,
            "invalid_field",
            "/status",
        ),
        row(
            &patch,
            &bet,
            r#"{"status":1}"#,
            400,
            "invalid_field",
            "/status",
        ),
        row(&patch, &bet, "{}", 400, "invalid_field", "/status"),
        row(&patch, &bets, "{}", 400, "invalid_field", ""),
        row(
            &patch,
            &bets,
            r#"[{"pid":"1"}]"#,
            400,
            "invalid_field",
            "/0/pid",
        ),
        row(
            &patch,
            &bets,
            r#"[{"pid":1,"status":"won"}]"#,
            400,
            "invalid_field",
            "/0/status",
        ),
        row(
            &patch,
            &bets,
            r#"[{"status":"failed"}]"#,
            400,
            "invalid_field",
            "/0/pid",
        ),
        row(
            &patch,
            &format!("{bets}/99999999999999999999"),
            r#"{"status":"failed"}"#,
            400,
            "invalid_path",
            "",
        ),
        row(
            &patch,
            &format!("{bets}/9007199254740993"),
            r#"{"status":"failed"}"#,
            404,
            "not_found",
            "",
        ),
    ]
}

#[actix_web::test]
async fn bad_bodies_are_refused_by_name_and_append_nothing() {
    let product = Product::start().await;
    let client = &product.client;
    let account = client.account("alpha").await;
    let batch = client.batch(account, 1).await;
    let head = product.head().await;
    for (method, path, body, status, code, field) in rows(account, &batch) {
        let answer = Answer::of(client.request(method, &path).body(body.clone())).await;
        let told = (
            answer.status.as_u16(),
            answer.json()["code"].clone(),
            answer.json()["errors"][0]["pointer"].clone(),
        );
        let field = if field.is_empty() && code != "invalid_field" {
            Value::Null
        } else {
            json!(field)
        };
        assert_eq!(
            told,
            (status, json!(code), field),
            "{path} {body} {}",
            answer.text
        );
        answer.is_problem(status, code);
    }
    assert_eq!(product.head().await, head);
    product.stop().await;
}
