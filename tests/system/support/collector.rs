//! A collector of traces: takes OTLP over HTTP and keeps every span.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::Span,
};
use prost::Message;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::eventually;

/// Running until the story ends.
pub(crate) struct Collector {
    address: SocketAddr,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    /// Listens on a free port.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let spans: Arc<Mutex<Vec<Span>>> = Arc::default();
        let kept = spans.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, kept.clone()));
            }
        });
        Self { address, spans }
    }

    /// What to set as the endpoint.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every span that came.
    pub(crate) fn spans(&self) -> Vec<Span> {
        self.spans.lock().expect("no panic").clone()
    }

    /// The spans of one trace, once there is one of each of these names.
    pub(crate) async fn trace(&self, trace: &str, names: &[&str]) -> Vec<Span> {
        eventually(&format!("trace {trace} has {names:?}"), async || {
            let mut spans = self.spans();
            spans.retain(|span| hex(&span.trace_id) == trace);
            let has = |name: &&str| spans.iter().any(|span| span.name == **name);
            names.iter().all(has).then_some(spans)
        })
        .await
    }
}

/// An id as `traceparent` writes it.
pub(crate) fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One attribute of a span, as text.
pub(crate) fn attribute(span: &Span, name: &str) -> Option<String> {
    let is_it = |pair: &&KeyValue| pair.key == name;
    let found = span.attributes.iter().find(is_it)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => panic!("{name}: {other:?}"),
    }
}

/// Takes request after request, as much of HTTP/1.1 as the exporter speaks.
async fn serve(connection: TcpStream, spans: Arc<Mutex<Vec<Span>>>) {
    let mut connection = BufReader::new(connection);
    loop {
        let (mut first, mut length) = (String::new(), 0);
        if connection.read_line(&mut first).await.unwrap_or(0) == 0 {
            return;
        }
        assert!(first.starts_with("POST /v1/traces "), "{first}");
        loop {
            let mut header = String::new();
            connection.read_line(&mut header).await.expect("a header");
            let header = header.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            match header.split_once(": ") {
                Some(("content-length", value)) => length = value.parse().expect("a length"),
                Some(("content-type", value)) => assert_eq!(value, "application/x-protobuf"),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        connection.read_exact(&mut body).await.expect("a body");
        let request = ExportTraceServiceRequest::decode(&*body).expect("OTLP");
        let found = request.resource_spans.into_iter();
        let found = found.flat_map(|resource| resource.scope_spans);
        let found = found.flat_map(|scope| scope.spans);
        spans.lock().expect("no panic").extend(found);
        let answer =
            b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        connection.write_all(answer).await.expect("answered");
    }
}
