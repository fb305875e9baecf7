//! What is measured of every request.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    time::Instant,
};

use actix_web::{
    dev::ServiceResponse,
    http::{Method, StatusCode},
};
use betstream_telemetry::measures::{Counter, Histogram, Presence, http};

use crate::error::{Kind, kinds};

/// What requests are counted under that have no route of their own: files of the console, and paths
/// that somebody made up.
const NO_ROUTE: &str = "other";
/// The first digit of a status, as the metrics have it.
const CLASSES: [&str; 6] = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// The measures of one worker, looked up once for each route and method.
#[derive(Default)]
pub(super) struct RequestMeasures {
    routes: RefCell<HashMap<(String, &'static str), RouteMeasures>>,
}

struct RouteMeasures {
    answers: [OnceCell<Counter>; CLASSES.len()],
    seconds: Histogram,
}

impl RouteMeasures {
    fn of(route: &str, method: &str) -> Self {
        Self {
            answers: Default::default(),
            seconds: http::REQUEST_DURATION.look_up([route, method]),
        }
    }
}

/// A request under way, for as long as it is not counted.
pub(super) struct RequestMeasure {
    method: &'static str,
    began: Instant,
    _in_flight: Presence,
}

impl RequestMeasure {
    pub(super) fn begin(method: &Method) -> Self {
        Self {
            method: word(method),
            began: Instant::now(),
            _in_flight: http::IN_FLIGHT.enter(),
        }
    }

    /// It is answered; of a live stream, its beginning.
    pub(super) fn count<B>(self, measures: &RequestMeasures, answer: &ServiceResponse<B>) {
        let route = answer.request().match_pattern();
        let key = (route.unwrap_or_else(|| NO_ROUTE.to_owned()), self.method);
        let mut routes = measures.routes.borrow_mut();
        let measures = match routes.get(&key) {
            Some(known) => known,
            None => routes
                .entry(key.clone())
                .or_insert_with(|| RouteMeasures::of(&key.0, key.1)),
        };
        let class = class(answer.status());
        measures.answers[class]
            .get_or_init(|| http::REQUESTS.look_up([&key.0, key.1, CLASSES[class]]))
            .increment(1);
        measures.seconds.record(self.began.elapsed());
    }

    /// The framework answers it with an error, and the request is gone: its route is not known.
    pub(super) fn count_unanswered(self, status: StatusCode) {
        http::REQUESTS
            .of([NO_ROUTE, self.method, CLASSES[class(status)]])
            .increment(1);
        http::REQUEST_DURATION
            .of([NO_ROUTE, self.method])
            .record(self.began.elapsed());
    }
}

/// A request was answered with a problem of this kind.
pub(super) fn count_problem(kind: &Kind) {
    http::PROBLEMS.look_up([kind.code]).increment(1);
    let refusals = [
        &kinds::UNAUTHENTICATED,
        &kinds::FORBIDDEN_ORIGIN,
        &kinds::FORBIDDEN_HOST,
        &kinds::TOO_MANY_CONNECTIONS,
    ];
    if refusals.contains(&kind) {
        http::REFUSED.of([kind.code]).increment(1);
    }
}

/// Nobody makes up a series by making up a method.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> usize {
    let digit = usize::from(status.as_u16() / 100);
    if digit < CLASSES.len() { digit } else { 0 }
}
