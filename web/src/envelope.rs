//! What every request goes through, once: its id, limits, access, the handler with panics caught,
//! and the headers of its answer. One layer and not ten, because each layer costs every request.

use std::{
    future::{Future, Ready, ready},
    panic::AssertUnwindSafe,
    pin::Pin,
    rc::Rc,
};

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    error::InternalError,
    http::{ConnectionType, StatusCode, header::HeaderMap},
    web::Data,
};
use betstream_events::clock::Clock;
use betstream_telemetry::measures::http;
use futures::FutureExt;
use tokio_util::sync::CancellationToken;

use crate::{
    access::{self, AccessMode, TrustedProxies},
    error::{ApiError, Kind, kinds},
    limits::Limits,
    request::{RequestId, RequestIds, X_REQUEST_ID},
};

mod headers;
mod measure;
mod trace;

use measure::{RequestMeasure, RequestMeasures};

/// What every request goes through.
#[derive(Clone)]
pub struct Envelope {
    access: Data<AccessMode>,
    proxies: TrustedProxies,
    clock: Data<dyn Clock>,
    limits: Limits,
    /// Cancelled when the process stops.
    stopping: CancellationToken,
}

impl Envelope {
    /// Requests under these rules.
    pub const fn new(
        access: Data<AccessMode>,
        proxies: TrustedProxies,
        clock: Data<dyn Clock>,
        limits: Limits,
        stopping: CancellationToken,
    ) -> Self {
        Self {
            access,
            proxies,
            clock,
            limits,
            stopping,
        }
    }
}

impl<S, B> Transform<S, ServiceRequest> for Envelope
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = EnvelopeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        let worker = Worker {
            rules: self.clone(),
            ids: RequestIds::new(),
            measures: RequestMeasures::default(),
        };
        ready(Ok(EnvelopeService {
            service: Rc::new(service),
            worker: Rc::new(worker),
        }))
    }
}

/// The layer in one worker.
pub struct EnvelopeService<S> {
    service: Rc<S>,
    worker: Rc<Worker>,
}

struct Worker {
    rules: Envelope,
    ids: RequestIds,
    measures: RequestMeasures,
}

impl<S, B> Service<ServiceRequest> for EnvelopeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let measure = RequestMeasure::begin(request.method());
        let worker = self.worker.clone();
        let id = worker.ids.of(request.headers());
        request.extensions_mut().insert(id.clone());
        let mut span = trace::begin(&request, &id);
        let admitted = worker.rules.admit(&request);
        // The service is called at once, so that its future does not borrow it.
        let answering = match admitted {
            Ok(()) => Ok(AssertUnwindSafe(self.service.call(request)).catch_unwind()),
            Err(refused) => Err((request, refused)),
        };
        Box::pin(async move {
            let mut response = match answering {
                Ok(answering) => match answering.await {
                    Ok(Ok(answered)) => settle(answered, &id),
                    Ok(Err(error)) => {
                        let error = in_our_form(&error);
                        measure.count_unanswered(error.kind().status);
                        span.fail(error.to_string());
                        return Err(failed(&error, &id));
                    }
                    Err(_panic) => {
                        http::PANICS.increment(1);
                        let error = ApiError::defect("a handler panicked");
                        measure.count_unanswered(error.kind().status);
                        span.fail("a handler panicked");
                        return Err(failed(&error, &id));
                    }
                },
                Err((request, refused)) => {
                    let answer = refused.answer(&id).map_into_right_body();
                    request.into_response(answer)
                }
            };
            worker.rules.finish(&mut response, &id);
            measure.count(&worker.measures, &response);
            trace::end(span, &response);
            Ok(response)
        })
    }
}

/// Why a request does not reach its handler.
enum Refused {
    Error(ApiError),
    /// A browser asks whether its page may; this is the answer.
    Preflight,
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

impl Refused {
    fn answer(self, id: &RequestId) -> HttpResponse<BoxBody> {
        match self {
            Self::Error(error) => answer(&error, id),
            Self::Preflight => HttpResponse::NoContent().finish(),
        }
    }
}

impl Envelope {
    fn admit(&self, request: &ServiceRequest) -> Result<(), Refused> {
        check_size(request, &self.limits)?;
        if headers::is_preflight(&self.access, request) {
            return Err(Refused::Preflight);
        }
        let asked = self.proxies.asked(request.peer_addr(), request.headers());
        let caller = access::identify(&self.access, request, &asked, self.clock.now())?;
        request.extensions_mut().insert(asked);
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
        }
        Ok(())
    }

