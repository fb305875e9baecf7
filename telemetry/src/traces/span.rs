//! Spans, which are nothing while traces are off.

use opentelemetry::{
    Context, KeyValue, Value,
    trace::{Link, Span as _, SpanBuilder, SpanKind, Status, TraceContextExt, Tracer},
};
use opentelemetry_sdk::trace::Span as SdkSpan;

use super::{TRACER, TraceParent};

/// Most spans that one is linked to: what the collectors' own bound is by default.
const MOST_LINKS: usize = 128;

/// How a trace comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// A request that somebody waits for.
    Request,
    /// A message that nobody waits for.
    Message,
}

/// A piece of work, from its begin to its end, which is when it is dropped.
#[derive(Debug, Default)]
pub struct Span(Option<Box<SdkSpan>>);

impl Span {
    /// No span.
    pub const NONE: Self = Self(None);

    /// Begins at an entrance: within the trace that the sender names, or in a new one. Whether it is
    /// recorded is decided here, by the sender or by the ratio that is configured.
    pub fn enter(name: &'static str, entrance: Entrance, parent: Option<TraceParent>) -> Self {
        let kind = match entrance {
            Entrance::Request => SpanKind::Server,
            Entrance::Message => SpanKind::Consumer,
        };
        Self::begin(SpanBuilder::from_name(name).with_kind(kind), parent)
    }

    /// Begins within `parent`; without one there is nothing to record.
    pub fn within(name: &'static str, parent: Option<TraceParent>) -> Self {
        if parent.is_none() {
            return Self::NONE;
        }
        Self::begin(SpanBuilder::from_name(name), parent)
    }

    /// Begins what is done for all of `origins` at once: within the first of them when they are of
    /// one trace, linked to each of them otherwise.
    pub fn joining(name: &'static str, origins: &[TraceParent]) -> Self {
        let Some(first) = origins.first() else {
            return Self::NONE;
        };
        if origins.iter().all(|origin| origin.trace() == first.trace()) {
            return Self::within(name, Some(*first));
        }
        let mut linked: Vec<TraceParent> = Vec::new();
        for origin in origins {
            if linked.len() < MOST_LINKS && !linked.contains(origin) {
                linked.push(*origin);
            }
        }
        let link = |origin: TraceParent| Link::new(origin.context(), Vec::new(), 0);
        let links = linked.into_iter().map(link).collect();
        Self::begin(SpanBuilder::from_name(name).with_links(links), None)
    }

    fn begin(builder: SpanBuilder, parent: Option<TraceParent>) -> Self {
        let Some(tracer) = TRACER.get() else {
            return Self::NONE;
        };
        let context = Context::new();
        let context = match parent {
            Some(parent) => context.with_remote_span_context(parent.context()),
            None => context,
        };
        let span = tracer.build_with_context(builder, &context);
        Self(span.is_recording().then(|| Box::new(span)))
    }

    /// What is begun within it names this; nothing when it is not recorded.
    pub fn context(&self) -> Option<TraceParent> {
        self.0
            .as_ref()
            .map(|span| TraceParent::of(span.span_context()))
    }

    /// Whether there is anything to tell it.
    pub const fn is_recorded(&self) -> bool {
        self.0.is_some()
    }

    /// Says more of it; see the semantic conventions of OpenTelemetry for `key`.
    pub fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        if let Some(span) = &mut self.0 {
            span.set_attribute(KeyValue::new(key, value));
        }
    }

    /// Calls it otherwise, now that more is known.
    pub fn rename(&mut self, name: String) {
        if let Some(span) = &mut self.0 {
            span.update_name(name);
        }
    }

    /// It went wrong.
    pub fn fail(&mut self, what: impl Into<String>) {
        if let Some(span) = &mut self.0 {
            span.set_status(Status::error(what.into()));
        }
    }
}
