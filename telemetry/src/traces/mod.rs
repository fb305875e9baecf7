//! Traces: what one request or one message led to, span by span, for an OpenTelemetry collector.
//!
//! Off until [`begin`] is called: a span is then nothing, and beginning one costs a load. A
//! span begins at an entrance ([`Span::enter`]), which is where sampling is decided, and goes on
//! within ([`Span::within`]). What serves many at once (a commit, a view's batch) is their child when
//! they are of one trace, and linked to each otherwise ([`Span::joining`]).

mod parent;
mod span;

pub use parent::TraceParent;
pub use span::{Entrance, Span};

use std::sync::OnceLock;

use opentelemetry_sdk::trace::SdkTracer;

/// Makes the spans of this process, once it does.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// Makes spans with `tracer` from now on; the first one stays.
pub fn begin(tracer: SdkTracer) {
    let _the_first_one_stays = TRACER.set(tracer);
}

/// Whether spans are made.
pub fn is_on() -> bool {
    TRACER.get().is_some()
}
