//! Where a client of the stream begins, and what it listens to.

use actix_web::HttpRequest;
use betstream_events::envelope::Position;
use betstream_projections::feed::FeedStart;
use uuid::Uuid;

use crate::{
    error::{ApiError, kinds},
    request::Params,
};

/// What a client listens to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Topics {
    pub(super) desk: bool,
    pub(super) stats: bool,
    pub(super) odds: bool,
}

impl Topics {
    /// The desk alone.
    pub(super) const DESK: Self = Self {
        desk: true,
        stats: false,
        odds: false,
    };

    /// The figures alone.
    pub(super) const STATS: Self = Self {
        desk: false,
        stats: true,
        odds: false,
    };

    /// Reads `?topics=desk,stats,odds`; none without it.
    pub(super) fn read(params: &Params) -> Result<Option<Self>, ApiError> {
        let mut topics = Self::default();
        let Some(text) = params.text("topics") else {
            return Ok(None);
        };
        for word in text.split(',').map(str::trim) {
            match word {
                "desk" => topics.desk = true,
                "stats" => topics.stats = true,
                "odds" => topics.odds = true,
                other => {
                    let detail =
                        format!("topics names {other:?}, which is not desk, stats or odds");
                    return Err(ApiError::new(&kinds::INVALID_PARAMETER, detail));
                }
            }
        }
        Ok(Some(topics))
    }

    pub(super) const fn wants_figures(self) -> bool {
        self.stats || self.odds
    }
}

/// Where the client begins. What it says it has seen may come from anywhere: a position or a log
/// that cannot be ours is simply unknown here, and the client is told to load again.
pub(super) fn start(request: &HttpRequest, params: &Params) -> FeedStart {
    /// A position that no log reaches.
    const UNKNOWN: Position = Position(i64::MAX);
    // The header is the browser's own memory of this very stream, so it goes before the address.
    let header = request
        .headers()
        .get("last-event-id")
        .map(|value| value.to_str().unwrap_or("?"));
    let log = params
        .text("log")
        .map(|text| log(text).unwrap_or((Uuid::nil(), -1)));
    match header
        .filter(|text| !text.is_empty())
        .or_else(|| params.text("last_event_id"))
    {
        Some(text) => {
            let position = text
                .trim()
                .parse()
                .ok()
                .filter(|position| *position >= 0)
                .map_or(UNKNOWN, Position);
            FeedStart::After { position, log }
        }
        None => FeedStart::Head,
    }
}

/// `<log>:<epoch>`.
fn log(text: &str) -> Option<(Uuid, i64)> {
    let (log, epoch) = text.split_once(':')?;
    Some((log.parse().ok()?, epoch.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[actix_web::test]
    async fn a_client_begins_where_it_says() {
        let at = |position, log| FeedStart::After {
            position: Position(position),
            log,
        };
        let unknown = Some((Uuid::nil(), -1));
        let known = Some((Uuid::from_u128(7), 3));
        let table = [
            ("", None, FeedStart::Head),
            ("last_event_id=12", None, at(12, None)),
            ("last_event_id=12", Some("15"), at(15, None)),
            ("last_event_id=-1", None, at(i64::MAX, None)),
            ("", Some("abc"), at(i64::MAX, None)),
            (
                "last_event_id=0&log=00000000-0000-0000-0000-000000000007:3",
                None,
                at(0, known),
            ),
            ("last_event_id=0&log=nonsense", None, at(0, unknown)),
        ];
        for (query, header, expected) in table {
            let mut request = TestRequest::with_uri(&format!("/sse?{query}"));
            if let Some(header) = header {
                request = request.insert_header(("Last-Event-ID", header));
            }
            let request = request.to_http_request();
            let params = request_params(&request).await;
            assert_eq!(start(&request, &params), expected, "{query} {header:?}");
        }
    }

    async fn request_params(request: &HttpRequest) -> Params {
        <Params as actix_web::FromRequest>::extract(request)
            .await
            .unwrap()
    }
}