    fn finish<B>(&self, response: &mut ServiceResponse<B>, id: &RequestId) {
        let request = response.request().clone();
        headers::set(&self.access, &request, response.headers_mut(), id);
        // Whoever keeps this connection lets go of it, rather than sending into it while it closes.
        if self.stopping.is_cancelled() && response.status() != StatusCode::SWITCHING_PROTOCOLS {
            let head = response.response_mut().head_mut();
            head.set_connection_type(ConnectionType::Close);
        }
    }
}

fn check_size(request: &ServiceRequest, limits: &Limits) -> Result<(), ApiError> {
    let uri = request.uri();
    let uri_bytes = uri.path().len() + uri.query().map_or(0, |query| query.len() + 1);
    if uri_bytes > limits.uri_bytes {
        let detail = format!(
            "the address has {uri_bytes} bytes, at most {} are taken",
            limits.uri_bytes
        );
        return Err(ApiError::new(&kinds::URI_TOO_LONG, detail));
    }
    let header_bytes = bytes_of(request.headers());
    if header_bytes > limits.header_bytes {
        let detail = format!(
            "the headers have {header_bytes} bytes, at most {} are taken",
            limits.header_bytes
        );
        return Err(ApiError::new(&kinds::HEADERS_TOO_LARGE, detail));
    }
    Ok(())
}

fn bytes_of(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

/// Writes an error once more, now with the request's id in it; errors of the framework's own get
/// our form.
fn settle<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    id: &RequestId,
) -> ServiceResponse<EitherBody<B>> {
    let Some(error) = response.response().error() else {
        return response.map_into_left_body();
    };
    let answer = match error.as_error::<ApiError>() {
        Some(error) => self::answer(error, id),
        None => self::answer(&in_our_form(error), id),
    };
    response.into_response(answer).map_into_right_body()
}

/// What a caller is told of an error, which is counted.
fn answer(error: &ApiError, id: &RequestId) -> HttpResponse {
    measure::count_problem(error.kind());
    error.to_response(Some(id.as_str()))
}

fn in_our_form(error: &Error) -> ApiError {
    let kind = Kind::of_status(error.as_response_error().status_code());
    if *kind == kinds::INTERNAL {
        return ApiError::defect(&error.to_string());
    }
    ApiError::new(kind, error.to_string())
}

/// An error of a request that was used up by its handler.
fn failed(error: &ApiError, id: &RequestId) -> Error {
    let mut answer = answer(error, id);
    answer
        .headers_mut()
        .insert(X_REQUEST_ID.clone(), id.header());
    InternalError::from_response(error.to_string(), answer).into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::{App, test, web};
    use betstream_events::clock::SystemClock;

    use super::*;

    async fn panics() -> HttpResponse {
        panic!("a defect")
    }

    async fn fails() -> Result<HttpResponse, Error> {
        Err(actix_web::error::ErrorInternalServerError("secret words"))
    }

    #[actix_web::test]
    async fn a_panic_and_a_defect_are_problems_that_tell_no_secrets() {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let access = Data::new(AccessMode::OPEN_ON_LOOPBACK);
        let (proxies, clock) = (TrustedProxies::default(), Data::from(clock));
        let envelope = Envelope::new(
            access,
            proxies,
            clock,
            Limits::default(),
            CancellationToken::new(),
        );
        let app = App::new()
            .wrap(envelope)
            .route("/panics", web::get().to(panics))
            .route("/fails", web::get().to(fails));
        let app = test::init_service(app).await;
        for path in ["/panics", "/fails"] {
            let request = test::TestRequest::get()
                .uri(path)
                .insert_header(("Host", "localhost"));
            let response = match test::try_call_service(&app, request.to_request()).await {
                Ok(response) => response.map_into_boxed_body().into_parts().1,
                Err(error) => error.error_response(),
            };
            assert_eq!(response.status(), 500);
            let id = response
                .headers()
                .get("x-request-id")
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let body = actix_web::body::to_bytes(response.into_body())
                .await
                .unwrap();
            let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(
                (&problem["code"], &problem["request_id"]),
                (&"internal".into(), &id.into())
            );
            assert!(!String::from_utf8_lossy(&body).contains("secret"), "{path}");
        }
    }
}
