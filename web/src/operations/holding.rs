//! What a process answers before it can do anything else.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};

use crate::error::{ApiError, kinds};

/// `/livez` is 200, everything else a 503.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(super::health::livez)
        .default_service(web::to(starting));
}

async fn starting() -> Result<HttpResponse, ApiError> {
    Err(ApiError::new(
        &kinds::STARTING,
        "the server waits for what it stands on",
    ))
}
