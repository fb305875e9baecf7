//! The API's own description: OpenAPI, collected from the routes themselves.

use std::sync::LazyLock;

use actix_web::App;
use utoipa::{
    OpenApi, PartialSchema, ToSchema,
    openapi::{
        self, ContentBuilder, HttpMethod, Ref, RefOr, Response, ResponseBuilder,
        path::{Operation, Parameter, PathItem},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt;

use crate::{
    access::{SESSION_COOKIE, is_public},
    api_types::problem::{FieldError, Problem},
    routes,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "BetStream",
        description = "Accounts, batches and bets over one event log.",
        license(name = "MIT", identifier = "MIT"),
    ),
    servers((url = "/")),
    tags(
        (name = "accounts", description = "Accounts that batches are placed for."),
        (name = "batches", description = "Batches of bets: created, worked, submitted or withdrawn."),
        (name = "bets", description = "The bets of a batch."),
        (name = "stream", description = "Bets as the stream sends them."),
        (name = "markets", description = "Turnover and the tote's approximates by game."),
        (name = "stats", description = "Figures."),
        (name = "live", description = "Live updates."),
        (name = "dead letters", description = "Messages of the stream that could not be read."),
        (name = "events", description = "The log: events by what they are, how many, and what led to what."),
        (name = "operations", description = "How the product runs."),
        (name = "session", description = "Signing in."),
        (name = "samples", description = "Trying it out."),
    ),
)]
struct Api;

static DOCUMENT: LazyLock<openapi::OpenApi> = LazyLock::new(|| {
    let app = App::new()
        .into_utoipa_app()
        .openapi(Api::openapi())
        .configure(routes::api);
    complete(app.split_for_parts().1)
});

/// The OpenAPI 3.1 document.
pub fn document() -> &'static openapi::OpenApi {
    &DOCUMENT
}

/// The OpenAPI 3.1 document as JSON, the same for every build of the same sources.
///
/// # Errors
/// The JSON writer's; it has no reason to fail.
pub fn openapi() -> serde_json::Result<String> {
    document().to_pretty_json()
}

/// The asyncapi document of the live and stream messages, as it is served and committed.
pub const ASYNCAPI: &str = include_str!("../../schema/asyncapi.json");

/// Adds what holds for every operation: who may ask, and the problems that it may answer.
fn complete(mut document: openapi::OpenApi) -> openapi::OpenApi {
    let components = document.components.get_or_insert_default();
    components
        .schemas
        .insert(Problem::name().into(), Problem::schema());
    components
        .schemas
        .insert(FieldError::name().into(), FieldError::schema());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let cookie = ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE));
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            add_problems(path, method, operation);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (HttpMethod, &mut Operation)> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    [
        (HttpMethod::Get, get.as_mut()),
        (HttpMethod::Put, put.as_mut()),
        (HttpMethod::Post, post.as_mut()),
        (HttpMethod::Delete, delete.as_mut()),
        (HttpMethod::Patch, patch.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}

fn add_problems(path: &str, method: HttpMethod, operation: &mut Operation) {
    let http_method = match method {
        HttpMethod::Get => actix_web::http::Method::GET,
        _ => actix_web::http::Method::POST,
    };
    let (has_parameters, has_body) = (
        operation.parameters.is_some(),
        operation.request_body.is_some(),
    );
    let signs_in = path.ends_with("/session") && method != HttpMethod::Delete;
    let needs_right = signs_in || !is_public(&http_method, path);
    let changes_one_letter = path.starts_with("/api/v1/dead-letters/{");
    let is_command =
        (path.starts_with("/api/v1/accounts") || changes_one_letter) && method != HttpMethod::Get;
    let mut parameters = operation.parameters.iter().flatten();
    let takes_version = parameters.any(
        |parameter| matches!(parameter, RefOr::T(Parameter { name, .. }) if name == "If-Match"),
    );
    let may = [
        ("400", has_parameters || has_body, "It cannot be read"),
        ("401", needs_right, "Nobody is signed in"),
        ("403", method != HttpMethod::Get, "Not from this page"),
        ("404", path.contains('{'), "There is no such thing"),
        (
            "409",
            is_command || path.ends_with("/samples") || path.ends_with("/simulation"),
            "It is in the way of something else",
        ),
        (
            "412",
            takes_version,
            "It changed since you saw it; `current` says how it is",
        ),
        ("413", has_body, "The body is too large"),
        ("422", has_body, "A rule refuses it"),
        (
            "429",
            path == "/sse" || path == "/ws",
            "Too many live connections",
        ),
        ("503", true, "Not now; `Retry-After` says when to try again"),
    ];
    for (status, _, description) in may.into_iter().filter(|(_, applies, _)| *applies) {
        let responses = &mut operation.responses.responses;
        responses
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::T(problem(description)));
    }
}

fn problem(description: &str) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(Problem::name())))
        .build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content)
        .build()
}

/// The methods that `path` takes by the document, as an `Allow` header writes them; empty for a
/// path that is not in it.
pub fn methods_of(path: &str) -> String {
    let mut methods: Vec<&str> = Vec::new();
    for (pattern, item) in &document().paths.paths {
        if !matches(pattern, path) {
            continue;
        }
        let takes = [
            ("GET", item.get.is_some()),
            ("PUT", item.put.is_some()),
            ("POST", item.post.is_some()),
            ("DELETE", item.delete.is_some()),
            ("PATCH", item.patch.is_some()),
        ];
        for (name, _) in takes.into_iter().filter(|(_, is_taken)| *is_taken) {
            if !methods.contains(&name) {
                methods.push(name);
            }
        }
    }
    methods.join(", ")
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut patterns, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (patterns.next(), parts.next()) {
            (None, None) => return true,
            (Some(pattern), Some(part)) if pattern == part => {}
            (Some(pattern), Some(part)) if pattern.starts_with('{') && !part.is_empty() => {}
            _ => return false,
        }
    }
}
