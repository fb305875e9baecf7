//! Sending spans to a collector: OTLP, protobuf over HTTP, in batches, beside the work.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use betstream_events::{metadata::BUILD, store::url::masked};
use betstream_telemetry::traces;
use opentelemetry::{
    Context, KeyValue,
    trace::{Link, SpanKind, TraceId, TraceState, TracerProvider},
};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{
        BatchConfigBuilder, BatchSpanProcessor, Sampler, SamplingDecision, SamplingResult,
        SdkTracerProvider, ShouldSample,
    },
};
use tokio::runtime::Handle;

use crate::config::Traces;

/// How long a batch waits for more spans.
const EVERY: Duration = Duration::from_secs(1);
/// Spans that may wait; more are dropped, which the trace then lacks. A span has about 1 kB.
const MOST_WAITING: usize = 16_384;
/// How long the collector may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// Exports until it is told to stop.
#[derive(Debug)]
pub(crate) struct Exporter(SdkTracerProvider);

/// Begins to make spans and to export them as those of the process `instance`, if there is a
/// collector. Must be called once, within a tokio runtime.
///
/// # Errors
/// [`ExporterBuildError`] when a header (`OTEL_EXPORTER_OTLP_HEADERS`) cannot be used.
pub(crate) fn start(
    settings: &Traces,
    instance: String,
) -> Result<Option<Exporter>, ExporterBuildError> {
    let Some(url) = &settings.url else {
        return Ok(None);
    };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client::new(masked(url)))
        .with_endpoint(url)
        .build()?;
    let batches = BatchConfigBuilder::default()
        .with_scheduled_delay(EVERY)
        .with_max_queue_size(MOST_WAITING)
        .build();
    let processor = BatchSpanProcessor::builder(exporter)
        .with_batch_config(batches)
        .build();
    let resource = Resource::builder()
        .with_service_name("betstream")
        .with_attributes([
            KeyValue::new("service.version", BUILD),
            KeyValue::new("service.instance.id", instance),
        ])
        .build();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(processor)
        .with_sampler(Sampling::of(settings.ratio))
        .with_resource(resource)
        .build();
    traces::begin(provider.tracer("betstream"));
    Ok(Some(Exporter(provider)))
}

impl Exporter {
    /// Sends what waits, and ends. Spans that end later are lost.
    pub(crate) async fn stop(self) {
        // It waits for its own thread, which waits for the runtime.
        let stopping = tokio::task::spawn_blocking(move || self.0.shutdown());
        match stopping.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "the last spans were not sent"),
            Err(error) => tracing::debug!(%error, "the export of spans ended badly"),
        }
    }
}

/// As the sender decided, else a part of all traces; and what is linked to recorded spans always.
#[derive(Clone, Debug)]
struct Sampling(Sampler);

impl Sampling {
    fn of(ratio: f64) -> Self {
        Self(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(
            ratio,
        ))))
    }
}

impl ShouldSample for Sampling {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        if links.is_empty() {
            return self
                .0
                .should_sample(parent, trace, name, kind, attributes, links);
        }
        SamplingResult {
            decision: SamplingDecision::RecordAndSample,
            attributes: Vec::new(),
            trace_state: TraceState::default(),
        }
    }
}

/// Sends requests from the exporter's thread by the client that the rest of the process has.
#[derive(Debug)]
struct Client {
    client: reqwest::Client,
    runtime: Handle,
    /// As it may be shown.
    url: String,
    failed: AtomicBool,
}

impl Client {
    fn new(url: String) -> Self {
        Self {
            client: reqwest::Client::new(),
            runtime: Handle::current(),
            url,
            failed: AtomicBool::new(false),
        }
    }

    /// Says once that the collector is not there, and once that it is again.
    fn note(&self, failure: Option<&HttpError>) {
        let failed_before = self.failed.swap(failure.is_some(), Ordering::Relaxed);
        match failure {
            Some(error) if !failed_before => {
                tracing::warn!(url = self.url, %error, "the collector of traces does not answer; spans are lost until it does");
            }
            None if failed_before => {
                tracing::info!(url = self.url, "the collector of traces answers");
            }
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sending = self.runtime.spawn(async move {
            let mut request = reqwest::Request::try_from(request)?;
            *request.timeout_mut() = Some(ANSWERS_WITHIN);
            let answer = client.execute(request).await?.error_for_status()?;
            let status = answer.status();
            let bytes = answer.bytes().await?;
            let mut response = Response::new(bytes);
            *response.status_mut() = status;
            Ok::<_, HttpError>(response)
        });
        let sent = match sending.await {
            Ok(sent) => sent,
            Err(error) => Err(error.into()),
        };
        self.note(sent.as_ref().err());
        sent
    }
}
