//! A span as others refer to it: `traceparent` of W3C Trace Context.

use std::fmt;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// A span of a trace, wherever it was made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    trace: TraceId,
    span: SpanId,
    flags: TraceFlags,
    /// Whether it was read, and not made here.
    is_remote: bool,
}

impl TraceParent {
    /// Reads `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`; later versions may say more
    /// at the end. None for what is no `traceparent`: it is passed over, as the specification asks.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut parts = std::str::from_utf8(bytes).ok()?.trim().split('-');
        let mut hex = |digits: usize| {
            let part = parts.next()?;
            let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            (part.len() == digits && part.bytes().all(is_hex)).then_some(part)
        };
        let version = hex(2).filter(|version| *version != "ff")?;
        let (trace, span, flags) = (hex(32)?, hex(16)?, hex(2)?);
        let says_more = parts.next().is_some();
        let read = Self {
            trace: TraceId::from_hex(trace).ok()?,
            span: SpanId::from_hex(span).ok()?,
            flags: TraceFlags::new(u8::from_str_radix(flags, 16).ok()?),
            is_remote: true,
        };
        let is_valid = read.trace != TraceId::INVALID && read.span != SpanId::INVALID;
        (is_valid && !(version == "00" && says_more)).then_some(read)
    }

    /// The trace, in hexadecimal digits.
    pub fn trace_id(&self) -> String {
        self.trace.to_string()
    }

    /// The span, in hexadecimal digits.
    pub fn span_id(&self) -> String {
        self.span.to_string()
    }

    pub(super) const fn trace(&self) -> TraceId {
        self.trace
    }

    pub(super) fn of(context: &SpanContext) -> Self {
        Self {
            trace: context.trace_id(),
            span: context.span_id(),
            flags: context.trace_flags(),
            is_remote: false,
        }
    }

    pub(super) fn context(self) -> SpanContext {
        let state = TraceState::NONE;
        SpanContext::new(self.trace, self.span, self.flags, self.is_remote, state)
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flags = self.flags.to_u8();
        write!(f, "00-{}-{}-{flags:02x}", self.trace, self.span)
    }
}

impl fmt::Debug for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn it_is_written_as_it_was_read() {
        let read = TraceParent::parse(TEXT.as_bytes()).unwrap();
        assert_eq!(read.to_string(), TEXT);
        assert_eq!(read.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(read.span_id(), "b7ad6b7169203331");
        assert!(read.context().is_sampled() && read.context().is_remote());
        assert_eq!(TraceParent::of(&read.context()).to_string(), TEXT);
        let unsampled = TEXT.replace("-01", "-00");
        let read = TraceParent::parse(unsampled.as_bytes()).unwrap();
        assert!(!read.context().is_sampled());
    }

    #[test]
    fn what_is_none_is_passed_over() {
        let zeros = format!("00-{}-b7ad6b7169203331-01", "0".repeat(32));
        let no_span = format!("00-{}-{}-01", "1".repeat(32), "0".repeat(16));
        let (upper, more) = (TEXT.to_uppercase(), format!("{TEXT}-more"));
        let reserved = format!("ff{}", &TEXT[2..]);
        for text in [
            "",
            "00",
            &TEXT[..54],
            &zeros,
            &no_span,
            &upper,
            &more,
            &reserved,
            "ä",
        ] {
            assert_eq!(TraceParent::parse(text.as_bytes()), None, "{text:?}");
        }
        // Of a version to come, the part that is known is read.
        let later = format!("cc{}-more", &TEXT[2..]);
        assert!(TraceParent::parse(later.as_bytes()).is_some());
    }
}
