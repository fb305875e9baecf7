//! Traces: what one request and one message led to, span by span.

use async_nats::HeaderMap;
use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind};
use reqwest::Method;
use serde_json::json;

use crate::support::{
    Server, World,
    collector::{Collector, attribute, hex},
    eventually,
    streams::{Streams, bet_id, counted, message},
};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

fn traced(world: World, collector: &Collector) -> World {
    world.with("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint())
}

fn one<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let mut found = spans.iter().filter(|span| span.name == name);
    let first = found.next().unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(found.count(), 0, "{name}");
    first
}

/// What an entrance led to hangs together: actor, commit and every view.
fn hangs_together(spans: &[Span], entrance: &Span) {
    let actor = one(spans, "actor turn");
    assert_eq!(hex(&actor.parent_span_id), hex(&entrance.span_id));
    let commit = one(spans, "journal commit");
    assert_eq!(hex(&commit.parent_span_id), hex(&actor.span_id));
    let mut views: Vec<String> = spans
        .iter()
        .filter(|span| span.name == "projection apply")
        .map(|span| {
            assert_eq!(hex(&span.parent_span_id), hex(&actor.span_id));
            assert!(span.start_time_unix_nano >= commit.start_time_unix_nano);
            attribute(span, "betstream.projection.name").expect("a name")
        })
        .collect();
    views.sort();
    views.dedup();
    assert!(!views.is_empty());
    for span in spans {
        assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
        assert_eq!(span.links, []);
    }
    assert!(actor.start_time_unix_nano <= commit.start_time_unix_nano);
    assert!(commit.end_time_unix_nano <= actor.end_time_unix_nano);
    assert!(actor.end_time_unix_nano <= entrance.end_time_unix_nano);
}

#[tokio::test]
async fn one_request_is_one_trace_from_the_caller_to_the_view() {
    let collector = Collector::start().await;
    let server = Server::start(&traced(World::sqlite(), &collector)).await;
    let body = json!({"name": "traced", "hostname": "h"}).to_string();
    let parent = format!("00-{TRACE}-{CALLER}-01");
    let headers = [
        ("Content-Type", "application/json"),
        ("traceparent", &parent),
    ];
    let answer = server
        .api
        .ask(Method::POST, "/api/v1/accounts", &headers, Some(body))
        .await;
    answer.expect(200);
    let names = [
        "POST /api/v1/accounts",
        "actor turn",
        "journal commit",
        "projection apply",
    ];
    let spans = collector.trace(TRACE, &names).await;
    let request = one(&spans, names[0]);
    assert_eq!(hex(&request.parent_span_id), CALLER);
    assert_eq!(request.kind(), SpanKind::Server);
    let told = |name| attribute(request, name);
    assert_eq!(told("http.route").as_deref(), Some("/api/v1/accounts"));
    assert_eq!(told("http.response.status_code").as_deref(), Some("200"));
    assert_eq!(
        told("betstream.request.id").as_deref(),
        answer.header("x-request-id")
    );
    hangs_together(&spans, request);
    let actor = one(&spans, "actor turn");
    assert_eq!(
        attribute(actor, "betstream.actor.kind").as_deref(),
        Some("account")
    );

    // A request of nobody's trace begins one of its own.
    server.api.get("/api/v1/accounts").await.expect(200);
    let found = eventually("the question is told", async || {
        let spans = collector.spans();
        spans
            .into_iter()
            .find(|span| span.name == "GET /api/v1/accounts")
    });
    let found = found.await;
    assert!(found.parent_span_id.is_empty() && hex(&found.trace_id) != TRACE);
    assert!(server.terminate().await.success());
}

