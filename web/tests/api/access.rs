//! Access: no route answers without right, live streams included.

use betstream_web::{AccessMode, Limits, NewToken, TokenBook, documents};
use reqwest::{Method, header::SET_COOKIE};
use serde_json::json;

use crate::harness::{Answer, Product};

/// What answers everybody, by the promise; everything else in the document must not.
const PUBLIC: [(&str, &str); 6] = [
    ("GET", "/health"),
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/api/v1/session"),
    ("POST", "/api/v1/session"),
    ("DELETE", "/api/v1/session"),
];

async fn with_tokens() -> (Product, String) {
    let ann = NewToken::make("ann").expect("a token");
    let book = TokenBook::parse(&ann.line).expect("a book");
    (
        Product::start_with(AccessMode::Tokens(book), Limits::default()).await,
        ann.token,
    )
}

#[actix_web::test]
async fn every_route_of_the_document_needs_a_token() {
    let (product, token) = with_tokens().await;
    let known = product.client.with_token(&token);
    let head = product.head().await;
    let mut walked = 0;
    for (method, path) in routes() {
        if PUBLIC.contains(&(method.as_str(), path.as_str())) {
            continue;
        }
        walked += 1;
        for client in [&product.client, &product.client.with_token("bst_wrong")] {
            let answer = Answer::of(client.request(method.clone(), &path).json(&json!({}))).await;
            answer.is_problem(401, "unauthenticated");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
        if !["/sse", "/ws"].contains(&path.as_str()) {
            let answer = Answer::of(known.request(method.clone(), &path).json(&json!({}))).await;
            assert_ne!(answer.status, 401, "{method} {path}");
        }
    }
    assert!(walked > 25, "{walked} routes");
    for path in [
        "/swagger-ui/",
        "/api-docs/openapi.json",
        "/api-docs/asyncapi.json",
        "/%73se",
        "/api/v1%2Faccounts",
        "/api/v1/./accounts",
    ] {
        let answer = product.client.get(path).await;
        assert!(
            [401, 404].contains(&answer.status.as_u16()),
            "{path} {answer:?}"
        );
        assert!(
            !answer.text.contains("openapi") && !answer.text.starts_with('['),
            "{path}"
        );
    }
    assert!(
        product.head().await.0 <= head.0 + 200,
        "the walk with a token may load the sample"
    );
    product.stop().await;
}

fn routes() -> Vec<(Method, String)> {
    let document = serde_json::to_value(documents::document()).expect("a document");
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let filled = path
            .split('/')
            .map(|part| if part.starts_with('{') { "1" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        for method in item.as_object().expect("an item").keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            routes.push((method, filled.clone()));
        }
    }
    routes
}

#[actix_web::test]
async fn the_tokens_name_is_the_who_of_every_event() {
    let (product, token) = with_tokens().await;
    let client = product.client.with_token(&token);
    client.account("alpha").await;
    let row = product
        .store
        .read_rows(betstream_events::envelope::Position::START, 1)
        .await
        .expect("rows")
        .pop()
        .expect("a row");
    let metadata: serde_json::Value = serde_json::from_str(&row.metadata).expect("metadata");
    assert_eq!(metadata["who"], "ann");
    assert_eq!(
        client.get("/api/v1/session").await.ok(),
        json!({ "name": "ann", "mode": "token" })
    );
    assert_eq!(
        client.get("/api/v1/system").await.ok()["authentication"],
        "tokens"
    );
    product.stop().await;
}

#[actix_web::test]
async fn people_sign_in_for_a_safe_cookie_and_only_our_own_pages_write_with_it() {
    let (product, token) = with_tokens().await;
    let client = &product.client;
    client
        .get("/api/v1/session")
        .await
        .is_problem(401, "unauthenticated");
    client
        .post("/api/v1/session", &json!({ "token": "bst_wrong" }))
        .await
        .is_problem(401, "unauthenticated");
    client
        .post("/api/v1/session", &json!({}))
        .await
        .names(400, "invalid_field", "/token");
    let signed_in = client
        .post("/api/v1/session", &json!({ "token": token }))
        .await;
    assert_eq!(signed_in.ok(), json!({ "name": "ann", "mode": "token" }));
    let set = signed_in.headers[SET_COOKIE]
        .to_str()
        .expect("a cookie")
        .to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    let cookie = set.split(';').next().expect("a pair").to_owned();
    let ask = |method: Method, headers: &[(&str, &str)]| {
        let request = client
            .request(method, "/api/v1/accounts")
            .header("Cookie", &cookie);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        Answer::of(request.json(&json!({ "name": "alpha", "hostname": "h" })))
    };
    assert_eq!(ask(Method::GET, &[]).await.ok(), json!([]));
    for headers in [
        &[("Sec-Fetch-Site", "cross-site")][..],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Origin", "https://evil.example")],
        &[],
    ] {
        ask(Method::POST, headers)
            .await
            .is_problem(403, "forbidden_origin");
    }
    assert_eq!(product.head().await.0, 0);
    ask(Method::POST, &[("Sec-Fetch-Site", "same-origin")])
        .await
        .ok();
    let own = client.base.clone();
    ask(Method::POST, &[("Origin", &own)])
        .await
        .is_problem(409, "name_in_use");
    let signed_out = client.delete("/api/v1/session").await;
    assert_eq!(signed_out.status, 204);
    assert!(
        signed_out.headers[SET_COOKIE]
            .to_str()
            .expect("a cookie")
            .contains("Max-Age=0")
    );
    let forged = client
        .request(Method::GET, "/api/v1/accounts")
        .header("Cookie", cookie.replace("ann", "bob"));
    Answer::of(forged).await.is_problem(401, "unauthenticated");
    product.stop().await;
}

#[actix_web::test]
async fn open_on_loopback_every_page_reads_and_no_other_sites_page_writes() {
    let product = Product::start().await;
    let client = &product.client;
    let ask = |method: Method, headers: &[(&str, &str)]| {
        let request = client.request(method, "/api/v1/accounts");
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        Answer::of(request.json(&json!({ "name": "alpha", "hostname": "h" })))
    };
    let read = ask(Method::GET, &[("Origin", "https://elsewhere.example")]).await;
    assert_eq!(
        (
            read.status.as_u16(),
            read.header("access-control-allow-origin")
        ),
        (200, "*")
    );
    for headers in [
        &[("Sec-Fetch-Site", "cross-site")][..],
        &[("Origin", "https://elsewhere.example")],
        &[("Origin", "null")],
    ] {
        ask(Method::POST, headers)
            .await
            .is_problem(403, "forbidden_origin");
    }
    ask(Method::GET, &[("Host", "rebound.example")])
        .await
        .is_problem(403, "forbidden_host");
    assert_eq!(product.head().await.0, 0);
    let near = ask(
        Method::POST,
        &[
            ("Origin", "http://localhost:3000"),
            ("Sec-Fetch-Site", "same-site"),
        ],
    )
    .await;
    near.ok();
    assert_eq!(
        near.header("access-control-allow-origin"),
        "http://localhost:3000"
    );
    let preflight = ask(
        Method::OPTIONS,
        &[
            ("Origin", "http://localhost:3000"),
            ("Access-Control-Request-Method", "PATCH"),
        ],
    )
    .await;
    assert_eq!(preflight.status, 204);
    assert!(
        preflight
            .header("access-control-allow-methods")
            .contains("PATCH")
    );
    let far = ask(
        Method::OPTIONS,
        &[
            ("Origin", "https://elsewhere.example"),
            ("Access-Control-Request-Method", "PATCH"),
        ],
    )
    .await;
    assert_eq!(far.header("access-control-allow-origin"), "");
    assert_eq!(
        client.get("/api/v1/session").await.ok(),
        json!({ "name": "local", "mode": "open" })
    );
    product.stop().await;
}

#[actix_web::test]
async fn open_elsewhere_other_origins_read_the_stats_alone() {
    let product = Product::start_with(
        AccessMode::Open {
            loopback_only: false,
        },
        Limits::default(),
    )
    .await;
    let client = &product.client;
    let ask = |method: Method, path: &str| {
        Answer::of(
            client
                .request(method, path)
                .header("Origin", "https://elsewhere.example")
                .header("Host", "bets.example"),
        )
    };
    assert_eq!(
        ask(Method::GET, "/stats")
            .await
            .header("access-control-allow-origin"),
        "*"
    );
    let list = ask(Method::GET, "/api/v1/accounts").await;
    assert_eq!(
        (
            list.status.as_u16(),
            list.header("access-control-allow-origin")
        ),
        (200, "")
    );
    ask(Method::GET, "/sse")
        .await
        .is_problem(403, "forbidden_origin");
    ask(Method::DELETE, "/api/v1/simulation")
        .await
        .is_problem(403, "forbidden_origin");
    product.stop().await;
}
