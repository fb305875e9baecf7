//! Requests: how many, how they ended, how long they took.

use super::{
    Label,
    listing::{listing, measures},
};

/// A route's template; requests without one fold into `other`.
const ROUTE: Label = Label::open("route", &["other"], "the templates of the API's routes");
/// The methods that a route may have.
const METHOD: Label = Label::of(
    "method",
    &[
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "other",
    ],
);
/// The first digit of the status.
const STATUS: Label = Label::of("status", &["1xx", "2xx", "3xx", "4xx", "5xx", "other"]);
/// A problem's stable code.
const CODE: Label = Label::open("code", &["internal"], "the codes of `/problems`");
/// Why nobody was let in.
const REASON: Label = Label::of(
    "reason",
    &[
        "unauthenticated",
        "forbidden_origin",
        "forbidden_host",
        "too_many_connections",
    ],
);

measures! {
    counter REQUESTS "betstream_http_requests_total" [ROUTE, METHOD, STATUS] "Requests answered; of a live stream, its beginning.";
    histogram REQUEST_DURATION "betstream_http_request_duration_seconds" [ROUTE, METHOD] in SECONDS_OF_A_REQUEST "From a request's head to its answer's head.";
    gauge IN_FLIGHT "betstream_http_requests_in_flight" "Requests that are being answered.";
    counter PROBLEMS "betstream_http_problems_total" [CODE] "Requests answered with a problem, by its code.";
    counter PANICS "betstream_http_panics_total" "Handlers that panicked; their callers were told of a defect.";
    counter REFUSED "betstream_access_refused_total" [REASON] "Requests that were not let in, and why.";
}