#[tokio::test]
async fn one_message_is_one_trace_and_many_are_linked() {
    let collector = Collector::start().await;
    let streams = Streams::new().await;
    let world = streams.within(traced(World::postgres().await, &collector));
    streams.make().await;
    let mut headers = HeaderMap::new();
    headers.insert("traceparent", format!("00-{TRACE}-{CALLER}-01"));
    let publish = async |number: u32, headers: HeaderMap| {
        let (subject, payload) = (streams.subject.clone(), message(number, "game_1").into());
        let published = streams
            .context
            .publish_with_headers(subject, headers, payload);
        published.await.expect("sent").await.expect("acknowledged");
    };
    publish(0, headers).await;
    let server = Server::start(&world).await;
    counted(&server.api, 1).await;
    let names = [
        "process bets",
        "actor turn",
        "journal commit",
        "projection apply",
    ];
    let spans = collector.trace(TRACE, &names).await;
    let entrance = one(&spans, names[0]);
    assert_eq!(hex(&entrance.parent_span_id), CALLER);
    assert_eq!(entrance.kind(), SpanKind::Consumer);
    let told = |name| attribute(entrance, name);
    assert_eq!(told("messaging.message.id"), Some(bet_id(0).to_string()));
    hangs_together(&spans, entrance);
    assert!(server.terminate().await.success());

    // Fifty that wait are taken at once: what is done for all is linked to each.
    for number in 1..=50 {
        publish(number, HeaderMap::new()).await;
    }
    let server = Server::start(&world).await;
    counted(&server.api, 51).await;
    assert!(server.terminate().await.success());
    let spans = collector.spans();
    let messages: Vec<&Span> = spans
        .iter()
        .filter(|span| span.name == "process bets" && hex(&span.trace_id) != TRACE)
        .collect();
    assert_eq!(messages.len(), 50);
    for name in ["actor turn", "journal commit", "projection apply"] {
        let linked = spans.iter().filter(|span| span.name == name);
        let most = linked.max_by_key(|span| span.links.len()).expect("a span");
        assert!(
            most.links.len() > 1,
            "{name} has {} links",
            most.links.len()
        );
        assert!(most.parent_span_id.is_empty());
        for link in &most.links {
            let is_message = |span: &&&Span| span.span_id == link.span_id;
            assert!(messages.iter().any(|span| is_message(&span)), "{name}");
        }
    }
}

#[tokio::test]
async fn what_a_sender_records_is_recorded_whatever_the_ratio() {
    let collector = Collector::start().await;
    let world = traced(World::sqlite(), &collector).with("BETSTREAM_TRACES_RATIO", "0");
    let server = Server::start(&world).await;
    for _ in 0..20 {
        server.api.get("/api/v1/accounts").await.expect(200);
    }
    let unsampled = format!("00-{TRACE}-{CALLER}-00");
    let headers = [("traceparent", unsampled.as_str())];
    let ask = async |headers: &[(&str, &str)]| {
        let asked = server
            .api
            .ask(Method::GET, "/api/v1/markets", headers, None);
        asked.await.expect(200);
    };
    ask(&headers).await;
    let sampled = format!("00-{TRACE}-{CALLER}-01");
    ask(&[("traceparent", sampled.as_str())]).await;
    let spans = collector.trace(TRACE, &["GET /api/v1/markets"]).await;
    assert_eq!(spans.len(), 1);
    assert!(server.terminate().await.success());
    assert_eq!(collector.spans().len(), 1, "{:?}", collector.spans());
}

#[tokio::test]
async fn without_a_collector_nothing_of_a_trace_is_kept() {
    let world = World::sqlite();
    let server = Server::start(&world).await;
    let body = json!({"name": "plain", "hostname": "h"}).to_string();
    let parent = format!("00-{TRACE}-{CALLER}-01");
    let headers = [
        ("Content-Type", "application/json"),
        ("traceparent", &parent),
    ];
    let asked = server
        .api
        .ask(Method::POST, "/api/v1/accounts", &headers, Some(body));
    asked.await.expect(200);
    let of = async |text: &str| {
        let query = format!("SELECT count(*) FROM events WHERE metadata LIKE '%{text}%'");
        world.number(&query).await
    };
    assert_eq!((of(TRACE).await, of("\"trace\":").await), (1, 0));
}

#[tokio::test]
async fn a_collector_that_is_not_there_costs_nothing_but_its_spans() {
    let world = World::sqlite().with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    let server = Server::start(&world).await;
    server.api.get("/api/v1/accounts").await.expect(200);
    eventually("it is said once", async || {
        server
            .words()
            .contains("collector of traces does not answer")
            .then_some(())
    })
    .await;
    assert!(server.terminate().await.success());
}
