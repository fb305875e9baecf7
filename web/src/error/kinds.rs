//! Every kind of error with its status, its stable code and its title.

use actix_web::http::StatusCode;

/// A kind of error. Its code is stable; clients decide by it.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable code.
    pub code: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// Whether the same request may succeed in a moment (`Retry-After`).
    pub again: bool,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:ident $code:literal $title:literal $(, again: $again:literal)?;)*) => {
        $(
            $(#[$doc])*
            pub static $name: Kind = Kind {
                status: StatusCode::$status,
                code: $code,
                title: $title,
                again: false $(|| $again)?,
            };
        )*
    };
}

kinds! {
    /// The body is no JSON, or nested too deep.
    UNREADABLE_BODY = BAD_REQUEST "unreadable_body" "The body cannot be read";
    /// A field is missing or of another type.
    INVALID_FIELD = BAD_REQUEST "invalid_field" "A field cannot be read";
    /// The body did not arrive whole.
    INCOMPLETE_BODY = BAD_REQUEST "incomplete_body" "The body did not arrive";
    /// A part of the path is no id.
    INVALID_PATH = BAD_REQUEST "invalid_path" "The path cannot be read";
    /// A query parameter cannot be read.
    INVALID_PARAMETER = BAD_REQUEST "invalid_parameter" "A parameter cannot be read";
    /// The cursor belongs to another list.
    INVALID_CURSOR = BAD_REQUEST "invalid_cursor" "The cursor belongs to another list";
    /// A header cannot be read.
    INVALID_HEADER = BAD_REQUEST "invalid_header" "A header cannot be read";
    /// Something else about the request is wrong.
    BAD_REQUEST = BAD_REQUEST "bad_request" "The request cannot be read";
    /// Nobody knows who asks.
    UNAUTHENTICATED = UNAUTHORIZED "unauthenticated" "Sign in";
    /// The caller may not do that from there.
    FORBIDDEN_ORIGIN = FORBIDDEN "forbidden_origin" "Not from this page";
    /// The server is asked under a name that is not its own.
    FORBIDDEN_HOST = FORBIDDEN "forbidden_host" "Not under this name";
    /// There is no such thing.
    NOT_FOUND = NOT_FOUND "not_found" "Not found";
    /// The path takes other methods.
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED "method_not_allowed" "Not with this method";
    /// The body took too long.
    REQUEST_TIMEOUT = REQUEST_TIMEOUT "request_timeout" "The request took too long";
    /// Another open account has the name.
    NAME_IN_USE = CONFLICT "name_in_use" "The name is in use";
    /// The thing exists already.
    EXISTS = CONFLICT "exists" "It exists already";
    /// Nothing changes a closed batch.
    BATCH_CLOSED = CONFLICT "batch_closed" "The batch is closed";
    /// Nothing changes a dead letter that is settled or discarded.
    DEAD_LETTER_CLOSED = CONFLICT "dead_letter_closed" "The dead letter is closed";
    /// Of a dead letter too little is kept for a retry.
    DEAD_LETTER_CUT = CONFLICT "dead_letter_cut" "Only a part of the message is kept";
    /// The server signs nothing.
    NO_SIGNING_KEY = CONFLICT "no_signing_key" "This server signs nothing";
    /// The projection is being rebuilt already, or is not.
    REBUILD_STATE = CONFLICT "rebuild_state" "Not in this state of the rebuild";
    /// The projection is paused already, or is not.
    PAUSE_STATE = CONFLICT "pause_state" "The projection is paused already, or is not";
    /// The projection stands at no event that fails.
    NOT_FAILING = CONFLICT "not_failing" "No event fails there";
    /// It was decided already that the projection passes over the event.
    SKIPPED_ALREADY = CONFLICT "skipped_already" "The event is passed over already";
    /// A request with this key is running.
    KEY_RUNNING = CONFLICT "key_running" "The first request is still running", again: true;
    /// A simulated feed is running.
    SIMULATION_RUNNING = CONFLICT "simulation_running" "A simulated feed is running";
    /// A profile is being taken.
    PROFILE_RUNNING = CONFLICT "profile_running" "A profile is being taken", again: true;
    /// It changed since the caller saw it.
    STALE = PRECONDITION_FAILED "stale" "It changed since you saw it";
    /// The body is too large.
    BODY_TOO_LARGE = PAYLOAD_TOO_LARGE "body_too_large" "The body is too large";
    /// The URI is too long.
    URI_TOO_LONG = URI_TOO_LONG "uri_too_long" "The address is too long";
    /// The body is of a kind that is not taken.
    UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE "unsupported_media_type" "A body of this kind is not taken";
    /// A rule refuses a field.
    REFUSED = UNPROCESSABLE_ENTITY "refused" "A rule refuses it";
    /// A position, a version or a time that has not come yet.
    AFTER_THE_END = UNPROCESSABLE_ENTITY "after_the_end" "It has not come so far";
    /// The key was used for another body.
    KEY_REUSED = UNPROCESSABLE_ENTITY "key_reused" "The key was used for another request";
    /// The client has too many live connections.
    TOO_MANY_CONNECTIONS = TOO_MANY_REQUESTS "too_many_connections" "Too many live connections", again: true;
    /// The headers are too large.
    HEADERS_TOO_LARGE = REQUEST_HEADER_FIELDS_TOO_LARGE "headers_too_large" "The headers are too large";
    /// A defect of ours.
    INTERNAL = INTERNAL_SERVER_ERROR "internal" "The server failed";
    /// The log is not what it was.
    LOG_TAMPERED = INTERNAL_SERVER_ERROR "log_tampered" "The log was tampered with";
    /// A queue is full.
    OVERLOADED = SERVICE_UNAVAILABLE "overloaded" "Too much at once", again: true;
    /// Others changed the same thing too often.
    CONTENDED = SERVICE_UNAVAILABLE "contended" "Too many at once", again: true;
    /// The process stops.
    STOPPING = SERVICE_UNAVAILABLE "stopping" "The server is stopping", again: true;
    /// The process is not ready yet.
    STARTING = SERVICE_UNAVAILABLE "starting" "The server is starting", again: true;
    /// The store does not answer.
    UNAVAILABLE = SERVICE_UNAVAILABLE "unavailable" "The store does not answer", again: true;
    /// The disk of the store takes no more.
    STORAGE_FULL = SERVICE_UNAVAILABLE "storage_full" "The disk is full", again: true;
    /// Whether it was done is not known.
    OUTCOME_UNKNOWN = SERVICE_UNAVAILABLE "outcome_unknown" "Whether it was done is not known", again: true;
    /// No profile can be taken.
    PROFILE_UNAVAILABLE = SERVICE_UNAVAILABLE "profile_unavailable" "There is no profile";
    /// The view has not counted what was asked for.
    VIEW_BEHIND = SERVICE_UNAVAILABLE "view_behind" "The view is behind", again: true;
}

impl Kind {
    /// The kind of an error that came with a status alone.
    pub fn of_status(status: StatusCode) -> &'static Self {
        match status {
            StatusCode::UNAUTHORIZED => &UNAUTHENTICATED,
            StatusCode::NOT_FOUND => &NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED => &METHOD_NOT_ALLOWED,
            StatusCode::REQUEST_TIMEOUT => &REQUEST_TIMEOUT,
            StatusCode::PAYLOAD_TOO_LARGE => &BODY_TOO_LARGE,
            StatusCode::URI_TOO_LONG => &URI_TOO_LONG,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => &UNSUPPORTED_MEDIA_TYPE,
            status if status.is_client_error() => &BAD_REQUEST,
            _ => &INTERNAL,
        }
    }
}
