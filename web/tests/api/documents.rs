//! The documents say what is served.

use betstream_web::{api_types::live::STREAM_MESSAGES, documents};
use serde_json::Value;

use crate::harness::Product;

fn openapi() -> Value {
    serde_json::from_str(&betstream_web::openapi().expect("a document")).expect("JSON")
}

#[test]
fn every_route_is_in_the_document() {
    // What is mounted is listed in one file; each of its services must have an operation.
    let routes = include_str!("../../src/routes.rs");
    let mounted = routes.matches(".service(").filter(|_| true).count();
    let others = ["scope::scope(", "SwaggerUi::new(", "web::scope("]
        .iter()
        .filter(|other| routes.contains(**other))
        .count();
    let operations: usize = openapi()["paths"]
        .as_object()
        .expect("paths")
        .values()
        .map(|item| item.as_object().map_or(0, serde_json::Map::len))
        .sum();
    assert_eq!(
        operations,
        mounted - others,
        "a handler is mounted without its description, or described twice"
    );
}

#[test]
fn the_committed_document_is_the_served_one() {
    let committed = include_str!("../../../schema/openapi.json");
    let served = betstream_web::openapi().expect("a document");
    assert!(
        committed.trim_end() == served.trim_end(),
        "the API changed: write it with `betstream openapi > schema/openapi.json`, then the console's client"
    );
}

#[test]
fn operations_are_named_once_and_problems_are_described() {
    let document = openapi();
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1"))
    );
    let mut names = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let name = operation["operationId"]
                .as_str()
                .unwrap_or_else(|| panic!("{method} {path} has no name"));
            assert!(!names.contains(&name.to_owned()), "{name} twice");
            names.push(name.to_owned());
            let public = (path == "/api/v1/session" && method == "delete")
                || ["/health", "/livez", "/readyz"].contains(&path.as_str());
            assert_eq!(
                operation["responses"]["401"].is_object(),
                !public,
                "{method} {path}"
            );
        }
    }
    for schema in [
        "Account",
        "NewAccount",
        "Batch",
        "NewBatch",
        "Bet",
        "NewBet",
        "StatusChange",
        "BatchStatusChange",
        "WithdrawBatch",
        "AddBets",
        "StreamBet",
        "BetsReceipt",
        "RefusedBet",
        "Problem",
        "FieldError",
        "StatsFigures",
        "TableStats",
        "MarketSummary",
        "Market",
        "Pool",
        "PoolSelection",
        "StatsSeries",
        "SystemInfo",
        "Need",
        "ProcessInfo",
        "ProjectionStatus",
        "Outcomes",
        "FailureGroup",
        "DeadLetter",
        "DeadLetterDetails",
        "DeadLetterResult",
        "DeadLettersReport",
        "SessionInfo",
        "SignIn",
        "SampleReport",
        "Simulation",
        "NewSimulation",
        "LiveMessage",
        "BetStatus",
        "BatchState",
    ] {
        assert!(
            document["components"]["schemas"][schema].is_object(),
            "{schema} is missing"
        );
    }
    unresolved(&document, &document);
}

/// Every reference points at something.
fn unresolved(document: &Value, part: &Value) {
    match part {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let pointer = reference.trim_start_matches('#');
                assert!(
                    document.pointer(pointer).is_some(),
                    "{reference} points nowhere"
                );
            }
            members
                .values()
                .for_each(|member| unresolved(document, member));
        }
        Value::Array(items) => items.iter().for_each(|item| unresolved(document, item)),
        _ => {}
    }
}

#[test]
fn asyncapi_names_exactly_the_live_messages() {
    let document: Value = serde_json::from_str(documents::ASYNCAPI).expect("JSON");
    let channel = document["channels"]["live"]["messages"]
        .as_object()
        .expect("messages");
    let listed = openapi();
    let variants = listed["components"]["schemas"]["LiveMessage"]["oneOf"]
        .as_array()
        .expect("variants");
    let mut told: Vec<&str> = variants.iter().map(name_of).collect();
    told.sort_unstable();
    let described: Vec<&str> = channel.keys().map(String::as_str).collect();
    assert_eq!(described, told);
    for name in STREAM_MESSAGES {
        assert!(told.contains(&name), "{name}");
    }
    for name in described {
        assert_eq!(
            name_of(&document["components"]["messages"][name]["payload"]),
            name
        );
    }
}

/// The one word that a message's `type` may be.
fn name_of(message: &Value) -> &str {
    let places = [
        "/properties/type/const",
        "/properties/type/enum/0",
        "/allOf/0/properties/type/const",
        "/allOf/0/properties/type/enum/0",
    ];
    let word = places
        .iter()
        .find_map(|place| message.pointer(place)?.as_str());
    word.unwrap_or_else(|| panic!("no name: {message}"))
}

#[actix_web::test]
async fn both_documents_are_served() {
    let product = Product::start().await;
    assert_eq!(
        product.client.get("/api-docs/openapi.json").await.ok(),
        openapi()
    );
    assert_eq!(
        product.client.get("/api-docs/asyncapi.json").await.ok()["asyncapi"],
        "3.0.0"
    );
    product.stop().await;
}
