//! What belongs together and what led to it, as a sender says it in headers: over HTTP and on the
//! bet stream by the same names.

use std::fmt;

use betstream_telemetry::traces::TraceParent;

/// The header that names what belongs together.
pub const X_CORRELATION_ID: &str = "x-correlation-id";
/// The header that names what led to it: the id of an event, or of a request elsewhere.
pub const X_CAUSATION_ID: &str = "x-causation-id";
/// The header of W3C Trace Context, whose trace stands in for a correlation.
pub const TRACEPARENT: &str = "traceparent";

/// Longest correlation, causation and reason, in characters.
pub const MAX_CHARS: usize = 500;

/// What belongs together and what led to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Causes {
    /// What belongs together; without one an event is the root of its own.
    pub correlation: Option<String>,
    /// What led to it: the id of an event or of a request.
    pub causation: Option<String>,
    /// The span that it belongs to, while traces are recorded.
    pub trace: Option<TraceParent>,
}

/// A header that says nothing that can be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHeader {
    /// More than [`MAX_CHARS`] characters.
    #[error("{name} has {chars} characters, at most {MAX_CHARS} are taken")]
    TooLong {
        /// The header.
        name: &'static str,
        /// Its length.
        chars: usize,
    },
    /// Bytes that are no text.
    #[error("{name} is not UTF-8")]
    NotText {
        /// The header.
        name: &'static str,
    },
    /// A character that does not show, NUL among them, which no database text can hold.
    #[error("{name} holds a control character")]
    Control {
        /// The header.
        name: &'static str,
    },
}

impl Causes {
    /// Reads the three headers with `header`, which gives the bytes of one by its name. A trace is
    /// only asked for what the headers of ours leave open.
    ///
    /// # Errors
    /// [`BadHeader`] for one of ours. A `traceparent` that cannot be read is passed over, as W3C
    /// Trace Context asks: proxies set it, not senders.
    pub fn read<'a>(header: impl Fn(&'static str) -> Option<&'a [u8]>) -> Result<Self, BadHeader> {
        let words = |name| header(name).map_or(Ok(None), |bytes| words(name, bytes));
        let (mut correlation, mut causation) = (words(X_CORRELATION_ID)?, words(X_CAUSATION_ID)?);
        if (correlation.is_none() || causation.is_none())
            && let Some(trace) = header(TRACEPARENT).and_then(TraceParent::parse)
        {
            correlation.get_or_insert_with(|| trace.trace_id());
            causation.get_or_insert_with(|| format!("span {}", trace.span_id()));
        }
        Ok(Self {
            correlation,
            causation,
            trace: None,
        })
    }

    /// Whether nothing is said.
    pub const fn is_empty(&self) -> bool {
        self.correlation.is_none() && self.causation.is_none() && self.trace.is_none()
    }

    /// The same for several commands of one request: without a correlation they belong to what led
    /// to them all.
    #[must_use]
    pub fn together(self) -> Self {
        let correlation = self.correlation.or_else(|| self.causation.clone());
        Self {
            correlation,
            ..self
        }
    }

    /// What an effect of the event `cause`, which has these causes, is kept with: it belongs to what
    /// its cause belongs to, or to its cause where that is a root.
    #[must_use]
    pub fn of_effect(&self, cause: impl fmt::Display) -> Self {
        let cause = cause.to_string();
        let correlation = self.correlation.clone().unwrap_or_else(|| cause.clone());
        Self {
            correlation: Some(correlation),
            causation: Some(cause),
            trace: self.trace,
        }
    }
}

/// The words of a header, trimmed; none when it is empty.
///
/// # Errors
/// [`BadHeader`].
pub fn words(name: &'static str, bytes: &[u8]) -> Result<Option<String>, BadHeader> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| BadHeader::NotText { name })?
        .trim();
    let chars = text.chars().count();
    if chars > MAX_CHARS {
        return Err(BadHeader::TooLong { name, chars });
    }
    if text.chars().any(char::is_control) {
        return Err(BadHeader::Control { name });
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn read(headers: &[(&str, &str)]) -> Result<Causes, BadHeader> {
        Causes::read(|name| {
            let found = headers.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.as_bytes())
        })
    }

    fn causes(correlation: &str, causation: &str) -> Causes {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Causes {
            correlation: some(correlation),
            causation: some(causation),
            trace: None,
        }
    }

    #[test]
    fn a_trace_stands_in_for_what_our_headers_leave_open() {
        let (trace, span) = ("0af7651916cd43dd8448eb211c80319c", "span b7ad6b7169203331");
        let (ours, cause) = (
            (X_CORRELATION_ID, " ticket 12 "),
            (X_CAUSATION_ID, "mail 7"),
        );
        let table: [(&[_], _); 6] = [
            (&[], causes("", "")),
            (&[ours], causes("ticket 12", "")),
            (&[(TRACEPARENT, TRACE)], causes(trace, span)),
            (&[ours, (TRACEPARENT, TRACE)], causes("ticket 12", span)),
            (&[cause, (TRACEPARENT, TRACE)], causes(trace, "mail 7")),
            (
                &[ours, cause, (TRACEPARENT, TRACE)],
                causes("ticket 12", "mail 7"),
            ),
        ];
        for (headers, expected) in table {
            assert_eq!(read(headers), Ok(expected), "{headers:?}");
        }
    }

    #[test]
    fn a_trace_that_is_none_is_passed_over() {
        let of = |trace| read(&[(TRACEPARENT, trace)]);
        assert_eq!(of("no trace"), Ok(Causes::default()));
    }

    #[test]
    fn what_cannot_be_kept_is_refused_by_the_name_of_its_header() {
        let longest = "é".repeat(MAX_CHARS);
        assert_eq!(
            read(&[(X_CORRELATION_ID, &longest)]),
            Ok(causes(&longest, ""))
        );
        let (long, chars) = (format!("{longest}é"), MAX_CHARS + 1);
        let name = X_CORRELATION_ID;
        assert_eq!(
            read(&[(name, &long)]),
            Err(BadHeader::TooLong { name, chars })
        );
        let name = X_CAUSATION_ID;
        assert_eq!(read(&[(name, "a\0b")]), Err(BadHeader::Control { name }));
        let not_text = Causes::read(|header| (header == name).then_some(&[0xff_u8][..]));
        assert_eq!(not_text, Err(BadHeader::NotText { name }));
    }

    #[test]
    fn the_commands_of_one_request_belong_together() {
        assert_eq!(
            causes("", "request 1").together(),
            causes("request 1", "request 1")
        );
        assert_eq!(
            causes("ticket 12", "request 1").together(),
            causes("ticket 12", "request 1")
        );
    }

    #[test]
    fn an_effect_belongs_to_what_its_cause_belongs_to() {
        assert_eq!(
            causes("ticket 12", "mail 7").of_effect("e1"),
            causes("ticket 12", "e1")
        );
        assert_eq!(causes("", "").of_effect("e1"), causes("e1", "e1"));
    }
}
